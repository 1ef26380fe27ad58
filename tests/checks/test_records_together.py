"""What only several records show (COD008, REC001, REC002), against plain loops over all pairs of records."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.asking import Asker
from verifykb.batch.record import ReadOptions
from verifykb.batch.run import judge_logs
from verifykb.checks import records
from verifykb.context import VIETNAM, Context
from verifykb.directory.types import Directory
from verifykb.model.finding import Axis, Effect
from verifykb.model.report import Judgement, Summary, Unreadable
from verifykb.model.verdict import Standing, Verdict
from verifykb.rules import RULES

_Record = Mapping[str, str]
_TOGETHER = ("COD008", "REC001", "REC002")
_CODE = "SD261120-004217"
_MAILBOX, _SWITCHBOARD = "hotrocntt@vst.gov.vn", "02462764300"


def _judged(logs: Sequence[Sequence[_Record]], folder: Path, context: Context) -> dict[str, Judgement]:
    """Judge some logs as a run does; give the judgements by id."""
    paths = [folder / f"{number}.jsonl" for number in range(len(logs))]
    for path, log in zip(paths, logs, strict=True):
        path.write_text("".join(json.dumps(record) + "\n" for record in log), encoding="utf-8")
    told: list[Unreadable] = []
    with Asker(context, None) as asker:
        found = judge_logs(map(str, paths), ReadOptions(), asker, Summary(Verdict.CONSISTENT), told.append)
        return {judgement.contact.id: judgement for judgement in found}


def _marks(judgement: Judgement) -> dict[str, Mapping[str, str]]:
    return {item.rule.id: item.values for item in judgement.findings if item.rule.id in _TOGETHER}


def _marked(log: Sequence[_Record], folder: Path, context: Context, rule: str = "COD008") -> set[str]:
    named = [{"id": str(number), **record} for number, record in enumerate(log)]
    return {name for name, judged in _judged([named], folder, context).items() if rule in _marks(judged)}


# ---------------------------------------------------------------- COD008: one code, two sources

_FIRES: dict[str, list[_Record]] = {
    "another sender": [{"sender": _MAILBOX}, {"sender": "kbnnhanoi@vst.gov.vn"}],
    "another number": [{"phone": _SWITCHBOARD}, {"phone": "0912000111"}],
    "the fax": [{"phone": _SWITCHBOARD}, {"phone": "02462764367"}],
    "the code in lower case, with blanks around": [
        {"phone": _SWITCHBOARD}, {"phone": "0912000111", "code": " sd261120-004217\u00a0"},
    ],
    "three of them": [{"sender": "a@b.example"}, {"sender": "c@d.example"}, {"sender": "e@f.example"}],
    "two against one": [{"sender": "a@b.example"}, {"sender": "a@b.example"}, {"sender": "e@f.example"}],
    "a sender that cannot be read": [{"sender": _MAILBOX}, {"sender": "hotrocntt(at)vst"}],
    "a number that cannot be read": [{"phone": _SWITCHBOARD}, {"phone": "O2462764300"}],
    "the same sender, another number": [
        {"sender": _MAILBOX, "phone": _SWITCHBOARD}, {"sender": _MAILBOX, "phone": "+24 6276 4300"},
    ],
    "another day": [
        {"phone": _SWITCHBOARD, "received_at": "20/11/2026"}, {"phone": "0912000111", "received_at": "22/11/2026"},
    ],
    "a look-alike": [{"sender": _MAILBOX}, {"sender": "hotrocntt@vst.gοv.vn"}],
    "hidden signs": [{"sender": _MAILBOX}, {"sender": "hotrocntt\u200b@vst.gov.vn"}],
}  # fmt: skip


@pytest.mark.parametrize("log", _FIRES.values(), ids=_FIRES)
def test_every_record_of_a_conflict_is_marked(log: list[_Record], tmp_path: Path, context: Context) -> None:
    """Nobody knows which of them is real, so all of them are contradicted."""
    log = [{"code": _CODE, **record} for record in log]
    assert _marked(log, tmp_path, context) == {str(number) for number in range(len(log))}
    for judgement in _judged([log], tmp_path, context).values():
        assert judgement.axes[Axis.CODE] is Standing.CONTRADICTED
        assert not judgement.verdict.reaches(Verdict.UNPROVEN)


_SILENT: dict[str, list[_Record]] = {
    "another day": [{"received_at": "20/11/2026"}, {"received_at": "22/11/2026"}],
    "an empty cell": [{"sender": _MAILBOX, "phone": _SWITCHBOARD}, {"sender": "", "phone": " \u00a0"}],
    "a mail and a call": [{"sender": _MAILBOX}, {"phone": _SWITCHBOARD}],
    "a mail and a call of somebody else": [{"sender": _MAILBOX}, {"phone": "0912000111"}],
    "a dash for nothing": [{"sender": _MAILBOX, "phone": _SWITCHBOARD}, {"sender": "-", "phone": "?"}],
    "spellings of one number": [
        {"phone": phone} for phone in (
            _SWITCHBOARD, "024 6276 4300", "(024) 6276-4300", "+84 24 6276 4300", "0084 24 62764300", "tel:+842462764300",
            "024 6276 4300 máy lẻ 88617", "02462764300 ext. 12", "04 6276 4300", "2462764300", "2462764300 máy lẻ 88617",
        )
    ],
    "spellings of another number": [{"phone": phone} for phone in ("0912000111", "+84 912 000 111", "912000111", "0912.000.111")],
    "extensions": [{"phone": _SWITCHBOARD, "extension": "88617"}, {"phone": _SWITCHBOARD, "extension": "88618"}],
    "spellings of one address": [
        {"sender": sender} for sender in (
            _MAILBOX, _MAILBOX.upper(), f"{_MAILBOX}.", f"Hỗ trợ CNTT <{_MAILBOX}>", f'"Kho bạc" <{_MAILBOX.title()}>', f" {_MAILBOX}\t",
        )
    ],
    "malformed codes": [{"code": "SD26112-004217", "phone": _SWITCHBOARD}, {"code": "SD26112-004217", "phone": "0912000111"}],
    "digits of another script": [{"code": "SD٢٦١١٢٠-004217", "phone": phone} for phone in (_SWITCHBOARD, "0912000111")],
    "a code with a hidden sign": [{"phone": _SWITCHBOARD}, {"code": f"{_CODE}\u200b", "phone": "0912000111"}],
    "no codes": [{"code": "", "phone": _SWITCHBOARD}, {"code": " ", "phone": "0912000111"}],
    "another service": [{"phone": _SWITCHBOARD}, {"phone": "0912000111", "service": "khác"}],
    "two of another service": [{"phone": "0912000222", "service": "kntc"}, {"phone": "0912000111", "service": "kntc"}],
    "an unreadable row": [{"phone": _SWITCHBOARD}, {"phone": "0912000111", "received_at": "hôm qua"}],
}  # fmt: skip


@pytest.mark.parametrize("log", _SILENT.values(), ids=_SILENT)
def test_what_is_no_conflict_marks_nobody(log: list[_Record], tmp_path: Path, context: Context) -> None:
    """An empty cell, another day, another spelling, what is no code, and what is not compared at all."""
    assert _marked([{"code": _CODE, **record} for record in log], tmp_path, context) == set()


def test_logs_are_compared_with_each_other(tmp_path: Path, context: Context) -> None:
    """Two offices, two files, one code: each names the other's record by its place."""
    log = [[{"code": _CODE, "phone": phone}] for phone in (_SWITCHBOARD, "0912000111")]
    places = [f"{tmp_path}/{number}.jsonl:1" for number in range(2)]
    found = _judged(log, tmp_path, context)
    assert {name: _marks(one)["COD008"]["elsewhere"] for name, one in found.items()} == dict(
        zip(places, places[::-1], strict=True)
    )


