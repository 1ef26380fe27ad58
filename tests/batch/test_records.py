"""Tests of `to_contact`: a record becomes a contact, or an error; nothing is guessed."""

import unicodedata
from datetime import datetime, timedelta

import pytest

from verifykb.batch.records import read_answer, read_time, to_contact
from verifykb.context import VIETNAM
from verifykb.errors import RowError
from verifykb.model.contact import UNKNOWN, Answer, Ask, Channel, Service


def vietnam(*parts: int) -> datetime:
    """Give a time in Vietnam."""
    year, month, day, hour, minute, second = (*parts, 0, 0, 0)[:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM)


TIMES = {
    "2026-11-22": vietnam(2026, 11, 22),
    "2026-11-22T09:30": vietnam(2026, 11, 22, 9, 30),
    "2026-11-22 09:30:15": vietnam(2026, 11, 22, 9, 30, 15),
    "2026-11-22T18:30Z": vietnam(2026, 11, 23, 1, 30),
    "2026-11-22T23:30-05:00": vietnam(2026, 11, 23, 11, 30),
    "22/11/2026": vietnam(2026, 11, 22),
    "1/2/2026": vietnam(2026, 2, 1),
    "22/11/2026 9:30": vietnam(2026, 11, 22, 9, 30),
    "22/11/2026 09:30:15": vietnam(2026, 11, 22, 9, 30, 15),
    "29/02/2024": vietnam(2024, 2, 29),
    "\u00a022/11/2026\t": vietnam(2026, 11, 22),
}


@pytest.mark.parametrize("text", TIMES)
def test_a_time_is_read_in_vietnam(text: str) -> None:
    """ISO 8601 and dd/mm/yyyy are read; without an offset the time is Vietnam's."""
    contact = to_contact({"code": "A", "received_at": text}, "log.csv:2")
    assert contact.received_at == TIMES[text]
    assert contact.received_at is not None
    assert contact.received_at.utcoffset() == timedelta(hours=7)


