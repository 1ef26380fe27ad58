"""What each key of `verifykb.toml` may hold. Pure, and strict: nothing is guessed or repaired.

1. Names that will be compared are kept as they are compared: ASCII, A-Z folded, without a
   trailing dot. Another letter that only folds to ASCII is refused.
2. Whether a name server or a URL can be asked is judged where it is opened.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

MIN_DEADLINE, MAX_DEADLINE = 0.1, 600.0  # seconds
_WORD_BITS = 64


class UnusableError(Exception):
    """A value cannot be used; `value` is empty where its type is wrong."""

    def __init__(self, value: str = "") -> None:
        super().__init__(value)
        self.value = value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise UnusableError
    if not value.strip():
        raise UnusableError('""')
    return value


def _texts(value: Any) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list):
        raise UnusableError
    return tuple(dict.fromkeys(map(_text, items)))


def language(value: Any) -> str:
    """Read the language.

    Raises:
        UnusableError: there are no words in it.
    """
    from verifykb.wording import LANGUAGES

    name = _text(value)
    if name.lower() not in LANGUAGES:
        raise UnusableError(name)
    return name.lower()


def _mailboxes(value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_mailbox, _texts(value))))


def _mailbox(text: str) -> str:
    from verifykb.names.address import Address, read_address

    address = read_address(text)
    # "Name" <address> is one mailbox, too, but not a plain address.
    if not isinstance(address, Address) or "<" in text or not text.isascii():
        raise UnusableError(text)
    return address.spelling


def _hosts(value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_host, _texts(value))))


def _host(text: str) -> str:
    from verifykb.dns.answer import is_possible

    name = text.removesuffix(".")
    if not is_possible(name) or not re.fullmatch(r"[A-Za-z0-9._-]+", name):
        raise UnusableError(text)
    return name.lower()


def _ids(value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_id, _texts(value))))


def _id(text: str) -> str:
    # RFC 8601, 2.2: an authserv-id is a `value` of RFC 2045, 5.1; quoted ones are not known to occur.
    if not re.fullmatch(r"[!#$%&'*+.^_`{|}~0-9A-Za-z-]{1,253}", text):
        raise UnusableError(text)
    return text.lower()


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnusableError
    if not MIN_DEADLINE <= value <= MAX_DEADLINE:
        # A number of thousands of digits has no text in Python.
        raise UnusableError(str(value) if isinstance(value, float) or value.bit_length() < _WORD_BITS else "…")
    return float(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UnusableError
    return value


TABLES = ("office", "mail", "dns")
# Key -> field of Settings, how a good value looks (the same in every language), its reader.
KEYS: Mapping[str, tuple[str, str, Callable[[Any], Any]]] = {
    "lang": ("lang", '"vi" | "en"', language),
    "office.mailboxes": ("office_mailboxes", '["ketoan@donvi.gov.vn"]', _mailboxes),
    "mail.boundary": ("boundary", '["mx.donvi.gov.vn"]', _hosts),
    "mail.authserv_id": ("authserv_ids", '["mx.donvi.gov.vn"]', _ids),
    "dns.nameserver": ("nameservers", '["192.0.2.53"]', _texts),
    "dns.doh": ("doh", '"https://dns.example/dns-query"', _text),
    "dns.deadline": ("deadline", f"{MIN_DEADLINE} … {MAX_DEADLINE}", _seconds),
    "dns.trust_ad": ("trust_ad", "true | false", _flag),
    "dns.cache": ("cache", "true | false", _flag),
}
