"""A whole text: its sentences one by one, and what only shows between them.

1. What an ask is, and which are meant, is decided by `sentence`.
2. A secret named in one sentence is carried into the next ("… đọc cho em"); a warning that
   opens a list ("không được:") denies its items.
3. A text that was broken up or disguised is read in its other readings, too: line breaks and
   full stops as spaces, invisible characters as spaces. They may only accuse.
4. What cannot be read for sure is said (``obscured``), so that silence is no consent.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from verifykb.directory.types import Directory
from verifykb.message.fold import UNKNOWN
from verifykb.message.line import Found
from verifykb.message.normalise import MAX_CHARACTERS, Plain, readings
from verifykb.message.scan import asks
from verifykb.message.sentence import OTHER_CONTACT, THING, THINGS, Asked, SentenceReader
from verifykb.message.written import Joined, Written, sentences
from verifykb.model.contact import Ask
from verifykb.names.lookalike import Resemblance
from verifykb.text.secrets import masked

_MAX_QUOTE_CHARACTERS = 120
# No ask is spread wider than the overlap; no person writes sentences of the maximum.
_MAX_SENTENCE_CHARACTERS, _OVERLAP_CHARACTERS = 700, 200
_MAX_ASKS = 1000  # in one text; nobody writes more, and what is behind them is said not to be read
_JOINED_WORDS_AROUND = 12  # of an ask, where it is read over full stops
_MAX_UNKNOWN_LETTERS = 2  # letters that fold to no Latin one
ASKS = frozenset(ask.value for ask in Ask) | {OTHER_CONTACT}
_QUOTATION_MARKS = (("“", "”"), ('"', '"'), ("‘", "’"), ("'", "'"), ("«", "»"))
# A quotation is of words around the ask, too; "mật khẩu" in marks is none.
_QUOTATION_CHARACTERS, _QUOTATION_WORDS = 150, 3
# A sentence that says so little at its end may open a list; its words decide.
_MAX_PIECE_WORDS = 5  # between two full stops: less than a sentence
_MIN_CUT_CHARACTERS = 160  # shorter texts are read whole
_MAX_ITEM_WORDS = 14  # of a line that names what is to be filled in
_LAST_WORDS = (
    "; ",
    ", . ",
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
_RUN_TOGETHER = re.compile(r"(?<!\S)(?:[a-z][^\S\n]){6,}|(?<![a-z0-9/.@_\-=&?#%])[a-z]{16,}(?![a-z0-9/.@_\-=&?#%])")


class Hit(NamedTuple):
    """Something a text asks, offers or warns of.

    Args:
        kind: an `Ask`, or ``other-contact``, ``pressure``, ``warning``, ``official-link``,
            ``obscured``.
        quote: the words of the original.
        start, end: where the quoted words stand in the original, in characters.
        resemblance: for a link, what its host imitates.
    """

    kind: str
    quote: str
    start: int
    end: int
    resemblance: Resemblance | None = None


def read_message(text: str, directory: Directory, *, own_words: bool = False) -> list[Hit]:
    """Find what a text asks, offers and warns of, each kind once.

    Args:
        text: NFC; the contact's words, or the office's own.
        directory: the official contacts.
        own_words: the office reports; a refusal tells of an ask.
    """
    hits: dict[str, Hit] = {}
    for plain in readings(text):
        begins = plain.codes.names_something(own_words=own_words)
        if begins or plain.codes.has_things:
            part = _telling_part(plain, begins, own_words=own_words)
            found = list(_Reader(Written(part, directory), own_words=own_words).hits()) if part else []
            if not any(hit.kind in ASKS for hit in found):
                found = list(_Reader(Written(plain, directory), own_words=own_words).hits())
            for hit in found:
                known = hits.get(hit.kind)
                if known is None or (hit.resemblance and not known.resemblance):
                    hits[hit.kind] = hit
        _add_obscured(plain, hits)
    return list(hits.values())


def _telling_part(plain: Plain, begins: int, *, own_words: bool) -> Plain | None:
    """Give the sentences in which phrases begin, where what they ask can be told from them alone.

    A list, a link or a phrase that is broken up needs the whole text.
    """
    text = plain.text
    if len(text) < _MIN_CUT_CHARACTERS or plain.codes.has_things or any(sign in text for sign in "\n;"):
        return None
    seen, first, last = plain.codes.names_within(own_words=own_words)
    if seen != begins:
        return None
    start = max(text.rfind(stop, 0, first) + 2 for stop in (". ", "! ", "? "))
    start = start if start > 1 else 0
    end = min((at for stop in (". ", "! ", "? ") if (at := text.find(stop, last - 2)) >= 0), default=len(text)) + 1
    return Plain(text[start:end], plain.codes.part(start, end), plain.origin[start:end], plain.source)


def _add_obscured(plain: Plain, hits: dict[str, Hit]) -> None:
    """Say which words cannot be read for sure, if any."""
    place = None
    if len(plain.source) > MAX_CHARACTERS and plain.source[plain.origin[-1] + 1 :].strip():
        place = (len(plain.text) - 1, len(plain.text))
    elif plain.text.count(UNKNOWN) > _MAX_UNKNOWN_LETTERS:
        at = plain.text.index(UNKNOWN)
        place = (at, at + 1)
    elif plain.codes.is_run_together:
        run = _RUN_TOGETHER.search(plain.codes.folded)
        place = run.span() if run else None
    if place:
        hits["obscured"] = _quoted("obscured", plain, *place)


def _quoted(kind: str, plain: Plain, start: int, end: int, resemblance: Resemblance | None = None) -> Hit:
    first, last = plain.place(start, end)
    # Covered as a whole: the word before a secret may stand outside of what is quoted.
    source = masked(plain.source) if plain.codes.may_hold_secret else plain.source
    quote = source[first:last]
    if len(quote) > _MAX_QUOTE_CHARACTERS:
        quote = quote[:_MAX_QUOTE_CHARACTERS] + "…"
    return Hit(kind, quote, first, last, resemblance)


class _Reader:
    """Reads one reading of a text, sentence by sentence."""

    def __init__(self, written: Written, *, own_words: bool) -> None:
        self._written = written
        self._own_words = own_words
        self._found: set[str] = set()
        self._has_quotation = any(closing in written.plain.source for _, closing in _QUOTATION_MARKS)

    def hits(self) -> Iterator[Hit]:
        """Give what the text asks, offers and warns of; of each kind the first, of links all that differ."""
        line = self._written.line
        asked = sorted(self._asked(line), key=lambda ask: ask.start, reverse=True)
        if len(asked) > _MAX_ASKS:
            asked = asked[-_MAX_ASKS:]
            yield self._hit(Asked("obscured", asked[0].start, asked[0].end))
        context = _Context()
        for start, end, last in sentences(line, _MAX_SENTENCE_CHARACTERS, _OVERLAP_CHARACTERS):
            named: list[Found] = []
            while asked and asked[-1].start < last:
                ask = asked.pop()
                if ask.start >= start:
                    named.append(Found(ask.category, ask.start - start, ask.end - start))
            sentence = line[start:end]
            if named or context.concerns(sentence) or (self._written.things and THING.search(sentence)):
                yield from self._read(sentence, named, start, context)
        if not self._found & ASKS and " . " in line[:-2]:
            yield from self._joined_hits()

    def _read(self, sentence: str, named: list[Found], start: int, context: "_Context") -> Iterator[Hit]:
        """Read a sentence in the light of those before it."""
        if any(ask.category == "pressure" for ask in named):
            yield from self._new([Asked("pressure", 1, len(sentence) - 1)], start)
            named = [ask for ask in named if ask.category != "pressure"]
        reader = SentenceReader(sentence, named, own_words=self._own_words)
        reader.denied = context.denied = context.denied and reader.is_list_item
        asked = reader.read(context.before)
        if self._has_quotation:
            asked = [ask for ask in asked if not (reader.is_told_off(ask.end) and self._is_quotation(ask, start))]
        yield from self._new(asked, start)
        for place, item in context.listed_with(reader, start):
            yield from self._new(item.listed(), place)
        carries = not self._found & ASKS and (reader.names_secret or reader.names_link or reader.names_contact)
        context.before = reader if carries else None
        if sentence.endswith(_LAST_WORDS):
            context.denied = context.denied or reader.opens_denied_list
            context.wanted = context.wanted or reader.opens_asked_list

    def _is_quotation(self, asked: Asked, offset: int) -> bool:
        """Whether an ask stands inside quotation marks, with what is said around it."""
        if self._own_words or asked.kind not in ASKS:
            return False
        hit = self._hit(Asked(asked.kind, asked.start + offset, asked.end + offset))
        source = self._written.plain.source
        before = source[max(0, hit.end - _QUOTATION_CHARACTERS) : hit.end]  # what is shown may begin before the marks
        behind = source[hit.end : hit.end + _QUOTATION_CHARACTERS]
        for opening, closing in _QUOTATION_MARKS:
            inside, _, last = before.rpartition(opening)
            opened = last if inside or before.startswith(opening) else None
            if opened is None or closing in opened or closing not in behind:
                continue
            rest = behind.partition(closing)[0]
            if len((opened + " " + rest).split()) >= _QUOTATION_WORDS:
                return True
        return False

    def _asked(self, line: str) -> list[Found]:
        """Give everything in a line that can be asked for."""
        places = asks(own_words=self._own_words).places(line)
        return [Found(category, *place) for category, of_category in places.items() for place in of_category]

    def _new(self, asked: list[Asked], offset: int) -> Iterator[Hit]:
        """Give the hits of a sentence, where they say more than is known."""
        for ask in asked:
            if ask.kind not in self._found or (ask.kind == Ask.LINK.value and ask.thing >= 0):
                self._found.add(ask.kind)
                thing = ask.thing + offset if ask.thing >= 0 else -1
                yield self._hit(Asked(ask.kind, ask.start + offset, ask.end + offset, thing))

    def _joined_hits(self) -> Iterator[Hit]:
        """Read over full stops and line breaks what was broken up by them."""
        joined = Joined(self._written.line)
        line = joined.line
        objects = self._asked(line)
        if self._written.things:
            objects += [Found(thing[0], *thing.span()) for thing in THING.finditer(line)]
        for ask in objects[:_MAX_ASKS]:
            is_split = line[ask.start : ask.end] not in self._written.line
            if ask.category == "pressure" or (ask.category.startswith("ask:") and not is_split):
                continue
            start, end = _window(line, ask, _JOINED_WORDS_AROUND)
            here = Found(ask.category, ask.start - start, ask.end - start)
            named = [] if ask.category in THINGS else [here]
            reader = SentenceReader(line[start:end], named, own_words=self._own_words, joined=True)
            for hit in reader.read_object(here):
                first, last = hit.start + start, hit.end + start - 1
                broken = is_split and hit.kind != Ask.MONEY.value
                broken = broken or joined.has_short_piece(first, last, _MAX_PIECE_WORDS)
                if broken and joined.stops_between(first, last) and hit.kind in ASKS - {OTHER_CONTACT}:
                    places = (joined.place_in_whole(first), joined.place_in_whole(last) + 1)
                    thing = joined.place_in_whole(hit.thing + start) if hit.thing >= 0 else -1
                    yield from self._new([Asked(hit.kind, *places, thing)], 0)

    def _hit(self, asked: Asked) -> Hit:
        """Give an ask, by its places in the line, with the words of the original."""
        written = self._written
        start, end = written.place_of(written.word_at(asked.start), written.word_at(asked.end - 1))
        thing = written.things.get(written.word_at(asked.thing)) if asked.thing >= 0 else None
        return _quoted(asked.kind, written.plain, start, end, thing.resemblance if thing else None)


class _Context:
    """What the sentences so far mean for the next one."""

    def __init__(self) -> None:
        self.denied = False  # a warning ("không được:") opened a list
        self.wanted = False  # a demand ("điền các mục sau:") opened a list
        self.before: SentenceReader | None = None  # named something that may be asked for next
        self._short: list[tuple[int, SentenceReader]] = []  # lines that only name something

    def concerns(self, sentence: str) -> bool:
        """Whether a sentence in which nothing is named has to be read all the same."""
        if self.denied or self.wanted or self.before or sentence.endswith(_LAST_WORDS):
            return True
        return self._may_close(sentence)

    def _may_close(self, sentence: str) -> bool:
        return bool(self._short) and (" tren " in sentence or " DIEN " in sentence)

    def listed_with(self, reader: SentenceReader, start: int) -> list[tuple[int, SentenceReader]]:
        """Give the lines that name what a list asks for, with their places."""
        is_short = reader.line.count(" ") <= _MAX_ITEM_WORDS
        self.wanted = self.wanted and is_short
        if self._may_close(reader.line) and reader.closes_asked_list:
            return self._short
        if self.wanted:
            return [(start, reader)]
        if is_short and reader.names_something:
            self._short.append((start, reader))
        return []


def _window(line: str, ask: Found, words: int) -> tuple[int, int]:
    """Give the places of an ask with so many words on each side, spaces included."""
    start, end = ask.start - 1, ask.end
    for _ in range(words):
        start = max(line.rfind(" ", 0, start), 0) if start > 0 else 0
        following = line.find(" ", end + 1)
        end = following if following >= 0 else end
    return start, end + 1
