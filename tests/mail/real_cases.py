"""Questions about `fault_zone`, each with the words that must come out.

1. The words are the results in order, each with its reason: of SPF; of DMARC with the policy; or of a
   mail its SPF, each signature, DMARC and ARC, and those of a mail attached to it.
2. A case whose id begins with ``timeout`` meets a name for which nobody answers; no other does.
"""

from functools import cache
from typing import NamedTuple

import dkim
from cryptography.hazmat.primitives import serialization

from tests.mail.fault_zone import CLIENT, CLIENT_6, STRANGER
from tests.mail.mails import BORDER, NOW, delivered, key, key_record
from tests.mail.signing import MAIL, Key, sign, sign_as
from verifykb.dns.answer import Resolver
from verifykb.mail.authenticate import authenticate
from verifykb.mail.dmarc import evaluate
from verifykb.mail.spf import check_host
from verifykb.model.mail import DkimResult, DmarcResult, MailEvidence, SpfResult

Part = SpfResult | DkimResult | DmarcResult | str

# id -> client, domain, words
SPF: dict[str, tuple[str, str, str]] = {
    "a network": (CLIENT, "pass.example", "pass"),
    "a stranger": (STRANGER, "pass.example", "fail"),
    "case and a dot at the end": (CLIENT, "PASS.Example.", "pass"),
    "an explanation": (CLIENT, "fail.example", "fail"),
    "timeout of an explanation": (CLIENT, "slow-why.example", "fail"),
    "softfail": (CLIENT, "soft.example", "softfail"),
    "include loop": (CLIENT, "include-loop.example", "permerror too-many-lookups"),
    "redirect loop": (CLIENT, "redirect-1.example", "permerror too-many-lookups"),
    "redirect to nothing": (CLIENT, "redirect-away.example", "permerror redirect=nodata.example"),
    "cname": (CLIENT, "alias.example", "pass"),
    "cname of nothing": (CLIENT, "alias-of-nothing.example", "none"),
    "cname of servfail": (CLIENT, "alias-of-servfail.example", "temperror servfail"),
    "cname loop": (CLIENT, "cname-1.example", "temperror cname-loop"),
    "included cname loop": (CLIENT, "include-cname-loop.example", "temperror cname-loop"),
    "cname chain of 9": (CLIENT, "chain-2.example", "pass"),
    "cname chain of 10": (CLIENT, "chain-1.example", "temperror cname-loop"),
    "servfail": (CLIENT, "servfail.example", "temperror servfail"),
    "refused": (CLIENT, "refused.example", "temperror servfail"),
    "broken": (CLIENT, "broken.example", "temperror servfail"),
    "included servfail": (CLIENT, "include-servfail.example", "temperror servfail"),
    "servfail of a mail host": (CLIENT, "mx-servfail.example", "temperror servfail"),
    "servfail inside ptr": ("192.0.2.28", "ptr-servfail.example", "fail"),
    "timeout": (CLIENT, "timeout.example", "temperror timeout"),
    "timeout of an include": (CLIENT, "include-timeout.example", "temperror timeout"),
    "not reached include": (CLIENT, "before-timeout.example", "pass"),
    "not asked type": (CLIENT, "half.example", "pass"),
    "timeout of one type": (CLIENT_6, "half.example", "temperror timeout"),
    "timeout inside ptr": ("192.0.2.29", "ptr-timeout.example", "fail"),
    "truncated": (CLIENT, "truncated.example", "pass"),
    "wrong id first": (CLIENT, "wrong-id.example", "pass"),
    "wrong question first": (CLIENT, "wrong-question.example", "pass"),
    "wrong port first": (CLIENT, "wrong-port.example", "pass"),
    "no EDNS": (CLIENT, "no-edns.example", "pass"),
    "beside 60 kB": (CLIENT, "beside-60kb.example", "pass"),
    "a record of 60 kB": (CLIENT, "of-60kb.example", "permerror 59521 > 4096"),
    "many strings": (CLIENT, "many-strings.example", "pass"),
    "two records": (CLIENT, "two-records.example", "permerror several-records"),
    "octets that are no text": (CLIENT, "no-text.example", "permerror a:\udcff.example"),
    "NXDOMAIN": (CLIENT, "absent.example", "none"),
    "NODATA": (CLIENT, "nodata.example", "none"),
    "only names below": (CLIENT, "upper.example", "none"),
    "10 look-ups": (CLIENT, "ten.example", "pass"),
    "11 look-ups": (CLIENT, "eleven.example", "permerror too-many-lookups"),
    "2 void look-ups": (CLIENT, "two-void.example", "pass"),
    "3 void look-ups": (CLIENT, "three-void.example", "permerror too-many-void-lookups"),
    "MX with 10 hosts": (CLIENT, "mx.example", "pass"),
    "MX with 11 hosts": (CLIENT, "mx-11.example", "permerror mx"),
    "null MX": (CLIENT, "mx-null.example", "fail"),
    "PTR": (CLIENT, "ptr.example", "pass"),
    "PTR of IPv6": (CLIENT_6, "ptr.example", "pass"),
    "PTR not confirmed": ("192.0.2.26", "ptr.example", "fail"),
    "no PTR": ("192.0.2.27", "ptr.example", "fail"),
    "macros": (CLIENT, "macro.example", "pass"),
    "AAAA": (CLIENT_6, "address-6.example", "pass"),
}  # fmt: skip

