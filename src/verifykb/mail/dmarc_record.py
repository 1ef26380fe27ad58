"""A DMARC record as text in, tags out (RFC 9989, 4.7, 4.8). Pure.

1. ``v=DMARC1`` stands first, exact and in this case; white space around ``=`` is allowed everywhere.
2. Values that are literals in the grammar have no case; URIs keep theirs.
3. ``pct``, ``rf``, ``ri`` and unknown tags are ignored.
4. Without a valid ``p``, ``sp`` and ``np`` a record asks for reports at most: ``p=none``.
"""

import re
from typing import NamedTuple

POLICIES = ("none", "quarantine", "reject")
_VERSION = re.compile(r"[ \t]*v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[\x21-\x7e]+")
_MAILTO = re.compile(r"mailto:[^@\s]+@[^@\s]+", re.IGNORECASE)
_LOWERED = {"reject": "quarantine", "quarantine": "none", "none": "none"}
_MAX_RECORD_CHARACTERS = 4096  # as for SPF: nobody honest needs it


class DmarcRecord(NamedTuple):
    """What a record asks for.

    Args:
        policy: for the domain itself (``p``): ``none``, ``quarantine``, ``reject``; empty where
            the record asks for no DMARC processing at all.
        subdomains: for names below it (``sp``), already fallen back to ``p``.
        nonexistent: for names that do not exist (``np``), already fallen back to ``sp``; empty
            where the record has no ``np`` of its own.
        psd: ``y``, ``n`` or ``u`` (unknown).
        testing: ``t=y``: the requested policy counts one level lower.
        strict_dkim, strict_spf: ``adkim=s``, ``aspf=s``.
        reports: the URIs of ``rua`` that are valid.
    """

    policy: str
    subdomains: str
    nonexistent: str = ""
    psd: str = "u"
    testing: bool = False
    strict_dkim: bool = False
    strict_spf: bool = False
    reports: tuple[str, ...] = ()

    def requested(self, policy: str) -> str:
        """Give a policy as it is requested: one level lower in test mode (RFC 9989, 4.7, t)."""
        return _LOWERED[policy] if self.testing and policy else policy


def read_record(text: str) -> DmarcRecord | None:
    """Read a TXT record of a ``_dmarc`` name; None where it is no DMARC record."""
    if len(text) > _MAX_RECORD_CHARACTERS or not _VERSION.match(text):
        return None
    tags: dict[str, str] = {}
    for piece in text.split(";")[1:]:
        name, equals, value = piece.partition("=")
        name = name.strip(" \t").lower()
        if equals and name in tags:
            return None  # RFC 6376, 3.2: a list that names a tag twice is invalid
        if equals:
            tags[name] = value.strip(" \t")
    return None if "v" in tags else _interpreted(tags)


def _interpreted(tags: dict[str, str]) -> DmarcRecord:
    asked = {name: tags[name].lower() for name in ("p", "sp", "np") if name in tags}
    reports = tuple(uri for uri in map(str.strip, tags.get("rua", "").split(",")) if _is_uri(uri))
    policy = asked.get("p", "")
    if policy not in POLICIES or any(value not in POLICIES for value in asked.values()):
        asked = {}
        policy = "none" if reports else ""
    return DmarcRecord(
        policy=policy,
        subdomains=asked.get("sp", policy),
        nonexistent=asked.get("np", ""),
        psd=psd if (psd := tags.get("psd", "u").lower()) in ("y", "n") else "u",
        testing=tags.get("t", "n").lower() == "y",
        strict_dkim=tags.get("adkim", "r").lower() == "s",
        strict_spf=tags.get("aspf", "r").lower() == "s",
        reports=reports,
    )


def _is_uri(text: str) -> bool:
    if text.lower().startswith("mailto:"):
        return _MAILTO.fullmatch(text) is not None
    return _URI.fullmatch(text) is not None
