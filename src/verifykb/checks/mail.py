"""What a saved mail proves about its sender (RFC 6376, 7208, 9989; 964/TB-KBHG:30, 679/KBKH-KTNN:38).

1. The question is not whether some domain authenticated, but whether the published mailbox's did.
   A pass of another domain, under our name, is a sign against the mail.
2. A proof needs the exact mailbox, no defect, and a signature of its own domain without a doubt, or SPF
   at the office's own border together with DMARC.
3. What could not be known lacks; it neither proves nor accuses.
4. A mail that only carries an attached one is not judged: the attached one is.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from verifykb.checks import mail_forwarded, sender
from verifykb.checks.mail_people import author_of, is_colleague, not_for_us
from verifykb.directory.types import Directory
from verifykb.mail.words import decode_words
from verifykb.model.finding import Finding
from verifykb.model.mail import DkimResult, DkimWord, DmarcWord, MailEvidence, SpfResult, SpfWord
from verifykb.names.address import Address, ascii_lower, is_under, read_address
from verifykb.rules import RULES

_ENFORCED = ("quarantine", "reject")
# Where an answer goes: RFC 5322, and what some mail programs obey besides.
_REPLY_FIELDS = ("reply-to", "mail-reply-to", "mail-followup-to")
_KEY_GONE = ("key-missing", "key-revoked")
_MAX_NOTES = 5  # of one signature; the rest says nothing more
_NARROW_4, _NARROW_6 = 16, 32  # networks wider than these are not one sender's


def judged_mails(mail: MailEvidence, directory: Directory) -> tuple[MailEvidence, ...]:
    """Give the mails that make the contact: the mail itself, or those attached to a mere carrier.

    An attached mail that carries others in turn is judged itself: nobody becomes genuine in such company.
    """
    findings = _sender_findings(mail, directory) if mail.originals else []
    is_broken = any(finding.rule.id == "SND002" for finding in findings)
    if not mail.originals or is_broken or _claims_ours(findings):
        return (mail,)
    return mail.originals


def with_attached(mail: MailEvidence) -> tuple[MailEvidence, ...]:
    """Give a mail and every mail attached to it: whoever is judged as the sender, all their words are read."""
    return (mail, *(inner for original in mail.originals for inner in with_attached(original)))


def assess(mail: MailEvidence, directory: Directory, mailboxes: Sequence[str], day: date) -> tuple[Finding, ...]:
    """Judge who sent a mail.

    Args:
        mail: what was gathered.
        directory: the official contacts.
        mailboxes: the office's own, lower case; empty where they are not configured.
        day: the day of contact in Vietnam.

    Returns:
        Findings of the axis `sender`.
    """
    judged = judged_mails(mail, directory)
    findings = [finding for one in judged for finding in _assess_one(one, directory, mailboxes, day)]
    if judged != (mail,):
        findings += _assess_carrier(mail, directory, mailboxes)
    return tuple(findings)


def _assess_one(mail: MailEvidence, directory: Directory, mailboxes: Sequence[str], day: date) -> list[Finding]:
    findings = _sender_findings(mail, directory)
    claims = _claims_ours(findings)
    inner = "" if claims else mail_forwarded.quoted_sender(mail.content.text)
    if inner:
        if is_colleague(mail, mailboxes):
            findings = [finding for finding in findings if finding.rule.id != "SND004"]
        quoted = sender.assess(inner, directory)
        findings += [finding for finding in quoted if finding.rule.id in ("SND003", "SND004", "SND007")]
        return [*findings, Finding(RULES["AUT007"]), *_untrusted(mail)]
    is_support = any(finding.rule.id == "SND006" for finding in findings)
    findings += _authentication(mail, directory, findings, is_support=is_support)
    if claims:
        findings += _reply_elsewhere(mail, directory)
    findings += _untrusted(mail)
    if is_support:
        findings += not_for_us(mail, directory, mailboxes, day)
    return findings


def _sender_findings(mail: MailEvidence, directory: Directory) -> list[Finding]:
    """Judge the From field: one field, one mailbox."""
    authors = mail.content.all("from")
    if len(authors) == 1 and mail.from_value.strip():
        return [_readable(finding, mail.from_value) for finding in sender.assess(mail.from_value, directory)]
    if len(authors) == 1:
        return [_bad_from("", mail)]
    findings = [_bad_from(", ".join(authors), mail)]
    for author in authors[:_MAX_NOTES]:
        findings += [finding for finding in sender.assess(author, directory) if finding.rule.accuses]
    return findings


def _readable(finding: Finding, from_value: str) -> Finding:
    """Show a From field as a reader sees it, its encoded words decoded (RFC 2047)."""
    if finding.values.get("given") != from_value:
        return finding
    return finding._replace(values={**finding.values, "given": decode_words(from_value)})


def _bad_from(given: str, mail: MailEvidence) -> Finding:
    reason = "from-repeated" if mail.content.all("from")[1:] else "from-missing"
    return Finding(RULES["SND002"], {"given": given, "reason": reason})


def _claims_ours(findings: Iterable[Finding]) -> bool:
    """Whether a From field is ours, or dressed up as ours."""
    return any(finding.rule.id in ("SND005", "SND006") or finding.rule.accuses for finding in findings)


def _authentication(
    mail: MailEvidence, directory: Directory, findings: Sequence[Finding], *, is_support: bool
) -> list[Finding]:
    """Say what the results mean for a mail that claims to be ours, or is somebody else's."""
    author = author_of(mail)
    expected = directory.support.mailbox.address.partition("@")[2]
    domain = ascii_lower(author.domain) if author else ""
    is_official = is_support or any(finding.rule.id == "SND005" for finding in findings)
    if not is_official:
        strangers = _authenticated(mail)
        if strangers and _claims_ours(findings):
            return [_failed(expected, "foreign-domain", strangers[0])]
        return [Finding(RULES["AUT003"], {"domain": expected, "reason": "not-ours"})]
    own = [result for result in mail.dkim if result.domain == domain]
    notes = [note for result in own for note in _notes(result)]
    return [*_official(mail, domain, own, is_support=is_support), *notes]


