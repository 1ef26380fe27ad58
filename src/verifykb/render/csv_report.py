"""The report as a table for a spreadsheet: a contact a row.

Cells that a spreadsheet would run as a formula are defused with a leading apostrophe.
"""

import csv
import io
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

from verifykb.model.contact import Service
from verifykb.model.finding import Axis
from verifykb.model.report import Advice, Header, Judgement
from verifykb.render import Style
from verifykb.render.remembered import Remembered
from verifykb.render.shared import advice_words
from verifykb.render.streamed import StreamedReport
from verifykb.text.safe import safe_line

if TYPE_CHECKING:
    from _csv import Writer

_AXES = tuple(Axis)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
COLUMNS = (
    "id", "verdict", *(axis.value for axis in Axis), "rules", "reasons", "advice", "given_code", "given_sender",
    "given_phone", "file", "row",
)  # fmt: skip


class CsvReport(StreamedReport):
    """Writes a header and a row per contact, every cell quoted."""

    def __init__(self, out: IO[str], style: Style) -> None:
        self._out = out
        self._cells = ContactCells(style)

    def begin(self, header: Header) -> None:  # noqa: ARG002 - a table has no place for it
        """Write the column names."""
        _writer(self._out).writerow(COLUMNS)

    def fragment(self, judgements: Iterable[Judgement]) -> bytes:
        """Give a row for each contact."""
        out = io.StringIO(newline="")
        writer = _writer(out)
        writer.writerows([defuse(cell) for cell in self._cells(judgement)] for judgement in judgements)
        return out.getvalue().encode()

    def write(self, fragment: bytes) -> None:
        """Write some rows."""
        self._out.write(fragment.decode())


def _writer(out: IO[str]) -> "Writer":
    return csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")


class ContactCells:
    """Gives the cells of contacts, in the order of `COLUMNS`; safe to show, formulas not yet defused.

    Args:
        style: words and directory.
    """

    def __init__(self, style: Style) -> None:
        self._style = style
        self._sentence = Remembered(style.wording.sentence)
        self._advice: dict[tuple[Service, tuple[Advice, ...]], str] = {}

    def __call__(self, judgement: Judgement) -> tuple[str, ...]:
        """Give the cells of a contact."""
        contact, findings, axes = judgement.contact, judgement.findings, judgement.axes
        key = contact.service, judgement.advice
        advice = self._advice.get(key)
        if advice is None:
            words = [advice_words(step, judgement, self._style) for step in judgement.advice]
            advice = self._advice[key] = " ".join(words)
        return (
            safe_line(contact.id),
            judgement.verdict.value,
            *[axes[axis].value for axis in _AXES],
            ";".join([finding.rule.id for finding in findings]),
            " | ".join(map(self._sentence, findings)),
            advice,
            safe_line(contact.code),
            safe_line(contact.sender),
            safe_line(contact.phone),
            safe_line(contact.file),
            str(contact.row) if contact.file else "",
        )


def defuse(cell: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA_STARTS) else cell
