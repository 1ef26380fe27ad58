"""What `gather` learned about one contact. "Could not know" is a value with its reason."""

from enum import StrEnum
from typing import NamedTuple

from verifykb.model.contact import Contact


class MailUnread(StrEnum):
    """Why a supplied mail could not be judged."""

    NOT_SUPPORTED = "not-supported"  # this version does not read saved mails


class Evidence(NamedTuple):
    """A contact and all that was gathered about it.

    Args:
        contact: the contact as reported.
        mail: why the supplied mail could not be judged; None where no mail was supplied.
    """

    contact: Contact
    mail: MailUnread | None = None
