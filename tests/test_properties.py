"""Random text through every parser and renderer: no foreign exception, no hidden character.

The number of examples follows HYPOTHESIS_PROFILE: `default` for a developer's run,
`thorough` (10^5 each) for CI.
"""

import os
import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.judging import rules_of
from tests.render.reports import header
from tests.render.test_safety import is_harmless
from verifykb.batch.records import read_answer, read_time, to_contact
from verifykb.checks import code, phone, sender
from verifykb.context import Context
from verifykb.directory.types import Directory
from verifykb.errors import RowError
from verifykb.gather import gather_offline
from verifykb.message.reading import read_message
from verifykb.model.contact import UNKNOWN
from verifykb.model.report import Summary
from verifykb.model.verdict import Verdict
from verifykb.render import FORMATS, Style, renderer
from verifykb.text.safe import safe
from verifykb.verify import verify
from verifykb.wording import Wording

for _name, _examples in (("default", 300), ("thorough", 100_000)):
    settings.register_profile(
        _name, max_examples=_examples, deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )  # fmt: skip
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

_DAY = date(2026, 11, 22)
_ANY = st.text(max_size=60)
# Text near the border: pieces of what is official, with anything between them.
_PIECES = st.sampled_from(
    [
        "SD",
        "261120",
        "-",
        "004217",
        "hotrocntt",
        "@",
        "vst",
        ".",
        "gov",
        "vn",
        "024",
        "6276",
        "4300",
        "88617",
        "+84",
        "0084",
        "(0)",
        "ext",
        "máy",
        "lẻ",
        "x",
        "#",
        ",",
        ";",
        "<",
        ">",
        '"',
        "\u200b",
        "\u202e",
        "а",
        "і",
        "０",
        "٠",
        "\xa0",
        "\n",
        "\r",
        "\t",
        "\x00",
        "\x1b",
        "đọc",
        "mã",
        "OTP",
        "cho",
        "em",
        "không",
        "https://",
        "",
    ]
)
_NEAR = st.lists(st.one_of(_PIECES, st.characters()), max_size=20).map("".join)
_TEXT = st.one_of(_ANY, _NEAR)


@given(text=_TEXT)
def test_an_accepted_code_is_plain_ascii_of_the_published_form(text: str, directory: Directory) -> None:
    """Whatever is typed, COD009 is only ever given to the form itself."""
    rules = {finding.rule.id for finding in code.assess(text, _DAY, directory, UNKNOWN)}
    assert rules
    if rules & {"COD009", "COD006", "COD007"}:
        assert re.search(r"[Ss][Dd][0-9]{6}-[0-9]{6}", text)
        assert len(re.sub(r"\s", "", text)) == 15


@given(text=_TEXT)
def test_an_accepted_sender_is_the_published_mailbox_letter_by_letter(text: str, directory: Directory) -> None:
    """SND006 needs the ASCII address itself, whatever stands around it."""
    rules = {finding.rule.id for finding in sender.assess(text, directory)}
    assert rules
    if "SND006" in rules:
        assert re.search(r"(?:^|<)hotrocntt@vst\.gov\.vn\.?(?:>|$)", text.strip(" \t\r\n"), re.ASCII | re.IGNORECASE)
    if "SND005" in rules:
        assert re.search(r"(?:vst|mof)\.gov\.vn", text, re.ASCII | re.IGNORECASE)


@given(text=_TEXT, extension=_TEXT)
def test_an_accepted_phone_holds_the_digits_of_the_switchboard(text: str, extension: str, directory: Directory) -> None:
    """PHO009 needs the digits of the switchboard in order, in ASCII, and no hidden character."""
    rules = {finding.rule.id for finding in phone.assess(text, extension, directory, UNKNOWN)}
    assert rules
    if "PHO009" in rules:
        digits = re.sub(r"[^0-9]", "", text)
        assert re.match(r"(?:0|84|0084|840|00840)2462764300", digits)
        assert is_harmless(re.sub(r"[\t\r\n\x0b\x0c\x85\u2028\u2029]", "", text))


@given(text=_TEXT)
def test_reading_a_message_never_fails(text: str, directory: Directory) -> None:
    """Whatever somebody wrote is read, and quoted from the text itself."""
    for hit in read_message(text, directory):
        assert hit.quote.rstrip("…") in text


@given(text=_TEXT)
def test_times_and_answers_are_read_or_refused(text: str) -> None:
    """A time is aware or none; an answer has a value or is unknown."""
    moment = read_time(text)
    assert moment is None or moment.tzinfo is not None
    assert read_answer(text).value in (True, False, None)


_RECORD = st.fixed_dictionaries(
    {"note": st.text(min_size=1, max_size=40)},
    optional=dict.fromkeys(
        ("id", "code", "sender", "phone", "extension", "message", "own_request", "called_back"), _TEXT
    ),
)


@pytest.mark.parametrize("format_", [name for name in FORMATS if name != "table"])
@given(record=_RECORD)
def test_no_report_lets_a_hidden_character_through(record: dict[str, str], format_: str, context: Context) -> None:
    """Any record, any format: no control, bidi or zero-width character but the newline."""
    _write_and_look(record, format_, context)


@settings(max_examples=100)
@given(record=_RECORD)
def test_no_table_lets_a_hidden_character_through(record: dict[str, str], context: Context) -> None:
    """The drawn table keeps to the same rule."""
    _write_and_look(record, "table", context)


def _write_and_look(record: dict[str, str], format_: str, context: Context) -> None:
    import io

    try:
        contact = to_contact(record, "log.csv:2")
    except RowError:
        return
    judgement = verify(gather_offline(contact, context), context)
    assert judgement.verdict is not Verdict.VERIFIED, rules_of(judgement)
    out = io.StringIO(newline="")
    written = renderer(format_, out, Style(wording=Wording("vi"), directory=context.directory))
    summary = Summary(Verdict.CONSISTENT)
    written.begin(header(context))
    written.contact(judgement)
    summary.count(judgement)
    written.end(summary)
    assert is_harmless(out.getvalue())


@given(text=_TEXT)
def test_the_sanitiser_changes_nothing_twice(text: str) -> None:
    """What is safe stays as it is."""
    once = safe(text)
    assert is_harmless(once)
    assert safe(once) == once
