"""Logs in pieces that can be read by themselves, so that several processes may, and a run be taken up again.

1. How a log is cut depends on its bytes only, never on who reads the pieces.
2. A piece ends where a record ends. Where quotes stand in a way that leaves this open, the careful
   reader goes over the place first; what it takes for records decides.
3. Logs that cannot be cut (workbooks, mails, standard input) are written out as records beforehand.
"""

import os
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from verifykb.batch.record import ReadOptions
from verifykb.batch.stream import MAX_RECORD_LINES, lines_of, open_log
from verifykb.batch.tables import Opened, open_table, read_rows
from verifykb.errors import InputError, reason_of
from verifykb.text.paths import for_system

# Small enough that memory is used again and again, and that no row of a piece is longer than one may be.
PIECE_BYTES = 1_000_000
_QUOTE, _LINE_FEED, _CARRIAGE_RETURN = 34, 10, 13


class Piece(NamedTuple):
    """A stretch of a log.

    Args:
        kind: ``table`` (its quotes are known to be in order), ``rows`` (a table for the careful reader),
            ``lines`` (JSON lines), ``group`` (a row group of Parquet), ``records`` (written out beforehand).
        path: the file that is read.
        file: the log as it was named.
        start, end: its bytes; the number of the row group.
        row: the row above its first record.
        columns: of a table, the column of each cell; empty for cells without one.
        delimiter: of a table.
        strict: of a table: a cell without a column must be empty.
        patience: of rows: how many lines the first record may have (`Lines.max_record_lines`).
    """

    kind: str
    path: str
    file: str
    start: int
    end: int
    row: int
    columns: tuple[str, ...] = ()
    delimiter: str = ""
    strict: bool = True
    patience: int = MAX_RECORD_LINES


def cut_table(path: str, file: str, options: ReadOptions, *, tabs: bool) -> Iterator[Piece]:
    """Cut a table in UTF-8.

    Args:
        path: the file that is read.
        file: the log as it was named.
        options: how to read it.
        tabs: cells are separated by tabs.

    Raises:
        InputError: it cannot be read, or its header is unusable.
    """
    size = _size(path)
    with lines_of(path, file, 0, size) as lines:
        opened = open_table(file, lines, options, tabs=tabs)
        start = lines.position() + _mark_bytes(path, file, size)
    if opened is None:
        return
    header, patience = opened.header, MAX_RECORD_LINES
    while start < size:
        # Behind failures a record may have few lines only; the careful reader says when they are over.
        cut = _cut_quoted(path, file, start, size, opened.delimiter) if patience == MAX_RECORD_LINES else None
        kind, before = "table" if cut else "rows", patience
        length, rows, patience = cut or _cut_carefully(path, file, (start, size), opened, patience)
        yield Piece(
            kind,
            path,
            file,
            start,
            start + length,
            opened.row,
            tuple(header.columns),
            opened.delimiter,
            header.strict,
            before,
        )
        start, opened = start + length, opened._replace(row=opened.row + rows)


def _cut_quoted(path: str, file: str, start: int, size: int, delimiter: str) -> tuple[int, int, int] | None:
    """Find where a piece of a table ends.

    Returns:
        Its length, how many rows it has, and the patience behind it; None where its quotes leave that open.
    """
    data = bytes_of(path, file, start, min(PIECE_BYTES, size - start))
    if not _is_plain(data):
        return None
    octets = np.frombuffer(data, np.uint8)
    quoted = _quoted(octets, ord(delimiter) if delimiter.isascii() else -1) if b'"' in data else None
    if quoted is None and b'"' in data:
        return None
    feeds = np.flatnonzero(octets == _LINE_FEED)
    outside = feeds if quoted is None else feeds[~quoted[feeds]]
    if len(feeds) - len(outside) >= MAX_RECORD_LINES:
        return None
    if start + len(data) == size:
        is_closed = quoted is None or not quoted[-1]
        return (len(data), len(outside) + 1, MAX_RECORD_LINES) if is_closed else None
    return (int(outside[-1]) + 1, len(outside), MAX_RECORD_LINES) if len(outside) else None


