"""Macros of SPF records (RFC 7208, 7). Pure but for ``%{p}``, which the evaluator looks up beforehand."""

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import quote

from verifykb.mail.spf_record import MACRO

_MAX_NAME = 253
_UNRESERVED = "-._~"  # RFC 3986, 2.3


def macro_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """Give the client address as ``%{i}`` writes it: dotted, for IPv6 every nibble (RFC 7208, 7.3)."""
    if address.version == 4:  # noqa: PLR2004 - a version of IP
        return str(address)
    return ".".join(f"{int(address):032x}").upper()


def needs_name(text: str) -> bool:
    """Whether a macro string asks for the validated name of the client (``%{p}``)."""
    return "%{p" in text or "%{P" in text


def expand(text: str, values: Mapping[str, str]) -> str:
    """Expand a macro string.

    Args:
        text: well-formed (`spf_record`).
        values: the letters that may stand in it, lower case, with what they mean.
    """
    return MACRO.sub(lambda match: _expanded(match, values), text) if "%" in text else text


def shortened(name: str) -> str:
    """Drop labels from the left until a name fits into 253 characters (RFC 7208, 7.3)."""
    if len(name) <= _MAX_NAME or "." not in name:
        return name
    # Of the last 254 characters only what stands behind a dot is a whole label.
    return name[-_MAX_NAME - 1 :].partition(".")[2] or name[-_MAX_NAME:]


def _expanded(match: re.Match[str], values: Mapping[str, str]) -> str:
    if match[5]:
        return {"%": "%", "_": " ", "-": "%20"}[match[5]]
    value = values[match[1].lower()]
    delimiters = match[4]
    if delimiters or match[2] or match[3]:
        parts = re.split(f"[{re.escape(delimiters)}]", value) if delimiters else value.split(".")
        if match[3]:
            parts.reverse()
        if match[2]:
            parts = parts[-int(match[2]) :]
        value = ".".join(parts)
    return quote(value, safe=_UNRESERVED, errors="surrogateescape") if match[1].isupper() else value
