"""What a log costs in each engine of `verifykb batch`: the start, and then each row. The figures of docs/scale.md.

    python benchmarks/engines.py [--rows 1000000] [--rounds 1] [--keep FOLDER]

1. Every measurement is the whole command on Parquet, in processes of its own, one after the other: only ratios of one
   run mean anything on a shared machine.
2. Each engine judges two logs, the second five times the first: what does not grow with the rows is the start.
3. Core seconds are the processor time of all processes of a run, looked at 20 times a second (Linux only): what others
   do on the machine lengthens the clock's seconds, not these.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import NamedTuple

from machine import describe
from measures import AT
from processes import FailedError, run
from processes import _family as family
from processes import _resident_bytes as resident_bytes

_HERE = Path(__file__).parent
_VERIFYKB = Path(sys.executable).with_name("verifykb")
_SEED = 20_261_122
_TIMES = 5
_CORES = "2"
_JUDGED = (0, 1, 3)
_BILLION = 1_000_000_000
_SECONDS_OF_AN_HOUR = 3600
_BETWEEN_LOOKS_SECONDS = 0.05
_SHOWN_CHARACTERS = 300
_MEGABYTE = 1 << 20
_WIDTHS = (9, 10, 8, 15, 8, 18, 14)
_ENGINES = {
    "one process": ("", ("--jobs", "1")),
    "two processes": ("", ("--jobs", _CORES)),
    "Spark, two cores": ("pyspark", ("--engine", "spark", "--jobs", _CORES)),
    "Dask, two processes": ("dask", ("--engine", "dask", "--jobs", _CORES)),
}


class Took(NamedTuple):
    """What a run took: seconds of the clock, seconds of cores, and the memory of all its processes at its highest."""

    seconds: float
    cores: float
    megabytes: float


class Cost(NamedTuple):
    """Seconds that do not grow with the rows, and seconds for each row."""

    start: float
    row: float

    @classmethod
    def of(cls, short: float, long: float, rows: int) -> "Cost":
        """Tell them from what two logs took."""
        row = (long - short) / (rows - rows // _TIMES)
        return cls(max(0.0, long - rows * row), row)


def main() -> int:
    """Print the table; 1 where a run failed."""
    parser = argparse.ArgumentParser(description="what a log costs in each engine")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the longer log")
    parser.add_argument("--rounds", type=int, default=1, help="the median of each figure counts")
    parser.add_argument("--keep", help="a folder for the logs; they are made anew only where they are missing")
    asked = parser.parse_args()
    there = {name: options for name, (module, options) in _ENGINES.items() if not module or find_spec(module)}
    found: dict[str, list[tuple[Took, Took]]] = {name: [] for name in there}
    with tempfile.TemporaryDirectory() as temporary:
        short, long = [_log(Path(asked.keep or temporary), rows) for rows in (asked.rows // _TIMES, asked.rows)]
        try:
            for _ in range(asked.rounds):
                for name, options in there.items():
                    found[name].append((_took(short, options), _took(long, options)))
        except FailedError as error:
            print(error, file=sys.stderr)
            return 1
    _show(found, asked.rows)
    return 0


def _log(folder: Path, rows: int) -> Path:
    path = folder / f"office-{rows}.parquet"
    if not path.exists():
        command = [sys.executable, str(_HERE / "logs.py"), "--rows", str(rows), "--seed", str(_SEED), str(path)]
        run(command)
    return path


def _took(log: Path, options: tuple[str, ...]) -> Took:
    command = [str(_VERIFYKB), "batch", str(log), *options, "-qq", "--at", AT, "--isolated", "--no-dns"]
    ticks: dict[int, int] = {}
    held = 0
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    while process.poll() is None:
        pids = family(process.pid)
        ticks |= {pid: _ticks(pid) or ticks.get(pid, 0) for pid in pids}
        held = max(held, sum(map(resident_bytes, pids)))
        time.sleep(_BETWEEN_LOOKS_SECONDS)
    seconds = time.perf_counter() - start
    said = process.communicate()[0]
    if process.returncode not in _JUDGED:
        raise FailedError(process.returncode, said.decode(errors="replace")[-_SHOWN_CHARACTERS:])
    return Took(seconds, sum(ticks.values()) / os.sysconf("SC_CLK_TCK"), held / _MEGABYTE)


def _ticks(pid: int) -> int:
    """Give the processor time of a process; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _show(found: dict[str, list[tuple[Took, Took]]], rows: int) -> None:
    print(describe(rows))
    names = ("start s", "us a row", "of one", "core us a row", "of one", "10^9: core hours", "together MB")
    print(f"\n{'':<22}" + "".join(f"{name:>{width}}" for name, width in zip(names, _WIDTHS, strict=True)))
    clocks, cores = ({name: _cost(took, kind, rows) for name, took in found.items()} for kind in ("seconds", "cores"))
    first = next(iter(found))
    for name, took in found.items():
        clock, core = clocks[name], cores[name]
        hours = core.row * _BILLION / _SECONDS_OF_AN_HOUR
        of_one = (clock.row / clocks[first].row, core.row / cores[first].row)
        held = median(long.megabytes for _, long in took)
        shown = (clock.start, clock.row * 1e6, of_one[0], core.row * 1e6, of_one[1], hours, held)
        digits = (1, 1, 2, 1, 2, 1, 0)
        print(f"{name:<22}" + "".join(f"{x:>{w}.{d}f}" for x, w, d in zip(shown, _WIDTHS, digits, strict=True)))


def _cost(found: list[tuple[Took, Took]], kind: str, rows: int) -> Cost:
    short, long = (median(getattr(took[at], kind) for took in found) for at in range(2))
    return Cost.of(short, long, rows)


if __name__ == "__main__":
    sys.exit(main())
