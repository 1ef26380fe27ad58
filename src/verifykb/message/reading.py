"""A whole text: its sentences one by one, and what only shows between them.

1. What an ask is, and which are meant, is decided by `sentence`.
2. A secret named in one sentence is carried into the next ("… đọc cho em"); a warning that
   opens a list ("không được:") denies its items.
3. A text that was broken up or disguised is read in its other readings, too: line breaks and
   full stops as spaces (`joined`), invisible characters as spaces. They may only accuse.
4. What cannot be read for sure is said (``obscured``), so that silence is no consent.
"""

import re
from collections.abc import Iterable, Sequence
from functools import partial

from verifykb.directory.types import Directory
from verifykb.message.fold import UNKNOWN, Codes
from verifykb.message.joined import asked_over_stops
from verifykb.message.normalise import MAX_CHARACTERS, Plain, readings
from verifykb.message.quoting import Find, Hit, Quoter
from verifykb.message.reach import OTHER_CONTACT
from verifykb.message.remembered import Sentence, sentence_with, sentences_in
from verifykb.message.sentence import Asked, SentenceReader
from verifykb.message.written import Written
from verifykb.model.contact import Ask
from verifykb.names.lookalike import Resemblance

_MAX_ASKS = 1000  # in one text; nobody writes more, and what is behind them is said not to be read
_MAX_UNKNOWN_LETTERS = 2  # letters that fold to no Latin one
_LINK = Ask.LINK.value
ASKS = frozenset(ask.value for ask in Ask) | {OTHER_CONTACT}
# Lines that were read, and how long one may be to be remembered: what an attacker makes up must not fill the memory.
_MAX_LINES, _MAX_KEPT_CHARACTERS = 1 << 12, 1500
_READ: dict[bool, dict[str, tuple[Asked, ...]]] = {False: {}, True: {}}
_QUOTATION_MARKS = (("“", "”"), ('"', '"'), ("‘", "’"), ("'", "'"), ("«", "»"))
# A quotation is of words around the ask, too; "mật khẩu" in marks is none.
_QUOTATION_CHARACTERS, _QUOTATION_WORDS = 150, 3
MIN_CUT_CHARACTERS = 160  # shorter texts are read whole
_STOPS = (". ", "! ", "? ")
_MAX_ITEM_WORDS = 14  # of a line that names what is to be filled in
RUN_TOGETHER = re.compile(r"(?<!\S)(?:[a-z][^\S\n]){6,}|(?<![a-z0-9/.@_\-=&?#%])[a-z]{16,}(?![a-z0-9/.@_\-=&?#%])")


def read_message(text: str, directory: Directory, *, own_words: bool = False) -> list[Hit]:
    """Find what a text asks, offers and warns of, each kind once.

    Args:
        text: NFC; the contact's words, or the office's own.
        directory: the official contacts.
        own_words: the office reports; a refusal tells of an ask.
    """
    return [find.quoted() for find in find_in(text, directory, own_words=own_words)]


def find_in(text: str, directory: Directory, *, own_words: bool) -> list[Find]:
    """Find what a text asks, as `read_message` does, and quote nothing yet."""
    finds: dict[str, Find] = {}
    for plain in readings(text):
        _read(plain, directory, finds, own_words=own_words)
    return list(finds.values())


def find_in_words(text: str, codes: Codes, directory: Directory, *, own_words: bool) -> list[Find]:
    """Read a text of which it is known that it has one reading, with nothing else in it than words.

    Args:
        text: as for `read_message`.
        codes: the text in bytes.
        directory: the official contacts.
        own_words: the office reports.
    """
    finds: dict[str, Find] = {}
    _read(Plain(text, codes, range(len(text)), text), directory, finds, own_words=own_words)
    return list(finds.values())


