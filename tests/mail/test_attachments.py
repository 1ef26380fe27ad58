"""What opening an attachment does, by name, type and content (A19)."""

import gzip
import io
import struct
import tarfile
import time
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.olewriter import write_ole
from verifykb.mail.attachments import danger, ending

PE = b"MZ\x90\0\x03" + b"\0" * 60
LIST = "unreadable-archive"


def zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def encrypted(data: bytes) -> bytes:
    """Set the flag of encryption in every header of a ZIP file."""
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data = data[: at + offset] + b"\x01\0" + data[at + offset + 2 :]
            at = data.find(mark, at + 1)
    return data


def tarred(name: str, data: bytes, form: int = tarfile.GNU_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


NAMES = {
    "a.exe": "program", "A.SCR": "program", "a.pdf.exe": "program", "a.exe.pdf": "", "a.pif": "program", "a.com": "program",
    "a.msi": "program", "a.dll": "program", "a.cpl": "program", "a.apk": "phone-app", "a.xapk": "phone-app",
    "a.apks": "phone-app", "a.aab": "phone-app", "a.ipa": "phone-app", "a.bat": "script", "a.cmd": "script", "a.ps1": "script",
    "a.vbs": "script", "a.vbe": "script", "a.js": "script", "a.jse": "script", "a.wsf": "script", "a.wsh": "script",
    "a.hta": "script", "a.py": "script", "a.sh": "script", "a.jar": "script", "a.reg": "script", "a.docm": "macro-document",
    "a.xlsm": "macro-document", "a.pptm": "macro-document", "a.dotm": "macro-document", "a.xltm": "macro-document",
    "a.xlam": "macro-document", "a.ppam": "macro-document", "a.xlsb": "macro-document", "a.iso": "disk-image",
    "a.img": "disk-image", "a.vhd": "disk-image", "a.vhdx": "disk-image", "a.dmg": "disk-image", "a.udf": "disk-image",
    "a.lnk": "shortcut", "a.url": "shortcut", "a.website": "shortcut", "a.scf": "shortcut", "a.library-ms": "shortcut",
    "a.one": "shortcut", "a.rdp": "shortcut", "a.pdf": "", "a.docx": "", "a.xlsx": "", "a.txt": "", "exe": "", "": "",
    "a.exe.": "program", "a.exe  ": "program", "a.exe . .": "program", "a.pdf" + " " * 100 + ".exe": "program",
    "a\u202efdp.exe": "program", "a.e\u200bxe": "program", "a.ex\u00ade": "program", "../../etc/a.sh": "script",
    "C:\\x\\a.exe": "program", "a.exe:x.txt": "program", "a.exe\0": "program", "báo cáo.PDF": "",
}  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), NAMES.items(), ids=map(repr, NAMES))
def test_a_name_is_read_as_the_system_reads_it(name: str, kind: str) -> None:
    """The last ending decides, without what nobody sees and what Windows drops."""
    assert danger(name, "application/octet-stream", b"x")[0] == kind


TYPES = {
    "application/x-msdownload": "program", "application/vnd.android.package-archive": "phone-app",
    "application/hta": "script", "text/javascript": "script", "application/vnd.ms-word.document.macroenabled.12": "macro-document",
    "application/x-iso9660-image": "disk-image", "application/x-ms-shortcut": "shortcut", "application/pdf": "",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "", "image/png": "",
}  # fmt: skip


@pytest.mark.parametrize(("media_type", "kind"), TYPES.items(), ids=TYPES)
def test_the_declared_type_is_enough(media_type: str, kind: str) -> None:
    """Some programs open by the type, whatever the name."""
    assert danger("a.pdf", media_type, b"x") == (kind, "")


