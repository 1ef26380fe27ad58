"""Codes and numbers that stand in a saved mail: a code may fill its axis, a number may only accuse.

1. A code found in the mail counts where none was typed; two different ones contradict each other.
2. A phone number found in it never fills the phone axis; the treasury's own fax, called a fax, is no trick.
"""

import re
from collections.abc import Sequence
from datetime import date
from itertools import islice

from verifykb.checks import code, phone
from verifykb.directory.types import Directory
from verifykb.model.contact import Answer
from verifykb.model.finding import Finding
from verifykb.model.mail import MailEvidence
from verifykb.rules import RULES
from verifykb.text.space import WHITE_SPACE

_CODE = re.compile(r"(?<![A-Za-z0-9])[Ss][Dd][0-9]{6}-[0-9]{6}(?![A-Za-z0-9])(?!-[0-9])")
_NEAR_CODE = re.compile(
    r"(?<![A-Za-z0-9])[Ss][Dd][ \u00a0]?[0-9OolI]{5,7}[ \u00a0]?[-\u2010-\u2015_.][ \u00a0]?"
    r"[0-9OolI]{5,7}(?![A-Za-z0-9])"
)
_PHONE = re.compile(r"(?<![0-9A-Za-z@.\-])\+?[0-9(][0-9() .\-]{7,20}[0-9](?![0-9A-Za-z])")
_EXTENSION = re.compile(
    r"[\s,;.()\-\u2013]{0,4}(?:máy\s?lẻ|may\s?le|m\.\s?lẻ|lẻ|nhánh|nhanh|số\s?nội\s?bộ|ext\.?)\s?[:.]?\s?[0-9]{2,6}(?![0-9])",
    re.IGNORECASE,
)
_FAX_BEFORE = re.compile(r"fax\W{0,12}\Z", re.IGNORECASE)
_MAX_CODES, _MAX_PHONES = 20, 2000


def assess_code(
    typed: str, mails: Sequence[MailEvidence], day: date, directory: Directory, own_request: Answer
) -> tuple[Finding, ...]:
    """Judge the code typed, or the one that stands in the mail.

    Returns:
        Findings of the axis `code`.
    """
    found = codes_in("\n".join(mail.content.text for mail in mails))
    examples = directory.support.code.examples
    told = [text for text in found if text.upper() not in examples] or found
    given = typed.strip(WHITE_SPACE) or (told[0] if told else _near_code(mails))
    findings = code.assess(given, day, directory, own_request)
    others = [text for text in told if text.upper() != given.upper()]
    is_told = given.upper() in (text.upper() for text in found)
    if others and not (typed.strip(WHITE_SPACE) and is_told):
        findings = (*findings, Finding(RULES["COD012"], {"given": given, "in_mail": others[0]}))
    return findings


def codes_in(text: str) -> list[str]:
    """Give the request codes that stand in a text, in order, each once."""
    found: dict[str, str] = {}
    for match in _CODE.finditer(text):
        found.setdefault(match[0].upper(), match[0])
        if len(found) >= _MAX_CODES:
            break
    return list(found.values())


def _near_code(mails: Sequence[MailEvidence]) -> str:
    """Give what stands in a mail in the place of a code, and is none."""
    matches = (_NEAR_CODE.search(mail.content.text) for mail in mails)
    return next((match[0] for match in matches if match), "")


def assess_phones(mails: Sequence[MailEvidence], directory: Directory) -> tuple[Finding, ...]:
    """Accuse numbers in a mail that are made to be taken for the switchboard, or name no extension of it."""
    findings: dict[str, Finding] = {}
    for mail in mails:
        text = mail.content.text
        for match in islice(_PHONE.finditer(text), _MAX_PHONES):
            extension = _EXTENSION.match(text, match.end())
            shown = text[match.start() : extension.end() if extension else match.end()]
            is_fax = _FAX_BEFORE.search(text, max(0, match.start() - 20), match.start()) is not None
            for finding in phone.assess(shown, "", directory, Answer()):
                if _accuses(finding, directory, is_fax=is_fax):
                    findings.setdefault(shown, finding)
    return tuple(findings.values())


def _accuses(finding: Finding, directory: Directory, *, is_fax: bool) -> bool:
    if is_fax and finding.values.get("trick") == "fax":
        return False
    if finding.rule.id == "PHO006":  # the switchboard's digits under another country's code
        digits = re.sub(r"[^0-9]", "", finding.values["given"])
        return digits.endswith(directory.support.switchboard.number.removeprefix("0"))
    return finding.rule.accuses or finding.rule.id == "PHO008"
