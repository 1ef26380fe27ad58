"""SPF: may this address send for that domain? An evaluator of RFC 7208 over any resolver.

1. `check_host` is the function of section 4; what a receiver makes of its result is not decided here.
2. Limits (4.6.4): 10 terms that ask DNS, 2 void look-ups, 10 names for one ``mx`` or ``ptr``; the
   names of ``mx`` and ``ptr`` count apart. A record has at most 4 KiB (ours).
3. A failure of DNS is a temperror; inside ``ptr`` and ``%{p}`` it is no match (5.5, 7.3).
4. Everything met on the way is in the trace, in order.
"""

import ipaddress
import time
from collections.abc import Iterable

from verifykb.dns.answer import Answer, Resolver, Status, is_possible, same_name
from verifykb.mail.spf_macro import expand, macro_address, needs_name, shortened
from verifykb.mail.spf_record import Record, RecordError, Term, is_explanation, is_record, read_record
from verifykb.model.mail import SpfResult, SpfWord, Step

_MAX_LOOKUPS, _MAX_VOID, _MAX_NAMES = 10, 2, 10
_MAX_IDENTITY = 320  # characters of what the client gave, for macros; RFC 5321, 4.5.3.1 allows 64 and 255
_IPV4, _BITS_4, _BITS_6 = 4, 32, 128
_MAX_EXPLANATION_CHARACTERS = 1000
_IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class _End(Exception):  # noqa: N818 - ends the evaluation, not an error of ours
    """Evaluation ends with an error result."""

    def __init__(self, result: SpfWord, reason: str) -> None:
        super().__init__(reason)
        self.result = result
        self.reason = reason


async def check_host(ip: str, domain: str, sender: str, helo: str, resolver: Resolver) -> SpfResult:
    """Evaluate SPF for a client.

    Args:
        ip: the client's address; an IPv4-mapped IPv6 address counts as IPv4 (RFC 7208, 5).
        domain: whose record is asked for: the domain of MAIL FROM, or the HELO name.
        sender: MAIL FROM; empty for a bounce, then ``postmaster@helo`` (2.4).
        helo: the HELO name.
        resolver: who is asked.

    Raises:
        ValueError: `ip` is no address.

    Source: RFC 7208, 4.
    """
    evaluation = _Evaluation(ip, sender or f"postmaster@{helo}", helo, resolver)
    try:
        result, explanation = await evaluation.check(domain, explained=True)
    except _End as end:
        return SpfResult(end.result, "", tuple(evaluation.trace), domain, end.reason)
    return SpfResult(result, explanation, tuple(evaluation.trace), domain)


