"""Tests of the parts of a run: who does the pieces, what is kept of them, how much memory it takes.

VERIFYKB_ROWS says how large the logs are of which memory is measured: 1,500 rows and 6,000 by default.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.conftest import NOON
from tests.logs import COLUMNS, Row, some_rows, write_rows
from verifykb.asking import Asker
from verifykb.batch.cut import cut_log
from verifykb.batch.done import Done
from verifykb.batch.interrupts import HeldBack, ends_cleanly
from verifykb.batch.merged import Merged
from verifykb.batch.policy import Policy
from verifykb.batch.processes import Here, Processes
from verifykb.batch.record import ReadOptions
from verifykb.batch.run import Plan, judge_logs, judge_pieces, plan_logs
from verifykb.batch.run_folder import key_of, run_folder
from verifykb.batch.work import LISTED, Job, Stream, Words
from verifykb.config import Settings
from verifykb.context import Context
from verifykb.errors import InputError, OutputError
from verifykb.model.report import Summary, Unreadable
from verifykb.model.verdict import Verdict

ROWS = int(os.environ.get("VERIFYKB_ROWS", "1500"))
_WORDS = Words("en", (Stream("jsonl"), Stream("plain", quiet=True)), (False, True), tally=True, cases=True)


class Silent:
    """Is told how far a run is, and keeps it."""

    def __init__(self) -> None:
        self.rows: list[int] = []

    def start(self, total: int | None, *, done: int = 0, rows: int = 0) -> None:
        """Begin to count."""
        assert done == rows
        self.rows.append(total or 0)

    def advance(self, done: int, rows: int, found: object) -> None:
        """Count."""
        assert (done, not found) == (rows, True)
        self.rows.append(rows)

    def clear(self) -> None:
        """Make room on the screen."""


def job_in(folder: Path, words: Words = _WORDS, policy: Policy = Policy(Verdict.CONSISTENT)) -> Job:  # noqa: B008 - a value
    """Give a job that works in a folder."""
    folder.mkdir(exist_ok=True)
    return Job(ReadOptions(), NOON, None, Settings(), None, policy, words, str(folder))


def planned(log: str, job: Job) -> Plan:
    """Cut and compare a log."""
    return plan_logs([log], job, Here(job), Silent())


# ---------------------------------------------------------------- pieces


def test_a_plan_is_read_back_as_it_was(tmp_path: Path) -> None:
    """A run that goes on finds the pieces of every kind of log as they were cut."""
    rows = some_rows(50)
    logs = [write_rows(tmp_path / f"log.{kind}", rows) for kind in ("csv", "jsonl", "parquet", "xlsx")]
    job = job_in(tmp_path / "work")
    plan = plan_logs([*logs, str(tmp_path / "missing.csv")], job, Here(job), Silent())
    assert Plan.known(tmp_path / "work") == plan
    assert [Path(piece.file).suffix for piece in plan.pieces if piece.kind != "refused"] == [
        ".csv", ".jsonl", *[".parquet"] * 3, ".xlsx",
    ]  # fmt: skip
    assert sum(plan.records) == 200
    assert [Path(item.path).name for item in plan.inputs] == [Path(log).name for log in logs]


def test_no_plan_is_known_before_all_is_compared(tmp_path: Path) -> None:
    """A run that was ended while it compared begins anew; what it left is no part of the new one."""
    folder = tmp_path / "work"
    log = write_rows(tmp_path / "log.xlsx", some_rows(30))
    job = job_in(folder)
    list(cut_log(log, job.options, folder, []))
    (folder / "across.sqlite").write_bytes(b"half a database")
    assert Plan.known(folder) is None
    assert sum(planned(log, job).records) == 30
    assert len(list(folder.glob("records-*"))) == 1


def test_results_come_in_the_order_of_the_log(tmp_path: Path) -> None:
    """Several processes give what one gives, in its order; only so many pieces are begun ahead."""
    log = write_rows(tmp_path / "log.parquet", some_rows(120))
    one, several = job_in(tmp_path / "one"), job_in(tmp_path / "several")
    with Here(one) as here, Processes(several, 3) as processes:
        first, second = plan_logs([log], one, here, Silent()), plan_logs([log], several, processes, Silent())
        assert first == second
        assert list(judge_pieces(first, one, here, lambda: True)) == list(
            judge_pieces(second, several, processes, lambda: True)
        )
    for path in (tmp_path / "one").glob("0*"):
        assert (tmp_path / "several" / path.name).read_bytes() == path.read_bytes(), path.name


def test_processes_are_started_as_they_are_needed(tmp_path: Path) -> None:
    """A log of one piece costs one process, however many were allowed."""
    log = write_rows(tmp_path / "log.csv", some_rows(5))
    job = job_in(tmp_path / "work")
    with Processes(job, 8) as processes:
        plan = plan_logs([log], job, processes, Silent())
        list(judge_pieces(plan, job, processes, lambda: True))
        assert len(processes._beside) == 1


def test_an_error_in_a_worker_is_raised_in_its_parent(tmp_path: Path) -> None:
    """A disk that fails a worker fails the run: key and values of the error arrive."""
    log = write_rows(tmp_path / "log.csv", some_rows(5))
    job = job_in(tmp_path / "work")
    pieces = [(0, piece, "none") for piece in planned(log, job).pieces]
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "across.sqlite").symlink_to(tmp_path / "work" / "across.sqlite")
    (tmp_path / "gone" / "0000000.report-jsonl").mkdir()
    gone = job._replace(folder=str(tmp_path / "gone"))
    with Processes(gone, 2) as processes, pytest.raises(OutputError) as caught:
        list(processes.judge(pieces))
    assert (caught.value.key, caught.value.values["why"]) == ("run-folder-failed", "EISDIR")


def test_a_worker_that_is_gone_is_told(tmp_path: Path) -> None:
    """Whoever ends a worker ends the run; nobody waits forever."""
    log = write_rows(tmp_path / "log.parquet", some_rows(200))
    job = job_in(tmp_path / "work")
    plan = planned(log, job)
    with Processes(job, 2) as processes:
        done = judge_pieces(plan, job, processes, lambda: True)
        assert next(done).number == 0
        for beside in processes._beside:
            os.kill(int(beside._process.pid or 0), signal.SIGKILL)
        with pytest.raises(OutputError) as caught:
            list(done)
    assert caught.value.key == "worker-lost"


def test_a_file_that_shrinks_is_told(tmp_path: Path) -> None:
    """A log that changes between comparing and judging costs the piece, and is told."""
    log = Path(write_rows(tmp_path / "log.csv", some_rows(50)))
    job = job_in(tmp_path / "work")
    plan = planned(str(log), job)
    log.write_bytes(log.read_bytes()[:-500])
    with Here(job) as here:
        (done,) = judge_pieces(plan, job, here, lambda: True)
    errors = [Unreadable(*values) for values in Done(tmp_path / "work", 0).lines("unreadable")]
    assert (done.contacts, [error.key for error in errors]) == (0, ["file-changed"])


# ---------------------------------------------------------------- what is kept


class Merging(NamedTuple):
    """Pieces put together, and what was told."""

    summary: Summary
    told: list[Unreadable]


def merged(log: str, folder: Path, jobs: int = 1) -> Merging:
    """Run over a log, without reports."""
    job = job_in(folder)
    found = Merging(Summary(Verdict.CONSISTENT), [])
    parts = Merged(folder, found.summary, [], [], found.told.append)
    plan = planned(log, job)
    with Here(job) if jobs == 1 else Processes(job, jobs) as worker:
        for done in judge_pieces(plan, job, worker, parts.wants_entries):
            parts.add(done)
    parts.finish()
    return found


def test_a_log_in_which_nothing_can_be_read(tmp_path: Path) -> None:
    """Every row is told, with its place, in order; none is a contact."""
    rows = [{**row, "received_at": "hôm qua"} for row in some_rows(3_000)]
    summary, told = merged(write_rows(tmp_path / "log.csv", rows), tmp_path / "work")
    assert summary.contacts == 0
    assert [error.row for error in told] == list(range(2, 3_002))
    assert list(summary.errors) == told
    assert (len(summary.errors), summary.errors[7]) == (3_000, told[7])
    with pytest.raises(IndexError):
        summary.errors[3_000]


def test_a_log_in_which_all_share_an_id(tmp_path: Path, context: Context) -> None:
    """Every row gets a name of its own; the first one keeps the id."""
    rows = [{**row, "id": "A7"} for row in some_rows(500)]
    log = write_rows(tmp_path / "log.jsonl", rows)
    with Asker(context, None) as asker:
        judged = list(judge_logs([log], ReadOptions(), asker, Summary(Verdict.CONSISTENT), print))
    names = [judgement.contact.id for judgement in judged]
    assert names == ["A7", *(f"A7#{row}" for row in range(2, 501))]


def test_a_log_that_is_one_case(tmp_path: Path) -> None:
    """All rows are judged together; a few are named."""
    rows = [{**row, "case": "V1"} for row in some_rows(700)]
    summary, _ = merged(write_rows(tmp_path / "log.parquet", rows), tmp_path / "work", jobs=2)
    (case,) = summary.cases
    assert (case.case, case.verdict, len(case.axes)) == ("V1", Verdict.PROHIBITED, 5)
    assert case.touches == tuple(f"LH-{number:05}" for number in range(20))


def test_a_log_in_which_all_use_one_code(tmp_path: Path, context: Context) -> None:
    """Every member of a code with conflicting senders is marked."""
    rows = [{**row, "code": "SD261120-004217", "sender": f"a{at}@b.vn"} for at, row in enumerate(some_rows(500))]
    with Asker(context, None) as asker:
        judged = list(
            judge_logs(
                [write_rows(tmp_path / "log.csv", rows)], ReadOptions(), asker, Summary(Verdict.CONSISTENT), print
            )
        )
    marked = [any(finding.rule.id == "COD008" for finding in one.findings) for one in judged]
    assert marked == [True] * 500


def test_of_a_large_log_what_counts_is_listed_first(tmp_path: Path) -> None:
    """More contacts than a report lists: those that the run fails by are listed, the rest is counted."""
    fits = {**dict.fromkeys(COLUMNS, ""), "sender": "hotrocntt@vst.gov.vn", "phone": "02462764300"}
    rows = [{**fits, "id": f"A{at}", "code": f"SD261120-{1 + at:06}"} for at in range(LISTED + 100)]
    for row in rows[-60:]:
        row["phone"] = "0912000111"
    job = job_in(tmp_path / "work", Words("en", (), (True, False)))
    plan = planned(write_rows(tmp_path / "log.csv", rows), job)
    with Here(job) as here:
        done = list(judge_pieces(plan, job, here, lambda: True))
    kept = [entry for one in done for entry in Done(tmp_path / "work", one.number).entries(masked=False)]
    assert len(kept) == 60
    assert all(fails for fails, _ in kept)


# ---------------------------------------------------------------- the folder of a run


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where runs keep what they do."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "verifykb" / "runs"


def test_a_folder_goes_with_its_run(kept: Path) -> None:
    """A run that ends well leaves neither a folder nor a lock."""
    with run_folder("key", NOON, resume=False) as folder:
        assert folder.path == kept / "key"
        assert (folder.started, folder.path.stat().st_mode & 0o777) == (None, 0o700)
    assert list(kept.iterdir()) == []


def failing_run(*, has_plan: bool) -> None:
    """Fail in a folder, before or after something was done."""
    with run_folder("key", NOON, resume=False) as folder:
        if has_plan:
            (folder.path / "plan.json").touch()
        raise InputError("file-missing", file="a")


def test_a_folder_stays_where_there_is_something_to_go_on_with(kept: Path) -> None:
    """A failure before anything was done leaves nothing; one later leaves the folder, and its clock."""
    for has_plan in (False, True):
        with pytest.raises(InputError):
            failing_run(has_plan=has_plan)
        assert (kept / "key").exists() is has_plan
    with run_folder("key", NOON + timedelta(days=1), resume=True) as folder:
        assert folder.started == NOON
        assert (folder.path / "plan.json").exists()


def test_a_folder_that_is_in_use_is_left_alone(kept: Path) -> None:
    """Another run of the same command works in a temporary folder, which goes with it."""
    with run_folder("key", NOON, resume=False) as first:
        with run_folder("key", NOON, resume=True) as second:
            assert second.path != first.path
            assert second.started is None
        assert first.path.exists()
        assert not second.path.exists()
    assert list(kept.iterdir()) == []


def test_what_cannot_be_removed_does_not_end_a_run(kept: Path) -> None:
    """A folder inside the run's own, as nobody should have made it, is no obstacle."""
    (kept / "key" / "folder" / "deep").mkdir(parents=True)
    with run_folder("key", NOON, resume=False) as folder:
        assert [path.name for path in folder.path.iterdir()] == ["started"]


