"""Knot DNS on loopback, serving the names of a recording."""

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.dns.faultserver import name_of
from verifykb.dns.answer import Answer
from verifykb.dns.network import NetworkResolver

KNOTD = shutil.which("knotd") or shutil.which("knotd", path=f"{os.defpath}:/usr/sbin:/usr/local/sbin")
NEEDS_KNOT = pytest.mark.skipif(KNOTD is None, reason="knotd (Debian package knot) is not installed")
_APEX = "@ 300 IN SOA ns.invalid. root.invalid. 1 3600 600 86400 60\n@ 300 IN NS ns.invalid.\n"
_SECONDS_TO_START = 10


@contextmanager
def knot(names: Mapping[str, Any], folder: Path) -> Iterator[tuple[str, int]]:
    """Serve names; give address and port.

    Args:
        names: as `RecordedResolver` takes them. Each top-level name is a zone. A name that is ``SERVFAIL``
            is delegated to a zone without a file, and Knot answers just that; other words are left out.
        folder: for its files; an empty one.
    """
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address: tuple[str, int] = held.getsockname()
    config, apex = _write(names, folder, address[1])
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([str(KNOTD), "-c", str(config)], stdout=log, stderr=log)
    try:
        end = time.monotonic() + _SECONDS_TO_START
        while not _is_up(address, apex):
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"knotd does not answer: {(folder / 'log').read_text(errors='replace')}")
            time.sleep(0.02)
        yield address
    finally:
        process.terminate()
        process.wait(_SECONDS_TO_START)


def _write(names: Mapping[str, Any], folder: Path, port: int) -> tuple[Path, str]:
    lines: dict[str, list[str]] = {name.rpartition(".")[2]: [] for name in names}
    empty = [name for name, types in names.items() if types == "SERVFAIL"]
    for name in empty:
        lines[name.rpartition(".")[2]].append(f"{name_of(name)} 300 IN NS ns.invalid.\n")
    for name, types in names.items():
        for kind, records in types.items() if isinstance(types, dict) else ():
            if isinstance(records, list):
                lines[name.rpartition(".")[2]] += [_line(name, kind, record) for record in records]
    for zone, written in lines.items():
        (folder / f"{zone}.zone").write_text(f"$ORIGIN {zone}.\n{_APEX}{''.join(written)}", encoding="ascii")
    zones = "".join(f'  - domain: "{zone}"\n    file: "{folder / zone}.zone"\n' for zone in (*lines, *empty))
    config = folder / "knot.conf"
    config.write_text(
        f"server:\n  rundir: {folder}\n  listen: 127.0.0.1@{port}\n  udp-workers: 1\n  tcp-workers: 1\n"
        f"  background-workers: 1\ndatabase:\n  storage: {folder}\nlog:\n  - target: stderr\n    any: warning\n"
        f"template:\n  - id: default\n    journal-content: none\n    zonefile-sync: -1\nzone:\n{zones}"
    )
    return config, next(iter(lines))


def _line(owner: str, kind: str, record: Any) -> str:
    """Give a record as a line of a zone file (RFC 1035, 5.1)."""
    data = record
    if kind == "TXT":
        chunks = record if isinstance(record, list) else [record]
        octets = [chunk.encode("utf-8", "surrogateescape") for chunk in chunks]
        parts = [part[at : at + 255] for part in octets for at in range(0, max(1, len(part)), 255)]
        data = " ".join(f'"{"".join(map(_quoted, part))}"' for part in parts)
    elif kind in ("MX", "CNAME", "PTR"):
        preference, _, host = record.rpartition(" ")
        data = f"{preference} {name_of(host)}"
    return f"{name_of(owner)} 300 IN {kind} {data}\n"


def _quoted(octet: int) -> str:
    return chr(octet) if chr(octet).isascii() and chr(octet) not in '"\\' else f"\\{octet:03}"


def _is_up(address: tuple[str, int], apex: str) -> bool:
    async def work() -> Answer:
        async with NetworkResolver([address], timeout=0.2) as resolver:
            return await resolver.ask(apex, "SOA")

    return asyncio.run(work()).is_known
