"""SPF where the suites are silent: hostile records, failures of DNS, limits of time."""

import asyncio
import time
from typing import Any

import pytest

from verifykb.dns.answer import Answer, OfflineResolver
from verifykb.dns.recorded import RecordedResolver
from verifykb.mail.spf import check_host
from verifykb.model.mail import SpfResult

_IP = "192.0.2.1"
_REVERSE = "1.2.0.192.in-addr.arpa"


class _Counting:
    """Counts what is asked."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._inner = RecordedResolver(names)
        self.asked: list[tuple[str, str]] = []

    async def ask(self, name: str, kind: str) -> Answer:
        self.asked.append((name, kind))
        return await self._inner.ask(name, kind)


def _check(
    record: str, names: dict[str, Any] | None = None, *, ip: str = _IP, sender: str = "u@e.com", helo: str = "h.e.com"
) -> SpfResult:
    ask = RecordedResolver({"e.com": {"TXT": [record]}} | (names or {}))
    return asyncio.run(check_host(ip, "e.com", sender, helo, ask))


def _txt(**records: str) -> dict[str, Any]:
    return {f"{name}.e.com": {"TXT": [text]} for name, text in records.items()}


HOSTILE: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "include of itself": ("v=spf1 include:e.com -all", {}, "permerror", "too-many-lookups"),
    "include in a circle": ("v=spf1 include:a.e.com -all", _txt(a="v=spf1 include:b.e.com", b="v=spf1 include:a.e.com"), "permerror", "too-many-lookups"),
    "redirect to itself": ("v=spf1 redirect=e.com", {}, "permerror", "too-many-lookups"),
    "redirect in a circle": ("v=spf1 redirect=a.e.com", _txt(a="v=spf1 redirect=e.com"), "permerror", "too-many-lookups"),
    "include that widens": ("v=spf1 " + "include:e.com " * 10, {}, "permerror", "too-many-lookups"),
    "10 lookups": ("v=spf1 " + "exists:a.e.com " * 10 + "-all", {"a.e.com": {"A": ["192.0.2.9"]}}, "pass", ""),
    "10 that match not": ("v=spf1 " + "a:a.e.com " * 10 + "-all", {"a.e.com": {"A": ["192.0.2.9"]}}, "fail", ""),
    "11 that match not": ("v=spf1 " + "a:a.e.com " * 11 + "-all", {"a.e.com": {"A": ["192.0.2.9"]}}, "permerror", "too-many-lookups"),
    "2 void": ("v=spf1 a:a.e.com exists:b.e.com -all", {}, "fail", ""),
    "3 void": ("v=spf1 a:a.e.com exists:b.e.com mx:c.e.com -all", {}, "permerror", "too-many-void-lookups"),
    "void hosts of one mx": ("v=spf1 mx -all", {"e.com": {"TXT": ["v=spf1 mx -all"], "MX": [f"1 m{at}.e.com" for at in range(10)]}}, "fail", ""),
    "11 hosts of one mx": ("", {"e.com": {"TXT": ["v=spf1 mx -all"], "MX": [f"1 m{at}.e.com" for at in range(11)]}}, "permerror", "mx"),
    # RFC 7208, 4.6.4 counts queries without an answer; for a name that cannot be, none is made.
    "impossible names are not void": ("v=spf1 a:e..com a:" + "x" * 64 + ".com exists:.e.com -all", {}, "fail", ""),
    "domain-spec that ends in %-": ("v=spf1 exists:e.com%- -all", {"e.com%20": {"A": ["127.0.0.2"]}}, "pass", ""),
    "domain-spec that ends in %%": ("v=spf1 exists:e.com%% -all", {"e.com%": {"A": ["127.0.0.2"]}}, "pass", ""),
    "digits with many zeros": ("v=spf1 exists:%{d0000000000001}.e.com -all", {"com.e.com": {"A": ["127.0.0.2"]}}, "pass", ""),
    "letters that fold to macros": ("v=spf1 exists:%{\u017f}.e.com -all", {}, "permerror", "exists:%{\u017f}.e.com"),
    "a dotless i for a macro": ("v=spf1 exists:%{\u0131}.e.com -all", {}, "permerror", "exists:%{\u0131}.e.com"),
    "letters that fold, in a modifier": ("v=spf1 x=%{\u017f} -all", {}, "permerror", "x=%{\u017f}"),
    "4,096 characters": ("v=spf1 " + "?all " * 816 + "x=%%%%%%", {}, "neutral", ""),
    "4,097 characters": ("v=spf1 " + "?all " * 817 + "?all ", {}, "permerror", "4097 > 4096"),
    "1 MB": ("v=spf1 " + "a" * 1_048_576, {}, "permerror", "1048583 > 4096"),
    "76,000 mechanisms": ("v=spf1 " + "ip4:192.0.2.9 " * 76_000, {}, "permerror", "1064007 > 4096"),
    "other TXT of 1 MB": ("v=spf1 -all", {"e.com": {"TXT": ["v=spf1 -all", "x" * 1_048_576]}}, "fail", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_records_end_soon(name: str) -> None:
    """Loops, floods and odd grammar end in the result of RFC 7208, in under 2 s of CPU."""
    record, names, result, reason = HOSTILE[name]
    start = time.process_time()
    got = _check(record, names)
    assert time.process_time() - start < 2
    assert (got.result, got.reason) == (result, reason)


# Where an answer is missing: record, the name that fails
FAILING: dict[str, tuple[str, str, dict[str, Any]]] = {
    "record": ("v=spf1 +all", "e.com", {}),
    "a": ("v=spf1 a:f.e.com +all", "f.e.com", {}),
    "mx": ("v=spf1 mx:f.e.com +all", "f.e.com", {}),
    "host of mx": ("v=spf1 mx:m.e.com +all", "f.e.com", {"m.e.com": {"MX": ["1 f.e.com"]}}),
    "exists": ("v=spf1 exists:f.e.com -all", "f.e.com", {}),
    "include": ("v=spf1 -include:f.e.com +all", "f.e.com", {}),
    "redirect": ("v=spf1 redirect=f.e.com", "f.e.com", {}),
    "inside include": ("v=spf1 include:i.e.com -all", "f.e.com", {"i.e.com": {"TXT": ["v=spf1 a:f.e.com +all"]}}),
}


@pytest.mark.parametrize("word", ["TIMEOUT", "SERVFAIL"])
@pytest.mark.parametrize("name", FAILING)
def test_a_failure_of_dns_is_a_temperror(name: str, word: str) -> None:
    """Timeout or SERVFAIL in any place that matters is a temperror with its kind."""
    record, failing, names = FAILING[name]
    got = _check(record, names | {failing: word})
    assert (got.result, got.reason) == ("temperror", word.lower())


@pytest.mark.parametrize("word", ["TIMEOUT", "SERVFAIL"])
@pytest.mark.parametrize("failing", [_REVERSE, "a.e.com"])
def test_a_failure_inside_ptr_is_no_match(failing: str, word: str) -> None:
    """RFC 7208, 5.5 and 7.3: errors while names of the client are looked for make no match, `%{p}` is unknown."""
    names = {_REVERSE: {"PTR": ["a.e.com"]}, "unknown.e.com": {"A": ["127.0.0.2"]}} | {failing: word}
    assert _check("v=spf1 ptr -all", names).result == "fail"
    assert _check("v=spf1 exists:%{p}.e.com -all", names).result == "pass"


def test_a_failure_of_the_explanation_leaves_the_fail() -> None:
    """An explanation that cannot be had is none (RFC 7208, 6.2)."""
    for answer in (
        "TIMEOUT",
        "SERVFAIL",
        "NXDOMAIN",
        {"TXT": ["a", "b"]},
        {"TXT": ["%{x}"]},
        {"TXT": ["h\u00e9"]},
        {"TXT": ["%{\u017f}"]},
    ):
        got = _check("v=spf1 exp=x.e.com -all", {"x.e.com": answer})
        assert (got.result, got.explanation) == ("fail", "")


def test_cname_loop_is_temporary() -> None:
    """A loop of aliases says nothing about what is there."""
    names = {"f.e.com": {"CNAME": ["g.e.com"]}, "g.e.com": {"CNAME": ["f.e.com"]}}
    got = _check("v=spf1 a:f.e.com +all", names)
    assert (got.result, got.reason) == ("temperror", "cname-loop")


@pytest.mark.parametrize("record", [None, "v=spf1 +all", "v=spf1 ip4:192.0.2.1", "v=spf1 -all"])
def test_offline_nothing_is_known(record: str | None) -> None:
    """Where nobody may be asked, the result is temperror with that word, never pass, fail or none."""
    ask = OfflineResolver() if record is None else RecordedResolver({"e.com": {"TXT": [record]}})
    got = asyncio.run(check_host(_IP, "e.com", "u@e.com", "h.e.com", ask))
    if record is None:
        assert (got.result, got.reason) == ("temperror", "offline")
    else:
        assert got.result in ("pass", "fail")


MAPPED = {
    "v=spf1 ip4:192.0.2.1 -all": "pass",
    "v=spf1 ip6:::ffff:192.0.2.1 -all": "fail",
    "v=spf1 ip6:::/0 -all": "fail",
    "v=spf1 a:a.e.com -all": "pass",
    "v=spf1 a:six.e.com -all": "fail",
    "v=spf1 exists:%{v}.%{i}.e.com -all": "pass",
}


@pytest.mark.parametrize("ip", ["::ffff:192.0.2.1", "::FFFF:C000:201", "0:0:0:0:0:ffff:192.0.2.1"])
@pytest.mark.parametrize("record", MAPPED)
def test_mapped_clients_are_ipv4(record: str, ip: str) -> None:
    """An IPv4-mapped client counts as IPv4 in every mechanism and macro (RFC 7208, 5)."""
    names = {"a.e.com": {"A": [_IP]}, "six.e.com": {"AAAA": [ip]}, "in-addr.192.0.2.1.e.com": {"A": ["127.0.0.2"]}}
    assert _check(record, names, ip=ip).result == MAPPED[record]


@pytest.mark.parametrize("ip", ["", "x", "192.0.2", "192.0.2.1 ", "\u0661.2.3.4", "192.0.2.1/32"])
def test_no_address_is_a_value_error(ip: str) -> None:
    """The one thing that raises is an address that is none."""
    with pytest.raises(ValueError, match="address"):
        _check("v=spf1 -all", ip=ip)


SENDERS = (
    "",
    "@",
    "u@",
    "@e.com",
    "a@b@e.com",
    "\udcff@e.com",
    "\u00e9@e.com",
    "\x00\n@e.com",
    "a." * 5000 + "@e.com",
    "a" * 100_000,
)


@pytest.mark.parametrize("sender", SENDERS, ids=range(len(SENDERS)))
@pytest.mark.parametrize("letter", "slodihpvSLODIHPV")
def test_macros_take_whatever_a_sender_wrote(letter: str, sender: str) -> None:
    """Envelope sender and HELO are the client's: no octet of them raises, and expansion ends soon."""
    start = time.process_time()
    for spec in (f"%{{{letter}}}.e.com", f"%{{{letter}1r.-}}.e.com", f"%{{{letter}}}" * 100 + ".e.com"):
        got = _check(
            f"v=spf1 exists:{spec} exp=x.e.com -all",
            {"x.e.com": {"TXT": [f"%{{{letter}}}"]}},
            sender=sender,
            helo=sender,
        )
        assert got.result in ("fail", "permerror")
    assert time.process_time() - start < 2


