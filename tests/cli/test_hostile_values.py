"""Tests of values that attack the reader's terminal, spreadsheet or eye: none gets through."""

import csv
import io
import json
import unicodedata
from pathlib import Path

import pytest

from verifykb.__main__ import run as run_here
from verifykb.batch.columns import COLUMNS

from .process import AT

FORMATS = ("plain", "table", "json", "jsonl", "csv")
HOSTILE = {
    "colour": "\x1b[2J\x1b[31mĐÃ XÁC MINH",
    "link": "\x1b]8;;http://evil.example\x1b\\vst.gov.vn\x1b]8;;\x1b\\",
    "title": "\x1b]0;x\x07",
    "carriage return": "a\rĐÃ XÁC MINH",
    "line feed": "a\nA: VERIFIED",
    "backspace": "a\b\x7f",
    "C1": "\x9b31m\x85\x90",
    "bidi": "\u202eexe.gpj\u202c\u2066a\u2069\u200f\u061c",
    "zero width": "a\u200b\u200c\u200d\u2060\ufeffb",
    "tags": "a\U000e0001\U000e0041\U000e007f",
    "separators": "a\u2028b\u2029c\x1c\x1d\x1e\x1f\v\f",
    "inkless": "\u3164\u115f\u17b4\u180e\u2800\u00ad\ufe0f\U000e0100",
    "private and unassigned": "\ue000\U0010ffff\ufdd0\u0378",
    "annotation": "\ufff9a\ufffab\ufffb",
    "markup": "[bold red]x[/] :smile: {code} {0.__class__} %s <b>&amp;",
}
# What none of the outputs may hold, whatever went in: the line feed is ours alone.
FORBIDDEN = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")


def smuggled(text: str) -> set[str]:
    """Give the names of characters that should have been made visible."""
    return {
        f"U+{ord(character):04X}" for character in set(text) - {"\n"} if unicodedata.category(character) in FORBIDDEN
    }


def records(value: str) -> list[dict[str, str]]:
    """Give one record per column that holds the value."""
    return [{"code": "SD261120-004217", column: value} for column in COLUMNS]


def write_csv(path: Path, rows: list[dict[str, str]]) -> str:
    """Write records as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def write_jsonl(path: Path, rows: list[dict[str, str]]) -> str:
    """Write records as JSON lines in ASCII."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="ascii")
    return str(path)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_no_column_smuggles_a_character_into_any_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], value: str, format_: str, lang: str
) -> None:
    """Every column of CSV and JSONL, every format, both streams: nothing invisible comes out."""
    logs = (write_csv(tmp_path / "log.csv", records(value)), write_jsonl(tmp_path / "log.jsonl", records(value)))
    file = tmp_path / "report"
    for log in logs:
        status = run_here(["batch", log, *AT, "--format", format_, "--lang", lang, "--output", f"{format_}={file}"])
        out, err = capsys.readouterr()
        assert status in (1, 2, 3)
        assert not smuggled(out)
        assert not smuggled(err)
        assert not smuggled(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("value", ["\0", "a\0b"])
def test_nul_never_comes_out(tmp_path: Path, capsys: pytest.CaptureFixture[str], value: str) -> None:
    """A raw NUL spoils its row; one that JSON spells out is shown."""
    for log in (write_csv(tmp_path / "log.csv", records(value)), write_jsonl(tmp_path / "log.jsonl", records(value))):
        for format_ in FORMATS:
            run_here(["batch", log, *AT, "--format", format_])
            out, err = capsys.readouterr()
            assert not smuggled(out + err)


def test_a_lone_surrogate_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON can spell half a character; it is made visible like any other."""
    log = write_jsonl(tmp_path / "log.jsonl", records("a\ud800b\udfff"))
    for format_ in FORMATS:
        assert run_here(["batch", log, *AT, "--format", format_]) in (1, 2, 3)
        out, err = capsys.readouterr()
        assert not smuggled(out + err)
        out.encode("utf-8")


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_no_name_on_the_command_line_smuggles_a_character(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    """File names, options, rules and values are as safe on stderr as values are on stdout."""
    name = tmp_path / f"{value.replace('/', '_')}.csv"
    name.write_text(f'code,"{value}"\nA,b\n', encoding="utf-8", newline="")
    good = tmp_path / f"x{value.replace('/', '_')}.csv"
    good.write_text("code\nSD261120-004217\nA,b\n", encoding="utf-8")
    command_lines = [
        ["batch", str(name)], ["batch", f"{name}.missing"], ["batch", str(good), "--encoding", value],
        *(["batch", str(good), "--format", format_] for format_ in FORMATS), ["explain", value], [value],
        ["check", f"--{value}"], ["check", value], ["check", "--format", value], ["check", "--asks", value],
        ["check", "--phone", "1", "--at", value], ["check", "--phone", "1", "--output", value],
        ["check", "--phone", "1", "--output", f"json=/nonexistent/{value}"], ["check", "--message", f"@{value}"],
        ["check", "--mail", value], ["check", "--phone", value, "--message", value, "--code", value, "--from", value],
    ]  # fmt: skip
    for command_line in command_lines:
        status = run_here(command_line)
        out, err = capsys.readouterr()
        assert status in (0, 1, 2, 3, 74), command_line
        assert not smuggled(out + err), command_line


FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "\u00a0=1", "\uff1d1", "\uff0b1", "\r=1")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_csv_cell_is_a_formula(tmp_path: Path, capsys: pytest.CaptureFixture[str], formula: str) -> None:
    """Whatever column a formula comes in, no cell of the CSV report starts as one."""
    log = write_jsonl(tmp_path / "log.jsonl", records(formula))
    run_here(["batch", log, *AT, "--format", "csv"])
    for row in csv.reader(io.StringIO(capsys.readouterr().out)):
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")), cell


def test_a_verdict_cannot_be_forged_by_an_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An id with line feeds and words of ours stays on the one line of its contact."""
    row = {"id": "A: VERIFIED\nB", "phone": "0912000111"}
    run_here(["batch", write_csv(tmp_path / "log.csv", [row]), *AT, "--lang", "en"])
    out = capsys.readouterr().out
    assert "A: VERIFIED" in out
    assert not any(line.startswith("B") or line.rstrip() == "A: VERIFIED" for line in out.splitlines())


@pytest.mark.parametrize("pair", [("A\u200b", "A\\u{200b}"), ("x" * 400, "x" * 399 + "y")], ids=["escaped", "cut"])
def test_ids_that_differ_look_different(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pair: tuple[str, str]
) -> None:
    """Two contacts never share an id in the report, however long or hidden the difference."""
    rows = [{"id": name, "code": "SD261120-004217"} for name in pair]
    run_here(["batch", write_jsonl(tmp_path / "log.jsonl", rows), *AT, "--format", "jsonl"])
    first, second = (json.loads(line)["id"] for line in capsys.readouterr().out.splitlines())
    assert first != second
