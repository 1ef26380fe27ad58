"""Logs of contacts, record by record: CSV, TSV and JSON lines.

1. What cannot be read is reported with file and row, and the run goes on: a broken quote
   must not swallow the rows behind it.
2. Text is UTF-8 (with or without a byte order mark) unless an encoding was named; it is
   never guessed, and a byte that does not fit spoils its row only.
3. Memory is bounded: no line, and no record of several lines, is longer than a limit.
4. Rows count as a spreadsheet counts them: the header is row 1, blank rows count.
"""

import codecs
import csv
import hashlib
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from difflib import get_close_matches
from functools import cache
from itertools import count
from typing import IO, Any, NamedTuple

from verifykb.batch import columns
from verifykb.errors import InputError, RowError, UsageError
from verifykb.model.report import InputFile, Unreadable
from verifykb.text.paths import for_system

FORMATS = ("csv", "tsv", "jsonl")
STDIN = "-"
_ENDINGS = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_MAX_LINE_CHARACTERS = 1_048_576  # a message of a megabyte is no message
_MAX_RECORD_LINES = 500  # a quote that is never closed must not swallow the file
_UNDECODABLE = re.compile("[\udc80-\udcff]")


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
    """One record as it stands in the log: text by column."""

    file: str
    row: int
    cells: dict[str, str]


class _LineTooLongError(Exception):
    """A line, or a record of several lines, is over the limit."""


def read_log(path: str, options: ReadOptions, inputs: list[InputFile]) -> Iterator[Record | Unreadable]:
    """Read one log.

    Args:
        path: a file, or ``-`` for standard input.
        options: how to read it.
        inputs: gets the file's fingerprint once it was read to the end.

    Yields:
        Each record, or what could not be read, in the order of the file.

    Raises:
        InputError: the file is missing, unreadable, no text, or its header is unusable.
        UsageError: the options do not say how to read it.
    """
    input_format = options.input_format or _format_of(path)
    encoding = _encoding(options.encoding)
    with _open(path) as raw:
        hashing = _HashingReader(raw)
        text = io.TextIOWrapper(io.BufferedReader(hashing), encoding=encoding, errors="surrogateescape", newline="")
        lines = _Lines(text, path, encoding)
        try:
            if input_format == "jsonl":
                yield from _read_json_lines(path, lines, options)
            else:
                yield from _read_table(path, lines, options, tabs=input_format == "tsv")
        except UnicodeError as error:
            raise InputError("file-encoding", file=path, encoding=encoding, line=1) from error
        except OSError as error:
            raise InputError("file-unreadable", file=path, why=error.strerror) from error
        inputs.append(InputFile(path=path, sha256=hashing.hexdigest()))
        text.detach()


def check_options(path: str, options: ReadOptions) -> None:
    """Refuse options that cannot be meant, before anything is written.

    Raises:
        UsageError: standard input without a format, or an encoding that is none.
    """
    _encoding(options.encoding)
    if path == STDIN and not options.input_format:
        raise UsageError("stdin-needs-format")


def _format_of(path: str) -> str:
    if path == STDIN:
        raise UsageError("stdin-needs-format")
    ending = os.path.splitext(path)[1].lower()  # noqa: PTH122 - pathlib knows no "-"
    if ending not in _ENDINGS:
        if os.path.isdir(for_system(path)):  # noqa: PTH112
            raise InputError("file-is-folder", file=path)
        if not os.path.exists(for_system(path)):  # noqa: PTH110
            raise InputError("file-missing", file=path)
        raise InputError("file-format-unknown", file=path)
    return _ENDINGS[ending]


def _encoding(name: str) -> str:
    try:
        found = codecs.lookup(name or "utf-8").name
        # Refuses codecs that are no text encodings, such as rot13.
        "a".encode(found).decode(found, "surrogateescape")
    except (LookupError, ValueError) as error:
        raise UsageError("file-encoding-unknown", encoding=name) from error
    return "utf-8-sig" if found == "utf-8" else found


def _open(path: str) -> IO[bytes]:
    try:
        if path == STDIN:
            if sys.stdin is None:
                raise InputError("stdin-closed")
            return os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
        return open(for_system(path), "rb", buffering=0)  # noqa: PTH123 - the caller closes it
    except IsADirectoryError as error:
        raise InputError("file-is-folder", file=path) from error
    except FileNotFoundError as error:
        raise InputError("file-missing", file=path) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise InputError("file-unreadable", file=path, why=why) from error


