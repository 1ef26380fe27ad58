"""CSV and TSV, record by record.

1. A broken quote must not swallow the rows behind it: they are read again, or told where that
   could let an attacker's own text pass for rows.
2. Rows count as a spreadsheet counts them: the header is row 1, blank rows count.
3. A column nobody knows, or without a name but with text, is refused: what is skipped in
   silence is lost.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count
from typing import NamedTuple

from verifykb.batch.clock import with_one_time
from verifykb.batch.header import (
    MIN_KNOWN,
    Header,
    holds_evidence,
    is_header_again,
    is_same_header,
    known,
    read_header,
)
from verifykb.batch.record import UNDECODABLE, ReadOptions, Record, bad_characters, unreadable
from verifykb.batch.stream import MAX_LINE_CHARACTERS, MAX_RECORD_LINES, Lines, LineTooLongError
from verifykb.errors import InputError, RowError
from verifykb.model.report import Unreadable

_MAX_TITLES = 20


class Opened(NamedTuple):
    """A table whose header was read.

    Args:
        row: the row that the header stands in.
        header: the column of each cell.
        delimiter: what separates the cells.
    """

    row: int
    header: Header
    delimiter: str


def read_table(path: str, lines: Lines, options: ReadOptions, *, tabs: bool) -> Iterator[Record | Unreadable]:
    """Read a table.

    Args:
        path: for messages.
        lines: the file.
        options: how to read it.
        tabs: cells are separated by tabs; otherwise the header tells.

    Raises:
        InputError: the header is unusable.
    """
    opened = open_table(path, lines, options, tabs=tabs)
    if opened:
        yield from read_rows(path, opened, lines)


def open_table(path: str, lines: Lines, options: ReadOptions, *, tabs: bool) -> Opened | None:
    """Read the header of a table; None where there is nothing in the file.

    Args:
        path: for messages.
        lines: the file.
        options: how to read it.
        tabs: cells are separated by tabs; otherwise the header tells.

    Raises:
        InputError: the header is unusable.
    """
    csv.field_size_limit(MAX_LINE_CHARACTERS)
    row, first = _first_line(path, lines)
    if not first:
        return None
    declared = re.fullmatch(r"""(?i)sep=([^"\r\n])\r?\n?""", first)  # Excel writes and reads this line
    if declared:
        skipped, first = _first_line(path, lines)
        row += skipped
    said = "\t" if tabs else declared[1] if declared else ""
    row, first = _below_titles(path, lines, row, first, said)
    delimiter = said or _delimiter(first)
    lines.push_back(first)
    lines.start_record()
    try:
        names = next(csv.reader(lines, delimiter=delimiter))
    except (csv.Error, StopIteration, LineTooLongError) as error:
        raise InputError("file-no-header", file=path) from error
    header = read_header(path, names, options)
    if not any(header.columns):
        raise InputError("file-no-known-column", file=path)
    return Opened(row, header, delimiter)


def read_rows(path: str, opened: Opened, lines: Lines) -> Iterator[Record | Unreadable]:
    """Read the rows below a header.

    Args:
        path: for messages.
        opened: the header, and the row above the first one to read.
        lines: the file, behind that row.
    """
    csv.field_size_limit(MAX_LINE_CHARACTERS)
    row, header, delimiter = opened
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        row += 1
        lines.start_record()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, LineTooLongError) as error:
            too_long = isinstance(error, LineTooLongError) and not lines.taken
            lines.push_back_all_but_first()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            key = "row-too-long" if too_long else "row-quote"
            yield unreadable(path, row, RowError(key, limit=MAX_LINE_CHARACTERS))
            continue
        record = _table_record(path, row, cells, header, lines)
        if isinstance(record, Unreadable):
            yield record
            yield from _swallowed(path, row, header, lines, delimiter)
            continue
        if isinstance(record, Record):
            lines.max_record_lines = min(MAX_RECORD_LINES, lines.max_record_lines + 1)
        if record is not None:
            yield record


def _swallowed(path: str, row: int, header: Header, lines: Lines, delimiter: str) -> Iterator[Unreadable]:
    """Tell of rows that a stray quote made part of an unreadable one.

    They are told, not judged: an attacker's own text can look like rows.
    """
    for line in lines.taken[1:]:
        if line.count(delimiter) >= len(header.columns) - 1 > 0:
            yield unreadable(path, row, RowError("row-swallowed", value=line.strip()))


def _first_line(path: str, lines: Lines) -> tuple[int, str]:
    """Give the row of the first line that is not blank, and the line; empty where there is none."""
    for row in count(1):
        lines.start_record()
        try:
            line = next(lines)
        except StopIteration:
            break
        except LineTooLongError as error:
            raise InputError("file-line-too-long", file=path, limit=MAX_LINE_CHARACTERS) from error
        if UNDECODABLE.search(line) or "\0" in line:
            encoding = lines.encoding.removesuffix("-sig")
            raise InputError("file-encoding", file=path, encoding=encoding, line=row)
        if line.strip(" \t\r\n,;"):
            return row, line
    return 0, ""


def _below_titles(path: str, lines: Lines, row: int, first: str, delimiter: str) -> tuple[int, str]:
    """Give the header and its row: the first line, or one below it where a spreadsheet wrote titles above.

    Raises:
        InputError: nothing is known in the first line, nor in those below it, or one of them may be a contact.
    """
    at, line = row, first
    for _ in range(_MAX_TITLES):
        if (
            not line
            or first.count('"') % 2
            or _known(line, delimiter or _delimiter(line)) >= (1 if at == row else MIN_KNOWN)
        ):
            break
        if holds_evidence([line]):
            return row, first
        skipped, line = _first_line(path, lines)
        at += skipped
    else:
        return row, first
    return (at, line) if line else (row, first)


def _known(line: str, delimiter: str) -> int:
    """Count the columns that a line names."""
    with suppress(csv.Error, StopIteration):
        return known(next(csv.reader([line], delimiter=delimiter)))
    return 0


def _delimiter(header: str) -> str:
    """Choose the delimiter under which most header names are known."""
    return max((",", ";", "\t", "|"), key=lambda delimiter: _known(header, delimiter))


def _table_record(path: str, row: int, cells: list[str], header: Header, lines: Lines) -> Record | Unreadable | None:
    if not any(cell.strip() for cell in cells):
        return None  # a blank row, or the empty tail of a spreadsheet
    width = len(header.columns)
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        return unreadable(path, row, RowError("row-cells", found=len(cells), expected=width))
    problem = bad_characters("".join(cells), lines.encoding)
    if problem:
        return unreadable(path, row, problem)
    pairs = list(zip(header.columns, cells, strict=False))
    if is_header_again(cells, header):
        return header_again(path, row, cells, header)
    nameless = [cell for name, cell in pairs if not name and cell.strip()]
    if nameless and header.strict:
        return unreadable(path, row, RowError("row-nameless", value=nameless[0]))
    return Record(path, row, with_one_time({name: cell for name, cell in pairs if name}))


def header_again(path: str, row: int, cells: Sequence[str], header: Header) -> Unreadable | None:
    """Pass over a header that stands in the log again; tell of one that names the columns otherwise.

    Args:
        path: for messages.
        row: that it stands in.
        cells: of the row.
        header: of the log.
    """
    if is_same_header(cells, header):
        return None
    return unreadable(path, row, RowError("row-header-again", value=" | ".join(cells)))
