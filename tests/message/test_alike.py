"""Texts of one outline say the same: what was found in one is found in the other."""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.directory.types import Directory
from verifykb.message import log_reader
from verifykb.message.alike import Outlines
from verifykb.message.block import Reading, unread
from verifykb.message.fold import encode, encoded, is_spelt
from verifykb.message.log_reader import LogReader
from verifykb.message.quoting import Find
from verifykb.message.reading import find_in, read_message
from verifykb.text.nfc import nfc

_CASES = Path(__file__).parents[1] / "cases"
_TEXTS = [
    nfc(case["record"][column])
    for file in sorted(_CASES.glob("*.jsonl"))
    for case in map(json.loads, file.read_text(encoding="utf-8").splitlines())
    for column in ("message", "note")
    if isinstance(case.get("record", {}).get(column), str)
]
# What texts of a template differ in; of a list, whatever stands in the place of one may stand in that of another.
_FILLERS = [
    "Hằng Khánh Tuấn Thảo Yến Quang Đặng Nguyễn Phạm Võ Mai Minh Hộ Mã Dốc Toán Pin Tai Ot Khâu Hang Tuan Phuoc Lo".split(),
    "7 8 10 12 17 25 45 53 99 100 0123 741 84 1900 2026 4821 1.234.567 12.345.678 84.123.456 05/07/2026 12/10 15h30 8h05".split(),
    "SD261120-004217 SD260705-372838 SD131415-084231 HS-611487 3575/KBNN-KSC CT4821 94nydesk m4t 500k 29tr 27r 26r OTP6 zalo28".split(),
    "0912345678 0987.654.321 02462764300 +84912345678 84912345678 1900545415 0912345678. (024)62764300, 0912/345678".split(),
    "https://kbnn-hotro12.com https://bit.ly/34x vst.gov.vn https://vst.gov.vn/a, vst.g0v.vn hotrocntt@vst.gov.vn an@gmail.com "
    "192.168.10.25/a kbnn(.)vn https:// data:a,b x.vn/a/b".split(),
    [
        *"- – + ( . / : a b … O T P".split(),
        "",
        "276 4300",
        "6276 4300",
        "345 678,",
        "« »",
        "\u200b",
        "\n",
        "q u i c k",
        "A B C",
        "Khʔnh",
        "abc.vn/https://",
        "0912\t345678",
        "qu\0ick",
    ],
]
_FILLER = st.sampled_from(_FILLERS).flatmap(st.sampled_from)


@st.composite
def _templates(draw: st.DrawFn) -> tuple[str, str]:
    """Give two texts with other fillers in the same places."""
    words = draw(st.sampled_from(_TEXTS)).split(" ")
    first, second = list(words), list(words)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(first)))
        like = draw(st.sampled_from(_FILLERS))
        first.insert(at, draw(st.sampled_from(like)))
        second.insert(at, draw(st.sampled_from(like)))
    return " ".join(first), " ".join(second)


def _told(text: str, directory: Directory, *, own_words: bool) -> list[tuple[object, ...]]:
    return [(find.kind, find.resemblance) for find in find_in(text, directory, own_words=own_words)]


@given(texts=_templates(), own_words=st.booleans())
def test_texts_of_one_outline_say_the_same(texts: tuple[str, str], own_words: bool, directory: Directory) -> None:
    """Whatever fills the places in which they differ."""
    first, second = texts
    outline = Outlines(directory).outline
    if outline(first) and outline(first) == outline(second):
        assert _told(first, directory, own_words=own_words) == _told(second, directory, own_words=own_words)


