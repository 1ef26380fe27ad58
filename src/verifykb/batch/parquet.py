"""Logs in Parquet: a row group is a piece; its rows come in small batches."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from verifykb.batch.pieces import Piece
from verifykb.batch.record import ReadOptions
from verifykb.batch.tables import read_header
from verifykb.errors import InputError, reason_of
from verifykb.text.paths import for_system

_ROWS_AT_ONCE = 2_500


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
        names = [str(name) for name in opened.schema_arrow.names]
        header = read_header(file, names, options)
        row = 0
        for number in range(opened.num_row_groups):
            yield Piece("group", path, file, number, number + 1, row, tuple(header.columns))
            row += opened.metadata.row_group(number).num_rows


def read_group(piece: Piece) -> Iterator[tuple[pa.RecordBatch, "np.ndarray[Any, Any]"]]:
    """Read a row group: its records, and their rows, the first of the file being 1.

    Args:
        piece: the row group.

    Raises:
        InputError: it cannot be read.
    """
    known = [number for number, name in enumerate(piece.columns) if name]
    row = piece.row
    try:
        with _opened(piece.path, piece.file) as opened:
            names = [opened.schema_arrow.names[number] for number in known]
            for batch in opened.iter_batches(_ROWS_AT_ONCE, row_groups=[piece.start], columns=names, use_threads=False):
                yield (
                    batch.rename_columns([piece.columns[number] for number in known]),
                    np.arange(row + 1, row + 1 + batch.num_rows),
                )
                row += batch.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError("file-parquet", file=piece.file, why=reason_of(error)) from error


def _opened(path: str, file: str) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(for_system(path))
    except FileNotFoundError as error:
        raise InputError("file-missing", file=file) from error
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError("file-parquet", file=file, why=reason_of(error)) from error
