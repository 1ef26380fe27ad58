"""DKIM (RFC 6376, 8301, 8463): the cryptography is dkimpy's, what a pass is worth is decided here.

1. A pass is a proof only without doubts: From, Subject, Date, To and Content-Type are signed as often
   as they occur, no ``l=``, no key under test, nothing that a reader sees was added beside it.
2. ``x=`` and ``t=`` are judged by the time of receipt, so that an old mail can be judged later.
3. A key that could not be asked for is a temperror; a key that is gone is a permerror of its own kind.
4. The keys are asked for here; dkimpy asks nobody.
"""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from verifykb.dns.answer import Answer, Resolver, is_possible, same_name
from verifykb.model.mail import DkimResult, DkimWord

_MAX_SIGNATURES = 10  # an attacker may add any number
# dkimpy's patterns take the square of a run of white space; no mail program writes such runs.
_MAX_SPACES = re.compile(rb"\s{500}")
_MAX_HEAD_BYTES, _MAX_SIGNED_NAMES, _MAX_FIELDS = 64 * 1024, 200, 2000  # each name is compared with each field
_MAX_EXPONENT_BITS = 64
_MAX_KEY_BITS, _MIN_KEY_BITS, _STRONG_KEY_BITS = 8192, 1024, 2048  # RFC 8301, 3.2; more only costs time
_CLOCK_SLACK_SECONDS = 3600
_REQUIRED = (b"from", b"subject", b"date", b"to", b"content-type")
# What mail programs show or act on.
_IF_PRESENT = (
    b"reply-to", b"sender", b"cc", b"resent-from", b"resent-sender", b"resent-to", b"mail-reply-to",
    b"mail-followup-to", b"content-base",
)  # fmt: skip
# Written by relays, or able to garble and not to say anything else.
_WEAK_IF_PRESENT = (b"content-transfer-encoding", b"content-disposition", b"list-unsubscribe")
_ALGORITHMS = {b"rsa-sha256": b"rsa", b"ed25519-sha256": b"ed25519"}


_RawField = tuple[bytes, bytes]


class _Signature(NamedTuple):
    """A signature as it stands in the mail, not verified."""

    place: int
    tags: dict[bytes, bytes]
    headers: list[bytes]  # names in ``h=``, lower case, in order

    @property
    def domain(self) -> str:
        return same_name(self.tags.get(b"d", b"").decode("utf-8", "replace"))

    @property
    def selector(self) -> str:
        return same_name(self.tags.get(b"s", b"").decode("utf-8", "replace"))


class _Unusable(Exception):  # noqa: N818 - a result, not an error of ours
    """The signature does not pass; carries the result."""

    def __init__(self, result: DkimWord, reason: str) -> None:
        super().__init__(reason)
        self.result = result
        self.reason = reason


async def verify_signatures(
    raw: bytes, author_domain: str, resolver: Resolver, received_at: datetime | None
) -> tuple[DkimResult, ...]:
    """Verify the signatures of a mail.

    Args:
        raw: the whole mail, with CRLF line ends.
        author_domain: signatures of this domain are looked at first.
        resolver: who is asked for keys.
        received_at: when the mail was received, aware; None where that is not known.

    Returns:
        A result for each signature, top to bottom; those beyond the tenth are left out.
    """
    head = raw.partition(b"\r\n\r\n")[0]
    if b"dkim-signature" not in head.lower():
        return ()
    # dkimpy passes over "From :", which some readers show; and a head of this size only costs time.
    if len(head) > _MAX_HEAD_BYTES or re.search(rb"^from[ \t]+:", head, re.IGNORECASE | re.MULTILINE):
        return (DkimResult(DkimWord.PERMERROR, reason="signature-malformed"),)
    import dkim

    try:
        message = dkim.DKIM(raw, minkey=_MIN_KEY_BITS)
    except Exception:  # noqa: BLE001 - dkimpy leaks many kinds for a header it cannot read
        return (DkimResult(DkimWord.PERMERROR, reason="signature-malformed"),)
    if len(message.headers) > _MAX_FIELDS:
        return (DkimResult(DkimWord.PERMERROR, reason="signature-malformed"),)
    fields = [(name, value) for name, value in message.headers if name.lower() == b"dkim-signature"]
    read = [_read(place, value, dkim.util.parse_tag_value) for place, (_, value) in enumerate(fields)]
    own_first = sorted(read, key=lambda signature: signature.domain != author_domain)[:_MAX_SIGNATURES]
    looked_at = sorted(own_first, key=lambda signature: signature.place)
    # At the same time: a stranger's silent name server must not use up the time for our key.
    return tuple(await asyncio.gather(*(_result(one, message, fields, resolver, received_at) for one in looked_at)))


