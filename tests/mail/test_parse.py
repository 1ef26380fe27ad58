"""A saved mail: everything in it is read, or it is said why not (A18, A19, A30)."""

import base64
import quopri
import time
import unicodedata
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.mail.parse import read_mail

TOP = b"From: a@b.vn\r\nSubject: =?utf-8?B?S2hvIGLhuqFj?=\r\n"
SENTENCE = "Anh chị đọc mã OTP cho em nhé"


def mail(*lines: str | bytes) -> bytes:
    """Give a mail: From, Subject, and these lines."""
    return TOP + b"\r\n".join(line.encode() if isinstance(line, str) else line for line in lines)


def mixed(*parts: str, kind: str = "multipart/mixed") -> bytes:
    """Give a multipart of these parts, each a header and a body."""
    return mail(f"Content-Type: {kind}; boundary=X", "", *(f"--X\r\n{part}" for part in parts), "--X--", "")


def encoded(text: str, charset: str = "utf-8") -> str:
    return base64.b64encode(text.encode(charset)).decode()


TEXTS = {
    "no type": mail("", SENTENCE),
    "UTF-8": mail("Content-Type: text/plain; charset=utf-8", "", SENTENCE),
    "UTF-8 declared ASCII": mail("Content-Type: text/plain; charset=us-ascii", "", SENTENCE),
    "base64": mail("Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: BASE64", "", encoded(SENTENCE)),
    "quoted-printable": mail("Content-Transfer-Encoding: quoted-printable", "", quopri.encodestring(SENTENCE.encode())),
    "Windows-1258": mail("Content-Type: text/plain; charset=windows-1258", "Content-Transfer-Encoding: base64", "",
                         base64.b64encode("Anh chi\u0323 đo\u0323c ma\u0303 OTP cho em nhé".encode("cp1258"))),
    "UTF-16": mail("Content-Type: text/plain; charset=utf-16", "Content-Transfer-Encoding: base64", "", encoded(SENTENCE, "utf-16")),
    "decomposed": mail("", unicodedata.normalize("NFD", SENTENCE)),
    "HTML": mail("Content-Type: text/html; charset=utf-8", "", f"<p>{SENTENCE}</p>"),
    "flowed": mail("Content-Type: text/plain; format=flowed", "", SENTENCE.replace(" OTP", " \r\nOTP")),
    "flowed, parted words": mail("Content-Type: text/plain; format=flowed; delsp=yes", "", SENTENCE.replace("OTP", "O \r\nTP")),
    "calendar": mail("Content-Type: text/calendar", "", SENTENCE.replace("OTP", "O\r\n TP")),
    "same text twice": mixed(f"\r\n{SENTENCE}", f"Content-Type: text/html\r\n\r\n<b>{SENTENCE}</b>", kind="multipart/alternative"),
    "part without header": mixed(f"\r\n{SENTENCE}"),
    "part of a part": mail("Content-Type: multipart/mixed; boundary=X", "", "--X", "Content-Type: multipart/related; boundary=Y", "",
                           "--Y", "", SENTENCE, "--Y--", "--X--", ""),
    "quoted boundary": mail('Content-Type: multipart/mixed; boundary="a b(c)?"', "", "--a b(c)? \t", "", SENTENCE, "--a b(c)?--"),
    "boundary that begins like its outer one": mail("Content-Type: multipart/mixed; boundary=X", "", "--X",
        "Content-Type: multipart/related; boundary=XX", "", "--XX", "", SENTENCE, "--XX--", "--X--", ""),
    "LF only": mixed(f"\r\n{SENTENCE}").replace(b"\r\n", b"\n"),
    "byte order mark": b"\xef\xbb\xbf" + mail("", SENTENCE),
    "soft line ends, padded": mail("Content-Transfer-Encoding: quoted-printable", "", SENTENCE.replace("OTP", "O= \t\r\nTP").replace("mã", "m=C3=A3")),
    "Name of an encoding in capitals": mail("Content-Transfer-Encoding: 8BIT", "", SENTENCE),
    "file of a text that is flowed": mail("Content-Type: text/plain; format=flowed; delsp=yes", "", SENTENCE.replace("OTP", "O \r\nTP")),
    "mbox": b"From a@b.vn Mon Nov 23 10:00:00 2026\r\n" + mail("", SENTENCE),
}  # fmt: skip


