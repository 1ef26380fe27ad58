"""Words as the outline of a text (`alike`) gives them: what decides nothing is not told.

1. Letters that decide nothing are letters, a number is its shape, a link, address or phone number is
   whose it is; every other word is what is written.
2. Words alike are read alike in every text in which they stand in the same place. Where that is
   not sure, a word is itself.
"""

import re
from collections.abc import Sequence
from functools import cache

from verifykb.directory.types import Directory
from verifykb.message.fold import DIGIT_LETTERS, Codes, encode, gate_words
from verifykb.message.links import Thing, find_things
from verifykb.message.normalise import Plain
from verifykb.message.reading import RUN_TOGETHER
from verifykb.message.vocabulary import ANY_NUMBER, ANY_WITH_DIGIT, ANY_WORD, bound_words, vocabulary, words_of_text

_MAX_WORDS, _MAX_KEPT_CHARACTERS = 1 << 14, 24
# Signs of an outline, which no text that has one can hold.
OPEN = "\x01"  # begins that of a word in which a phone number may begin that goes on behind it
NONE = "\x02"  # for what has none
SOME = "\x03"  # letters that decide nothing; parts what is told besides
NAME = "\x04"  # begins that of a word or number of the table; what is beside it decides whether it is more than a name
THING = "\x05"  # around whose a link, address or number is
_ALIKE = frozenset({ANY_WORD, ANY_NUMBER, ANY_WITH_DIGIT, ".", ","})
_ONE_WORD = re.compile(r"\(?[^\W\d_]{2,15}[.,:)]{0,2}")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
RUNS = re.compile("[0-9]+")
_DIGIT, _NUMBERS = re.compile("[0-9]"), re.compile("[0-9]{2,}")
_NUMBER = re.compile(r"[0-9]+(?:[.,/:\-][0-9]+)*[.,]?")
# Most of what holds digits: amounts, days, codes; and what may make one of them unlike those of its shape: a digit
# alone, digits that stand for letters (27r is 2tr), a phone number's beginning, letters enough for a word beside a digit.
_NUMBERED = re.compile(r"[^\W_]+(?:[,/:\-][^\W_]+|\.[0-9]+){0,2}[.,]?")
_UNSURE = re.compile(
    r"7[rR]|(?<=[^\W\d_])[013457]{1,24}(?![0-9])|(?<![0-9])[013457]{1,24}(?=[^\W\d_])"
    r"|(?<![\w.])(?:0[0-9.\-]{7}|84|1[89]00)|[^\W\d_]{5}(?=[0-9])|(?<=[0-9])[^\W\d_]{5}"
)
ZEROS = str.maketrans("123456789", "000000000")
# What may mean something beyond its word, or run through the space before it.
_SIGNS = re.compile(r"""["'“”‘’«»<>\[\]&\s]|//|data:|\(\.\)""", re.IGNORECASE)
_RUNS_ON = (".", "/")
_FOLDED_TO_SPACE = re.compile(r"[^\x00-\x7f\w]")
# Where a phone number begins, and what it is made of.
_BEGINS, _OF_PHONES = re.compile(r"(?<![\w.])(?:\+|\(?0|84|1[89]00)"), "0123456789.-()+ "
_ENDS_IN_ONE = re.compile(r"^[\W_]*[^\W_](?![^\W_])|(?<![^\W_])[^\W_][\W_]*$")


def may_go_on(word: str) -> bool:
    """Whether a phone number may go on with a word: with a digit, a sign, or what is folded to a space."""
    return not word or word[0] in "0123456789.-()" or _FOLDED_TO_SPACE.match(word) is not None


class AlikeWords(dict[str, str]):
    """Word, or words of one phone number -> outline, kept for what was seen: a log repeats its words."""

    def __init__(self, directory: Directory, *, has_marks: bool) -> None:
        super().__init__()
        self._directory = directory
        self._canonical = words_of_text(has_marks=has_marks)
        self._told = told_numbers()

    def __missing__(self, word: str) -> str:
        is_short = len(word) <= _MAX_KEPT_CHARACTERS
        numbers = _NUMBERS.findall(word) if is_short else ()
        if numbers and _NUMBERED.fullmatch(word) and not _UNSURE.search(word) and self._told.isdisjoint(numbers):
            shape = _NUMBERS.sub(_nines, word)
            if shape != word:
                return self[shape]
        if len(self) >= _MAX_WORDS:
            self.clear()
        outline = self._outline(word)
        if is_short:
            self[word] = outline
        return outline

    def _outline(self, word: str) -> str:
        codes = encode(word)
        if (
            codes is None
            or word.startswith(_RUNS_ON)
            or word.endswith("//")
            or (_DIGIT.search(word) and _FOLDED_TO_SPACE.search(word))
        ):
            return NONE
        things = find_things(Plain(word, codes, range(len(word)), word), self._directory)
        if things:
            outline = _with_things(word, codes, things)
        elif _SIGNS.search(word):
            return NONE
        else:
            outline = _shape(word, self._canonical[word], codes)
        return OPEN + outline if _BEGINS.search(word, len(word.rstrip(_OF_PHONES))) else outline


def _nines(number: re.Match[str]) -> str:
    return ("0" if number[0][0] == "0" else "9") + "9" * (len(number[0]) - 1)


def _with_things(word: str, codes: Codes, things: Sequence[Thing]) -> str:
    """Give a word with whose it is in the place of each link, address or number."""
    if codes.is_spelt or codes.has_markup or _ENDS_IN_ONE.search(word) or RUN_TOGETHER.search(codes.folded):
        return NONE
    parts: list[str] = []
    at = 0
    for thing in things:
        parts += word[at : thing.start], f"{THING}{thing.word}{SOME}{thing.resemblance}{THING}"
        at = thing.end
    parts.append(word[at:])
    return NONE if any(map(_SIGNS.search, parts[::2])) else "".join(parts)


@cache
def told_numbers() -> frozenset[str]:
    """Give the numbers that decide something, as numbers or as the letters that the gate reads them as."""
    as_digits = str.maketrans({letter: digit for digit, letter in DIGIT_LETTERS.items()})
    letters = (word.translate(as_digits) for word in gate_words())
    return frozenset(filter(str.isdigit, (*letters, *vocabulary())))


def _shape(word: str, canonical: str, codes: Codes) -> str:
    """Give a word in which nothing stands that is more: letters and digits as such, where they decide nothing."""
    if codes.is_run_together:
        return word
    if _NUMBER.fullmatch(word):
        return NAME + word if not told_numbers().isdisjoint(RUNS.findall(word)) else word.translate(ZEROS)
    is_one = _ONE_WORD.fullmatch(word) is not None
    if is_one and word.lstrip("(")[0].isupper() and canonical.rstrip(" .,") in bound_words():
        return NAME + word
    if not _ALIKE.issuperset(canonical.split(" ")) or any(found in gate_words() for found in codes.gate_words):
        return word
    if is_one:
        return _LETTERS.sub(SOME, word)
    return _LETTERS.sub(SOME, word.translate(ZEROS)) + SOME + canonical if _DIGIT.search(word) else word
