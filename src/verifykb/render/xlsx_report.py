"""The report as a workbook: a sheet with a contact a row, and a sheet that sums up.

1. The cells of a contact are those of the CSV report, every one a text: nothing needs an apostrophe.
2. What does not fit into a sheet is counted, and the second sheet says so.
3. The same contacts give the same bytes: the only time in it is the report's own.

openpyxl would write it, too: five times slower, with the time of the clock, and over a file of its own in the
folder for temporary files.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import IO

from verifykb.model.report import Header, Judgement, Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.attention import Listing
from verifykb.render.csv_report import COLUMNS, ContactCells
from verifykb.render.shared import error_words
from verifykb.render.streamed import StreamedReport
from verifykb.render.xlsx_markup import MAX_ROWS, parts, row_markup, sheet_end, sheet_start
from verifykb.render.zip_stream import ZipStream
from verifykb.text.safe import safe_line

# Characters; what is not named is a word.
_WIDTHS = {"id": 24, "verdict": 14, "rules": 28, "reasons": 80, "advice": 60, "given_code": 20, "given_sender": 32}
_WIDTH, _SUMMARY_WIDTHS, _SUMMARY_WRAPPED = 16, (34, 48, 60, 60, 60), (0, 0, 60, 60, 60)
_WRAPPED = tuple(_WIDTHS[column] if column in ("reasons", "advice") else 0 for column in COLUMNS)
_MAX_CONTACTS = MAX_ROWS - 1
_MAX_SHEET_BYTES = 2_000_000_000  # beyond 2 GiB a zip needs extensions that Excel stumbles over
_MAX_TOLD = 100_000  # files, and places that could not be read: the summary is read by a person


def fragment_of(rows: Iterable[Sequence[str]]) -> bytes:
    """Put rows into bytes that `XlsxReport.write` takes.

    Args:
        rows: cells in the order of the CSV report's columns, safe to show.
    """
    return b"".join(row_markup(row, _WRAPPED) for row in rows)


class XlsxReport(StreamedReport):
    """Writes rows as they come."""

    def __init__(self, out: IO[bytes], style: Style) -> None:
        self._out = out
        self._style = style
        self._cells = ContactCells(style)
        self._wording = style.wording
        self._header: Header | None = None
        self._zip: ZipStream | None = None
        self._rows = self._bytes = self._left_out = 0

    def begin(self, header: Header) -> None:
        """Write the column names."""
        self._header = header
        self._zip = ZipStream(self._out, header.now)
        self._zip.begin("xl/worksheets/sheet1.xml")
        self._zip.write(sheet_start((_WIDTHS.get(column, _WIDTH) for column in COLUMNS), frozen=True))
        self._zip.write(row_markup(COLUMNS))

    def fragment(self, judgements: Iterable[Judgement]) -> bytes:
        """Give a row for each contact."""
        return fragment_of(map(self._cells, judgements))

    def row(self, cells: Sequence[str]) -> None:
        """Write a row that was prepared elsewhere; its cells are safe to show."""
        self.write(fragment_of([cells]))

    def write(self, fragment: bytes) -> None:
        """Write some rows, as many as the sheet has room for."""
        count = fragment.count(b"\n")
        kept = fragment
        room = _MAX_CONTACTS - self._rows if self._bytes + len(fragment) <= _MAX_SHEET_BYTES else 0
        if count > room:
            kept = b"".join(fragment.splitlines(keepends=True)[:room])
            self._left_out += count - room
            self._bytes = _MAX_SHEET_BYTES  # nothing later may fill the gap
        if self._zip is not None:
            self._zip.write(kept)
        self._rows += min(count, room)
        self._bytes += len(kept)

    def end(self, summary: Summary) -> None:
        """Write the summary, and what makes a workbook of it."""
        if self._zip is None or self._header is None:
            return
        area = f"A1:{chr(ord('A') + len(COLUMNS) - 1)}{self._rows + 1}"
        self._zip.write(sheet_end(area))
        self._zip.end()
        self._zip.begin("xl/worksheets/sheet2.xml")
        self._zip.write(sheet_start(_SUMMARY_WIDTHS, frozen=False))
        rows = chain(self._counts(summary), self._basis(self._header, summary), self._cases(summary))
        for cells in chain(rows, self._unreadable(summary)):
            self._zip.write(row_markup(cells, _SUMMARY_WRAPPED))
        self._zip.write(sheet_end())
        self._zip.end()
        titles = [self._text("contacts"), self._text("summary")]
        for name, content in parts(titles, area, self._header.now).items():
            self._zip.add(name, content)
        self._zip.close()

    def _text(self, key: str, **values: object) -> str:
        return self._wording.text("xlsx", key, **values)

    def _counts(self, summary: Summary) -> Iterator[Sequence[str]]:
        listing = Listing(self._style, masked=False)
        if summary.incomplete:
            yield (listing.incomplete(summary),)
        yield self._text("contacts"), str(summary.contacts)
        for verdict in Verdict:
            label, meaning = (self._wording.text(key, verdict.value) for key in ("verdict", "meaning"))
            yield label, str(summary.verdicts[verdict]), meaning
        yield self._text("unreadable"), str(len(summary.errors))
        if summary.accepted:
            yield (self._wording.text("attention", "accepted", count=summary.accepted),)
        if any(summary.unlisted.values()):
            yield (listing.unlisted(summary),)
        if self._left_out:
            yield (self._text("left_out", count=self._left_out, limit=self._rows),)
        yield ()

    def _basis(self, header: Header, summary: Summary) -> Iterator[Sequence[str]]:
        report = "report"
        told = self._wording.text(
            report, "directory_line",
            serial=header.serial, issued=_day(header.issued), review_by=_day(header.review_by),
        )  # fmt: skip
        stale = self._wording.text(report, "directory_stale") if header.stale else ""
        yield self._wording.text(report, "directory"), told, stale, header.sha256
        if header.settings:
            yield self._wording.text(report, "settings"), safe_line(header.settings)
        yield self._text("made"), f"{header.now:%d/%m/%Y %H:%M}"
        if header.at:
            yield self._wording.text(report, "judged_at"), f"{header.at:%d/%m/%Y %H:%M}"
        yield self._text("require"), self._wording.text("verdict", header.require.value)
        yield self._text("dns"), header.dns
        yield self._text("version"), f"verifykb {header.tool_version}"
        for file in islice(summary.inputs, _MAX_TOLD):
            yield self._text("file"), safe_line(file.path), file.sha256
        if len(summary.inputs) > _MAX_TOLD:
            yield (self._text("more_files", count=len(summary.inputs) - _MAX_TOLD),)
        yield ()

    def _cases(self, summary: Summary) -> Iterator[Sequence[str]]:
        cases = Listing(self._style, masked=False).cases(summary)
        for case in cases:
            yield case.title, self._wording.text("verdict", case.verdict.value), " | ".join(case.reasons)
        if cases:
            yield ()

    def _unreadable(self, summary: Summary) -> Iterator[Sequence[str]]:
        for error in islice(summary.errors, _MAX_TOLD):
            yield safe_line(error.file), str(error.row or ""), *error_words(error, self._wording)
        more = len(summary.errors) - _MAX_TOLD
        if more > 0:
            yield (self._wording.text("attention", "more_unreadable", count=more),)


def _day(iso: str) -> str:
    """Turn yyyy-mm-dd into dd/mm/yyyy, as people here write it."""
    return "/".join(reversed(iso.split("-")))
