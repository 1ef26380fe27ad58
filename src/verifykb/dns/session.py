"""One run's questions: each asked once, not too many at a time, and all of them within one deadline.

1. Equal questions share one answer, those under way and those already answered.
2. After the deadline nobody waits: what is not yet known is ``deadline``, at once.
3. Who asked and went away takes the answer from nobody else.
"""

import asyncio
from collections import deque
from types import TracebackType
from typing import Self

from verifykb.dns.answer import Answer, Resolver, temporary
from verifykb.dns.cache import Cache
from verifykb.dns.wire import plain

_Key = tuple[str, str]
_DEADLINE = temporary("deadline")
_MAX_REMEMBERED = 64 * 1024 * 1024  # characters, as `_weight` counts them
_OVERHEAD = 500  # octets that an answer needs besides its text


class SharedResolver:
    """Asks another resolver for a whole run.

    Args:
        inner: who is asked.
        deadline: seconds for the run, from `start` or else from the first question; None: no deadline.
        in_flight: how many questions are asked at the same time.
        cache: answers of earlier runs.
    """

    def __init__(
        self, inner: Resolver, *, deadline: float | None = 5.0, in_flight: int = 256, cache: Cache | None = None
    ) -> None:
        self._inner = inner
        self._deadline = deadline
        self._cache = cache
        self._in_flight = in_flight
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = False
        self._known: dict[_Key, Answer] = {}
        self._weight = 0
        self._pending: dict[_Key, asyncio.Future[Answer]] = {}
        self._queue: deque[_Key] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Let the deadline run from now; later calls change nothing."""
        if self._timer is None and self._deadline is not None:
            self._timer = asyncio.get_running_loop().call_later(self._deadline, self._expire)

    async def ask(self, name: str, kind: str) -> Answer:
        """Ask, or share what was asked; see `answer.Resolver`."""
        self.start()
        key = plain(name), kind
        known = self._known.get(key)
        if known is not None:
            return known
        if self._is_over:
            return _DEADLINE
        pending = self._pending.get(key)
        if pending is None:
            pending = self._pending[key] = asyncio.get_running_loop().create_future()
            self._queue.append(key)
            self._begin()
        # The shield keeps a cancelled asker from cancelling the answer of the others.
        return await asyncio.shield(pending)

    async def close(self) -> None:
        """Stop asking; whoever still waits is answered ``deadline``."""
        if self._timer is not None:
            self._timer.cancel()
        self._expire()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _expire(self) -> None:
        self._is_over = True
        for future in self._pending.values():
            if not future.done():
                future.set_result(_DEADLINE)
        self._pending.clear()
        self._queue.clear()
        for task in self._tasks:
            task.cancel()

    def _begin(self) -> None:
        """Ask what waits, as far as the limit allows: a task for each of thousands would be slow to cancel."""
        while self._queue and len(self._tasks) < self._in_flight:
            task = asyncio.create_task(self._settle(self._queue.popleft()))
            self._tasks.add(task)
            task.add_done_callback(self._end)

    def _end(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._begin()

    async def _settle(self, key: _Key) -> None:
        """Find the answer to a question and give it to everybody who waits for it."""
        future = self._pending[key]
        try:
            answer = await self._find(key)
        except Exception as error:  # noqa: BLE001 - a bug of the inner resolver belongs to those who asked it
            if not future.done():
                future.set_exception(error)
                future.exception()  # an asker that went away leaves nobody to be told
        else:
            if not future.done():
                future.set_result(answer)
                self._remember(key, answer)
        finally:
            if self._pending.get(key) is future:
                del self._pending[key]

    async def _find(self, key: _Key) -> Answer:
        kept = self._cache.get(*key) if self._cache else None
        if kept is not None:
            return kept
        answer = await self._inner.ask(*key)
        if self._cache:
            self._cache.put(*key, answer)
        return answer

    def _remember(self, key: _Key, answer: Answer) -> None:
        self._known[key] = answer
        self._weight += _weight(key, answer)
        while self._weight > _MAX_REMEMBERED:
            oldest = next(iter(self._known))
            self._weight -= _weight(oldest, self._known.pop(oldest))


def _weight(key: _Key, answer: Answer) -> int:
    return _OVERHEAD + len(key[0]) + sum(map(len, answer.records))
