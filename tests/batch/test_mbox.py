"""Tests of `read_mbox`, and of reading one mail at its place: as it was sent, or not at all."""

import hashlib
import mailbox
import os
import tracemalloc
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judging import MAILS, rules_of
from tests.mail.signing import MAIL, ed25519_key, sign, zone
from verifykb.asking import Asker
from verifykb.batch.mbox import read_mbox
from verifykb.batch.place import mail_path
from verifykb.config import load_settings
from verifykb.context import Context
from verifykb.dns.recorded import RecordedResolver
from verifykb.errors import InputError, RowError
from verifykb.model.contact import Contact
from verifykb.model.evidence import MailUnread
from verifykb.model.report import InputFile, Judgement
from verifykb.saved_mail import MAX_MAIL_BYTES, read_saved_mail
from verifykb.verify import verify

FROM = b"From ai@example.com Sun Nov 22 10:00:00 2026\n"
A = b"Subject: A\n\nmot\n"
B = b"Subject: B\n\nhai\n"


def mails_of(path: Path) -> list[bytes | MailUnread]:
    """Give every mail of an mbox, read at the place that its record names."""
    return [read_saved_mail(mail_path(record.cells["mail"], record.folder)) for record in read_mbox(str(path), [])]


def written(folder: Path, content: bytes, name: str = "thu.mbox") -> Path:
    """Write an mbox."""
    path = folder / name
    path.write_bytes(content)
    return path


CONTENTS: dict[str, tuple[bytes, list[bytes]]] = {
    "one": (FROM + A + b"\n", [A]),
    "two": (FROM + A + b"\n" + FROM + B + b"\n", [A, B]),
    "no empty line at the end": (FROM + A + b"\n" + FROM + B, [A, B]),
    "no end of the last line": (FROM + A + b"\n" + FROM + B[:-1], [A, B[:-1]]),
    "empty lines before": (b"\n\n" + FROM + A, [A]),
    "one empty line of several is the mbox's": (FROM + A + b"\n\n\n" + FROM + B, [A + b"\n\n", B]),
    "CRLF": ((FROM + A + b"\n" + FROM + B + b"\n").replace(b"\n", b"\r\n"), [A.replace(b"\n", b"\r\n"), B.replace(b"\n", b"\r\n")]),
    "mails in CRLF, From lines in LF": (FROM + A.replace(b"\n", b"\r\n") + b"\n" + FROM + B, [A.replace(b"\n", b"\r\n"), B]),
    "quoted once, twice, thrice": (FROM + A + b"\n>From a\n>>From b\n>>>From c\n", [A + b"\nFrom a\n>From b\n>>From c\n"]),
    "no quote": (FROM + A + b"\n>Fromage\n> From\n>from a\n", [A + b"\n>Fromage\n> From\n>from a\n"]),
    "From inside a paragraph": (FROM + A + b"From here on\n", [A + b"From here on\n"]),
    "a header field From": (FROM + b"From: a@b.vn\n\nmot\n\nFrom: c\n", [b"From: a@b.vn\n\nmot\n\nFrom: c\n"]),
    "a From line without a date": (FROM + A + b"\nFrom here on\n" + B, [A, B]),
    "Content-Length is not asked": (FROM + b"Content-Length: 999\n" + A + b"\n" + FROM + B, [b"Content-Length: 999\n" + A, B]),
    "a mail of nothing": (FROM + b"\n" + FROM + A, [b"", A]),
    "a From line behind a From line is no other mail": (FROM + FROM + A, [FROM + A]),
    "a From line and no more": (FROM, [b""]),
    "an empty file": (b"", []),
    "empty lines only": (b"\n\r\n\n", []),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), CONTENTS.values(), ids=CONTENTS)
def test_every_mail_is_given_as_it_was_sent(tmp_path: Path, content: bytes, expected: list[bytes]) -> None:
    """Mails are told apart by From lines behind empty lines, and one level of quoting is taken off."""
    assert mails_of(written(tmp_path, content)) == expected


def test_records_are_numbered_and_the_file_is_fingerprinted(tmp_path: Path) -> None:
    """The row is the number of the mail; the fingerprint is that of the whole file, once it was read."""
    content = FROM + A + b"\n" + FROM + B
    path = written(tmp_path, content)
    inputs: list[InputFile] = []
    assert [(record.file, record.row) for record in read_mbox(str(path), inputs)] == [(str(path), 1), (str(path), 2)]
    assert inputs == [InputFile(str(path), hashlib.sha256(content).hexdigest())]


