"""Pasted secrets are covered wherever something is shown; numbers that are none stay readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judging import judge
from tests.render.reports import TEXT_FORMATS, report
from verifykb.context import Context
from verifykb.text.secrets import MASK, masked

_SECRETS = [
    ("Mật khẩu của em là KhoBac@2026 nhé", "KhoBac@2026"),
    ("mk: abc123", "abc123"),
    ("mat khau dvc la Kbnn#2025", "Kbnn#2025"),
    ("ma pin 123456", "123456"),
    ("OTP 847 291 nha chị", "847 291"),
    ("847291 là mã OTP của quý khách", "847291"),
    ("số thẻ 9704 3600 1234 5678", "9704 3600 1234 5678"),
    ("CCCD: 079 203 001 234", "079 203 001 234"),
    ("mã PIN của chị: 12345678", "12345678"),
    ("password is Hunter2", "Hunter2"),
    ("mật khẩu “TrangAn!9” em gửi", "TrangAn!9"),
    ("pass:tranganh99", "tranganh99"),
]
_PLAIN = [
    "đọc giúp em mã OTP vừa gửi",
    "Chị đổi mật khẩu 8 ký tự trở lên",
    "SD261120-004217",
    "OTP hết hạn ngày 25/11/2026",
    "gọi 02462764300 xin mật khẩu",
    "Chuyển 12.500.000 đồng theo mã nguồn 13",
]


@pytest.mark.parametrize(("text", "secret"), _SECRETS)
def test_a_secret_behind_its_word_is_covered(text: str, secret: str) -> None:
    """A mask for each character, nothing else changed."""
    assert masked(text) == text.replace(secret, MASK * len(secret))


@pytest.mark.parametrize("text", _PLAIN)
def test_what_is_no_secret_stays(text: str) -> None:
    """Codes, dates, amounts and phone numbers."""
    assert masked(text) == text


@pytest.mark.parametrize("format_", TEXT_FORMATS)
@pytest.mark.parametrize("column", ["message", "note", "sender", "own_request", "code", "phone"])
def test_no_report_shows_a_pasted_secret(format_: str, column: str, context: Context) -> None:
    """Whatever cell it was pasted into, and in whatever format."""
    text = "Chị đọc mật khẩu cho em, mật khẩu là KhoBac@2026, OTP 847291"
    shown = report(format_, [{"code": "SD261120-004217"} | {column: text}], context)
    assert "KhoBac@2026" not in shown
    assert "847291" not in shown


def test_a_quote_is_covered_even_where_its_word_is_outside_of_it(context: Context) -> None:
    """The whole text is covered before a part of it is quoted."""
    judgement = judge({"message": "Mật khẩu là KhoBac@2026. Gửi em mã OTP 847291 nhé"}, context)
    quotes = [finding.values.get("quote", "") for finding in judgement.findings]
    assert not [quote for quote in quotes if "847291" in quote or "KhoBac" in quote]


@given(text=st.text(alphabet="mật khẩuotpin :là123@#A. ", max_size=80))
def test_a_mask_keeps_every_place(text: str) -> None:
    """As long as the text, and the same when covered again."""
    once = masked(text)
    assert len(once) == len(text)
    assert masked(once) == once
