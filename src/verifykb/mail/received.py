"""Who delivered a mail to the office: Received, Return-Path and Authentication-Results (RFC 5321, 4.4; RFC 8601).

1. Anybody can write these fields into a mail. Only the office's own border server is believed, by the name
   that the configuration gives it (`[mail] boundary`), and only its own line.
2. Read from the top: inner hops have a private client address, or none at all. The first other line must be
   the border's, in a form whose every part is known; else nothing is believed. HELO, reverse name and
   certificate are the sender's choice, and stand in the same line.
3. A border that sees only private clients stands behind a proxy: what is below its line could be anybody's.
4. Return-Path counts only above that line, where the office's own delivery wrote it.
"""

import ipaddress
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from verifykb.model.mail_content import Field

_MAX_HOPS = 100
_MAX_CHARACTERS = 4096  # of one field
_HELO = r"from\s+(\[[0-9A-Fa-f:.IPv]{2,45}\]|[^\s()\[\];<>\"]{1,255})\s+"
_IP = r"\[(?:IPv6:)?([0-9A-Fa-f.:]{2,45})\]"
_CLIENTS = (
    # Postfix, Sendmail: from HELO (reverse.name [address])
    re.compile(
        rf"{_HELO}\((?!(?:HELO|EHLO|LHLO)\b)(?:[^\s()\[\]=]{{1,255}}\s+)?{_IP}(?:\s+\(may be forged\))?\)",
        re.IGNORECASE,
    ),
    # Exim: from reverse.name ([address] helo=HELO)
    re.compile(rf"{_HELO}\({_IP}(?::[0-9]{{1,5}})?\s+(?:helo|ident)=", re.IGNORECASE),
    # Exchange: from HELO (address)
    re.compile(rf"{_HELO}\(([0-9A-Fa-f.:]{{2,45}})\)", re.IGNORECASE),
)
_BY = re.compile(r"\bby\s+([^\s;()]{1,255})", re.IGNORECASE)
_WITHOUT_CLIENT = re.compile(r"by\s", re.IGNORECASE)
_PATH = re.compile(r"<([^<>\s\"\\()]{0,320})>")
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
        if _WITHOUT_CLIENT.match(line):
            continue
        client = _client(line)
        by = _BY.search(line, client.end()) if client else None
        address = _address(client[2]) if client else None
        if client is None or by is None or address is None:
            return None
        is_border = by[1].removesuffix(".").lower() in own
        if any(address in network for network in _INNER if network.version == address.version):
            if is_border:
                return None
            continue
        sender = _return_path(fields[:place])
        return Delivery(place, str(address), client[1].strip("[]"), sender, _date(value)) if is_border else None
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
    """Give result and MAIL FROM domain of the ``spf`` entry of an Authentication-Results value; empty if none.

    The sender chose his address, and a quoted local part may hold anything: a value with quotes, or with
    more than one entry or address that could be meant, says nothing.
    """
    if any(sign in results for sign in '"\\<>'):
        return "", ""
    plain = _without_comments(results)
    entries = [entry for entry in plain.split(";")[1:] if re.match(r"\s*spf\b", entry, re.IGNORECASE)]
    senders = re.findall(r"\bsmtp\.mailfrom\s*=\s*([^\s;]{1,320})", plain, re.IGNORECASE)
    if len(entries) != 1 or len(senders) != 1 or "mailfrom" not in entries[0].lower():
        return "", ""
    method = re.match(r"\s*spf\s*=\s*([a-z]{1,12})\b", entries[0], re.IGNORECASE)
    address = re.fullmatch(r"(?:[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]{1,64}@)?([A-Za-z0-9.\-]{1,253})", senders[0])
    return (method[1].lower(), address[1].removesuffix(".").lower()) if method and address else ("", "")


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


def _client(line: str) -> re.Match[str] | None:
    """Find HELO and the address that the server saw, in one of the forms that are known."""
    return next((match for form in _CLIENTS if (match := form.match(line))), None)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _return_path(above: Sequence[Field]) -> str | None:
    """Give the envelope sender; None for none, two, or one that can be read in two ways (RFC 5321, 4.1.2)."""
    paths = [field.value for field in above if field.name == "return-path"]
    match = _PATH.fullmatch(paths[0].strip()) if len(paths) == 1 else None
    return match[1] if match else None


def _date(value: str) -> datetime | None:
    _, semicolon, date = value[-_MAX_CHARACTERS:].rpartition(";")
    return read_date(date.strip()) if semicolon else None
