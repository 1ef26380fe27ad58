"""Asking name servers: what is believed, what is asked again, and how failures are told."""

import asyncio
import socket
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.dns.faultserver import NEGATIVE_TTL, TTL, FaultServer
from tests.dns.zone import CHAINS, NAMES, QUESTIONS
from verifykb.dns import network
from verifykb.dns.answer import Answer, Status
from verifykb.dns.network import NetworkResolver
from verifykb.dns.recorded import RecordedResolver

_FILES = Path("/proc/self/fd")
_ZONE = {"a.example": {"TXT": ["right"], "A": ["192.0.2.1"]}, "b.example": {"CNAME": ["a.example"]}}


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 20))


def _asked(
    fault: str, name: str = "a.example", kind: str = "TXT", *, timeout: float = 0.15, trust_ad: bool = False
) -> tuple[Answer, FaultServer]:
    async def work() -> tuple[Answer, FaultServer]:
        async with (
            FaultServer(_ZONE, {name: fault}) as server,
            NetworkResolver([server.address], timeout=timeout, trust_ad=trust_ad) as resolver,
        ):
            return await resolver.ask(name, kind), server

    answer, server = _run(work())
    return answer, server


def _bare(answer: Answer) -> tuple[Status, list[str], str]:
    return answer.status, sorted(answer.records), answer.reason


@pytest.mark.parametrize(("name", "kind"), [*QUESTIONS, *CHAINS, ("odd name!\\x.example.com", "TXT")])
@pytest.mark.parametrize("fault", ["", "hop"])
def test_the_network_answers_as_a_recording_of_it(name: str, kind: str, fault: str) -> None:
    """The same names give the same answers, whether the server follows aliases or leaves them to us."""

    async def work() -> Answer:
        faults = dict.fromkeys(NAMES, fault)
        async with FaultServer(NAMES, faults) as server, NetworkResolver([server.address]) as resolver:
            return await resolver.ask(name, kind)

    # A recording undoes escapes; here a backslash is itself.
    recorded = RecordedResolver({key.replace("\\", "\\\\"): value for key, value in NAMES.items()})
    assert _bare(_run(work())) == _bare(_run(recorded.ask(name.replace("\\", "\\\\"), kind)))


@pytest.mark.parametrize("fault", ["wrong-id", "wrong-question", "wrong-port"])
def test_a_forged_reply_is_not_believed(fault: str) -> None:
    """A reply with another id, question or source is ignored, and the right one behind it is taken."""
    answer, server = _asked(fault)
    assert answer.records == ("right",)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("fault", "reason", "times"),
    [
        ("drop", "timeout", 2),
        ("garbage", "timeout", 2),  # it is no reply to the question
        ("servfail", "servfail", 2),
        ("bare-servfail", "servfail", 2),
        ("notimp", "servfail", 2),
        ("badvers", "servfail", 2),  # its lower bits say NOERROR
        ("lame", "servfail", 2),
        ("refused", "refused", 2),
        ("formerr", "malformed", 2),
        ("broken", "malformed", 2),
        ("trailing", "malformed", 2),
        ("tcp-close", "malformed", 4),
        ("tcp-wrong-id", "malformed", 4),
        ("tcp-silent", "timeout", 4),
    ],
)
def test_a_failure_is_told_by_its_kind(fault: str, reason: str, times: int) -> None:
    """Nothing that goes wrong becomes "not there", and a server gets a second chance."""
    answer, server = _asked(fault)
    assert answer == Answer(Status.TEMPORARY, reason=reason)
    assert len(server.asked) == times


def test_a_truncated_answer_is_fetched_over_tcp() -> None:
    """TC sends the same question over TCP."""
    answer, server = _asked("truncate")
    assert answer.records == ("right",)
    assert [way for *_, way in server.asked] == ["udp", "tcp"]


def test_a_server_without_edns_is_asked_without_it() -> None:
    """FORMERR to a question with EDNS is followed by one without."""
    answer, server = _asked("no-edns")
    assert answer.records == ("right",)
    assert len(server.asked) == 2


@pytest.mark.parametrize(("trusted", "flags"), [(True, True), (False, False)])
def test_the_ad_bit_is_asked_for_and_believed_only_by_configuration(*, trusted: bool, flags: bool) -> None:
    """Anybody on the path can set AD."""
    answer, server = _asked("forged-ad", trust_ad=trusted)
    assert answer.records == ("right",)
    assert answer.secure is trusted
    assert bool(server.flags[0] & 0x20) is flags  # AD
    assert bool(server.flags[0] >> 16 & 0x8000) is flags  # DO


@pytest.mark.parametrize(("alias", "secure"), [("hop", False), ("hop-ad", True)])
def test_a_chain_is_as_secure_as_its_weakest_link(alias: str, *, secure: bool) -> None:
    """A validated target behind an alias that was not validated proves nothing."""

    async def work() -> Answer:
        faults = {"b.example": alias, "a.example": "forged-ad"}
        async with (
            FaultServer(_ZONE, faults) as server,
            NetworkResolver([server.address], trust_ad=True) as resolver,
        ):
            return await resolver.ask("b.example", "TXT")

    answer = _run(work())
    assert answer.records == ("right",)
    assert answer.secure is secure


