"""DMARC where the vectors are silent: what could not be known, limits, odd records."""

import asyncio
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.dns.answer import Answer, OfflineResolver
from verifykb.dns.recorded import RecordedResolver
from verifykb.mail.dmarc import evaluate
from verifykb.mail.dmarc_record import DmarcRecord, read_record
from verifykb.model.mail import DmarcResult

_REJECT = "v=DMARC1; p=reject"


class _Counting:
    """Counts what is asked."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._inner = RecordedResolver(names)
        self.asked: list[str] = []

    async def ask(self, name: str, kind: str) -> Answer:
        self.asked.append(name)
        return await self._inner.ask(name, kind)


def _zone(**records: str) -> dict[str, Any]:
    """Names with `_` for a dot; a word of `RecordedResolver` for an answer that is none."""
    words = ("TIMEOUT", "SERVFAIL", "NXDOMAIN")
    return {
        f"_dmarc.{name.replace('_', '.')}": text if text in words else {"TXT": [text]} for name, text in records.items()
    }


def _judge(author: str, zone: dict[str, Any], *, spf: str = "", dkim: str = "", unsettled: str = "") -> DmarcResult:
    ask = RecordedResolver(zone)
    return asyncio.run(evaluate(author, spf.split(), dkim.split(), ask, unsettled=unsettled.split()))


# author, zone, SPF domains, DKIM domains, unsettled; result, policy, reason
UNKNOWN: dict[str, tuple[str, dict[str, Any], str, str, str, tuple[str, str, str]]] = {
    "own record fails": ("a.vn", _zone(a_vn="SERVFAIL", vn="v=DMARC1; p=none; psd=y"), "", "a.vn", "", ("temperror", "", "servfail")),
    "own record times out": ("a.vn", _zone(a_vn="TIMEOUT"), "", "", "", ("temperror", "", "timeout")),
    "inherited, one between fails": ("x.a.vn", _zone(a_vn="TIMEOUT", vn=_REJECT), "", "x.a.vn", "", ("temperror", "", "timeout")),
    "inherited, one above fails": ("x.a.vn", _zone(a_vn=_REJECT, vn="TIMEOUT"), "", "", "", ("temperror", "", "timeout")),
    "own record, rest fails, same name": ("a.vn", _zone(a_vn=_REJECT, vn="SERVFAIL"), "", "a.vn", "", ("pass", "reject", "")),
    "own record, rest fails, nothing passed": ("a.vn", _zone(a_vn=_REJECT, vn="SERVFAIL"), "", "", "", ("fail", "reject", "")),
    "own record, rest fails, name below": ("a.vn", _zone(a_vn=_REJECT, vn="SERVFAIL"), "", "x.a.vn", "", ("temperror", "reject", "servfail")),
    # The organisation may be `a.vn`, which was not to be known: then `a.vn` is aligned with `m.a.vn`.
    "own record, parent fails, parent signed": ("m.a.vn", _zone(m_a_vn=_REJECT, a_vn="SERVFAIL"), "", "a.vn", "", ("temperror", "reject", "servfail")),
    "own record, parent fails, sibling signed": ("m.a.vn", _zone(m_a_vn=_REJECT, a_vn="TIMEOUT"), "", "k.a.vn", "", ("temperror", "reject", "timeout")),
    "own record, parent fails, sibling in SPF": ("m.a.vn", _zone(m_a_vn=_REJECT, a_vn="TIMEOUT"), "k.a.vn", "", "", ("temperror", "reject", "timeout")),
    "own record, parent fails, stranger signed": ("m.a.vn", _zone(m_a_vn=_REJECT, a_vn="TIMEOUT"), "", "evil.example", "", ("fail", "reject", "")),
    "strict needs no parent": ("m.a.vn", _zone(m_a_vn=f"{_REJECT}; adkim=s; aspf=s", a_vn="TIMEOUT"), "", "a.vn", "", ("fail", "reject", "")),
    "own psd=n needs no parent": ("m.a.vn", _zone(m_a_vn=f"{_REJECT}; psd=n", a_vn="TIMEOUT"), "", "a.vn", "", ("fail", "reject", "")),
    "an identifier's walk fails": ("a.vn", _zone(a_vn=_REJECT, k_a_vn="TIMEOUT"), "", "k.a.vn", "", ("temperror", "reject", "timeout")),
    "one identifier's walk fails, another passes": ("a.vn", _zone(a_vn=_REJECT, k_a_vn="TIMEOUT"), "", "k.a.vn a.vn", "", ("pass", "reject", "")),
    "SPF unsettled": ("a.vn", _zone(a_vn=_REJECT), "", "", "m.a.vn", ("temperror", "reject", "unsettled")),
    "a stranger unsettled": ("a.vn", _zone(a_vn=_REJECT), "", "", "evil.example", ("fail", "reject", "")),
    "unsettled beside a pass": ("a.vn", _zone(a_vn=_REJECT), "", "a.vn", "a.vn", ("pass", "reject", "")),
    "unsettled below, strict": ("a.vn", _zone(a_vn=f"{_REJECT}; adkim=s; aspf=s"), "", "", "m.a.vn", ("fail", "reject", "")),
    "existence unknown": ("x.a.vn", _zone(a_vn="v=DMARC1; p=none; np=reject") | {"x.a.vn": "SERVFAIL"}, "", "", "", ("temperror", "none", "servfail")),
    "existence unknown, aligned": ("x.a.vn", _zone(a_vn="v=DMARC1; p=none; np=reject") | {"x.a.vn": "SERVFAIL"}, "", "a.vn", "", ("pass", "none", "")),
    "existence unknown and of no use": ("x.a.vn", _zone(a_vn="v=DMARC1; p=reject") | {"x.a.vn": "SERVFAIL"}, "", "", "", ("fail", "reject", "")),
    "unknown alias": ("x.a.vn", _zone(a_vn="v=DMARC1; p=none; np=reject") | {"x.a.vn": {"A": "NXDOMAIN", "CNAME": "TIMEOUT"}}, "", "", "", ("temperror", "none", "timeout")),
    "dangling alias exists": ("x.a.vn", _zone(a_vn="v=DMARC1; p=none; np=reject") | {"x.a.vn": {"A": "NXDOMAIN", "CNAME": ["gone.example"]}}, "", "", "", ("fail", "none", "")),
    "CNAME loop": ("a.vn", {"_dmarc.a.vn": {"CNAME": ["_dmarc.b.vn"]}, "_dmarc.b.vn": {"CNAME": ["_dmarc.a.vn"]}}, "", "a.vn", "", ("temperror", "", "cname-loop")),
}  # fmt: skip

KNOWN: dict[str, tuple[str, dict[str, Any], str, str, str, tuple[str, str, str]]] = {
    "strict is the same name": ("m.a.vn", _zone(a_vn=f"{_REJECT}; adkim=s"), "", "a.vn", "", ("fail", "reject", "")),
    "strict of one kind only": ("m.a.vn", _zone(a_vn=f"{_REJECT}; adkim=s"), "a.vn", "", "", ("pass", "reject", "")),
    "relaxed is the organisation": ("m.a.vn", _zone(a_vn=_REJECT), "", "k.a.vn", "", ("pass", "reject", "")),
    "a name that only ends alike": ("a.vn", _zone(a_vn=_REJECT), "", "xa.vn", "", ("fail", "reject", "")),
    "below a psd=n of its own": ("a.vn", _zone(a_vn=_REJECT, k_a_vn="v=DMARC1; p=none; psd=n"), "", "k.a.vn", "", ("fail", "reject", "")),
    "neighbour below a public suffix": ("a.gov.vn", _zone(gov_vn="v=DMARC1; p=reject; psd=y"), "", "b.gov.vn", "", ("fail", "reject", "")),
    "child below a public suffix": ("m.a.gov.vn", _zone(gov_vn="v=DMARC1; p=reject; psd=y"), "", "k.a.gov.vn", "", ("pass", "reject", "")),
    "the public suffix itself": ("m.a.gov.vn", _zone(gov_vn="v=DMARC1; p=reject; psd=y"), "", "gov.vn", "", ("fail", "reject", "")),
    "psd=y at the author's own name": ("gov.vn", _zone(gov_vn="v=DMARC1; p=reject; psd=y"), "", "gov.vn", "", ("pass", "reject", "")),
    "t=y lowers": ("a.vn", _zone(a_vn=f"{_REJECT}; t=y"), "", "", "", ("fail", "quarantine", "")),
    "t=y lowers quarantine": ("a.vn", _zone(a_vn="v=DMARC1; p=quarantine; t=Y"), "", "", "", ("fail", "none", "")),
    "t=y lowers none not": ("a.vn", _zone(a_vn="v=DMARC1; p=none; t=y"), "", "", "", ("fail", "none", "")),
    "t=y lowers sp": ("m.a.vn", _zone(a_vn="v=DMARC1; p=none; sp=reject; t=y"), "", "", "", ("fail", "quarantine", "")),
    "p invalid, rua valid": ("a.vn", _zone(a_vn="v=DMARC1; p=no; rua=mailto:a@b.vn"), "", "", "", ("fail", "none", "")),
    "p invalid, rua invalid": ("a.vn", _zone(a_vn="v=DMARC1; p=no; rua=a@b.vn"), "", "", "", ("none", "", "")),
    "sp invalid, no rua": ("m.a.vn", _zone(a_vn="v=DMARC1; p=reject; sp=all"), "", "", "", ("none", "", "")),
    "upper case everywhere": ("M.A.VN", _zone(a_vn="v=DMARC1; P=Reject; ADKIM=S"), "", "m.A.vn", "", ("pass", "reject", "")),
    "nobody publishes anything": ("a.vn", {}, "", "a.vn", "", ("none", "", "")),
}  # fmt: skip


@pytest.mark.parametrize("name", UNKNOWN | KNOWN)
def test_what_is_known_decides_and_what_is_not_is_a_temperror(name: str) -> None:
    """A temporary failure is a temperror exactly where it could change the result; never a fail, never a none."""
    author, zone, spf, dkim, unsettled, wanted = (UNKNOWN | KNOWN)[name]
    got = _judge(author, zone, spf=spf, dkim=dkim, unsettled=unsettled)
    assert (got.result, got.policy, got.reason) == wanted


@pytest.mark.parametrize("failing", ["TIMEOUT", "SERVFAIL"])
@pytest.mark.parametrize("place", ["m.a.gov.vn", "a.gov.vn", "gov.vn", "vn", "k.a.gov.vn"])
def test_a_failure_never_accuses(failing: str, place: str) -> None:
    """What passes when DNS answers is never a fail or a none when one answer is missing."""
    zone = _zone(a_gov_vn=_REJECT, m_a_gov_vn=_REJECT)
    assert _judge("m.a.gov.vn", zone, dkim="k.a.gov.vn").result == "pass"
    got = _judge("m.a.gov.vn", zone | {f"_dmarc.{place}": failing}, dkim="k.a.gov.vn")
    assert got.result in ("pass", "temperror")


def test_offline_nothing_is_known() -> None:
    """Where nobody may be asked, the answer is temperror with that word, whatever passed."""
    for dkim in ([], ["a.vn"]):
        got = asyncio.run(evaluate("a.vn", [], dkim, OfflineResolver()))
        assert (got.result, got.policy, got.reason) == ("temperror", "", "offline")


def test_identifiers_beyond_the_tenth_are_not_known() -> None:
    """Ten identifiers below the author's domain are walked; what is beyond them may have been aligned."""
    others = [f"k{at}.a.vn" for at in range(11)]
    zone = _zone(a_vn=_REJECT) | {f"_dmarc.{name}": {"TXT": ["v=DMARC1; p=none; psd=n"]} for name in others}
    ten = _judge("a.vn", zone, dkim=" ".join(others[:10]))
    eleven = _judge("a.vn", zone, dkim=" ".join(others))
    assert (ten.result, eleven.result, eleven.reason) == ("fail", "temperror", "too-many-identifiers")
    assert _judge("a.vn", zone, dkim=" ".join([*others, "a.vn"])).result == "pass"
    assert _judge("a.vn", zone, spf="k.a.vn", dkim=" ".join(others)).result == "pass"


