"""What a written phone number says: digits, country, extension. No judgement of it.

1. Letters, hidden characters, other scripts' digits and URI parameters are refused before
   any library sees them: libphonenumber would drop or convert them in silence, and
   ``O2462764300`` would come out as the switchboard.
2. ``+246…`` and ``00246…`` are country code 246, never Hà Nội with a plus.
3. A number without its trunk zero is refused, not repaired: the caller says why.
4. Words for "extension" are split off first; ambiguous separators (`` - ``, a slash,
   parentheses, a space) only where the whole would be too long for a number.
"""

import re
import unicodedata
from typing import NamedTuple

from verifykb.text.marks import strip_marks
from verifykb.text.space import WHITE_SPACE

_COUNTRY_CODE = "84"
# Viet Nam: 8 to 11 digits after the zero covers every fixed, mobile and service number.
_MIN_NATIONAL, _MAX_NATIONAL = 8, 11
# E.164: at most 15 digits; 7 is the shortest international number in use.
_MIN_INTERNATIONAL, _MAX_INTERNATIONAL = 7, 15
_MAX_CHARACTERS = 100  # a number with its words and spaces; a log's cell can hold a megabyte
_MAX_EXTENSION = 6  # digits of one extension, however they are grouped
_SUBSCRIBER_DIGITS = 8  # a Hà Nội number without its area code
_SHORT_CODE_DIGITS = range(3, 7)  # 113, 156, 1022, 5656, 18001…

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_SPACES = dict.fromkeys(map(ord, WHITE_SPACE), " ")

_EXTENSION_WORD = r"""(?xs)(?P<number>.*?)
        (?: ; \s* ext \s* =
          | (?<![a-z]) (?: so\s+ | s\.?\s* )? (?: may\s* | m\.?\s* )?
            (?: le | nhanh | noi\s+bo | l (?=[.\s:\d]) )
            (?![a-z])
          | (?<![a-z]) (?: extension | extn | ext | x ) (?![a-z])
          | \# | ,+ )
        [\s.:=]* (?: so [\s.:]+ )?
        (?P<extension>.*)"""
_TAIL = r"(?s)(?P<number>.*\d\)?)(?:\s*[-/]\s*|\s+)(?P<extension>\d{2,8})"
_TAIL_IN_PARENTHESES = r"(?s)(?P<number>.*\d\)?)\s*\(\s*(?P<extension>\d{2,8})\s*\)"
_PUNCTUATION = r"[-\s.()/\[\]]"


class WrittenNumber(NamedTuple):
    """A number that could be read.

    Args:
        national: Vietnamese spelling with the trunk zero (or a short code); empty for a
            foreign number.
        foreign: the digits after the plus, for a foreign number.
        extension: what stood behind an extension word; empty where nothing did.
    """

    national: str = ""
    foreign: str = ""
    extension: str = ""


class Unreadable(NamedTuple):
    """Why a text is no phone number; a key of the labels in ``wording/``."""

    reason: str


def read_number(text: str) -> WrittenNumber | Unreadable:
    """Read one written phone number, perhaps with an extension.

    Args:
        text: the number as typed or shown, not blank.
    """
    refusal = _refuse(text)
    if refusal:
        return Unreadable(refusal)
    line = strip_marks(text.translate(_DASHES).translate(_SPACES)).strip().lower()
    line = line.removeprefix("tel:").strip()
    number, extension = _split_extension(line)
    read = _read_digits(number)
    if isinstance(read, Unreadable) and read.reason == "too-long" and not extension:
        for pattern in (_TAIL_IN_PARENTHESES, _TAIL):
            tail = re.fullmatch(pattern, number)
            shorter = _read_digits(tail["number"]) if tail else read
            if tail and isinstance(shorter, WrittenNumber):
                read, extension = shorter, tail["extension"]
                break
    if isinstance(read, Unreadable):
        return read
    return WrittenNumber(national=read.national, foreign=read.foreign, extension=extension)


