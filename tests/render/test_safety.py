"""What an attacker wrote stays visible and harmless in every format."""

import csv
import io
import json

import pytest

from tests.judging import judge
from tests.promises import is_harmless
from tests.render.reports import HOSTILE, MIXED, TEXT_FORMATS, report
from verifykb.context import Context
from verifykb.render import Style
from verifykb.render.colour import may_colour
from verifykb.render.contact_json import ContactLines, to_json
from verifykb.render.csv_report import defuse
from verifykb.render.shared import contact_object
from verifykb.text.safe import MAX_SHOWN_CHARACTERS, safe, safe_line
from verifykb.wording import Wording


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("format_", TEXT_FORMATS)
def test_no_format_lets_a_control_or_bidi_character_through(
    format_: str, single: bool, language: str, context: Context
) -> None:
    """ESC, OSC, C1, bidi, tags and lone surrogates are shown as what they are."""
    text = report(format_, HOSTILE, context, single=single, language=language)
    assert is_harmless(text)
    assert "\\u{1b}" in text


def test_a_spreadsheet_runs_no_cell_of_the_csv(context: Context) -> None:
    """A cell that begins like a formula is defused; a number with a plus survives reading."""
    rows = list(csv.reader(io.StringIO(report("csv", [*HOSTILE, {"phone": "+84 24 6276 4300"}], context))))
    assert all(not cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)
    assert rows[2][rows[0].index("given_phone")] == "'+84 24 6276 4300"


@pytest.mark.parametrize(
    ("cell", "defused"),
    [
        ("=1+1", True),
        (" =1", True),
        ("@x", True),
        ("-1", True),
        ("+84", True),
        ("a=1", False),
        ("", False),
        ("＝1", True),
    ],
)
def test_a_cell_is_defused_only_where_it_begins_like_a_formula(cell: str, defused: bool) -> None:
    """An apostrophe in front, or nothing."""
    assert defuse(cell) == (f"'{cell}" if defused else cell)


def test_json_is_one_document_and_jsonl_one_a_line(context: Context) -> None:
    """Both parse, hold the same contacts, and keep the order of the input."""
    document = json.loads(report("json", [*MIXED, *HOSTILE], context))
    lines = [json.loads(line) for line in report("jsonl", [*MIXED, *HOSTILE], context).splitlines()]
    assert document["contacts"] == lines
    assert [contact["id"] for contact in lines[:5]] == ["A1", "A2", "A3", "A4", "A5"]
    assert document["summary"]["contacts"] == 6


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Kho bạc Nhà nước", "Kho bạc Nhà nước"),
        ("a\u202eb", "a\\u{202e}b"),
        ("a\x1b[31m", "a\\u{1b}[31m"),
        ("zero\u200bwidth", "zero\\u{200b}width"),
        ("tag\U000e0041", "tag\\u{e0041}"),
        ("fill\u3164er", "fill\\u{3164}er"),
        ("lone\ud83d", "lone\\u{d83d}"),
        ("line\nbreak", "line\\u{a}break"),
        ("e\u0323\u0302\u0301\u0301\u0301", "e\u0323\u0302\\u{301}\\u{301}\\u{301}"),
    ],
)
def test_what_takes_no_ink_is_shown_as_its_number(text: str, shown: str) -> None:
    """Nothing is deleted: the reader sees what was hidden."""
    assert safe(text) == shown


def test_a_long_value_says_how_much_was_left_out() -> None:
    """A megabyte in a cell does not become a megabyte in the report."""
    shown = safe_line("x" * 1000)
    assert shown == "x" * MAX_SHOWN_CHARACTERS + "… (+700)"


@pytest.mark.parametrize(
    ("choice", "environment", "is_terminal", "coloured"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour_follows_the_option_then_the_environment(
    choice: str, environment: dict[str, str], is_terminal: bool, coloured: bool
) -> None:
    """NO_COLOR wins over FORCE_COLOR, and the option over both."""
    assert may_colour(choice, environment, is_terminal=is_terminal) is coloured


def test_a_line_of_json_is_the_whole_contact_object(context: Context) -> None:
    """Findings are put in as remembered text; an id that looks like JSON changes nothing."""
    records = [*MIXED, *HOSTILE, {"id": '", "findings": [], "x": "', "phone": "0912000111"}]
    style = Style(wording=Wording("vi"), directory=context.directory)
    judgements = [judge(record, context) for record in records]
    lines = ContactLines(style).lines([*judgements, *judgements]).decode().splitlines()
    assert lines == [to_json(contact_object(judgement, style)) for judgement in [*judgements, *judgements]]
