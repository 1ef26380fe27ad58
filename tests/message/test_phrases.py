"""Every row of the phrase table: its sources, and the texts it is found in and not."""

import json

import pytest

from verifykb.directory.types import Directory
from verifykb.message.normalise import readings
from verifykb.message.reading import read_message
from verifykb.message.scan import asks, language, seldom
from verifykb.message.table import ASKED, Phrase, compiled, kind_of, phrases
from verifykb.message.written import Written
from verifykb.rules import REQUEST_RULES, RULES

_ROWS = [pytest.param(row, id=f"{number}-{row.category}-{row.weight}") for number, row in enumerate(phrases())]
_ASK_KINDS = {"secret", "remote-access", "link", "install", "money", "personal-data", "other-contact"}


def _categories(text: str, directory: Directory, *, own_words: bool) -> set[str]:
    """Give the categories of everything that is found in a text."""
    line = next(readings(text))
    words = Written(line, directory).line
    found = {*asks(own_words=own_words).places(words), *language().places(words), *seldom().places(words)}
    return {category.removeprefix("ask:") for category in found}


@pytest.mark.parametrize("row", _ROWS)
def test_a_row_is_found_in_its_examples(row: Phrase, directory: Directory) -> None:
    """What asks is asked in `fires`; what only decides is at least there."""
    assert row.fires
    for text in row.fires:
        if row.weight in ("ask", "object"):
            assert kind_of(row) in {hit.kind for hit in read_message(text, directory, own_words=row.own_words)}, text
        else:
            assert row.category in _categories(text, directory, own_words=row.own_words), text


@pytest.mark.parametrize("row", _ROWS)
def test_a_row_stays_silent_on_its_near_misses(row: Phrase, directory: Directory) -> None:
    """Nothing is asked in `silent`; what only decides is not there."""
    assert row.silent
    for text in row.silent:
        if row.weight in ("ask", "object"):
            assert not {hit.kind for hit in read_message(text, directory, own_words=row.own_words)} & _ASK_KINDS, text
        else:
            assert row.category not in _categories(text, directory, own_words=row.own_words), text


@pytest.mark.parametrize("row", [row for row in _ROWS if row.values[0].weight in ("ask", "object")])  # type: ignore[union-attr]
def test_an_ask_rests_on_a_clause_of_a_notice(row: Phrase, directory: Directory) -> None:
    """Its source is a line of a notice that has a clause, and is behind the rule too."""
    number, _, line = row.source.rpartition(":")
    assert int(line) in directory.documents[number].clauses
    assert row.source in RULES[REQUEST_RULES[kind_of(row)]].sources


def test_every_form_is_looked_for_by_words_that_say_something() -> None:
    """A form that begins with a gap or any word would be tried everywhere."""
    short = [head for _, _, form in compiled(ASKED | {"act", "cue"}) for head in form.heads if len(head.strip()) < 2]
    assert not [head for head in short if head.strip() not in ("r", "q", ",", "k", "d", "i")]


def test_explain_shows_examples_of_both_kinds() -> None:
    """For every rule about what is asked, as JSON too."""
    from tests.cli.process import run

    for rule in ("MSG001", "MSG002", "MSG003", "MSG004", "MSG005", "MSG006", "MSG007"):
        shown = json.loads(run("explain", rule, "--format", "json").out)["texts"]
        assert shown["fires"]
        assert shown["silent"]
