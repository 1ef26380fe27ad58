"""Tests of whole runs: the report does not depend on who reads the log, how it is stored, or its order."""

import csv
import json
import subprocess
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from random import Random
from shutil import copy

import pyarrow.parquet as pq
import pytest

from tests.judging import MAILS
from tests.logs import Row, pad, some_rows, spoil, write_rows
from verifykb.__main__ import run as run_here
from verifykb.batch.records import read_time
from verifykb.cli.report_options import make_context
from verifykb.context import VIETNAM

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
    write_log,
)  # fmt: skip

KINDS = ("csv", "tsv", "jsonl", "parquet", "xlsx")
FORMATS = ("plain", "json", "jsonl", "csv", "parquet", "html", "sarif", "junit", "markdown", "github", "xlsx")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal runs at one time: nothing else may make a difference."""
    noon = make_context("")._replace(now=datetime(2026, 11, 22, 12, 0, tzinfo=VIETNAM), at=read_time("2026-11-22"))
    monkeypatch.setattr("verifykb.cli.batch_run.make_context", lambda _at: noon)


@pytest.fixture(autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for what runs keep, of this test alone."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    monkeypatch.setenv("VERIFYKB_LANG", "en")
    return folder


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Rows of several pieces; all can be read."""
    return some_rows(400)


def lines(paths: Iterable[str], *options: str, folder: Path) -> list[str]:
    """Run in this process and give the JSON lines."""
    out = folder / "report.jsonl"
    run_here(["batch", *paths, *AT, "-qq", "--jobs", "1", "--output", f"jsonl={out}", *options])
    return out.read_text(encoding="utf-8").splitlines()


