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
from verifykb.message.links import Thing, find_things
from verifykb.message.normalise import MAX_CHARACTERS, Plain, readings
from verifykb.message.scan import asks
from verifykb.message.sentence import OTHER_CONTACT, THING, THINGS, Asked, Found, SentenceReader
from verifykb.message.words import BARE_TEXT, MARKED_TEXT, SEVERAL, settle
from verifykb.model.contact import Ask
from verifykb.names.lookalike import Resemblance
from verifykb.text.secrets import masked

_MAX_QUOTE_CHARACTERS = 120
_QUOTED_WORDS_BEFORE = 4  # shown before a thing that is an ask by itself
# No ask is spread wider than the overlap; no person writes sentences of the maximum.
_MAX_SENTENCE_CHARACTERS, _OVERLAP_CHARACTERS = 700, 200
_MAX_ASKS = 1000  # in one text; nobody writes more, and what is behind them is said not to be read
_JOINED_WORDS_AROUND = 12  # of an ask, where it is read over full stops
_MAX_UNKNOWN_LETTERS = 2  # letters that fold to no Latin one
_SPACE = "\x1f"
_STOPS = frozenset(".?;")
_EDGES = " \t\n.,;:!?…()[]{}<>\"'“”‘’*-–—•/"  # of what is quoted, not part of it
ASKS = frozenset(ask.value for ask in Ask) | {OTHER_CONTACT}
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
_STOP = re.compile(r" [.?;](?= )")
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
            found = list(_Text(part, directory, own_words=own_words).hits()) if part else []
            if not any(hit.kind in ASKS for hit in found):
                found = list(_Text(plain, directory, own_words=own_words).hits())
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
    source = masked(plain.source) if plain.codes.may_hold_secret else plain.source
    quote = source[first:last]
    if len(quote) > _MAX_QUOTE_CHARACTERS:
        quote = quote[:_MAX_QUOTE_CHARACTERS].rpartition(" ")[0] + "…" if " " in quote[:_MAX_QUOTE_CHARACTERS] else "…"
    return Hit(kind, quote, first, last, resemblance)