_OLE_WITH_MACROS = write_ole({"Macros": {"VBA": {"_VBA_PROJECT": b"x"}}, "WordDocument": b"w" * 5000})
CONTENTS = {
    "Windows program": (PE, "program", ""),
    "text that begins so": (b"MZ is a text", "", ""),
    "ELF": (b"\x7fELF\x02", "program", ""),
    "Mach-O": (b"\xcf\xfa\xed\xfe\x07", "program", ""),
    "shebang": (b"#!/bin/sh\n", "script", ""),
    "shortcut": (b"L\0\0\0\x01\x14\x02\0", "shortcut", ""),
    "Internet shortcut": (b"[InternetShortcut]\nURL=x", "shortcut", ""),
    "disk image": (b"\0" * 0x8001 + b"CD001", "disk-image", ""),
    "Word with macros": (_OLE_WITH_MACROS, "macro-document", ""),
    "Word without": (write_ole({"WordDocument": "Macros _VBA_PROJECT".encode("utf-16-le") + b"\0\0" + b"w" * 5000}), "", ""),
    "packed file": (write_ole({"\x01Ole10Native": b"x"}), "macro-document", ""),
    "encrypted Office": (write_ole({"EncryptedPackage": b"x" * 9000, "EncryptionInfo": b"y"}), "", "encrypted"),
    "RTF with an object": (b"{\\rtf1{\\object\\objdata 01}}", "macro-document", ""),
    "RTF": (b"{\\rtf1 hello}", "", ""),
    "PDF": (b"%PDF-1.7\n1 0 obj", "", ""),
    "encrypted PDF": (b"%PDF-1.7\ntrailer <</Encrypt 5 0 R>>", "", "encrypted"),
    "drawing with script": (b'<svg xmlns="x"><script>1</script></svg>', "script", ""),
    "drawing with a handler": (b'<svg onload="x()"></svg>', "script", ""),
    "drawing": (b'<svg xmlns="x"><path d="M0"/></svg>', "", ""),
    "docx": (zipped(("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>"), ("word/oleObject1.bin", b"x")), "", ""),
    "docx with macros": (zipped(("[Content_Types].xml", b"<x/>"), ("word/vbaProject.bin", b"x")), "macro-document", ""),
    "Android app": (zipped(("AndroidManifest.xml", b"x"), ("classes.dex", b"dex")), "phone-app", ""),
    "iPhone app": (zipped(("Payload/A.app/Info.plist", b"x")), "phone-app", ""),
    "zip": (zipped(("a.pdf", b"%PDF-1"), ("b/", b"")), "", ""),
    "zip with a program": (zipped(("b/a.pdf.exe", b"x")), "archive-with-program", ""),
    "zip with a disguised program": (zipped(("a.pdf", PE)), "archive-with-program", ""),
    "zip in a zip": (zipped(("b.zip", zipped(("a.exe", b"x")))), "archive-with-program", ""),
    "zip in a zip in a zip": (zipped(("c.zip", zipped(("b.zip", zipped(("a.pdf", b"x")))))), "", LIST),
    "docx with macros in a zip": (zipped(("a.docx", zipped(("[Content_Types].xml", b""), ("vbaProject.bin", b"")))), "archive-with-program", ""),
    "encrypted zip": (encrypted(zipped(("a.pdf", b"x"))), "", "encrypted"),
    "encrypted zip with a program": (encrypted(zipped(("a.exe", b"x"))), "archive-with-program", "encrypted"),
    "zip with bzip2": (zipped(("a.pdf", b"x" * 100), method=zipfile.ZIP_BZIP2), "", LIST),
    "zip with bzip2 and a program": (zipped(("a.exe", b"x" * 100), method=zipfile.ZIP_BZIP2), "archive-with-program", LIST),
    "cut zip": (zipped(("a.pdf", b"x"))[:-30], "", LIST),
    "empty zip": (zipped(), "", LIST),
    "1,001 entries": (zipped(*((f"{number}.txt", b"") for number in range(1001))), "", LIST),
    "rar in a zip": (zipped(("a.rar", b"Rar!\x1a\x07\0")), "", LIST),
    "tar": (tarred("a.pdf", b"x"), "", ""),
    "tar with a program": (tarred("a.exe", b"x"), "archive-with-program", ""),
    "tar with a long name": (tarred("b" * 150 + ".exe", b"x"), "archive-with-program", ""),
    "pax with a long name": (tarred("đ" * 150 + ".exe", b"x", tarfile.PAX_FORMAT), "archive-with-program", ""),
    "cut tar": (tarred("a.pdf", b"x" * 2000)[:1000], "", LIST),
    "tar.gz with a program": (gzip.compress(tarred("a.exe", b"x")), "archive-with-program", ""),
    "gz with a program": (gzip.compress(PE), "archive-with-program", ""),
    "gz": (gzip.compress(b"x"), "", ""),
    "cut gz": (gzip.compress(b"x" * 1000)[:20], "", LIST),
    "rar": (b"Rar!\x1a\x07\x01\0", "", LIST),
    "7z": (b"7z\xbc\xaf\x27\x1c", "", LIST),
    "cab": (b"MSCF\0\0", "", LIST),
    "nothing": (b"", "", ""),
}  # fmt: skip


