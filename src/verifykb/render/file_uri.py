"""Paths of files as URI references (RFC 3986, RFC 8089)."""

from pathlib import PurePath
from urllib.parse import quote


def file_uri(path: str, kind: type[PurePath] = PurePath) -> str:
    """Give the reference of a file: relative for a relative path, so that no report names a machine.

    Args:
        path: as it was typed.
        kind: whose path it is, where that is not this system.
    """
    pure = kind(path)
    if pure.is_absolute():
        return pure.as_uri()
    # A colon in the first part would make it a scheme; `quote` covers it.
    return quote(pure.as_posix(), errors="surrogatepass")
