"""A text as a line of canonical words, and the way back from its words to what was written.

A line is its words with one space around each; stops and pauses are words. Matching is done on
lines; what is shown is the original, by the places that are kept here.
"""

from collections.abc import Iterator

from verifykb.directory.types import Directory
from verifykb.message.links import Thing, find_things
from verifykb.message.normalise import Plain
from verifykb.message.words import BARE_TEXT, MARKED_TEXT, SEVERAL, settle

# Parts what the writer parted, inside a line where every word is parted by a space.
_PARTING = "\x1f"
_EDGES = " \t\n.,;:!?…()[]{}<>\"'“”‘’*-–—•/"  # of what is quoted, not part of it
STOPS = frozenset(".?;")


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
        known = MARKED_TEXT if plain.codes.has_marks else BARE_TEXT
        words = [known[written] for written in self._written]
        for at, thing in self.things.items():
            words[at] = thing.word
        if "" in words:
            words = self._without_signs(words)
        self._parted = _PARTING.join(words)
        if SEVERAL in self._parted:
            settle(words)
            self._parted = _PARTING.join(words)
        self.line = as_line(self._parted.replace(_PARTING, " "))

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
            written.append(text[thing.start : thing.end])
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
        return self._parted.count(_PARTING, 0, max(place - 1, 0))  # the line begins with a space

    def place_of(self, first: int, last: int) -> tuple[int, int]:
        """Give where the written words from one to another stand in the plain text."""
        text, words = self.plain.text, self._written
        if not self.things and " ".join(words) == text:
            start = len(" ".join(words[:first])) + (first > 0)
            behind = start + len(" ".join(words[first : last + 1]))
        else:
            start = behind = 0
            for at in range(last + 1):
                thing = self.things.get(at)
                place = thing.start if thing else text.index(words[at], behind)
                start = place if at <= first else start
                behind = thing.end if thing else place + len(words[at])
        while start < behind and text[start] in _EDGES and first not in self.things:
            start += 1
        while start < behind and text[behind - 1] in _EDGES and last not in self.things:
            behind -= 1
        return start, max(behind, start + 1)


class Joined:
    """The line of a text without its full stops and line breaks.

    Args:
        line: of the text.
    """

    def __init__(self, line: str) -> None:
        self._words = line.split()
        self._kept = [at for at, word in enumerate(self._words) if word != "."]
        self.line = as_line(" ".join(self._words[at] for at in self._kept))

    def number_at(self, place: int) -> int:
        """Give which word of the whole line a place of this one is in."""
        return self._kept[min(max(self.line.count(" ", 0, place + 1) - 1, 0), len(self._kept) - 1)]

    def place_in_whole(self, place: int) -> int:
        """Give the place in the whole line of a place in this one."""
        return 1 + sum(len(word) + 1 for word in self._words[: self.number_at(place)])

    def stops_between(self, start: int, end: int) -> bool:
        """Whether a full stop was taken out between two places."""
        return "." in self._words[self.number_at(start) : self.number_at(end)]

    def has_short_piece(self, start: int, end: int, most_words: int) -> bool:
        """Whether one of the sentences that two places are in is less than a sentence."""
        first, last = self.number_at(start), self.number_at(end)
        while first > 0 and self._words[first - 1] not in STOPS:
            first -= 1
        while last < len(self._words) - 1 and self._words[last + 1] not in STOPS:
            last += 1
        around = ("." if word in STOPS else "w" for word in self._words[first : last + 1])
        return any(0 < piece.count("w") <= most_words for piece in " ".join(around).split("."))


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


def sentences(line: str, most: int, overlap: int) -> Iterator[tuple[int, int, int]]:
    """Give the sentences of a line: start and end, and before which place its own asks start.

    Args:
        line: of the text.
        most: characters; longer sentences come in pieces, so that reading stays linear.
        overlap: characters that such pieces share.
    """
    start = at = 0
    while (end := _next_stop(line, at)) > 0:
        while end - start > most:
            behind = line.rfind(" ", start + overlap, start + most) + 1 or start + most
            yield start, behind, behind - overlap // 2
            following = behind - overlap
            start = max(line.rfind(" ", start, following), start + 1, following - overlap // 2)
        yield start, end, end
        start = at = end - 1


def _next_stop(line: str, at: int) -> int:
    """Give the place behind the next stop and its space; 0 where there is none."""
    found = [place for stop in (" . ", " ? ", " ; ") if (place := line.find(stop, at)) >= 0]
    return min(found) + 3 if found else 0
