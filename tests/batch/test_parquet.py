"""Logs in Parquet: a table of another program is read as a person would have typed it, or told; never guessed."""

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.asking import Asker
from verifykb.batch import parquet
from verifykb.batch.cut import cut_log
from verifykb.batch.engine import Engine
from verifykb.batch.read_piece import read_piece
from verifykb.batch.record import ReadOptions
from verifykb.batch.records import to_contact
from verifykb.batch.texts import columns_of
from verifykb.context import Context
from verifykb.errors import InputError, RowError
from verifykb.gather import gather_offline
from verifykb.model.finding import Axis
from verifykb.model.report import InputFile
from verifykb.model.verdict import Standing
from verifykb.verify import verify

_PLAIN, _KEEP = ReadOptions(), ReadOptions(keep_extra_columns=True)
_Read = tuple[list[tuple[int, dict[str, str]]], list[tuple[int, str]]]


def _write(folder: Path, table: pa.Table, **settings: Any) -> Path:
    path = folder / "log.parquet"
    pq.write_table(table, path, **settings)
    return path


def _read(path: Path, options: ReadOptions = _PLAIN) -> _Read:
    """Give row and filled cells of each record, and row and key of what could not be read."""
    records: list[tuple[int, dict[str, str]]] = []
    told: list[tuple[int, str]] = []
    for piece in cut_log(str(path), options, path.parent, []):
        for some in read_piece(piece, options):
            texts = {name: array.to_pylist() for name, array in columns_of(some.batch).items()}
            for at, row in enumerate(some.place.rows):
                records.append((int(row), {name: values[at] for name, values in texts.items() if values[at]}))
            told += [(item.row, item.key) for item in some.unreadable]
    return records, told


def _refused(path: Path, options: ReadOptions = _PLAIN) -> tuple[str, str]:
    with pytest.raises(InputError) as caught:
        _read(path, options)
    return caught.value.key, caught.value.values.get("column", "")


_NOON_UTC = datetime(2026, 11, 20, 5, 0, 0, 123456, UTC)
_TYPED: dict[str, tuple[str, pa.Array, list[str]]] = {
    "text": ("code", pa.array(["SD261120-004217", None, " "]), ["SD261120-004217", "", " "]),
    "large text": ("note", pa.array(["a", None], pa.large_string()), ["a", ""]),
    "text in a view": ("note", pa.array(["a", None], pa.string_view()), ["a", ""]),
    "octets of older programs": ("note", pa.array(["ậ".encode(), None], pa.binary()), ["ậ", ""]),
    "octets in a view": ("note", pa.array([b"a", None], pa.binary_view()), ["a", ""]),
    "dictionary": ("sender", pa.array(["a", "b", None, "a"]).dictionary_encode(), ["a", "b", "", "a"]),
    "dictionary of numbers": ("phone", pa.array([113, None]).dictionary_encode(), ["113", ""]),
    "nothing": ("note", pa.nulls(2), ["", ""]),
    "yes and no": ("own_request", pa.array([True, False, None]), ["yes", "no", ""]),
    "several asks": ("asks", pa.array([["secret", "link"], [], None, [None], [None, "otp"]]), ["secret;link", "", "", "", "otp"]),
    "day": ("received_at", pa.array([date(2026, 11, 20), None]), ["2026-11-20T00:00:00", ""]),
    "time here": ("received_at", pa.array([_NOON_UTC.replace(tzinfo=None)], pa.timestamp("us")), ["2026-11-20T05:00:00"]),
    "time elsewhere": ("received_at", pa.array([_NOON_UTC], pa.timestamp("us", "UTC")), ["2026-11-20T12:00:00+07:00"]),
    "time to the nanosecond": ("received_at", pa.array([1_795_150_800_123_456_789], pa.timestamp("ns", "UTC")), ["2026-11-20T12:00:00+07:00"]),
    "whole number": ("extension", pa.array([88617, None], pa.int32()), ["88617", ""]),
    "number with nothing in it": ("extension", pa.array([88617.0, None, float("nan"), float("inf")]), ["88617", "", "", ""]),
    "exact number": ("extension", pa.array([Decimal("88617.00"), None]), ["88617", ""]),
}  # fmt: skip


