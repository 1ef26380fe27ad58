"""What is in force, and what would keep every contact from being `verified`. Pure.

1. A shortcoming that blocks makes `verified` impossible for every contact, or leaves DNS
   without an answer; the others only cost evidence.
2. Nothing here is a sentence: keys and values, as in a finding.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from verifykb.checks.directory import is_stale
from verifykb.config import Settings
from verifykb.config_values import KEYS
from verifykb.directory.types import Directory
from verifykb.dns.answer import Answer, Status

# What reading mails and asking DNS stand on; without the first two no mail can be authenticated.
PARTS = ("dns", "dkim", "httpx2", "nacl", "oxmsg")
_NEEDED = ("dns", "dkim")
_RESULTS = {
    Status.FOUND: "answered",
    Status.NODATA: "no-record",
    Status.NXDOMAIN: "no-name",
    Status.TEMPORARY: "unknown",
}


class Setting(NamedTuple):
    """One setting in force.

    Args:
        key: as in the file, e.g. ``dns.doh``.
        value: a text, texts, a number, or yes or no.
        origin: ``default``, ``file``, ``option`` or ``environment``.
        where: the file, option or variable; empty for a default.
    """

    key: str
    value: object
    origin: str
    where: str = ""


class DnsCheck(NamedTuple):
    """How one question to DNS ended.

    Args:
        name: the name whose TXT records were asked for.
        result: ``answered``, ``no-record``, ``no-name``, ``unknown`` or ``not-asked``.
        reason: the kind, where it is unknown (`dns.answer.Answer`).
        seconds: how long it took.
    """

    name: str
    result: str
    reason: str = ""
    seconds: float = 0.0


class Shortcoming(NamedTuple):
    """Something to put right.

    Args:
        key: its words in ``wording/`` (``doctor.advice.<key>``).
        blocks: nothing can be `verified` while it lasts.
        values: for the holes of its words.
    """

    key: str
    blocks: bool
    values: Mapping[str, str]


def settings_in_force(settings: Settings, language: str, language_origin: str) -> tuple[Setting, ...]:
    """Give every setting with its value and what set it.

    Args:
        settings: file and command line together.
        language: the one in use.
        language_origin: from `wording.language_and_origin`.
    """
    origins = {name: where for name, where in settings.origins.items() if name != "lang"}
    if language_origin:
        origins["lang"] = settings.file if language_origin == "lang" else language_origin
    in_force = []
    for key, (field, _, _) in KEYS.items():
        value = language if key == "lang" else getattr(settings, field)
        where = origins.get(key, "")
        in_force.append(Setting(key, value, _origin(where, settings.file), where))
    return tuple(in_force)


def _origin(where: str, file: str) -> str:
    if not where:
        return "default"
    if where == file:
        return "file"
    return "option" if where.startswith("--") else "environment"


def dns_check(name: str, answer: Answer, seconds: float) -> DnsCheck:
    """Give what an answer says about DNS itself."""
    return DnsCheck(name, _RESULTS.get(answer.status, "not-asked"), answer.reason, seconds)


def shortcomings(
    settings: Settings, directory: Directory, today: date, dns: DnsCheck, parts: Collection[str]
) -> tuple[Shortcoming, ...]:
    """Give what should be put right, what blocks first.

    Args:
        settings: in force.
        directory: the official contacts.
        today: the real day in Vietnam.
        dns: how the question about the official mail domain ended.
        parts: those of `PARTS` that can be imported.
    """
    found = []
    if not settings.office_mailboxes:
        found.append(Shortcoming("no-office-mailbox", True, {}))
    if is_stale(directory, (today,)):
        reason = "clock-wrong" if today < directory.issued else "directory-stale"
        days = {"issued": f"{directory.issued:%d/%m/%Y}", "review_by": f"{directory.review_by:%d/%m/%Y}"}
        found.append(Shortcoming(reason, True, days))
    missing = [part for part in PARTS if part not in parts]
    found += [Shortcoming("part-missing", _is_needed(part, settings), {"part": part}) for part in missing]
    if dns.result == "unknown":
        found.append(Shortcoming("dns-unknown", True, {"reason": dns.reason}))
    if dns.result == "no-name":
        found.append(Shortcoming("dns-no-name", True, {"name": dns.name}))
    if not settings.boundary:
        found.append(Shortcoming("no-boundary", False, {}))
    return tuple(sorted(found, key=lambda shortcoming: not shortcoming.blocks))


def _is_needed(part: str, settings: Settings) -> bool:
    return part in _NEEDED or (part == "httpx2" and bool(settings.doh))
