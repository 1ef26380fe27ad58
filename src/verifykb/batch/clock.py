"""Tables that keep day and time of day in two columns ("Ngày" and "Giờ"), read as one time of contact.

The time of day decides no verdict: where it cannot be read, the day stands alone.
"""

import re
from collections.abc import Sequence

from verifykb.batch.columns import header_key
from verifykb.batch.record import column_of
from verifykb.batch.records import read_time
from verifykb.text.nfc import nfc
from verifykb.text.space import WHITE_SPACE

CLOCK = "clock"
"""What the second column is called while a table is read; it is no column of a record."""
_HEADERS = frozenset(
    map(
        header_key,
        "giờ, giờ nhận, giờ gọi, giờ liên hệ, giờ liên lạc, giờ tiếp nhận, thời điểm, thời gian, time, hour".split(
            ", "
        ),
    )
)
_TIME = re.compile(
    r"(?:lúc )?([0-9]{1,2})(?:(?::| ?h| ?g| ?giờ) ?([0-9]{2})(?::([0-9]{2})|[pP']| ?phút)?| ?h| ?g| ?giờ)"
    r"(?: ?(AM|PM|SA|CH|sáng|trưa|chiều|tối))?",
    re.IGNORECASE,
)
_AFTER_NOON = frozenset(["pm", "ch", "trưa", "chiều", "tối"])
_NOON = 12
_BEFORE_NOON = 10  # "11h30 trưa" is before it, "1h trưa" after it


def clock_at(names: Sequence[str]) -> int:
    """Give which column of a table holds the time of day beside one of days; -1 where there is none."""
    times = [at for at, name in enumerate(names) if column_of(name) == "received_at"]
    clocks = [at for at in times if header_key(names[at]) in _HEADERS]
    return clocks[0] if len(times) == 2 and len(clocks) == 1 else -1  # noqa: PLR2004 - a day and a time of day


def with_clock(day: str, clock: str) -> str:
    """Put the time of day from one cell behind the day from another.

    Args:
        day: as written.
        clock: as written; 9:30, 9h30, 9 giờ 30 phút, 2:30 CH.

    Returns:
        Both, where each is what its column says; else the day, or where that is blank, a whole time from the
        column of the clock; as written.
    """
    written = nfc(day).strip(WHITE_SPACE)
    if not written:
        return clock if read_time(clock) else day
    time = _TIME.fullmatch(nfc(clock).strip(WHITE_SPACE))
    if not time:
        return day
    hour, half = int(time[1]), (time[4] or "").lower()
    if half in _AFTER_NOON and hour < _NOON and not (half == "trưa" and hour >= _BEFORE_NOON):
        hour += _NOON
    elif half in ("am", "sa") and hour == _NOON:
        hour = 0
    both = f"{written} {hour:02}:{time[2] or '00'}:{time[3] or '00'}"
    return both if read_time(both) else day


def with_one_time(cells: dict[str, str]) -> dict[str, str]:
    """Give the cells of a row, with day and time of day in one of them."""
    if CLOCK in cells:
        cells["received_at"] = with_clock(cells.get("received_at", ""), cells.pop(CLOCK))
    return cells
