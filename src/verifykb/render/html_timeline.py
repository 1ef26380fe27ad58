"""Contacts over time for the HTML report: columns by day, week, month or year, a strip per verdict.

1. The unit is the smallest that needs at most `MAX_COLUMNS` columns from the first to the last day.
2. Days without a contact are columns, too: a pause is seen. Only where even years are too many (a
   year mistyped as 1026) are empty ones left out.
3. Every dated contact is in exactly one column, or counted as earlier.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from verifykb.model.verdict import Verdict
from verifykb.render.html_words import Words

MAX_COLUMNS = 60
_FULL = 100.0  # height of the tallest column, in units of the drawing
_LEAST = 4.0  # height that one contact among thousands keeps, so that it is seen
_MONTHS = 12


class Column(NamedTuple):
    """One span of time.

    Args:
        label: its first day, or its month or year.
        counts: contacts by verdict.
    """

    label: str
    counts: Mapping[Verdict, int]

    @property
    def total(self) -> int:
        """How many contacts there were."""
        return sum(self.counts.values())


class Bar(NamedTuple):
    """One column of a strip: place and height in units of the drawing, and what it says."""

    x: int
    height: float
    label: str


class Strip(NamedTuple):
    """The columns of one verdict.

    Args:
        verdict: of these contacts.
        total: how many they are.
        peak: the most in one column, in words.
        bars: columns with at least one contact.
    """

    verdict: Verdict
    total: int
    peak: str
    bars: tuple[Bar, ...]


class Timeline(NamedTuple):
    """The whole drawing, and the numbers it was drawn from.

    Args:
        unit: ``day``, ``week``, ``month``, ``year``, or ``few_years`` where empty years are left out.
        columns: in order of time.
        strips: a verdict each, worst first; only verdicts that were given.
        undated: contacts without a day.
        earlier: contacts of years before the first column.
    """

    unit: str
    columns: tuple[Column, ...]
    strips: tuple[Strip, ...]
    undated: int
    earlier: int

    @property
    def marks(self) -> tuple[str, ...]:
        """What is written below the columns: the first, the middle and the last."""
        places = sorted({0, len(self.columns) // 2, len(self.columns) - 1})
        return tuple(self.columns[place].label for place in places)

    @property
    def width(self) -> str:
        """How wide the drawing may become, so that few columns stay columns."""
        sizes = ((7, "few"), (20, "some"))
        return next((name for most, name in sizes if len(self.columns) <= most), "many")


def timeline_of(days: Mapping[tuple[str, Verdict], int], words: Words) -> Timeline | None:
    """Put counts by day into columns.

    Args:
        days: contacts by day (ISO 8601, or empty) and verdict.
        words: of the page.

    Returns:
        None where no contact has a day.
    """
    dated: Counter[tuple[date, Verdict]] = Counter()
    undated = 0
    for (text, verdict), count in days.items():
        day = _day(text)
        if day is None:
            undated += count
        else:
            dated[day, verdict] += count
    if not dated:
        return None
    unit, counts = _grouped(dated)
    places = range(min(counts), max(counts) + 1)
    if len(places) > MAX_COLUMNS:
        unit, shown = "few_years", sorted(counts)[-MAX_COLUMNS:]
    else:
        shown = list(places)
    columns = tuple(Column(_label(unit, place, words), counts.get(place, {})) for place in shown)
    all_dated = sum(dated.values())
    return Timeline(unit, columns, _strips(columns, words), undated, all_dated - sum(item.total for item in columns))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _grouped(dated: Mapping[tuple[date, Verdict], int]) -> tuple[str, dict[int, Counter[Verdict]]]:
    """Count by the smallest unit that gives few enough columns, else by year."""
    units: dict[str, Callable[[date], int]] = {
        "day": date.toordinal,
        "week": lambda day: (day.toordinal() - 1) // 7,  # 0001-01-01 was a Monday
        "month": lambda day: day.year * _MONTHS + day.month - 1,
        "year": lambda day: day.year,
    }
    first, last = min(day for day, _ in dated), max(day for day, _ in dated)
    unit = next((name for name, place in units.items() if place(last) - place(first) < MAX_COLUMNS), "year")
    counts: dict[int, Counter[Verdict]] = {}
    for (day, verdict), count in dated.items():
        counts.setdefault(units[unit](day), Counter())[verdict] += count
    return unit, counts


def _label(unit: str, place: int, words: Words) -> str:
    if unit == "day":
        return words.day(date.fromordinal(place).isoformat())
    if unit == "week":
        return words.day(date.fromordinal(place * 7 + 1).isoformat())
    if unit == "month":
        return f"{place % _MONTHS + 1:02}/{place // _MONTHS}"
    return str(place)


def _strips(columns: tuple[Column, ...], words: Words) -> tuple[Strip, ...]:
    tallest = max(max(column.counts.values(), default=0) for column in columns)
    return tuple(
        _strip(verdict, columns, tallest, words)
        for verdict in Verdict
        if any(column.counts.get(verdict) for column in columns)
    )


def _strip(verdict: Verdict, columns: tuple[Column, ...], tallest: int, words: Words) -> Strip:
    counted = [(place, column, column.counts.get(verdict, 0)) for place, column in enumerate(columns)]
    bars = tuple(
        Bar(place, round(max(_LEAST, _FULL * count / tallest), 1), f"{column.label}: {words.number(count)}")
        for place, column, count in counted
        if count
    )
    _, top, most = max(counted, key=lambda item: item[2])
    return Strip(verdict, sum(count for *_, count in counted), words("peak", count=most, when=top.label), bars)
