"""The header of a table: which column each cell belongs to, and whether a row further down is one again."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from verifykb.batch import columns
from verifykb.batch.clock import CLOCK, clock_at
from verifykb.batch.record import ReadOptions, column_of, near_column
from verifykb.errors import InputError

MIN_KNOWN = 2
"""How many columns a row must name to be taken for a header."""
MAX_NAME_CHARACTERS = 200
"""The length of a column's name, with a word on what to write there."""
# What a contact can be told by: a mailbox, a code, a number that can be dialled.
_EVIDENCE = re.compile(r"@|(?<!\w)sd ?\d{6}|(?:\d[ .()-]{0,3}){9}", re.IGNORECASE)
_VALUE_BEGINS = re.compile(r"\s*[+(]?[0-9]")


class Header(NamedTuple):
    """The column of each cell; an empty text for cells without one, `CLOCK` for a time of day beside a day.

    `strict` says that a cell without a column must be empty.
    """

    columns: list[str]
    strict: bool


def read_header(path: str, names: Sequence[str], options: ReadOptions) -> Header:
    """Tell which column each cell of a table belongs to.

    Args:
        path: for messages.
        names: the header as written.
        options: whether unknown columns are passed over.

    Raises:
        InputError: a column is unknown, or stands there twice.
    """
    found = _columns(names)
    first_spelling: dict[str, str] = {}
    for name, column in zip(names, found, strict=True):
        shown = " ".join(name.split())
        if column in first_spelling:
            raise InputError(
                "file-duplicate-column", file=path, column=column, first=first_spelling[column], second=shown
            )
        if not column and shown and not options.keep_extra_columns:
            every = ", ".join(columns.COLUMNS)
            near = near_column(name)
            raise InputError("file-unknown-column", file=path, column=shown, near=near, known=every)
        if column:
            first_spelling[column] = shown
    return Header(found, not options.keep_extra_columns)


def _columns(names: Sequence[str]) -> list[str]:
    clock = clock_at(names)
    return [CLOCK if at == clock else column_of(name) for at, name in enumerate(names)]


def known(names: Sequence[str]) -> int:
    """Count the columns that are named."""
    return len({column_of(name) for name in names} - {""})


def is_header_again(cells: Sequence[str], header: Header) -> bool:
    """Whether a row below a header is a header itself, as where months were pasted below each other.

    It names columns and holds nothing that a contact could be told by. What stands in the column of channels and
    is one ("Điện thoại", "Email") is a value.

    Args:
        cells: of the row, from left to right.
        header: the one above.
    """
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < MIN_KNOWN or any(len(cell) > MAX_NAME_CHARACTERS for cell in filled):
        return False
    if any(map(_VALUE_BEGINS.match, filled)) or holds_evidence(filled):
        return False
    return (
        not _is_channel(dict(zip(header.columns, cells, strict=False)).get("channel", ""))
        and known(filled) >= MIN_KNOWN
    )


@lru_cache(maxsize=1024)
def _is_channel(cell: str) -> bool:
    return bool(cell.strip()) and columns.key_of(cell) in columns.channels()


def is_same_header(cells: Sequence[str], header: Header) -> bool:
    """Whether a row that is a header names the same columns in the same places as the one above.

    Args:
        cells: of the row, from left to right.
        header: the one above.
    """
    again = _columns(cells)
    width = max(len(again), len(header.columns))
    return again + [""] * (width - len(again)) == header.columns + [""] * (width - len(header.columns))


def holds_evidence(texts: Sequence[str]) -> bool:
    """Whether texts hold what a contact can be told by: a mailbox, a code, a number that can be dialled."""
    return any(_EVIDENCE.search(text) for text in texts)