class _Text:
    """One reading of a text."""

    def __init__(self, plain: Plain, directory: Directory, *, own_words: bool) -> None:
        self._plain = plain
        self._own_words = own_words
        self._found: set[str] = set()
        self._things: dict[int, Thing] = {}
        self._written = self._cut(find_things(plain, directory))
        known = MARKED_TEXT if plain.codes.has_marks else BARE_TEXT
        words = [known[written] for written in self._written]
        for at, thing in self._things.items():
            words[at] = thing.token
        if "" in words:
            words = self._without_signs(words)
        # The words of the line, with another sign where the writer put a space.
        self._marked = _SPACE.join(words)
        if SEVERAL in self._marked:
            settle(words)
            self._marked = _SPACE.join(words)
        self.line = _line(self._marked.replace(_SPACE, " "))

    def _without_signs(self, words: list[str]) -> list[str]:
        """Leave out what is no word: bullets, dashes."""
        kept = [at for at, word in enumerate(words) if word]
        self._written = [self._written[at] for at in kept]
        self._things = {new: self._things[at] for new, at in enumerate(kept) if at in self._things}
        return [words[at] for at in kept]

    def _cut(self, things: list[Thing]) -> list[str]:
        """Cut the text at its spaces; a thing is one word, and a line break that ends a sentence."""
        text = self._plain.text
        if not things:
            return _pieces_between(text)
        written: list[str] = []
        at = 0
        for thing in things:
            written += _pieces_between(text[at : thing.start])
            self._things[len(written)] = thing
            written.append(text[thing.start : thing.end])
            at = thing.end
        return written + _pieces_between(text[at:])

    def hits(self) -> Iterator[Hit]:
        """Give what the text asks, offers and warns of; of each kind the first, of links all that differ."""
        asked = sorted(self._asked(self.line), key=lambda ask: ask.start, reverse=True)
        if len(asked) > _MAX_ASKS:
            asked = asked[-_MAX_ASKS:]
            yield self._hit(Asked("obscured", asked[0].start, asked[0].end), 0)
        before: SentenceReader | None = None
        listed: list[tuple[int, SentenceReader]] = []  # short lines that name something
        denied = wanted = False
        for start, end, last in _sentences(self.line):
            named: list[Found] = []
            while asked and asked[-1].start < last:
                ask = asked.pop()
                if ask.start >= start:
                    named.append(Found(ask.category, ask.start - start, ask.end - start))
            line = self.line[start:end]
            may_open = line.endswith(_LAST_WORDS)
            closes = bool(listed) and (" tren " in line or " DIEN " in line)
            has_thing = bool(self._things) and THING.search(line) is not None
            if not (named or denied or wanted or closes or may_open or has_thing or before):
                continue
            if any(ask.category == "pressure" for ask in named):
                yield from self._new([Asked("pressure", 1, len(line) - 1)], start)
                named = [ask for ask in named if ask.category != "pressure"]
            reader = SentenceReader(line, named, own_words=self._own_words)
            reader.denied = denied = denied and reader.is_list_item
            yield from self._new(reader.read(before), start)
            is_short = line.count(" ") <= _MAX_ITEM_WORDS
            wanted = wanted and is_short
            if wanted:
                yield from self._new(reader.listed(), start)
            elif is_short and named:
                listed.append((start, reader))
            if closes and reader.closes_asked_list:
                for place, item in listed:
                    yield from self._new(item.listed(), place)
            carries = not self._found & ASKS and (reader.names_secret or reader.names_link or reader.names_contact)
            before = reader if carries else None
            denied = denied or (may_open and reader.opens_denied_list)
            wanted = wanted or (may_open and reader.opens_asked_list)
        if not self._found & ASKS and " . " in self.line[:-2]:
            yield from self._joined_hits()

    def _asked(self, line: str) -> list[Found]:
        """Give everything in a line that can be asked for."""
        places = asks(own_words=self._own_words).places(line)
        return [Found(category, *place) for category, of_category in places.items() for place in of_category]

    def _new(self, asked: list[Asked], offset: int, line: str = "", kept: list[int] | None = None) -> Iterator[Hit]:
        """Give the hits of a piece of a line, where they say more than is known."""
        for ask in asked:
            if ask.kind not in self._found or (ask.kind == Ask.LINK.value and ask.thing >= 0):
                self._found.add(ask.kind)
                yield self._hit(ask, offset, line, kept)

    def _joined_hits(self) -> Iterator[Hit]:
        """Read over full stops and line breaks what stands around them."""
        words = self.line.split()
        kept = [at for at, word in enumerate(words) if word != "."]
        line = _line(" ".join(words[at] for at in kept))
        objects = self._asked(line)
        if self._things:
            objects += [Found(thing[0], *thing.span()) for thing in THING.finditer(line)]
        for ask in objects[:_MAX_ASKS]:
            is_whole = ask.category.startswith("ask:") and line[ask.start : ask.end] in self.line
            if ask.category == "pressure" or is_whole:
                continue
            start, end = _window(line, ask, _JOINED_WORDS_AROUND)
            here = Found(ask.category, ask.start - start, ask.end - start)
            named = [] if ask.category in THINGS else [here]
            reader = SentenceReader(line[start:end], named, own_words=self._own_words, joined=True)
            for hit in reader.read_object(here):
                first, last = (line.count(" ", 0, start + at) - 1 for at in (hit.start, hit.end))
                last = min(last, len(kept) - 1)
                over_a_stop = kept[last] - kept[first] > last - first
                is_split = line[ask.start : ask.end] not in self.line and hit.kind != Ask.MONEY.value
                broken = is_split or _has_short_piece(words, kept[first], kept[last])
                if over_a_stop and broken and hit.kind in ASKS and hit.kind != OTHER_CONTACT:
                    yield from self._new([hit], start, line, kept)

    def _hit(self, asked: Asked, offset: int, line: str = "", kept: list[int] | None = None) -> Hit:
        """Give an ask with the words of the original.

        Args:
            asked: by its places in a piece of a line.
            offset: of the piece in the line.
            line: where it is not the line of the text but a joined one.
            kept: which words of the line of the text are in it.
        """

        def written(place: int) -> int:
            """Give which written word holds a place."""
            at = offset + place
            if kept:
                number = min(line.count(" ", 0, at + 1) - 1, len(kept) - 1)
                at = 1 + sum(len(word) + 1 for word in self.line.split()[: kept[number]])
            return self._marked.count(_SPACE, 0, at - 1)  # the line begins with a space

        start, end = self._place_of(written(asked.start), written(asked.end - 1))
        resemblance = None
        if asked.thing >= 0:
            thing = self._things.get(written(asked.thing))
            resemblance = thing.resemblance if thing else None
        return _quoted(asked.kind, self._plain, start, end, resemblance)

    def _place_of(self, first: int, last: int) -> tuple[int, int]:
        """Give where the written words from one to another stand in the plain text."""
        text, words = self._plain.text, self._written
        if not self._things and " ".join(words) == text:
            start = len(" ".join(words[:first])) + (first > 0)
            behind = start + len(" ".join(words[first : last + 1]))
        else:
            start = behind = 0
            for at in range(last + 1):
                thing = self._things.get(at)
                place = thing.start if thing else text.index(words[at], behind)
                start = place if at <= first else start
                behind = thing.end if thing else place + len(words[at])
        while start < behind and text[start] in _EDGES and first not in self._things:
            start += 1
        while start < behind and text[behind - 1] in _EDGES and last not in self._things:
            behind -= 1
        return start, max(behind, start + 1)