@pytest.mark.parametrize("raw", TEXTS.values(), ids=TEXTS)
def test_text_is_read_however_it_is_wrapped(raw: bytes) -> None:
    """Subject and text, NFC, without a defect and with nothing left unread."""
    found = read_mail(raw)
    assert found.text == f"Kho bạc\n{SENTENCE}"
    assert (found.defects, found.unread, found.attachments) == ((), (), ())


def test_every_alternative_is_text() -> None:
    """An attacker may put the words into the part that a preview shows, or into the other."""
    raw = mixed("\r\nplain words", "Content-Type: text/html\r\n\r\n<p>other words</p>", kind="multipart/alternative")
    assert read_mail(raw).text == "Kho bạc\nplain words\nother words"


def test_what_stands_around_the_parts_is_hidden_text() -> None:
    """Some readers show preamble and epilogue."""
    raw = mail("Content-Type: multipart/mixed; boundary=X", "", "before", "--X", "", "inside", "--X--", "behind")
    assert read_mail(raw).hidden_text.split() == ["before", "behind"]


def test_links_and_hidden_text_of_html_are_given() -> None:
    """The HTML part's links and what it hides come with the mail."""
    found = read_mail(mail("Content-Type: text/html", "", '<a href="http://e">vst.gov.vn</a><p hidden>OTP</p>'))
    assert found.links == (("vst.gov.vn", "http://e"),)
    assert found.hidden_text == "OTP"


