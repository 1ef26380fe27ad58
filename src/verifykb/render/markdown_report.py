"""The report as Markdown, for the summary of a job, a ticket or a comment.

1. The verdicts in numbers first, then the contacts that need attention, the worst first, as many as a
   person reads; the rest is counted, and the report says so.
2. Every value passes `markdown_text`: no markup, link, mention or reference is made of data.
"""

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice
from typing import IO

from verifykb.model.contact import Channel
from verifykb.model.finding import Axis
from verifykb.model.report import Header, Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.attention import (
    AGAINST,
    Listing,
    deciding_findings,
    is_below,
    is_failing,
    place_of_entry,
)
from verifykb.render.entry import Entry, EntryFinding
from verifykb.render.listed import ListedReport
from verifykb.render.markdown_text import cell, code, inline
from verifykb.text.safe import safe_line

_CHANNELS = frozenset(channel.value for channel in Channel)
_MOST_CONTACTS = 50
_MOST_LINES = 20  # of a list beside them


class MarkdownReport(ListedReport):
    """Keeps the worst contacts and writes when all are known: the numbers come first."""

    def __init__(self, out: IO[str], style: Style) -> None:
        super().__init__(style)
        self._out = out
        self._listing = Listing(style, masked=self.masked)
        self._header: Header | None = None
        self._worst: list[tuple[tuple[bool, int, int], Entry]] = []  # the least urgent first
        self._seen = 0
        self._waiting = 0  # contacts that need attention

    def begin(self, header: Header) -> None:
        """Keep the header for the end."""
        self._header = header

    def entry(self, entry: Entry) -> None:
        """Keep a contact that needs attention, or the one that was asked about."""
        self._seen += 1
        require = self._header.require if self._header else Verdict.CONSISTENT
        if not (is_failing(entry) or is_below(entry, require) or self._style.single):
            return
        self._waiting += 1
        urgency = (is_failing(entry), -entry.verdict.rank, -self._seen)
        put = heapq.heappush if len(self._worst) < _MOST_CONTACTS else heapq.heappushpop
        put(self._worst, (urgency, entry))

    def end(self, summary: Summary) -> None:
        """Write the report."""
        entries = [entry for _, entry in sorted(self._worst, reverse=True)]
        is_single = self._style.single and len(entries) == 1
        lines = self._single(entries[0]) if is_single else self._log(entries, summary)
        for line in chain(lines, self._basis(summary)):
            self._out.write(f"{line}\n")

    def _text(self, key: str, **values: object) -> str:
        return self._wording.text("markdown", key, **values)

    def _label(self, verdict: Verdict) -> str:
        return self._wording.text("verdict", verdict.value)

    def _log(self, entries: list[Entry], summary: Summary) -> Iterator[str]:
        yield f"## {self._text('title')}"
        yield ""
        incomplete = self._listing.incomplete(summary)
        yield from _paragraph(f"**{inline(incomplete)}**" if incomplete else "")
        yield from self._numbers(summary)
        if summary.accepted:
            yield from _paragraph(inline(self._wording.text("attention", "accepted", count=summary.accepted)) + ".")
        yield from _paragraph(inline(self._listing.unlisted(summary)))
        yield from self._attention(entries, summary)
        yield from self._cases(summary)
        yield from self._techniques(summary)
        yield from self._unreadable(summary)

    def _numbers(self, summary: Summary) -> Iterator[str]:
        if not summary.contacts:
            yield from _paragraph(self._wording.text("report", "none"))
        rows = [
            (self._label(verdict), summary.verdicts[verdict], self._wording.text("meaning", verdict.value))
            for verdict in Verdict
            if summary.verdicts[verdict]
        ]
        if summary.errors:
            rows.append((self._text("unreadable"), len(summary.errors), self._text("unreadable_meaning")))
        if rows:
            yield f"| {self._text('verdict')} | {self._text('contacts')} | {self._text('meaning')} |"
            yield "| --- | ---: | --- |"
            for label, count, meaning in rows:
                yield f"| **{label}** | {count} | {cell(inline(meaning))} |"
            yield ""

    def _attention(self, entries: list[Entry], summary: Summary) -> Iterator[str]:
        hidden = sum(
            count
            for verdict, count in summary.unlisted.items()
            if verdict in AGAINST or not verdict.reaches(summary.require)
        )
        more = self._waiting - len(entries) + hidden
        if not entries and not more:
            yield from _paragraph(self._text("attention_none") if summary.contacts else "")
            return
        yield f"### {self._text('attention')}"
        yield ""
        for entry in entries:
            yield from self._contact(entry)
        yield from _paragraph(self._text("more", count=more) if more else "")

    def _contact(self, entry: Entry) -> Iterator[str]:
        yield f"#### {code(entry.id)} – {self._label(entry.verdict)}"
        yield ""
        yield from _item(" · ".join(self._about(entry)))
        if entry.verdict is Verdict.CONSISTENT:
            yield from _item(inline(self._wording.text("meaning", entry.verdict.value)))
        for finding in deciding_findings(entry):
            yield from _item(_reason(finding))
        yield from _item(f"**{self._text('do_now')}:** {inline(' '.join(entry.urgent_advice))}")
        yield ""

    def _about(self, entry: Entry) -> Iterator[str]:
        file, row = place_of_entry(entry)
        channel = (
            self._wording.text("labels", "channel", entry.channel) if entry.channel in _CHANNELS else entry.channel
        )
        for label, value in (
            (self._text("place"), f"{file}:{row}" if row else file),
            (self._text("received"), _moment(entry.received_at)),
            (self._text("case"), entry.case),
            (self._wording.text("report", "sender"), entry.sender),
            (self._wording.text("report", "phone"), entry.phone),
            (self._wording.text("report", "code"), entry.code),
        ):
            if value:
                yield f"{label}: {code(value)}"
        if channel:
            yield f"{self._text('channel')}: {inline(channel)}"

    def _single(self, entry: Entry) -> Iterator[str]:
        yield f"## {self._text('title_single')}: {self._label(entry.verdict)}"
        yield ""
        yield from _paragraph(inline(self._wording.text("meaning", entry.verdict.value)))
        yield f"### {self._text('do_now')}"
        yield ""
        yield from (f"{number}. {inline(advice)}" for number, advice in enumerate(entry.advice, start=1))
        yield ""
        yield f"### {self._text('evidence')}"
        yield ""
        for axis in Axis:
            standing = self._wording.text("standing", entry.axes[axis.value])
            yield f"- **{self._wording.text('axis', axis.value)}:** {standing}"
            yield from (f"  - {_reason(item)}" for item in entry.findings if item.axis == axis.value)
        yield ""

    def _cases(self, summary: Summary) -> Iterator[str]:
        cases = self._listing.cases(summary)
        if not cases:
            return
        yield f"### {self._text('cases')}"
        yield ""
        for case in cases[:_MOST_LINES]:
            yield f"- {inline(case.title)}: **{self._label(case.verdict)}**"
            yield from (f"  - {_rule(reason)}" for reason in case.reasons)
        yield ""
        yield from self._more(len(summary.cases) - _MOST_LINES)

    def _techniques(self, summary: Summary) -> Iterator[str]:
        rules = summary.tally.rules.most_common()
        if rules:
            yield f"### {self._text('techniques')}"
            yield ""
            yield f"| {self._text('technique')} | {self._text('contacts')} |"
            yield "| --- | ---: |"
            for rule, count in sorted(rules, key=lambda item: (-item[1], item[0])):
                yield f"| {code(rule)} {self._wording.text('rules', rule, 'title')} | {count} |"
            yield ""
        names = sorted(summary.tally.imitated.items(), key=lambda item: (-item[1], item[0]))
        if names:
            shown = ", ".join(f"{code(self._listing.covered(name))} ({count})" for name, count in names[:_MOST_LINES])
            yield from _paragraph(f"{self._text('imitated')}: {shown}")
            yield from self._more(len(names) - _MOST_LINES)

    def _unreadable(self, summary: Summary) -> Iterator[str]:
        problems = list(islice(self._listing.problems(summary), _MOST_CONTACTS))
        if not problems:
            return
        yield f"### {self._text('unreadable')}"
        yield ""
        for problem in problems:
            yield from _item(f"{code(problem.place)}: {inline(problem.message)}")
        yield ""
        yield from self._more(len(summary.errors) - _MOST_CONTACTS)

    def _more(self, count: int) -> Iterator[str]:
        yield from _paragraph(self._text("more_lines", count=count) if count > 0 else "")

    def _basis(self, summary: Summary) -> Iterator[str]:
        header, text = self._header, self._wording.text
        yield f"### {self._text('basis')}"
        yield ""
        if header is not None:
            issued, review_by = ("/".join(reversed(day.split("-"))) for day in (header.issued, header.review_by))
            line = text("report", "directory_line", serial=header.serial, issued=issued, review_by=review_by)
            stale = f" – **{text('report', 'directory_stale')}**" if header.stale else ""
            yield f"- {text('report', 'directory')}: {line}{stale}"
            yield f"- {self._text('require')}: {text('verdict', header.require.value)}"
            if header.at:
                yield f"- {text('report', 'judged_at')}: {header.at:%d/%m/%Y %H:%M}"
            if header.settings:
                yield f"- {text('report', 'settings')}: {code(safe_line(header.settings))}"
            if header.dns == "off":
                yield f"- {self._text('dns_off')}"
            yield f"- {self._text('version')}: {code(f'verifykb {header.tool_version}')}"
        for file in summary.inputs[:_MOST_LINES]:
            yield f"- {code(safe_line(file.path))}: {code(f'sha256:{file.sha256}')}"
        if len(summary.inputs) > _MOST_LINES:
            yield f"- {self._text('more_lines', count=len(summary.inputs) - _MOST_LINES)}"


def _paragraph(markdown: str) -> Iterable[str]:
    return (markdown, "") if markdown else ()


def _item(markdown: str) -> Iterable[str]:
    return (f"- {markdown}",) if markdown else ()


def _reason(finding: EntryFinding) -> str:
    return f"{code(finding.rule)} {inline(finding.message)} ({inline(finding.source)})"


def _rule(reason: str) -> str:
    rule, _, rest = reason.partition(" ")
    return f"{code(rule)} {inline(rest)}"


def _moment(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%d/%m/%Y %H:%M}" if iso else ""
