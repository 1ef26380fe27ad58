"""Who delivered the mail: only the border's own line is believed, and only what the border saw itself."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.mail.received import find_delivery, read_date, spf_of, topmost_date, trusted_results
from verifykb.model.mail_content import Field

_BORDER = ("mx.office.gov.vn",)
_TRUE, _CHOSEN = "203.0.113.5", "198.51.100.7"  # who delivered; whom the sender would like it to be
_DATE = "Sun, 22 Nov 2026 10:00:00 +0700"
_LINE = f"from h.evil.example (h.evil.example [{_TRUE}]) by mx.office.gov.vn (Postfix) with ESMTPS id 1; {_DATE}"
# The sender may write any number of these below the border's line.
_FORGED = f"from mail.vst.gov.vn (mail.vst.gov.vn [{_CHOSEN}]) by mx.office.gov.vn (Postfix) with ESMTP id 2; {_DATE}"
_FORGED_RESULTS = "mx.office.gov.vn; spf=pass smtp.mailfrom=vst.gov.vn; dmarc=pass header.from=vst.gov.vn"


def _fields(*lines: tuple[str, str]) -> list[Field]:
    return [Field(name, value) for name, value in lines]


def _ip(*lines: str, border: tuple[str, ...] = _BORDER) -> str | None:
    found = find_delivery([Field("received", line) for line in lines], border)
    return found.ip if found else None


BELIEVED = {
    "postfix": (_LINE, _TRUE),
    "no reverse name": (f"from x (unknown [{_TRUE}]) by mx.office.gov.vn; {_DATE}", _TRUE),
    "sendmail": (
        f"from x (h.evil.example [{_TRUE}] (may be forged)) by mx.office.gov.vn (8.17/8.17) with ESMTP; {_DATE}",
        _TRUE,
    ),
    "exim, verified": (f"from h.evil.example ([{_TRUE}] helo=x) by mx.office.gov.vn with esmtps; {_DATE}", _TRUE),
    "ipv6": (f"from x (x [IPv6:2001:db8::5]) by mx.office.gov.vn; {_DATE}", "2001:db8::5"),
    "ipv6 without its word": (f"from x (x [2001:DB8:0::5]) by mx.office.gov.vn; {_DATE}", "2001:db8::5"),
    "upper case and dot": (_LINE.replace("by mx.office.gov.vn", "BY MX.Office.GOV.vn."), _TRUE),
    "a literal as the name": (f"from [{_CHOSEN}] (h.evil.example [{_TRUE}]) by mx.office.gov.vn; {_DATE}", _TRUE),
    "a name that is by": (f"from by (h.evil.example [{_TRUE}]) by mx.office.gov.vn; {_DATE}", _TRUE),
    "tabs": (_LINE.replace(" by ", "\tby\t"), _TRUE),
}


@pytest.mark.parametrize("name", BELIEVED)
def test_the_border_says_who_delivered(name: str) -> None:
    """The border's own line gives the address that the border saw, whatever stands below it."""
    line, wanted = BELIEVED[name]
    assert _ip(line, _FORGED, _FORGED) == wanted


INNER = {
    "private": "from mx.office.gov.vn (mx [10.0.0.2]) by mail.office.local with ESMTP; " + _DATE,
    "ipv6 inside": "from mx.office.gov.vn (mx [IPv6:fd00::2]) by mail.office.local; " + _DATE,
    "local delivery without from": "by store.office.local (Postfix, from userid 1000) id 5; " + _DATE,
}


@pytest.mark.parametrize("name", INNER)
def test_inner_hops_are_passed_over(name: str) -> None:
    """Hops inside the office stand above the border's line and do not hide it."""
    assert _ip(INNER[name], _LINE, _FORGED) == _TRUE


