"""Tests of runs that are killed, and taken up again with `--resume`.

VERIFYKB_KILLS says at how many moments a run is killed: 5 by default.
"""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.logs import pad, some_rows, spoil, write_rows
from verifykb.__main__ import run as run_here
from verifykb.batch.done import Done, DonePiece
from verifykb.batch.run_folder import key_of
from verifykb.batch.work import Worker

from .process import AT, TIMEOUT_SECONDS, VERIFYKB, environment

KILLS = int(os.environ.get("VERIFYKB_KILLS", "5"))
FORMATS = ("plain", "json", "jsonl", "csv", "parquet", "junit")
PIECES = 12
GOING_ON, BEGINNING = "Going on where", "starting from the beginning"


class Runs:
    """Runs of one log in a folder, with a state of their own.

    Args:
        folder: for log, reports and state.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept = folder / "state" / "verifykb" / "runs"
        self.env: dict[str, str | None] = {"XDG_STATE_HOME": str(folder / "state")}
        rows = spoil(some_rows(280))
        write_rows(folder / "log.0.parquet", rows[:200])
        pad(Path(write_rows(folder / "log.1.csv", rows[200:])))

    @staticmethod
    def arguments(*options: str) -> list[str]:
        """Give a command line: a log of a dozen pieces, rows that cannot be read, ids that are used twice."""
        outputs = [f"--output={name}=report.{name}" for name in FORMATS]
        return ["batch", "log.*", *AT, "--extra-columns", "keep", *outputs, *options]

    def begin(self, *options: str, stderr: int = subprocess.DEVNULL) -> "subprocess.Popen[str]":
        """Begin a run in a process group of its own."""
        return subprocess.Popen(
            [*VERIFYKB, *self.arguments(*options)], cwd=self.folder, env=environment(self.env), text=True,
            start_new_session=True, stdout=subprocess.DEVNULL, stderr=stderr,
        )  # fmt: skip

    def run(self, *options: str) -> str:
        """Run to the end, which must be 1; give what is told on stderr."""
        with self.begin(*options, stderr=subprocess.PIPE) as process:
            _, err = process.communicate(timeout=TIMEOUT_SECONDS)
        assert process.returncode == 1
        return err

    def wait_for(self, pattern: str, process: "subprocess.Popen[str]") -> None:
        """Wait until a file appears in the folder of the run; it must not be over by then."""
        until = time.monotonic() + TIMEOUT_SECONDS
        while not any(self.kept.glob(f"*/{pattern}")):
            assert process.poll() is None, f"over before {pattern}"
            assert time.monotonic() < until
            time.sleep(0.001)

    def kill_at(self, pattern: str, *options: str) -> None:
        """Begin a run, and end it and its workers without warning when a file appears."""
        process = self.begin(*options)
        self.wait_for(pattern, process)
        kill(process)

    def reports(self) -> Mapping[str, object]:
        """Give the reports that tell no time of their own, and the JSON without it."""
        whole = json.loads((self.folder / "report.json").read_bytes())
        whole["clock"] = None
        names = ("plain", "jsonl", "csv", "parquet")
        return {name: (self.folder / f"report.{name}").read_bytes() for name in names} | {"json": whole}


def kill(process: "subprocess.Popen[str]") -> None:
    """End a run and its workers without warning."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(TIMEOUT_SECONDS)


