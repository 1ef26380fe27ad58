"""A text in the letters of `fold.ALPHABET`, with the place of each in the original.

1. Most texts are in those letters and are read as they are. For all others look-alike
   letters, invisible characters, letters that are spelt (O T P) and HTML are written out.
2. Where it is open whether a sign joins or parts (OT🔒P, mật🔒khẩu) there are two readings;
   both are read, and they may only accuse.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from verifykb.message.fold import ALPHABET, UNKNOWN, Codes, encode
from verifykb.message.typed import typed_keys
from verifykb.text.confusables import latin_for

# Longer than any message somebody types. What is behind it is not read, and that is said.
MAX_CHARACTERS = 60_000
_KNOWN = frozenset(ALPHABET) - {"\0"}
_NOT_KNOWN = re.compile(f"[^{re.escape(''.join(sorted(_KNOWN)))}]")
# Pictures that are written for a word.
_SYMBOLS = {"🔑": " mật khẩu ", "🗝": " mật khẩu ", "🔐": " mật khẩu ", "🔗": " link "} | dict.fromkeys("。｡．․", ".")
_LINE_BREAKS = frozenset("\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029")
_INKLESS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
# Single letters with separators between them: O T P, P.I.N, l-i-n-k.
_SPELT = re.compile(r"(?<![^\W_])[^\W_](?:(?:[ \n]|[^\w\s]{1,2} ?| [^\w\s] )[^\W_]){2,}(?![^\W_])")
_BROKEN_HOST = re.compile(r"(?<=-)\n|\n(?=\.)| (?=\. [a-z]{2,12}\b)|(?<= \.) (?=[a-z]{2,12}\b)", re.IGNORECASE)
_SIGN_JOINS, _SPACE_JOINS, _SIGN_APART = re.compile(r"\w[^\w\s]\w"), re.compile(r"\w \w"), re.compile(r" [.\-] ")
_TAG = re.compile(
    r"<(?:!--.{0,2000}?--|/?(?:a|abbr|area|b|base|big|blockquote|body|br|button|center|div|em|embed|font|form|frame|h[1-6]|head|hr|html|"
    r"i|iframe|img|input|label|li|link|meta|object|ol|option|p|pre|s|script|select|small|source|span|strike|strong|style|sub|sup|table|"
    r"tbody|td|textarea|tfoot|th|thead|title|tr|tt|u|ul|video)(?:[\s/][^<>]{0,4000})?)>",
    re.IGNORECASE | re.DOTALL,
)
_TARGET = re.compile(r"""(?:href|action|src)\s{0,9}=\s{0,9}["']?([^\s"'<>]{1,2000})""", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,24});")
_BLOCK_TAG = re.compile(r"</?(?:p|br|div|li|tr|h[1-6]|td|ul|ol|table)\b", re.IGNORECASE)


class Plain(NamedTuple):
    """A text for matching.

    Args:
        text: in the letters of `fold.ALPHABET` only.
        codes: the same in bytes.
        origin: for each character its offset in the source.
        source: the original.
    """

    text: str
    codes: Codes
    origin: Sequence[int]
    source: str

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Give the offsets in the source of a slice of the text."""
        return self.origin[start], self.origin[end - 1] + 1

    def quote(self, start: int, end: int) -> str:
        """Give the original of a slice of the text."""
        return self.source[slice(*self.place(start, end))]


def readings(source: str) -> Iterator[Plain]:
    """Give the ways in which a text can be read; one for nearly every text.

    Of a text that is longer than anybody writes, as much as `MAX_CHARACTERS` without its gaps.
    """
    codes = encode(source)
    is_long = len(source) > MAX_CHARACTERS
    if codes and "\0" not in source and not (codes.is_spelt or codes.has_markup or is_long):
        yield Plain(source, codes, range(len(source)), source)
        yield from (_without(keys, source) for keys in typed_keys(source))
        if _may_be_broken(source):
            yield _without(_BROKEN_HOST, source)
        return
    text, origin = _letters(source, is_long=is_long)
    seen = set()
    for parting in (False, True):
        plain, places = _spelt_joined(*_written_out(text, origin, parting=parting))
        if plain not in seen:
            seen.add(plain)
            yield _plain_text(plain, places, source)


def _letters(source: str, *, is_long: bool) -> tuple[str, Sequence[int]]:
    """Give the text as it is shown, with the place of each character."""
    if is_long:
        letters = _beginning(source)
    elif "<" in source or "&" in source:
        letters = _without_markup(source)
    elif "\u202e" not in source:
        return source, range(len(source))
    else:
        letters = list(enumerate(source))
    if "\u202e" in source:
        letters = [*letters, (len(source) - 1, "\n"), *_turned(letters)]
    return "".join([char for _, char in letters]), [place for place, _ in letters]


def _may_be_broken(source: str) -> bool:
    """Whether there may be a host in a text that a space or line break runs through."""
    return ("\n" in source or " . " in source) and _BROKEN_HOST.search(source) is not None


def has_other_readings(source: str) -> bool:
    """Whether a text in known letters can be read otherwise than as it stands."""
    return _may_be_broken(source) or any(typed_keys(source))


def _without(signs: re.Pattern[str], source: str) -> Plain:
    """Give a text without what a pattern finds."""
    gone = {place for found in signs.finditer(source) for place in range(*found.span())}
    origin = [place for place in range(len(source)) if place not in gone]
    return _plain_text(*_spelt_joined("".join([source[place] for place in origin]), origin), source)


def _beginning(source: str) -> list[tuple[int, str]]:
    """Give the beginning of an endless text; its gaps do not count."""
    letters: list[tuple[int, str]] = []
    for run in re.finditer(r"\s{3,}|\S+|\s", source):
        places = range(run.start(), run.start() + 1) if run[0].isspace() else range(*run.span())
        letters += ((place, source[place]) for place in places[: MAX_CHARACTERS - len(letters)])
        if len(letters) >= MAX_CHARACTERS:
            break
    return letters[:MAX_CHARACTERS]


def _turned(letters: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Give the text as it is shown: right to left behind an override, up to where it is popped."""
    turned: list[tuple[int, str]] = []
    held: list[tuple[int, str]] | None = None
    for place, char in letters:
        if char == "\u202e":
            held = held or []
        elif char in "\u202c\n" and held is not None:
            turned += [*held[::-1], (place, char)]
            held = None
        else:
            (turned if held is None else held).append((place, char))
    return turned + (held or [])[::-1]


def _without_markup(source: str) -> list[tuple[int, str]]:
    """Take out tags, but for what they point to, and resolve character references."""
    letters: list[tuple[int, str]] = []
    at = 0
    for found in sorted([*_TAG.finditer(source), *_REFERENCE.finditer(source)], key=lambda match: match.start()):
        if found.start() < at:
            continue
        letters += ((place, source[place]) for place in range(at, found.start()))
        at = found.end()
        if found[0][0] == "&":
            letters += ((found.start(), char) for char in html.unescape(found[0]))
            continue
        for target in _TARGET.finditer(source, *found.span()):
            letters.append((target.start(1), " "))
            letters += ((place, source[place]) for place in range(*target.span(1)))
            letters.append((target.end(1) - 1, " "))
        if _BLOCK_TAG.match(found[0]):
            letters.append((found.start(), "\n"))
    letters += ((place, source[place]) for place in range(at, len(source)))
    return letters


def _written_out(text: str, origin: Sequence[int], *, parting: bool) -> tuple[str, Sequence[int]]:
    """Write every character out in known letters; signs part words, or not."""
    written: list[str] = []
    places: list[int] = []
    at = 0
    for found in _NOT_KNOWN.finditer(text):
        plain = _plain(found[0], parting=parting)
        written += text[at : found.start()], plain
        places += origin[at : found.start()]
        places += [origin[found.start()]] * len(plain)
        at = found.end()
    if not written:
        return text, origin
    return "".join([*written, text[at:]]), [*places, *origin[at:]]


@lru_cache(maxsize=1 << 12)
def _plain(char: str, *, parting: bool) -> str:  # noqa: C901, PLR0911 - one return per kind of character
    if char in _LINE_BREAKS:
        return "\n"
    category = unicodedata.category(char)
    if char not in _SYMBOLS and category not in ("So", "No", "Sk", "Lm", "Lo"):
        compatible = unicodedata.normalize("NFKC", char)  # full width and the like, dots and hyphens too
        if compatible != char and all(part in _KNOWN for part in compatible):
            return compatible
    if char in _SYMBOLS:
        return _SYMBOLS[char]
    latin = latin_for(char) if category[0] == "L" or category == "So" else ""
    if category == "So" and not latin:
        circled = unicodedata.normalize("NFKC", char)
        latin = circled if circled in _KNOWN and circled.isalpha() else ""
    if latin:
        return latin
    if category == "Cf" or char in _INKLESS:
        return " " if parting else ""
    if category[0] == "M" or category in ("Cc", "Cn", "Co", "Cs"):
        return ""
    if category in ("So", "Sk", "No", "Po", "Pd", "Sm", "Pc") or char in "ªº":
        return "" if parting else " "  # ™ and ¹ would fold to letters that nobody reads as letters
    if category[0] == "Z":
        return " "
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKD", char).casefold())
    if all(part in _KNOWN for part in folded):
        return folded
    base = [part for part in unicodedata.normalize("NFKD", folded) if unicodedata.category(part)[0] != "M"]
    return "".join(part if part in _KNOWN else latin_for(part) or UNKNOWN for part in base)


def _spelt_joined(text: str, origin: Sequence[int]) -> tuple[str, Sequence[int]]:
    """Join letters that are spelt: O T P."""
    kept: list[int] = []
    at = 0
    for spelt in _SPELT.finditer(text):
        # In "m.ậ.t k.h.ẩ.u" the signs join and the spaces part.
        parts = _SIGN_JOINS.search(spelt[0]) is not None and _SPACE_JOINS.search(spelt[0]) is not None
        # In "d v c - k b n n . c c" the spaces join, and the signs are of a host.
        is_host = _SIGN_APART.search(spelt[0]) is not None and _SPACE_JOINS.search(spelt[0]) is not None
        kept += range(at, spelt.start())
        kept += [
            place
            for place in range(*spelt.span())
            if text[place].isalnum() or (parts and text[place] == " ") or (is_host and text[place] in ".-")
        ]
        at = spelt.end()
    if not at:
        return text, origin
    kept += range(at, len(text))
    return "".join([text[place] for place in kept]), [origin[place] for place in kept]


def _plain_text(text: str, origin: Sequence[int], source: str) -> Plain:
    codes = encode(text)
    assert codes is not None  # noqa: S101 - every character was written out in known letters
    return Plain(text, codes, origin, source)
