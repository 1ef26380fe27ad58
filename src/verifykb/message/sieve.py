"""Which texts any form of the table can be in at all: a look at many at once, without reading them.

1. It looks for every form in the line that the gate reads: without case, marks and signs. What
   stands so near in the text that the reader would find it stands so near there, too.
2. It may only say no where the reader would find nothing. Short forms of several words are written
   out; words in which digits mean something (2tr, zalo1) or signs are letters (p!n) are not for it.
"""

from collections.abc import Iterable, Sequence
from functools import cache

import ahocorasick_rs

from verifykb.message.fold import plain_spellings
from verifykb.message.form import Form
from verifykb.message.grammar import Item, folded
from verifykb.message.scan import Head
from verifykb.message.senses import SHORT_FORMS
from verifykb.message.table import ASKED, compiled
from verifykb.message.words import LEET, OTHER, RUN_TOGETHER
from verifykb.text.marks import strip_marks

# Twice as far as a form reaches: a word may be longer there.
_MAX_CHARACTERS = 500


def _plain(word: str) -> str:
    return strip_marks(word).translate(LEET)


# Short forms of several words, as the gate reads both.
_SEVERAL = {
    _plain(form): " ".join(word.removesuffix(OTHER).lower() for word in words.split(" "))
    for form, words in SHORT_FORMS.items()
    if " " in words
}


class Sieve:
    """Finds the texts that forms can be in.

    Args:
        forms: their items.
    """

    def __init__(self, forms: Iterable[list[Item]]) -> None:
        owners: dict[str, list[Form]] = {run: [] for run in RUN_TOGETHER}
        sure = set(owners)
        for items in forms:
            form = Form(folded(items, _spellings), _MAX_CHARACTERS)
            for head, is_whole in form.heads.items():
                owners.setdefault(head, []).append(form)
                if is_whole:
                    sure.add(head)
        self._short = list(_SEVERAL.items())
        self._automaton = ahocorasick_rs.AhoCorasick([*owners, *(f" {short} " for short, _ in self._short)])
        # Forms whose pattern has to decide; none where the head is all of one.
        self._owners = [[] if head in sure else forms for head, forms in owners.items()]

    def heads(self, line: str) -> list[Head]:
        """Find where forms may begin.

        Args:
            line: of one text, or of many.
        """
        found: list[Head] = self._automaton.find_matches_as_indexes(line, overlapping=True)
        return found

    def finds(self, line: str, heads: Sequence[Head], before: int = 0) -> bool:
        """Whether any form can be in a text.

        Args:
            line: the text as `fold.GATE` writes it, one space around each word.
            heads: those in the text.
            before: characters before it, in the line that the heads were found in.
        """
        owners = self._owners
        short = {number for number, _, _ in heads if number >= len(owners)}
        if short:
            line = self._written_out(line, short)
            heads, before = [head for head in self.heads(line) if head[0] < len(owners)], 0
        for number, _, _ in heads:
            if not owners[number]:
                return True
        return any(form.match(line, start + 1 - before) for number, start, _ in heads for form in owners[number])

    def _written_out(self, line: str, numbers: Iterable[int]) -> str:
        for number in numbers:
            form, words = self._short[number - len(self._owners)]
            while f" {form} " in line:  # two of them share a space
                line = line.replace(f" {form} ", f" {words} ")
        return line


@cache
def sieve(*, own_words: bool) -> Sieve:
    """Give the sieve for everything that can be asked for."""
    return Sieve(form.items for _, note, form in compiled(ASKED) if own_words or not note)


@cache
def _spellings(token: str) -> frozenset[str]:
    """Give how a canonical word can be written in one word."""
    short = {_plain(form) for form, words in SHORT_FORMS.items() if words == token}
    return plain_spellings(token) | short
