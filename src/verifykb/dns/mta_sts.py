"""MTA-STS: the record and the policy as text (RFC 8461). Pure; `policy_fetch` asks for policies."""

import re
from typing import NamedTuple, Protocol

_MAX_RECORD_CHARACTERS = 4096  # as for SPF: nobody honest needs it
_MAX_AGE_SECONDS = 31_557_600  # RFC 8461, 3.2
_MAX_MX = 200
_FIELD = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.\-]{0,31})[ \t]*:(.*)", re.DOTALL)
_ID = re.compile(r"[A-Za-z0-9]{1,32}")
MODES = ("enforce", "testing", "none")


class Fetched(NamedTuple):
    """What came of asking for a policy.

    Args:
        text: the policy's.
        reason: why there is none, a key of ``labels.reason``; empty where there is one.
        detail: what was found instead.
        is_known: whether the server was reached, so that this is what it has.
    """

    text: str = ""
    reason: str = ""
    detail: str = ""
    is_known: bool = True


class PolicyFetcher(Protocol):
    """Whoever can fetch policies."""

    async def fetch(self, domain: str) -> Fetched:
        """Fetch the policy of a domain; never raises for what the world does."""
        ...


class Policy(NamedTuple):
    """A policy: `mode` enforce, testing or none; `mx` patterns in lower case; `max_age` in seconds."""

    mode: str
    mx: tuple[str, ...]
    max_age: int


class PolicyError(ValueError):
    """A text that is no policy; the argument names the line or key."""


def is_record(text: str) -> bool:
    """Whether a TXT record is an MTA-STS record, however broken the rest of it (RFC 8461, 3.1)."""
    return text[:7] == "v=STSv1" and text[7:8] in ("", ";", " ", "\t")


def is_usable(text: str) -> bool:
    """Whether an MTA-STS record has the one ``id`` that it needs."""
    fields = [piece.partition("=") for piece in text[:_MAX_RECORD_CHARACTERS].split(";")[1:]]
    ids = [value.strip(" \t") for name, _, value in fields if name.strip(" \t") == "id"]
    return len(text) <= _MAX_RECORD_CHARACTERS and len(ids) == 1 and _ID.fullmatch(ids[0]) is not None


def read_policy(text: str) -> Policy:
    """Read a policy (RFC 8461, 3.2); of a field given twice, but ``mx``, the first counts.

    Raises:
        PolicyError: it is none.
    """
    fields: dict[str, str] = {}
    mx: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if not line.strip(" \t"):
            continue
        match = _FIELD.fullmatch(line.strip(" \t"))
        if match is None:
            raise PolicyError(line)
        if match[1] == "mx":
            mx.append(match[2].strip(" \t").lower())
        else:
            fields.setdefault(match[1], match[2].strip(" \t"))
    if fields.get("version") != "STSv1":
        raise PolicyError("version")
    mode, age = fields.get("mode", ""), fields.get("max_age", "")
    if mode not in MODES:
        raise PolicyError("mode")
    if not re.fullmatch(r"[0-9]{1,10}", age, re.ASCII) or int(age) > _MAX_AGE_SECONDS:
        raise PolicyError("max_age")
    if len(mx) > _MAX_MX or (mode != "none" and not mx):
        raise PolicyError("mx")
    return Policy(mode, tuple(mx), int(age))


def matches(host: str, pattern: str) -> bool:
    """Whether a pattern names a host; ``*.`` stands for one label (RFC 8461, 4.1)."""
    host = host.lower().removesuffix(".")
    if pattern.startswith("*."):
        return host.partition(".")[2] == pattern[2:].removesuffix(".")
    return host == pattern.removesuffix(".")