def workers_of(folder: Path) -> list[int]:
    """Give the processes that work in a folder, without the helper that Python starts beside them."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = (place / "cwd").readlink() == folder and place.name != str(os.getpid())
            if is_ours and b"resource_tracker" not in (place / "cmdline").read_bytes():
                found.append(int(place.name))
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, object]:
    """The reports of a run that nobody disturbed."""
    runs = Runs(tmp_path_factory.mktemp("whole"))
    runs.run("-qq", "--jobs", "2")
    return runs.reports()


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    """Runs of the log; none is left over."""
    made = Runs(tmp_path)
    yield made
    until = time.monotonic() + 10
    while (left := workers_of(tmp_path)) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []


class Left:
    """A run that was killed, as often as it is needed.

    Args:
        folder: for log, reports and state.
    """

    def __init__(self, folder: Path) -> None:
        self.runs = Runs(folder)
        self.runs.kill_at("0000004.json")
        shutil.copytree(folder, folder.with_name("kept"))  # with all times

    def bring_back(self) -> Runs:
        """Put everything back as the killed run left it; only times of change of links differ."""
        folder = self.runs.folder
        shutil.rmtree(folder)
        shutil.copytree(folder.with_name("kept"), folder)
        return self.runs


@pytest.fixture(scope="module")
def left_once(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """A run that was killed in the middle."""
    folder = tmp_path_factory.mktemp("left") / "work"
    folder.mkdir()
    return Left(folder)


@pytest.fixture
def left(left_once: Left, monkeypatch: pytest.MonkeyPatch) -> Runs:
    """A run that was killed in the middle, ready to be resumed in this process."""
    runs = left_once.bring_back()
    monkeypatch.chdir(runs.folder)
    monkeypatch.setenv("VERIFYKB_LANG", "en")
    for name, value in runs.env.items():
        monkeypatch.setenv(name, str(value))
    return runs


# ---------------------------------------------------------------- killed


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_run_goes_on_to_the_same_report(runs: Runs, wanted: Mapping[str, object], number: int) -> None:
    """Killed at any moment, once or twice, a run that is resumed gives the report of one that was not."""
    random = Random(number)  # noqa: S311 - no secret
    for resume in [(), ("--resume",)][: 1 + number % 2]:
        process = runs.begin("-qq", "--jobs", str(random.randint(1, 2)), *resume)
        time.sleep(random.uniform(0.2, 3.0))
        kill(process)
    assert runs.run("-qq", "--resume", "--jobs", str(random.randint(1, 2))) == ""
    assert runs.reports() == wanted
    assert list(runs.folder.glob(".*")) == list(runs.kept.iterdir()) == []


@pytest.mark.parametrize(("moment", "jobs"), [("across.sqlite", "2"), ("plan.json", "1"), ("0000006.json", "2")])
def test_a_run_goes_on_wherever_it_was(runs: Runs, wanted: Mapping[str, object], moment: str, jobs: str) -> None:
    """Killed while it compares, before the first piece, and in the middle: nothing is done twice, nothing is lost."""
    runs.kill_at(moment, "--jobs", jobs)
    assert GOING_ON in runs.run("--resume")
    assert runs.reports() == wanted


def noted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give a list that gets the number of every piece that is judged."""
    judged: list[int] = []
    judge = Worker.judge

    def noting(self: Worker, number: int, *rest: Any, **options: Any) -> DonePiece:
        judged.append(number)
        return judge(self, number, *rest, **options)

    monkeypatch.setattr(Worker, "judge", noting)
    return judged


