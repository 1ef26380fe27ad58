"""A run of `verifykb batch` in Dask: logs in, one frame of judged contacts, counts out.

Parquet is read by Dask, from wherever fsspec reads; logs of text are read by our own reader, piece by piece, from a
place that every worker sees.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from types import TracebackType
from typing import Any, Self

import dask
import dask.dataframe as dd
import fsspec
import pandas as pd
import pyarrow as pa

from verifykb.batch.dask import empty, frame_of, judged_by, keyed_by, marked
from verifykb.batch.elsewhere import KEYED, KEYS, PIECES, PLACED, Counts, Judge, packed
from verifykb.batch.header import read_header
from verifykb.batch.pieces import Piece
from verifykb.batch.processes import usable_cores
from verifykb.errors import InputError, OutputError, UsageError, reason_of
from verifykb.text.safe import safe_line

_PIECES_OF_A_TASK = 16  # of a megabyte each: long beside what a task costs
_TABLE_BYTES = "8MiB"  # of a task: some 25,000 contacts, about a second


class DaskRun:
    """Where a run of Dask is done: a cluster that Dask is configured for, else processes of this machine.

    Args:
        judge: judges on the workers.
        jobs: how many processes of this machine; None for one a core. One works here.
    """

    def __init__(self, judge: Judge, jobs: int | None) -> None:
        self._judge = judge
        self._jobs = jobs or usable_cores()
        self._client: Any = None

    def __enter__(self) -> Self:
        if dask.config.get("scheduler-address", None):
            from distributed import Client

            self._client = Client()
        else:
            scheduler = "processes" if self._jobs > 1 else "synchronous"
            # Our tasks are long: sent by the half-dozen, they would leave one process idle and Ctrl-C waiting.
            self._config = dask.config.set(scheduler=scheduler, num_workers=self._jobs, chunksize=1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            self._client.close()
        else:
            self._config.__exit__(kind, error, trace)

    def judged(self, tables: Sequence[str], pieces: Sequence[Piece]) -> dd.DataFrame:
        """Judge some logs.

        Args:
            tables: Parquet.
            pieces: of logs of text.

        Raises:
            InputError: a table is missing, or is none.
        """
        texts = packed(pieces)
        tasks = [texts[start : start + _PIECES_OF_A_TASK] for start in range(0, len(texts), _PIECES_OF_A_TASK)] or [[]]
        judged = [dd.from_map(partial(_read, self._judge.judged_pieces, PLACED), tasks, meta=empty(PLACED))]
        seen = [dd.from_map(partial(_read, self._judge.keyed_pieces, KEYED), tasks, meta=empty(KEYED))]
        for path in tables:
            frame = self._table(path)
            found = judged_by(frame, self._judge)
            placed = partial(_placed, file=safe_line(path))
            judged.append(found.map_partitions(placed, meta=placed(found._meta)))  # noqa: SLF001 - Dask's own way to a shape
            seen.append(keyed_by(frame, self._judge))
        return marked(dd.concat(judged), dd.concat(seen)).drop(columns=KEYS.names)

    def _table(self, path: str) -> dd.DataFrame:
        with _told(path):
            _check_place(path)
            frame = dd.read_parquet(
                path, index=False, dtype_backend="pyarrow", split_row_groups="adaptive", blocksize=_TABLE_BYTES
            )
        read_header(path, list(map(str, frame.columns)), self._judge.options)
        return frame

    def written(self, judged: dd.DataFrame, path: str, logs: str) -> dd.DataFrame:
        """Write judged contacts as a folder of Parquet, and give what was written.

        Args:
            judged: the contacts.
            path: the folder.
            logs: for messages.

        Raises:
            InputError: a log cannot be read.
            OutputError: there is something already, or it cannot be written.
        """
        with _told(logs, output=path):
            system, (place,) = fsspec.core.get_fs_token_paths(path)[0::2]
            if system.exists(place):
                raise OutputError("output-failed", file=path, why="EEXIST")
            schema = pa.schema([field for field in PLACED if field.name not in KEYS.names])
            try:
                judged.to_parquet(path, write_index=False, schema=schema, compression="zstd")
            except BaseException:
                with suppress(OSError):
                    system.rm(place, recursive=True)
                raise
            return dd.read_parquet(path, dtype_backend="pyarrow")

    def counts(self, judged: dd.DataFrame, logs: str) -> Counts:
        """Count verdicts, and errors by log.

        Args:
            judged: the contacts.
            logs: for messages.
        """
        with _told(logs):
            found = judged.map_partitions(_counted, meta=_counted(judged._meta)).compute()  # noqa: SLF001 - the same
        counts: Counts = {}
        for verdict, file, error, rows in found.itertuples(index=False):
            group = (_or_none(verdict), _or_none(file), _or_none(error))
            counts[group] = counts.get(group, 0) + int(rows)
        return counts


def _counted(part: pd.DataFrame) -> pd.DataFrame:
    files = part["file"].where(part["error"].notna())
    return part.assign(file=files).groupby(["verdict", "file", "error"], dropna=False, as_index=False).size()


def _or_none(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _read(work: Any, schema: pa.Schema, texts: list[str]) -> pd.DataFrame:
    batch = pa.RecordBatch.from_pydict({PIECES: pa.array(texts, pa.string())})
    return frame_of(work([batch]), schema)


def _placed(found: pd.DataFrame, file: str) -> pd.DataFrame:
    place = empty(pa.schema([PLACED.field("file"), PLACED.field("row")])).reindex(found.index)
    return pd.concat([place.assign(file=pd.Series(file, found.index, place["file"].dtype)), found], axis=1)


def _check_place(path: str) -> None:
    """Refuse a kind of place that fsspec does not know, or that it needs another package for."""
    try:
        fsspec.core.url_to_fs(path)
    except ImportError as error:
        raise UsageError("engine-missing", engine="dask", why=error) from error
    except ValueError as error:
        raise InputError("file-unreadable", file=path, why=error) from error


@contextmanager
def _told(file: str, output: str = "") -> Iterator[None]:
    """Turn what the world does to us into what we tell."""
    try:
        yield
    except (OSError, pa.ArrowInvalid) as error:
        reason = reason_of(error)
        if output and getattr(error, "errno", None):  # what is wrong with the bytes of a log has no number
            raise OutputError("output-failed", file=output, why=reason) from error
        if isinstance(error, FileNotFoundError):
            raise InputError("file-missing", file=file) from error
        raise InputError("file-unreadable", file=file, why=reason) from error
