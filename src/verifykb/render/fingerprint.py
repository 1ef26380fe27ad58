"""Who a contact is, as a hash: the same for the same contact in another log, another row, on another day.

1. Made of what the report shows anyway: personal data is covered before it is hashed. Of a telephone
   number four digits are unknown, and whoever holds a plain hash of it tries all ten thousand.
2. So two contacts may share one; a report that must tell them apart numbers them in the order they come.
3. Nothing of the place in the log, no date and no id goes in.
"""

import json
import re
from collections.abc import Collection
from hashlib import sha256

from verifykb.model.report import Judgement
from verifykb.text.personal import mask_personal
from verifykb.text.safe import safe

_ABROAD = re.compile(r"^(?:00)?840?(?=[1-9][0-9]{8,9}$)")  # how a national number is written from abroad
_MOST_CHARACTERS = 2000  # of a text; nobody's words are told apart by what follows


def fingerprint_of(judgement: Judgement, published: Collection[str]) -> str:
    """Give the fingerprint of a contact.

    Args:
        judgement: the contact, and what was learnt from its mail.
        published: mailboxes and numbers that are not covered.
    """
    contact = judgement.contact
    digits = _ABROAD.sub("0", re.sub(r"[^0-9]", "", contact.phone[:_MOST_CHARACTERS]))
    texts = (
        re.sub(r"\s", "", contact.code[:_MOST_CHARACTERS]).upper(),
        contact.sender,
        digits or contact.phone,
        contact.extension,
        contact.message,
        contact.note,
        contact.channel.value if contact.channel else "",
        *_of_mail(judgement),
    )
    return sha256(json.dumps([_plain(text, published) for text in texts]).encode()).hexdigest()


def _of_mail(judgement: Judgement) -> tuple[str, str]:
    """Give author and Message-ID of a mail; its name where it could not be read."""
    mail = judgement.mail
    if mail is None or isinstance(mail, str):
        return "", re.split(r"[/\\]", judgement.contact.mail)[-1]
    ids = sorted(mail.content.all("message-id"))
    return mail.from_value, sha256("\n".join(ids).encode(errors="surrogatepass")).hexdigest() if ids else ""


def _plain(text: str, published: Collection[str]) -> str:
    return safe(mask_personal(" ".join(text[:_MOST_CHARACTERS].lower().split()), published))
