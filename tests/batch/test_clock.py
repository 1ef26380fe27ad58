"""Day and time of day in two columns, as many offices keep them."""

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.batch.test_readers import error_key, read
from tests.batch.workbooks import read as read_book
from tests.batch.workbooks import saved, sheet_of
from verifykb.batch.clock import with_clock
from verifykb.batch.cut import cut_log
from verifykb.batch.read_piece import read_piece
from verifykb.batch.record import ReadOptions
from verifykb.batch.records import read_time

CODE = "SD261120-004217"

BOTH = {
    "colon": ("20/11/2026", "9:30", "20/11/2026 09:30:00"),
    "seconds": ("20/11/2026", "09:30:15", "20/11/2026 09:30:15"),
    "h": ("20/11/2026", "9h30", "20/11/2026 09:30:00"),
    "h and p": ("20.11.2026", "9H30'", "20.11.2026 09:30:00"),
    "whole hour": ("2026-11-20", "9h", "2026-11-20 09:00:00"),
    "in words": ("20-11-2026", " lúc 9 giờ 05 phút ", "20-11-2026 09:05:00"),
    "decomposed": ("20/11/2026", "9 gio\u031b\u0300 05", "20/11/2026 09:05:00"),
    "after noon": ("20/11/2026", "2:30 CH", "20/11/2026 14:30:00"),
    "noon": ("20/11/2026", "12:30 PM", "20/11/2026 12:30:00"),
    "before noon": ("20/11/2026", "11h30 trưa", "20/11/2026 11:30:00"),
    "past noon": ("20/11/2026", "1h trưa", "20/11/2026 13:00:00"),
    "after midnight": ("20/11/2026", "12:05 SA", "20/11/2026 00:05:00"),
    "in the afternoon": ("20/11/2026", "2 giờ 30 chiều", "20/11/2026 14:30:00"),
}
DAY_ALONE = {
    "no clock": ("20/11/2026", ""),
    "words": ("20/11/2026", "sáng"),
    "no such hour": ("20/11/2026", "25:00"),
    "no such minute": ("20/11/2026", "9h75"),
    "the day has a time": ("20/11/2026 10:15", "9:30"),
    "the day is none": ("hôm qua", "9:30"),
    "a number": ("20/11/2026", "9"),
    "hidden characters": ("20/11/2026", "9\u200b:30"),
}


@pytest.mark.parametrize("case", BOTH)
def test_day_and_time_of_day_become_one_time(case: str) -> None:
    """However the hour is written; the result is read like any time of a log."""
    day, clock, expected = BOTH[case]
    assert with_clock(day, clock) == expected
    assert read_time(expected)


@pytest.mark.parametrize("case", DAY_ALONE)
def test_a_day_stands_alone_beside_what_is_no_time_of_day(case: str) -> None:
    """As it was written; whether it is a day is told where times are read."""
    day, clock = DAY_ALONE[case]
    assert with_clock(day, clock) == day


def test_without_a_day_only_a_whole_time_counts() -> None:
    """An hour of no day is no time; the contact is judged without one, as where nobody wrote it down."""
    assert with_clock(" ", "9:30") == " "
    assert with_clock("", "20/11/2026 9h30") == "20/11/2026 9h30"


@pytest.mark.parametrize(
    "header",
    ["Ngày,Giờ,Mã", "NGAY;GIO;MA", "Ngày nhận,Giờ nhận,Mã", "Date,Time,Code", "Ngày\tThời gian\tMã", "Giờ,Ngày,Mã"],
)
def test_a_table_may_keep_them_in_two_columns(tmp_path: Path, header: str) -> None:
    """In either order; nothing of the second column is left in the record."""
    cells = {"ngay": "20/11/2026", "date": "20/11/2026"}
    between = next(sign for sign in ",;\t" if sign in header)
    names = header.split(between)
    row = [CODE if name in ("Mã", "MA", "Code") else "" for name in names]
    first_is_clock = names[0] == "Giờ"
    row[0], row[1] = ("9h30", cells["ngay"]) if first_is_clock else (cells["ngay"], "9h30")
    content = f"{header}\n{between.join(row)}\n"
    assert read(tmp_path, content) == [(2, {"received_at": "20/11/2026 09:30:00", "code": CODE})]


def test_a_log_in_pieces_has_the_same_times(tmp_path: Path) -> None:
    """Where pyarrow would parse it at once, too."""
    rows = [f"20/11/2026,{hour}h0{hour},{CODE}" for hour in range(1, 10)]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["Ngày,Giờ,Mã", *rows, ""]), encoding="utf-8")
    (piece,) = cut_log(str(log), ReadOptions(), tmp_path, [])
    (some,) = read_piece(piece, ReadOptions())
    assert some.batch.schema.names == ["received_at", "code"]
    assert some.batch["received_at"].to_pylist() == [f"20/11/2026 0{hour}:0{hour}:00" for hour in range(1, 10)]


@pytest.mark.parametrize("header", ["Giờ,Time,Mã", "Ngày,Ngày nhận,Mã", "Ngày,Giờ,Thời gian,Mã"])
def test_times_that_nobody_can_tell_apart_are_refused(tmp_path: Path, header: str) -> None:
    """Two hours, two days, or three columns: the file says which of them is in the way."""
    assert error_key(tmp_path, f"{header}\n") == "file-duplicate-column"


def test_a_column_of_hours_alone_holds_the_time_of_contact(tmp_path: Path) -> None:
    """It may hold the day, too; where it does not, the row is told when it is judged."""
    assert read(tmp_path, f"Giờ,Mã\n20/11/2026 9h30,{CODE}\n") == [
        (2, {"received_at": "20/11/2026 9h30", "code": CODE})
    ]


@pytest.mark.parametrize("hour", [time(9, 30), "9h30", "=NOW()", None], ids=["time", "text", "formula", "blank"])
def test_a_workbook_may_keep_them_in_two_columns(tmp_path: Path, hour: object) -> None:
    """A cell of Excel's own times, or a text; a formula for the hour costs the hour, not the row."""
    rows: list[list[Any]] = [
        ["Ngày", "Giờ", "Mã"],
        [date(2026, 11, 20), hour, CODE],
        [date(2026, 11, 21), time(10, 0), None],
    ]
    received = "2026-11-20" if hour in ("=NOW()", None) else "2026-11-20 09:30:00"
    assert read_book(tmp_path, sheet_of(rows)) == [("so.xlsx", 2, {"received_at": received, "code": CODE})]


def test_the_two_columns_may_stand_below_one_title(tmp_path: Path) -> None:
    """A line of names below one for both, with the other names beside it."""
    rows: list[list[Any]] = [
        ["STT", "Thời gian", "", "Mã"],
        ["", "Ngày", "Giờ", ""],
        [1, date(2026, 11, 20), "9h30", CODE],
    ]
    expected = {"id": "1", "received_at": "2026-11-20 09:30:00", "code": CODE}
    assert read_book(tmp_path, sheet_of(rows)) == [("so.xlsx", 3, expected)]


def test_the_title_over_the_two_columns_may_be_merged(tmp_path: Path) -> None:
    """As Excel's users do it: one title over two columns, the other names over two rows."""
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    for row in (["STT", "Thời gian", None, "Mã"], [None, "Ngày", "Giờ", None], [1, date(2026, 11, 20), "9h30", CODE]):
        page.append(row)
    for area in ("A1:A2", "B1:C1", "D1:D2"):
        page.merge_cells(area)
    expected = {"id": "1", "received_at": "2026-11-20 09:30:00", "code": CODE}
    assert read_book(tmp_path, saved(book)) == [("so.xlsx", 3, expected)]
