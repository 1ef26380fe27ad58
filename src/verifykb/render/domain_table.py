"""How domains protect themselves, as a table: a domain a row."""

from io import StringIO
from typing import IO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from verifykb.model.posture import Part, Posture
from verifykb.render import Style
from verifykb.text.safe import safe_line

_NO_TERMINAL_COLUMNS = 120


class TableDomains:
    """Draws one table when all domains are known."""

    def __init__(self, out: IO[str], style: Style) -> None:
        self._out = out
        self._style = style
        self._table = Table(show_lines=False, expand=False)
        words = style.wording
        heads = (words.text("domain", "name"), "MX", "SPF", "DMARC", "MTA-STS", "TLS-RPT", "DNSSEC")
        for head in (*heads, words.text("domain", "findings")):
            self._table.add_column(head, overflow="fold")

    def begin(self) -> None:
        """Write nothing: a table needs its widest cell."""

    def domain(self, posture: Posture) -> None:
        """Add one domain."""
        spf, dmarc, mta_sts = posture.spf, posture.dmarc, posture.mta_sts
        cells = (
            safe_line(posture.name),
            self._words(posture.mx.status),
            spf.default if spf.status is Part.FOUND and spf.default else self._words(spf.status),
            dmarc.policy or self._words(dmarc.status),
            mta_sts.mode if mta_sts.status is Part.FOUND and mta_sts.mode else self._words(mta_sts.status),
            self._words(posture.tls_rpt.status),
            self._words(posture.dnssec.status),
            " ".join(dict.fromkeys(rule for rule, _ in posture.findings)),
        )
        self._table.add_row(*map(Text, cells))

    def _words(self, part: Part) -> str:
        return self._style.wording.text("labels", "part", part.value)

    def end(self) -> None:
        """Draw the table."""
        if not self._table.row_count:
            return
        # Through a text of our own: rich would end the process when the reader goes away.
        drawn = StringIO()
        width = self._style.width or _NO_TERMINAL_COLUMNS
        Console(file=drawn, width=width, color_system=None, highlight=False, markup=False, emoji=False).print(
            self._table
        )
        self._out.write(drawn.getvalue())
