"""Logs in workbooks (``.xlsx``), read by a process of its own (`batch.xlsx_process`).

1. Every sheet that holds anything is read, or told: each month of a book is a log. Hidden sheets are told.
2. Where several sheets hold something, records name theirs: ``so.xlsx[Tháng 10]``.
3. Whatever happens in that process is an answer here: records, or why there are none.

What a sheet's cells mean is in `batch.xlsx_table`.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import IO, Any, NamedTuple

from verifykb.batch.record import ReadOptions, Record, unreadable
from verifykb.batch.stream import open_log
from verifykb.batch.xlsx_header import Cell, Row
from verifykb.batch.xlsx_process import MAX_BYTES
from verifykb.batch.xlsx_table import read_sheet
from verifykb.errors import InputError, reason_of
from verifykb.limited import LimitedProcess
from verifykb.model.report import Unreadable

_PROCESS = "verifykb.batch.xlsx_process"
_MAX_WALL_SECONDS = 60.0
_MAX_LINE_BYTES = 8 * 1024 * 1024  # a row: a million characters, and the places of its cells
_CHUNK_BYTES = 1024 * 1024
_MAX_TITLE_CHARACTERS = 31  # of Excel's


class _RefusedError(InputError):
    """The process does not read the workbook, or no further."""


class _Sheet(NamedTuple):
    title: str
    hidden: bool
    filled: bool


def read_xlsx(
    path: str, options: ReadOptions, digest: Callable[[str], None], name: str = ""
) -> Iterator[Record | Unreadable]:
    """Read a workbook.

    Args:
        path: the file, or ``-`` for standard input.
        options: how to read it.
        digest: gets the file's fingerprint once it was read to the end.
        name: how messages and records name it; the path where none is given.

    Yields:
        Each record, or what could not be read, in the order of the workbook.

    Raises:
        InputError: it cannot be read, is no workbook, or one that is not safe to read.
    """
    name = name or path
    with open_log(path) as raw:
        try:
            process = LimitedProcess(_PROCESS, _MAX_WALL_SECONDS)
        except OSError as error:
            raise InputError("file-unreadable", file=name, why=reason_of(error)) from error
        with process:
            fingerprint = _feed(raw, name, process)
            messages = _messages(process, name)
            sheets = [_Sheet(*sheet) for sheet in next(messages)[1]]
            yield from _read_sheets(name, sheets, messages, options)
    digest(fingerprint)


def _feed(raw: IO[bytes], name: str, process: LimitedProcess) -> str:
    """Give the process the file, piece by piece; gives the fingerprint of what it got."""
    fingerprint, octets = hashlib.sha256(), 0
    try:
        while chunk := raw.read(_CHUNK_BYTES):
            octets += len(chunk)
            if octets > MAX_BYTES:
                raise InputError("file-xlsx-too-large", file=name, limit=MAX_BYTES // 1024 // 1024)
            fingerprint.update(chunk)
            process.feed(chunk)
    except OSError as error:
        raise InputError("file-unreadable", file=name, why=reason_of(error)) from error
    return fingerprint.hexdigest()


def _messages(process: LimitedProcess, name: str) -> Iterator[list[Any]]:
    """Give what the process says: the sheets, then rows.

    Raises:
        InputError: it refuses, or stops before it has said that this is the end.
    """
    for line in process.lines(_MAX_LINE_BYTES):
        message: list[Any] = json.loads(line)
        if message[0] == "end":
            return
        if message[0] == "refused":
            raise _RefusedError(message[1], file=name, **message[2])
        yield message
    raise _RefusedError("file-xlsx-limits" if process.ended else "file-xlsx-broken", file=name)


def _read_sheets(
    name: str, sheets: list[_Sheet], messages: Iterable[list[Any]], options: ReadOptions
) -> Iterator[Record | Unreadable]:
    names = _names(name, sheets)
    is_alone = sum(sheet.filled for sheet in sheets) == 1
    for sheet, file in zip(sheets, names, strict=True):
        if sheet.hidden and sheet.filled:
            yield unreadable(file, 0, InputError("file-xlsx-sheet-hidden", file=name, sheet=sheet.title))
    for number, rows in groupby(messages, key=lambda message: int(message[0])):
        file = names[number]
        found = (Row(row, [Cell(*cell) for cell in cells]) for _, row, cells in rows)
        try:
            yield from read_sheet(file, found, options)
        except _RefusedError:
            raise  # the whole workbook, not this sheet
        except InputError as error:
            if is_alone:
                raise
            yield unreadable(file, 0, error)


def _names(name: str, sheets: list[_Sheet]) -> list[str]:
    """Name each sheet; the file alone where only one of them holds anything."""
    if sum(sheet.filled for sheet in sheets) <= 1:
        return [name] * len(sheets)
    names: list[str] = []
    for number, sheet in enumerate(sheets, start=1):
        # Excel allows none of these in a title; a path must not be made of one.
        title = re.sub(r"[\\/?*\[\]:]", "_", sheet.title)[:_MAX_TITLE_CHARACTERS]
        file = f"{name}[{title}]"
        names.append(file if file not in names else f"{name}[{title}#{number}]")
    return names
