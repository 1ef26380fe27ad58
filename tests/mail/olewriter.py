"""Writes an OLE compound file, and an Outlook message in it: just enough for the tests (MS-CFB, MS-OXMSG)."""

import struct
from collections.abc import Mapping
from typing import NamedTuple, Union

Tree = Mapping[str, Union[bytes, "Tree"]]
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_TEXT_TYPE, _BINARY_TYPE, _LONG_TYPE = 0x001F, 0x0102, 0x0003  # MS-OXCDATA, 2.11.1


class _Entry(NamedTuple):
    name: str
    kind: int
    start: int = 0
    size: int = 0
    right: int = _FREE
    child: int = _FREE

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        return struct.pack(
            "<64sHBB3I16s4xQQ3I", name, len(name), self.kind, 1, _FREE, self.right, self.child, b"", 0, 0,
            self.start, self.size, 0,
        )  # fmt: skip


class _File:
    def __init__(self) -> None:
        self.sectors: list[bytes] = []
        self.fat: list[int] = []
        self.mini = b""
        self.mini_fat: list[int] = []
        self.entries: list[_Entry] = []

    def put(self, data: bytes) -> int:
        """Append a chain of sectors; gives its first."""
        count = -(-len(data) // _SECTOR)
        start = len(self.sectors)
        self.sectors += [data[at * _SECTOR : (at + 1) * _SECTOR].ljust(_SECTOR, b"\0") for at in range(count)]
        self.fat += [*range(start + 1, start + count), _END] if count else []
        return start if count else _END

    def put_stream(self, data: bytes) -> int:
        if len(data) >= _CUTOFF:
            return self.put(data)
        count, start = -(-len(data) // _MINI), len(self.mini_fat)
        self.mini += data.ljust(count * _MINI, b"\0")
        self.mini_fat += [*range(start + 1, start + count), _END] if count else []
        return start if count else _END

    def put_tree(self, tree: Tree) -> int:
        """Add the entries of a storage, each the right sibling of the one before; gives the first."""
        first = previous = _FREE
        for name, value in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
            number = len(self.entries)
            if isinstance(value, bytes):
                self.entries.append(_Entry(name, _STREAM, self.put_stream(value), len(value)))
            else:
                self.entries.append(_Entry(name, _STORAGE))
                self.entries[number] = _Entry(name, _STORAGE, child=self.put_tree(value))
            if previous == _FREE:
                first = number
            else:
                self.entries[previous] = self.entries[previous]._replace(right=number)
            previous = number
        return first


def write_ole(tree: Tree) -> bytes:
    """Give a compound file with these storages and streams."""
    file = _File()
    file.entries.append(_Entry("Root Entry", _ROOT))
    child = file.put_tree(tree)
    file.entries[0] = _Entry("Root Entry", _ROOT, file.put(file.mini), len(file.mini), child=child)
    mini_start = file.put(struct.pack(f"<{len(file.mini_fat)}I", *file.mini_fat).ljust(_SECTOR, b"\xff"))
    directory_start = file.put(b"".join(entry.packed() for entry in file.entries))
    before = len(file.sectors)
    fat_count = next(count for count in range(1, 110) if count * 128 >= before + count)
    fat = [*file.fat, *[_FAT] * fat_count]
    fat += [_FREE] * (fat_count * 128 - len(fat))
    header = struct.pack(
        "<8s16s5H6x9I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_count, directory_start,
        0, _CUTOFF, mini_start, -(-len(file.mini_fat) // 128), _END, 0,
    )  # fmt: skip
    difat = [before + at for at in range(fat_count)] + [_FREE] * (109 - fat_count)
    return header + struct.pack("<109I", *difat) + b"".join(file.sectors) + struct.pack(f"<{len(fat)}I", *fat)


Properties = Mapping[int, str | bytes | int]


def _storage(properties: Properties, header: int) -> dict[str, bytes | Tree]:
    rows, streams = b"", {}
    for pid, value in properties.items():
        if isinstance(value, int):
            rows += struct.pack("<HHIQ", _LONG_TYPE, pid, 6, value)
            continue
        kind, data = (_TEXT_TYPE, value.encode("utf-16-le")) if isinstance(value, str) else (_BINARY_TYPE, value)
        rows += struct.pack("<HHIQ", kind, pid, 6, len(data))
        streams[f"__substg1.0_{pid:04X}{kind:04X}"] = data
    return {"__properties_version1.0": bytes(header) + rows, **streams}


def write_msg(properties: Properties, *attachments: Properties) -> bytes:
    """Give an Outlook message with these properties: id to text, octets or number."""
    tree = _storage(properties, 32)
    for number, attached in enumerate(attachments):
        tree[f"__attach_version1.0_#{number:08X}"] = _storage(attached, 8)
    return write_ole(tree)
