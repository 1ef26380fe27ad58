"""Logs in Parquet: a row group is a piece; its rows come in small batches.

1. A column holds text, numbers, dates or yes/no; any other kind refuses the file, as a cell that is no value
   refuses its row in JSON lines. Yes/no stands only where one is asked for, a list only in ``asks``.
2. A number is the number: a leading zero that it has lost is not given back (docs/contract.md, section 4).
3. A row whose text is none (bytes that are no UTF-8, NUL), or is too long, is told; the others are read.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from verifykb.batch.clock import CLOCK
from verifykb.batch.header import read_header
from verifykb.batch.pieces import Piece
from verifykb.batch.record import ReadOptions, unreadable
from verifykb.batch.stream import MAX_LINE_CHARACTERS
from verifykb.errors import InputError, RowError, reason_of
from verifykb.model.report import Unreadable
from verifykb.text.paths import for_system

_ROWS_AT_ONCE = 2_500
_BUFFER_BYTES = 1 << 18  # of each column: a row group may be larger than the memory
_ANSWERS = ("own_request", "called_back")


def cut_groups(path: str, file: str, options: ReadOptions) -> Iterator[Piece]:
    """Give a piece for each row group.

    Args:
        path: the file that is read.
        file: the log as it was named.
        options: how to read it.

    Raises:
        InputError: it is no Parquet, or its columns are unusable.
    """
    with _opened(path, file) as opened:
        fields = list(opened.schema_arrow)
        header = read_header(file, [_name(field.name) for field in fields], options)
        columns = tuple("" if column == CLOCK else column for column in header.columns)  # it decides no verdict
        for column, field in zip(columns, fields, strict=True):
            if column and not _is_readable(column, field.type):
                raise InputError("file-column-kind", file=file, column=field.name, kind=field.type)
        row = 0
        for number in range(opened.num_row_groups):
            yield Piece("group", path, file, number, number + 1, row, columns)
            row += opened.metadata.row_group(number).num_rows


def _name(written: str) -> str:
    """Give the name of a column; empty for the row numbers that pandas writes along."""
    return "" if re.fullmatch("__index_level_[0-9]+__", written) else written


def _is_readable(column: str, kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_boolean(kind):
        return column in _ANSWERS
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return column == "asks" and _is_text(kind.value_type)
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    is_moment = pa.types.is_timestamp(kind) or pa.types.is_date(kind)
    return _is_text(kind) or is_number or is_moment or pa.types.is_null(kind)


def _is_text(kind: pa.DataType) -> bool:
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    octets = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view)  # as older programs write texts
    return any(is_kind(kind) for is_kind in (*texts, *octets))


def read_group(piece: Piece) -> Iterator[tuple[pa.RecordBatch, list[int], list[Unreadable]]]:
    """Read a row group: records, their rows (the first of the file is 1), and what could not be read among them.

    Args:
        piece: the row group.

    Raises:
        InputError: it cannot be read.
    """
    known = [number for number, name in enumerate(piece.columns) if name]
    row = piece.row
    with _opened(piece.path, piece.file) as opened:
        names = [opened.schema_arrow.names[number] for number in known]
        for batch in opened.iter_batches(_ROWS_AT_ONCE, row_groups=[piece.start], columns=names, use_threads=False):
            # Where a name has a dot, columns come along that were not asked for.
            records = batch.select(names).rename_columns([piece.columns[number] for number in known])
            yield _readable(records, row, piece.file)
            row += batch.num_rows


def _readable(batch: pa.RecordBatch, above: int, file: str) -> tuple[pa.RecordBatch, list[int], list[Unreadable]]:
    arrays = [_plain(array) for array in batch.columns] or [pa.array([""] * batch.num_rows, pa.string())]
    batch = pa.RecordBatch.from_arrays(arrays, batch.schema.names or ["id"])
    errors: dict[int, RowError] = {}
    for array in batch.columns:
        for row, error in _errors(array):
            errors.setdefault(row, error)
    rows = [row for row in range(batch.num_rows) if row not in errors]
    told = [unreadable(file, above + 1 + row, error) for row, error in sorted(errors.items())]
    return batch.take(pa.array(rows, pa.int64())) if errors else batch, [above + 1 + row for row in rows], told


def _plain(array: pa.Array) -> pa.Array:
    """Give a column in a form that everything can be done with."""
    if pa.types.is_dictionary(array.type):
        return _plain(array.dictionary_decode())
    if pa.types.is_string_view(array.type):
        return array.cast(pa.string())
    return array.cast(pa.binary()) if pa.types.is_binary_view(array.type) else array


def _errors(array: pa.Array) -> Iterator[tuple[int, RowError]]:
    """Give the rows of a column that hold no text, or more of it than a row may have."""
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        rows = pc.list_parent_indices(array).to_pylist()
        yield from ((rows[item], error) for item, error in _errors(pc.list_flatten(array)))
    if not _is_text(array.type):
        return
    octets = array.cast(pa.large_binary())
    for row in _rows_where(pc.greater(pc.binary_length(octets), MAX_LINE_CHARACTERS)):
        yield row, RowError("row-too-long", limit=MAX_LINE_CHARACTERS)
    for row in _rows_where(pc.match_substring(octets, b"\0")):
        yield row, RowError("row-nul")
    try:
        octets.cast(pa.large_string())
    except pa.ArrowInvalid:
        for row, value in enumerate(octets.to_pylist()):
            if value is not None and not _is_utf8(value):
                yield row, RowError("row-encoding", encoding="utf-8")


def _rows_where(found: pa.Array) -> list[int]:
    rows: list[int] = pc.indices_nonzero(found.fill_null(False)).to_pylist()
    return rows


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


@contextmanager
def _opened(path: str, file: str) -> Iterator[pq.ParquetFile]:
    try:
        with pq.ParquetFile(for_system(path), buffer_size=_BUFFER_BYTES, pre_buffer=False) as opened:
            yield opened
    except FileNotFoundError as error:
        raise InputError("file-missing", file=file) from error
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError("file-parquet", file=file, why=reason_of(error)) from error
