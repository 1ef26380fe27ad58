"""The request axis: channel, reported asks, words, and the notices themselves."""

from pathlib import Path

import pytest

from tests.judging import judge, rules_of
from verifykb.context import Context
from verifykb.directory.types import Directory
from verifykb.message.reading import read_message
from verifykb.model.finding import Axis, Effect
from verifykb.model.verdict import Standing
from verifykb.text.marks import strip_marks

_NOTICES = sorted((Path(__file__).parents[2] / "docs" / "official").glob("*.txt"))


@pytest.mark.parametrize("own_words", [False, True], ids=["message", "note"])
@pytest.mark.parametrize("change", [str, str.upper, strip_marks], ids=["as-is", "upper", "no-marks"])
@pytest.mark.parametrize("notice", _NOTICES, ids=[notice.stem for notice in _NOTICES])
def test_the_notices_themselves_ask_for_nothing(
    notice: Path, change: object, own_words: bool, context: Context
) -> None:
    """They hold nearly every scam phrase, and warn of it."""
    text = change(notice.read_text(encoding="utf-8"))  # type: ignore[operator]
    judgement = judge({"note" if own_words else "message": text}, context)
    against = [
        (finding.rule.id, finding.values.get("quote"))
        for finding in judgement.findings
        if finding.axis is Axis.REQUEST and finding.effect in (Effect.PROHIBITS, Effect.CONTRADICTS)
    ]
    assert not against


@pytest.mark.parametrize(
    ("asks", "rules", "standing"),
    [
        ("", {"MSG012"}, Standing.SUPPORTED),
        ("nothing", {"MSG011"}, Standing.PROVEN),
        ("secret", {"MSG001"}, Standing.PROHIBITED),
        ("nothing;link", {"MSG003"}, Standing.PROHIBITED),
        ("remote-access; install ;MONEY;personal-data", {"MSG002", "MSG004", "MSG005", "MSG006"}, Standing.PROHIBITED),
    ],
)
def test_what_the_reporter_says_was_asked_decides(
    asks: str, rules: set[str], standing: Standing, context: Context
) -> None:
    """Nothing, something forbidden, or not described."""
    judgement = judge({"code": "SD261120-004217", "asks": asks}, context)
    request = {finding.rule.id for finding in judgement.findings if finding.axis is Axis.REQUEST}
    assert request == rules
    assert judgement.axes[Axis.REQUEST] is standing


def test_asking_nothing_does_not_outweigh_words_that_ask(context: Context) -> None:
    """A demand in the words counts, whatever was ticked."""
    judgement = judge({"message": "Chị đọc mã OTP cho em", "asks": "nothing"}, context)
    assert "MSG001" in rules_of(judgement)
    assert "MSG011" not in rules_of(judgement)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Chào chị, chị đọc giúp em mã OTP nhé.", "đọc giúp em mã OTP"),
        ("gui em m4t kh4u", "gui em m4t kh4u"),
        ("Anh gửi em O\u200bT\u200bP", "gửi em O\u200bT\u200bP"),
    ],
)
def test_a_hit_quotes_the_words_as_they_were_written(text: str, quote: str, directory: Directory) -> None:
    """Folding is for matching; the reader is shown the original."""
    assert [hit.quote for hit in read_message(text, directory)] == [quote]


def test_a_message_of_a_megabyte_is_read_in_time(directory: Directory) -> None:
    """Hostile length costs time in proportion, not in powers."""
    for unit in ("không ", "mã OTP ", "a.", "@", "(", "1 ", "https://a", "gửi em ", "ё", "s m "):
        read_message(unit * (200_000 // len(unit)), directory)
