"""The report for people: label and value on a line, the answer first, then what to do.

A log is written one finding a line, ``id: RULE name - sentence``, so that it can be searched.
"""

from collections.abc import Iterable, Iterator
from typing import IO

from verifykb.model.finding import Axis, Effect, Finding
from verifykb.model.report import Header, Judgement, Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.colour import colour_verdict
from verifykb.render.shared import advice_shown, advice_words, source_words
from verifykb.render.streamed import StreamedReport
from verifykb.render.terminal import wrapped
from verifykb.text.safe import safe_line

# What a log shows of a contact: what keeps it from a better verdict.
_REASONS = (Effect.PROHIBITS, Effect.CONTRADICTS, Effect.LACKS)


class PlainReport(StreamedReport):
    """Writes lines of text."""

    def __init__(self, out: IO[str], style: Style) -> None:
        self._out = out
        self._style = style
        self._wording = style.wording
        self._header: Header | None = None

    def begin(self, header: Header) -> None:
        """Keep the header for the end: the answer comes first."""
        self._header = header

    def fragment(self, judgements: Iterable[Judgement]) -> bytes:
        """Give the lines of some contacts."""
        lines_of = self._whole if self._style.single else self._brief
        return "".join(self._broken(line) for judgement in judgements for line in lines_of(judgement)).encode()

    def write(self, fragment: bytes) -> None:
        """Write some lines."""
        self._out.write(fragment.decode())

    def end(self, summary: Summary) -> None:
        """Write the counts of a log, and what the judgements rest on."""
        if self._style.quiet:
            return
        if not self._style.single:
            self._write_cases(summary)
            self._write_counts(summary)
        if self._header is not None:
            self._write_basis(self._header)

    def _line(self, text: str) -> None:
        self._out.write(self._broken(text))

    def _broken(self, text: str) -> str:
        return wrapped(text, self._style.width) + "\n"

    def _label(self, *keys: str) -> str:
        return self._wording.text(*keys)

    def _verdict(self, verdict: Verdict) -> str:
        words = self._label("verdict", verdict.value)
        return colour_verdict(words, verdict, colour=self._style.colour)

    def _whole(self, judgement: Judgement) -> Iterator[str]:
        verdict = judgement.verdict
        yield f"{self._label('report', 'conclusion')}: {self._verdict(verdict)}"
        yield self._label("meaning", verdict.value)
        yield f"{self._label('report', 'do_now')}:"
        for number, advice in enumerate(judgement.advice, start=1):
            yield f"  {number}. {advice_words(advice, judgement, self._style)}"
        yield f"{self._label('report', 'evidence')}:"
        for axis in Axis:
            standing = self._label("standing", judgement.axes[axis].value)
            yield f"  {self._label('axis', axis.value)}: {standing}"
            for finding in judgement.findings:
                if finding.axis is axis:
                    yield f"    {self._finding(finding)}"

    def _finding(self, finding: Finding, name: str = "") -> str:
        source = source_words(finding, self._style.directory, self._wording)
        label = f"{finding.rule.id} {name} -" if name else finding.rule.id
        return f"{label} {self._wording.sentence(finding)} [{source}]"

    def _brief(self, judgement: Judgement) -> Iterator[str]:
        name = safe_line(judgement.contact.id)
        yield f"{name}: {self._verdict(judgement.verdict)}"
        reasons = [finding for finding in judgement.findings if finding.effect in _REASONS]
        for finding in reasons:
            yield f"{name}: {self._finding(finding, finding.rule.name)}"
        if judgement.verdict is Verdict.CONSISTENT:
            yield f"{name}: {self._label('meaning', judgement.verdict.value)}"
        if judgement.verdict is not Verdict.VERIFIED:
            help_ = " ".join(advice_words(item, judgement, self._style) for item in advice_shown(judgement))
            yield f"{name}: {self._label('report', 'help')}: {help_}"

    def _write_cases(self, summary: Summary) -> None:
        for case in summary.cases:
            name = safe_line(case.case)
            counted = self._wording.text("report", "case_touches", count=case.size, names=", ".join(case.touches))
            self._line(f"{self._label('report', 'case')} {name}: {self._verdict(case.verdict)} ({counted})")

    def _write_counts(self, summary: Summary) -> None:
        if not summary.contacts:
            self._line(self._label("report", "none"))
        counts = [f"{summary.contacts} {self._label('report', 'contacts')}"]
        counts += [
            f"{summary.verdicts[verdict]} {self._label('verdict', verdict.value)}"
            for verdict in Verdict
            if summary.verdicts[verdict]
        ]
        if summary.errors:
            counts.append(f"{len(summary.errors)} {self._label('report', 'unreadable_count')}")
        self._line(f"{self._label('report', 'summary')}: {', '.join(counts)}")
        if summary.accepted:
            self._line(self._wording.text("report", "accepted", count=summary.accepted))
        if any(summary.unlisted.values()):
            self._line(self._wording.text("report", "unlisted", count=sum(summary.unlisted.values())))
        if summary.incomplete:
            self._line(self._label("report", "incomplete"))

    def _write_basis(self, header: Header) -> None:
        wording = self._wording
        basis = wording.text(
            "report", "directory_line",
            serial=header.serial, issued=_day(header.issued), review_by=_day(header.review_by),
        )  # fmt: skip
        stale = f" - {self._label('report', 'directory_stale')}" if header.stale else ""
        self._line(f"{self._label('report', 'directory')}: {basis}{stale}")
        if header.settings:
            self._line(f"{self._label('report', 'settings')}: {safe_line(header.settings)}")
        if header.at:
            self._line(f"{self._label('report', 'judged_at')}: {header.at:%d/%m/%Y %H:%M}")


def _day(iso: str) -> str:
    """Turn yyyy-mm-dd into dd/mm/yyyy, as people here write it."""
    return "/".join(reversed(iso.split("-")))
