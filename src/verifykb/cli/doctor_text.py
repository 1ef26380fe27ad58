"""The text of `doctor`: the answer first, then what to do, then what is in force."""

import json
import platform
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from verifykb import __version__
from verifykb.directory.types import Directory
from verifykb.doctor import PARTS, DnsCheck, Setting, Shortcoming
from verifykb.text.safe import safe_line
from verifykb.wording import Wording


class Diagnosis(NamedTuple):
    """Everything that `doctor` tells.

    Args:
        file: the settings file; empty where none was read.
        settings: each setting in force.
        directory: the official contacts.
        today: the real day in Vietnam.
        dns: how the question to DNS ended.
        encodings: of ``stdout``, the ``locale`` with ``locale_encoding``, and ``file_names``.
        parts: the optional parts that can be imported.
        shortcomings: what should be put right.
    """

    file: str
    settings: tuple[Setting, ...]
    directory: Directory
    today: date
    dns: DnsCheck
    encodings: Mapping[str, str]
    parts: tuple[str, ...]
    shortcomings: tuple[Shortcoming, ...]

    @property
    def is_ready(self) -> bool:
        """Whether a contact can be `verified` at all."""
        return not any(shortcoming.blocks for shortcoming in self.shortcomings)

    @property
    def is_stale(self) -> bool:
        """Whether the directory is stale, or the clock before its issue."""
        return any(found.key in ("directory-stale", "clock-wrong") for found in self.shortcomings)


def as_lines(diagnosis: Diagnosis, wording: Wording) -> str:
    """Give the diagnosis as label-value lines."""
    return "\n".join(_lines(diagnosis, wording)) + "\n"


def _lines(diagnosis: Diagnosis, wording: Wording) -> Iterator[str]:
    def words(*keys: str, **values: object) -> str:
        return wording.text("doctor", *keys, **values)

    yield words("ready" if diagnosis.is_ready else "not_ready")
    for heading, blocks in (("must", True), ("should", False)):
        advice = [found for found in diagnosis.shortcomings if found.blocks is blocks]
        if advice:
            yield f"{words(heading)}:"
        yield from (f"  {number}. {_advice(found, wording)}" for number, found in enumerate(advice, start=1))
    yield f"{words('settings')}: {safe_line(diagnosis.file) or words('no_file')}"
    for setting in diagnosis.settings:
        origin = words("origin", setting.origin)
        where = setting.where if setting.origin in ("option", "environment") else ""
        yield f"  {setting.key}: {_shown(setting.value, wording)} ({origin}{' ' * bool(where)}{safe_line(where)})"
    directory = diagnosis.directory
    yield words(
        "directory_line",
        serial=directory.serial,
        issued=f"{directory.issued:%d/%m/%Y}",
        age=(diagnosis.today - directory.issued).days,
        review_by=f"{directory.review_by:%d/%m/%Y}",
        state=words("stale" if diagnosis.is_stale else "current"),
    )
    yield _dns(diagnosis.dns, wording)
    yield words("encodings", **diagnosis.encodings)
    states = (f"{part} {words('yes' if part in diagnosis.parts else 'no')}" for part in PARTS)
    yield f"{words('parts')}: {', '.join(states)}"
    yield f"verifykb {__version__}, Python {platform.python_version()}"


def _advice(found: Shortcoming, wording: Wording) -> str:
    values = dict(found.values)
    if "reason" in values:
        values["reason"] = _reason(values["reason"], wording)
    if "part" in values:
        values["use"] = wording.text("doctor", "use", values["part"])
    return wording.text("doctor", "advice", found.key, **values)


def _reason(reason: str, wording: Wording) -> str:
    try:
        return wording.text("doctor", "reason", reason)
    except KeyError:  # a kind that is newer than its words
        return safe_line(reason)


def _dns(dns: DnsCheck, wording: Wording) -> str:
    result = wording.text("doctor", "dns", dns.result)
    if dns.result == "unknown":
        result = f"{result}: {_reason(dns.reason, wording)}"
    if dns.result == "not-asked":
        return f"DNS: {result}"
    seconds = wording.text("doctor", "seconds", seconds=f"{dns.seconds:.2f}")
    return f"DNS: {safe_line(dns.name)} TXT: {result} ({seconds})"


def _shown(value: object, wording: Wording) -> str:
    if isinstance(value, bool):
        return wording.text("doctor", "yes" if value else "no")
    if isinstance(value, tuple):
        value = ", ".join(value)
    if isinstance(value, float):
        value = f"{value:g}"
    return safe_line(str(value)) or wording.text("doctor", "unset")


def as_json(diagnosis: Diagnosis, wording: Wording) -> str:
    """Give the diagnosis as data; only ``message`` has a language."""
    directory = diagnosis.directory
    data = {
        "schema_version": 1,
        "tool": {"name": "verifykb", "version": __version__, "python": platform.python_version()},
        "ready": diagnosis.is_ready,
        "advice": [
            {"key": found.key, "blocks": found.blocks, "message": _advice(found, wording)}
            for found in diagnosis.shortcomings
        ],
        "config": safe_line(diagnosis.file) or None,
        "settings": {
            setting.key: {
                "value": _plain(setting.value),
                "origin": setting.origin,
                "where": safe_line(setting.where) or None,
            }
            for setting in diagnosis.settings
        },
        "directory": {
            "serial": directory.serial,
            "issued": directory.issued.isoformat(),
            "review_by": directory.review_by.isoformat(),
            "sha256": directory.sha256,
            "age_days": (diagnosis.today - directory.issued).days,
            "stale": diagnosis.is_stale,
        },
        "dns": {**diagnosis.dns._asdict(), "seconds": round(diagnosis.dns.seconds, 3)},
        "encodings": {name: safe_line(value) for name, value in diagnosis.encodings.items()},
        "parts": {part: part in diagnosis.parts for part in PARTS},
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _plain(value: Any) -> object:
    if isinstance(value, tuple):
        return [safe_line(item) for item in value]
    return safe_line(value) if isinstance(value, str) else value
