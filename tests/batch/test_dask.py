"""Dask says of every row what one machine says of it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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

pytest.importorskip("dask.dataframe", reason="the extra [dask] is not installed")

import dask
import dask.dataframe as dd
import pandas as pd

from verifykb.batch.dask import _LOW_AND_HIGH, _lowered, verify_frame, verify_log


@pytest.fixture(autouse=True)
def _here() -> Iterator[None]:
    """Partitions are done one after the other, in this process; one test has processes."""
    with dask.config.set(scheduler="synchronous"):
        yield


def _frame(records: list[Row], names: dict[str, str] | None = None, parts: int = 3) -> dd.DataFrame:
    return dd.from_pandas(table_of(records, names).to_pandas(), npartitions=parts)


def _rows(frame: dd.DataFrame) -> list[dict[str, Any]]:
    found = frame.compute()
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in found.to_dict("records")
    ]


@pytest.mark.parametrize("names", [{}, VIETNAMESE], ids=["contract", "Vietnamese"])
def test_every_row_is_judged_as_in_a_batch(context: Context, names: dict[str, str]) -> None:
    """Random records, rows that cannot be read among them, whatever the language of the header."""
    records = some_records(3000, seed=1)
    expected = judged_here(records, context)
    assert {row["error"] for row in expected} > {None, "row-time", "row-empty"}
    found = verify_frame(_frame(records, names), context.now)
    assert list(found.columns) == list(RESULT)
    assert _rows(found) == expected


@pytest.mark.parametrize("strings", ["string[pyarrow]", "object"])
def test_every_labelled_case_is_judged_as_in_a_batch(context: Context, strings: str) -> None:
    """The sets that the checks are measured with, whatever texts are made of, and in processes."""
    records = case_records()
    assert len(records) > 5000
    kinds = dict.fromkeys(VIETNAMESE, strings)
    with dask.config.set({"dataframe.convert-string": False}):
        frame = dd.from_pandas(table_of(records).to_pandas().astype(kinds), npartitions=3)
    assert set(frame.dtypes[list(VIETNAMESE)].astype(str)) == {"string" if strings != "object" else "object"}
    with dask.config.set(scheduler="processes", num_workers=2):
        assert _rows(verify_frame(frame, context.now)) == judged_here(records, context)


def test_a_log_is_judged_as_on_one_machine(context: Context, tmp_path: Path) -> None:
    """A code that others use lowers the same contacts, and nothing moves from its place."""
    records = records_that_meet(600, seed=2)
    rows, _ = judged_together(records, context, tmp_path)
    assert 100 < sum("COD008" in str(row["rules"]) for row in rows) < len(rows) - 100
    assert _rows(verify_log(_frame(records, parts=5), context.now)) == rows


@pytest.mark.parametrize("kind", ["object", "string[python]", "string[pyarrow]"])
def test_what_is_lacking_conflicts_with_nothing(kind: str) -> None:
    """A frame marks it as None, NaN or NA, which pandas compares in two ways; versions differ in which they keep."""
    senders = ["a@b.example", "a@b.example", "c@d.example", "e@f.example", None]
    judged = pd.DataFrame({
        "id": list("rstuv"), "verdict": ["consistent"] * 5, "code": ["supported"] * 5, "rules": [""] * 5,
        "error": [None] * 5, "code_key": [1, 1, 2, 2, 3], "sender_key": senders, "phone_key": [None] * 5,
    }).astype(dict.fromkeys(["error", "sender_key", "phone_key"], kind))  # fmt: skip
    found = pd.DataFrame({
        "code_key": [2], "sender_low": ["c@d.example"], "sender_high": ["e@f.example"],
        "phone_low": [None], "phone_high": [None],
    }).astype(dict.fromkeys(_LOW_AND_HIGH, kind))  # fmt: skip
    lowered = _lowered(judged.merge(found, on="code_key", how="left"))
    assert list(lowered["verdict"]) == ["consistent", "consistent", "contradicted", "contradicted", "consistent"]
    assert list(lowered["rules"]) == ["", "", "COD008;", "COD008;", ""]


def test_the_index_and_kept_columns_stay(context: Context) -> None:
    """Results can be joined to what they came from."""
    records = some_records(40, seed=4)
    given = table_of(records).to_pandas().set_index(pd.Index(range(1000, 1040), name="n")).rename(columns={"case": 7})
    frame = dd.from_pandas(given, npartitions=3)
    for judge in (verify_frame, verify_log):
        found = judge(frame, context.now, keep=("row.number",)).compute()
        assert list(found.columns) == ["row.number", *RESULT]
        assert found.index.equals(given.index)
        assert list(found["row.number"]) == list(given["row.number"])
        assert list(found["id"]) == list(given["id"])


def test_a_frame_without_rows_gives_none(context: Context) -> None:
    """All columns are there, as text; also of a partition from which all rows were taken."""
    everything = _frame(some_records(20, seed=5))
    for frame in (_frame([], parts=1), everything[everything["row.number"] < 0]):
        for judge in (verify_frame, verify_log):
            found = judge(frame, context.now).compute()
            assert list(found.columns) == list(RESULT)
            assert set(found.dtypes.astype(str)) == {"string"}
            assert len(found) == 0


def test_no_worker_opens_what_a_row_names(context: Context, tmp_path: Path) -> None:
    """A row with a saved mail cannot be read here; it is no pass, and the rows beside it are judged."""
    mail = tmp_path / "a.eml"
    mail.write_text("From: hotrocntt@vst.gov.vn\n\nx\n", encoding="utf-8")
    rows = [("a", str(mail), "SD261120-004217"), ("b", None, "SD261120-004217"), ("c", " ", None)]
    frame = dd.from_pandas(pd.DataFrame(rows, columns=["id", "tệp thư", "code"]), npartitions=1)
    for judge in (verify_frame, verify_log):
        found = {row["id"]: (row["verdict"], row["error"]) for row in _rows(judge(frame, context.now))}
        assert found == {"a": (None, "row-mail-elsewhere"), "b": ("unproven", None), "c": (None, "row-empty")}


def test_a_column_that_mixes_types_is_read_as_the_texts_a_person_would_type(context: Context) -> None:
    """Tables that pandas read from anywhere have numbers, texts and gaps in one column."""
    mixed: list[object] = ["024 6276 4300", 2462764300, 2462764300.0, float("nan"), None, pd.NA]
    texts = ["024 6276 4300", "2462764300", "2462764300", None, None, None]
    codes = ["SD261121-004217"] * len(mixed)
    with dask.config.set({"dataframe.convert-string": False}):
        frame = dd.from_pandas(pd.DataFrame({"phone": pd.Series(mixed, dtype=object), "code": codes}), npartitions=2)
    records: list[Row] = [{"phone": text, "code": code} for text, code in zip(texts, codes, strict=True)]
    assert _rows(verify_frame(frame, context.now)) == judged_here(records, context)


def test_times_and_answers_are_read_as_in_a_batch(context: Context) -> None:
    """A time with a zone is one moment; a yes is a yes."""
    moments = pd.Series([datetime(2026, 11, 20, 23, 30, tzinfo=UTC), pd.NaT])
    columns = {"received_at": moments, "code": ["SD261121-004217"] * 2, "own_request": [True, False]}
    frame = dd.from_pandas(pd.DataFrame(columns), npartitions=1)
    records: list[Row] = [
        {"received_at": "21/11/2026 06:30", "code": "SD261121-004217", "own_request": "có"},
        {"code": "SD261121-004217", "own_request": "không"},
    ]
    assert _rows(verify_frame(frame, context.now)) == judged_here(records, context)


def test_the_clocks_of_the_caller_hold_on_the_workers(context: Context) -> None:
    """A run that takes days, or is done again, judges all rows as of one moment."""
    later = context._replace(at=datetime(2028, 1, 1, tzinfo=UTC))
    records = some_records(50, seed=3)
    found = _rows(verify_frame(_frame(records), later.now, later.at, later.settings))
    assert found == judged_here(records, later)
    assert found != judged_here(records, context)


_REFUSED = {
    "two columns mean the same": (["id", "email", "sender"], (), None, "sender"),
    "a kept column has the name of a result": (["id", "Sender"], ("Sender",), None, "Sender"),
    "a clock has no time zone": (["id"], (), datetime(2026, 11, 22), "time zone"),  # noqa: DTZ001 - the point
}  # fmt: skip


@pytest.mark.parametrize("case", _REFUSED)
def test_what_cannot_be_meant_is_refused_before_anything_runs(case: str) -> None:
    """The error comes from the call, not from a worker an hour later."""
    columns, keep, now, words = _REFUSED[case]
    frame = dd.from_pandas(pd.DataFrame([["x"] * len(columns)], columns=columns), npartitions=1)
    with pytest.raises(ValueError, match=words):
        verify_frame(frame, now, keep=keep)
