"""Spark says of every row what one machine says of it."""

import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.batch.frames import (
    RESULT,
    VIETNAMESE,
    Row,
    case_records,
    judged_here,
    judged_together,
    records_that_meet,
    some_records,
    table_of,
)
from verifykb.context import Context
from verifykb.errors import InputError, OutputError
from verifykb.model.finding import Axis, Effect
from verifykb.rules import RULES

pytest.importorskip("pyspark", reason="the extra [spark] is not installed")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java", allow_module_level=True)

from pyspark.sql import DataFrame, SparkSession

from verifykb.batch.elsewhere import Judge
from verifykb.batch.spark import compare_frame, verify_frame, verify_log
from verifykb.batch.spark_run import SparkRun


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    """Spark on two cores of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        for name, value in (("log.level", "OFF"), ("sql.shuffle.partitions", "3"), ("ui.showConsoleProgress", "false")):
            builder = builder.config(f"spark.{name}", value)
        made = builder.getOrCreate()
        yield made
        made.stop()


def _frame(session: SparkSession, records: list[Row], names: dict[str, str] | None = None, parts: int = 3) -> DataFrame:
    return session.createDataFrame(table_of(records, names)).repartition(parts)


def _rows(frame: DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a result in the order of the records."""
    found = [row.asDict() for row in frame.collect()]
    return [dict(list(row.items())[1:]) for row in sorted(found, key=lambda row: int(row["row.number"]))]


@pytest.mark.parametrize("names", [{}, VIETNAMESE], ids=["contract", "Vietnamese"])
def test_every_row_is_judged_as_in_a_batch(session: SparkSession, context: Context, names: dict[str, str]) -> None:
    """Random records, rows that cannot be read among them, whatever the language of the header."""
    records = some_records(3000, seed=1)
    expected = judged_here(records, context)
    assert {row["error"] for row in expected} > {None, "row-time", "row-empty"}
    found = verify_frame(_frame(session, records, names), context.now, keep=("row.number",))
    assert found.columns == ["row.number", *RESULT]
    assert _rows(found) == expected


def test_every_labelled_case_is_judged_as_in_a_batch(session: SparkSession, context: Context) -> None:
    """The sets that the checks are measured with."""
    records = case_records()
    assert len(records) > 5000
    frame = _frame(session, records)
    assert _rows(verify_frame(frame, context.now, keep=("row.number",))) == judged_here(records, context)


def test_a_log_is_judged_as_on_one_machine(session: SparkSession, context: Context, tmp_path: Path) -> None:
    """What records show together lowers the same contacts, and names the same others."""
    records = records_that_meet(600, seed=2)
    rows, marks = judged_together(records, context, tmp_path)
    assert {mark[1] for mark in marks} == {"COD008", "REC001"}
    assert 100 < sum("COD008" in str(row["rules"]) for row in rows) < len(rows) - 100
    frame = _frame(session, records, parts=5)
    assert _rows(verify_log(frame, context.now, keep=("row.number",))) == rows
    found = compare_frame(frame, context.now).collect()
    assert {(row.id, row.rule, row.given, row["codes"], row.elsewhere) for row in found} == marks
    assert len(found) == len(marks)


def test_no_finding_about_a_code_prohibits() -> None:
    """A replayed code makes the code contradicted, and the contact no better than that: what the engines write rests on it."""
    assert not [rule.id for rule in RULES.values() if rule.axis is Axis.CODE and rule.effect is Effect.PROHIBITS]


def test_a_frame_without_rows_gives_none(session: SparkSession, context: Context) -> None:
    """All columns are there, as text."""
    frame = session.createDataFrame(table_of([]))
    for found in (verify_frame(frame, context.now), verify_log(frame, context.now)):
        assert found.columns == list(RESULT)
        assert {kind for _, kind in found.dtypes} == {"string"}
        assert found.collect() == []
    assert compare_frame(frame, context.now).collect() == []


def test_no_worker_opens_what_a_row_names(session: SparkSession, context: Context, tmp_path: Path) -> None:
    """A row with a saved mail cannot be read here; it is no pass, and the rows beside it are judged."""
    mail = tmp_path / "a.eml"
    mail.write_text("From: hotrocntt@vst.gov.vn\n\nx\n", encoding="utf-8")
    rows = [("a", str(mail), "SD261120-004217"), ("b", None, "SD261120-004217"), ("c", " ", None)]
    frame = session.createDataFrame(rows, "id string, `tệp thư` string, code string")
    for judge in (verify_frame, verify_log):
        found = {row.id: (row.verdict, row.error) for row in judge(frame, context.now).collect()}
        assert found == {"a": (None, "row-mail-elsewhere"), "b": ("unproven", None), "c": (None, "row-empty")}