def _official(mail: MailEvidence, domain: str, own: list[DkimResult], *, is_support: bool) -> list[Finding]:
    """Judge a mail whose From is at an official domain."""
    proof = _proof(mail, domain, own)
    if not mail.content.raw:
        reason = "too-large" if "too-large" in mail.content.unread else "outlook-item"
        return [Finding(RULES["AUT004"], {"reason": reason})]
    if proof and mail.content.defects:
        return [Finding(RULES["AUT003"], {"domain": domain, "reason": "defects"})]
    if proof:
        return [Finding(RULES["AUT001"], {"domain": domain, "proof": proof})] if is_support else []
    names = {field.name for field in mail.content.fields}
    if not names & {"received", "return-path", "dkim-signature"}:
        return [Finding(RULES["AUT004"], {"reason": "no-transport-headers"})]
    unknown = _unknown(mail, own, domain)
    return [Finding(RULES["AUT004"], {"reason": unknown}) if unknown else _unproven(mail, domain, own)]


def _proof(mail: MailEvidence, domain: str, own: list[DkimResult]) -> str:
    """Say by what a mail is proven to come from a domain; nothing where it is not."""
    if any(result.result is DkimWord.PASS and not result.doubts for result in own):
        return "dkim"
    at_border = _is_own_server(mail.spf) and mail.spf.domain == domain and domain in mail.dmarc.aligned
    # A domain that signs is held to its signature: what is wrong with it is not mended by where it came from.
    return "spf" if at_border and mail.dmarc.result is DmarcWord.PASS and not own else ""


