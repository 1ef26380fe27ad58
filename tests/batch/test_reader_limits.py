"""Tests of `read_log` against files made to break it: size, nesting, and odd headers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from verifykb.batch.readers import read_log
from verifykb.batch.record import ReadOptions
from verifykb.errors import UsageError
from verifykb.model.report import Unreadable

Read = list[tuple[int, dict[str, str] | str]]
HUNDRED_MEGABYTES = 100 * 1024 * 1024
# What the process needs for a small log (pyarrow maps most of it), and less than one copy of the line besides.
ADDRESS_SPACE_KIB = 500_000


def read(folder: Path, content: str, name: str, **options: object) -> Read:
    """Give row and cells of each record, or row and error key."""
    path = folder / name
    path.write_bytes(content.encode())
    items = read_log(str(path), ReadOptions(**options), [])  # type: ignore[arg-type] # by name
    return [(item.row, item.key if isinstance(item, Unreadable) else item.cells) for item in items]


JSON_LINES: dict[str, tuple[str, dict[str, str] | str]] = {
    "text": ('{"code": "A"}', {"code": "A"}),
    "vietnamese keys": ('{"Mã yêu cầu": "A", "sdt": "1"}', {"code": "A", "phone": "1"}),
    "whole number": ('{"phone": 2462764300}', {"phone": "2462764300"}),
    "null": ('{"code": "A", "note": null}', {"code": "A", "note": ""}),
    "boolean": ('{"code": "A", "own_request": false}', {"code": "A", "own_request": "no"}),
    "list of asks": ('{"code": "A", "asks": ["secret", "link"]}', {"code": "A", "asks": "secret;link"}),
    "duplicate key": ('{"code": "A", "code": "B"}', "row-duplicate-column"),
    "two aliases": ('{"code": "A", "mã": "B"}', "row-duplicate-column"),
    "unknown key": ('{"code": "A", "cod": "B"}', "row-unknown-column"),
    "empty key": ('{"code": "A", "": "B"}', "row-unknown-column"),
    "boolean text": ('{"code": true}', "row-json-value"),
    "fraction": ('{"phone": 2462764300.0}', "row-json-value"),
    "not a number": ('{"phone": NaN}', "row-json-value"),
    "object": ('{"code": {"a": 1}}', "row-json-value"),
    "list": ('{"code": ["A"]}', "row-json-value"),
    "list of numbers": ('{"asks": [1]}', "row-json-value"),
    "no object": ('["A"]', "row-json"),
    "text only": ('"A"', "row-json"),
    "empty list": ("[]", "row-json"),
    "two objects": ('{"code": "A"} {"code": "B"}', "row-json"),
    "cut off": ('{"code": "A"', "row-json"),
    "single quotes": ("{'code': 'A'}", "row-json"),
    "raw NUL": ('{"code": "A\0"}', "row-nul"),
    "huge whole number": ('{"phone": ' + "9" * 100_000 + "}", "row-json"),
    "deep list": ('{"code": ' + "[" * 200_000, "row-json"),
    "deep object": ('{"code":' * 100_000, "row-json"),
    "deep closed list": ('{"code": ' + "[" * 900 + "]" * 900 + "}", "row-json-value"),
}


@pytest.mark.parametrize(("line", "expected"), JSON_LINES.values(), ids=JSON_LINES)
def test_each_json_line_is_read_or_told_alone(tmp_path: Path, line: str, expected: dict[str, str] | str) -> None:
    """A JSON line becomes cells or an error of its own; the next line is read in any case."""
    found = read(tmp_path, f'\ufeff\n{line}\n\n{{"code": "Z"}}\n', "log.jsonl")
    assert found == [(2, expected), (4, {"code": "Z"})]


def test_unknown_json_keys_are_passed_over_on_request(tmp_path: Path) -> None:
    """With `keep`, a JSON line may hold anything besides the known keys."""
    found = read(tmp_path, '{"code": "A", "x": {"y": []}}', "log.jsonl", keep_extra_columns=True)
    assert found == [(1, {"code": "A"})]


def test_a_utf16_json_file_is_told_and_yields_nothing(tmp_path: Path) -> None:
    """No half-read record comes out of a file in another encoding."""
    path = tmp_path / "log.jsonl"
    path.write_bytes('{"code": "A"}\n{"code": "B"}\n'.encode("utf-16"))
    items = list(read_log(str(path), ReadOptions(), []))
    assert items
    assert all(isinstance(item, Unreadable) for item in items)


def huge_line(path: Path, before: bytes, after: bytes) -> None:
    """Write a file with one line of 100 MB, as a hole that takes no disk."""
    with path.open("wb") as file:
        file.write(before)
        file.seek(HUNDRED_MEGABYTES, os.SEEK_CUR)
        file.write(b"\n" + after)


HUGE = {
    "row": ("log.csv", b"code\n", b"SD261120-004217\n", "1 contacts"),
    "open quote": ("log.csv", b'code\n"', b"SD261120-004217\n", "1 contacts"),
    "JSON line": ("log.jsonl", b"", b'{"code": "SD261120-004217"}\n', "1 contacts"),
    "header": ("log.csv", b"", b"SD261120-004217\n", "0 contacts"),
}


@pytest.mark.parametrize(
    ("name", "before", "after", "counted"),
    HUGE.values(),
    ids=HUGE,
)  # fmt: skip
def test_a_line_of_100_megabytes_is_told_in_bounded_memory(
    tmp_path: Path, name: str, before: bytes, after: bytes, counted: str
) -> None:
    """A huge line is told as unreadable, the rows behind it are judged, memory stays small."""
    huge_line(tmp_path / name, before, after)
    command = f'ulimit -v {ADDRESS_SPACE_KIB}; exec "$0" -m verifykb batch "$1" --lang en'
    done = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable, str(tmp_path / name)],
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert counted in done.stdout
    assert "Traceback" not in done.stderr


def test_many_blank_rows_above_the_header_are_no_crash(tmp_path: Path) -> None:
    """A spreadsheet saved with a thousand empty rows on top still reads."""
    assert read(tmp_path, "\n" * 1000 + "code\nA\n", "log.csv") == [(1002, {"code": "A"})]


@pytest.mark.parametrize("encoding", ["hex", "rot13", "base64", "zlib"])
def test_a_codec_that_is_no_text_encoding_is_wrong_use(tmp_path: Path, encoding: str) -> None:
    """`--encoding` takes the codecs that decode text, and no others."""
    with pytest.raises(UsageError):
        read(tmp_path, "code\nA\n", "log.csv", encoding=encoding)


def test_a_header_cell_may_have_two_lines(tmp_path: Path) -> None:
    """Alt+Enter in a header cell, as spreadsheets of offices have it, is white space."""
    content = '"Mã yêu\ncầu","Số\nđiện thoại"\nA,1\n'
    assert read(tmp_path, content, "log.csv") == [(2, {"code": "A", "phone": "1"})]


def test_text_below_an_empty_header_is_not_lost_in_silence(tmp_path: Path) -> None:
    """A message in a column without a name must be told: it may ask for an OTP."""
    found = read(tmp_path, "code,\nA,Đọc mã OTP cho em\nB,\n", "log.csv")
    assert isinstance(found[0][1], str)
    assert found[1] == (3, {"code": "B"})


def test_the_separator_line_of_excel_is_no_header(tmp_path: Path) -> None:
    """`sep=;` on top, which Excel needs to open a log, names the delimiter."""
    assert read(tmp_path, "sep=;\ncode;note\nA;b\n", "log.csv") == [(3, {"code": "A", "note": "b"})]
