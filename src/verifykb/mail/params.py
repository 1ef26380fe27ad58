"""The parameters of Content-Type and Content-Disposition: ``text/plain; charset="utf-8"``.

1. Bounded and linear: one pass over at most 8 KiB.
2. The first of two parameters of one name counts, and the value is doubtful: another reader may
   take the second.
"""

import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from verifykb.mail.charset import decode
from verifykb.mail.words import decode_words

_MAX_CHARACTERS = 8 * 1024
_MAX_PARAMETERS = 50
_NAMES = ("filename", "name")  # mail programs write encoded words there
_WORD = r"[^\s;=\"(),<>@:\\\[\]?/]++"  # RFC 2045, 5.1, wider: any letter that is no delimiter
_VALUE = re.compile(rf"\s*+({_WORD}(?:/{_WORD})?+)?+")
# A value without quotes goes to the next semicolon, as mail programs read file names with spaces.
_PARAMETER = re.compile(rf'\s*+;\s*+(?:({_WORD})\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"|([^;"]*+)))?+', re.DOTALL)
_QUOTED_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*+"|\([^()"]*+\)', re.DOTALL)
_SECTION = re.compile(r"([^*]++)(?:\*(\d{1,3}))?(\*)?")  # RFC 2231, 3 and 4: name*0*


class Parameters(NamedTuple):
    """A structured header value.

    Args:
        value: what stands before the parameters, in lower case.
        named: parameter names in lower case to their values, decoded.
        sound: whether any two readers would see the same.
    """

    value: str
    named: dict[str, str]
    sound: bool


def read_parameters(text: str) -> Parameters:
    """Read an unfolded value of Content-Type or Content-Disposition (RFC 2045, 5.1; RFC 2231; RFC 2183)."""
    plain = _QUOTED_OR_COMMENT.sub(lambda found: found[0] if found[0][0] == '"' else " ", text[:_MAX_CHARACTERS])
    sound = plain == text  # a comment is legal, and what readers make of it differs
    head = _VALUE.match(plain)
    at = head.end() if head else 0
    value = (head[1] or "") if head else ""
    pieces: dict[str, str] = {}
    for _ in range(_MAX_PARAMETERS):
        found = _PARAMETER.match(plain, at)
        if found is None:
            break
        at = found.end()
        name = (found[1] or "").lower()
        if name and name in pieces:
            sound = False
        elif name:
            written = found[3].strip() if found[2] is None else re.sub(r"\\(.)", r"\1", found[2], flags=re.DOTALL)
            pieces[name] = written
    if plain[at:].strip(" \t;"):
        sound = False
    named, joined_well = _joined(pieces)
    return Parameters(value.lower(), named, sound and joined_well)


def _joined(pieces: dict[str, str]) -> tuple[dict[str, str], bool]:
    """Join and decode what RFC 2231 spreads over ``name*0*``, ``name*1`` ...; plain names are decoded too."""
    spread: dict[str, list[tuple[int, bool, str]]] = {}
    named: dict[str, str] = {}
    for name, value in pieces.items():
        section = _SECTION.fullmatch(name)
        if section and (section[2] or section[3]):
            spread.setdefault(section[1], []).append((int(section[2] or 0), bool(section[3]), value))
        else:
            named[name] = decode_words(value) if name in _NAMES else value
    sound = not named.keys() & spread.keys()
    for name, sections in spread.items():
        sections.sort(key=lambda section: section[0])
        sound = sound and [number for number, _, _ in sections] == list(range(len(sections)))
        named[name] = _decoded(sections)
    return named, sound


def _decoded(sections: list[tuple[int, bool, str]]) -> str:
    charset, data = "utf-8", b""
    for at, (_, encoded, value) in enumerate(sections):
        text = value
        if encoded and at == 0 and text.count("'") > 1:
            charset, _, text = text.split("'", 2)
        octets = text.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(octets) if encoded else octets
    return decode(data, charset)[0]