NOBODY = {
    "no border configured": ((_LINE,), ()),
    "another's line first": ((_LINE.replace("mx.office.gov.vn", "mx.elsewhere.example"), _FORGED), _BORDER),
    "border as a part of a name": ((_LINE.replace("mx.office.gov.vn", "mx.office.gov.vn.evil.example"),), _BORDER),
    "border below another name": ((_LINE.replace("by mx.office.gov.vn", "by x.mx.office.gov.vn"),), _BORDER),
    "no by": ((f"from x (x [{_TRUE}]); {_DATE}", _FORGED), _BORDER),
    "nothing": ((), _BORDER),
    "mapped private from outside": (
        (f"from x (x [IPv6:::ffff:10.0.0.1]) by mx.elsewhere.example; {_DATE}", _FORGED),
        _BORDER,
    ),
}


@pytest.mark.parametrize("name", NOBODY)
def test_nobody_is_believed_without_the_borders_line(name: str) -> None:
    """Where the first line with a public client is not the border's, nothing is believed."""
    lines, border = NOBODY[name]
    assert _ip(*lines, border=border) is None


RETURN_PATHS = {
    "above": ([("return-path", "<a@evil.example>"), ("received", _LINE)], "a@evil.example"),
    "a bounce": ([("return-path", "<>"), ("received", _LINE)], ""),
    "below only": ([("received", _LINE), ("return-path", "<x@vst.gov.vn>")], None),
    "twice above": (
        [("return-path", "<a@evil.example>"), ("return-path", "<x@vst.gov.vn>"), ("received", _LINE)],
        None,
    ),
    "above and below": (
        [("return-path", "<a@evil.example>"), ("received", _LINE), ("return-path", "<x@vst.gov.vn>")],
        "a@evil.example",
    ),
    "unreadable": ([("return-path", "nonsense"), ("received", _LINE)], None),
    "in the border's line": (
        [("received", _LINE.replace("with ESMTPS", "with ESMTPS (envelope-from <a@evil.example>)"))],
        None,
    ),
    "in a forged line": (
        [("received", _LINE), ("received", _FORGED.replace("with ESMTP", "(envelope-from <x@vst.gov.vn>) with ESMTP"))],
        None,
    ),
}


@pytest.mark.parametrize("name", RETURN_PATHS)
def test_the_envelope_sender_is_what_the_office_wrote(name: str) -> None:
    """Return-Path counts once, above the border's line; what a sender could have in a comment never does."""
    lines, wanted = RETURN_PATHS[name]
    found = find_delivery(_fields(*lines), _BORDER)
    assert found is not None
    assert found.mail_from == wanted


RESULTS = {
    "trusted": ("mx.office.gov.vn; spf=pass smtp.mailfrom=a@x.example", True),
    "version": ("mx.office.gov.vn 1; spf=pass", True),
    "case": ("MX.OFFICE.gov.vn; spf=pass", True),
    "comment before": ("(x) mx.office.gov.vn; spf=pass", True),
    "nested comment": ("(a (b) c) mx.office.gov.vn (d); spf=pass", True),
    "alone": ("mx.office.gov.vn", True),
    "another": ("mx.evil.example; spf=pass", False),
    "name only in a comment": ("mx.evil.example (mx.office.gov.vn); spf=pass", False),
    "name behind an unclosed comment": ("(mx.office.gov.vn; spf=pass", False),
    "name in an escaped comment": ("(\\) mx.office.gov.vn; spf=pass", False),
    "two names": ("mx.evil.example mx.office.gov.vn; spf=pass", False),
    "below the name": ("x.mx.office.gov.vn; spf=pass", False),
    "longer": ("mx.office.gov.vn.evil.example; spf=pass", False),
    "empty": ("", False),
    "only semicolons": (";;;mx.office.gov.vn; spf=pass", False),
    "a word for a version": ("mx.office.gov.vn x; spf=pass", False),
}


@pytest.mark.parametrize("name", RESULTS)
def test_results_count_only_under_the_offices_name(name: str) -> None:
    """A field above the border's line counts when its authserv-id is the office's; any other is only told."""
    value, trusted = RESULTS[name]
    fields = _fields(("authentication-results", value), ("received", _LINE))
    wanted = (value, "") if trusted else ("", value)
    assert trusted_results(fields, find_delivery(fields, _BORDER), _BORDER) == wanted


