"""Workbooks made to exhaust their reader: each is refused with a reason, soon, and in little memory."""

import os
import subprocess
import sys
import tracemalloc
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.batch.workbooks import LOG, MAIN, packed, read, strings, styles, text
from verifykb.batch import xlsx_process
from verifykb.batch.record import ReadOptions
from verifykb.batch.xlsx import read_xlsx
from verifykb.errors import InputError

MEGABYTE = 1024 * 1024
MAX_PARENT_BYTES, MAX_CHILD_KIB = 32 * MEGABYTE, 300 * 1024
_LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))


def sparse(size: int) -> str:
    """Give white space that packs to next to nothing."""
    return " " * size


def dense(size: int) -> str:
    """Give numbers that do not pack so well."""
    return "".join(f"<c><v>{number}</v></c>" for number in range(size // 20))[:size].rpartition("<c>")[0]


def seconds_of_children() -> float:
    """Give the processor time of every process that we started and that has ended."""
    times = os.times()
    return times.children_user + times.children_system


def with_dtd(declaration: str, use: str) -> bytes:
    markup = f'<!DOCTYPE worksheet [{declaration}]><worksheet xmlns="{MAIN}"><sheetData><row r="1">{text("A1", use)}</row></sheetData></worksheet>'
    return packed({"a": LOG}, {"xl/worksheets/sheet1.xml": markup})


def many_rows() -> str:
    rows = (f'<row r="{number}">{dense(16_000 * 20)}</row>' for number in range(3, 190))
    return "".join(rows)


def repeated_string() -> bytes:
    """One long string in very many cells."""
    cells = "".join(f'<row r="{row}"><c t="s"><v>0</v></c></row>' for row in range(3, 2_000))
    return packed({"a": LOG + cells}, strings(f"<si><t>{'ab ' * 300_000}{''.join(map(str, range(9000)))}</t></si>"))


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "sheet": (lambda: packed({"a": LOG + sparse(300 * MEGABYTE)}), "file-xlsx-ratio"),
    "sheet that packs like a log": (lambda: packed({"a": LOG + many_rows()}), "file-xlsx-limits"),
    "sheet over its limit": (lambda: packed({"a": LOG, "b": "".join(f"<!--{n:09}-->" for n in range(4_500_000))}), "file-xlsx-bomb"),
    "shared strings": (lambda: packed({"a": LOG}, strings(sparse(100 * MEGABYTE))), "file-xlsx-ratio"),
    "very many shared strings": (lambda: packed({"a": LOG}, strings("".join(f"<si><t>{n:x}</t></si>" for n in range(2_600_000)))), "file-xlsx-limits"),
    "styles": (lambda: packed({"a": LOG}, styles(sparse(100 * MEGABYTE))), "file-xlsx-ratio"),
    "very many styles": (lambda: packed({"a": LOG}, styles("<cellXfs>" + "".join(f'<xf numFmtId="{n}"/>' for n in range(200_000)))), "file-xlsx-too-many"),
    "workbook part": (lambda: packed({"a": LOG}, {"xl/workbook.xml": sparse(100 * MEGABYTE)}), "file-xlsx-bomb"),
    "very many entries": (lambda: packed({"a": LOG}, {f"xl/media/{n}.png": b"" for n in range(5_001)}), "file-xlsx-too-many"),
    "a thousand sheets": (lambda: packed(dict.fromkeys(map(str, range(1000)), LOG)), "file-xlsx-too-many"),
    "many heavy sheets": (lambda: packed(dict.fromkeys(map(str, range(70)), dense(3 * MEGABYTE))), "file-xlsx-bomb"),
    "billion laughs": (lambda: with_dtd(_LAUGHS, "&a9;"), "file-xlsx-dtd"),
    "external entity": (lambda: with_dtd('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"), "file-xlsx-dtd"),
    "external DTD": (lambda: packed({"a": LOG}, {"xl/workbook.xml": '<!DOCTYPE x SYSTEM "http://evil.example/x.dtd"><x/>'}), "file-xlsx-dtd"),
    "DTD in UTF-16": (lambda: packed({"a": LOG}, {"xl/worksheets/sheet1.xml": f'<!DOCTYPE x><worksheet xmlns="{MAIN}"><sheetData><v></v></sheetData></worksheet>'.encode("utf-16")}), "file-xlsx-dtd"),
    "one string in very many cells": (repeated_string, "file-xlsx-limits"),
    "very many merged cells": (lambda: packed({"a": LOG + "|" + "".join(f'<mergeCell ref="A{n}:A{n + 1}"/>' for n in range(1, 300_000, 2))}), "file-xlsx-too-many"),
}  # fmt: skip


@pytest.mark.parametrize(("made", "key"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_soon_and_in_little_memory(tmp_path: Path, made: Callable[[], bytes], key: str) -> None:
    """With its reason, before its time is up; ours hardly grows."""
    path = tmp_path / "so.xlsx"
    path.write_bytes(made())
    tracemalloc.start()
    before = seconds_of_children()
    with pytest.raises(InputError) as caught:
        deque(read_xlsx(str(path), ReadOptions(), lambda _: None), maxlen=0)
    seconds, (_, peak) = seconds_of_children() - before, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.key == key
    assert seconds < xlsx_process.MAX_SECONDS
    assert peak < MAX_PARENT_BYTES


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """Nor is it fingerprinted."""
    path = tmp_path / "so.xlsx"
    with path.open("wb") as file:
        file.seek(xlsx_process.MAX_BYTES)
        file.write(b"x")
    with pytest.raises(InputError) as caught:
        list(read_xlsx(str(path), ReadOptions(), lambda _: pytest.fail("a fingerprint")))
    assert caught.value.key == "file-xlsx-too-large"


def test_far_cells_cost_nothing(tmp_path: Path) -> None:
    """A cell at the end of the sheet is told in its row; nothing between is looked at."""
    far = f'{LOG}<row r="1048576">{text("XFD1048576", "x")}</row>'
    before = seconds_of_children()
    assert read(tmp_path, packed({"a": far}))[1:] == [("so.xlsx", 1_048_576, "row-nameless")]
    assert seconds_of_children() - before < xlsx_process.MAX_SECONDS


def test_a_million_empty_rows_cost_little(tmp_path: Path) -> None:
    """Formatted to the end of the sheet, as it happens."""
    blank = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(3, 1_048_577))
    before = seconds_of_children()
    assert read(tmp_path, packed({"a": LOG + blank})) == [("so.xlsx", 2, {"code": "SD261120-004217"})]
    assert seconds_of_children() - before < xlsx_process.MAX_SECONDS


def test_what_a_log_does_not_need_is_not_unpacked(tmp_path: Path) -> None:
    """Pictures and macros may weigh what they want; nothing of them is run or read."""
    parts: dict[str, str | bytes] = {
        "xl/media/image1.png": b"\0" * 200 * MEGABYTE,
        "xl/vbaProject.bin": b"Sub Auto_Open()",
    }
    assert read(tmp_path, packed({"a": LOG}, parts), "so.xlsm") == [("so.xlsm", 2, {"code": "SD261120-004217"})]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_the_process_takes_memory_from_itself(tmp_path: Path) -> None:
    """The largest workbook that is read stays below 300 MB, or ends with a reason."""
    raw = packed({"a": LOG}, strings("".join(f"<si><t>{n:012}</t></si>" for n in range(2_400_000))))
    (tmp_path / "so.xlsx").write_bytes(raw)
    script = (
        "import resource, subprocess, sys;"
        "subprocess.run([sys.executable, '-m', 'verifykb.batch.xlsx_process'], stdin=open(sys.argv[1], 'rb'), stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "so.xlsx")], capture_output=True, text=True, check=True
    )
    assert 0 < int(done.stdout) < MAX_CHILD_KIB
