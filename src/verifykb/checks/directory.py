"""Whether the directory itself can still be relied on, for the service that is claimed.

1. Past its review date, by the real clock or by ``--at``, nothing can be `verified`:
   DIR002 only supports.
2. A real clock before the day of issue is a wrong clock, so the age is not known: DIR002.
3. A service without a published contact lacks, whatever else fits.
"""

from collections.abc import Sequence
from datetime import date

from verifykb.checks.phone_number import WrittenNumber, read_extensions, read_number
from verifykb.directory.types import Directory, Withdrawn
from verifykb.model.contact import Contact, Service
from verifykb.model.finding import Finding
from verifykb.names.address import Address, read_address
from verifykb.rules import RULES


def is_stale(directory: Directory, days: Sequence[date]) -> bool:
    """Whether the directory is past its review date, or the real clock cannot be right.

    Args:
        directory: the official contacts.
        days: the real day first, then the day asked for instead, if any.
    """
    return bool(_why_stale(directory, days))


def _why_stale(directory: Directory, days: Sequence[date]) -> str:
    if any(day > directory.review_by for day in days):
        return "past-review"
    return "clock-before-issue" if days[0] < directory.issued else ""


def assess(contact: Contact, directory: Directory, days: Sequence[date]) -> tuple[Finding, ...]:
    """Judge the directory for one contact.

    Args:
        contact: its service, sender, phone and extension are compared with withdrawn contacts.
        directory: the official contacts.
        days: the real day first, then the day asked for instead, if any.
    """
    values = {"serial": str(directory.serial), "review_by": directory.review_by.isoformat()}
    reason = _why_stale(directory, days)
    if reason:
        findings = [Finding(RULES["DIR002"], {**values, "reason": reason})]
    else:
        findings = [Finding(RULES["DIR001"], values)]
    entry = directory.services[contact.service]
    if entry.support is None:
        source = next(iter(entry.source), "")
        findings.append(Finding(RULES["DIR004"], {"service": contact.service.value}, source=source))
    if directory.withdrawn and contact.service is Service.DVC:
        findings += _withdrawn(contact, directory.withdrawn)
    return tuple(findings)


def looks_at_contact(directory: Directory) -> bool:
    """Whether `assess` looks at more of a contact than its service."""
    return bool(directory.withdrawn)


def _withdrawn(contact: Contact, withdrawn: Sequence[Withdrawn]) -> list[Finding]:
    address = read_address(contact.sender)
    number = read_number(contact.phone)
    seen = {("extension", extension) for extension in read_extensions(contact.extension)}
    if isinstance(address, Address):
        seen.add(("mailbox", address.spelling))
    if isinstance(number, WrittenNumber):
        seen |= {("phone", number.national), ("extension", number.extension)}
    return [
        Finding(RULES["DIR003"], {"given": gone.value, "valid_until": gone.valid_until.isoformat()})
        for gone in withdrawn
        if (gone.kind, gone.value) in seen
    ]
