"""A time limit for all the questions of one name, where a run asks about many.

1. What is not known when the time is over is ``deadline``, at once.
2. The time runs from the first question, so a name that waits for its turn loses nothing.
3. One timer serves a name, not one a question: in a bulk run that is a tenth of the work.
"""

import asyncio
from types import TracebackType
from typing import Any, Self

from verifykb.dns.answer import Answer, Resolver, temporary

_DEADLINE = temporary("deadline")


class DeadlineResolver:
    """Asks another resolver until the time is over; ``with`` ends its timer.

    Args:
        inner: who is asked.
        seconds: for all questions together.
    """

    def __init__(self, inner: Resolver, seconds: float) -> None:
        self._inner = inner
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = False
        self._asking: set[asyncio.Task[Any]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()

    async def ask(self, name: str, kind: str) -> Answer:
        """Ask, as long as there is time."""
        if self._is_over:
            return _DEADLINE
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._expire)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine that runs is in a task
        self._asking.add(task)
        try:
            return await self._inner.ask(name, kind)
        except asyncio.CancelledError:
            # Only our own cancelling is an answer; who else cancelled wants the task to end.
            if task in self._asking or task.uncancel() > 0:
                raise
            return _DEADLINE
        finally:
            self._asking.discard(task)

    def _expire(self) -> None:
        self._is_over = True
        ending, self._asking = self._asking, set()
        for task in ending:
            task.cancel()
