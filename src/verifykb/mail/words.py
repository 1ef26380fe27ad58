"""Encoded words of a header value (RFC 2047): ``=?utf-8?B?...?=`` to text.

1. For reading what a person sees in Subject or in a file name. Never for an address: an official
   address is written plainly or it is none.
2. A word that cannot be decoded stays as it stands; so does what follows the first 100. `words_doubt` says so.
"""

import binascii
import re
from itertools import groupby, islice

from verifykb.mail.charset import codec_of
from verifykb.mail.transfer import lenient_base64

MAX_WORDS = 100
MAX_CHARACTERS = 16 * 1024
# Wider than RFC 2047, 2: mail programs decode spaces inside a word and words longer than 75, so readers see them.
_WORD = re.compile(r"=\?([^?]++)\?([bBqQ])\?([^?]*+)\?=")


def decode_words(value: str) -> str:
    """Decode the encoded words of an unfolded header value.

    Args:
        value: as `headers.read_header` gives it.

    Returns:
        The text. White space between two words is dropped (RFC 2047, 6.2); letters split over
        words of one charset are joined. Of more than 100 words or 16 KiB the rest stays as it is.
    """
    if "=?" not in value:
        return value
    words = _words(value)[:MAX_WORDS]
    pieces, at = [], 0
    for run in _runs(value, words):
        pieces.append(value[at : run[0].start()])
        pieces += [_decoded(list(same)) for _, same in groupby(run, key=_kind)]
        at = run[-1].end()
    return "".join([*pieces, value[at:]])


def words_doubt(value: str) -> str:
    """Say why the encoded words of a value are not surely read, a key of ``labels.unread``; nothing where they are."""
    words = _words(value)
    if len(words) > MAX_WORDS or (len(value) > MAX_CHARACTERS and "=?" in value):
        return "too-large"
    return "unknown-charset" if any(codec_of(_kind(word)) is None for word in words) else ""


def _words(value: str) -> list[re.Match[str]]:
    return list(islice(_WORD.finditer(value, 0, MAX_CHARACTERS), MAX_WORDS + 1))


def _runs(value: str, words: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Put together the words between which there is nothing but white space."""
    runs: list[list[re.Match[str]]] = []
    for word in words:
        if runs and not value[runs[-1][-1].end() : word.start()].strip(" \t"):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _kind(word: re.Match[str]) -> str:
    return word[1].partition("*")[0].lower()  # RFC 2231, 5: a language may follow the charset


def _decoded(words: list[re.Match[str]]) -> str:
    codec = codec_of(_kind(words[0]))
    if codec is None:
        return "".join(word[0] for word in words)
    return b"".join(_octets(word[2], word[3]) for word in words).decode(codec, "replace")


def _octets(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    return lenient_base64(data)[0] if encoding in "bB" else binascii.a2b_qp(data, header=True)
