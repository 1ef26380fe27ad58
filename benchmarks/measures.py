"""One measurement of benchmarks/batch.py, in a process of its own.

    python benchmarks/measures.py MEASURE LOG [ROWS]

1. Prints one line of JSON: rows, seconds and how often each verdict came. The seconds are those of the work; starting
   Python and importing are left out, for ours as for the peers. A whole command is measured from outside.
2. Every measure takes the log block by block and keeps nothing.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import Any, NamedTuple

AT = "2026-11-22T12:00:00+07:00"
_BLOCK_BYTES = 1 << 20
_BLOCK_ROWS = 4_000  # of Parquet: about as much text as a block of CSV


class Measured(NamedTuple):
    """What one run gave; `counts` is empty where nothing was judged."""

    rows: int
    seconds: float
    counts: dict[str, int]


def _csv_blocks(path: str) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.csv as pv

    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        names = file.readline().rstrip("\n").split(",")
    yield from pv.open_csv(
        path,
        read_options=pv.ReadOptions(block_size=_BLOCK_BYTES),
        convert_options=pv.ConvertOptions(column_types={name: pa.string() for name in names}),
    )


def _parquet_blocks(path: str, part: int = 0, parts: int = 1) -> Iterator[Any]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    for group in range(part, file.num_row_groups, parts):
        yield from file.iter_batches(batch_size=_BLOCK_ROWS, row_groups=[group])


def _blocks(path: str) -> Iterator[Any]:
    return _parquet_blocks(path) if path.endswith(".parquet") else _csv_blocks(path)


def read(path: str, rows: int) -> Measured:
    """Only read the log: the limit."""
    del rows
    next(iter(_blocks(path)), None)  # imports what reads
    start = time.perf_counter()
    count = sum(block.num_rows for block in _blocks(path))
    return Measured(count, time.perf_counter() - start, {})


def naive(path: str, rows: int) -> Measured:
    """Judge the first rows one by one, as somebody writes it in an afternoon."""
    from naive import judge, run

    judge(
        dict.fromkeys(("received_at", "message", "note", "code", "sender", "phone", "extension"), "0")
    )  # loads metadata
    start = time.perf_counter()
    counts = run(path, rows)
    return Measured(sum(counts.values()), time.perf_counter() - start, dict(counts))


def engine(path: str, rows: int) -> Measured:
    """Judge every block, and count the verdicts."""
    del rows
    count = _import_engine()
    start = time.perf_counter()
    counts = count(_blocks(path))
    return Measured(sum(counts.values()), time.perf_counter() - start, dict(counts))


def row_by_row(path: str, rows: int) -> Measured:
    """Judge the first rows one by one with `verify`: the engine must agree with it."""
    import csv

    from verifykb.batch.records import to_contact
    from verifykb.errors import RowError
    from verifykb.gather import gather_offline
    from verifykb.verify import verify

    context, counts = _context(), Counter[str]()
    start = time.perf_counter()
    with open(path, encoding="utf-8", newline="") as file:  # noqa: PTH123
        for row in islice(csv.DictReader(file), rows):
            try:
                counts[verify(gather_offline(to_contact(row, "x")), context).verdict.value] += 1
            except RowError:
                counts["unreadable"] += 1
    return Measured(sum(counts.values()), time.perf_counter() - start, dict(counts))


def side_by_side(path: str, rows: int) -> Measured:
    """Judge a Parquet log in two engines that know nothing of each other: what the machine gives to two processes."""
    del rows
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_warm, range(2)))
        start = time.perf_counter()
        found = list(pool.map(partial(_part, path), range(2)))
        seconds = time.perf_counter() - start
    counts = sum((Counter(counts) for counts in found), Counter[str]())
    return Measured(sum(counts.values()), seconds, dict(counts))


def _warm(number: int) -> int:
    _import_engine()
    time.sleep(0.5)  # so that each of the two processes warms itself
    return number


def _part(path: str, part: int) -> dict[str, int]:
    return dict(_import_engine()(_parquet_blocks(path, part, 2)))


# ------------------------------------------------------------------ the engine


def _context() -> Any:
    from verifykb.context import Context
    from verifykb.directory.load import load_official

    moment = datetime.fromisoformat(AT)
    return Context(directory=load_official(), now=moment, at=moment)


def _import_engine() -> Callable[[Iterable[Any]], Counter[str]]:
    """Load everything that judging needs, and give what counts the verdicts of blocks."""
    import numpy as np

    from verifykb.asking import Asker
    from verifykb.batch.block import VERDICTS
    from verifykb.batch.collection import no_collection
    from verifykb.batch.engine import Engine

    context = _context()

    def count(blocks: Iterable[Any]) -> Counter[str]:
        totals = np.zeros(len(VERDICTS) + 1, np.int64)
        with Asker(context, None) as asker:
            judge = Engine(context, asker).judge
            for block in blocks:
                with no_collection():
                    totals += np.bincount(judge(block).verdicts + 1, minlength=len(totals))
        names = ("unreadable", *(verdict.value for verdict in VERDICTS))
        return Counter({name: int(total) for name, total in zip(names, totals, strict=True) if total})

    return count


MEASURES: dict[str, Callable[[str, int], Measured]] = {
    "read": read,
    "naive": naive,
    "engine": engine,
    "row-by-row": row_by_row,
    "side-by-side": side_by_side,
}

if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]](sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0)._asdict()))  # noqa: PLR2004
