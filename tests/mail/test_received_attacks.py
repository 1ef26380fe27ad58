"""What a sender can write into the fields of the office's own servers, and must not gain by it."""

import time

import pytest

from tests.mail.test_received import _BORDER, _CHOSEN, _DATE, _FORGED, _FORGED_RESULTS, _LINE, _TRUE, INNER, _fields
from verifykb.mail.received import find_delivery, spf_of, topmost_date, trusted_results

# Each is written by a border server that nobody broke into; what the sender chose of it is HELO, the reverse name,
# the certificate, or to give no name at all.
ATTACKS = {
    "exim: HELO is a literal": f"from h.evil.example ([{_TRUE}] helo=[{_CHOSEN}]) by mx.office.gov.vn with esmtp; {_DATE}",
    "exim, no reverse name: HELO is a literal": f"from [{_TRUE}] (helo=[{_CHOSEN}]) by mx.office.gov.vn with esmtp; {_DATE}",
    "exim: HELO is a private literal": f"from h.evil.example ([{_TRUE}] helo=[10.0.0.1]) by mx.office.gov.vn with esmtp; {_DATE}",
    "exim: HELO is a broken literal": f"from h.evil.example ([{_TRUE}] helo=[999.1.1.1]) by mx.office.gov.vn with esmtp; {_DATE}",
    "exim: ident is a literal": f"from h.evil.example ([{_TRUE}] ident=[{_CHOSEN}]) by mx.office.gov.vn with esmtp; {_DATE}",
    "exchange: no brackets": f"from h.evil.example ({_TRUE}) by mx.office.gov.vn (10.0.0.5) with Microsoft SMTP Server; {_DATE}",
    "exchange: HELO is a literal": f"from [{_CHOSEN}] ({_TRUE}) by mx.office.gov.vn (10.0.0.5) with Microsoft SMTP Server; {_DATE}",
    "exchange: HELO is a private literal": f"from [10.0.0.1] ({_TRUE}) by mx.office.gov.vn with Microsoft SMTP Server; {_DATE}",
    "qmail": f"from unknown (HELO h.evil.example) ({_TRUE}) by mx.office.gov.vn with SMTP; {_DATE}",
    "qmail: HELO is a literal": f"from unknown (HELO [{_CHOSEN}]) ({_TRUE}) by mx.office.gov.vn with SMTP; {_DATE}",
    "sendmail: no HELO": f"(from h.evil.example [{_TRUE}]) by mx.office.gov.vn (8.17/8.17); {_DATE}",
    "HELO begins with a parenthesis": f"from (x (h.evil.example [{_TRUE}]) by mx.office.gov.vn; {_DATE}",
    "HELO begins with a semicolon": f"from ;x (h.evil.example [{_TRUE}]) by mx.office.gov.vn; {_DATE}",
    "HELO is by, address not in a comment": f"from by [{_TRUE}] by mx.office.gov.vn; {_DATE}",
    "certificate with an address": f'from x (x [{_TRUE}]) (using TLSv1.3) (Client CN "a [{_CHOSEN}]", Issuer "e" (not verified)) by mx.office.gov.vn; {_DATE}',
    "certificate with a private address": f'from x (x [{_TRUE}]) (Client CN "a [10.0.0.1]", Issuer "e" (not verified)) by mx.office.gov.vn; {_DATE}',
    "certificate with by": f'from x (x [{_TRUE}]) (Client CN "a by b", Issuer "[10.0.0.1]" (not verified)) by mx.office.gov.vn; {_DATE}',
    "address with a zone": f"from x (x [fe80::1%eth0]) by mx.office.gov.vn; {_DATE}",
    "border behind a proxy of its own host": f"from localhost (localhost [127.0.0.1]) by mx.office.gov.vn (Postfix); {_DATE}",
    "border behind a proxy sees a private client": f"from x (proxy [10.0.0.9]) by mx.office.gov.vn (Postfix); {_DATE}",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_no_sender_chooses_the_address(name: str) -> None:
    """The border's line gives the address that it saw, or nobody is believed: never an address of the sender's choice."""
    fields = _fields(
        ("received", ATTACKS[name]),
        ("authentication-results", _FORGED_RESULTS),
        ("return-path", "<hotrocntt@vst.gov.vn>"),
        ("received", _FORGED),
    )
    found = find_delivery(fields, _BORDER)
    assert (found.ip if found else _TRUE) == _TRUE
    assert trusted_results(fields, found, _BORDER)[0] == ""


@pytest.mark.parametrize(
    "path", ['<"<x@vst.gov.vn>"@evil.example>', '<"a> <x@vst.gov.vn>"@evil.example>', '<"x@vst.gov.vn> "@evil.example>']
)
def test_a_quoted_local_part_does_not_choose_the_domain(path: str) -> None:
    """MAIL FROM may hold a quoted local part with an address in it (RFC 5321, 4.1.2); it is not the sender."""
    found = find_delivery(_fields(("return-path", path), ("received", _LINE)), _BORDER)
    assert found is not None
    assert found.mail_from is None or found.mail_from.endswith("@evil.example")


# The office's server wrote these of a sender whose MAIL FROM is in `evil.example`; local parts may be quoted strings.
INJECTED = (
    'mx; spf=pass smtp.mailfrom="a@vst.gov.vn"@evil.example',
    'mx; spf=pass smtp.mailfrom="a@vst.gov.vn b"@evil.example',
    'mx; spf=fail smtp.mailfrom="; spf=pass smtp.mailfrom=vst.gov.vn; "@evil.example',
    'mx; spf=fail smtp.mailfrom="a\\"; spf=pass smtp.mailfrom=vst.gov.vn; "@evil.example',
    'mx; spf=fail (domain of ");spf=pass smtp.mailfrom=vst.gov.vn;("@evil.example) smtp.mailfrom=evil.example',
    "mx; spf=none smtp.helo=x; spf=pass smtp.mailfrom=vst.gov.vn",
    'mx; dkim=pass header.i=a@evil.example; dkim=fail reason="x; spf=pass smtp.mailfrom=vst.gov.vn"; spf=fail smtp.mailfrom=evil.example',
    "mx; spf=pass smtp.mailfrom=<a@vst.gov.vn>@evil.example",
    "mx; spf=pass smtp.mailfrom=a@vst.gov.vn,b@evil.example",
    "mx; spf=pass smtp.mailfrom=vst.gov.vn smtp.mailfrom=evil.example",
)  # fmt: skip


@pytest.mark.parametrize("value", INJECTED)
def test_no_sender_writes_a_pass_for_another_domain_into_trusted_results(value: str) -> None:
    """What the sender chose of a trusted field never becomes the domain that passed; where in doubt, nothing did."""
    word, domain = spf_of(value)
    assert (word, domain) != ("pass", "vst.gov.vn")
    assert domain in ("", "evil.example") or word != "pass"


FLOODS = {
    "10,000 inner lines": [("received", INNER["private"])] * 10_000 + [("received", _FORGED)],
    "10,000 forged lines": [("received", _LINE)] + [("received", _FORGED)] * 10_000,
    "1 MB of spaces": [("received", "from" + " " * 1_000_000 + "x")],
    "1 MB of by": [("received", "from x " + "by " * 330_000)],
    "1 MB of brackets": [("received", "from x " + "[1" * 500_000)],
    "1 MB of openings": [("return-path", "<" * 1_000_000), ("received", _LINE)],
    "1 MB of almost paths": [("return-path", ("<" + "a" * 319) * 3_100), ("received", _LINE)],
    "1 MB of comments": [("authentication-results", "(" * 1_000_000), ("received", _LINE)],
    "1 MB of entries": [("authentication-results", "mx.office.gov.vn" + "; spf=" * 160_000), ("received", _LINE)],
    "1 MB of envelopes": [("received", _LINE[:-40] + "(envelope-from " * 66_000)],
}


@pytest.mark.parametrize("name", FLOODS)
def test_floods_cost_no_time(name: str) -> None:
    """Ten thousand lines or a field of a megabyte are read in under 2 s of CPU, and change nobody's address."""
    fields = _fields(*FLOODS[name])
    start = time.process_time()
    found = find_delivery(fields, _BORDER)
    trusted, _ = trusted_results(fields, found, _BORDER)
    spf_of(trusted)
    topmost_date(fields)
    assert time.process_time() - start < 2
    assert found is None or found.ip == _TRUE
