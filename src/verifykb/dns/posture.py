"""How well a mail domain protects itself against being impersonated, from DNS and one HTTPS file.

1. What is found is text; what there is to say is a rule id of the DOM family with values.
2. "Could not know" is never "missing": a question without an answer gives DOM001 for that
   question, and nothing is concluded from it.
3. Questions of one domain are asked at the same time; `basic` asks for MX, TXT and ``_dmarc``.
4. Where nobody takes mail, nothing is missed about its delivery.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from verifykb.dns.answer import Answer, Resolver, Status
from verifykb.dns.domain_name import NameProblemError, to_a_labels
from verifykb.dns.mta_sts import PolicyFetcher, matches
from verifykb.dns.notes import unknown
from verifykb.dns.posture_dmarc import assess_dmarc
from verifykb.dns.posture_spf import assess_spf
from verifykb.dns.posture_tls import assess_mta_sts, assess_tls_rpt
from verifykb.model.posture import DnssecPart, MtaStsPart, MxPart, Note, Part, Posture

_MAX_ANCESTORS = 8  # names above the domain that are asked for their zone
_DELIVERY = ("DOM015", "DOM016", "DOM017", "DOM018")  # what only matters where mail is taken


async def assess_domain(name: str, resolver: Resolver, *, fetch: PolicyFetcher | None, basic: bool = False) -> Posture:
    """Find out how well a mail domain protects itself.

    Args:
        name: as a person writes it; Unicode is taken by strict IDNA.
        resolver: who is asked.
        fetch: who fetches an MTA-STS policy; None to fetch none.
        basic: ask only MX, TXT and ``_dmarc`` (upward only where there is no record); whatever an
            SPF record leads to is not asked for.
    """
    try:
        domain = to_a_labels(name)
    except NameProblemError as error:
        return Posture(name, "", findings=(("DOM002", {"domain": name, "reason": str(error)}),))
    posture = Posture(name, domain)
    questions = (
        _assess_mx(domain, resolver),
        assess_spf(domain, resolver, follow=not basic),
        assess_dmarc(domain, resolver),
    )
    if basic:
        mx, spf, dmarc = await asyncio.gather(*questions)
        notes = [*mx.notes, *spf.notes, *dmarc[1]]
    else:
        mx, spf, dmarc, mta_sts, tls_rpt, dnssec = await asyncio.gather(
            *questions,
            assess_mta_sts(domain, resolver, fetch),
            assess_tls_rpt(domain, resolver),
            _assess_dnssec(domain, resolver),
        )
        notes = [*mx.notes, *spf.notes, *dmarc[1], *mta_sts[1], *tls_rpt[1], *dnssec[1]]
        posture = posture._replace(mta_sts=mta_sts[0], tls_rpt=tls_rpt[0], dnssec=dnssec[0])
    posture = posture._replace(mx=mx.part, spf=spf.part, dmarc=dmarc[0], exists=_exists((mx.answer, spf.answer)))
    return posture._replace(findings=tuple(sorted(_that_matter(posture, notes), key=lambda note: note[0])))


class _MxFound(NamedTuple):
    part: MxPart
    notes: tuple[Note, ...]
    answer: Answer


async def _assess_mx(domain: str, resolver: Resolver) -> _MxFound:
    answer = await resolver.ask(domain, "MX")
    if not answer.is_known:
        return _MxFound(MxPart(Part.UNKNOWN), (unknown(domain, f"{domain} MX", answer),), answer)
    if not answer.records:
        return _MxFound(MxPart(Part.ABSENT), (("DOM013", {"domain": domain}),), answer)
    null = any(not _host(record) for record in answer.records)
    notes: tuple[Note, ...] = (("DOM014", {"domain": domain}),) if null else ()
    return _MxFound(MxPart(Part.FOUND, answer.records, null=null), notes, answer)


def _host(record: str) -> str:
    return record.partition(" ")[2].strip().removesuffix(".").lower()


async def _assess_dnssec(domain: str, resolver: Resolver) -> tuple[DnssecPart, tuple[Note, ...]]:
    """Find the domain's zone, and whether its parent vouches for its keys (RFC 4035, 5.2)."""
    labels = domain.split(".")
    names = [".".join(labels[at:]) for at in range(len(labels))][:_MAX_ANCESTORS]
    zones = await asyncio.gather(*(resolver.ask(name, "NS") for name in names))
    found = zip(names, zones, strict=True)
    zone, start = next(((name, answer) for name, answer in found if not answer.is_absent), (domain, zones[0]))
    if not start.is_known:
        return DnssecPart(Part.UNKNOWN), (unknown(domain, f"{zone} NS", start),)
    delegated, keys = await asyncio.gather(resolver.ask(zone, "DS"), resolver.ask(zone, "DNSKEY"))
    for kind, answer in (("DS", delegated), ("DNSKEY", keys)):
        if not answer.is_known:
            return DnssecPart(Part.UNKNOWN, zone), (unknown(domain, f"{zone} {kind}", answer),)
    if not (delegated.records and keys.records):
        return DnssecPart(Part.ABSENT, zone), (("DOM019", {"domain": domain, "zone": zone}),)
    if start.secure and delegated.secure:
        return DnssecPart(Part.FOUND, zone, validated=True), ()
    return DnssecPart(Part.FOUND, zone), (("DOM020", {"domain": domain, "zone": zone}),)


def _that_matter(posture: Posture, notes: list[Note]) -> list[Note]:
    """Leave out what does not matter for such a domain, and add what only two parts together show."""
    mx, policy = posture.mx, posture.mta_sts
    if posture.exists is False:
        return [*(note for note in notes if note[0] == "DOM001"), ("DOM003", {"domain": posture.domain})]
    if mx.null or mx.status is Part.ABSENT:
        return [note for note in notes if note[0] not in _DELIVERY]
    if mx.status is Part.FOUND and policy.mode in ("enforce", "testing"):
        return notes + _unlisted(posture.domain, mx, policy)
    return notes


def _exists(answers: Sequence[Answer]) -> bool | None:
    """Whether the name exists: one NXDOMAIN speaks for all types, unless there is an answer that denies it."""
    if any(answer.status in (Status.FOUND, Status.NODATA) for answer in answers):
        return True
    return False if any(answer.status is Status.NXDOMAIN for answer in answers) else None


def _unlisted(domain: str, mx: MxPart, policy: MtaStsPart) -> list[Note]:
    """Note hosts that take the mail but are not in the policy: mail for them is refused (RFC 8461, 4.1)."""
    hosts = [_host(record) for record in mx.hosts]
    missing = [host for host in hosts if not any(matches(host, pattern) for pattern in policy.mx)]
    return [("DOM016", {"domain": domain, "reason": "mx-not-listed", "found": ", ".join(missing)})] if missing else []
