"""What an attachment does when it is opened, by name, declared type and content.

1. The last ending of the name counts, without what a reader cannot see; it is what Windows opens by.
2. Any one of name, type and content is enough: each of them decides in some program.
3. Nothing is written, run or inflated beyond a bound (`archive`).
"""

import re
import unicodedata
from typing import NamedTuple

from verifykb.mail.archive import GZIP_MAGIC, UNREADABLE, Budget, Entry, inflate_gzip, is_tar, list_tar, list_zip
from verifykb.mail.file_kinds import DANGER_BY_ENDING, DANGER_BY_TYPE, UNLISTED_ENDINGS, UNLISTED_MAGIC, ZIP_ENDINGS

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # MS-CFB, 2.2
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_PROGRAM_MAGIC = (
    b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
)  # fmt: skip
_SHORTCUT_MAGIC = (
    b"L\0\0\0\x01\x14\x02\0",  # MS-SHLLINK, 2.1
    b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3",  # MS-ONESTORE, 2.3.1
    b"[InternetShortcut]",
)
# Names in the directory of an OLE file: macros, and a packed file that opens by a double click (MS-OLEDS, 2.3.6).
_OLE_MACROS = ("_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros", "\x01Ole10Native")
_OLE_ENCRYPTED = "EncryptedPackage"  # MS-OFFCRYPTO, 2.3.4.4
_OLE_ENTRY = 128  # octets of an entry, which begins with its name; MS-CFB, 2.6.1
_OLE_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")  # the class of a Windows Installer package
_RTF_OBJECTS = (b"\\objdata", b"\\objupdate")
_MARKUP_SCRIPT = re.compile(rb"<script|javascript:|[\s\"'/]on[a-z]{3,20}\s*+=", re.IGNORECASE)
_MARKUP_BYTES = 1024 * 1024
_MARKUP_ENDINGS = frozenset({"svg", "html", "htm", "xhtml", "xht", "shtml"})
_MARKUP_TYPES = ("image/svg+xml", "text/html", "application/xhtml+xml")
_SHEBANG = re.compile(rb"#! ?/")
_MAX_NAME = 1_000
_Found = tuple[str, str]


class _Place(NamedTuple):
    """Where a file is: in how many archives, and what these may still cost."""

    depth: int
    budget: Budget


def danger(name: str, media_type: str, data: bytes, budget: Budget | None = None) -> _Found:
    """Say why opening a file would run somebody's program, and why it could not be looked into.

    Args:
        name: the file name as given.
        media_type: as declared, in lower case.
        data: its octets.
        budget: what archives may still cost; one for all attachments of a mail.

    Returns:
        A key of ``labels.danger`` and a key of ``labels.unread``; each empty where there is none.
    """
    found, unread = _of_content(name, media_type, data, _Place(0, budget or Budget()))
    return _of_name(name) or DANGER_BY_TYPE.get(media_type, "") or _of_macro_type(media_type) or found, unread


def ending(name: str) -> str:
    """Give the ending by which a file is opened: the last, in lower case, without what nobody sees."""
    visible = "".join(char for char in name[-_MAX_NAME:] if unicodedata.category(char) not in ("Cf", "Cc"))
    last = re.split(r"[/\\]", visible)[-1].partition(":")[0]  # behind a colon NTFS keeps another stream
    return last.rstrip(". \u00a0").rpartition(".")[2].strip().lower() if "." in last else ""


def _of_name(name: str) -> str:
    return DANGER_BY_ENDING.get(ending(name), "")


def _of_macro_type(media_type: str) -> str:
    return "macro-document" if "macroenabled" in media_type else ""


def _of_content(name: str, media_type: str, data: bytes, place: _Place) -> _Found:
    if data.startswith(_ZIP):
        return _of_zip(data, place)
    if data.startswith(GZIP_MAGIC):
        return _of_gzip(name, data, place)
    if data.startswith(_OLE):
        return _of_ole(data)
    found, unread = "", ""
    if is_tar(data):
        listing = list_tar(data, place.budget)
        found, unread = _of_entries(listing.entries, listing.unread, place)
    elif data.startswith(UNLISTED_MAGIC) or ending(name) in UNLISTED_ENDINGS | ZIP_ENDINGS:
        unread = UNREADABLE  # what is named an archive and is none that can be read is not harmless
    elif b"%PDF-" in data[:1024] and b"/Encrypt" in data:
        unread = "encrypted"
    return found or _of_flat(name, media_type, data), unread


def _of_flat(name: str, media_type: str, data: bytes) -> str:
    """Look at a file that holds no other files."""
    is_rtf = data[:64].lstrip().startswith(b"{\\rt")
    is_markup = ending(name) in _MARKUP_ENDINGS or media_type in _MARKUP_TYPES or b"<svg" in data[:1024]
    seen = {
        "program": data.startswith(_PROGRAM_MAGIC) or (data.startswith(b"MZ") and b"\0" in data[:64]),
        "shortcut": data.startswith(_SHORTCUT_MAGIC),
        "script": bool(_SHEBANG.match(data)) or (is_markup and bool(_MARKUP_SCRIPT.search(data, 0, _MARKUP_BYTES))),
        "disk-image": data[0x8001:0x8006] == b"CD001",  # ECMA-119, 8.1.2
        "macro-document": is_rtf and any(mark in data for mark in _RTF_OBJECTS),
    }
    return next((kind for kind, holds in seen.items() if holds), "")


def _of_ole(data: bytes) -> _Found:
    if _OLE_INSTALLER in data:
        return "program", ""
    has_macros = any(_has_ole_entry(data, name) for name in _OLE_MACROS)
    return "macro-document" if has_macros else "", "encrypted" if _has_ole_entry(data, _OLE_ENCRYPTED) else ""


def _has_ole_entry(data: bytes, name: str) -> bool:
    mark = name.encode("utf-16-le") + b"\0\0"
    at = data.find(mark)
    while at >= 0 and at % _OLE_ENTRY:
        at = data.find(mark, at + 1)
    return at >= 0


def _of_zip(data: bytes, place: _Place) -> _Found:
    listing = list_zip(data, place.budget)
    names = [entry.name for entry in listing.entries]
    if any(name.endswith("vbaProject.bin") for name in names) and "[Content_Types].xml" in names:
        return "macro-document", listing.unread
    if "AndroidManifest.xml" in names or any(re.fullmatch(r"Payload/[^/]+\.app/Info\.plist", name) for name in names):
        return "phone-app", listing.unread
    return _of_entries(listing.entries, listing.unread, place)


def _of_gzip(name: str, data: bytes, place: _Place) -> _Found:
    inside, unread = inflate_gzip(data, place.budget)
    if is_tar(inside):
        listing = list_tar(inside, place.budget)
        return _of_entries(listing.entries, unread or listing.unread, place)
    packed = ending(name) in ("gz", "gzip", "svgz")
    return _of_entries((Entry(name.rpartition(".")[0] if packed else name, inside),), unread, place)


def _of_entries(entries: tuple[Entry, ...], unread: str, place: _Place) -> _Found:
    dangerous = False
    for entry in entries:
        dangerous = dangerous or bool(_of_name(entry.name))
        if place.depth and (entry.data.startswith((*_ZIP, GZIP_MAGIC)) or is_tar(entry.data)):
            unread = unread or UNREADABLE  # one level deep, no deeper
            continue
        found, why = _of_content(entry.name, "", entry.data, place._replace(depth=1))
        dangerous = dangerous or bool(found)
        unread = unread or why
    return ("archive-with-program" if dangerous else ""), unread