def test_records_that_share_an_id_name_each_other_by_their_new_ones(tmp_path: Path, context: Context) -> None:
    """`elsewhere` must lead to the other record, not back to the same."""
    log = [{"id": "A7", "code": _CODE, "phone": phone} for phone in (_SWITCHBOARD, "0912000111")]
    found = _judged([log], tmp_path, context)
    assert {name: _marks(one)["COD008"]["elsewhere"] for name, one in found.items()} == {"A7": "A7#2", "A7#2": "A7"}


class _Source(NamedTuple):
    """A record, and what it means: two records conflict where both say something, and not the same."""

    cells: dict[str, str]
    code: str = ""
    sender: str = ""
    phone: str = ""

    def conflicts(self, other: "_Source") -> bool:
        pairs = ((self.sender, other.sender), (self.phone, other.phone))
        return bool(self.code) and self.code == other.code and any(one and two and one != two for one, two in pairs)


_CODES = [(f"SD2611{day}-{serial:06}", f"{day} {serial}") for day in (19, 20) for serial in (4217, 4300)]
_POOL_CODES = [*_CODES, (_CODE.lower(), _CODES[2][1]), ("", ""), ("SD26-1", "")]
_POOL_SENDERS = [
    (_MAILBOX, "ours"), (f"Hỗ trợ <{_MAILBOX.upper()}>", "ours"), ("a@b.example", "a"), ("A@B.EXAMPLE", "a"), ("", ""), ("?", ""),
]  # fmt: skip
_POOL_PHONES = [
    (_SWITCHBOARD, "ours"), ("04 6276 4300", "ours"), ("+84 24 6276 4300 (88617)", "ours"), ("0912000111", "b"),
    ("+84 912 000 111", "b"), ("+1 202 555 0100", "c"), ("", ""),
]  # fmt: skip


