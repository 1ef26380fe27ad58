"""Tests of the exit statuses (docs/contract.md, section 5): the same in every format, the worst one wins."""

import json
from pathlib import Path

import pytest

from verifykb.__main__ import run as run_here

from .process import (
    AT,
    CONSISTENT,
    CONTRADICTED,
    HEADER,
    PROHIBITED,
    UNPROVEN,
    UNREADABLE,
    run,
    shell,
    tells_in_three_parts,
    write_log,
)  # fmt: skip

FORMATS = ("plain", "table", "json", "jsonl", "csv")
BATCH: dict[str, tuple[list[str], list[str], int]] = {
    "all consistent": ([CONSISTENT, CONSISTENT], [], 0),
    "consistent is not verified": ([CONSISTENT], ["--require", "verified"], 3),
    "unproven": ([UNPROVEN], [], 3),
    "one unproven of two": ([CONSISTENT, UNPROVEN], [], 3),
    "unproven is enough": ([CONSISTENT, UNPROVEN], ["--require", "unproven"], 0),
    "require in capitals": ([CONSISTENT], ["--require", "CONSISTENT"], 0),
    "contradicted": ([CONSISTENT, CONTRADICTED], [], 1),
    "contradicted whatever is required": ([CONTRADICTED], ["--require", "contradicted"], 1),
    "prohibited whatever is required": ([PROHIBITED], ["--require", "prohibited"], 1),
    "contradicted before unproven": ([UNPROVEN, CONTRADICTED], [], 1),
    "contradicted before unreadable": ([UNREADABLE, CONTRADICTED], [], 1),
    "unreadable": ([CONSISTENT, UNREADABLE], [], 2),
    "unreadable before unproven": ([UNREADABLE, UNPROVEN], [], 2),
    "nothing": ([], [], 2),
    "nothing, allowed": ([], ["--allow-empty"], 0),
    "only unreadable, empty allowed": ([UNREADABLE], ["--allow-empty"], 2),
    "unproven, empty allowed": ([UNPROVEN], ["--allow-empty"], 3),
}


@pytest.mark.parametrize(("rows", "options", "status"), BATCH.values(), ids=BATCH)
def test_batch_ends_with_the_worst_status_in_every_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[str], options: list[str], status: int
) -> None:
    """The exit status depends on the contacts, never on how they are shown."""
    log = write_log(tmp_path, *rows)
    found = {format_: run_here(["batch", log, *AT, "--format", format_, *options]) for format_ in FORMATS}
    capsys.readouterr()
    assert found == dict.fromkeys(FORMATS, status)


CHECK: dict[str, tuple[list[str], int]] = {
    "consistent is not verified": (["--phone", "02462764300"], 3),
    "unproven is enough": (["--phone", "02462764300", "--require", "unproven"], 0),
    "contradicted": (["--phone", "0912000111"], 1),
    "contradicted is never enough": (["--phone", "0912000111", "--require", "contradicted"], 1),
    "prohibited": (["--phone", "02462764300", "--asks", "secret"], 1),
    "prohibited is never enough": (["--asks", "secret", "--require", "prohibited"], 1),
    "nothing": ([], 2),
    "blank": (["--phone", " ", "--code", ""], 2),
    "unknown option": (["--fone", "1"], 2),
    "option without value": (["--phone"], 2),
    "unknown format": (["--phone", "1", "--format", "xml"], 2),
    "unknown verdict": (["--phone", "1", "--require", "ok"], 2),
    "unknown channel": (["--phone", "1", "--channel", "pigeon"], 2),
    "unknown ask": (["--phone", "1", "--asks", "tea"], 2),
    "unknown service": (["--phone", "1", "--service", "tea"], 2),
    "unknown language": (["--phone", "1", "--lang", "fr"], 2),
    "unknown colour choice": (["--phone", "1", "--color", "blue"], 2),
    "no time": (["--phone", "1", "--at", "hôm qua"], 2),
    "no and evidence": (["--no-called-back", "--called-back-evidence", "Lan 9h", "--phone", "1"], 2),
    "extra argument": (["0912000111"], 2),
    "missing mail": (["--mail", "/nonexistent.eml"], 2),
    "missing text": (["--message", "@/nonexistent.txt"], 2),
    "folder as text": (["--message", "@/"], 2),
    "stdin twice": (["--message", "-", "--note", "-"], 2),
    "output without format": (["--phone", "1", "--output", "x.json"], 2),
    "output with unknown format": (["--phone", "1", "--output", "jsn=x.json"], 2),
}


@pytest.mark.parametrize(("arguments", "status"), CHECK.values(), ids=CHECK)
def test_check_says_whether_to_go_on_now(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], status: int
) -> None:
    """`check` is 0 only for what was required; wrong use is 2, told in three parts on stderr."""
    monkeypatch.setenv("VERIFYKB_LANG", "en")
    assert run_here(["check", *AT, "--no-dns", *arguments]) == status
    written = capsys.readouterr()
    if status == 2:
        assert (written.out, len(written.err.splitlines())) == ("", 3)
        assert tells_in_three_parts(written.err) or "--lang" in arguments
    else:
        assert written.err == ""


