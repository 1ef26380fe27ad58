"""DKIM: one genuine mail, and everything that may happen to it. Only harmless changes leave a pass without doubts."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import dkim
import pytest

from tests.mail.signing import (
    BODY,
    COVERED,
    DOMAIN,
    FIELDS,
    MAIL,
    RECEIVED,
    SIGNED_AT,
    Key,
    ed25519_key,
    rsa_key,
    rsa_record,
    sign,
    sign_as,
    zone,
)
from verifykb.dns.answer import OfflineResolver, Resolver
from verifykb.dns.recorded import RecordedResolver
from verifykb.mail.dkim import verify_signatures
from verifykb.model.mail import DkimResult

# Nobody generates keys this short any more.
_SHORT_KEY = b"""-----BEGIN RSA PRIVATE KEY-----
MIIBOgIBAAJBAOeDOR0KburPqOqC+8ZJ6JV3542PqWfWjj95IyzIqfVizQwCXWk8
SGefghjMeQGI4rnmSYnnB47lZjQr+voBcS8CAwEAAQJAa5c/XrCvlW6GaN4QljlY
3sXHlbFTIE/E8dihMTncSo4KpcCo3GS10+P0dTRiVq5UuUnzXj/SM++RxaGBnzDb
uQIhAPvmKF7H1O1zpWkGlvPx6BbgBA9BhYVUCpskJsz7vVNrAiEA60gZvDhGIJcM
w16Sjarikp1AKwiqzI9YuUigpnXejk0CIQCVJsmenWpJkyFNF7bICOOor8oXkm9R
69o/1F8ZHrISswIgWRoF/PzGugLaJ4bCM3pasbFxopp2rF9A93IkvMV4kiUCIDNr
edsU6ACb9u5kjc+IA+SSvlRkzfi3lX/vsn0XlFLK
-----END RSA PRIVATE KEY-----
"""
_TAGS = b"a=rsa-sha256; c=relaxed/relaxed; d=vst.gov.vn; s=sel; h=from; "
_NO_DOUBTS: tuple[str, ...] = ()


class Keys(NamedTuple):
    """The key pairs of a session."""

    rsa: Key
    weak: Key
    short: Key
    edwards: Key


@pytest.fixture(scope="session")
def keys() -> Keys:
    """Keys of our own; making them is slow."""
    private = dkim.parse_pem_private_key(_SHORT_KEY)
    short = Key(b"rsa-sha256", private, rsa_record(private["modulus"], private["publicExponent"]))
    return Keys(rsa_key(2048), rsa_key(1024), short, ed25519_key())


class Made(NamedTuple):
    """A mail, and where its keys are."""

    mail: bytes
    world: Mapping[str, Any] | Resolver


class Case(NamedTuple):
    """What is done, and what must come of the topmost signature."""

    make: Callable[[Keys], Made]
    result: str
    reason: str = ""
    doubts: tuple[str, ...] = _NO_DOUBTS
    weaknesses: tuple[str, ...] = ()


def _with(mail: bytes = MAIL, **tags: str | None) -> Callable[[Keys], Made]:
    """The mail, signed with these tags."""
    return lambda keys: Made(sign(keys.rsa, mail, **tags), zone(keys.rsa.record))


def _then(change: Callable[[bytes], bytes], **tags: str | None) -> Callable[[Keys], Made]:
    """The genuine mail, changed after it was signed."""
    return lambda keys: Made(change(sign(keys.rsa, **tags)), zone(keys.rsa.record))


def _added(*fields: str) -> Callable[[Keys], Made]:
    return _then(lambda raw: "".join(f"{field}\r\n" for field in fields).encode() + raw)


def _replaced(old: str | bytes, new: str | bytes, **tags: str | None) -> Callable[[Keys], Made]:
    one, other = (text.encode() if isinstance(text, str) else text for text in (old, new))
    return _then(lambda raw: raw.replace(one, other, 1), **tags)


def _published(change: Callable[[str], str | list[str]]) -> Callable[[Keys], Made]:
    """The genuine mail, and another key record."""
    return lambda keys: Made(sign(keys.rsa), zone(change(keys.rsa.record)))


def _without(name: str) -> bytes:
    kept = [field for field in FIELDS if not field.startswith(name)]
    return "\r\n".join(kept).encode() + b"\r\n\r\n" + BODY


_UNSIGNED_SUBJECT = COVERED.replace("subject:", "")
_MALFORMED, _ELSE = "signature-malformed", "key-for-something-else"

HARMLESS: dict[str, Case] = {
    "genuine": Case(_with(), "pass"),
    "ed25519": Case(lambda keys: Made(sign(keys.edwards), zone(keys.edwards.record)), "pass"),
    # The octets stay signed: he who adds it can make them unreadable, not say something else.
    "Content-Transfer-Encoding added": Case(
        _added("Content-Transfer-Encoding: quoted-printable"), "pass",
        weaknesses=("unsigned-content-transfer-encoding",),
    ),
    "simple canonicalisation": Case(_with(c="simple/simple"), "pass"),
    "simple, name in lower case": Case(
        lambda keys: Made(sign_as(b"dkim-signature", keys.rsa, MAIL, {"c": "simple/simple"}), zone(keys.rsa.record)), "pass"
    ),
    "LF line ends": Case(_then(lambda raw: raw.replace(b"\r\n", b"\n")), "pass"),
    "blank lines at the end": Case(_then(lambda raw: raw + b"\r\n\r\n\r\n"), "pass"),
    "spaces at the end of a line": Case(_then(lambda raw: raw.replace(b"don vi,", b"don vi,  ")), "pass"),
    "Subject folded": Case(_replaced("Subject: Ma yeu", "Subject: Ma\r\n yeu"), "pass"),
    "transport fields on top": Case(_added("Received: from a by b; x", "Return-Path: <a@b>", "X-Spam: no"), "pass"),
    "Message-ID not signed": Case(_with(h=COVERED.replace("message-id:", "")), "pass"),
    "signed once more than present": Case(_with(h=f"from:subject:date:to:cc:reply-to:{COVERED}"), "pass"),
    "h= in upper case and spaced": Case(_with(h=COVERED.upper()), "pass"),
    "upper-case d=": Case(_with(d="VST.gov.VN"), "pass"),
    "x= after receipt": Case(_with(x=str(SIGNED_AT + 3600)), "pass"),
    "t= a little after receipt": Case(_with(t=str(SIGNED_AT + 600)), "pass"),
    "no t=": Case(_with(t=None), "pass"),
    "i= in the domain": Case(_with(i="hotro@vst.gov.vn"), "pass"),
    "i= in a sub-domain": Case(_with(i="hotro@mail.vst.gov.vn"), "pass"),
    "unknown tag": Case(_with(zz="1"), "pass"),
    "b= folded elsewhere": Case(_replaced("; \r\n b=", "; b=\r\n\t "), "pass"),
    "key with t=s": Case(_published(lambda record: record + "; t=s"), "pass"),
    "key with s=email": Case(_published(lambda record: record + "; s=email"), "pass"),
    "key with two services": Case(_published(lambda record: record + "; s=calendar:email"), "pass"),
    "key with two hashes": Case(_published(lambda record: record + "; h=sha1:sha256"), "pass"),
    "key without v= and k=": Case(_published(lambda record: record.removeprefix("v=DKIM1; k=rsa; ")), "pass"),
    "another TXT beside the key": Case(_published(lambda record: ["site=1", record]), "pass"),
    "1024 bits": Case(lambda keys: Made(sign(keys.weak), zone(keys.weak.record)), "pass", weaknesses=("key-under-2048",)),
}  # fmt: skip

DOUBTFUL: dict[str, Case] = {
    "l= and appended text": Case(_then(lambda raw: raw + b"http://evil.example\r\n", l="all"), "pass", doubts=("body-length-limit",)),
    "l= of all": Case(_with(l="all"), "pass", doubts=("body-length-limit",)),
    "l= of nothing": Case(_then(lambda raw: raw.replace(BODY, b"evil"), l="0", bh="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="), "pass", doubts=("body-length-limit",)),
    "Subject replaced, not signed": Case(_replaced("Ma yeu cau", "Khan", h=_UNSIGNED_SUBJECT), "pass", doubts=("unsigned-subject",)),
    "Date not signed": Case(_with(h=COVERED.replace("date:", "")), "pass", doubts=("unsigned-date",)),
    "To not signed": Case(_with(h=COVERED.replace("to:", "")), "pass", doubts=("unsigned-to",)),
    "Content-Type not signed": Case(_with(h=COVERED.removesuffix(":content-type")), "pass", doubts=("unsigned-content-type",)),
    "no Content-Type, not signed": Case(_with(_without("Content-Type"), h=COVERED.removesuffix(":content-type")), "pass", doubts=("unsigned-content-type",)),
    "second Subject": Case(_added("Subject: Khan"), "pass", doubts=("added-subject",)),
    "second Date": Case(_added("Date: Mon, 23 Nov 2026 09:59:00 +0700"), "pass", doubts=("added-date",)),
    "second To": Case(_added("TO: you@office.gov.vn"), "pass", doubts=("added-to",)),
    "second Content-Type": Case(_added("Content-Type: text/html"), "pass", doubts=("added-content-type",)),
    "Reply-To added": Case(_added("Reply-To: a@evil.example"), "pass", doubts=("unsigned-reply-to",)),
    "Cc added": Case(_added("Cc: a@evil.example"), "pass", doubts=("unsigned-cc",)),
    "Sender added": Case(_added("sender: a@evil.example"), "pass", doubts=("unsigned-sender",)),
    "key with t=y": Case(_published(lambda record: record + "; t=y"), "pass", doubts=("key-testing",)),
    "key with t=y:s": Case(_published(lambda record: record + "; t= y : s"), "pass", doubts=("key-testing",)),
    "t= long after receipt": Case(_with(t=str(SIGNED_AT + 86_400)), "pass", doubts=("signed-after-receipt",)),
}  # fmt: skip

REFUSED: dict[str, Case] = {
    "second From": Case(_added("From: <a@evil.example>"), "fail", "signature-wrong"),
    "second Subject where one more was signed": Case(_then(lambda raw: b"Subject: x\r\n" + raw, h=f"subject:{COVERED}"), "fail", "signature-wrong"),
    "Subject changed": Case(_replaced("Ma yeu cau", "Khan"), "fail", "signature-wrong"),
    "From changed": Case(_replaced("<hotrocntt@", "<hotrocntt1@"), "fail", "signature-wrong"),
    "To removed": Case(_replaced("To: ketoan@office.gov.vn\r\n", ""), "fail", "signature-wrong"),
    "body changed": Case(_replaced("tiep nhan", "tu choi"), "fail", "body-changed"),
    "text appended": Case(_then(lambda raw: raw + b"http://evil.example\r\n"), "fail", "body-changed"),
    "body emptied": Case(_replaced(BODY, b""), "fail", "body-changed"),
    "x= before receipt": Case(_with(t=str(SIGNED_AT - 90_000), x=str(SIGNED_AT - 86_400)), "fail", "signature-expired"),
    "x= before t=": Case(_with(x=str(SIGNED_AT - 1)), "permerror", _MALFORMED),
    "x= no number": Case(_with(x="later"), "permerror", _MALFORMED),
    "t= negative": Case(_with(t="-1"), "permerror", _MALFORMED),
    "t= huge": Case(_with(t="9" * 5000), "permerror", _MALFORMED),
    "rsa-sha1": Case(_with(a="rsa-sha1"), "permerror", "weak-hash"),
    "unknown algorithm": Case(_with(a="rsa-md5"), "permerror", _MALFORMED),
    "512 bits": Case(lambda keys: Made(sign(keys.short), zone(keys.short.record)), "permerror", "key-size"),
    "16,384 bits": Case(_published(lambda _: rsa_record((1 << 16_383) | 1, 65_537)), "permerror", "key-size"),
    "From not in h=": Case(_with(h=COVERED.removeprefix("from:")), "permerror", "from-not-signed"),
    "empty h=": Case(_with(h=""), "permerror", "from-not-signed"),
    "t=s and i= in a sub-domain": Case(lambda keys: Made(sign(keys.rsa, i="a@mail.vst.gov.vn"), zone(keys.rsa.record + "; t=s")), "fail", "identity-below-domain"),
    "t=s and i= that hides its sign": Case(lambda keys: Made(sign(keys.rsa, i="a=40mail.vst.gov.vn"), zone(keys.rsa.record + "; t=s")), "fail", "identity-below-domain"),
    "i= of a longer name": Case(_with(i="a@evilvst.gov.vn"), "permerror", _MALFORMED),
    "i= of another domain": Case(_with(i="a@vst.gov.vn.evil.example"), "permerror", _MALFORMED),
    "i= empty": Case(_with(i=""), "permerror", _MALFORMED),
    "no key": Case(_published(lambda _: ["site=1"]), "permerror", "key-missing"),
    "name of the key gone": Case(_published(lambda _: "NXDOMAIN"), "permerror", "key-missing"),
    "SERVFAIL": Case(_published(lambda _: "SERVFAIL"), "temperror", "servfail"),
    "timeout": Case(_published(lambda _: "TIMEOUT"), "temperror", "timeout"),
    "offline": Case(lambda keys: Made(sign(keys.rsa), OfflineResolver()), "temperror", "offline"),
    "revoked key": Case(_published(lambda _: "v=DKIM1; p="), "permerror", "key-revoked"),
    "two keys": Case(_published(lambda record: [record, "v=DKIM1; p=AAAA"]), "permerror", "several-keys"),
    "another key": Case(lambda keys: Made(sign(keys.weak), zone(keys.rsa.record)), "fail", "signature-wrong"),
    "key of another kind": Case(lambda keys: Made(sign(keys.rsa), zone(keys.edwards.record)), "permerror", _ELSE),
    "key of an unknown kind": Case(_published(lambda record: record.replace("k=rsa", "k=dsa")), "permerror", "key-malformed"),
    "key for sha1": Case(_published(lambda record: record + "; h=sha1"), "permerror", _ELSE),
    "key for TLS reports": Case(_published(lambda record: record + "; s=tlsrpt"), "permerror", _ELSE),
    "key for calendars": Case(_published(lambda record: record + "; s=calendar"), "permerror", _ELSE),
    "key of version 2": Case(_published(lambda record: record.replace("DKIM1", "DKIM2")), "permerror", "key-malformed"),
    "key cut short": Case(_published(lambda record: record[:60]), "permerror", "key-malformed"),
    "key with a tag twice": Case(_published(lambda record: record + "; p=AAAA"), "permerror", "key-malformed"),
    "key of no ASCII": Case(_published(lambda record: record + "; n=h\u1ed7"), "permerror", "key-malformed"),
    "b= with one sign too many": Case(_replaced("==\r\nFrom", "===\r\nFrom"), "permerror", _MALFORMED),
    "b= empty": Case(_then(lambda raw: b"DKIM-Signature: v=1; bh=AAAA; b=; " + _TAGS + b"\r\n" + raw), "permerror", _MALFORMED),
    "l= no number": Case(_with(l="0x10"), "permerror", _MALFORMED),
    "l= beyond the body": Case(_replaced("v=1;", "v=1; l=99999;"), "fail", "signature-wrong"),
    "version 2": Case(_with(v="2"), "permerror", _MALFORMED),
    "unknown canonicalisation": Case(_replaced("c=relaxed/relaxed", "c=nofws"), "permerror", _MALFORMED),
    "a tag without a value": Case(_replaced("v=1;", "v=1; nonsense;"), "permerror", _MALFORMED),
    "d= twice": Case(_with(q="dns/txt; d=evil.example"), "permerror", _MALFORMED),
    "b= twice": Case(_replaced("v=1;", "v=1; b=AAAA;"), "permerror", _MALFORMED),
    "d= with an escaped dot": Case(_with(d="vst\\.gov.vn"), "permerror", _MALFORMED),
    "d= of no ASCII": Case(_with(d="v\u015ft.gov.vn"), "permerror", _MALFORMED),
    "s= with an empty label": Case(_with(s="sel..x"), "permerror", _MALFORMED),
    "s= too long": Case(_with(s="a" * 64), "permerror", _MALFORMED),
    **{f"no {tag}=": Case(_replaced(f"{tag}=", f"z{tag}="), "permerror", _MALFORMED) for tag in ("v", "a", "bh", "d", "s", "h")},
    "nothing in it": Case(_added("DKIM-Signature:"), "permerror", _MALFORMED),
}  # fmt: skip

CASES = HARMLESS | DOUBTFUL | REFUSED


def _results(made: Made, author: str = DOMAIN) -> tuple[DkimResult, ...]:
    world = RecordedResolver(made.world) if isinstance(made.world, Mapping) else made.world
    return asyncio.run(verify_signatures(made.mail, author, world, RECEIVED))


@pytest.mark.parametrize("name", CASES)
def test_each_change_has_its_result(name: str, keys: Keys) -> None:
    """The topmost signature gives the result, the reason and the doubts that the change deserves."""
    case = CASES[name]
    got = _results(case.make(keys))[0]
    assert (got.result, got.reason, got.doubts) == (case.result, case.reason, case.doubts)
    assert got.weaknesses == case.weaknesses


def test_only_harmless_changes_leave_a_pass_without_doubts() -> None:
    """The table itself promises no proof to a change that a reader would care about."""
    assert all(case.result == "pass" and not case.doubts for case in HARMLESS.values())
    assert all(case.doubts for case in DOUBTFUL.values())
    assert all(case.result != "pass" and case.reason for case in REFUSED.values())
    assert len(DOUBTFUL) + len(REFUSED) >= 25


@pytest.mark.parametrize("domain", ["evil.example", "mail.vst.gov.vn", "gov.vn", "vst.gov.vn.evil.example"])
def test_a_pass_names_the_domain_that_signed(domain: str, keys: Keys) -> None:
    """A signature of another domain passes for that domain, never for the author's."""
    got = _results(Made(sign(keys.rsa, d=domain), zone(keys.rsa.record, domain=domain)))
    assert [(result.result, result.domain, result.selector) for result in got] == [("pass", domain, "sel")]


