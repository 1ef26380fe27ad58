"""MTA-STS records and policies as text (RFC 8461)."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.dns.mta_sts import Policy, PolicyError, is_record, is_usable, matches, read_policy

RECORDS: dict[str, tuple[bool, bool]] = {
    # TXT record -> it is one, it can be used
    "v=STSv1; id=20260101T000000;": (True, True),
    "v=STSv1;id=1": (True, True),
    "v=STSv1 ; x=y; id = abc123 ;": (True, True),
    "v=STSv1": (True, False),
    "v=STSv1; id=": (True, False),
    "v=STSv1; id=a-b": (True, False),
    "v=STSv1; id=" + "a" * 33: (True, False),
    "v=STSv1; id=1; id=2": (True, False),
    "v=STSv1; x=" + " " * 60_000 + "; id=1": (True, False),
    "v=STSv10; id=1": (False, True),
    "V=STSv1; id=1": (False, True),
    " v=STSv1; id=1": (False, True),
}


@pytest.mark.parametrize(("text", "expected"), RECORDS.items(), ids=lambda value: str(value)[:30])
def test_which_records_are_mta_sts_records(text: str, expected: tuple[bool, bool]) -> None:
    """RFC 8461, 3.1: the version exact, and one alphanumeric id."""
    assert (is_record(text), is_usable(text)) == expected


GOOD = "version: STSv1\r\nmode: enforce\r\nmx: mx.example.com\r\nmx: *.Example.net\r\nmax_age: 604800\r\n"
POLICIES: dict[str, tuple[str, Policy | str]] = {
    # text -> the policy, or what the error names
    "good": (GOOD, Policy("enforce", ("mx.example.com", "*.example.net"), 604_800)),
    "bare newlines": (GOOD.replace("\r", ""), Policy("enforce", ("mx.example.com", "*.example.net"), 604_800)),
    "none without mx": ("version: STSv1\nmode: none\nmax_age: 1", Policy("none", (), 1)),
    "first of two": ("version:STSv1\nmode:testing\nmode:enforce\nmx:a.vn\nmax_age:1", Policy("testing", ("a.vn",), 1)),
    "unknown field": ("version: STSv1\nx_y: 1\nmode: none\nmax_age: 1", Policy("none", (), 1)),
    "no version": ("mode: enforce\nmx: a.vn\nmax_age: 1", "version"),
    "no mode": ("version: STSv1\nmx: a.vn\nmax_age: 1", "mode"),
    "odd mode": ("version: STSv1\nmode: Enforce\nmx: a.vn\nmax_age: 1", "mode"),
    "no mx": ("version: STSv1\nmode: enforce\nmax_age: 1", "mx"),
    "no age": ("version: STSv1\nmode: enforce\nmx: a.vn", "max_age"),
    "too old": ("version: STSv1\nmode: enforce\nmx: a.vn\nmax_age: 31557601", "max_age"),
    "digits of another script": ("version: STSv1\nmode: enforce\nmx: a.vn\nmax_age: ١", "max_age"),
    "a page": ("<html>\n<body>not found</body>", "<html>"),
    "nothing": ("", "version"),
}


@pytest.mark.parametrize(("text", "expected"), POLICIES.values(), ids=POLICIES)
def test_a_policy_is_read_or_refused(text: str, expected: Policy | str) -> None:
    """RFC 8461, 3.2."""
    if isinstance(expected, Policy):
        assert read_policy(text) == expected
    else:
        with pytest.raises(PolicyError, match=expected):
            read_policy(text)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_policies(text: str) -> None:
    """A policy with a known mode, or an error."""
    with suppress(PolicyError):
        assert read_policy(text).mode in ("enforce", "testing", "none")


HOSTS = [
    ("mx.example.com", "mx.example.com", True),
    ("MX.example.com.", "mx.example.com", True),
    ("a.example.com", "*.example.com", True),
    ("a.b.example.com", "*.example.com", False),
    ("example.com", "*.example.com", False),
    ("amx.example.com", "mx.example.com", False),
    ("mx.example.com.evil.com", "*.example.com", False),
]


@pytest.mark.parametrize(("host", "pattern", "expected"), HOSTS)
def test_a_pattern_stands_for_one_label(host: str, pattern: str, expected: bool) -> None:
    """RFC 8461, 4.1."""
    assert matches(host, pattern) is expected