@pytest.mark.parametrize("name", ["", ".", "a..b", "a" * 64 + ".example", "ệ.example", "a." * 127 + "b", ".a.example"])
def test_an_impossible_name_is_not_asked(name: str) -> None:
    """It does not exist, and no question about it leaves."""
    answer, server = _asked("", name)
    assert answer.status is Status.NXDOMAIN
    assert not server.asked


@pytest.mark.parametrize(
    ("name", "kind", "ttl"),
    [("b.example", "TXT", TTL), ("a.example", "MX", NEGATIVE_TTL), ("no.example", "TXT", NEGATIVE_TTL)],
)
def test_an_answer_tells_how_long_it_may_be_kept(name: str, kind: str, ttl: int) -> None:
    """The smallest time of the chain, and for what is not there the SOA's minimum (RFC 2308)."""
    answer, _ = _asked("", name, kind)
    assert answer.ttl == ttl


def test_the_next_server_is_asked_when_one_fails() -> None:
    """A server that refuses, one that is silent and one that is not there do not hide the one that answers."""

    async def work() -> tuple[Answer, list[int]]:
        async with (
            FaultServer(_ZONE, {"a.example": "refused"}) as one,
            FaultServer(_ZONE, {"a.example": "drop"}) as two,
            FaultServer(_ZONE) as three,
        ):
            servers = [one.address, ("127.0.0.1", _unused_port()), two.address, three.address]
            async with NetworkResolver(servers, timeout=0.1) as resolver:
                return await resolver.ask("a.example", "TXT"), [len(x.asked) for x in (one, two, three)]

    answer, asked = _run(work())
    assert answer.records == ("right",)
    assert asked == [1, 1, 1]


def _unused_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.mark.parametrize("servers", [[], [("127.0.0.1", None)], [("255.255.255.255", 53)]])
def test_no_way_to_a_server_is_unreachable_at_once(servers: list[tuple[str, int | None]]) -> None:
    """No server, nobody at the port and an address that may not be sent to end without waiting."""

    async def work() -> Answer:
        found = [(host, port or _unused_port()) for host, port in servers]
        async with NetworkResolver(found, timeout=10) as resolver:
            return await asyncio.wait_for(resolver.ask("a.example", "TXT"), 5)

    assert _run(work()) == Answer(Status.TEMPORARY, reason="unreachable")


def test_ids_and_ports_cannot_be_guessed() -> None:
    """Questions leave from many ports with ids all over the range, and a port is given up in time."""

    async def work() -> FaultServer:
        names = [f"n{n}.example" for n in range(400)]
        zone = {name: {"TXT": ["x"]} for name in names}
        async with FaultServer(zone) as server, NetworkResolver([server.address]) as resolver:
            await asyncio.gather(*(resolver.ask(name, "TXT") for name in names))
        return server

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "_MAX_USES", 10)
        server = _run(work())
    assert len(set(server.ports)) > 30  # 16 without replacement; the system may give a port a second time
    assert len(set(server.numbers)) > 380
    assert max(server.numbers) - min(server.numbers) > 60_000


def _open_files() -> int:
    return len(list(_FILES.iterdir()))


@pytest.mark.skipif(not _FILES.is_dir(), reason="needs /proc to count open files")
def test_closing_leaves_no_socket_open() -> None:
    """After `close` there are as many open files as before, also when questions were cancelled."""

    async def work() -> tuple[int, int]:
        before = _open_files()
        faults = {"a.example": "drop", "b.example": "tcp-silent"}
        async with FaultServer(_ZONE, faults) as server, NetworkResolver([server.address], timeout=5) as resolver:
            asks = [asyncio.create_task(resolver.ask(name, "TXT")) for name in ("a.example", "b.example") * 40]
            await asyncio.sleep(0.1)
            for ask in asks:
                ask.cancel()
            await asyncio.gather(*asks, return_exceptions=True)
        assert (await resolver.ask("a.example", "TXT")).reason == "unreachable"
        await asyncio.sleep(0.05)
        return before, _open_files()

    before, after = _run(work())
    assert after <= before


def test_the_system_has_name_servers_or_nobody_is_reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without configured servers the answer is a temporary failure."""
    monkeypatch.setattr(network, "_system_nameservers", list)
    assert _run(NetworkResolver().ask("a.example", "TXT")).reason == "unreachable"


@pytest.mark.parametrize(
    ("system", "identity"),
    [([("192.168.1.1", 53)], ""), ([("127.0.0.53", 53)], ""), ([("8.8.8.8", 53)], "8.8.8.8#53"), ([], "")],
)
def test_a_private_address_is_no_identity(
    system: list[tuple[str, int]], identity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is 192.168.1.1 changes with the network, so nothing may be kept under that name."""
    monkeypatch.setattr(network, "_system_nameservers", lambda: system)
    assert NetworkResolver().identity == identity


def test_an_identity_tells_servers_and_trust_apart() -> None:
    """Explicit servers, their order, their ports and the trust in AD are all part of who answers."""
    one, two = ("127.0.0.1", 53), ("127.0.0.1", 54)
    lists = [[one], [two], [one, two], [two, one]]
    names = {NetworkResolver(servers, trust_ad=ad).identity for servers in lists for ad in (True, False)}
    assert len(names) == 8
