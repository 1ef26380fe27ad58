"""How domains protect themselves, for people and for scripts (docs/contract.md, section 5).

1. Records are what the owner of a zone wrote, so every value passes the sanitiser.
2. For people every finding says what an attacker gains and what the owner should publish, in the
   words of `explain`.
3. Domains are written as they come; a JSON document is complete when the last one is.
"""

from typing import IO, Protocol

from verifykb import __version__
from verifykb.model.finding import Finding
from verifykb.model.posture import Note, Part, Posture
from verifykb.render import Style
from verifykb.render.contact_json import to_json
from verifykb.render.json_report import SCHEMA_VERSION
from verifykb.render.shared import finding_object
from verifykb.render.terminal import wrapped
from verifykb.rules import RULES
from verifykb.text.safe import safe_line

FORMATS = ("plain", "table", "json")
# Told, but nothing that an owner should change.
_NO_WEAKNESS = frozenset({"DOM014", "DOM020"})
_MAX_RECORD_CHARACTERS = 4096


class DomainReport(Protocol):
    """Writes postures, one by one."""

    def begin(self) -> None:
        """Write what comes before the first domain."""

    def domain(self, posture: Posture) -> None:
        """Write one domain."""

    def end(self) -> None:
        """Write what comes after the last one."""


def domain_report(name: str, out: IO[str], style: Style) -> DomainReport:
    """Make the renderer of a format."""
    if name == "json":
        return JsonDomains(out, style)
    if name == "table" and style.boxes:
        from verifykb.render.domain_table import TableDomains

        return TableDomains(out, style)
    return PlainDomains(out, style)


def as_finding(note: Note) -> Finding:
    """Give a note as the finding that reports show."""
    rule, values = note
    return Finding(RULES[rule], values)


class PlainDomains:
    """Writes a line for the domain and one for each finding."""

    def __init__(self, out: IO[str], style: Style) -> None:
        self._out = out
        self._style = style

    def begin(self) -> None:
        """Write nothing: the answer comes first."""

    def domain(self, posture: Posture) -> None:
        """Write one domain."""
        words = self._style.wording
        lines = [f"  {self._line(note)}" for note in posture.findings]
        if not posture.is_known:
            summary = words.text("domain", "unknown")
        elif all(rule in _NO_WEAKNESS for rule, _ in posture.findings):
            summary = words.text("domain", "clean")
        else:
            summary = words.text("domain", "heading", count=len(lines))
        for line in (f"{safe_line(posture.name)}: {summary}", *lines):
            self._out.write(wrapped(line, self._style.width) + "\n")

    def _line(self, note: Note) -> str:
        words = self._style.wording
        told = words.explanation(note[0])
        parts = [f"{note[0]} {words.sentence(as_finding(note))}"]
        parts += [f"{words.text('domain', key)}: {told[key]}" for key in ("why", "todo")]
        return " ".join(parts)

    def end(self) -> None:
        """Write nothing: a domain stands for itself."""


class JsonDomains:
    """Writes one document."""

    def __init__(self, out: IO[str], style: Style) -> None:
        self._out = out
        self._style = style
        self._separator = "\n"

    def begin(self) -> None:
        """Write what the document is."""
        top = {"schema_version": SCHEMA_VERSION, "tool": {"name": "verifykb", "version": __version__}}
        self._out.write(to_json(top)[:-1] + ',\n"domains": [')

    def domain(self, posture: Posture) -> None:
        """Write one domain."""
        self._out.write(self._separator + to_json(self._object(posture)))
        self._separator = ",\n"

    def end(self) -> None:
        """Close the document."""
        self._out.write("]}\n")

    def _object(self, posture: Posture) -> dict[str, object]:
        parts = ("spf", "dmarc", "mta_sts", "tls_rpt", "dnssec")
        is_known = posture.mx.status in (Part.FOUND, Part.ABSENT)
        return {
            "name": safe_line(posture.name),
            "domain": posture.domain or None,
            "exists": posture.exists,
            "mx": _plain(posture.mx.hosts) if is_known else None,
            **{name: _plain(getattr(posture, name)) for name in parts},
            "findings": [finding_object(as_finding(note), self._style) for note in posture.findings],
        }


def _plain(value: object) -> object:
    """Turn a part's types into what JSON has."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return safe_line(value, _MAX_RECORD_CHARACTERS) if isinstance(value, str) else value
