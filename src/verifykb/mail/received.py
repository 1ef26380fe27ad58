"""Who delivered a mail to the office: Received, Return-Path and Authentication-Results (RFC 5321, 4.4; RFC 8601).

1. Anybody can write these fields into a mail. Only the office's own border server is believed, by the name
   that the configuration gives it (`[mail] boundary`), and only its own line.
2. Read from the top: lines of the office's inner hops have no public client address. The first line that
   has one must be the border's; else nothing is believed.
3. Return-Path counts only above that line, where the office's own delivery wrote it.
"""

import ipaddress
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from verifykb.model.mail_content import Field

_MAX_HOPS = 100
_MAX_CHARACTERS = 4096  # of one field
_FROM = re.compile(r"from\s+([^\s;()]{1,255})", re.IGNORECASE)
_BY = re.compile(r"\bby\s+([^\s;()]{1,255})", re.IGNORECASE)
_ADDRESS = re.compile(r"\[(?:IPv6:)?([0-9A-Fa-f.:]{2,45})\]", re.IGNORECASE)
_ENVELOPE_FROM = re.compile(r"\(envelope-from\s+<?([^<>()\s]{0,320})>?\)", re.IGNORECASE)
_PATH = re.compile(r"<([^<>\s]{0,320})>")
# Hops inside an office; networks for documentation count as public, as everything else does.
_INNER = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip


class Delivery(NamedTuple):
    """What the office's own border server wrote down.

    Args:
        place: index of its Received field among all fields.
        ip: address of the client.
        helo: the name that the client gave; may hold anything.
        mail_from: the envelope sender; None where nobody trusted wrote it down, empty for a bounce.
        received_at: when, aware; None where it cannot be read.
    """

    place: int
    ip: str
    helo: str
    mail_from: str | None
    received_at: datetime | None


def find_delivery(fields: Sequence[Field], boundary: Sequence[str]) -> Delivery | None:
    """Find the line of the border server; None where there is none that can be believed.

    Args:
        fields: the header fields, top to bottom.
        boundary: host names of the border, as it writes them behind ``by``.
    """
    if not boundary:
        return None
    own = {name.removesuffix(".").lower() for name in boundary}
    hops = [(place, field.value) for place, field in enumerate(fields) if field.name == "received"]
    for place, value in hops[:_MAX_HOPS]:
        line = _clauses(value)
        address = _client(line)
        if address is None or any(address in network for network in _INNER if network.version == address.version):
            continue
        by, helo = _BY.search(line), _FROM.match(line)
        if by is None or by[1].removesuffix(".").lower() not in own:
            return None
        sender = _return_path(fields[:place], line)
        return Delivery(place, str(address), helo[1].strip("[]") if helo else "", sender, _date(value))
    return None


def topmost_date(fields: Sequence[Field]) -> datetime | None:
    """Give the time of the topmost Received field, whoever wrote it; None where there is none."""
    value = next((field.value for field in fields if field.name == "received"), "")
    return _date(value)


def read_date(text: str) -> datetime | None:
    """Read a date of a mail (RFC 5322, 3.3); without an offset it is UTC. None where it is none."""
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text[:100])
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        moment.astimezone(UTC)  # a year at the edge of time cannot be compared
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment


def trusted_results(fields: Sequence[Field], delivery: Delivery | None, authserv_ids: Sequence[str]) -> tuple[str, str]:
    """Give the Authentication-Results field that counts, and the first that does not.

    Only the topmost field of a configured authserv-id counts, above the border's Received line
    (RFC 8601, 7.1); empty where there is none.
    """
    own = {name.lower() for name in authserv_ids}
    above = delivery.place if delivery else 0
    trusted = untrusted = ""
    for place, field in enumerate(fields):
        if field.name != "authentication-results":
            continue
        if not trusted and place < above and _authserv_id(field.value) in own:
            trusted = field.value
        else:
            untrusted = untrusted or field.value
    return trusted, untrusted


def spf_of(results: str) -> tuple[str, str]:
    """Give result and MAIL FROM domain of the ``spf`` entry of an Authentication-Results value; empty if none."""
    for entry in _without_comments(results).split(";")[1:]:
        method = re.match(r"\s*spf\s*=\s*([a-z]{1,12})\b", entry, re.IGNORECASE)
        sender = re.search(r"\bsmtp\.mailfrom\s*=\s*\"?([^\s\";]{1,320})", entry, re.IGNORECASE)
        if method and sender:
            return method[1].lower(), sender[1].rpartition("@")[2].removesuffix(".").lower()
    return "", ""


def _authserv_id(value: str) -> str:
    identity = _without_comments(value).partition(";")[0].split()
    # An authserv-id, and perhaps a version; anything else is malformed and belongs to nobody.
    is_plain = len(identity) == 1 or (len(identity) == 2 and identity[1].isdigit())  # noqa: PLR2004 - id and version
    return identity[0].lower() if is_plain else ""


def _without_comments(value: str) -> str:
    """Leave out comments (RFC 5322, 3.2.2); a text whose parentheses do not close is left out from there."""
    kept, depth, escaped = [], 0, False
    for char in value[:_MAX_CHARACTERS]:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in "()":
            depth = max(depth + (1 if char == "(" else -1), 0)
            continue
        if not depth:
            kept.append(char)
    return "".join(kept)


def _clauses(value: str) -> str:
    return value[:_MAX_CHARACTERS].rpartition(";")[0] or value[:_MAX_CHARACTERS]


def _client(line: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Give the address that the server saw: the one in brackets behind ``from``, before ``by``.

    A client may write an address literal as its name; the server's own is the last one.
    """
    if not _FROM.match(line):
        return None
    by = _BY.search(line)
    found = _ADDRESS.findall(line[: by.start()] if by else line)
    try:
        return ipaddress.ip_address(found[-1]) if found else None
    except ValueError:
        return None


def _return_path(above: Sequence[Field], line: str) -> str | None:
    paths = [field.value for field in above if field.name == "return-path"]
    match = _PATH.search(paths[0]) if len(paths) == 1 else None
    if match:
        return match[1]
    envelope = _ENVELOPE_FROM.search(line)
    return envelope[1] if envelope and not paths else None


def _date(value: str) -> datetime | None:
    _, semicolon, date = value[-_MAX_CHARACTERS:].rpartition(";")
    return read_date(date.strip()) if semicolon else None