def test_an_identifier_counts_once() -> None:
    """Many signatures of one domain are one identifier: they do not use up the walks."""
    zone = _zone(a_vn=_REJECT, k_a_vn="v=DMARC1; p=none; psd=n")
    assert _judge("a.vn", zone, dkim=" ".join(["k.a.vn"] * 20)).result == "fail"
    assert _judge("a.vn", zone, dkim=" ".join([*["k.a.vn"] * 20, "m.a.vn"])).result == "pass"


def test_a_long_name_is_asked_for_eight_times() -> None:
    """A name of 13 labels is asked for whole, then from 7 labels down; hostile numbers of identifiers stay bounded."""
    name = ".".join("abcdefghijkl") + ".vn"
    ask = _Counting({})
    asyncio.run(evaluate(name, [], [], ask))
    assert ask.asked == [f"_dmarc.{name}", *(f"_dmarc.{'.'.join(name.split('.')[-at:])}" for at in range(7, 0, -1))]
    many = _Counting(_zone(vn=_REJECT))
    asyncio.run(evaluate("a.vn", [], [f"{at}.b.c.d.e.f.g.a.vn" for at in range(5000)], many))
    assert len(many.asked) < 100


RECORDS: dict[str, DmarcRecord | None] = {
    "v=DMARC1": DmarcRecord("", ""),
    "v=DMARC1;p=reject": DmarcRecord("reject", "reject"),
    " v = DMARC1 ; p = reject ;": DmarcRecord("reject", "reject"),
    "v=DMARC1; p=reject; sp=quarantine; np=none": DmarcRecord("reject", "quarantine", "none"),
    "v=DMARC1; p=reject; pct=0; rf=afrf; ri=1; zz=1": DmarcRecord("reject", "reject"),
    "v=DMARC1; p=reject; adkim=S; aspf=s; t=Y; psd=N": DmarcRecord("reject", "reject", "", "n", testing=True, strict_dkim=True, strict_spf=True),
    "v=DMARC1; p=reject; adkim=x; t=maybe": DmarcRecord("reject", "reject"),
    "v=DMARC1; p=reject; nonsense; =; ;;": DmarcRecord("reject", "reject"),
    "v=DMARC1; rua=mailto:A@B.vn,x,https://C.vn/D": DmarcRecord("none", "none", reports=("mailto:A@B.vn", "https://C.vn/D")),
    "v=DMARC1; p=reject; p=none": None,
    "v=DMARC1; p=reject; P=none": None,
    "v=DMARC1; p=reject; zz=1; zz=2": None,
    "v=DMARC1; p=reject; v=DMARC1": None,
    "v=dmarc1; p=reject": None,
    "v=DMARC1x; p=reject": None,
    "v=DMARC12; p=reject": None,
    "v=DMARC1 p=reject": None,
    "p=reject; v=DMARC1": None,
    "\u00a0v=DMARC1; p=reject": None,
    "": None,
    "v=DMARC1; p=reject; x=" + "y" * 4096: None,
}  # fmt: skip