def _read(plain: Plain, directory: Directory, finds: dict[str, Find], *, own_words: bool) -> None:
    """Add what is found in one reading of a text."""
    begins = 0 if plain.codes.is_whole else plain.codes.names_something(own_words=own_words)
    if begins or plain.codes.is_whole:
        part = _telling_part(plain, begins, own_words=own_words)
        found = _finds(Written(part, directory), own_words=own_words) if part else []
        if ASKS.isdisjoint([find.kind for find in found]):
            found = _finds(Written(plain, directory), own_words=own_words)
        for find in found:
            known = finds.get(find.kind)
            if known is None or (find.resemblance and not known.resemblance):
                finds[find.kind] = find
    _add_obscured(plain, finds)


def _telling_part(plain: Plain, begins: int, *, own_words: bool) -> Plain | None:
    """Give the sentences in which phrases begin, where what they ask can be told from them alone.

    A list, a link or a phrase that is broken up needs the whole text.
    """
    text = plain.text
    if len(text) < MIN_CUT_CHARACTERS or plain.codes.is_whole or "\n" in text or ";" in text:
        return None
    seen, first, last = plain.codes.names_within(own_words=own_words)
    if seen != begins:
        return None
    start = max(text.rfind(". ", 0, first), text.rfind("! ", 0, first), text.rfind("? ", 0, first)) + 2
    start = start if start > 1 else 0
    end = min([at for stop in _STOPS if (at := text.find(stop, last - 2)) >= 0], default=len(text)) + 1
    return Plain(text[start:end], plain.codes.part(start, end), plain.origin[start:end], plain.source)


def _add_obscured(plain: Plain, finds: dict[str, Find]) -> None:
    """Say which words cannot be read for sure, if any."""
    place = None
    if len(plain.source) > MAX_CHARACTERS and plain.source[plain.origin[-1] + 1 :].strip():
        place = (len(plain.text) - 1, len(plain.text))
    elif plain.text.count(UNKNOWN) > _MAX_UNKNOWN_LETTERS:
        at = plain.text.index(UNKNOWN)
        place = (at, at + 1)
    elif plain.codes.is_run_together:
        run = RUN_TOGETHER.search(plain.codes.folded)
        place = run.span() if run else None
    if place:
        finds["obscured"] = Find("obscured", None, partial(Quoter(plain).quoted, "obscured", *place))


def _finds(written: Written, *, own_words: bool) -> list[Find]:
    """Give what a text asks, offers and warns of."""
    asked = _asked(written, own_words=own_words)
    if not asked:
        return []
    quoter = Quoter(written.plain)
    found = []
    for ask in asked:
        thing = written.things.get(written.word_at(ask.thing)) if ask.thing >= 0 else None
        resemblance = thing.resemblance if thing else None
        found.append(Find(ask.kind, resemblance, partial(_hit, ask, written, quoter, resemblance)))
    return found


def _asked(written: Written, *, own_words: bool) -> Sequence[Asked]:
    """Give what a text asks, by its places in the line; from memory where that was read before."""
    source, line = written.plain.source, written.line
    if len(line) > _MAX_KEPT_CHARACTERS or _is_quoting(source):
        return _Reader(written, own_words=own_words).asked()
    known = _READ[own_words].get(line)
    if known is None:
        if len(_READ[own_words]) >= _MAX_LINES:
            _READ[own_words].clear()
        known = _READ[own_words][line] = tuple(_Reader(written, own_words=own_words).asked())
    return known


def _is_quoting(source: str) -> bool:
    """Whether there are quotation marks in a text; an apostrophe is one, too."""
    return bool([closing for _, closing in _QUOTATION_MARKS if closing in source])


def _hit(asked: Asked, written: Written, quoter: Quoter, resemblance: Resemblance | None = None) -> Hit:
    """Give an ask with the words of the original."""
    first, last = written.word_at(asked.start), written.word_at(asked.end - 1)
    return quoter.quoted(asked.kind, *written.place_of(first, last), resemblance)


