"""A text as one byte a letter, so that most texts are done with after one look.

1. Matching only: what is shown stays the original. Vietnamese and what a keyboard types have a
   byte each; a text with anything else is first written out in those (`normalise`).
2. The gate may only say no where the reader would find nothing: it looks for the beginnings
   of every phrase of the table, in every spelling that the words are read from.
"""

import codecs
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cache

import ahocorasick_rs

from verifykb.message.grammar import UNSEEN_SIGNS
from verifykb.message.senses import BARE, MARKED, SHORT_FORMS
from verifykb.message.table import ASKED, compiled
from verifykb.message.words import LEET, OTHER, RUN_TOGETHER, VIETNAMESE
from verifykb.text.marks import strip_marks

_MARKED = "".join(sorted(VIETNAMESE))
_SIGNS = "\u00a0“”‘’–—…•·₫°×"
# Stands for a letter that no Latin one is known for.
UNKNOWN = "\u0294"
# NUL comes first: only then is the table that C looks up in a trie.
ALPHABET = "\0\t\n" + "".join(map(chr, range(32, 127))) + _MARKED + _MARKED.upper() + _SIGNS + UNKNOWN
ENCODING = codecs.charmap_build(ALPHABET + "\ufffe" * (256 - len(ALPHABET)))
_LETTERS = frozenset(ALPHABET[at] for at in range(len(ALPHABET)) if ALPHABET[at].isalpha())


def _table(byte_for: dict[str, str], other: str = " ") -> bytes:
    codes = [byte_for.get(char, other) for char in ALPHABET]
    return "".join(codes).encode("ascii").ljust(256, b" ")


_PLAIN_LETTER = {char: strip_marks(char.lower()) for char in _LETTERS} | {UNKNOWN: "_"}
_DIGITS = "0123456789"
# Digits that stand for letters.
DIGIT_LETTERS = {char: char.translate(LEET) for char in _DIGITS if char.translate(LEET) != char}
# Letters and digits as the gate reads them: without case, marks and leet; all else is a gap.
GATE = _table({"\0": "\0", **_PLAIN_LETTER, **{char: char.translate(LEET) for char in _DIGITS + "@$"}})
SHAPE = _table({"\0": "\0", **dict.fromkeys(_LETTERS, "w"), **dict.fromkeys(_DIGITS, "w")})
HOSTS = _table(
    {"\0": "\0", **dict.fromkeys(_LETTERS, "w"), **dict.fromkeys(_DIGITS, "0"), **{c: c for c in ".@/:[<&#"}}
)
_NOT_MARKED = bytes(at for at, char in enumerate(ALPHABET) if char.lower() not in VIETNAMESE)
_FOLD = _table(
    {**{char: char for char in ALPHABET if char.isascii() and char.isprintable()}, **_PLAIN_LETTER, "\n": "\n"}
)
_NO_LETTER = bytes(at for at, char in enumerate(ALPHABET) if char not in _LETTERS)
_PHONE_SIGNS = bytes(ALPHABET.index(char) for char in " .-()\u00a0")

# Digits and what parts them in a phone number; signs that are folded to spaces, too.
PHONE_PARTS = bytes(ord("0") if chr(folded) in _DIGITS + " .-()" else ord(" ") for folded in _FOLD)
_DIGIT_CODES = bytes(ALPHABET.index(char) for char in _DIGITS)
_SECRET_CODES = bytes(ALPHABET.index(char) for char in _DIGITS + "@#$%^&*_+=~")
MIN_PHONE_DIGITS = 8
_PHONE = b"0" * MIN_PHONE_DIGITS
_SPELT = (b" w w w ", b" w  w  w ", b" w   w   w ")  # O T P, O. T. P, O - T - P
_LONG_WORD = b"w" * 16  # Vietnamese syllables have seven letters
SHAPES = ahocorasick_rs.BytesAhoCorasick([*_SPELT, _LONG_WORD])
_HOST_SIGNS = (b".w", b"@", b"[", b"://", b"0.0")
_MARKUP_SIGNS = (b"<w", b"</", b"&w", b"&#")
SIGNS = ahocorasick_rs.BytesAhoCorasick([*_HOST_SIGNS, *_MARKUP_SIGNS])


