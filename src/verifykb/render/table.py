"""The report as a table for a terminal; falls back to lines where boxes are not wanted."""

from typing import IO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from verifykb.model.finding import Effect, Finding
from verifykb.model.report import Header, Judgement, Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.plain import PlainReport
from verifykb.render.shared import advice_shown, advice_words, source_words
from verifykb.text.safe import safe_line

_STYLES = {
    Verdict.PROHIBITED: "bold red",
    Verdict.CONTRADICTED: "red",
    Verdict.UNPROVEN: "yellow",
    Verdict.CONSISTENT: "cyan",
    Verdict.VERIFIED: "green",
}
_REASONS = (Effect.PROHIBITS, Effect.CONTRADICTS, Effect.LACKS)


class _Console(Console):
    """A console that lets a closed pipe be a closed pipe; rich would exit with status 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class TableReport:
    """Draws one table when all contacts are known."""

    def __init__(self, out: IO[str], style: Style) -> None:
        self._style = style
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

    def contact(self, judgement: Judgement) -> None:
        """Add one contact."""
        if not self._style.boxes:
            self._plain.contact(judgement)
            return
        words = self._style.wording
        reasons = [item for item in judgement.findings if item.effect in _REASONS]
        shown = reasons or list(judgement.findings)
        self._table.add_row(
            Text(safe_line(judgement.contact.id)),
            Text(words.text("verdict", judgement.verdict.value), style=_STYLES[judgement.verdict]),
            Text("\n".join(self._reason(item) for item in shown)),
            Text("\n".join(advice_words(item, judgement, self._style) for item in advice_shown(judgement))),
        )  # fmt: skip

    def _reason(self, finding: Finding) -> str:
        source = source_words(finding, self._style.directory, self._style.wording)
        return f"{finding.rule.id} {self._style.wording.sentence(finding)} [{source}]"

    def end(self, summary: Summary) -> None:
        """Draw the table, then the counts."""
        if self._style.boxes and self._table.row_count:
            self._console.print(self._table)
        self._plain.end(summary)
