"""The same zones served by Knot DNS and held by a recording give the same answers."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.dns.knot import NEEDS_KNOT, knot
from tests.dns.zone import CHAINS, NAMES, QUESTIONS
from verifykb.dns.answer import Answer
from verifykb.dns.network import NetworkResolver
from verifykb.dns.recorded import RecordedResolver

pytestmark = NEEDS_KNOT

# A recording knows no wildcards: the names that the zone's one makes stand in it as they are asked.
_WILD = [("anything.wild.example.com", "TXT"), ("a.b.wild.example.com", "TXT"), ("anything.wild.example.com", "MX")]
_RECORDED = NAMES | {name: {"TXT": ["from a wildcard"]} for name, _ in _WILD}
_SERVED = {key: value for key, value in NAMES.items() if "\\" not in key} | {
    "*.wild.example.com": {"TXT": ["from a wildcard"]}
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A knotd on a free port of loopback."""
    with knot(_SERVED, tmp_path_factory.mktemp("knot")) as served:
        yield served


@pytest.mark.parametrize(("name", "kind"), [*QUESTIONS, *CHAINS, *_WILD])
def test_knot_and_a_recording_of_it_answer_alike(name: str, kind: str, address: tuple[str, int]) -> None:
    """TXT chunks, MX and null MX, aliases, loops, no data, no name, a wildcard, 60 kB over TCP, PTR."""

    async def work() -> tuple[Answer, Answer]:
        async with NetworkResolver([address]) as resolver:
            return await resolver.ask(name, kind), await RecordedResolver(_RECORDED).ask(name, kind)

    served, recorded = asyncio.run(work())
    assert (served.status, sorted(served.records), served.reason) == (
        recorded.status,
        sorted(recorded.records),
        recorded.reason,
    )
    assert served.ttl == (0 if served.reason else 300 if served.records else 60)


def test_knot_refuses_what_it_does_not_serve(address: tuple[str, int]) -> None:
    """REFUSED is a temporary failure, not an absence."""

    async def work() -> Answer:
        async with NetworkResolver([address]) as resolver:
            return await resolver.ask("elsewhere.example", "TXT")

    assert asyncio.run(work()).reason == "refused"