@pytest.mark.parametrize("content", [b"x", b"code,phone\nA,1\n", A, b" \n" + FROM + A, b"\xef\xbb\xbf" + FROM, b"\0" * 200_000, b"x\n\n" + FROM + A])  # fmt: skip
def test_what_does_not_begin_as_an_mbox_is_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing is read out of a file that is something else."""
    with pytest.raises(InputError) as caught:
        list(read_mbox(str(written(tmp_path, content)), []))
    assert caught.value.key == "file-not-mbox"


def test_what_has_no_places_is_refused(tmp_path: Path) -> None:
    """A missing file, a folder, standard input and a pipe are told apart; nobody waits for the pipe."""
    pipe = tmp_path / "ong.mbox"
    os.mkfifo(pipe)
    found = {}
    for path in (str(tmp_path / "khong.mbox"), str(tmp_path), "-", str(pipe)):
        with pytest.raises(InputError) as caught:
            list(read_mbox(path, []))
        found[path] = caught.value.key
    assert list(found.values()) == ["file-missing", "file-is-folder", "file-mbox-not-plain", "file-mbox-not-plain"]


def test_an_overlong_from_line_separates_and_its_mail_is_not_read(tmp_path: Path) -> None:
    """Its mail is a record that cannot be read, never a part of the mail before."""
    path = written(tmp_path, FROM + A + b"\nFrom " + b"x" * 200_000 + b"\n" + B + b"\n" + FROM + A)
    assert mails_of(path) == [A, MailUnread.UNREADABLE, A]


def test_a_from_line_that_the_file_ends_in_is_told(tmp_path: Path) -> None:
    """Half a From line is a mail that cannot be read."""
    assert mails_of(written(tmp_path, FROM + A + b"\nFrom ai")) == [A, MailUnread.UNREADABLE]


def test_a_large_file_is_read_in_bounded_memory(tmp_path: Path) -> None:
    """A mail over the limit is too large, its neighbours are read; none of it is held while looking for mails."""
    path = tmp_path / "lon.mbox"
    with path.open("wb") as file:
        file.write(FROM + A + b"\n" + FROM + b"Subject: C\n\n")
        file.truncate(file.tell() + 400 * 1024 * 1024)  # a line of NUL octets without an end
        file.seek(0, os.SEEK_END)
        file.write(b"\n\n" + FROM + B)
    tracemalloc.start()
    try:
        assert mails_of(path) == [A, MailUnread.TOO_LARGE, B]
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_mail_of_the_limit_is_read_and_one_octet_more_is_not(tmp_path: Path) -> None:
    """The limit is that of a mail in a file of its own."""
    largest = b"Subject: D\n\n" + b"x" * (MAX_MAIL_BYTES - 13) + b"\n"
    path = written(tmp_path, FROM + largest + b"\n" + FROM + b"x" + largest)
    assert mails_of(path) == [largest, MailUnread.TOO_LARGE]


# ---------------------------------------------------------------- places that somebody else names
_TWO = FROM + A + b"\n" + FROM + B + b"\n"
_START_A, _END_A = len(FROM), len(FROM + A)
_START_B = len(FROM + A + b"\n" + FROM)


@pytest.mark.parametrize(
    "place",
    [f"#0-{_END_A}", f"#{_START_A}-{_END_A - 1}", f"#{_START_A}-{_END_A + 1}", f"#{_START_A + 1}-{_END_A}",
     f"#{_START_A}-{_START_B}", f"#{_START_A}-{len(_TWO) - 1}", f"#{_START_A}-{_START_A}", f"#{_END_A}-{_START_A}",
     f"#{_START_B}-{len(_TWO) + 1}", f"#{_START_B}-9999999999999999", "#0-0", f"#{_END_A + 1}-{_END_A + 1}"],
)  # fmt: skip
def test_no_other_place_than_that_of_a_whole_mail_is_read(tmp_path: Path, place: str) -> None:
    """A log that names half a mail, two mails or what lies around them gets nothing quoted."""
    path = written(tmp_path, _TWO)
    assert read_saved_mail(f"{path}/#{_START_A}-{_END_A}") == A
    assert read_saved_mail(f"{path}/{place}") is MailUnread.UNREADABLE


@pytest.mark.parametrize("place", ["#1", "#-5", "#01-5", "#٤٥-٦٠", "#45 -60", "45-60", "#45-99999999999999999", "#45-60\n"])  # fmt: skip
def test_what_is_no_place_names_no_mail(tmp_path: Path, place: str) -> None:
    """Only the one form is understood; another is a file that is not there."""
    assert read_saved_mail(f"{written(tmp_path, _TWO)}/{place}") is MailUnread.MISSING


def test_a_place_in_a_file_that_is_no_mbox_is_not_read(tmp_path: Path) -> None:
    """The mails and logs beside a log are no mboxes."""
    path = written(tmp_path, A + b"\n" + B, "thu.eml")
    for place in ("#0-5", f"#0-{len(A)}", f"#{len(A) + 1}-{len(A + B) + 1}"):
        assert read_saved_mail(f"{path}/{place}") is MailUnread.UNREADABLE


def test_a_file_that_is_named_like_a_place_is_a_file(tmp_path: Path) -> None:
    """In a folder such a name is a file's; a place exists only inside a plain file."""
    (tmp_path / "#45-60").write_bytes(A)
    assert read_saved_mail(str(tmp_path / "#45-60")) == A
    assert read_saved_mail(str(tmp_path / "#45-61")) is MailUnread.MISSING


