"""The report as a table for a spreadsheet: a contact a row.

Cells that a spreadsheet would run as a formula are defused with a leading apostrophe.
"""

import csv
from typing import IO

from verifykb.model.finding import Axis
from verifykb.model.report import Header, Judgement, Summary
from verifykb.render import Style
from verifykb.render.shared import advice_words
from verifykb.text.safe import safe_line

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_COLUMNS = (
    "id", "verdict", *(axis.value for axis in Axis), "rules", "reasons", "advice", "given_code", "given_sender",
    "given_phone",
)  # fmt: skip


class CsvReport:
    """Writes a header and a row per contact, every cell quoted."""

    def __init__(self, out: IO[str], style: Style) -> None:
        self._writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        self._style = style

    def begin(self, header: Header) -> None:  # noqa: ARG002 - a table has no place for it
        """Write the column names."""
        self._writer.writerow(_COLUMNS)

    def contact(self, judgement: Judgement) -> None:
        """Write one contact."""
        wording, contact = self._style.wording, judgement.contact
        cells = (
            safe_line(contact.id),
            judgement.verdict.value,
            *(judgement.axes[axis].value for axis in Axis),
            ";".join(finding.rule.id for finding in judgement.findings),
            " | ".join(wording.sentence(finding) for finding in judgement.findings),
            " ".join(advice_words(item, judgement, self._style) for item in judgement.advice),
            safe_line(contact.code),
            safe_line(contact.sender),
            safe_line(contact.phone),
        )
        self._writer.writerow([defuse(cell) for cell in cells])

    def end(self, summary: Summary) -> None:
        """Write nothing: a row is a contact."""


def defuse(cell: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA_STARTS) else cell