class _Evaluation:
    """One call of `check_host`, with its counters; includes and redirects share them."""

    def __init__(self, ip: str, sender: str, helo: str, resolver: Resolver) -> None:
        address = ipaddress.ip_address(ip)
        self._ip: _IpAddress = getattr(address, "ipv4_mapped", None) or address
        self._number = int(self._ip)
        self._is_4 = self._ip.version == _IPV4
        local, at, sender_domain = sender.rpartition("@")
        local = local[:_MAX_IDENTITY] if at and local else "postmaster"
        self._sender = f"{local}@{sender_domain[:_MAX_IDENTITY]}"
        self._helo = helo[:_MAX_IDENTITY]
        self._resolver = resolver
        self._lookups = self._void = 0
        self.trace: list[Step] = []

    async def check(self, domain: str, *, explained: bool) -> tuple[SpfWord, str]:
        """Evaluate the record of one domain (RFC 7208, 4.3 to 4.7)."""
        domain = domain.removesuffix(".")
        if not is_possible(domain) or "." not in domain:
            return SpfWord.NONE, ""
        answer = await self._resolver.ask(domain, "TXT")
        if not answer.is_known:
            raise _End(SpfWord.TEMPERROR, answer.reason or answer.status.value)
        found = [text for text in answer.records if is_record(text)]
        if not found:
            self.trace.append(Step(domain, "", SpfWord.NONE))
            return SpfWord.NONE, ""
        if len(found) > 1:
            raise _End(SpfWord.PERMERROR, "several-records")
        try:
            record = read_record(found[0])
        except RecordError as error:
            self.trace.append(Step(domain, str(error), SpfWord.PERMERROR))
            raise _End(SpfWord.PERMERROR, str(error)) from error
        return await self._evaluate(domain, record, explained=explained)

    async def _evaluate(self, domain: str, record: Record, *, explained: bool) -> tuple[SpfWord, str]:
        for term in record.terms:
            matches = await self._matches(term, domain)
            self.trace.append(Step(domain, term.text, term.result if matches else "no match"))
            if matches:
                result = SpfWord(term.result)
                wanted = explained and result is SpfWord.FAIL and record.exp
                return result, await self._explanation(record.exp, domain) if wanted else ""
        if not record.redirect:
            self.trace.append(Step(domain, "", SpfWord.NEUTRAL))
            return SpfWord.NEUTRAL, ""
        self._count_lookup()
        target = await self._target(record.redirect, domain)
        self.trace.append(Step(domain, f"redirect={record.redirect}", target))
        result, explanation = await self.check(target, explained=explained)
        if result is SpfWord.NONE:
            raise _End(SpfWord.PERMERROR, f"redirect={record.redirect}")  # 6.1
        return result, explanation

    async def _matches(self, term: Term, domain: str) -> bool:
        if term.name == "all":
            return True
        if term.name in ("ip4", "ip6"):
            bits, own = (_BITS_4, self._is_4) if term.name == "ip4" else (_BITS_6, not self._is_4)
            return own and self._number >> (bits - term.prefix4) == term.network
        self._count_lookup()
        target = await self._target(term.domain, domain) if term.domain else domain
        return await self._asked_matches(target, term)

    async def _asked_matches(self, target: str, term: Term) -> bool:
        """Evaluate a mechanism that asks DNS (RFC 7208, 5.2 to 5.7)."""
        if term.name == "a":
            return self._is_among((await self._term_answer(target, self._address_type)).records, term)
        if term.name == "mx":
            return await self._mx_matches(target, term)
        if term.name == "exists":
            return (await self._term_answer(target, "A")).status is Status.FOUND
        if term.name == "ptr":
            return await self._ptr_matches(target)
        return await self._include_matches(target, term)

    async def _include_matches(self, target: str, term: Term) -> bool:
        """Evaluate ``include`` (RFC 7208, 5.2)."""
        result, _ = await self.check(target, explained=False)
        if result is SpfWord.NONE:
            raise _End(SpfWord.PERMERROR, term.text)
        return result is SpfWord.PASS

    async def _mx_matches(self, target: str, term: Term) -> bool:
        """Evaluate ``mx`` (RFC 7208, 5.4)."""
        answer = await self._term_answer(target, "MX")
        hosts = [host for _, host in sorted(map(_exchange, answer.records), key=lambda exchange: exchange[0])]
        if len(hosts) > _MAX_NAMES:
            raise _End(SpfWord.PERMERROR, term.text)
        for host in hosts:
            answer = await self._ask(host.removesuffix("."), self._address_type)
            if not answer.is_known:
                raise _End(SpfWord.TEMPERROR, answer.reason or answer.status.value)
            if self._is_among(answer.records, term):
                return True
        return False

    async def _ptr_matches(self, target: str) -> bool:
        """Evaluate ``ptr`` (RFC 7208, 5.5)."""
        wanted = same_name(target)
        for name in await self._names_of_client(count_void=True):
            if (name == wanted or name.endswith(f".{wanted}")) and await self._is_validated(name):
                return True
        return False

    async def _names_of_client(self, *, count_void: bool) -> list[str]:
        answer = await self._resolver.ask(self._ip.reverse_pointer, "PTR")
        if count_void and answer.is_absent:
            self._count_void()
        return [same_name(name) for name in answer.records[:_MAX_NAMES]]

    async def _is_validated(self, name: str) -> bool:
        answer = await self._ask(name, self._address_type)
        return any(_number(text) == self._number for text in answer.records)

    async def _validated_name(self, domain: str) -> str:
        """Give ``%{p}``: best the domain itself, then a name below it, then any (RFC 7208, 7.3)."""
        wanted = same_name(domain)
        names = await self._names_of_client(count_void=False)
        names.sort(key=lambda name: (name != wanted, not name.endswith(f".{wanted}")))
        for name in names:
            if await self._is_validated(name):
                return name
        return "unknown"

    async def _term_answer(self, name: str, kind: str) -> Answer:
        """Ask what a term asks; a failure of DNS ends the evaluation."""
        if not is_possible(name):
            return Answer(Status.NXDOMAIN)  # 4.8: nothing was looked up, so nothing was void
        answer = await self._ask(name, kind)
        if not answer.is_known:
            raise _End(SpfWord.TEMPERROR, answer.reason or answer.status.value)
        if answer.is_absent:
            self._count_void()
        return answer

    async def _ask(self, name: str, kind: str) -> Answer:
        if not is_possible(name):
            return Answer(Status.NXDOMAIN)  # 4.3, 4.8: such a name cannot be there
        return await self._resolver.ask(name, kind)

    async def _target(self, spec: str, domain: str) -> str:
        if "%" not in spec:
            return shortened(spec.removesuffix("."))
        return shortened(expand(spec, await self._values(spec, domain)).removesuffix("."))

    async def _values(self, text: str, domain: str) -> dict[str, str]:
        local, _, sender_domain = self._sender.rpartition("@")
        return {
            "s": self._sender,
            "l": local,
            "o": sender_domain,
            "d": domain,
            "i": macro_address(self._ip),
            "p": await self._validated_name(domain) if needs_name(text) else "",
            "v": "in-addr" if self._is_4 else "ip6",
            "h": self._helo,
            "c": str(self._ip),
            "r": "unknown",
            "t": str(int(time.time())) if "%{t" in text.lower() else "",
        }

    async def _explanation(self, spec: str, domain: str) -> str:
        """Give the owner's explanation; none where anything about it is wrong (RFC 7208, 6.2)."""
        target = await self._target(spec, domain)
        answer = await self._ask(target, "TXT")
        if len(answer.records) != 1 or not is_explanation(answer.records[0]):
            return ""
        text = answer.records[0]
        if len(text) > _MAX_EXPLANATION_CHARACTERS:
            return ""
        return expand(text, await self._values(text, domain))[:_MAX_EXPLANATION_CHARACTERS]

    @property
    def _address_type(self) -> str:
        return "A" if self._is_4 else "AAAA"

    def _is_among(self, addresses: Iterable[str], term: Term) -> bool:
        shift = _BITS_4 - term.prefix4 if self._is_4 else _BITS_6 - term.prefix6
        own = self._number >> shift
        return any((number := _number(text)) is not None and number >> shift == own for text in addresses)

    def _count_lookup(self) -> None:
        self._lookups += 1
        if self._lookups > _MAX_LOOKUPS:
            raise _End(SpfWord.PERMERROR, "too-many-lookups")

    def _count_void(self) -> None:
        self._void += 1
        if self._void > _MAX_VOID:
            raise _End(SpfWord.PERMERROR, "too-many-void-lookups")


def _exchange(record: str) -> tuple[int, str]:
    """Give preference and host of an MX record; what is none stands last."""
    preference, _, host = record.partition(" ")
    return (int(preference) if preference.isascii() and preference.isdigit() else 1 << 16), host


def _number(text: str) -> int | None:
    try:
        return int(ipaddress.ip_address(text))
    except ValueError:
        return None