def test_every_word_that_stands_for_others_is_read_like_them(directory: Directory) -> None:
    """In front of an ask, within it, and behind it."""
    outlines = Outlines(directory)
    alike: dict[str, list[str]] = {}
    for word in {word for text in _TEXTS for word in text.split(" ")}.union(*_FILLERS):
        alike.setdefault(outlines.outline(f"Chị đọc {word} nhé"), []).append(word)
    alike.pop("")
    places = ("{} chị đọc mã OTP cho em.", "Chị gửi {} mật khẩu cho em", "Chị chuyển {} cho em", "Bấm {} để mở khóa {}")
    groups = [words for words in alike.values() if len(words) > 1]
    assert len(groups) > 20
    for words in groups:
        for place in places:
            told = {str(_told(place.format(word, word), directory, own_words=False)) for word in words}
            assert len(told) == 1, (place, words[:10])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Em là Nguyễn Văn Linh, chị đọc mã OTP.", "Em là Bùi Văn Khánh, chị đọc mã OTP."),
        ("Yêu cầu SD261120-964217 đã nhận.", "Yêu cầu SD260722-372838 đã nhận."),
        ("Số tiền 62.789.000 đồng, ngày 26/08/2026.", "Số tiền 72.987.000 đồng, ngày 27/09/2026."),
        ("Đề nghị bấm https://bit.ly/3456x nhé", "Đề nghị bấm http://abc.example/a3 nhé"),
        ("Gọi 0912345678, gặp Linh", "Gọi 0987654321, gặp Khánh"),
        ("Gọi 024 6276 4300 nhánh 88100", "Gọi (024) 6276 4300 nhánh 88623"),
        ("Hồ sơ 3575/KBNN-KSC", "Hồ sơ 2868/KBNN-KSC"),
        ("Họp lúc 10:30 nhé", "Họp lúc 22:26 nhé"),
        ("Gặp Phạm Linh (Hùng) nhé", "Gặp Bùi Khánh (Sơn) nhé"),
    ],
)
def test_names_numbers_and_links_of_one_kind_are_alike(first: str, second: str, directory: Directory) -> None:
    """So a log of one template is read once."""
    outline = Outlines(directory).outline
    assert outline(first) == outline(second) != ""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Chị đọc mã OTP", "Chị đọc mã hồ sơ"),
        ("Đừng đọc mã OTP", "Dũng đọc mã OTP"),
        ("Bấm https://vst.gov.vn", "Bấm https://kbnn-hotro.com"),
        ("Bấm https://vst.g0v.vn", "Bấm https://abc.example"),
        ("Gọi 02462764300", "Gọi 0912345678"),
        ("Gọi 024 6276 4300", "Gọi 024 6276 4301"),
        ("Gửi hotrocntt@vst.gov.vn", "Gửi hotrocntt@gmail.com"),
        ("mã 6 số", "mã 7 số"),
        ("Số 0912 345 678", "Số 5912 345 678"),
        ("m4tkhau", "m2tkhau"),
        ("Chuyển 97r", "Chuyển 96r"),
        ("Chuyển 12 triệu", "Chuyển SĐ12 triệu"),
        ("số 0", "số 7"),
        ("Ma OTP cua Hang", "Mã OTP của Hằng"),
    ],
)
def test_what_decides_something_is_told_apart(first: str, second: str, directory: Directory) -> None:
    """Words of the table, whose a link or number is, numbers that mean something, marks."""
    outline = Outlines(directory).outline
    assert outline(first) != outline(second)


@pytest.mark.parametrize(
    "text",
    [
        'Họ nói "đọc mã OTP" đó',
        "Anh ấy bảo ‘bấm đi’",
        "<b>Bấm</b> vào",
        "Bấm [đây](https://a.example)",
        "Kính gửi\nđơn vị",
        "mật\u200bkhẩu",
        "Bấm https: //a.example",
        "Bấm https://a.example/a/b c",
        "https://a.vn . Xong",
        "ma65t kha6u3 va2 ma4 d9o5c",
        "dài " * 400,
        "\x0310Chị đọc",
        "Chị mở q u i c k Khanh lên giúp em",
        "Chị bấm vào abc.vn/https:// dvc.vst.mof.gov.vn nhé",
        "Anh Khʔnh, Tʔn, Qʔng đã nhận",
        "Chị gọi số 091\t12345678 123 để được hỗ trợ",
        "Anh mo qu\0ick Khanh len giup em",
    ],
)
def test_what_more_than_words_decide_has_no_outline(text: str, directory: Directory) -> None:
    """It is read by itself."""
    assert Outlines(directory).outline(text) == ""


@given(
    texts=st.lists(
        st.one_of(_templates(), st.lists(_FILLER, min_size=1).map(lambda some: (" ".join(some),) * 2)), max_size=6
    ),
    own_words=st.booleans(),
)
def test_a_log_is_read_as_each_of_its_messages(
    texts: list[tuple[str, str]], own_words: bool, directory: Directory
) -> None:
    """Block after block, quotations and all."""
    reader = LogReader(directory, own_words=own_words)
    for block in ([first for first, _ in texts], [nfc(second) for _, second in texts]):
        read = [[find.quoted() for find in finds] for finds in reader.read(block)]
        assert read == [read_message(text, directory, own_words=own_words) for text in block]


