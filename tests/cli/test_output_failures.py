"""Tests of runs that cannot write, are interrupted, or meet a mistake of our own."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .process import (
    AT,
    CONTRADICTED,
    HEADER,
    TIMEOUT_SECONDS,
    VERIFYKB,
    environment,
    shell,
    tells_in_three_parts,
    write_log,
)  # fmt: skip

MANY = 600  # more than a pipe's 64 KiB in every format


@pytest.mark.parametrize("format_", ["plain", "table", "json", "jsonl", "csv"])
def test_a_full_disk_behind_stdout_is_told(tmp_path: Path, format_: str) -> None:
    """/dev/full as stdout is 74 with the three parts on stderr, small answer or large."""
    for rows in (1, MANY):
        log = write_log(tmp_path, *[CONTRADICTED] * rows)
        result = shell('"$@" > /dev/full', "batch", log, *AT, "--format", format_)
        assert result.status == 74
        assert tells_in_three_parts(result.err)


@pytest.mark.parametrize(
    "arguments", [["check", "--phone", "1"], ["rules"], ["explain", "SND003"], ["directory", "show"], ["--help"]]
)
def test_every_command_tells_that_it_could_not_write(arguments: list[str]) -> None:
    """No command ends well when its answer is lost."""
    result = shell('"$@" > /dev/full', *arguments)
    assert result.status == 74
    assert tells_in_three_parts(result.err)


@pytest.mark.parametrize(
    ("redirection", "arguments", "status"),
    [
        pytest.param("> /dev/full", ["--version"], 74, id="version, full"),
        pytest.param(">&-", ["--version"], 74, id="version, closed"),
        pytest.param(">&-", ["check", "--phone", "0912000111"], 74, id="answer, closed"),
        pytest.param("2> /dev/full", ["nonsense"], 2, id="usage error, stderr full"),
        pytest.param("2>&-", ["nonsense"], 2, id="usage error, stderr closed"),
        pytest.param("2> /dev/full", ["batch", "/nonexistent.csv"], 2, id="missing file, stderr full"),
        pytest.param("2>&-", ["batch", "/nonexistent.csv"], 2, id="missing file, stderr closed"),
        pytest.param("> /dev/full 2>&1", ["rules"], 74, id="both full"),
    ],
)
def test_streams_that_cannot_be_written_never_look_like_a_contradiction(
    redirection: str, arguments: list[str], status: int
) -> None:
    """A closed or full stdout or stderr keeps the exit status of section 5."""
    assert shell(f'"$@" {redirection}', *arguments).status == status


@pytest.mark.parametrize("format_", ["plain", "table", "json", "jsonl", "csv"])
def test_a_closed_pipe_ends_quietly(tmp_path: Path, format_: str) -> None:
    """`| head -1` gives one line and nothing on stderr."""
    log = write_log(tmp_path, *[CONTRADICTED] * MANY)
    result = shell('"$@" | head -1', "batch", log, *AT, "--format", format_)
    assert (len(result.out.splitlines()), result.err) == (1, "")


def test_a_closed_stderr_does_not_cost_the_answer(tmp_path: Path) -> None:
    """`2>&1 >report | head -1` still writes the whole report."""
    log = write_log(tmp_path, *["one cell"] * MANY, CONTRADICTED)
    shell('"$@" 2>&1 > report | head -1', "batch", log, *AT, "--format", "jsonl", cwd=tmp_path)
    assert len((tmp_path / "report").read_text().splitlines()) == 1


@pytest.mark.parametrize("format_", ["plain", "json", "jsonl", "csv"])
def test_an_interrupt_ends_quietly_and_says_what_is_missing(tmp_path: Path, format_: str) -> None:
    """Ctrl-C while the log still comes from a pipe: 130, nothing on stderr, a whole report that says it is incomplete."""
    process = subprocess.Popen(
        [*VERIFYKB, "batch", "-", "--input-format", "csv", *AT, "--format", format_, "--output", "json=report.json"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=tmp_path,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(f"{HEADER}\n".encode() + f"{CONTRADICTED}\n".encode() * 200)
    process.stdin.flush()
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)  # until the report is begun; then it waits for more rows
    assert [item.suffix for item in tmp_path.iterdir()] == [".tmp"]
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=TIMEOUT_SECONDS)
    assert (process.returncode, err, [item.name for item in tmp_path.iterdir()]) == (130, b"", ["report.json"])
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["incomplete"] is True


INTERRUPTED_START = """
import os, sys
import verifykb.render.outputs as module
real = module.renderer
def interrupted(name, *rest):
    if name == "table":
        raise KeyboardInterrupt  # while rich is imported
    return real(name, *rest)
module.renderer = interrupted
from verifykb.__main__ import run
os._exit(run(sys.argv[1:]))
"""


def test_an_interrupt_at_the_start_leaves_no_file(tmp_path: Path) -> None:
    """Ctrl-C between opening the report and writing it leaves no temporary file."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_START, "check", "--phone", "1", "--format", "table", "--output", "json=r"],
        capture_output=True, env=environment(), cwd=tmp_path, check=False, timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    assert (done.returncode, done.stderr, list(tmp_path.iterdir())) == (130, b"", [])


BROKEN = """
import os, sys
import {module} as module
def broken(*_arguments, **_options):
    raise RuntimeError("0912000111 Nguyễn Thị Lan")
module.{name} = broken
from verifykb.__main__ import run
os._exit(run(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("verifykb.verify", "verify"),
        ("verifykb.gather", "gather_offline"),
        ("verifykb.render.shared", "source_number"),
        *(
            place
            for place in (("verifykb.directory.load", "load_official"), ("verifykb.wording", "_load"))
        ),
        pytest.param(
            "verifykb.cli.entry", "choose_language"),
    ],
)  # fmt: skip
def test_a_mistake_of_our_own_is_70_without_contact_data(module: str, name: str) -> None:
    """An internal error is told in three parts that hold nothing of the contact."""
    done = subprocess.run(
        [sys.executable, "-c", BROKEN.format(module=module, name=name), "check", "--format", "json",
         "--phone", "0912000111", "--message", "Nguyễn Thị Lan"],
        capture_output=True, text=True, env=environment(), check=False, timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    assert done.returncode == 70
    assert tells_in_three_parts(done.stderr)
    for secret in ("0912000111", "Lan"):
        assert secret not in done.stdout + done.stderr
