"""Who does the pieces of a run: this process, or several beside it.

1. Results come in the order of the pieces, whoever was first; only so many are begun that memory stays small.
2. A worker reads its piece itself. It ignores Ctrl-C, which is the parent's to answer, and ends with its parent.
3. A worker that somebody ends (most often the system, for want of memory) ends the run; it can be resumed.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from verifykb.asking import Asker
from verifykb.batch.across import Across
from verifykb.batch.done import DonePiece
from verifykb.batch.interrupts import deaf_children
from verifykb.batch.pieces import Piece
from verifykb.batch.work import Job, Worker
from verifykb.errors import OutputError

ACROSS = "across.sqlite"
_AHEAD = 2  # pieces begun for each process
_SECONDS_TO_END = 2.0  # of a worker that was told to; then it is not asked any more
_Result = TypeVar("_Result")
_process: dict[str, Any] = {}  # of a worker: what it holds from piece to piece


class Here:
    """Does the pieces in this process.

    Args:
        job: what is to be done.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._asker = Asker(job.context(), job.opening)
        self._worker = Worker(job, self._asker)

    def __enter__(self) -> Self:
        self._asker.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._asker.__exit__(kind, error, trace)

    def scan(self, pieces: Iterable[tuple[int, Piece]]) -> Iterator[tuple[int, list[Any]]]:
        """Read pieces for comparing."""
        for number, piece in pieces:
            yield self._worker.scan(number, piece)

    def judge(self, pieces: Iterable[tuple[int, Piece, str]]) -> Iterator[DonePiece]:
        """Judge pieces: number, piece, and which contacts are listed."""
        across = Across(Path(self._job.folder) / ACROSS)
        try:
            for number, piece, listing in pieces:
                yield self._worker.judge(number, piece, across, listing=listing)
        finally:
            across.close()


class Processes:
    """Does the pieces in several processes.

    Args:
        job: what is to be done; it goes to each process once.
        jobs: how many processes.
    """

    def __init__(self, job: Job, jobs: int) -> None:
        # A child by fork would share locks with the threads of this one.
        spawning = multiprocessing.get_context("spawn")
        self._jobs = jobs
        self._pool = ProcessPoolExecutor(jobs, mp_context=spawning, initializer=_begin, initargs=(job,))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        workers = list((getattr(self._pool, "_processes", None) or {}).values())
        self._pool.shutdown(wait=kind is None, cancel_futures=True)
        for worker in workers if kind else ():
            worker.terminate()
        for worker in workers if kind else ():
            worker.join(_SECONDS_TO_END)  # nobody writes to the run's folder any more
            worker.kill()

    def scan(self, pieces: Iterable[tuple[int, Piece]]) -> Iterator[tuple[int, list[Any]]]:
        """Read pieces for comparing."""
        yield from self._in_order(_scan, pieces)

    def judge(self, pieces: Iterable[tuple[int, Piece, str]]) -> Iterator[DonePiece]:
        """Judge pieces: number, piece, and which contacts are listed."""
        yield from self._in_order(_judge, pieces)

    def _in_order(self, work: Callable[..., _Result], items: Iterable[tuple[Any, ...]]) -> Iterator[_Result]:
        begun: deque[Future[_Result]] = deque()
        try:
            for item in items:
                with deaf_children():  # the pool starts processes as it needs them
                    begun.append(self._pool.submit(work, *item))
                if len(begun) >= _AHEAD * self._jobs:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        except BrokenProcessPool as error:
            raise OutputError("worker-lost") from error


def _begin(job: Job) -> None:
    """Make ready what a worker holds from piece to piece."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _process["job"] = job
    _process["worker"] = Worker(job, Asker(job.context(), job.opening).__enter__())


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        with suppress(OSError):
            wait([parent.sentinel])
        os._exit(1)


def _scan(number: int, piece: Piece) -> tuple[int, list[Any]]:
    worker: Worker = _process["worker"]
    return worker.scan(number, piece)


def _judge(number: int, piece: Piece, listing: str) -> DonePiece:
    worker: Worker = _process["worker"]
    if "across" not in _process:
        _process["across"] = Across(Path(_process["job"].folder) / ACROSS)
    return worker.judge(number, piece, _process["across"], listing=listing)


def usable_cores() -> int:
    """Give how many cores this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1
