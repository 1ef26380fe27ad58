"""The report as annotations of GitHub Actions: one workflow command a line.

1. An error for what is contradicted, prohibited or unreadable, a warning for what is below the required
   verdict, a notice with the counts as the last line.
2. No value can begin a command of its own: it never begins a line, its line ends are escaped, and the
   older ``##[…]`` form, which runners look for anywhere in a line, is broken up.
3. GitHub shows ten errors and ten warnings of a step; the log holds them all.

Source: actions/runner, ActionCommand.cs (escaping).
"""

import os
import re
from typing import IO

from verifykb.model.report import Header, Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.attention import (
    AGAINST,
    Listing,
    deciding_findings,
    file_of,
    is_below,
    is_failing,
    place_of_entry,
    reason_words,
    sheet_of,
    worst_unlisted,
)
from verifykb.render.entry import Entry
from verifykb.render.listed import ListedReport

_OLD_COMMAND = re.compile(r"##(?=[^\s\[]{0,64}\[)")
_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_MESSAGE = str.maketrans(_MESSAGE)
_IN_PROPERTY = str.maketrans({**_MESSAGE, ":": "%3A", ",": "%2C"})


class GithubReport(ListedReport):
    """Writes the annotation of a contact as it comes."""

    def __init__(self, out: IO[str], style: Style) -> None:
        super().__init__(style)
        self._out = out
        self._listing = Listing(style, masked=self.masked)
        self._require = Verdict.CONSISTENT

    def begin(self, header: Header) -> None:
        """Keep what is required."""
        self._require = header.require

    def entry(self, entry: Entry) -> None:
        """Write the annotation of a contact that needs attention, or of the one that was asked about."""
        if is_failing(entry):
            level = "error"
        elif is_below(entry, self._require):
            level = "warning"
        elif self._style.single:
            level = "notice"
        else:
            return
        file, row = place_of_entry(entry)
        label = self._wording.text("verdict", entry.verdict.value)
        lines = [reason_words(item) for item in deciding_findings(entry)]
        if entry.verdict is Verdict.CONSISTENT:
            lines = [self._wording.text("meaning", entry.verdict.value), *lines]
        lines.append(f"{self._wording.text('report', 'do_now')}: {' '.join(entry.urgent_advice)}")
        sheet = sheet_of(file)
        name = f"{entry.id} [{sheet}]" if sheet and sheet not in entry.id else entry.id
        self._write(level, f"{name}: {label}", lines, file_of(file), row)

    def end(self, summary: Summary) -> None:
        """Write what could not be read, whole matters, what is not listed, and the counts."""
        unreadable = self._wording.text("report", "unreadable")
        for problem in self._listing.problems(summary):
            self._write(
                "error", f"{unreadable}: {problem.place}", [problem.message], file_of(problem.file), problem.row
            )
        for case in self._listing.cases(summary):
            if case.verdict in AGAINST:
                label = self._wording.text("verdict", case.verdict.value)
                self._write("error", f"{case.title}: {label}", list(case.reasons))
        self._write_rest(summary)
        if not self._style.quiet:
            counts = self._wording.text("github", "counts")
            self._write("notice", counts, [self._listing.counts(summary)])

    def _write_rest(self, summary: Summary) -> None:
        unreadable, counts = self._wording.text("report", "unreadable"), self._wording.text("github", "counts")
        worst = worst_unlisted(summary)
        level = "notice" if worst is None or worst.reaches(self._require) else "warning"
        level = "error" if worst in AGAINST else level
        for kind, title, said in (
            ("error", unreadable, self._listing.more_problems(summary)),
            (level, counts, self._listing.unlisted(summary)),
            ("error", counts, self._listing.incomplete(summary)),
        ):
            if said:
                self._write(kind, title, [said])

    def _write(self, level: str, title: str, lines: list[str], file: str = "", row: int = 0) -> None:
        # Paths are those of the repository, with slashes.
        properties = {"file": file.replace(os.sep, "/"), "line": str(row) if row else "", "title": title}
        named = ",".join(f"{name}={_escaped(value, _IN_PROPERTY)}" for name, value in properties.items() if value)
        self._out.write(f"::{level} {named}::{_escaped(chr(10).join(lines), _IN_MESSAGE)}\n")


def _escaped(text: str, escapes: dict[int, str]) -> str:
    return _OLD_COMMAND.sub("## ", text).translate(escapes)
