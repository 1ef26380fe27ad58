"""DNS over HTTPS: what a server may answer, and what it may not."""

import asyncio
import datetime as dt
import ssl
import time
from collections.abc import Coroutine
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.dns.doh_server import TEXT, DohServer
from verifykb.dns.answer import Answer, Status
from verifykb.dns.doh import DohResolver


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 20))


def _asked(mode: str, *, timeout: float = 2.0, trust_ad: bool = False) -> tuple[Answer, DohServer]:
    async def work() -> tuple[Answer, DohServer]:
        async with DohServer(mode) as server, DohResolver(server.url, timeout=timeout, trust_ad=trust_ad) as resolver:
            return await resolver.ask("Example.com.", "TXT"), server

    answer, server = _run(work())
    return answer, server


def test_an_answer_over_https_is_an_answer() -> None:
    """It has the same form as one over UDP, and was asked for without compression."""
    answer, server = _asked("right")
    assert answer == Answer(Status.FOUND, (TEXT,), ttl=300)
    (request,) = server.requests
    assert request.startswith("post /dns-query ")
    assert "accept-encoding: identity" in request
    assert "content-type: application/dns-message" in request


def test_no_such_name_over_https_is_no_such_name() -> None:
    """NXDOMAIN is a fact here too."""
    assert _asked("nxdomain")[0].status is Status.NXDOMAIN


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("500", "http-status"),
        ("204", "http-status"),
        ("redirect", "http-status"),
        ("garbage", "malformed"),
        ("not-http", "malformed"),
        ("close", "malformed"),
        ("wrong-question", "malformed"),
        ("wrong-id", "malformed"),
        ("gzip", "malformed"),
        ("oversize", "malformed"),
        ("chunked-oversize", "malformed"),
        ("silent", "timeout"),
        ("trickle", "timeout"),
    ],
)
def test_what_is_no_answer_is_a_temporary_failure(mode: str, reason: str) -> None:
    """Each has its kind, and a redirect is not followed."""
    answer, server = _asked(mode, timeout=0.4 if reason == "timeout" else 5)
    assert answer == Answer(Status.TEMPORARY, reason=reason)
    assert len(server.requests) == 1


@pytest.mark.parametrize("mode", ["oversize", "chunked-oversize"])
def test_an_endless_body_is_not_read_to_its_end(mode: str) -> None:
    """Of 300 MB the server gets rid of little more than the buffers on the way hold."""
    _, server = _asked(mode)
    assert server.sent < 20_000_000


@pytest.mark.parametrize("mode", ["trickle", "silent"])
def test_the_time_limit_holds_however_slowly_the_server_sends(mode: str) -> None:
    """One octet every 50 ms does not restart the clock."""
    began = time.monotonic()
    _asked(mode, timeout=0.6)
    assert 0.55 < time.monotonic() - began < 0.9


@pytest.mark.parametrize("trusted", [True, False])
def test_ad_is_believed_only_by_configuration(*, trusted: bool) -> None:
    """A pinned server may be trusted to validate; any other is not."""
    assert _asked("ad", trust_ad=trusted)[0].secure is trusted


def test_an_unknown_certificate_is_unreachable(tmp_path: Path) -> None:
    """Nobody but the named server may answer; one whose certificate the client knows does."""
    file, served = _certificate(tmp_path)

    async def work() -> tuple[Answer, Answer]:
        async with DohServer("right", served) as server, DohResolver(server.url) as stranger:
            known = ssl.create_default_context(cafile=str(file))
            async with httpx2.AsyncClient(verify=known, http2=True) as client:
                own = DohResolver(server.url, client=client)
                answers = await stranger.ask("example.com", "TXT"), await own.ask("example.com", "TXT")
                await own.close()
                assert not client.is_closed
                return answers

    refused, answered = _run(work())
    assert refused == Answer(Status.TEMPORARY, reason="unreachable")
    assert answered.records == (TEXT,)


def test_an_own_client_tells_a_status_too() -> None:
    """Without our guard around the connection dnspython's word for a status is understood."""

    async def work() -> Answer:
        async with DohServer("500") as server, httpx2.AsyncClient() as client:
            answer: Answer = await DohResolver(server.url, client=client).ask("example.com", "TXT")
            return answer

    assert _run(work()).reason == "http-status"


def test_nobody_at_the_address_is_unreachable() -> None:
    """A refused connection is a temporary failure."""

    async def work() -> Answer:
        async with DohServer("right") as server:
            url = server.url
        async with DohResolver(url) as resolver:
            return await resolver.ask("example.com", "TXT")

    assert _run(work()) == Answer(Status.TEMPORARY, reason="unreachable")


def test_an_impossible_name_is_not_asked_over_https() -> None:
    """It does not exist."""

    async def work() -> tuple[Answer, list[str]]:
        async with DohServer("right") as server, DohResolver(server.url) as resolver:
            return await resolver.ask("a..b", "TXT"), server.requests

    answer, requests = _run(work())
    assert answer.status is Status.NXDOMAIN
    assert not requests


def _certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate for 127.0.0.1; give its file, and the context of a server that has it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "cert.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context
