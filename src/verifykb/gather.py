"""The only step that asks the world: a contact in, evidence out.

1. What could not be known is a value with its reason, never an exception.
2. Only the authentication of a supplied mail asks about foreign domains. For a typed sender only an
   official domain is asked about, so that an attacker's zone does not see who is checking.
3. A contact without a mail and without DNS asks nobody: `gather_offline` is enough for it.
"""

from typing import TYPE_CHECKING

from verifykb.context import Context
from verifykb.model.contact import Contact
from verifykb.model.evidence import Evidence, MailUnread, Note
from verifykb.saved_mail import MAX_MAIL_BYTES, is_in_mbox, read_saved_mail

if TYPE_CHECKING:
    from verifykb.dns.answer import Resolver
    from verifykb.model.mail import MailEvidence

__all__ = ["MAX_MAIL_BYTES", "gather", "gather_offline", "needs_asking"]


def needs_asking(contact: Contact, context: Context, *, asks: bool) -> bool:
    """Whether a contact needs more than `gather_offline`: it has a mail, or an official sender is asked about."""
    return bool(contact.mail) or (asks and _is_official(contact.sender, context))


def gather_offline(contact: Contact) -> Evidence:
    """Gather what is known of a contact without a mail, asking nobody."""
    return Evidence(contact=contact)


async def gather(contact: Contact, context: Context, resolver: "Resolver | None" = None) -> Evidence:
    """Gather all evidence about a contact; the step that may wait for the network.

    Args:
        contact: the contact as reported.
        context: directory, clock and the office's settings.
        resolver: who is asked; None asks nobody.
    """
    from verifykb.dns.answer import OfflineResolver

    mail = await _mail(contact, context, resolver or OfflineResolver()) if contact.mail else None
    sender = getattr(mail, "from_value", "") or contact.sender
    posture = await _posture(sender, context, resolver) if resolver is not None else ()
    return Evidence(contact=contact, mail=mail, posture=posture)


async def _mail(contact: Contact, context: Context, resolver: "Resolver") -> "MailEvidence | MailUnread":
    from verifykb.mail.authenticate import authenticate

    raw = read_saved_mail(contact.mail)
    if isinstance(raw, MailUnread):
        return raw
    settings = context.settings
    # Not every program quotes what it puts into an mbox: a sender may have written the border's lines himself.
    boundary = () if is_in_mbox(contact.mail) else settings.boundary
    moment = contact.received_at or context.at or context.now
    try:
        return await authenticate(raw, resolver, boundary, moment, authserv_ids=settings.authserv_ids)
    except Exception:  # noqa: BLE001 - a mail is hostile input: what it breaks in us must cost no other row, and proves nothing
        return MailUnread.FAILED


def _is_official(sender: str, context: Context) -> bool:
    if not sender.strip():
        return False
    from verifykb.names.address import Address, is_under, read_address

    address = read_address(sender)
    names = (official.name for official in context.directory.mail_domains)
    return isinstance(address, Address) and any(is_under(address.domain, name) for name in names)


async def _posture(sender: str, context: Context, resolver: "Resolver") -> tuple[Note, ...]:
    """Look at how well the official domain of a sender protects itself; nothing for any other."""
    if not _is_official(sender, context):
        return ()
    from verifykb.dns.posture import assess_domain
    from verifykb.mail.authenticate import author_domain

    posture = await assess_domain(author_domain(sender), resolver, fetch=None, basic=True)
    return tuple(Note(rule, values) for rule, values in posture.findings)
