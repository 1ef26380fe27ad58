"""`verifykb batch --engine`: another engine, the same answers."""

import csv
import importlib.util
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pyarrow.parquet as pq
import pytest

from tests.batch.frames import Row, records_that_meet, table_of
from tests.cli.process import (
    AT,
    CONSISTENT,
    CONTRADICTED,
    PROHIBITED,
    UNPROVEN,
    UNREADABLE,
    VERIFYKB,
    Result,
    environment,
    tells_in_three_parts,
    write_log,
)
from verifykb.batch.columns import COLUMNS
from verifykb.cli.entry import run_command_line
from verifykb.model.finding import Axis

_TIMEOUT_SECONDS = 150  # Spark takes long to start where other things run as well
_ROOT = Path(__file__).parents[2]
_HAS = {"dask": importlib.util.find_spec("dask") and importlib.util.find_spec("pandas"),
        "spark": importlib.util.find_spec("pyspark") and shutil.which("java")}  # fmt: skip
_needs = {
    name: pytest.mark.skipif(not there, reason=f"the extra [{name}] is not installed, or Java")
    for name, there in _HAS.items()
}
_ENGINES = [pytest.param(name, marks=_needs[name]) for name in _HAS]
_MORE_OF_A_MACHINE = ("REC001", "REC002")  # notes, of what is compared on one machine only


def _run(*arguments: str, cwd: Path, env: dict[str, str | None] | None = None) -> Result:
    done = subprocess.run(
        [*VERIFYKB, "batch", *arguments, *AT, "--isolated"],
        capture_output=True, env=environment(env), cwd=cwd, check=False, timeout=_TIMEOUT_SECONDS,
    )  # fmt: skip
    return Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def _here(*arguments: str, lang: str = "en") -> int:
    """Run in this process, which has what an engine needs already."""
    return run_command_line(["batch", *arguments, *AT, "--isolated", "--lang", lang])


class _Compared(NamedTuple):
    """A run on one machine and one elsewhere, of the same logs, with the contacts of each."""

    here: Result
    elsewhere: Result
    contacts_here: list[dict[str, Any]]
    contacts_elsewhere: list[dict[str, Any]]