async def _result(
    signature: _Signature, message: Any, fields: list[_RawField], resolver: Resolver, received_at: datetime | None
) -> DkimResult:
    try:
        return await _verify(signature, message, fields, resolver, received_at)
    except _Unusable as end:
        return DkimResult(end.result, signature.domain, signature.selector, (), end.reason)


def _read(place: int, value: bytes, parse: Callable[[bytes], dict[bytes, bytes]]) -> _Signature:
    if _MAX_SPACES.search(value):
        return _Signature(place, {}, [])
    try:
        tags = parse(value)
    except Exception:  # noqa: BLE001 - dkimpy leaks many kinds; no tags are a malformed signature
        return _Signature(place, {}, [])
    names = [name.strip().lower() for name in tags.get(b"h", b"").split(b":")]
    if len(names) > _MAX_SIGNED_NAMES:
        return _Signature(place, {}, [])
    return _Signature(place, tags, names)


async def _verify(
    signature: _Signature, message: Any, fields: list[_RawField], resolver: Resolver, received_at: datetime | None
) -> DkimResult:
    import dkim

    tags = signature.tags
    if tags.get(b"a") not in _ALGORITHMS:
        reason = "weak-hash" if tags.get(b"a") == b"rsa-sha1" else "signature-malformed"
        raise _Unusable(DkimWord.PERMERROR, reason)
    timeless = {name: value for name, value in tags.items() if name not in (b"t", b"x")}
    try:
        dkim.validate_signature_fields(timeless)
    except Exception as error:
        raise _Unusable(DkimWord.PERMERROR, "signature-malformed") from error
    if b"from" not in signature.headers:
        raise _Unusable(DkimWord.PERMERROR, "from-not-signed")  # RFC 6376, 5.4
    times = _time_doubts(tags, received_at)
    key = await _key(signature, resolver)
    # From here to the result nobody else may use `message`: nothing is awaited.
    flags, weaknesses = _use_key(key, signature, message)
    _compute(signature, message, fields[signature.place])
    doubts = [*_coverage_doubts(signature, message.headers), *times]
    if b"l" in tags:
        doubts.append("body-length-limit")
    if b"y" in flags:
        doubts.append("key-testing")
    return DkimResult(
        DkimWord.PASS,
        signature.domain,
        signature.selector,
        tuple(doubts),
        weaknesses=(*weaknesses, *_weak_coverage(signature, message.headers)),
        signed=frozenset(name.decode("ascii", "replace") for name in signature.headers),
    )


def _time_doubts(tags: dict[bytes, bytes], received_at: datetime | None) -> list[str]:
    """Judge ``t=`` and ``x=`` by the time of receipt (RFC 6376, 3.5)."""
    times = {}
    for name in (b"t", b"x"):
        if name in tags and not re.fullmatch(rb"[0-9]{1,12}", tags[name]):
            raise _Unusable(DkimWord.PERMERROR, "signature-malformed")
        times[name] = int(tags[name]) if name in tags else None
    signed, expires = times[b"t"], times[b"x"]
    if signed is not None and expires is not None and expires < signed:
        raise _Unusable(DkimWord.PERMERROR, "signature-malformed")
    if received_at is None:
        return ["receipt-unknown"] if expires is not None else []
    received = received_at.timestamp()
    if expires is not None and expires < received - _CLOCK_SLACK_SECONDS:
        raise _Unusable(DkimWord.FAIL, "signature-expired")
    return ["signed-after-receipt"] if signed is not None and signed > received + _CLOCK_SLACK_SECONDS else []


async def _key(signature: _Signature, resolver: Resolver) -> bytes:
    name = f"{signature.selector}._domainkey.{signature.domain}"
    if not is_possible(name):
        raise _Unusable(DkimWord.PERMERROR, "signature-malformed")
    answer = await resolver.ask(name, "TXT")
    if not answer.is_known:
        raise _Unusable(DkimWord.TEMPERROR, answer.reason or answer.status.value)
    return _key_record(answer)


def _key_record(answer: Answer) -> bytes:
    """Give the one key record (RFC 6376, 3.6.2.2)."""
    keys = [record for record in answer.records if re.search(r"(?:\A|;)\s{0,9}p\s{0,9}=", record)]
    if not keys:
        raise _Unusable(DkimWord.PERMERROR, "key-missing")
    if len(keys) > 1:
        raise _Unusable(DkimWord.PERMERROR, "several-keys")
    if not keys[0].isascii():
        raise _Unusable(DkimWord.PERMERROR, "key-malformed")
    return keys[0].encode("ascii")


