"""Workbooks that are none, or damaged: told by name, never half believed."""

import io
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from tests.batch.workbooks import LOG, MAIN, packed, read, saved, strings, styles, text
from tests.mail.olewriter import write_ole
from verifykb.batch import xlsx, xlsx_process
from verifykb.batch.record import ReadOptions
from verifykb.batch.xlsx import read_xlsx
from verifykb.errors import InputError


def flagged(raw: bytes, flag: int) -> bytes:
    """Set a flag in every entry of a zip."""
    changed = bytearray(raw)
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + offset] |= flag
            at = changed.find(mark, at + 4)
    return bytes(changed)


def twice(name: str) -> bytes:
    """Give a workbook with two parts of one name."""
    out = io.BytesIO(packed({"a": LOG}))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>')
    return out.getvalue()


NOT_ONE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "nothing": (lambda: b"", "file-xlsx-not-one", ""),
    "text": (lambda: b"code,note\nA,x\n", "file-xlsx-not-one", ""),
    "zip": (lambda: flagged(b"PK\x05\x06" + b"\0" * 18, 0), "file-xlsx-not-one", ""),
    "old format": (lambda: write_ole({"Workbook": b"x" * 5000}), "file-xlsx-other", ".xls"),
    "password": (lambda: write_ole({"EncryptedPackage": b"x" * 5000}), "file-xlsx-encrypted", ""),
    "zip with a password": (lambda: flagged(packed({"a": LOG}), 1), "file-xlsx-encrypted", ""),
    "binary": (lambda: packed({"a": LOG}, {"_rels/.rels": _binary()}), "file-xlsx-other", ".xlsb"),
    "OpenDocument": (lambda: packed({"a": LOG}, {"mimetype": "x", "content.xml": "<x/>"}), "file-xlsx-other", ".ods"),
    "cut": (lambda: packed({"a": LOG})[:-40], "file-xlsx-broken", ""),
    "two parts of one name": (lambda: twice("xl/worksheets/SHEET1.XML"), "file-xlsx-broken", ""),
    "no sheet": (lambda: packed({}), "file-xlsx-not-one", ""),
    "sheet that is elsewhere": (lambda: packed({"a": LOG}, {"xl/_rels/workbook.xml.rels": _away()}), "file-xlsx-broken", ""),
    "sheet that is no sheet": (lambda: packed({"a": LOG}, {"xl/worksheets/sheet1.xml": "<x><v>1</v></x>"}), "file-xlsx-broken", ""),
    "broken XML": (lambda: packed({"a": LOG + "<row"}), "file-xlsx-broken", ""),
    "rows that run backwards": (lambda: packed({"a": LOG + f'<row r="2">{text("A2", "B")}</row>'}), "file-xlsx-broken", ""),
    "a row too far": (lambda: packed({"a": LOG + '<row r="1048577"/>'}), "file-xlsx-broken", ""),
    "cells that run backwards": (lambda: packed({"a": LOG + f'<row r="3">{text("B3", "x")}{text("A3", "y")}</row>'}), "file-xlsx-broken", ""),
    "a cell of another row": (lambda: packed({"a": LOG + f'<row r="3">{text("A4", "x")}</row>'}), "file-xlsx-broken", ""),
    "a column too far": (lambda: packed({"a": LOG + f'<row r="3">{text("XFE3", "x")}</row>'}), "file-xlsx-broken", ""),
    "no column": (lambda: packed({"a": LOG + f'<row r="3">{text("Á3", "x")}</row>'}), "file-xlsx-broken", ""),
    "a row in a row": (lambda: packed({"a": LOG + '<row r="3"><row r="4"/></row>'}), "file-xlsx-broken", ""),
    "a cell without a row": (lambda: packed({"a": LOG + text("A3", "x")}), "file-xlsx-broken", ""),
    "a cell in a cell": (lambda: packed({"a": LOG + '<row r="3"><c r="A3"><c r="B3"/></c></row>'}), "file-xlsx-broken", ""),
    "a string that is not there": (lambda: packed({"a": LOG + '<row r="3"><c t="s"><v>7</v></c></row>'}), "file-xlsx-broken", ""),
    "a string from the end": (lambda: packed({"a": LOG + '<row r="3"><c t="s"><v>-1</v></c></row>'}, strings("<si><t>x</t></si>")), "file-xlsx-broken", ""),
    "a style that is no number": (lambda: packed({"a": LOG}, styles('<cellXfs><xf numFmtId="x"/></cellXfs>')), "file-xlsx-broken", ""),
}  # fmt: skip


def _binary() -> str:
    return packed_relations("xl/workbook.bin", "officeDocument")


def _away() -> str:
    return packed_relations("../../elsewhere.xml", "worksheet")


