"""Outlook's files: read in a process of its own, and never able to harm this one."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mail.olewriter import Properties, write_msg, write_ole
from verifykb.mail import msg
from verifykb.mail.parse import read_mail
from verifykb.model.mail_content import Field

HEADERS, SUBJECT, BODY, HTML, RTF, CODEPAGE = 0x007D, 0x0037, 0x1000, 0x1013, 0x1009, 0x3FDE
SENDER_NAME, SENDER_SMTP, SHOWN_NAME, SHOWN_ADDRESS, SHOWN_SMTP = 0x0C1A, 0x5D01, 0x0042, 0x0065, 0x5D02
FILE_NAME, SHORT_NAME, FILE_TYPE, FILE_DATA = 0x3707, 0x3704, 0x370E, 0x3701
TRANSPORT = "Received: by mx.b.vn\r\nFrom: Kho =?utf-8?q?b=E1=BA=A1c?=\r\n <a@b.vn>\r\nSubject: Tin\r\n\r\n"
WHOLE: Properties = {HEADERS: TRANSPORT, SUBJECT: "Tin", BODY: "Đọc mã OTP cho em nhé"}


def test_header_fields_come_from_the_transport_headers() -> None:
    """They are read like those of any mail; the file itself is no mail to check signatures of."""
    found = read_mail(write_msg(WHOLE))
    assert found.fields == (
        Field("received", "by mx.b.vn"), Field("from", "Kho =?utf-8?q?b=E1=BA=A1c?= <a@b.vn>"), Field("subject", "Tin"),
    )  # fmt: skip
    assert (found.defects, found.unread, found.raw) == ((), (), b"")
    assert found.text == "Tin\nĐọc mã OTP cho em nhé"


SENDERS: dict[str, tuple[Properties, list[str], list[str]]] = {
    "sender": ({SENDER_NAME: "Kho bạc", SENDER_SMTP: "a@b.vn"}, ['"Kho bạc" <a@b.vn>'], []),
    "shown and real, the same": ({SHOWN_NAME: "A", SHOWN_ADDRESS: "a@b.vn", SENDER_NAME: "A", SENDER_SMTP: "a@b.vn"}, ['"A" <a@b.vn>'], []),
    "shown and real": ({SHOWN_NAME: "A", SHOWN_ADDRESS: "a@b.vn", SENDER_SMTP: "c@d.vn"}, ['"A" <a@b.vn>', '"" <c@d.vn>'], ["from-repeated"]),
    "quotation marks": ({SENDER_NAME: 'A "B" \\', SENDER_SMTP: "a@b.vn"}, ['"A \\"B\\" \\\\" <a@b.vn>'], []),
    "nobody": ({}, [], ["from-missing"]),
}  # fmt: skip


@pytest.mark.parametrize(("properties", "senders", "defects"), SENDERS.values(), ids=SENDERS)
def test_without_transport_headers_only_the_sender_is_known(
    properties: Properties, senders: list[str], defects: list[str]
) -> None:
    """From is made of what Outlook shows, and it is said that nothing stands behind it."""
    found = read_mail(write_msg({**properties, SUBJECT: "Tin", BODY: "Đọc mã OTP cho em nhé"}))
    assert found.all("from") == senders
    assert found.all("subject") == ["Tin"]
    assert list(found.defects) == ["no-transport-headers", *defects]


DIFFERING: dict[str, tuple[Properties, list[str]]] = {
    "the same": ({SHOWN_NAME: "A", SHOWN_ADDRESS: "A@B.vn"}, []),
    "on behalf of the author": ({SHOWN_ADDRESS: "a@b.vn", SENDER_SMTP: "c@d.vn"}, []),
    "another is shown": ({SHOWN_NAME: "A", SHOWN_ADDRESS: "c@d.vn", SENDER_SMTP: "a@b.vn"}, ["sender-differs"]),
    "another sender": ({SENDER_NAME: "A", SENDER_SMTP: "c@d.vn"}, ["sender-differs"]),
    "two addresses": ({SHOWN_ADDRESS: "c@d.vn", SHOWN_SMTP: "a@b.vn"}, ["sender-differs"]),
    "address inside a company": ({SHOWN_NAME: "A", SHOWN_ADDRESS: "/O=X/CN=A"}, ["sender-differs"]),
    "address inside a company and outside": ({SHOWN_ADDRESS: "/O=X/CN=A", SHOWN_SMTP: "a@b.vn"}, []),
}


@pytest.mark.parametrize(("properties", "defects"), DIFFERING.values(), ids=DIFFERING)
def test_outlook_shows_its_own_sender(properties: Properties, defects: list[str]) -> None:
    """A file whose shown sender is not the author of the transport headers is broken."""
    assert list(read_mail(write_msg({**WHOLE, **properties})).defects) == defects


def test_broken_transport_headers_are_broken_headers() -> None:
    """Two From fields are two here as well."""
    assert read_mail(write_msg({**WHOLE, HEADERS: "From: a@b.vn\r\nFrom: c@d.vn"})).defects == ("from-repeated",)


BODIES: dict[str, tuple[Properties, str, list[str]]] = {
    "plain": ({BODY: "words"}, "words", []),
    "HTML": ({HTML: "<p>chữ</p>".encode(), CODEPAGE: 65001}, "chữ", []),
    "HTML of an unknown charset": (
        {HTML: b"<p>read the OTP</p>", CODEPAGE: 65000},
        "read the OTP",
        ["unknown-charset"],
    ),
    "HTML as text": ({HTML: "<p>chữ</p>"}, "chữ", []),
    "both": ({BODY: "one", HTML: b"<p>two</p>", CODEPAGE: 65001}, "one\ntwo", []),
    "RTF alone": ({RTF: b"LZFu"}, "", ["unreadable-msg", "no-text"]),
    "RTF beside plain text": ({BODY: "words", RTF: b"LZFu"}, "words", ["unreadable-msg"]),
    "another subject": ({BODY: "words", SUBJECT: "read the OTP"}, "words\nread the OTP", []),
    "long": ({BODY: "x" * 9000}, "x" * 9000, []),
    "nothing": ({}, "", ["no-text"]),
}


@pytest.mark.parametrize(("properties", "text", "unread"), BODIES.values(), ids=BODIES)
def test_every_body_is_read_or_told(properties: Properties, text: str, unread: list[str]) -> None:
    """Outlook keeps up to three bodies and shows any of them."""
    found = read_mail(write_msg({HEADERS: "From: a@b.vn\r\nSubject: Tin", SUBJECT: "Tin", **properties}))
    assert found.text == f"Tin\n{text}".strip()
    assert list(found.unread) == unread


FILES: dict[str, tuple[Properties, tuple[str, str, str], list[str]]] = {
    "program": ({FILE_NAME: "a.exe", FILE_DATA: b"MZ", FILE_TYPE: "application/PDF"}, ("a.exe", "application/pdf", "program"), []),
    "short name": ({SHORT_NAME: "A~1.EXE", FILE_DATA: b"x"}, ("A~1.EXE", "application/octet-stream", "program"), []),
    "two names": ({FILE_NAME: "a.pdf", SHORT_NAME: "a.exe", FILE_DATA: b"x"}, ("a.pdf", "application/octet-stream", "program"), []),
    "content": ({FILE_NAME: "a.pdf", FILE_DATA: b"\x7fELF" + b"x" * 9000}, ("a.pdf", "application/octet-stream", "program"), []),
    "rar": ({FILE_NAME: "a.rar", FILE_DATA: b"Rar!"}, ("a.rar", "application/octet-stream", ""), ["unreadable-archive"]),
    "without content": ({FILE_NAME: "a.pdf"}, ("a.pdf", "application/octet-stream", ""), ["unreadable-msg"]),
}  # fmt: skip


@pytest.mark.parametrize(("properties", "attachment", "unread"), FILES.values(), ids=FILES)
def test_attachments_are_judged(properties: Properties, attachment: tuple[str, str, str], unread: list[str]) -> None:
    """Like those of any mail; what has no content of its own is a message inside, or lies elsewhere."""
    found = read_mail(write_msg(WHOLE, properties))
    assert [tuple(attached)[:3] for attached in found.attachments] == [attachment]
    assert list(found.unread) == unread


def test_an_attached_mail_is_an_original() -> None:
    """It is judged by itself."""
    inner = b"From: c@d.vn\r\n\r\ninner"
    assert read_mail(write_msg(WHOLE, {FILE_NAME: "a.eml", FILE_DATA: inner})).originals == (inner,)


def test_a_hundred_attachments_are_enough() -> None:
    """More are told."""
    attached: Properties = {FILE_NAME: "a.txt", FILE_DATA: b"x"}
    found = read_mail(write_msg(WHOLE, *[attached] * 101))
    assert "too-many-parts" in found.unread
    assert len(found.attachments) == 100


_GOOD = write_msg(WHOLE, {FILE_NAME: "a.exe", FILE_DATA: b"MZ" * 3000})
BROKEN = {
    "magic alone": _GOOD[:8],
    "cut": _GOOD[:1000],
    "cut in the directory": _GOOD[:-700],
    "no message": write_ole({"WordDocument": b"x" * 5000}),
    "no properties": write_ole({"__substg1.0_1000001F": b"x"}),
    "zeros": _GOOD[:8] + b"\0" * 5000,
    "more than 25 MB": _GOOD[:8] + b"\0" * (25 * 1024 * 1024),
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_read_is_unreadable(raw: bytes) -> None:
    """One answer for whatever goes wrong with it."""
    found = read_mail(raw)
    assert "unreadable-msg" in found.defects
    assert set(found.unread) & {"unreadable-msg", "too-large"}
    assert found.fields == ()


def circular() -> bytes:
    """Give a file whose first chain of sectors ends where it begins."""
    raw = bytearray(_GOOD)
    raw[-512:-508] = b"\0\0\0\0"
    return bytes(raw)


def test_a_chain_without_end_ends() -> None:
    """The child is not caught in it: the length of a stream bounds it."""
    started = time.perf_counter()
    found = read_mail(circular())
    assert time.perf_counter() - started < 5
    assert found.fields or found.unread == ("unreadable-msg",)


def test_a_child_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wall clock, whatever the system knows of limits."""
    monkeypatch.setattr(msg, "_MAX_WALL_SECONDS", 0.001)
    assert read_mail(_GOOD).unread == ("unreadable-msg",)


