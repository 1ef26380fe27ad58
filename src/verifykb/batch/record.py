"""What every reader of logs gives and uses: a record, how to read, what cannot be read."""

import re
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import NamedTuple

from verifykb.batch import columns
from verifykb.errors import InputError, RowError
from verifykb.model.report import Unreadable

UNDECODABLE = re.compile("[\ud800-\udfff]")  # nothing that is text: a byte that is none, half of a character


class ReadOptions(NamedTuple):
    """How a log is read.

    Args:
        input_format: one of `FORMATS`; empty to tell by the file's ending.
        encoding: a Python codec; empty for UTF-8.
        keep_extra_columns: pass over unknown columns instead of refusing the file.
    """

    input_format: str = ""
    encoding: str = ""
    keep_extra_columns: bool = False


class Record(NamedTuple):
    """One record as it stands in the log: text by column.

    `folder` is what a path in the record is relative to; `repairs` names the columns of which a
    reader gave back what a spreadsheet had taken away.
    """

    file: str
    row: int
    cells: dict[str, str]
    folder: str = ""
    repairs: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def column_of(name: str) -> str:
    """Give the column that a header means; empty where it is unknown."""
    return columns.headers().get(columns.header_key(name), "")


@cache
def near_column(name: str) -> str:
    """Give the column that a header may have meant; empty where none is near."""
    near = get_close_matches(columns.header_key(name), columns.headers(), n=1, cutoff=0.7)
    return columns.headers()[near[0]] if near else ""


def bad_characters(text: str, encoding: str) -> RowError | None:
    """Give the error of a text that holds NUL or undecodable bytes."""
    if "\0" in text:
        return RowError("row-nul")
    if UNDECODABLE.search(text):
        return RowError("row-encoding", encoding=encoding.removesuffix("-sig"))
    return None


def unreadable(path: str, row: int, error: InputError) -> Unreadable:
    """Tell of a row that could not be read."""
    return Unreadable(file=path, row=row, key=error.key, values=error.values)
