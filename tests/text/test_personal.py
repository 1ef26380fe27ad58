"""Personal data is covered in part in what is passed on; what was published, and what is nobody's, stays readable."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alarm import alarm
from verifykb.directory.load import load_official
from verifykb.text.personal import MASK, mask_personal

_PUBLISHED = load_official().published

# What is written -> what is shown.
_NUMBERS = [
    ("0912345611", "0912••••11"),
    ("0912 345 611", "0912 ••• •11"),
    ("0912.345.611", "0912.•••.•11"),
    ("0912/345/611", "0912/•••/•11"),
    ("(091) 234-5611", "(091) 2••-••11"),
    ("0 9 1 2 3 4 5 6 1 1", "0 9 1 2 • • • • 1 1"),
    ("+84 912 345 611", "+84 91• ••• •11"),
    ("+84912345611", "+8491•••••11"),
    ("84 912 345 611", "84 91• ••• •11"),
    ("+84 (0)912 345 611", "+84 (0)9•• ••• •11"),
    ("0084912345611", "0084•••••••11"),
    ("O912345678", "O9123•••78"),
    ("912.345.678", "912.3••.•78"),
    ("๐๙๑๒๓๔๕๖๗๘", "๐๙๑๒••••๗๘"),
    ("0912\u200b345\u200b678", "0912\u200b•••\u200b•78"),
    ("0912\u00a0345\u2013678", "0912\u00a0•••\u2013•78"),
    ("024 6276 4301", "024 6••• ••01"),
    ("+84 24 6276 4301", "+84 24 •••• ••01"),
    ("(84-24) 6276 4301", "(84-24) •••• ••01"),
    ("(0258) 3822123", "(0258) •••••23"),
    ("+1 (650) 253-0000", "+1 (650) •••-••00"),
    ("+856 20 5555 1234", "+856 2• •••• ••34"),
    ("CCCD 079203001234", "CCCD 0792••••••34"),
    ("CMND 271 234 567", "CMND 271 2•• •67"),
    ("9704 3600 1234 5678", "9704 •••• •••• ••78"),
    ("0912 345 678 88617", "0912 ••• •78 88617"),
    ("88617 0912345678", "88617 0912••••78"),
    ("0912345678/0987654321", "0912••••78/0987••••21"),
    ("22/11/2026 0912345678 10:00", "22/11/2026 0912••••78 10:00"),
    ("gọi 912345678 đồng chí An", "gọi 9123•••78 đồng chí An"),
    ("SD2611-0912345 678", "SD2611-0912••• •78"),
]
_ADDRESSES = [
    ("nguyenvana@gmail.com", "ng••••••••@gmail.com"),
    ("an@x.vn", "a•@x.vn"),
    ("a@x.vn", "a@x.vn"),
    ("<Ke.Toan+1@abc.vn>", "<Ke•••••••@abc.vn>"),
    ('"nguyen van a"@x.vn', '"ng••••••••••"@x.vn'),
    ("nguyenvana @ gmail.com", "ng•••••••• @ gmail.com"),
    ("nguyenvana＠gmail.com", "ng••••••••＠gmail.com"),
    ("0912345678@gmail.com", "09••••••••@gmail.com"),
    ("header.from=nguyenvana@x.vn", "header.from=ng••••••••@x.vn"),
    ("https://evil.example/?e=ketoan@abc.vn", "https://evil.example/?e=ke••••@abc.vn"),
    ("bounce+nguyenvana=abc.vn@x.com", "bo••••••••••••••••••••••@x.com"),
    ("hotrocntt@vst.gov.vn.evil.com", "ho•••••••@vst.gov.vn.evil.com"),
    ("hotrocntt1@vst.gov.vn", "ho••••••••@vst.gov.vn"),
    ("hоtrocntt@vst.gov.vn", "hо•••••••@vst.gov.vn"),  # a Cyrillic о
]
_READABLE = [
    "02462764300",
    "024.6276.4300",
    "024 6276 4300",
    "+84 24 6276 4300",
    "+84 (0)24 6276 4300",
    "(84-24) 6276 4300",
    "(84-24) 6276 4300 máy lẻ 88617",
    "024 6276 4300 88617",
    "02462764300,88617",
    "tel:+842462764300;ext=88617",
    "2462764300",
    "O2462764300",
    "04 6276 4300",
    "024 6276 4367",
    "hotrocntt@vst.gov.vn",
    '"Hỗ trợ" <HOTROCNTT@vst.gov.vn>',
    "thư từ hotrocntt@vst.gov.vn.",
    "header.from=hotrocntt@vst.gov.vn",
    "kbnkhanhhoa@vst.gov.vn",
    "https://vst.gov.vn@evil.example/a",
    "SD261120-004217",
    "sd261120004217, SD 261120-004217, SD2611200-04217",
    "2026-11-22T10:00:00+07:00",
    "2026-11-22 10:00:00+07:00",
    "22/11/2026 10:00, 22-11-2026 10h30, 05.12.2026 11 giờ, 20261122100000",
    "tháng 09/2026 1234 hồ sơ",
    "năm 2021-2022-2023",
    "113, 114, 115, 156, 113 114 115",
    "1900 1234, 19001234, 1900.54.54.81, 1800 1091",
    "88617 88618 88323 88608",
    "2345\n6789\n1234",
    "phòng 0258 38 024 6276 4300",
    "12.500.000 đồng",
    "1.250.000.000",
    "912.345.678 đồng",
    "500000000đ, VND 500 000 000",
    "203.113.135.12",
    "964/TB-KBHG ngày 31/12/2021, mục 2",
    "log.csv:123456",
    "@admin",
    "",
]


@pytest.mark.parametrize(("text", "shown"), _NUMBERS + _ADDRESSES)
def test_of_personal_data_only_a_part_is_shown(text: str, shown: str) -> None:
    """Of a number the first four and last two digits, of an address two characters and the domain."""
    assert mask_personal(text, _PUBLISHED) == shown


@pytest.mark.parametrize("text", _READABLE)
def test_what_was_published_and_what_is_nobodys_stays_as_it_is(text: str) -> None:
    """Published contacts in any spelling, codes, dates, times, short numbers, amounts."""
    assert mask_personal(text, _PUBLISHED) == text


def test_without_a_directory_the_switchboard_is_a_number_like_any_other() -> None:
    """It is readable because it was published, not because of how it looks."""
    assert mask_personal("02462764300 hotrocntt@vst.gov.vn", ()) == "0246•••••00 ho•••••••@vst.gov.vn"


_PIECES = st.lists(
    st.sampled_from(
        [
            "0912345678", "+84", "84", "0", "00", "024", "6276", "4300", "4301", "2026", "12", "1900", "261120", "345",
            "678", "SD", "@", "a@b.vn", "hotrocntt@vst.gov.vn", "//", ":", "/", ".", "-", " ", ",", "(", ")", "+", "•",
            "••", "\n", "\u200b", "đồng", "x", '"', "=", "٣",
        ]
    ),
    max_size=24,
).map("".join)  # fmt: skip


@given(text=_PIECES | st.text(max_size=60) | st.text(alphabet="0123456789 .-/•", max_size=60))
def test_a_mask_keeps_every_place(text: str) -> None:
    """As long as the text, the same where it covers nothing, and the same when covered again."""
    once = mask_personal(text, _PUBLISHED)
    assert len(once) == len(text)
    assert all(shown in (char, MASK) for char, shown in zip(text, once, strict=True))
    assert mask_personal(once, _PUBLISHED) == once


_BETWEEN = st.sampled_from(["", "", "", " ", ".", "-", " - ", "\u00a0", "\u200b", ") ", "/"])
_WORDS = st.sampled_from(["", "gọi ", "số: ", "lẻ 88617, ", "22/11/2026: ", "12.500.000 đồng, ", "a@b.vn ", "• ", "("])


@given(
    start=st.sampled_from(["0", "+84", "84", "+84 (0)", "0084"]),
    first=st.sampled_from("35789"),
    rest=st.text(alphabet="0123456789", min_size=8, max_size=8),
    between=st.lists(_BETWEEN, min_size=9, max_size=9),
    before=_WORDS,
    behind=st.sampled_from(["", " nhé", ", lẻ 88617", ". Ngày 22/11/2026", "\n", " (Zalo)", ")"]),
)
def test_no_mobile_number_survives(  # noqa: PLR0917 - given by name
    start: str, first: str, rest: str, between: list[str], before: str, behind: str
) -> None:
    """However it is spelled and wherever it stands, at least four of its digits cannot be read."""
    # A slash and four digits more is how a date is written, which stays.
    spelled = start + "".join(gap + digit for gap, digit in zip(between, first + rest, strict=True))
    shown = mask_personal(before + spelled + behind, _PUBLISHED)[len(before) : len(before) + len(spelled)]
    assert len(re.findall(r"[0-9]", shown)) <= 7 or re.search(r"/(?:19|20)\d\d", spelled)


_HOSTILE = [
    "0" * 1_000_000,
    "0 " * 100_000,
    "09 " * 333_333,
    "1.1.1." * 30_000,
    "123." * 50_000,
    "2026-" * 50_000,
    "+84 " * 50_000,
    "0912345678 " * 90_000,
    "a" * 1_000_000,
    "a@" * 500_000,
    '"' * 1_000_000,
    '"a' * 500_000,
    "a " * 500_000 + "@",
    "//" * 500_000 + "@x",
    "/=" * 500_000 + "@x.vn",
    "•" * 1_000_000,
    "SD1 " * 250_000,
    " " * 1_000_000 + "1",
]


@pytest.mark.parametrize("text", _HOSTILE, ids=lambda text: text[:8])
def test_a_long_text_made_to_be_slow_is_not(text: str) -> None:
    """Each character is looked at a bounded number of times."""
    with alarm(60):
        assert len(mask_personal(text, _PUBLISHED)) == len(text)
