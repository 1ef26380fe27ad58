"""Columns of a record batch as the texts of contact records.

1. A record batch may hold any type that a table has: dates, numbers and yes/no become the texts
   that a person would have typed; nothing and blank are the same.
2. Texts are put into NFC, as everywhere where texts come in.
"""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from verifykb.batch.columns import COLUMNS
from verifykb.batch.record import column_of
from verifykb.context import VIETNAM
from verifykb.text.nfc import nfc
from verifykb.text.space import WHITE_SPACE

Indexes = npt.NDArray[np.int64]
_Value = TypeVar("_Value")

# Distinct values that are remembered, with all that was found of each: a hostile log has no end of them.
MEMO_LIMIT = 2**13


class Memo(dict[object, _Value]):
    """What was worked out for values, up to a limit; then it begins anew."""

    def __init__(self, limit: int = MEMO_LIMIT) -> None:
        super().__init__()
        self._limit = limit

    def __setitem__(self, key: object, value: _Value) -> None:
        if len(self) >= self._limit:
            self.clear()
        super().__setitem__(key, value)


class Coded:
    """A column as its distinct texts, and for each row the number of its text."""

    def __init__(self, texts: list[str], codes: Indexes) -> None:
        self.texts = texts
        self.codes = codes

    def rows(self) -> list[str]:
        """Give the text of every row."""
        texts = self.texts
        return [texts[code] for code in self.codes.tolist()]

    def at(self, row: int) -> str:
        """Give the text of one row."""
        return self.texts[int(self.codes[row])]


def columns_of(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """Give the columns of a contact record that a batch has, as arrays of text.

    Raises:
        ValueError: two columns of the batch mean the same.
    """
    found: dict[str, pa.Array] = {}
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        column = name if name in COLUMNS else column_of(name)
        if column and column in found:
            msg = f"two columns for {column}"
            raise ValueError(msg)
        if column:
            found[column] = _as_text(array)
    return found


def _as_text(array: pa.Array) -> pa.Array:
    kind = array.type
    if pa.types.is_dictionary(kind):
        array, kind = array.dictionary_decode(), kind.value_type
    if pa.types.is_string(kind):
        return array.fill_null("") if array.null_count else array
    if pa.types.is_boolean(kind):
        return pc.if_else(array, "yes", "no").fill_null("")
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return pa.array(_moments(array), pa.string())
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        items = ((item for item in value or () if item is not None) for value in array.to_pylist())
        return pa.array([";".join(map(str, some)) for some in items], pa.string())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pa.array([_number_text(value) for value in array.to_pylist()], pa.string())
    return array.cast(pa.string()).fill_null("")


def _number_text(value: float | Decimal | None) -> str:
    """Write a number as a person would; what is no number ("nan") is nothing, and no evidence of anything."""
    if value is None or not isfinite(value):
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else f"{value:.15g}"


def _moments(array: pa.Array) -> list[str]:
    kind = array.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":  # Python's clock has no nanoseconds
        array = array.cast(pa.timestamp("us", kind.tz), safe=False)
    try:
        return list(map(_moment_text, array.to_pylist()))
    except (ValueError, ArithmeticError, LookupError):
        return [_odd_moment_text(scalar) for scalar in array]


def _odd_moment_text(scalar: pa.Scalar) -> str:
    try:
        return _moment_text(scalar.as_py())
    except (ValueError, ArithmeticError, LookupError):
        return f"{scalar.value} {scalar.type}"  # no time that there is: the row says so


def _moment_text(value: object) -> str:
    if value is None:
        return ""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return (moment.astimezone(VIETNAM) if moment.tzinfo else moment).isoformat(timespec="seconds")


def coded(array: pa.Array | None, rows: int) -> Coded:
    """Give the distinct texts of a column; blank ones are empty, all are in NFC."""
    if array is None:
        return Coded([""], np.zeros(rows, np.int64))
    encoded = array.dictionary_encode()
    texts = [cleaned(text) for text in encoded.dictionary.to_pylist()]
    return Coded(texts, encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64))


def plain(array: pa.Array | None, rows: int) -> list[str]:
    """Give the texts of a column whose values are nearly all distinct; as `coded` does."""
    if array is None:
        return [""] * rows
    return [text if text.isascii() and text > " \x7f" else cleaned(text) for text in array.to_pylist()]


def cleaned(text: str) -> str:
    """Give a cell's text in NFC; empty where it is blank."""
    if not text or not text.strip(WHITE_SPACE):
        return ""
    return text if unicodedata.is_normalized("NFC", text) else nfc(text)


def combined(columns: list[Coded]) -> tuple[Indexes, list[tuple[str, ...]], Indexes]:
    """Give the distinct combinations of some columns.

    Returns:
        For each row the number of its combination; the texts of each; and a row that has it.
    """
    keys = np.zeros(len(columns[0].codes), np.int64)
    for column in columns:
        keys = keys * len(column.texts) + column.codes
    _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    texts = zip(*([column.texts[code] for code in column.codes[first].tolist()] for column in columns), strict=True)
    return codes, list(texts), first


def mapped(values: list[_Value], codes: Indexes, key: Callable[[_Value], int]) -> npt.NDArray[np.int8]:
    """Give a small number for each row, by its distinct value."""
    return np.fromiter(map(key, values), np.int8, len(values))[codes]
