"""What reports that list contacts have in common: what needs attention, where it stands, and what is not listed.

1. A contact that was contradicted or prohibited, or that did not reach the required verdict, needs attention,
   unless a baseline or an option of the run says that it does not count.
2. What is counted but not listed is said in words; silence is never an all-clear.
3. Everything in here is safe to show.
"""

import heapq
import os
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from verifykb.model.finding import Effect, Finding
from verifykb.model.report import CaseJudgement, Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.entry import Entry, EntryFinding
from verifykb.render.shared import error_words, place_of, source_words
from verifykb.text.personal import mask_personal
from verifykb.text.safe import safe_line

AGAINST = (Verdict.PROHIBITED, Verdict.CONTRADICTED)
# More would hide the contacts among them; the rest is counted.
MAX_ERRORS = 1000
MAX_CASES = 200
_ACCUSES = (Effect.PROHIBITS.value, Effect.CONTRADICTS.value)
_SHEET = re.compile(r"(\.xls[xm])\[[^\[\]]+\]$", re.IGNORECASE)


def is_failing(entry: Entry) -> bool:
    """Whether the run fails by a contact: by a finding that counts, of the verdict of `--fail-on` or worse."""
    if entry.fails is not None:
        return entry.counts and entry.fails
    accuses = any(item.effect in _ACCUSES and not item.accepted for item in entry.findings)
    return entry.verdict in AGAINST and entry.counts and accuses


def is_below(entry: Entry, require: Verdict) -> bool:
    """Whether a contact counts as one that did not reach the required verdict."""
    return entry.counts and not is_failing(entry) and not entry.verdict.reaches(require)


def is_set_aside(entry: Entry, require: Verdict) -> bool:
    """Whether a contact would need attention, but a baseline or an option says that it does not count."""
    return not entry.counts and (entry.verdict in AGAINST or not entry.verdict.reaches(require))


def open_findings(entry: Entry) -> tuple[EntryFinding, ...]:
    """Give what is still open about a contact that is not contradicted: what lacks, else what could be forged."""
    lacking = tuple(item for item in entry.findings if item.effect == Effect.LACKS.value)
    forgeable = tuple(item for item in entry.findings if item.effect == Effect.SUPPORTS.value)
    return lacking or forgeable or entry.findings


def deciding_findings(entry: Entry) -> tuple[EntryFinding, ...]:
    """Give what decided against a contact, the worst first, or what is still open; all findings of a verified one.

    Where the run does not fail by what decided against it, what is open is given as well.
    """
    if entry.verdict in AGAINST:
        accusing = tuple(item for effect in _ACCUSES for item in entry.findings if item.effect == effect)
        lacking = tuple(item for item in entry.findings if item.effect == Effect.LACKS.value)
        return accusing if is_failing(entry) or not entry.counts else (*accusing, *lacking)
    return entry.findings if entry.verdict is Verdict.VERIFIED else open_findings(entry)


def place_of_entry(entry: Entry) -> tuple[str, int]:
    """Give file and row of a contact; the saved mail itself, without a row, where that is the record.

    A sheet of a workbook stands in brackets behind its file.
    The row of a mail in a folder or an mbox is its number there, and no line of any file. What was
    typed stands in no file.
    """
    if not entry.file:
        return "", 0
    folder = entry.file.rstrip(os.sep + "/")
    if entry.mail == entry.file or entry.mail.startswith((folder + os.sep, folder + "/")):
        inside, _, part = entry.mail.rpartition("#")
        is_part = inside.rstrip(os.sep + "/") == folder and "-" in part
        return (entry.file if is_part else entry.mail), 0
    return entry.file, entry.row


def sheet_of(name: str) -> str:
    """Give the sheet that is named behind the file of a log; empty where none is."""
    return name.removeprefix(file_of(name))[1:-1]


def file_of(name: str) -> str:
    """Give the file of a log; a sheet of a workbook is named in brackets behind it."""
    return _SHEET.sub(r"\1", name)


def reason_words(finding: EntryFinding) -> str:
    """Give a finding as a line: rule, sentence, source."""
    return f"{finding.rule} {finding.message} [{finding.source}]"


class Problem(NamedTuple):
    """Something that could not be read: its place, what happened, why, and what to do."""

    file: str
    row: int
    place: str
    what: str
    why: str
    how: str

    @property
    def message(self) -> str:
        """What happened, why, and what to do."""
        return " ".join(part for part in (self.what, self.why, self.how) if part)


