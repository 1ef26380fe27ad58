"""What an SPF record lets others do, without a message to judge (RFC 7208).

1. Terms that ask DNS are counted as an evaluator meets them that no term stops: over includes and
   the redirect, not behind ``all``, a record included twice counts twice (4.6.4).
2. A term that depends on the message (macros) is counted and not followed.
3. What DNS could not say leaves the counts open; it is a note of its own and breaks nothing.
4. At most 40 terms are counted, and nothing is followed deeper than 10.
"""

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

from verifykb.dns.answer import Answer, Resolver, Status, is_possible, same_name
from verifykb.dns.notes import unknown
from verifykb.mail.spf_record import Record, RecordError, Term, is_record, read_record
from verifykb.model.posture import Note, Part, SpfPart

_MAX_LOOKUPS, _MAX_VOID, _MAX_NAMES = 10, 2, 10  # RFC 7208, 4.6.4
_MAX_COUNTED, _MAX_DEPTH = 40, 10
_LARGE_OCTETS = 450  # of all the TXT records of the name, to fit into one UDP answer (RFC 7208, 3.4)
_FEWEST_BITS = {"ip4": 8, "ip6": 16}  # a shorter prefix is no sender's network
_ASKING = ("include", "a", "mx", "ptr", "exists")
_QUESTIONS = {"include": "TXT", "a": "A", "exists": "A", "mx": "MX"}


class SpfFound(NamedTuple):
    """The part, its notes, and how the question for it ended."""

    part: SpfPart
    notes: tuple[Note, ...]
    answer: Answer


async def assess_spf(domain: str, resolver: Resolver, *, follow: bool) -> SpfFound:
    """Find what the SPF record of a domain lets others do.

    Args:
        domain: in A-labels.
        resolver: who is asked.
        follow: whether includes, redirects and hosts are asked for; else only the record is.
    """
    answer = await resolver.ask(domain, "TXT")
    if not answer.is_known:
        return SpfFound(SpfPart(Part.UNKNOWN), (unknown(domain, f"{domain} TXT", answer),), answer)
    records = tuple(text for text in answer.records if is_record(text))
    if not records:
        return SpfFound(SpfPart(Part.ABSENT), (("DOM004", {"domain": domain}),), answer)
    reading = _Reading(domain, resolver)
    octets = sum(len(text.encode("utf-8", "surrogateescape")) for text in answer.records)
    large: tuple[Note, ...] = (("DOM007", {"domain": domain, "octets": str(octets)}),) * (octets > _LARGE_OCTETS)
    if len(records) > 1:
        several = _broken(domain, "several-records", str(len(records)))
        return SpfFound(SpfPart(Part.BROKEN, records), (several, *large), answer)
    part, notes = await reading.part(records[0], follow=follow)
    return SpfFound(part, notes + large, answer)


def _broken(domain: str, reason: str, found: str) -> Note:
    return "DOM005", {"domain": domain, "reason": reason, "found": found}


