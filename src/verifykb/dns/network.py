"""DNS over UDP, and over TCP where an answer does not fit (RFC 1035, 4.2; RFC 7766).

1. Only a reply with our id, our question and from the asked address ends the waiting (RFC 5452); others are ignored.
2. Ids are random, and so are ports: sixteen sockets a server, each replaced after a thousand questions.
3. A server that fails is followed by the next one, all of them twice; what then failed is told by its kind.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Sequence
from ipaddress import ip_address
from types import TracebackType
from typing import Self, cast

from verifykb.dns.answer import Answer, temporary
from verifykb.dns.wire import Question, Reply, chase, is_reply, is_truncated, query, read_reply

_ROUNDS = 2
_SOCKETS = 16
_MAX_USES = 1000  # of a socket, before its port is given up
# Of several failures the one that says most is told.
_REASONS = ("unreachable", "timeout", "refused", "malformed", "servfail")


class NetworkResolver:
    """Asks name servers.

    Args:
        nameservers: address and port of each, in the order of asking; None: the system's.
        timeout: seconds for one server over UDP, and again over TCP.
        trust_ad: whether these servers, and the path to them, are trusted to validate (RFC 4035, 3.2.3).
    """

    def __init__(
        self, nameservers: Sequence[tuple[str, int]] | None = None, *, timeout: float = 2.0, trust_ad: bool = False
    ) -> None:
        self._trust_ad = trust_ad
        self._is_system = nameservers is None
        addresses = _system_nameservers() if nameservers is None else list(nameservers)
        self._servers = [_Server(host, port, timeout) for host, port in addresses]

    @property
    def identity(self) -> str:
        """Who answers, for a cache; empty where that is not known.

        A private address that the system was given is another machine in the next network.
        """
        if self._is_system and not all(server.is_global for server in self._servers):
            return ""
        names = ",".join(f"{server.host}#{server.port}" for server in self._servers)
        return f"{names}+ad" if names and self._trust_ad else names

    async def ask(self, name: str, kind: str) -> Answer:
        """Ask the servers; see `answer.Resolver`."""
        return await chase(self._ask_once, name, kind)

    async def close(self) -> None:
        """Close every socket."""
        for server in self._servers:
            server.close()
        # A transport lets go of its socket in the next turn of the loop.
        await asyncio.sleep(0)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _ask_once(self, question: Question) -> Reply:
        failed = {"unreachable"}
        for _ in range(_ROUNDS):
            for server in self._servers:
                # Some old servers call a question with EDNS malformed.
                message = query(question, secrets.randbits(16), edns="malformed" not in failed, want_ad=self._trust_ad)
                got = await server.exchange(message, question)
                if isinstance(got, bytes):
                    reply = read_reply(got, question, trust_ad=self._trust_ad)
                    if not reply.answer.reason:
                        return reply
                    got = reply.answer.reason
                failed.add(got)
        return Reply(temporary(max(failed, key=_REASONS.index)))


class _Server:
    """One name server and the sockets that are connected to it."""

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self.host, self.port = host, port
        self._timeout = timeout
        self._sockets: list[_Socket] = []
        self._retired: set[_Socket] = set()
        self._opening = asyncio.Lock()
        self._is_closed = False

    @property
    def is_global(self) -> bool:
        return ip_address(self.host).is_global

    async def exchange(self, message: bytes, question: Question) -> bytes | str:
        """Give the reply to a message, or the reason why there is none."""
        try:
            socket = await self._pick()
        except OSError:
            return "unreachable"
        if socket is None:
            return "unreachable"
        try:
            got = await socket.exchange(message, question, self._timeout)
        finally:
            if socket in self._retired and not socket.pending:
                self._retired.discard(socket)
                socket.close()
        if isinstance(got, bytes) and is_truncated(got):
            return await self._over_tcp(message, question)
        return got

    def close(self) -> None:
        self._is_closed = True
        for socket in (*self._sockets, *self._retired):
            socket.close()
        self._sockets.clear()
        self._retired.clear()

    async def _pick(self) -> "_Socket | None":
        if len(self._sockets) < _SOCKETS:
            async with self._opening:
                if len(self._sockets) < _SOCKETS:
                    try:
                        return await self._open()
                    except OSError:
                        if not self._sockets:  # otherwise too many files are open
                            raise
        if self._is_closed:
            return None
        socket = secrets.choice(self._sockets)
        socket.uses += 1
        if socket.uses >= _MAX_USES or not socket.is_open:
            self._sockets.remove(socket)
            self._retired.add(socket)
        return socket

    async def _open(self) -> "_Socket | None":
        if self._is_closed:
            return None
        loop = asyncio.get_running_loop()
        # The system chooses a random port, and passes on what comes from the connected address only.
        _, socket = await loop.create_datagram_endpoint(_Socket, remote_addr=(self.host, self.port))
        if self._is_closed:
            socket.close()
            return None
        self._sockets.append(socket)
        return socket

    async def _over_tcp(self, message: bytes, question: Question) -> bytes | str:
        try:
            async with asyncio.timeout(self._timeout):
                reader, writer = await asyncio.open_connection(self.host, self.port)
                try:
                    writer.write(len(message).to_bytes(2, "big") + message)
                    got = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
                finally:
                    writer.transport.abort()
                    with contextlib.suppress(OSError):
                        await writer.wait_closed()
        except TimeoutError:
            return "timeout"
        except OSError:
            return "unreachable"
        except EOFError:
            return "malformed"
        number = int.from_bytes(message[:2], "big")
        return got if is_reply(got, number, question) else "malformed"


class _Socket(asyncio.DatagramProtocol):
    """One connected socket and the questions that wait for a reply on it."""

    def __init__(self) -> None:
        self.uses = 1
        self.pending: dict[int, tuple[Question, asyncio.Future[bytes | str]]] = {}
        self._transport: asyncio.DatagramTransport | None = None
        self._loop = asyncio.get_running_loop()

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    async def exchange(self, message: bytes, question: Question, seconds: float) -> bytes | str:
        """Send a message; give the reply to it, or why there is none."""
        number = int.from_bytes(message[:2], "big")
        # Two questions with one id could not be told apart; it is rare, and the next round has another id.
        if self._transport is None or self._transport.is_closing() or number in self.pending:
            return "unreachable"
        future: asyncio.Future[bytes | str] = self._loop.create_future()
        self.pending[number] = question, future
        timer = self._loop.call_later(seconds, _end, future, "timeout")
        try:
            self._transport.sendto(message)
            return await future
        finally:
            timer.cancel()
            del self.pending[number]

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 - asyncio's interface
        """End the waiting of the question that this replies to; ignore anything else."""
        number = int.from_bytes(data[:2], "big")
        waiting = self.pending.get(number)
        if waiting is not None and is_reply(data, number, waiting[0]):
            _end(waiting[1], data)

    def error_received(self, exc: Exception) -> None:  # noqa: ARG002 - asyncio's interface
        """Nobody listens at the other end, or there is no way to it."""
        self.connection_lost(None)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's interface
        """End all waiting."""
        for _, future in self.pending.values():
            _end(future, "unreachable")


def _end(future: "asyncio.Future[bytes | str]", got: bytes | str) -> None:
    if not future.done():
        future.set_result(got)


def _system_nameservers() -> list[tuple[str, int]]:
    import dns.exception
    import dns.resolver
    from dns.inet import is_address

    try:
        found = dns.resolver.Resolver(configure=True)
    except (dns.exception.DNSException, OSError, ValueError):
        return []
    return [(server, found.port) for server in found.nameservers if isinstance(server, str) and is_address(server)]
