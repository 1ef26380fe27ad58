"""Random text through every parser and renderer: no foreign exception, no hidden character.

The number of examples follows HYPOTHESIS_PROFILE: `default` for a developer, `thorough` for CI.
The same promises are held for 10^5 plain random texts by tests/test_volume.py.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import promises
from tests.render.reports import TEXT_FORMATS
from verifykb.context import Context
from verifykb.directory.types import Directory

# Text near the border: pieces of what is official, with anything between them.
PIECES = (
    'SD 261120 - 004217 hotrocntt @ vst . gov vn 024 6276 4300 88617 +84 0084 (0) ext máy lẻ x # , ; < > " '
    "\u200b \u202e \u0430 \u0456 \uff10 \u0660 \u00a0 \n \r \t \x00 \x1b đọc mã OTP cho em không https:// "
    "\u0301 \ud83d \U000e0041 \u3164 = - ' <b> [red] {given} %s"
).split(" ")
_NEAR = st.lists(st.one_of(st.sampled_from(PIECES), st.characters()), max_size=20).map("".join)
_TEXT = st.one_of(st.text(max_size=60), _NEAR)
_COLUMNS = ("id", "code", "sender", "phone", "extension", "message", "own_request", "called_back")
_RECORD = st.fixed_dictionaries({"note": _TEXT}, optional=dict.fromkeys(_COLUMNS, _TEXT))


@given(text=_TEXT)
def test_an_accepted_code_is_plain_ascii_of_the_published_form(text: str, directory: Directory) -> None:
    """Whatever is typed, COD009 is only ever given to the form itself."""
    promises.hold_for_code(text, directory)


@given(text=_TEXT)
def test_an_accepted_sender_is_the_published_mailbox_letter_by_letter(text: str, directory: Directory) -> None:
    """SND006 needs the ASCII address itself, whatever stands around it."""
    promises.hold_for_sender(text, directory)


@given(text=_TEXT, extension=_TEXT)
def test_an_accepted_phone_holds_the_digits_of_the_switchboard(text: str, extension: str, directory: Directory) -> None:
    """PHO009 needs the digits of the switchboard in order, in ASCII."""
    promises.hold_for_phone(text, extension, directory)


@given(text=_TEXT)
def test_reading_a_message_never_fails(text: str, directory: Directory) -> None:
    """Whatever somebody wrote is read, and quoted from the text itself."""
    promises.hold_for_message(text, directory)


@given(text=_TEXT)
def test_times_and_answers_are_read_or_refused(text: str) -> None:
    """A time is aware or none; an answer has a value or is unknown."""
    promises.hold_for_cell(text)


@given(text=_TEXT)
def test_the_sanitiser_changes_nothing_twice(text: str) -> None:
    """What is safe is harmless, and stays as it is."""
    promises.hold_for_sanitiser(text)


@pytest.mark.parametrize("format_", TEXT_FORMATS)
@given(record=_RECORD)
def test_no_report_lets_a_hidden_character_through(record: dict[str, str], format_: str, context: Context) -> None:
    """Any record, any format: no control, bidi or zero-width character but the newline."""
    promises.hold_for_report(record, format_, context)
