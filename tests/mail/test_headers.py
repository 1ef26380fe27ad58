"""The header section: every field that any reader may see, or a defect."""

import time
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.mail.headers import decode_words, normalise, read_header
from verifykb.mail.words import words_doubt
from verifykb.model.mail_content import Field

FROM = Field("from", "a@b.vn")

HEADERS: dict[str, tuple[bytes, list[tuple[str, str]], list[str]]] = {
    "CRLF": (b"From: a@b.vn\r\nTo: c\r\n\r\nbody", [FROM, ("to", "c")], []),
    "LF": (b"From: a@b.vn\nTo: c\n\nbody", [FROM, ("to", "c")], []),
    "names in any case": (b"FROM: a@b.vn\n\n", [FROM], []),
    "folded": (b"From: a@b.vn\r\nSubject: one\r\n  two\r\n\tthree\r\n\r\n", [FROM, ("subject", "one  two\tthree")], []),
    "empty value": (b"From: a@b.vn\nX:\n\n", [FROM, ("x", "")], []),
    "colon in the value": (b"From: a@b.vn\nX: y: z\n\n", [FROM, ("x", "y: z")], []),
    "UTF-8 as it is": ("From: a@b.vn\nSubject: Kho bạc\n\n".encode(), [FROM, ("subject", "Kho bạc")], []),
    "line of an mbox": (b"From a@b.vn Mon Nov 23 2026\nFrom: a@b.vn\n\n", [FROM], []),
    "many Received": (b"Received: 1\nReceived: 2\nFrom: a@b.vn\n\n", [("received", "1"), ("received", "2"), FROM], []),
    "no blank line": (b"From: a@b.vn\r\n", [FROM], ["no-body"]),
    "cut off": (b"From: a@b", [("from", "a@b")], ["no-body"]),
    "nothing": (b"", [], ["no-body", "from-missing"]),
    "blank line first": (b"\r\nFrom: a@b.vn\r\n\r\n", [], ["from-missing"]),
    "two From": (b"From: a@b.vn\nfrom: c\n\n", [FROM, ("from", "c")], ["from-repeated"]),
    "two Subjects": (b"From: a@b.vn\nSubject: 1\nSubject: 2\n\n", [FROM, ("subject", "1"), ("subject", "2")], ["repeated:subject"]),
    "two Content-Types": (b"From: a@b.vn\nContent-Type: 1\nContent-Type: 2\n\n", [FROM, ("content-type", "1"), ("content-type", "2")], ["repeated:content-type"]),
    "mixed line ends": (b"From: a@b.vn\r\nTo: c\n\r\n", [FROM, ("to", "c")], ["mixed-line-ends"]),
    "bare CR": (b"To: c\rFrom: x\r\nFrom: a@b.vn\r\n\r\n", [("to", "c\rFrom: x"), FROM], ["bare-cr"]),
    "NUL": (b"From: a@b.vn\nX: \0\n\n", [FROM, ("x", "\0")], ["nul"]),
    "no colon": (b"From: a@b.vn\nhello\n\n", [FROM], ["header-line-malformed"]),
    "space before the colon": (b"From : a@b.vn\n\n", [FROM], ["header-line-malformed"]),
    "space inside the name": (b"From: a@b.vn\nFrom x: y\n\n", [FROM], ["header-line-malformed"]),
    "empty name": (b"From: a@b.vn\n: y\n\n", [FROM], ["header-line-malformed"]),
    "name that is not ASCII": ("From: a@b.vn\nFrọm: y\n\n".encode(), [FROM], ["header-line-malformed"]),
    "continuation of nothing": (b" x\nFrom: a@b.vn\n\n", [FROM], ["header-line-malformed"]),
    "continuation of no field": (b"From: a@b.vn\nbad line\n x\n\n", [FROM], ["header-line-malformed"]),
    "white space line": (b"From: a@b.vn\n \nTo: c\n\n", [FROM, ("to", "c")], ["header-line-malformed"]),
    "mbox line further down": (b"From: a@b.vn\nFrom c\n\n", [FROM], ["header-line-malformed"]),
    "byte order mark": (b"\xef\xbb\xbfFrom: a@b.vn\n\n", [], ["header-line-malformed", "from-missing"]),
    "no UTF-8": (b"From: a@b.vn\nSubject: \xff\n\n", [FROM, ("subject", "\udcff")], ["not-utf8"]),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "fields", "defects"), HEADERS.values(), ids=HEADERS)
