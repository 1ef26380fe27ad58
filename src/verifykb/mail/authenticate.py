"""Who really sent a saved mail: the mail and a resolver in, evidence out.

1. SPF is evaluated only for what the office's own border server wrote down; otherwise it is ``unchecked``.
2. DKIM, DMARC and ARC are judged from the mail itself.
3. The time of receipt is the border's; without a border the topmost Received line's, unless that lies
   behind the time of judgement, then the time of judgement. That of an attached mail is not known.
4. Nothing here says what a result is worth: that is decided in `checks.mail`.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from verifykb.context import VIETNAM
from verifykb.dns.answer import Resolver, is_possible, same_name
from verifykb.mail import received
from verifykb.mail.arc import validate_chain
from verifykb.mail.dkim import verify_signatures
from verifykb.mail.dmarc import Walker, evaluate
from verifykb.mail.parse import read_mail
from verifykb.mail.spf import check_host
from verifykb.model.mail import (
    ArcResult,
    DkimResult,
    DkimWord,
    DmarcResult,
    DmarcWord,
    MailEvidence,
    SpfResult,
    SpfWord,
)
from verifykb.model.mail_content import MailContent
from verifykb.names.address import Malformed, read_address

_MAX_ORIGINALS, _MAX_DEPTH = 5, 2  # attached mails; more is nobody's way to ask for help
_CLOCK_SLACK = timedelta(days=1)
_BY_RESULTS = "authentication-results"  # why SPF was not evaluated here: the border did
_RESULTS = frozenset(SpfWord) - {SpfWord.UNCHECKED}


async def authenticate(
    raw: bytes,
    resolver: Resolver,
    received_by: str | Sequence[str] = (),
    at: datetime | None = None,
    *,
    authserv_ids: str | Sequence[str] = (),
) -> MailEvidence:
    """Learn what can be proven about the sender of a saved mail.

    Args:
        raw: the file: a mail as saved (``.eml``), or an Outlook item (``.msg``).
        resolver: who is asked; `OfflineResolver` asks nobody.
        received_by: host names of the office's own border server.
        at: the time of judgement, in Vietnam where it has no offset; default now.
        authserv_ids: whose Authentication-Results the office trusts.

    Returns:
        Evidence; whatever is broken about the mail is told in it.
    """
    moment = at or datetime.now(UTC)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
    judging = _Judging(resolver, _names(received_by), moment, _names(authserv_ids))
    return await _authenticate(raw, judging, depth=0)


class _Judging(NamedTuple):
    """What stays the same for a mail and those attached to it."""

    resolver: Resolver
    boundary: tuple[str, ...]
    at: datetime
    authserv_ids: tuple[str, ...]


def _names(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


async def _authenticate(raw: bytes, judging: _Judging, depth: int) -> MailEvidence:
    content = read_mail(raw)
    authors = content.all("from")
    from_value = authors[0] if len(authors) == 1 else ""
    delivery = received.find_delivery(content.fields, judging.boundary)
    received_at = _receipt(content, delivery, judging.at)
    results, untrusted = received.trusted_results(content.fields, delivery, judging.authserv_ids)
    author, resolver = author_domain(from_value), judging.resolver
    walker = Walker(resolver)
    # At the same time: a stranger's silent name server must not use up the time for our policy and key.
    spf, dkim, _ = await asyncio.gather(
        _spf(delivery, results, resolver),
        # The lines of an attached mail could hold any time of receipt.
        verify_signatures(content.raw, author, resolver, None if depth else received_at),
        walker.walk(author) if author else asyncio.sleep(0),
    )
    # The envelope sender counts, a HELO name does not: mixing them let strangers pass (CVE-2019-20790).
    is_envelope = spf.reason == _BY_RESULTS or bool(delivery and delivery.mail_from)
    dmarc = await _dmarc(author, spf if is_envelope else SpfResult(SpfWord.UNCHECKED), dkim, walker)
    # What the border wrote stands in the outer mail only: an attached one could hold anything.
    inner = judging._replace(boundary=(), authserv_ids=())
    attached = content.originals[:_MAX_ORIGINALS] if depth < _MAX_DEPTH else ()
    if len(attached) < len(content.originals):
        reason = "too-many-parts" if attached else "too-deep"
        content = content._replace(unread=tuple(dict.fromkeys([*content.unread, reason])))
    originals = [await _authenticate(original, inner, depth + 1) for original in attached]
    return MailEvidence(
        content=content,
        from_value=from_value,
        spf=spf,
        dkim=dkim,
        dmarc=dmarc,
        arc=ArcResult(await validate_chain(content.raw, resolver)),
        received_at=received_at,
        untrusted_results=untrusted,
        originals=tuple(originals),
    )


def author_domain(from_value: str) -> str:
    """Give the author's domain in A-labels; empty where there is no one author (RFC 9989, 5.3.1)."""
    if not from_value.strip():
        return ""
    address = read_address(from_value)
    if isinstance(address, Malformed):
        return ""
    if address.domain.isascii():
        return same_name(address.domain)
    import idna

    try:
        return same_name(idna.encode(address.domain).decode("ascii"))
    except (idna.IDNAError, UnicodeError):
        return ""


def _receipt(content: MailContent, delivery: received.Delivery | None, at: datetime) -> datetime:
    known = delivery.received_at if delivery else received.topmost_date(content.fields)
    return known if known is not None and known <= at + _CLOCK_SLACK else at


async def _spf(delivery: received.Delivery | None, results: str, resolver: Resolver) -> SpfResult:
    if delivery is None:
        return SpfResult(SpfWord.UNCHECKED, reason="no-border")
    if delivery.mail_from is None:
        word, domain = received.spf_of(results)
        if word in _RESULTS:
            return SpfResult(SpfWord(word), domain=domain, reason=_BY_RESULTS)
        return SpfResult(SpfWord.UNCHECKED, reason="no-return-path")
    domain = delivery.mail_from.rpartition("@")[2] or delivery.helo
    return await check_host(delivery.ip, same_name(domain), delivery.mail_from, delivery.helo, resolver)


async def _dmarc(author: str, spf: SpfResult, dkim: Sequence[DkimResult], walker: Walker) -> DmarcResult:
    if not author or not is_possible(author):
        return DmarcResult(DmarcWord.PERMERROR, reason="no-author-domain")
    passed = [spf.domain] if spf.result is SpfWord.PASS else []
    signed = [result.domain for result in dkim if result.result is DkimWord.PASS]
    unsettled = [result.domain for result in dkim if result.result is DkimWord.TEMPERROR]
    if spf.result is SpfWord.TEMPERROR:
        unsettled.append(spf.domain)
    return await evaluate(author, passed, signed, walker, unsettled=unsettled)
