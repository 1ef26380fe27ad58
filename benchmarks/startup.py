"""How long a command takes to start, beside the interpreter and an empty Typer command.

Whole processes, in turn, in one run: only the ratios mean anything. `make bench` prints them.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 31
_BIN = Path(sys.executable).parent
_EMPTY_TYPER = """
import typer
app = typer.Typer(rich_markup_mode=None)
@app.command()
def main(name: str = ""): pass
app(["--name", "x"])
"""
_CHECK = (
    "check --code SD261120-004217 --from hotrocntt@vst.gov.vn --phone 02462764300 --at 2026-11-22 --no-dns --format"
)
_LOOKALIKE = "check --from hotrocntt@vst-gov.vn --phone 02462764301 --no-dns --format json --message"
# name -> (command, the ratio it must not exceed; 0 where none is fixed)
COMMANDS: dict[str, tuple[list[str], float]] = {
    "python -c pass": ([sys.executable, "-c", "pass"], 0),
    "empty Typer command": ([sys.executable, "-c", _EMPTY_TYPER], 0),
    "verifykb --version": ([str(_BIN / "verifykb"), "--version"], 2),
    "check --format json": ([str(_BIN / "verifykb"), *_CHECK.split(), "json"], 8),
    "check --format plain": ([str(_BIN / "verifykb"), *_CHECK.split(), "plain"], 0),
    "check, look-alike and message": (
        [str(_BIN / "verifykb"), *_LOOKALIKE.split(), "Chị đọc mã OTP cho em"], 0,
    ),
}  # fmt: skip


def measure() -> dict[str, float]:
    """Give the median seconds of each command, all measured in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS + 1):
        for name, (command, _) in COMMANDS.items():
            start = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(runs[1:]) for name, runs in seconds.items()}


def main() -> int:
    """Print the table; 1 where a figure is missed."""
    medians = measure()
    base = medians["python -c pass"]
    missed = 0
    print(f"{'command':<32}{'median ms':>10}{'x of python':>13}{'limit':>8}")
    for name, (_, limit) in COMMANDS.items():
        ratio = medians[name] / base
        missed += bool(limit and ratio > limit)
        print(f"{name:<32}{medians[name] * 1000:>10.1f}{ratio:>13.2f}{f'<= {limit:g}' if limit else '':>8}")
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())
