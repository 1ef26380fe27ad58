"""What a saved mail says: codes that may fill the code axis, words and attachments that may only accuse.

1. A code found in the mail counts where none was typed; two different ones contradict each other.
2. A phone number found in it never fills the phone axis.
3. Hidden text is read like visible text: it is there for filters, or for you to miss.
4. A part that could not be read is said; silence is no consent.
"""

import re
from collections.abc import Sequence
from datetime import date

from verifykb.checks import code, phone
from verifykb.checks.request import read_words
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
_MAX_CODES, _MAX_PHONES, _MAX_LINKS, _MAX_ATTACHMENTS = 20, 50, 500, 20


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
    """Accuse numbers in a mail that are made to be taken for the switchboard."""
    findings: dict[str, Finding] = {}
    for mail in mails:
        for match in list(_PHONE.finditer(mail.content.text))[:_MAX_PHONES]:
            for finding in phone.assess(match[0], "", directory, Answer()):
                if finding.rule.accuses:
                    findings.setdefault(match[0], finding)
    return tuple(findings.values())


def assess_request(mails: Sequence[MailEvidence], directory: Directory) -> list[Finding]:
    """Read what a mail asks, shows and carries."""
    findings = []
    for mail in mails:
        content = mail.content
        words = read_words(_with_links(content.text, content.links), "mail", directory)
        findings += [_without_brackets(finding) for finding in words]
        if content.hidden_text.strip():
            findings += read_words(content.hidden_text, "mail-hidden", directory)
        dangerous = [attachment for attachment in content.attachments if attachment.danger]
        for attachment in dangerous[:_MAX_ATTACHMENTS]:
            values = {"given": attachment.name or attachment.media_type, "danger": attachment.danger}
            findings.append(Finding(RULES["MSG015"], values))
        findings += [Finding(RULES["MSG014"], {"reason": reason}) for reason in dict.fromkeys(content.unread)]
    return _each_once(findings)


def _each_once(findings: list[Finding]) -> list[Finding]:
    """Leave out what a second reading found again."""
    seen: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        key = finding.values.get("given") or finding.values.get("reason") or finding.values.get("trick", "")
        seen.setdefault((finding.rule.id, key), finding)
    return list(seen.values())


def _with_links(text: str, links: Sequence[tuple[str, str]]) -> str:
    """Write the targets of links behind the text, as the reader of messages knows links."""
    lines = [f"[{_flat(shown)}]({_flat(target)})" for shown, target in links[:_MAX_LINKS]]
    return "\n".join([text, *dict.fromkeys(lines)])


def _without_brackets(finding: Finding) -> Finding:
    """Show a quoted link as ``text → target``."""
    quote = finding.values["quote"]
    if "](" not in quote:
        return finding
    return finding._replace(values={**finding.values, "quote": quote.replace("\n[", " ").replace("](", " → ")})


def _flat(text: str) -> str:
    return " ".join(text.split())
