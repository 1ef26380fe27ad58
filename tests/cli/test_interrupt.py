"""Tests of runs that are told to stop, or that find no room: what was judged is written, or nothing is left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.logs import Row, some_rows, write_rows
from verifykb.__main__ import run as run_here

from .process import AT, CONTRADICTED, HEADER, TIMEOUT_SECONDS, VERIFYKB, environment, tells_in_three_parts

ROWS = 2400
MANY_TIMES = 50
FORMATS = ("plain", "json", "jsonl", "csv", "parquet", "html", "sarif", "junit", "markdown", "github", "xlsx")
OUTPUTS = [f"--output={name}=report.{name}" for name in FORMATS]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Rows enough that a run is still at work when a test tells it to stop."""
    return some_rows(ROWS)


_OWN = ("log.parquet", "out", "state", "disk")


class Work:
    """A log in a folder, and runs of it.

    Args:
        folder: for log, reports and state.
        rows: of the log.
    """

    def __init__(self, folder: Path, rows: list[Row]) -> None:
        self.folder = folder
        self.kept = folder / "state" / "verifykb" / "runs"
        self.env: dict[str, str | None] = {"XDG_STATE_HOME": str(folder / "state")}
        write_rows(folder / "log.parquet", rows)

    def begin(self, *options: str, log: str = "log.parquet") -> "subprocess.Popen[bytes]":
        """Begin a run in a process group of its own, as a shell does in the foreground."""
        with (self.folder / "out").open("wb") as out:
            return subprocess.Popen(
                [*VERIFYKB, "batch", log, *AT, *options], cwd=self.folder, env=environment(self.env),
                start_new_session=True, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.PIPE,
            )  # fmt: skip

    def out(self) -> str:
        """Give what the last run wrote to stdout."""
        return (self.folder / "out").read_text("utf-8")

    def wait_for(self, pattern: str, process: "subprocess.Popen[bytes]") -> None:
        """Wait until a file appears in the folder of the run."""
        until = time.monotonic() + TIMEOUT_SECONDS
        while not any(self.kept.glob(f"*/{pattern}")):
            assert process.poll() is None, f"over before {pattern}"
            assert time.monotonic() < until
            time.sleep(0.001)

    def left(self) -> list[str]:
        """Give the names of what a run left in the folder, besides log and state."""
        return sorted(path.name for path in self.folder.iterdir() if path.name not in _OWN)


@pytest.fixture
def work(tmp_path: Path, rows: list[Row]) -> Work:
    """A log of many pieces."""
    return Work(tmp_path, rows)


def stop(process: "subprocess.Popen[bytes]", number: signal.Signals) -> tuple[int, str]:
    """Send a signal as a terminal does, to the whole group; give status and stderr."""
    os.killpg(process.pid, number)
    return ended(process)


def ended(process: "subprocess.Popen[bytes]") -> tuple[int, str]:
    """Wait for the end of a run and of its workers, which hold its stderr; give status and stderr."""
    _, err = process.communicate(timeout=TIMEOUT_SECONDS)
    return process.returncode, err.decode()


