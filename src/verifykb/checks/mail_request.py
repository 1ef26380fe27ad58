"""What a saved mail asks, shows and carries (964/TB-KBHG:27, 679/KBKH-KTNN:34).

1. Hidden text is read like visible text: it is there for filters, or for you to miss.
2. A form that asks for a password, or sends what is typed elsewhere, is an ask without words.
3. A part that could not be read is said; an attachment that was not read is named.
4. The office's own mailboxes, and the addresses in the head of a quoted mail, are nobody's other contact.
"""

import re
from collections.abc import Sequence

from verifykb.checks.request import read_words
from verifykb.directory.types import Directory
from verifykb.message.links import host_of, is_official_host
from verifykb.model.finding import Finding
from verifykb.model.mail import MailEvidence
from verifykb.model.mail_content import MailContent
from verifykb.rules import RULES

_MAX_ATTACHMENTS, _MAX_NAMED = 20, 5  # in a report; every one of them is looked at
_WEB = re.compile(r"(?:[a-z][a-z0-9+.\-]{0,20}:)?//", re.IGNORECASE)
# Two lines or more as mail programs copy them above a quoted mail.
_QUOTED_HEAD = re.compile(
    r"(?:^[ \t>*]*(?:from|to|cc|bcc|sent|date|subject|từ|đến|tới|ngày|chủ đề|đã gửi|người gửi|người nhận)[ \t]*\*?:"
    r"[^\n]{0,500}(?:\n|\Z)){2,}",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(r"(?:\[?mailto:)?[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]{1,64}@[A-Za-z0-9.\-]{1,253}\]?", re.IGNORECASE)


def assess_request(mails: Sequence[MailEvidence], directory: Directory, mailboxes: Sequence[str]) -> list[Finding]:
    """Read a mail and all that is attached to it.

    Args:
        mails: the mail and every mail attached to it.
        directory: the official contacts.
        mailboxes: the office's own, lower case.

    Returns:
        Findings of the axis `request`; none where nothing was found.
    """
    findings = []
    for mail in mails:
        content = mail.content
        text = _with_links(_without_own(content.text, mailboxes), content.links)
        findings += [_without_brackets(finding) for finding in read_words(text, "mail", directory)]
        if content.hidden_text.strip():
            findings += read_words(_without_own(content.hidden_text, mailboxes), "mail-hidden", directory)
        findings += _forms(content, directory)
        findings += _attachments(content)
        findings += [Finding(RULES["MSG014"], {"reason": reason}) for reason in dict.fromkeys(content.unread)]
    return _each_once(findings)


def _forms(content: MailContent, directory: Directory) -> list[Finding]:
    findings = []
    for target, asks_password in content.forms:
        values = {"quote": f"form → {target}", "where": "mail", "at": ""}
        if asks_password:
            findings.append(Finding(RULES["MSG001"], values))
        scheme = _WEB.match(target)
        if scheme and not is_official_host(host_of(target[scheme.end() :]), directory):
            findings.append(Finding(RULES["MSG003"], {**values, "trick": ""}))
    return findings


def _attachments(content: MailContent) -> list[Finding]:
    dangerous = [attachment for attachment in content.attachments if attachment.danger]
    findings = []
    for attachment in dangerous[:_MAX_ATTACHMENTS]:
        values = {"given": attachment.name or attachment.media_type, "danger": attachment.danger}
        findings.append(Finding(RULES["MSG015"], values))
    unread = [item.name or item.media_type for item in content.attachments if not (item.is_read or item.danger)]
    if unread:
        more = f" (+{len(unread) - _MAX_NAMED})" if len(unread) > _MAX_NAMED else ""
        findings.append(Finding(RULES["MSG017"], {"given": ", ".join(unread[:_MAX_NAMED]) + more}))
    return findings


def _each_once(findings: list[Finding]) -> list[Finding]:
    """Leave out what a second reading found again."""
    seen: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        key = finding.values.get("given") or finding.values.get("reason") or finding.values.get("trick", "")
        seen.setdefault((finding.rule.id, key), finding)
    return list(seen.values())


def _without_own(text: str, mailboxes: Sequence[str]) -> str:
    """Blank out addresses that are nobody's other contact; every place in the text stays what it is."""
    blanked = _QUOTED_HEAD.sub(lambda head: _ADDRESS.sub(_blank, head[0]), text)
    for mailbox in mailboxes:
        pattern = rf"(?<![A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~\-]){re.escape(mailbox)}(?![A-Za-z0-9\-]|\.[A-Za-z0-9])"
        blanked = re.sub(pattern, _blank, blanked, flags=re.IGNORECASE | re.ASCII)
    return blanked


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _with_links(text: str, links: Sequence[tuple[str, str]]) -> str:
    """Write the targets of links behind the text, as the reader of messages knows links."""
    lines = [f"[{_flat(shown)}]({_flat(target)})" for shown, target in links]
    return "\n".join([text, *dict.fromkeys(lines)])


def _without_brackets(finding: Finding) -> Finding:
    """Show a quoted link as ``text → target``."""
    quote = finding.values["quote"]
    if "](" not in quote:
        return finding
    return finding._replace(values={**finding.values, "quote": quote.replace("\n[", " ").replace("](", " → ")})


def _flat(text: str) -> str:
    return " ".join(text.split())