def _write_logs(folder: Path) -> list[str]:
    """Write a log in each format that an engine reads; records of one meet those of the others."""
    records = records_that_meet(450, seed=6)
    with (folder / "a.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        names = [name for name in COLUMNS if name != "mail"]
        writer.writerow([*names[:-1], "dịch vụ"])
        writer.writerows([record.get(name) or "" for name in names] for record in records[:150])
        file.write("\n" + ";" * (len(names) - 1) + "\nx;too;few\n")
        writer.writerow(["two\nlines", "", "hôm qua", "", "SD261119-004200", *[""] * (len(names) - 5)])
    with (folder / "a.csv").open("ab") as raw:
        raw.write(b";" * 4 + b"SD261119-004201;a\xff@b.example" + b";" * (len(names) - 6) + b"\n")
    lines = [
        json.dumps({name: text for name, text in record.items() if text}, ensure_ascii=False)
        for record in records[150:300]
    ]
    (folder / "b.jsonl").write_text("\n".join([*lines, "{", '{"cod": "x"}', '{"id": "m\\u202e"}']) + "\n", "utf-8")
    records[300]["id"] = "m\u202eof a table"
    table = table_of(records[300:]).drop_columns("row.number")
    pq.write_table(table, folder / "c.parquet", row_group_size=40)
    return ["a.csv", "b.jsonl", "c.parquet"]


@pytest.fixture(scope="module", params=_ENGINES)
def compared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> _Compared:
    """Both runs, in each engine in turn."""
    folder = tmp_path_factory.mktemp("logs")
    logs = _write_logs(folder)
    here = _run(*logs, "--format", "json", "--output", "parquet=here", cwd=folder)
    elsewhere = _run(
        *logs, "--engine", request.param, "--jobs", "2", "--format", "json", "--output", "parquet=there", cwd=folder
    )
    assert not elsewhere.err
    contacts = [pq.read_table(folder / name).to_pylist() for name in ("here", "there")]
    return _Compared(here, elsewhere, *contacts)


def test_the_counts_and_the_status_are_those_of_one_machine(compared: _Compared) -> None:
    """Whoever only looks at the numbers sees no difference."""
    here, elsewhere = json.loads(compared.here.out), json.loads(compared.elsewhere.out)
    assert elsewhere["summary"] == here["summary"]
    assert elsewhere["summary"]["unreadable"] == 6
    assert compared.elsewhere.status == compared.here.status == 1
    for same in ("tool", "directory", "policy", "schema_version"):
        assert elsewhere[same] == here[same]
    assert elsewhere["inputs"] == here["inputs"][:2]  # what the engine read itself has no fingerprint


def test_every_contact_is_judged_as_on_one_machine(compared: _Compared) -> None:
    """Each by its id: verdict, axes and rules; replayed codes across files among them."""

    def judged(contacts: list[dict[str, Any]]) -> dict[str, Row]:
        names = ("verdict", "file", *(axis.value for axis in Axis))
        return {contact["id"]: {name: contact[name] for name in names} for contact in contacts if contact["verdict"]}

    def rules(contacts: list[dict[str, Any]]) -> dict[str, list[str]]:
        return {
            contact["id"]: [rule for rule in contact["rules"].split(";") if rule not in _MORE_OF_A_MACHINE]
            for contact in contacts
            if contact["verdict"]
        }

    assert judged(compared.contacts_elsewhere) == judged(compared.contacts_here)
    assert rules(compared.contacts_elsewhere) == rules(compared.contacts_here)
    assert sum("COD008" in found for found in rules(compared.contacts_elsewhere).values()) > 50
    text_rows = {contact["id"]: contact["row"] for contact in compared.contacts_here if contact["file"] != "c.parquet"}
    assert text_rows.items() <= {contact["id"]: contact["row"] for contact in compared.contacts_elsewhere}.items()


def test_every_row_that_cannot_be_read_is_told(compared: _Compared) -> None:
    """By log and kind on stdout, by row among the contacts; none has a verdict."""
    lost = [contact for contact in compared.contacts_elsewhere if contact["error"]]
    assert not any(contact["verdict"] or contact["rules"] for contact in lost)
    here = json.loads(compared.here.out)["errors"]
    assert {(contact["file"], contact["row"]) for contact in lost} == {(error["file"], error["row"]) for error in here}
    told = {(error["file"], error["reason"]) for error in json.loads(compared.elsewhere.out)["errors"]}
    kinds = Counter((contact["file"], contact["error"]) for contact in lost)
    assert told == {(file, f"unreadable rows ({key}): {rows}") for (file, key), rows in kinds.items()}
    assert {("a.csv", "row-cells"), ("a.csv", "row-encoding"), ("b.jsonl", "row-json")} < kinds.keys()


def test_what_is_shown_is_safe(compared: _Compared) -> None:
    """No id brings a hidden character into what people open."""
    assert all("\u202e" not in str(contact["id"]) for contact in compared.contacts_elsewhere)
    ids = {contact["id"] for contact in compared.contacts_elsewhere}
    assert {"m\\u{202e}", "m\\u{202e}of a table"} < ids


def test_the_summary_is_valid_by_the_schema_of_reports(compared: _Compared) -> None:
    """Who reads reports reads this one, too; its contacts are elsewhere."""
    document = json.loads(compared.elsewhere.out)
    jsonschema.validate(document, json.loads((_ROOT / "docs" / "schema" / "report-1.json").read_text(encoding="utf-8")))
    assert document["contacts"] == []
    assert document["outputs"] == ["there"]


# ------------------------------------------------------------------ one engine is enough


_STATUSES = {
    "consistent": ((CONSISTENT,), (), 0),
    "below": ((CONSISTENT, UNPROVEN), (), 3),
    "below what was asked for": ((CONSISTENT,), ("--require", "verified"), 3),
    "contradicted": ((CONTRADICTED, UNREADABLE), (), 1),
    "never": ((PROHIBITED,), ("--fail-on", "never", "--require", "prohibited"), 0),
    "unreadable": ((CONSISTENT, UNREADABLE), (), 2),
    "nothing": ((), (), 2),
    "nothing, as usual": ((), ("--allow-empty",), 0),
}


@_needs["dask"]
@pytest.mark.parametrize("case", _STATUSES)
def test_the_exit_status_follows_the_same_rules(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """docs/exit-status.md holds for every engine."""
    rows, options, status = _STATUSES[case]
    log = write_log(tmp_path, *rows)
    assert _here(log, "--engine", "dask", "--jobs", "1", *options) == status
    err = capsys.readouterr().err
    assert tells_in_three_parts(err) if case == "nothing" else not err


@_needs["dask"]
def test_the_plain_summary_says_what_was_not_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers first, in the reader's language; nothing at all where nothing was wanted."""
    log = write_log(tmp_path, CONSISTENT, UNREADABLE)
    assert _here(log, "--engine", "dask", "--jobs", "1", lang="vi") == 2
    loud = capsys.readouterr().out
    assert "1 KHỚP, CHƯA CHỨNG THỰC" in loud
    assert f"{log}: dòng không đọc được (row-cells): 1" in loud
    assert "REC001" in loud
    assert _here(log, "--engine", "dask", "--jobs", "1", "-q") == 2
    assert capsys.readouterr() == ("", "")


@_needs["dask"]
def test_a_cluster_that_is_configured_does_the_work(tmp_path: Path) -> None:
    """Dask's own setting for its scheduler holds for this command as for any other program."""
    distributed = pytest.importorskip("distributed")
    write_log(tmp_path, CONSISTENT, CONTRADICTED)
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        before = len(cluster.scheduler.task_prefixes)
        done = _run(
            "log.csv", "--engine", "dask", cwd=tmp_path, env={"DASK_SCHEDULER_ADDRESS": cluster.scheduler_address}
        )
        assert (done.status, done.err) == (1, "")
        assert len(cluster.scheduler.task_prefixes) > before


# ------------------------------------------------------------------ what cannot be done


_REFUSED = {
    "--dns": ("--dns",),
    "--baseline": ("--baseline", "known.toml"),
    "--resume": ("--resume",),
    "--select": ("--select", "COD"),
    "--ignore": ("--ignore", "COD"),
    "--format html": ("--format", "html"),
    "--output sarif": ("--output", "sarif=r.sarif"),
    "--input-format xlsx": ("--input-format", "xlsx"),
    "-": ("-", "--input-format", "csv"),
}


@pytest.mark.parametrize("option", _REFUSED)
@pytest.mark.parametrize("engine", ["spark", "dask"])
def test_what_needs_one_machine_is_refused_by_name(
    engine: str, option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the engine is started, and whether it is installed or not."""
    monkeypatch.chdir(tmp_path)
    write_log(tmp_path, CONSISTENT)
    if option == "--baseline":
        accepted = ("--to", "known.toml", "--reason", "x", "--author", "x", "--expires", "2027-01-01")
        assert run_command_line(["baseline", "write", "log.csv", *accepted, *AT, "--isolated"]) == 0
    assert _here("log.csv", "--engine", engine, *_REFUSED[option]) == 2
    assert f"Option {option} cannot be used with --engine {engine}." in capsys.readouterr().err


def test_text_in_object_storage_is_refused_with_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Our own reader reads files; what Spark reads from there is Parquet."""
    assert _here("s3a://bucket/log.csv", "--engine", "spark") == 2
    assert "docs/scale.md" in capsys.readouterr().err


@pytest.mark.parametrize(("engine", "package"), [("spark", "pyspark"), ("dask", "dask")])
def test_a_missing_package_is_named_with_the_way_to_get_it(engine: str, package: str, tmp_path: Path) -> None:
    """The engines are extras."""
    log = write_log(tmp_path, CONSISTENT)
    script = (
        f"import sys; sys.modules[{package!r}] = None; from verifykb.__main__ import run; sys.exit(run(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "batch", log, "--engine", engine, "--isolated"],
        capture_output=True, text=True, env=environment(), check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert f'pip install "verifykb[{engine}]"' in done.stderr
    # Where nothing of Spark is installed, its bridge to Java is missed first.
    assert package in done.stderr or "py4j" in done.stderr


@_needs["spark"]
def test_missing_java_is_told_in_our_words(tmp_path: Path) -> None:
    """The start script's own complaint is not for our reader."""
    write_log(tmp_path, CONSISTENT)
    done = _run("log.csv", "--engine", "spark", cwd=tmp_path, env={"JAVA_HOME": str(tmp_path)})
    assert (done.status, done.out) == (2, "")
    assert tells_in_three_parts(done.err)
    assert "Java" in done.err


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A table whose end is in order and whose middle is not."""
    pq.write_table(table_of(records_that_meet(2000, seed=8)), tmp_path / "log.parquet", compression="none")
    data = bytearray((tmp_path / "log.parquet").read_bytes())
    data[1000 : len(data) // 2] = b"\7" * (len(data) // 2 - 1000)
    (tmp_path / "log.parquet").write_bytes(data)
    return tmp_path


@_needs["dask"]
def test_a_table_that_breaks_off_is_told_and_leaves_nothing(
    broken: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No half of a result, no trace of a program; that Spark's errors become such ones is seen in tests/batch."""
    monkeypatch.chdir(broken)
    outputs = ("--extra-columns", "keep", "--output", "parquet=out")
    assert _here("log.parquet", "--engine", "dask", "--jobs", "1", *outputs) == 2
    told = capsys.readouterr()
    assert not told.out
    assert tells_in_three_parts(told.err)
    assert "log.parquet cannot be read" in told.err
    assert not (broken / "out").exists()


@_needs["dask"]
def test_what_is_there_already_is_not_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder may hold the work of days; so may a file."""
    monkeypatch.chdir(tmp_path)
    log = write_log(tmp_path, CONSISTENT)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "part.0.parquet").write_text("old", encoding="utf-8")
    (tmp_path / "file").write_text("old", encoding="utf-8")
    for place in ("folder", "file"):
        assert _here(log, "--engine", "dask", "--jobs", "1", "--output", f"parquet={place}") == 74
        told = capsys.readouterr()
        assert not told.out
        assert tells_in_three_parts(told.err)
    assert (tmp_path / "folder" / "part.0.parquet").read_text(encoding="utf-8") == "old"
    assert (tmp_path / "file").read_text(encoding="utf-8") == "old"
