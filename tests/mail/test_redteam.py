"""What a hostile mailer tried against the reading and the proving of mails; each states what must hold."""

import asyncio
import base64
import binascii
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.judging import rules_of
from tests.mail.mails import BODY, NOW, OFFICE, SENT, SETTINGS, SUPPORT, delivered, judge_mail, key, mail, names, signed
from tests.mail.olewriter import write_msg
from tests.mail.signing import COVERED
from verifykb.asking import Asker
from verifykb.context import Context
from verifykb.directory.load import load_official
from verifykb.dns.recorded import RecordedResolver
from verifykb.mail.arc import validate_chain
from verifykb.mail.parse import read_mail
from verifykb.model.contact import Answer, Ask, Contact
from verifykb.model.report import Judgement
from verifykb.model.verdict import Verdict
from verifykb.verify import verify

ASK = "Chị gửi mật khẩu và mã OTP cho em nhé."
COLLEAGUE, STRANGER, OUTSIDE = "hoa@donvi.example", "x@attacker.example", "198.51.100.7"
CODE = "Mã của chị là SD261120-004217."


def _part(text: str, kind: str = "text/plain; charset=utf-8", more: str = "") -> str:
    return f"Content-Type: {kind}\r\n{more}\r\n{text}"


def _multi(*parts: str, boundary: str = "b", **fields: str | None) -> bytes:
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"
    return mail(body, **{"Content_Type": f'multipart/mixed; boundary="{boundary}"', **fields})


def _attached(sender: str, *originals: bytes, boundary: str = "b") -> bytes:
    parts = [f"Content-Type: message/rfc822\r\n\r\n{original.decode()}" for original in originals]
    return _multi(_part("Chị xem giúp em."), *parts, boundary=boundary, From=sender, Subject="Fwd: thu")


def _html(body: str) -> bytes:
    return mail(f"<p>{CODE}</p>{body}", Content_Type="text/html; charset=utf-8")


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


# ---------------------------------------------------------------- attached mails


def test_a_mail_between_carrier_and_original_is_read(tmp_path: Path) -> None:
    """A colleague passes on a fraud that carries a genuine mail as bait: the fraud's own words count."""
    bait = signed(mail())
    fraud = _multi(
        _part(ASK), f"Content-Type: message/rfc822\r\n\r\n{bait.decode()}", boundary="c", From=STRANGER, Subject="gap"
    )
    judgement = judge_mail(_attached(COLLEAGUE, fraud), tmp_path)
    assert judgement.verdict is Verdict.PROHIBITED, sorted(rules_of(judgement))


def test_the_sender_of_a_mail_between_carrier_and_original_is_judged(tmp_path: Path) -> None:
    """Nobody's mail becomes genuine by being passed on together with a genuine one."""
    middle = _multi(
        _part("Xem tep."), f"Content-Type: message/rfc822\r\n\r\n{signed(mail()).decode()}", boundary="c", From=STRANGER
    )
    assert judge_mail(_attached(COLLEAGUE, middle), tmp_path).verdict is not Verdict.VERIFIED


_CARRIED: dict[str, Callable[[], bytes]] = {
    "attached mail": lambda: _attached(SUPPORT, mail(ASK, From="a@b.example")),
    "attached mail with a program": lambda: _attached(
        SUPPORT,
        _multi(_part("Xem tep."), 'Content-Type: application/octet-stream; name="a.exe"\r\n\r\nMZ', boundary="c"),
    ),
    "inline HTML with the name of a mail": lambda: _multi(
        _part(CODE), _part(f"<p>{ASK}</p>", 'text/html; charset=utf-8; name="a.eml"')
    ),
}


@pytest.mark.parametrize("name", _CARRIED)
def test_what_a_mail_under_our_name_carries_is_read(name: str, tmp_path: Path) -> None:
    """Who claims to be ours is judged himself, and what he attached is read all the same."""
    judgement = judge_mail(_CARRIED[name](), tmp_path, offline=True)
    assert judgement.verdict is Verdict.PROHIBITED, sorted(rules_of(judgement))


