"""Fetching an MTA-STS policy (RFC 8461, 3.3).

1. One URL, without redirects, within a total deadline, at most 64 KiB, over a certificate that
   is verified.
2. The host's addresses are asked for first and one that is not public is never connected to:
   whoever writes the zone must not steer us into our own network.
3. A server that was reached and gives no policy is a fact; one that was not reached is not.
"""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from http import HTTPStatus

import httpx2

from verifykb.dns.answer import Resolver
from verifykb.dns.mta_sts import Fetched

_MAX_BYTES = 65_536
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # an IPv4 address stands in its last 32 bits (RFC 6052)
_PATH = "/.well-known/mta-sts.txt"


class HttpsFetcher:
    """Fetches policies over HTTPS.

    Args:
        resolver: tells the addresses of policy hosts.
        deadline: seconds for one policy, names and connection included.
        context: whom to trust; None for the system's authorities.
        port: 443 but in tests.
        allow_private: connect to addresses that are not public, too.
    """

    def __init__(
        self,
        resolver: Resolver,
        *,
        deadline: float = 10.0,
        context: ssl.SSLContext | None = None,
        port: int = 443,
        allow_private: bool = False,
    ) -> None:
        self._resolver = resolver
        self._deadline = deadline
        self._port = port
        self._allow_private = allow_private
        # A proxy of the environment would connect in our place to whatever it likes.
        self._client = httpx2.AsyncClient(
            verify=context or ssl.create_default_context(),
            trust_env=False,
            follow_redirects=False,
            timeout=deadline,
            headers={"Accept": "text/plain", "Accept-Encoding": "identity", "User-Agent": "verifykb"},
            limits=httpx2.Limits(max_keepalive_connections=0),
        )

    async def aclose(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def fetch(self, domain: str) -> Fetched:
        """Fetch the policy of a domain (RFC 8461, 3.3)."""
        try:
            async with asyncio.timeout(self._deadline):
                return await self._fetch(f"mta-sts.{domain}")
        except TimeoutError:
            return _unreached("policy-unreachable")

    async def _fetch(self, host: str) -> Fetched:
        address = await self._address(host)
        return address if isinstance(address, Fetched) else await self._get(host, address)

    async def _address(self, host: str) -> str | Fetched:
        """Give an address to connect to, and no other: a name asked for again may say something else."""
        answers = await asyncio.gather(self._resolver.ask(host, "A"), self._resolver.ask(host, "AAAA"))
        addresses = [address for answer in answers for address in answer.records]
        if not addresses:
            open_ = next((answer for answer in answers if not answer.is_known), None)
            if open_:
                return _unreached(open_.reason or open_.status.value)
            return Fetched(reason="host-missing", detail=host)
        public = [address for address in addresses if self._allow_private or _is_public(address)]
        return public[0] if public else Fetched(reason="private-address", detail=addresses[0])

    async def _get(self, host: str, address: str) -> Fetched:
        bracketed = f"[{address}]" if ":" in address else address
        url = f"https://{bracketed}:{self._port}{_PATH}"
        try:
            async with self._client.stream(
                "GET", url, headers={"Host": host}, extensions={"sni_hostname": host}
            ) as response:
                refused = _refused(response.status_code, response.headers)
                return refused or await _body(response.aiter_raw())
        except httpx2.TimeoutException:
            return _unreached("policy-unreachable")
        except (httpx2.HTTPError, OSError, ValueError) as error:
            return _failure(error)
        finally:
            self._client.cookies.clear()  # nobody's business here, and they would pile up


def _is_public(address: str) -> bool:
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return False
    if number in _NAT64:
        number = ipaddress.IPv4Address(int(number) & 0xFFFF_FFFF)
    number = getattr(number, "ipv4_mapped", None) or getattr(number, "sixtofour", None) or number
    return number.is_global and not number.is_multicast


def _refused(status: int, headers: httpx2.Headers) -> Fetched | None:
    """Give why an answer is no policy, from what stands before its body."""
    if status != HTTPStatus.OK:
        redirect = status in range(HTTPStatus.MULTIPLE_CHOICES, HTTPStatus.BAD_REQUEST)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return _unreached("policy-unreachable")  # it may give a policy at another time
        return Fetched(reason="redirect" if redirect else "policy-status", detail=str(status))
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "text/plain":
        return Fetched(reason="content-type", detail=kind or "-")
    encoding = headers.get("content-encoding", "identity").lower()
    return None if encoding == "identity" else Fetched(reason="content-type", detail=encoding)


async def _body(chunks: AsyncIterator[bytes]) -> Fetched:
    read = bytearray()
    async for chunk in chunks:
        read += chunk
        if len(read) > _MAX_BYTES:
            return Fetched(reason="policy-too-large", detail=f"> {_MAX_BYTES}")
    try:
        return Fetched(text=read.decode("utf-8"))
    except UnicodeDecodeError:
        return Fetched(reason="content-type", detail="UTF-8?")


def _failure(error: Exception) -> Fetched:
    """Tell a certificate that is refused from a server that was not reached."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            detail = getattr(cause, "verify_message", "") or cause.reason or "TLS"
            return Fetched(reason="certificate", detail=detail)
        cause = cause.__cause__ or cause.__context__
    return _unreached("policy-unreachable")


def _unreached(reason: str) -> Fetched:
    return Fetched(reason=reason, is_known=False)
