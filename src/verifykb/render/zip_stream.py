"""A zip that is written once, from its beginning to its end, the same bytes for the same content.

1. Nothing is kept but names, sizes and checksums; the stream need not be able to go back.
2. Every entry bears the time that was given: neither the clock nor a file's own time gets in.
3. Nothing is written when it is thrown away unfinished; `zipfile` would try to complete it.

Source: APPNOTE 6.3.10, 4.3 (PKWARE).
"""

import struct
import zlib
from datetime import datetime
from typing import IO, NamedTuple

_VERSION = 20  # deflate
_SIZES_FOLLOW = 0x0008  # behind the entry: they are not known before it is written
_DEFLATED = 8
_LEVEL = 6
_OLDEST_YEAR = 1980


class _Entry(NamedTuple):
    name: bytes
    offset: int
    checksum: int
    packed: int
    size: int


class ZipStream:
    """Writes entries one after the other.

    Args:
        out: where to.
        moment: the time that every entry bears.
    """

    def __init__(self, out: IO[bytes], moment: datetime) -> None:
        self._out = out
        self._at = 0
        self._entries: list[_Entry] = []
        day = (max(moment.year - _OLDEST_YEAR, 0) << 9) | (moment.month << 5) | moment.day
        self._moment = ((moment.hour << 11) | (moment.minute << 5) | (moment.second // 2), day)
        self._open: _Entry | None = None
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)

    def begin(self, name: str) -> None:
        """Begin an entry; its name is ASCII."""
        self._open = _Entry(name.encode("ascii"), self._at, 0, 0, 0)
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._put(b"PK\x03\x04" + struct.pack("<H", _VERSION) + self._common(self._open) + self._open.name)

    def write(self, data: bytes) -> None:
        """Add to the entry that was begun."""
        if self._open is not None:
            packed = self._packer.compress(data)
            self._put(packed)
            self._open = self._open._replace(
                checksum=zlib.crc32(data, self._open.checksum),
                packed=self._open.packed + len(packed),
                size=self._open.size + len(data),
            )

    def end(self) -> None:
        """End the entry."""
        if self._open is not None:
            packed = self._packer.flush()
            self._put(packed)
            entry = self._open._replace(packed=self._open.packed + len(packed))
            self._put(b"PK\x07\x08" + struct.pack("<3L", entry.checksum, entry.packed, entry.size))
            self._entries.append(entry)
            self._open = None

    def add(self, name: str, data: bytes) -> None:
        """Add a whole entry."""
        self.begin(name)
        self.write(data)
        self.end()

    def close(self) -> None:
        """Write what says where each entry stands; the stream itself stays open."""
        start = self._at
        for entry in self._entries:
            head = b"PK\x01\x02" + struct.pack("<2H", _VERSION, _VERSION) + self._common(entry)
            self._put(head + struct.pack("<3H2L", 0, 0, 0, 0, entry.offset) + entry.name)
        count = len(self._entries)
        self._put(b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, count, count, self._at - start, start, 0))

    def _common(self, entry: _Entry) -> bytes:
        """Give what the head of an entry and its line in the directory have in common."""
        sizes = (entry.checksum, entry.packed, entry.size)  # zero in the head
        return struct.pack("<4H3L2H", _SIZES_FOLLOW, _DEFLATED, *self._moment, *sizes, len(entry.name), 0)

    def _put(self, data: bytes) -> None:
        if data:
            self._out.write(data)
            self._at += len(data)