def _source(code: tuple[str, str], sender: tuple[str, str], phone: tuple[str, str], more: tuple[str, bool]) -> _Source:
    service, counts = more
    cells = {"code": code[0], "sender": sender[0], "phone": phone[0], "service": service, "note": "x"}
    return _Source(cells, code[1] if counts else "", sender[1], phone[1])


_SOURCES = st.builds(
    _source,
    st.sampled_from(_POOL_CODES),
    st.sampled_from(_POOL_SENDERS),
    st.sampled_from(_POOL_PHONES),
    st.sampled_from([("", True), ("dvc", True), ("khác", False)]),
)
_LOGS = st.lists(_SOURCES, min_size=1, max_size=14)


def _named(log: Sequence[_Source]) -> list[dict[str, str]]:
    return [{"id": f"R{number:02}", **source.cells} for number, source in enumerate(log)]


@given(log=_LOGS, chance=st.randoms(use_true_random=False), cut=st.integers(0, 14))
def test_conflicts_are_those_that_all_pairs_show(
    log: list[_Source], chance: Random, cut: int, context: Context, tmp_path: Path
) -> None:
    """Exactly the records that conflict with another one are marked, naming one that does, in whatever order."""
    rows = _named(log)
    shuffled = rows[:]
    chance.shuffle(shuffled)
    found = _judged([rows], tmp_path, context)
    for name, judgement in found.items():
        source = log[int(name[1:])]
        others = {f"R{number:02}" for number, other in enumerate(log) if source.conflicts(other)}
        marks = _marks(judgement)
        assert ("COD008" in marks) == bool(others)
        if others:
            assert marks["COD008"] == {"given": source.cells["code"], "elsewhere": marks["COD008"]["elsewhere"]}
            assert marks["COD008"]["elsewhere"] in others
    again = _judged([shuffled[:cut], shuffled[cut:]], tmp_path, context)
    assert {name: _marks(one) for name, one in again.items()} == {name: _marks(one) for name, one in found.items()}


@given(log=_LOGS, more=_LOGS)
def test_more_records_never_make_a_verdict_better(
    log: list[_Source], more: list[_Source], context: Context, tmp_path: Path
) -> None:
    """What others show may only lower a verdict, and takes no finding away."""
    rows = _named([*log, *more])
    fewer, all_of_them = (_judged([some], tmp_path, context) for some in (rows[: len(log)], rows))
    alone: dict[str, Judgement] = {}
    for row in rows[: len(log)]:
        alone |= _judged([[row]], tmp_path, context)
    for name, judgement in fewer.items():
        other = all_of_them[name]
        assert other.verdict.rank <= judgement.verdict.rank <= alone[name].verdict.rank
        for left, right in ((alone[name], judgement), (judgement, other)):
            rules = [{item.rule.id for item in one.findings} for one in (left, right)]
            assert rules[0] <= rules[1]