class Codes:
    """A text in bytes, one a character, and what its shape tells.

    Args:
        codes: places in `ALPHABET`.
    """

    def __init__(self, codes: bytes) -> None:
        self._codes = codes
        self._has_marks: bool | None = None
        shapes = SHAPES.find_matches_as_indexes(b" " + codes.translate(SHAPE) + b" ", overlapping=True)
        signs = SIGNS.find_matches_as_indexes(codes.translate(HOSTS))
        # Whether words cannot be told apart: run together, or letter by letter.
        self.is_run_together = bool(shapes)
        # Whether single letters stand in a row: O T P.
        self.is_spelt = bool(shapes) and min(shapes)[0] < len(_SPELT)
        # Whether there can be HTML: a tag or a character reference.
        self.has_markup = bool(signs) and max(signs)[0] >= len(_HOST_SIGNS)
        # Whether there can be a link, an address or a number.
        self.has_things = bool(signs) or has_phone(codes)
        # Whether it is read as one, however few of its sentences say something: where there can be such a thing.
        self.is_whole = self.has_things

    @property
    def has_many_digits(self) -> bool:
        """Whether there are as many digits as in a phone number, wherever they stand."""
        return len(self._codes) - len(self._codes.translate(None, _DIGIT_CODES)) >= MIN_PHONE_DIGITS

    @property
    def may_hold_secret(self) -> bool:
        """Whether a digit or sign stands in it that a password or PIN is made of."""
        return len(self._codes) != len(self._codes.translate(None, _SECRET_CODES))

    @property
    def has_marks(self) -> bool:
        """Whether the writer uses Vietnamese marks, so that a bare word is a word of its own."""
        if self._has_marks is None:
            self._has_marks = has_marks(self._codes)
        return self._has_marks

    @property
    def folded(self) -> str:
        """The text in small ASCII letters without marks, a character for each."""
        return self._codes.translate(_FOLD).decode("ascii")

    @property
    def gate_words(self) -> list[str]:
        """The words as the gate reads them."""
        return self._codes.translate(GATE).decode("ascii").split()

    def names_something(self, *, own_words: bool) -> int:
        """Count the places where a phrase of the table can begin."""
        line = b" " + self._codes.translate(GATE) + b" "
        while b"  " in line:
            line = line.replace(b"  ", b" ")
        return len(gate(own_words=own_words).find_matches_as_indexes(line))

    def names_within(self, *, own_words: bool) -> tuple[int, int, int]:
        """Give how many of those stand in plain sight, and from where to where."""
        found = gate(own_words=own_words).find_matches_as_indexes(b" " + self._codes.translate(GATE) + b" ")
        return (len(found), found[0][1], found[-1][2] - 1) if found else (0, 0, 0)

    def part(self, start: int, end: int) -> "Codes":
        """Give a piece of a text in which nothing else was found than words."""
        piece = Codes.of_words(self._codes[start:end])
        piece._has_marks = self.has_marks  # noqa: SLF001 - of its own class
        return piece

    @classmethod
    def of_words(cls, codes: bytes, *, is_whole: bool = False) -> "Codes":
        """Give a text in which nothing is but words and numbers.

        Args:
            codes: places in `ALPHABET`.
            is_whole: it has signs of more, which turned out to be none.
        """
        words = cls.__new__(cls)
        words._codes = codes  # noqa: SLF001 - of its own class
        words._has_marks = None  # noqa: SLF001 - of its own class
        words.is_run_together = words.is_spelt = words.has_markup = words.has_things = False
        words.is_whole = is_whole
        return words


def has_phone(codes: bytes) -> bool:
    """Whether so many digits stand together as a phone number has; codes as for `Codes`."""
    if len(codes) - len(codes.translate(None, _DIGIT_CODES)) < MIN_PHONE_DIGITS:
        return False
    return _PHONE in codes.translate(HOSTS, _PHONE_SIGNS)


def has_marks(codes: bytes) -> bool:
    """Whether a writer uses Vietnamese marks; codes as for `Codes`."""
    marked = len(codes.translate(None, _NOT_MARKED))
    letters = len(codes.translate(None, _NO_LETTER))
    return marked * 12 > letters  # a mark on every fourth letter is usual


