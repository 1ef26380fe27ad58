"""The only step that asks the world: a contact in, evidence out.

Nothing is asked yet: this version reads no mail and sends no question, and says so in the
evidence. What could not be known is a value with its reason, never an exception.
"""

from verifykb.context import Context
from verifykb.model.contact import Contact
from verifykb.model.evidence import Evidence, MailUnread


def gather_offline(contact: Contact, context: Context) -> Evidence:  # noqa: ARG001 - one shape
    """Gather what can be known without asking anybody.

    Args:
        contact: the contact as reported.
        context: directory and clock.
    """
    return Evidence(contact=contact, mail=MailUnread.NOT_SUPPORTED if contact.mail else None)


async def gather(contact: Contact, context: Context) -> Evidence:
    """Gather all evidence about a contact; the step that may wait for the network.

    Args:
        contact: the contact as reported.
        context: directory and clock.
    """
    return gather_offline(contact, context)
