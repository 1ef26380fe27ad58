"""Mails with DKIM signatures of our own keys, made with dkimpy; every tag can be chosen."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from nacl.signing import SigningKey

DOMAIN = "vst.gov.vn"
RECEIVED = datetime(2026, 11, 22, 3, tzinfo=UTC)
SIGNED_AT = int(RECEIVED.timestamp()) - 60
COVERED = "from:to:subject:date:message-id:mime-version:content-type"
FIELDS = (
    "From: <hotrocntt@vst.gov.vn>",
    "To: ketoan@office.gov.vn",
    "Subject: Ma yeu cau SD261120-004217",
    "Date: Sun, 22 Nov 2026 09:59:00 +0700",
    "Message-ID: <1@vst.gov.vn>",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
)
BODY = b"Kinh gui don vi,\r\n\r\nYeu cau da duoc tiep nhan.\r\n"
MAIL = "\r\n".join(FIELDS).encode() + b"\r\n\r\n" + BODY


class Key(NamedTuple):
    """A key pair: `private` as dkimpy takes it, `record` as it is published."""

    algorithm: bytes
    private: Any
    record: str


def rsa_key(bits: int) -> Key:
    """Make an RSA key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Key(b"rsa-sha256", dkim.parse_pem_private_key(pem), f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}")


def ed25519_key() -> Key:
    """Make an Ed25519 key."""
    key = SigningKey.generate()
    public = base64.b64encode(bytes(key.verify_key)).decode()
    return Key(b"ed25519-sha256", key, f"v=DKIM1; k=ed25519; p={public}")


def rsa_record(modulus: int, exponent: int) -> str:
    """Publish an RSA key of these numbers, whoever could use it."""
    body = _der(2, _octets(modulus)) + _der(2, _octets(exponent))
    return f"v=DKIM1; k=rsa; p={base64.b64encode(_der(0x30, body)).decode()}"


def sign(key: Key, mail: bytes = MAIL, /, **changes: str | None) -> bytes:
    """Give the mail with a signature on top; a tag that is None is left out."""
    return sign_as(b"DKIM-Signature", key, mail, changes)


def sign_as(name: bytes, key: Key, mail: bytes, changes: Mapping[str, str | None]) -> bytes:
    """Sign under a name of the field in another case."""
    signer = dkim.DKIM(mail, signature_algorithm=key.algorithm)
    signer.hasher = dkim.HASH_ALGORITHMS[key.algorithm]
    tags: dict[str, str | None] = {
        "v": "1", "a": key.algorithm.decode(), "c": "relaxed/relaxed", "d": DOMAIN, "s": "sel", "t": str(SIGNED_AT),
        "h": COVERED,
    }  # fmt: skip
    tags |= changes
    # Long lists are folded at spaces only.
    tags["h"] = tags["h"] and tags["h"].replace(":", " : ")
    policy = dkim.CanonicalizationPolicy.from_c_value((tags["c"] or "simple/simple").encode())
    body = policy.canonicalize_body(signer.body)
    if tags.get("l") == "all":
        tags["l"] = str(len(body))
    digest = signer.hasher(body).digest()
    tags = {"bh": base64.b64encode(digest).decode(), **tags}
    fields = [(tag.encode(), value.encode()) for tag, value in tags.items() if value is not None]
    covered = [part.strip().encode() for part in (tags["h"] or "").lower().split(":") if part.strip()]
    value = signer.gen_header([*fields, (b"b", b"0" * 60)], covered, policy, name, key.private)
    return name + b": " + bytes(value) + mail


def zone(record: str | list[str], selector: str = "sel", domain: str = DOMAIN) -> Mapping[str, Any]:
    """Publish a key, or several, or a word of `RecordedResolver`."""
    rows = record if isinstance(record, list) or record in ("TIMEOUT", "SERVFAIL", "NXDOMAIN") else [record]
    return {f"{selector}._domainkey.{domain}": {"TXT": rows}}


def _octets(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _der(tag: int, content: bytes) -> bytes:
    size = len(content).to_bytes(4, "big")
    return bytes([tag, 0x84]) + size + content