@pytest.mark.parametrize(("data", "kind", "unread"), CONTENTS.values(), ids=CONTENTS)
def test_the_content_is_enough(data: bytes, kind: str, unread: str) -> None:
    """A program is one under any name; what cannot be looked into is told."""
    assert danger("a", "application/octet-stream", data) == (kind, unread)


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.rar", "a.7z", "a.ace", "a.cab", "a.lzh"])
def test_what_is_named_an_archive_and_is_none_is_not_harmless(name: str) -> None:
    """Another program may know how to open it."""
    assert danger(name, "application/octet-stream", b"x") == ("", LIST)


def test_a_web_page_with_a_script_is_a_script() -> None:
    """Opened, it runs in the browser; without a script it is a page."""
    assert danger("a.html", "text/html", b"<p>x</p><script>y</script>")[0] == "script"
    assert danger("a.html", "text/html", b"<p>x</p>")[0] == ""


def many_bombs() -> bytes:
    """Give 400 archives of 16 MB each in one of some hundred kilobytes."""
    bomb = zipped(*((f"{number}.txt", b"\0" * 65_536) for number in range(250)))
    return zipped(*((f"{number}.zip", bomb) for number in range(400)))


def lying_directory() -> bytes:
    """Give a ZIP file whose list is said to be 200 MB long."""
    data = bytearray(zipped(("a.txt", b"x")))
    struct.pack_into("<L", data, data.rfind(b"PK\x05\x06") + 12, 200_000_000)
    return bytes(data)


BOMBS: dict[str, Callable[[], bytes]] = {
    "one large entry": lambda: zipped(("a.txt", b"\0" * 200_000_000)),
    "nested": many_bombs,
    "large archive inside": lambda: zipped(("a.zip", b"PK\x03\x04" + b"\0" * 100_000_000)),
    "gz": lambda: gzip.compress(b"\0" * 200_000_000, 1),
    "lying directory": lying_directory,
    "tar of headers": lambda: tarred("a.txt", b"")[:512] * 40_000,
}


@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS)
def test_no_archive_is_inflated_beyond_its_bound(make: Callable[[], bytes]) -> None:
    """Time stays small whatever an archive claims (A17); what was not looked at is told, but for one long text."""
    data = make()
    started = time.process_time()
    found, unread = danger("a.zip", "application/zip", data)
    assert time.process_time() - started < 1
    assert found == ""
    assert unread == ("" if make is BOMBS["one large entry"] else LIST)


_SAMPLES = [data for data, _, _ in CONTENTS.values() if data]


@given(st.sampled_from(_SAMPLES), st.data())
def test_broken_files_never_raise(sample: bytes, data: st.DataObject) -> None:
    """Any change of any file gives an answer."""
    at = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.sampled_from([at, at + 1, at + 4, len(sample)]))
    danger("a.zip", "x/y", sample[:at] + data.draw(st.binary(max_size=6)) + sample[end:])


@given(st.text(max_size=30))
def test_any_name_has_an_ending(name: str) -> None:
    """The ending holds no dot, slash or hidden character at its ends."""
    assert not set(ending(name)) & set("./\\:")
