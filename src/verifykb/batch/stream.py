"""Bytes of a log as lines of bounded length, fingerprinted on the way.

1. Memory is bounded: no line, and no record of several lines, is longer than a limit.
2. Lines can be given back, so that a broken quote swallows no rows.
"""

import hashlib
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from verifykb.errors import InputError, reason_of
from verifykb.text.paths import for_system

STDIN = "-"
MAX_LINE_CHARACTERS = 1_048_576  # a message of a megabyte is no message
# A quote that is never closed must not swallow the file, and a text of many lines not become rows of its author's.
MAX_RECORD_LINES = 20_000
_MIN_RECORD_LINES = 20


class LineTooLongError(Exception):
    """A line, or a record of several lines, is over the limit."""


def open_log(path: str) -> IO[bytes]:
    """Open a log for reading bytes.

    Raises:
        InputError: it is missing, a folder, unreadable, or standard input is closed.
    """
    try:
        if path == STDIN:
            if sys.stdin is None:
                raise InputError("stdin-closed")
            return os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
        return open(for_system(path), "rb", buffering=0)  # noqa: PTH123 - the caller closes it
    except IsADirectoryError as error:
        raise InputError("file-is-folder", file=path) from error
    except FileNotFoundError as error:
        raise InputError("file-missing", file=path) from error
    except (OSError, ValueError) as error:
        raise InputError("file-unreadable", file=path, why=reason_of(error)) from error


class HashingReader(io.RawIOBase):
    """Passes bytes on and fingerprints them."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        """Say yes: it is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read bytes into a buffer, and into the fingerprint."""
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        self._hash.update(data)
        return len(data)

    def hexdigest(self) -> str:
        """Give the fingerprint of what was read so far."""
        return self._hash.hexdigest()


class Lines:
    """Lines of bounded length, which can be pushed back to be read again."""

    def __init__(self, text: IO[str], path: str, encoding: str) -> None:
        self._text = text
        self._pushed: list[str | int] = []  # a number: a line too long to be kept, of so many bytes
        self.path = path
        self.encoding = encoding
        self.max_record_lines = MAX_RECORD_LINES
        self.taken: list[str] = []
        self._taken_characters = 0
        self._position = 0

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self._pushed.pop() if self._pushed else self._readline()
        if isinstance(line, int):
            if self.taken:  # a record must not take it along: it is told by itself
                self._pushed.append(line)
            else:
                self._position += line
            raise LineTooLongError
        if not line:
            raise StopIteration
        self._position += _octets(line)
        self.taken.append(line)
        self._taken_characters += len(line)
        if len(self.taken) > self.max_record_lines or self._taken_characters > MAX_LINE_CHARACTERS:
            raise LineTooLongError
        return line

    def _readline(self) -> str | int:
        """Give the next line; of one that is too long, how many bytes it has."""
        line = self._text.readline(MAX_LINE_CHARACTERS)
        if len(line) < MAX_LINE_CHARACTERS or line.endswith("\n"):
            return line
        octets = 0
        # A carriage return at the limit may be half of a line's end.
        while len(line) == MAX_LINE_CHARACTERS and not line.endswith("\n"):
            octets += _octets(line)
            line = self._text.readline(MAX_LINE_CHARACTERS)
        return octets + _octets(line)

    def position(self) -> int:
        """Give how many bytes of UTF-8 stand before the next line, without a byte order mark."""
        return self._position

    def start_record(self) -> None:
        """Forget the lines of the record before."""
        self.taken = []
        self._taken_characters = 0

    def push_back_all_but_first(self) -> None:
        """Give the later lines of a failed record another chance as records of their own.

        Each failure halves what the next record may hold, and each record adds one line to it, so that a file of
        broken quotes costs no more than a few readings of it.
        """
        self.max_record_lines = max(min(_MIN_RECORD_LINES, MAX_RECORD_LINES), self.max_record_lines // 2)
        for line in reversed(self.taken[1:]):
            self.push_back(line)
        self.taken = self.taken[:1]

    def push_back(self, line: str) -> None:
        """Let a line be read again."""
        self._pushed.append(line)
        self._position -= _octets(line)


def _octets(line: str) -> int:
    return len(line) if line.isascii() else len(line.encode("utf-8", "surrogateescape"))


class _Stretch(io.RawIOBase):
    """Passes on the bytes of a file up to a place."""

    def __init__(self, raw: IO[bytes], file: str, left: int) -> None:
        self._raw = raw
        self._file = file
        self._left = left

    def readable(self) -> bool:
        """Say yes: it is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read bytes into a buffer.

        Raises:
            InputError: the file is shorter than it was.
        """
        data = self._raw.read(min(len(buffer), self._left))
        if self._left and not data:
            raise InputError("file-changed", file=self._file)
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)


@contextmanager
def lines_of(path: str, file: str, start: int, end: int) -> Iterator[Lines]:
    """Read a stretch of a file in UTF-8 line by line.

    Args:
        path: the file.
        file: how messages name it.
        start: its first byte.
        end: the byte behind its last.

    Raises:
        InputError: it cannot be read, or has fewer bytes.
    """
    with open_log(path) as raw:
        raw.seek(start)
        encoding = "utf-8" if start else "utf-8-sig"
        part = io.BufferedReader(_Stretch(raw, file, end - start))
        text = io.TextIOWrapper(part, encoding=encoding, errors="surrogateescape", newline="")
        try:
            yield Lines(text, file, encoding)
        except UnicodeError as error:
            raise InputError("file-encoding", file=file, encoding="utf-8", line=1) from error
        except OSError as error:
            raise InputError("file-unreadable", file=file, why=reason_of(error)) from error
        finally:
            text.detach()
