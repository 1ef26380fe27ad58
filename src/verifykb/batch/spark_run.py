"""A run of `verifykb batch` in Spark: logs in, one frame of judged contacts, counts out.

Parquet is read by Spark, from wherever Spark reads; logs of text are read by our own reader, piece by piece, from a
place that every worker sees.
"""

import logging
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import reduce
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException, PythonException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - everybody who reads Spark knows it by this name

from verifykb.batch.elsewhere import KEYED, KEYS, PIECES, PLACED, Counts, Judge, packed
from verifykb.batch.header import read_header
from verifykb.batch.pieces import Piece
from verifykb.batch.spark import columns_read, in_arrow, judged_by, keyed_by, marked, struct
from verifykb.errors import InputError, OutputError, UsageError
from verifykb.text.safe import safe_line

_PIECES_OF_A_TASK = 16  # of a megabyte each: long beside what a task costs
_SETTINGS: dict[str, bool | float | int | str | None] = {
    # What a failing task says can hold what stood in a log; a terminal must not get it as it is.
    "spark.log.level": "OFF",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


class SparkRun:
    """A session of Spark; where it runs is Spark's own configuration, this machine by default.

    Args:
        judge: judges on the workers.
        jobs: how many cores of this machine; None for Spark's own choice.

    Raises:
        UsageError: Java is missing.
    """

    def __init__(self, judge: Judge, jobs: int | None) -> None:
        self._judge = judge
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        logging.disable(logging.CRITICAL)  # py4j tells of Ctrl-C with a traceback
        builder = SparkSession.builder.appName("verifykb").config(map=_SETTINGS)
        if jobs:
            builder = builder.master(f"local[{jobs}]")
        try:
            with _without_stderr():
                self._session = builder.getOrCreate()
        except (PySparkException, OSError) as error:
            why = "Java" if _reason(error).startswith("JAVA") else _reason(error)
            raise UsageError("engine-missing", engine="spark", why=why) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(Exception) if kind else nullcontext():  # after Ctrl-C the way to Java may be cut
            self._session.stop()
        logging.disable(logging.NOTSET)

    def judged(self, tables: Sequence[str], pieces: Sequence[Piece]) -> DataFrame:
        """Judge some logs.

        Args:
            tables: Parquet.
            pieces: of logs of text.

        Raises:
            InputError: a table is missing, or is none.
        """
        rows = self._session.createDataFrame(pa.table({PIECES: pa.array(packed(pieces), pa.string())}))
        rows = rows.repartition(1 + len(pieces) // _PIECES_OF_A_TASK)
        judged = [in_arrow(rows, self._judge.judged_pieces, struct(PLACED))]
        seen = [in_arrow(rows, self._judge.keyed_pieces, struct(KEYED))]
        for path in tables:
            frame = self._table(path)
            place = (F.lit(safe_line(path)).alias("file"), F.lit(None).cast("long").alias("row"))
            judged.append(judged_by(frame, self._judge).select(*place, "*"))
            seen.append(keyed_by(frame, self._judge))
        whole = marked(reduce(DataFrame.unionByName, judged), reduce(DataFrame.unionByName, seen))
        return whole.drop(*KEYS.names)

    def _table(self, path: str) -> DataFrame:
        with _told(path):
            frame = self._session.read.parquet(path)
        read_header(path, frame.columns, self._judge.options)
        return columns_read(frame)

    def written(self, judged: DataFrame, path: str, logs: str) -> DataFrame:
        """Write judged contacts as a folder of Parquet, and give what was written.

        Args:
            judged: the contacts.
            path: the folder.
            logs: for messages.

        Raises:
            InputError: a log cannot be read.
            OutputError: there is something already, or it cannot be written.
        """
        is_new = not Path(path).exists()
        with _told(logs, output=path):
            try:
                judged.write.parquet(path, mode="errorifexists", compression="zstd")
            except BaseException:
                if is_new:  # Spark takes away what it wrote, but not the folder; elsewhere than here there are none
                    shutil.rmtree(path, ignore_errors=True)
                raise
            return self._session.read.parquet(path)

    def counts(self, judged: DataFrame, logs: str) -> Counts:
        """Count verdicts, and errors by log.

        Args:
            judged: the contacts.
            logs: for messages.
        """
        with _told(logs):
            groups = ("verdict", F.when(F.col("error").isNotNull(), F.col("file")).alias("file"), "error")
            rows = judged.groupBy(*groups).count().collect()
        return {(row["verdict"], row["file"], row["error"]): row["count"] for row in rows}


@contextmanager
def _without_stderr() -> Iterator[None]:
    """Start the JVM with its stderr closed to what it would say: its words are not ours."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def _told(file: str, output: str = "") -> Iterator[None]:
    """Turn what Spark raises into what we tell; our own mistake on a worker stays one."""
    try:
        yield
    except PythonException:
        raise
    except (PySparkException, Py4JJavaError) as error:
        reason = _reason(error)
        if reason == "PATH_NOT_FOUND":
            raise InputError("file-missing", file=file) from error
        if not output or reason.startswith("FAILED_READ_FILE"):
            raise InputError("file-unreadable", file=file, why=reason) from error
        if reason == "PATH_ALREADY_EXISTS":
            raise OutputError("output-failed", file=output, why="EEXIST") from error
        raise OutputError("output-failed", file=output, why=reason) from error


def _reason(error: Exception) -> str:
    """Give Spark's word for an error, else the kind of the last of its causes."""
    if isinstance(error, PySparkException):
        return str(error.getCondition() or type(error).__name__)
    if not isinstance(error, Py4JJavaError):
        return type(error).__name__
    cause = error.java_exception
    word = re.match(r"\[([A-Z_]+)", str(cause.getMessage()))
    while (deeper := cause.getCause()) is not None:
        cause = deeper
    return word[1] if word else str(cause.getClass().getSimpleName())
