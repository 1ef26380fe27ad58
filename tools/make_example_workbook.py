"""Make examples/nhat-ky.xlsx: the example log as an accountant keeps it in a workbook.

A title over merged cells, dates as cells, phone numbers that the program took for numbers, blank lines.
"""

import csv
import re
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

_EXAMPLES = Path(__file__).parents[1] / "examples"


def main() -> None:
    """Write the workbook."""
    with (_EXAMPLES / "nhat-ky.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise AssertionError
    sheet.title = "Nhật ký"
    sheet.append(["NHẬT KÝ LIÊN HỆ XƯNG LÀ HỖ TRỢ KHO BẠC - QUÝ IV/2026"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(header))
    sheet.append([])
    sheet.append([name.capitalize() for name in header])
    for number, row in enumerate(rows):
        sheet.append([_cell(name, text) for name, text in zip(header, row, strict=True)])
        if number % 15 == 14:  # noqa: PLR2004 - a gap now and then
            sheet.append([])
    for cell in sheet["B"][3:]:
        cell.number_format = "dd/mm/yyyy hh:mm"
    book.save(_EXAMPLES / "nhat-ky.xlsx")


def _cell(name: str, text: str) -> object:
    """Give what a spreadsheet makes of what is typed into a cell."""
    if name == "thời gian":
        return datetime.strptime(text, "%d/%m/%Y %H:%M")  # noqa: DTZ007 - cells know no time zone
    if name in ("số điện thoại", "máy lẻ") and re.fullmatch(r"0?[1-9][0-9]{2,9}", text):
        return int(text)
    return text or None


if __name__ == "__main__":
    main()
