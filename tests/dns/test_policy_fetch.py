"""Fetching MTA-STS policies (RFC 8461, 3.3) from a real HTTPS server on loopback."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest

from tests.dns.https_server import Answering, Authority, Server, answer
from verifykb.dns.mta_sts import Fetched
from verifykb.dns.policy_fetch import HttpsFetcher
from verifykb.dns.posture import assess_domain
from verifykb.dns.recorded import RecordedResolver

HOST = "mta-sts.example.com"
GOOD = "version: STSv1\r\nmode: enforce\r\nmx: mx.example.com\r\nmax_age: 604800\r\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One authority for all tests of this file."""
    return Authority(tmp_path_factory.mktemp("authority"))


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send without an end."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    while True:
        writer.write(b"x: y\n" * 1000)
        await writer.drain()


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send an octet now and then, so that no single wait is long."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    while True:
        writer.write(b"v")
        await writer.drain()
        await asyncio.sleep(0.02)


async def hanging_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:  # noqa: ARG001
    """Close without a word."""
    await reader.readuntil(b"\r\n\r\n")


async def babbling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speak no HTTP."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"220 smtp.example.com\r\n" * 3)
    await writer.drain()


ZONE = {
    "example.com": {"MX": ["10 mx.example.com"], "TXT": ["v=spf1 -all"]},
    "_mta-sts.example.com": {"TXT": ["v=STSv1; id=1"]},
    HOST: {"A": ["127.0.0.1"]},
}


async def fetched(
    behave: Answering,
    authority: Authority,
    *,
    name: str = HOST,
    trusts: ssl.SSLContext | None = None,
    zone: dict[str, Any] | None = None,
    allow_private: bool = True,
    deadline: float = 5.0,
) -> tuple[Fetched, Server]:
    """Serve a policy on loopback and fetch it."""
    serve = Server(behave)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=authority.serving(name))
    fetcher = HttpsFetcher(
        RecordedResolver(zone or ZONE),
        deadline=deadline,
        context=trusts or authority.trusting(),
        port=server.sockets[0].getsockname()[1],
        allow_private=allow_private,
    )
    try:
        return await fetcher.fetch("example.com"), serve
    finally:
        await fetcher.aclose()
        server.close()
        await asyncio.sleep(0.01)  # the connections that the client gave up end here


def test_a_policy_is_fetched_from_its_one_url(authority: Authority) -> None:
    """The host of the domain is named in the request and in the certificate; the text comes whole."""
    got, server = asyncio.run(fetched(answer(GOOD.encode()), authority))
    assert got == Fetched(GOOD)
    head = server.requests[0].decode().lower()
    assert head.startswith("get /.well-known/mta-sts.txt http/1.1")
    assert f"host: {HOST}\r\n" in head
    assert "cookie" not in head


FACTS: dict[str, tuple[Answering, str]] = {
    # what the server does -> the reason; the server was reached, so this is known
    "redirect": (answer(b"", "Location: https://127.0.0.1/", status="301 Moved Permanently"), "redirect"),
    "not found": (answer(GOOD.encode(), status="404 Not Found"), "policy-status"),
    "a page": (answer(GOOD.encode(), kind="text/html; charset=utf-8"), "content-type"),
    "compressed": (answer(GOOD.encode(), "Content-Encoding: gzip"), "content-type"),
    "not UTF-8": (answer(b"\xff\xfe"), "content-type"),
    "large": (answer(b"a" * 65_537), "policy-too-large"),
    "endless": (endless, "policy-too-large"),
}
UNKNOWN: dict[str, Answering] = {
    "ailing": answer(b"", status="503 Service Unavailable"),
    "dripping": dripping,
    "hanging up": hanging_up,
    "babbling": babbling,
}


@pytest.mark.parametrize(("behave", "reason"), FACTS.values(), ids=FACTS)
def test_a_server_that_gives_no_policy_is_a_fact(authority: Authority, behave: Answering, reason: str) -> None:
    """RFC 8461, 3.3: no redirects, text/plain, 64 KiB."""
    got, server = asyncio.run(fetched(behave, authority))
    assert (got.text, got.reason, got.is_known, server.connections) == ("", reason, True, 1)


@pytest.mark.parametrize("behave", UNKNOWN.values(), ids=UNKNOWN)
def test_a_server_that_fails_leaves_the_policy_unknown(authority: Authority, behave: Answering) -> None:
    """Another attempt may give one; and a slow one costs the deadline, not more."""
    got, _ = asyncio.run(fetched(behave, authority, deadline=0.5))
    assert got == Fetched(reason="policy-unreachable", is_known=False)


