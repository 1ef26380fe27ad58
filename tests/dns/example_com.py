"""Recorded zones of example.com, and judging them."""

import asyncio
from collections.abc import Mapping
from typing import Any

from verifykb.dns.answer import Answer
from verifykb.dns.mta_sts import Fetched
from verifykb.dns.posture import assess_domain
from verifykb.dns.recorded import RecordedResolver
from verifykb.model.posture import Posture

Zone = Mapping[str, Any]
DMARC = {"_dmarc.example.com": {"TXT": ["v=DMARC1; p=reject; rua=mailto:d@example.com"]}}
MAIL = {"MX": ["10 mx.example.com"], "TXT": ["v=spf1 mx -all"]}


class Counting:
    """Passes questions on and keeps them."""

    def __init__(self, zone: Zone) -> None:
        self.asked: list[tuple[str, str]] = []
        self._inner = RecordedResolver(zone)

    async def ask(self, name: str, kind: str) -> Answer:
        """Ask, and keep the question."""
        self.asked.append((name, kind))
        return await self._inner.ask(name, kind)


class OnePolicy:
    """Gives one text for every domain."""

    def __init__(self, text: str) -> None:
        self._fetched = Fetched(text)

    async def fetch(self, domain: str) -> Fetched:
        """Give the text."""
        assert domain
        return self._fetched


def judged(zone: Zone, name: str = "example.com", *, policy: str = "", basic: bool = False) -> Posture:
    fetch = OnePolicy(policy) if policy else None
    return asyncio.run(assess_domain(name, RecordedResolver(zone), fetch=fetch, basic=basic))


def found(posture: Posture) -> dict[str, dict[str, str]]:
    return {rule: dict(values) for rule, values in posture.findings}
