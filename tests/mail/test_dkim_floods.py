"""DKIM and ARC: what a sender puts into a mail or into his own key costs bounded time."""

import asyncio
import base64
import hashlib
import time
from collections.abc import Mapping
from typing import Any

import pytest

from tests.mail.signing import BODY, DOMAIN, FIELDS, MAIL, RECEIVED, ed25519_key, rsa_record, sign, zone
from verifykb.dns.recorded import RecordedResolver
from verifykb.mail.arc import validate_chain
from verifykb.mail.dkim import verify_signatures

_LIMIT = 10.0  # seconds of CPU for one mail; what is without bound takes minutes
_KEY = ed25519_key()
_JUNK = b"DKIM-Signature: v=1; bh=AAAA; a=rsa-sha256; c=relaxed/relaxed; d=vst.gov.vn; s=sel; h=from; "
_DIGEST = base64.b64encode(hashlib.sha256(BODY).digest())
_RSA = b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=vst.gov.vn; s=sel; h=from; bh=" + _DIGEST + b"; b="
_PUBLIC = zone(rsa_record((1 << 2047) | 1, 65_537))
_NAMES = ":".join(
    f"{one}{two}{three}"
    for one in "abcdefghijklmnopqrstuvwxyz"
    for two in "abcdefghijklmnopqrstuvwxyz"
    for three in "abcdefghi"
)
_RUNS = (b" " * 1999 + b"x") * 500 + b"\r\n"


def _flood(field: bytes = b"", **tags: str) -> bytes:
    """A mail of the attacker's, signed by him: only the time counts."""
    return sign(_KEY, FIELDS[0].encode() + b"\r\n" + field + b"\r\n" + BODY, **{"h": "from", **tags})


def _over(body: bytes) -> bytes:
    """A good header over another body."""
    return sign(_KEY)[: -len(BODY)] + body


def _chain(sets: int, junk: bytes = b"") -> bytes:
    """A chain of ARC whose signatures are long enough, and wrong."""
    lines = []
    for at in range(sets, 0, -1):
        tags = b"i=%d; a=rsa-sha256; d=vst.gov.vn; s=sel; b=%s%s" % (at, b"QUJD" * 80, junk)
        lines += [
            b"ARC-Seal: cv=%s; " % (b"pass" if at > 1 else b"none") + tags,
            b"ARC-Message-Signature: c=relaxed/relaxed; h=from; bh=" + _DIGEST + b"; " + tags,
            b"ARC-Authentication-Results: i=%d; x; none" % at,
        ]
    return b"\r\n".join(lines) + b"\r\n"


SIGNED: dict[str, tuple[bytes, Mapping[str, Any]]] = {
    "64 KB of spaces in the signature": (_JUNK + b"b=A" + b" " * 65_536 + b"A\r\n" + MAIL, _PUBLIC),
    "64 KB of folding in the signature": (_JUNK + b"b=A" + b"\r\n " * 21_000 + b"A\r\n" + MAIL, _PUBLIC),
    "64 KB of vertical tabs in b=": (_JUNK + b"b=AAAA" + b"\x0b" * 65_536 + b"!\r\n" + MAIL, _PUBLIC),
    "64 KB of form feeds before b=": (_JUNK + b"b=AAAA; b" + b"\x0c" * 65_536 + b"!=A\r\n" + MAIL, _PUBLIC),
    "64 KB of folding and vertical tabs": (_RSA + b"AAAA" + b"\r\n \x0b" * 16_000 + b"\r\n" + MAIL, _PUBLIC),
    "64 KB of spaces in another field": (_flood(b"X: " + b" " * 65_536 + b"x\r\n"), zone(_KEY.record)),
    "5 MB of spaces in the body": (_over(b" " * 5_000_000 + b"x\r\n"), zone(_KEY.record)),
    "1 MB of shorter runs of spaces in the body": (_over(_RUNS), zone(_KEY.record)),
    "10 signatures over 5 MB of runs": (sign(_KEY)[: -len(MAIL)] * 9 + _over((b" " * 99 + b"x") * 50_000), zone(_KEY.record)),
    "5 MB of empty lines": (_over(b"\r\n" * 2_500_000 + b"x\r\n"), zone(_KEY.record)),
    "1 MB of folded lines in a field": (b"X: a\r\n" + b" a\r\n" * 250_000 + _flood(), zone(_KEY.record)),
    "thousands of names over thousands of fields": (_flood(b"q:\r\n" * 8000, h=f"from:{_NAMES}"), zone(_KEY.record)),
    "1 MB of b=": (_RSA + b"A" * 1_000_000 + b"\r\n" + MAIL, _PUBLIC),
    "an exponent of 16,000 octets": (_RSA + b"QUJD" * 80 + b"\r\n" + MAIL, zone(rsa_record((1 << 4095) | 1, (1 << 128_000) | 1))),
    "a modulus of 60,000 octets": (_RSA + b"QUJD" * 80 + b"\r\n" + MAIL, zone(rsa_record((1 << 480_000) | 1, 65_537))),
    "10,000 signatures": ((_JUNK + b"b=AAAA\r\n") * 10_000 + MAIL, _PUBLIC),
}  # fmt: skip

SEALED: dict[str, tuple[bytes, Mapping[str, Any]]] = {
    "50 sets": (_chain(50) + MAIL, _PUBLIC),
    "500 sets": (_chain(500) + MAIL, _PUBLIC),
    "a set of a million": (_chain(1).replace(b"i=1", b"i=1000000") + MAIL, _PUBLIC),
    "vertical tabs in b=": (_chain(1, b"\x0b" * 30_000 + b"!") + MAIL, _PUBLIC),
    "shorter runs of spaces in the body": (_chain(1) + MAIL[: -len(BODY)] + _RUNS, _PUBLIC),
    "10 sets over a body of shorter runs": (_chain(10) + MAIL[: -len(BODY)] + (b"x" + b" " * 99) * 49_000, _PUBLIC),
    "folded lines": (_chain(1) + b"X: a\r\n" + b" a\r\n" * 250_000 + MAIL, _PUBLIC),
    "an exponent of 8,000 octets": (_chain(1) + MAIL, zone(rsa_record((1 << 4095) | 1, (1 << 64_000) | 1))),
    "a modulus and an exponent of 2,000 octets": (_chain(1) + MAIL, zone(rsa_record((1 << 16_383) | 1, (1 << 16_000) | 1))),
}  # fmt: skip


@pytest.mark.parametrize("name", SIGNED)
def test_signatures_are_judged_in_bounded_time(name: str) -> None:
    """However the mail or the key is made, its signatures take bounded CPU."""
    mail, world = SIGNED[name]
    start = time.process_time()
    asyncio.run(verify_signatures(mail, DOMAIN, RecordedResolver(world), RECEIVED))
    assert time.process_time() - start < _LIMIT


@pytest.mark.parametrize("name", SEALED)
def test_chains_are_judged_in_bounded_time(name: str) -> None:
    """However a chain or its keys are made, it takes bounded CPU, and junk never passes."""
    mail, world = SEALED[name]
    start = time.process_time()
    word = asyncio.run(validate_chain(mail, RecordedResolver(world)))
    assert time.process_time() - start < _LIMIT
    assert word in ("fail", "unchecked")
