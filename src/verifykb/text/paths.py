"""Paths as a person typed them, and as the system wants them."""

import os


def for_system(path: str) -> str:
    """Turn a path that was read as UTF-8 into what this system's calls take.

    The two differ only where the locale is not UTF-8.
    """
    return path if path.isascii() else os.fsdecode(path.encode("utf-8", "surrogateescape"))
