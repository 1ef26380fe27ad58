"""Words that decide nothing are read as one word: names, offices, numbers."""

import ast
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from verifykb.directory.types import Directory
from verifykb.message import line as line_module
from verifykb.message import meaning, reading, remembered, sentence, written
from verifykb.message.quoting import Hit
from verifykb.message.reach import THINGS
from verifykb.message.reading import read_message
from verifykb.message.table import every_form
from verifykb.message.vocabulary import told_apart, vocabulary, words_of_text
from verifykb.message.words import Words

_CASES = Path(__file__).parents[1] / "cases"
_TEXTS = sorted(
    {
        (case["record"][where], where == "note")
        for file in sorted(_CASES.glob("*.jsonl"))
        for case in map(json.loads, file.read_text(encoding="utf-8").splitlines())
        for where in ("message", "note")
        if isinstance(case.get("record", {}).get(where), str) and case["record"][where]
    }
)
_LONG = 300  # characters; where an endless sentence is cut depends on how long its words are


@pytest.fixture
def forget() -> Iterator[None]:
    """Begin and end with no sentence remembered."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    remembered.forget()
    for lines in reading._READ.values():
        lines.clear()


@pytest.mark.usefixtures("forget")
def test_no_message_is_read_otherwise_than_by_all_of_its_words(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is asked, and the words that show it, are those that a reading of every single word finds."""

    def read() -> dict[tuple[str, bool], list[Hit]]:
        return {(text, own): read_message(text, directory, own_words=own) for text, own in _TEXTS if len(text) <= _LONG}

    told = read()
    _forget()
    every = {has_marks: Words(bare_is_plain=has_marks) for has_marks in (True, False)}
    monkeypatch.setattr(written, "words_of_text", lambda *, has_marks: every[has_marks])
    monkeypatch.setattr(written, "told_apart", lambda line: line)
    assert read() == told
    assert any(told.values())


@pytest.mark.parametrize(
    ("written_so", "line"),
    [
        ("Nguyễn", "oo"),
        ("7.500.000", "0 0 0"),
        ("12/11/2026,", "12 0 0 ,"),
        ("SD261120-004217", "oo0 0"),
        ("OTP", "otp"),
        ("b)", "b"),
        ("a)", "anh"),
        ("…", "."),
    ],
)
def test_names_and_numbers_are_alike(written_so: str, line: str) -> None:
    """A name is a word, a number a number; words of the table, signs and single letters stay what they are."""
    assert words_of_text(has_marks=True)[written_so] == line


def test_what_no_number_says_is_not_remembered() -> None:
    """No two amounts are alike: they must not push words out of memory."""
    words = words_of_text(has_marks=True)
    words["987.654.321"]
    assert "987.654.321" not in words


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("pham oo", "oo oo"),  # a name
        ("toix pham", "toix pham"),
        ("toix . . pham", "toix . . pham"),  # full stops may be read over
        ("doc ma otp", "doc ma otp"),
        ("", ""),
    ],
)
def test_a_word_counts_beside_its_neighbours_only(line: str, told: str) -> None:
    """What the table has in a row only is nothing alone."""
    assert told_apart(line) == told


def test_every_form_of_the_table_is_told_apart_from_all_others() -> None:
    """No form loses a word: each of its heads comes through as it is."""
    for form in every_form():
        for head in form.heads:
            words = head.strip()
            if words and len(words.split(" ")) > 1 and form.heads[head]:
                assert told_apart(words) == words


def _words_of_rules() -> set[str]:
    """Give the words of the lines that the rules of the sentence look for: literals with a space at an end, and patterns."""
    lines: list[str] = []
    for module in (line_module, meaning, reading, remembered, sentence):
        tree = ast.parse(inspect.getsource(module))
        documented = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and isinstance(node.body[0], ast.Expr)
        }
        texts = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented
        ]
        lines += [text for text in texts if text != text.strip(" ") and text.strip(" ")]
    patterns = (meaning._READER, meaning._OPENS_CLAUSE.pattern, meaning._AFTER_NEGATION.pattern)
    lines += [re.sub(r"\\.|\[[^\]]*\]|\(\?P<\w+>|\(\?:", " ", pattern) for pattern in patterns]
    return {word for line in lines for word in re.findall(r"[A-Za-z]{2,}", line)}


def test_every_word_that_a_rule_looks_for_is_told_apart() -> None:
    """Wherever it stands, whatever stands beside it."""
    words = _words_of_rules()
    assert {"giup", "kho", "nghiem", "baox", "tren"} <= words
    for word in words:
        assert word in vocabulary() or word in THINGS, word
        assert told_apart(f"oo {word} oo") == f"oo {word} oo", word
