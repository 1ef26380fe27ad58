"""The same zones served by Knot DNS and held by a recording give the same answers."""

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dns.faultserver import name_of
from tests.dns.zone import CHAINS, NAMES, QUESTIONS
from verifykb.dns.answer import Answer
from verifykb.dns.network import NetworkResolver
from verifykb.dns.recorded import RecordedResolver

_KNOTD = shutil.which("knotd") or shutil.which("knotd", path=f"{os.defpath}:/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(_KNOTD is None, reason="knotd (Debian package knot) is not installed")

_SOA = "@ 300 IN SOA ns.invalid. root.invalid. 1 3600 600 86400 60\n@ 300 IN NS ns.invalid.\n"
_ZONES = ("example.com", "in-addr.arpa")
# A recording knows no wildcards: the names that the zone's one makes stand in it as they are asked.
_WILD = [("anything.wild.example.com", "TXT"), ("a.b.wild.example.com", "TXT"), ("anything.wild.example.com", "MX")]
_RECORDED = NAMES | {name: {"TXT": ["from a wildcard"]} for name, _ in _WILD}
_SERVED = {key: value for key, value in NAMES.items() if "\\" not in key} | {
    "*.wild.example.com": {"TXT": ["from a wildcard"]}
}


def _line(owner: str, kind: str, record: Any) -> str:
    """Give a record as a line of a zone file (RFC 1035, 5.1)."""
    data = record
    if kind == "TXT":
        chunks = record if isinstance(record, list) else [record]
        data = " ".join(f'"{"".join(_quoted(octet) for octet in chunk.encode())}"' for chunk in chunks)
    elif kind in ("MX", "CNAME", "PTR"):
        preference, _, host = record.rpartition(" ")
        data = f"{preference} {name_of(host)}"
    return f"{name_of(owner)} 300 IN {kind} {data}\n"


def _quoted(octet: int) -> str:
    return chr(octet) if chr(octet).isascii() and chr(octet) not in '"\\' else f"\\{octet:03}"


def _write(folder: Path, port: int) -> Path:
    for zone in _ZONES:
        lines = [
            _line(name, kind, record)
            for name, types in _SERVED.items()
            if name.endswith(zone)
            for kind, records in types.items()
            for record in records
        ]
        (folder / f"{zone}.zone").write_text(f"$ORIGIN {zone}.\n{_SOA}{''.join(lines)}", encoding="ascii")
    zones = "".join(f"  - domain: {zone}\n    file: {folder / zone}.zone\n" for zone in _ZONES)
    config = folder / "knot.conf"
    config.write_text(
        f"server:\n  rundir: {folder}\n  listen: 127.0.0.1@{port}\n  udp-workers: 1\n  tcp-workers: 1\n"
        f"  background-workers: 1\ndatabase:\n  storage: {folder}\nlog:\n  - target: stderr\n    any: warning\n"
        f"template:\n  - id: default\n    journal-content: none\n    zonefile-sync: -1\nzone:\n{zones}"
    )
    return config


@pytest.fixture(scope="module")
def knot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A knotd on a free port of loopback."""
    folder = tmp_path_factory.mktemp("knot")
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = held.getsockname()
    config = _write(folder, address[1])
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([str(_KNOTD), "-c", str(config)], stdout=log, stderr=log)
    try:
        end = time.monotonic() + 10
        while not _answers(address):
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"knotd does not answer: {(folder / 'log').read_text(errors='replace')}")
            time.sleep(0.02)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _answers(address: tuple[str, int]) -> bool:
    async def work() -> Answer:
        async with NetworkResolver([address], timeout=0.2) as resolver:
            return await resolver.ask("example.com", "TXT")

    return asyncio.run(work()).is_known


@pytest.mark.parametrize(("name", "kind"), [*QUESTIONS, *CHAINS, *_WILD])
def test_knot_and_a_recording_of_it_answer_alike(name: str, kind: str, knot: tuple[str, int]) -> None:
    """TXT chunks, MX and null MX, aliases, loops, no data, no name, a wildcard, 60 kB over TCP, PTR."""

    async def work() -> tuple[Answer, Answer]:
        async with NetworkResolver([knot]) as resolver:
            return await resolver.ask(name, kind), await RecordedResolver(_RECORDED).ask(name, kind)

    served, recorded = asyncio.run(work())
    assert (served.status, sorted(served.records), served.reason) == (
        recorded.status,
        sorted(recorded.records),
        recorded.reason,
    )
    assert served.ttl == (0 if served.reason else 300 if served.records else 60)


def test_knot_refuses_what_it_does_not_serve(knot: tuple[str, int]) -> None:
    """REFUSED is a temporary failure, not an absence."""

    async def work() -> Answer:
        async with NetworkResolver([knot]) as resolver:
            return await resolver.ask("elsewhere.example", "TXT")

    assert asyncio.run(work()).reason == "refused"
