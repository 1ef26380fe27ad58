"""Paths as a person typed them, and as the system wants them."""

import os
from contextlib import suppress


def for_system(path: str) -> str:
    """Turn a path that was read as UTF-8 into what this system's calls take.

    The two differ only where the locale is not UTF-8.
    """
    return path if path.isascii() else os.fsdecode(path.encode("utf-8", "surrogateescape"))


def state_of(path: str) -> list[int]:
    """Give size and time of change (nanoseconds) of a file; nothing where there is none."""
    with suppress(OSError, ValueError):
        found = os.stat(for_system(path))  # noqa: PTH116 - one way of naming files
        return [found.st_size, found.st_mtime_ns]
    return []