class _HashingReader(io.RawIOBase):
    """Passes bytes on and fingerprints them."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        self._hash.update(data)
        return len(data)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class _Lines:
    """Lines of bounded length, which can be pushed back to be read again."""

    def __init__(self, text: IO[str], path: str, encoding: str) -> None:
        self._text = text
        self._pushed: list[str] = []
        self.path = path
        self.encoding = encoding
        self.max_record_lines = _MAX_RECORD_LINES
        self.taken: list[str] = []
        self._taken_characters = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._pushed.pop() if self._pushed else self._text.readline(_MAX_LINE_CHARACTERS)
        if not line:
            raise StopIteration
        if len(line) >= _MAX_LINE_CHARACTERS and not line.endswith(("\n", "\r")):
            while line and not line.endswith(("\n", "\r")):
                line = self._text.readline(_MAX_LINE_CHARACTERS)
            raise _LineTooLongError
        self.taken.append(line)
        self._taken_characters += len(line)
        if len(self.taken) > self.max_record_lines or self._taken_characters > _MAX_LINE_CHARACTERS:
            raise _LineTooLongError
        return line

    def start_record(self) -> None:
        """Forget the lines of the record before."""
        self.taken = []
        self._taken_characters = 0

    def push_back_all_but_first(self) -> None:
        """Give the later lines of a failed record another chance as records of their own.

        Each failure halves what the next record may hold, so that a file of broken quotes
        costs no more than a few readings of it.
        """
        self.max_record_lines = max(1, self.max_record_lines // 2)
        self._pushed.extend(reversed(self.taken[1:]))
        self.taken = self.taken[:1]

    def push_back(self, line: str) -> None:
        """Let a line be read again."""
        self._pushed.append(line)


# ---------------------------------------------------------------------- CSV and TSV


def _read_table(path: str, lines: _Lines, options: ReadOptions, *, tabs: bool) -> Iterator[Record | Unreadable]:
    csv.field_size_limit(_MAX_LINE_CHARACTERS)
    row, first = _first_line(path, lines)
    if not first:
        return
    declared = re.fullmatch(r"(?i)sep=(.)\r?\n?", first)  # Excel writes and reads this line
    if declared:
        skipped, first = _first_line(path, lines)
        row += skipped
    delimiter = "\t" if tabs else declared[1] if declared else _delimiter(first)
    lines.push_back(first)
    lines.start_record()
    try:
        names = next(csv.reader(lines, delimiter=delimiter))
    except (csv.Error, StopIteration, _LineTooLongError) as error:
        raise InputError("file-no-header", file=path) from error
    header = _header(path, names, options)
    yield from _rows(path, row, header, lines, delimiter)


def _rows(path: str, row: int, header: "_Header", lines: _Lines, delimiter: str) -> Iterator[Record | Unreadable]:
    """Read the rows below a header that stands in row `row`."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        row += 1
        lines.start_record()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _LineTooLongError) as error:
            too_long = isinstance(error, _LineTooLongError) and not lines.taken
            lines.push_back_all_but_first()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            key = "row-too-long" if too_long else "row-quote"
            yield _unreadable(path, row, RowError(key, limit=_MAX_LINE_CHARACTERS))
            continue
        record = _table_record(path, row, cells, header, lines)
        if isinstance(record, Record):
            lines.max_record_lines = min(_MAX_RECORD_LINES, lines.max_record_lines * 2)
        if record is not None:
            yield record


def _first_line(path: str, lines: _Lines) -> tuple[int, str]:
    """Give the row of the first line that is not blank, and the line; empty where there is none."""
    for row in count(1):
        lines.start_record()
        try:
            line = next(lines)
        except StopIteration:
            break
        except _LineTooLongError as error:
            raise InputError("file-line-too-long", file=path, limit=_MAX_LINE_CHARACTERS) from error
        if _UNDECODABLE.search(line) or "\0" in line:
            encoding = lines.encoding.removesuffix("-sig")
            raise InputError("file-encoding", file=path, encoding=encoding, line=row)
        if line.strip(" \t\r\n,;"):
            return row, line
    return 0, ""


def _delimiter(header: str) -> str:
    """Choose the delimiter under which most header names are known."""

    def known(delimiter: str) -> int:
        with suppress(csv.Error):
            names = next(csv.reader([header], delimiter=delimiter))
            return sum(columns.key_of(name) in columns.headers() for name in names)
        return 0

    return max((",", ";", "\t", "|"), key=known)


