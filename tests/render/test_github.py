"""GitHub annotations, read as the runner reads them: no value starts a command of its own."""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.promises import is_harmless
from tests.render.listings import PAYLOADS, case_of, entry, everywhere, judged, listed
from tests.render.reports import HOSTILE, MIXED
from verifykb.context import Context
from verifykb.model.report import Judgement, Summary, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.render.attention import MAX_ERRORS
from verifykb.render.entry import Entry
from verifykb.render.github_report import GithubReport
from verifykb.text.safe import safe_line

_ERROR = Unreadable(file="log.csv", row=7, key="row-time", values={"value": "hôm qua"})
_KEYS = {"file", "line", "title"}


class _Command(NamedTuple):
    level: str
    properties: dict[str, str]
    message: str


def _decoded(text: str, codes: dict[str, str]) -> str:
    for code, char in codes.items():
        text = text.replace(code, char)
    return text.replace("%25", "%")


def _read(line: str) -> _Command:
    """Read a line as actions/runner does: the newer form first, ``::`` then ends the properties."""
    assert line.startswith("::")
    end = line.index("::", 2)
    level, _, named = line[2:end].partition(" ")
    pairs = (pair.split("=", 1) for pair in named.split(","))
    properties = {name: _decoded(value, {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}) for name, value in pairs}
    return _Command(level, properties, _decoded(line[end + 2 :], {"%0D": "\r", "%0A": "\n"}))


def _commands(
    contacts: Iterable[Entry | Judgement],
    context: Context,
    prepare: Callable[[Summary], object] = lambda _: None,
    **options: Any,
) -> list[_Command]:
    text = listed(GithubReport, contacts, context, prepare=prepare, **options)
    assert text.endswith("\n")
    assert text.splitlines() == text[:-1].split("\n")
    return [_read(line) for line in text.splitlines()]


def test_what_needs_attention_is_annotated_and_the_counts_come_last(context: Context) -> None:
    """Errors, a warning below what is required, nothing for what reached it."""
    contacts = [judged(record, context, row=row) for row, record in enumerate(MIXED, start=2)]
    commands = _commands(contacts, context, lambda summary: setattr(summary, "errors", [_ERROR]))
    assert [(item.level, item.properties.get("file"), item.properties.get("line")) for item in commands] == [
        ("warning", "log.csv", "4"),
        ("error", "log.csv", "5"),
        ("error", "log.csv", "6"),
        ("error", "log.csv", "7"),
        ("notice", None, None),
    ]
    assert commands[1].properties["title"] == "A4: TRÁI VỚI ĐẦU MỐI CÔNG BỐ"
    assert "SND003" in commands[1].message
    assert "02462764300" in commands[1].message
    assert commands[-1].message.startswith("5 liên hệ; 1 DỪNG LẠI; 1 TRÁI")
    assert "kẻ mạo danh" in commands[-1].message


@pytest.mark.parametrize(
    ("record", "level"), [(0, "warning"), (1, "warning"), (2, "warning"), (3, "error"), (4, "error")]
)
def test_a_single_contact_is_annotated_by_what_is_required(record: int, level: str, context: Context) -> None:
    """A check asks for more than a log does; nothing typed has a file."""
    contact = judged(MIXED[record], context, file="", row=0)
    first = _commands([contact], context, single=True, require=Verdict.VERIFIED)[0]
    assert first.level == level
    assert set(first.properties) == {"title"}


def test_a_single_contact_that_reached_it_is_a_notice(context: Context) -> None:
    """And says what it is worth."""
    first = _commands([judged(MIXED[1], context)], context, single=True)[0]
    assert first.level == "notice"
    assert "kẻ mạo danh" in first.message


def test_what_does_not_count_is_not_annotated(context: Context) -> None:
    """GitHub shows ten; the number of what was accepted is told."""
    accepted = entry().findings[0]._replace(accepted="đã hỏi")
    contact = entry(findings=(accepted,), counts=False)
    commands = _commands([contact], context, lambda summary: setattr(summary, "accepted", 1))
    assert [item.level for item in commands] == ["notice"]
    assert "1 liên hệ có điều đã được chấp nhận" in commands[0].message


