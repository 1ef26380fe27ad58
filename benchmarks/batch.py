"""What judging a log costs: the figures of `batch`, each beside its peer or limit in one run.

    python benchmarks/batch.py [--rows 1000000] [--rounds 3] [--large] [--engines] [--keep FOLDER]

1. Each measurement is a process of its own, and all of a round run one after the other: only ratios of the same round
   mean anything on a shared machine, and the median round counts.
2. "engine" is the judging alone, as its peers are measured; "command" is `verifykb batch` from start to end.
3. Memory is the largest process of a run, and beside it all processes together, at their highest.
4. A limit is judged from the size of log on that it was set for; below that its figure is only shown.

It imports nothing large: a process begins its life with the peak memory of the one that started it.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import NamedTuple

from machine import describe
from measures import AT
from processes import FailedError, Run, run

_HERE = Path(__file__).parent
_VERIFYKB = Path(sys.executable).with_name("verifykb")
_SEED = 20_261_122
_NAIVE_ROWS = 40_000  # it is slow, and takes row by row: more of them would change nothing
_MILLION = 1_000_000
_LARGE = 10_000_000
_TO_PARQUET = ("--output", "parquet={out}")
_TO_LINES = ("--output", "jsonl={out}")
_JUDGED = (0, 1, 3)  # exit statuses of a run that judged its log

_TWO = "command, Parquet, two processes"


class Row(NamedTuple):
    """One line of the table.

    Args:
        name: how the line is called, once in the table.
        log: which log is read.
        measure: of measures.py; empty for a whole command.
        options: of the command.
        peer: the line of the naive verifier that it is compared with.
        once: in the first round only.
    """

    name: str
    log: str
    measure: str = ""
    options: tuple[str, ...] = ()
    peer: str = ""
    once: bool = False


class Limit(NamedTuple):
    """What a figure must reach; `least` is the smallest log that it is judged on."""

    name: str
    one: str
    other: str
    of: Callable[[Run], float]
    bound: float
    is_most: bool = False
    least: int = 0


ROWS = (
    Row("read only", "office.csv", "read"),
    Row("naive", "office.csv", "naive"),
    Row("engine", "office.csv", "engine", peer="naive"),
    Row("naive, hostile", "hostile.csv", "naive"),
    Row("engine, hostile", "hostile.csv", "engine", peer="naive, hostile"),
    Row("naive, templates", "template.csv", "naive"),
    Row("engine, templates", "template.csv", "engine", peer="naive, templates"),
    Row("read only, Parquet", "office.parquet", "read"),
    Row("engine, Parquet", "office.parquet", "engine", peer="naive"),
    Row("two engines side by side, Parquet", "office.parquet", "side-by-side", peer="naive"),
    Row("command", "office.csv", options=("--jobs", "1"), peer="naive"),
    Row("command, two processes", "office.csv", options=("--jobs", "2"), peer="naive"),
    Row("command, hostile", "hostile.csv", options=("--jobs", "1"), peer="naive, hostile"),
    Row("command, Parquet", "office.parquet", options=("--jobs", "1"), peer="naive"),
    Row(_TWO, "office.parquet", options=("--jobs", "2"), peer="naive"),
    Row("command, Parquet to Parquet", "office.parquet", options=("--jobs", "1", *_TO_PARQUET), peer="naive"),
    Row("command, CSV to JSON lines", "office.csv", options=("--jobs", "1", *_TO_LINES), peer="naive", once=True),
)  # fmt: skip
ENGINES = {
    "pyspark": Row("command, Spark", "office.parquet", options=("--engine", "spark"), peer="naive", once=True),
    "dask": Row("command, Dask", "office.parquet", options=("--engine", "dask"), peer="naive", once=True),
}
LARGE = Row("command, ten million rows", "large.csv", options=("--jobs", "1"), once=True)


def _rate(run: Run) -> float:
    return run.rate


def _memory(run: Run) -> float:
    return run.largest_mb


LIMITS = (
    Limit("engine / naive", "engine", "naive", _rate, 12),
    Limit("engine / read only", "engine", "read only", _rate, 0.12),
    Limit("engine / naive, hostile", "engine, hostile", "naive, hostile", _rate, 3),
    Limit("two processes / one, Parquet", _TWO, "command, Parquet", _rate, 1.8, False, _MILLION),
    Limit("memory, MB", "command", "", _memory, 250, True, _MILLION),
    Limit("memory, hostile, MB", "command, hostile", "", _memory, 250, True, _MILLION),
    Limit("memory, ten million rows / these", LARGE.name, "command", _memory, 1.3, True, _MILLION),
)  # fmt: skip

Runs = dict[str, list[Run]]


def main() -> int:
    """Print the table and the limits; 1 where a limit is missed or a run failed."""
    asked = _arguments()
    rows = [*ROWS, *([LARGE] if asked.large else [])]
    if asked.engines:
        rows += [row for module, row in ENGINES.items() if find_spec(module)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(asked.keep or temporary)
        for name in dict.fromkeys(row.log for row in rows):
            _make(folder / name, _rows_of(name, asked.rows))
        runs, failed = _measure(rows, folder, asked.rounds, asked.rows)
    _show(rows, runs, asked.rows)
    missed = [_show_limit(limit, runs, asked.rows) for limit in LIMITS]
    return int(any(missed) or failed or not _agree(runs))


def _rows_of(log: str, size: int) -> int:
    return _LARGE if log == LARGE.log else size


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="what judging a log costs")
    parser.add_argument("--rows", type=int, default=100_000, help="of the logs that are made")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", action="store_true", help="also ten million rows, once")
    parser.add_argument("--engines", action="store_true", help="also Spark and Dask, where they are installed")
    parser.add_argument("--keep", help="a folder for the logs; they are made anew only where they are missing")
    return parser.parse_args()


def _make(path: Path, rows: int) -> None:
    if path.exists():
        return
    kind = path.stem if path.stem in ("hostile", "template") else "office"
    run([sys.executable, str(_HERE / "logs.py"), "--rows", str(rows), "--kind", kind, "--seed", str(_SEED), str(path)])


def _measure(rows: list[Row], folder: Path, rounds: int, size: int) -> tuple[Runs, bool]:
    runs: Runs = {row.name: [] for row in rows}
    failed = False
    for number in range(rounds):
        for row in rows:
            if number and (row.once or not runs[row.name]):
                continue
            _tell(f"round {number + 1} of {rounds}: {row.name}")
            try:
                runs[row.name].append(_run(row, folder, size))
            except FailedError as error:
                failed = True
                _tell("")
                print(f"{row.name}: {error}", file=sys.stderr)
    _tell("")
    return runs, failed


def _tell(what: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{what:<60}\r", end="", file=sys.stderr, flush=True)


def _run(row: Row, folder: Path, size: int) -> Run:
    log = str(folder / row.log)
    if row.measure:
        sample = min(_NAIVE_ROWS, max(1, size // 5))
        return run([sys.executable, str(_HERE / "measures.py"), row.measure, log, str(sample)])
    with tempfile.TemporaryDirectory(dir=folder) as out:
        options = [option.format(out=Path(out) / "out") for option in row.options]
        command = [str(_VERIFYKB), "batch", log, *options, "-qq", "--at", AT, "--isolated", "--no-dns"]
        return run(command, rows=_rows_of(row.log, size), allowed=_JUDGED)


# ------------------------------------------------------------------ the table


def _show(rows: list[Row], runs: Runs, size: int) -> None:
    print(describe(size))
    print(f"\n{'':<36}{'krows/s':>9}{'x naive':>9}{'of read':>9}{'largest MB':>12}{'together MB':>12}")
    for row in rows:
        if not runs[row.name]:
            print(f"{row.name:<36}{'not measured':>18}")
            continue
        rate = median(run.rate for run in runs[row.name]) / 1000
        naive = f"{_ratio(runs, row.name, row.peer, _rate):.1f}" if row.peer and runs[row.peer] else ""
        limit = "read only, Parquet" if row.log.endswith("parquet") else "read only"
        share = (
            f"{_ratio(runs, row.name, limit, _rate):.1%}" if row.log.startswith("office") and row.name != limit else ""
        )
        memory = [median(getattr(run, kind) for run in runs[row.name]) for kind in ("largest_mb", "together_mb")]
        print(f"{row.name:<36}{rate:>9,.1f}{naive:>9}{share:>9}{memory[0]:>12,.0f}{memory[1]:>12,.0f}")


def _ratio(runs: Runs, one: str, other: str, of: Callable[[Run], float]) -> float:
    """Give the median of the ratios within a round."""
    return median(of(a) / of(b) for a, b in zip(runs[one], runs[other], strict=False))


def _show_limit(limit: Limit, runs: Runs, size: int) -> bool:
    """Print whether a limit is held; True where it is missed."""
    if not runs.get(limit.one) or (limit.other and not runs.get(limit.other)):
        print(f"{limit.name:<36}{'':>9}   {'<=' if limit.is_most else '>='} {limit.bound:<6g}not measured")
        return False
    if limit.other:
        figure = _ratio(runs, limit.one, limit.other, limit.of)
    else:
        figure = median(limit.of(run) for run in runs[limit.one])
    is_held = figure <= limit.bound if limit.is_most else figure >= limit.bound
    is_judged = size >= limit.least
    word = ("held" if is_held else "missed") if is_judged else f"judged from {limit.least:,} rows on"
    print(f"{limit.name:<36}{figure:>9.3g}   {'<=' if limit.is_most else '>='} {limit.bound:<6g}{word}")
    return is_judged and not is_held


def _agree(runs: Runs) -> bool:
    """Whether all that judged the office's log gave each verdict equally often."""
    same = [runs[name][0] for name in ("engine", "engine, Parquet", "two engines side by side, Parquet") if runs[name]]
    if len({tuple(sorted(run.counts.items())) for run in same}) > 1:
        print("the engine gave other verdicts for CSV than for Parquet")
        return False
    if same:
        print("verdicts: " + ", ".join(f"{name} {count:,}" for name, count in sorted(same[0].counts.items())))
    return True


if __name__ == "__main__":
    sys.exit(main())
