"""The octets of a saved mail: a file of its own, or one mail inside an mbox.

1. A mail inside an mbox is named ``PATH/#START-END``, in octets. No system lets a file lie inside a plain
   file, so the name can mean nothing else; and who asks where it leads is led through the links of PATH.
2. Only a whole mail, from behind its From line to before the next, can be named so. Any other place of a
   file is unreadable: naming one gives nobody a text that is not a mail already.
3. Memory is bounded by the largest mail that is read.

Source: RFC 4155; the quoting of ``From `` lines is that of mboxrd, which undoes mboxo's as well.
"""

import os
import re
from pathlib import Path
from typing import IO

from verifykb.model.evidence import MailUnread
from verifykb.text.paths import for_system

MAX_MAIL_BYTES = 25 * 1024 * 1024  # what mail servers take
FROM_LINE = b"From "
EMPTY_LINES = (b"\n\n", b"\n\r\n")  # an empty line with the end of the line before it

_PLACE = r"#(0|[1-9][0-9]{0,15})-(0|[1-9][0-9]{0,15})"
_NEXT_MAIL = rb"\n\r?\nFrom "
_BEHIND = rb"(?:\r?\n(?:From .*)?)?"  # the empty line and the next mail, or the end of the file
_QUOTE = rb"(?m)^>(?=>*+From )"
_MAX_FROM_LINE_BYTES = 4096  # an address and a date; a longer line separates, but its mail is not read
_LOOK_BEHIND_BYTES = len(b"\r\n") + len(FROM_LINE)


def name_in_mbox(start: int, end: int) -> str:
    """Name a mail inside an mbox, seen from the mbox.

    Args:
        start: the first octet behind its From line.
        end: the octet behind its last, where the empty line before the next From line begins.
    """
    return f"#{start}-{end}"


def is_in_mbox(path: str) -> bool:
    """Whether a path names a mail inside an mbox."""
    file = Path(for_system(path))
    return re.fullmatch(_PLACE, file.name) is not None and file.parent.is_file()


def read_saved_mail(path: str) -> bytes | MailUnread:
    """Read a saved mail.

    Args:
        path: a file, or ``PATH/#START-END`` for a mail inside an mbox.

    Returns:
        Its octets, as they were before an mbox quoted them; or why there are none.
    """
    try:
        file = Path(for_system(path))
        place = re.fullmatch(_PLACE, file.name)
        if place and file.parent.is_file():
            with file.parent.open("rb") as opened:
                return _read_place(opened, int(place[1]), int(place[2]))
        if not file.is_file():
            return MailUnread.UNREADABLE if file.exists() else MailUnread.MISSING
        with file.open("rb") as opened:
            raw = opened.read(MAX_MAIL_BYTES + 1)
    except (OSError, ValueError):
        return MailUnread.UNREADABLE
    return raw if len(raw) <= MAX_MAIL_BYTES else MailUnread.TOO_LARGE


def _read_place(mbox: IO[bytes], start: int, end: int) -> bytes | MailUnread:
    """Read one mail of an mbox; nothing where the place is not exactly that of a mail."""
    if not start <= end <= os.fstat(mbox.fileno()).st_size:
        return MailUnread.UNREADABLE
    if not _is_behind_from_line(mbox, start) or not _is_before_next(mbox, end):
        return MailUnread.UNREADABLE
    if end - start > MAX_MAIL_BYTES:
        return MailUnread.TOO_LARGE
    mbox.seek(start)
    raw = mbox.read(end - start)
    if len(raw) != end - start or re.search(_NEXT_MAIL, b"\n" + raw):
        return MailUnread.UNREADABLE
    return re.sub(_QUOTE, b"", raw)


def _is_behind_from_line(mbox: IO[bytes], start: int) -> bool:
    """Whether a From line ends here, at the begin of the file or behind an empty line."""
    first = max(0, start - _MAX_FROM_LINE_BYTES)
    mbox.seek(first)
    before = mbox.read(start - first) if first else b"\n\n" + mbox.read(start)
    line = before.rfind(b"\n", 0, -1) + 1
    return before.endswith(b"\n") and before.startswith(FROM_LINE, line) and before[:line].endswith(EMPTY_LINES)


def _is_before_next(mbox: IO[bytes], end: int) -> bool:
    """Whether the file ends here, or an empty line and the next From line follow the end of a line."""
    mbox.seek(end - 1)
    last = mbox.read(1)
    behind = mbox.read(_LOOK_BEHIND_BYTES)
    return re.fullmatch(_BEHIND, behind, re.DOTALL) is not None and (last == b"\n" or not behind)