def _use_key(record: bytes, signature: _Signature, message: Any) -> tuple[frozenset[bytes], tuple[str, ...]]:
    """Hand the key to dkimpy, where it may be used; give its flags and what is weak about it."""
    import dkim

    try:
        tags = dkim.util.parse_tag_value(record)
        # Only what makes the key: dkimpy's own reading of "s=" gives up on a list.
        bare = b"; ".join(name + b"=" + tags[name] for name in (b"v", b"k", b"p") if name in tags)
        key, bits, kind, _ = dkim.evaluate_pk(b"key", bare) if tags.get(b"p") else (None, 0, b"", False)
    except Exception as error:
        raise _Unusable(DkimWord.PERMERROR, "key-malformed") from error
    if key is None:
        raise _Unusable(DkimWord.PERMERROR, "key-revoked")
    services, hashes = _items(tags, b"s", b"*"), _items(tags, b"h", b"sha256")
    if kind != _ALGORITHMS[signature.tags[b"a"]] or b"sha256" not in hashes or not {b"*", b"email"} & services:
        raise _Unusable(DkimWord.PERMERROR, "key-for-something-else")
    exponent = key["publicExponent"].bit_length() if kind == b"rsa" else 0
    if kind == b"rsa" and (not _MIN_KEY_BITS <= bits <= _MAX_KEY_BITS or exponent > _MAX_EXPONENT_BITS):
        raise _Unusable(DkimWord.PERMERROR, "key-size")
    flags = _items(tags, b"t", b"")
    identity = signature.tags.get(b"i", b"").rpartition(b"@")[2].lower()
    if b"s" in flags and identity and same_name(identity.decode("utf-8", "replace")) != signature.domain:
        raise _Unusable(DkimWord.FAIL, "identity-below-domain")  # RFC 6376, 3.6.1, t=s
    message.pk, message.keysize, message.ktag, message.seqtlsrpt = key, bits, kind, False
    return flags, ("key-under-2048",) if kind == b"rsa" and bits < _STRONG_KEY_BITS else ()


def _items(tags: dict[bytes, bytes], name: bytes, default: bytes) -> frozenset[bytes]:
    return frozenset(item.strip().lower() for item in tags.get(name, default).split(b":"))


def _compute(signature: _Signature, message: Any, field: _RawField) -> None:
    """Let dkimpy compare body hash and signature; the field's name is part of what was signed."""
    import dkim

    body, tags = message.body, dict(signature.tags)
    relaxed = compressed(body) if tags.get(b"c", b"").endswith(b"/relaxed") else b""
    if relaxed.strip(b"\r\n"):
        # Done here in little memory; what is left to do for the body is what "simple" does.
        message.body, tags[b"c"] = relaxed, tags[b"c"].replace(b"/relaxed", b"/simple")
    try:
        holds = message.verify_sig_process(tags, list(signature.headers), field, None)
    except dkim.ValidationError as error:
        changed = "body hash" in str(error)
        raise _Unusable(DkimWord.FAIL, "body-changed" if changed else "signature-wrong") from error
    except Exception as error:
        raise _Unusable(DkimWord.PERMERROR, "signature-malformed") from error
    finally:
        message.body = body
    if not holds:
        raise _Unusable(DkimWord.FAIL, "signature-wrong")


def compressed(body: bytes) -> bytes:
    """Compress white space as "relaxed" does (RFC 6376, 3.4.4); dkimpy's patterns take the square of the time."""
    body = body.replace(b"\t", b" ")
    while b"  " in body:
        body = body.replace(b"  ", b" ")
    return body.replace(b" \r\n", b"\r\n")


def _weak_coverage(signature: _Signature, headers: list[list[bytes]]) -> list[str]:
    """Tell what is not signed and worth telling, but no reason to doubt the text."""
    present = {name.lower() for name, _ in headers}
    return [
        f"unsigned-{name.decode()}" for name in _WEAK_IF_PRESENT if name in present and name not in signature.headers
    ]


def _coverage_doubts(signature: _Signature, headers: list[list[bytes]]) -> list[str]:
    """Tell what a reader sees and the signature does not cover (RFC 6376, 8.15)."""
    present = [name.lower() for name, _ in headers]
    doubts = []
    for name in (*_REQUIRED, *_IF_PRESENT):
        signed, count = signature.headers.count(name), present.count(name)
        if not signed and (count or name in _REQUIRED):
            doubts.append(f"unsigned-{name.decode()}")
        elif count > signed:
            doubts.append(f"added-{name.decode()}")
    return doubts