# id -> author, SPF domains, DKIM domains, unsettled, words
DMARC: dict[str, tuple[str, list[str], list[str], list[str], str]] = {
    "own record": ("own.example", [], ["own.example"], [], "pass reject"),
    "own record, foreign signature": ("own.example", ["attacker.example"], ["attacker.example"], [], "fail reject"),
    "own record, unsettled": ("own.example", [], ["attacker.example"], ["own.example"], "temperror reject unsettled"),
    "inherited": ("a.own.example", ["own.example"], [], [], "pass quarantine"),
    "inherited, foreign": ("a.own.example", [], ["attacker.example"], [], "fail quarantine"),
    "strict": ("strict.example", ["a.strict.example"], [], [], "fail reject"),
    "under test": ("test.example", [], [], [], "fail quarantine"),
    "np, no such name": ("gone.np.example", [], [], [], "fail reject"),
    "np, a name": ("here.np.example", [], [], [], "fail quarantine"),
    "np, an alias of nothing": ("alias.np.example", [], [], [], "fail quarantine"),
    "timeout of whether a name exists": ("slow.np.example", [], [], [], "temperror quarantine timeout"),
    "several records": ("several.example", [], ["several.example"], [], "none"),
    "several records, a parent": ("several.own.example", [], [], [], "fail quarantine"),
    "other texts and 60 kB beside it": ("noise.example", [], [], [], "fail quarantine"),
    "several strings": ("strings.example", [], [], [], "fail reject"),
    "an alias": ("hosted.example", [], ["hosted.example"], [], "pass reject"),
    "a loop of aliases": ("loop.example", [], ["loop.example"], [], "temperror cname-loop"),
    "truncated": ("truncated.example", [], [], [], "fail reject"),
    "timeout at the domain": ("slow.example", [], ["slow.example"], [], "temperror timeout"),
    "timeout at the parent": ("child.slow.example", [], ["child.slow.example"], [], "temperror timeout"),
    "timeout at the parent of a record": ("own.slow.example", [], ["own.slow.example"], [], "pass reject"),
    "timeout at the parent, in question": ("own.slow.example", [], ["slow.example"], [], "temperror reject timeout"),
    "servfail at the parent": ("a.dead.example", [], [], [], "temperror servfail"),
    "servfail at the parent of a record": ("own.dead.example", [], ["attacker.example"], [], "fail reject"),
    "a public suffix": ("a.b.psd.example", [], ["b.psd.example"], [], "pass reject"),
    "another below a public suffix": ("a.b.psd.example", [], ["c.psd.example"], [], "fail reject"),
    "nine labels": ("a.b.c.d.e.f.g.h.deep.example", [], ["g.h.deep.example"], [], "pass reject"),
    "no record": ("absent.example", [], ["absent.example"], [], "none"),
}  # fmt: skip


