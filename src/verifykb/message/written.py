"""A text as a line of canonical words, and the way back from its words to what was written.

A line is its words with one space around each; stops and pauses are words. Matching is done on
lines; what is shown is the original, by the places that are kept here.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from verifykb.directory.types import Directory
from verifykb.message.links import Thing, find_things
from verifykb.message.normalise import Plain
from verifykb.message.vocabulary import told_apart, words_of_text
from verifykb.message.words import SEVERAL, settle

_EDGES = " \t\n.,;:!?…()[]{}<>\"'“”‘’*-–—•/"  # of what is quoted, not part of it
STOPS = frozenset(".?;")
_STOP = re.compile("[.?;] ")


class Written:
    """One reading of a text.

    Args:
        plain: the text.
        directory: the official contacts.
    """

    def __init__(self, plain: Plain, directory: Directory) -> None:
        self.plain = plain
        self.things: dict[int, Thing] = {}
        self._written = self._cut(find_things(plain, directory))
        known = words_of_text(has_marks=plain.codes.has_marks)
        words = list(map(known.__getitem__, self._written))
        for at, thing in self.things.items():
            words[at] = thing.word
        if not all(words):
            words = self._without_signs(words)
        line = " ".join(words)
        if SEVERAL in line:
            settle(words)
            line = " ".join(words)
        self._words = words
        self._behind: list[int] = []  # for each written word how many words of the line stand before the next one
        self.line = as_line(told_apart(line))

    def _cut(self, things: list[Thing]) -> list[str]:
        """Cut the text at its spaces; a thing is one word, and a line break that ends a sentence."""
        text = self.plain.text
        if not things:
            return _pieces(text)
        written: list[str] = []
        at = 0
        for thing in things:
            written += _pieces(text[at : thing.start])
            self.things[len(written)] = thing
            written.append("")  # it is no word: its own stands for it
            at = thing.end
        return written + _pieces(text[at:])

    def _without_signs(self, words: list[str]) -> list[str]:
        """Leave out what is no word: bullets, dashes."""
        kept = [at for at, word in enumerate(words) if word]
        self._written = [self._written[at] for at in kept]
        self.things = {new: self.things[at] for new, at in enumerate(kept) if at in self.things}
        return [words[at] for at in kept]

    def word_at(self, place: int) -> int:
        """Give which written word a place of the line is in."""
        number = self.line.count(" ", 0, place) - 1  # the line begins with a space
        if not self._behind:
            self._behind = list(accumulate([word.count(" ") + 1 for word in self._words]))
        return min(bisect_right(self._behind, number), len(self._words) - 1)

    def place_of(self, first: int, last: int) -> tuple[int, int]:
        """Give where the written words from one to another stand in the plain text."""
        text = self.plain.text
        start, behind = self._span_of(first)[0], self._span_of(last)[1]
        while start < behind and text[start] in _EDGES and first not in self.things:
            start += 1
        while start < behind and text[behind - 1] in _EDGES and last not in self.things:
            behind -= 1
        return start, max(behind, start + 1)

    def _span_of(self, number: int) -> tuple[int, int]:
        """Give where a written word stands in the plain text."""
        thing = self.things.get(number)
        if thing:
            return thing.start, thing.end
        before = max([at for at in self.things if at < number], default=-1)
        words = self._written[before + 1 : number + 1]
        text = self.plain.text
        start = text.index(words[0], self.things[before].end if before >= 0 else 0)
        joined = " ".join(words)
        if text.startswith(joined, start):
            behind = start + len(joined)
        else:
            behind = start
            for word in words:
                behind = text.index(word, behind) + len(word)
        return behind - len(words[-1]), behind


def as_line(words: str) -> str:
    """Give words with one space around each and a stop at the end."""
    return f" {words} " if words.endswith((".", "?", ";")) else f" {words} . "


def _pieces(text: str) -> list[str]:
    """Cut a text at its spaces; a line break is a word where the next line does not go on."""
    if "\n" not in text:
        return text.split()
    pieces: list[str] = []
    for line in text.split("\n"):
        words = line.split()
        if pieces and not (words and words[0][0].islower()):
            pieces.append("\n")
        pieces += words
    return pieces


def stops(line: str) -> Iterator[tuple[int, int]]:
    """Give the start and end of each sentence of a line; two share the space between them."""
    start = 0
    if "?" in line or ";" in line:
        for stop in _STOP.finditer(line):
            yield start, stop.end()
            start = stop.end() - 1
        return
    while (at := line.find(" . ", start)) >= 0:
        yield start, at + 3
        start = at + 2


def pieces(line: str, most: int, overlap: int) -> Iterator[tuple[int, int, int]]:
    """Cut an endless sentence, so that reading stays linear: start, end, and before which place its own asks start.

    Args:
        line: of the sentence.
        most: characters of a piece.
        overlap: characters that two pieces share.
    """
    start, end = 0, len(line)
    while end - start > most:
        behind = line.rfind(" ", start + overlap, start + most) + 1 or start + most
        yield start, behind, behind - overlap // 2
        following = behind - overlap
        start = max(line.rfind(" ", start, following), start + 1, following - overlap // 2)
    yield start, end, end
