"""Zones with everything that can go wrong with DNS, for a recording and for servers.

1. `names` has the form of a recording; `served` gives the same to a `FaultServer`, with a fault for each word.
2. Some faults change no answer; a recording knows nothing of them.
"""

from functools import cache
from typing import Any

from tests.mail.mails import key_record

BIG = ["x" * 255] * 235  # 60 kB: does not fit in UDP
CLIENT, STRANGER, CLIENT_6 = "192.0.2.25", "198.51.100.9", "2001:db8::25"
_OK = "ip4:192.0.2.0/24 -all"
_REVERSE_6 = "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"


def _spf(terms: str) -> dict[str, Any]:
    return {"TXT": [f"v=spf1 {terms}"]}


def _dmarc(*tags: str) -> dict[str, Any]:
    return {"TXT": [f"v=DMARC1; {tag}" for tag in tags]}


_SPF_NAMES: dict[str, Any] = {
    "pass.example": _spf(_OK),
    "fail.example": _spf("-all exp=why.fail.example"),
    "why.fail.example": {"TXT": ["%{i} is not one of %{d}"]},
    "slow-why.example": _spf("-all exp=timeout.example"),
    "soft.example": _spf("~all"),
    "include-loop.example": _spf("include:include-loop.example -all"),
    "redirect-1.example": _spf("redirect=redirect-2.example"),
    "redirect-2.example": _spf("redirect=redirect-1.example"),
    "redirect-away.example": _spf("redirect=nodata.example"),
    "cname-1.example": {"CNAME": ["cname-2.example"]},
    "cname-2.example": {"CNAME": ["cname-1.example"]},
    "include-cname-loop.example": _spf("include:cname-1.example -all"),
    "alias.example": {"CNAME": ["pass.example"]},
    "alias-of-nothing.example": {"CNAME": ["absent.example"]},
    "alias-of-servfail.example": {"CNAME": ["servfail.example"]},
    **{f"chain-{n}.example": {"CNAME": [f"chain-{n + 1}.example"]} for n in range(11)},
    "chain-11.example": _spf(_OK),
    "servfail.example": "SERVFAIL",
    "refused.example": "SERVFAIL",
    "broken.example": "SERVFAIL",
    "include-servfail.example": _spf("include:servfail.example -all"),
    "mx-servfail.example": _spf("mx -all") | {"MX": ["10 servfail.example"]},
    "ptr-servfail.example": _spf("ptr -all"),
    "28.2.0.192.in-addr.arpa": "SERVFAIL",
    "timeout.example": "TIMEOUT",
    "include-timeout.example": _spf("include:timeout.example -all"),
    "before-timeout.example": _spf("ip4:192.0.2.0/24 include:timeout.example -all"),
    "half.example": _spf("a -all") | {"A": [CLIENT], "*": "TIMEOUT"},
    "29.2.0.192.in-addr.arpa": "TIMEOUT",
    "ptr-timeout.example": _spf("ptr -all"),
    "truncated.example": _spf(_OK),
    "wrong-id.example": _spf(_OK),
    "wrong-question.example": _spf(_OK),
    "wrong-port.example": _spf(_OK),
    "no-edns.example": _spf(_OK),
    "beside-60kb.example": {"TXT": [BIG, f"v=spf1 {_OK}"]},
    "of-60kb.example": {"TXT": [["v=spf1 " + "?ip4:1.1.1.1 " * 18] + ["?ip4:1.1.1.1 " * 19] * 240]},
    "many-strings.example": {"TXT": [["v", "=", "s", *"pf1 ", *(f"ip4:198.51.100.{n} " for n in range(99)), "", _OK]]},
    "two-records.example": {"TXT": [f"v=spf1 {_OK}", "v=spf1 -all"]},
    "no-text.example": {"TXT": ["v=spf1 a:\udcff.example -all"]},
    "nodata.example": {"A": [CLIENT]},
    "below.upper.example": _spf(_OK),
    "ten.example": _spf(" ".join(f"a:host-{n}.example" for n in range(9)) + " a:nodata.example -all"),
    "eleven.example": _spf(" ".join(f"a:host-{n}.example" for n in range(10)) + " a:nodata.example -all"),
    **{f"host-{n}.example": {"A": [f"203.0.113.{n}"]} for n in range(11)},
    "two-void.example": _spf("a:absent.example mx:nodata.example a:nodata.example -all"),
    "three-void.example": _spf("a:absent.example mx:nodata.example exists:gone.example a:nodata.example -all"),
    "mx.example": _spf("mx -all") | {"MX": [*(f"10 host-{n}.example" for n in range(9)), "20 nodata.example"]},
    "mx-11.example": _spf("mx -all") | {"MX": [f"10 host-{n}.example" for n in range(11)]},
    "mx-null.example": _spf("mx -all") | {"MX": ["0 ."]},
    "ptr.example": _spf("ptr -all"),
    "mail.ptr.example": {"A": [CLIENT], "AAAA": [CLIENT_6]},
    "25.2.0.192.in-addr.arpa": {"PTR": ["cname-1.example", "MAIL.ptr.example"]},
    "26.2.0.192.in-addr.arpa": {"PTR": ["mail.ptr.example"]},  # a claim that no address confirms
    _REVERSE_6: {"PTR": ["mail.ptr.example"]},
    "macro.example": _spf("exists:%{ir}.%{v}.list.macro.example -all"),
    "25.2.0.192.in-addr.list.macro.example": {"A": ["127.0.0.2"]},
    "address-6.example": _spf("a:mail.ptr.example -all"),
}
_DMARC_NAMES: dict[str, Any] = {
    "_dmarc.own.example": _dmarc("p=reject; sp=quarantine"),
    "_dmarc.strict.example": _dmarc("p=reject; adkim=s; aspf=s"),
    "_dmarc.test.example": _dmarc("p=reject; t=y"),
    "_dmarc.np.example": _dmarc("p=none; sp=quarantine; np=reject"),
    "here.np.example": {"A": [CLIENT]},
    "alias.np.example": {"CNAME": ["absent.example"]},
    "slow.np.example": "TIMEOUT",
    "_dmarc.several.example": _dmarc("p=reject", "p=none"),
    "_dmarc.several.own.example": _dmarc("p=reject", "p=none"),
    "_dmarc.noise.example": {"TXT": [BIG, "v=spf1 -all", "v=dmarc1; p=none", "v=DMARC1; p=quarantine"]},
    "_dmarc.strings.example": {"TXT": [["v=DM", "ARC1; ", "", "p=re", "ject"]]},
    "_dmarc.hosted.example": {"CNAME": ["_dmarc.own.example"]},
    "_dmarc.loop.example": {"CNAME": ["_dmarc.loop.example"]},
    "_dmarc.truncated.example": _dmarc("p=reject"),
    "_dmarc.slow.example": "TIMEOUT",
    "_dmarc.own.slow.example": _dmarc("p=reject"),
    "_dmarc.dead.example": "SERVFAIL",
    "_dmarc.own.dead.example": _dmarc("p=reject"),
    "_dmarc.psd.example": _dmarc("p=none; sp=reject; psd=y"),
    "_dmarc.g.h.deep.example": _dmarc("p=reject"),
    "slow.example": _spf(_OK),
}


