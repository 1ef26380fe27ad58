"""A log that is cut into pieces is read as if nobody had cut it: the same records, rows and errors."""

import csv
import io
import json
import os
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.asking import Asker
from verifykb.batch import pieces, stream, tables
from verifykb.batch.cut import cut_log
from verifykb.batch.engine import Engine
from verifykb.batch.policy import Policy
from verifykb.batch.processes import Here, Processes
from verifykb.batch.read_piece import Some, read_piece, restored, written_out
from verifykb.batch.readers import read_log
from verifykb.batch.record import ReadOptions, Record
from verifykb.batch.records import to_contact
from verifykb.batch.stream import MAX_LINE_CHARACTERS, MAX_RECORD_LINES
from verifykb.batch.work import Job, Words
from verifykb.config import Settings
from verifykb.context import VIETNAM, Context
from verifykb.errors import InputError, RowError
from verifykb.gather import gather_offline
from verifykb.model.report import InputFile, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.verify import verify

_Item = tuple[int, object]  # row, and its cells, or why it could not be read
_PLAIN, _KEEP = ReadOptions(), ReadOptions(keep_extra_columns=True)


def _shown(item: Record | Unreadable) -> _Item:
    if isinstance(item, Unreadable):
        return item.row, (item.key, sorted(item.values.items()))
    return item.row, {name: text for name, text in item.cells.items() if text}


def _whole(path: Path, options: ReadOptions) -> list[_Item] | str:
    try:
        return [_shown(item) for item in read_log(str(path), options, [])]
    except InputError as error:
        return error.key


def _somes(path: Path, options: ReadOptions) -> Iterator[Some]:
    for piece in cut_log(str(path), options, path.parent, []):
        yield from read_piece(piece, options)


def _in_pieces(path: Path, options: ReadOptions = _PLAIN) -> list[_Item] | str:
    found: list[_Item] = []
    try:
        for some in _somes(path, options):
            cells = [{name: text for name, text in row.items() if text} for row in some.batch.to_pylist()]
            here: list[_Item] = list(zip(some.place.rows, cells, strict=True))
            here += [_shown(item) for item in some.unreadable]
            found += sorted(here, key=lambda item: item[0])
    except InputError as error:
        return error.key
    return found


def _log(folder: Path, content: bytes | str, name: str = "log.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# ---------------------------------------------------------------- whatever is written there

_SIZES = st.sampled_from([16, 33, 64, 100, 200, 500])
_HEADERS = st.sampled_from(
    ["code,note\n", "code,note\r\n", "code\n", "code\r", "sep=;\ncode;note\n", "code\tnote\n", "code,note,\n",
     "code,note,màu,xx\n", "\ufeffcode,note\n", "code;note\n", '"code","note"\n', "\n\n,,\ncode,note\n", "x,y\n",
     'sep="\ncode"note\n', "sep= \ncode note\n", "sep=\r\ncode,note\n", "sep=é\ncodeénote\n", "", "code"]
)  # fmt: skip
_CELLS = (
    "SD261120-004217", "A", "Kho ba\u1ea1c", '"', '""', '"a"', '"x,y"', '"x\ny"', '"x\r\ny"', '"a""b"', ",", ",", ";",
    "\t", "\n", "\n", "\n", "\r", "\r\n", "\n\n", " ", "    ", "\u00a0", "\u00a0\u00a0", "\u3000\u3000", "\x1c", "\ufeff",
    "\0", "z" * 90, "sep=;\n", "\\", "\u2028", "\x0b", "\x0c", "\x85", "\u0301", "=1+1", b"\xff", b"\xed\xa0\x80",
)  # fmt: skip
_ROWS = (
    ",,,,\n", "    ,\n", "A,b\n", "C,d\r\n", '"q",r\n', '"q","r"\n', "   , \n", "A,b,,,\n", "A\n", "A,b,c\n", "\n", "\r\n",
    "\u00a0,\u00a0\n", '"",""\n', 'A,"x\n', '"\n', 'y"\n', 'A,"x\ny\nz"\n', "A,b,c,d\n", '"a"b,c\n', 'x""y,z\n', "\ufeffA,b\n",
)  # fmt: skip


def _bytes(parts: list[str | bytes]) -> bytes:
    return b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)


