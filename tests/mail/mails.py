"""Mails made for tests: signed with keys of this run, judged with DNS written down beside them."""

import base64
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from verifykb.asking import Asker
from verifykb.config import Settings
from verifykb.context import VIETNAM, Context
from verifykb.directory.load import load_official
from verifykb.dns.recorded import RecordedResolver
from verifykb.model.contact import Answer, Ask, Contact
from verifykb.model.evidence import MailUnread
from verifykb.model.report import Judgement
from verifykb.verify import verify

SUPPORT, OFFICE, BORDER = "hotrocntt@vst.gov.vn", "ketoan@donvi.example", "mx.donvi.example"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=VIETNAM)
SENT = datetime(2026, 11, 20, 9, 0, tzinfo=VIETNAM)
BODY = "Kính gửi đơn vị, yêu cầu SD261120-004217 của đơn vị đã được tiếp nhận.\r\n"
SIGNED = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type")
SETTINGS = Settings(office_mailboxes=(OFFICE,), boundary=(BORDER,), authserv_ids=(BORDER,))
_FIELDS = {
    "From": SUPPORT,
    "To": OFFICE,
    "Subject": "Tiep nhan yeu cau SD261120-004217",
    "Date": "Fri, 20 Nov 2026 09:00:00 +0700",
    "Message-ID": "<1@vst.gov.vn>",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
}


@cache
def key(domain: str) -> rsa.RSAPrivateKey:
    """Give the key of a domain, one for the whole run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=1024 if domain == "weak.example" else 2048)


def key_record(domain: str) -> str:
    """Give the key record of a domain."""
    public = (
        key(domain)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def mail(body: str = BODY, **fields: str | None) -> bytes:
    """Give a mail; a field named ``Reply_To`` is Reply-To, None leaves a field out."""
    told = _FIELDS | {name.replace("_", "-"): value for name, value in fields.items()}
    lines = [f"{name}: {value}" for name, value in told.items() if value is not None]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def signed(raw: bytes, domain: str = "vst.gov.vn", names: Sequence[str] = SIGNED, **more: Any) -> bytes:
    """Put the signature of a domain on top, made on the day of sending."""
    private = key(domain).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    with patch("dkim.time.time", return_value=SENT.timestamp()):
        signature: bytes = dkim.sign(
            raw, b"s1", domain.encode(), private, include_headers=[name.encode() for name in names],
            canonicalize=(b"relaxed", b"relaxed"), **more,
        )  # fmt: skip
    return signature + raw


def delivered(raw: bytes, mail_from: str = SUPPORT, ip: str = "192.0.2.25", by: str = BORDER) -> bytes:
    """Put on top what the office's own border server and delivery write."""
    top = (
        f"Return-Path: <{mail_from}>\r\nReceived: from out.example (out.example [{ip}])\r\n"
        f"\tby {by} with ESMTPS id 1; Fri, 20 Nov 2026 09:00:05 +0700\r\n"
    )
    return top.encode() + raw


def names(**changes: Any) -> dict[str, Any]:
    """Give recorded DNS: the treasury as it should be, and strangers; changes by name, dots as ``__``."""
    known: dict[str, Any] = {
        "vst.gov.vn": {"TXT": ["v=spf1 ip4:192.0.2.0/24 -all"], "MX": ["10 mail.vst.gov.vn"]},
        "_dmarc.vst.gov.vn": {"TXT": ["v=DMARC1; p=reject; rua=mailto:d@vst.gov.vn"]},
        "attacker.example": {"TXT": ["v=spf1 ip4:198.51.100.0/24 -all"]},
        "_dmarc.attacker.example": {"TXT": ["v=DMARC1; p=reject"]},
    }
    for domain in ("vst.gov.vn", "attacker.example", "vst-gov.vn", "mail.vst.gov.vn"):
        known[f"s1._domainkey.{domain}"] = {"TXT": [key_record(domain)]}
    return known | {name.replace("__", "."): value for name, value in changes.items()}


def judge_mail(
    raw: bytes,
    folder: Path,
    recorded: Mapping[str, Any] | None = None,
    *,
    settings: Settings = SETTINGS,
    offline: bool = False,
    **contact: Any,
) -> Judgement:
    """Judge a mail as `check --mail` does, with all else that `verified` needs."""
    file = folder / "thu.eml"
    file.write_bytes(raw)
    context = Context(load_official(), NOW, None, settings)
    told: dict[str, Any] = {"own_request": Answer(True), "called_back": Answer(True), "asks": frozenset([Ask.NOTHING])}
    resolver = RecordedResolver(names() if recorded is None else recorded)

    with Asker(context, None if offline else lambda: nullcontext(resolver)) as asker:
        evidence = asker.gather([Contact(id="thu", mail=str(file), **(told | contact))])[0]
    assert evidence.mail is not MailUnread.FAILED  # contained for users; for us it is a bug
    return verify(evidence, context)
