"""What an archive holds, by its list: never unpacked to a disk, never inflated beyond a bound.

1. Names of all entries, and the first octets of each; an archive inside is given whole, if it is small.
2. What cannot be listed is said to be unreadable; so is what exceeds a bound.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

MAX_ENTRIES = 1_000
UNREADABLE = "unreadable-archive"
ZIP_MAGIC, GZIP_MAGIC = b"PK\x03\x04", b"\x1f\x8b"
_FIRST_OCTETS = 64 * 1024
_MAX_INNER = 4 * 1024 * 1024  # an archive inside an archive, and what a .gz inflates to
_MAX_WORK = 32 * 1024 * 1024
_WORK_OF_AN_ENTRY = 1024  # as much time as so many inflated octets take
_WORK_OF_A_LISTED_OCTET = 4
_MAX_DIRECTORY = 256 * 1024
_END, _ZIP64_LOCATOR = b"PK\x05\x06", b"PK\x06\x07"
_END_SIZE, _LOCATOR_SIZE, _MAX_COMMENT = 22, 20, 65_535  # APPNOTE.TXT, 4.3.15 and 4.3.16
_STORED, _DEFLATED, _ENCRYPTED = 0, 8, 0x1  # the same, 4.4.4 and 4.4.5
_TAR_BLOCK = 512  # POSIX 1003.1, ustar
_OCTAL = re.compile(rb" *+([0-7]*+)[ \0]*+")


class Entry(NamedTuple):
    """One file of an archive.

    Args:
        name: as listed.
        data: its first octets; empty where they cannot be had.
    """

    name: str
    data: bytes


class Listing(NamedTuple):
    """What could be listed.

    Args:
        entries: the files.
        unread: why this is not all, a key of ``labels.unread``; empty where it is.
    """

    entries: tuple[Entry, ...] = ()
    unread: str = ""


class Budget:
    """The work that the archives of one mail may cost, those inside others included: in inflated octets."""

    def __init__(self) -> None:
        self._left = _MAX_WORK

    def take(self, octets: int) -> bool:
        """Take from what is left; says whether there was enough."""
        self._left -= octets
        return self._left >= 0


def list_zip(data: bytes, budget: Budget) -> Listing:
    """List a ZIP file by its central directory."""
    from zipfile import BadZipFile, ZipFile

    size = _directory_size(data)
    if not 0 < size <= _MAX_DIRECTORY or not budget.take(size * _WORK_OF_A_LISTED_OCTET):
        return Listing(unread=UNREADABLE)
    try:
        with ZipFile(BytesIO(data)) as archive:
            entries = (_zip_entry(archive, entry) for entry in archive.infolist() if not entry.is_dir())
            return _collect(entries, budget)
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, struct.error):
        return Listing(unread=UNREADABLE)


def list_tar(data: bytes, budget: Budget) -> Listing:
    """List a TAR file; `tarfile` of some supported versions needs exponential time on hostile headers."""
    return _collect(_tar_entries(data), budget)


def is_tar(data: bytes) -> bool:
    """Whether the octets are a TAR file."""
    return data[257:262] == b"ustar"


def inflate_gzip(data: bytes, budget: Budget) -> tuple[bytes, str]:
    """Give what a GZIP file holds, up to 4 MiB, and why this is not all."""
    if not budget.take(_MAX_INNER):
        return b"", UNREADABLE
    inflater = zlib.decompressobj(wbits=31)  # RFC 1952
    try:
        found = inflater.decompress(data, _MAX_INNER)
    except zlib.error:
        return b"", UNREADABLE
    return found, "" if inflater.eof and not inflater.unused_data else UNREADABLE


def _directory_size(data: bytes) -> int:
    """Give the octets of the central directory, all of which `zipfile` reads into memory; -1 where unknown."""
    end = data.rfind(_END, max(0, len(data) - _END_SIZE - _MAX_COMMENT))
    if end < 0 or end + _END_SIZE > len(data) or data.startswith(_ZIP64_LOCATOR, max(0, end - _LOCATOR_SIZE)):
        return -1
    return int.from_bytes(data[end + 12 : end + 16], "little")


def _zip_entry(archive: "ZipFile", entry: "ZipInfo") -> tuple[Entry, str]:
    from zipfile import BadZipFile

    if entry.flag_bits & _ENCRYPTED:
        return Entry(entry.filename, b""), "encrypted"
    if entry.compress_type not in (_STORED, _DEFLATED):
        return Entry(entry.filename, b""), UNREADABLE  # `zipfile` inflates the others without a bound
    try:
        with archive.open(entry) as file:
            octets, why = _first_octets(file)
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error, struct.error):
        return Entry(entry.filename, b""), UNREADABLE
    return Entry(entry.filename, octets), why


def _first_octets(file: IO[bytes]) -> tuple[bytes, str]:
    octets = file.read(_FIRST_OCTETS)
    if not octets.startswith((ZIP_MAGIC, GZIP_MAGIC)):
        return octets, ""
    octets += file.read(_MAX_INNER)
    return octets, UNREADABLE if file.read(1) else ""


def _tar_entries(data: bytes) -> Iterator[tuple[Entry, str]]:
    at, long_name = 0, ""
    while data[at : at + 1] not in (b"", b"\0"):  # a block of zeros ends the list
        header = data[at : at + _TAR_BLOCK]
        size = _OCTAL.fullmatch(header[124:136])
        start = at + _TAR_BLOCK
        content = data[start : start + int(size[1] or b"0", 8)] if size else b""
        if size is None or len(content) < int(size[1] or b"0", 8):
            yield Entry(_tar_text(header[:100]), b""), UNREADABLE
            return
        at = start + -(-len(content) // _TAR_BLOCK) * _TAR_BLOCK
        kind = header[156:157]
        if kind == b"L":  # GNU: the name of the next entry
            long_name = _tar_text(content)
        elif kind == b"x":  # pax: "27 path=...\n"
            long_name = _tar_text(content.partition(b" path=")[2].partition(b"\n")[0])
        elif kind in (b"0", b"\0", b"7"):
            octets, why = _first_octets(BytesIO(content))
            yield Entry(long_name or _tar_text(header[:100]), octets), why
            long_name = ""


def _tar_text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("utf-8", "replace")


def _collect(entries: Iterator[tuple[Entry, str]], budget: Budget) -> Listing:
    found: list[Entry] = []
    unread = ""
    for entry, why in entries:
        if len(found) == MAX_ENTRIES or not budget.take(len(entry.data) + _WORK_OF_AN_ENTRY):
            return Listing(tuple(found), unread or UNREADABLE)
        unread = unread or why
        found.append(entry)
    return Listing(tuple(found), unread)
