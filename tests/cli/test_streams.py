"""Tests of the streams: UTF-8 in any locale, the chosen language, colour, order, shape."""

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest

from verifykb.model.finding import Axis, Effect
from verifykb.model.verdict import Standing, Verdict
from verifykb.rules import RULES

from .process import (
    AT,
    CONSISTENT,
    CONTRADICTED,
    PROHIBITED,
    TIMEOUT_SECONDS,
    UNPROVEN,
    UNREADABLE,
    VERIFYKB,
    Result,
    environment,
    run,
    write_log,
)  # fmt: skip

Env = dict[str, str | None]
FORMATS = ("plain", "table", "json", "jsonl", "csv")
LOCALES: dict[str, Env] = {
    "C": {"LC_ALL": "C"},
    "POSIX": {"LANG": "POSIX"},
    "no UTF-8 mode": {"LANG": "C.UTF-8", "PYTHONUTF8": "0"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "cp1258": {"PYTHONIOENCODING": "cp1258:strict"},
    "UTF-16": {"PYTHONIOENCODING": "utf-16"},
    "unknown": {"LC_ALL": "xx_XX.nonsense"},
}


@pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)
def test_output_is_utf8_whatever_the_locale(tmp_path: Path, locale: Env) -> None:
    """The bytes on stdout, on stderr and in files are the same in every locale."""
    log = write_log(tmp_path, CONTRADICTED, UNREADABLE, name="nhật ký.csv")
    expected = run("batch", log, *AT, "--lang", "vi", "--output", "csv=a.csv", cwd=tmp_path)
    found = run("batch", log, *AT, "--lang", "vi", "--output", "csv=b.csv", cwd=tmp_path, env=locale)
    assert found == expected
    assert "TRÁI VỚI ĐẦU MỐI CÔNG BỐ" in found.out
    assert "nhật ký.csv:3: Lỗi: " in found.err
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


ASCII_ONLY: Env = {"LC_ALL": "C", "PYTHONUTF8": "0"}
DEMAND = "Đề nghị cung cấp mật khẩu"


def asked_for_secret(message: bytes, env: Env) -> bool:
    """Whether `check` finds the secret, or refuses to read the message; both are safe."""
    done = subprocess.run(
        [*VERIFYKB, "check", *AT, "--phone", "02462764300", "--format", "json", "--message", message],
        capture_output=True, env=environment(env), check=False, timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    return done.returncode == 2 or b"MSG001" in done.stdout


@pytest.mark.parametrize(
    ("message", "env"),
    [
        (DEMAND.encode(), ASCII_ONLY),
        ("cung c\u00e2p m\u00e2t kh\u00e2u".encode("cp1258"), {"LANG": "C.UTF-8"}),
    ],
    ids=["UTF-8 in an ASCII locale", "cp1258 in a UTF-8 locale"],
)
def test_a_message_on_the_command_line_is_utf8_or_refused(message: bytes, env: Env) -> None:
    """A demand for the password is never missed because of the locale of a script."""
    assert asked_for_secret(message, env)


def test_a_file_name_is_shown_as_utf8_in_an_ascii_locale(tmp_path: Path) -> None:
    """Ids and errors name a Vietnamese file in readable words, whatever the locale."""
    log = write_log(tmp_path, CONTRADICTED, UNREADABLE, name="nhật ký.csv")
    assert run("batch", log, *AT, env=ASCII_ONLY) == run("batch", log, *AT)


LANGUAGES: dict[str, tuple[Env, list[str], str]] = {
    "default": ({}, [], "vi"),
    "option": ({"VERIFYKB_LANG": "vi", "LC_ALL": "vi_VN.UTF-8"}, ["--lang", "en"], "en"),
    "option with =": ({"VERIFYKB_LANG": "vi"}, ["--lang=EN"], "en"),
    "variable": ({"VERIFYKB_LANG": "en", "LC_ALL": "vi_VN.UTF-8"}, [], "en"),
    "variable in capitals": ({"VERIFYKB_LANG": "EN"}, [], "en"),
    "empty variable": ({"VERIFYKB_LANG": "", "LANG": "en_US.UTF-8"}, [], "en"),
    "unknown variable": ({"VERIFYKB_LANG": "fr", "LANG": "en_US.UTF-8"}, [], "en"),
    "LC_ALL over LC_MESSAGES": ({"LC_ALL": "vi_VN", "LC_MESSAGES": "en_US"}, [], "vi"),
    "LC_MESSAGES over LANG": ({"LC_MESSAGES": "en_US", "LANG": "vi_VN"}, [], "en"),
    "empty LC_ALL": ({"LC_ALL": "", "LANG": "en_US"}, [], "en"),
    "LANG": ({"LANG": "en_GB.UTF-8"}, [], "en"),
    "a third language": ({"LANG": "fr_FR.UTF-8"}, [], "vi"),
    "C": ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, [], "vi"),
}


@pytest.mark.parametrize(("env", "options", "lang"), LANGUAGES.values(), ids=LANGUAGES)
def test_the_language_is_option_variable_locale_vietnamese(env: Env, options: list[str], lang: str) -> None:
    """`--lang`, then VERIFYKB_LANG, then LC_ALL, LC_MESSAGES, LANG, then Vietnamese."""
    result = run("check", "--phone", "1", *options, env={"VERIFYKB_LANG": None, **env})
    assert result.out.split(":")[0] == {"vi": "Kết luận", "en": "Verdict"}[lang]