@pytest.mark.parametrize(("column", "array", "expected"), _TYPED.values(), ids=_TYPED)
@pytest.mark.parametrize("rows", [1, 2, 100])
def test_a_column_of_any_kind_is_what_a_person_would_type(
    column: str, array: pa.Array, expected: list[str], rows: int, tmp_path: Path
) -> None:
    """Whatever its kind, and however it is cut into row groups: the texts, with the rows of the file."""
    found, told = _read(_write(tmp_path, pa.table({column: array}), row_group_size=rows))
    assert told == []
    assert found == [(row, {column: text} if text else {}) for row, text in enumerate(expected, start=1)]


_KINDS = {
    "struct": pa.array([{"a": 1}]),
    "list": pa.array([["a"]]),
    "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int8())),
    "time of day": pa.array([time(9, 30)]),
    "duration": pa.array([timedelta(1)]),
    "yes and no": pa.array([True]),
    "fixed octets": pa.array([b"abcd"], pa.binary(4)),
}


def test_the_hour_beside_a_day_and_the_row_numbers_of_pandas_are_passed_over(tmp_path: Path) -> None:
    """They decide no verdict, whatever their kind."""
    columns = {"Ngày": ["20/11/2026"], "Giờ": pa.array([time(9, 30)]), "code": ["A"], "__index_level_0__": [7]}
    found, told = _read(_write(tmp_path, pa.table(columns)))
    assert (found, told) == ([(1, {"received_at": "20/11/2026", "code": "A"})], [])


@pytest.mark.parametrize("array", _KINDS.values(), ids=_KINDS)
@pytest.mark.parametrize("column", ["message", "received_at", "channel"])
def test_a_column_that_is_no_text_refuses_the_file(column: str, array: pa.Array, tmp_path: Path) -> None:
    """A message that was never read must not pass for one in which nothing was asked."""
    assert _refused(_write(tmp_path, pa.table({column: array}))) == ("file-column-kind", column)


def test_a_list_of_numbers_is_no_list_of_asks(tmp_path: Path) -> None:
    """Asks are words."""
    assert _refused(_write(tmp_path, pa.table({"asks": [[1]]}))) == ("file-column-kind", "asks")


def test_a_row_whose_text_is_none_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    """Octets that are no UTF-8 (even where the file says they are), NUL, and megabytes cost their row only."""
    octets = pa.array([b"A", b"\xff", b"x\0", None, b"y" * 1_048_577, b"B"])
    pretended = pa.StringArray.from_buffers(6, octets.buffers()[1], octets.buffers()[2], octets.buffers()[0])
    expected = (
        [(1, {"code": "A"}), (4, {}), (6, {"code": "B"})],
        [(2, "row-encoding"), (3, "row-nul"), (5, "row-too-long")],
    )
    for array in (octets, pretended):
        assert _read(_write(tmp_path, pa.table({"code": array}))) == expected
    asks = pa.table({"code": ["A", "B"], "asks": [["link"], ["se\0cret"]]})
    assert _read(_write(tmp_path, asks)) == ([(1, {"code": "A", "asks": "link"})], [(2, "row-nul")])


_HEADERS: dict[str, tuple[list[str], ReadOptions, tuple[str, str] | list[str]]] = {
    "Vietnamese": (["Mã yêu cầu", "Số điện thoại"], _PLAIN, ["code", "phone"]),
    "unknown": (["code", "colour"], _PLAIN, ("file-unknown-column", "colour")),
    "unknown, to be passed over": (["colour", "code"], _KEEP, ["code"]),
    "unknown twice": (["code", "x", "x"], _KEEP, ["code"]),
    "known twice": (["code", "x", "Mã"], _KEEP, ("file-duplicate-column", "code")),
    "the same name twice": (["code", "code"], _PLAIN, ("file-duplicate-column", "code")),
    "a dot in a name": (["ext.", "ext.x", "code.x"], _KEEP, ["extension"]),
    "a column within another's name": (["code", "code.x"], _KEEP, ["code"]),
    "not one that is known": (["x", "y"], _KEEP, []),
}


