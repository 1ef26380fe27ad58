"""The report as Parquet: the words of the JSON report in columns, whatever is in it."""

import io
import json
from collections.abc import Iterable, Mapping

import pyarrow.parquet as pq
import pytest

from tests.judging import judge
from tests.promises import is_harmless
from tests.render.reports import HOSTILE, MIXED, header
from verifykb.context import Context
from verifykb.model.finding import Axis
from verifykb.model.report import Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.parquet_report import ParquetReport
from verifykb.render.shared import contact_object
from verifykb.text.safe import safe_line
from verifykb.wording import Wording

_RECORDS: dict[str, tuple[Mapping[str, str], ...]] = {"empty": (), "mixed": MIXED, "hostile": HOSTILE}
_COLUMNS = [
    "id", "file", "row", "verdict", *(axis.value for axis in Axis), "rules", "given_code", "given_sender", "given_phone",
]  # fmt: skip


def written(records: Iterable[Mapping[str, str]], context: Context, *, incomplete: bool = False) -> pq.ParquetFile:
    """Write a whole report of some records, and open it."""
    out = io.BytesIO()
    report = ParquetReport(out, Style(wording=Wording("vi"), directory=context.directory))
    summary = Summary(Verdict.CONSISTENT)
    report.begin(header(context))
    for record in records:
        judgement = judge(record, context)
        summary.count(judgement)
        report.contact(judgement)
    summary.incomplete = incomplete
    report.end(summary)
    return pq.ParquetFile(io.BytesIO(out.getvalue()))


@pytest.mark.parametrize("name", _RECORDS)
def test_a_row_says_what_the_json_report_says(name: str, context: Context) -> None:
    """Verdict, axes and rules of every contact, in order; the columns are there without any."""
    records = _RECORDS[name]
    table = written(records, context).read()
    assert table.column_names == _COLUMNS
    style = Style(wording=Wording("vi"), directory=context.directory)
    for row, record in zip(table.to_pylist(), records, strict=True):
        contact = json.loads(json.dumps(contact_object(judge(record, context), style)))
        assert (row["id"], row["verdict"]) == (contact["id"], contact["verdict"])
        assert {axis.value: row[axis.value] for axis in Axis} == contact["axes"]
        assert row["rules"].split(";") == [finding["rule"] for finding in contact["findings"]]
        assert row["given_sender"] == safe_line(record.get("sender", ""))


def test_nothing_an_attacker_wrote_does_anything(context: Context) -> None:
    """Who prints a column into a terminal or a page sees what was hidden."""
    for row in written(HOSTILE, context).read().to_pylist():
        for value in row.values():
            assert is_harmless(str(value)), value


@pytest.mark.parametrize("incomplete", [False, True])
def test_the_file_says_what_it_rests_on_and_whether_it_is_whole(context: Context, *, incomplete: bool) -> None:
    """A table has no row for that; its metadata has."""
    about = written(MIXED, context, incomplete=incomplete).metadata.metadata
    assert about[b"verifykb.directory"].decode().endswith(header(context).sha256)
    assert about[b"verifykb.incomplete"] == (b"true" if incomplete else b"false")
    assert about[b"verifykb.contacts"] == str(len(MIXED)).encode()
