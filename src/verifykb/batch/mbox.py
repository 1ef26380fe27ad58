"""The mails of an mbox as records, in the order of the file.

1. A line that begins with ``From `` behind an empty line begins a mail, whatever else it holds and whatever
   Content-Length says: a writer who does not quote may cut a mail in two, none is swallowed.
2. The file is read once, line by line; a record holds the place of its mail, which is read when it is judged.
3. What stands behind a From line is worth what the file is worth: whoever could write it, or send a mail to
   a program that does not quote, could write any header there, Received included.
"""

import io
import os
from collections.abc import Iterator
from functools import partial

from verifykb.batch.record import Record
from verifykb.batch.stream import STDIN, HashingReader, open_log
from verifykb.errors import InputError, reason_of
from verifykb.model.report import InputFile
from verifykb.saved_mail import FROM_LINE, name_in_mbox
from verifykb.text.paths import for_system

_BUFFER_BYTES = 1_048_576
_PIECE_BYTES = 65_536  # of a line: one without an end must not fill the memory
_EMPTY_LINES = (b"\n", b"\r\n")


def read_mbox(path: str, inputs: list[InputFile]) -> Iterator[Record]:
    """Give a record for each mail of an mbox; the row is the number of the mail.

    Args:
        path: the mbox.
        inputs: gets the file's fingerprint once it was read to the end.

    Raises:
        InputError: the file is missing, unreadable, no plain file, or does not begin with a From line.
    """
    if path == STDIN or _is_read_once(path):
        raise InputError("file-mbox-not-plain", file=path)
    with open_log(path) as raw:
        hashing = HashingReader(raw)
        places = _mails(io.BufferedReader(hashing, _BUFFER_BYTES), path)
        row = 0
        while place := _next(places, path):
            row += 1
            # The mbox is the folder that the mail's name is seen from, whatever its own name is.
            yield Record(file=path, row=row, cells={"mail": name_in_mbox(*place)}, folder=path)
        inputs.append(InputFile(path=path, sha256=hashing.hexdigest()))


def _is_read_once(path: str) -> bool:
    """Whether a path leads to a pipe or a device: no place in it could be read later."""
    system = for_system(path)
    return os.path.exists(system) and not (os.path.isfile(system) or os.path.isdir(system))  # noqa: PTH110, PTH112, PTH113


def _next(places: Iterator[tuple[int, int]], path: str) -> tuple[int, int] | None:
    try:
        return next(places, None)
    except OSError as error:
        raise InputError("file-unreadable", file=path, why=reason_of(error)) from error


def _mails(stream: io.BufferedReader, path: str) -> Iterator[tuple[int, int]]:
    """Give where each mail begins and ends, in octets."""
    at = 0  # octets read
    start: int | None = None  # of the mail that is read
    empty: int | None = 0  # where the line before begins, if it was empty; the begin of the file counts as one
    is_new_line, is_from_line = True, False
    for piece in iter(partial(stream.readline, _PIECE_BYTES), b""):
        if is_new_line and empty is not None and piece.startswith(FROM_LINE):
            if start is not None:
                yield start, empty
            is_from_line = True
        elif start is None and not is_from_line and piece not in _EMPTY_LINES:
            raise InputError("file-not-mbox", file=path)
        empty = at if is_new_line and piece in _EMPTY_LINES else None
        at += len(piece)
        is_new_line = piece.endswith(b"\n")
        if is_from_line and is_new_line:
            start, is_from_line = at, False
    if is_from_line:
        yield at, at
    elif start is not None:
        yield start, at if empty is None else empty