def _variants(count: int) -> list[str]:
    return [
        f"Chị Hạnh đọc mã OTP số {2_600_000 + number} cho em, {'xin ' * (number % 5)}cảm ơn" for number in range(count)
    ]


def _counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the texts that are read from now on, as they are read."""
    read: list[str] = []

    def counted(texts: Sequence[str], official: Directory, *, own_words: bool) -> Iterator[tuple[int, Reading]]:
        for number, reading in unread(texts, official, own_words=own_words):
            yield number, partial(_counted, texts[number], reading)

    def _counted(text: str, reading: Reading) -> list[Find]:
        read.append(text)
        return reading()

    monkeypatch.setattr("verifykb.message.log_reader.unread", counted)
    return read


def test_of_messages_that_read_alike_one_is_read(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words of the others are looked up when they are shown."""
    read = _counting(monkeypatch)
    texts = _variants(100)
    found = LogReader(directory, own_words=False).read(texts)
    assert len(read) == 5
    assert [[find.quoted() for find in finds] for finds in found] == [read_message(text, directory) for text in texts]


def test_what_says_nothing_is_neither_read_nor_looked_for(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look at the whole block costs less than looking for what was read before."""
    read = _counting(monkeypatch)
    looked_for: list[str] = []

    def outline(_: Outlines, text: str) -> str:
        looked_for.append(text)
        return ""

    monkeypatch.setattr(Outlines, "outline", outline)
    texts = [f"Hồ sơ số {number} của đơn vị đã được tiếp nhận." for number in range(1000, 1100)]
    assert LogReader(directory, own_words=False).read(texts) == [[]] * len(texts)
    assert (read, looked_for) == ([], [])


def test_what_is_remembered_is_bounded(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else changes: every message is read as it would be alone."""
    monkeypatch.setattr(log_reader, "_MAX_OUTLINES", 8)
    reader = LogReader(directory, own_words=False)
    for start in range(0, len(_TEXTS[:240]), 12):
        block = list(dict.fromkeys(_TEXTS[start : start + 12]))
        kinds = [[find.kind for find in finds] for finds in reader.read(block)]
        assert kinds == [[hit.kind for hit in read_message(text, directory)] for text in block]
        assert len(reader._known) <= 8


def test_what_is_never_met_again_is_not_looked_for_again_and_again(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where texts begin to repeat, that is seen all the same."""
    monkeypatch.setattr(log_reader, "_LOOK_FOR", 20)
    monkeypatch.setattr(log_reader, "_PASS_OVER", 50)
    looked_for = 0
    outline = Outlines.outline

    def counted(self: Outlines, text: str) -> str:
        nonlocal looked_for
        looked_for += 1
        return outline(self, text)

    monkeypatch.setattr(Outlines, "outline", counted)
    reader = LogReader(directory, own_words=False)
    for number in range(70):  # each has words of its own
        reader.read([f"Chị đọc mã OTP cho em, {'rồi chờ ' * number}cảm ơn"])
    assert looked_for == 20
    read = _counting(monkeypatch)
    for number in range(10_000, 10_100):
        reader.read([f"Chị đọc mã OTP cho em, hồ sơ {number}"])
    assert (len(read), looked_for) == (1, 120)


def test_a_row_is_not_lost_where_its_words_are_not_found_again(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole text is shown then, its secrets covered."""
    reader = LogReader(directory, own_words=False)
    reader.read(["Chị Linh đọc mã OTP cho em"])
    ((find,),) = reader.read(["Chị Khánh đọc mã OTP cho em"])
    monkeypatch.setattr("verifykb.message.log_reader.find_in", lambda *_, **__: [])
    hit = find.quoted()
    assert (hit.kind, hit.quote, hit.start) == ("secret", "Chị Khánh đọc mã OTP cho em", 0)


@pytest.mark.parametrize("text", ["O T P", "a", "A. B. C", "x - y - z", "mã O T", "xin chào", "ab c d ef", ""])
def test_both_looks_for_spelt_letters_agree(text: str) -> None:
    """The quick one and that of a text that is read."""
    codes = encode(text)
    assert codes is not None
    assert is_spelt(encoded(text)) == codes.is_spelt