class Case(NamedTuple):
    """All contacts of one matter, judged together.

    Args:
        name: as the log calls it.
        title: name and number of contacts, in words.
        verdict: the answer for the whole matter.
        size: how many contacts there are.
        reasons: what decided it, a line each.
    """

    name: str
    title: str
    verdict: Verdict
    size: int
    reasons: tuple[str, ...]


class Listing:
    """Words for one report.

    Args:
        style: how to write.
        masked: cover personal data.
    """

    def __init__(self, style: Style, *, masked: bool) -> None:
        self._style = style
        self._wording = style.wording
        self._masked = masked

    def covered(self, text: str) -> str:
        """Cover the personal data of a raw value where the report does, and make it safe."""
        return safe_line(self._cover(text))

    def _cover(self, text: str) -> str:
        return mask_personal(text, self._style.directory.published) if self._masked else text

    def problems(self, summary: Summary) -> Iterator[Problem]:
        """Give what could not be read, as much as is listed."""
        for error in islice(summary.errors, MAX_ERRORS):
            told = error._replace(values={name: self._cover(value) for name, value in error.values.items()})
            yield Problem(safe_line(error.file), error.row, place_of(error), *error_words(told, self._wording))

    def more_problems(self, summary: Summary) -> str:
        """Say how many of them are not listed; nothing where all are."""
        more = len(summary.errors) - MAX_ERRORS
        return self._wording.text("attention", "more_unreadable", count=more) if more > 0 else ""

    def cases(self, summary: Summary) -> list[Case]:
        """Give the matters that several contacts belong to, the worst first, as many as are listed."""
        worst = heapq.nsmallest(MAX_CASES, summary.cases, key=lambda case: case.verdict.rank)
        return [self._case(case) for case in worst]

    def _case(self, case: CaseJudgement) -> Case:
        wanted = _ACCUSES if case.verdict in AGAINST else (Effect.LACKS.value,)
        reasons = [self._reason(item) for effect in wanted for item in case.findings if item.effect.value == effect]
        name = self.covered(case.case)
        title = self._wording.text("attention", "case_of", name=name, count=case.size)
        return Case(name, title, case.verdict, case.size, tuple(dict.fromkeys(reasons)))

    def _reason(self, finding: Finding) -> str:
        told = finding._replace(values={name: self._cover(value) for name, value in finding.values.items()})
        source = source_words(finding, self._style.directory, self._wording)
        return f"{finding.rule.id} {self._wording.sentence(told)} [{source}]"

    def counts(self, summary: Summary) -> str:
        """Give the numbers of a run in one sentence, and what its best verdict is worth."""
        wording = self._wording
        if not summary.contacts:
            counts = [wording.text("report", "none").rstrip(".")]
        else:
            counts = [f"{summary.contacts} {wording.text('report', 'contacts')}"]
        counts += [
            f"{summary.verdicts[verdict]} {wording.text('verdict', verdict.value)}"
            for verdict in Verdict
            if summary.verdicts[verdict]
        ]
        if summary.errors:
            counts.append(f"{len(summary.errors)} {wording.text('report', 'unreadable_count')}")
        if summary.accepted:
            counts.append(wording.text("attention", "accepted", count=summary.accepted))
        said = f"{'; '.join(counts)}."
        return f"{said} {self.caution(summary)}".rstrip()

    def caution(self, summary: Summary) -> str:
        """Say that contacts which merely fit are not proven; nothing where there are none."""
        if not summary.verdicts[Verdict.CONSISTENT]:
            return ""
        label, meaning = (self._wording.text(key, Verdict.CONSISTENT.value) for key in ("verdict", "meaning"))
        return f"{label}: {meaning}"

    def unlisted(self, summary: Summary) -> str:
        """Say which contacts were judged but are not listed; nothing where all are."""
        counts = ", ".join(
            f"{count} {self._wording.text('verdict', verdict.value)}"
            for verdict in Verdict
            if (count := summary.unlisted[verdict])
        )
        return self._wording.text("attention", "unlisted", counts=counts) if counts else ""

    def incomplete(self, summary: Summary) -> str:
        """Say that a run was interrupted; nothing where it was not."""
        return self._wording.text("report", "incomplete") if summary.incomplete else ""

    def why_set_aside(self, entry: Entry) -> str:
        """Say why a contact does not count."""
        reasons = dict.fromkeys(item.accepted for item in entry.findings if item.accepted)
        if not reasons:
            return self._wording.text("attention", "set_aside")
        return " ".join(self._wording.text("attention", "accepted_because", reason=reason) for reason in reasons)


def worst_unlisted(summary: Summary) -> Verdict | None:
    """Give the worst verdict of a contact that is not listed; None where all are."""
    return next((verdict for verdict in Verdict if summary.unlisted[verdict]), None)