UNREAD = {
    "unknown charset": (mail("Content-Type: text/plain; charset=x-viet", "", "read the OTP"), ["unknown-charset"]),
    "UTF-7": (mail("Content-Type: text/plain; charset=utf-7", "", "read the OTP"), ["unknown-charset"]),
    "codec that is none for text": (mail("Content-Type: text/plain; charset=rot13", "", "read the OTP"), ["unknown-charset"]),
    "IDNA": (mail("Content-Type: text/plain; charset=idna", "", "read the OTP"), ["unknown-charset"]),
    "punycode": (mail("Content-Type: text/plain; charset=punycode", "", "read the OTP"), ["unknown-charset"]),
    "EBCDIC": (mail("Content-Type: text/plain; charset=cp037", "", "read the OTP"), ["unknown-charset"]),
    "UTF-16 that is none": (mail("Content-Type: text/plain; charset=utf-16", "", "read the OTP"), ["unknown-charset"]),
    "escapes": (mail("Content-Type: text/plain; charset=unicode_escape", "", "read the OTP"), ["unknown-charset"]),
    "wrong charset": (mail("Content-Type: text/plain; charset=utf-8", "", b"read the OTP \xff"), ["unknown-charset"]),
    "hostile charset": (mail('Content-Type: text/plain; charset="../\0x"', "", "read the OTP"), ["unknown-charset"]),
    "unknown encoding": (mail("Content-Transfer-Encoding: x-uuencode", "", "read the OTP"), ["unknown-encoding"]),
    "broken base64": (mail("Content-Transfer-Encoding: base64", "", encoded("read the OTP") + "!"), ["broken-structure"]),
    "base64 in padded blocks": (mail("Content-Transfer-Encoding: base64", "", encoded("read th"), encoded("e OTP")), ["broken-structure"]),
    "base64 in many padded blocks": (mail("Content-Transfer-Encoding: base64", "", encoded("read the OTP "), "eA==" * 20_000), ["broken-structure", "unknown-charset"]),
    "encoding with a parameter": (mail("Content-Transfer-Encoding: base64;x", "", encoded("read the OTP")), ["broken-structure"]),
    "quoted-printable with CR alone": (mail("Content-Transfer-Encoding: quoted-printable", "", "x=\rread the OTP"), ["broken-structure"]),
    "line that begins like a boundary": (mixed("\r\nread the OTP\r\n--Xx"), ["broken-structure"]),
    "line of a boundary behind a CR": (mixed("\r\nread the OTP\r--X--"), ["broken-structure"]),
    "part behind the last": (mail("Content-Type: multipart/mixed; boundary=X", "", "--X", "", "read the OTP", "--X--", "--X", "", "x"), ["broken-structure"]),
    "Rich Text": (mixed("Content-Type: text/rtf\r\n\r\n{\\rtf1 read{\\b } the O{\\b }TP\\par}"), ["unreadable-part"]),
    "words of a sheet": (mail("Content-Type: text/html", "", "<style>p:after{content:'x'}</style><p>read the OTP</p>"), ["obscured"]),
    "file inside that does not end": (mail("", "read the OTP", "begin 644 a.txt", "#0V%T", ""), ["unreadable-part"]),
    "file inside that is broken": (mail("", "read the OTP", "begin 644 a.txt", "#\x7f\x7f", "end", ""), ["unreadable-part"]),
    "subject in an unknown charset": (b"From: a@b.vn\r\nSubject: =?x-viet?q?x?=\r\n\r\nread the OTP", ["unknown-charset"]),
    "NUL": (mail("", b"read the OTP\0"), ["broken-structure"]),
    "no boundary": (mail("Content-Type: multipart/mixed", "", "--X", "", "read the OTP", "--X--"), ["broken-structure"]),
    "boundary that never occurs": (mail("Content-Type: multipart/mixed; boundary=Y", "", "--X", "", "read the OTP"), ["broken-structure"]),
    "no end": (mail("Content-Type: multipart/mixed; boundary=X", "", "--X", "", "read the OTP"), ["broken-structure"]),
    "two boundaries": (mail("Content-Type: multipart/mixed; boundary=X; boundary=Y", "", "--X", "", "read the OTP", "--X--"), ["broken-structure"]),
    "encoded multipart": (mail("Content-Type: multipart/mixed; boundary=X", "Content-Transfer-Encoding: base64", "", "--X", "", "read the OTP", "--X--"), ["broken-structure", "unknown-charset"]),
    "type that is none": (mail("Content-Type: text", "", "read the OTP"), ["broken-structure"]),
    "comment in a type": (mail("Content-Type: text/plain (x); charset=utf-8", "", "read the OTP"), ["broken-structure"]),
    "part with a broken header": (mixed("read the OTP\r\n\r\nx"), ["broken-structure"]),
    "PGP": (mail("", "read the OTP", "-----BEGIN PGP MESSAGE-----"), ["encrypted"]),
    "multipart/encrypted": (mixed("\r\nread the OTP", kind="multipart/encrypted"), ["encrypted"]),
    "S/MIME": (mixed("\r\nread the OTP", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nx"), ["encrypted"]),
    "opaque signature": (mixed("\r\nread the OTP", "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\nx"), ["encrypted"]),
    "S/MIME by name": (mixed("\r\nread the OTP", 'Content-Type: application/octet-stream; name="smime.p7m"\r\n\r\nx'), ["encrypted"]),
    "winmail.dat": (mixed("\r\nread the OTP", "Content-Type: application/ms-tnef\r\n\r\nx"), ["unreadable-part"]),
    "Outlook item": (mixed("\r\nread the OTP", 'Content-Type: application/octet-stream; name="a.msg"\r\n\r\nx'), ["unreadable-msg"]),
    "part of a mail": (mail("Content-Type: message/partial; id=1; number=1", "", "read the OTP"), ["not-whole"]),
    "content elsewhere": (mail("Content-Type: message/external-body", "", "read the OTP"), ["not-whole"]),
    "rar": (mixed("\r\nread the OTP", 'Content-Disposition: attachment; filename="a.rar"\r\n\r\nRar!'), ["unreadable-archive"]),
    "101 parts": (mixed("\r\nread the OTP", *["\r\nx"] * 100), ["too-many-parts"]),
    "1 MB of text": (mail("", "read the OTP", "x" * 1_000_001), ["too-large"]),
    "1 MB of HTML": (mail("Content-Type: text/html", "", "read the OTP", "<b>" * 333_334), ["too-large"]),
    "1 MB of text in parts": (mixed("\r\nread the OTP", *(f"\r\n{number}" + "x" * 300_000 for number in range(4))), ["too-large"]),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "unread"), UNREAD.values(), ids=UNREAD)
def test_what_cannot_be_read_is_said_and_the_rest_is_read(raw: bytes, unread: list[str]) -> None:
    """Each reason has its key, and the words that can be seen are still found."""
    found = read_mail(raw)
    assert list(found.unread) == unread
    assert "read the OTP" in found.text


EMPTY = {
    "picture": (mixed("Content-Type: image/png\r\n\r\nx"), ["image-only"]),
    "picture and a word": (mixed("\r\nXem ảnh", "Content-Type: image/png\r\n\r\nx"), ["image-only"]),
    "HTML of pictures": (mail("Content-Type: text/html", "", '<img src="http://e/x.png">'), ["image-only"]),
    "picture and a sentence": (mixed(f"\r\n{SENTENCE}", "Content-Type: image/png\r\n\r\nx"), []),
    "no text": (mail("", ""), ["no-text"]),
    "only a PDF": (mixed("Content-Type: application/pdf\r\n\r\n%PDF-1"), ["no-text"]),
}


@pytest.mark.parametrize(("raw", "unread"), EMPTY.values(), ids=EMPTY)
def test_a_mail_that_says_nothing_in_words_says_so(raw: bytes, unread: list[str]) -> None:
    """Pictures of text are not read; a subject is no text."""
    assert list(read_mail(raw).unread) == unread


NAMES = {
    "plain": ('filename="báo cáo.pdf"', "báo cáo.pdf", ""),
    "encoded word": ('filename="=?utf-8?B?YsOhbw==?=.exe"', "báo.exe", "program"),
    "RFC 2231": ("filename*=utf-8''b%C3%A1o.exe", "báo.exe", "program"),
    "RFC 2231 in pieces": ("filename*0*=utf-8''b%C3%A1; filename*1=\"o.exe\"", "báo.exe", "program"),
    "parentheses": ('filename="a (1).exe"', "a (1).exe", "program"),
    "path": ('filename="../../etc/x.sh"', "../../etc/x.sh", "script"),
    "right to left": ('filename="a\u202efdp.exe"', "a\u202efdp.exe", "program"),
    "none": ("x=y", "", ""),
}


@pytest.mark.parametrize(("parameter", "name", "kind"), NAMES.values(), ids=NAMES)
def test_attachments_are_named_as_given_and_judged(parameter: str, name: str, kind: str) -> None:
    """Nothing is written anywhere, so a name may be anything (A19)."""
    found = read_mail(
        mixed(
            f"\r\n{SENTENCE}", f"Content-Type: application/pdf\r\nContent-Disposition: attachment; {parameter}\r\n\r\nx"
        )
    )
    assert [(attached.name, attached.media_type, attached.danger) for attached in found.attachments] == [
        (name, "application/pdf", kind)
    ]
    assert found.unread == ()


def test_the_worse_of_two_names_counts() -> None:
    """Programs differ in which of two names they take."""
    part = 'Content-Type: application/pdf; name="a.exe"\r\nContent-Disposition: attachment; filename="a.pdf"\r\n\r\nx'
    assert [attached.danger for attached in read_mail(mixed(part)).attachments] == ["program"]


def test_an_archive_is_looked_into() -> None:
    """A program inside a ZIP file is found through its transfer encoding."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.exe", b"x")
    part = f'Content-Type: application/zip; name="a.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64.b64encode(buffer.getvalue()).decode()}'
    assert [attached.danger for attached in read_mail(mixed(part)).attachments] == ["archive-with-program"]


TEXT_FILES = {
    "text": ('text/plain; name="a.txt"', "read the OTP"),
    "HTML": ('text/html; name="a.html"', "<p>read the <b>O</b>TP</p><a href='http://e'>x</a>"),
    "HTML by name": ('application/octet-stream; name="a.htm"', "<p>read the <b>O</b>TP</p><a href='http://e'>x</a>"),
    "text by name": ('application/octet-stream; name="a.txt"', "read the OTP"),
}


@pytest.mark.parametrize(("kind", "text"), TEXT_FILES.values(), ids=TEXT_FILES)
def test_attached_texts_are_read_like_the_mail(kind: str, text: str) -> None:
    """What an attached text asks for is asked for."""
    found = read_mail(
        mixed(f"\r\n{SENTENCE}", f"Content-Type: {kind}\r\nContent-Disposition: attachment\r\n\r\n{text}")
    )
    assert "read the OTP" in found.text
    assert len(found.attachments) == 1
    assert bool(found.links) == ("href" in text)


_INNER = "From: c@d.vn\r\nDKIM-Signature: x\r\n\r\ninner words\r\n"
INSIDE = {
    "uuencode": ("Content-Type: text/plain\r\n\r\nx\r\nbegin 644 a.exe\r\n#0V%T\r\n`\r\nend\r\n", ("a.exe", "program")),
    "uuencode in base64": ("Content-Type: text/plain\r\n\r\nx\r\nbegin-base64 644 a.exe\r\nTVo=\r\n====\r\n", ("a.exe", "program")),
    "calendar": ('Content-Type: text/calendar\r\n\r\nATTACH;ENCODING=BASE64;X-FILENAME="a.exe":TV\r\n o=\r\n', ("a.exe", "program")),
    "contact card": ("Content-Type: text/vcard\r\n\r\nPHOTO;ENCODING=b;TYPE=EXE:f0VMRg==\r\n", ("", "program")),
}  # fmt: skip


@pytest.mark.parametrize(("part", "attachment"), INSIDE.values(), ids=INSIDE)
def test_a_file_inside_a_text_is_an_attachment(part: str, attachment: tuple[str, str]) -> None:
    """Mail programs offer it like any other."""
    found = read_mail(mixed(f"\r\n{SENTENCE}", part))
    assert [(attached.name, attached.danger) for attached in found.attachments] == [attachment]
    assert found.unread == ()


OTHER_TEXTS = {
    "vCalendar": "text/x-vcalendar\r\n\r\nDESCRIPTION;ENCODING=QUOTED-PRINTABLE:read=20the=\r\n=20O=54P",
    "encoded text of a calendar": f"text/calendar\r\n\r\nDESCRIPTION;ENCODING=BASE64:{encoded('read the OTP')}",
    "HTML in a calendar": "text/calendar\r\n\r\nX-ALT-DESC;FMTTYPE=text/html:<p>read the O<b></b>TP</p>",
    "enriched text": "text/enriched\r\n\r\nread the O<bold></bold>TP",
    "drawing": "image/svg+xml\r\n\r\n<svg><text>read the <tspan>O</tspan>TP</text></svg>",
    "HTML with the name of a mail": 'text/html; name="a.eml"\r\n\r\nread the O<b></b>TP',
    "text with the name of a mail": 'text/plain; name="a.eml"\r\n\r\nread the OTP',
    "flowed text with a name": 'text/plain; format=flowed; delsp=yes; name="a.txt"\r\n\r\nread the O \r\nTP',
    "Rich Text with a name": 'application/rtf; name="a.rtf"\r\n\r\n{\\rtf1 read\\~the \\u79 ?\\\'54P}',
}  # fmt: skip


@pytest.mark.parametrize("part", OTHER_TEXTS.values(), ids=OTHER_TEXTS)
def test_texts_of_other_kinds_are_read(part: str) -> None:
    """Whatever a mail program shows as words is words."""
    found = read_mail(mixed(f"\r\n{SENTENCE}", f"Content-Type: {part}"))
    assert "read the OTP" in found.text.replace("\u00a0", " ")
    assert (found.unread, found.originals) == ((), ())


ORIGINALS = {
    "message": f"Content-Type: message/rfc822\r\n\r\n{_INNER}",
    "encoded message": f"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded(_INNER)}",
    "by name": f'Content-Type: application/octet-stream; name="thư.eml"\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded(_INNER)}',
    "saved with LF": f'Content-Type: application/octet-stream; name="a.EML"\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded(_INNER.replace(chr(13), ""))}',
}  # fmt: skip


@pytest.mark.parametrize("part", ORIGINALS.values(), ids=ORIGINALS)
def test_an_attached_mail_is_given_octet_by_octet(part: str) -> None:
    """Its signatures are judged apart; its words are not this mail's."""
    found = read_mail(mixed(f"\r\n{SENTENCE}", part))
    assert found.originals == (_INNER.encode(),)
    assert "inner words" not in found.text
    assert found.unread == ()


def test_parts_of_a_digest_are_mails() -> None:
    """RFC 2046, 5.1.5."""
    assert read_mail(mixed(f"\r\n{_INNER}", kind="multipart/digest")).originals == (_INNER.encode(),)


def test_the_mail_itself_is_kept_for_its_signatures() -> None:
    """With CRLF where it was saved with LF."""
    raw = mail("", SENTENCE)
    assert read_mail(raw).raw == raw
    assert read_mail(raw.replace(b"\r\n", b"\n")).raw == raw


def nested(depth: int) -> bytes:
    parts = (f"Content-Type: multipart/mixed; boundary=b{number}\r\n\r\n--b{number}\r\n" for number in range(depth))
    return TOP + "".join(parts).encode() + b"\r\nx"


HOSTILE = {
    "1,000 nested multiparts": (nested(1_000), "too-deep"),
    "21 nested multiparts": (nested(21), "too-deep"),
    "nested, one boundary": (
        TOP + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" * 1_000,
        "too-many-parts",
    ),
    "20,000 parentheses": (
        mail("To: " + "(" * 20_000, "Content-Type: text/plain " + "(" * 20_000, "", "x"),
        "broken-structure",
    ),
    "8,000 encoded words": (mail("X: " + "=?utf-8?q?a?= " * 4_500, "", ""), "no-text"),
    "encoded words in a name": (
        mail("Content-Type: a/b; name=" + '"' + "=?utf-8?q?a?= " * 4_000 + '"', "", ""),
        "broken-structure",
    ),
    "parameters": (mail("Content-Type: a/b" + ";a=b" * 10_000, "", ""), "broken-structure"),
    "lines like boundaries": (
        mail("Content-Type: multipart/mixed; boundary=a", "", "--ab\r\n" * 2_000_000),
        "too-large",
    ),
    "a million boundaries": (
        mail("Content-Type: multipart/mixed; boundary=a", "", "--a\r\n" * 1_000_000),
        "too-many-parts",
    ),
    "more than 25 MB": (mail("", "x" * (25 * 1024 * 1024)), "too-large"),
    "binary": (bytes(range(256)) * 1_000, "no-text"),
    "empty": (b"", "no-text"),
}


@pytest.mark.parametrize(("raw", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_mails_are_answered_at_once(raw: bytes, reason: str) -> None:
    """With a reason, never an error (A18); each takes well under a second on a quiet machine."""
    started = time.process_time()
    found = read_mail(raw)
    assert time.process_time() - started < 5
    assert reason in found.unread


DEFECTS = {
    "no From": (b"Subject: x\r\n\r\nx", "from-missing"),
    "ten From": (b"From: a@b.vn\r\n" * 10 + b"\r\nx", "from-repeated"),
    "NUL": (b"From: a@b.vn\0\r\n\r\nx", "nul"),
    "bare CR": (b"From: a@b.vn\rTo: c\r\n\r\nx", "bare-cr"),
    "no body": (b"From: a@b.vn\r\n", "no-body"),
    "8,000 encoded words": (
        b"From: a@b.vn\r\nSubject: " + b"=?utf-8?q?a?= " * 8_000 + b"\r\n\r\nx",
        "header-too-large",
    ),
    "empty": (b"", "no-body"),
    "Outlook's file, cut": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unreadable-msg"),
}


@pytest.mark.parametrize(("raw", "defect"), DEFECTS.values(), ids=DEFECTS)
def test_defects_of_the_header_come_with_the_mail(raw: bytes, defect: str) -> None:
    """Nothing about a broken header is lost on the way."""
    assert defect in read_mail(raw).defects


_WHOLE = mixed(
    f"\r\n{SENTENCE}",
    "Content-Type: text/html\r\n\r\n<a href=x>y</a>",
    'Content-Type: a/b; name="x.zip"\r\n\r\nPK\x03\x04',
)


@given(st.integers(1, len(_WHOLE)), st.integers(0, 40), st.binary(max_size=8))
def test_any_change_of_a_mail_is_read(at: int, length: int, octets: bytes) -> None:
    """Nothing raises, and the mail itself is kept."""
    raw = _WHOLE[:at] + octets + _WHOLE[at + length :]
    found = read_mail(raw)
    assert found.raw == raw.removeprefix(b"\xef\xbb\xbf")
    assert unicodedata.is_normalized("NFC", found.text)


@given(st.integers(0, len(_WHOLE) - 6))
def test_a_mail_cut_off_is_never_wholly_read(end: int) -> None:
    """A truncated multipart has a defect or something unread."""
    found = read_mail(_WHOLE[:end])
    assert found.defects or found.unread


_LINES = ["From: a@b", "Content-Type: multipart/mixed; boundary=X", "Content-Type: text/html; charset=q", "--X", "--X--", "", "x<b",
          "Content-Transfer-Encoding: base64", "Content-Disposition: attachment; filename*=x''%", "Content-Type: message/rfc822"]  # fmt: skip


@given(st.lists(st.sampled_from(_LINES), max_size=20))
def test_any_order_of_lines_is_read(lines: list[str]) -> None:
    """Nothing raises."""
    read_mail("\r\n".join(lines).encode())
