"""Sentences that were met before: a log repeats them.

1. What a sentence asks by itself depends on its line alone; what stands around it is added
   by `reading`, which changes nothing here.
2. The memory is bounded: what an attacker makes up must not fill it.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from verifykb.message.line import Found
from verifykb.message.reach import names_thing
from verifykb.message.scan import Place, asks
from verifykb.message.sentence import SentenceReader
from verifykb.message.written import pieces, stops

_MAX_SENTENCES = 1 << 11
_START = attrgetter("start")
# No ask is spread wider than the overlap; no person writes sentences of the maximum.
_MAX_CHARACTERS, _OVERLAP_CHARACTERS = 700, 200
# A sentence that says so little at its end may open a list; its words decide.
_LAST_WORDS = (
    "; ",
    ", . ",
    ", 1 . ",
    "khong . ",
    "DUNG . ",
    "cam . ",
    "duoc . ",
    "not . ",
    "never . ",
    "sau . ",
    "day . ",
    "gom . ",
)


class Sentence(NamedTuple):
    """A sentence of a text.

    Args:
        reader: tells what is asked in it.
        named: what can be asked for in it, by place; pressure, too.
        categories: of what is named, as they were found.
        presses: it puts pressure on the reader.
        opens: it may open a list.
        speaks: it has to be read whatever stands around it.
        has_twins: two things are named by the same words; what was found before decides which comes first.
        words: how many it has.
        may_name: something may be named in it, or begins to be.
    """

    reader: SentenceReader
    named: Sequence[Found]
    categories: Sequence[str]
    presses: bool
    opens: bool
    speaks: bool
    has_twins: bool
    words: int
    may_name: bool


_MET: dict[bool, dict[str, Sentence]] = {False: {}, True: {}}


def sentences_in(line: str, *, own_words: bool) -> Iterator[tuple[int, Sentence]]:
    """Give the sentences of a text, each with where it starts.

    Args:
        line: of the text.
        own_words: the office reports.
    """
    seen: dict[str, None] = {}
    for start, end in stops(line):
        if end - start > _MAX_CHARACTERS:
            sentences = _in_pieces(line[start:end], seen, own_words=own_words)
            yield from ((start + at, sentence) for at, sentence in sentences)
            continue
        sentence = _sentence(line[start:end], own_words=own_words)
        if sentence.has_twins and seen:
            sentence = _behind(seen, sentence.reader.line, own_words=own_words)
        yield start, sentence
        if sentence.categories:
            seen |= dict.fromkeys(sentence.categories)


def _sentence(line: str, *, own_words: bool) -> Sentence:
    """Give a sentence, from memory where it was met before."""
    met = _MET[own_words]
    known = met.get(line)
    if known is None:
        if len(met) >= _MAX_SENTENCES:
            met.clear()
        known = met[line] = _behind({}, line, own_words=own_words)
    return known


def _behind(seen: Mapping[str, None], line: str, *, own_words: bool) -> Sentence:
    """Give a sentence as it is read behind others, in which something was named."""
    scanner = asks(own_words=own_words)
    heads = scanner.heads(line)
    places = scanner.places(line, heads) if heads else {}
    return sentence_with(line, _by_place(places, seen), list(places), may_name=bool(heads), own_words=own_words)


def _in_pieces(line: str, seen: dict[str, None], *, own_words: bool) -> Iterator[tuple[int, Sentence]]:
    """Give an endless sentence in pieces; what two of them share is named in the first."""
    places = asks(own_words=own_words).places(line)
    named = _by_place(places, seen)
    seen |= dict.fromkeys(places)
    for start, end, last in pieces(line, _MAX_CHARACTERS, _OVERLAP_CHARACTERS):
        count = bisect_left([ask.start for ask in named], last)
        here, named = named[:count], named[count:]
        own = [Found(ask.category, ask.start - start, ask.end - start) for ask in here if ask.start >= start]
        yield start, sentence_with(line[start:end], own, [ask.category for ask in own], own_words=own_words)


def sentence_with(
    line: str, named: Sequence[Found], categories: Sequence[str], *, own_words: bool, may_name: bool = True
) -> Sentence:
    """Give a sentence in which something is named.

    Args:
        line: its words.
        named: what, by place.
        categories: of it, as they were found.
        own_words: the office reports.
        may_name: see `Sentence`.
    """
    presses = "pressure" in categories
    asked = [ask for ask in named if ask.category != "pressure"] if presses else named
    opens = line.endswith(_LAST_WORDS)
    has_thing = names_thing(line)
    return Sentence(
        SentenceReader(line, asked, own_words=own_words),
        named,
        categories,
        presses,
        opens,
        opens or has_thing or bool(named),
        len(categories) > 1 and len({ask[1:] for ask in named}) < len(set(named)),
        line.count(" ") - 2,  # one before, one behind, and one before its stop
        may_name or has_thing,
    )


def _by_place(places: Mapping[str, Sequence[Place]], seen: Mapping[str, None]) -> list[Found]:
    """Give what is named by its place; of twins the one whose category was found last comes first."""
    categories = [*(category for category in seen if category in places), *(c for c in places if c not in seen)]
    named = [Found(category, start, end) for category in categories for start, end in places[category]]
    if len(named) > 1:
        named.sort(key=_START, reverse=True)
        named.reverse()
    return named


def forget() -> None:
    """Forget every sentence, as in a new process."""
    for met in _MET.values():
        met.clear()
