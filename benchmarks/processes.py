"""Runs a process, and tells how long it took and how much memory it and its children held.

1. The system counts the peak of a process from the one that started it: the one that calls this must be small.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_MEGABYTE = 1 << 20
_BETWEEN_LOOKS_SECONDS = 0.05
_SHOWN_CHARACTERS = 300


class FailedError(Exception):
    """A process ended in a way that gives no figure: its exit status, and the end of what it said."""

    def __str__(self) -> str:
        status, said = self.args
        return f"exit status {status}: {said}"


class Run(NamedTuple):
    """One run.

    Args:
        rows: how many it went over.
        seconds: of the work alone where the process says so, else of the whole process.
        largest_mb: the peak resident memory of its largest process.
        together_mb: the peak of all its processes together, looked at 20 times a second; shared pages count in each.
        counts: how often each verdict came, where the process says so.
    """

    rows: int
    seconds: float
    largest_mb: float
    together_mb: float
    counts: dict[str, int]

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def run(command: Sequence[str], rows: int = 0, allowed: Sequence[int] = (0,)) -> Run:
    """Run a process to its end.

    Args:
        command: the program and its arguments. A line of JSON on its output takes the place of what is seen from here.
        rows: how many it goes over.
        allowed: exit statuses of a run that gives a figure.

    Raises:
        FailedError: another exit status.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    watch = _Watch(process.pid)
    output, errors = _outputs(process)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    together = watch.end()
    if process.returncode not in allowed:
        said = errors.decode(errors="replace").strip()[-_SHOWN_CHARACTERS:]
        raise FailedError(process.returncode, said)
    largest = usage.ru_maxrss * 1024 / _MEGABYTE
    seen = json.loads(output) if output.startswith(b"{") else {"rows": rows, "seconds": seconds, "counts": {}}
    return Run(**seen, largest_mb=largest, together_mb=max(together, largest))


def _outputs(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """Read both outputs to their ends; waiting for the process is left to `wait4`, which knows its memory."""
    found: dict[str, bytes] = {}

    def read(name: str) -> None:
        stream = getattr(process, name)
        with stream:
            found[name] = stream.read()

    readers = [threading.Thread(target=read, args=(name,)) for name in ("stdout", "stderr")]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return found["stdout"], found["stderr"]


class _Watch:
    """Looks at the memory of a process and its descendants until it is told to end."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look)
        if sys.platform == "linux":
            self._thread.start()

    def end(self) -> float:
        """Give the peak in megabytes; 0 where this system does not tell."""
        self._end.set()
        if self._thread.ident is not None:
            self._thread.join()
        return self._peak / _MEGABYTE

    def _look(self) -> None:
        while not self._end.wait(_BETWEEN_LOOKS_SECONDS):
            self._peak = max(self._peak, sum(map(_resident_bytes, _family(self._pid))))


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
            for task in tasks:
                found += map(int, (task / "children").read_text(encoding="ascii").split())
        except OSError:
            continue  # it has ended
    return found


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES
    except (OSError, IndexError):
        return 0
