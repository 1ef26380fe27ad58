"""Digits that belong to nobody and stay readable: published numbers, dates, amounts, request codes and the like.

Nothing in here holds for a group with a covered digit.
"""

import re
from collections.abc import Collection
from datetime import datetime

from verifykb.text.digit_groups import Groups

_FEWEST_PUBLISHED_DIGITS, _MOST_PUBLISHED_DIGITS = 9, 16  # without the trunk zero; 00 84 0 and the number
_ABROAD = ("00840", "0084", "840", "84")  # how a national number is written from abroad, the longest first
_CURRENCY_BEHIND = re.compile(
    r"[\s\u00a0]{0,2}(?:đồng(?!\s*(?:chí|nghiệp|bào|hồ|thời|ý)\b)|(?:vnđ|vnd|đ|usd|triệu|trieu|tỷ|nghìn|ngàn)\b|\$)",
    re.IGNORECASE,
)
_CURRENCY_BEFORE = re.compile(r"(?:\b(?:vnđ|vnd|usd|số tiền(?: là)?)[\s:\u00a0]{0,3}|\$)$", re.IGNORECASE)
_CODE_BEFORE = re.compile(r"(?<![^\W_])SD[ \-–]?$", re.IGNORECASE)
_THOUSANDS = (".", ",", " ", "\u00a0")
_POINTS = (".", ",")
_MOST_AMOUNT_GROUPS = 7
_HOTLINES = ("1900", "1800")
_YEARS = ("19", "20")
_PART_OF_CODE, _WHOLE_CODE = range(4, 9), range(10, 15)
# How a mobile number begins, and how many digits it has; told by what stays readable of it.
_MOBILE = tuple(
    (re.compile(start), length)
    for start, length in ((r"0[35789]", 10), (r"84[35789]", 11), (r"840[35789]", 12), (r"0084", 13))
)


def kept_until(groups: Groups, at: int) -> int:
    """Give the group behind what stays readable by its form; 0 where nothing of the kind begins here."""
    return (
        _code(groups, at)
        or date_until(groups, at)
        or _network_address(groups, at)
        or amount_until(groups, at)
        or _hotline(groups, at)
        or _timestamp(groups, at)
        or _years(groups, at)
    )


def published_until(groups: Groups, at: int, published: Collection[str]) -> int:
    """Give the group behind a published number in any spelling; 0 where none begins here.

    Args:
        groups: the cluster.
        at: the group that it begins with.
        published: numbers as digits with the trunk zero, among other texts.
    """
    for end, digits in groups.joined(at, _MOST_PUBLISHED_DIGITS):
        if len(digits) < _FEWEST_PUBLISHED_DIGITS:
            continue
        national = next((digits[len(code) :] for code in _ABROAD if digits.startswith(code)), "")
        # The trunk zero that Excel loses is what the reader must see is missing.
        if digits in published or f"0{digits}" in published or (national and f"0{national}" in published):
            return end
    return 0


def date_until(groups: Groups, at: int) -> int:
    """Give the group behind a date, or a month as 09/2026; 0 where none begins here."""
    if _is_month(groups, at):
        return at + 2
    end = at + 3
    parts = groups.digits[at:end]
    if len(parts) < 3 or not all(part.isdigit() for part in parts):  # noqa: PLR2004 - day, month, year
        return 0
    sign = groups.before(at + 1)
    if sign not in ("/", "-", ".") or groups.before(at + 2) != sign or _goes_on(groups, at, end, sign):
        return 0
    if len(parts[0]) == 4:  # noqa: PLR2004 - the year first
        parts.reverse()
    day, month, year = parts
    is_date = len(day) <= 2 and len(month) <= 2 and 1 <= int(day) <= 31 and 1 <= int(month) <= 12  # noqa: PLR2004
    return end if is_date and len(year) == 4 and year.startswith(_YEARS) else 0  # noqa: PLR2004


def _is_month(groups: Groups, at: int) -> bool:
    parts = groups.digits[at : at + 2]
    if len(parts) < 2 or not all(part.isdigit() for part in parts):  # noqa: PLR2004 - month and year
        return False
    month, year = parts
    is_month = len(month) <= 2 and 1 <= int(month) <= 12 and len(year) == 4 and year.startswith(_YEARS)  # noqa: PLR2004
    return is_month and groups.before(at + 1) == "/" and not _goes_on(groups, at, at + 2, "/")


