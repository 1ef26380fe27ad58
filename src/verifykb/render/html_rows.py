"""Contacts, cases and unreadable places for the HTML report, as its template shows them.

1. A row shows what decided the verdict; everything else stands in its details, nothing is left out.
2. A contact that only fits says so in its row: the meaning of its verdict is its first reason.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from itertools import islice
from pathlib import PurePath
from typing import NamedTuple

from verifykb.model.finding import Axis, Effect, Finding
from verifykb.model.report import CaseJudgement, Unreadable
from verifykb.model.verdict import Standing, Verdict
from verifykb.render import Style
from verifykb.render.entry import Entry, EntryFinding
from verifykb.render.html_words import Words
from verifykb.render.shared import OWN_POLICY, error_words, place_of, source_words
from verifykb.text.safe import safe_line

# More would hide the contacts below them; the run's exit status and the other formats hold the rest.
MAX_ERRORS = 200
MAX_CASES = 200
MAX_INPUTS = 200  # a folder of mails is a file each
# What decided a verdict; everything where nothing keeps the contact from a better one.
_DECIDING = {
    Verdict.PROHIBITED: (Effect.PROHIBITS, Effect.CONTRADICTS),
    Verdict.CONTRADICTED: (Effect.CONTRADICTS,),
    Verdict.UNPROVEN: (Effect.LACKS,),
    Verdict.CONSISTENT: (),
    Verdict.VERIFIED: (Effect.PROVES,),
}
_WORST = (Effect.PROHIBITS, Effect.CONTRADICTS, Effect.LACKS)


class Row(NamedTuple):
    """One contact.

    Args:
        entry: the contact in words.
        order: its place in the input, from 0.
        deciding: the findings that decided the verdict.
        others: all other findings.
        who: label and value of what identifies the contact.
        time, channel: in words; empty where they were not given.
        place: file and row, and the name of its saved mail; empty for a contact that was typed.
        rules: ids that the table is filtered by, separated by blanks.
    """

    entry: Entry
    order: int
    deciding: tuple[EntryFinding, ...]
    others: tuple[EntryFinding, ...]
    who: tuple[tuple[str, str], ...]
    time: str
    channel: str
    place: str
    rules: str

    @property
    def axes(self) -> tuple[tuple[str, str], ...]:
        """Axis and standing, by their keys."""
        return tuple((axis.value, self.entry.axes[axis.value]) for axis in Axis if axis.value in self.entry.axes)

    @property
    def accepted(self) -> bool:
        """Whether a baseline keeps it from counting."""
        return not self.entry.counts and any(item.accepted for item in self.entry.findings)


def rows_of(entries: Iterable[Entry], words: Words) -> list[Row]:
    """Give the contacts, the worst first, else in the order of the input."""
    rows = [_row(entry, order, words) for order, entry in enumerate(entries)]
    return sorted(rows, key=lambda row: row.entry.verdict.rank)


def _row(entry: Entry, order: int, words: Words) -> Row:
    deciding = tuple(item for item in entry.findings if item.effect in _DECIDING[entry.verdict])
    names = (
        (words.label("report", "sender"), entry.sender),
        (words.label("report", "phone"), entry.phone),
        (words("extension"), entry.extension),
        (words.label("report", "code"), entry.code),
    )
    return Row(
        entry=entry,
        order=order,
        deciding=deciding,
        others=tuple(item for item in entry.findings if item not in deciding),
        who=tuple((label, value) for label, value in names if value),
        time=words.received(entry.received_at) if entry.received_at else "",
        channel=words.labelled("channel", entry.channel) if entry.channel else "",
        place=" · ".join(
            part for part in (f"{entry.file}:{entry.row}" if entry.file else "", PurePath(entry.mail).name) if part
        ),
        rules=" ".join(sorted({item.rule for item in entry.findings if item.effect in _WORST})),
    )


class RuleChoice(NamedTuple):
    """A rule that the table can be filtered by."""

    id: str
    title: str
    contacts: int


def choices_of(rows: Sequence[Row], words: Words) -> list[tuple[str, list[RuleChoice]]]:
    """Give the rules that keep contacts from a better verdict, by effect, the most frequent first."""
    counts: dict[str, dict[str, int]] = {effect.value: {} for effect in _WORST}
    for row in rows:
        for id_, effect in {(item.rule, item.effect) for item in row.entry.findings if item.effect in counts}:
            counts[effect][id_] = counts[effect].get(id_, 0) + 1
    return [
        (
            words.label("effect", effect),
            [
                RuleChoice(id_, words.label("rules", id_, "title"), count)
                for id_, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
            ],
        )
        for effect, found in counts.items()
        if found
    ]


def source_of(source: str, words: Words) -> str:
    """Give what a finding rests on, in words."""
    return words("own_policy") if source == OWN_POLICY else source


class Case(NamedTuple):
    """All contacts of one matter, judged together."""

    name: str
    verdict: Verdict
    contacts: int
    touches: tuple[str, ...]
    deciding: tuple[EntryFinding, ...]


def cases_of(cases: Iterable[CaseJudgement], words: Words, style: Style) -> tuple[list[Case], Mapping[Verdict, int]]:
    """Give the cases, the worst first and at most `MAX_CASES`; and how many there are of each verdict."""
    counts: Counter[Verdict] = Counter()

    def counted() -> Iterator[CaseJudgement]:  # one pass: each case is judged as it is read
        for case in cases:
            counts[case.verdict] += 1
            yield case

    worst = nsmallest(MAX_CASES, counted(), key=lambda case: case.verdict.rank)
    shown = [
        Case(
            name=words.shown(case.case),
            verdict=case.verdict,
            contacts=case.size,
            touches=tuple(words.shown(touch) for touch in case.touches),
            deciding=tuple(
                _finding(item, words, style) for item in case.findings if item.effect in _DECIDING[case.verdict]
            ),
        )
        for case in worst
    ]
    return shown, counts


def _finding(finding: Finding, words: Words, style: Style) -> EntryFinding:
    told = finding._replace(values={name: words.covered(value) for name, value in finding.values.items()})
    rule = finding.rule
    return EntryFinding(
        rule=rule.id,
        name=rule.name,
        axis=rule.axis.value,
        effect=rule.effect.value,
        message=style.wording.sentence(told),
        source=source_words(finding, style.directory, style.wording),
    )


class Problem(NamedTuple):
    """A place that could not be read: where, what happened, why, and what to do."""

    place: str
    what: str
    why: str
    how: str


def problems_of(errors: Iterable[Unreadable], words: Words) -> list[Problem]:
    """Give the first places that could not be read; at most `MAX_ERRORS`."""
    problems = []
    for error in islice(errors, MAX_ERRORS):
        covered = error._replace(values={name: words.covered(value) for name, value in error.values.items()})
        problems.append(Problem(safe_line(place_of(error)), *error_words(covered, words.wording)))
    return problems


def standing_class(standing: str) -> str:
    """Give the verdict whose colour a standing has."""
    return {
        Standing.LACKING.value: Verdict.UNPROVEN.value,
        Standing.SUPPORTED.value: Verdict.CONSISTENT.value,
        Standing.PROVEN.value: Verdict.VERIFIED.value,
    }.get(standing, standing)
