"""JSON lines, object by object."""

import json
from collections.abc import Iterator
from typing import Any

from verifykb.batch.record import (
    ReadOptions,
    Record,
    bad_characters,
    column_of,
    near_column,
    unreadable,
)
from verifykb.batch.stream import MAX_LINE_CHARACTERS, Lines, LineTooLongError
from verifykb.errors import RowError
from verifykb.model.report import Unreadable


def read_json_lines(path: str, lines: Lines, options: ReadOptions, row: int = 0) -> Iterator[Record | Unreadable]:
    """Read an object a line; rows are lines.

    Args:
        path: for messages.
        lines: the file.
        options: how to read it.
        row: the line above the first one to read.
    """
    while True:
        row += 1
        lines.start_record()
        try:
            line = next(lines)
        except StopIteration:
            return
        except LineTooLongError:
            yield unreadable(path, row, RowError("row-too-long", limit=MAX_LINE_CHARACTERS))
            continue
        if not line.strip():
            continue
        try:
            yield Record(path, row, _json_cells(line, lines.encoding, options))
        except RowError as error:
            yield unreadable(path, row, error)


def _json_cells(line: str, encoding: str, options: ReadOptions) -> dict[str, str]:
    problem = bad_characters(line, encoding)
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
        column = column_of(name)
        if not column:
            if options.keep_extra_columns:
                continue
            raise RowError("row-unknown-column", column=name, near=near_column(name))
        if column in cells:
            raise RowError("row-duplicate-column", column=column)
        cells[column] = _json_text(column, value)
    problem = bad_characters("".join(cells.values()), encoding)  # written as ``\\u0000`` or ``\\ud800``
    if problem:
        raise problem
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
