"""Many messages at once: which of them can say anything at all. For logs; nothing is decided here.

1. A block of texts is looked at as one array of bytes (`blockwise`), and those in which a phrase
   may begin as a line of plain words (`sieve`). Both may only say no where the reader would find
   nothing.
2. What may hold more than words (a link, a number, letters run together) is read as if it came alone.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from verifykb.directory.types import Directory
from verifykb.message.blockwise import Block
from verifykb.message.fold import Codes, has_phone
from verifykb.message.normalise import MAX_CHARACTERS, has_other_readings
from verifykb.message.quoting import Find
from verifykb.message.reading import find_in, find_in_words
from verifykb.message.sieve import sieve

# Small enough to stay in the processor's own memory, large enough that numpy's calls do not count.
_MAX_CHARACTERS_AT_ONCE = 1 << 16
Reading = Callable[[], list[Find]]


def read_block(texts: Sequence[str], directory: Directory, *, own_words: bool = False) -> list[list[Find]]:
    """Read each message of a block: its finds, quoted, are the same as `read_message` of each.

    Args:
        texts: NFC.
        directory: the official contacts.
        own_words: the office reports.
    """
    found: list[list[Find]] = [[] for _ in texts]
    for number, read in unread(texts, directory, own_words=own_words):
        found[number] = read()
    return found


def unread(texts: Sequence[str], directory: Directory, *, own_words: bool) -> Iterator[tuple[int, Reading]]:
    """Give the messages of a block that may say anything, by number, each with what reads it.

    Args:
        texts: NFC.
        directory: the official contacts.
        own_words: the office reports.
    """
    first, characters = 0, 0
    for number, text in enumerate(texts):
        characters += len(text)
        if characters > _MAX_CHARACTERS_AT_ONCE or number == len(texts) - 1:
            for at, read in _unread_of(texts[first : number + 1], directory, own_words=own_words):
                yield first + at, read
            first, characters = number + 1, 0


def _unread_of(texts: Sequence[str], directory: Directory, *, own_words: bool) -> Iterator[tuple[int, Reading]]:
    block = Block(texts)
    if len(block) != len(texts):
        for number, text in enumerate(texts):
            yield number, partial(find_in, text, directory, own_words=own_words)
        return
    alone = block.needs_reader() | (block.has_thing_signs & block.may_hold_thing())
    otherwise = block.may_be_broken()
    if any(map(str.isascii, texts)):
        otherwise |= block.shows_keys()
    for number in np.flatnonzero(otherwise & ~alone).tolist():
        alone[number] = has_other_readings(texts[number])
    alone |= [len(text) > MAX_CHARACTERS for text in texts]
    for number in np.flatnonzero(alone).tolist():
        yield number, partial(find_in, texts[number], directory, own_words=own_words)
    for number in _speaking(block, ~alone, own_words=own_words):
        yield number, partial(_read_words, block, number, texts[number], directory, own_words=own_words)


def _read_words(block: Block, number: int, text: str, directory: Directory, *, own_words: bool) -> list[Find]:
    codes = block.codes_of(number, len(text))
    words = Codes.of_words(codes, is_whole=bool(block.has_dots[number]) or has_phone(codes))
    return find_in_words(text, words, directory, own_words=own_words)


def _speaking(block: Block, asked: NDArray[np.bool_], *, own_words: bool) -> Iterator[int]:
    """Give which of some texts may say anything."""
    mixed = block.has_mixed_words()
    yield from np.flatnonzero(asked & mixed).tolist()
    asked &= ~mixed
    forms = sieve(own_words=own_words)
    heads = forms.heads(block.line)
    numbers = block.numbers_of([start for _, start, _ in heads]).tolist()
    for number, those in groupby(zip(numbers, heads, strict=True), itemgetter(0)):
        if asked[number]:
            start, end = block.span_of(number)
            if forms.finds(block.line[start:end], [head for _, head in those], start):
                yield number