def test_signatures_are_told_from_top_to_bottom(keys: Keys) -> None:
    """A broken signature beside a good one is told in its place, and harms it in neither order."""
    good, bad = sign(keys.rsa), sign(keys.rsa, s="old")
    cut = len(MAIL)
    for mail, wanted in ((good[:-cut] + bad, ["pass", "permerror"]), (bad[:-cut] + good, ["permerror", "pass"])):
        assert [result.result for result in _results(Made(mail, zone(keys.rsa.record)))] == wanted


@pytest.mark.parametrize("junk", [b"evil.example", b"mail.vst.gov.vn"])
def test_fifty_foreign_signatures_do_not_hide_the_authors(junk: bytes, keys: Keys) -> None:
    """The author's own signature is looked at first; no more than ten are."""
    one = b"DKIM-Signature: v=1; bh=AAAA; b=AAAA; " + _TAGS.replace(b"vst.gov.vn", junk) + b"\r\n"
    got = _results(Made(one * 50 + sign(keys.rsa), zone(keys.rsa.record)))
    assert len(got) == 10
    assert [(result.result, result.domain) for result in got if result.result == "pass"] == [("pass", DOMAIN)]


def test_a_receipt_that_is_not_known_is_a_doubt_where_it_matters(keys: Keys) -> None:
    """Without a time of receipt an expiry cannot be judged, and nothing else depends on it."""
    cases: list[tuple[dict[str, str], tuple[str, ...]]] = [
        ({}, ()),
        ({"x": str(SIGNED_AT + 3600)}, ("receipt-unknown",)),
    ]
    for tags, wanted in cases:
        made = Made(sign(keys.rsa, **tags), zone(keys.rsa.record))
        got = asyncio.run(verify_signatures(made.mail, DOMAIN, RecordedResolver(zone(keys.rsa.record)), None))
        assert [(result.result, result.doubts) for result in got] == [("pass", wanted)]


def test_a_from_with_a_space_before_its_colon_is_seen(keys: Keys) -> None:
    """`From :` is a From to some readers and no field to dkimpy: such a mail is no proof."""
    got = _results(Made(b"From : <a@evil.example>\r\n" + sign(keys.rsa), zone(keys.rsa.record)))
    assert not any(result.result == "pass" and not result.doubts for result in got)


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        MAIL,
        b"DKIM-Signature",
        b"dkim-signature: x",
        b" \r\nDKIM-Signature: v=1\r\n\r\n",
        b"\xff\x00: DKIM-Signature:\r\n\r\n",
    ],
)
def test_a_mail_without_a_readable_signature_never_passes(mail: bytes) -> None:
    """Nothing to verify gives nothing, or a malformed signature."""
    assert {(result.result, result.reason) for result in _results(Made(mail, {}))} <= {("permerror", _MALFORMED)}
