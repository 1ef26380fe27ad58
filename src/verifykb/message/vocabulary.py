"""The words that decide anything: those of the phrase table and of the rules. All others are alike.

1. A name, an office and a number decide nothing, whatever they are. Written as one word and one number they leave lines
   that repeat: what was read once need not be read again.
2. A word that the table only has beside certain others ("phạm" of "vi phạm") decides nothing without one of them.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from verifykb.message.grammar import Group, Item, Word
from verifykb.message.senses import BARE, BARE_BEHIND, MARKED
from verifykb.message.table import every_form, written_words
from verifykb.message.words import OTHER, SEVERAL, Words, canonical_form

# Stand for every other word, every other number, and every other word with a digit in it.
ANY_WORD, ANY_NUMBER, ANY_WITH_DIGIT = "oo", "0", "oo0"
_DIGIT, _NUMBER = re.compile(r"\d"), re.compile("[0-9]+")
_NUMBERS = re.compile(r"[0-9]+(?:[.,/:\-][0-9]+)*[.,]?")
# What `meaning`, `sentence`, `line` and `reading` look for besides the table.
_OF_RULES = frozenset(
    "anh ba bac BAC ban banx baox button cac cam can chau chi chu chua cong cung da de dej DIEN dich don duoc em ever "
    "giup gio hay hayx he hoac kex ke khi kho khoan khoX long luc ma MA me nen nghi nghiem nhap nhung nut ong phai phep "
    "please qr quy roi sep so taif tai thi thu thuc tien toan toi tren truong tu tung tuy us va vi vu vui xac you or and".split()
)
Beside = tuple[frozenset[str], frozenset[str]]
"""The words of which one must stand before, or one behind."""


@cache
def vocabulary() -> frozenset[str]:
    """Give the canonical words that a text's words may become; no others are in any form of the table."""
    of_table = {word for written in written_words() for word in canonical_form(written).replace(SEVERAL, "").split()}
    senses = {token for sense in MARKED.values() for token in sense.values()}
    senses |= {token for sense in BARE.values() for token in (sense.usual, *sense.by_next.values(), *sense.by_next)}
    behind = {word for senses in BARE_BEHIND.values() for word in (*senses, *senses.values())}
    return frozenset({*of_table, *(word.removesuffix(OTHER) for word in of_table), *senses, *behind, *_OF_RULES})


class _TextWords(Words):
    """Written word -> canonical words of a text, those that decide nothing as one word.

    Args:
        bare_is_plain: the writer uses Vietnamese marks, so a word without is a word of its own.
    """

    def __missing__(self, written: str) -> str:
        # Not remembered: no two numbers are alike, and what is remembered must be worth its place.
        return _numbers(written) if _NUMBERS.fullmatch(written) else super().__missing__(written)

    def _read(self, written: str) -> str:
        return " ".join(map(_known, super()._read(written).split(" ")))


@cache
def words_of_text(*, has_marks: bool) -> Words:
    """Give the words of texts with Vietnamese marks, or of those without."""
    return _TextWords(bare_is_plain=has_marks)


def _numbers(written: str) -> str:
    """Give the words of an amount, a date, a number with its stop."""
    told = vocabulary()
    numbers = [number if number in told else ANY_NUMBER for number in _NUMBER.findall(written)]
    if not written[-1].isdigit():
        numbers.append(written[-1])
    return " ".join(numbers)


def _known(word: str) -> str:
    if len(word) < len(ANY_WORD) and not word.isdigit():
        return word  # a sign, or the letter of an item in a list
    if word.endswith(SEVERAL) or word in vocabulary():
        return word
    if _DIGIT.search(word):
        return ANY_NUMBER if word.isdigit() else ANY_WITH_DIGIT
    return ANY_WORD


def told_apart(line: str) -> str:
    """Give a line in which words that decide nothing beside their neighbours are one word.

    Args:
        line: canonical words, a space between; full stops are words, too, and may be read over.
    """
    bound, words = bound_words(), line.split(" ")
    alone = [at for at, word in enumerate(words) if word in bound and not _is_beside(words, at, *bound[word])]
    if not alone:
        return line
    told = [*words]
    for at in alone:
        told[at] = ANY_NUMBER if words[at].isdigit() else ANY_WORD
    return " ".join(told)


def _is_beside(words: Sequence[str], at: int, before: frozenset[str], behind: frozenset[str]) -> bool:
    near = at - 1
    while near >= 0 and words[near] == ".":
        near -= 1
    if near >= 0 and words[near] in before:
        return True
    near = at + 1
    while near < len(words) and words[near] == ".":
        near += 1
    return near < len(words) and words[near] in behind


@cache
def bound_words() -> dict[str, Beside]:
    """Give the words that decide nothing but beside others, with those; no others where a word is in no form at all."""
    before: dict[str, set[str]] = {word: set() for word in vocabulary() - _OF_RULES}
    behind: dict[str, set[str]] = {word: set() for word in before}
    for run in (run for form in every_form() for run in _runs(form.items)):
        for at, here in enumerate(run):
            for word in here:
                if len(run) == 1:
                    before.pop(word, None)
                elif at:
                    before.get(word, set()).update(run[at - 1])
                else:
                    behind.setdefault(word, set()).update(run[at + 1])
    return {word: (frozenset(those), frozenset(behind[word])) for word, those in before.items()}


def _runs(items: Sequence[Item]) -> Iterator[list[frozenset[str]]]:
    """Give what a form has in a row without a gap: for each place the words that can stand there."""
    run: list[frozenset[str]] = []
    for item in items:
        words = _words_at(item)
        if words:
            run.append(words)
            continue
        if run:
            yield run
            run = []
        if isinstance(item, Group):
            for branch in item.branches:
                yield from _runs(branch)
    if run:
        yield run


def _words_at(item: Item) -> frozenset[str]:
    """Give the words of an item that is one word, whatever else it could be; none for any other."""
    if isinstance(item, Word):
        return frozenset() if item.text == "*" or "#" in item.text else frozenset({item.text})
    if isinstance(item, Group) and item.kind in ("(", "{") and all(map(_is_word, item.branches)):
        return frozenset().union(*(_words_at(branch[0]) for branch in item.branches))
    return frozenset()


def _is_word(branch: Sequence[Item]) -> bool:
    return len(branch) == 1 and bool(_words_at(branch[0]))