def test_a_pasted_message_does_not_choose_the_language() -> None:
    """The text of a message is no option of ours."""
    assert run("check", "--message", "--lang=vi").out.startswith("Verdict")


@pytest.mark.parametrize(("value", "boxes"), [("1", False), ("true", False), ("", True), ("0", True), ("false", True)])
def test_accessible_gives_no_boxes(tmp_path: Path, value: str, boxes: bool) -> None:
    """With ACCESSIBLE=1 the table has no box-drawing character, and says as much as plain."""
    log = write_log(tmp_path, CONTRADICTED)
    table = run("batch", log, *AT, "--format", "table", env={"ACCESSIBLE": value})
    assert any("\u2500" <= character <= "\u257f" for character in table.out) == boxes
    if not boxes:
        assert table == run("batch", log, *AT, "--format", "plain")


@pytest.mark.parametrize("format_", FORMATS)
def test_stdout_holds_the_answer_and_stderr_the_rest(tmp_path: Path, format_: str) -> None:
    """Unreadable rows are told on stderr; stdout is the same report as without them on it."""
    log = write_log(tmp_path, UNREADABLE, CONTRADICTED)
    result = run("batch", log, *AT, "--format", format_)
    assert result.err.startswith(f"{log}:2: Error: ")
    for part in ("Error: ", "Why: ", "What to do: "):
        assert part not in result.out


def report(result: Result) -> dict[str, object]:
    """Give the JSON document of a run."""
    parsed: dict[str, object] = json.loads(result.out)
    return parsed


def test_json_has_the_shape_of_the_contract(tmp_path: Path) -> None:
    """Keys, types and enumerations of docs/contract.md, section 7, and nothing that contradicts them."""
    log = write_log(tmp_path, CONSISTENT, UNPROVEN, CONTRADICTED, PROHIBITED, UNREADABLE)
    found = report(run("batch", log, *AT, "--format", "json"))
    assert set(found) == {
        "schema_version", "tool", "directory", "clock", "policy", "inputs", "errors", "contacts", "summary",
    }  # fmt: skip
    assert found["schema_version"] == 1
    assert found["policy"] == {"require": "consistent", "dns": "off", "config": None}
    assert isinstance(found["clock"], dict)
    assert found["clock"]["at"] == "2026-11-22T00:00:00+07:00"
    assert found["summary"] == {
        "contacts": 4, "verified": 0, "consistent": 1, "unproven": 1, "contradicted": 1, "prohibited": 1, "unreadable": 1,
    }  # fmt: skip
    assert isinstance(found["errors"], list)
    assert [{**item, "reason": ""} for item in found["errors"]] == [{"file": log, "row": 6, "reason": ""}]
    assert isinstance(found["contacts"], list)
    for contact in found["contacts"]:
        assert set(contact) == {"id", "verdict", "axes", "findings", "advice"}
        assert contact["verdict"] in set(Verdict)
        assert set(contact["axes"]) == set(Axis)
        assert set(contact["axes"].values()) <= set(Standing)
        for finding in contact["findings"]:
            rule = RULES[finding["rule"]]
            assert (finding["name"], finding["axis"]) == (rule.name, rule.axis)
            assert finding["effect"] in set(Effect)
            assert set(finding) == {"rule", "name", "axis", "effect", "values", "message", "source"}


@pytest.mark.parametrize("format_", FORMATS)
def test_a_report_without_contacts_is_valid(tmp_path: Path, format_: str) -> None:
    """Nothing judged is still a document: no lines in JSONL, a header in CSV."""
    out = run("batch", write_log(tmp_path), "--allow-empty", "--format", format_).out
    if format_ == "json":
        assert json.loads(out)["contacts"] == []
    elif format_ == "csv":
        assert len(list(csv.reader(io.StringIO(out)))) == 1
    else:
        assert bool(out) == (format_ != "jsonl")


def ids(*logs: str) -> list[str]:
    """Give the ids of a JSONL report, in its order."""
    lines = run("batch", *logs, *AT, "--format", "jsonl").out.splitlines()
    return [json.loads(line)["id"] for line in lines]


def test_jsonl_keeps_the_order_of_the_input_and_tells_duplicates_apart(tmp_path: Path) -> None:
    """Contacts come as they stand in the files; a second id gets its row."""
    rows = [f"{name},SD261120-004217" for name in ("B", "A", "B", "", "b")]
    log = write_log(tmp_path, *rows, header="id,code")
    assert ids(log) == ["B", "A", "B#4", f"{log}:5", "b"]


@pytest.mark.parametrize("names", [("A7", "A7#4", "A7"), ("A7", "A7#3")])
def test_ids_are_unique_in_a_report(tmp_path: Path, names: tuple[str, ...]) -> None:
    """No two contacts of a report have the same id, over all its files."""
    logs = [
        write_log(tmp_path, *(f"{name},SD261120-004217" for name in names), header="id,code", name=f"{month}.csv")
        for month in range(3)
    ]
    found = ids(*logs)
    assert len(set(found)) == len(found)
