"""DNS over HTTPS (RFC 8484), through dnspython's client on httpx2.

1. The whole exchange has one time limit, however slowly the server sends.
2. Redirects, compression and proxies of the environment are not used; a body over 64 KiB is not read to its end.
3. What is no DNS answer is a temporary failure with its kind, never "not there".
"""

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self, cast

import dns.asyncquery
import dns.exception
import dns.message
import httpx2

from verifykb.dns.answer import Answer, temporary
from verifykb.dns.wire import Question, Reply, chase, is_reply, query, read_reply

_MAX_BODY = 65_535  # octets of a DNS message (RFC 1035, 4.2.2)
_OK = 200


class DohResolver:
    """Asks one DNS over HTTPS server.

    Args:
        url: of the server, ``https://dns.example/dns-query``.
        timeout: seconds for one question, all in all.
        client: an own client, which stays its owner's to close and to limit; None: one is made.
        trust_ad: whether this server is trusted to validate (RFC 4035, 3.2.3).
    """

    def __init__(
        self, url: str, *, timeout: float = 5.0, client: httpx2.AsyncClient | None = None, trust_ad: bool = False
    ) -> None:
        self._url = url
        self._timeout = timeout
        self._trust_ad = trust_ad
        self._is_mine = client is None
        self._client = client or httpx2.AsyncClient(
            transport=_Guard(httpx2.AsyncHTTPTransport(http2=True, trust_env=False)),
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,
            headers={"accept-encoding": "identity"},
        )

    @property
    def identity(self) -> str:
        """Who answers, for a cache."""
        return f"{self._url}+ad" if self._trust_ad else self._url

    async def ask(self, name: str, kind: str) -> Answer:
        """Ask the server; see `answer.Resolver`."""
        try:
            async with asyncio.timeout(self._timeout):
                return await chase(self._ask_once, name, kind)
        except TimeoutError:
            return temporary("timeout")

    async def close(self) -> None:
        """Close the connections."""
        if self._is_mine:
            await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _ask_once(self, question: Question) -> Reply:
        # Id 0 makes equal questions equal requests (RFC 8484, 4.1).
        message = dns.message.from_wire(query(question, 0, want_ad=self._trust_ad))
        try:
            got = await dns.asyncquery.https(message, self._url, client=self._client)
        except httpx2.TimeoutException:
            return Reply(temporary("timeout"))
        except (dns.exception.DNSException, httpx2.ProtocolError, httpx2.DecodingError):
            return Reply(temporary("malformed"))
        except (httpx2.HTTPError, OSError):
            return Reply(temporary("unreachable"))
        except ValueError:  # dnspython's word, and `_Guard`'s, for another status
            return Reply(temporary("http-status"))
        if got.wire is None or not is_reply(got.wire, 0, question):
            return Reply(temporary("malformed"))
        return read_reply(got.wire, question, trust_ad=self._trust_ad)


class _TooLongError(httpx2.DecodingError):
    """The body is longer than any DNS message."""

    def __init__(self) -> None:
        super().__init__("too long")


class _StatusError(ValueError):
    """The server answered with another status than 200."""


class _Guard(httpx2.AsyncBaseTransport):
    """Lets only short, plain answers with status 200 through."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        is_plain = response.headers.get("content-encoding", "identity") == "identity"
        if response.status_code != _OK or not is_plain:
            await response.aclose()
            if response.status_code != _OK:
                raise _StatusError
            raise httpx2.DecodingError("compressed", request=request)
        response.stream = _Limited(cast("httpx2.AsyncByteStream", response.stream))
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Limited(httpx2.AsyncByteStream):
    """A body that ends with an error where it grows longer than any DNS message."""

    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._inner:
            size += len(part)
            if size > _MAX_BODY:
                raise _TooLongError
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()
