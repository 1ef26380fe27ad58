"""What an SPF record lets others do (RFC 7208), from recorded zones."""

import asyncio
from typing import Any

import pytest

from tests.dns.example_com import DMARC, Counting, found, judged
from verifykb.dns.posture import assess_domain
from verifykb.model.posture import Part


def spf_zone(record: str, **names: Any) -> dict[str, Any]:
    """Give a zone whose only concern is SPF; ``a_b`` stands for ``a.b``."""
    zone = {name.replace("_", "."): types for name, types in names.items()}
    return {**DMARC, "example.com": {"MX": ["10 mx.example.com"], "A": ["192.0.2.1"], "TXT": [record]}, **zone}


SPF: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    # zone -> the finding and its reason, empty for none
    "minus all": (spf_zone("v=spf1 -all"), {}),
    "soft fail": (spf_zone("v=spf1 ~all"), {}),
    "none but text": (spf_zone("v=spf10 -all"), {"DOM004": ""}),
    "plus all": (spf_zone("v=spf1 +all"), {"DOM006": "all-pass"}),
    "bare all": (spf_zone("v=spf1 all"), {"DOM006": "all-pass"}),
    "neutral": (spf_zone("v=spf1 ?all"), {"DOM006": "all-neutral"}),
    "no all": (spf_zone("v=spf1 a"), {"DOM006": "all-missing"}),
    "the whole net": (spf_zone("v=spf1 ip4:0.0.0.0/0 -all"), {"DOM006": "huge-network"}),
    "half the net": (spf_zone("v=spf1 ip6:8000::/1 -all"), {"DOM006": "huge-network"}),
    "refusing the net": (spf_zone("v=spf1 -ip4:0.0.0.0/0 -all"), {}),
    "behind all": (spf_zone("v=spf1 -all ip4:0.0.0.0/0"), {}),
    "redirect": (spf_zone("v=spf1 redirect=b.net", b_net={"TXT": ["v=spf1 -all"]}), {}),
    "redirect to plus all": (
        spf_zone("v=spf1 redirect=b.net", b_net={"TXT": ["v=spf1 +all"]}), {"DOM006": "all-pass"},
    ),
    "redirect to no all": (spf_zone("v=spf1 redirect=b.net", b_net={"TXT": ["v=spf1 a"], "A": ["192.0.2.1"]}), {"DOM006": "all-missing"}),
    "include of plus all": (
        spf_zone("v=spf1 include:b.net -all", b_net={"TXT": ["v=spf1 include:c.net -all"]}, c_net={"TXT": ["v=spf1 +all"]}),
        {"DOM006": "all-pass"},
    ),
    "include of neutral": (spf_zone("v=spf1 include:b.net -all", b_net={"TXT": ["v=spf1 ?all"]}), {}),
    "unused include of plus all": (spf_zone("v=spf1 ?include:b.net -all", b_net={"TXT": ["v=spf1 +all"]}), {}),
    "syntax": (spf_zone("v=spf1 ip4:300.1.1.1 -all"), {"DOM005": "record-syntax"}),
    "dead include": (spf_zone("v=spf1 include:b.net -all"), {"DOM005": "include-missing"}),
    "broken include": (
        spf_zone("v=spf1 include:b.net -all", b_net={"TXT": ["v=spf1 foo -all"]}), {"DOM005": "include-broken"},
    ),
    "two records in an include": (
        spf_zone("v=spf1 include:b.net -all", b_net={"TXT": ["v=spf1 a", "v=spf1 mx"]}), {"DOM005": "include-broken"},
    ),
    "loop": (
        spf_zone("v=spf1 include:b.net -all", b_net={"TXT": ["v=spf1 include:EXAMPLE.com. -all"]}),
        {"DOM005": "include-loop"},
    ),
    "itself": (spf_zone("v=spf1 redirect=example.com"), {"DOM005": "include-loop"}),
    "void": (spf_zone("v=spf1 a:x.net a:y.net -all"), {}),
    "too many void": (spf_zone("v=spf1 a:x.net a:y.net exists:z.net -all"), {"DOM005": "too-many-void-lookups"}),
    "only IPv6 is not void": (
        spf_zone("v=spf1 a:x.net a:y.net a:z.net -all", z_net={"AAAA": ["2001:db8::1"]}), {},
    ),
    "macro": (spf_zone("v=spf1 exists:%{i}.x.net include:%{d}.y.net -all"), {}),
    "exactly ten": (spf_zone("v=spf1 " + "a " * 10 + "-all"), {}),
    "eleven": (spf_zone("v=spf1 " + "a " * 11 + "-all"), {"DOM005": "too-many-lookups"}),
    "behind all does not count": (spf_zone("v=spf1 -all " + "a " * 11), {}),
    "ten through includes": (
        spf_zone("v=spf1 include:b.net include:b.net -all", b_net={"TXT": ["v=spf1 a:c.net mx:c.net a:c.net a:c.net a:c.net -all"]}, c_net={"A": ["192.0.2.1"], "MX": ["1 m"]}),
        {"DOM005": "too-many-lookups"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("zone", "expected"), SPF.values(), ids=SPF)
def test_what_an_spf_record_lets_others_do(zone: dict[str, Any], expected: dict[str, str]) -> None:
    """RFC 7208: who may send, and whether receivers can use the record at all."""
    seen = {rule: values.get("reason", "") for rule, values in found(judged(zone)).items()}
    assert {rule: seen[rule] for rule in seen if rule in ("DOM001", "DOM004", "DOM005", "DOM006")} == expected


def test_several_spf_records_are_named_by_their_number() -> None:
    """RFC 7208, 4.5: none of them is used."""
    zone = {**DMARC, "example.com": {"TXT": ["v=spf1 -all", "other", "v=spf1 mx -all"]}}
    assert found(judged(zone))["DOM005"] == {"domain": "example.com", "reason": "several-records", "found": "2"}


def test_a_tree_of_includes_ends() -> None:
    """A zone that grows without end costs a bounded number of questions."""
    names = [f"n{at}.net" for at in range(200)]
    zone: dict[str, Any] = {
        name: {"TXT": ["v=spf1 " + " ".join(f"include:n{(at * 7 + step) % 200}.net" for step in range(1, 8)) + " -all"]}
        for at, name in enumerate(names)
    }
    resolver = Counting({**zone, "example.com": {"TXT": ["v=spf1 redirect=n0.net"]}})
    posture = asyncio.run(assess_domain("example.com", resolver, fetch=None))
    assert found(posture)["DOM005"]["found"] == "> 40"
    assert posture.spf.lookups is None
    assert len(resolver.asked) < 120


@pytest.mark.parametrize("where", ["b.net", "c.net"])
def test_an_unanswered_include_is_unknown_and_nothing_else(where: str) -> None:
    """The counts stay open; the record is not called broken for it."""
    names: dict[str, Any] = {"b.net": {"TXT": ["v=spf1 include:c.net -all"]}, "c.net": {"TXT": ["v=spf1 -all"]}}
    posture = judged({**spf_zone("v=spf1 include:b.net -all"), **names, where: "TIMEOUT"})
    seen = found(posture)
    assert seen["DOM001"] == {"domain": "example.com", "question": f"{where} TXT", "reason": "timeout"}
    assert not seen.keys() & {"DOM004", "DOM005", "DOM006"}
    assert (posture.spf.status, posture.spf.lookups) == (Part.FOUND, None)
