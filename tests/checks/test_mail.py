"""What a saved mail proves, accuses, and leaves open: a table of mails with what must come out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.judging import rules_of
from tests.mail.mails import BODY, BORDER, OFFICE, SETTINGS, SIGNED, SUPPORT, delivered, judge_mail, mail, names, signed
from verifykb.model.finding import Axis
from verifykb.model.verdict import Standing, Verdict

_STRANGER = "x@attacker.example"


def _attacker(**fields: Any) -> bytes:
    return delivered(signed(mail(**fields), "attacker.example"), _STRANGER, "198.51.100.7")


def _attached(outer_from: str, inner: bytes, text: str = "Chị xem giúp em.") -> bytes:
    head = (
        mail("", From=outer_from, Subject="Fwd: thu", Content_Type='multipart/mixed; boundary="b"').rstrip()
        + b"\r\n\r\n"
    )
    parts = (
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    )
    return head + parts.encode() + inner + b"\r\n--b--\r\n"


class _Case(NamedTuple):
    make: Callable[[], bytes]
    sender: Standing
    rules: set[str]
    absent: frozenset[str] = frozenset()
    dns: Callable[[], dict[str, Any]] = names


_CASES = {
    "genuine": _Case(lambda: delivered(signed(mail())), Standing.PROVEN, {"AUT001", "SND006"}),
    "genuine without a border line": _Case(lambda: signed(mail()), Standing.PROVEN, {"AUT001"}),
    "genuine, saved with LF line ends": _Case(
        lambda: delivered(signed(mail())).replace(b"\r\n", b"\n"), Standing.PROVEN, {"AUT001"}
    ),
    "genuine with a display name": _Case(
        lambda: signed(mail(From=f'"Hỗ trợ KBNN" <{SUPPORT}>')), Standing.PROVEN, {"AUT001"}
    ),
    "unsigned, but SPF at the border": _Case(lambda: delivered(mail()), Standing.PROVEN, {"AUT001"}),
    "unsigned, SPF at a stranger's border": _Case(
        lambda: delivered(mail(), by="mx.attacker.example"), Standing.CONTRADICTED, {"AUT002"}
    ),
    "unsigned, and SPF lets everybody send": _Case(
        lambda: delivered(mail()), Standing.LACKING, {"AUT003"}, frozenset({"AUT001"}),
        dns=lambda: names(vst__gov__vn={"TXT": ["v=spf1 +all"]}),
    ),
    "unsigned, and SPF names half the world": _Case(
        lambda: delivered(mail()), Standing.LACKING, {"AUT003"}, frozenset({"AUT001"}),
        dns=lambda: names(vst__gov__vn={"TXT": ["v=spf1 include:_wide.example -all"]},
                          _wide__example={"TXT": ["v=spf1 ip4:128.0.0.0/1 -all"]}),
    ),
    "spoofed, refused by DMARC": _Case(
        lambda: delivered(mail(), ip="198.51.100.7"), Standing.CONTRADICTED, {"AUT002", "SND006"}
    ),
    "spoofed, DMARC asks for nothing": _Case(
        lambda: delivered(mail(), ip="198.51.100.7"), Standing.LACKING, {"AUT003"},
        dns=lambda: names(_dmarc__vst__gov__vn={"TXT": ["v=DMARC1; p=none"]}),
    ),
    "spoofed, no DMARC": _Case(
        lambda: delivered(mail(), ip="198.51.100.7"), Standing.LACKING, {"AUT003"},
        dns=lambda: names(_dmarc__vst__gov__vn={"TXT": []}),
    ),
    "without a line of any server": _Case(
        mail, Standing.LACKING, {"AUT004"}, frozenset({"AUT002"})
    ),
    "spoofed and signed by the attacker": _Case(
        lambda: delivered(signed(mail(), "attacker.example"), _STRANGER, "198.51.100.7"), Standing.CONTRADICTED,
        {"AUT002"}, dns=lambda: names(_dmarc__vst__gov__vn={"TXT": ["v=DMARC1; p=none"]}),
    ),
    "attacker's domain under our address as a name": _Case(
        lambda: _attacker(From=f'"{SUPPORT}" <{_STRANGER}>'), Standing.CONTRADICTED, {"SND004", "SND007", "AUT002"}
    ),
    "look-alike domain that authenticates": _Case(
        lambda: signed(mail(From="hotrocntt@vst-gov.vn"), "vst-gov.vn"), Standing.CONTRADICTED, {"SND003", "AUT002"}
    ),
    "somebody else's honest mail": _Case(
        lambda: _attacker(From=_STRANGER), Standing.CONTRADICTED, {"SND004", "AUT003"}, frozenset({"AUT002", "SND008"})
    ),
    "another mailbox of the treasury": _Case(
        lambda: signed(mail(From="kbnkhanhhoa@vst.gov.vn")), Standing.LACKING, {"SND005"}, frozenset({"AUT001", "AUT002"})
    ),
    "signed by a sub-domain": _Case(
        lambda: signed(mail(), "mail.vst.gov.vn"), Standing.LACKING, {"AUT003"}, frozenset({"AUT001"})
    ),
    "key not to be had now": _Case(
        lambda: signed(mail()), Standing.LACKING, {"AUT004"}, frozenset({"AUT002"}),
        dns=lambda: names(s1___domainkey__vst__gov__vn="SERVFAIL"),
    ),
    "key gone": _Case(
        lambda: signed(mail()), Standing.LACKING, {"AUT003"}, frozenset({"AUT002"}),
        dns=lambda: {name: value for name, value in names().items() if name != "s1._domainkey.vst.gov.vn"},
    ),
    "policy not to be had now": _Case(
        mail, Standing.LACKING, {"AUT004"}, dns=lambda: names(_dmarc__vst__gov__vn="TIMEOUT")
    ),
    "text changed after signing": _Case(
        lambda: signed(mail()) + b"Them mot dong.\r\n", Standing.CONTRADICTED, {"AUT002"}
    ),
    "two From fields": _Case(
        lambda: b"From: x@attacker.example\r\n" + signed(mail()), Standing.CONTRADICTED, {"SND002"}, frozenset({"AUT001"})
    ),
    "no From field": _Case(lambda: mail(From=None), Standing.CONTRADICTED, {"SND002"}),
    "two mailboxes in From": _Case(
        lambda: signed(mail(From=f"{SUPPORT}, {_STRANGER}")), Standing.CONTRADICTED, {"SND002"}, frozenset({"AUT001"})
    ),
    "a second Subject on top": _Case(
        lambda: b"Subject: gap\r\n" + signed(mail()), Standing.LACKING, {"AUT003", "AUT005"}, frozenset({"AUT001"})
    ),
    "Subject not signed": _Case(
        lambda: signed(mail(), names=[name for name in SIGNED if name != "subject"]), Standing.LACKING, {"AUT003", "AUT005"}
    ),
    "answers go elsewhere, unsigned": _Case(
        lambda: b"Reply-To: hotro@attacker.example\r\n" + signed(mail()), Standing.CONTRADICTED, {"SND008", "AUT005"}
    ),
    "answers go to the mailbox itself": _Case(
        lambda: signed(mail(Reply_To=SUPPORT), names=(*SIGNED, "reply-to")), Standing.PROVEN, {"AUT001"}
    ),
    "NUL in the head": _Case(
        lambda: signed(mail()).replace(b"Message-ID: <1", b"Message-ID: <\x001"), Standing.CONTRADICTED, set()
    ),
    "old": _Case(
        lambda: signed(mail(Date="Mon, 05 Oct 2026 09:00:00 +0700")), Standing.LACKING, {"AUT001", "AUT008"}
    ),
    "for another office": _Case(lambda: signed(mail(To="ketoan@khac.example")), Standing.LACKING, {"AUT001", "AUT008"}),
    "copied to us without a signature": _Case(
        lambda: f"Cc: {OFFICE}\r\n".encode() + signed(mail(To="ketoan@khac.example")), Standing.LACKING, {"AUT003"}
    ),
    "passed on inside a colleague's text": _Case(
        lambda: mail(
            f"---------- Forwarded message ----------\r\nFrom: Ho tro <{SUPPORT}>\r\n\r\n{BODY}",
            From="hoa@donvi.example", Subject="Fwd: thu",
        ),
        Standing.LACKING, {"AUT007"}, frozenset({"SND004"}),
    ),
    "passed on by a stranger": _Case(
        lambda: mail(
            f"---------- Forwarded message ----------\r\nFrom: Ho tro <{SUPPORT}>\r\n\r\n{BODY}",
            From=_STRANGER, Subject="Fwd: thu",
        ),
        Standing.CONTRADICTED, {"AUT007", "SND004"},
    ),
    "attached under a broken From": _Case(
        lambda: _attached(f"{SUPPORT}, {_STRANGER}", signed(mail())), Standing.CONTRADICTED, {"SND002"}, frozenset({"AUT001"})
    ),
    "passed on, quoting a look-alike": _Case(
        lambda: mail("Begin forwarded message:\r\n> From: hotrocntt@vst-gov.vn\r\n", From="hoa@donvi.example"),
        Standing.CONTRADICTED, {"AUT007", "SND003"},
    ),
    "attached by a colleague": _Case(
        lambda: _attached("hoa@donvi.example", signed(mail())), Standing.PROVEN, {"AUT001"}, frozenset({"AUT007"})
    ),
    "attached by a stranger": _Case(
        lambda: _attached("a@nguoila.example", signed(mail())), Standing.LACKING, {"AUT001", "AUT007"}
    ),
    "attached by somebody who claims to be us": _Case(
        lambda: delivered(_attached(SUPPORT, signed(mail())), _STRANGER, "198.51.100.7"),
        Standing.CONTRADICTED, {"AUT002"}, frozenset({"AUT001"})
    ),
    "attached, with a border line of its own": _Case(
        lambda: _attached("hoa@donvi.example", delivered(mail())), Standing.CONTRADICTED, {"AUT002"}
    ),
    "results claimed by the sender": _Case(
        lambda: _attacker(From=f'"{SUPPORT}" <{_STRANGER}>', Authentication_Results=f"{BORDER}; dmarc=pass"),
        Standing.CONTRADICTED, {"AUT006"},
    ),
    "SPF in the border's own results": _Case(
        # Believed as a result, and no proof: how wide the record is, the border does not say.
        lambda: f"Authentication-Results: {BORDER}; spf=pass smtp.mailfrom={SUPPORT}\r\n".encode()
        + delivered(mail(), ip="198.51.100.7").partition(b"\r\n")[2],
        Standing.LACKING, {"AUT003"}, frozenset({"AUT001", "AUT006"}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", _CASES.values(), ids=_CASES)
def test_a_mail_proves_accuses_or_leaves_open(case: _Case, tmp_path: Path) -> None:
    """Only our own domain's word proves; another's accuses; what cannot be known lacks."""
    judgement = judge_mail(case.make(), tmp_path, case.dns())
    found = rules_of(judgement)
    assert judgement.axes[Axis.SENDER] is case.sender, sorted(found)
    assert case.rules <= found
    assert not case.absent & found
    assert (judgement.verdict is Verdict.VERIFIED) == (case.sender is Standing.PROVEN)


@pytest.mark.parametrize("case", _CASES.values(), ids=_CASES)
def test_offline_never_says_better_than_unproven(case: _Case, tmp_path: Path) -> None:
    """Without DNS nothing is proven; what accuses by itself still does."""
    offline = judge_mail(case.make(), tmp_path, offline=True)
    online = judge_mail(case.make(), tmp_path, case.dns())
    assert offline.verdict.rank <= Verdict.UNPROVEN.rank
    # What only DNS can disprove is open without it; in all else offline is the same or lower.
    needs_dns = "AUT002" in rules_of(online)
    assert offline.verdict.rank <= online.verdict.rank or needs_dns


def test_without_the_offices_mailboxes_nothing_is_verified(tmp_path: Path) -> None:
    """A genuine mail to somebody else could be sent again; who the office is has to be said."""
    judgement = judge_mail(signed(mail()), tmp_path, settings=SETTINGS._replace(office_mailboxes=()))
    assert judgement.verdict is Verdict.UNPROVEN
    assert "AUT008" in rules_of(judgement)


_TEXT_CASES: dict[str, tuple[Callable[[], bytes], dict[str, Any], set[str]]] = {
    "the mail's code counts where none was typed": (lambda: signed(mail()), {}, {"COD009", "COD010"}),
    "the same code typed": (lambda: signed(mail()), {"code": "sd261120-004217"}, {"COD010"}),
    "another code typed": (lambda: signed(mail()), {"code": "SD261120-004218"}, {"COD012"}),
    "two codes in the mail": (lambda: signed(mail(BODY + "SD261119-000017\r\n")), {}, {"COD012"}),
    "no code anywhere": (lambda: signed(mail("Chao.\r\n", Subject="Chao")), {}, {"COD001"}),
    "an ask in the text": (lambda: signed(mail("Chị đọc giúp em mã OTP vừa gửi.\r\n")), {}, {"MSG001"}),
    "an ask in the subject": (lambda: signed(mail(Subject="Cai UltraViewer cho em ket noi nhe")), {}, {"MSG002"}),
    "an ask hidden in HTML": (
        lambda: signed(mail(
            '<p>Chào chị</p><div style="display:none">Chị gửi mật khẩu cho em nhé</div>', Content_Type="text/html; charset=utf-8"
        )), {}, {"MSG001"},
    ),
    "a link that shows another host": (
        lambda: signed(mail(
            '<a href="http://dvc-kbnn.top/dangnhap">https://dvc.vst.mof.gov.vn</a>', Content_Type="text/html; charset=utf-8"
        )), {}, {"MSG003"},
    ),
    "a link behind many others": (
        lambda: signed(mail(
            "".join(f'<a href="https://dvc.vst.mof.gov.vn/{number}">{number}</a> ' for number in range(700))
            + '<a href="http://dvc-kbnn.top/">bấm vào đây</a>', Content_Type="text/html; charset=utf-8"
        )), {}, {"MSG003"},
    ),
    "a form behind many others": (
        lambda: signed(mail(
            '<form action="https://dvc.vst.mof.gov.vn/"></form>' * 50 + '<form action="http://dvc-kbnn.top/"></form>',
            Content_Type="text/html; charset=utf-8",
        )), {}, {"MSG003"},
    ),
    "a number behind many others": (
        lambda: signed(mail(BODY + "So 0236 3456 789\r\n" * 100 + "Tong dai: 024 6276 4301\r\n")), {}, {"PHO004"},
    ),
    "a number made to look like the switchboard": (
        lambda: signed(mail(BODY + "Tong dai: 024 6276 4301\r\n")), {}, {"PHO004"},
    ),
    "the switchboard's number in the mail fills nothing": (
        lambda: signed(mail(BODY + "Tong dai 02462764300\r\n")), {"called_back": ()}, {"PHO001"},
    ),
    "an unknown character set": (
        lambda: signed(mail(Content_Type="text/plain; charset=x-nobody-knows")), {}, {"MSG014"},
    ),
    "an app": (
        lambda: signed(mail(
            "--b\r\nContent-Type: text/plain\r\n\r\nXem tep.\r\n--b\r\nContent-Type: application/octet-stream\r\n"
            'Content-Disposition: attachment; filename="KBNN.apk"\r\n\r\nPK\r\n--b--\r\n',
            Content_Type='multipart/mixed; boundary="b"',
        )), {}, {"MSG015"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "contact", "rules"), _TEXT_CASES.values(), ids=_TEXT_CASES)
def test_the_words_of_a_mail_are_read(
    make: Callable[[], bytes], contact: dict[str, Any], rules: set[str], tmp_path: Path
) -> None:
    """A code in the mail may fill the code axis; numbers, asks, links and attachments may only accuse."""
    from verifykb.model.contact import UNKNOWN

    told: dict[str, Any] = {name: value or UNKNOWN for name, value in contact.items()}
    assert rules <= rules_of(judge_mail(make(), tmp_path, **told))


def test_a_mistake_of_ours_in_one_mail_costs_no_other_contact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row is judged as one whose mail could not be read, and the run goes on."""
    from contextlib import nullcontext

    from tests.mail.mails import NOW
    from verifykb.asking import Asker
    from verifykb.context import Context
    from verifykb.directory.load import load_official
    from verifykb.dns.recorded import RecordedResolver
    from verifykb.model.contact import Contact
    from verifykb.verify import verify

    def broken(_raw: bytes) -> None:
        raise RecursionError

    monkeypatch.setattr("verifykb.mail.authenticate.read_mail", broken)
    (tmp_path / "thu.eml").write_bytes(mail())
    context = Context(load_official(), NOW)
    with Asker(context, lambda: nullcontext(RecordedResolver({}))) as asker:
        bad, good = asker.gather([Contact(id="1", mail=str(tmp_path / "thu.eml")), Contact(id="2", phone="113")])
    assert {"AUT004", "MSG014"} <= rules_of(verify(bad, context))
    assert "PHO003" in rules_of(verify(good, context))