def test_each_header_gives_its_fields_and_what_is_broken(
    raw: bytes, fields: list[tuple[str, str]], defects: list[str]
) -> None:
    """Fields come in order, unfolded; whatever two readers may read differently is a defect."""
    found, broken, _ = read_header(raw)
    assert [tuple(field) for field in found] == [tuple(field) for field in fields]
    assert broken == defects


BODIES = {"CRLF": (b"From: a\r\n\r\nbody", b"body"), "LF": (b"From: a\n\nbody", b"body"), "none": (b"From: a\n", b""),
          "at once": (b"\nbody", b"body"), "mixed": (b"From: a\n\r\nbody", b"body")}  # fmt: skip


@pytest.mark.parametrize(("raw", "body"), BODIES.values(), ids=BODIES)
def test_the_body_begins_behind_the_first_empty_line(raw: bytes, body: bytes) -> None:
    """The third value is where the body begins; the end of the file where there is none."""
    assert raw[read_header(raw)[2] :] == body


def test_nothing_is_believed_behind_64_kib() -> None:
    """A From behind the limit is none, and a line across it is left out."""
    raw = b"From: a@b.vn\n" + b"X: " + b"y" * 70_000 + b"\nFrom: evil@x.vn\n\nbody"
    fields, defects, at = read_header(raw)
    assert fields == [FROM]
    assert defects == ["header-too-large"]
    assert raw[at:] == b"body"


NORMALISED = {
    "LF becomes CRLF": (b"a\nb\n", b"a\r\nb\r\n"),
    "CRLF stays": (b"a\r\nb\r\n", b"a\r\nb\r\n"),
    "mixed stays": (b"a\r\nb\n", b"a\r\nb\n"),
    "byte order mark": (b"\xef\xbb\xbfa\n", b"a\r\n"),
    "nothing": (b"", b""),
}


@pytest.mark.parametrize(("raw", "expected"), NORMALISED.values(), ids=NORMALISED)
def test_a_file_saved_with_lf_is_made_what_was_sent(raw: bytes, expected: bytes) -> None:
    """Signatures are made over CRLF; nothing else is touched."""
    assert normalise(raw) == expected


WORDS = {
    "base64": ("=?utf-8?B?S2hvIGLhuqFj?=", "Kho bạc"),
    "quoted": ("=?UTF-8?q?Kho_b=E1=BA=A1c?=", "Kho bạc"),
    "among plain text": ("a =?utf-8?q?b?= c", "a b c"),
    "white space between words": ("=?utf-8?q?a?=  =?utf-8?q?b?=", "ab"),
    "a letter across words": ("=?utf-8?q?=E1=BA?= =?utf-8?q?=A1?=", "ạ"),
    "two charsets": ("=?utf-8?q?a?= =?iso-8859-1?q?=E9?=", "aé"),
    "language": ("=?utf-8*vi?q?a?=", "a"),
    "unknown charset": ("=?x-none?q?a?=", "=?x-none?q?a?="),
    "charset that hides ASCII": ("=?utf-7?q?+AE8-TP?=", "=?utf-7?q?+AE8-TP?="),
    "spaces inside": ("=?utf-8?q?a b?=", "a b"),
    "no padding": ("=?utf-8?B?YQ?=", "a"),
    "broken base64": ("=?utf-8?B?Y!Q=?=", "a"),
    "unfinished": ("=?utf-8?q?a", "=?utf-8?q?a"),
    "plain": ("a", "a"),
}


