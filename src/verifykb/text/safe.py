r"""The one sanitiser: what any output shows of a text that somebody else wrote.

1. Every renderer passes every value through `safe` or `safe_line`; nothing is printed raw.
2. Control, format (bidi, zero-width), private, surrogate and unassigned characters, line
   separators and characters that show as nothing become a visible ``\u{hex}``.
3. Nothing is deleted: what an attacker hid stays visible to the reader.
4. Secrets that somebody pasted are covered (`secrets`).
"""

import re
import unicodedata
from functools import lru_cache

from verifykb.text.secrets import masked

# Default_Ignorable_Code_Point letters and marks that `str.isprintable` lets through:
# they take no ink, so two different texts would look the same (Unicode 15, DerivedCoreProperties).
_INKLESS = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
_INKLESS_PATTERN = f"[{_INKLESS}]"
# What Vietnamese is written with, without combining marks: nothing in it hides or stacks.
_PLAIN = re.compile("[ -~\u00a1-\u02ff\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20ab]*")
# A third mark on one letter is no Vietnamese: it is there to smear over other lines.
_MAX_MARKS = 2

# Long enough for any address or phone number, short enough to keep a report readable.
MAX_SHOWN_CHARACTERS = 300


def has_hidden(text: str) -> bool:
    """Whether a text holds a character that a reader cannot see, or odd white space."""
    return not text.isprintable() or (not text.isascii() and re.search(_INKLESS_PATTERN, text) is not None)


def safe(text: str) -> str:
    """Make every character of a text visible and harmless to a terminal.

    A backslash of the text itself stays one: the result is for reading, not for decoding.
    """
    text = masked(text)
    if text.isprintable() and (text.isascii() or _PLAIN.fullmatch(text)):
        return text
    shown = "".join(map(_visible, text))
    return _unstacked(re.sub(_INKLESS_PATTERN, _escape_match, shown))


def safe_line(text: str, limit: int = MAX_SHOWN_CHARACTERS) -> str:
    """Make a value safe and short enough for one line; says how much was left out.

    Args:
        text: the raw value.
        limit: characters of the raw value to show.
    """
    if len(text) <= limit:
        return _safe_value(text) if limit <= MAX_SHOWN_CHARACTERS else safe(text)
    return f"{safe(masked(text[: 2 * limit])[:limit])}… (+{len(text) - limit})"


# A report shows a value in several places, and a log has the same ones again and again.
_safe_value = lru_cache(maxsize=4096)(safe)


def _visible(character: str) -> str:
    if character.isprintable() or character in "\u00a0\u2007\u202f\u2009\u3000":
        return character
    return f"\\u{{{ord(character):x}}}"


def _unstacked(text: str) -> str:
    """Make marks visible as numbers where more than two sit on one letter."""
    shown, marks = [], 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char)[0] == "M" else 0
        shown.append(char if marks <= _MAX_MARKS else f"\\u{{{ord(char):x}}}")
    return "".join(shown)


def _escape_match(match: re.Match[str]) -> str:
    return f"\\u{{{ord(match[0]):x}}}"
