"""Which DMARC policy is in force for a domain, and what it leaves open (RFC 9989).

1. A record at the domain itself decides; only without one is the tree walked upward (4.10).
2. A question above that failed leaves the policy unknown: a record may stand there.
3. ``t=y`` lowers a policy by one level, so a "reject" under test is a "quarantine" (4.7).
"""

import re

from verifykb.dns.answer import Answer, Resolver
from verifykb.dns.notes import unknown
from verifykb.mail.dmarc import Walker
from verifykb.mail.dmarc_record import POLICIES, DmarcRecord, read_record
from verifykb.model.posture import DmarcPart, Note, Part

# What its owner surely meant as a DMARC record.
_MEANT = re.compile(r"\s{0,10}v\s{0,10}=\s{0,10}dmarc", re.IGNORECASE)
_Found = tuple[DmarcPart, tuple[Note, ...]]


async def assess_dmarc(domain: str, resolver: Resolver) -> _Found:
    """Find the policy in force for a domain.

    Args:
        domain: in A-labels.
        resolver: who is asked: one question where the domain has a record, else up to eight.
    """
    question = f"_dmarc.{domain}"
    answer = await resolver.ask(question, "TXT")
    if not answer.is_known:
        return DmarcPart(Part.UNKNOWN), (unknown(domain, f"{question} TXT", answer),)
    texts = tuple(text for text in answer.records if _MEANT.match(text))
    read = [record for record in map(read_record, texts) if record]
    if len(read) == 1 and read[0].policy:
        return _judged(domain, texts, domain, read[0])
    notes = _broken(domain, texts, len(read))
    walk = await Walker(_Given(resolver, question, answer)).walk(domain)
    if walk.failed:
        failed = next(iter(walk.failed.items()))
        values = {"domain": domain, "question": f"_dmarc.{failed[0]} TXT", "reason": failed[1]}
        return DmarcPart(Part.UNKNOWN, texts), (("DOM001", values), *notes)
    record = walk.records.get(walk.policy_at)
    if record is None or not record.policy or walk.policy_at == domain:
        missing: tuple[Note, ...] = () if notes else (("DOM008", {"domain": domain}),)
        return DmarcPart(Part.BROKEN if notes else Part.ABSENT, texts), notes + missing
    part, inherited = _judged(domain, texts, walk.policy_at, record)
    return part, notes + inherited


class _Given:
    """A resolver that was asked one question already."""

    def __init__(self, inner: Resolver, name: str, answer: Answer) -> None:
        self._inner = inner
        self._name = name
        self._answer = answer

    async def ask(self, name: str, kind: str) -> Answer:
        return self._answer if name == self._name else await self._inner.ask(name, kind)


def _broken(domain: str, texts: tuple[str, ...], readable: int) -> tuple[Note, ...]:
    """Note records that no receiver uses."""
    if readable > 1:
        return (("DOM009", {"domain": domain, "reason": "several-records", "found": str(readable)}),)
    if texts:
        return (("DOM009", {"domain": domain, "reason": "record-syntax", "found": texts[0]}),)
    return ()


def _judged(domain: str, texts: tuple[str, ...], record_at: str, record: DmarcRecord) -> _Found:
    """Judge the record in force; of an inherited one the policy for sub-domains holds."""
    own = record_at == domain
    policy = record.requested(record.policy if own else record.subdomains)
    subdomains = record.requested(record.subdomains)
    nonexistent = record.requested(record.nonexistent or record.subdomains)
    part = DmarcPart(
        status=Part.FOUND,
        records=texts,
        record_at=record_at,
        policy=policy,
        subdomains=subdomains,
        nonexistent=nonexistent,
        testing=record.testing,
        reports=record.reports,
    )
    notes: list[Note] = []
    if policy == "none":
        reason = "policy-testing" if record.testing and record.policy != "none" else "policy-none"
        notes.append(("DOM010", {"domain": domain, "reason": reason, "record_at": record_at}))
    weaker = [
        f"{tag}={value}"
        for tag, value in (("sp", subdomains), ("np", nonexistent))
        if POLICIES.index(value) < POLICIES.index(policy)
    ]
    if weaker:
        notes.append(("DOM011", {"domain": domain, "policy": policy, "weaker": ", ".join(weaker)}))
    if not record.reports:
        notes.append(("DOM012", {"domain": domain, "record_at": record_at}))
    return part, tuple(notes)
