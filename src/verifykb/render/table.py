"""The report as a table for a terminal; where boxes are not wanted, `plain` says the same."""

from typing import IO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from verifykb.model.report import Header, Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.entry import Entry
from verifykb.render.listed import ListedReport
from verifykb.render.plain import PlainReport

_STYLES = {
    Verdict.PROHIBITED: "bold red",
    Verdict.CONTRADICTED: "red",
    Verdict.UNPROVEN: "yellow",
    Verdict.CONSISTENT: "cyan",
    Verdict.VERIFIED: "green",
}


class _Console(Console):
    """A console that lets a closed pipe be a closed pipe; rich would exit with status 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class TableReport(ListedReport):
    """Draws one table when all contacts are known."""

    shared = False

    def __init__(self, out: IO[str], style: Style) -> None:
        super().__init__(style)
        self._plain = PlainReport(out, style)
        self._header: Header | None = None
        self._console = _Console(
            file=out,
            color_system="standard" if style.colour else None,
            force_terminal=style.colour or None,
            no_color=False,  # decided by `may_colour`, not by rich
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=False,
        )
        words = style.wording
        self._table = Table(show_lines=True, expand=False)
        for key in ("id", "verdict", "reasons", "advice"):
            self._table.add_column(words.text("report", key), overflow="fold")

    def begin(self, header: Header) -> None:
        """Keep the header for the end."""
        self._plain.begin(header)

    def entry(self, entry: Entry) -> None:
        """Add one contact."""
        if self._style.quiet and not entry.counts:
            return
        reasons = (f"{reason.rule} {reason.message} [{reason.source}]" for reason in entry.reasons)
        self._table.add_row(
            Text(entry.id),
            Text(self._wording.text("verdict", entry.verdict.value), style=_STYLES[entry.verdict]),
            Text("\n".join(reasons)),
            Text("\n".join(entry.urgent_advice)),
        )

    def end(self, summary: Summary) -> None:
        """Draw the table, then the counts."""
        if self._table.row_count:
            self._console.print(self._table)
        self._plain.end(summary)
