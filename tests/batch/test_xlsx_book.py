"""Workbooks as offices keep them: titles, months, merged cells, totals, signatures."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from tests.batch.workbooks import HEADER, Read, read, saved, sheet_of
from verifykb.batch.records import to_contact
from verifykb.errors import InputError
from verifykb.wording import LANGUAGES, Wording

at = datetime.fromisoformat  # a spreadsheet knows no zones
CODE = "SD261120-004217"


def sheet(book: Workbook, title: str = "") -> Worksheet:
    """Give the first sheet of a new book, or one more."""
    made = book.create_sheet(title) if title else book.active
    assert isinstance(made, Worksheet)
    return made


def office_book() -> bytes:
    """Give the log of a month as an accountant keeps it."""
    book = Workbook()
    page = sheet(book)
    page["A1"] = "TRƯỜNG THPT SỐ 1"
    page["G1"] = "Mẫu số: 01/TD"
    page.merge_cells("A3:I3")
    page["A3"] = "SỔ THEO DÕI LIÊN HỆ XƯNG LÀ KHO BẠC"
    page["A3"].font = Font(bold=True)
    page.merge_cells("A4:I4")
    page["A4"] = "Tháng 11 năm 2026"
    rows: list[tuple[int, Sequence[Any]]] = [
        (6, HEADER),
        (7, [f"({number})" for number in range(1, 10)]),
        (8, [1, at("2026-11-20T09:30"), "Điện thoại", CODE, None, 2462764300, 88617, "Hỏi hồ sơ bị treo", None]),
        (9, [2, date(2026, 11, 21), "Zalo", None, None, 912000111, None, "Bảo cài phần mềm hỗ trợ", "đã từ chối"]),
        (10, []),
        (11, [3, "23/11/2026 14h05", "Thư điện tử", CODE, "hotrocntt@vst.gov.vn", None, None, None, None]),
        (12, [4]),
        (13, [5]),
        (14, ["Tổng cộng", None, None, None, None, None, None, "=COUNTA(H8:H13)", 3]),
        (16, [None, None, None, None, None, None, "Khánh Hòa, ngày 30 tháng 11 năm 2026"]),
        (17, [None, "Người lập biểu", None, None, "Kế toán trưởng", None, None, "Thủ trưởng đơn vị"]),
        (18, [None, "(Ký, họ tên)", None, None, "(Ký, họ tên)", None, None, "(Ký, họ tên, đóng dấu)"]),
        (22, [None, "Nguyễn Thị Hoa", None, None, "Trần Văn Bình", None, None, "Lê Thị Ánh"]),
    ]
    for number, row in rows:
        for column, value in enumerate(row, start=1):
            page.cell(number, column).value = value
    page.cell(8, 2).number_format = "dd/mm/yyyy hh:mm"
    page.row_dimensions[9].hidden = True
    page.freeze_panes = "A7"
    page.auto_filter.ref = "A6:I13"
    return saved(book)


def test_the_log_of_an_accountant_is_read_as_she_means_it(tmp_path: Path) -> None:
    """Three contacts, hidden rows too, nothing else, and nothing to complain about."""
    found = read(tmp_path, office_book())
    assert found == [
        ("so.xlsx", 8, {
            "id": "1", "received_at": "2026-11-20T09:30:00", "channel": "Điện thoại", "code": CODE,
            "phone": "02462764300", "extension": "88617", "message": "Hỏi hồ sơ bị treo",
        }),
        ("so.xlsx", 9, {
            "id": "2", "received_at": "2026-11-21", "channel": "Zalo", "phone": "0912000111",
            "message": "Bảo cài phần mềm hỗ trợ", "note": "đã từ chối",
        }),
        ("so.xlsx", 11, {
            "id": "3", "received_at": "23/11/2026 14h05", "channel": "Thư điện tử", "code": CODE,
            "sender": "hotrocntt@vst.gov.vn",
        }),
    ]  # fmt: skip
    for _, _, cells in found:
        assert isinstance(cells, dict)
        assert to_contact(cells, "x").received_at


def rows_of(*rows: Sequence[object]) -> Read:
    return [("so.xlsx", number, {"code": str(row[0])}) for number, row in enumerate(rows, start=1) if row]


TAILS: dict[str, tuple[Sequence[object], str | None]] = {
    "total": (("Tổng cộng", None, 25), None),
    "total in words": (("Cộng tháng 11: 25 liên hệ",), None),
    "total with a formula": (("TỔNG SỐ", "=COUNTA(B2:B9)"), None),
    "total beside a number that could be dialled": (("Tổng", None, 912000111), "row-total"),
    "total with words": (("Tổng cộng", None, "3 vụ, có vụ đọc mã OTP"), "row-total"),
    "month": (("THÁNG 12 NĂM 2026",), None),
    "signatures": (("Người lập", None, "Thủ trưởng đơn vị"), None),
    "place and day": ((None, None, "Nha Trang, ngày ... tháng ... năm 2026"), None),
}


@pytest.mark.parametrize(("row", "key"), TAILS.values(), ids=TAILS)
def test_a_row_is_passed_over_only_where_it_holds_no_contact(
    tmp_path: Path, row: Sequence[object], key: str | None
) -> None:
    """Totals, months and signatures are none; with anything else in the row it is told."""
    found = read(tmp_path, sheet_of([("code", "phone", "note"), ("A", "156"), row, ("B", 156)]))
    told = [("so.xlsx", 3, key)] if key else []
    assert found == [
        ("so.xlsx", 2, {"code": "A", "phone": "156"}),
        *told,
        ("so.xlsx", 4, {"code": "B", "phone": "156"}),
    ]


STT = ("STT", "SĐT", "Nội dung", "Ghi chú")
ALONE: dict[str, tuple[Sequence[object], object]] = {
    "text in the column of running numbers": (("0912345678 gọi xin mật khẩu",), {"id": "0912345678 gọi xin mật khẩu"}),
    "the same and a box to tick": (("gọi xin mật khẩu", None, None, None, True), {"id": "gọi xin mật khẩu", "called_back": "yes"}),
    "a code in the column of running numbers": ((CODE,), {"id": CODE}),
    "a running number": (("LH-12",), None),
    "a running number and a box to tick": ((12, None, None, None, False), None),
    "a name and a number": (("Năm 0912345678",), {"id": "Năm 0912345678"}),
    "a name": (("Nam",), {"id": "Nam"}),
    "a day and a number": (("Ngày 21/11 0912345678",), {"id": "Ngày 21/11 0912345678"}),
    "a week": (("Tuần 3 (từ 16/11 đến 22/11/2026)",), None),
    "a year": (("NĂM 2026",), None),
    "a total": (("Tổng cộng", 3), None),
    "a total in words": (("Cộng", "3 cuộc gọi"), None),
    "a part of the book": (("II", None, None, None, "Thư điện tử"), None),
    "a message beside such a number": (("II", None, "xin mật khẩu"), {"id": "II", "message": "xin mật khẩu"}),
    "a total behind a phone": ((2, 156, "Tổng cộng 3 cuộc"), {"id": "2", "phone": "156", "message": "Tổng cộng 3 cuộc"}),
    "a total beside a phone": (("Tổng cộng", 156), "row-total"),
}  # fmt: skip


@pytest.mark.parametrize(("row", "expected"), ALONE.values(), ids=ALONE)
def test_what_stands_alone_in_a_row_is_passed_over_only_where_it_says_nothing(
    tmp_path: Path, row: Sequence[object], expected: object
) -> None:
    """A number, a month, a total: nothing. Anything else is a record, and it is told if it lacks a contact."""
    found = read(tmp_path, sheet_of([(*STT, "Đã gọi lại"), (1, 156), row]))
    assert found[1:] == ([("so.xlsx", 3, expected)] if expected else [])


AGAIN: dict[str, tuple[Sequence[object], Sequence[object], list[object]]] = {
    "other columns in another order": (
        ("STT", "Nội dung", "SĐT"), (1, "xin OTP", 912345678), [{"id": "1", "message": "xin OTP", "phone": "0912345678"}],
    ),
    "a column nobody knows": (
        ("STT", "Nội dung", "SĐT", "Người nghe"), (1, "xin OTP", 912345678, "Chị Lan"),
        ["file-unknown-column", "row-below-unread-header"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("header", "row", "expected"), AGAIN.values(), ids=AGAIN)
def test_a_second_table_is_read_under_its_own_header_or_told(
    tmp_path: Path, header: Sequence[object], row: Sequence[object], expected: list[object]
) -> None:
    """Never under the header of the first one: a message would be read as a phone number."""
    found = read(tmp_path, sheet_of([STT, (1, 156, "hỏi"), header, row]))
    assert [what for _, _, what in found[1:]] == expected


def test_below_a_header_that_cannot_be_read_another_one_counts(tmp_path: Path) -> None:
    """What stands between is told, row by row."""
    rows = [("code", "note"), ("A", "x"), ("code", "note", "colour"), ("B", "y", "z"), ("note", "code"), ("w", "C")]
    assert read(tmp_path, sheet_of(rows)) == [
        ("so.xlsx", 2, {"code": "A", "note": "x"}),
        ("so.xlsx", 3, "file-unknown-column"),
        ("so.xlsx", 4, "row-below-unread-header"),
        ("so.xlsx", 6, {"note": "w", "code": "C"}),
    ]


CHANNELS = {
    "below the header": [("Kênh", "Nội dung"), ("Điện thoại", "Mã yêu cầu"), ("Zalo", "x")],
    "further down": [("Kênh", "Nội dung"), ("Zalo", "x"), ("Điện thoại", "Mã yêu cầu")],
}


@pytest.mark.parametrize("rows", CHANNELS.values(), ids=CHANNELS)
def test_a_contact_in_the_words_of_a_header_is_a_contact(tmp_path: Path, rows: list[Sequence[object]]) -> None:
    """In the column of channels "Điện thoại" is a channel."""
    found = read(tmp_path, sheet_of(rows))
    assert {"channel": "Điện thoại", "message": "Mã yêu cầu"} in [cells for _, _, cells in found]
    assert {"channel": "Zalo", "message": "x"} in [cells for _, _, cells in found]


ABOVE: dict[str, tuple[Sequence[object], bool]] = {
    "number and demand": (("0912345678", "xin mật khẩu"), True),
    "number and demand in one cell": (("0912345678 gọi xin mật khẩu",), True),
    "mailbox": (("hotrocntt@vst-gov.vn",), True),
    "phone of the office": (("ĐT: 0258 3822 222",), False),
    "phone and mailbox of the office": (("Điện thoại: 0258.3822.222 - Email: thpt1@khanhhoa.edu.vn",), False),
    "phone beside its label": (("Điện thoại:", "0258 3822 222"), False),
    "phone and mailbox beside their labels": (("Điện thoại", "02583822111", "Email", "thcsb@khanhhoa.edu.vn"), False),
    "channel, number and demand": (("Điện thoại", "0912345678", "xin mật khẩu"), True),
    "tax number": (("Mã số thuế: 4200 123 456",), False),
}


@pytest.mark.parametrize(("row", "is_told"), ABOVE.values(), ids=ABOVE)
def test_above_the_header_only_the_office_has_numbers(tmp_path: Path, row: Sequence[object], is_told: bool) -> None:
    """What could be a contact is told, however few cells it has; the head of a printed form is not."""
    found = read(tmp_path, sheet_of([row, ("code", "note"), ("A", "x")]))
    assert ("so.xlsx", 1, "row-above-header") in found or not is_told
    assert len(found) == 1 + is_told


def test_labels_of_a_printed_form_are_no_header(tmp_path: Path) -> None:
    """Labels name columns, too: the header is the row below."""
    rows = [("Đơn vị:", "Trường A", None, "Số:", "Ngày:"), ("STT", "Ngày", "SĐT"), (1, "20/11/2026", 912345678)]
    contact = {"id": "1", "received_at": "20/11/2026", "phone": "0912345678"}
    assert read(tmp_path, sheet_of(rows)) == [("so.xlsx", 3, contact)]
    assert read(tmp_path, sheet_of([("Mã:", "Nội dung:"), ("A", "x")])) == [
        ("so.xlsx", 2, {"code": "A", "message": "x"})
    ]


LINKED: dict[str, tuple[str, str, str, object]] = {
    "mailbox as shown": ("Email", "a@b.vn", "mailto:A@b.vn?subject=x", {"sender": "a@b.vn"}),
    "another mailbox": ("Email", "hotrocntt@vst.gov.vn", "mailto:hotrocntt@vst-gov.vn", "row-link"),
    "another number": ("SĐT", "02462764300", "tel:0912345678", "row-link"),
    "page as shown": ("Nội dung", "xem https://vst.gov.vn/a nhé", "https://vst.gov.vn/a", {"message": "xem https://vst.gov.vn/a nhé"}),
    "another page": ("Nội dung", "bấm vào đây", "http://vst-gov.vn/x", {"message": "bấm vào đây http://vst-gov.vn/x"}),
    "a page behind the id": ("STT", "1", "http://x.vn/", {"id": "1"}),
}  # fmt: skip


@pytest.mark.parametrize(("column", "shown", "target", "expected"), LINKED.values(), ids=LINKED)
def test_a_link_behind_a_cell_is_read_or_told(
    tmp_path: Path, column: str, shown: str, target: str, expected: object
) -> None:
    """Where it leads is part of a text; of a mailbox or a number nobody knows which of the two counts."""
    book = Workbook()
    page = sheet(book)
    for row in ((column, "Mã yêu cầu"), (shown, CODE)):
        page.append(row)
    page["A2"].hyperlink = target
    found = read(tmp_path, saved(book))
    assert found == [("so.xlsx", 2, expected if isinstance(expected, str) else {**expected, "code": CODE})]  # type: ignore[dict-item]


LOOK_ALIKE = {
    "message of one word": "Cộng",
    "message that counts": "Tổng cộng 25 triệu, chuyển khoản ngay",
    "message that names a month": "Tháng 11 phải nộp phí",
    "message about a signature": "Kế toán trưởng đọc mã OTP cho em",
}


@pytest.mark.parametrize("message", LOOK_ALIKE.values(), ids=LOOK_ALIKE)
def test_words_like_these_in_a_contact_stay_a_contact(tmp_path: Path, message: str) -> None:
    """Beside a code or a sender, a word is a word."""
    found = read(tmp_path, sheet_of([("code", "message"), ("A", message)]))
    assert found == [("so.xlsx", 2, {"code": "A", "message": message})]


def test_below_the_signatures_only_names_are_passed_over(tmp_path: Path) -> None:
    """A row with a number is a contact that stands there by mistake; anything else is told."""
    tail = [("A", 156), ("Kế toán trưởng",), ("Lê Thị Ánh",), ("đọc mã OTP cho em",), ("B", 912000111)]
    assert read(tmp_path, sheet_of([("code", "phone"), *tail])) == [
        ("so.xlsx", 2, {"code": "A", "phone": "156"}),
        ("so.xlsx", 5, "row-below-signature"),
        ("so.xlsx", 6, {"code": "B", "phone": "0912000111"}),
    ]


def test_months_pasted_below_each_other_are_one_log(tmp_path: Path) -> None:
    """A repeated title is a title, a repeated header is a header, in another order too."""
    rows: list[Sequence[object]] = [
        ("SỔ THEO DÕI THÁNG 10/2026",), ("Mã yêu cầu", "Nội dung"), ("A", "x"), (),
        ("Sổ theo dõi tháng 11/2026",), ("Nội dung", "Mã yêu cầu"), ("y", "B"),
    ]  # fmt: skip
    assert read(tmp_path, sheet_of(rows)) == [
        ("so.xlsx", 3, {"code": "A", "message": "x"}),
        ("so.xlsx", 7, {"code": "B", "message": "y"}),
    ]


def test_a_contact_above_the_header_is_told(tmp_path: Path) -> None:
    """The header may have been found too late; what could be a contact is not taken for a title."""
    rows = [("20/11", "Zalo", "0912 000 111"), ("Điện thoại: 0258 3822 222",), ("Kênh", "Nội dung"), ("Zalo", "x")]
    assert read(tmp_path, sheet_of(rows)) == [
        ("so.xlsx", 1, "row-above-header"),
        ("so.xlsx", 4, {"channel": "Zalo", "message": "x"}),
    ]


def test_columns_may_be_grouped_in_two_lines(tmp_path: Path) -> None:
    """The second line names them, the first one their group; what is merged over both counts."""
    book = Workbook()
    page = sheet(book)
    cells: dict[str, Any] = {
        "A1": "STT", "B1": "Ngày", "C1": "Thông tin người liên hệ", "E1": "Nội dung",
        "C2": "Email", "D2": "Số điện thoại",
        "A3": 1, "B3": at("2026-11-20"), "C3": "a@b.vn", "D3": 912000111, "E3": "x",
    }  # fmt: skip
    for place, value in cells.items():
        page[place] = value
    for merged in ("A1:A2", "B1:B2", "C1:D1", "E1:E2"):
        page.merge_cells(merged)
    contact = {"id": "1", "received_at": "2026-11-20", "sender": "a@b.vn", "phone": "0912000111", "message": "x"}
    assert read(tmp_path, saved(book)) == [("so.xlsx", 3, contact)]


def test_a_merged_cell_speaks_for_all_its_rows(tmp_path: Path) -> None:
    """Day, case and the like; never what would prove something. A row without anything of its own is blank."""
    book = Workbook()
    page = sheet(book)
    for row in (
        ("Ngày", "Vụ", "Số điện thoại", "Nội dung", "Đã gọi lại", "Mã yêu cầu"),
        (at("2026-11-20"), "V1", 912000111, "x", "có", "=A1"), (None, None, None, "y"), (None,), (None, None, None, "z"),
    ):  # fmt: skip
        page.append(row)
    for merged in ("A2:A4", "B2:B3", "C2:C3", "E2:E5"):
        page.merge_cells(merged)
    page["F2"] = CODE
    first = {"received_at": "2026-11-20", "case": "V1", "phone": "0912000111"}
    assert read(tmp_path, saved(book)) == [
        ("so.xlsx", 2, {**first, "message": "x", "called_back": "có", "code": CODE}),
        ("so.xlsx", 3, {**first, "message": "y"}),
        ("so.xlsx", 5, {"message": "z"}),
    ]


def test_every_sheet_is_read_or_told(tmp_path: Path) -> None:
    """Months are logs, named in brackets; a hidden sheet and one without a header are told, empty ones are not."""
    book = Workbook()
    sheet(book).title = "Tháng 10"
    sheet(book).append(["code", "note"])
    sheet(book).append(["A", "x"])
    others: dict[str, list[list[str]]] = {
        "Tháng 11": [["note", "code"], ["y", "B"]], "Trống": [], "Hướng dẫn": [["Ghi mỗi liên hệ một dòng"]],
        "Cũ": [["code"], ["C"]], "Sai cột": [["code", "phnoe"], ["D", "1"]], "Tháng 12": [["code"], ["E"]],
    }  # fmt: skip
    for title, lines in others.items():
        page = sheet(book, title)
        for row in lines:
            page.append(row)
    book["Cũ"].sheet_state = "veryHidden"
    assert read(tmp_path, saved(book)) == [
        ("so.xlsx[Cũ]", 0, "file-xlsx-sheet-hidden"),
        ("so.xlsx[Tháng 10]", 2, {"code": "A", "note": "x"}),
        ("so.xlsx[Tháng 11]", 2, {"note": "y", "code": "B"}),
        ("so.xlsx[Hướng dẫn]", 0, "file-xlsx-no-header"),
        ("so.xlsx[Sai cột]", 0, "file-unknown-column"),
        ("so.xlsx[Tháng 12]", 2, {"code": "E"}),
    ]


def test_a_header_stands_in_the_first_twenty_rows_with_text(tmp_path: Path) -> None:
    """Blank rows do not count; further down nobody looks for one."""
    rows: list[Sequence[object]] = [
        (),
        *[("tên sổ", str(number)) for number in range(19)],
        (),
        ("code", "note"),
        ("A", "x"),
    ]
    assert read(tmp_path, sheet_of(rows)) == [("so.xlsx", 23, {"code": "A", "note": "x"})]
    with pytest.raises(InputError) as caught:
        read(tmp_path, sheet_of([("tên sổ",), *rows]))
    assert caught.value.key == "file-xlsx-no-header"


def test_one_known_column_is_a_log_where_it_stands_alone(tmp_path: Path) -> None:
    """And a cell below that is called like another column is a cell."""
    assert read(tmp_path, sheet_of([("Nội dung",), ("Email",), ("Nội dung",), ("đọc OTP",)])) == [
        ("so.xlsx", 2, {"message": "Email"}),
        ("so.xlsx", 4, {"message": "đọc OTP"}),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_told_has_words(language: str) -> None:
    """Every key that a workbook can be refused with, in both languages, with all its holes."""
    values = dict.fromkeys(("file", "row", "target", "part", "limit", "kind", "sheet", "cell", "column", "value"), "x")
    wording = Wording(language)
    for key in (
        "file-xlsx-not-one", "file-xlsx-other", "file-xlsx-encrypted", "file-xlsx-broken", "file-xlsx-too-large",
        "file-xlsx-bomb", "file-xlsx-ratio", "file-xlsx-too-many", "file-xlsx-dtd", "file-xlsx-limits",
        "file-xlsx-no-header", "file-xlsx-sheet-hidden", "row-formula", "row-error-value", "row-total",
        "row-below-signature", "row-above-header", "row-below-unread-header", "row-header-again", "row-link",
    ):  # fmt: skip
        assert all(wording.error(key, values))
