"""The report as JUnit XML, as Jenkins and GitLab read it.

1. Every contact is a test case, passes too; a suite is a log, so that what was checked can be seen.
2. Contradicted or prohibited is a failure; below the required verdict is skipped, with the reason;
   what could not be read is an error. What a baseline accepts passes and says why.
3. Contacts that are only counted, matters of several contacts and an interrupted run have cases of their own.
4. No time is measured: durations are 0 for readers that insist on one.
"""

from typing import IO
from xml.sax.saxutils import escape, quoteattr

from verifykb.model.report import Header, Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.attention import (
    AGAINST,
    Case,
    Listing,
    Problem,
    deciding_findings,
    file_of,
    is_below,
    is_failing,
    is_set_aside,
    place_of_entry,
    reason_words,
    worst_unlisted,
)
from verifykb.render.entry import Entry
from verifykb.render.listed import ListedReport

_TYPED = "verifykb"  # the suite of a contact that stands in no log


class _Suite:
    """The test cases of one suite, and their numbers."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cases: list[str] = []
        self.counts = dict.fromkeys(("failures", "errors", "skipped"), 0)
        self._names: set[tuple[str, str]] = set()

    def add(self, name: str, inside: str = "", *, group: str = "", file: str = "", row: int = 0) -> None:
        """Add a test case; a name that was there already gets its number, or readers would drop one."""
        group = group or self.name
        unique = name if (group, name) not in self._names else f"{name} #{len(self.cases) + 1}"
        self._names.add((group, unique))
        place = f" file={quoteattr(file)}" if file else ""
        place += f' line="{row}"' if row else ""
        for count, tag in (("failures", "<failure"), ("errors", "<error"), ("skipped", "<skipped")):
            self.counts[count] += inside.startswith(tag)
        self.cases.append(
            f'    <testcase name={quoteattr(unique)} classname={quoteattr(group)}{place} time="0">{inside}</testcase>\n'
        )


class JunitReport(ListedReport):
    """Keeps the test cases: a suite begins with its numbers."""

    def __init__(self, out: IO[str], style: Style) -> None:
        super().__init__(style)
        self._out = out
        self._listing = Listing(style, masked=self.masked)
        self._suites: dict[str, _Suite] = {}
        self._header: Header | None = None

    def begin(self, header: Header) -> None:
        """Keep the header for the properties of the suites."""
        self._header = header

    def entry(self, entry: Entry) -> None:
        """Add the test case of a contact to the suite of its log."""
        require = self._header.require if self._header else Verdict.CONSISTENT
        file, row = place_of_entry(entry)
        self._suite(entry.file or _TYPED).add(entry.id, self._inside(entry, require), file=file_of(file), row=row)

    def _suite(self, name: str) -> _Suite:
        return self._suites.setdefault(name, _Suite(name))

    def _inside(self, entry: Entry, require: Verdict) -> str:
        label = self._wording.text("verdict", entry.verdict.value)
        reasons = [reason_words(item) for item in deciding_findings(entry)]
        help_ = [f"{self._wording.text('report', 'do_now')}: {' '.join(entry.urgent_advice)}"]
        if is_failing(entry):
            return _element("failure", f"{label}: {reasons[0]}", [*reasons, *help_], entry.verdict.value)
        if is_below(entry, require):
            required = self._wording.text("verdict", require.value)
            below = self._wording.text("attention", "below", require=required)
            return _element("skipped", " ".join((f"{label}.", below, *reasons, *help_)))
        if is_set_aside(entry, require):
            return _said(f"{label}. {self._listing.why_set_aside(entry)}", *reasons)
        return _said(f"{label}: {self._wording.text('meaning', entry.verdict.value)}")

    def end(self, summary: Summary) -> None:
        """Write all suites."""
        for problem in self._listing.problems(summary):
            self._unreadable(problem)
        self._count_the_rest(summary)
        for case in self._listing.cases(summary):
            self._case(case, summary.require)
        if not self._suites:
            none = self._wording.text("report", "none")
            self._suite(_TYPED).add(none, _element("skipped", none))
        self._write(summary)

    def _unreadable(self, problem: Problem) -> None:
        inside = _element("error", problem.what, [problem.message], "unreadable")
        self._suite(problem.file or _TYPED).add(problem.place, inside, file=file_of(problem.file), row=problem.row)

    def _count_the_rest(self, summary: Summary) -> None:
        text = self._wording.text
        more, unlisted, worst = (
            self._listing.more_problems(summary),
            self._listing.unlisted(summary),
            worst_unlisted(summary),
        )
        if worst is not None:
            inside = _said(unlisted)
            if worst in AGAINST:
                inside = _element("failure", unlisted, [unlisted], worst.value)
            elif not worst.reaches(summary.require):
                inside = _element("skipped", unlisted)
            self._suite(_TYPED).add(text("junit", "unlisted"), inside)
        if more:
            self._suite(_TYPED).add(text("report", "unreadable"), _element("error", more, [more], "unreadable"))
        if summary.incomplete:
            said = self._listing.incomplete(summary)
            self._suite(_TYPED).add(text("junit", "run"), _element("error", said, [said], "incomplete"))

    def _case(self, case: Case, require: Verdict) -> None:
        label = self._wording.text("verdict", case.verdict.value)
        inside = _said(label, *case.reasons)
        if case.verdict in AGAINST:
            inside = _element("failure", f"{label}: {next(iter(case.reasons), '')}", case.reasons, case.verdict.value)
        elif not case.verdict.reaches(require):
            inside = _element("skipped", " ".join((f"{label}.", *case.reasons)))
        self._suite(self._wording.text("junit", "cases")).add(case.title, inside)

    def _write(self, summary: Summary) -> None:
        suites = list(self._suites.values())
        totals = {name: sum(suite.counts[name] for suite in suites) for name in ("failures", "errors")}
        tests = sum(len(suite.cases) for suite in suites)
        self._out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self._out.write(f'<testsuites name="verifykb" tests="{tests}"{_numbers(totals)} time="0">\n')
        properties = self._properties(summary)
        for suite in suites:
            name = quoteattr(suite.name)
            self._out.write(
                f'  <testsuite name={name} tests="{len(suite.cases)}"{_numbers(suite.counts)}{self._time()}>\n'
            )
            self._out.write(properties)
            for case in suite.cases:
                self._out.write(case)
            self._out.write("  </testsuite>\n")
        self._out.write("</testsuites>\n")

    def _time(self) -> str:
        moment = f' timestamp="{self._header.now:%Y-%m-%dT%H:%M:%S}"' if self._header else ""
        return f'{moment} time="0"'

    def _properties(self, summary: Summary) -> str:
        named = {"summary": self._listing.counts(summary)}
        if self._header is not None:
            header = self._header
            named |= {
                "verifykb": header.tool_version,
                "directory.serial": str(header.serial),
                "directory.sha256": header.sha256,
                "directory.stale": "true" if header.stale else "false",
                "require": header.require.value,
                "dns": header.dns,
            }
        unlisted = {f"unlisted.{verdict}": str(count) for verdict, count in summary.unlisted.items() if count}
        lines = (
            f"      <property name={quoteattr(name)} value={quoteattr(value)}/>\n"
            for name, value in (named | unlisted).items()
        )
        return f"    <properties>\n{''.join(lines)}    </properties>\n"


def _element(tag: str, message: str, lines: list[str] | tuple[str, ...] = (), type_: str = "") -> str:
    kind = f" type={quoteattr(type_)}" if type_ else ""
    return f"<{tag}{kind} message={quoteattr(message)}>{escape(chr(10).join(lines))}</{tag}>"


def _said(*lines: str) -> str:
    return f"<system-out>{escape(chr(10).join(lines))}</system-out>"


def _numbers(counts: dict[str, int]) -> str:
    return "".join(f' {name}="{count}"' for name, count in counts.items())