def test_what_was_done_is_not_done_again(
    left: Runs, wanted: Mapping[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that goes on judges the pieces that were left, and no other."""
    before = {int(path.stem) for path in left.kept.glob("*/*[0-9].json")}
    judged = noted(monkeypatch)
    assert run_here(left.arguments("--resume")) == 1
    assert 5 <= len(before) < PIECES
    assert judged == [number for number in range(PIECES) if number not in before]
    assert left.reports() == wanted


def test_a_run_that_goes_on_says_so_and_keeps_its_clock(left: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    """The user is told; the time of the report is that of the first start: all formats are of one moment."""
    (started,) = left.kept.glob("*/started")
    clock = started.read_text()[:19]
    run_here(left.arguments("--resume"))
    assert GOING_ON in capsys.readouterr().err.splitlines()[0]
    assert json.loads((left.folder / "report.json").read_text())["clock"]["real"][:19] == clock
    assert f'timestamp="{clock}"' in (left.folder / "report.junit").read_text()


def test_a_killed_parent_leaves_no_worker(runs: Runs, wanted: Mapping[str, object]) -> None:
    """Workers whose parent is gone end by themselves, and spoil nothing of the run that goes on at once."""
    process = runs.begin("--jobs", "2")
    runs.wait_for("0000001.json", process)
    assert len(workers_of(runs.folder)) >= 3
    process.kill()
    process.wait(TIMEOUT_SECONDS)
    assert runs.run("-qq", "--resume", "--jobs", "2") == ""
    assert runs.reports() == wanted


def test_a_killed_worker_ends_the_run_and_is_told(runs: Runs, wanted: Mapping[str, object]) -> None:
    """A worker that the system ends (no memory left) is no mistake of ours: 74, told, and to be resumed."""
    with runs.begin("--jobs", "2", stderr=subprocess.PIPE) as process:
        runs.wait_for("0000001.json", process)
        for worker in set(workers_of(runs.folder)) - {process.pid}:
            os.kill(worker, signal.SIGKILL)
        _, err = process.communicate(timeout=TIMEOUT_SECONDS)
    assert process.returncode == 74
    assert "ended from outside" in err
    assert "Traceback" not in err
    assert [*runs.folder.glob("report.*"), *runs.folder.glob(".*")] == []
    assert runs.run("-qq", "--resume") == ""
    assert runs.reports() == wanted


@pytest.mark.parametrize(
    ("part", "is_missing"),
    [
        ("0000002.report-jsonl", True), ("0000002.report-csv", False), ("0000002.json", False),
        ("0000002.unreadable", True), ("plan.json", False),
    ],
)  # fmt: skip
def test_what_a_dead_machine_left_half_written_is_done_again(
    left: Runs, wanted: Mapping[str, object], capsys: pytest.CaptureFixture[str], part: str, *, is_missing: bool
) -> None:
    """A part that did not reach the disk undoes its piece: no row is left out of a report in silence."""
    (path,) = left.kept.glob(f"*/{part}")
    content = path.read_bytes()
    path.unlink()
    if not is_missing:
        path.write_bytes(content[:-20])
    assert run_here(left.arguments("--resume")) == 1
    assert GOING_ON in capsys.readouterr().err
    assert left.reports() == wanted


# ---------------------------------------------------------------- nothing to go on with


def test_nothing_to_resume_is_told(left: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    """`--resume` without an unfinished run starts at the beginning and says so; quiet runs say nothing."""
    run_here(left.arguments())  # removes what was left
    for quiet, told in ((), True), (("-q",), False):
        capsys.readouterr()
        assert run_here(left.arguments("--resume", *quiet)) == 1
        assert (BEGINNING in capsys.readouterr().err) is told


def test_a_run_that_is_not_to_be_resumed_begins_anew(left: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `--resume` nothing that was left is used."""
    judged = noted(monkeypatch)
    run_here(left.arguments())
    assert judged == list(range(PIECES))


@pytest.mark.parametrize("change", ["row", "file", "time"])
def test_a_changed_log_is_judged_anew(left: Runs, capsys: pytest.CaptureFixture[str], change: str) -> None:
    """Another row, another file that the pattern stands for, a log that was saved again: nothing old is used."""
    log = left.folder / "log.1.csv"
    if change == "row":
        log.write_text(log.read_text().replace("LH-", "NEW-"))
    elif change == "file":
        write_rows(left.folder / "log.2.jsonl", [{**row, "id": f"NEW-{row['id']}"} for row in some_rows(3, seed=9)])
    else:
        os.utime(log)
    run_here(left.arguments("--resume"))
    assert BEGINNING in capsys.readouterr().err
    assert ("NEW-" in (left.folder / "report.jsonl").read_text()) == (change != "time")


def test_a_piece_is_judged_anew_where_a_mail_of_it_changed(tmp_path: Path) -> None:
    """A log may name saved mails: they decide as much as its rows do."""
    mail = tmp_path / "a.eml"
    mail.write_bytes(b"From: a@b.vn\n\nx\n")
    with Done(tmp_path, 1).writing() as done:
        done.mails([str(mail), str(tmp_path / "missing.eml")])
        done.finished()
    assert Done(tmp_path, 1).known()
    mail.write_bytes(b"From: a@b.vn\n\nanother\n")
    assert Done(tmp_path, 1).known() is None


@pytest.mark.parametrize(
    "options",
    [
        ("--require", "verified"), ("--fail-on", "never"), ("--ignore", "SND"), ("--lang", "vi"), ("--show-values",),
        ("--at", "2026-11-23"), ("--output", "csv=other"), ("--format", "jsonl"), ("--color", "always"),
        ("--config", "office.toml"),
    ],
)  # fmt: skip
def test_other_options_are_another_run(
    left: Runs, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    """Whatever changes a report makes it another run; the one that was left is not touched."""
    monkeypatch.setattr("verifykb.cli.batch_run.run_logs", lambda *_: None)  # it was told by then
    (left.folder / "office.toml").write_text('[office]\nmailboxes = ["ke.toan@truong.edu.vn"]\n')
    before = {path: path.stat().st_ino for path in left.kept.rglob("*")}
    run_here(left.arguments("--resume", *options))
    told = capsys.readouterr().err
    assert BEGINNING in told or "chạy từ đầu" in told
    assert {path: path.stat().st_ino for path in left.kept.rglob("*")} == before


def test_a_baseline_that_changed_makes_another_run(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a file accepts decides what counts: a run does not go on under another one."""
    monkeypatch.chdir(runs.folder)
    first = key_of(["log.1.csv"], files=("accepted",))
    Path("accepted").write_text("{}")
    assert key_of(["log.1.csv"], files=("accepted",)) != first


def test_a_folder_of_mails_that_changed_is_judged_anew(tmp_path: Path) -> None:
    """A mail that was added, or changed, below a folder counts as a change of the log; a report beside it does not."""
    below = tmp_path / "mails" / "sub"
    below.mkdir(parents=True)
    keys = {key_of([str(tmp_path / "mails")])}
    (below / "1.eml").write_text("From: a@b.vn")
    keys.add(key_of([str(tmp_path / "mails")]))
    (below / "1.eml").write_text("From: a@b.com")
    keys.add(key_of([str(tmp_path / "mails")]))
    (tmp_path / "mails" / "report.html").touch()
    keys.add(key_of([str(tmp_path / "mails")]))
    assert len(keys) == 3


def test_a_run_knows_itself_in_another_process() -> None:
    """The order of sets, which is another one in every process, makes no other run of it."""
    script = (
        "from verifykb.batch.run_folder import key_of;"
        "print(key_of(['log.csv'], frozenset(map(str, range(40))), {'b': {'x', 'y', 'z'}, 'a': 1}))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, check=True,
            env=environment({"PYTHONHASHSEED": str(seed)}),
        ).stdout
        for seed in range(3)
    }  # fmt: skip
    assert len(found) == 1


def test_rules_that_were_selected_are_resumed(runs: Runs) -> None:
    """`--select` and `--ignore` name sets of rules: the run is known again."""
    options = ("--select", "COD,SND,PHO,MSG", "--ignore", "COD008,SND003")
    runs.kill_at("0000002.json", *options)
    assert GOING_ON in runs.run("--resume", *options)


# ---------------------------------------------------------------- the folder


def test_the_state_is_private_and_goes_with_the_run(runs: Runs) -> None:
    """While a run lasts only its owner may read what it keeps; a run that ended well leaves nothing."""
    before = os.umask(0)
    try:
        process = runs.begin()
    finally:
        os.umask(before)
    runs.wait_for("plan.json", process)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (runs.kept, *runs.kept.glob("*/"))}
    assert process.wait(TIMEOUT_SECONDS) == 1
    assert modes == {0o700}
    assert list(runs.kept.iterdir()) == []


def test_a_reader_that_went_away_leaves_no_state(runs: Runs) -> None:
    """`| head` had enough: nobody goes on with that run, and its personal data go at once."""
    with subprocess.Popen(
        [*VERIFYKB, *runs.arguments("--format", "jsonl")], cwd=runs.folder, env=environment(runs.env),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(TIMEOUT_SECONDS) == 74
    assert list(runs.kept.iterdir()) == []


def test_two_equal_runs_at_once_do_not_disturb_each_other(runs: Runs, wanted: Mapping[str, object]) -> None:
    """The second one works elsewhere, even if it wants to resume; both reports are whole."""
    first = runs.begin("-qq")
    runs.wait_for("plan.json", first)
    os.kill(first.pid, signal.SIGSTOP)
    assert BEGINNING in runs.run("--resume")
    assert runs.reports() == wanted
    for path in runs.folder.glob("report.*"):
        path.unlink()
    os.kill(first.pid, signal.SIGCONT)
    assert first.wait(TIMEOUT_SECONDS) == 1
    assert runs.reports() == wanted


def test_what_was_left_a_week_ago_is_removed(left: Runs) -> None:
    """Folders that nobody came back for go with the next run; younger ones stay."""
    (young,) = left.kept.glob("*/")
    for name in ("old", "young"):
        (left.kept / name).mkdir()
        (left.kept / name / "personal").touch()
    week = time.time() - 8 * 24 * 3600
    os.utime(left.kept / "old", (week, week))
    run_here(left.arguments("-qq", "--require", "verified"))
    assert sorted(path.name for path in left.kept.iterdir() if path.is_dir()) == sorted([young.name, "young"])


@pytest.mark.parametrize("home", ["unset", "a file", "relative", "unknown"])
def test_a_run_works_without_a_place_for_its_state(
    runs: Runs, wanted: Mapping[str, object], monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    """Without a home, or with one that cannot be written, a run works, and leaves nothing where it stands."""
    (runs.folder / "file").touch()
    monkeypatch.chdir(runs.folder)
    monkeypatch.setenv("VERIFYKB_LANG", "en")
    places: dict[str, dict[str, str | None]] = {
        "unset": {"HOME": None, "XDG_STATE_HOME": None},
        "a file": {"HOME": str(runs.folder / "file"), "XDG_STATE_HOME": None},
        "relative": {"XDG_STATE_HOME": "state-of-mine"},
        "unknown": {"HOME": "~", "XDG_STATE_HOME": None},
    }
    for name, value in places[home].items():
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
    before = {path.name for path in runs.folder.iterdir()}
    assert run_here(runs.arguments("-qq")) == 1
    assert runs.reports() == wanted
    assert {path.name for path in runs.folder.iterdir()} - before == {f"report.{name}" for name in FORMATS}
