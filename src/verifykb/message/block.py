"""Many messages at once: which of them can say anything at all. For logs; nothing is decided here.

One fold and one scan for the whole block; what cannot be told so is read one by one.
"""

import codecs
from collections.abc import Iterator, Sequence

from verifykb.directory.types import Directory
from verifykb.message import fold
from verifykb.message.normalise import may_be_typed_raw
from verifykb.message.reading import Hit, read_message

_SEPARATOR = " \0 "
_END = b"\0"
# Small enough that memory is used again and again: fresh pages cost more than the scan.
_TEXTS_AT_ONCE = 50
_UNKNOWN_CODE = bytes([fold.ALPHABET.index("?")])


def read_block(texts: Sequence[str], directory: Directory, *, own_words: bool = False) -> list[list[Hit]]:
    """Read each message of a block: the same as `read_message` of each.

    Args:
        texts: NFC.
        directory: the official contacts.
        own_words: the office reports.
    """
    speaking: set[int] = set()
    for first in range(0, len(texts), _TEXTS_AT_ONCE):
        some = texts[first : first + _TEXTS_AT_ONCE]
        speaking.update(first + number for number in _speaking(some, own_words=own_words))
    return [
        read_message(text, directory, own_words=own_words) if number in speaking else []
        for number, text in enumerate(texts)
    ]


def _speaking(texts: Sequence[str], *, own_words: bool) -> Iterator[int]:
    """Give the numbers of the texts that have to be read."""
    joined = _SEPARATOR.join(texts)
    if joined.count("\0") != len(texts) - 1:
        yield from range(len(texts))
        return
    codes, _ = codecs.charmap_encode(joined, "replace", fold.ENCODING)
    if codes.count(_UNKNOWN_CODE) != joined.count("?"):
        yield from (number for number, text in enumerate(texts) if fold.encode(text) is None)
    yield from (number for number, text in enumerate(texts) if text.isascii() and may_be_typed_raw(text))
    line = b" " + codes.translate(fold.GATE) + b" "
    while b"  " in line:
        line = line.replace(b"  ", b" ")
    yield from _numbers(line, fold.gate(own_words=own_words).find_matches_as_indexes(line))
    shape = b" " + codes.translate(fold.SHAPE) + b" "
    yield from _numbers(shape, fold.SHAPES.find_matches_as_indexes(shape))
    hosts = codes.translate(fold.HOSTS)
    yield from _numbers(hosts, fold.SIGNS.find_matches_as_indexes(hosts))
    digits = codes.translate(fold.HOSTS, fold.PHONE_SIGNS)
    yield from _numbers(digits, fold.PHONES.find_matches_as_indexes(digits))


def _numbers(line: bytes, found: Sequence[tuple[int, int, int]]) -> Iterator[int]:
    """Give the number of the text that each find is in."""
    number = at = 0
    for _, start, _ in found:
        number += line.count(_END, at, start)
        at = start
        yield number