def run(*arguments: str, state: Path, stdin: bytes = b"", cwd: Path | None = None) -> Result:
    """Run in a process of its own."""
    done = subprocess.run(
        [*VERIFYKB, "batch", *arguments, *AT], input=stdin, capture_output=True, cwd=cwd, check=False,
        env=environment({"XDG_STATE_HOME": str(state)}), timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def reports(folder: Path) -> dict[str, bytes]:
    """Give all reports that a run wrote into a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# ---------------------------------------------------------------- the same whoever does it


def log_of(kind: str, folder: Path) -> list[str]:
    """Make a log of a kind, or several, of more than one piece each."""
    spoilt = spoil(some_rows(300))
    if kind == "mails":
        (folder / "mails" / "sub").mkdir(parents=True)
        for number, mail in enumerate(sorted(MAILS.glob("*.eml")) * 6):
            copy(mail, folder / "mails" / ("sub" if number % 2 else ".") / f"{number}.eml")
        return [str(folder / "mails")]
    if kind == "several":
        parts = [write_rows(folder / f"part-{at}.{kind}", spoilt[at::5]) for at, kind in enumerate(KINDS)]
        return [str(folder / "part-[01].*sv"), *parts[2:]]
    return [pad(Path(write_rows(folder / "log.csv", spoilt)))]


@pytest.mark.parametrize(("kind", "jobs"), [("csv", 2), ("mails", 2), ("several", 3)])
def test_how_many_processes_work_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, jobs: int
) -> None:
    """Reports in every format, and what is told on stderr, are the same to the last byte."""
    log = log_of(kind, tmp_path)
    found, told = [], []
    for number in (1, jobs):
        folder = tmp_path / f"reports-{number}"
        folder.mkdir()
        outputs = [f"--output={name}={folder / name}" for name in FORMATS]
        assert run_here(["batch", *log, "--jobs", str(number), "--extra-columns", "keep", *outputs]) == 1
        told.append(capsys.readouterr())
        found.append(reports(folder))
    assert [name for name in FORMATS if found[0][name] != found[1][name]] == []
    assert told[0] == told[1]


def test_where_a_log_is_cut_changes_nothing(tmp_path: Path, rows: list[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of any size give the same report, whatever stands on their borders."""
    quoted = [{**row, "message": row["message"] and f'{row["message"]}\n"trích" ở dòng dưới'} for row in spoil(rows)]
    logs = {kind: write_rows(tmp_path / f"log.{kind}", quoted) for kind in ("csv", "tsv", "jsonl")}
    whole = {kind: lines([log], folder=tmp_path) for kind, log in logs.items()}
    for size in (1 << 12, 5_003, 1 << 15):
        monkeypatch.setattr("verifykb.batch.pieces.PIECE_BYTES", size)
        assert {kind: lines([log], folder=tmp_path) for kind, log in logs.items()} == whole


# ---------------------------------------------------------------- the same however it is stored


def test_every_kind_of_log_gives_the_same_report(tmp_path: Path, rows: list[Row]) -> None:
    """CSV, TSV, JSON lines, Parquet and workbooks of the same rows give the same lines."""
    found = {kind: lines([write_rows(tmp_path / f"log.{kind}", rows)], folder=tmp_path) for kind in KINDS}
    assert len(found["csv"]) == len(rows)
    assert all(found[kind] == found["csv"] for kind in KINDS)


def test_one_log_or_several_give_the_same_report(tmp_path: Path, rows: list[Row]) -> None:
    """What records show together is seen across logs; files come in the order they are named, patterns in theirs."""
    whole = lines([write_rows(tmp_path / "log.csv", rows)], folder=tmp_path)
    parts = [
        write_rows(tmp_path / f"part-{number}.{kind}", rows[start : start + 80])
        for number, (kind, start) in enumerate(zip(KINDS, range(0, 400, 80), strict=True))
    ]
    assert lines(parts, folder=tmp_path) == whole
    assert lines([str(tmp_path / "part-*")], folder=tmp_path) == whole
    assert lines([*parts[:3], str(tmp_path / "part-[34].*")], folder=tmp_path) == whole


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_standard_input_gives_the_same_report(tmp_path: Path, state: Path, rows: list[Row], kind: str) -> None:
    """A log that can be read once only is judged as if it were a file."""
    log = Path(write_rows(tmp_path / f"log.{kind}", rows))
    piped = run(
        "-", "--input-format", kind, "--format", "jsonl", "--jobs", "2", state=state, stdin=log.read_bytes()
    ).out  # fmt: skip
    assert piped.splitlines() == lines([str(log)], folder=tmp_path)


# ---------------------------------------------------------------- the same in any order


def test_shuffled_rows_give_the_same_results(tmp_path: Path, rows: list[Row]) -> None:
    """The results are the same set, with what records show together: whoever comes first has no advantage."""
    shuffled = list(rows)
    Random(2).shuffle(shuffled)  # noqa: S311 - no secret
    first = lines([write_rows(tmp_path / "log.csv", rows)], folder=tmp_path)
    second = lines([write_rows(tmp_path / "shuffled.parquet", shuffled)], folder=tmp_path)
    assert first != second
    assert sorted(first) == sorted(second)
    assert all(rule in "".join(first) for rule in ("COD008", "REC001", "REC002"))


def test_shuffled_rows_give_the_same_cases(tmp_path: Path, rows: list[Row]) -> None:
    """The touches of a case are found wherever they stand; the case is judged the same."""

    def cases(path: str) -> dict[str, object]:
        out = tmp_path / "report.json"
        run_here(["batch", path, *AT, "-qq", "--output", f"json={out}"])
        found = json.loads(out.read_text(encoding="utf-8"))["cases"]
        return {
            case["case"]: (case["count"], case["verdict"], case["axes"], sorted(case["contacts"])) for case in found
        }

    shuffled = list(rows)
    Random(3).shuffle(shuffled)  # noqa: S311 - no secret
    whole = cases(write_rows(tmp_path / "log.csv", rows))
    assert len(whole) > 10
    assert cases(write_rows(tmp_path / "shuffled.jsonl", shuffled)) == whole


# ---------------------------------------------------------------- nothing is lost


def test_every_row_is_in_every_report(tmp_path: Path) -> None:
    """Contacts and unreadable rows add up to the rows of the log; every format counts the same contacts."""
    log = write_rows(tmp_path / "log.csv", spoil(some_rows(700)))
    outputs = [f"--output={name}={tmp_path / f'r.{name}'}" for name in ("json", "jsonl", "csv", "parquet")]
    assert run_here(["batch", log, *AT, "-qq", *outputs]) == 1
    whole = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    contacts = whole["contacts"]
    assert (len(contacts), len(whole["errors"])) == (665, 35)
    assert whole["summary"]["contacts"] == 665
    names = [contact["id"] for contact in contacts]
    assert len(set(names)) == 665
    written = (tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in written] == names
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == names
    assert pq.read_table(tmp_path / "r.parquet")["id"].to_pylist() == names


def test_a_log_that_cannot_be_read_costs_none_of_the_others(tmp_path: Path, rows: list[Row]) -> None:
    """A missing file, an empty one, a broken header: each is told, and the other logs are judged."""
    (tmp_path / "empty.csv").touch()
    (tmp_path / "header.csv").write_text("code,nonsense\nSD261120-004217,1\n")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no")
    (tmp_path / "broken.xlsx").write_bytes(b"PK no")
    good = write_rows(tmp_path / "good.csv", rows)
    bad = [str(tmp_path / name) for name in ("missing.csv", "header.csv", "broken.parquet", "broken.xlsx", "*.nothing")]
    out = tmp_path / "r.json"
    run_here(["batch", *bad, good, str(tmp_path / "empty.csv"), *AT, "-qq", "--output", f"json={out}"])
    whole = json.loads(out.read_text(encoding="utf-8"))
    assert [error["file"] for error in whole["errors"]] == bad
    assert len(whole["contacts"]) == len(rows)


# ---------------------------------------------------------------- exit statuses and quiet

_ROWS = {"fits": CONSISTENT, "open": UNPROVEN, "against": CONTRADICTED, "stop": PROHIBITED, "bad": UNREADABLE}
# A code of its own for each: otherwise records would speak about each other.
_ROWS = {kind: row.replace("004217", f"00421{number}") for number, (kind, row) in enumerate(_ROWS.items())}
_STATUS: list[tuple[str, str, int]] = [
    ("fits", "", 0),
    ("fits open", "", 3),
    ("fits open against", "", 1),
    ("", "", 2),
    ("", "--allow-empty", 0),
    ("bad", "--allow-empty", 2),
    ("fits bad", "", 2),
    ("open bad", "--require verified", 2),
    ("against bad", "", 1),
    ("against bad", "--fail-on never", 2),
    ("against", "--fail-on never", 3),
    ("against", "--fail-on never --require prohibited", 0),
    ("against", "--fail-on prohibited", 3),
    ("against", "--fail-on prohibited --require contradicted", 0),
    ("stop", "--fail-on prohibited", 1),
    ("stop", "--fail-on never --require prohibited", 0),
    ("stop", "--require prohibited", 1),
    ("open", "--fail-on unproven", 1),
    ("open", "--fail-on unproven --require prohibited", 1),
    ("open", "--require unproven", 0),
    ("fits", "--fail-on unproven", 0),
    ("fits", "--fail-on consistent", 1),
    ("fits", "--require verified", 3),
    ("against", "--ignore PHO", 0),
    ("against", "--ignore pho,cod", 0),
    ("against", "--ignore SND", 1),
    ("against", "--select SND", 0),
    ("against", "--select PHO --select MSG", 1),
    ("against", "--select PHO --ignore PHO", 0),
    ("stop", "--select MSG", 1),
    ("stop against", "--ignore MSG,PHO", 0),
    ("open", "--ignore COD,SND,PHO", 0),
    ("open", "--ignore COD,SND,PHO --require verified", 3),
    ("open", "--ignore COD,SND,PHO --fail-on consistent", 1),
    ("against", "--ignore NONE", 2),
    ("against", "--fail-on sometimes", 2),
    ("against", "--jobs 0", 2),
    ("against bad", "--ignore PHO", 2),
    ("open against", "--ignore PHO", 3),
]  # fmt: skip


@pytest.mark.parametrize(("kinds", "options", "status"), _STATUS)
def test_the_status_says_what_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kinds: str, options: str, status: int
) -> None:
    """The status follows from what counts, and is the same quiet or not, in words or as data."""
    log = write_log(tmp_path, *(_ROWS[kind] for kind in kinds.split()))
    variants: list[list[str]] = [[], ["-q"], ["-qq"], ["--format", "json"], ["--format", "html"]]
    found = [run_here(["batch", log, *AT, *options.split(), *variant]) for variant in variants]
    capsys.readouterr()
    assert found == [status] * len(variants)


