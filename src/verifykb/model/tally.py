"""What a whole log shows at a glance: counts by day, technique, imitated name and number.

1. Every count is of contacts; a contact counts once for each of its techniques.
2. Keys are raw: an attacker may have written them. Where there is no end of them, the rarest are
   dropped, and counts of those that come late are too low; `is_exact` says so.
"""

from collections import Counter
from typing import Any

from verifykb.model.verdict import Verdict

_NAMES = ("days", "rules", "imitated", "numbers", "channels")
_MAX_KEYS = 20_000  # of one kind: years of days, and more numbers than anybody reads


class Tally:
    """Counts that reports with a summary show.

    Attributes:
        days: contacts by day of contact (ISO 8601) and verdict; the day is empty where none was written.
        rules: contacts by id of each rule that prohibits or contradicts.
        imitated: contacts by the official name that their sender or link resembles.
        numbers: contacts that are contradicted or prohibited, by the phone number as written.
        channels: the same, by channel; empty where none was written.
        is_exact: no key was dropped.
    """

    def __init__(self) -> None:
        self.days: Counter[tuple[str, Verdict]] = Counter()
        self.rules: Counter[str] = Counter()
        self.imitated: Counter[str] = Counter()
        self.numbers: Counter[str] = Counter()
        self.channels: Counter[str] = Counter()
        self.is_exact = True

    def add(self, other: "Tally") -> None:
        """Add the counts of another part of the log."""
        self.is_exact = self.is_exact and other.is_exact
        for name in _NAMES:
            counts = getattr(self, name)
            counts.update(getattr(other, name))
            if len(counts) > _MAX_KEYS:
                self.is_exact = False
                kept = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[: _MAX_KEYS // 2]
                setattr(self, name, Counter(dict(kept)))

    def values(self) -> list[list[Any]]:
        """Give the counts as plain values: name, key and count of each."""
        return [[name, key, count] for name in _NAMES for key, count in getattr(self, name).items()] + (
            [] if self.is_exact else [["is_exact", "", 0]]
        )

    @classmethod
    def of(cls, values: list[list[Any]]) -> "Tally":
        """Give the counts that `values` gave."""
        tally = cls()
        for name, key, count in values:
            if name == "is_exact":
                tally.is_exact = False
            else:
                getattr(tally, name)[(key[0], Verdict(key[1])) if name == "days" else key] = count
        return tally