def _goes_on(groups: Groups, at: int, end: int, sign: str) -> bool:
    """Whether the same sign sets more digits apart, before or behind."""
    before = at > 0 and groups.before(at) == sign
    return before or (end < len(groups.digits) and groups.before(end) == sign)


def _network_address(groups: Groups, at: int) -> int:
    end = at + 4
    parts = groups.digits[at:end]
    if len(parts) < 4 or _goes_on(groups, at, end, "."):  # noqa: PLR2004 - octets of an address
        return 0
    has_points = all(groups.before(part) == "." for part in range(at + 1, end))
    return end if has_points and all(_is_octet(part) for part in parts) else 0


def _is_octet(part: str) -> bool:
    return part.isdigit() and str(int(part[:4])) == part and int(part) <= 255  # noqa: PLR2004


def amount_until(groups: Groups, at: int, *, named: bool = False) -> int:
    """Give the group behind an amount of money; 0 where none begins here.

    Args:
        groups: the cluster.
        at: the group that it begins with.
        named: take only what has its currency beside it.
    """
    first = groups.digits[at]
    if first.startswith("0") or not first.isdigit():
        return 0
    sign = groups.before(at + 1) if at + 1 < len(groups.digits) else ""
    end = at + 1
    if sign in _THOUSANDS and len(first) <= 3:  # noqa: PLR2004 - a thousand
        most = min(len(groups.digits), at + _MOST_AMOUNT_GROUPS + 1)
        while end < most and groups.before(end) == sign and len(groups.digits[end]) == 3:  # noqa: PLR2004
            end += 1
    has_currency = bool(_CURRENCY_BEHIND.match(groups.behind(end)) or _CURRENCY_BEFORE.search(groups.before(at)))
    if end - at > _MOST_AMOUNT_GROUPS or not all(part.isdigit() for part in groups.digits[at:end]):
        return 0
    if has_currency:
        return end
    # 912.345.678 may be a mobile number that lost its zero.
    is_doubtful = end - at == 3 and len(first) == 3 and first[0] in "35789"  # noqa: PLR2004
    if named or end == at + 1 or sign not in _POINTS or is_doubtful or _goes_on(groups, at, end, sign):
        return 0
    return end


def _code(groups: Groups, at: int) -> int:
    """A request code, or what somebody meant as one, behind its SD; it never begins as a telephone number does."""
    first = groups.digits[at]
    if not (first.isdigit() and first.startswith(("1", "2"))) or not _CODE_BEFORE.search(groups.before(at)):
        return 0
    second = groups.digits[at + 1] if at + 1 < len(groups.digits) else ""
    if len(first) in _PART_OF_CODE and len(second) in _PART_OF_CODE and second.isdigit():
        return at + 1 if mobile_until(groups, at + 1) else at + 2
    return at + 1 if len(first) in _WHOLE_CODE else 0


def mobile_until(groups: Groups, at: int) -> int:
    """Give the group behind the digits of a mobile number, whatever else they may be; 0 where none begin here."""
    if groups.digits[at][0] not in "08":
        return 0
    start = groups.first_digits(at, 4)
    length = next((length for pattern, length in _MOBILE if pattern.match(start)), 0)
    return next((end for end, digits in groups.joined(at, length) if len(digits) == length), 0)


def _hotline(groups: Groups, at: int) -> int:
    if not groups.digits[at].startswith("1"):
        return 0
    ends = [end for end, digits in groups.joined(at, 10) if digits.startswith(_HOTLINES) and len(digits) in (8, 10)]
    return ends[-1] if ends and all(part.isdigit() for part in groups.digits[at : ends[-1]]) else 0


def _timestamp(groups: Groups, at: int) -> int:
    digits = groups.digits[at]
    form = {12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}.get(len(digits))
    if form is None or not digits.isdigit() or not digits.startswith(_YEARS):
        return 0
    try:
        datetime.strptime(digits, form)  # noqa: DTZ007 - only whether there is such a time
    except ValueError:
        return 0
    return at + 1


def _years(groups: Groups, at: int) -> int:
    end = at
    most = min(len(groups.digits), at + 4)
    while end < most and len(groups.digits[end]) == 4 and groups.digits[end].startswith(_YEARS):  # noqa: PLR2004
        end += 1
    return end if end - at > 1 and all(part.isdigit() for part in groups.digits[at:end]) else 0
