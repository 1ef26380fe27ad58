"""A text as plain words for matching, each with its place in the original.

1. Matching only: what is shown stays the original.
2. Case, marks, look-alike letters, zero-width and bidi characters, spaced letters, leet and
   common short forms are undone; a word that loses its meaning with its marks (đừng/dùng,
   đọc/độc, mã/mà) keeps it in the spelling of its token (see `senses`).
3. A place is a pair of offsets into the NFC text that was given.
"""

import re
import unicodedata
from typing import NamedTuple

from verifykb.message.senses import ALWAYS_OPEN, BARE, MARKED, SHORT_FORMS, Sense
from verifykb.text.confusables import LATIN_FOR

# No ask is spread wider than the overlap; no person writes sentences of the maximum.
_MAX_SENTENCE_TOKENS, _OVERLAP_TOKENS = 120, 30
_LEET = str.maketrans("013457@$!|", "oieastasil")
_IGNORED = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_SOFT_STOPS = frozenset({".", "!", "…", "\n", "...", ".\n", "!\n"})
_LINE_BREAKS = "\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029"

# Single letters with separators between them: O T P, P.I.N, l-i-n-k.
_SPACED = re.compile(r"(?<![a-z0-9])[a-z0-9](?:(?: |[^\sa-z0-9]{1,2} ?)[a-z0-9]){2,}(?![a-z0-9])")
_WORD = re.compile("(?P<word>[a-z0-9]+(?:[@$!|][a-z0-9]+)*)|(?P<stop>[.!?;\n\u2026]+)|(?P<pause>[,:])")
# 15h30, 500k, 2tr: digits with a unit, not leet.
_UNIT = re.compile(r"\d+(?:h|k|tr|p|m|d|kg|gb|mb|vnd|usd|x|s|g|ml|cm|km|ty|th|nd|rd|am|pm)\d*")
_FILE_ENDING = re.compile(r"(?:apk|exe|msi|zip|rar|7z|iso|jar|bat|cmd|vbs|js|scr|docx?m?|xlsx?m?|pdf)(?![a-z0-9])")
_VIETNAMESE = frozenset("ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")
_TO_LATIN = str.maketrans(LATIN_FOR)


class Token(NamedTuple):
    """A word (or ``,``) in matching form, and where it stands in the original."""

    text: str
    start: int
    end: int
    bare: bool = False  # written without marks, so that its meaning is open


class Sentence(NamedTuple):
    """A sentence, or a piece of an endless one.

    Args:
        tokens: its tokens.
        already_read: how many of the first ones were read with the piece before.
    """

    tokens: list[Token]
    already_read: int = 0


class Folded(NamedTuple):
    """A folded text: plain characters, and for each its offset in the original."""

    text: str
    origin: list[int]
    source: str

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Give the offsets in the original of a slice of the folded text."""
        if start >= end:
            return (0, 0)
        return self.origin[start], self.origin[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold a text character by character, so that places can be mapped back."""
    plain: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        if char in _LINE_BREAKS:
            folded = "\n"
        elif char.isascii():
            folded = char.lower()
            if not (char.isprintable() or char in "\n\t\r"):
                continue
        else:
            folded = _fold_char(char)
        plain.append(folded)
        origin.extend([at] * len(folded))
    return Folded("".join(plain), origin, text)


def _fold_char(char: str) -> str:
    category = unicodedata.category(char)
    if char in LATIN_FOR:
        return LATIN_FOR[char]
    if char in _IGNORED or category[0] == "M" or category in ("Cf", "Cc", "Cn", "Co", "Cs"):
        return ""
    if category in ("So", "No") or char in "ªº":
        return " "  # ™ and ¹ would fold to letters that nobody reads as letters
    decomposed = unicodedata.normalize("NFKD", char).casefold()
    return "".join(
        "d" if part == "đ" else LATIN_FOR.get(part, part)
        for part in unicodedata.normalize("NFKD", decomposed)
        if unicodedata.category(part)[0] != "M"
    )


def sentences(folded: Folded, things: list[tuple[int, int, str]], *, joined: bool = False) -> list[Sentence]:
    """Split a folded text into sentences of tokens.

    Args:
        folded: the text.
        things: places in the folded text of links, addresses and numbers, with the name of
            the token that stands for each (``URL``, ``EMAIL``…); not overlapping, in order.
        joined: whether full stops and line breaks end no sentence, so that an ask that was
            broken up by them is read in one.
    """
    marked = _marked_share(folded.source)
    result: list[list[Token]] = [[]]
    for start, end, kind, text in _pieces(folded.text, things):
        if kind == "stop":
            if not (joined and text in _SOFT_STOPS) and not _is_wrapped_line(folded, start, text):
                result.append([])
            continue
        place = folded.place(start, end)
        if kind == "word":
            words, bare = _words(text, _spelling(folded, place), bare_is_plain=marked)
            result[-1] += [Token(word, *place, bare) for word in words]
        else:
            result[-1].append(Token("," if kind == "pause" else text, *place))
    return [piece for sentence in result for piece in _pieces_of(_settle(sentence))]