def is_spelt(codes: bytes) -> bool:
    """Whether single letters stand in a row; codes as for `Codes`."""
    shape = b" " + codes.translate(SHAPE) + b" "
    return any(spelt in shape for spelt in _SPELT)


def encoded(text: str) -> bytes:
    """Give a text in bytes; empty where it holds a character that has none."""
    codes, _ = codecs.charmap_encode(text, "ignore", ENCODING)
    return codes if len(codes) == len(text) else b""


def encode(text: str) -> Codes | None:
    """Give a text in bytes, with what its shape tells; None where it holds a character that has none."""
    codes = encoded(text)
    return Codes(codes) if codes or not text else None


# So many words of a phrase are looked for by the gate; more would cost more than they keep out.
_GATE_WORDS = 3


@cache
def gate(*, own_words: bool) -> ahocorasick_rs.BytesAhoCorasick:
    """Build the scanner of everything a phrase can begin with, as `GATE` writes it."""
    kept: list[str] = []
    begins = _all_beginnings(own_words=own_words) | set(RUN_TOGETHER)
    for begin in sorted(begins):  # a beginning of another one stands right before it
        if not (kept and begin.startswith(kept[-1])):
            kept.append(begin)
    return ahocorasick_rs.BytesAhoCorasick(
        [begin.encode("ascii") for begin in kept], implementation=ahocorasick_rs.Implementation.DFA
    )


Neighbours = tuple[AbstractSet[str], AbstractSet[str]]
"""The words that stand before a word, and those behind it."""


@cache
def gate_words() -> Mapping[str, Neighbours | None]:
    """Give the words that the gate looks for, as `GATE` writes them: each with those before and behind; None if alone."""
    beside: dict[str, tuple[set[str], set[str]] | None] = {}
    for begin in _all_beginnings(own_words=True):
        words = begin.split()
        for at, word in enumerate(words):
            found = beside.setdefault(word, (set(), set()))
            if found is None or len(words) == 1:
                beside[word] = None
                continue
            found[0].update(words[:at][-1:])
            found[1].update(words[at + 1 :][:1])
    return beside


def _all_beginnings(*, own_words: bool) -> set[str]:
    heads = {head for _, reported, form in compiled(ASKED) if own_words or not reported for head in form.heads}
    return {begin for head in heads for begin in _beginnings(head)}


def _beginnings(head: str) -> set[str]:
    """Give the spellings of the first words of a head, as the gate reads them."""
    words = [word for word in head.strip(" ").split(" ") if word not in UNSEEN_SIGNS]
    short = {f" {plain} " for plain in _short_forms().get(words[0], ())}
    end = " " if head.endswith(" ") or len(words) > _GATE_WORDS else ""
    begins = {""}
    for word in words[:_GATE_WORDS]:
        spelt = plain_spellings(word)
        if begins != {""}:
            spelt = spelt | _short_forms().get(word, frozenset())
        begins = {f"{begin} {plain}" for begin in begins for plain in spelt}
    return short | {f"{begin}{end}" for begin in begins}


@cache
def plain_spellings(token: str) -> frozenset[str]:
    """Give the spellings of a canonical word, as the gate reads them; of short forms see `SHORT_FORMS`."""
    spelt = {token.removesuffix(OTHER).lower(), *_spellings().get(token, ())}
    return frozenset(strip_marks(word).translate(LEET) for word in spelt)


@cache
def _short_forms() -> dict[str, frozenset[str]]:
    """Give for the first word of what short forms stand for the short forms."""
    short: dict[str, set[str]] = {}
    for form, words in SHORT_FORMS.items():
        short.setdefault(words.split(" ")[0], set()).add(strip_marks(form).translate(LEET))
    return {first: frozenset(forms) for first, forms in short.items()}


@cache
def _spellings() -> dict[str, set[str]]:
    """Give for each token the plain spellings that can be read as it."""
    spellings: dict[str, set[str]] = {}
    for plain, senses in MARKED.items():
        for token in senses.values():
            spellings.setdefault(token, set()).add(plain)
    for plain, sense in BARE.items():
        for token in (sense.usual, *sense.by_next.values()):
            spellings.setdefault(token, set()).add(plain)
    return spellings