def _is_plain(data: bytes) -> bool:
    """Whether lines end in one way, and nothing stands in there that a table has no room for."""
    return b"\0" not in data and data.count(b"\r") == data.count(b"\r\n")


def _quoted(octets: npt.NDArray[np.uint8], delimiter: int) -> npt.NDArray[np.bool_] | None:
    """Tell which octets stand inside quotes; None where a quote stands where none may.

    A quote opens behind a delimiter or a line's end, or behind the quote that it doubles; it closes
    before one of these.
    """
    is_quote = octets == _QUOTE
    at = np.flatnonzero(is_quote)
    opening, closing = at[0::2], at[1::2]
    before = octets[opening[opening > 0] - 1]
    after = octets[closing[closing < len(octets) - 1] + 1]
    around = (delimiter, _LINE_FEED, _QUOTE)
    if not np.isin(before, around).all() or not np.isin(after, (*around, _CARRIAGE_RETURN)).all():
        return None
    inside: npt.NDArray[np.bool_] = np.cumsum(is_quote) % 2 == 1
    return inside


def _cut_carefully(
    path: str, file: str, stretch: tuple[int, int], opened: Opened, patience: int
) -> tuple[int, int, int]:
    """Let the careful reader say where a record ends, about a piece's length on.

    Returns:
        As `_cut_quoted`.
    """
    row = opened.row
    with lines_of(path, file, *stretch) as lines:
        lines.max_record_lines = patience
        for item in read_rows(file, opened, lines):
            row = item.row
            if lines.position() >= PIECE_BYTES:
                break
        return lines.position(), row - opened.row, lines.max_record_lines


def cut_lines(path: str, file: str) -> Iterator[Piece]:
    """Cut JSON lines in UTF-8.

    Args:
        path: the file that is read.
        file: the log as it was named.

    Raises:
        InputError: it cannot be read.
    """
    size, row = _size(path), 0
    start = _mark_bytes(path, file, size)
    while start < size:
        data = bytes_of(path, file, start, min(PIECE_BYTES, size - start))
        is_end = start + len(data) == size
        length = len(data) if is_end else _whole_lines(data) or _first_line(path, file, start, size)
        yield Piece("lines", path, file, start, start + length, row)
        data = data[:length]
        row += data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n") or 1
        start += length


def _whole_lines(data: bytes) -> int:
    """Give the length of the whole lines at the beginning of some bytes; 0 for none."""
    # Behind a carriage return at the very end a line feed may follow, and belong to it.
    return data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, -1) + 1


def _first_line(path: str, file: str, start: int, size: int) -> int:
    """Give the length of a line that is longer than a piece."""
    at = start + PIECE_BYTES - 1
    while at < size:
        data = bytes_of(path, file, at, min(PIECE_BYTES, size - at))
        ends = [end for end in (data.find(b"\n"), data.find(b"\r")) if end >= 0]
        if ends:
            at += min(ends)
            return at + len(_line_end(bytes_of(path, file, at, min(2, size - at)))) - start
        at += len(data)
    return size - start


def _line_end(data: bytes) -> bytes:
    return data if data == b"\r\n" else data[:1]


def _size(path: str) -> int:
    with open_log(path) as log:
        return os.fstat(log.fileno()).st_size


def _mark_bytes(path: str, file: str, size: int) -> int:
    return 3 if bytes_of(path, file, 0, min(3, size)) == b"\xef\xbb\xbf" else 0


def bytes_of(path: str, file: str, start: int, length: int) -> bytes:
    """Read some bytes of a file.

    Args:
        path: the file.
        file: how messages name it.
        start: the first one.
        length: how many.

    Raises:
        InputError: the system does not let us, or the file is shorter than it was.
    """
    try:
        with open(for_system(path), "rb", buffering=0) as opened:  # noqa: PTH123
            opened.seek(start)
            data = opened.read(length)
    except OSError as error:
        raise InputError("file-unreadable", file=file, why=reason_of(error)) from error
    if len(data) != length:
        raise InputError("file-changed", file=file)
    return data
