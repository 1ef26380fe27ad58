"""What `gather` learned about one contact. "Could not know" is a value with its reason."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from verifykb.model.contact import Contact

if TYPE_CHECKING:  # most contacts have no mail, and start-up is a feature
    from verifykb.model.mail import MailEvidence


class MailUnread(StrEnum):
    """Why a supplied mail could not be judged."""

    MISSING = "mail-missing"  # there is no such file
    UNREADABLE = "mail-unreadable"  # the system does not let us read it
    TOO_LARGE = "mail-too-large"  # more than anybody's request for help
    FAILED = "mail-reader-failed"  # a mistake of ours; the other contacts of the run do not suffer from it


class Note(NamedTuple):
    """What was seen of the posture of the sender's domain: a rule id and its values."""

    rule: str
    values: Mapping[str, str]


class Evidence(NamedTuple):
    """A contact and all that was gathered about it.

    Args:
        contact: the contact as reported.
        mail: what was learnt from the supplied mail, or why it could not be judged; None where
            no mail was supplied.
        posture: how well the official domain that the sender uses protects itself.
    """

    contact: Contact
    mail: "MailEvidence | MailUnread | None" = None
    posture: tuple[Note, ...] = ()