def test_more_attached_mails_than_are_read_are_told(tmp_path: Path) -> None:
    """The sixth attached mail is read, or it is said that it was not."""
    raw = _attached(COLLEAGUE, *[signed(mail())] * 5, mail(ASK, From=STRANGER))
    assert judge_mail(raw, tmp_path).verdict is not Verdict.VERIFIED


def test_a_colleague_is_believed_only_where_nothing_speaks_against_him(tmp_path: Path) -> None:
    """A carrier that our own border received from outside, refused by our own SPF and DMARC, is a stranger's."""
    own = names(
        donvi__example={"TXT": ["v=spf1 ip4:203.0.113.1 -all"]},
        _dmarc__donvi__example={"TXT": ["v=DMARC1; p=reject"]},
    )
    raw = delivered(_attached(OFFICE, signed(mail())), STRANGER, OUTSIDE)
    judgement = judge_mail(raw, tmp_path, own)
    assert judgement.verdict is not Verdict.VERIFIED


def test_a_free_mail_domain_makes_nobody_a_colleague(tmp_path: Path) -> None:
    """An office whose mailbox is at gmail.com has no colleagues by domain there."""
    settings = SETTINGS._replace(office_mailboxes=(OFFICE, "ketoan.donvi@gmail.com"))
    raw = _attached("kegian@gmail.com", signed(mail()))
    assert judge_mail(raw, tmp_path, settings=settings).verdict is not Verdict.VERIFIED


def test_two_senders_stay_an_accusation_beside_an_attached_mail(tmp_path: Path) -> None:
    """Attaching a genuine mail takes no accusation away from a broken From."""
    raw = f"From: {STRANGER}\r\n".encode() + _attached(SUPPORT, signed(mail()))
    assert judge_mail(raw, tmp_path).verdict is Verdict.CONTRADICTED


# ---------------------------------------------------------------- who sent it

_EXIM = {
    "ident with an address": f"from [{OUTSIDE}] (ident=x [192.0.2.25])\r\n\tby mx.donvi.example with esmtp",
    "ident that closes the comment": (
        f"from [{OUTSIDE}] (ident=x [192.0.2.25]) by mx.donvi.example helo=h) by mx.donvi.example with esmtp"
    ),
    "helo with an address": f"from [{OUTSIDE}] (helo=x [192.0.2.25]) by mx.donvi.example with esmtp",
}


@pytest.mark.parametrize("name", _EXIM)
def test_exim_without_a_reverse_name_gives_no_address_of_the_senders_choice(name: str, tmp_path: Path) -> None:
    """Behind ``[address] (`` Exim writes what the client said: ident and HELO are no reverse name."""
    head = f"Return-Path: <{SUPPORT}>\r\nReceived: {_EXIM[name]}; Fri, 20 Nov 2026 09:00:05 +0700\r\n"
    assert "AUT001" not in rules_of(judge_mail(head.encode() + mail(), tmp_path))


def test_a_stranger_who_says_that_he_forwards_stays_a_stranger(tmp_path: Path) -> None:
    """``Fwd:`` and a typed sender's line take SND004 away from a colleague's mail only."""
    text = mail(f"From: {SUPPORT}\r\n{BODY}", From=STRANGER, Subject="Fwd: thu")
    raw = delivered(signed(text, "attacker.example"), STRANGER, OUTSIDE)
    assert judge_mail(raw, tmp_path).verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize(
    ("mailboxes", "sender"), [((), STRANGER), ((OFFICE, "ketoan.donvi@gmail.com"), "kegian@gmail.com")]
)
def test_a_stranger_does_not_make_himself_a_colleague(mailboxes: tuple[str, ...], sender: str, tmp_path: Path) -> None:
    """He writes To as he likes, and has a mailbox at the same free provider: that spares him nothing."""
    raw = mail(f"From: {SUPPORT}\r\n{BODY}", From=sender, To=f"y@{sender.partition('@')[2]}", Subject="Fwd: thu")
    judgement = judge_mail(raw, tmp_path, settings=SETTINGS._replace(office_mailboxes=mailboxes))
    assert judgement.verdict is Verdict.CONTRADICTED


