"""Reads hostile files in a process of its own, with little memory and time.

1. The readers of mails and workbooks were not written for hostile files: whatever happens to them there is
   an answer here, never a crash, and never more memory than was given.
2. The file goes in through a pipe and the answer comes out through one: the process opens no file, and sees
   the very bytes that were fingerprinted.
3. Only time that is spent waiting for the process counts against it, not what the reader of its answer takes.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

_CHUNK_BYTES = 65_536  # what a pipe holds


def _command(module: str) -> list[str]:
    # -P: nothing in the working directory is imported, whatever it is called.
    return [sys.executable, "-P", "-m", module]


def ask(module: str, raw: bytes, *, max_output: int, wall_seconds: float) -> bytes | None:
    """Have a module of ours read a file, as ``python -m``, and give its whole answer.

    Args:
        module: reads stdin, writes stdout, and limits itself (`limit_this_process`).
        raw: the octets of the file.
        max_output: octets of the longest answer that is accepted.
        wall_seconds: after which it is ended.

    Returns:
        What it wrote; None where it failed, whatever the reason.
    """
    try:
        done = subprocess.run(  # noqa: S603 - a module of ours, no shell
            _command(module),
            input=raw,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=wall_seconds,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return None if done.returncode or len(done.stdout) > max_output else done.stdout


class LimitedProcess:
    """A module of ours that reads a file and answers in lines, as a context: leaving it ends the process.

    Args:
        module: reads stdin to its end, then writes lines to stdout, and limits itself.
        wall_seconds: of waiting, after which it is ended.

    Attributes:
        ended: whether it was ended for taking too long, or by the system for taking too much.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(self, module: str, wall_seconds: float) -> None:
        self.ended = False
        self._left = wall_seconds
        self._process = subprocess.Popen(  # noqa: S603 - a module of ours, no shell
            _command(module), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._close_input()
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()

    def feed(self, data: bytes) -> None:
        """Give it a piece of the file; what it does not take any more is dropped."""
        if self._process.stdin and data:
            with self._watched(), suppress(OSError):
                self._process.stdin.write(data)

    def lines(self, max_bytes: int) -> Iterator[bytes]:
        """Give its answer line by line, once the whole file was fed.

        Args:
            max_bytes: of the longest line; a longer one ends the answer.
        """
        with self._watched():
            self._close_input()
        rest = b""
        while chunk := self._read():
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if len(rest) > max_bytes:
                return
        self.ended = self.ended or self._process.wait() < 0

    def _read(self) -> bytes:
        if not self._process.stdout:
            return b""
        with self._watched():
            return self._process.stdout.read1(_CHUNK_BYTES)  # type: ignore[attr-defined, no-any-return] # it is buffered

    def _close_input(self) -> None:
        if self._process.stdin:
            with suppress(OSError):
                self._process.stdin.close()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """End the process where what is done inside takes more than the time that is left."""
        timer = threading.Timer(max(self._left, 0), self._end)
        timer.daemon = True
        started = time.monotonic()
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self._left -= time.monotonic() - started

    def _end(self) -> None:
        self.ended = True
        self._process.kill()


def limit_this_process(memory: int, cpu_seconds: int) -> None:
    """Take memory, time and dumps away from this process; systems without such limits have the wall clock.

    Args:
        memory: octets of address space.
        cpu_seconds: after which the system ends it.
    """
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # macOS knows the kind and refuses the value
            resource.setrlimit(kind, (value, value))