# ---------------------------------------------------------------- Ctrl-C


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_was_judged_is_written_and_marked(work: Work, jobs: str) -> None:
    """Ctrl-C: 130, every report is whole, says that it is incomplete, and counts the contacts it holds."""
    process = work.begin("--jobs", jobs, *OUTPUTS)
    work.wait_for("0000009.json", process)
    assert stop(process, signal.SIGINT) == (130, "")
    assert work.left() == sorted(f"report.{name}" for name in FORMATS)
    assert work.out() == (work.folder / "report.plain").read_text("utf-8")
    whole = json.loads((work.folder / "report.json").read_text("utf-8"))
    count = len(whole["contacts"])
    assert 0 < count < ROWS
    assert (whole["incomplete"], whole["summary"]["contacts"]) == (True, count)
    lines = (work.folder / "report.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == whole["contacts"]
    assert len((work.folder / "report.csv").read_text("utf-8").splitlines()) == 1 + count
    for name in ("plain", "html", "junit", "markdown", "github"):
        assert "INCOMPLETE" in (work.folder / f"report.{name}").read_text("utf-8"), name


def test_an_interrupted_run_is_completed_by_resuming(work: Work) -> None:
    """`--resume` after Ctrl-C gives the report of a run that was not interrupted."""
    options = ("-qq", "--jobs", "2", "--output", "jsonl=report.jsonl", "--output", "csv=report.csv")
    process = work.begin(*options)
    work.wait_for("0000003.json", process)
    assert stop(process, signal.SIGINT) == (130, "")
    assert ended(work.begin(*options, "--resume")) == (1, "")
    resumed = [(work.folder / f"report.{name}").read_bytes() for name in ("jsonl", "csv")]
    assert ended(work.begin(*options)) == (1, "")
    assert resumed == [(work.folder / f"report.{name}").read_bytes() for name in ("jsonl", "csv")]
    assert list(work.kept.iterdir()) == []


@pytest.mark.parametrize("seconds", [0.3, 0.7, 1.1])
def test_an_interrupt_at_any_time_is_quiet(work: Work, rows: list[Row], seconds: float) -> None:
    """Ctrl-C while processes are started, or logs compared: 130, not a word on stderr, data that can be read."""
    write_rows(work.folder / "log.parquet", rows * MANY_TIMES)  # no machine is through with it so soon
    process = work.begin("--jobs", "2", "--format", "json", "--output", "csv=report.csv")
    time.sleep(seconds)
    assert stop(process, signal.SIGINT) == (130, "")
    assert work.out() == "" or json.loads(work.out())["incomplete"]
    assert work.left() in ([], ["report.csv"])


LOST = """
import time
from verifykb import __main__
class Tidied:
    def __del__(self):
        raise KeyboardInterrupt  # where Python runs code that nothing calls, nothing can be raised
def run(_):
    Tidied()
    time.sleep(20)
    return 0
__main__.run = run
__main__.main()
"""


def test_an_interrupt_that_python_cannot_raise_is_heard_a_moment_later() -> None:
    """Ctrl-C while objects are tidied up would be a line on stderr, and the run would go on."""
    done = subprocess.run([sys.executable, "-c", LOST], capture_output=True, text=True, check=False, timeout=15)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_second_interrupt_ends_at_once(work: Work) -> None:
    """Who presses Ctrl-C again and again gets out, with 130 and no half-written file."""
    process = work.begin("--jobs", "2", *OUTPUTS)
    work.wait_for("0000005.json", process)
    until = time.monotonic() + TIMEOUT_SECONDS
    while process.poll() is None and time.monotonic() < until:
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.002)
    status, err = ended(process)
    # A second Ctrl-C may hit Python while it lets go of things; it says so in its own words.
    assert (status, "verifykb met" in err) == (130, False)
    assert [name for name in work.left() if not name.startswith("report.")] == []
    if work.left():
        assert json.loads((work.folder / "report.json").read_text("utf-8"))["incomplete"]


@pytest.mark.parametrize("format_", ["plain", "json", "jsonl", "csv"])
def test_an_interrupted_pipe_ends_quietly(tmp_path: Path, format_: str) -> None:
    """Ctrl-C while standard input is still open: 130, nothing on stderr, a report of nothing that is marked."""
    work = Work(tmp_path, some_rows(1))
    process = work.begin("--input-format", "csv", "--format", format_, "--output", "json=report.json", log="-")
    assert process.stdin is not None
    process.stdin.write(f"{HEADER}\n".encode() + f"{CONTRADICTED}\n".encode() * 200)
    process.stdin.flush()
    until = time.monotonic() + TIMEOUT_SECONDS
    while not work.left() and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(0.1)
    assert stop(process, signal.SIGINT) == (130, "")
    assert json.loads((tmp_path / "report.json").read_text())["incomplete"]


def test_a_background_run_that_ignores_interrupts_goes_on(work: Work) -> None:
    """A job that a script put into the background ignores Ctrl-C, as it should."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = work.begin("-qq", "--output", "json=report.json")
    finally:
        signal.signal(signal.SIGINT, before)
    work.wait_for("0000003.json", process)
    assert stop(process, signal.SIGINT) == (1, "")
    assert len(json.loads((work.folder / "report.json").read_text("utf-8"))["contacts"]) == ROWS


# ---------------------------------------------------------------- SIGTERM


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("is_group", [True, False])
def test_an_ended_run_leaves_no_file(work: Work, number: signal.Signals, *, is_group: bool) -> None:
    """A run that is ended leaves no partial file and no worker, keeps what it did, and ends by that signal."""
    options = ("-qq", "--jobs", "2", *OUTPUTS)
    (work.folder / "report.json").write_text("before")
    process = work.begin(*options)
    work.wait_for("0000003.json", process)
    (os.killpg if is_group else os.kill)(process.pid, number)
    assert ended(process) == (-number, "")
    assert work.left() == ["report.json"]
    assert (work.folder / "report.json").read_text() == "before"
    assert any(work.kept.glob("*/0000003.json"))


# ---------------------------------------------------------------- no room


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "verifykb-test", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["mount", "-o", "remount,rw", str(place)], capture_output=True, check=False)
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_full_disk_costs_the_report_and_nothing_else(
    tmp_path: Path, small_disk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, format_: str
) -> None:
    """No room for a report: 74 in three parts; no part of it stays, the older one does, and so do others."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("VERIFYKB_LANG", "en")
    log = write_rows(tmp_path / "log.parquet", some_rows(200))
    (small_disk / "fill").write_bytes(bytes(244 * 1024))
    old = small_disk / "report"
    old.write_text("before")
    status = run_here(["batch", log, *AT, "-qq", "--output", f"{format_}={old}"])
    assert status == 74
    assert tells_in_three_parts(capsys.readouterr().err)
    assert sorted(path.name for path in small_disk.iterdir()) == ["fill", "report"]
    assert old.read_text() == "before"


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("free_kib", [0, 40, 160])
def test_a_full_disk_below_the_run_is_told(work: Work, small_disk: Path, jobs: str, free_kib: int) -> None:
    """No room for what a run keeps: it works elsewhere, or 74 in three parts; never half a report, never 70."""
    (small_disk / "fill").write_bytes(bytes((248 - free_kib) * 1024))
    work.env["XDG_STATE_HOME"] = str(small_disk)
    status, err = ended(work.begin("--jobs", jobs, "-qq", "--output", "jsonl=report.jsonl"))
    if status == 1 and not free_kib:
        assert len((work.folder / "report.jsonl").read_text("utf-8").splitlines()) == ROWS
        return
    assert status == 74
    assert tells_in_three_parts(err)
    assert work.left() == []