_BOGUS = "DKIM-Signature: v=1; a=rsa-sha256; d={}; s=none; h=from:to:subject:date:content-type; bh=AAAA; b=AAAA\r\n"


def test_a_signature_without_a_key_does_not_weaken_a_refusal(tmp_path: Path) -> None:
    """Today's mail from a foreign address, refused by DMARC, stays refused with a made-up signature of ours."""
    raw = delivered(_BOGUS.format("vst.gov.vn").encode() + mail(), ip=OUTSIDE)
    assert "AUT002" in rules_of(judge_mail(raw, tmp_path))


def test_a_foreign_zone_that_does_not_answer_does_not_weaken_a_refusal(tmp_path: Path) -> None:
    """The SPF of a domain that could not be aligned anyway decides nothing (RFC 9989, 5.3)."""
    raw = delivered(mail(), "x@slow.example", OUTSIDE)
    assert "AUT002" in rules_of(judge_mail(raw, tmp_path, names(slow__example="TIMEOUT")))


class _Slow(RecordedResolver):
    """Answers for all but the attacker's zone, which takes forever."""

    async def ask(self, name: str, kind: str) -> Any:
        if name.lower().endswith("slow.example"):
            await asyncio.sleep(30)
        return await super().ask(name, kind)


@pytest.mark.parametrize(
    "raw",
    [delivered(mail(), "x@slow.example", OUTSIDE), _BOGUS.format("slow.example").encode() + mail()],
    ids=["MAIL FROM", "DKIM"],
)
def test_an_attackers_slow_zone_does_not_use_up_our_time(raw: bytes, tmp_path: Path) -> None:
    """What only we publish is asked before, or beside, what an attacker names."""
    file = tmp_path / "thu.eml"
    file.write_bytes(raw)
    context = Context(load_official(), NOW, None, SETTINGS._replace(deadline=0.3))
    with Asker(context, lambda: nullcontext(_Slow(names()))) as asker:
        evidence = asker.gather([Contact(id="thu", mail=str(file), asks=frozenset([Ask.NOTHING]))])[0]
    assert "AUT002" in rules_of(verify(evidence, context))


def test_an_outlook_item_that_shows_another_sender_proves_nothing(tmp_path: Path) -> None:
    """Outlook shows its own sender property, not the From of the kept transport headers."""
    head = delivered(mail()).decode().partition("\r\n\r\n")[0] + "\r\n\r\n"
    shown = {0x0042: "Nguyen Van A", 0x0065: STRANGER, 0x0C1A: "Nguyen Van A", 0x5D01: STRANGER}
    raw = write_msg({0x007D: head, 0x0037: "Tiep nhan yeu cau SD261120-004217", 0x1000: BODY, **shown})
    assert "AUT001" not in rules_of(judge_mail(raw, tmp_path))


@pytest.mark.parametrize(
    "field",
    [
        f"Mail-Reply-To: {STRANGER}",
        f"Mail-Followup-To: {STRANGER}",
        "Content-Base: https://dvc-kbnn.top/",
    ],
)
def test_a_field_that_readers_act_on_and_nobody_signed_is_a_doubt(field: str, tmp_path: Path) -> None:
    """Where answers and links go counts like the signed text."""
    assert judge_mail(field.encode() + b"\r\n" + signed(mail()), tmp_path).verdict is not Verdict.VERIFIED


@pytest.mark.parametrize(
    "field",
    [
        'Content-Disposition: attachment; filename="Mat khau moi.pdf"',
        "List-Unsubscribe: <https://dvc-kbnn.top/dangnhap>",
        "Content-Transfer-Encoding: 8bit",
    ],
)
def test_a_field_that_relays_write_and_nobody_signed_is_told(field: str, tmp_path: Path) -> None:
    """Honest relays and S/MIME programs write these: no reason to doubt the text, but worth telling."""
    assert "AUT005" in rules_of(judge_mail(field.encode() + b"\r\n" + signed(mail()), tmp_path))


