"""Which resolver a run asks, from what its user chose.

1. Offline and replayed runs open no socket and no cache.
2. Everybody else's answers are shared within the run, and end with its deadline.
"""

import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, nullcontext
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from verifykb.dns.answer import OfflineResolver, Resolver
from verifykb.errors import UsageError

if TYPE_CHECKING:
    from verifykb.dns.doh import DohResolver
    from verifykb.dns.network import NetworkResolver

_PORT, _MAX_PORT = 53, 65_535
_IN_FLIGHT, _IN_FLIGHT_DOH = 256, 32  # more made name servers lose questions, and HTTPS no faster


def open_resolver(  # noqa: PLR0913 - one option of the command line each
    *,
    offline: bool,
    replay: str | None,
    nameservers: Sequence[str],
    doh: str | None,
    deadline: float | None,
    trust_ad: bool,
    cache: bool,
) -> AbstractAsyncContextManager[Resolver]:
    """Give the resolver of a run; it is opened and closed by ``async with``.

    Args:
        offline: nobody is asked.
        replay: a recording to answer from instead of the network.
        nameservers: ``192.0.2.1``, ``192.0.2.1:5353``, ``2001:db8::1``, ``[2001:db8::1]:53``; none: the system's.
        doh: the URL of a DNS over HTTPS server, asked instead of name servers.
        deadline: seconds for all questions together; None: only each question has its limit.
        trust_ad: whether the servers' word that they validated is believed.
        cache: whether answers are kept on disk for later runs.

    Raises:
        UsageError: ``nameserver-invalid`` or ``doh-invalid``.
        InputError: the recording cannot be read or is none.
    """
    servers = [_nameserver(text) for text in nameservers]
    if doh is not None:
        _check_url(doh)
    if offline:
        return nullcontext(OfflineResolver())
    if replay is not None:
        from verifykb.dns.recorded import RecordedResolver

        return nullcontext(RecordedResolver.load(replay))
    return _asking(servers, doh, deadline, trust_ad=trust_ad, cache=cache)


@asynccontextmanager
async def _asking(
    servers: list[tuple[str, int]], doh: str | None, deadline: float | None, *, trust_ad: bool, cache: bool
) -> AsyncIterator[Resolver]:
    from verifykb.dns.cache import Cache
    from verifykb.dns.session import SharedResolver

    inner = _inner(servers, doh, trust_ad=trust_ad)
    with ExitStack() as stack:
        kept = stack.enter_context(Cache(inner.identity, time.time)) if cache else None
        in_flight = _IN_FLIGHT if doh is None else _IN_FLIGHT_DOH
        async with inner, SharedResolver(inner, deadline=deadline, in_flight=in_flight, cache=kept) as shared:
            yield shared


def _inner(servers: list[tuple[str, int]], doh: str | None, *, trust_ad: bool) -> "DohResolver | NetworkResolver":
    if doh is None:
        from verifykb.dns.network import NetworkResolver

        return NetworkResolver(servers or None, trust_ad=trust_ad)
    from verifykb.dns.doh import DohResolver

    return DohResolver(doh, trust_ad=trust_ad)


def _nameserver(text: str) -> tuple[str, int]:
    bracketed = re.fullmatch(r"\[([^]]*:[^]]*)\](?::(.*))?", text)
    if bracketed:
        host, port = bracketed[1], bracketed[2]
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    else:
        host, port = text, None
    try:
        address, number = ip_address(host), _PORT if port is None else int(port)
    except ValueError:
        raise UsageError("nameserver-invalid", value=text) from None
    if port is not None and not (port.isascii() and port.isdigit() and 0 < number <= _MAX_PORT):
        raise UsageError("nameserver-invalid", value=text)
    return str(address), number


def _check_url(url: str) -> None:
    """Refuse a URL that is not HTTPS; plain HTTP only reaches this machine."""
    try:
        parts = urlsplit(url)
        host, is_port = parts.hostname or "", parts.port is None or parts.port > 0
    except ValueError:
        raise UsageError("doh-invalid", value=url) from None
    is_plain = url.isascii() and url.isprintable() and " " not in url and not parts.username and not parts.fragment
    allowed = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))
    if not (host and is_port and is_plain and allowed):
        raise UsageError("doh-invalid", value=url)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
