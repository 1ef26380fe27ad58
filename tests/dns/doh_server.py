"""A DNS over HTTPS server on loopback: HTTP/1.1, one answer a connection, that misbehaves where it is told to."""

import asyncio
import contextlib
import gzip
import ssl
from types import TracebackType
from typing import Self, cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

TEXT = "v=spf1 -all"
_BIG = 300_000_000


class DohServer:
    """Answers every question with one TXT record.

    Args:
        mode: ``right``, ``nxdomain``, ``trickle`` (a byte every 50 ms), ``silent``, ``500``, ``204``, ``redirect``,
            ``garbage``, ``not-http``, ``close``, ``oversize``, ``chunked-oversize``, ``gzip``, ``wrong-question``,
            ``wrong-id``, ``ad``.
        tls: its certificate; None: plain HTTP.
    """

    def __init__(self, mode: str, tls: ssl.SSLContext | None = None) -> None:
        self._mode = mode
        self._tls = tls
        self.requests: list[str] = []
        self.sent = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where it listens."""
        port = self._server.sockets[0].getsockname()[1]
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{port}/dns-query"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(cast("asyncio.Task[None]", asyncio.current_task()))
        with contextlib.ExitStack() as stack:
            stack.callback(writer.transport.abort)
            stack.enter_context(contextlib.suppress(OSError, EOFError))
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            self.requests.append(head)
            size = next(int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length"))
            await self._reply(writer, await reader.readexactly(size))
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    async def _reply(self, writer: asyncio.StreamWriter, query: bytes) -> None:
        body = self._body(query)
        head = {
            "500": "HTTP/1.1 500 Broken",
            "204": "HTTP/1.1 204 Nothing",
            "redirect": f"HTTP/1.1 307 There\r\nLocation: {self.url}/elsewhere",
            "gzip": "HTTP/1.1 200 OK\r\nContent-Encoding: gzip",
            "not-http": "SSH-2.0-server",
        }.get(self._mode, "HTTP/1.1 200 OK")
        if self._mode == "silent":
            await asyncio.sleep(60)
        if self._mode == "close":
            return
        chunked = self._mode == "chunked-oversize"
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
        if self._mode == "oversize":
            length = f"Content-Length: {_BIG}"
        writer.write(
            f"{head}\r\n{length}\r\nContent-Type: application/dns-message\r\nConnection: close\r\n\r\n".encode()
        )
        if self._mode == "trickle":
            for octet in body:
                writer.write(bytes((octet,)))
                await writer.drain()
                await asyncio.sleep(0.05)
        elif "oversize" in self._mode:
            await self._flood(writer, b"2000\r\n" + bytes(8192) + b"\r\n" if chunked else bytes(8192))
        else:
            writer.write(body)

    async def _flood(self, writer: asyncio.StreamWriter, part: bytes) -> None:
        while self.sent < _BIG:
            writer.write(part)
            await writer.drain()
            self.sent += len(part)

    def _body(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        reply = dns.message.make_response(query)
        name = query.question[0].name
        if self._mode == "nxdomain":
            reply.set_rcode(dns.rcode.NXDOMAIN)
        else:
            reply.answer.append(dns.rrset.from_text(name, 300, "IN", "TXT", f'"{TEXT}"'))
        if self._mode == "ad":
            reply.flags |= dns.flags.AD
        octets = reply.to_wire()
        if self._mode == "garbage":
            return b"<html>Please log in</html>"
        if self._mode == "wrong-question":
            return octets[:13] + bytes((octets[13] ^ 1,)) + octets[14:]
        if self._mode == "wrong-id":
            return b"\x12\x34" + octets[2:]
        return gzip.compress(octets) if self._mode == "gzip" else octets