NO_TIMES = (
    "31/02/2026", "29/02/2026", "00/01/2026", "11/22/2026", "22/11/26", "22/11", "22/11/2026 25:00",
    "22/11/2026 24:00", "2026-13-01", "2026-11-22T09:60", "2026-11-22T09:30+25:00", "1/1/0000", "45983", "hôm qua", "-",
    "9999-12-31T23:59-12:00", "0001-01-01T00:00+14:00", "٢٢/١١/٢٠٢٦", "２２/１１/２０２６", "２０２６-１１-２２",
    "२०२६-११-२२", "22/11/2026\u200b", "22/11/2026; DROP", "2026-11-22\0",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_time_is_told(text: str) -> None:
    """An impossible, overflowing, foreign-script or two-digit-year time is an error."""
    with pytest.raises(RowError) as caught:
        to_contact({"code": "A", "received_at": text}, "log.csv:2")
    assert (caught.value.key, caught.value.values["value"]) == ("row-time", text)


@pytest.mark.parametrize("hidden", ["x", "\u200f", "\u202e", "\0", "é"])
def test_only_t_or_a_blank_stands_between_date_and_time(hidden: str) -> None:
    """`2026-11-22x09:30` is not ISO 8601."""
    assert read_time(f"2026-11-22{hidden}09:30") is None


WORDS: dict[str, tuple[str, object]] = {
    "channel": ("Điện thoại|DIEN THOAI|phone|PHONE|Gọi điện|cuộc gọi| phone ", Channel.PHONE),
    "channel ": ("Zalo|ZALO|nhắn Zalo", Channel.ZALO),
    "channel  ": ("email|E-mail|Thư điện tử|thu dien tu", Channel.EMAIL),
    "channel   ": ("SMS|tin nhắn|Tin Nhắn SMS", Channel.SMS),
    "channel    ": ("khác|KHAC|other|Skype", Channel.OTHER),
    "asks": ("secret|Mật khẩu|mat khau|OTP|SECRET", frozenset({Ask.SECRET})),
    "asks ": ("remote-access|Remote_Access|TeamViewer|điều khiển từ xa", frozenset({Ask.REMOTE_ACCESS})),
    "asks  ": ("secret;link|OTP ; đường dẫn;|;link;;secret|secret\nlink", frozenset({Ask.SECRET, Ask.LINK})),
    "asks   ": ("nothing|không|KHONG", frozenset({Ask.NOTHING})),
    "asks    ": ("none|None|nan|null|không rõ", frozenset()),  # nobody said: programs write nothing so
    "service": ("|dvc|DVC|Dịch vụ công|kho bạc", Service.DVC),
    "service ": ("kntc|KNTC|Khiếu nại tố cáo", Service.KNTC),
    "service  ": ("other|Khác", Service.OTHER),
}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("column", WORDS)
def test_enumerations_take_words_of_both_languages(column: str, form: str) -> None:
    """Channel, asks and service are read in any case, language and normal form."""
    words, expected = WORDS[column]
    for word in words.split("|"):
        text = unicodedata.normalize(form, word)  # type: ignore[arg-type] # a literal above
        contact = to_contact({"code": "A", column.strip(): text}, "log.csv:2")
        assert getattr(contact, column.strip()) == expected, word


@pytest.mark.parametrize(
    ("column", "value", "near"),
    [("channel", "zallo", "zalo"), ("asks", "secret;secrt", "secret"), ("service", "kntcc", "kntc"),
     ("channel", "???", ""), ("asks", "Z\u200b", ""), ("channel", "p\u200bhone", "phone")],
)  # fmt: skip
def test_an_unknown_word_is_told_with_the_nearest(column: str, value: str, near: str) -> None:
    """A word that is no channel, ask or service is an error; a near one is suggested."""
    with pytest.raises(RowError) as caught:
        to_contact({"code": "A", column: value}, "log.csv:2")
    assert caught.value.key in ("row-unknown-value", "row-unknown-channel")
    assert (caught.value.values["column"], caught.value.values["near"]) == (column, near)


YES = ("có", "Có", "CÓ", "co", "x", "X", "1", "true", "TRUE", "yes", "Yes", " có ", "rồi")
NO = ("không", "KHÔNG", "khong", "0", "false", "False", "no", "NO", "No.", "chưa", "(không)")
BLANK = ("", " ", "\t\n", "\u00a0", "?", "-", "n/a", "N/A", "không rõ", "unknown", "null")


@pytest.mark.parametrize("column", ["own_request", "called_back"])
def test_yes_no_and_blank_are_told_apart(column: str) -> None:
    """Every spelling of docs/contract.md, section 6 is read; blank is unknown, not no."""
    expected = {**dict.fromkeys(YES, Answer(value=True)), **dict.fromkeys(NO, Answer(value=False)),
                **dict.fromkeys(BLANK, UNKNOWN)}  # fmt: skip
    for text, answer in expected.items():
        for form in ("NFC", "NFD"):
            spelt = unicodedata.normalize(form, text)
            assert getattr(to_contact({"code": "A", column: spelt}, "i"), column) == answer, text


@pytest.mark.parametrize(
    "text", ["Minh gọi 02462764300 lúc 9h05", "<20261120.1@pgd.gov.vn>", "phiếu số 12", "Lan, 22/11"]
)
def test_any_other_text_is_a_yes_with_evidence(text: str) -> None:
    """A text that tells who did what and when is a yes that the report repeats."""
    assert read_answer(text) == Answer(value=True, evidence=text)


DENIALS = (
    "gọi không được", "chưa gọi", "không gọi", "ko gọi lại", "đừng tin", "did not call", "not yet", "never",
    "no answer", "không!", "KHÔNG Ạ", "Chua goi duoc",
)  # fmt: skip
MISSED_DENIALS = (
    "didn't call", "didn’t call", "haven't called", "can't reach them", "couldn't", "cannot", "wasn't us",
    "nope", "nobody called", "chả gọi", "đâu có gọi", "quên gọi", "hông", "khg gọi", "k gọi được", "máy bận",
    "sẽ gọi sau", "TBD", "nil", "❌", "✖", "×", "☒", "ｎｏ", "k\u200bhông",
)  # fmt: skip
NO_WORDS = ("—", "...", ".", "…", "??", "???", "/", "_", "'", "\0", "\u200b", "00", "-1")


@pytest.mark.parametrize(
    "text",
    [
        *DENIALS,
        *(
            text
            for text in MISSED_DENIALS
        ),
        *(
            text
            for text in NO_WORDS
        ),
    ],
)  # fmt: skip
def test_a_text_that_denies_is_never_a_yes(text: str) -> None:
    """What denies, doubts, postpones or holds no word at all proves nothing."""
    assert read_answer(text).value is not True


@pytest.mark.parametrize("text", ["đúng, Lan gọi lúc 9h", "ứng dụng DVCTT, phiếu 12", "dùng máy bàn gọi 9h05"])
def test_words_that_only_look_like_a_denial_without_marks_are_evidence(text: str) -> None:
    """`đúng` (right) and `dùng` (use) are no `đừng` (don't)."""
    assert read_answer(text) == Answer(value=True, evidence=text)


@pytest.mark.parametrize(
    "record",
    [{}, {"id": "7"}, {"id": "7", "channel": "zalo", "received_at": "2026-11-22", "asks": "secret"},
     {"code": " ", "phone": "\u00a0", "message": "\n"}],
)  # fmt: skip
def test_a_record_that_tells_of_no_contact_is_told(record: dict[str, str]) -> None:
    """At least one of code, sender, phone, message, note, mail must be there."""
    with pytest.raises(RowError) as caught:
        to_contact(record, "log.csv:2")
    assert caught.value.key == "row-empty"


@pytest.mark.parametrize("column", ["code", "sender", "phone", "message", "note", "mail"])
def test_each_identifying_column_alone_is_a_contact(column: str) -> None:
    """One identifier is enough, and the record is named by file and row."""
    assert to_contact({column: "A"}, "log.csv:2").id == "log.csv:2"


def test_texts_are_nfc_and_otherwise_as_given() -> None:
    """Values are put into NFC and nothing else is repaired."""
    given = unicodedata.normalize("NFD", " Đọc mã\u200b giúp\tem ")
    contact = to_contact({"message": given, "code": " SD2611２0-004217 ", "id": " A7 "}, "i")
    assert contact.message == unicodedata.normalize("NFC", given)
    assert (contact.code, contact.id) == (" SD2611２0-004217 ", "A7")


@pytest.mark.parametrize(
    "told",
    [
        "Kho bạc gọi lại cho kế toán lúc 10h",
        "tổng đài gọi lại",
        "Có, cán bộ Kho bạc gọi lại",
        "gọi số họ đưa",
        "gọi theo số trong tin nhắn",
        "gọi số trên mạng",
        "mai gọi",
        "mã họ vừa đọc",
        "theo lời họ",
        "hình như",
        "của đơn vị khác",
    ],
)
def test_hearsay_and_plans_are_no_evidence(told: str) -> None:
    """A call that they placed, a number that they gave and a plan prove nothing."""
    assert read_answer(told) == UNKNOWN


def test_nothing_is_never_suggested() -> None:
    """A wrong guess must not become the answer that proves."""
    with pytest.raises(RowError) as caught:
        to_contact({"code": "A", "asks": "nothin"}, "log.csv:2")
    assert caught.value.values["near"] != "nothing"
