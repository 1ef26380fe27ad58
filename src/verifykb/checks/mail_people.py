"""Whom a mail is for, and who may pass one on: the office's own people.

1. A To or Cc field counts address by address, each read as strictly as a From; a name that looks like our
   mailbox is no recipient.
2. A colleague is somebody at a domain of the office, at a free-mail host only the mailbox itself, whose mail
   nothing speaks against. It only spares him the accusation of being a stranger.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from verifykb.context import VIETNAM
from verifykb.directory.types import Directory
from verifykb.mail.received import read_date
from verifykb.model.finding import Finding
from verifykb.model.mail import DmarcWord, MailEvidence, SpfWord
from verifykb.names.address import Address, read_address
from verifykb.names.lookalike import is_free_mail
from verifykb.rules import RULES

_ENFORCED = ("quarantine", "reject")
_DAY = timedelta(days=1)
_MAX_FIELD_CHARACTERS, _MAX_RECIPIENTS = 20_000, 500
# Commas part addresses, but not inside a quoted name (RFC 5322, 3.4).
_PIECE = re.compile(r'(?:"(?:[^"\\]|\\.)*+"|[^",])++')


def author_of(mail: MailEvidence) -> Address | None:
    """Give the one author of a mail; None where there is none that can be read."""
    author = read_address(mail.from_value) if mail.from_value.strip() else None
    return author if isinstance(author, Address) else None


def recipients(mail: MailEvidence) -> set[str]:
    """Give the addresses that a mail is for, A-Z folded."""
    found: set[str] = set()
    for value in (*mail.content.all("to"), *mail.content.all("cc")):
        pieces = _PIECE.findall(value[:_MAX_FIELD_CHARACTERS])[:_MAX_RECIPIENTS]
        read = (read_address(piece) for piece in pieces if piece.strip())
        found |= {address.spelling for address in read if isinstance(address, Address)}
    return found


def is_colleague(mail: MailEvidence, mailboxes: Sequence[str]) -> bool:
    """Whether a mail comes from the office; where that is not configured, from the domain of its recipients."""
    author = author_of(mail)
    if author is None or mail.content.defects or mail.spf.result is SpfWord.FAIL:
        return False
    if mail.dmarc.result is DmarcWord.FAIL and mail.dmarc.policy in _ENFORCED:
        return False
    own = set(mailboxes) or recipients(mail)
    domain = author.spelling.partition("@")[2]
    if is_free_mail(domain):
        return author.spelling in own
    return domain in {mailbox.partition("@")[2] for mailbox in own}


def not_for_us(mail: MailEvidence, directory: Directory, mailboxes: Sequence[str], day: date) -> list[Finding]:
    """Ask whether a genuine mail was written to this office, now; else it may be somebody else's, sent again."""
    reasons = []
    if not mailboxes:
        reasons.append("office-unset")
    elif not recipients(mail) & set(mailboxes):
        reasons.append("not-addressed")
    reasons += _date_reasons(mail, directory.policy.max_age_days, day)
    return [Finding(RULES["AUT008"], {"reason": reason}) for reason in reasons]


def _date_reasons(mail: MailEvidence, max_age_days: int, day: date) -> list[str]:
    dates = mail.content.all("date")
    written = read_date(dates[0]) if len(dates) == 1 else None
    if written is None:
        return ["date-missing"]
    age = (day - written.astimezone(VIETNAM).date()) // _DAY
    return ["date-old"] if age > max_age_days else ["date-future"] if age < -1 else []
