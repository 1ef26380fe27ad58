"""SPF: whatever a text holds, it raises nothing that is not documented, and takes no time."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.test_spf import _IP, _check
from verifykb.mail import spf_record
from verifykb.mail.spf_record import RecordError, is_explanation, is_record, read_record
from verifykb.model.mail import SpfWord

_PIECES = (
    " ", "-all", "include:", "exists:", "a:", "mx", "ptr", "ip4:", "ip6:", "redirect=", "exp=", "x=", "e.com", ".com", "%{", "}", "%%",
    "%-", "%_", *"slodiphvcrtSLODHPCRT", "1", "0", "9" * 12, "r", ".", "-", "/", "//", "24", ":", "::1", "192.0.2.1", "@", "?",
    "\udcff", "\u0131", "\u017f", "\u212a", "\t", "\n", "\x00",
)  # fmt: skip
_HOSTILE_TEXT = st.text(max_size=60) | st.lists(st.sampled_from(_PIECES), max_size=16).map("".join)
_MACRO_TEXT = st.lists(
    st.tuples(
        st.sampled_from([*"slodiphvcrtSLODIPHVCRT", "\u0131", "\u017f"]),
        st.sampled_from(["", "1", "r", "2r", "-", "9" * 9]),
    ),
    min_size=1,
    max_size=6,
).map(lambda macros: "exists:" + ".".join(f"%{{{letter}{rest}}}" for letter, rest in macros) + ".com")


@given(_HOSTILE_TEXT)
def test_no_record_raises_but_what_is_documented(text: str) -> None:
    """Any text is a record, or a RecordError."""
    record = f"v=spf1 {text}"
    assert is_record(record)
    try:
        terms = read_record(record).terms
    except RecordError:
        return
    assert all(term.result in ("pass", "fail", "softfail", "neutral") for term in terms)


@given(
    _HOSTILE_TEXT | _MACRO_TEXT, _HOSTILE_TEXT, _HOSTILE_TEXT, st.sampled_from([_IP, "2001:db8::1", "::ffff:192.0.2.1"])
)
def test_no_world_makes_check_host_raise(record: str, sender: str, helo: str, ip: str) -> None:
    """Whatever record, sender and HELO hold, there is a result."""
    names = {"x.e.com": {"TXT": [record]}}
    got = _check(f"v=spf1 {record} -all exp=x.e.com", names, ip=ip, sender=sender, helo=helo)
    assert got.result in SpfWord


_SEARCHED = ("_CIDRS", "_DOMAIN_END", "MACRO")  # the others are matched whole
WORST = (
    "a" * 65_536, "%{d" * 21_000, "%{d" + "0" * 65_536, "." * 65_536, ".1" * 32_768, "." + "a" * 65_536 + "!", "-" * 65_536,
    "/" * 65_536, "a:" + "/2" * 32_768, "a:" + "//1" * 21_000, "%{s" + "." * 65_536, "=" * 65_536, "a=" + "%" * 65_535,
    "%%" * 32_768 + "%", "ip6:" + ":" * 65_536, "ip4:" + "1" * 65_536, "exists:" + "." + "1-" * 32_768 + ".",
)  # fmt: skip


@pytest.mark.parametrize("worst", WORST, ids=range(len(WORST)))
def test_no_pattern_takes_long(worst: str) -> None:
    """Each pattern takes under 2 s of CPU for 64 KB of its worst input, and the readers refuse such a text."""
    patterns = {name: value for name, value in vars(spf_record).items() if isinstance(value, re.Pattern)}
    assert len(patterns) >= 6
    for name, pattern in patterns.items():
        start = time.process_time()
        (pattern.search if name in _SEARCHED else pattern.fullmatch)(worst)
        assert time.process_time() - start < 2, name
    is_explanation(worst)
    with pytest.raises(RecordError):
        read_record(f"v=spf1 {worst}")