def test_without_an_interpreter_it_is_unreadable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A child that cannot be started, or one that says nothing."""
    for interpreter in (str(tmp_path / "none"), "", "/bin/true"):
        monkeypatch.setattr(sys, "executable", interpreter)
        assert read_mail(_GOOD).defects == ("unreadable-msg",)


def test_nothing_in_the_working_directory_is_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A mail is often judged in the folder where it was saved, beside other files that came with it."""
    for name in ("olefile.py", "json.py", "oxmsg.py", "verifykb.py"):
        (tmp_path / name).write_text("from pathlib import Path; Path('run').touch(); raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    assert read_mail(_GOOD).defects == ()
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_the_child_takes_memory_and_time_away_from_itself() -> None:
    """512 MB, 10 seconds, no dump."""
    script = (
        "import resource as r; from verifykb.mail import msg; msg._limit();"
        "print(*(r.getrlimit(kind)[0] for kind in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_CORE)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    memory, seconds, dump = map(int, done.stdout.split())
    assert (seconds, dump) == (10, 0)
    assert memory == 512 * 1024 * 1024 or sys.platform == "darwin"


@settings(max_examples=15)
@given(st.integers(0, len(_GOOD) - 1), st.binary(min_size=1, max_size=16))
def test_any_change_of_a_file_is_answered(at: int, octets: bytes) -> None:
    """Read or unreadable, never an error here."""
    found = read_mail(_GOOD[:8] + (_GOOD[:at] + octets + _GOOD[at + len(octets) :])[8:])
    assert found.raw == b""


@given(st.integers(8, len(_GOOD) - 1), st.binary(min_size=1, max_size=16))
def test_the_reader_of_a_changed_file_raises_nothing_that_escapes(at: int, octets: bytes) -> None:
    """Many changes, in this process: only `Exception` comes out, which the child turns into its one answer."""
    try:
        found = msg._read(_GOOD[:at] + octets + _GOOD[at + len(octets) :])
    except Exception:  # noqa: BLE001 - this is what the child catches
        return
    assert set(found) == {"headers", "subject", "senders", "body", "html", "charset", "files", "unread", "shown"}
