"""Records side by side: ids that are unique, whatever stands in the log, and marks that find their piece."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.asking import Asker
from verifykb.batch.across import Across
from verifykb.batch.engine import Engine
from verifykb.batch.place import Place
from verifykb.batch.read_piece import Some
from verifykb.batch.record import ReadOptions
from verifykb.batch.run import judge_logs
from verifykb.batch.seen import PIECE, Beside, Seen
from verifykb.batch.touches import Cases, touches_of
from verifykb.batch.work import say_what_others_show, unreadable_in_order
from verifykb.context import Context
from verifykb.model.report import Summary, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.text.safe import MAX_SHOWN_CHARACTERS, safe_line

_Row = tuple[str | None, int | None]  # id as it is shown, and key of a code


@pytest.fixture
def across(tmp_path: Path) -> Iterator[Across]:
    """An empty comparison."""
    made = Across(tmp_path / "across.sqlite")
    made.begin()
    yield made
    made.close()


def _seen(rows: Sequence[_Row], file: str = "log.csv", piece: int = 0, first: int = 2) -> Seen:
    """Give rows of a log without anything to compare but ids and codes; each code comes with another sender."""
    count = range(len(rows))
    codes = [code for _, code in rows]
    return Seen(
        file=file,
        n=[piece * PIECE + at for at in count],
        row=[first + at for at in count],
        shown=[shown for shown, _ in rows],
        code=codes,
        given=[f"code {code}" for code in codes],
        sender=[f"{piece} {at}@b.example" for at in count],
        phone=[None for _ in count],
        unofficial=[False for _ in count],
        at=[None for _ in count],
    )


def _ids(ids: Sequence[str | None], names: dict[int, str], file: str = "log.csv", first: int = 2) -> list[str]:
    return [names.get(at) or id_ or f"{file}:{first + at}" for at, id_ in enumerate(ids)]


# ---------------------------------------------------------------- ids

_LONG = "Đ" * (MAX_SHOWN_CHARACTERS + 20)
_NAMES: dict[str, tuple[list[str], list[str]]] = {
    "all different": (["A1", "A2"], ["A1", "A2"]),
    "twice": (["A7", "A8", "A7"], ["A7", "A8", "A7#4"]),
    "three times": (["A7", "A7", "A7"], ["A7", "A7#3", "A7#4"]),
    "the new one is there already": (["A7", "A7#4", "A7"], ["A7", "A7#4", "log.csv:4"]),
    "that one, too": (["A7", "A7#5", "log.csv:5", "A7"], ["A7", "A7#5", "log.csv:5", "A7#5#2"]),
    "new ones that would be the same": (["A7", "A7#3", "A7", "A7#3"], ["A7", "A7#3", "A7#4", "A7#3#5"]),
    "another row's place": (["log.csv:9", "A"], ["log.csv:9#2", "A"]),
    "its own place": (["log.csv:2", "A"], ["log.csv:2", "A"]),
    "the place of a row that has an id": (["log.csv:3", "A"], ["log.csv:3", "A"]),
    "two places exchanged": (["log.csv:3", "log.csv:2"], ["log.csv:3", "log.csv:2"]),
    "nearly a place": (["log.csv:09", "log.csv:", "log.csv:x", "a.csv:2"], ["log.csv:09", "log.csv:", "log.csv:x", "a.csv:2"]),
    "a place beyond all rows": (["log.csv:" + "9" * 30], ["log.csv:" + "9" * 30]),
    "digits of another script": (["log.csv:٢"], ["log.csv:٢"]),
}  # fmt: skip


@pytest.mark.parametrize(("ids", "expected"), _NAMES.values(), ids=_NAMES)
def test_every_record_has_an_id_of_its_own(ids: list[str], expected: list[str], across: Across) -> None:
    """The first keeps it, the second gets its row; nobody gets the place of a record that may be called by it."""
    across.add(_seen([(id_, None) for id_ in ids]))
    across.compare()
    assert _ids(ids, across.names(0)) == expected


@given(
    ids=st.lists(
        st.sampled_from(
            ["A7", "A7#3", "A7#4", "A7#3#2", "#3#2", "log.csv:3", "log.csv:4", "log.csv:5", "log.csv:3#2", None,
             safe_line(_LONG), safe_line(f"{_LONG}x"), safe_line("mật khẩu: Abc123"), "A\\u{200b}7"]
        ),
        max_size=9,
    )
)  # fmt: skip
def test_ids_are_unique_whatever_was_written(ids: list[str | None], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Collisions of collisions, long ids, masked ones, and ids that are made to be taken for a place."""
    across = Across(tmp_path_factory.mktemp("across") / "across.sqlite")
    across.begin()
    across.add(_seen([(id_, None) for id_ in ids]))
    across.compare()
    names = _ids(ids, across.names(0))
    assert len(set(names)) == len(names)
    assert all(safe_line(name) == name for name in across.names(0).values())
    across.close()
    firsts = {id_: at for at, id_ in reversed(list(enumerate(ids))) if id_ and not id_.startswith("log.csv:")}
    assert all(names[at] == id_ for id_, at in firsts.items())