def test_results_count_only_above_the_border_and_once() -> None:
    """Below the border's line, or without one, or a second time, the office's own name proves nothing."""
    forged, own = _FORGED_RESULTS, "mx.office.gov.vn; spf=fail smtp.mailfrom=a@evil.example"
    below = _fields(("received", _LINE), ("authentication-results", forged))
    without = _fields(("authentication-results", forged))
    twice = _fields(("authentication-results", own), ("authentication-results", forged), ("received", _LINE))
    for fields, wanted in ((below, ("", forged)), (without, ("", forged)), (twice, (own, forged))):
        assert trusted_results(fields, find_delivery(fields, _BORDER), _BORDER) == wanted
    assert trusted_results(twice, find_delivery(twice, _BORDER), ()) == ("", own)


SPF = {
    "plain": ("mx; spf=pass smtp.mailfrom=a@x.example", ("pass", "x.example")),
    "domain": ("mx; spf=softfail (because) smtp.mailfrom=X.example.", ("softfail", "x.example")),
    "after others": (
        "mx; dkim=pass header.d=vst.gov.vn; spf=fail smtp.mailfrom=x.example; dmarc=pass",
        ("fail", "x.example"),
    ),
    "helo only": ("mx; spf=pass smtp.helo=h.example", ("", "")),
    "none": ("mx; none", ("", "")),
    "no results": ("mx", ("", "")),
    "in a comment only": ("mx; dkim=none (; spf=pass smtp.mailfrom=vst.gov.vn)", ("", "")),
}


@pytest.mark.parametrize("name", SPF)
def test_spf_is_read_from_trusted_results(name: str) -> None:
    """The entry gives its result and the domain of the envelope sender."""
    value, wanted = SPF[name]
    assert spf_of(value) == wanted


DATES = {
    _DATE: datetime(2026, 11, 22, 3, tzinfo=UTC),
    "22 Nov 2026 03:00:00": datetime(2026, 11, 22, 3, tzinfo=UTC),
    "Sun, 22 Nov 2026 03:00:00 -0000 (UTC)": datetime(2026, 11, 22, 3, tzinfo=UTC),
    "": None,
    "yesterday": None,
    "Sun, 32 Nov 2026 10:00:00 +0700": None,
    "Sun, 22 Nov 99999 10:00:00 +0700": None,
    "Fri, 31 Dec 9999 23:59:59 -1400": None,
    "Sun, 22 Nov 2026 10:00:00 +9999999": None,
    "x" * 1_000_000: None,
}


@pytest.mark.parametrize("text", DATES, ids=lambda text: text[:30] or "empty")
def test_dates_are_moments_or_nothing(text: str) -> None:
    """A date is read as a moment that can be compared, or not at all."""
    assert read_date(text) == DATES[text]


@given(
    st.text(max_size=120)
    | st.from_regex(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{1,5} \d{2}:\d{2}(:\d{2})? [+\-]\d{1,6}", fullmatch=True)
)
def test_no_date_raises(text: str) -> None:
    """Whatever stands there, the answer is a moment that can be compared, or None."""
    moment = read_date(text)
    assert moment is None or moment.astimezone(UTC) < datetime.max.replace(tzinfo=UTC)
    assert topmost_date([Field("received", f"by x; {text}")]) is None or moment is not None or ";" in text


@given(
    st.lists(
        st.tuples(st.sampled_from(["received", "return-path", "authentication-results", "x"]), st.text(max_size=80)),
        max_size=8,
    )
)
def test_no_header_raises_or_is_believed(lines: list[tuple[str, str]]) -> None:
    """Fields that the office did not write raise nothing and prove nothing."""
    fields = _fields(*lines)
    found = find_delivery(fields, _BORDER)
    assert found is None
    assert trusted_results(fields, found, _BORDER)[0] == ""
