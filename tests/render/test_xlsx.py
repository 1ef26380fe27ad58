"""The report as a workbook: text in every cell, the same bytes every time, whatever is in it."""

import io
import os
import threading
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.judging import judge
from tests.promises import is_harmless
from tests.render.reports import HOSTILE, MIXED, header
from verifykb.context import VIETNAM, Context
from verifykb.model.report import InputFile, Summary, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.render import BINARY, Style, xlsx_report
from verifykb.render.csv_report import COLUMNS, ContactCells
from verifykb.render.xlsx_markup import MAX_CELL_CHARACTERS
from verifykb.render.xlsx_report import XlsxReport, fragment_of
from verifykb.wording import LANGUAGES, Wording

_ERROR = Unreadable(file="=log.csv", row=7, key="row-time", values={"value": "=hôm qua\x1b"})
_RECORDS: dict[str, tuple[Mapping[str, str], ...]] = {"empty": (), "mixed": MIXED, "hostile": HOSTILE}


def style_of(context: Context, language: str = "vi") -> Style:
    return Style(wording=Wording(language), directory=context.directory)


def written(records: Iterable[Mapping[str, str]], context: Context, language: str = "vi", unlisted: int = 0) -> bytes:
    """Write a whole report of some records."""
    out = io.BytesIO()
    report = XlsxReport(out, style_of(context, language))
    summary = Summary(Verdict.CONSISTENT)
    report.begin(header(context))
    for record in records:
        judgement = judge(record, context)
        summary.count(judgement)
        report.contact(judgement)
    summary.inputs.append(InputFile(path="@log.csv", sha256="1" * 64))
    summary.errors = [_ERROR]
    summary.unlisted[Verdict.UNPROVEN] = unlisted
    report.end(summary)
    return out.getvalue()


def opened(raw: bytes) -> Workbook:
    """Open a workbook, whole, as a spreadsheet would."""
    assert zipfile.ZipFile(io.BytesIO(raw)).testzip() is None
    return load_workbook(io.BytesIO(raw))


