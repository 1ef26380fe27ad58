"""The columnar engine judges every row as `verify` judges it alone."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.asking import Asker
from verifykb.batch import texts
from verifykb.batch.columns import COLUMNS
from verifykb.batch.engine import Engine, verify_batch
from verifykb.batch.records import day_text, read_time, to_contact
from verifykb.checks import code
from verifykb.context import Context
from verifykb.directory.types import Directory, Withdrawn
from verifykb.errors import RowError
from verifykb.gather import gather_offline
from verifykb.model.contact import Answer
from verifykb.model.finding import Axis
from verifykb.model.report import Judgement
from verifykb.verify import verify

_CASES = Path(__file__).parents[1] / "cases"
_Record = Mapping[str, str]

# Values that decide something, in every column; rows are drawn from them.
_POOLS: dict[str, list[str]] = {
    "id": ["", "A1", "LH-002"],
    "case": ["", "V1"],
    "received_at": ["", "22/11/2026 09:00", "2026-11-20", "2026-11-21T23:30:00Z", "20/11/2026 24:00", "hôm qua", "01/13/2026 08:00"],
    "channel": ["", "phone", "Zalo", "điện thoại", "bồ câu", "không rõ", "fax"],
    "code": ["", " ", "SD261120-004217", "sd261120-004217", "SD211208-123456", "SD261120-111111", "SD261301-000001", "SD270101-000042", "SD260101-000042", "SD٢٦1120-004217", " SD261120-004218\u00a0", "SD210101-000123"],
    "sender": ["", "hotrocntt@vst.gov.vn", "HOTROCNTT@VST.GOV.VN.", "hotrocntt@vst-gov.vn", "Kho bạc <a@b.example>", "x", "kbnkhanhhoa@vst.gov.vn", "hotrocntt@vst.gοv.vn"],
    "phone": ["", "02462764300", "024 6276 4300 máy lẻ 88617", "0912000111", "+24 6276 4300", "2462764300", "04 6276 4300", "024 6276 4367", "O2462764300"],
    "extension": ["", "88617", "99999", "88617;88618"],
    "message": ["", "\t", "Chị đọc mã OTP cho em", "Hẹn đơn vị kiểm tra lỗi giao diện.", "Bấm https://dvc-kbnn.example để đăng nhập", "Chi\u0323 đọc mã PIN cho em", "a\0b", "Cài UltraViewer nhé"],
    "note": ["", "Mình chưa đọc gì.", "Họ đòi mã OTP, mình không đưa.", "gọi lại tổng đài"],
    "own_request": ["", "có", "không", "thư ngày 06/10", "chưa rõ", "?"],
    "called_back": ["", "x", "0", "kế toán gọi 02462764300 lúc 13:45", "gọi 0912000111"],
    "asks": ["", "nothing", "mã OTP;link", "cài đặt\ntiền", "gì đó", "không"],
    "service": ["", "dvc", "kntc", "khác", "sao hỏa"],
}  # fmt: skip


def _alone(record: _Record, context: Context) -> Judgement | str:
    try:
        contact = to_contact(record, "")
    except RowError as error:
        return error.key
    return verify(gather_offline(contact), context)


def _batch(records: Sequence[_Record], columns: tuple[str, ...] = COLUMNS) -> pa.RecordBatch:
    names = [name for name in columns if name != "mail"]
    return pa.RecordBatch.from_pydict(
        {name: [record.get(name) or None for record in records] for name in names},
        pa.schema([(name, pa.string()) for name in names]),
    )


def _assert_same(records: Sequence[_Record], context: Context) -> None:
    """Compare the engine with `verify`, row by row: the narrow answer, and the whole judgement."""
    batch = _batch(records)
    answers = verify_batch(batch, context).to_pylist()
    with Asker(context, None) as asker:
        block = Engine(context, asker).judge(batch)
    assert len(answers) == len(records)
    for row, (record, answer) in enumerate(zip(records, answers, strict=True)):
        alone = _alone(record, context)
        if isinstance(alone, str):
            assert answer["error"] == alone
            assert answer["verdict"] is None
            continue
        assert answer["error"] is None
        assert answer["verdict"] == alone.verdict.value, record
        assert {axis.value: answer[axis.value] for axis in Axis} == {
            axis.value: alone.axes[axis].value for axis in Axis
        }
        assert answer["rules"] == ";".join(finding.rule.id for finding in alone.findings)
        assert block.judgement(row) == alone


@given(
    rows=st.lists(st.fixed_dictionaries({name: st.sampled_from(pool) for name, pool in _POOLS.items()}), max_size=40)
)
def test_a_block_of_random_rows_is_judged_as_each_row_alone(rows: list[dict[str, str]], context: Context) -> None:
    """Whatever stands beside a row changes nothing of it."""
    _assert_same(rows, context)


@given(
    rows=st.lists(
        st.dictionaries(
            st.sampled_from([name for name in COLUMNS if name != "mail"]),
            st.text(max_size=40),
        ),
        max_size=20,
    )
)
def test_a_block_of_arbitrary_text_is_judged_as_each_row_alone(rows: list[dict[str, str]], context: Context) -> None:
    """Text that means nothing is judged or refused alike."""
    valid = [{name: text.encode("utf-8", "replace").decode() for name, text in row.items()} for row in rows]
    _assert_same(valid, context)


def _labelled() -> list[_Record]:
    records: list[_Record] = []
    for file in sorted(_CASES.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            cells = case.get("record", case)
            records.append(
                {
                    name: value
                    for name, value in cells.items()
                    if name in COLUMNS and name not in ("mail", "id") and isinstance(value, str)
                }
            )
    return [record for record in records if record]


def test_every_labelled_case_is_judged_as_alone(context: Context) -> None:
    """The same sets that the checks are measured with, in blocks of a thousand."""
    records = _labelled()
    assert len(records) > 5000
    for first in range(0, len(records), 1000):
        _assert_same(records[first : first + 1000], context)


def test_a_withdrawn_contact_is_seen_in_a_block(context: Context) -> None:
    """Where the directory looks at more than the service, so does the block."""
    gone = Withdrawn("phone", "0912000111", date(2026, 1, 1), ())
    there = context._replace(directory=context.directory._replace(withdrawn=(gone,)))
    _assert_same(
        [{"phone": "0912 000 111"}, {"phone": "0912000112"}, {"phone": "0912000111", "service": "khác"}], there
    )


def test_the_memory_of_values_has_a_limit_and_forgets_nothing_that_counts(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room for two values only, the answers are the same."""
    monkeypatch.setattr(texts.Memo.__init__, "__defaults__", (2,))
    _assert_same(
        [
            {"sender": f"a{n}@b.example", "phone": f"09120001{n:02}", "code": f"SD2611{n % 28 + 1:02}-00421{n % 10}"}
            for n in range(60)
        ],
        context,
    )


