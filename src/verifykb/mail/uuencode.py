"""Files inside a text: uuencode, which Outlook and others show as attachments (POSIX 1003.1, uuencode)."""

import binascii
import re
from collections.abc import Callable
from typing import NamedTuple

_BEGIN = re.compile(r"^begin(-base64)? [0-7]{3,4} (\S[^\r\n]*+)\r?$", re.MULTILINE)
_END = re.compile(r"^(?:end|====)[ \t]*+\r?$", re.MULTILINE)
_MAX_FILES = 20


class Inside(NamedTuple):
    """A file that was found in a text.

    Args:
        name: as given.
        data: its octets.
    """

    name: str
    data: bytes


def files_inside(text: str) -> tuple[list[Inside], bool]:
    """Give the files of a text, and whether all of them could be read."""
    found: list[Inside] = []
    at, is_whole = 0, True
    while begin := _BEGIN.search(text, at):
        if len(found) == _MAX_FILES:
            return found, False
        end = _END.search(text, begin.end())
        at = end.end() if end else len(text)
        lines = text[begin.end() : end.start() if end else at].encode("ascii", "replace").splitlines()
        data, is_sound = _decoded(lines, binascii.a2b_base64 if begin[1] else binascii.a2b_uu)
        is_whole = is_whole and is_sound and end is not None
        found.append(Inside(begin[2].strip(), data))
    return found, is_whole


def _decoded(lines: list[bytes], decode: Callable[[bytes], bytes]) -> tuple[bytes, bool]:
    pieces, is_sound = [], True
    for line in lines:
        if not line.strip():
            continue
        try:
            pieces.append(decode(line))
        except ValueError:
            is_sound = False
    return b"".join(pieces), is_sound
