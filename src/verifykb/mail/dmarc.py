"""DMARC (RFC 9989, 4.10, 5): is the author's domain the one that authenticated?

1. The policy is found by walking up the tree, from the author's domain even where it does not exist.
2. Each name is asked once per message; at most 8 questions in a walk, 10 identifiers walked.
3. Several DMARC records at one name are discarded, as if nothing were there (docs/adr/0009).
4. What DNS could not say is a temperror, unless an identifier passes without it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from verifykb.dns.answer import Answer, Resolver, Status, same_name
from verifykb.mail.dmarc_record import DmarcRecord, read_record
from verifykb.model.mail import DmarcResult, DmarcWord

_MAX_QUESTIONS = 8  # of one walk; RFC 9989, 4.10
_MAX_WALKS = 10  # of identifiers, for one message: an attacker may list many


class Walk(NamedTuple):
    """What walking up from a name found.

    Args:
        start: the name.
        records: name to record, longest name first.
        failed: names whose record could not be known, with the kind.
    """

    start: str
    records: dict[str, DmarcRecord]
    failed: dict[str, str]

    @property
    def organisation(self) -> str:
        """The organisational domain (RFC 9989, 4.10.2)."""
        for name, record in self.records.items():
            if record.psd == "n":
                return name
            if record.psd == "y" and name != self.start:
                labels = self.start.split(".")
                return ".".join(labels[-(name.count(".") + 2) :])
        return next(reversed(self.records), self.start)

    @property
    def policy_at(self) -> str:
        """The name whose record holds for the start: its own, the organisation's, the PSD's; or nothing."""
        public_suffix = next((name for name, record in self.records.items() if record.psd == "y"), "")
        return next((name for name in (self.start, self.organisation, public_suffix) if name in self.records), "")


class Walker:
    """Walks for one message; asks for each name once."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._asked: dict[str, Answer] = {}

    async def walk(self, domain: str) -> Walk:
        """Walk up from a domain (RFC 9989, 4.10)."""
        start = same_name(domain)
        walk = Walk(start, {}, {})
        for name in _steps(start):
            answer = await self._ask(name)
            if not answer.is_known:
                walk.failed[name] = answer.reason or answer.status.value
                continue
            read = [record for record in map(read_record, answer.records) if record]
            if len(read) == 1:
                walk.records[name] = read[0]
                if read[0].psd in ("y", "n"):
                    break
        return walk

    async def _ask(self, name: str) -> Answer:
        if name not in self._asked:
            self._asked[name] = await self.resolver.ask(f"_dmarc.{name}", "TXT")
        return self._asked[name]


async def evaluate(
    author: str,
    spf_domains: Sequence[str],
    dkim_domains: Sequence[str],
    resolver: Resolver | Walker,
    *,
    unsettled: Sequence[str] = (),
) -> DmarcResult:
    """Judge whether an authenticated identifier belongs to the author's domain.

    Args:
        author: domain of the From mailbox, in A-labels.
        spf_domains: domains for which SPF passed.
        dkim_domains: signing domains whose signatures passed.
        resolver: who is asked; or what has walked for this message already, so that nothing is asked twice.
        unsettled: domains whose SPF or DKIM could not be known now.

    Source: RFC 9989, 4.10, 5.3.
    """
    walker = resolver if isinstance(resolver, Walker) else Walker(resolver)
    walk = await walker.walk(author)
    at = walk.policy_at
    undecided = next(iter(walk.failed.values()), "") if at != walk.start else ""
    if undecided:
        return DmarcResult(DmarcWord.TEMPERROR, domain=walk.start, reason=undecided)
    record = walk.records.get(at)
    if record is None or not record.policy:
        return DmarcResult(DmarcWord.NONE, domain=walk.organisation)
    policy, reason = await _requested_policy(walk, record, walker.resolver)
    alignment = _Alignment(walk, walker)
    aligned = [name for name in _each(spf_domains) if await alignment.holds(name, strict=record.strict_spf)]
    aligned += [name for name in _each(dkim_domains) if await alignment.holds(name, strict=record.strict_dkim)]
    result = DmarcWord.PASS if aligned else DmarcWord.FAIL
    if not aligned:
        strict = record.strict_spf and record.strict_dkim
        maybe = [name for name in _each(unsettled) if await alignment.holds(name, strict=strict)]
        reason = reason or alignment.unknown or ("unsettled" if maybe else "")
        result = DmarcWord.TEMPERROR if reason else result
    reason = "" if aligned else reason
    return DmarcResult(result, policy, walk.organisation, reason, at, tuple(dict.fromkeys(aligned)))


def _each(domains: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(map(same_name, domains)))


class _Alignment:
    """Whether identifiers belong to the author's domain (RFC 9989, 5.1)."""

    def __init__(self, author: Walk, walker: Walker) -> None:
        self._author = author
        self._walker = walker
        self._walks = 0
        self.unknown = ""  # why an identifier's organisation could not be known

    async def holds(self, name: str, *, strict: bool) -> bool:
        organisation = self._author.organisation
        if name == self._author.start or strict:
            return name == self._author.start
        # Where a record could not be had, the organisation may be that name or one between.
        failed = {above: kind for above, kind in self._author.failed.items() if _is_at_or_below(name, above)}
        if not failed and not _is_at_or_below(name, organisation):
            return False  # its organisation is the name or above it, so it cannot be the author's
        failed = failed or self._author.failed
        if not failed:
            self._walks += 1
            failed = {} if self._walks <= _MAX_WALKS else {name: "too-many-identifiers"}
        if not failed:
            walk = await self._walker.walk(name)
            if not walk.failed:
                return walk.organisation == organisation
            failed = walk.failed
        self.unknown = next(iter(failed.values()))
        return False


def _is_at_or_below(name: str, above: str) -> bool:
    return name == above or name.endswith(f".{above}")


async def _requested_policy(walk: Walk, record: DmarcRecord, resolver: Resolver) -> tuple[str, str]:
    """Give the policy for the author's domain (RFC 9989, 4.10.1), and why it could not be known."""
    if walk.start in walk.records:
        return record.requested(record.policy), ""
    if not record.nonexistent:
        return record.requested(record.subdomains), ""
    answer = await resolver.ask(walk.start, "A")
    if answer.status is Status.NXDOMAIN:
        answer = await resolver.ask(walk.start, "CNAME")  # the NXDOMAIN may be that of an alias's target
    if not answer.is_known:
        return record.requested(record.subdomains), answer.reason or answer.status.value
    exists = answer.status is not Status.NXDOMAIN
    return record.requested(record.subdomains if exists else record.nonexistent), ""


def _steps(name: str) -> list[str]:
    """Give the names of a walk: the name itself, then from 7 labels down to one."""
    labels = name.split(".")
    above = labels[1:] if len(labels) < _MAX_QUESTIONS else labels[-(_MAX_QUESTIONS - 1) :]
    return [name, *(".".join(above[at:]) for at in range(len(above)))]