def test_a_disk_that_was_full_is_no_end(work: Work, small_disk: Path) -> None:
    """With room again, `--resume` goes on with what was done."""
    (small_disk / "fill").write_bytes(bytes(60 * 1024))
    options = ("-qq", "--output", f"jsonl={small_disk / 'report'}")
    assert ended(work.begin(*options, "--jobs", "2"))[0] == 74
    assert any(work.kept.glob("*/0000003.json"))
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    assert ended(work.begin(*options, "--jobs", "1", "--resume")) == (1, "")
    assert len((small_disk / "report").read_text("utf-8").splitlines()) == ROWS


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, small_disk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only place: 74 in three parts, before anything is judged; the report that stands there stays."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("VERIFYKB_LANG", "en")
    (small_disk / "report").write_text("before")
    log = write_rows(tmp_path / "log.csv", some_rows(10))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert run_here(["batch", log, *AT, "-qq", "--output", f"csv={small_disk / 'report'}"]) == 74
    assert tells_in_three_parts(capsys.readouterr().err)
    assert [path.name for path in small_disk.iterdir()] == ["report"]
    assert (small_disk / "report").read_text() == "before"
    assert not any((tmp_path / "state").rglob("started"))


@pytest.mark.parametrize("format_", ["plain", "parquet", "html"])
def test_a_full_standard_output_is_told(work: Work, format_: str) -> None:
    """/dev/full as stdout of a run of several processes: 74 in three parts; files do not appear."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*VERIFYKB, "batch", "log.parquet", *AT, "--format", format_, "--jobs", "2", "--output", "csv=report.csv"],
            cwd=work.folder, env=environment(work.env), stdout=full, stderr=subprocess.PIPE, check=False,
            timeout=TIMEOUT_SECONDS,
        )  # fmt: skip
    assert done.returncode == 74
    assert tells_in_three_parts(done.stderr.decode())
    assert work.left() == []


def test_files_that_may_not_grow_are_told(work: Work) -> None:
    """A limit on the size of files, below that of a run's database: 74, no partial file."""
    script = 'ulimit -f 16; PYTHONDONTWRITEBYTECODE=1 exec "$@"'  # or Python cuts its own caches short
    done = subprocess.run(
        ["/bin/bash", "-c", script, "bash", *VERIFYKB, "batch", "log.parquet", *AT, "--output", "csv=report.csv"],
        cwd=work.folder, env=environment(work.env), capture_output=True, check=False, timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    assert done.returncode == 74
    assert tells_in_three_parts(done.stderr.decode())
    assert work.left() == []


# ---------------------------------------------------------------- what a report's file was


def test_a_private_report_stays_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that takes the place of another may be read by those who could read that one."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    log, report = write_rows(tmp_path / "log.csv", some_rows(10)), tmp_path / "report"
    report.touch()
    report.chmod(0o600)
    run_here(["batch", log, *AT, "-qq", "--output", f"csv={report}"])
    assert report.stat().st_mode & 0o777 == 0o600
    assert len(report.read_text("utf-8").splitlines()) == 11


def test_what_a_killed_run_left_beside_its_report_goes(work: Work) -> None:
    """A killed run cannot tidy up; the next one for the same place does, and leaves a living one's file alone."""
    killed = work.begin("-qq", "--output", "csv=report.csv")
    work.wait_for("plan.json", killed)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    (left,) = work.left()
    alive = work.begin("-qq", "--output", "csv=report.csv", "--require", "verified")
    work.wait_for("0000001.json", alive)
    (own,) = work.left()
    assert own != left
    os.killpg(alive.pid, signal.SIGSTOP)
    other = work.begin("-qq", "--output", "csv=report.csv", "--require", "unproven")
    other.communicate(timeout=TIMEOUT_SECONDS)
    assert work.left() == sorted([own, "report.csv"])
    os.killpg(alive.pid, signal.SIGCONT)
    alive.communicate(timeout=TIMEOUT_SECONDS)
    assert (alive.returncode, work.left()) == (1, ["report.csv"])
