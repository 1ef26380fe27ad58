"""Workbooks for tests: as Excel writes them (by openpyxl), and as nobody should (by hand)."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from verifykb.batch.record import ReadOptions
from verifykb.batch.xlsx import read_xlsx
from verifykb.model.report import Unreadable

# File and row of each record, and its cells, or the key of why it was not read.
Read = list[tuple[str, int, dict[str, str] | str]]
HEADER = ("STT", "Ngày", "Kênh", "Mã yêu cầu", "Email", "Số điện thoại", "Máy lẻ", "Nội dung", "Ghi chú")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def saved(book: Workbook) -> bytes:
    """Give the octets of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_of(rows: Sequence[Sequence[Any]]) -> bytes:
    """Give a workbook with one sheet of these rows; an empty row stays empty."""
    book = Workbook()
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            book.active.cell(number, column).value = value  # type: ignore[union-attr] # a new book has a sheet
    return saved(book)


def read(folder: Path, raw: bytes, name: str = "so.xlsx", **options: object) -> Read:
    """Read a workbook; files are named without their folder."""
    path = folder / name
    path.write_bytes(raw)
    items = read_xlsx(str(path), ReadOptions(**options), lambda _: None)  # type: ignore[arg-type] # by name
    return [
        (item.file.removeprefix(f"{folder}/"), item.row, item.key if isinstance(item, Unreadable) else item.cells)
        for item in items
    ]


def packed(sheets: Mapping[str, str], parts: Mapping[str, str | bytes] | None = None, namespace: str = MAIN) -> bytes:
    """Give a workbook of raw XML.

    Args:
        sheets: what stands between ``sheetData`` tags, by title; behind a ``|`` what follows them.
        parts: further parts; ``sharedStrings`` and ``styles`` are referred to, a part of ours is replaced.
        namespace: of SpreadsheetML.
    """
    found: dict[str, str | bytes] = {}
    relations, named = [], []
    for number, (title, markup) in enumerate(sheets.items(), start=1):
        data, _, rest = markup.partition("|")
        found[f"xl/worksheets/sheet{number}.xml"] = (
            f'<?xml version="1.0"?><worksheet xmlns="{namespace}"><sheetData>{data}</sheetData>{rest}</worksheet>'
        )
        relations.append(("worksheet", f"worksheets/sheet{number}.xml", f"r{number}"))
        named.append(f'<sheet name="{title}" sheetId="{number}" r:id="r{number}"/>')
    relations += [
        (kind, f"{kind}.xml", kind) for kind in ("sharedStrings", "styles") if f"xl/{kind}.xml" in (parts or {})
    ]
    found["xl/workbook.xml"] = (
        f'<workbook xmlns="{namespace}" xmlns:r="{_OFFICE}"><sheets>{"".join(named)}</sheets></workbook>'
    )
    found["xl/_rels/workbook.xml.rels"] = _related(relations)
    found["_rels/.rels"] = _related([("officeDocument", "xl/workbook.xml", "r1")])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**found, **(parts or {})}.items():
            archive.writestr(name, content)
    return out.getvalue()


def _related(relations: Sequence[tuple[str, str, str]]) -> str:
    found = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for kind, target, name in relations
    )
    return f'<Relationships xmlns="{_RELATIONS}">{found}</Relationships>'


def text(reference: str, content: str) -> str:
    """Give a cell of text."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{content}</t></is></c>'


def strings(content: str) -> dict[str, str | bytes]:
    """Give the part of shared strings."""
    return {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{content}</sst>'}


def styles(content: str) -> dict[str, str | bytes]:
    """Give the part of styles."""
    return {"xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{content}</styleSheet>'}


LOG = f'<row r="1">{text("A1", "code")}{text("B1", "note")}</row><row r="2">{text("A2", "SD261120-004217")}</row>'