@pytest.mark.parametrize(("names", "options", "expected"), _HEADERS.values(), ids=_HEADERS)
def test_headers_are_read_as_in_any_table(
    names: list[str], options: ReadOptions, expected: tuple[str, str] | list[str], tmp_path: Path
) -> None:
    """Both languages; what is unknown or there twice is told; no row is lost where nothing is known."""
    table = pa.Table.from_arrays([pa.array([f"{name} 1", f"{name} 2"]) for name in names], names)
    path = _write(tmp_path, table)
    if isinstance(expected, tuple):
        assert _refused(path, options) == expected
        return
    found, told = _read(path, options)
    assert told == []
    assert [sorted(cells) for _, cells in found] == [expected, expected]


def test_an_empty_log_has_no_record(tmp_path: Path) -> None:
    """No rows, and no row groups either."""
    assert _read(_write(tmp_path, pa.table({"code": pa.array([], pa.string())}))) == ([], [])


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    """Another file, or none at all, is told as such."""
    (tmp_path / "log.parquet").write_bytes(b"code\nA\n")
    assert _refused(tmp_path / "log.parquet")[0] == "file-parquet"
    assert _refused(tmp_path / "none.parquet")[0] == "file-missing"


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd"])
def test_a_corrupt_file_is_told_and_never_a_crash(compression: str, tmp_path: Path) -> None:
    """Whatever byte is wrong: the file is refused, or its rows are read; there is nothing between."""
    table = pa.table(
        {
            "code": ["SD261120-004217"] * 50,
            "received_at": [_NOON_UTC] * 50,
            "asks": [["link"], None] * 25,
            "own_request": [True, None] * 25,
            "phone": [1.0, None] * 25,
        }
    )
    whole = _write(tmp_path, table, row_group_size=20, compression=compression).read_bytes()
    chance = random.Random(compression)  # noqa: S311 - which bytes are wrong is no secret
    keys: set[str] = set()
    for _ in range(150):
        broken = bytearray(whole)
        for _ in range(chance.choice((1, 1, 3))):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        (tmp_path / "log.parquet").write_bytes(broken[: chance.choice((len(broken), chance.randrange(len(broken))))])
        try:
            _read(tmp_path / "log.parquet")
        except InputError as error:
            keys.add(error.key)
    assert "file-parquet" in keys


def test_the_fingerprint_is_of_the_file(tmp_path: Path) -> None:
    """`inputs` names it once, whatever number of row groups it has."""
    path = _write(tmp_path, pa.table({"code": ["A"] * 9}), row_group_size=2)
    inputs: list[InputFile] = []
    assert len(list(cut_log(str(path), _PLAIN, tmp_path, inputs))) == 5
    assert [file.path for file in inputs] == [str(path)]


# ---------------------------------------------------------------- what it means


def _standing(context: Context, axis: Axis, **cells: pa.Array) -> Standing:
    with Asker(context, None) as asker:
        block = Engine(context, asker).judge(pa.RecordBatch.from_pydict({"code": ["SD261120-004217"], **cells}))
    assert block.errors == {}
    return block.standing(axis, 0)


_PROVING = {
    "own_request": (Axis.CODE, Standing.SUPPORTED),
    "called_back": (Axis.PHONE, Standing.LACKING),
}
_NO_YES = {
    "no number": pa.array([float("nan")]),
    "no end": pa.array([float("inf")]),
    "null": pa.nulls(1),
    "zero": pa.array([0.0]),
    "exact zero": pa.array([Decimal("0.00")]),
    "another number": pa.array([2.0]),
    "its text": pa.array(["0.0"]),
    "nan as text": pa.array(["nan"]),
    "NaN as text": pa.array(["NaN"]),
    "NA of pandas as text": pa.array(["<NA>"]),
    "error of a spreadsheet": pa.array(["#N/A"]),
    "another error of it": pa.array(["#DIV/0!"]),
}


@pytest.mark.parametrize("column", _PROVING)
@pytest.mark.parametrize("array", _NO_YES.values(), ids=_NO_YES)
def test_what_is_no_yes_proves_nothing(column: str, array: pa.Array, context: Context) -> None:
    """Programs that write tables have many words for nothing and for no; none of them is evidence of a yes."""
    axis, without = _PROVING[column]
    found = _standing(context, axis, **{column: array})
    assert found in (without, Standing.LACKING)


