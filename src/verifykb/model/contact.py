"""One contact as it was reported: what was said, shown and done. Nothing is judged here.

Values are the reporter's text in NFC, otherwise as given: checks decide what they mean.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Channel(StrEnum):
    """How the contact reached the office."""

    PHONE = "phone"
    EMAIL = "email"
    SMS = "sms"
    ZALO = "zalo"
    VIBER = "viber"
    TELEGRAM = "telegram"
    MESSENGER = "messenger"
    FACEBOOK = "facebook"
    WHATSAPP = "whatsapp"
    OTHER = "other"


class Ask(StrEnum):
    """What the contact asked for, in the reporter's judgement."""

    NOTHING = "nothing"
    SECRET = "secret"  # noqa: S105 - a kind of request, not a credential
    REMOTE_ACCESS = "remote-access"
    LINK = "link"
    INSTALL = "install"
    MONEY = "money"
    PERSONAL_DATA = "personal-data"


class Service(StrEnum):
    """The system that the contact claims to support."""

    DVC = "dvc"  # the treasury's online public services (DVCTT)
    KNTC = "kntc"  # the national complaints database
    OTHER = "other"  # does not claim treasury support


class Answer(NamedTuple):
    """A yes or no of the reporter, with the evidence given for a yes.

    `value` is None where nobody said: unknown is not no.
    """

    value: bool | None = None
    evidence: str = ""


UNKNOWN = Answer()


class Contact(NamedTuple):
    """One contact (docs/contract.md, section 6). An empty string means "not given".

    Args:
        id: how reports name it; the record's own id or ``file:row``.
        case: joins the touches of one matter.
        received_at: aware time of the contact; None means "now" (or ``--at``).
        channel: None where it was not said.
        code: the request code as typed.
        sender: an address or a whole ``From`` value.
        phone: the number as shown or typed, possibly with an extension.
        extension: the extension where it has a column of its own.
        message: the contact's own words.
        note: the office's own words about the contact.
        mail: path of a saved mail.
        own_request: the code came to us before this contact, for a request we made.
        called_back: we dialled the directory's number ourselves.
        asks: what was asked, in the reporter's judgement; empty means not described.
        service: the system that the contact claims to support.
        file: the log that holds the record; empty for a contact that was typed.
        row: its row there, counted as a spreadsheet does; the line of JSON lines.
        repairs: columns of which the reader gave back what a spreadsheet had taken away.
    """

    id: str
    case: str = ""
    received_at: datetime | None = None
    channel: Channel | None = None
    code: str = ""
    sender: str = ""
    phone: str = ""
    extension: str = ""
    message: str = ""
    note: str = ""
    mail: str = ""
    own_request: Answer = UNKNOWN
    called_back: Answer = UNKNOWN
    asks: frozenset[Ask] = frozenset()
    service: Service = Service.DVC
    file: str = ""
    row: int = 0
    repairs: tuple[str, ...] = ()
