"""The phrase table, compiled: what to scan for, and what each find is evidence of. Data: phrases.toml."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from verifykb.message.form import Form
from verifykb.message.grammar import parsed, words_in
from verifykb.message.words import canonical_form
from verifykb.model.contact import Ask

# Weights of what is looked for in a text first; the rest only where one of these is.
ASKED = frozenset({"ask", "object", "note"})
LANGUAGE = frozenset({"act", "cue"})


class Phrase(NamedTuple):
    """One row of the phrase table.

    Args:
        category: an `Ask`, ``other-contact``, ``machine-id``, or what the words do: ``give``, ``negation``…
        weight: ``ask``, ``object``, ``act``, ``cue`` or ``note``; see the head of the table.
        forms: as they are written in the table.
        source: ``document:line`` of the notice that makes it an ask; empty for acts and cues.
        fires: texts in which it is found.
        silent: near texts in which it is not.
        own_words: only in the office's own words.
    """

    category: str
    weight: str
    forms: tuple[str, ...]
    source: str = ""
    fires: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    own_words: bool = False


# Categories of objects that are named otherwise than what is asked with them.
_KIND_OF = {"machine-id": Ask.REMOTE_ACCESS.value}


@cache
def phrases() -> tuple[Phrase, ...]:
    """Give every row of the table, in its order."""
    return tuple(
        Phrase(
            category=row["category"],
            weight=row["weight"],
            forms=tuple(row["forms"].strip().split("\n")),
            source=row.get("source", ""),
            fires=tuple(row["fires"]),
            silent=tuple(row["silent"]),
            own_words=bool(row.get("own_words")),
        )
        for row in _raw()["phrase"]
    )


def kind_of(phrase: Phrase) -> str:
    """Give what a row is evidence of: an `Ask`, ``other-contact`` or ``pressure``; empty for acts and cues."""
    return _KIND_OF.get(phrase.category, phrase.category) if phrase.weight in ASKED else ""


def examples_of(kind: str) -> tuple[list[str], list[str]]:
    """Give texts that ask for a kind of thing, and near ones that do not."""
    rows = [row for row in phrases() if kind_of(row) == kind]
    return [text for row in rows for text in row.fires], [text for row in rows for text in row.silent]


def written_words() -> set[str]:
    """Give every word that stands in a form or a list of the table, as it is written there."""
    forms = [form for row in phrases() for form in row.forms]
    return {word for text in (*forms, *_raw()["lists"].values()) for word in words_in(text)}


def every_form() -> list[Form]:
    """Give the forms of all rows."""
    return [form for _, _, form in (*compiled(ASKED), *compiled(LANGUAGE))]


@cache
def _raw() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))


@cache
def compiled(weights: frozenset[str]) -> tuple[tuple[str, bool, Form], ...]:
    """Give the forms of the rows of some weights: category, whether only in notes, form.

    The category of an ask by itself begins with ``ask:``.
    """
    lists = {name: text.replace("\n", "") for name, text in _raw()["lists"].items()}
    for _ in range(2):  # a list may name another
        lists = {name: _expand(text, lists) for name, text in lists.items()}
    return tuple(
        (
            f"ask:{row.category}" if row.weight == "ask" else row.category,
            row.own_words,
            Form(parsed(form, lists, canonical_form)),
        )
        for row in phrases()
        if row.weight in weights
        for form in row.forms
    )


def _expand(text: str, lists: dict[str, str]) -> str:
    for name, words in lists.items():
        text = text.replace(f"@{name}", words)
    return text