def test_64_kib_are_read(authority: Authority) -> None:
    """The limit itself is allowed."""
    got, _ = asyncio.run(fetched(answer(b"a" * 65_536), authority))
    assert len(got.text) == 65_536


def test_a_certificate_that_is_not_valid_is_refused(authority: Authority, tmp_path: Path) -> None:
    """Another host's certificate, or another authority's: nothing is asked over it (RFC 8461, 3.3)."""
    wrong, server = asyncio.run(fetched(answer(GOOD.encode()), authority, name="www.example.com"))
    assert (wrong.reason, wrong.is_known, server.requests) == ("certificate", True, [])
    assert wrong.detail
    stranger = Authority(tmp_path).trusting()
    unknown, server = asyncio.run(fetched(answer(GOOD.encode()), authority, trusts=stranger))
    assert (unknown.reason, server.requests) == ("certificate", [])


def test_a_closed_port_is_unknown(authority: Authority) -> None:
    """Nobody was reached."""

    async def closed() -> Fetched:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        context = authority.trusting()
        fetcher = HttpsFetcher(RecordedResolver(ZONE), context=context, port=port, allow_private=True)
        got = await fetcher.fetch("example.com")
        await fetcher.aclose()
        return got

    assert asyncio.run(closed()) == Fetched(reason="policy-unreachable", is_known=False)


INSIDE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::10.0.0.1",
    "ff02::1", "nonsense", "localhost",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_our_own_network_is_never_connected_to(authority: Authority, address: str) -> None:
    """Whoever writes the zone does not steer us into our own network."""
    zone = {**ZONE, HOST: {"AAAA" if ":" in address else "A": [address]}}
    got, server = asyncio.run(fetched(answer(GOOD.encode()), authority, zone=zone, allow_private=False))
    assert (got, server.connections) == (Fetched(reason="private-address", detail=address), 0)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("NXDOMAIN", Fetched(reason="host-missing", detail=HOST)),
        ("TIMEOUT", Fetched(reason="timeout", is_known=False)),
        ("SERVFAIL", Fetched(reason="servfail", is_known=False)),
    ],
)
def test_a_host_without_an_address_is_missing_or_unknown(authority: Authority, host: str, expected: Fetched) -> None:
    """As DNS says; a record without its policy's host is broken."""
    zone = {**ZONE, HOST: host}
    assert asyncio.run(fetched(answer(b""), authority, zone=zone))[0] == expected


POSTURES: dict[str, tuple[Answering, dict[str, str]]] = {
    "enforced": (answer(b"version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 1\n"), {}),
    "testing": (answer(b"version: STSv1\nmode: testing\nmx: mx.example.com\nmax_age: 1\n"), {"DOM017": "testing"}),
    "none": (answer(b"version: STSv1\nmode: none\nmax_age: 1\n"), {"DOM017": "none"}),
    "another host": (answer(b"version: STSv1\nmode: enforce\nmx: a.vn\nmax_age: 1\n"), {"DOM016": "mx-not-listed"}),
    "no policy": (answer(b"hello"), {"DOM016": "policy-syntax"}),
    "missing": (answer(b"", status="404 Not Found"), {"DOM016": "policy-status"}),
    "ailing": (answer(b"", status="500 Oops"), {"DOM001": "policy-unreachable"}),
}


@pytest.mark.parametrize(("behave", "expected"), POSTURES.values(), ids=POSTURES)
def test_what_the_posture_makes_of_a_policy(authority: Authority, behave: Answering, expected: dict[str, str]) -> None:
    """From the server to the finding."""

    async def assessed() -> dict[str, str]:
        server = await asyncio.start_server(Server(behave), "127.0.0.1", 0, ssl=authority.serving(HOST))
        resolver = RecordedResolver(ZONE)
        port = server.sockets[0].getsockname()[1]
        fetcher = HttpsFetcher(resolver, context=authority.trusting(), port=port, allow_private=True)
        posture = await assess_domain("example.com", resolver, fetch=fetcher)
        await fetcher.aclose()
        server.close()
        findings = {rule: dict(values) for rule, values in posture.findings}
        told = {rule: values.get("reason", "") or values.get("mode", "") for rule, values in findings.items()}
        return {rule: told[rule] for rule in told if rule in ("DOM001", "DOM015", "DOM016", "DOM017")}

    assert asyncio.run(assessed()) == expected
