"""Running verifykb as a script author does: its own process, a known environment."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

VERIFYKB = (sys.executable, "-m", "verifykb")
AT = ("--at", "2026-11-22")
TIMEOUT_SECONDS = 30
# Nothing of the caller's locale, colours or language gets in.
BASE_ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/dev/null", "VERIFYKB_LANG": "en"}

HEADER = "code,sender,phone,asks"
CONSISTENT = "SD261120-004217,hotrocntt@vst.gov.vn,02462764300,"
UNPROVEN = "SD261120-004217,,,"
CONTRADICTED = "SD261120-004218,hotrocntt@vst.gov.vn,0912000111,"
PROHIBITED = "SD261120-004217,hotrocntt@vst.gov.vn,02462764300,secret"
UNREADABLE = "SD261120-004217,one,cell,too,many"
WARNING_LINES = ("Error: ", "Why: ", "What to do: ")


class Result(NamedTuple):
    """How a process ended, and what it wrote."""

    status: int
    out: str
    err: str


def environment(changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """Give the environment of a run; a change to None removes a variable."""
    merged: dict[str, str | None] = {**BASE_ENVIRONMENT, **(changes or {})}
    return {name: value for name, value in merged.items() if value is not None}


def run(
    *arguments: str,
    stdin: bytes = b"",
    env: Mapping[str, str | None] | None = None,
    cwd: Path | None = None,
) -> Result:
    """Run verifykb; what it writes must be UTF-8."""
    done = subprocess.run(
        [*VERIFYKB, *arguments],
        input=stdin, capture_output=True, env=environment(env), cwd=cwd, check=False, timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    return Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def shell(script: str, *arguments: str, cwd: Path | None = None) -> Result:
    """Run a shell script in which ``verifykb`` is ``"$@"`` with its arguments."""
    done = subprocess.run(
        ["/bin/bash", "-c", script, "bash", *VERIFYKB, *arguments],
        capture_output=True, env=environment(), cwd=cwd, check=False, timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    return Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def write_log(folder: Path, *rows: str, name: str = "log.csv", header: str = HEADER) -> str:
    """Write a log and give its path."""
    path = folder / name
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return str(path)


def tells_in_three_parts(err: str, parts: tuple[str, ...] = WARNING_LINES) -> bool:
    """Whether an error is told as what, why and what to do, and without a traceback."""
    lines = err.splitlines()
    return "Traceback" not in err and all(any(part in line for line in lines) for part in parts)