def _pieces_of(tokens: list[Token]) -> list[Sentence]:
    """Cut an endless sentence into overlapping pieces, so that reading stays linear."""
    step = _MAX_SENTENCE_TOKENS - _OVERLAP_TOKENS
    return [
        Sentence(tokens[at : at + _MAX_SENTENCE_TOKENS], _OVERLAP_TOKENS // 2 if at else 0)
        for at in range(0, max(1, len(tokens) - _OVERLAP_TOKENS), step)
        if tokens
    ]


def _is_wrapped_line(folded: Folded, start: int, stop: str) -> bool:
    """A line break before a small letter is a wrapped line, not the end of a sentence."""
    if stop != "\n":
        return False
    at = folded.origin[start] + 1
    following = folded.source[at : at + 40].lstrip(" \t")
    return following[:1].islower()


def _pieces(text: str, things: list[tuple[int, int, str]]) -> list[tuple[int, int, str, str]]:
    """Cut a text into words, pauses, stops and things: start, end, kind, text."""
    pieces: list[tuple[int, int, str, str]] = []
    at = 0
    for start, end, name in [*things, (len(text), len(text), "")]:
        pieces += _plain_pieces(text, at, start)
        if name:
            pieces.append((start, end, "thing", name))
        at = end
    return pieces


def _plain_pieces(text: str, start: int, end: int) -> list[tuple[int, int, str, str]]:
    pieces: list[tuple[int, int, str, str]] = []
    at = start
    for spaced in _SPACED.finditer(text, start, end):
        pieces += _cut(text, at, spaced.start())
        joined = re.sub(r"[^a-z0-9]", "", spaced[0])
        pieces.append((spaced.start(), spaced.end(), "word", joined))
        at = spaced.end()
    return pieces + _cut(text, at, end)


def _cut(text: str, start: int, end: int) -> list[tuple[int, int, str, str]]:
    return [
        (match.start(), match.end(), str(match.lastgroup), match[0])
        for match in _WORD.finditer(text, start, end)
        if not _is_inside_word(text, match)
    ]


def _is_inside_word(text: str, match: re.Match[str]) -> bool:
    """A dot in 1.200.000 or in setup.exe ends no sentence."""
    if match[0] not in ".,":
        return False
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 6]
    return (before.isdigit() and after[:1].isdigit()) or _FILE_ENDING.match(after) is not None


def _marked_share(text: str) -> bool:
    """Whether the writer uses Vietnamese marks, so that a bare word is a word of its own."""
    letters = sum(char.isalpha() for char in text[:2000])
    marked = sum(char in _VIETNAMESE for char in text[:2000].lower())
    return marked * 12 > letters  # plain Vietnamese text carries a mark on every fourth letter


def _spelling(folded: Folded, place: tuple[int, int]) -> str:
    """Give a word as written, in lower case, with look-alike letters made Latin."""
    written = folded.source[slice(*place)].lower().translate(_TO_LATIN)
    return unicodedata.normalize("NFC", written)


def _words(text: str, spelling: str, *, bare_is_plain: bool) -> tuple[list[str], bool]:
    """Give the matching forms of one written word, and whether its meaning is still open."""
    if not text.isalpha() and re.search("[a-z]", text) and not _UNIT.fullmatch(text):
        text = text.translate(_LEET)
    short = SHORT_FORMS.get(text)
    if short:
        return short.split(), False
    sense = MARKED.get(text)
    marks = {char for char in spelling if not char.isascii()} - {"đ"}  # "đoc" is half bare
    if sense is None or not marks <= _VIETNAMESE:
        return [text], True
    if marks:
        return [sense.get(spelling, sense[""])], text in ALWAYS_OPEN
    if bare_is_plain and text in sense:
        return [sense[text]], False
    return [text], True


def _settle(sentence: list[Token]) -> list[Token]:
    """Decide bare words that have several meanings by the word that follows."""
    settled = []
    for at, token in enumerate(sentence):
        sense: Sense | None = BARE.get(token.text)
        if sense is not None and token.bare:
            following = sentence[at + 1].text if at + 1 < len(sentence) else ""
            token = Token(sense.choose(following), token.start, token.end)  # noqa: PLW2901
        settled.append(token)
    return settled
