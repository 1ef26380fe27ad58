"""The posture of many domains: a window of them at a time, told in the order of the input."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator

from verifykb.dns.answer import Resolver
from verifykb.dns.deadline import DeadlineResolver
from verifykb.dns.mta_sts import PolicyFetcher
from verifykb.dns.posture import assess_domain
from verifykb.model.posture import Posture

_IN_FLIGHT = 200  # domains; each asks up to a dozen questions at a time


async def assess_domains(
    names: Iterator[str],
    resolver: Resolver,
    *,
    fetch: PolicyFetcher | None,
    basic: bool = False,
    seconds: float,
) -> AsyncIterator[Posture]:
    """Give the posture of each name, in the order of the names.

    Args:
        names: read as they are needed.
        resolver: who is asked.
        fetch: as for `assess_domain`.
        basic: as for `assess_domain`.
        seconds: for the questions of one domain; later ones are not known.
    """
    waiting: deque[asyncio.Task[Posture]] = deque()
    try:
        for name in names:
            waiting.append(asyncio.create_task(_assess(name, resolver, fetch, seconds, basic=basic)))
            while waiting and (len(waiting) >= _IN_FLIGHT or waiting[0].done()):
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()


async def _assess(
    name: str, resolver: Resolver, fetch: PolicyFetcher | None, seconds: float, *, basic: bool
) -> Posture:
    with DeadlineResolver(resolver, seconds) as limited:
        return await assess_domain(name, limited, fetch=fetch, basic=basic)