_TYPED = {
    "received_at": (pa.array([datetime(2026, 11, 20, 23, 30, tzinfo=UTC)], pa.timestamp("ms", "UTC")), "2026-11-21T06:30:00+07:00"),
    "own_request": (pa.array([True]), "yes"),
    "called_back": (pa.array([False]), "no"),
    "sender": (pa.array(["a@b.example"]).dictionary_encode(), "a@b.example"),
    "extension": (pa.array([88617], pa.int32()), "88617"),
    "asks": (pa.array([["secret", "link"]]), "secret;link"),
    "note": (pa.array(["x y"], pa.large_string()), "x y"),
    "message": (pa.array([None], pa.null()), ""),
    "code": (pa.array(["SD261120-004217"]), "SD261120-004217"),
    "case": (pa.array([12.0]), "12"),
}  # fmt: skip


def test_columns_of_other_types_are_read_as_the_text_a_person_would_type(context: Context) -> None:
    """A table from another program has dates, numbers and yes/no of its own."""
    typed = pa.RecordBatch.from_arrays([array for array, _ in _TYPED.values()], list(_TYPED))
    record = {name: text for name, (_, text) in _TYPED.items()}
    alone = _alone(record, context)
    assert isinstance(alone, Judgement)
    with Asker(context, None) as asker:
        assert Engine(context, asker).judge(typed).judgement(0) == alone


def test_an_empty_batch_gives_an_empty_answer(context: Context) -> None:
    """No rows in, no rows out, with all the columns."""
    answer = verify_batch(_batch([]), context)
    assert answer.num_rows == 0
    assert answer.schema.names == ["id", "verdict", *(axis.value for axis in Axis), "rules", "error"]


def test_vietnamese_headers_are_columns_too(context: Context) -> None:
    """A frame made from an office's table need not be renamed."""
    batch = pa.RecordBatch.from_pydict({"người gửi": ["hotrocntt@vst-gov.vn"], "lạ": ["?"]})
    assert verify_batch(batch, context).column("verdict").to_pylist() == ["contradicted"]
    twice = pa.RecordBatch.from_pydict({"email": ["a@b.example"], "sender": ["c@d.example"]})
    with pytest.raises(ValueError, match="sender"):
        verify_batch(twice, context)


@given(
    text=st.one_of(
        st.from_regex(r"[0-3][0-9]/[0-1][0-9]/20[0-9]{2}[ T][0-2][0-9]:[0-6][0-9](:[0-6][0-9])?", fullmatch=True),
        st.from_regex(r"20[0-9]{2}-[0-1][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-6][0-9](:[0-6][0-9])?", fullmatch=True),
        st.text(max_size=20),
    )
)
def test_a_time_and_its_day_text_mean_the_same_day(text: str) -> None:
    """Days are read once for all times of that day."""
    whole, day = read_time(text), read_time(day_text(text))
    assert (whole and whole.date()) == (day and day.date())


@pytest.mark.parametrize("given_code", [" SD261120-004218", "SD261120-004218\u00a0", "\tSD261120-004218 "])
def test_white_space_around_a_code_changes_nothing_of_its_outline(given_code: str, directory: Directory) -> None:
    """It is judged without, and on each day anew: a code of tomorrow is none from the future for long."""
    outline = code.outliner(directory)
    early, late = date(2026, 11, 1), date(2026, 11, 22)
    assert outline(given_code, late) == outline("SD261120-004218", late)
    assert outline(given_code, early) != outline(given_code, late)


@given(
    codes=st.lists(
        st.one_of(
            st.from_regex(r"[Ss][Dd]2[56][01][0-9][0-3][0-9]-[0-9]{6}", fullmatch=True), st.sampled_from(_POOLS["code"])
        ),
        min_size=2,
        max_size=30,
    ),
    days=st.lists(st.dates(date(2025, 1, 1), date(2026, 12, 31)), min_size=30, max_size=30),
    own=st.sampled_from([None, True, False]),
)
def test_codes_of_one_outline_meet_the_same_rules(
    codes: list[str], days: list[date], own: bool | None, directory: Directory
) -> None:
    """What the engine judges once for many codes is the same for each of them."""
    by_outline: dict[object, tuple[str, ...]] = {}
    for given_code, day in zip(codes, days, strict=False):
        found = code.assess(given_code, day, directory, Answer(own))
        rules = tuple(finding.rule.id for finding in found)
        assert by_outline.setdefault(code.outliner(directory)(given_code, day), rules) == rules
