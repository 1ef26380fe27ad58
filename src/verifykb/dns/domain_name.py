"""A domain as a person writes it, as the name that DNS is asked for.

1. Strict IDNA 2008 (RFC 5891): nothing is mapped but the case; what is not valid is no name.
2. A name has two labels at least, and its last one is no number: an address is no domain.
"""

import re
import unicodedata

from verifykb.dns.answer import is_possible
from verifykb.text.safe import has_hidden

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?")
_MAX_CHARACTERS = 1000  # long before a codec needs noticeable time


class NameProblemError(ValueError):
    """A text that is no domain name; the argument is a key of ``labels.reason``."""


def to_a_labels(name: str) -> str:
    """Give the name as DNS knows it: A-labels, lower case, no trailing dot.

    Raises:
        NameProblemError: it is no domain name.
    """
    text = name.strip()
    if len(text) > _MAX_CHARACTERS:
        raise NameProblemError("too-long")
    if has_hidden(text):
        raise NameProblemError("hidden-characters")
    domain = unicodedata.normalize("NFC", text).lower().removesuffix(".")
    if not domain.isascii() or "xn--" in domain:
        domain = _encoded(domain)
    labels = domain.split(".")
    if len(labels) == 1 or not is_possible(domain) or labels[-1].isdigit() or not all(map(_LABEL.fullmatch, labels)):
        raise NameProblemError("domain")
    return domain


def _encoded(domain: str) -> str:
    import idna

    try:
        return idna.encode(domain, strict=True, std3_rules=True).decode("ascii")
    except UnicodeError as error:  # idna.IDNAError is one
        raise NameProblemError("punycode") from error
