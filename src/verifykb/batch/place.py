"""Where a record stands, and what that decides: its id where it has none, and the path of its mail."""

import os
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from verifykb.errors import RowError
from verifykb.model.contact import Contact
from verifykb.text.paths import for_system

_ADDRESS = re.compile(r"[^@/\\]{1,100}@[^@/\\]{1,250}")


class Place(NamedTuple):
    """The rows of a block in a log.

    Args:
        file: the log as it was named; a sheet of a workbook in brackets behind it.
        rows: the row of each record, counted as a spreadsheet does.
        folder: what the path of a mail is relative to.
        repairs: by index, the columns of which the reader gave back what a spreadsheet had taken away.
    """

    file: str
    rows: Sequence[int]
    folder: str
    repairs: Mapping[int, tuple[str, ...]] = MappingProxyType({})


def placed(contact: Contact, place: Place | None, row: int) -> Contact:
    """Give a contact with its place, an id, and the path of its mail.

    Args:
        contact: as its cells say.
        place: of its block; None for records that came from nowhere.
        row: its index in the block.

    Raises:
        RowError: its mail would lie outside the folder of the log.
    """
    if place is None:
        return contact
    number = int(place.rows[row])
    mail = mail_path(contact.mail, place.folder) if contact.mail else ""
    repairs = place.repairs.get(row, ())
    name = contact.id or f"{place.file}:{number}"
    return contact._replace(id=name, mail=mail, file=place.file, row=number, repairs=repairs)


def mail_path(mail: str, folder: str) -> str:
    """Give the path of a record's mail; a log may not point out of its own folder, by a link neither.

    Args:
        mail: as the record has it.
        folder: of the log.

    Raises:
        RowError: it leads out of the folder, or is the address of a sender.
    """
    path = os.path.normpath(mail.replace("\\", "/"))
    if os.path.isabs(path) or path == os.pardir or path.startswith(os.pardir + os.sep) or re.match(r"[A-Za-z]:", path):  # noqa: PTH117
        raise RowError("row-mail-outside", value=mail)
    whole = os.path.join(folder, path)  # noqa: PTH118
    if _ADDRESS.fullmatch(mail.strip()) and not os.path.lexists(for_system(whole)):
        raise RowError("row-mail-address", value=mail)
    if not _is_inside(whole, folder):
        raise RowError("row-mail-outside", value=mail)
    return whole


def _is_inside(path: str, folder: str) -> bool:
    """Whether a path leads into a folder once its links are followed; a name that no system takes leads nowhere."""
    try:
        real, real_folder = (os.path.realpath(for_system(name)) for name in (path, folder))
    except (OSError, ValueError):
        return True
    return os.path.commonpath([real, real_folder]) == real_folder
