"""The phone number and extension against the published switchboard (964/TB-KBHG:15).

1. Equality with the switchboard is exact, digit for digit, after reading the spelling.
2. A number that is real, or unknown to libphonenumber, is still not the switchboard:
   "invalid" never means "scam", "valid" never means "ours".
3. An inbound number only supports: caller ID is forged with ease. Only a call that we
   placed to the directory's number proves (`called_back`), and beside another number it
   proves nothing.
"""

import re

from verifykb.checks.phone_number import Unreadable, WrittenNumber, read_extensions, read_number
from verifykb.directory.types import Directory, Switchboard
from verifykb.model.contact import Answer
from verifykb.model.finding import Finding
from verifykb.rules import RULES
from verifykb.text.space import WHITE_SPACE

# Mobile numbers since 2018-09-15, and the eleven-digit ones before (treasury facts, section 5).
_MOBILE = r"0[35789][0-9]{8}|01[2689][0-9]{8}"
_DATE_OR_CODE = r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|(?i:sd)\d{6}-\d{6}"
_NUMBER_INSIDE = r"\d(?:[\s.()\u2010-\u2015\-]{0,3}\d){6,}"
_NEAR_EDITS = 2  # the treasury's fax differs from the switchboard in its last two digits


def assess(phone: str, extension: str, directory: Directory, called_back: Answer) -> tuple[Finding, ...]:
    """Judge a phone number and its extension.

    Args:
        phone: the number as shown or typed, possibly with an extension; blank means none.
        extension: the extension where it has a field of its own.
        directory: the official contacts.
        called_back: whether we dialled the directory's number ourselves.

    Returns:
        At least one finding of the axis `phone`.
    """
    switchboard = directory.support.switchboard
    given = phone.strip(WHITE_SPACE)
    if not given:
        unlisted = _unlisted(read_extensions(extension), switchboard)
        return (*_without_number(switchboard, called_back), *unlisted)
    read = read_number(given)
    if isinstance(read, Unreadable):
        return (Finding(RULES["PHO002"], {"given": given, "reason": read.reason}),)
    if read.national not in (switchboard.number, switchboard.retired):
        return (_another_number(given, read, switchboard),)
    extensions = (*read_extensions(read.extension), *read_extensions(extension))
    wrong = _unlisted(extensions, switchboard)
    values = {"given": given, "published": switchboard.number}
    if read.national == switchboard.retired:
        return (Finding(RULES["PHO011"], values), *wrong)
    findings = list(wrong) or [Finding(RULES["PHO009"], {"given": given})]
    if not (extensions or _tells_extension(switchboard, called_back)):
        findings.append(Finding(RULES["PHO007"]))
    findings += _called_back(switchboard, called_back)
    return tuple(findings)


def answer_outline(called_back: Answer, directory: Directory) -> tuple[bool, bool]:
    """Give what of an answer decides which rules a number meets; the rest is only repeated.

    Args:
        called_back: whether we dialled the directory's number ourselves.
        directory: the official contacts.
    """
    switchboard = directory.support.switchboard
    return bool(_called_back(switchboard, called_back)), _tells_extension(switchboard, called_back)


def _tells_extension(switchboard: Switchboard, called_back: Answer) -> bool:
    return any(listed in called_back.evidence for listed in switchboard.extensions)


def _without_number(switchboard: Switchboard, called_back: Answer) -> tuple[Finding, ...]:
    return _called_back(switchboard, called_back) or (Finding(RULES["PHO001"]),)


def _called_back(switchboard: Switchboard, called_back: Answer) -> tuple[Finding, ...]:
    if not called_back.value or _names_another_number(called_back.evidence, switchboard):
        return ()
    values = {"published": switchboard.number, "evidence": called_back.evidence}
    return (Finding(RULES["PHO010"], values),)


def _names_another_number(evidence: str, switchboard: Switchboard) -> bool:
    """Whether the evidence of a call back names numbers, and none of them is the switchboard."""
    text = re.sub(_DATE_OR_CODE, " ", evidence)
    numbers = [re.sub(r"\D", "", number) for number in re.findall(_NUMBER_INSIDE, text)]
    ours = switchboard.number.removeprefix("0")
    spellings = (f"0{ours}", f"{switchboard.country_code}{ours}", f"00{switchboard.country_code}{ours}")
    return bool(numbers) and not any(number.startswith(spellings) for number in numbers)


def _unlisted(extensions: tuple[str, ...], switchboard: Switchboard) -> tuple[Finding, ...]:
    return tuple(
        Finding(RULES["PHO008"], {"given": given})
        for given in dict.fromkeys(extensions)
        if given not in switchboard.extensions
    )


def _another_number(given: str, read: WrittenNumber, switchboard: Switchboard) -> Finding:
    values = {"given": given, "published": switchboard.number}
    if read.foreign:
        return Finding(RULES["PHO006"], {**values, "country_code": _country_code(read.foreign)})
    if re.fullmatch(_MOBILE, read.national):
        return Finding(RULES["PHO005"], values)
    if read.national == switchboard.fax:
        return Finding(RULES["PHO004"], {**values, "trick": "fax"}, source=switchboard.fax_source[0])
    if _is_near(read.national, switchboard.number):
        return Finding(RULES["PHO004"], {**values, "trick": "near-number"})
    return Finding(RULES["PHO003"], values)


def _is_near(number: str, published: str) -> bool:
    from rapidfuzz.distance import OSA

    return OSA.distance(number, published, score_cutoff=_NEAR_EDITS) <= _NEAR_EDITS


def _country_code(digits: str) -> str:
    """Give the country code of an international number, or its first digits where none is."""
    import phonenumbers

    try:
        return str(phonenumbers.parse(f"+{digits}").country_code)
    except phonenumbers.NumberParseException:
        return digits[:3]
