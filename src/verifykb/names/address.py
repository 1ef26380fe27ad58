"""A strict reading of one mailbox: an address, or a ``From`` value ``"Name" <address>``.

1. Exactly one mailbox. A second one, a group, a comment, a source route, text behind the
   angle bracket: malformed (RFC 5322, 3.4 allows more; a value to be trusted does not).
2. No quoted local part, no address literal, no encoded word in the address: legal, but
   nobody who writes plainly needs them, and they are how two readers come to differ.
3. Patterns are compiled when first used: most runs see nothing but the published mailbox.
"""

import re
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

from verifykb.text.safe import has_hidden

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
# Only what a keyboard adds is trimmed: official is raw ASCII equality.
_TRIMMED = " \t\r\n"
_LOCAL_PART = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"  # RFC 5322, 3.2.3
# Letters, digits and hyphens; above ASCII any letter, for IDN labels (RFC 5890).
_LABEL = r"(?!-)(?:[^\W_]|-)+(?<!-)"
_QUOTED_STRING = r'"((?:[^"\\\r\n]|\\[^\r\n])*)"'
_PHRASE_BREAKERS = r'[()<>\[\]:;@\\,."]'
_MAX_LOCAL_PART, _MAX_DOMAIN, _MAX_LABEL = 64, 253, 63  # RFC 5321, 4.5.3.1; RFC 1035, 2.3.4
_MAX_CHARACTERS = 1000  # longer than any From line somebody types


class Address(NamedTuple):
    """One mailbox, as written.

    Args:
        name: the display name without its quotes; empty where there was none.
        local: the local part.
        domain: the domain without a trailing dot.
    """

    name: str
    local: str
    domain: str

    @property
    def spelling(self) -> str:
        """The address with the ASCII letters A-Z in lower case and all else untouched."""
        return ascii_lower(f"{self.local}@{self.domain}")


class Malformed(NamedTuple):
    """Why a value is not one mailbox; a key of the labels in ``wording/``."""

    reason: str


def ascii_lower(text: str) -> str:
    """Fold A-Z only: ``str.lower`` would turn a Kelvin sign into a k."""
    return text.translate(_LOWER)


def is_under(domain: str, name: str) -> bool:
    """Whether a domain is a name or below it, in raw ASCII after A-Z folding."""
    if not domain.isascii():
        return False
    folded = ascii_lower(domain)
    return folded == name or folded.endswith(f".{name}")


def read_address(text: str) -> Address | Malformed:
    """Read one mailbox.

    Args:
        text: an address or a whole ``From`` value, not blank.
    """
    value = text.strip(_TRIMMED)
    if has_hidden(value):
        return Malformed("hidden-characters")
    if len(value) > _MAX_CHARACTERS:
        return Malformed("too-long")
    if not value.endswith(">"):
        return _read_addr_spec("", value)
    opening = value.rfind("<")
    if opening < 0:
        return Malformed("brackets")
    name = _read_phrase(value[:opening].strip(_TRIMMED))
    if isinstance(name, Malformed):
        return name
    return _read_addr_spec(name, value[opening + 1 : -1])


def _read_phrase(text: str) -> str | Malformed:
    """Read a display name: quoted strings and plain words (RFC 5322, 3.2.5)."""
    words, at = [], 0
    for quoted in re.finditer(_QUOTED_STRING, text):
        words += [text[at : quoted.start()], re.sub(r"\\(.)", r"\1", quoted[1])]
        at = quoted.end()
    words.append(text[at:])
    if any(re.search(_PHRASE_BREAKERS, plain) for plain in words[::2]):
        return Malformed("display-name")
    return " ".join(word for word in (word.strip(_TRIMMED) for word in words) if word)


def _read_addr_spec(name: str, spec: str) -> Address | Malformed:
    if any(mark in spec for mark in '<>(),;:"[]'):
        return Malformed("not-one-address")
    if spec.count("@") != 1:
        return Malformed("at-sign")
    local, domain = spec.split("@")
    if "=?" in spec or not re.fullmatch(_LOCAL_PART, local) or len(local) > _MAX_LOCAL_PART:
        return Malformed("local-part")
    domain = domain.removesuffix(".")
    labels = domain.split(".")
    if len(labels) < 2 or len(domain) > _MAX_DOMAIN:  # noqa: PLR2004 - a name and its parent
        return Malformed("domain")
    if not all(re.fullmatch(_LABEL, label) and len(label) <= _MAX_LABEL for label in labels):
        return Malformed("domain")
    return Address(name=name, local=local, domain=domain)
