"""The promises of any text, held for many plain random texts.

VERIFYKB_VOLUME says for how many: 1,000 for a developer, 100,000 in CI. The seed is fixed, so a
failure comes again.
"""

import os
import random
from collections.abc import Iterator

import pytest

from tests import promises
from tests.render.reports import TEXT_FORMATS
from tests.test_properties import PIECES
from verifykb.context import Context
from verifykb.directory.types import Directory

_VOLUME = int(os.environ.get("VERIFYKB_VOLUME", "1000"))
_PLANES = ((0x20, 0x7E), (0, 0x2FF), (0x300, 0x36F), (0x370, 0x52F), (0x1E00, 0x20FF), (0, 0xFFFF), (0x10000, 0x10FFFF))


def _texts(seed: str, most: int = 12) -> Iterator[str]:
    """Give random texts: official pieces, letters of every plane, and both mixed."""
    source = random.Random(seed)  # noqa: S311 - tests need repeatable texts, not secret ones
    for _ in range(_VOLUME):
        parts = []
        for _ in range(source.randrange(most)):
            if source.random() < 0.7:
                parts.append(source.choice(PIECES))
            else:
                parts.append(chr(source.randint(*source.choice(_PLANES))))
        yield source.choice(("", " ")).join(parts)


def test_codes(directory: Directory) -> None:
    """No foreign exception, no other form accepted."""
    for text in _texts("codes"):
        promises.hold_for_code(text, directory)


def test_senders(directory: Directory) -> None:
    """No foreign exception, no other address accepted."""
    for text in _texts("senders"):
        promises.hold_for_sender(text, directory)


def test_phones(directory: Directory) -> None:
    """No foreign exception, no other number accepted."""
    for text, extension in zip(_texts("phones"), _texts("extensions", 4), strict=True):
        promises.hold_for_phone(text, extension, directory)


def test_messages(directory: Directory) -> None:
    """No foreign exception; quotes are the writer's own words."""
    for text in _texts("messages", 24):
        promises.hold_for_message(text, directory)


def test_cells() -> None:
    """No foreign exception from times, answers and the sanitiser."""
    for text in _texts("cells"):
        promises.hold_for_cell(text)
        promises.hold_for_sanitiser(text)


@pytest.mark.parametrize("format_", TEXT_FORMATS)
def test_reports(format_: str, context: Context) -> None:
    """No hidden character in any format, whatever the record."""
    columns = ("code", "sender", "phone", "message", "note", "id")
    for number, text in enumerate(_texts(format_)):
        promises.hold_for_report({columns[number % len(columns)]: text, "note": text}, format_, context)