def test_a_log_may_name_a_mail_inside_its_folder_only(tmp_path: Path) -> None:
    """A place in an mbox elsewhere is refused, above the folder and behind a link."""
    folder = tmp_path / "nhat-ky"
    folder.mkdir()
    written(tmp_path, _TWO)
    (folder / "lien-ket.mbox").symlink_to(tmp_path / "thu.mbox")
    written(folder, _TWO)
    place = f"#{_START_A}-{_END_A}"
    assert read_saved_mail(mail_path(f"thu.mbox/{place}", str(folder))) == A
    for outside in (f"../thu.mbox/{place}", f"{tmp_path}/thu.mbox/{place}", f"lien-ket.mbox/{place}"):
        with pytest.raises(RowError) as caught:
            mail_path(outside, str(folder))
        assert caught.value.key == "row-mail-outside"


def test_the_address_of_a_sender_is_no_path_of_a_mail(tmp_path: Path) -> None:
    """A column "Mail" may be meant for senders: one that is not looked at must be told. A file may have such a name."""
    (tmp_path / "thu@a.vn").write_bytes(A)
    assert mail_path("thu@a.vn", str(tmp_path)) == str(tmp_path / "thu@a.vn")
    with pytest.raises(RowError) as caught:
        mail_path("hotrocntt@vst-gov.vn", str(tmp_path))
    assert caught.value.key == "row-mail-address"


@pytest.mark.parametrize("name", ["hộp thư.mbox", "ho\u0302\u0323p.mbox", "#1-2", "a#5-6.mbox", "-"])
def test_an_mbox_may_have_any_name_and_be_a_link(tmp_path: Path, name: str) -> None:
    """Who names an mbox on the command line is led where it leads."""
    path = written(tmp_path, _TWO, name)
    (tmp_path / "khac").mkdir()
    link = tmp_path / "khac" / "thu.mbox"
    link.symlink_to(path)
    assert mails_of(path) == mails_of(link) == [A, B]


def test_an_mbox_that_changed_since_is_not_read(tmp_path: Path) -> None:
    """A place that no longer is that of a mail gives nothing."""
    path = written(tmp_path, _TWO)
    first, second = (record.cells["mail"] for record in read_mbox(str(path), []))
    path.write_bytes(b"\n" + _TWO)
    assert [read_saved_mail(f"{path}/{place}") for place in (first, second)] == [MailUnread.UNREADABLE] * 2
    path.unlink()
    assert read_saved_mail(f"{path}/{first}") is MailUnread.MISSING


# ---------------------------------------------------------------- against another reader, and for any content
_LINES = st.sampled_from([b"From x\n", b"From x\r\n", b"\n", b"\r\n", b">From y\n", b">>From z\r\n", b"a\n", b"a\r\n", b"From", b"\r", b"a"])  # fmt: skip