_PARTS = st.one_of(
    st.lists(st.sampled_from(_ROWS), max_size=40),
    st.lists(st.sampled_from(_CELLS), max_size=60),
    st.lists(st.sampled_from(_ROWS + _CELLS), max_size=60),
    st.lists(st.one_of(st.binary(max_size=6), st.sampled_from(_ROWS)), max_size=30),
)
_TABLES = st.builds(lambda header, parts: header.encode() + _bytes(parts), _HEADERS, _PARTS)
_OPTIONS = st.sampled_from([_PLAIN, _KEEP])


@given(content=_TABLES, size=_SIZES, options=_OPTIONS)
def test_a_table_in_pieces_is_the_whole_table(
    content: bytes, size: int, options: ReadOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it is cut and whoever parses it: the same records, the same rows, the same errors."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", size)
    path = _log(tmp_path, content)
    assert _in_pieces(path, options) == _whole(path, options)


@given(content=_TABLES, size=_SIZES, lines=st.integers(1, 6))
def test_broken_quotes_are_met_in_pieces_as_in_the_whole(
    content: bytes, size: int, lines: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a record may have few lines only, pieces begin in the midst of broken quotes, and know it."""
    monkeypatch.setattr(stream, "_MIN_RECORD_LINES", 1)
    for module in (pieces, stream, tables):
        monkeypatch.setattr(module, "MAX_RECORD_LINES", lines)
    monkeypatch.setattr(pieces, "PIECE_BYTES", size)
    path = _log(tmp_path, content)
    assert _in_pieces(path) == _whole(path, _PLAIN)


@given(content=_TABLES, size=st.sampled_from([16, 33, 50]))
def test_lines_that_are_too_long_are_met_in_pieces_as_in_the_whole(
    content: bytes, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line over the limit is told by itself, in the middle of a broken quote as well."""
    for module in (stream, tables):
        monkeypatch.setattr(module, "MAX_LINE_CHARACTERS", 60)
    monkeypatch.setattr(pieces, "PIECE_BYTES", size)
    path = _log(tmp_path, content)
    assert _in_pieces(path) == _whole(path, _PLAIN)


_OBJECTS = (
    '{"code":"A"}', '{"code":"A","note":"b\\nc"}\n', '{"code":1}\n', "[]", "{", "\n", "\n", "\r", "\r\n", "\n\n", " ",
    '{"note":"ậ"}\n', '{"x":1}\n', '{"code":"\\ud800"}\n', '{"code":"\\u0000"}\n', "\x85", "\u2028", "\0", "\ufeff",
    '"' * 40, b"\xff", '{"phone":2462764300}\n', '{"code":"A","code":"B"}\n',
)  # fmt: skip


@given(
    parts=st.lists(st.sampled_from(_OBJECTS), max_size=60).flatmap(
        lambda some: st.sampled_from([some, ["\ufeff", *some]])
    ),
    size=_SIZES,
    options=_OPTIONS,
)
def test_json_lines_in_pieces_are_the_whole_log(
    parts: list[str | bytes],
    size: int,
    options: ReadOptions,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three kinds of line ends, lines longer than a piece, bytes that are no text: the same rows."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", size)
    path = _log(tmp_path, _bytes(parts), "log.jsonl")
    assert _in_pieces(path, options) == _whole(path, options)


# ---------------------------------------------------------------- against another reader

_TEXT = st.text(st.sampled_from('Ab"\n\r ,;\t\u00a0ạ\ufeff'), max_size=6)


@given(
    rows=st.lists(st.tuples(_TEXT, _TEXT), max_size=25),
    size=_SIZES,
    dialect=st.sampled_from([("\r\n", csv.QUOTE_MINIMAL), ("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_ALL)]),
)
def test_a_well_formed_table_holds_what_was_written_into_it(
    rows: list[tuple[str, str]],
    size: int,
    dialect: tuple[str, Literal[0, 1]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the csv module writes is read back, cell by cell, with the row of each record; blank rows count."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", size)
    out = io.StringIO()
    csv.writer(out, lineterminator=dialect[0], quoting=dialect[1]).writerows([("code", "note"), *rows])
    expected = [
        (number, {name: text for name, text in zip(("code", "note"), row, strict=True) if text})
        for number, row in enumerate(rows, start=2)
        if any(map(str.strip, row))
    ]
    assert _in_pieces(_log(tmp_path, out.getvalue())) == expected


@given(
    stray=st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from(['S,"open\n', 'S,x"\n', '"S"x,y\n', '"\n'])), max_size=8
    ),
    size=_SIZES,
)
def test_no_row_is_lost_in_silence(
    stray: list[tuple[int, str]], size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stray quotes do, each good row is a record, stands in a cell, or is told with its words."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", size)
    lines = [f"T{number:03},x\n" for number in range(60)]
    for at, line in sorted(stray, reverse=True):
        lines.insert(at, line)
    found = _in_pieces(_log(tmp_path, "code,note\n" + "".join(lines)))
    assert isinstance(found, list)
    told = " ".join(str(item) for _, item in found)
    assert [number for number in range(60) if f"T{number:03}" not in told] == []


# ---------------------------------------------------------------- cuts and places that were wrong once

_CALM = "code,note\n" + "A,b\n" * 40
_PLACES: dict[str, tuple[str, list[_Item]]] = {
    "a byte order mark where a piece may begin": (
        "code,note\n" + "A,b\n" * 4 + "\ufeffC,d\n",
        [*((row, {"code": "A", "note": "b"}) for row in range(2, 6)), (6, {"code": "\ufeffC", "note": "d"})],
    ),
    "a header again": (
        "code,note\n" + "A,b\n" * 4 + "Mã,Ghi chú\nC,d\nnote,code\nD,e\n",
        [
            *((row, {"code": "A", "note": "b"}) for row in range(2, 6)), (7, {"code": "C", "note": "d"}),
            (8, ("row-header-again", [("value", "note | code")])), (9, {"code": "D", "note": "e"}),
        ],
    ),
    "cells of many blanks": ("code,note\n      ,\u00a0\u00a0\u00a0\nA,b\n", [(3, {"code": "A", "note": "b"})]),
    "a record of as many lines as may be": (
        'code,note\nA,"' + "x\n" * (MAX_RECORD_LINES - 1) + '"\nB,c\n',
        [(2, {"code": "A", "note": "x\n" * (MAX_RECORD_LINES - 1)}), (3, {"code": "B", "note": "c"})],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), _PLACES.values(), ids=_PLACES)
@pytest.mark.parametrize("size", [16, 1_000_000])
def test_places_where_two_readers_could_differ(
    content: str, expected: list[_Item], size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one parser passes over in silence, the other must not keep."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", size)
    assert _in_pieces(_log(tmp_path, content)) == expected


def test_a_record_of_one_line_too_many_is_told_and_its_lines_are_read(tmp_path: Path) -> None:
    """A quote that is closed too late is broken for every reader, and row numbers go on from there."""
    path = _log(tmp_path, 'code,note\nA,"' + "x,y\n" * MAX_RECORD_LINES + '"\nB,c\n')
    found = _in_pieces(path)
    assert found == _whole(path, _PLAIN)
    assert isinstance(found, list)
    assert found[0][0] == 2
    assert found[-1] == (MAX_RECORD_LINES + 3, {"code": "B", "note": "c"})


def test_a_line_too_long_inside_a_broken_quote_is_told(tmp_path: Path) -> None:
    """The record that it would have belonged to fails; the line must not vanish with it."""
    path = _log(tmp_path, 'code,note\nA,"x\n' + "y" * (MAX_LINE_CHARACTERS + 1) + "\nB,c\n")
    found = _whole(path, _PLAIN)
    assert isinstance(found, list)
    keys = [(row, item[0] if isinstance(item, tuple) else item) for row, item in found]
    assert keys == [(2, "row-quote"), (3, "row-too-long"), (4, {"code": "B", "note": "c"})]
    assert _in_pieces(path) == found


def test_a_line_end_across_the_limit_of_a_line_is_one_line_end(tmp_path: Path) -> None:
    """A line of exactly as many characters as may be, ended by CR LF, is not followed by an empty one."""
    path = _log(tmp_path, "x" * (MAX_LINE_CHARACTERS - 1) + '\r\n{"code":"A"}\r\n', "log.jsonl")
    assert _in_pieces(path) == [(1, ("row-too-long", [("limit", str(MAX_LINE_CHARACTERS))])), (2, {"code": "A"})]


def test_a_log_of_broken_quotes_is_cut_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No piece is as long as an attacker wants: each is read whole into the memory of a worker."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", 10_000)
    path = _log(tmp_path, "code,note\n" + ('A,"x\n' + "B,y\n" * 100) * 200)
    cut = list(cut_log(str(path), _PLAIN, tmp_path, []))
    assert len(cut) > 5
    assert max(piece.end - piece.start for piece in cut) < 20_000
    assert _in_pieces(path) == _whole(path, _PLAIN)


def test_what_a_broken_quote_costs_is_remembered_across_a_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a failure a record may have fewer lines, in the next piece as well; good ones make up for it."""
    monkeypatch.setattr(stream, "_MIN_RECORD_LINES", 1)
    for module in (pieces, stream, tables):
        monkeypatch.setattr(module, "MAX_RECORD_LINES", 4)
    monkeypatch.setattr(pieces, "PIECE_BYTES", 16)
    path = _log(tmp_path, 'code,note\nA,"xxxxxxxxxxxxx\nB,"p\nq\nr"\nC,d\nD,d\nE,"p\nq\nr"\nF,"p\nq\nr"\n')
    found = _in_pieces(path)
    assert found == _whole(path, _PLAIN)
    assert isinstance(found, list)
    assert [row for row, item in found if isinstance(item, tuple)] == [2, 3, 4, 5]
    assert [item["code"] for _, item in found[4:] if isinstance(item, dict)] == ["C", "D", "E", "F"]


def test_json_lines_with_a_lone_carriage_return_are_cut_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One odd line end, or one long line, does not make the rest of a log one piece."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", 100)
    path = _log(tmp_path, '{"code":"A"}\r{"code":"' + "B" * 500 + '"}\n' + '{"code":"C"}\n' * 100, "log.jsonl")
    cut = list(cut_log(str(path), _PLAIN, tmp_path, []))
    assert max(piece.end - piece.start for piece in cut) < 700
    assert len(cut) > 10
    assert _in_pieces(path) == _whole(path, _PLAIN)


@pytest.mark.parametrize(
    ("content", "name"), [(_CALM, "log.csv"), ('code,note\nA,"b\n', "log.csv"), ('{"code":"A"}\n', "log.jsonl")]
)
def test_a_log_that_shrinks_while_it_is_read_is_told(content: str, name: str, tmp_path: Path) -> None:
    """Rows that were there when it was cut are not gone in silence."""
    path = _log(tmp_path, content, name)
    cut = list(cut_log(str(path), _KEEP, tmp_path, []))
    os.truncate(path, cut[-1].end - 1)
    with pytest.raises(InputError) as caught:
        list(read_piece(cut[-1], _KEEP))
    assert caught.value.key == "file-changed"


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    """It can be read only once, so it is kept first; its name stays what was asked for."""
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=(_CALM,))
    writer.start()
    inputs: list[InputFile] = []
    cut = list(cut_log(str(path), _PLAIN, tmp_path, inputs))
    writer.join()
    assert {piece.file for piece in cut} == {str(path)}
    assert sum(some.batch.num_rows for piece in cut for some in read_piece(piece, _PLAIN)) == 40
    assert [file.path for file in inputs] == [str(path)]


def test_a_name_that_is_no_text_costs_one_record(tmp_path: Path) -> None:
    """The name of a saved mail need not be UTF-8; what no column can hold is told."""
    for name in (b"a.eml", b"\xff.eml"):
        (tmp_path / os.fsdecode(name)).write_bytes(b"From: a@b.example\n\nx\n")
    (piece,) = cut_log(str(tmp_path), _PLAIN, tmp_path, [])
    (some,) = read_piece(piece, _PLAIN)
    assert some.batch.column("id").to_pylist() == ["a.eml"]
    assert [(item.row, item.key) for item in some.unreadable] == [(2, "row-encoding")]


def test_a_record_written_out_is_the_same_when_it_comes_back() -> None:
    """What cannot be cut is kept as records, with folder and repairs, and with what could not be read."""
    record = Record("so.xlsx[Tháng 10]", 7, {"phone": "02462764300", "note": '"\n\0ậ'}, "thư", ("phone",))
    lost = Unreadable("so.xlsx", 8, "row-formula", {"cell": "B8"})
    assert [restored(written_out(record)), restored(written_out(lost))] == [record, lost]


# ---------------------------------------------------------------- who reads, and who judges

_SENDERS = ("hotrocntt@vst.gov.vn", "hotrocntt@vst-gov.vn", "x", "")
_PHONES = ("02462764300", "2462764300", "+84 912 000 111", "")
_CONTACTS = st.lists(
    st.tuples(
        st.sampled_from(["SD261120-004217", " sd261120-004217\u00a0", "SD٢٦1120-004217", "x", "", "    "]),
        st.sampled_from(_SENDERS),
        st.sampled_from(_PHONES),
        st.sampled_from(["đọc mã OTP cho em", "Hẹn kiểm tra lỗi.\nKhông gì khác", '"', "", "\u00a0"]),
        st.sampled_from(["20/11/2026 09:00", "hôm qua", ""]),
    ),
    max_size=30,
)


@given(rows=_CONTACTS, size=_SIZES)
def test_a_table_in_pieces_is_judged_as_each_of_its_records_alone(
    rows: list[tuple[str, ...]], size: int, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the bytes of a log to the judgement: the way over pieces and blocks changes nothing."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", size)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("code", "sender", "phone", "message", "received_at"), *rows])
    path = _log(tmp_path, out.getvalue())
    alone: dict[int, object] = {}
    for item in read_log(str(path), _PLAIN, []):
        assert isinstance(item, Record)
        try:
            contact = to_contact(item.cells, f"{path}:{item.row}")._replace(file=str(path), row=item.row)
            alone[item.row] = verify(gather_offline(contact), context)
        except RowError as error:
            alone[item.row] = error.key
    judged: dict[int, object] = {}
    with Asker(context, None) as asker:
        engine = Engine(context, asker)
        for some in _somes(path, _PLAIN):
            block = engine.judge(some.batch, some.place)
            for row, number in enumerate(some.place.rows):
                judged[int(number)] = block.errors[row].key if row in block.errors else block.judgement(row)
    assert judged == alone


def test_it_does_not_matter_how_many_processes_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One process, or two beside it: the same records for each piece, in the same order."""
    monkeypatch.setattr(pieces, "PIECE_BYTES", 300)
    rows = "".join(
        f'LH-{n},SD261120-{n:06},a{n % 3}@b.example,"x\ny"\n{"S,x" if n % 7 else "S,open"},,\n' for n in range(60)
    )
    path = _log(tmp_path, f"id,code,sender,note\n{rows}")
    lines = _log(tmp_path, "".join(json.dumps({"code": f"SD261120-{n:06}"}) + "\n" for n in range(60)), "log.jsonl")
    cut = [piece for log in (path, lines) for piece in cut_log(str(log), _PLAIN, tmp_path, [])]
    now = datetime(2026, 11, 22, 10, tzinfo=VIETNAM)
    policy, words = Policy(Verdict.CONSISTENT), Words("vi")
    job = Job(ReadOptions(), now, None, Settings(), None, policy, words, str(tmp_path))
    with Here(job) as here:
        expected = list(here.scan(enumerate(cut)))
    with Processes(job, 2) as beside:
        assert list(beside.scan(enumerate(cut))) == expected
    assert len(cut) > 10
    assert sum(count for count, _ in expected) > 100
