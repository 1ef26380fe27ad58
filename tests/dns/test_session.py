"""One run's questions: shared, limited, and over at the deadline."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import pytest

from verifykb.dns import session
from verifykb.dns.answer import Answer, Status, temporary
from verifykb.dns.session import SharedResolver


class _Slow:
    """Answers after a while with what it was asked; counts."""

    def __init__(self, delay: float = 0.02, size: int = 1) -> None:
        self._delay, self._size = delay, size
        self.asked: list[tuple[str, str]] = []
        self.now = self.peak = self.cancelled = 0

    async def ask(self, name: str, kind: str) -> Answer:
        self.asked.append((name, kind))
        self.now += 1
        self.peak = max(self.peak, self.now)
        try:
            await asyncio.sleep(self._delay)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.now -= 1
        if name == "bug":
            raise RuntimeError(name)
        return temporary("servfail") if name == "bad" else Answer(Status.FOUND, (name * self._size,), ttl=60)


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 20))


@pytest.mark.parametrize("name", ["a.example", "bad"])
def test_equal_questions_are_asked_once(name: str) -> None:
    """At the same time or later, in any case, with a trailing dot or none; a failure is not asked again either."""
    inner = _Slow()

    async def work() -> set[Answer]:
        async with SharedResolver(inner) as shared:
            spellings = [name, name.upper(), f"{name}."] * 50
            first = await asyncio.gather(*(shared.ask(spelling, "TXT") for spelling in spellings))
            return {*first, await shared.ask(name, "TXT")}

    assert len(_run(work())) == 1
    assert inner.asked == [(name, "TXT")]


def test_different_questions_are_told_apart() -> None:
    """Another type, another name, an escaped dot: each is a question of its own."""
    inner = _Slow()
    questions = [("a.b", "TXT"), ("a.b", "MX"), ("a\\.b", "TXT"), ("ab", "TXT"), ("a\\b", "TXT"), ("a b", "TXT")]

    async def work() -> None:
        async with SharedResolver(inner) as shared:
            await asyncio.gather(*(shared.ask(*question) for question in questions))

    _run(work())
    assert inner.asked == questions


def test_no_more_than_the_limit_is_in_flight() -> None:
    """The others wait their turn, and all are answered."""
    inner = _Slow()

    async def work() -> list[Answer]:
        async with SharedResolver(inner, in_flight=7) as shared:
            return await asyncio.gather(*(shared.ask(f"n{n}", "A") for n in range(50)))

    assert [answer.records[0] for answer in _run(work())] == [f"n{n}" for n in range(50)]
    assert inner.peak == 7


@pytest.mark.parametrize("early", [True, False])
def test_after_the_deadline_nobody_waits(*, early: bool, caplog: pytest.LogCaptureFixture) -> None:
    """Pending and new questions end within a tenth over it; what was known stays known."""
    inner = _Slow(delay=0.05)

    async def work() -> tuple[float, list[Answer], Answer, Answer, float]:
        async with SharedResolver(inner, deadline=0.6, in_flight=10) as shared:
            began = time.monotonic()
            if early:
                shared.start()
                await asyncio.sleep(0.2)
            answers = await asyncio.gather(*(shared.ask(f"n{n}", "A") for n in range(200)))
            took, again = time.monotonic() - began, time.monotonic()
            known, new = await shared.ask("n0", "A"), await shared.ask("new", "A")
            return took, answers, known, new, time.monotonic() - again

    took, answers, known, new, after = _run(work())
    assert 0.59 < took < 0.66
    assert answers[-1] == temporary("deadline")
    assert known.records == ("n0",)
    assert new == temporary("deadline")
    assert after < 0.02
    assert inner.now == 0
    assert inner.cancelled > 0
    assert len(inner.asked) < 150
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_a_cancelled_asker_takes_the_answer_from_nobody() -> None:
    """The first asker of a question goes away; the second one is answered."""
    inner = _Slow()

    async def work() -> Answer:
        async with SharedResolver(inner) as shared:
            first = asyncio.create_task(shared.ask("a", "A"))
            second = asyncio.create_task(shared.ask("a", "A"))
            await asyncio.sleep(0)
            first.cancel()
            answer = await second
            assert first.cancelled()
            return answer

    assert _run(work()).records == ("a",)
    assert len(inner.asked) == 1


def test_without_a_deadline_only_the_questions_have_a_limit() -> None:
    """Bulk work runs as long as it needs."""
    inner = _Slow(delay=0.05)

    async def work() -> list[Answer]:
        async with SharedResolver(inner, deadline=None, in_flight=1) as shared:
            shared.start()
            return await asyncio.gather(*(shared.ask(f"n{n}", "A") for n in range(5)))

    assert all(answer.status is Status.FOUND for answer in _run(work()))


def test_closing_answers_those_who_still_wait() -> None:
    """They hear ``deadline``, and nothing stays under way."""
    inner = _Slow(delay=10)

    async def work() -> Answer:
        async with SharedResolver(inner) as shared:
            waiting = asyncio.create_task(shared.ask("a", "A"))
            await asyncio.sleep(0.01)
        return await waiting

    assert _run(work()) == temporary("deadline")
    assert inner.now == 0


def test_a_bug_of_the_inner_resolver_reaches_those_who_asked() -> None:
    """It is not swallowed, and it is not kept."""
    inner = _Slow()

    async def work() -> list[Any]:
        async with SharedResolver(inner) as shared:
            both = asyncio.gather(shared.ask("bug", "A"), shared.ask("bug", "A"), return_exceptions=True)
            return [*await both, *await asyncio.gather(shared.ask("bug", "A"), return_exceptions=True)]

    assert [type(error) for error in _run(work())] == [RuntimeError] * 3
    assert len(inner.asked) == 2


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest answers are forgotten, and asked again when they are needed."""
    monkeypatch.setattr(session, "_MAX_REMEMBERED", 10_000)
    inner = _Slow(delay=0, size=300)

    async def work() -> int:
        async with SharedResolver(inner) as shared:
            for number in (*range(50), 49, 0):
                await shared.ask(f"n{number}", "A")
            return len(shared._known)

    assert _run(work()) < 12
    assert inner.asked[-1] == ("n0", "A")
    assert len(inner.asked) == 51