@pytest.mark.parametrize(
    "to",
    [
        f"{OFFICE} <v@x.example>",
        f"{OFFICE}: v@x.example;",
        f"a\\, {OFFICE} <v@x.example>",
        f"a<{OFFICE}>b <v@x.example>",
        f"=?utf-8?q?=22?=, {OFFICE} <v@x.example>",
    ],
)
def test_a_name_that_looks_like_our_mailbox_is_no_recipient(to: str, tmp_path: Path) -> None:
    """Only what stands in the brackets got the mail; a name was chosen by who asked for it."""
    assert "AUT008" in rules_of(judge_mail(signed(mail(To=to)), tmp_path))


@pytest.mark.parametrize("sign", ["(", "a:"])
def test_recipients_nested_without_end_crash_nothing(sign: str, tmp_path: Path) -> None:
    """`email.utils.getaddresses` recurses with every comment and group; one such mail must not end a run."""
    assert "AUT008" in rules_of(judge_mail(mail(To=sign * 5_000), tmp_path))


def test_an_expired_signature_does_not_come_back_by_an_attached_received_line(tmp_path: Path) -> None:
    """The Received lines of an attached mail are anybody's: ``x=`` is not judged by them."""
    import dkim
    from cryptography.hazmat.primitives import serialization

    pem = key("vst.gov.vn").private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    moment = int(SENT.timestamp())
    fields: list[tuple[bytes, Any]] = [
        (b"v", b"1"), (b"a", b"rsa-sha256"), (b"c", b"relaxed/relaxed"), (b"d", b"vst.gov.vn"), (b"s", b"s1"),
        (b"t", str(moment).encode()), (b"x", str(moment + 3600).encode()), (b"h", COVERED.encode()),
    ]  # fmt: skip
    signer = dkim.DKIM(mail())
    signer.hasher = dkim.HASH_ALGORITHMS[b"rsa-sha256"]
    policy = dkim.CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    body = dkim.HASH_ALGORITHMS[b"rsa-sha256"](policy.canonicalize_body(signer.body)).digest()
    fields += [(b"bh", base64.b64encode(body)), (b"b", b"0" * 60)]
    head = signer.gen_header(
        fields, COVERED.encode().split(b":"), policy, b"DKIM-Signature", dkim.parse_pem_private_key(pem)
    )
    forged = b"Received: by x; Fri, 20 Nov 2026 09:00:05 +0700\r\n" + head + mail()
    assert "AUT001" not in rules_of(judge_mail(_attached(COLLEAGUE, forged), tmp_path))


# ---------------------------------------------------------------- what a reader sees and we do not


def _qp(body: str) -> bytes:
    return mail(f"{CODE}\r\n{body}\r\n", Content_Transfer_Encoding="quoted-printable")


def _in_base64_blocks(text: str, size: int) -> bytes:
    blocks = [_b64(text[at : at + size]) for at in range(0, len(text), size)]
    return mail("\r\n".join(blocks), Content_Transfer_Encoding="base64")


_PLAIN = "Chao chi. Vui long gui mat khau va ma OTP cho em nhe. Cam on chi."
_SPACES = " ".join(["=?utf-8?q?_?="] * 100)
_LETTERS = list(reversed("Vui lòng gửi mật khẩu cho em".split()))
_CUT = "<p>Vui lòng gửi m<span {}>ật kh</span>ẩu cho em</p>"
_LINK = 'href="http://abcxyz.top/dangnhap">Bấm vào đây để đăng nhập</a>'

