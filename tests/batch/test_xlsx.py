"""Tests of `read_xlsx`: what a cell shows is what is read, or it is told why not."""

import hashlib
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.worksheet import Worksheet

from tests.batch.workbooks import HEADER, MAIN, STRICT, packed, read, saved, sheet_of, text
from verifykb.batch.record import ReadOptions, Record
from verifykb.batch.xlsx import read_xlsx
from verifykb.batch.xlsx_table import with_lost_zero
from verifykb.errors import InputError

at = datetime.fromisoformat  # a spreadsheet knows no zones

CELLS: dict[str, tuple[str, object, str, str]] = {
    "text": ("Ghi chú", " hỏi tên\nđơn vị ", "", " hỏi tên\nđơn vị "),
    "day": ("Ngày", date(2026, 11, 20), "dd/mm/yyyy", "2026-11-20"),
    "day and time": ("Ngày", at("2026-11-20T09:30"), "dd/mm/yyyy hh:mm", "2026-11-20T09:30:00"),
    "seconds that a float loses": ("Ngày", at("2026-11-20T09:30:07"), "yyyy-mm-dd h:mm:ss", "2026-11-20T09:30:07"),
    "day in words": ("Ngày", date(2026, 11, 20), '[$-42A]dd "tháng" mm "năm" yyyy', "2026-11-20"),
    "day as text": ("Ngày", "20/11/2026 9h30", "", "20/11/2026 9h30"),
    "day by serial number": ("Ngày", 46346.395833333336, "dd/mm/yyyy hh:mm", "2026-11-20T09:30:00"),
    "serial number of no day": ("Ngày", 46346, "0", "46346"),
    "time of day": ("Ghi chú", time(9, 30), "hh:mm", "09:30:00"),
    "duration": ("Ghi chú", timedelta(hours=30), "[h]:mm", "30:00:00"),
    "whole number": ("Máy lẻ", 88617, "General", "88617"),
    "whole number as float": ("STT", 1.0, "0.0", "1"),
    "float artefact": ("Ghi chú", 0.1 + 0.2, "General", "0.3"),
    "fifteen digits": ("Ghi chú", 849123456789012, "General", "849123456789012"),
    "no exponent": ("Ghi chú", 1.5e21, "0.00E+00", "1500000000000000000000"),
    "per cent": ("Ghi chú", 0.25, "0%", "0.25"),
    "negative": ("Ghi chú", -3, "General", "-3"),
    "yes": ("own_request", True, "General", "yes"),
    "no": ("own_request", False, "General", "no"),
    "escape of Excel's": ("Nội dung", "m_x1EAD_t kh_x1EA9_u", "", "mật khẩu"),
    "text of a number": ("Số điện thoại", "2462764300", "@", "2462764300"),
    "rich text": ("Nội dung", CellRichText("đọc ", TextBlock(InlineFont(b=True), "mã"), " OTP"), "", "đọc mã OTP"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "value", "number_format", "shown"), CELLS.values(), ids=CELLS)
def test_a_cell_is_read_as_it_shows(tmp_path: Path, name: str, value: object, number_format: str, shown: str) -> None:
    """Days are ISO 8601, numbers have no artefacts, text is text."""
    raw = sheet_of([(name, "Mã yêu cầu"), (value, "SD261120-004217")])
    book = load_workbook(packed_path(tmp_path, raw), rich_text=True)
    book.worksheets[0]["A2"].number_format = number_format or "General"
    found = read(tmp_path, saved(book))
    assert isinstance(found[0][2], dict)
    assert shown in found[0][2].values()


def packed_path(folder: Path, raw: bytes) -> Path:
    path = folder / "draft.xlsx"
    path.write_bytes(raw)
    return path


NUMBERS = {
    "switchboard": (2462764300, "02462764300", ("phone",)),
    "mobile": (912000111, "0912000111", ("phone",)),
    "country code": (842462764300, "842462764300", ()),
    "short code": (156, "156", ()),
    "free call": (18001234, "18001234", ()),
    "Hà Nội without its area code": (62764300, "62764300", ()),
    "one digit too many": (24627643000, "024627643000", ("phone",)),
    "no telephone number": (0.5, "0.5", ()),
    "text": ("2462764300", "2462764300", ()),
}


@pytest.mark.parametrize(("value", "shown", "repairs"), NUMBERS.values(), ids=NUMBERS)
def test_a_number_gets_the_zero_back_that_excel_took(
    tmp_path: Path, value: object, shown: str, repairs: tuple[str, ...]
) -> None:
    """Only a numeric cell of the column of phones does, and it is said."""
    path = tmp_path / "so.xlsx"
    path.write_bytes(sheet_of([("phone", "extension"), (value, 912000111)]))
    (record,) = read_xlsx(str(path), ReadOptions(), lambda _: None)
    assert isinstance(record, Record)
    assert record.cells == {"phone": shown, "extension": "912000111"}
    assert record.repairs == repairs


def test_a_zero_is_given_back_to_digits_only() -> None:
    """Nothing that is no number becomes one."""
    assert [with_lost_zero(number) for number in ("", "²462764300", "٢462764300", "-246276430", "9" * 40)] == [""] * 5


REFUSED = {
    "formula": ('"02462764300"', "row-formula"),
    "link formula": ('HYPERLINK("http://evil.example","0912000111")', "row-formula"),
    "empty formula": ("", "row-formula"),
    "error": ("#N/A", "row-error-value"),
    "reference error": ("#REF!", "row-error-value"),
    "too long": ("".join(map(str, range(200_000))), "row-too-long"),
}