class _Header(NamedTuple):
    """The column of each cell; an empty text for cells without one.

    `strict` says that a cell without a column must be empty.
    """

    columns: list[str]
    strict: bool


def _header(path: str, names: list[str], options: ReadOptions) -> _Header:
    header: list[str] = []
    first_spelling: dict[str, str] = {}
    for name in names:
        column = _column(name)
        shown = " ".join(name.split())
        if column in first_spelling:
            raise InputError(
                "file-duplicate-column", file=path, column=column, first=first_spelling[column], second=shown
            )
        if not column and shown and not options.keep_extra_columns:
            known = ", ".join(columns.COLUMNS)
            near = _near_column(name)
            raise InputError("file-unknown-column", file=path, column=shown, near=near, known=known)
        if column:
            first_spelling[column] = shown
        header.append(column)
    return _Header(header, not options.keep_extra_columns)


def _column(name: str) -> str:
    return columns.headers().get(columns.key_of(name), "")


@cache
def _near_column(name: str) -> str:
    near = get_close_matches(columns.key_of(name), columns.headers(), n=1, cutoff=0.7)
    return columns.headers()[near[0]] if near else ""


def _table_record(path: str, row: int, cells: list[str], header: _Header, lines: _Lines) -> Record | Unreadable | None:
    if not any(cell.strip() for cell in cells):
        return None  # a blank row, or the empty tail of a spreadsheet
    width = len(header.columns)
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        return _unreadable(path, row, RowError("row-cells", found=len(cells), expected=width))
    problem = _bad_characters("".join(cells), lines.encoding)
    if problem:
        return _unreadable(path, row, problem)
    pairs = list(zip(header.columns, cells, strict=False))
    nameless = [cell for name, cell in pairs if not name and cell.strip()]
    if nameless and header.strict:
        return _unreadable(path, row, RowError("row-nameless", value=nameless[0]))
    return Record(path, row, {name: cell for name, cell in pairs if name})


def _bad_characters(text: str, encoding: str) -> RowError | None:
    if "\0" in text:
        return RowError("row-nul")
    if _UNDECODABLE.search(text):
        return RowError("row-encoding", encoding=encoding.removesuffix("-sig"))
    return None


def _unreadable(path: str, row: int, error: InputError) -> Unreadable:
    return Unreadable(file=path, row=row, key=error.key, values=error.values)


# ---------------------------------------------------------------------- JSON lines


def _read_json_lines(path: str, lines: _Lines, options: ReadOptions) -> Iterator[Record | Unreadable]:
    row = 0
    while True:
        row += 1
        lines.start_record()
        try:
            line = next(lines)
        except StopIteration:
            return
        except _LineTooLongError:
            yield _unreadable(path, row, RowError("row-too-long", limit=_MAX_LINE_CHARACTERS))
            continue
        if not line.strip():
            continue
        try:
            yield Record(path, row, _json_cells(line, lines.encoding, options))
        except RowError as error:
            yield _unreadable(path, row, error)


def _json_cells(line: str, encoding: str, options: ReadOptions) -> dict[str, str]:
    problem = _bad_characters(line, encoding)
    if problem:
        raise problem
    try:
        pairs = json.loads(line, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as error:
        raise RowError("row-json", at=error.pos + 1) from error
    except (ValueError, RecursionError) as error:
        raise RowError("row-json", at=1) from error
    if not isinstance(pairs, _Pairs):
        raise RowError("row-json", at=1)
    cells: dict[str, str] = {}
    for name, value in pairs:
        column = _column(name)
        if not column:
            if options.keep_extra_columns:
                continue
            raise RowError("row-unknown-column", column=name, near=_near_column(name))
        if column in cells:
            raise RowError("row-duplicate-column", column=column)
        cells[column] = _json_text(column, value)
    return cells


class _Pairs(list[tuple[str, Any]]):
    """The pairs of a JSON object, so that a key given twice is seen."""


def _json_text(column: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        if column in ("own_request", "called_back"):
            return "yes" if value else "no"
        raise RowError("row-json-value", column=column)
    if isinstance(value, str | int):
        return str(value)
    is_list_of_texts = type(value) is list and all(isinstance(item, str) for item in value)
    if column == "asks" and is_list_of_texts:
        return ";".join(value)  # type: ignore[arg-type] # checked above
    raise RowError("row-json-value", column=column)
