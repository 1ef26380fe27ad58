"""An SPF record as text in, terms out (RFC 7208, 4.5, 4.6, 5, 6, 12). Pure, no macro is expanded here.

1. The whole record is read before anything is evaluated: an error anywhere is a permerror (4.6).
2. A term keeps its text as written: traces and posture show it.
"""

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple

# RFC 7208, 3.4 recommends 512 octets; nobody honest needs eight times that.
MAX_RECORD_CHARACTERS = 4096
_VERSION = "v=spf1"
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9\-_.]*)=(.*)", re.DOTALL)
_MECHANISM = re.compile(r"([+\-?~]?)([A-Za-z][A-Za-z0-9\-_]*)([:/].*)?", re.DOTALL)
_CIDRS = re.compile(r"(?:/(0|[1-9][0-9]?))?(?://(0|[1-9][0-9]{0,2}))?\Z")
# ASCII only: without it, IGNORECASE takes a long s or a dotless i for a macro letter.
_FLAGS = re.IGNORECASE | re.ASCII
_TRANSFORMERS = r"(0{0,20}[1-9][0-9]{0,8})?(r?)([.\-+,/_=]*)"  # RFC 7208, 7.1: no number, or one above zero
MACRO = re.compile(rf"%\{{([slodiphcrtv]){_TRANSFORMERS}\}}|%([%_\-])", _FLAGS)
# What a macro string consists of, letters of explanations left out (RFC 7208, 7.1).
_MACRO_STRING = re.compile(rf"(?:[\x21-\x24\x26-\x7e]|%\{{[slodiphv]{_TRANSFORMERS}\}}|%[%_\-])*", _FLAGS)
_EXPLANATION = re.compile(rf"(?:[\x20-\x24\x26-\x7e]|%\{{[slodiphcrtv]{_TRANSFORMERS}\}}|%[%_\-])*", _FLAGS)
_DOMAIN_END = re.compile(
    r"(?:\.(?=[A-Za-z0-9\-]*[A-Za-z\-])[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?\.?|%\{[^{}%]*\}|%[%_\-])\Z"
)
_QUALIFIERS = {"": "pass", "+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_BITS_4, _BITS_6 = 32, 128


class RecordError(Exception):
    """A record that cannot be interpreted; the text names the term (RFC 7208, 2.6.7)."""


class Term(NamedTuple):
    """One mechanism.

    Args:
        text: as written.
        result: what a match gives: ``pass``, ``fail``, ``softfail``, ``neutral``.
        name: ``all include a mx ptr ip4 ip6 exists``.
        domain: the domain-spec, not expanded; empty means the current domain.
        prefix4, prefix6: lengths of the networks to compare.
        network: for ``ip4`` and ``ip6``: the network's number, shifted down to its prefix.
    """

    text: str
    result: str
    name: str
    domain: str = ""
    prefix4: int = _BITS_4
    prefix6: int = _BITS_6
    network: int = 0


class Record(NamedTuple):
    """An SPF record.

    Args:
        terms: the mechanisms, left to right.
        redirect: domain-spec of the modifier; empty where there is none.
        exp: domain-spec of the modifier; empty where there is none.
    """

    terms: tuple[Term, ...]
    redirect: str = ""
    exp: str = ""


def is_record(text: str) -> bool:
    """Whether a TXT record is an SPF record: ``v=spf1`` as a whole word, in any case (RFC 7208, 4.5)."""
    return text[:6].lower() == _VERSION and text[6:7] in ("", " ")


@lru_cache(maxsize=512)
def read_record(text: str) -> Record:
    """Read an SPF record.

    Args:
        text: for which `is_record` holds.

    Raises:
        RecordError: the record is not well-formed, or longer than anybody needs.
    """
    if len(text) > MAX_RECORD_CHARACTERS:
        msg = f"{len(text)} > {MAX_RECORD_CHARACTERS}"
        raise RecordError(msg)
    terms: list[Term] = []
    modifiers: dict[str, str] = {}
    for word in text[len(_VERSION) :].split(" "):
        if not word:
            continue
        modifier = _MODIFIER.fullmatch(word)
        if modifier:
            _read_modifier(word, modifier[1].lower(), modifier[2], modifiers)
        else:
            terms.append(_read_mechanism(word))
    return Record(tuple(terms), modifiers.get("redirect", ""), modifiers.get("exp", ""))


def is_explanation(text: str) -> bool:
    """Whether a text can be an explanation (RFC 7208, 6.2: explain-string)."""
    return _EXPLANATION.fullmatch(text) is not None


def _read_modifier(word: str, name: str, value: str, modifiers: dict[str, str]) -> None:
    known = name in ("redirect", "exp")
    valid = _is_domain_spec(value) if known else _MACRO_STRING.fullmatch(value)
    if not valid or (known and name in modifiers):
        raise RecordError(word)
    if known:
        modifiers[name] = value


def _read_mechanism(word: str) -> Term:
    match = _MECHANISM.fullmatch(word)
    if match is None:
        raise RecordError(word)
    result, name, rest = _QUALIFIERS[match[1]], match[2].lower(), match[3] or ""
    if name in ("ip4", "ip6"):
        return _read_network(word, result, name, rest)
    if name in ("a", "mx"):
        return _read_address_term(word, result, name, rest)
    domain = rest[1:]
    named = rest.startswith(":") and _is_domain_spec(domain)
    if (
        (name == "all" and not rest)
        or (name == "ptr" and (named or not rest))
        or (name in ("include", "exists") and named)
    ):
        return Term(word, result, name, domain)
    raise RecordError(word)


def _read_address_term(word: str, result: str, name: str, rest: str) -> Term:
    cidrs = _CIDRS.search(rest)
    domain = rest[: cidrs.start()] if cidrs else rest
    prefix4 = int(cidrs[1]) if cidrs and cidrs[1] else _BITS_4
    prefix6 = int(cidrs[2]) if cidrs and cidrs[2] else _BITS_6
    if (domain and not (domain[0] == ":" and _is_domain_spec(domain[1:]))) or prefix4 > _BITS_4 or prefix6 > _BITS_6:
        raise RecordError(word)
    return Term(word, result, name, domain[1:], prefix4, prefix6)


def _read_network(word: str, result: str, name: str, rest: str) -> Term:
    bits = _BITS_4 if name == "ip4" else _BITS_6
    address, slash, length = rest[1:].partition("/")
    if not rest.startswith(":") or (slash and not re.fullmatch(r"0|[1-9][0-9]{0,2}", length)):
        raise RecordError(word)
    prefix = int(length) if slash else bits
    try:
        number = int(ipaddress.IPv4Address(address) if name == "ip4" else ipaddress.IPv6Address(address))
    except ValueError as error:
        raise RecordError(word) from error
    if prefix > bits or "%" in address:
        raise RecordError(word)
    return Term(word, result, name, "", prefix, prefix, number >> (bits - prefix))


def _is_domain_spec(text: str) -> bool:
    return bool(_MACRO_STRING.fullmatch(text)) and _DOMAIN_END.search(text) is not None
