"""What a cell of a workbook says, as text; runs in the limited process only.

Numbers are written with the 15 digits that a spreadsheet keeps; which numbers are days, and which days they
are, openpyxl knows.
"""

import math
import re
from datetime import datetime, time, timedelta
from decimal import Decimal

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

# ECMA-376 part 1, 18.8.30: formats of days that only the East Asian editions have; WPS Office writes them too.
_EAST_ASIAN_DAYS = frozenset({*range(27, 37), *range(50, 59)})
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_DIGITS_KEPT = 15


def day_kind(format_id: int, formats: dict[int, str]) -> str:
    """Say what numbers of a format are: ``day`` (perhaps with a time), ``duration``, or nothing special.

    Args:
        format_id: of the number format.
        formats: those that the workbook defines itself.
    """
    code = formats.get(format_id, BUILTIN_FORMATS.get(format_id, ""))
    if is_timedelta_format(code):
        return "duration"
    return "day" if is_date_format(code) or (not code and format_id in _EAST_ASIAN_DAYS) else ""


def number_text(written: str) -> str:
    """Write a number as a person would: no exponent, no trailing zeros; empty where it is none."""
    if written.isascii() and written.isdigit() and len(written) <= _DIGITS_KEPT:
        return str(int(written))
    try:
        number = float(written)
    except ValueError:
        return ""
    if not math.isfinite(number):
        return ""
    shown = format(Decimal(f"{number:.{_DIGITS_KEPT}g}"), "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def day_text(written: str, kind: str, *, since_1904: bool) -> str:
    """Write the day, the time, or both, that a number stands for, in ISO 8601; empty where it stands for none.

    Args:
        written: the number.
        kind: of `day_kind`.
        since_1904: whether days are counted from 1904.
    """
    epoch = MAC_EPOCH if since_1904 else WINDOWS_EPOCH
    try:
        moment = from_excel(float(written), epoch, timedelta=kind == "duration")
    except (ValueError, OverflowError):
        return ""
    if isinstance(moment, timedelta):
        minutes, seconds = divmod(round(moment.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(moment, time):
        return moment.isoformat(timespec="seconds")
    if not isinstance(moment, datetime):
        return ""
    try:
        whole = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    except OverflowError:
        return ""
    return whole.date().isoformat() if whole.time() == time() else whole.isoformat()


def unescaped(text: str) -> str:
    """Read the escapes of characters that XML cannot hold, as Excel does (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    paired = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _LONE_SURROGATE.sub("\ufffd", paired)