class Sent(NamedTuple):
    """A mail: who wrote it, ``selector@domain`` of its signatures, who delivered it, and the words."""

    signatures: tuple[str, ...]
    words: str
    author: str = "hotrocntt@vst.gov.vn"
    mail_from: str = "hotrocntt@vst.gov.vn"
    ip: str = STRANGER  # for whom SPF fails, so that the signature decides
    sealed: str = ""
    attached: bool = False


MAILS: dict[str, Sent] = {
    "genuine": Sent(("good@vst.gov.vn",), "pass | pass | pass reject | none", ip=CLIENT),
    "signature alone": Sent(("good@vst.gov.vn",), "fail | pass | pass reject | none"),
    "SPF alone": Sent((), "pass | pass reject | none", ip=CLIENT),
    "neither": Sent((), "fail | fail reject | none"),
    "a key in many strings": Sent(("strings@vst.gov.vn",), "fail | pass | pass reject | none"),
    "a key beside 60 kB": Sent(("big@vst.gov.vn",), "fail | pass | pass reject | none"),
    "a key behind an alias": Sent(("alias@vst.gov.vn",), "fail | pass | pass reject | none"),
    "a key over TCP": Sent(("truncated@vst.gov.vn",), "fail | pass | pass reject | none"),
    "a key behind a wrong id": Sent(("wrong-id@vst.gov.vn",), "fail | pass | pass reject | none"),
    "no key": Sent(("gone@vst.gov.vn",), "fail | permerror key-missing | fail reject | none"),
    "no key, but the name": Sent(("nodata@vst.gov.vn",), "fail | permerror key-missing | fail reject | none"),
    "a revoked key": Sent(("revoked@vst.gov.vn",), "fail | permerror key-revoked | fail reject | none"),
    "two keys": Sent(("two@vst.gov.vn",), "fail | permerror several-keys | fail reject | none"),
    "a loop for a key": Sent(("loop@vst.gov.vn",), "fail | temperror cname-loop | temperror reject unsettled | none"),
    "servfail for a key": Sent(("servfail@vst.gov.vn",), "fail | temperror servfail | temperror reject unsettled | none"),
    "timeout for a key": Sent(("timeout@vst.gov.vn",), "fail | temperror timeout | temperror reject unsettled | none"),
    "timeout for one key of two": Sent(
        ("good@vst.gov.vn", "timeout@vst.gov.vn"), "fail | temperror timeout, pass | pass reject | none"
    ),
    "servfail for SPF": Sent(
        ("good@vst.gov.vn",), "temperror servfail | pass | pass reject | none", mail_from="x@servfail.example"
    ),
    "timeout for SPF": Sent(
        ("gone@vst.gov.vn",), "temperror timeout | permerror key-missing | fail reject | none", mail_from="x@timeout.example"
    ),
    "a foreign signature": Sent(("good@attacker.example",), "fail | pass | fail reject | none"),
    "timeout for the policy": Sent(
        ("good@slow.example",), "fail | pass | temperror timeout | none", author="a@slow.example"
    ),
    "timeout for the parent's policy": Sent(
        ("good@child.slow.example",), "fail | pass | temperror timeout | none", author="a@child.slow.example"
    ),
    "sealed": Sent(("good@vst.gov.vn",), "fail | pass | pass reject | pass", sealed="good"),
    "servfail for a seal": Sent(("good@vst.gov.vn",), "fail | pass | pass reject | temperror", sealed="dead"),
    "attached": Sent(
        ("good@vst.gov.vn", "servfail@vst.gov.vn"),
        "fail | fail reject | none | unchecked no-border | temperror servfail, pass | pass reject | none",
        attached=True,
    ),
}  # fmt: skip

