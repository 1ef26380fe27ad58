"""A multipart body into its parts, by boundary lines on octets (RFC 2046, 5.1).

1. No recursion and no copy of a reader's opinion: a boundary line is a whole line, with nothing
   but white space behind the boundary.
2. What stands before the first and behind the last boundary is kept: some readers show it.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

MAX_BOUNDARY = 70  # RFC 2046, 5.1.1


class Parts(NamedTuple):
    """A multipart body, split.

    Args:
        parts: header and body of each part.
        around: preamble and epilogue.
        sound: a boundary line occurs and the last one ends the body.
        cut: there are more parts than were asked for.
    """

    parts: list[bytes]
    around: bytes
    sound: bool
    cut: bool


def split_multipart(body: bytes, boundary: bytes, most: int) -> Parts:
    """Split a body at its boundary lines.

    Args:
        body: the multipart's body.
        boundary: as declared, not empty.
        most: parts to give at most.
    """
    # A line feed in front makes the first line like all others, and the pattern begin with a literal.
    text = b"\n" + body
    line = re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?[ \t]*+\r?+(?=\n|\Z)")
    parts: list[bytes] = []
    preamble, start, closed, cut = body, -1, False, False
    for found in line.finditer(text):
        if start < 0:
            preamble = text[1 : found.start()]
        elif len(parts) == most:
            cut = True
            break
        else:
            parts.append(_content(text, start, found.start()))
        start = found.end() + 1
        if found[1]:
            closed = True
            break
    if start < 0:
        return Parts([], body, sound=False, cut=False)
    if closed or cut:
        return Parts(
            parts, preamble + b"\n" + text[start:] if closed else preamble, sound=closed and bool(parts), cut=cut
        )
    if len(parts) == most:
        return Parts(parts, preamble, sound=False, cut=True)
    return Parts([*parts, text[start:]], preamble, sound=False, cut=False)


def has_boundary_line(content: bytes, boundaries: Sequence[bytes]) -> bool:
    """Whether a line begins like a boundary line of the multiparts around it.

    No part holds such a line (RFC 2046, 5.1.1): some readers take it for a boundary whatever follows, or after a CR.
    """
    if not boundaries or b"--" not in content:
        return False
    line = re.compile(rb"[\r\n]--(?:" + b"|".join(map(re.escape, boundaries)) + rb")")
    return line.search(b"\n" + content) is not None


def _content(text: bytes, start: int, end: int) -> bytes:
    """Give a part without the line end that belongs to the boundary line behind it."""
    return text[start:end].removesuffix(b"\r") if start < end else b""
