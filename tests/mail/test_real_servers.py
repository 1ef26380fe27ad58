"""SPF, DMARC and whole mails give the same results through real servers as through a recording of them.

1. Not only the words are equal but all of a result; a reason differs only as `EXPLAINED` says.
2. Knot serves what an authoritative server can: it is never silent about one name only.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.dns.doh_server import DohServer
from tests.dns.faultserver import FaultServer
from tests.dns.knot import NEEDS_KNOT, knot
from tests.mail.fault_zone import names, served
from tests.mail.real_cases import SLOW, WORDS, Part, answer, words
from verifykb.dns.answer import Answer, Resolver
from verifykb.dns.doh import DohResolver
from verifykb.dns.network import NetworkResolver
from verifykb.dns.recorded import RecordedResolver, RecordingResolver
from verifykb.dns.session import SharedResolver

_DEADLINE = 3.0  # seconds for a case, as for a contact
_LATE = 0.5  # what a case may take beyond it
# A lost question costs twice the first over UDP; whoever is answered may take his time on a busy machine.
_SHORT, _LONG = 0.25, 2.5
_SOON = 0.4  # a deadline that ends before a lost question does
_AT_ONCE = 8
_Opening = Callable[[float], Any]

# (way, case) -> the reason that is told where the recording has only the word SERVFAIL.
EXPLAINED = {
    **{(way, "SPF: refused"): "refused" for way in ("network", "https")},
    **{(way, "SPF: broken"): "malformed" for way in ("network", "https")},
    # A recording that was made knows one word for every failure but a timeout.
    **{("replayed", case): "servfail" for case, said in WORDS.items() if "cname-loop" in said},
}


# What would have been asked behind the lost question is not known either.
class Outcome(NamedTuple):
    """What a way gave for a case."""

    parts: tuple[Part, ...]
    seconds: float


class _ZoneDohServer(DohServer):
    """Answers over HTTPS what a `FaultServer` says."""

    def __init__(self, zone: FaultServer) -> None:
        super().__init__("right")
        self._zone = zone

    async def _reply(self, writer: asyncio.StreamWriter, query: bytes) -> None:
        body = await self._zone.reply(query, "https")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nContent-Type: application/dns-message\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)


class _Noting:
    """Notes why questions failed."""

    def __init__(self, inner: Resolver) -> None:
        self._inner = inner
        self.reasons: set[str] = set()

    async def ask(self, name: str, kind: str) -> Answer:
        got = await self._inner.ask(name, kind)
        self.reasons.add(got.reason)
        return got


async def _through(
    opening: _Opening, cases: Collection[str], *, deadline: float = _DEADLINE, replayed: bool = False
) -> dict[str, Outcome]:
    """Answer cases, all of those that wait for nobody side by side."""
    limit = asyncio.Semaphore(_AT_ONCE)

    async def one(case: str, inner: Resolver) -> Outcome:
        began = time.monotonic()
        async with SharedResolver(inner, deadline=deadline) as shared:
            recording = RecordingResolver(shared)
            parts = await answer(case, recording)
        seconds = time.monotonic() - began
        if replayed:
            written = json.loads(recording.to_json(datetime.now(UTC)))["names"]
            parts = await answer(case, RecordedResolver(written))
        return Outcome(parts, seconds)

    async def limited(case: str, inner: Resolver) -> Outcome:
        async with limit:
            return await one(case, inner)

    waiting = [case for case in cases if case in SLOW]
    quick = [case for case in cases if case not in SLOW]
    async with opening(_SHORT) as short, opening(_LONG) as long:
        slow_ones = await asyncio.gather(*(one(case, short) for case in waiting))
        quick_ones = await asyncio.gather(*(limited(case, long) for case in quick))
    return dict(zip((*waiting, *quick), (*slow_ones, *quick_ones), strict=True))


@cache
def _recorded() -> Mapping[str, tuple[tuple[Part, ...], frozenset[str]]]:
    async def work() -> dict[str, tuple[tuple[Part, ...], frozenset[str]]]:
        found = {}
        for case in WORDS:
            noting = _Noting(RecordedResolver(names()))
            found[case] = await answer(case, noting), frozenset(noting.reasons)
        return found

    return asyncio.run(work())


@cache
def _served(way: str) -> Mapping[str, Outcome]:
    if way == "knot":
        with tempfile.TemporaryDirectory() as folder, knot(names(), Path(folder)) as address:
            return asyncio.run(_through(_opening(address), [case for case in WORDS if case not in SLOW]))
    return asyncio.run(_fault_served(way))


async def _fault_served(way: str) -> dict[str, Outcome]:
    zone, faults = served()
    if way == "https":  # EDNS is between neighbours (RFC 6891, 7): who speaks HTTPS knows it
        faults = {name: fault for name, fault in faults.items() if fault != "no-edns"}
    async with FaultServer(zone, faults) as server, _ZoneDohServer(server) as https:
        if way == "late":
            return await _through(lambda _: NetworkResolver([server.address], timeout=10), SLOW, deadline=_SOON)
        opening = _over_https(https.url) if way == "https" else _opening(server.address)
        outcomes = await _through(opening, WORDS, replayed=way == "replayed")
        # A fault that nobody met would show nothing.
        assert {key.partition(" ")[0] for key in faults} <= {name for name, *_ in server.asked}
        return outcomes


def _opening(address: tuple[str, int]) -> _Opening:
    return lambda seconds: NetworkResolver([address], timeout=seconds)


def _over_https(url: str) -> _Opening:
    return lambda seconds: DohResolver(url, timeout=seconds)


def _without_reason(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part if isinstance(part, str) else part._replace(reason="") for part in parts)


def _reasons(parts: tuple[Part, ...]) -> list[str]:
    return [part.reason for part in parts if not isinstance(part, str)]


@pytest.mark.parametrize("case", WORDS)
def test_a_recording_gives_the_words_of_the_table(case: str) -> None:
    """And only the cases that say so meet a name for which nobody answers."""
    parts, reasons = _recorded()[case]
    assert words(parts) == WORDS[case]
    assert ("timeout" in reasons) is (case in SLOW)


_WAYS = [(way, case) for way in ("network", "https", "replayed") for case in WORDS]
_WITH_KNOT = [pytest.param("knot", case, marks=NEEDS_KNOT) for case in WORDS if case not in SLOW]


@pytest.mark.parametrize(("way", "case"), [*_WAYS, *_WITH_KNOT])
def test_a_server_gives_the_same_as_a_recording_of_it(way: str, case: str) -> None:
    """Over UDP and TCP, over HTTPS, from Knot DNS, and from a recording made on the way; each within its deadline."""
    outcome, (parts, _) = _served(way)[case], _recorded()[case]
    assert _without_reason(outcome.parts) == _without_reason(parts)
    explained = EXPLAINED.get((way, case))
    if explained is None:
        assert _reasons(outcome.parts) == _reasons(parts)
    else:
        assert explained in _reasons(outcome.parts)
        assert explained not in _reasons(parts)
    assert outcome.seconds < _DEADLINE + _LATE


@pytest.mark.parametrize("case", SLOW)
def test_after_the_deadline_nobody_waits(case: str) -> None:
    """What is not known by then is a temperror like a timeout, with a word of its own."""
    outcome, (parts, _) = _served("late")[case], _recorded()[case]
    assert words(outcome.parts) == words(parts).replace("timeout", "deadline")
    assert outcome.seconds < _SOON + _LATE
