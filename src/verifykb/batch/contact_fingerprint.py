"""What makes a contact the same contact again: its content, as a keyed hash.

1. Only content counts: what was said, shown and asked, over which channel. Id, case, file, row, time and what
   the office did about it (own request, call back) do not.
2. Spellings that every check reads alike are one contact; anything else that differs is another.
3. A contact whose mail could not be read has no fingerprint: nobody knows what it is.
4. The encoding is unambiguous (JSON), so that no two contacts share one by the way their cells are cut.
"""

import hashlib
import hmac
import json
import re
import string

from verifykb.checks.phone_number import WrittenNumber, read_extensions, read_number
from verifykb.model.contact import Contact
from verifykb.model.evidence import MailUnread
from verifykb.model.report import Judgement
from verifykb.saved_mail import read_saved_mail
from verifykb.text.nfc import nfc
from verifykb.text.space import WHITE_SPACE

_VERSION = "verifykb contact 1"  # other content or another encoding is another version
_WHITE_SPACE_RUN = re.compile(f"[{WHITE_SPACE}]+")
# A-Z and nothing else: what checks compare after folding more would be taken for the same here.
_FOLDED = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def fingerprint(judgement: Judgement, key: bytes) -> str:
    """Give the HMAC-SHA256 of a contact's content.

    Args:
        judgement: of the contact; its mail is read again.
        key: of the baseline.

    Returns:
        64 hexadecimal digits; empty where the contact's mail could not be read.
    """
    contact = judgement.contact
    mail = ""
    if contact.mail:
        mail = "" if isinstance(judgement.mail, MailUnread) else _mail(contact.mail)
        if not mail:
            return ""
    content = (
        _VERSION,
        _folded(contact.code),
        _folded(contact.sender),
        _phone(contact),
        contact.channel.value if contact.channel else "",
        contact.service.value,
        sorted(ask.value for ask in contact.asks),
        _words(contact.message),
        _words(contact.note),
        mail,
    )
    # ASCII: a lone surrogate from a JSON log has no UTF-8.
    return hmac.digest(key, json.dumps(content).encode("ascii"), "sha256").hex()


def _folded(text: str) -> str:
    return nfc(text).strip(WHITE_SPACE).translate(_FOLDED)


def _words(text: str) -> str:
    return _WHITE_SPACE_RUN.sub(" ", nfc(text)).strip(" ")


def _phone(contact: Contact) -> tuple[str, str, list[str]]:
    """Give kind, number and extensions: a number that cannot be read is itself, letter by letter."""
    text = nfc(contact.phone).strip(WHITE_SPACE)
    extensions = list(read_extensions(nfc(contact.extension)))
    read = read_number(text) if text else None
    if not isinstance(read, WrittenNumber):
        return "text", text, extensions
    inside = list(read_extensions(read.extension))
    kind, number = ("foreign", read.foreign) if read.foreign else ("national", read.national)
    return kind, number, inside + extensions


def _mail(path: str) -> str:
    """Give the SHA-256 of a mail, the same for every way of saving it; empty where it cannot be read."""
    from verifykb.mail.headers import normalise

    raw = read_saved_mail(path)
    return "" if isinstance(raw, MailUnread) else hashlib.sha256(normalise(raw)).hexdigest()