def test_a_hundred_thousand_equal_ids_all_become_different(across: Across) -> None:
    """A column in which the office writes its own name is no id, and no harm."""
    for piece in range(40):
        across.add(_seen([("KBNN", None)] * 2500, piece=piece, first=2 + 2500 * piece))
    across.compare()
    names = {name for piece in range(40) for name in across.names(piece).values()}
    assert len(names) == 99_999
    assert {"KBNN#3", "KBNN#100001"} <= names


def test_the_same_rows_of_many_logs_have_different_ids(across: Across) -> None:
    """`A7#2` can be given once only."""
    for piece in range(30):
        across.add(_seen([("A7", None)], f"{piece}.csv", piece))
    across.compare()
    names = [name for piece in range(30) for name in across.names(piece).values()]
    assert len(set(names)) == 29
    assert "A7#2" in names


def _judged_ids(rows: Sequence[dict[str, str]], folder: Path, context: Context) -> list[str]:
    path = folder / "log.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with Asker(context, None) as asker:
        found = judge_logs([str(path)], ReadOptions(), asker, Summary(Verdict.CONSISTENT), lambda _: None)
        return [judgement.contact.id for judgement in found]


def test_ids_that_only_a_machine_tells_apart_are_told_apart(tmp_path: Path, context: Context) -> None:
    """What looks the same in a report is the same id there: white space around it, what is left out of a long one."""
    hidden, shown = "A\u200b7", "A\\u{200b}7"
    ids = ["A7", "\u00a0A7 ", hidden, shown, _LONG + "x", _LONG + "y"]
    found = _judged_ids([{"id": id_, "code": "x"} for id_ in ids], tmp_path, context)
    assert found[:4] == ["A7", "A7#2", hidden, f"{shown}#4"]
    assert len(set(map(safe_line, found))) == len(ids)
    assert safe_line(found[5]).endswith("#6")


def test_a_record_with_a_mail_gets_its_new_id_too(tmp_path: Path, context: Context) -> None:
    """It was judged by itself before anybody looked at the ids of the others."""
    (tmp_path / "a.eml").write_bytes(b"From: a@b.example\n\nx\n")
    rows = [{"id": "A7", "mail": "a.eml"}, {"id": "A7", "mail": "a.eml"}, {"id": "A7", "code": "x"}]
    assert _judged_ids(rows, tmp_path, context) == ["A7", "A7#2", "A7#3"]


def test_rows_that_cannot_be_read_take_no_id(tmp_path: Path, context: Context) -> None:
    """They are no contacts, so the next record with the same id is the first."""
    rows = [{"id": "A7", "code": "x", "received_at": "?!"}, {"id": "A7"}, {"id": "A7", "code": "y"}]
    assert _judged_ids(rows, tmp_path, context) == ["A7"]


@pytest.mark.parametrize("name", ["log\udcff.csv", "log\0.csv", "sổ\u202e.csv", "otp 123456.csv"])
def test_a_log_may_have_any_name(name: str, across: Across) -> None:
    """A name that is no text, or hides something, is shown as everywhere else."""
    across.add(_seen([(None, 261120_004217), (None, 261120_004217)], name))
    across.compare()
    elsewhere = [found[0].values["elsewhere"] for found in across.marks(0).values()]
    assert elsewhere == [f"{safe_line(name)}:3", f"{safe_line(name)}:2"]


# ---------------------------------------------------------------- marks


def test_marks_and_names_find_their_piece(across: Across) -> None:
    """What is said of a record is asked for by piece, and told by the place in it."""
    for piece in range(3):
        across.add(_seen([("A7", 261120_004217), (f"B{piece}", None)], f"{piece}.csv", piece))
    across.compare()
    assert [list(across.marks(piece)) for piece in range(4)] == [[0], [0], [0], []]
    assert [across.names(piece) for piece in range(3)] == [{}, {0: "A7#2"}, {0: "2.csv:2"}]


def test_another_process_reads_what_was_found(across: Across, tmp_path: Path) -> None:
    """Workers open the finished comparison by themselves, several at a time."""
    across.add(_seen([("A7", 261120_004217), ("A7", 261120_004217)]))
    across.compare()
    across.close()
    others = [Across(tmp_path / "across.sqlite") for _ in range(2)]
    for other in others:
        assert list(other.marks(0)) == [0, 1]
        assert other.names(0) == {1: "A7#3"}
        other.close()


def test_a_full_disk_is_an_error_and_no_half_answer(across: Across) -> None:
    """Nothing is compared with a part of the records."""
    across._db.execute("COMMIT")
    across._db.execute("PRAGMA max_page_count=60")
    across._db.execute("BEGIN")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        across.add(_seen([(f"A{number}", 261120_000000 + number) for number in range(100_000)]))


# ---------------------------------------------------------------- what is kept of a block