def test_columns_of_other_types_are_read_as_in_a_batch(session: SparkSession, context: Context) -> None:
    """Times, numbers and yes/no of another program mean what they mean on one machine."""
    table = pa.table(
        {
            "id": ["a", "b"],
            "received_at": pa.array([datetime(2026, 11, 20, 23, 30, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
            "code": ["SD261121-004217", "SD261121-004217"],
            "phone": pa.array([2462764300, None], pa.int64()),
            "own_request": [True, None],
            "asks": [["nothing"], ["otp", "link"]],
        }
    )
    found = verify_frame(session.createDataFrame(table), context.now).collect()
    from verifykb.batch.engine import verify_batch

    (batch,) = table.to_batches()
    assert [row.asDict() for row in found] == verify_batch(batch, context).to_pylist()
    assert {row.error for row in found} == {None}


def test_the_clocks_and_settings_of_the_caller_hold_on_the_workers(session: SparkSession, context: Context) -> None:
    """A run that takes days, or is done again, judges all rows as of one moment."""
    later = context._replace(at=datetime(2028, 1, 1, tzinfo=UTC))
    records = some_records(50, seed=3)
    frame = _frame(session, records)
    found = _rows(verify_frame(frame, later.now, later.at, later.settings, keep=("row.number",)))
    assert found == judged_here(records, later)
    assert found != judged_here(records, context)


_REFUSED = {
    "two columns mean the same": ("id string, email string, sender string", (), None, "sender"),
    "a kept column has the name of a result": ("id string, Sender string", ("Sender",), None, "Sender"),
    "a clock has no time zone": ("id string", (), datetime(2026, 11, 22), "time zone"),  # noqa: DTZ001 - the point
}  # fmt: skip


@pytest.mark.parametrize("case", _REFUSED)
def test_what_cannot_be_meant_is_refused_before_anything_runs(session: SparkSession, case: str) -> None:
    """The error comes from the call, not from a worker an hour later."""
    shape, keep, now, words = _REFUSED[case]
    frame = session.createDataFrame([], shape)
    with pytest.raises(ValueError, match=words):
        verify_frame(frame, now, keep=keep)


def test_what_spark_raises_is_told_as_our_own_errors(session: SparkSession, context: Context, tmp_path: Path) -> None:
    """A table that is none, or breaks off, or a place that is taken: an error with its file, and no half of a result."""
    run = SparkRun(Judge(context.now, None, context.settings, with_keys=True), None)
    assert run._session is session
    pq.write_table(
        table_of(records_that_meet(2000, seed=8)).drop_columns("row.number"),
        tmp_path / "good.parquet",
        compression="none",
    )
    data = (tmp_path / "good.parquet").read_bytes()
    (tmp_path / "broken.parquet").write_bytes(data[:1000] + b"\7" * 20_000 + data[21_000:])
    (tmp_path / "text.parquet").write_text("id,code\n" * 10, encoding="utf-8")
    out = tmp_path / "out"
    for name, key in (("missing", "file-missing"), ("text", "file-unreadable")):
        with pytest.raises(InputError) as refused:
            run.judged([str(tmp_path / f"{name}.parquet")], [])
        assert refused.value.key == key
    broken = run.judged([str(tmp_path / "broken.parquet")], [])
    for look in (lambda: run.written(broken, str(out), "broken.parquet"), lambda: run.counts(broken, "broken.parquet")):
        with pytest.raises(InputError) as refused:
            look()
        assert (refused.value.key, refused.value.values["file"]) == ("file-unreadable", "broken.parquet")
        assert not out.exists()
    good = run.judged([str(tmp_path / "good.parquet")], [])
    assert sum(run.counts(run.written(good, str(out), ""), "").values()) == 2040
    for place, why in ((str(out), "EEXIST"), ("/proc/nobody/out", "IOException")):
        with pytest.raises(OutputError) as failed:
            run.written(good, place, "")
        assert failed.value.values == {"file": place, "why": why}
