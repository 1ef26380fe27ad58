"""What a disguise may do to a text: an ask never gets better by it, a harmless text never worse."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judging import judge
from verifykb.context import Context
from verifykb.model.finding import Axis
from verifykb.model.verdict import Standing

_CASES = Path(__file__).parents[1] / "cases"
_ORDER = [Standing.PROHIBITED, Standing.CONTRADICTED, Standing.LACKING, Standing.SUPPORTED, Standing.PROVEN]
_ATTACKS = [
    "Chị đọc mã OTP cho em",
    "Anh gửi mật khẩu dịch vụ công qua đây giúp em nhé",
    "Chị mở UltraViewer lên để em kiểm tra",
    "Đơn vị bấm vào đường link bên dưới để xác thực",
    "Chị cài phần mềm em gửi kèm",
    "Chị nộp phí kích hoạt vào tài khoản em gửi",
    "Chị chụp căn cước công dân gửi cho em",
]
_BENIGN = [
    case["record"]["message"]
    for file in ("messages.jsonl", "messages-3.jsonl", "messages-7.jsonl")
    for case in map(json.loads, (_CASES / file).read_text(encoding="utf-8").splitlines())
    if case["label"] == "benign" and "message" in case["record"] and "known_miss" not in case and "decided" not in case
]
# Nothing of these is a letter of Vietnamese: zero width, bidi, variation selectors, marks that no
# word of it carries.
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202c\u2066\u2069\u180e\ufe0f\u034f"
_MARKS = "\u0336\u0332\u0305\u0489\u20dd\u0334\u0335\u0338"
_TWINS = {
    "a": "аɑａ𝐚", "c": "сｃ𝖼", "d": "ԁｄ", "e": "еｅ𝗲", "g": "ɡｇ", "h": "һｈ", "i": "іｉ", "k": "ｋ", "l": "ｌ", "m": "ｍ",
    "n": "ｎ", "o": "оο０ｏ", "p": "рｐ", "s": "ѕｓ", "t": "ｔ", "u": "ｕ", "v": "ѵｖ", "x": "хｘ", "y": "уｙ",
}  # fmt: skip


def _standing(text: str, context: Context) -> Standing:
    return judge({"message": text}, context).axes[Axis.REQUEST]


@st.composite
def _disguised(draw: st.DrawFn) -> tuple[str, str]:
    """Give an attack, and the same with signs put in, letters swapped and cases changed."""
    attack = draw(st.sampled_from(_ATTACKS))
    kind = draw(st.sampled_from(("invisible", "mark", "twin", "case", "all")))
    written = []
    for char in attack:
        shown = char
        if kind in ("case", "all") and draw(st.booleans()):
            shown = shown.upper()
        if kind in ("twin", "all") and char in _TWINS and draw(st.booleans()):
            shown = draw(st.sampled_from(_TWINS[char]))
        written.append(shown)
        if kind in ("invisible", "all") and draw(st.integers(0, 3)) == 0:
            written.append(draw(st.sampled_from(_INVISIBLE)))
        if kind in ("mark", "all") and char.isalpha() and draw(st.integers(0, 3)) == 0:
            written.append(draw(st.sampled_from(_MARKS)))
    return attack, "".join(written)


@given(pair=_disguised())
def test_a_disguised_ask_is_no_better(pair: tuple[str, str], context: Context) -> None:
    """Zero width, bidi, marks, case and look-alike letters never lower what is held against it."""
    attack, disguised = pair
    assert _ORDER.index(_standing(disguised, context)) <= _ORDER.index(_standing(attack, context))


@given(text=st.sampled_from(_BENIGN), wrap=st.sampled_from(("upper", "lines", "quote", "spaces", "invisible", "twice")))
def test_a_wrapped_harmless_text_is_no_worse(text: str, wrap: str, context: Context) -> None:
    """In capitals, in a quotation, with hidden signs, said twice: it asks for nothing still."""
    wrapped = {
        "upper": text.upper(),
        "lines": f"\n\n{text}\n\n",
        "quote": f"“{text}”",
        "spaces": f"   {text}   ",
        "invisible": f"\u200b{text}\u200b",
        "twice": f"{text}\n{text}",
    }[wrap]
    against = (Standing.PROHIBITED, Standing.CONTRADICTED)
    assert _standing(text, context) not in against
    assert _standing(wrapped, context) not in against


@pytest.mark.parametrize("text", _ATTACKS)
def test_the_attacks_of_these_tests_are_found_as_they_are(text: str, context: Context) -> None:
    """Else nothing could be lowered."""
    assert _standing(text, context) is Standing.PROHIBITED
