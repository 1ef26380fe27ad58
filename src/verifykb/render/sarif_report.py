"""The report as SARIF 2.1.0, for code scanning and the viewers of it.

1. A finding that contradicts or prohibits is a result of kind ``fail`` and level ``error``. A contact that
   has none, and does not reach what is required, has results of kind ``open`` and level ``none``: what lacks,
   or what could be forged. What needs no attention has no result: a pass is about a contact, not about a rule.
2. What a baseline accepts, or an option of the run sets aside, is a suppressed result; what could not be
   read, or is not listed, is a notification.
3. A result is known again by rule and contact, without rows, days and ids (`render.fingerprint`).
4. In messages a link or a placeholder that a value brought is none: 3.11.5 and 3.11.6 of the standard.

Source: OASIS SARIF 2.1.0 (errata 01), 3.27.9 (kind), 3.27.10 (level), 3.27.17 (partialFingerprints).
"""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from typing import IO, Any

from verifykb.model.finding import Effect
from verifykb.model.report import Header, Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.attention import (
    AGAINST,
    Case,
    Listing,
    deciding_findings,
    file_of,
    place_of_entry,
    sheet_of,
    worst_unlisted,
)
from verifykb.render.contact_json import to_json
from verifykb.render.entry import Entry, EntryFinding
from verifykb.render.file_uri import file_uri
from verifykb.render.listed import ListedReport
from verifykb.rules import RULES
from verifykb.text.safe import safe_line

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_FAILS = (Effect.PROHIBITS.value, Effect.CONTRADICTS.value)
_MOST_INPUTS = 1000  # a folder of mails has one for each
_STDIN = "-"