@pytest.mark.parametrize("text", RECORDS, ids=lambda text: text[:40] or "empty")
def test_records_are_read_by_their_grammar(text: str) -> None:
    """The version is exact, names and literals have no case, a tag named twice spoils the record."""
    assert read_record(text) == RECORDS[text]


def test_an_unknown_psd_is_unknown() -> None:
    """A value of psd that the grammar does not have counts as `u`."""
    record = read_record("v=DMARC1; p=reject; psd=maybe")
    assert record is not None
    assert record.psd == "u"


_TEXT = st.text(max_size=200) | st.text("v=DMARC1;p sproneject,mailto:@\udcff\u0131\u017f\t", max_size=60).map(
    "v=DMARC1;".__add__
)


@given(_TEXT)
def test_no_text_raises(text: str) -> None:
    """Whatever a TXT record holds, it is a record with known policies, or none."""
    record = read_record(text)
    assert record is None or record.policy in ("", "none", "quarantine", "reject")


@pytest.mark.parametrize(
    "text",
    [
        "v" + " " * 65_536,
        "v=DMARC1;" + "rua=" * 16_000,
        "v=DMARC1;rua=" + "mailto:" + "a" * 65_536,
        "v=DMARC1;rua=" + "mailto:a@," * 6000,
        ";" * 65_536,
        "v=DMARC1" + " " * 65_536 + "x",
    ],
    ids=range(6),
)
def test_floods_cost_no_time(text: str) -> None:
    """64 KB of the worst input take under 2 s of CPU."""
    start = time.process_time()
    read_record(text)
    read_record(text[:4096])
    assert time.process_time() - start < 2
