"""A text read over its full stops and line breaks: what was broken up by them.

1. Only a phrase that a stop parts, or an act and an object of which one stands in less than a
   sentence, count; somebody who writes whole sentences is read sentence by sentence.
2. What cannot count is told from the places alone, before anything is read.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from verifykb.message.line import Found
from verifykb.message.reach import THING, THINGS
from verifykb.message.remembered import Sentence
from verifykb.message.scan import asks
from verifykb.message.sentence import Asked, SentenceReader
from verifykb.message.written import STOPS, Written, as_line
from verifykb.model.contact import Ask

_MAX_ASKS = 1000  # in one text; nobody writes more
_WORDS_AROUND = 12  # of an ask
_MAX_PIECE_WORDS = 5  # between two full stops: less than a sentence
_KINDS = frozenset(ask.value for ask in Ask)


class Joined:
    """The line of a text without its full stops and line breaks.

    Args:
        line: of the text.
    """

    def __init__(self, line: str) -> None:
        self._whole = line
        self.line = without_stops(line)

    @property
    def cuts(self) -> list[int]:
        """The places of this line where full stops were taken out."""
        return [stop.start() - 2 * at for at, stop in enumerate(re.finditer(r" \.", self._whole))]

    @cached_property
    def _words(self) -> list[str]:
        return self._whole.split()

    @cached_property
    def _kept(self) -> list[int]:
        return [at for at, word in enumerate(self._words) if word != "."]

    def _number_at(self, place: int) -> int:
        """Give which word of the whole line a place of this one is in."""
        return self._kept[min(max(self.line.count(" ", 0, place + 1) - 1, 0), len(self._kept) - 1)]

    def place_in_whole(self, place: int) -> int:
        """Give the place in the whole line of a place in this one."""
        return 1 + sum(len(word) + 1 for word in self._words[: self._number_at(place)])

    def stops_between(self, start: int, end: int) -> bool:
        """Whether a full stop was taken out between two places."""
        return "." in self._words[self._number_at(start) : self._number_at(end)]

    def has_short_piece(self, start: int, end: int) -> bool:
        """Whether one of the sentences that two places are in is less than a sentence."""
        first, last = self._number_at(start), self._number_at(end)
        while first > 0 and self._words[first - 1] not in STOPS:
            first -= 1
        while last < len(self._words) - 1 and self._words[last + 1] not in STOPS:
            last += 1
        around = ("." if word in STOPS else "w" for word in self._words[first : last + 1])
        return any(0 < piece.count("w") <= _MAX_PIECE_WORDS for piece in " ".join(around).split("."))


def without_stops(line: str) -> str:
    """Give a line without its full stops, but for the last one."""
    return as_line(line.replace(" .", "")[1:-1])


def asked_over_stops(written: Written, sentences: Sequence[Sentence], *, own_words: bool) -> Iterator[Asked]:
    """Give what is asked over the full stops of a text, by its places in the line.

    Args:
        written: the text.
        sentences: of it.
        own_words: the office reports.
    """
    near = _names_near_pieces(sentences)
    joined = Joined(written.line)
    line = joined.line
    if not near and not asks(own_words=own_words).spans(line, joined.cuts):
        return
    places = asks(own_words=own_words).places(line)
    objects = [Found(category, *place) for category, of_category in places.items() for place in of_category]
    if written.things:
        objects += [Found(thing[0], *thing.span()) for thing in THING.finditer(line)]
    for ask in objects[:_MAX_ASKS]:
        is_split = line[ask.start : ask.end] not in written.line
        if ask.category == "pressure" or (ask.category.startswith("ask:") and not is_split):
            continue
        start, end = _window(line, ask, _WORDS_AROUND)
        if not is_split and not (joined.stops_between(start, end - 1) and joined.has_short_piece(start, end - 1)):
            continue
        here = Found(ask.category, ask.start - start, ask.end - start)
        named = [] if ask.category in THINGS else [here]
        reader = SentenceReader(line[start:end], named, own_words=own_words, joined=True)
        for hit in reader.read_object(here):
            first, last = hit.start + start, hit.end + start - 1
            broken = is_split and hit.kind != Ask.MONEY.value
            broken = broken or joined.has_short_piece(first, last)
            if broken and joined.stops_between(first, last) and hit.kind in _KINDS:
                thing = joined.place_in_whole(hit.thing + start) if hit.thing >= 0 else -1
                yield Asked(hit.kind, joined.place_in_whole(first), joined.place_in_whole(last) + 1, thing)


def _names_near_pieces(sentences: Sequence[Sentence]) -> bool:
    """Whether something may be named in or near what is less than a sentence."""
    for at, piece in enumerate(sentences):
        if 0 < piece.words <= _MAX_PIECE_WORDS:
            for step in (1, -1):
                near, between = at, -piece.words
                while 0 <= near < len(sentences) and between < _WORDS_AROUND:
                    if sentences[near].may_name:
                        return True
                    between += sentences[near].words
                    near += step
    return False


def _window(line: str, ask: Found, words: int) -> tuple[int, int]:
    """Give the places of an ask with so many words on each side, spaces included."""
    start, end = ask.start - 1, ask.end
    for _ in range(words):
        start = max(line.rfind(" ", 0, start), 0) if start > 0 else 0
        following = line.find(" ", end + 1)
        end = following if following >= 0 else end
    return start, end + 1
