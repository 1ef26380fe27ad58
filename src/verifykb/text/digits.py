"""Covers telephone numbers and other long numbers of people, in whatever way their digits are set apart.

1. Groups of digits are read left to right, and the first that fits is taken: an amount beside its
   currency, a mobile number, what stays readable (`digits_kept`), another telephone number, a long number.
   What fits nothing stays: extensions, short numbers, numbers of documents.
2. Nothing is decided by a digit that would be covered, so covering twice covers no more.
3. Every look ahead is bounded: the time grows with the length of the text.
"""

import re
from collections.abc import Collection

from verifykb.text.digit_groups import MASK, Groups, groups_of
from verifykb.text.digits_kept import amount_until, date_until, kept_until, mobile_until, published_until

_SHOWN_FIRST, _SHOWN_LAST = 4, 2
_FEWEST_DIGITS = 7  # of a number with a plus, the shortest that is covered
_FEWEST_NATIONAL = 9
_MOST_DIGITS = 17  # of a telephone number, 00 included (E.164)
_MOST_CARD_DIGITS = 19
_TIME_BEHIND = re.compile(r":\d|[hg]\d|\s?(?:h|giờ)\b")
# How many digits telephone numbers have, the likeliest first, by their first digits.
_LENGTHS = (
    (re.compile(r"\+842"), (12, 11, 10)),
    (re.compile(r"\+8402"), (13, 12, 11)),
    (re.compile(r"\+840"), (12, 13, 11)),
    (re.compile(r"\+84"), (11, 10, 12)),
    (re.compile(r"02"), (11, 10, 12, 13, 14, 15, 9)),
    (re.compile(r"0[^0]"), (10, 12, 11, 13, 14, 15, 9)),
    (re.compile(r"842"), (12,)),
    (re.compile(r"8402"), (13,)),
)


def cover_numbers(text: str, published: Collection[str]) -> str:
    """Cover the middle of every number of people in a text, a mask for each digit.

    Args:
        text: as it was written.
        published: numbers that stay readable, as digits with the trunk zero.
    """
    pieces, done = [], 0
    for groups in groups_of(text, _FEWEST_DIGITS):
        for start, end in _Reader(groups, published).places():
            pieces += [text[done:start], MASK * (end - start)]
            done = end
    return "".join((*pieces, text[done:])) if pieces else text


class _Reader:
    """Finds the numbers of one cluster."""

    def __init__(self, groups: Groups, published: Collection[str]) -> None:
        self._groups = groups
        self._published = published
        self._known: dict[int, tuple[int, bool]] = {}

    def places(self) -> list[tuple[int, int]]:
        """Give the places of the digits to cover."""
        at, places = 0, []
        while at < len(self._groups.digits):
            end, is_kept = self._first_look(at)
            if not end:
                end = self._telephone_until(at) or self._long_until(at)
            if end and not is_kept:
                places += _middle(self._groups.places[at:end])
            at = end or at + 1
        return places

    def _first_look(self, at: int) -> tuple[int, bool]:
        """Give where ends what is certain to begin here, and whether it stays readable; 0 for nothing.

        Each group is looked at once: it is where others that begin before it must end.
        """
        if at not in self._known:
            self._known[at] = self._certain(at)
        return self._known[at]

    def _certain(self, at: int) -> tuple[int, bool]:
        groups = self._groups
        kept = published_until(groups, at, self._published) or amount_until(groups, at, named=True)
        if kept:
            return kept, True
        mobile = self._mobile_until(at)
        if mobile:
            return mobile, False
        kept = kept_until(groups, at)
        return kept, bool(kept)

    def _mobile_until(self, at: int) -> int:
        end = mobile_until(self._groups, at)
        return 0 if end and self._has_date(at, end) else end

    def _has_date(self, at: int, end: int) -> bool:
        """Whether digits that would make a mobile number are a date, and what may stand behind it."""
        groups = self._groups
        dates = [first for first in range(at, end - 1) if date_until(groups, first)]
        has_slash = any(groups.before(first + 1) == "/" for first in dates)
        return has_slash or bool(dates and _TIME_BEHIND.match(groups.behind(end)))

    def _telephone_until(self, at: int) -> int:
        has_plus = "+" in self._groups.before(at)[-2:]
        if not has_plus and self._groups.digits[at][0] not in "08":
            return 0
        ends = self._ends(at, _MOST_DIGITS)
        longest = max(ends, default=0)
        if longest < (_FEWEST_DIGITS if has_plus else _FEWEST_NATIONAL):
            return 0
        start = "+" * has_plus + self._groups.first_digits(at, _SHOWN_FIRST)
        lengths = next((lengths for pattern, lengths in _LENGTHS if pattern.match(start)), ())
        for length in lengths:
            if length in ends:
                return ends[length]
        return ends[longest] if start.startswith(("+", "00")) else 0

    def _ends(self, at: int, most: int) -> dict[int, int]:
        """Give where a number may end, by how many digits it then has."""
        ends: dict[int, int] = {}
        for end, digits in self._groups.joined(at, most):
            if end - 1 > at and self._first_look(end - 1)[0]:
                break
            ends[len(digits)] = end
        return ends

    def _long_until(self, at: int) -> int:
        groups = self._groups
        if len(groups.digits[at]) >= _FEWEST_NATIONAL:
            return at + 1
        best, is_short = 0, True
        sign = groups.before(at + 1) if at + 1 < len(groups.digits) else ""
        for length, end in self._ends(at, _MOST_CARD_DIGITS).items():
            last = groups.digits[end - 1]
            if len(last) not in (3, 4, 6) or "\n" in sign or (end - 1 > at and groups.before(end - 1) != sign):
                break
            # 113, 114, 115 and their like set apart by blanks are no card.
            is_short = is_short and len(last) == 3 and last.startswith("1")  # noqa: PLR2004
            if end - at > 2 and length >= _FEWEST_NATIONAL and not is_short:  # noqa: PLR2004
                best = end
        return best


def _middle(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the places of the digits between the first and the last that stay."""
    digits = sum(end - start for start, end in places)
    found, seen = [], 0
    for start, end in places:
        first = start + max(0, _SHOWN_FIRST - seen)
        seen += end - start
        last = end - max(0, _SHOWN_LAST - (digits - seen))
        if first < last:
            found.append((first, last))
    return found