class _Reader:
    """Reads one reading of a text, sentence by sentence."""

    def __init__(self, written: Written, *, own_words: bool) -> None:
        self._written = written
        self._own_words = own_words
        self._asked: list[Asked] = []
        self._found: set[str] = set()
        self._has_quotation: bool | None = None

    def asked(self) -> list[Asked]:
        """Give what the text asks, offers and warns of; of each kind the first, of links all that differ."""
        line = self._written.line
        told = list(sentences_in(line, own_words=self._own_words))
        if sum([len(sentence.named) for _, sentence in told]) > _MAX_ASKS:
            told = self._first_asks(told)
        context = _Context()
        for start, sentence in told:
            if sentence.speaks or context.concerns(sentence):
                self._read(sentence, start, context)
        if not self._found & ASKS and " . " in line[:-2]:
            self._add(asked_over_stops(self._written, [sentence for _, sentence in told], own_words=self._own_words), 0)
        return self._asked

    def _first_asks(self, told: list[tuple[int, Sentence]]) -> list[tuple[int, Sentence]]:
        """Leave out of the sentences what is named behind so many others, and say so."""
        kept = []
        left = _MAX_ASKS
        for start, sentence in told:
            named = sentence.named[:left]
            left -= len(named)
            if named:
                last = Asked("obscured", start + named[-1].start, start + named[-1].end)
            line = sentence.reader.line
            kept.append((start, sentence_with(line, named, sentence.categories, own_words=self._own_words)))
        self._asked.append(last)
        return kept

    def _read(self, sentence: Sentence, start: int, context: "_Context") -> None:
        """Read a sentence in the light of those before it."""
        reader = sentence.reader
        if sentence.presses:
            self._add([Asked("pressure", 1, len(reader.line) - 1)], start)
        if context.denied:
            context.denied = reader.is_list_item
            reader = reader.as_denied() if context.denied else reader
        asked = reader.read(context.before)
        if asked:
            self._add([ask for ask in asked if not self._is_told_off(ask, reader, start)], start)
        for place, item in context.listed_with(reader, start):
            self._add(item.listed(), place)
        carries = not self._found & ASKS and (reader.names_secret or reader.names_link or reader.names_contact)
        context.before = reader if carries else None
        if sentence.opens:
            context.denied = context.denied or reader.opens_denied_list
            context.wanted = context.wanted or reader.opens_asked_list
        reader.forget()

    def _is_told_off(self, asked: Asked, reader: SentenceReader, start: int) -> bool:
        """Whether an ask is a quotation of what impostors say."""
        if self._has_quotation is None:
            source = self._written.plain.source
            self._has_quotation = _is_quoting(source)
        return self._has_quotation and reader.is_told_off(asked.end) and self._is_quotation(asked, start)

    def _is_quotation(self, asked: Asked, offset: int) -> bool:
        """Whether an ask stands inside quotation marks, with what is said around it."""
        if self._own_words or asked.kind not in ASKS:
            return False
        hit = _hit(_moved(asked, offset), self._written, Quoter(self._written.plain))
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

    def _add(self, asked: Iterable[Asked], offset: int) -> None:
        """Add what a sentence asks, where they say more than is known."""
        for ask in asked:
            if ask.kind not in self._found or (ask.kind == _LINK and ask.thing >= 0):
                self._found.add(ask.kind)
                self._asked.append(_moved(ask, offset))


def _moved(asked: Asked, offset: int) -> Asked:
    """Give an ask by its places in the line instead of those in its sentence."""
    kind, start, end, thing = asked
    return Asked(kind, start + offset, end + offset, thing + offset if thing >= 0 else thing)


class _Context:
    """What the sentences so far mean for the next one."""

    def __init__(self) -> None:
        self.denied = False  # a warning ("không được:") opened a list
        self.wanted = False  # a demand ("điền các mục sau:") opened a list
        self.before: SentenceReader | None = None  # named something that may be asked for next
        self._short: list[tuple[int, SentenceReader]] = []  # lines that only name something

    def concerns(self, sentence: Sentence) -> bool:
        """Whether a sentence in which nothing is named has to be read all the same."""
        return bool(self.denied or self.wanted or self.before or self._may_close(sentence.reader.line))

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