def test_what_is_not_listed_not_read_or_not_judged_is_told(context: Context) -> None:
    """As bad as the worst of it; the counts stay last."""

    def prepare(summary: Summary) -> None:
        summary.unlisted[Verdict.UNPROVEN] = 12
        summary.incomplete = True
        summary.errors = [_ERROR] * (MAX_ERRORS + 5)

    commands = _commands([], context, prepare)[MAX_ERRORS:]
    assert [item.level for item in commands] == ["error", "warning", "error", "notice"]
    assert "Còn 5 chỗ" in commands[0].message
    assert "12 CHƯA ĐỦ CĂN CỨ" in commands[1].message
    assert "bị ngắt" in commands[2].message


@pytest.mark.parametrize(
    ("verdict", "level"),
    [(Verdict.PROHIBITED, "error"), (Verdict.UNPROVEN, "warning"), (Verdict.CONSISTENT, "notice")],
)
def test_what_is_not_listed_is_as_bad_as_the_worst_of_it(verdict: Verdict, level: str, context: Context) -> None:
    """Before the counts."""
    commands = _commands([], context, lambda summary: summary.unlisted.update({verdict: 1, Verdict.VERIFIED: 1}))
    assert [item.level for item in commands] == [level, "notice"]


def test_a_matter_that_is_contradicted_as_a_whole_is_an_error(context: Context) -> None:
    """One that merely fits is not told here."""
    cases = [case_of(judged(MIXED[number], context), f"vụ {number}") for number in (1, 3)]
    commands = _commands([], context, lambda summary: setattr(summary, "cases", cases))
    assert [item.properties["title"] for item in commands] == [
        "Vụ việc vụ 3 (3 liên hệ): TRÁI VỚI ĐẦU MỐI CÔNG BỐ",
        "verifykb: tổng kết",
    ]


def test_an_empty_report_says_so(context: Context) -> None:
    """One notice."""
    assert _commands([], context) == [_Command("notice", {"title": "verifykb: tổng kết"}, "Không có liên hệ nào.")]


def _hold(text: str, context: Context) -> None:
    """Whatever is in a value, the lines, their levels and the names of their properties stay."""
    error = _ERROR._replace(file=text, values={"value": text})
    written = listed(
        GithubReport, [everywhere(text)], context, prepare=lambda summary: setattr(summary, "errors", [error])
    )
    lines = written.splitlines()
    commands = [_read(line) for line in lines]
    assert [item.level for item in commands] == ["error", "error", "notice"]
    assert all({"title"} <= set(item.properties) <= _KEYS for item in commands)
    defused = re.sub(r"##(?=[^\s\[]{0,64}\[)", "## ", f"{text}: ")
    assert commands[0].properties["title"].startswith(defused)
    assert not [line for line in lines if "##[" in line or "##vso[" in line]
    assert is_harmless(written) or not is_harmless(text)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_value_starts_a_command(payload: str, context: Context) -> None:
    """Not by a line end, not by ``::``, not by the older form."""
    _hold(safe_line(payload), context)


@given(text=st.text(alphabet="#[]:,%\n\r =a0A\u2028", max_size=40))
def test_no_value_made_of_signs_starts_a_command(text: str, context: Context) -> None:
    """Any of them, as the sanitiser lets it through."""
    _hold(safe_line(text) or "x", context)


def test_a_quiet_run_shows_findings_only(context: Context) -> None:
    """No notice with the counts."""
    assert [item.level for item in _commands([entry()], context, quiet=True)] == ["error"]
    assert listed(GithubReport, [], context, quiet=True) == ""


def test_what_is_escaped_is_read_as_it_was(context: Context) -> None:
    """Percent signs, colons and commas of a value."""
    finding = entry().findings[0]._replace(message="100% %0A, a:b")
    first = _commands([entry("x%2C,y:z", file="a,b:c%.csv", findings=(finding,))], context)[0]
    assert first.properties["file"] == "a,b:c%.csv"
    assert first.properties["title"].startswith("x%2C,y:z: ")
    assert "100% %0A, a:b" in first.message


@pytest.mark.parametrize("language", ["vi", "en"])
def test_hostile_contacts_are_one_command_each(language: str, context: Context) -> None:
    """With nothing hidden in them."""
    commands = _commands([judged(record, context) for record in HOSTILE], context, language=language)
    assert [item.level for item in commands] == ["error", "notice"]


def test_personal_data_is_covered_unless_it_was_asked_for(context: Context) -> None:
    """Logs of a job are read by many."""
    contact = judged({"sender": "nguyenvana@gmail.com", "phone": "0912345678"}, context)
    covered = listed(GithubReport, [contact], context)
    assert "0912••••78" in covered
    assert "nguyenvana" not in covered
    assert "0912345678" in listed(GithubReport, [contact], context, show_values=True)