def test_twice_quiet_is_the_status_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`-qq` writes nothing, whatever the format and whatever is found; files are written all the same."""
    log = write_log(tmp_path, CONSISTENT, CONTRADICTED)
    for format_ in ("plain", "table", "json", "parquet", "html"):
        assert run_here(["batch", log, *AT, "-qq", "--format", format_, "--output", f"csv={tmp_path / 'r'}"]) == 1
    assert len((tmp_path / "r").read_text().splitlines()) == 3
    assert run_here(["batch", write_log(tmp_path, UNREADABLE), *AT, "-qq"]) == 2
    assert run_here(["batch", write_log(tmp_path), *AT, "-qq"]) == 2
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ([], ["open", "against", "stop"]),
        (["--require", "unproven"], ["open", "against", "stop"]),
        (["--require", "verified"], ["fits", "open", "against", "stop"]),
        (["--ignore", "PHO"], ["open", "stop"]),
        (["--select", "MSG", "--require", "unproven"], ["stop"]),
    ],
)
def test_quiet_shows_only_what_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], shown: list[str]
) -> None:
    """`-q` leaves out contacts that are well, and the counts; an open question is a warning at least."""
    kinds = ["fits", "open", "against", "stop"]
    log = write_log(tmp_path, *(f"{kind},{_ROWS[kind]}" for kind in kinds), header="id,code,sender,phone,asks")
    run_here(["batch", log, *AT, "-q", *options])
    out = capsys.readouterr().out
    assert list(dict.fromkeys(line.split(":")[0] for line in out.splitlines())) == shown


@pytest.mark.parametrize("format_", ["json", "jsonl", "csv", "sarif", "junit", "markdown"])
def test_quiet_changes_no_data(tmp_path: Path, capsys: pytest.CaptureFixture[str], format_: str) -> None:
    """`-q` is about what a person reads: data are whole, and so are files in words."""
    log = write_log(tmp_path, CONSISTENT, UNPROVEN, CONTRADICTED)
    found = []
    for quiet in ([], ["-q"]):
        file = tmp_path / "plain"
        run_here(["batch", log, *AT, *quiet, "--format", format_, "--output", f"plain={file}"])
        found.append((capsys.readouterr().out, file.read_bytes()))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("kind", "options", "failures"),
    [("against", [], 1), ("against", ["--fail-on", "prohibited"], 0), ("fits", ["--fail-on", "consistent"], 1),
     ("fits", [], 0), ("open", ["--fail-on", "unproven"], 1), ("against", ["--ignore", "PHO"], 0)],
)  # fmt: skip
def test_what_the_run_fails_by_is_a_failure_for_other_tools(
    tmp_path: Path, kind: str, options: list[str], failures: int
) -> None:
    """JUnit and GitHub call a contact a failure where the exit status does, and only there."""
    log, junit, github = write_log(tmp_path, _ROWS[kind]), tmp_path / "j.xml", tmp_path / "g"
    status = run_here(
        ["batch", log, *AT, "-qq", *options, "--output", f"junit={junit}", "--output", f"github={github}"]
    )
    assert (status == 1) is bool(failures)
    assert f'failures="{failures}"' in junit.read_text(encoding="utf-8")
    assert github.read_text(encoding="utf-8").count("::error") == failures


def test_nothing_that_decides_is_replaced_by_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not a mail, which a log may name and which is the only evidence; not what was accepted, nor the settings."""
    log = write_log(tmp_path, CONSISTENT)
    files = {name: tmp_path / name for name in ("1.eml", "baseline.json", "office.toml")}
    files["1.eml"].write_bytes(b"From: a@b.vn\n\nx\n")
    files["office.toml"].write_text('[office]\nmailboxes = ["a@b.vn"]\n')
    terms = ["--reason", "r", "--author", "a", "--expires", "2027-01-01"]
    assert run_here(["baseline", "write", log, "--to", str(files["baseline.json"]), *terms, "--at", "2026-11-22"]) == 0
    before = {name: path.read_bytes() for name, path in files.items()}
    options = {"1.eml": [], "baseline.json": ["--baseline", str(files["baseline.json"])],
               "office.toml": ["--config", str(files["office.toml"])]}  # fmt: skip
    for name, path in files.items():
        command = ["batch", log, "--no-dns", "--at", "2026-11-22", *options[name], "--output", f"json={path}"]
        assert run_here(command) == 2, name
    assert {name: path.read_bytes() for name, path in files.items()} == before
    capsys.readouterr()


