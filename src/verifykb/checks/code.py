"""The request code ``SDyymmdd-xxxxxx`` (964/TB-KBHG:30, 679/KBKH-KTNN:38).

1. ASCII digits and the letters S and D in either case; white space around it is trimmed,
   nothing else is repaired.
2. A good format is only a good format: there is no list, no checksum, no service to ask.
3. The date is a calendar date in Vietnam, compared with the day of contact.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache, lru_cache

from verifykb.directory.types import CodeScheme, Directory
from verifykb.model.contact import Answer
from verifykb.model.finding import Finding
from verifykb.rules import RULES
from verifykb.text.space import WHITE_SPACE

_FORM = r"[Ss][Dd]([0-9]{2})([0-9]{2})([0-9]{2})-([0-9]{6})"
_SERIAL_DIGITS = 6
_CENTURY = 2000  # the scheme is of 2021; yy cannot mean another century


def assess(code: str, received_on: date, directory: Directory, own_request: Answer) -> tuple[Finding, ...]:
    """Judge a request code.

    Args:
        code: the code as typed; empty or blank means that there was none.
        received_on: the day of contact in Vietnam.
        directory: the official contacts.
        own_request: whether the code came to us before, for a request we made.

    Returns:
        At least one finding of the axis `code`.
    """
    given = code.strip(WHITE_SPACE)
    if not given:
        return (Finding(RULES["COD001"]),)
    scheme = directory.support.code
    form = _form().fullmatch(given)
    if form is None:
        reason = _what_is_wrong(given)
        return (Finding(RULES["COD002"], {"given": given, "reason": reason}),)
    example = scheme.examples.get(given.upper())
    if example is not None:
        values = {"given": given, "printed_in": example.rpartition(":")[0]}
        return (Finding(RULES["COD005"], values, source=example),)
    year, month, day, serial = form.groups()
    issued = _issued_on(year + month + day)
    if issued is None:
        shown = f"{_CENTURY + int(year)}-{month}-{day}"
        return (Finding(RULES["COD003"], {"given": given, "date": shown}),)
    findings = _judge_date(given, issued, received_on, directory)
    if _is_placeholder(serial, directory.policy.placeholder_serials):
        findings.append(Finding(RULES["COD006"], {"given": given, "serial": serial}))
    if not findings:
        findings.append(Finding(RULES["COD009"], {"given": given, "date": issued.isoformat()}))
    if own_request.value is False:
        findings.append(Finding(RULES["COD011"], {"given": given}))
    if own_request.value:
        values = {"given": given, "evidence": own_request.evidence}
        findings.append(Finding(RULES["COD010"], values))
    return tuple(findings)


def outliner(directory: Directory) -> Callable[[str, date], object]:
    """Give what tells the outline of a code and a day of contact: what decides which rules they meet.

    Codes of one outline meet the same rules, besides those of the own request. A log has few outlines and many
    codes; a code of another form is its own outline.

    Args:
        directory: the official contacts.
    """
    fullmatch, scheme, policy = _form().fullmatch, directory.support.code, directory.policy

    def outline(code: str, received_on: date) -> object:
        given = code.strip(WHITE_SPACE)
        if fullmatch(given) is None or given.upper() in scheme.examples:
            return given
        issued = _issued_on(given[2:8])
        serial = given[-_SERIAL_DIGITS:]
        is_placeholder = serial in _runs() or serial in policy.placeholder_serials
        return issued and (_met_by_date(issued, received_on, scheme, policy.max_age_days), is_placeholder)

    return outline


def is_of_form(given: str) -> bool:
    """Whether a code has the published form."""
    return _form().fullmatch(given) is not None


def _judge_date(given: str, issued: date, received_on: date, directory: Directory) -> list[Finding]:
    scheme, limit = directory.support.code, directory.policy.max_age_days
    findings, shown = [], issued.isoformat()
    for rule in _met_by_date(issued, received_on, scheme, limit):
        if rule == "COD004":
            values = {"date": shown, "day": received_on.isoformat()}
        elif rule == "COD013":
            values = {"date": shown, "first_published": scheme.first_published.isoformat()}
        else:
            values = {"age_days": str((received_on - issued).days), "max_age_days": str(limit)}
        findings.append(Finding(RULES[rule], {"given": given, **values}))
    return findings


def _met_by_date(issued: date, received_on: date, scheme: CodeScheme, max_age_days: int) -> tuple[str, ...]:
    """Give the rules that a code's date meets."""
    if issued > received_on:
        return ("COD004",)
    is_early, is_old = issued < scheme.first_published, (received_on - issued).days > max_age_days
    return (*(("COD013",) if is_early else ()), *(("COD007",) if is_old else ()))


@lru_cache(maxsize=1 << 14)
def _issued_on(yymmdd: str) -> date | None:
    """Give the calendar date of a code; None where there is no such date."""
    try:
        return date(_CENTURY + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:]))
    except ValueError:
        return None


def _is_placeholder(serial: str, listed: frozenset[str]) -> bool:
    return serial in _runs() or serial in listed


@cache
def _runs() -> frozenset[str]:
    """Give the serials that repeat a digit or count up or down: 111111, 123456, 654321, across the 9 as well."""
    return frozenset(
        "".join(str((first + step * at) % 10) for at in range(_SERIAL_DIGITS))
        for first in range(10)
        for step in (0, 1, -1)
    )


@cache
def _form() -> re.Pattern[str]:
    return re.compile(_FORM)


# Tried in this order; the first that is found is the most helpful thing to say.
_DEFECTS = (
    ("hidden-characters", "[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"),
    ("not-ascii", r"[^\x00-\x7f]"),
    ("pattern-not-code", r"(?i)yymmdd"),
    ("white-space-inside", r"\s"),
    ("prefix-not-sd", r"\A(?![Ss][Dd])"),
    ("dash-missing", r"\A[^-]*\Z"),
    ("letters-among-digits", r"\A..[^A-Za-z]*[A-Za-z]"),
)


def _what_is_wrong(given: str) -> str:
    for reason, pattern in _DEFECTS:
        if re.search(pattern, given):
            return reason
    return "wrong-length"
