"""What every judgement is made against: the directory, the clock that was passed in, the office's settings."""

from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

from verifykb.config import Settings
from verifykb.directory.types import Directory
from verifykb.model.contact import Contact

# Vietnam has had no summer time and no other offset since 1975; zoneinfo would need data files.
VIETNAM = timezone(timedelta(hours=7), "+07:00")


class Context(NamedTuple):
    """The directory, the real clock, and the time that was asked for instead of it.

    Args:
        directory: the official contacts.
        now: the real clock, aware.
        at: replaces "now" for the day of contact and the age of the directory; aware.
        settings: what the office has settled.
    """

    directory: Directory
    now: datetime
    at: datetime | None = None
    settings: Settings = Settings()

    def _aware(self) -> tuple[datetime, ...]:
        """Give the clocks: the asked time, then the real one.

        Raises:
            ValueError: one of them has no time zone, so its day is not known.
        """
        clocks = (self.at, self.now) if self.at else (self.now,)
        if any(moment.tzinfo is None for moment in clocks):
            msg = "a time without a time zone"
            raise ValueError(msg)
        return clocks

    def day_of(self, contact: Contact) -> date:
        """Give the day of contact in Vietnam."""
        return (contact.received_at or self._aware()[0]).astimezone(VIETNAM).date()

    def days_of_review(self) -> tuple[date, ...]:
        """Give the days at which the directory must still be current."""
        return tuple(moment.astimezone(VIETNAM).date() for moment in reversed(self._aware()))
