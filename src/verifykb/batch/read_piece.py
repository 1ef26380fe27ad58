"""The records of a piece, as record batches.

1. A table whose quotes are in order is parsed by pyarrow at once; wherever that could differ from
   the careful reader (bytes that are no text, rows of another width, blank rows, a time of day in a column of its
   own), the careful one reads.
2. Nothing is lost: a row is in a batch, or among what could not be read.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv

from verifykb.batch.clock import CLOCK
from verifykb.batch.columns import COLUMNS
from verifykb.batch.header import Header, is_header_again
from verifykb.batch.json_lines import read_json_lines
from verifykb.batch.parquet import read_group
from verifykb.batch.pieces import Piece, bytes_of
from verifykb.batch.place import Place
from verifykb.batch.readers import folder_of
from verifykb.batch.record import UNDECODABLE, ReadOptions, Record
from verifykb.batch.stream import lines_of
from verifykb.batch.tables import Opened, header_again, read_rows
from verifykb.errors import InputError
from verifykb.model.report import Unreadable
from verifykb.text.space import WHITE_SPACE

_ROWS_AT_ONCE = 2_500  # about a piece's worth
# Rows with such a cell are no header; looked for in columns that have one in nearly every row first.
_NO_NAME = r"@|(?i:^\s*sd ?[0-9]{6})|^\s*[+(]?[0-9]|.{201}"
_MOSTLY_NUMBERS = ("received_at", "phone", "code")
_BLANK = WHITE_SPACE + "\x1c\x1d\x1e\x1f"  # what `str.strip` removes
_NO_ROW = (b"\n", b"\r\n", "\ufeff".encode())  # pyarrow would pass over a byte order mark in silence


class Some(NamedTuple):
    """Some records of a log, in order, and what could not be read among them."""

    batch: pa.RecordBatch
    place: Place
    unreadable: list[Unreadable]


def read_piece(piece: Piece, options: ReadOptions) -> Iterator[Some]:
    """Read a piece.

    Args:
        piece: as it was cut.
        options: how its log is read.

    Raises:
        InputError: the file is gone, or another one.
    """
    if piece.kind == "refused":
        raise InputError(piece.columns[0], **json.loads(piece.columns[1]))
    if piece.kind == "table" and CLOCK not in piece.columns:
        quick = _quickly(piece)
        if quick is not None:
            yield quick
            return
    if piece.kind == "group":
        for batch, rows, unreadable in read_group(piece):
            yield Some(batch, Place(piece.file, rows, folder_of(piece.file)), unreadable)
        return
    yield from _in_batches(_items(piece, options))


def _items(piece: Piece, options: ReadOptions) -> Iterator[Record | Unreadable]:
    if piece.kind == "records":
        with Path(piece.path).open("rb") as written:  # by ourselves: no line of it is too long
            written.seek(piece.start)
            while written.tell() < piece.end:
                yield restored(written.readline())
        return
    with lines_of(piece.path, piece.file, piece.start, piece.end) as lines:
        if piece.kind == "lines":
            yield from read_json_lines(piece.file, lines, options, piece.row)
        else:
            lines.max_record_lines = piece.patience
            opened = Opened(piece.row, Header(list(piece.columns), piece.strict), piece.delimiter)
            yield from read_rows(piece.file, opened, lines)


def _in_batches(items: Iterable[Record | Unreadable]) -> Iterator[Some]:
    waiting = iter(items)
    while some := list(islice(waiting, _ROWS_AT_ONCE)):
        yield from _by_file(some)


def _by_file(items: list[Record | Unreadable]) -> Iterator[Some]:
    """Put records of one file together; what could not be read goes with them."""
    records: list[Record] = []
    unreadable: list[Unreadable] = []
    for item in items:
        if isinstance(item, Unreadable):
            unreadable.append(item)
            continue
        if UNDECODABLE.search("".join(item.cells.values())):  # the name of a file need not be text
            unreadable.append(Unreadable(item.file, item.row, "row-encoding", {"encoding": "utf-8"}))
            continue
        if records and (item.file, item.folder) != (records[0].file, records[0].folder):
            yield _some(records, unreadable)
            records, unreadable = [], []
        records.append(item)
    yield _some(records, unreadable)


def _some(records: list[Record], unreadable: list[Unreadable]) -> Some:
    used = [name for name in COLUMNS if any(name in record.cells for record in records)]
    arrays = [pa.array([record.cells.get(name, "") for record in records], pa.string()) for name in used]
    batch = (
        pa.RecordBatch.from_arrays(arrays, used)
        if used
        else pa.RecordBatch.from_pydict({"id": pa.array([""] * len(records), pa.string())})
    )
    file = records[0].file if records else ""
    folder = records[0].folder or folder_of(file) if records else ""
    repairs = {at: record.repairs for at, record in enumerate(records) if record.repairs}
    return Some(batch, Place(file, [record.row for record in records], folder, repairs), unreadable)


# ---------------------------------------------------------------- written out beforehand


def written_out(item: Record | Unreadable) -> str:
    """Give a record as a line, to be read again by `restored`."""
    if isinstance(item, Unreadable):
        return json.dumps(["unreadable", item.file, item.row, item.key, dict(item.values)])
    return json.dumps(["record", item.file, item.row, item.cells, item.folder, item.repairs])


def restored(line: str | bytes) -> Record | Unreadable:
    """Give the record that a line of `written_out` holds."""
    kind, file, row, *rest = json.loads(line)
    if kind == "unreadable":
        return Unreadable(file, row, *rest)
    cells, folder, repairs = rest
    return Record(file, row, cells, folder, tuple(repairs))


# ---------------------------------------------------------------- pyarrow


def _quickly(piece: Piece) -> Some | None:
    """Parse a piece of a table at once; None where the careful reader has to."""
    data = bytes_of(piece.path, piece.file, piece.start, piece.end - piece.start)
    if not piece.delimiter.isascii() or b"\n\n" in data or b"\n\r\n" in data or data.startswith(_NO_ROW):
        return None
    names = [name or f"_{number}" for number, name in enumerate(piece.columns)]
    try:
        table = pc_csv.read_csv(
            pa.BufferReader(data),
            read_options=pc_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 1),
            parse_options=pc_csv.ParseOptions(
                delimiter=piece.delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=pc_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    (batch,) = table.combine_chunks().to_batches() or (None,)
    return _without_blank_rows(batch, piece) if batch is not None else None


def _without_blank_rows(batch: pa.RecordBatch, piece: Piece) -> Some | None:
    rows = np.arange(piece.row + 1, piece.row + 1 + batch.num_rows)
    headers = _header_rows(batch, piece)
    dropped = np.concatenate([_blank_rows(batch), np.fromiter(headers, np.int64)])
    if len(dropped):
        kept = np.ones(batch.num_rows, np.bool_)
        kept[dropped] = False
        batch, rows = batch.filter(pa.array(kept)), rows[kept]
    extra = [name for name in batch.schema.names if name not in COLUMNS]
    if piece.strict and any(
        map(_is_filled, (text for name in extra for text in batch.column(name).unique().to_pylist()))
    ):
        return None
    place = Place(piece.file, rows.tolist(), folder_of(piece.file))
    return Some(batch.drop_columns(extra) if extra else batch, place, [told for told in headers.values() if told])


def _header_rows(batch: pa.RecordBatch, piece: Piece) -> dict[int, Unreadable | None]:
    """Give the rows that are a header again, and what is to be told of them."""
    rows = np.arange(batch.num_rows)
    for name in sorted(batch.schema.names, key=lambda name: name not in _MOSTLY_NUMBERS):
        values = pc.match_substring_regex(batch.column(name).take(pa.array(rows)), _NO_NAME)
        rows = rows[~values.to_numpy(zero_copy_only=False)]
        if not len(rows):
            return {}
    header = Header(list(piece.columns), piece.strict)
    found = {}
    columns = [array.take(pa.array(rows)).to_pylist() for array in batch.columns]
    for row, cells in zip(rows.tolist(), zip(*columns, strict=True), strict=True):
        if is_header_again(cells, header):
            found[row] = header_again(piece.file, piece.row + 1 + row, cells, header)
    return found


def _blank_rows(batch: pa.RecordBatch) -> npt.NDArray[np.int64]:
    """Give the rows that hold nothing but white space."""
    blank = np.arange(batch.num_rows)
    for array in batch.columns:
        filled = pc.binary_length(pc.utf8_trim(array.take(pa.array(blank)), _BLANK)).to_numpy() > 0
        blank = blank[~filled]
        if not len(blank):
            break
    return blank


def _is_filled(text: str) -> bool:
    return bool(text.strip())