_SEEN: dict[str, Callable[[], bytes]] = {
    "quoted-printable: white space behind a soft break": lambda: _qp("Vui long gui mat kh= \r\nau, O=\t\r\nTP cho em."),
    "quoted-printable: text behind =CR": lambda: _qp("Chao chi.=\rVui long gui mat khau cho em nhe."),
    "base64 in padded blocks": lambda: _in_base64_blocks(_PLAIN, 10),
    "base64 with a parameter": lambda: mail(_b64(_PLAIN), Content_Transfer_Encoding="base64;"),
    "subject of 101 encoded words": lambda: mail(
        Subject=f"=?utf-8?B?{_b64('Gui mat khau cho em')}?= {_SPACES}"
    ),
    "subject in a charset that browsers know": lambda: mail(
        Subject=f"=?unicode-1-1-utf-8?B?{_b64('Gui mat khau cho em')}?="
    ),
    "flowed text, DelSp, with a name": lambda: _multi(
        _part(
            f"{CODE} Vui long gui ma \r\nt kh \r\nau cho em\r\n",
            "text/plain; charset=utf-8; format=flowed; delsp=yes; name=a.txt",
            "Content-Disposition: inline\r\n",
        )
    ),
    "vCalendar 1.0, quoted-printable": lambda: _multi(
        _part(CODE),
        _part("BEGIN:VCALENDAR\r\nDESCRIPTION;ENCODING=QUOTED-PRINTABLE:Gui m=61t kh=61u cho em\r\n", "text/calendar"),
    ),
    "text/enriched": lambda: _multi(
        _part(CODE), _part("Vui long gui m<bold></bold>at kh<bold></bold>au cho em", "text/enriched")
    ),
    "hidden by Outlook only": lambda: _html(_CUT.format('style="mso-hide:all"')),
    "no height, but inline": lambda: _html(_CUT.format('style="max-height:0;overflow:hidden"')),
    "indented, but inline": lambda: _html(_CUT.format('style="text-indent:-999px"')),
    "shown again by a sheet": lambda: _html(
        "<style>.a{display:inline!important}</style>" + _CUT.format('class="a" style="display:none"')
    ),
    "white on a sheet's grey": lambda: _html(
        "<style>p{background:#777}</style>" + _CUT.format('style="color:#fff"')
    ),
    "alternative text of a picture": lambda: _html('<p>Vui lòng gửi m<img src=x alt="ật kh">ẩu cho em</p>'),
    "value of a field": lambda: _html('<p>Vui lòng gửi m<input value="ật kh" readonly>ẩu cho em</p>'),
    "blocks shown inline": lambda: _html(
        '<div style="display:inline">Vui lòng gửi m</div><div style="display:inline">ật kh</div>ẩu cho em'
    ),
    "text of a style sheet": lambda: _html(
        '<style>.x::before{content:"Vui lòng gửi mật khẩu và OTP cho em"}</style><p class=x></p>'
    ),
    "paragraph in the style of an SVG": lambda: _html(f"<svg><style><p>{ASK}</p></style></svg>"),
    "link in the script of an SVG": lambda: _html(f"<svg><script><a {_LINK}</script></svg>"),
    "link behind a hundred attributes": lambda: _html(
        f"<a {' '.join(f'a{at}=1' for at in range(100))} {_LINK}"
    ),
    "link that holds its page": lambda: _html(
        '<a href="data:text/html;base64,PGI+">Bấm vào đây để đăng nhập</a>'
    ),
    "words turned one by one": lambda: _html(
        "<p>Vui lòng gửi <bdo dir=rtl>tậm</bdo> <bdo dir=rtl>uẩhk</bdo> cho em</p>"
    ),
    "cells from right to left": lambda: _html(
        "<table dir=rtl><tr>" + "".join(f"<td>{word}</td>" for word in _LETTERS) + "</tr></table>"
    ),
    "words floating to the right": lambda: _html(
        "".join(f'<span style="float:right">{word}&nbsp;</span>' for word in _LETTERS)
    ),
    "words turned by a sheet": lambda: _html(
        f"<style>.r{{unicode-bidi:bidi-override;direction:rtl}}</style><p class=r>{ASK[::-1]}</p>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", _SEEN)
def test_what_a_reader_sees_is_read(name: str, tmp_path: Path) -> None:
    """However an ask is written, a mail program puts it together, and so do we."""
    judgement = judge_mail(_SEEN[name](), tmp_path, offline=True)
    assert judgement.verdict is Verdict.PROHIBITED, sorted(rules_of(judgement))


def _uuencoded(name: str, data: bytes) -> str:
    lines = [binascii.b2a_uu(data[at : at + 45]).decode().strip("\n") for at in range(0, len(data), 45)]
    return "\r\n".join([f"begin 644 {name}", *lines, "`", "end", ""])


_TOLD: dict[str, Callable[[], bytes]] = {
    "lines that begin with the boundary (RFC 2046, 5.1.1)": lambda: _multi(
        _part(CODE), f'Content-Type: application/octet-stream; name="a.dat"\r\n\r\na\r\n--bx\r\n{_part(ASK)}'
    ),
    "parts behind the closing line": lambda: mail(
        f"--b\r\n{_part(CODE)}\r\n--b--\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{_b64('<p>Vui long gui mat khau cho em</p>')}\r\n--b--\r\n",
        Content_Type='multipart/mixed; boundary="b"',
    ),
    "boundary lines that end with CR alone": lambda: _multi(
        _part(CODE),
        f'Content-Type: application/octet-stream; name="a.dat"\r\n\r\na\r--b\rContent-Type: text/html\r\r{ASK}',
    ),
    "a program in uuencode": lambda: mail(f"{CODE}\r\n{_uuencoded('hoadon.exe', b'MZ' + bytes(200))}"),
    "a program in a calendar": lambda: _multi(
        _part(CODE),
        _part(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=a.exe:"
            f"{base64.b64encode(b'MZ' + bytes(80)).decode()}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            "text/calendar",
        ),
    ),
    "rich text": lambda: _multi(_part(CODE), _part(r"{\rtf1 Vui long gui m{\b }at kh{\b }au cho em}", "text/rtf")),
    "words in a picture that is text": lambda: _multi(
        _part(BODY), _part("<svg><text>Vui long gui mat khau cho em</text></svg>", "image/svg+xml")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", _TOLD)
def test_what_cannot_be_read_for_sure_is_told(name: str, tmp_path: Path) -> None:
    """Where another reader may see more than we do, the mail was not fully read."""
    judgement = judge_mail(_TOLD[name](), tmp_path, offline=True)
    assert rules_of(judgement) & {"MSG001", "MSG014", "MSG015"}, sorted(rules_of(judgement))


# ---------------------------------------------------------------- cost


def test_a_tag_that_only_looks_like_a_canonicalisation_costs_no_time() -> None:
    """``xc=simple`` does not bring back dkimpy's quadratic reading of spaces."""
    sets = (
        b"ARC-Seal: i=1; a=rsa-sha256; cv=none; d=vst.gov.vn; s=s1; b=AAAA; xc=simple\r\n"
        b"ARC-Message-Signature: i=1; a=rsa-sha256; d=vst.gov.vn; s=s1; h=from; bh=AAAA; b=AAAA\r\n"
        b"ARC-Authentication-Results: i=1; x; none\r\n"
    )
    start = time.process_time()
    asyncio.run(validate_chain(sets + mail(" " * 50_000 + "x\r\n"), RecordedResolver(names())))
    assert time.process_time() - start < 1


def test_marks_piled_on_one_letter_cost_no_time() -> None:
    """NFC sorts a run of marks in a time that grows with its square: 900 kB took 146 s."""
    start = time.process_time()
    read_mail(mail("a" + "\u0301\u0323" * 40_000))
    assert time.process_time() - start < 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name on this system")
@pytest.mark.parametrize("given", ["hop", "hop/a.eml"])
def test_a_pipe_named_like_a_mail_is_not_waited_for(given: str, tmp_path: Path) -> None:
    """A folder that somebody packed may hold a pipe; nobody ever writes into it."""
    folder = tmp_path / "hop"
    folder.mkdir()
    os.mkfifo(folder / "a.eml")
    command = [sys.executable, "-m", "verifykb", "batch", given, "--no-dns", "--isolated"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=20, check=False)
    assert done.returncode in (1, 2, 3)


def _proven(judgement: Judgement) -> bool:
    return "AUT001" in rules_of(judgement)


def test_the_unchanged_mail_is_proven(tmp_path: Path) -> None:
    """The measure of all others here: without a trick the mail is genuine, and verified."""
    judgement = judge_mail(signed(mail()), tmp_path, own_request=Answer(value=True))
    assert _proven(judgement)
    assert judgement.verdict is Verdict.VERIFIED