@cache
def names() -> dict[str, Any]:
    """Give all zones, as a recording holds them."""
    record = key_record("vst.gov.vn")
    keys: dict[str, Any] = {
        "good": {"TXT": [record]},
        "strings": {"TXT": [[record[at : at + 40] for at in range(0, len(record), 40)]]},
        "big": {"TXT": [BIG, record]},
        "alias": {"CNAME": ["s1.keys.example"]},
        "loop": {"CNAME": ["loop._domainkey.vst.gov.vn"]},
        "truncated": {"TXT": [record]},
        "wrong-id": {"TXT": [record]},
        "nodata": {"A": [CLIENT]},
        "revoked": {"TXT": ["v=DKIM1; k=rsa; p="]},
        "two": {"TXT": [record, "v=DKIM1; p=AAAA"]},
        "servfail": "SERVFAIL",
        "timeout": "TIMEOUT",
    }
    return {
        **_SPF_NAMES,
        **_DMARC_NAMES,
        **{f"{selector}._domainkey.vst.gov.vn": value for selector, value in keys.items()},
        "s1.keys.example": {"TXT": [record]},
        **{f"good._domainkey.{domain}": {"TXT": [record]} for domain in ("slow.example", "child.slow.example")},
        "good._domainkey.attacker.example": {"TXT": [record]},
        "good._domainkey.forwarder.example": {"TXT": [record]},
        "dead._domainkey.forwarder.example": "SERVFAIL",
        "vst.gov.vn": _spf(_OK),
        "_dmarc.vst.gov.vn": _dmarc("p=reject"),
    }


# What a server does that changes no answer; an alias that is not followed leads to the name that fails.
_HARMLESS = {
    "truncated.example": "truncate", "wrong-id.example": "wrong-id", "wrong-question.example": "wrong-question",
    "wrong-port.example": "wrong-port", "no-edns.example": "no-edns", "_dmarc.truncated.example": "truncate",
    "truncated._domainkey.vst.gov.vn": "truncate", "wrong-id._domainkey.vst.gov.vn": "wrong-id",
    "alias-of-servfail.example": "hop", "alias._domainkey.vst.gov.vn": "hop", "_dmarc.hosted.example": "hop",
}  # fmt: skip
_FAILING = {"refused.example": "refused", "broken.example": "broken"}  # one word of a recording, three ways of failing
_FAULTS = {"TIMEOUT": "drop", "SERVFAIL": "servfail"}


def served() -> tuple[dict[str, Any], dict[str, str]]:
    """Give names and faults for a `FaultServer`."""
    zone: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, types in names().items():
        told = {"*": types} if isinstance(types, str) else types
        zone[name] = {kind: records for kind, records in told.items() if not isinstance(records, str)}
        if "*" in told:
            faults[name] = _FAULTS[told["*"]]
            faults |= {f"{name} {kind}": "" for kind in zone[name]}
    return zone, faults | _HARMLESS | _FAILING
