"""Whatever is done to a genuine mail: it proves only while a reader still reads the same."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alarm import alarm
from tests.mail.mails import delivered, judge_mail, mail, signed
from verifykb.mail.parse import read_mail
from verifykb.model.verdict import Verdict

_SECONDS = 20  # the slowest takes some two, on a busy machine
_GENUINE = signed(mail())
_PIECES = (
    b"\r\n", b"\n", b"\r", b"\x00", b" ", b"\t", b":", b";", b"<", b">", b"@", b",", b"=", b"--b", b"\r\n\r\n",
    b"From: x@attacker.example\r\n", b"Subject: gap\r\n", b"To: x@attacker.example\r\n", b"\r\nX: y", b"(", b")",
    b"Reply-To: x@attacker.example\r\n", b"Content-Type: text/html\r\n", b"=?utf-8?q?x?=", b"l=10; ", b"x=1; ",
    b"MIME-Version: 2\r\n", b"Sender: x@attacker.example\r\n", b"From ",
)  # fmt: skip


def _seen(raw: bytes) -> tuple[object, ...]:
    """Give what a reader sees, white space aside."""
    content = read_mail(raw)
    fields = (content.all(name) for name in ("from", "to", "cc", "subject", "date", "reply-to", "sender"))
    return (*map(tuple, fields), re.sub(r"\s+", " ", content.text).strip(), content.links, content.attachments)


_EDIT = st.tuples(st.integers(0, len(_GENUINE)), st.integers(0, 8), st.sampled_from(_PIECES) | st.binary(max_size=6))


@given(edits=st.lists(_EDIT, min_size=1, max_size=3))
def test_an_edited_mail_is_verified_only_while_it_reads_the_same(
    edits: list[tuple[int, int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any octets put in, taken out or replaced, anywhere."""
    raw = _GENUINE
    for place, cut, piece in edits:
        raw = raw[:place] + piece + raw[place + cut :]
    judgement = judge_mail(raw, tmp_path_factory.getbasetemp())
    if judgement.verdict is Verdict.VERIFIED:
        assert _seen(raw) == _seen(_GENUINE)


@given(raw=st.binary(max_size=400) | st.lists(st.sampled_from(_PIECES), max_size=60).map(b"".join))
def test_any_file_has_an_answer_and_none_is_verified(raw: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Octets that are no mail at all: an answer, no exception, no proof."""
    judgement = judge_mail(raw, tmp_path_factory.getbasetemp())
    assert judgement.verdict.rank <= Verdict.UNPROVEN.rank


_HEAD = (
    b"From: hotrocntt@vst.gov.vn\r\nTo: ketoan@donvi.example\r\nSubject: x\r\nDate: Fri, 20 Nov 2026 09:00:00 +0700\r\n"
)
_HOSTILE = {
    "1,000 nested multiparts": _HEAD
    + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth) for depth in range(1000)
    ),
    "20,000 parentheses": b"From: " + b"(" * 20_000 + b"\r\n" + _HEAD,
    "20,000 parentheses in Received": b"Received: from " + b"(" * 20_000 + b"\r\n" + _HEAD + b"\r\nx",
    "8,000 encoded words": b"Subject: " + b"=?utf-8?q?x?= " * 4_000 + b"\r\n" + _HEAD + b"\r\nx",
    "ten From fields": b"From: hotrocntt@vst.gov.vn\r\n" * 10 + _HEAD + b"\r\nx",
    "spaces in a signature": b"DKIM-Signature: v=1; a=rsa-sha256; b"
    + b" " * 60_000
    + b"=x; d=vst.gov.vn; s=s1\r\n"
    + _HEAD,
    "5 MB of spaces": signed(mail()) + b" " * 5_000_000 + b"x",
    "10,000 signatures": b"DKIM-Signature: v=1; d=vst.gov.vn; s=s1; a=rsa-sha256; h=from; bh=; b=\r\n" * 800
    + _HEAD
    + b"\r\nx",
    "50 recipients lists": _HEAD + b"Cc: " + b"a@b.example, " * 4_000 + b"\r\n\r\nx",
    "a million tags": _HEAD + b"Content-Type: text/html\r\n\r\n" + b"<a href=x>" * 100_000,
    "no line end": b"a" * 1_000_000,
    "only line ends": b"\r\n" * 500_000,
    "an ARC flood": b"ARC-Seal: i=1; cv=none; d=a.example; s=x; b=\r\n" * 1000 + _HEAD + b"\r\nx",
}


@pytest.mark.parametrize("raw", _HOSTILE.values(), ids=_HOSTILE)
def test_hostile_mails_have_a_bounded_answer_that_proves_nothing(raw: bytes, tmp_path: Path) -> None:
    """Within a few seconds, without an exception, and never verified; delivered or not."""
    with alarm(_SECONDS):
        assert judge_mail(raw, tmp_path).verdict is not Verdict.VERIFIED
        assert judge_mail(delivered(raw), tmp_path).verdict is not Verdict.VERIFIED
