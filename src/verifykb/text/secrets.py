"""Masks secrets that somebody pasted: passwords, PINs, OTPs, card and identity numbers.

1. A value is a secret by the word before it ("mật khẩu là …", "OTP 123456"), or for a one-time
   code behind it ("123456 là mã OTP"). Numbers of files, dates and amounts stay readable.
2. A mask has as many characters as what it covers, so that places in a text stay true.
3. Rather too much than too little: a report is read by more people than a message.
"""

import re
from functools import cache, lru_cache

MASK = "•"
_FILLER = (
    r"(?:\s{1,3}(?:của|cua|bên|ben|em|chị|chi|anh|tôi|toi|mình|minh|đơn vị|don vi|kế toán|ke toan|mới|moi|cũ|cu|"
    r"hiện tại|hien tai|dvc|dvctt|kbnn|dịch vụ công|dich vu cong|token|chữ ký số|chu ky so|smart|ngân hàng|ngan hang|"
    r"đăng nhập|dang nhap|email|mail|máy|may|xác thực|xac thuc|này|nay|đây|day|nè|ne|nhé|nhe|nha|ạ|a|số|so|"
    r"vừa|vua|nhận|nhan|được|duoc|your|my|the|code|number)){0,6}"
)
_LINK = r"(?:\s{0,3}(?:là|la|is|=|:|：|-|–|\()){0,3}\s{0,3}[\"'“‘«`]?"
_BEFORE_MIXED = r"mật\s?khẩu|mat\s?khau|m[aậ]tkh[aẩ]u|mkhau|mk|passw(?:or)?d|pass(?:code|word)?|pwd|pw"
_BEFORE_DIGITS = (
    r"mã\s?pin|ma\s?pin|pin|mã\s?otp|ma\s?otp|otp|mã\s?(?:xác\s?(?:thực|nhận|minh)|bảo\s?mật|kích\s?hoạt|khóa|khoá)|"
    r"ma\s?(?:xac\s?(?:thuc|nhan|minh)|bao\s?mat|kich\s?hoat|khoa)|cvv|cvc|"
    r"(?:số\s?|so\s?)?(?:thẻ|the)(?:\s(?:ngân hàng|ngan hang|atm|tín dụng|tin dung|visa|master))?|card(?:\s?number)?|"
    r"(?:số\s?|so\s?)?(?:cccd|căn\s?cước(?:\s?công\s?dân)?|can\s?cuoc(?:\s?cong\s?dan)?|cmnd|cmt|cmtnd|"
    r"định\s?danh|dinh\s?danh|hộ\s?chiếu|ho\s?chieu|passport)"
)
# A password: no white space, and something that words do not have: a digit, a sign, an odd capital.
_MIXED = r"(?=[^\s\x00-\x1f\x7f-\x9f]{0,63}(?:[0-9@#$%^&*!_+=~]|[a-zà-ỹ][A-Z]))[^\s\x00-\x1f\x7f-\x9f\"'”’»`,;]{3,64}"
_DIGITS = r"[0-9](?:[ .\-]?[0-9]){3,22}"
# None of these in a text, and there is nothing to cover.
_SIGN = re.compile(r"[0-9@#$%^&*_+=~]")
# The fewest that a secret of digits has.
_FOUR_DIGITS = re.compile(r"[0-9](?:[ .\-]?[0-9]){3}")
_DIGITS_OUT = str.maketrans("", "", "0123456789")
_SHORT = 40  # characters of an id, a code, a number
# Without one of these no word before a value names a secret: of any signs, of digits.
_KEYS_MIXED = ("khẩu", "khau", "mk", "pass", "pwd", "pw")
_KEYS_DIGITS = (
    "pin", "otp", "xác", "xac", "bảo mật", "bao mat", "hoạt", "hoat", "khóa", "khoá", "khoa", "cvv", "cvc", "thẻ",
    "the", "card", "cccd", "cước", "cuoc", "cmnd", "cmt", "danh", "chiếu", "chieu", "pass", "mã", "ma ",
)  # fmt: skip
_KEYS = (*_KEYS_MIXED, *_KEYS_DIGITS)


def masked(text: str) -> str:
    """Cover every secret of a text, a mask for each of its characters.

    Args:
        text: as it was written.
    """
    if _SIGN.search(text) is None:
        return text
    lower = text.lower()
    if len(text) <= _SHORT and not _names_one(lower.translate(_DIGITS_OUT)):
        return text
    mixed, digits, behind = _patterns()
    if [key for key in _KEYS_MIXED if key in lower]:
        text = mixed.sub(_cover, text)
    if _FOUR_DIGITS.search(text) is None:
        return text
    if [key for key in _KEYS_DIGITS if key in lower]:
        text = digits.sub(_cover, text)
    return behind.sub(_cover, text)


@lru_cache(maxsize=4096)
def _names_one(letters: str) -> bool:
    """Whether a short text names a kind of secret: ids, codes and numbers are many, their letters few."""
    return any(key in letters for key in _KEYS)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Give what finds secrets; compiled when first needed, most values hold none."""
    return (
        # Behind "=" it is a value itself: "dkim=pass header.d=…" tells no password.
        re.compile(rf"(?<![\w=])(?:{_BEFORE_MIXED})(?!\w){_FILLER}{_LINK}(?P<secret>{_MIXED})", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{_BEFORE_DIGITS})(?!\w){_FILLER}{_LINK}(?P<secret>{_DIGITS}(?!\w))", re.IGNORECASE),
        re.compile(
            r"(?<![\w.])(?P<secret>[0-9]{4,8})(?=\s{1,2}(?:là|la|is)\s{1,2}(?:mã|ma|mật|mat|otp|pin|your|the)\b)",
            re.IGNORECASE,
        ),
    )


def _cover(match: re.Match[str]) -> str:
    start, end = (at - match.start() for at in match.span("secret"))
    return match[0][:start] + MASK * (end - start) + match[0][end:]
