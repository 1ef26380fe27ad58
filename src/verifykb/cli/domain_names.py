"""The names of `verifykb domain`: from the command line and from a file, each once.

1. A line is a name; blank lines and lines that begin with ``#`` are none.
2. Octets that are no UTF-8 stay in the name, which then is malformed; the rest is read.
3. A line is read to 4 KiB; what is behind that cannot be a name and is passed over.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from verifykb.dns.domain_name import NameProblemError, to_a_labels
from verifykb.errors import InputError, reason_of
from verifykb.text.paths import for_system

_MAX_LINE_BYTES = 4096
_BOM = b"\xef\xbb\xbf"


def each_once(names: Iterable[str]) -> Iterator[str]:
    """Give every name the first time it comes; two spellings of one name are one."""
    seen = set()
    for name in names:
        try:
            key = to_a_labels(name)
        except NameProblemError:
            key = f"?{name}"
        if key not in seen:
            seen.add(key)
            yield name


def open_names(path: str) -> IO[bytes]:
    """Open a list of names; ``-`` is standard input.

    Raises:
        InputError: it cannot be read.
    """
    if path == "-":
        if sys.stdin is None:
            raise InputError("stdin-closed")
        return sys.stdin.buffer
    try:
        return Path(for_system(path)).open("rb")
    except FileNotFoundError as error:
        raise InputError("file-missing", file=path) from error
    except (OSError, ValueError) as error:
        raise InputError("file-unreadable", file=path, why=reason_of(error)) from error


def read_names(file: IO[bytes], path: str) -> Iterator[str]:
    """Give the names of a list, as they come.

    Raises:
        InputError: it cannot be read any further.
    """
    start = _BOM
    try:
        while line := file.readline(_MAX_LINE_BYTES):
            rest = line
            while len(rest) == _MAX_LINE_BYTES and not rest.endswith(b"\n"):
                rest = file.readline(_MAX_LINE_BYTES)
            name = line.removeprefix(start).decode("utf-8", "surrogateescape").strip()
            start = b""
            if name and not name.startswith("#"):
                yield name
    except OSError as error:
        raise InputError("file-unreadable", file=path, why=reason_of(error)) from error
