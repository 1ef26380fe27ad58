"""One record of a DNS message, from octets to plain text (RFC 1035, sections 3 and 4.1.3).

1. Names are labels; as text they hold no escape but a backslash before a dot inside a label.
2. Only what is asked for is turned into text.
"""

import struct
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.wire

FIXED = struct.Struct("!HHIH")  # type, class, ttl, length of the data
IN, NS, CNAME, SOA, OPT = 1, 2, 5, 6, 41
_CHUNKS = frozenset({dns.rdatatype.TXT, dns.rdatatype.SPF})
_NAMES = frozenset({CNAME, NS, dns.rdatatype.PTR, dns.rdatatype.DNAME})
Labels = tuple[bytes, ...]
_NO_LABELS: Labels = ()
_TO_QUESTION = b"\xc0\x0c"  # a compressed name: the one right behind the header (RFC 1035, 4.1.4)


class Record(NamedTuple):
    """A record.

    Args:
        owner: the labels of its name in lower case, without the root's empty one.
        kind: the number of its type; 0 for a class other than IN.
        ttl: as sent.
        raw: its data as sent.
        text: its data in presentation form; empty where it was not wanted.
        target: the labels of the name that it is, in lower case.
    """

    owner: Labels
    kind: int
    ttl: int
    raw: bytes
    text: str
    target: Labels

    @property
    def seconds(self) -> int:
        """For how long it may be kept (RFC 2181, 8: with the highest bit set, not at all)."""
        return 0 if self.ttl >> 31 else self.ttl


def read_record(parser: dns.wire.Parser, wanted: int, asked: Labels) -> Record:
    """Read the next record of a message.

    Args:
        parser: stands before the record; stands behind it afterwards.
        wanted: the type whose text is needed; of others but CNAME it is left out.
        asked: the labels of the question's name, to which nearly every answer points.

    Raises:
        DNSException, struct.error, ValueError: the record is broken.
    """
    wire, at = parser.wire, parser.current
    if wire.startswith(_TO_QUESTION, at):
        owner, at = asked, at + len(_TO_QUESTION)
    else:
        owner = _lower(parser.get_name(decompress=True))
        at = parser.current
    kind, class_, ttl, length = FIXED.unpack_from(wire, at)
    start = at + FIXED.size
    end = start + length
    if end > parser.end:
        raise dns.exception.FormError
    raw = wire[start:end]
    text, target = "", _NO_LABELS
    if class_ != IN and kind != OPT:  # of an OPT record the class is a size
        kind, ttl, raw = 0, 0, b""
    elif kind in (wanted, CNAME):
        # Behind a compressed name dnspython goes on where it has been furthest, so that must be here.
        parser.current = parser.furthest = start
        with parser.restrict_to(length):
            text, target = _text(kind, parser)
    parser.current = parser.furthest = end
    return Record(owner, kind, ttl, raw, text, target)


def _text(kind: int, parser: dns.wire.Parser) -> tuple[str, Labels]:
    """Give the data of a record in presentation form, and the labels of the name that it is."""
    if kind in _CHUNKS:
        return _chunks(parser).decode("utf-8", "surrogateescape"), ()
    if kind == dns.rdatatype.MX:
        return f"{parser.get_uint16()} {_host(parser.get_name(decompress=True))}", ()
    if kind in _NAMES:
        name = parser.get_name(decompress=True)
        return _host(name), _lower(name)
    if kind == dns.rdatatype.A:
        return str(IPv4Address(parser.get_remaining())), ()
    if kind == dns.rdatatype.AAAA:
        return str(IPv6Address(parser.get_remaining())), ()
    return dns.rdata.from_wire_parser(dns.rdataclass.IN, dns.rdatatype.RdataType(kind), parser).to_text(), ()


def _chunks(parser: dns.wire.Parser) -> bytes:
    raw, at = parser.get_remaining(), 0
    chunks: list[bytes] = []
    while at < len(raw) or not chunks:
        end = at + 1 + raw[at] if raw else 1
        if end > len(raw):
            raise dns.exception.FormError
        chunks.append(raw[at + 1 : end])
        at = end
    return b"".join(chunks)


def _lower(name: dns.name.Name) -> Labels:
    return tuple(label.lower() for label in name.labels[:-1])


def _host(name: dns.name.Name) -> str:
    # Latin-1 gives one character an octet, as the escapes of a recording do (`answer.same_name`).
    return ".".join(label.decode("latin-1").replace(".", "\\.") for label in name.labels[:-1]) or "."