@pytest.mark.parametrize(("value", "expected"), WORDS.values(), ids=WORDS)
def test_encoded_words_become_the_text_that_a_reader_sees(value: str, expected: str) -> None:
    """RFC 2047, and what mail programs accept beside it; an unknown charset stays as it stands."""
    assert decode_words(value) == expected


DOUBTS = {
    "100 words": ("=?utf-8?q?a?= " * 100, "a" * 100 + " ", ""),
    "101 words": ("=?utf-8?q?a?= " * 101, "a" * 100 + " =?utf-8?q?a?= ", "too-large"),
    "8,000 words": ("=?utf-8?q?a?= " * 8000, "a" * 100 + " =?utf-8?q?a?= " * 7900, "too-large"),
    "beginnings of words": ("=?" * 30_000, "=?" * 30_000, "too-large"),
    "halves of words": ("=?a?q?" * 2_000, "=?a?q?" * 2_000, ""),
    "unknown charset": ("=?x-none?q?a?= b", "=?x-none?q?a?= b", "unknown-charset"),
    "name that only browsers know": ("=?unicode-1-1-utf-8?B?S2hvIGLhuqFj?=", "Kho bạc", ""),
}


@pytest.mark.parametrize(("value", "text", "doubt"), DOUBTS.values(), ids=DOUBTS)
def test_what_stays_encoded_is_told_and_costs_nothing(value: str, text: str, doubt: str) -> None:
    """The first hundred words are read; 8,000 cost the standard library seconds (A18)."""
    started = time.process_time()
    assert "".join(decode_words(value).split()) == "".join(text.split())
    assert words_doubt(value) == doubt
    assert time.process_time() - started < 1


_PIECES = [
    "From", "from", "From: ", "from:a@b", " From: x", "\tFrom: x", "From : x", "From a", "Subject: ", "X", ":", " ", "\t",
    "\r", "\n", "\r\n", "\n\n", "\0", "\v", "\f", "\x1c", "\x1e", "\x85", "\u2028", "\ufeff", "é", "<a@b>", ",", "=?utf-8?q?a?=",
]  # fmt: skip


def _from_counts(raw: bytes) -> set[int]:
    """Count the From fields as the standard library sees them under both of its policies."""
    messages = [message_from_bytes(raw, policy=policy.default), message_from_bytes(raw, policy=policy.compat32)]
    return {sum(name.lower() == "from" for name in message.keys()) for message in messages}  # noqa: SIM118 - a mail is no dict


@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
def test_no_reader_sees_another_number_of_from_fields_without_a_defect(text: str) -> None:
    """Whatever the standard library counts we count too, or the mail has a defect (A7)."""
    raw = normalise(text.encode())
    fields, defects, _ = read_header(raw)
    assert defects or _from_counts(raw) == {sum(field.name == "from" for field in fields)}


@given(
    st.lists(
        st.sampled_from(["To: a", "Subject: b", "From: c", "X-Y: d\r\n e", "Received: f"]), max_size=8, unique=True
    )
)
def test_a_sound_header_is_read_as_the_standard_library_reads_it(lines: list[str]) -> None:
    """Without defects, names and unfolded values are those of the standard library."""
    raw = "".join(f"{line}\r\n" for line in lines).encode() + b"\r\nbody"
    fields, defects, _ = read_header(raw)
    message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    assert [field.name for field in fields] == [name.lower() for name in message.keys()]  # noqa: SIM118 - a mail is no dict
    assert [field.value for field in fields] == [str(value) for value in message.values()]
    assert defects == ([] if "From: c" in lines else ["from-missing"])


@given(st.binary(max_size=300))
def test_any_octets_are_read(raw: bytes) -> None:
    """Nothing raises, and the body lies inside the file."""
    _, _, at = read_header(normalise(raw))
    assert 0 <= at <= len(normalise(raw))