# ---------------------------------------------------------------- REC001: one stranger, many codes


def _calls(phones: Sequence[str], codes: int = 99) -> list[_Record]:
    return [{"code": f"SD261120-{4200 + number % codes:06}", "phone": phone} for number, phone in enumerate(phones)]


_STRANGER = ("0912000111", "+84 912 000 111", "0912.000.111", "912000111")
_MANY: dict[str, tuple[list[_Record], int]] = {
    "three codes": (_calls(_STRANGER[:3]), 3),
    "four codes": (_calls(_STRANGER), 4),
    "two codes": (_calls(_STRANGER[:2]), 0),
    "two codes, often": (_calls(_STRANGER, codes=2), 0),
    "the switchboard": (
        _calls([_SWITCHBOARD, "+84 24 6276 4300", "04 6276 4300", "2462764300", "024 6276 4300 x88617"]),
        0,
    ),
    "the switchboard without its area": (_calls(["62764300"] * 4), 0),
    "what is no number": (_calls(["riêng tư"] * 4), 0),
    "no number": (_calls([""] * 4), 0),
    "the fax": (_calls(["02462764367"] * 3), 3),
    "a foreign number": (_calls(["+1 202 555 0100", "0012025550100", "+12025550100"]), 3),
    "a short number": (_calls(["156"] * 3), 3),
    "another service": ([{**call, "service": "kntc"} for call in _calls(_STRANGER)], 0),
    "one of another service": ([*_calls(_STRANGER[:2]), {**_calls(_STRANGER)[2], "service": "khác"}], 0),
    "malformed codes": ([{"code": f"SD261120-00{number}", "phone": "0912000111"} for number in range(4)], 0),
}


@pytest.mark.parametrize(("log", "codes"), _MANY.values(), ids=_MANY)
def test_a_stranger_with_many_codes_is_noted_on_each(
    log: list[_Record], codes: int, tmp_path: Path, context: Context
) -> None:
    """From three codes on, in any spelling of the number; the switchboard has as many codes as it has callers."""
    found = _judged([[{"id": f"R{number}", **record} for number, record in enumerate(log)]], tmp_path, context)
    noted = {name: _marks(one)["REC001"] for name, one in found.items() if "REC001" in _marks(one)}
    assert set(noted) == (set(found) if codes else set())
    for name, values in noted.items():
        assert values["codes"] == str(codes)
        assert values["elsewhere"] in set(found) - {name}


def test_notes_move_nothing() -> None:
    """Numbers with many codes and serials that run backwards are told, and decide nothing."""
    assert {rule: RULES[rule].effect for rule in _TOGETHER} == {
        "COD008": Effect.CONTRADICTS,
        "REC001": Effect.NOTES,
        "REC002": Effect.NOTES,
    }
    assert records.marking_rules() == set(_TOGETHER)


# ---------------------------------------------------------------- REC002: serials that run backwards

_MORNING = datetime(2026, 11, 20, 9, tzinfo=VIETNAM)
_TOUCHES = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 5)), max_size=12)


@given(drawn=_TOUCHES)
def test_a_serial_runs_backwards_where_an_earlier_one_is_higher(drawn: list[tuple[int, int]]) -> None:
    """Strictly earlier, strictly higher; the one that is named is the highest of them."""
    touches = [(_MORNING + timedelta(hours=hour), key, f"R{at:02}") for at, (hour, key) in enumerate(drawn)]
    expected = {}
    for at, (moment, key, _) in enumerate(touches):
        earlier = [(other, name) for before, other, name in touches if before < moment and other > key]
        if earlier:
            expected[at] = max(earlier)[1]
    assert records.run_backwards(touches) == expected