def test_hostile_expansion_is_bounded() -> None:
    """A record full of macros over a long local part costs under 2 s of CPU and asks for short names only."""
    ask = _Counting({"e.com": {"TXT": ["v=spf1 exists:" + "%{l}" * 1010 + ".e.com -all"]}})
    start = time.process_time()
    got = asyncio.run(check_host(_IP, "e.com", "a." * 159 + "a@e.com", "h", ask))
    assert time.process_time() - start < 2
    assert got.result == "fail"
    assert all(len(name) <= 253 for name, _ in ask.asked)
    assert ask.asked[-1][0].endswith(".a.a.e.com")


def test_an_explanation_is_not_longer_than_a_page() -> None:
    """What a stranger may have us repeat is bounded, macros included."""
    got = _check("v=spf1 exp=x.e.com -all", {"x.e.com": {"TXT": ["%{s}" * 250]}}, sender="a" * 300 + "@e.com")
    assert len(got.explanation) <= 4096
    assert _check("v=spf1 exp=x.e.com -all", {"x.e.com": {"TXT": ["x" * 1_000_000]}}).result == "fail"


def test_questions_are_bounded() -> None:
    """The most hostile zone costs at most ten terms of ten names each, and their client's names."""
    names: dict[str, Any] = {_REVERSE: {"PTR": [f"n{at}.e.com" for at in range(5000)]}}
    names |= {
        f"n{at}.e.com": {"A": ["192.0.2.9"], "MX": [f"1 n{host}.e.com" for host in range(10)]} for at in range(20)
    }
    names["e.com"] = {"TXT": ["v=spf1 " + "mx:n1.%{d} " * 5 + "ptr:%{p}.x.com " * 5 + "-all"]}
    ask = _Counting(names)
    got = asyncio.run(check_host(_IP, "e.com", "u@e.com", "h", ask))
    assert got.result == "fail"
    assert len(ask.asked) <= 1 + 10 * 22