def _has_short_piece(words: list[str], first: int, last: int) -> bool:
    """Whether a full stop between two words ends or opens less than a sentence."""
    while first > 0 and words[first - 1] not in _STOPS:
        first -= 1
    while last < len(words) - 1 and words[last + 1] not in _STOPS:
        last += 1
    pieces = " ".join("." if word in _STOPS else "w" for word in words[first : last + 1]).split(".")
    return any(0 < piece.count("w") <= _MAX_PIECE_WORDS for piece in pieces)


def _line(words: str) -> str:
    """Give words with one space around each and a stop at the end."""
    return f" {words} " if words.endswith((".", "?", ";")) else f" {words} . "


def _pieces_between(text: str) -> list[str]:
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


def _sentences(line: str) -> Iterator[tuple[int, int, int]]:
    """Give the sentences of a line: start and end, and before which place its own asks start.

    Endless ones come in overlapping pieces, so that reading stays linear.
    """
    start = 0
    for stop in _STOP.finditer(line):
        end = stop.end() + 1
        while end - start > _MAX_SENTENCE_CHARACTERS:
            behind = line.rfind(" ", start + _OVERLAP_CHARACTERS, start + _MAX_SENTENCE_CHARACTERS) + 1
            behind = behind or start + _MAX_SENTENCE_CHARACTERS
            yield start, behind, behind - _OVERLAP_CHARACTERS // 2
            following = behind - _OVERLAP_CHARACTERS
            start = max(line.rfind(" ", start, following), start + 1, following - _OVERLAP_CHARACTERS // 2)
        yield start, end, end
        start = end - 1


def _window(line: str, ask: Found, words: int) -> tuple[int, int]:
    """Give the places of an ask with so many words on each side, spaces included."""
    start, end = ask.start - 1, ask.end
    for _ in range(words):
        start = max(line.rfind(" ", 0, start), 0) if start > 0 else 0
        following = line.find(" ", end + 1)
        end = following if following >= 0 else end
    return start, end + 1
