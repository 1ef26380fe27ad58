"""Draws many texts of a grammar at a time (sentences.toml), as Arrow arrays.

1. A name in a form is drawn again for every row; a name of the row (its day, say) gives what the caller bound to it.
2. All randomness comes from the generator that is passed in: the same one gives the same texts.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Strings = Any  # a pa.StringArray, or a scalar in its place; pyarrow has no types of its own
Rows = Any  # places of rows: an array of integers
_SENTENCES = Path(__file__).with_name("sentences.toml")
_DIGITS = re.compile(r"d([1-8])(?:in([0-9]+))?")
_MARKS = "[\u0300-\u036f]+"
_NOTHING = pa.scalar("")
_WRITTEN_DIGITS = 4  # numbers up to here are written once and drawn from


class Source(NamedTuple):
    """Where the cells of a column come from, and how often.

    Args:
        share: of the rows; the shares of a column add up to 1.
        what: a name of the grammar, or an array to draw from again and again; empty for blank cells.
        skew: above 1 the first values of an array come up more often than the last.
    """

    share: float
    what: Any = ""
    skew: float = 1.0


class Composer:
    """The grammar, a generator, and what is bound to each row."""

    def __init__(self, generator: np.random.Generator, bound: Mapping[str, Strings]) -> None:
        self._random = generator
        self._bound = bound

    def column(self, rows: Rows, sources: Sequence[Source]) -> Strings:
        """Draw the cells of a column: each row from one of the sources; blank is null."""
        chosen = self._random.choice(len(sources), size=len(rows), p=[source.share for source in sources])
        return _together([(at, self._of_source(rows[at], sources[number])) for number, at in _places(chosen)])

    def either(self, which: Any, name: str, other: str) -> Strings:
        """Draw a text of one name where `which` is true, of the other where it is not."""
        rows = np.arange(len(which))
        names = ((rows[which], name), (rows[~which], other))
        return _together([(places, self.draw(drawn, places)) for places, drawn in names])

    def draw(self, name: str, rows: Rows) -> Strings:
        """Draw a text of the grammar for each of some rows."""
        digits = _DIGITS.fullmatch(name)
        if digits:
            return self._number(int(digits[1]), int(digits[2] or 0), len(rows))
        if name in self._bound:
            return self._bound[name].take(pa.array(rows))
        forms = _grammar()[name]
        chosen = self._random.integers(len(forms), size=len(rows))
        if isinstance(forms, pa.Array):
            return forms.take(pa.array(chosen))
        return _together([(at, self._form(forms[number], rows[at])) for number, at in _places(chosen)])

    def _of_source(self, rows: Rows, source: Source) -> Strings:
        if isinstance(source.what, str):
            return self.draw(source.what, rows) if source.what else pa.nulls(len(rows), pa.string())
        place = self._random.random(len(rows)) ** source.skew * len(source.what)
        return source.what.take(pa.array(place.astype(np.int64)))

    def _form(self, pieces: Sequence[Any], rows: Rows) -> Strings:
        drawn = [self.draw(piece, rows) if isinstance(piece, str) else piece for piece in pieces]
        if len(drawn) == 1:
            return drawn[0] if isinstance(pieces[0], str) else pa.repeat(pieces[0], len(rows))
        return pc.binary_join_element_wise(*drawn, _NOTHING)

    def _number(self, digits: int, most: int, count: int) -> Strings:
        numbers = self._random.integers(1, most + 1, count) if most else self._random.integers(10**digits, size=count)
        if digits <= _WRITTEN_DIGITS:
            return _written(digits).take(pa.array(numbers))
        return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), digits, "0")


def without_marks(texts: Strings) -> Strings:
    """Write Vietnamese without its marks, as in a text message."""
    bare = pc.replace_substring_regex(pc.utf8_normalize(texts, "NFD"), _MARKS, "")
    return pc.replace_substring(pc.replace_substring(bare, "đ", "d"), "Đ", "D")


@cache
def _written(digits: int) -> Strings:
    return pa.array([f"{number:0{digits}}" for number in range(10**digits)])


@cache
def _grammar() -> dict[str, Any]:
    """Give each name's forms: an array where they are plain texts, else lists of pieces."""
    rules = tomllib.loads(_SENTENCES.read_text(encoding="utf-8"))
    return {
        name: [_pieces(form) for form in forms] if any("{" in form for form in forms) else pa.array(forms)
        for name, forms in rules.items()
    }


def _pieces(form: str) -> list[Any]:
    """Cut a form into names, as they are, and texts, as scalars: making those on every use cost more than the rest."""
    parts = re.split(r"\{(\w+)\}", form)
    return [part if place % 2 else pa.scalar(part) for place, part in enumerate(parts) if part]


def _places(chosen: Rows) -> list[tuple[int, Rows]]:
    """Give for each number that was chosen where it was."""
    chosen = chosen.astype(np.uint8)  # no name has more forms; sorted by counting
    order = np.argsort(chosen, kind="stable")
    starts = np.flatnonzero(np.diff(chosen[order].astype(np.int64), prepend=-1))
    return [(int(chosen[places[0]]), places) for places in np.split(order, starts[1:]) if len(places)]


def _together(parts: list[tuple[Rows, Strings]]) -> Strings:
    """Put texts that were drawn apart into the order of their rows."""
    if not parts:
        return pa.array([], pa.string())
    places = np.concatenate([places for places, _ in parts])
    order = np.empty_like(places)
    order[places] = np.arange(len(places))
    return pa.concat_arrays([texts for _, texts in parts]).take(pa.array(order))
