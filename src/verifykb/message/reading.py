"""A whole text: its sentences one by one, and what only shows between them.

1. What an ask is, and which are meant, is decided by `sentence`.
2. A secret named in one sentence is carried into the next ("… đọc cho em"); a warning that
   opens a list ("không được:") denies its items.
3. A text that was broken up or disguised is read in its other readings, too: line breaks and
   full stops as spaces, invisible characters as spaces. They may only accuse.
4. What cannot be read for sure is said (``obscured``), so that silence is no consent.
"""

import re
import unicodedata

from verifykb.directory.types import Directory
from verifykb.message import phrases as p
from verifykb.message.cues import is_list_item, opens_denied_list
from verifykb.message.fold import Folded, fold, sentences
from verifykb.message.links import find_things
from verifykb.message.sentence import (
    Hit,
    SentenceReader,
    quote_of,
    sentence_line,
)

# Longer than any message somebody types. What is behind it is not read, and that is said.
MAX_CHARACTERS = 100_000
_MAX_WORD_LETTERS = 15  # Vietnamese syllables have seven; more is words run together
_MAX_SPACED_LETTERS = 6  # a whole sentence spelt in single letters
_MAX_UNKNOWN_LETTERS = 2  # letters that fold to no Latin one
_RUN = re.compile(r"[^\S\n]{3,}")


def read_message(text: str, directory: Directory, *, own_words: bool = False) -> list[Hit]:
    """Find what a text asks, offers and warns of, each kind once.

    Args:
        text: NFC; the contact's words, or the office's own.
        directory: the official contacts.
        own_words: the office reports; a refusal tells of an ask.
    """
    hits: dict[str, Hit] = {}
    source = _RUN.sub(" ", text)
    is_whole = len(source) <= MAX_CHARACTERS
    source = source[:MAX_CHARACTERS]
    folded = fold(source)
    _read(folded, directory, hits, own_words=own_words)
    spread = "".join(" " if unicodedata.category(char) == "Cf" else char for char in source)
    if not source.isascii() and spread != source:
        _read(fold(spread)._replace(source=source), directory, hits, own_words=own_words)
    obscured = _obscured(folded)
    if obscured or not is_whole:
        hits["obscured"] = Hit("obscured", obscured or source[-40:])
    return list(hits.values())


def _read(folded: Folded, directory: Directory, hits: dict[str, Hit], *, own_words: bool) -> None:
    """Read a text in one reading; add the first hit of each kind, of links the most telling."""
    things = find_things(folded, directory)
    by_place = {folded.place(thing.start, thing.end): thing for thing in things}
    places = [(thing.start, thing.end, thing.token) for thing in things]
    secret_before = link_before = denied = False
    for sentence in sentences(folded, places):
        denied = denied and is_list_item(sentence_line(sentence))
        reader = SentenceReader(sentence, folded, by_place, own_words=own_words, denied=denied)
        _add(hits, reader.read(hits, secret_before=secret_before, link_before=link_before))
        secret_before, link_before = reader.names_secret, reader.names_link
        denied = denied or opens_denied_list(reader.line)
        if "pressure" not in hits and p.PRESSURE.search(reader.line):
            hits["pressure"] = Hit("pressure", quote_of(folded, sentence.tokens))
    if any(stop in folded.text for stop in "\n.!…"):
        for sentence in sentences(folded, places, joined=True):
            joined = SentenceReader(sentence, folded, by_place, own_words=own_words, joined=True)
            _add(hits, joined.read(hits, secret_before=False))


def _add(hits: dict[str, Hit], found: list[Hit]) -> None:
    for hit in found:
        if hit.kind not in hits or (hit.resemblance and not hits[hit.kind].resemblance):
            hits[hit.kind] = hit


def _obscured(folded: Folded) -> str:
    """Give words that cannot be read for sure; empty where all can."""
    unknown = [at for at, char in enumerate(folded.text) if char.isalpha() and not char.isascii()]
    if len(unknown) > _MAX_UNKNOWN_LETTERS:
        return folded.source[slice(*folded.place(unknown[0], unknown[0] + 1))]
    run = re.search(
        rf"(?<!\S)(?:[a-z][^\S\n]){{{_MAX_SPACED_LETTERS},}}|(?<![a-z0-9/.@_\-=&?#%])[a-z]{{{_MAX_WORD_LETTERS + 1},}}(?![a-z0-9/.@_\-=&?#%])",
        folded.text,
    )
    return folded.source[slice(*folded.place(*run.span()))] if run else ""