def test_a_folder_that_others_could_read_is_closed(kept: Path) -> None:
    """What earlier versions or careless hands left open is made private before anything is put there."""
    kept.mkdir(parents=True)
    kept.chmod(0o755)
    with run_folder("key", NOON, resume=False):
        assert kept.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("decides", [frozenset(("a", "b")), {"a": 1}, ("a", 1.5, None), NOON, Verdict.VERIFIED])
def test_a_key_is_of_plain_values(decides: object) -> None:
    """Whatever decides a run has a form that is the same the next time; none holds an address in memory."""
    assert key_of(["log.csv"], decides) == key_of(["log.csv"], decides)
    assert " at 0x" not in repr(decides)


def test_standard_input_has_no_key() -> None:
    """What was read once cannot be read again: nobody goes on with it."""
    assert key_of(["log.csv", "-"]) == ""


# ---------------------------------------------------------------- signals


def interrupted(steps: list[str], name: str, times: int, *, is_last: bool = False) -> None:
    """Press Ctrl-C while it is held back; note that the work went on."""
    with HeldBack(is_last=is_last):
        for _ in range(times):
            signal.raise_signal(signal.SIGINT)
        steps.append(name)


def test_an_interrupt_waits_until_all_is_whole() -> None:
    """Ctrl-C is heard when the work is done, not in the middle; a second one at once; at the very end it is late."""
    steps: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted(steps, "once", 1)
    with pytest.raises(KeyboardInterrupt):
        interrupted(steps, "twice", 2)
    interrupted(steps, "last", 1, is_last=True)
    assert steps == ["once", "last"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def failed_and_interrupted() -> None:
    """Fail, with Ctrl-C held back."""
    with HeldBack():
        signal.raise_signal(signal.SIGINT)
        raise InputError("file-missing", file="a")


def test_a_failure_is_not_hidden_by_an_interrupt() -> None:
    """Where both come, the failure is told."""
    with pytest.raises(InputError):
        failed_and_interrupted()


def test_an_ignored_signal_stays_ignored() -> None:
    """`nohup` asked for it, or a script in the background."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGHUP, signal.SIGINT)}
    try:
        with ends_cleanly(), HeldBack():
            found = [signal.getsignal(number) for number in before]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert found == [signal.SIG_IGN] * 2


# ---------------------------------------------------------------- memory

_FITS = {"sender": "hotrocntt@vst.gov.vn", "phone": "02462764300", "channel": "", "message": "", "asks": "", "case": ""}


def _plain(at: int) -> Row:
    return {
        **_FITS, "id": f"A{at}", "code": f"SD2611{1 + at % 20:02}-{at % 10**6:06}",
        "received_at": f"{1 + at % 20:02}/11/2026 08:{at % 60:02}",
    }  # fmt: skip


def _hostile(at: int) -> Row:
    """Give rows of which nothing can be read, that share an id, a case, a code, a number, or nothing at all."""
    changes: tuple[Row, ...] = (
        {"received_at": "hôm qua"},
        {"id": "A"},
        {"case": "V"},
        {"code": "SD261101-000001", "sender": f"a{at}@b.vn"},
        {"phone": "0912000111"},
        {"sender": f"a{at}@gmail{at}.com", "phone": f"09{at:08}", "case": f"V{at // 12}"},
    )
    return _plain(at) | changes[at % len(changes)]


def _each(number: int) -> Any:
    return lambda at: _hostile(6 * at + number)


MANY: dict[str, Any] = {"hostile": _hostile} | (
    {"plain": _plain, **{f"hostile {at}": _each(at) for at in range(6)}} if "VERIFYKB_ROWS" in os.environ else {}
)


def peak(folder: Path, rows: Iterator[Row], jobs: str) -> int:
    """Give the most memory that a run or one of its workers takes, in KiB."""
    log = folder / "log.csv"
    with log.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + "\n")
        file.writelines(",".join(row[column] for column in COLUMNS) + "\n" for row in rows)
    outputs = [f"--output={name}={folder / name}" for name in ("jsonl", "json", "html")]
    process = subprocess.Popen(
        [sys.executable, "-m", "verifykb", "batch", str(log), "-qq", "--jobs", jobs, *outputs],
        env={**os.environ, "XDG_STATE_HOME": str(folder / "state")},
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (1, 2, 3)
    return usage.ru_maxrss


@pytest.mark.parametrize("kind", MANY)
def test_memory_does_not_grow_with_the_log(tmp_path: Path, kind: str) -> None:
    """Four times as many rows, however hostile, take hardly more memory."""
    small, large = (peak(tmp_path, map(MANY[kind], range(rows)), "2") for rows in (ROWS, 4 * ROWS))
    assert large <= 1.3 * small