class _Reading:
    """The reading of one domain's record and of all that it leads to."""

    def __init__(self, domain: str, resolver: Resolver) -> None:
        self._domain = domain
        self._resolver = resolver
        self._answers: dict[tuple[str, str], Answer] = {}
        self._lookups = self._void = 0
        self._broken: dict[str, str] = {}  # reason -> what was found, the first of each kind
        self._unknown: dict[str, Answer] = {}
        self._permissive: dict[str, str] = {}

    async def part(self, text: str, *, follow: bool) -> tuple[SpfPart, tuple[Note, ...]]:
        """Read the domain's own record."""
        try:
            record = read_record(text)
        except RecordError as error:
            return SpfPart(Part.BROKEN, (text,)), (_broken(self._domain, "record-syntax", str(error)),)
        default = _default(record)
        if not default:
            self._permissive["all-missing"] = text
        self._read_permissions(record.terms, "")
        if follow:
            await self._follow(self._domain, record, (self._domain,))
        else:
            self._lookups = sum(term.name in _ASKING for term in _reached(record)) + _redirects(record)
        self._judge_counts()
        complete = follow and not self._unknown and self._lookups < _MAX_COUNTED
        return SpfPart(
            status=Part.BROKEN if self._broken else Part.FOUND,
            records=(text,),
            default=default,
            lookups=self._lookups if complete else None,
            void_lookups=self._void if complete else None,
        ), self._notes()

    def _notes(self) -> tuple[Note, ...]:
        domain = self._domain
        return (
            *(unknown(domain, question, answer) for question, answer in self._unknown.items()),
            *(_broken(domain, reason, found) for reason, found in self._broken.items()),
            *(
                ("DOM006", {"domain": domain, "reason": reason, "found": found})
                for reason, found in self._permissive.items()
            ),
        )

    def _judge_counts(self) -> None:
        if self._lookups > _MAX_LOOKUPS:
            self._broken["too-many-lookups"] = f"{'> ' * (self._lookups >= _MAX_COUNTED)}{self._lookups}"
        if self._void > _MAX_VOID:
            self._broken["too-many-void-lookups"] = str(self._void)

    def _read_permissions(self, terms: Iterable[Term], include: str) -> None:
        """Note what lets everybody, or half the world, send; inside an include only a pass counts."""
        for term in terms:
            shown = include or term.text
            if term.name == "all":
                if term.result == "pass":
                    self._permissive.setdefault("all-pass", shown)
                elif term.result == "neutral" and not include:
                    self._permissive.setdefault("all-neutral", shown)
                return
            bits = {"ip4": term.prefix4, "ip6": term.prefix6}.get(term.name)
            if bits is not None and bits < _FEWEST_BITS[term.name] and term.result == "pass":
                self._permissive.setdefault("huge-network", shown)

    async def _follow(self, domain: str, record: Record, path: tuple[str, ...], include: str = "") -> None:
        """Count the terms of a record and of those that it leads to, in their order."""
        terms = [term for term in _reached(record) if term.name in _ASKING]
        targets = [(self._target(term, domain), term) for term in terms]
        redirect = record.redirect if _redirects(record) else ""
        wanted = [(target, _QUESTIONS[term.name]) for target, term in targets if target and term.name in _QUESTIONS]
        if redirect and "%" not in redirect:
            wanted.append((same_name(redirect), "TXT"))
        await self._ask_all(wanted[: max(_MAX_COUNTED - self._lookups, 0)])
        for target, term in targets:
            if not self._count():
                return
            if term.name == "include":
                passing = term.result == "pass"
                await self._enter(target, term.text, path, (include or term.text) if passing else "-")
            elif term.name != "ptr" and target:
                await self._look_up(target, term)
        if redirect and self._count():
            await self._enter("" if "%" in redirect else same_name(redirect), f"redirect={redirect}", path, include)

    def _count(self) -> bool:
        self._lookups = min(self._lookups + 1, _MAX_COUNTED)
        return self._lookups < _MAX_COUNTED

    def _target(self, term: Term, domain: str) -> str:
        return "" if "%" in term.domain else same_name(term.domain or domain)

    async def _enter(self, target: str, text: str, path: tuple[str, ...], include: str) -> None:
        """Go on in the record of an include or redirect; `include` is ``-`` where its passes let nobody send."""
        if not target or len(path) > _MAX_DEPTH:
            return
        if target in path:
            self._broken.setdefault("include-loop", text)
            return
        answer = await self._ask(target, "TXT")
        if not answer.is_known:
            self._unknown.setdefault(f"{target} TXT", answer)
            return
        records = [record for record in answer.records if is_record(record)]
        if not records:
            self._broken.setdefault("include-missing", text)
            return
        try:
            record = read_record(records[0])
        except RecordError:
            record = None
        if record is None or len(records) > 1:
            self._broken.setdefault("include-broken", text)
            return
        if include != "-":
            self._read_permissions(record.terms, include or text)
            if not include and not _default(record):
                self._permissive.setdefault("all-missing", text)
        await self._follow(target, record, (*path, target), include)

    async def _look_up(self, target: str, term: Term) -> None:
        """Count a void look-up, and refuse more hosts than an evaluator would ask (RFC 7208, 4.6.4)."""
        answer = await self._ask(target, _QUESTIONS[term.name])
        if answer.status is Status.NODATA and term.name == "a":
            answer = await self._ask(target, "AAAA")  # void only where neither kind of client finds anything
        if not answer.is_known:
            self._unknown.setdefault(f"{target} {_QUESTIONS[term.name]}", answer)
        elif answer.is_absent:
            # `exists` is made for finding nothing: without a macro only, and then it is a mistake.
            self._void += 1
        elif term.name == "mx" and len(answer.records) > _MAX_NAMES:
            self._broken.setdefault("too-many-hosts", term.text)

    async def _ask_all(self, questions: list[tuple[str, str]]) -> None:
        new = [question for question in dict.fromkeys(questions) if question not in self._answers]
        answers = await asyncio.gather(*(self._ask(*question) for question in new))
        self._answers.update(zip(new, answers, strict=True))

    async def _ask(self, name: str, kind: str) -> Answer:
        known = self._answers.get((name, kind))
        if known is not None:
            return known
        if not is_possible(name):
            return Answer(Status.NXDOMAIN)  # RFC 7208, 4.3: such a name cannot be there
        return await self._resolver.ask(name, kind)


def _reached(record: Record) -> list[Term]:
    """Give the terms before ``all``: behind it none is evaluated (RFC 7208, 5.1)."""
    reached = []
    for term in record.terms:
        if term.name == "all":
            break
        reached.append(term)
    return reached


def _redirects(record: Record) -> bool:
    return bool(record.redirect) and all(term.name != "all" for term in record.terms)


def _default(record: Record) -> str:
    """Give what a sender gets that no term names: the result of ``all``, ``redirect``, or nothing."""
    at_end = next((term.result for term in record.terms if term.name == "all"), "")
    return at_end or ("redirect" if record.redirect else "")