def _unproven(mail: MailEvidence, domain: str, own: list[DkimResult]) -> Finding:
    """Say whether what is known accuses a mail that is not proven, or only lacks."""
    gone = [result for result in own if result.reason in _KEY_GONE]
    doubtful = any(result.result is DkimWord.PASS for result in own) or mail.dmarc.result is DmarcWord.PASS
    strangers = [name for name in _authenticated(mail) if not is_under(name, domain)]
    is_refused = mail.dmarc.result is DmarcWord.FAIL and mail.dmarc.policy in _ENFORCED
    if doubtful:
        reason = "signature-doubtful"
    elif strangers:  # before a key that is gone: anybody can add a signature of ours without a key
        return _failed(domain, "foreign-domain", strangers[0])
    elif gone and not (is_refused and mail.spf.result is SpfWord.FAIL):
        reason = gone[0].reason
    elif is_refused:
        return _failed(domain, "dmarc-fail", "")
    else:
        reason = own[0].reason if own else "unsigned"
    return Finding(RULES["AUT003"], {"domain": domain, "reason": reason})


def _is_own_server(spf: SpfResult) -> bool:
    """Whether SPF passed by naming few servers: a record that lets everybody send proves nobody.

    The first term that matched with a pass, inside includes or not, is the one that decided.
    """
    terms = [step.term for step in spf.trace if step.outcome == SpfWord.PASS.value]
    matched = next(iter(terms), "")
    if spf.result is not SpfWord.PASS or not matched or any("%" in term for term in terms):
        return False
    name = matched.lstrip("+").lower()
    prefix = re.search(r"/([0-9]{1,3})", name)
    narrow = {"ip6": _NARROW_6}.get(name[:3], _NARROW_4)
    is_wide = prefix is not None and int(prefix[1]) < narrow
    return name.startswith(("ip4:", "ip6:", "a", "mx")) and not name.startswith("all") and not is_wide


def _failed(domain: str, reason: str, other: str) -> Finding:
    return Finding(RULES["AUT002"], {"domain": domain, "reason": reason, "authenticated": other})


def _authenticated(mail: MailEvidence) -> list[str]:
    """Give the domains that authenticated, whoever they are."""
    signed = [result.domain for result in mail.dkim if result.result is DkimWord.PASS]
    return [*signed, mail.spf.domain] if mail.spf.result is SpfWord.PASS else signed


def _unknown(mail: MailEvidence, own: Sequence[DkimResult], domain: str) -> str:
    """Say why it could not be known whether a mail is genuine; nothing where it could."""
    for result in own:
        if result.result is DkimWord.TEMPERROR:
            return result.reason
    if mail.spf.result is SpfWord.TEMPERROR and mail.spf.domain == domain:
        return mail.spf.reason
    return mail.dmarc.reason if mail.dmarc.result is DmarcWord.TEMPERROR else ""


def _notes(result: DkimResult) -> list[Finding]:
    """Tell the weak points of our own signature, one finding each."""
    notes = []
    for doubt in (*result.doubts, *result.weaknesses)[:_MAX_NOTES]:
        kind, _, header = doubt.partition("-")
        is_header = kind in ("unsigned", "added")
        reason = f"{kind}-header" if is_header else doubt
        notes.append(Finding(RULES["AUT005"], {"reason": reason, "header": header if is_header else ""}))
    return notes


def _untrusted(mail: MailEvidence) -> list[Finding]:
    given = mail.untrusted_results
    return [Finding(RULES["AUT006"], {"given": given})] if given else []


def _reply_elsewhere(mail: MailEvidence, directory: Directory) -> list[Finding]:
    """Accuse an answer that would go to somebody else than the one who seems to write."""
    author = author_of(mail)
    own = author.spelling if author else ""
    for value in (value for name in _REPLY_FIELDS for value in mail.content.all(name)):
        reply = read_address(value) if value.strip() else None
        if isinstance(reply, Address):
            official = any(is_under(reply.domain, domain.name) for domain in directory.mail_domains)
            if official or reply.spelling == own:
                continue
        return [Finding(RULES["SND008"], {"reply_to": value})]
    return []


def _assess_carrier(mail: MailEvidence, directory: Directory, mailboxes: Sequence[str]) -> list[Finding]:
    """Judge the mail around an attached one: a colleague may pass it on, a stranger's word is not enough."""
    if mailboxes and is_colleague(mail, mailboxes):
        return []
    accused = [finding for finding in _sender_findings(mail, directory) if finding.rule.accuses]
    return accused or [Finding(RULES["AUT007"])]
