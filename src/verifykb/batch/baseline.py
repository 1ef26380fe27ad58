"""Known contacts whose findings were looked at and accepted.

1. A baseline changes no verdict and no standing: it only says that a finding need not fail the run.
2. What is accepted is one rule of one contact, by somebody, for a reason, up to a day; from the day after it
   counts again, in Vietnam.
3. Nothing is hashed for a contact none of whose rules were ever accepted.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Self

from verifykb.batch.baseline_file import ACCEPTABLE, Accepted, read_baseline_file
from verifykb.batch.contact_fingerprint import fingerprint
from verifykb.model.finding import Finding
from verifykb.model.report import Judgement

__all__ = ["Accepted", "Baseline", "last_day"]

_LONGEST_DAYS = 366  # a year: who still accepts it then can look again


def last_day(today: date, clock: date | None = None) -> date:
    """Give the last day that an acceptance may end on.

    Args:
        today: the day of the run.
        clock: the real day, where the run is as of another time.
    """
    return max(today, clock or today) + timedelta(days=_LONGEST_DAYS)


class Baseline:
    """What was accepted, as of the day of a run.

    Args:
        key: 64 hexadecimal digits, of this baseline alone.
        accepted: its entries; no two of one contact and rule.
        today: the day of the run, in Vietnam.
    """

    def __init__(self, key: str, accepted: Iterable[Accepted], today: date) -> None:
        self.key = key
        self.today = today
        self.accepted = tuple(accepted)
        self._entries = {(entry.contact, entry.rule): entry for entry in self.accepted}
        self._rules = {entry.rule for entry in self.accepted}
        self._octets = bytes.fromhex(key)
        self._met_expired: set[Accepted] = set()
        self._last: tuple[Judgement | None, str] = (None, "")

    @classmethod
    def load(cls, path: str, today: date, clock: date | None = None) -> Self:
        """Read a baseline.

        Args:
            path: its file.
            today: the day of the run, in Vietnam: that of ``--at``, or the real one.
            clock: the real day, where ``--at`` gave another: what it may accept by now was not too long then.

        Raises:
            InputError: the file is missing, unreadable, or not exactly a baseline.
        """
        return cls(*read_baseline_file(path, last_day(today, clock)), today)

    @property
    def expired(self) -> int:
        """How many expired entries `accepts` has met so far."""
        return len(self._met_expired)

    def fingerprint(self, judgement: Judgement) -> str:
        """Give the fingerprint of a contact under this baseline's key; empty where its mail could not be read."""
        if self._last[0] is not judgement:
            self._last = (judgement, fingerprint(judgement, self._octets))
        return self._last[1]

    def accepts(self, judgement: Judgement, finding: Finding) -> str:
        """Give why a finding of a contact is accepted.

        Returns:
            ``reason (author, 2027-01-01)``, not yet made safe to print; empty where it counts.
        """
        entry = self._entry(judgement, finding)
        if entry is None:
            return ""
        if entry.expires < self.today:
            self._met_expired.add(entry)
            return ""
        return f"{entry.reason} ({entry.author}, {entry.expires.isoformat()})"

    def expired_for(self, judgement: Judgement, finding: Finding) -> Accepted | None:
        """Give the entry that accepted a finding until it expired; None where there is none."""
        entry = self._entry(judgement, finding)
        return entry if entry and entry.expires < self.today else None

    def _entry(self, judgement: Judgement, finding: Finding) -> Accepted | None:
        if finding.rule.id not in self._rules or finding.effect not in ACCEPTABLE:
            return None  # nearly always: nothing was hashed
        return self._entries.get((self.fingerprint(judgement), finding.rule.id))
