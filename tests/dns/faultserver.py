"""A name server on loopback, over UDP and TCP, that answers from a recording's names and fails where it is told to.

1. It speaks through dnspython's own messages, so it shares no code with what it tests.
2. What it was asked is kept: `asked`, `ports`, `numbers`, and the highest number of questions at once, `peak`.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self, cast

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TXT
import dns.rrset

TTL, NEGATIVE_TTL = 300, 60
_IN = dns.rdataclass.IN
_SOA = f"ns.invalid. root.invalid. 1 1 1 1 {NEGATIVE_TTL}"
_CODES = {
    "servfail": dns.rcode.SERVFAIL,
    "refused": dns.rcode.REFUSED,
    "notimp": dns.rcode.NOTIMP,
    "formerr": dns.rcode.FORMERR,
}
_Address = tuple[str, int]


class FaultServer(asyncio.DatagramProtocol):
    """Answers from names, as `RecordedResolver` reads them; a ``async with`` starts and stops it.

    Args:
        names: name to types, each a list of records.
        faults: a name, a name and a type (``a.example AAAA``), or ``*`` to what goes wrong there; the most exact
            one holds: ``drop``, ``servfail``, ``refused``, ``notimp``, ``formerr``,
            ``no-edns`` (FORMERR to EDNS), ``bare-servfail`` (no question), ``truncate`` (UDP only),
            ``wrong-id``, ``wrong-question``, ``wrong-port`` (each before the right reply), ``garbage``,
            ``broken`` (a right question, then rubbish), ``trailing``, ``badvers``, ``lame``, ``forged-ad``,
            ``hop`` and ``hop-ad`` (an alias is not followed), ``tcp-close``, ``tcp-silent``, ``tcp-wrong-id``.
        delay: seconds before each answer.
    """

    def __init__(self, names: Mapping[str, Any], faults: Mapping[str, str] | None = None, delay: float = 0.0) -> None:
        self._names = {name.lower(): types for name, types in names.items()}
        self._faults = faults or {}
        self._delay = delay
        self.address: _Address = ("127.0.0.1", 0)
        self.asked: list[tuple[str, str, str]] = []
        self.ports: list[int] = []
        self.numbers: list[int] = []
        self.flags: list[int] = []
        self.peak = self._now = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._tcp = await asyncio.start_server(self._serve_tcp, "127.0.0.1", 0)
        self.address = self._tcp.sockets[0].getsockname()
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        udp.setblocking(False)
        udp.bind(self.address)
        self._udp, _ = await loop.create_datagram_endpoint(lambda: self, sock=udp)
        self._stranger, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", 0))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tcp.close()
        self._udp.close()
        self._stranger.close()
        await asyncio.sleep(0)

    def questions(self) -> list[tuple[str, str]]:
        """Give the names and types that were asked for over UDP."""
        return [(name, kind) for name, kind, way in self.asked if way == "udp"]

    async def reply(self, query: bytes, way: str) -> bytes:
        """Give the reply that another transport carries, as long as it is; a dropped question gets none."""
        fault, wire = await self._answer(query, way)
        if fault == "drop":
            await asyncio.sleep(60)
        return wire

    def datagram_received(self, data: bytes, addr: _Address) -> None:
        """Take a question."""
        self.ports.append(addr[1])
        self._run(self._reply_udp(data, addr))

    def _run(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reply_udp(self, data: bytes, addr: _Address) -> None:
        fault, wire = await self._answer(data, "udp")
        if fault == "wrong-id":
            self._udp.sendto(bytes((wire[0] ^ 1,)) + wire[1:], addr)
        elif fault == "wrong-question":
            self._udp.sendto(wire[:13] + bytes((wire[13] ^ 1,)) + wire[14:], addr)
        elif fault == "wrong-port":
            self._stranger.sendto(wire.replace(b"right", b"wrong"), addr)
        elif fault == "garbage":
            wire = wire[:2] + b"\xff" * 40
        if fault != "drop":
            self._udp.sendto(wire, addr)

    async def _serve_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(cast("asyncio.Task[None]", asyncio.current_task()))
        with contextlib.ExitStack() as stack:
            stack.callback(writer.transport.abort)
            stack.enter_context(contextlib.suppress(OSError, EOFError))
            size = int.from_bytes(await reader.readexactly(2), "big")
            fault, wire = await self._answer(await reader.readexactly(size), "tcp")
            if fault == "tcp-silent":
                await asyncio.sleep(60)
            elif fault == "tcp-close":
                writer.write(len(wire).to_bytes(2, "big") + wire[:10])
            else:
                wrong = bytes((wire[0] ^ 1,)) if fault == "tcp-wrong-id" else wire[:1]
                writer.write(len(wire).to_bytes(2, "big") + wrong + wire[1:])
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    async def _answer(self, data: bytes, way: str) -> tuple[str, bytes]:
        query = dns.message.from_wire(data)
        name, kind = _text(query.question[0].name), dns.rdatatype.to_text(query.question[0].rdtype)
        self.asked.append((name, kind, way))
        self.numbers.append(query.id)
        self.flags.append(int(query.flags) | (int(query.ednsflags) << 16))
        self._now += 1
        self.peak = max(self.peak, self._now)
        try:
            await asyncio.sleep(self._delay)
        finally:
            self._now -= 1
        found = (self._faults.get(key) for key in (f"{name} {kind}", name, "*"))
        fault = next((fault for fault in found if fault is not None), "")
        return fault, self._wire(query, name, kind, fault, way)

    def _wire(self, query: dns.message.Message, name: str, kind: str, fault: str, way: str) -> bytes:
        reply = dns.message.make_response(query, recursion_available=True)
        if fault in _CODES or (fault == "no-edns" and query.edns >= 0):
            reply.set_rcode(_CODES.get(fault, dns.rcode.FORMERR))
            return reply.to_wire()
        if fault == "bare-servfail":
            return struct.pack("!HHHHHH", query.id, 0x8182, 0, 0, 0, 0)
        if fault == "lame":
            reply.authority.append(dns.rrset.from_text(query.question[0].name, TTL, "IN", "NS", "ns.invalid."))
            return reply.to_wire()
        self._fill(reply, name, kind, follows=not fault.startswith("hop"))
        if fault in ("forged-ad", "hop-ad"):
            reply.flags |= dns.flags.AD
        if fault == "badvers":
            reply.answer.clear()
            reply.set_rcode(dns.rcode.BADVERS)
        is_long = len(reply.to_wire(max_size=65_535)) > (query.payload if query.edns >= 0 else 512)
        if way == "udp" and (is_long or fault in ("truncate", "tcp-close", "tcp-silent", "tcp-wrong-id")):
            reply = dns.message.make_response(query)
            reply.flags |= dns.flags.TC
        wire = reply.to_wire(max_size=65_535)
        if fault == "broken":
            return wire[:6] + b"\0\2" + wire[8 : 12 + len(name) + 2 + 4] + b"\xc0\xff" * 9
        return wire + b"junk" if fault == "trailing" else wire

    def _fill(self, reply: dns.message.Message, name: str, kind: str, *, follows: bool) -> None:
        for _ in range(17):  # as far as a server goes that does not look for loops
            types = self._names.get(name)
            if types is None:
                exists = any(other.endswith(f".{name}") for other in self._names)
                reply.set_rcode(dns.rcode.NOERROR if exists else dns.rcode.NXDOMAIN)
                break
            if types.get(kind):
                reply.answer.append(_rrset(name, kind, types[kind]))
                return
            if "CNAME" not in types:
                break
            reply.answer.append(_rrset(name, "CNAME", types["CNAME"]))
            name = types["CNAME"][0].lower()
            if not follows:
                return
        else:
            return
        reply.authority.append(dns.rrset.from_text(dns.name.root, TTL, "IN", "SOA", _SOA))


def name_of(text: str) -> dns.name.Name:
    """Give a name from plain text, without escapes."""
    return dns.name.Name([*(label.encode("latin-1") for label in text.split(".") if label), b""])


def _text(name: dns.name.Name) -> str:
    return b".".join(name.labels[:-1]).decode("latin-1").lower()


def _rrset(name: str, kind: str, records: list[Any]) -> dns.rrset.RRset:
    return dns.rrset.from_rdata(name_of(name), TTL, *(_rdata(kind, record) for record in records))


def _rdata(kind: str, record: Any) -> dns.rdata.Rdata:
    type_ = dns.rdatatype.from_text(kind)
    if kind == "TXT":
        chunks = record if isinstance(record, list) else [record]
        octets = [chunk.encode("utf-8", "surrogateescape") for chunk in chunks]
        parts = [part[at : at + 255] for part in octets for at in range(0, max(1, len(part)), 255)]
        return dns.rdtypes.ANY.TXT.TXT(_IN, type_, parts)
    if kind in ("MX", "CNAME", "PTR"):
        preference, _, host = record.rpartition(" ") if kind == "MX" else ("", "", record)
        record = f"{preference} {name_of(host)}"
    return dns.rdata.from_text(_IN, type_, record)
