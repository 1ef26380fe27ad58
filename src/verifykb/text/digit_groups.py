"""The digits of a text in groups, with what sets them apart. Nothing is decided here.

1. Groups that blanks, points, dashes, brackets or characters that nobody sees set apart belong together.
2. A covered digit (`MASK`) is a digit whose value nobody knows.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

MASK = "•"
_HIDDEN = (
    "\\x00-\\x1f\\x7f-\\x9f\\xad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u20e3\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef"
)
_BETWEEN = rf"[\s.\-_()/\\+·*~|\u2010-\u2015\u2212{_HIDDEN}]"
_CLUSTER = re.compile(rf"[\d{MASK}](?:(?:{_BETWEEN}{{1,4}}|,)?[\d{MASK}])*")
_GROUP = re.compile(rf"[\d{MASK}]+")
_BESIDE_CHARACTERS = 16  # of the text before and behind a cluster: room for a currency


class Groups(NamedTuple):
    """Groups of digits that stand close together.

    Args:
        text: the text they stand in.
        places: where each group begins and ends in it.
        digits: each group in ASCII digits, `MASK` where a digit is covered.
    """

    text: str
    places: list[tuple[int, int]]
    digits: list[str]

    def before(self, at: int) -> str:
        """Give what stands right before a group."""
        start = self.places[at][0]
        return self.text[self.places[at - 1][1] if at else max(0, start - _BESIDE_CHARACTERS) : start]

    def behind(self, end: int) -> str:
        """Give what stands right behind the group before `end`."""
        last = self.places[end - 1][1]
        return self.text[last : last + _BESIDE_CHARACTERS]

    def joined(self, at: int, most: int) -> Iterator[tuple[int, str]]:
        """Give the digits from a group on, up to each end of a group.

        Args:
            at: the first group.
            most: how many digits at most.
        """
        digits = ""
        for end in range(at, len(self.digits)):
            if len(digits) + len(self.digits[end]) > most:
                return
            digits += self.digits[end]
            yield end + 1, digits

    def first_digits(self, at: int, count: int) -> str:
        """Give the first digits from a group on."""
        digits = ""
        for group in self.digits[at : at + count]:
            digits += group[:count]
        return digits[:count]


def groups_of(text: str, fewest: int) -> Iterator[Groups]:
    """Give the clusters of groups of a text.

    Args:
        text: as it was written.
        fewest: leave out clusters with fewer digits.
    """
    for cluster in _CLUSTER.finditer(text):
        start, end = cluster.span()
        if end - start < fewest:
            continue
        places = [found.span() for found in _GROUP.finditer(text, start, end)]
        yield Groups(text, places, [_ascii(text[first:last]) for first, last in places])


def _ascii(group: str) -> str:
    if group.isascii():
        return group
    return "".join(char if char == MASK else str(unicodedata.decimal(char)) for char in group)