def test_a_list_with_nothing_in_it_is_not_nothing_asked(context: Context) -> None:
    """That nothing was asked proves; a list of one null says nothing at all."""
    assert _standing(context, Axis.REQUEST, asks=pa.array([[None]], pa.list_(pa.string()))) is Standing.SUPPORTED
    assert _standing(context, Axis.REQUEST, asks=pa.array([["nothing"]])) is Standing.PROVEN


@pytest.mark.parametrize("array", [pa.array([2462764300]), pa.array([2462764300.0]), pa.array([Decimal(2462764300)])])
def test_a_number_that_lost_its_zero_is_told_and_not_repaired(array: pa.Array, context: Context) -> None:
    """Only a spreadsheet's cell gets its zero back (docs/contract.md, section 4): elsewhere nobody knows who took it."""
    assert _standing(context, Axis.PHONE, phone=array) is Standing.CONTRADICTED
    assert _standing(context, Axis.PHONE, phone=pa.array([842462764300])) is Standing.SUPPORTED


_ODD_TIMES = {
    "far": pa.array([2**62], pa.timestamp("s")),
    "like a date, in a zone that is none": pa.array([20261120], pa.timestamp("s", "Mars/Phobos")),
    "a day without end": pa.array([2**30], pa.date32()),
}


@pytest.mark.parametrize("array", _ODD_TIMES.values(), ids=_ODD_TIMES)
def test_a_time_that_there_is_not_is_an_error_of_its_row(array: pa.Array, context: Context) -> None:
    """It must not become another time, nor end the run."""
    batch = pa.RecordBatch.from_pydict({"code": ["A"], "received_at": array})
    with Asker(context, None) as asker:
        block = Engine(context, asker).judge(batch)
    assert [error.key for error in block.errors.values()] == ["row-time"]


_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "code": st.sampled_from([None, "SD261120-004217", "x", " "]),
            "sender": st.sampled_from([None, "hotrocntt@vst.gov.vn", "hotrocntt@vst-gov.vn"]),
            "phone": st.sampled_from([None, 2462764300, 842462764300, 113]),
            "own_request": st.sampled_from([None, True, False]),
            "asks": st.sampled_from([None, [], ["nothing"], ["secret", None]]),
            "received_at": st.sampled_from([None, _NOON_UTC]),
            "message": st.sampled_from([None, "đọc mã OTP cho em", "Hẹn kiểm tra lỗi."]),
        }
    ),
    max_size=12,
)
_SCHEMA = pa.schema(
    {
        "code": pa.string(),
        "sender": pa.dictionary(pa.int32(), pa.string()),
        "phone": pa.int64(),
        "own_request": pa.bool_(),
        "asks": pa.list_(pa.string()),
        "received_at": pa.timestamp("us", "UTC"),
        "message": pa.large_string(),
    }
)


@given(rows=_ROWS, size=st.integers(1, 5))
def test_a_log_in_parquet_is_judged_as_each_of_its_rows_alone(
    rows: list[dict[str, object]], size: int, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row groups and small batches change nothing of a row."""
    monkeypatch.setattr(parquet, "_ROWS_AT_ONCE", 2)
    path = _write(tmp_path, pa.Table.from_pylist(rows, _SCHEMA), row_group_size=size)
    judged: dict[int, object] = {}
    with Asker(context, None) as asker:
        engine = Engine(context, asker)
        for piece in cut_log(str(path), _PLAIN, tmp_path, []):
            for some in read_piece(piece, _PLAIN):
                block = engine.judge(some.batch, some.place)
                for row, number in enumerate(some.place.rows):
                    judged[int(number)] = block.errors[row].key if row in block.errors else block.judgement(row)
    assert judged == {number: _alone(row, str(path), number, context) for number, row in enumerate(rows, start=1)}


def _alone(row: dict[str, Any], file: str, number: int, context: Context) -> object:
    said = row["own_request"]
    cells = {
        "code": row["code"] or "",
        "sender": row["sender"] or "",
        "phone": str(row["phone"] or ""),
        "own_request": "" if said is None else "có" if said else "không",
        "asks": ";".join(filter(None, row["asks"] or ())),
        "received_at": "20/11/2026 12:00:00" if row["received_at"] else "",
        "message": row["message"] or "",
    }
    try:
        contact = to_contact(cells, f"{file}:{number}")._replace(file=file, row=number)
    except RowError as error:
        return error.key
    return verify(gather_offline(contact), context)
