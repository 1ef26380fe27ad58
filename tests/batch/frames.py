"""Records for the tests of other engines, and what one machine says of them."""

import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from tests.batch.test_engine import _POOLS, _labelled
from tests.judging import judge_together
from verifykb.batch.columns import COLUMNS
from verifykb.batch.engine import verify_batch
from verifykb.context import Context
from verifykb.model.finding import Axis, Finding

Row = dict[str, str | None]
RESULT = ("id", "verdict", *(axis.value for axis in Axis), "rules", "error")
VIETNAMESE = {
    "received_at": "Thời gian", "channel": "kênh", "code": "mã yêu cầu", "sender": "Người gửi", "phone": "số điện thoại",
    "extension": "máy lẻ", "message": "nội dung", "note": "ghi chú", "own_request": "đơn vị đã yêu cầu",
    "called_back": "đã gọi lại", "asks": "họ yêu cầu gì", "service": "dịch vụ",
}  # fmt: skip


def some_records(count: int, seed: int) -> list[Row]:
    """Give random records of values that decide something, each with an id of its own; some have nothing else."""
    source = random.Random(seed)  # noqa: S311 - tests need repeatable records, not secret ones
    drawn = ({name: source.choice(pool) or None for name, pool in _POOLS.items()} for _ in range(count))
    return [{**(record if number % 50 else {}), "id": f"r{number}"} for number, record in enumerate(drawn)]


def case_records() -> list[Row]:
    """Give every labelled case, with an id of its own."""
    return [{**dict(record), "id": f"case {number}"} for number, record in enumerate(_labelled())]


def records_that_meet(count: int, seed: int) -> list[Row]:
    """Give records of few codes, senders and numbers, so that many conflict; every id is another."""
    source = random.Random(seed)  # noqa: S311 - the same
    pools: dict[str, list[str | None]] = {
        "code": [*(f"SD2611{day:02}-{number:06}" for day in (19, 20) for number in range(4200, 4230)), "sd261120-004217", "x", None],
        "sender": ["hotrocntt@vst.gov.vn", "HOTROCNTT@vst.gov.vn", '"KBNN" <hotrocntt@vst.gov.vn>', "a@b.example", None, None],
        "phone": ["02462764300", "+84 24 6276 4300 ml 88617", "04 6276 4300", "0912000111", "+84912000111", "0912000222", None],
        "message": ["Chị đọc mã OTP cho em", "Hẹn kiểm tra lỗi giao diện.", None],
        "received_at": ["20/11/2026 09:00", "21/11/2026 10:30", None],
        "service": ["kntc", "khác", "dvc", None, None, None, None],
    }  # fmt: skip
    drawn = ({name: source.choice(pool) for name, pool in pools.items()} for _ in range(count))
    # Some come with a sender and a number of their own code alone, so that not every code conflicts.
    calm: list[Row] = [{"code": f"SD261118-{n:06}", "sender": "hotrocntt@vst.gov.vn", "phone": None} for n in range(20)]
    return [{**record, "id": f"m{number}"} for number, record in enumerate([*drawn, *calm, *calm])]


def table_of(records: Sequence[Mapping[str, str | None]], names: Mapping[str, str] | None = None) -> pa.Table:
    """Give records as a table, with the row of each in a column of its own."""
    columns = [name for name in COLUMNS if name != "mail"]
    arrays = [pa.array([record.get(name) for record in records], pa.string()) for name in columns]
    shown = [(names or {}).get(name, name) for name in columns]
    return pa.table([*arrays, pa.array(range(len(records)), pa.int64())], [*shown, "row.number"])


def judged_here(records: Sequence[Mapping[str, str | None]], context: Context) -> list[Row]:
    """Give what `verify_batch` says of each record."""
    (batch,) = table_of(records).combine_chunks().to_batches() or (None,)
    found: list[Row] = verify_batch(batch, context).to_pylist() if batch is not None else []
    return found


def judged_together(
    records: Iterable[Row], context: Context, folder: Path
) -> tuple[list[Row], set[tuple[str, str, str, int, str]]]:
    """Give what a run on one machine says of each record of a log, and which of them conflict with which.

    Returns:
        A row for each record, without what is only compared on one machine (REC001, REC002); and of COD008 and REC001:
        id, rule, code or number, how many codes, and the id of another record.
    """
    rows: list[Row] = []
    marks = set()
    filled = [{name: text for name, text in record.items() if text is not None} for record in records]
    for judgement in judge_together(filled, context, folder):
        kept = [finding for finding in judgement.findings if not finding.rule.id.startswith("REC")]
        rows.append(
            {
                "id": judgement.contact.id,
                "verdict": judgement.verdict.value,
                **{axis.value: judgement.axes[axis].value for axis in Axis},
                "rules": ";".join(finding.rule.id for finding in kept),
                "error": None,
            }
        )
        marks |= {_mark(judgement.contact.id, one) for one in judgement.findings if one.rule.id in ("COD008", "REC001")}
    return rows, marks


def _mark(id_: str, finding: Finding) -> tuple[str, str, str, int, str]:
    values = finding.values
    return id_, finding.rule.id, values["given"], int(values.get("codes", 0)), values["elsewhere"]