def test_no_number_is_shown_because_something_invisible_stands_in_it(tmp_path: Path) -> None:
    """What is passed on is covered before it is made fit to show, in lists as well."""
    log, page = tmp_path / "log.jsonl", tmp_path / "page.html"
    log.write_text(json.dumps({"phone": "0912\u2060345678", "asks": "secret"}), encoding="utf-8")
    run_here(["batch", str(log), *AT, "-qq", "--output", f"html={page}"])
    assert "345678" not in page.read_text(encoding="utf-8")


# ---------------------------------------------------------------- outputs and inputs


@pytest.mark.parametrize("pattern", ["*.csv", "log.?sv", "**/log.csv"])
def test_a_report_does_not_replace_a_log_that_a_pattern_stands_for(tmp_path: Path, pattern: str) -> None:
    """What a pattern stands for is as safe from `--output` as a log that was named."""
    log = Path(write_log(tmp_path, CONTRADICTED))
    before = log.read_bytes()
    status = run_here(["batch", str(tmp_path / pattern), *AT, "-qq", "--output", f"csv={log}"])
    assert (log.read_bytes(), status) == (before, 2)


def test_two_reports_of_one_format_are_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same format may be wanted twice, on stdout and in files."""
    log = write_rows(tmp_path / "log.csv", some_rows(60))
    run_here(["batch", log, "--format", "jsonl", *(f"--output=jsonl={tmp_path / name}" for name in "ab")])
    assert (tmp_path / "a").read_text("utf-8") == (tmp_path / "b").read_text("utf-8") == capsys.readouterr().out != ""