class SarifReport(ListedReport):
    """Writes a result as its contact comes, one a line inside the document; the tool and its rules come after them."""

    def __init__(self, out: IO[str], style: Style) -> None:
        super().__init__(style)
        self._out = out
        self._listing = Listing(style, masked=self.masked)
        self._header: Header | None = None
        self._separator = "\n"
        self._rules: dict[str, int] = {}
        self._known: Counter[str] = Counter()

    def begin(self, header: Header) -> None:
        """Open the document and its one run."""
        self._header = header
        top = {"$schema": _SCHEMA, "version": "2.1.0"}
        self._out.write(to_json(top)[:-1] + ',\n"runs": [{"results": [')

    def entry(self, entry: Entry) -> None:
        """Write the results of a contact."""
        require = self._header.require if self._header else Verdict.CONSISTENT
        if entry.verdict not in AGAINST and entry.verdict.reaches(require):
            return
        for finding in deciding_findings(entry):
            self._out.write(self._separator + to_json(self._result(entry, finding)))
            self._separator = ",\n"

    def _result(self, entry: Entry, finding: EntryFinding) -> dict[str, Any]:
        is_fail = finding.effect in _FAILS
        index = self._rules.setdefault(finding.rule, len(self._rules))
        known = self._fingerprint(entry, finding)
        help_ = f"{self._wording.text('report', 'do_now')}: {' '.join(entry.urgent_advice)}"
        label = self._wording.text("verdict", entry.verdict.value)
        result: dict[str, Any] = {
            "ruleId": finding.rule,
            "ruleIndex": index,
            "kind": "fail" if is_fail else "open",
            "level": "error" if is_fail else "none",
            "message": _message(f"{entry.id}: {label}. {finding.message} ({finding.source}) {help_}"),
            "locations": [_location(entry)],
            # GitHub knows a result again by the second name only, and else by the line of the file.
            "partialFingerprints": {"verifykbContact/v1": known, "primaryLocationLineHash": known},
            "properties": _properties(entry, finding),
        }
        why = finding.accepted or ("" if entry.counts else self._listing.why_set_aside(entry))
        if why:
            result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
        return result

    def _fingerprint(self, entry: Entry, finding: EntryFinding) -> str:
        """Name a result; those that look alike are numbered in the order they come."""
        name = sha256(f"{finding.rule}\n{entry.fingerprint}".encode()).hexdigest()[:32]
        self._known[name] += 1
        return f"{name}:{self._known[name]}"

    def end(self, summary: Summary) -> None:
        """Write the tool, how the run went, and the numbers."""
        self._out.write("],\n")
        rest = {
            "columnKind": "unicodeCodePoints",
            "language": self._wording.language,
            "tool": {"driver": self._driver()},
            "artifacts": [_artifact(file.path, file.sha256) for file in islice(summary.inputs, _MOST_INPUTS)],
        }
        self._out.write(to_json(rest)[1:-1] + ",\n")
        done = "false" if summary.incomplete else "true"
        self._out.write(f'"invocations": [{{"executionSuccessful": {done}, "toolExecutionNotifications": [')
        separator = "\n"
        for notification in self._notifications(summary):
            self._out.write(separator + to_json(notification))
            separator = ",\n"
        self._out.write("]}],\n" + to_json({"properties": self._numbers(summary)})[1:-1] + "}]}\n")

    def _driver(self) -> dict[str, Any]:
        version = self._header.tool_version if self._header else ""
        return {
            "name": "verifykb",
            "version": version,
            "language": self._wording.language,
            "rules": [self._rule(rule) for rule in self._rules],
        }

    def _rule(self, id_: str) -> dict[str, Any]:
        rule, told = RULES[id_], self._wording.explanation(id_)
        is_fail = rule.effect in _FAILS
        return {
            "id": rule.id,
            "name": rule.name,
            "shortDescription": _message(self._wording.text("rules", rule.id, "title")),
            "fullDescription": _message(told["what"]),
            "help": _message("\n\n".join((told["what"], told["why"], told["todo"]))),
            "defaultConfiguration": {"level": "error" if is_fail else "none"},
            "properties": {"axis": rule.axis.value, "effect": rule.effect.value, "sources": list(rule.sources)},
        }

    def _notifications(self, summary: Summary) -> Iterator[dict[str, Any]]:
        unreadable = self._wording.text("report", "unreadable")
        for problem in self._listing.problems(summary):
            message = f"{unreadable}: {problem.place}: {problem.message}"
            yield _notification("error", message) | {"locations": [_place(file_of(problem.file), problem.row)]}
        for case in self._listing.cases(summary):
            if case.verdict in AGAINST:
                yield _notification("error", self._about(case))
        worst = worst_unlisted(summary)
        header = self._header
        stale = self._wording.text("report", "directory_stale") if header and header.stale else ""
        for level, text in (
            ("error", self._listing.more_problems(summary)),
            ("error", self._listing.incomplete(summary)),
            ("error" if worst in AGAINST else "note", self._listing.unlisted(summary)),
            ("warning", f"{self._wording.text('report', 'directory')}: {stale}" if stale else ""),
            ("note", self._listing.counts(summary)),
        ):
            if text:
                yield _notification(level, text)

    def _about(self, case: Case) -> str:
        return f"{case.title}: {self._wording.text('verdict', case.verdict.value)}. {' '.join(case.reasons)}"

    def _numbers(self, summary: Summary) -> dict[str, Any]:
        counts = {verdict.value: summary.verdicts[verdict] for verdict in reversed(Verdict)}
        unlisted = {verdict.value: count for verdict, count in summary.unlisted.items() if count}
        numbers: dict[str, Any] = {
            "summary": {"contacts": summary.contacts, **counts, "unreadable": len(summary.errors)},
        }
        if unlisted:
            numbers["unlisted"] = unlisted
        if summary.accepted:
            numbers["accepted"] = summary.accepted
        cases = [
            {"case": case.name, "verdict": case.verdict.value, "contacts": case.size}
            for case in self._listing.cases(summary)
        ]
        if cases:
            numbers["cases"] = cases
        if self._header is not None:
            header = self._header
            numbers["directory"] = {
                "serial": header.serial,
                "issued": header.issued,
                "review_by": header.review_by,
                "sha256": header.sha256,
                "stale": header.stale,
            }
            numbers["policy"] = {"require": header.require.value, "dns": header.dns}
        return numbers


def _message(text: str) -> dict[str, str]:
    """Make a message string in which nothing is a placeholder or a link."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": _message(text)}


def _location(entry: Entry) -> dict[str, Any]:
    file, row = place_of_entry(entry)
    # A saved mail is meant as a whole; code scanning takes no result without a line.
    sheet = sheet_of(file)
    sheets = [{"name": sheet, "kind": "sheet"}] if sheet else []
    return _place(file_of(file), row or 1) | {"logicalLocations": [{"name": entry.id, "kind": "contact"}, *sheets]}


def _place(file: str, row: int) -> dict[str, Any]:
    """Give the place of a record; a line of standard input is a line of no file."""
    if not file or file == _STDIN:
        return {}
    physical: dict[str, Any] = {"artifactLocation": {"uri": file_uri(file)}}
    if row:
        physical["region"] = {"startLine": row}
    return {"physicalLocation": physical}


def _artifact(path: str, digest: str) -> dict[str, Any]:
    place = {} if path == _STDIN else {"location": {"uri": file_uri(safe_line(path))}}
    return {**place, "hashes": {"sha-256": digest}}


def _properties(entry: Entry, finding: EntryFinding) -> dict[str, str]:
    told = {
        "contact": entry.id,
        "verdict": entry.verdict.value,
        "axis": finding.axis,
        "effect": finding.effect,
        "source": finding.source,
        "case": entry.case,
        "received_at": entry.received_at,
        "channel": entry.channel,
        "code": entry.code,
        "sender": entry.sender,
        "phone": entry.phone,
        "extension": entry.extension,
    }
    return {name: value for name, value in told.items() if value}