def _day(serials: Sequence[int], times: Sequence[str], day: str = "261120") -> list[_Record]:
    return [
        {"code": f"SD{day}-{serial:06}", "received_at": time, "phone": _SWITCHBOARD}
        for serial, time in zip(serials, times, strict=True)
    ]


_HOURS = [f"20/11/2026 {hour:02}:00" for hour in range(7, 19)]
_BACKWARDS: dict[str, tuple[list[_Record], set[str]]] = {
    "upwards": (_day([100, 200, 300], _HOURS[:3]), set()),
    "one behind": (_day([900, 100, 950], _HOURS[:3]), {"1"}),
    "at the same time": (_day([900, 100], [_HOURS[0]] * 2), set()),
    "the same code": (_day([100, 100], _HOURS[:2]), set()),
    "codes of two days": (_day([900], _HOURS[:1]) + _day([100], _HOURS[1:2], "261119"), set()),
    "contacts of two days": (_day([900, 100], ["20/11/2026 09:00", "21/11/2026 08:00"]), {"1"}),
    "times of other zones": (_day([900, 100], ["2026-11-20T09:00+07:00", "2026-11-20T03:00Z"]), {"1"}),
    "earlier, in another zone": (_day([900, 100], ["2026-11-20T09:00+07:00", "2026-11-20T01:00Z"]), set()),
    "without a time": (_day([900, 100], [_HOURS[0], ""]), set()),
    "another service": ([{**record, "service": "kntc"} for record in _day([900, 100], _HOURS[:2])], set()),
    "as many as one office has": (_day([900, *range(100, 119)], [_HOURS[0]] + [_HOURS[1]] * 19), {str(n) for n in range(1, 20)}),
    "more than one office has": (_day([900, *range(100, 120)], [_HOURS[0]] + [_HOURS[1]] * 20), set()),
    "a code that everybody has": (_day([900, *[100] * 200], [_HOURS[0]] + [_HOURS[1]] * 200), set()),
}  # fmt: skip


@pytest.mark.parametrize(("log", "marked"), _BACKWARDS.values(), ids=_BACKWARDS)
def test_backwards_is_told_of_the_codes_of_a_day(
    log: list[_Record], marked: set[str], tmp_path: Path, context: Context
) -> None:
    """Only where times are known, and only where the codes of a day are few."""
    assert _marked(log, tmp_path, context, "REC002") == marked


def test_backwards_is_told_of_records_that_share_an_id(tmp_path: Path, context: Context) -> None:
    """Each record by itself, under the id that it has in the report."""
    log = [{"id": "A7", **record} for record in _day([900, 100, 200], _HOURS[:3])]
    found = {name: _marks(one).get("REC002") for name, one in _judged([log], tmp_path, context).items()}
    assert found == {
        "A7": None,
        "A7#2": {"given": "SD261120-000100", "elsewhere": "A7"},
        "A7#3": {"given": "SD261120-000200", "elsewhere": "A7"},
    }


# ---------------------------------------------------------------- keys


@given(
    one=st.sampled_from(["SD000000-000000", "SD000000-000001", "SD000001-000000", _CODE]),
    other=st.sampled_from(["SD000000-000000", "SD000000-000001", "SD000001-000000", _CODE]),
)
def test_a_code_has_one_key_however_it_is_typed(one: str, other: str) -> None:
    """Two codes have the same key where they differ in case and blanks only."""
    assert (records.code_key(f"\u00a0{one.lower()} \t") == records.code_key(other)) == (one == other)


def test_what_is_no_number_is_never_taken_for_one(directory: Directory) -> None:
    """Digits of another script, or a part of a number, are not a stranger's number."""
    for phone in ("٠٢٤٦٢٧٦٤٣٠٠", "62764300", "O2462764300", "+", "", "-", "12345678901234567890"):
        assert not records.is_unofficial(records.phone_key(phone, directory), directory), phone
    for phone in ("0912000111", "+1 202 555 0100", "156", "02462764367"):
        assert records.is_unofficial(records.phone_key(phone, directory), directory), phone