# Every case by its id, with its words.
WORDS = {
    **{f"SPF: {name}": row[-1] for name, row in SPF.items()},
    **{f"DMARC: {name}": row[-1] for name, row in DMARC.items()},
    **{f"mail: {name}": sent.words for name, sent in MAILS.items()},
}
SLOW = tuple(name for name in WORDS if ": timeout" in name)


async def answer(case: str, resolver: Resolver) -> tuple[Part, ...]:
    """Give the results of a case through a resolver, in order."""
    table, _, name = case.partition(": ")
    if table == "SPF":
        ip, domain, _ = SPF[name]
        return (await check_host(ip, domain, f"a@{domain}", "helo.example", resolver),)
    if table == "DMARC":
        author, spf, signed, unsettled, _ = DMARC[name]
        return (await evaluate(author, spf, signed, resolver, unsettled=unsettled),)
    return _parts(await authenticate(_built(name), resolver, BORDER, NOW))


def words(parts: tuple[Part, ...]) -> str:
    """Give results as the tables write them."""
    said: list[list[str]] = []
    kind: type | None = None
    for part in parts:
        if not (isinstance(part, DkimResult) and kind is DkimResult):
            said.append([])
        said[-1].append(_said(part))
        kind = type(part)
    return " | ".join(map(", ".join, said))


def _said(part: Part) -> str:
    if isinstance(part, str):
        return part
    policy = part.policy if isinstance(part, DmarcResult) else ""
    return " ".join(filter(None, (part.result, policy, part.reason)))


def _parts(mail: MailEvidence) -> tuple[Part, ...]:
    inner = [part for original in mail.originals for part in _parts(original)]
    return (mail.spf, *mail.dkim, mail.dmarc, mail.arc.result, *inner)


@cache
def _built(name: str) -> bytes:
    sent = MAILS[name]
    raw = MAIL.replace(b"hotrocntt@vst.gov.vn", sent.author.encode())
    for signature in sent.signatures:
        selector, _, domain = signature.partition("@")
        raw = sign(_key(), raw, d=domain, s=selector, t=None)
    if sent.attached:
        head, _, _ = MAIL.partition(b"MIME-Version")
        raw = head + b"MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n" + raw
    if sent.sealed:
        raw = _sealed(raw, sent.sealed)
    return delivered(raw, sent.mail_from, sent.ip)


def _sealed(raw: bytes, selector: str) -> bytes:
    """Put the ARC set of somebody who passed the mail on on top (RFC 8617, 4.1)."""
    raw = b"ARC-Authentication-Results: i=1; forwarder.example; none\r\n" + raw
    tags = {"v": None, "i": "1", "d": "forwarder.example", "s": selector, "t": None}
    raw = sign_as(b"ARC-Message-Signature", _key(), raw, tags)
    signer = dkim.DKIM(raw, signature_algorithm=_key().algorithm)
    signer.hasher = dkim.HASH_ALGORITHMS[_key().algorithm]
    told = {"i": "1", "cv": "none", "a": "rsa-sha256", "d": "forwarder.example", "s": selector, "t": "1", "b": "0" * 60}
    value = signer.gen_header(
        [(tag.encode(), text.encode()) for tag, text in told.items()],
        [b"arc-authentication-results", b"arc-message-signature"],
        dkim.CanonicalizationPolicy.from_c_value(b"relaxed/relaxed"), b"ARC-Seal", _key().private,
    )  # fmt: skip
    return b"ARC-Seal: " + bytes(value) + raw


@cache
def _key() -> Key:
    private = key("vst.gov.vn").private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return Key(b"rsa-sha256", dkim.parse_pem_private_key(private), key_record("vst.gov.vn"))