@given(lines=st.lists(_LINES, max_size=12))
def test_any_content_is_told_apart_alike_when_it_is_read(
    lines: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Every place that the scan gives can be read, and together the mails hold every line of the file."""
    path = written(tmp_path_factory.mktemp("mbox"), b"From x\n" + b"".join(lines))
    places = [record.cells["mail"] for record in read_mbox(str(path), [])]
    last = places[-1].removeprefix("#").split("-")
    is_cut = last[0] == last[1] == str(path.stat().st_size) and not path.read_bytes().endswith(b"\n")
    found = [read_saved_mail(f"{path}/{place}") for place in places]
    whole = found[:-1] if is_cut else found
    assert all(isinstance(raw, bytes) for raw in whole)
    spans = [tuple(map(int, place.removeprefix("#").split("-"))) for place in places]
    content = path.read_bytes()
    between = [content[end:start] for (_, end), (start, _) in zip([(0, 0), *spans], [*spans, (len(content), 0)], strict=True)]  # fmt: skip
    assert all(gap.lstrip(b"\r\n").startswith(b"From ") or not gap.strip(b"\r\n") for gap in between)


@given(bodies=st.lists(st.lists(st.sampled_from(["mot", "From hai", ">From ba", "", "bon"]), max_size=5), min_size=1, max_size=4))  # fmt: skip
def test_what_pythons_own_writer_wrote_is_read_back(
    bodies: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A mail comes out of an mbox as it went in, where its writer can be undone (mboxo keeps ``>From``)."""
    path = tmp_path_factory.mktemp("mbox") / "thu.mbox"
    mails = ["Subject: x\n\n" + "".join(f"{line}\n" for line in body) for body in bodies]
    box = mailbox.mbox(path)
    for mail in mails:
        box.add(mail)
    box.close()
    undone = [mail.replace("\n>From ", "\nFrom ").encode() for mail in mails]
    assert [bytes(raw).rstrip(b"\n") for raw in mails_of(path) if not isinstance(raw, MailUnread)] == [
        mail.rstrip(b"\n") for mail in undone
    ]


# ---------------------------------------------------------------- the same answer from a file and from an mbox
def judged(path: str, context: Context, resolver: RecordedResolver, *, has_border: bool = True) -> Judgement:
    """Judge a saved mail with the settings of the example mails, with the office's border or without."""
    settings = load_settings(str(MAILS / "verifykb.toml"), isolated=False, start=MAILS)
    there = context._replace(settings=settings if has_border else settings._replace(boundary=()))
    with Asker(there, lambda: nullcontext(resolver)) as asker:
        return verify(asker.gather([Contact(id="x", mail=path)])[0], there)


def in_mbox(raw: bytes, *, crlf: bool) -> bytes:
    """Put a mail between two others, as a program would that keeps its mails so."""
    content = FROM + A + b"\n" + FROM + raw.replace(b"\r\n", b"\n") + b"\n" + FROM + B + b"\n"
    return content.replace(b"\n", b"\r\n") if crlf else content


@pytest.mark.parametrize("crlf", [False, True], ids=["LF", "CRLF"])
@pytest.mark.parametrize("name", sorted(path.name for path in MAILS.glob("*.eml")))
def test_a_mail_is_judged_alike_in_a_file_and_in_an_mbox(
    tmp_path: Path, context: Context, name: str, *, crlf: bool
) -> None:
    """Verdict, findings and all that was learnt are the same, but for SPF: signatures hold.

    A program that does not quote lets a sender write the border's own lines into an mbox.
    """
    resolver = RecordedResolver.load(MAILS / "dns.json")
    path = written(tmp_path, in_mbox((MAILS / name).read_bytes(), crlf=crlf))
    record = list(read_mbox(str(path), []))[1]
    alone = judged(str(MAILS / name), context, resolver, has_border=False)
    inside = judged(mail_path(record.cells["mail"], record.folder), context, resolver)
    assert (inside.verdict, inside.findings, inside.mail) == (alone.verdict, alone.findings, alone.mail)
    if name == "that.eml":
        assert "AUT001" in rules_of(inside)


@pytest.mark.parametrize("policy", ["relaxed/relaxed", "simple/simple"])
@pytest.mark.parametrize("crlf", [False, True], ids=["LF", "CRLF"])
def test_a_signature_over_a_line_that_was_quoted_holds(
    tmp_path: Path, context: Context, policy: str, *, crlf: bool
) -> None:
    """The quote is taken off before the signature is checked; with the quote left on it would be broken."""
    key = ed25519_key()
    body = b"Kinh gui,\r\n\r\nFrom hom nay\r\n>From hom qua\r\n\r\n"
    signed = sign(key, MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body, c=policy)
    quoted = signed.replace(b"\r\n>From ", b"\r\n>>From ").replace(b"\r\nFrom h", b"\r\n>From h")
    assert quoted != signed
    path = written(tmp_path, in_mbox(quoted, crlf=crlf))
    record = list(read_mbox(str(path), []))[1]
    found = judged(mail_path(record.cells["mail"], record.folder), context, RecordedResolver(zone(key.record)))
    assert "AUT001" in rules_of(found)
    spoilt = written(tmp_path, signed.replace(b"\r\nFrom h", b"\r\n>From h"), "thu.eml")
    assert "AUT001" not in rules_of(judged(str(spoilt), context, RecordedResolver(zone(key.record))))
