"""A real HTTPS server on loopback, with an authority of its own."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _certificate(name: str, key: ec.EllipticCurvePrivateKey, issuer: Any, issuer_key: Any, *, is_ca: bool) -> Any:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(True, False, False, False, False, is_ca, is_ca, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _pem(*items: Any) -> bytes:
    """Give certificates and keys as one file."""
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    parts = [
        item.private_bytes(*plain) if hasattr(item, "private_bytes") else item.public_bytes(plain[0]) for item in items
    ]
    return b"".join(parts)


class Authority:
    """A certificate authority of its own, and server contexts with its certificates."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = _key()
        self._certificate = _certificate("test authority", self._key, None, self._key, is_ca=True)

    def trusting(self) -> ssl.SSLContext:
        """Give a client's context that trusts this authority and no other."""
        return ssl.create_default_context(cadata=_pem(self._certificate).decode())

    def serving(self, name: str) -> ssl.SSLContext:
        """Give a server's context for a host name."""
        key = _key()
        file = self._folder / f"{name}.pem"
        file.write_bytes(_pem(key, _certificate(name, key, self._certificate, self._key, is_ca=False)))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def answer(body: bytes, *headers: str, status: str = "200 OK", kind: str = "text/plain") -> Answering:
    """Give a server's behaviour: one answer, then the end."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head + body)
        await writer.drain()

    return behave


class Server:
    """An HTTPS server that counts who comes and keeps what they ask."""

    def __init__(self, behave: Answering) -> None:
        self._behave = behave
        self.requests: list[bytes] = []
        self.connections = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.connections += 1
        try:
            await self._behave(Listening(reader, self.requests), writer)  # type: ignore[arg-type] # what is used of it
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client went away, as it should from the endless ones
        finally:
            writer.close()


class Listening:
    """A reader that keeps what it read."""

    def __init__(self, reader: asyncio.StreamReader, kept: list[bytes]) -> None:
        self._reader = reader
        self._kept = kept

    async def readuntil(self, separator: bytes) -> bytes:
        """Read a request's head."""
        head = await self._reader.readuntil(separator)
        self._kept.append(head)
        return head