def packed_relations(target: str, kind: str) -> str:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return f'<Relationships><Relationship Id="r1" Type="{office}/{kind}" Target="{target}"/></Relationships>'


@pytest.mark.parametrize(("made", "key", "kind"), NOT_ONE.values(), ids=NOT_ONE)
def test_what_is_no_sound_workbook_is_told_by_name(
    tmp_path: Path, made: Callable[[], bytes], key: str, kind: str
) -> None:
    """Another format, a password, or damage; two readers never see two logs."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, made())
    assert caught.value.key == key
    assert caught.value.values.get("kind", "") == kind
    assert caught.value.values["file"].endswith("so.xlsx")


def test_what_was_read_before_the_damage_is_given(tmp_path: Path) -> None:
    """And then the damage is told: never the one without the other."""
    path = tmp_path / "so.xlsx"
    rows = "".join(f'<row r="{n}">{text(f"A{n}", str(n))}</row>' for n in range(3, 101))
    path.write_bytes(packed({"a": LOG + rows, "b": LOG + "<row"}))
    found, key = [], ""
    try:
        for item in read_xlsx(str(path), ReadOptions(), lambda _: pytest.fail("a fingerprint")):
            found.append(item.row)  # noqa: PERF401 - what came before the error counts
    except InputError as error:
        key = error.key
    assert (found, key) == (list(range(2, 101)), "file-xlsx-broken")


def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By the clock on the wall, whatever the system knows of limits."""
    monkeypatch.setattr(xlsx, "_MAX_WALL_SECONDS", 0.001)
    with pytest.raises(InputError) as caught:
        read(tmp_path, packed({"a": LOG}))
    assert caught.value.key == "file-xlsx-limits"


@pytest.mark.parametrize(("interpreter", "key"), [("/none", "file-unreadable"), ("/bin/true", "file-xlsx-broken")])
def test_a_process_that_says_nothing_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, interpreter: str, key: str
) -> None:
    """It could not be started, or ended before its time."""
    monkeypatch.setattr(sys, "executable", interpreter)
    with pytest.raises(InputError) as caught:
        read(tmp_path, packed({"a": LOG}))
    assert caught.value.key == key


def test_a_reader_that_stops_leaves_no_process(tmp_path: Path) -> None:
    """Whoever takes one record and goes leaves nothing behind."""
    path = tmp_path / "so.xlsx"
    path.write_bytes(
        packed({"a": LOG + "".join(f'<row r="{n}">{text(f"A{n}", str(n))}</row>' for n in range(3, 50_000))})
    )
    items = read_xlsx(str(path), ReadOptions(), lambda _: pytest.fail("a fingerprint"))
    assert next(items).row == 2
    assert isinstance(items, Iterator)
    del items  # a process or a pipe that stays open would warn, and a warning is an error here


def rows_here(raw: bytes) -> list[list[object]]:
    """Do in this process what the limited one does."""
    found: list[list[object]] = []
    xlsx_process._write_rows(raw, lambda *values: found.append(list(values)))
    return json.loads(json.dumps(found))  # type: ignore[no-any-return] # what was put in


_GOOD = packed(
    {"a": LOG, "b": LOG}, {**strings("<si><t>x</t></si>"), **styles("<cellXfs><xf numFmtId='14'/></cellXfs>")}
)


@settings(max_examples=300)
@given(st.integers(0, len(_GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_any_change_of_a_file_is_answered(at: int, octets: bytes) -> None:
    """Rows, or an `Exception` that the process turns into its one answer."""
    try:
        found = rows_here(_GOOD[:at] + octets + _GOOD[at + len(octets) :])
    except Exception:  # noqa: BLE001 - this is what the process catches
        return
    assert found[0][0] == "sheets"
    assert found[-1] == ["end"]


_VALUES = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12),
    st.booleans(),
    st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), max_size=20).filter(lambda t: not t.startswith(("=", "#")) and "_x" not in t),
    st.datetimes().filter(lambda moment: moment.year > 1901).map(lambda moment: moment.replace(microsecond=0)),
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.lists(_VALUES, max_size=6), max_size=6))
def test_cells_are_those_that_openpyxl_reads(rows: list[list[object]]) -> None:
    """The oracle reads the same values from the same places."""
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr] # a new book has a sheet
    raw = saved(book)
    (_, *found) = rows_here(raw)[:-1]
    ours = {(line[1], cell[0]): cell[2] for line in found for cell in line[2]}  # type: ignore[attr-defined] # lists
    oracle = load_workbook(io.BytesIO(raw), read_only=True).worksheets[0]
    theirs = {
        (cell.row, cell.column): shown
        for row in oracle.iter_rows()
        for cell in row
        if cell.value is not None and (shown := _shown(cell.value)).strip()
    }
    assert ours == theirs


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    return str(value)