def _some(context: Context, rows: Sequence[dict[str, str]]) -> tuple[Seen, list[str]]:
    import pyarrow as pa

    names = sorted({name for row in rows for name in row} | {"note"})
    batch = pa.RecordBatch.from_pydict({name: [row.get(name, "") for row in rows] for name in names})
    place = Place("log.csv", [10 * at for at in range(len(rows))], "")
    with Asker(context, None) as asker:
        block = Engine(context, asker).read(batch, place)
    told = unreadable_in_order(block, Some(batch, place, []))
    return Beside(context).seen(block, 3, 100), [item.key for item in told]


def test_what_is_kept_of_a_block(context: Context) -> None:
    """Keys of those that have an id or a code; nothing of a service that is not compared, nothing of a bad row."""
    seen, told = _some(
        context,
        [
            {"note": "x"},
            {"id": " A1\u00a0", "note": "x"},
            {
                "code": " sd261120-004217",
                "phone": "+84 912 000 111",
                "sender": "A <A@B.example>",
                "received_at": "20/11/2026",
            },
            {"code": "SD261120-004217", "phone": "024 6276 4300", "service": "khác", "id": "A2"},
            {"code": "SD261120-004217", "service": "khác"},
            {"code": "SD261120-004217", "received_at": "hôm qua"},
            {"code": "SD2611", "id": "A\u200b3", "phone": "112"},
        ],
    )
    assert told == ["row-time"]
    kept = list(zip(*seen[1:], strict=True))
    assert kept == [
        (3 * PIECE + 101, 10, "A1", None, None, None, None, False, None),
        (3 * PIECE + 102, 20, None, 261120_004217, " sd261120-004217", "a@b.example", "0912000111", True, "20/11/2026"),
        (3 * PIECE + 103, 30, "A2", None, None, None, "02462764300", False, None),
        (3 * PIECE + 106, 60, "A\\u{200b}3", None, None, None, "112", False, None),
    ]


def test_nothing_is_kept_of_nothing(context: Context) -> None:
    """An empty block has nothing to compare."""
    seen, told = _some(context, [])
    assert (seen.n, told) == ([], [])


# ---------------------------------------------------------------- cases


def _cases(rows: Sequence[dict[str, str]], folder: Path, context: Context) -> Cases:
    import pyarrow as pa

    names = sorted({name for row in rows for name in row})
    batch = pa.RecordBatch.from_pydict({name: [row.get(name, "") for row in rows] for name in names})
    with Asker(context, None) as asker:
        block = Engine(context, asker).judge(batch, Place("log.csv", range(2, 2 + len(rows)), ""))
    say_what_others_show(block, 0, {1: "B#3"}, {})
    cases = Cases(folder / "cases.sqlite")
    cases.add(touches_of(block, [row for row in range(block.size) if row not in block.errors]))
    return cases


def test_cases_come_in_the_order_of_their_first_contacts(tmp_path: Path, context: Context) -> None:
    """Each with its contacts in the order of the log; one contact alone is no case."""
    rows = [
        {"id": id_, "case": case, "code": "x"}
        for id_, case in (
            ("A", "V2"),
            ("B", "V1"),
            ("C", ""),
            ("D", " V2\u00a0"),
            ("E", "V3"),
            ("F", "V1"),
            ("G", "V2"),
        )
    ]
    cases = _cases(rows, tmp_path, context)
    assert len(cases) == 2
    expected = [("V2", ("A", "D", "G"), 3), ("V1", ("B#3", "F"), 2)]
    assert [(case.case, case.touches, case.size) for case in cases] == expected
    assert [(case.case, case.touches, case.size) for case in cases] == expected  # as often as is asked


def test_a_long_case_names_some_of_its_contacts(tmp_path: Path, context: Context) -> None:
    """The others are counted, and judged all the same."""
    rows = [{"id": f"R{number}", "case": "V", "note": "Hẹn kiểm tra lỗi."} for number in range(400)]
    rows.append({"id": "last", "case": "V", "message": "Đọc mã OTP cho em"})
    (case,) = _cases(rows, tmp_path, context)
    assert (case.size, len(case.touches)) == (401, 20)
    assert case.verdict is Verdict.PROHIBITED


def test_unreadable_rows_are_no_touches(tmp_path: Path, context: Context) -> None:
    """What is no contact is told by itself."""
    told: list[Unreadable] = []
    path = tmp_path / "log.jsonl"
    path.write_text('{"case":"V","code":"x"}\n{"case":"V","code":"y","received_at":"?!"}\n', encoding="utf-8")
    with Asker(context, None) as asker:
        list(judge_logs([str(path)], ReadOptions(), asker, Summary(Verdict.CONSISTENT), told.append))
    assert [item.key for item in told] == ["row-time"]
    rows = [{"case": "V", "code": "x"}, {"case": "V", "code": "y", "received_at": "?!"}]
    assert list(_cases(rows, tmp_path, context)) == []
