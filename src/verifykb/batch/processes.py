"""Who does the pieces of a run: this process, or several beside it.

1. Results come in the order of the pieces, whoever was first; only so many are begun that memory stays small.
2. A worker reads its piece itself. It ignores Ctrl-C, which is the parent's to answer, and ends with its parent.
3. A worker that somebody ends (most often the system, for want of memory) ends the run; it can be resumed.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from verifykb.asking import Asker
from verifykb.batch.across import Across
from verifykb.batch.done import DonePiece
from verifykb.batch.interrupts import HeldBack, deaf_children
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
        jobs: how many processes; they are started as they are needed.
    """

    def __init__(self, job: Job, jobs: int) -> None:
        self._job = job
        self._jobs = jobs
        self._beside: list[_Beside] = []
        self._results: dict[int, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for beside in self._beside:
            beside.tell_to_end(now=kind is not None)
        for beside in self._beside:
            beside.wait_for_end()

    def scan(self, pieces: Iterable[tuple[int, Piece]]) -> Iterator[tuple[int, list[Any]]]:
        """Read pieces for comparing."""
        yield from self._in_order(_scan, pieces)

    def judge(self, pieces: Iterable[tuple[int, Piece, str]]) -> Iterator[DonePiece]:
        """Judge pieces: number, piece, and which contacts are listed."""
        yield from self._in_order(_judge, pieces)

    def _in_order(self, work: Callable[..., _Result], items: Iterable[tuple[Any, ...]]) -> Iterator[_Result]:
        """Give what `work` makes of items, in their order.

        Raises:
            OutputError: a process was ended from outside.
        """
        given = taken = 0
        try:
            for given, item in enumerate(items, start=1):
                self._least_busy().give(given - 1, work, item)
                if given - taken >= _AHEAD * self._jobs:
                    yield self._result(taken)
                    taken += 1
            for number in range(taken, given):
                yield self._result(number)
        except (EOFError, ConnectionError) as error:
            raise OutputError("worker-lost") from error

    def _least_busy(self) -> "_Beside":
        idle = [beside for beside in self._beside if not beside.begun]
        if not idle and len(self._beside) < self._jobs:
            with HeldBack():  # a process that nobody knows of would be left behind
                self._beside.append(_Beside(self._job))
            return self._beside[-1]
        return min(self._beside, key=lambda beside: beside.begun)

    def _result(self, number: int) -> Any:
        """Wait for what was made of an item."""
        while number not in self._results:
            busy = {beside.pipe: beside for beside in self._beside if beside.begun}
            for pipe in wait(list(busy)):
                self._results.update([busy[cast("Connection", pipe)].take()])
        return self._results.pop(number)


class _Beside:
    """One process beside this one, and the way to it.

    Attributes:
        begun: how many items it has at hand.
    """

    def __init__(self, job: Job) -> None:
        # A child by fork would share locks with the threads of this one. Pipes alone: what else processes
        # could share is left behind by a parent that is killed.
        spawning = multiprocessing.get_context("spawn")
        self.pipe, theirs = spawning.Pipe()
        self._process = spawning.Process(target=_serve, args=(theirs, job), daemon=True)
        resource_tracker.ensure_running()  # would let Ctrl-C through again, were it started with the process
        with deaf_children():
            self._process.start()
        theirs.close()
        self.begun = 0

    def give(self, number: int, work: Callable[..., Any], item: tuple[Any, ...]) -> None:
        """Give it an item to work on."""
        self.pipe.send((number, work, item))
        self.begun += 1

    def take(self) -> tuple[int, Any]:
        """Take a result: the number of its item, and what was made of it.

        Raises:
            EOFError: the process is gone.
        """
        number, result, error = self.pipe.recv()
        self.begun -= 1
        if error is not None:
            raise error
        return number, result

    def tell_to_end(self, *, now: bool) -> None:
        """Let it end: when it has nothing more to do, or now."""
        if now:
            self._process.terminate()
        self.pipe.close()

    def wait_for_end(self) -> None:
        """Wait until nobody writes to the run's folder any more."""
        self._process.join(_SECONDS_TO_END)
        self._process.kill()
        self._process.join()


# ---------------------------------------------------------------- in the other process


def _serve(pipe: Connection, job: Job) -> None:
    """Work on items until there are no more, or nobody to take the results."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with Asker(job.context(), job.opening) as asker, suppress(EOFError, ConnectionError):
        _process["job"], _process["asker"] = job, asker
        while True:
            number, work, item = pipe.recv()
            pipe.send((number, *_answer(work, item)))


def _answer(work: Callable[..., Any], item: tuple[Any, ...]) -> tuple[Any, Exception | None]:
    """Give what was made of an item, or the error that the parent raises instead."""
    try:
        return work(*item), None
    except Exception as error:  # noqa: BLE001 - a bug is told by the parent, as one of its own
        return None, error


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        with suppress(OSError):
            wait([parent.sentinel])
        os._exit(1)


def _worker() -> Worker:
    if "worker" not in _process:
        _process["worker"] = Worker(_process["job"], _process["asker"])
    worker: Worker = _process["worker"]
    return worker


def _scan(number: int, piece: Piece) -> tuple[int, list[Any]]:
    return _worker().scan(number, piece)


def _judge(number: int, piece: Piece, listing: str) -> DonePiece:
    worker = _worker()
    if "across" not in _process:
        _process["across"] = Across(Path(worker.job.folder) / ACROSS)
    return worker.judge(number, piece, _process["across"], listing=listing)


def usable_cores() -> int:
    """Give how many cores this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1