WRONG: dict[str, list[str]] = {
    "no path": [],
    "stdin without format": ["-"],
    "unknown input format": ["LOG", "--input-format", "xls"],
    "unknown encoding": ["LOG", "--encoding", "nope"],
    "unknown column policy": ["LOG", "--extra-columns", "drop"],
    "missing file": ["/nonexistent/log.csv"],
    "missing file of unknown format": ["/nonexistent/log.pdf"],
    "folder without mails": ["src"],
    "unknown format": ["pyproject.toml"],
    "file as folder": ["LOG/log.csv"],
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG)
def test_batch_that_cannot_read_is_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    """What cannot be read is told in three parts with status 2, never a traceback."""
    monkeypatch.setenv("VERIFYKB_LANG", "en")
    log = write_log(tmp_path, CONSISTENT)
    assert run_here(["batch", *(item.replace("LOG", log) for item in arguments), *AT]) == 2
    assert tells_in_three_parts(capsys.readouterr().err)


@pytest.mark.parametrize(("row", "status"), [(CONSISTENT, 2), (UNPROVEN, 2), (CONTRADICTED, 1)])
def test_one_missing_file_of_several_is_told_and_the_others_are_judged(tmp_path: Path, row: str, status: int) -> None:
    """Files before and behind a missing one are judged; a contradiction still wins."""
    logs = [write_log(tmp_path, CONSISTENT, name="a.csv"), str(tmp_path / "b.csv"),
            write_log(tmp_path, row, name="c.csv")]  # fmt: skip
    result = run("batch", *logs, *AT, "--format", "json")
    report = json.loads(result.out)
    assert result.status == status
    assert [contact["id"] for contact in report["contacts"]] == [f"{logs[0]}:2", f"{logs[2]}:2"]
    assert [item["path"] for item in report["inputs"]] == [logs[0], logs[2]]
    assert [item["file"] for item in report["errors"]] == [logs[1]]
    assert logs[1] in result.err


def test_a_log_may_come_from_stdin() -> None:
    """`-` reads standard input in the named format; rows are named `-:row`."""
    log = f"{HEADER}\n{CONTRADICTED}\n".encode()
    result = run("batch", "-", "--input-format", "csv", *AT, "--format", "jsonl", stdin=log)
    assert (result.status, json.loads(result.out)["id"], result.err) == (1, "-:2", "")


def test_a_message_may_come_from_stdin_or_a_file(tmp_path: Path) -> None:
    """`--message -` and `--message @FILE` read the same text, BOM and all."""
    text = "\ufeffChị đọc giúp em mã OTP".encode()
    (tmp_path / "m.txt").write_bytes(text)
    for argument in ("-", f"@{tmp_path / 'm.txt'}"):
        result = run("check", "--message", argument, "--format", "json", stdin=text)
        assert result.status == 1
        assert json.loads(result.out)["contacts"][0]["verdict"] == "prohibited"


@pytest.mark.parametrize("name", ["log.csv", "log.tsv"])
def test_an_empty_file_is_zero_contacts(tmp_path: Path, name: str) -> None:
    """A log of no bytes is 2, and 0 with `--allow-empty`, as a JSONL log is."""
    (tmp_path / name).touch()
    assert run("batch", str(tmp_path / name), "--allow-empty").status == 0


@pytest.mark.parametrize("wrong", [["-"], ["--encoding", "nope"]])
def test_wrong_use_is_found_before_anything_is_written(tmp_path: Path, wrong: list[str]) -> None:
    """Stdout never ends in half a JSON document because of an option."""
    result = run("batch", write_log(tmp_path, CONTRADICTED), *wrong, *AT, "--format", "json")
    assert (result.status, result.out) == (2, "")


@pytest.mark.parametrize("arguments", [["batch", "-", "--input-format", "csv"], ["check", "--message", "-"]])
def test_a_closed_stdin_is_unreadable_input(arguments: list[str]) -> None:
    """`<&-`, as some schedulers start jobs, is status 2 and no mistake of our own."""
    result = shell('"$@" <&-', *arguments)
    assert result.status == 2
    assert tells_in_three_parts(result.err)


DENIED = {
    "a call not answered": ("chưa gọi được, máy bận", False),
    "a call that was not made": ("không gọi", False),
    "doubt": ("?", False),
    "another number": ("đã gọi 0912000111", False),
    "the switchboard": ("Lan gọi 02462764300 lúc 9h", True),
    "blank evidence leaves the flag": ("  ", True),
}


@pytest.mark.parametrize(("evidence", "proves"), DENIED.values(), ids=DENIED)
@pytest.mark.parametrize("flag", [["--called-back"], []], ids=["with the flag", "evidence alone"])
def test_evidence_that_denies_the_call_wins_over_the_flag(
    capsys: pytest.CaptureFixture[str], evidence: str, proves: bool, flag: list[str]
) -> None:
    """A text that denies is never a yes, whatever the flag beside it says."""
    run_here(["check", *AT, "--phone", "02462764300", *flag, "--called-back-evidence", evidence, "--format", "json"])
    standing = json.loads(capsys.readouterr().out)["contacts"][0]["axes"]["phone"]
    assert (standing == "proven") is (proves and bool(flag or evidence.strip()))