@pytest.mark.parametrize(("value", "key"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_value_is_told_and_the_next_row_read(tmp_path: Path, value: str, key: str) -> None:
    """A formula is never computed, and its last result not believed; an error is no value."""
    cell = {
        "row-formula": f'<c r="A2"><f>{value}</f><v>2462764300</v></c>',
        "row-error-value": f'<c r="A2" t="e"><v>{value}</v></c>',
        "row-too-long": text("A2", value),
    }[key]
    markup = (
        f'<row r="1">{text("A1", "phone")}{text("B1", "note")}</row><row r="2">{cell}{text("B2", "x")}</row>'
        f'<row r="3">{text("A3", "156")}</row>'
    )
    assert read(tmp_path, packed({"a": markup})) == [("so.xlsx", 2, key), ("so.xlsx", 3, {"phone": "156"})]


def test_a_date_out_of_range_is_told(tmp_path: Path) -> None:
    """A number that is formatted as a day and is none."""
    book = Workbook()
    book.active["A1"], book.active["B1"] = "Ngày", "code"  # type: ignore[index] # a new book has a sheet
    book.active["A2"], book.active["B2"] = 1e12, "SD261120-004217"  # type: ignore[index] # the same
    book.active["A2"].number_format = "dd/mm/yyyy"  # type: ignore[index] # the same
    assert read(tmp_path, saved(book)) == [("so.xlsx", 2, "row-error-value")]


def test_only_the_running_number_may_be_a_formula(tmp_path: Path) -> None:
    """Offices number their rows by one; rows that hold nothing but what was filled in beforehand are blank."""
    rows = [
        (*HEADER, "Đã gọi lại"),
        ("=ROW()-1", None, None, "SD261120-004217"),
        ("=ROW()-1",),
        (4,),
        ("=A4+1", "=TODAY()"),
        (6, at("2026-11-20"), *[None] * 7, False),
        (7, "20/11/2026"),
    ]
    assert read(tmp_path, sheet_of(rows)) == [
        ("so.xlsx", 2, {"code": "SD261120-004217"}),
        ("so.xlsx", 7, {"id": "7", "received_at": "20/11/2026"}),
    ]


def test_text_beyond_the_header_is_told(tmp_path: Path) -> None:
    """In a column without a name, far away too; unless extra columns are kept."""
    raw = sheet_of([("code", "note"), ("A", "x", None, "Đọc mã OTP"), ("B", "y")])
    assert read(tmp_path, raw) == [("so.xlsx", 2, "row-nameless"), ("so.xlsx", 3, {"code": "B", "note": "y"})]
    kept = read(tmp_path, raw, keep_extra_columns=True)
    assert kept[0] == ("so.xlsx", 2, {"code": "A", "note": "x"})


HEADERS: dict[str, tuple[tuple[object, ...], str]] = {
    "unknown column": (("code", "note", "mesage"), "file-unknown-column"),
    "twice": (("code", "Số điện thoại", "SĐT"), "file-duplicate-column"),
    "none": (("x", "y", "z"), "file-xlsx-no-header"),
    "numbers": ((1, 2, 3), "file-xlsx-no-header"),
}


@pytest.mark.parametrize(("header", "key"), HEADERS.values(), ids=HEADERS)
def test_an_unusable_header_refuses_the_workbook(tmp_path: Path, header: tuple[object, ...], key: str) -> None:
    """As in any log."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, sheet_of([header, ("A", "B", "C")]))
    assert caught.value.key == key


@pytest.mark.parametrize("namespace", [MAIN, STRICT])
def test_shared_strings_leave_reading_aids_out(tmp_path: Path, namespace: str) -> None:
    """Strings of runs are joined; what helps to read East Asian text is none of it."""
    strings = (
        f'<sst xmlns="{namespace}"><si><t>code</t></si><si><t>note</t></si>'
        "<si><r><t>a</t></r><r><t xml:space='preserve'> b</t></r><rPh sb='0' eb='1'><t>c</t></rPh></si></sst>"
    )
    cells = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row r="7"><c r="B7" t="s"><v>2</v></c></row>'
    found = read(tmp_path, packed({"a": cells}, {"xl/sharedStrings.xml": strings}, namespace))
    assert found == [("so.xlsx", 7, {"note": "a b"})]


def test_days_may_be_counted_from_1904(tmp_path: Path) -> None:
    """As old workbooks of Macintosh computers do."""
    book = Workbook()
    book.epoch = at("1904-01-01")
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["Ngày", "code"])
    sheet.append([at("2026-11-20"), "A"])
    assert read(tmp_path, saved(book)) == [("so.xlsx", 2, {"received_at": "2026-11-20", "code": "A"})]


def test_the_fingerprint_is_that_of_the_file(tmp_path: Path) -> None:
    """It is given once, when all was read."""
    path = tmp_path / "so.xlsx"
    path.write_bytes(sheet_of([("code",), ("A",)]))
    digests: list[str] = []
    items = read_xlsx(str(path), ReadOptions(), digests.append, name="-")
    assert next(items).file == "-"
    assert not digests
    assert list(items) == []
    assert digests == [hashlib.sha256(path.read_bytes()).hexdigest()]


def test_a_workbook_without_anything_gives_nothing(tmp_path: Path) -> None:
    """Nothing to read is no error of the file; the run says that there was no contact."""
    assert read(tmp_path, saved(Workbook())) == []


@pytest.mark.parametrize(("name", "key"), [("none.xlsx", "file-missing"), (".", "file-is-folder")])
def test_what_cannot_be_opened_is_told(tmp_path: Path, name: str, key: str) -> None:
    """Like any log."""
    with pytest.raises(InputError) as caught:
        next(read_xlsx(str(tmp_path / name), ReadOptions(), lambda _: None))
    assert caught.value.key == key