def read_extensions(text: str) -> tuple[str, ...]:
    """Split an extension field into extensions, without a leading word for "extension"."""
    text = text.strip(WHITE_SPACE)
    if _refuse(text):
        return (text,)
    line = strip_marks(text.translate(_SPACES)).strip().lower()
    word = re.fullmatch(_EXTENSION_WORD, line) if not line.isdigit() else None
    if word and not word["number"].strip():
        line = word["extension"]
    parts = [part.strip() for part in re.split(r"[,;/]", line)]
    grouped = (re.sub(r"\s", "", part) for part in parts)
    return tuple(
        extension
        for part, joined in zip(parts, grouped, strict=True)
        for extension in ([joined] if len(joined) <= _MAX_EXTENSION else part.split())
        if extension
    )


def _refuse(text: str) -> str:
    """Give the reason for which a text must not reach any parser; empty where there is none."""
    if len(text) > _MAX_CHARACTERS:
        return "too-long"
    is_plain = text.isascii() and text.isprintable()  # as most numbers are
    for char in "" if is_plain else text:
        category = unicodedata.category(char)
        if category[0] == "C" and char not in WHITE_SPACE:
            return "hidden-characters"
        if category[0] == "N" and not char.isascii():
            return "foreign-digits"
        if category[0] == "M":
            return "hidden-characters"  # in NFC, a mark left over sits on no Vietnamese letter
    if "phone-context" in text.lower():
        return "uri-parameters"
    return ""


def _split_extension(line: str) -> tuple[str, str]:
    if not re.search(r"[a-z#,;]", line):
        return line, ""  # most numbers: no need to compile the words
    match = re.fullmatch(_EXTENSION_WORD, line)
    if match is None:
        return line, ""
    number = match["number"].strip().rstrip("-(/. ").strip()
    return number, match["extension"].strip().rstrip(").").strip()


def _read_digits(number: str) -> WrittenNumber | Unreadable:
    """Read a number that holds no extension any more."""
    if re.search(r"[^\W\d_]", number):
        return Unreadable("letters")
    digits = re.sub(_PUNCTUATION, "", number)
    if not re.fullmatch(r"\+?[0-9]*", digits, re.ASCII):
        return Unreadable("unknown-characters")
    if digits.startswith(("+", "00")):
        return _read_international(digits.removeprefix("00").removeprefix("+"))
    if digits.startswith("0"):
        return _read_national(digits)
    if digits.startswith(_COUNTRY_CODE) and len(digits) >= len(_COUNTRY_CODE) + _MIN_NATIONAL + 1:
        return _read_international(digits)
    return _read_without_prefix(digits)


def _read_without_prefix(digits: str) -> WrittenNumber | Unreadable:
    """Read digits that begin with neither a trunk zero nor a country code."""
    if len(digits) in _SHORT_CODE_DIGITS or re.fullmatch(r"1[89]00\d{4,6}", digits):
        return WrittenNumber(national=digits)
    if not digits:
        return Unreadable("no-digits")
    if len(digits) == _SUBSCRIBER_DIGITS:
        return Unreadable("area-code-missing")
    too_long = len(digits) > _MAX_NATIONAL
    return Unreadable("too-long" if too_long else "trunk-zero-missing")


def _read_international(digits: str) -> WrittenNumber | Unreadable:
    if not digits.startswith(_COUNTRY_CODE):
        if len(digits) < _MIN_INTERNATIONAL:
            return Unreadable("too-short")
        if len(digits) > _MAX_INTERNATIONAL or digits.startswith("0"):
            return Unreadable("too-long" if len(digits) > _MAX_INTERNATIONAL else "no-country-code")
        return WrittenNumber(foreign=digits)
    rest = digits.removeprefix(_COUNTRY_CODE)
    return _read_national("0" + rest.removeprefix("0"))


def _read_national(digits: str) -> WrittenNumber | Unreadable:
    after_zero = len(digits) - 1
    if after_zero < _MIN_NATIONAL:
        return Unreadable("too-short")
    if after_zero > _MAX_NATIONAL:
        return Unreadable("too-long")
    return WrittenNumber(national=digits)