def rows_of(sheet: Worksheet) -> list[list[str]]:
    return [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", _RECORDS)
def test_the_first_sheet_has_the_cells_of_the_csv(name: str, language: str, context: Context) -> None:
    """Each a text of the same words, in the same order, below a header that stays in sight."""
    records = _RECORDS[name]
    book = opened(written(records, context, language))
    sheet = book.worksheets[0]
    expected = [list(ContactCells(style_of(context, language))(judge(record, context))) for record in records]
    assert rows_of(sheet) == [list(COLUMNS), *expected]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert all(cell.font.b for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:{chr(64 + len(COLUMNS))}{len(records) + 1}"
    assert [page.title for page in book.worksheets] == [
        Wording(language).text("xlsx", key) for key in ("contacts", "summary")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", _RECORDS)
def test_the_second_sheet_sums_up(name: str, language: str, context: Context) -> None:
    """How many of each verdict, what the judgements rest on, and what could not be read."""
    wording = Wording(language)
    sheet = opened(written(_RECORDS[name], context, language, unlisted=3)).worksheets[1]
    rows = rows_of(sheet)
    counts = {row[0]: row[1] for row in rows}
    assert counts[wording.text("xlsx", "contacts")] == str(len(_RECORDS[name]))
    for verdict in Verdict:
        expected = sum(judge(record, context).verdict is verdict for record in _RECORDS[name])
        assert counts[wording.text("verdict", verdict.value)] == str(expected)
    assert counts[wording.text("xlsx", "unreadable")] == "1"
    assert ["=log.csv", "7", *wording.error("row-time", {"value": "=hôm qua\x1b"})] == rows[-1]
    assert any("3" in row[0] and wording.text("verdict", "unproven") in row[0] for row in rows)
    assert ["@log.csv", "1" * 64] in [row[1:3] for row in rows]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


def test_nothing_an_attacker_wrote_does_anything(context: Context) -> None:
    """No formula, no markup, no control character: in no part of the file."""
    raw = written(HOSTILE, context)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for name in archive.namelist():
            markup = archive.read(name).decode()
            assert is_harmless(markup), name
            assert "<f>" not in markup
            assert "<script" not in markup
            assert "<!" not in markup


CELLS = {
    "formula": "=1+1", "plus": "+84 24 6276 4300", "minus": "-1", "at": "@SUM(A1)", "apostrophe": "'=1",
    "leading zero": "02462764300", "spaces": "  x  ", "markup": "<b>&amp;</b>\"'", "end of a section": "]]>",
    "astral": "😀", "look-alike of an error": "#N/A", "look-alike of a truth": "TRUE",
}  # fmt: skip


@pytest.mark.parametrize("text", CELLS.values(), ids=CELLS)
def test_a_cell_comes_back_as_it_was_written(text: str, context: Context) -> None:
    """As a text, whatever it looks like; rows may be prepared elsewhere."""
    out = io.BytesIO()
    report = XlsxReport(out, style_of(context))
    report.begin(header(context))
    report.row([text] * len(COLUMNS))
    report.end(Summary(Verdict.CONSISTENT))
    cell = opened(out.getvalue()).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


UNWRITABLE = {
    "control characters": ("a\x00\x0b\ud800\uffffb", "a\ufffd\ufffd\ufffd\ufffdb"),
    "line break": ("a\nb", "a\ufffdb"),
    "escape of Excel's": ("_x0041_ _x004_", "_x005F_x0041_ _x004_"),
    "too long": ("x" * (MAX_CELL_CHARACTERS + 5), "x" * MAX_CELL_CHARACTERS + "… (+5)"),
}


@pytest.mark.parametrize(("text", "shown"), UNWRITABLE.values(), ids=UNWRITABLE)
def test_what_a_cell_cannot_hold_is_shown(text: str, shown: str, context: Context) -> None:
    """It should not get here; where it does, the workbook can still be opened."""
    out = io.BytesIO()
    report = XlsxReport(out, style_of(context))
    report.begin(header(context))
    report.row([text])
    report.end(Summary(Verdict.CONSISTENT))
    assert opened(out.getvalue()).worksheets[0]["A2"].value == shown


def test_the_same_report_has_the_same_bytes(context: Context) -> None:
    """However its rows come, to a file or to a pipe, at any time of the day."""
    raw = written(MIXED, context)
    assert raw == written(MIXED, context)
    style, out = style_of(context), io.BytesIO()
    report = XlsxReport(out, style)
    judgements = [judge(record, context) for record in MIXED]
    report.begin(header(context))
    report.write(report.fragment(judgements[:2]))
    report.write(b"")
    report.write(fragment_of(map(ContactCells(style), judgements[2:])))
    summary = Summary(Verdict.CONSISTENT)
    for judgement in judgements:
        summary.count(judgement)
    summary.inputs.append(InputFile(path="@log.csv", sha256="1" * 64))
    summary.errors = [_ERROR]
    report.end(summary)
    with zipfile.ZipFile(io.BytesIO(raw)) as ours, zipfile.ZipFile(io.BytesIO(out.getvalue())) as theirs:
        assert {name: ours.read(name) for name in ours.namelist()} == {
            name: theirs.read(name) for name in theirs.namelist()
        }
        assert {entry.date_time for entry in ours.infolist()} == {(2026, 11, 22, 10, 0, 0)}
    properties = opened(raw).properties
    assert properties.created == properties.modified == datetime(2026, 11, 22, 3, 0)  # noqa: DTZ001 - openpyxl gives UTC without saying so


def test_a_pipe_gets_the_same_workbook(context: Context) -> None:
    """Nothing goes back in the stream."""
    reading, writing = os.pipe()
    got: list[bytes] = []
    with os.fdopen(reading, "rb") as source:
        thread = threading.Thread(target=lambda: got.append(source.read()))
        thread.start()
        with os.fdopen(writing, "wb") as out:
            report = XlsxReport(out, style_of(context))
            report.begin(header(context))
            report.end(Summary(Verdict.CONSISTENT))
        thread.join()
    assert rows_of(opened(got[0]).worksheets[0]) == [list(COLUMNS)]


def test_what_a_sheet_has_no_room_for_is_counted(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the summary; the rows that came first are there, none later fills the gap."""
    monkeypatch.setattr(xlsx_report, "_MAX_CONTACTS", 3)
    sheet, told = opened(written(MIXED, context)).worksheets
    assert [row[0] for row in rows_of(sheet)] == ["id", "A1", "A2", "A3"]
    assert Wording("vi").text("xlsx", "left_out", count=2, limit=3) in [row[0] for row in rows_of(told)]
    monkeypatch.setattr(xlsx_report, "_MAX_CONTACTS", 100)
    monkeypatch.setattr(xlsx_report, "_MAX_SHEET_BYTES", 9_000)
    sheet, told = opened(written([{"id": "A", "note": "x" * 250}] * 9, context)).worksheets
    assert 1 < len(rows_of(sheet)) < 10
    assert any(str(10 - len(rows_of(sheet))) in row[0] for row in rows_of(told))


def test_an_unfinished_report_writes_nothing_more(context: Context) -> None:
    """An interrupted run throws its file away; nothing must be written to it then."""
    out = io.BytesIO()
    report = XlsxReport(out, style_of(context))
    report.begin(header(context))
    out.close()
    del report  # would warn if it wrote, and a warning is an error here
    assert "xlsx" in BINARY


def test_a_clock_before_zips_is_written_as_the_first_day(context: Context) -> None:
    """A computer whose clock has stopped makes a workbook, too."""
    out = io.BytesIO()
    report = XlsxReport(out, style_of(context))
    report.begin(header(context)._replace(now=datetime(1970, 1, 1, tzinfo=VIETNAM)))
    report.end(Summary(Verdict.CONSISTENT))
    assert opened(out.getvalue()).worksheets[0].title == "Liên hệ"
