"""One record of a log, as text by column, into a contact.

1. An empty cell is unknown. What cannot be read is a `RowError`, never a guess.
2. Texts are put into NFC here, once; nothing else is repaired.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import cache

from verifykb.batch import columns
from verifykb.context import VIETNAM
from verifykb.errors import RowError
from verifykb.model.contact import UNKNOWN, Answer, Ask, Channel, Contact, Service
from verifykb.text.nfc import nfc
from verifykb.text.space import WHITE_SPACE

# datetime.fromisoformat takes any character between date and time.
_ISO = r"[0-9W-]{8,10}(?:[T ][0-9:.,]+(?:Z|[+-][0-9:]+)?)?"
_DAY_FIRST = (
    r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})"
    r"(?:[ T,]+([0-9]{1,2})(?::|h|g)([0-9]{2})(?::([0-9]{2}))?)?"
)


def to_contact(record: Mapping[str, str], fallback_id: str) -> Contact:
    """Make a contact of one record.

    Args:
        record: text by column name (`columns.COLUMNS`); absent and empty are the same.
        fallback_id: the contact's id where the record has none.

    Raises:
        RowError: a value cannot be read, or no column tells of a contact.
    """
    cells = {column: nfc(text) for column, text in record.items() if text.strip(WHITE_SPACE)}
    if not any(column in cells for column in columns.IDENTIFYING):
        raise RowError("row-empty", columns=", ".join(columns.IDENTIFYING))
    return Contact(
        id=cells.get("id", fallback_id).strip(WHITE_SPACE),
        case=cells.get("case", "").strip(WHITE_SPACE),
        received_at=_time(cells.get("received_at", "")),
        channel=read_channel(cells.get("channel", "")),
        code=cells.get("code", ""),
        sender=cells.get("sender", ""),
        phone=cells.get("phone", ""),
        extension=cells.get("extension", ""),
        message=cells.get("message", ""),
        note=cells.get("note", ""),
        mail=cells.get("mail", "").strip(WHITE_SPACE),
        own_request=read_answer(cells.get("own_request", "")),
        called_back=read_answer(cells.get("called_back", "")),
        asks=read_asks_cell(cells.get("asks", "")),
        service=read_service(cells.get("service", "")),
    )


def read_time(text: str) -> datetime | None:
    """Read ISO 8601 or dd/mm/yyyy [HH:MM[:SS]]; Vietnam time unless an offset is given.

    Returns:
        An aware time; None where the text is no time.
    """
    value = text.strip(WHITE_SPACE)
    day_first = re.fullmatch(_DAY_FIRST, value)
    if day_first:
        day, month, year, hour, minute, second = (part or "0" for part in day_first.groups())
        value = f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}:{minute:0>2}:{second:0>2}"
    if not re.fullmatch(_ISO, value):
        return None
    try:
        moment = datetime.fromisoformat(value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
        return aware.astimezone(VIETNAM)
    except (ValueError, OverflowError):
        return None


def day_text(text: str) -> str:
    """Give the part of a time that decides its day, where that is plain to see; else the whole text.

    `read_time` gives both the same day, and None for both or for neither: a log has few days and many times.
    """
    plain = _plain_time().fullmatch(text)
    return plain[1] if plain else text


@cache
def _plain_time() -> re.Pattern[str]:
    return re.compile(
        r"([0-9]{2}/[0-9]{2}/[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
    )


def _time(text: str) -> datetime | None:
    if not text:
        return None
    moment = read_time(text)
    if moment is None:
        raise RowError("row-time", value=text)
    return moment


def read_channel(text: str) -> Channel | None:
    """Read a channel in either language; None where there was none."""
    name = _named(text, columns.channels(), "channel")
    return Channel(name) if name else None


def read_service(text: str) -> Service:
    """Read a service in either language; ``dvc`` where there was none."""
    name = _named(text, columns.services(), "service")
    return Service(name) if name else Service.DVC


def read_asks(texts: list[str]) -> frozenset[Ask]:
    """Read kinds of request in either language; blanks are left out."""
    names = (_named(text, columns.asks(), "asks") for text in texts)
    return frozenset(Ask(name) for name in names if name)


def read_asks_cell(text: str) -> frozenset[Ask]:
    """Read kinds of request as a cell holds them, a semicolon or a line between them."""
    return read_asks(re.split("[;\n]", text))


def _named(text: str, table: Mapping[str, str], column: str) -> str:
    value = text.strip(WHITE_SPACE)
    key = columns.key_of(value)
    if not value or (key not in table and columns.answers().get(key) == ""):
        return ""  # "không rõ" is nobody having said
    if key not in table:
        # A wrong guess must not become an answer that proves: "nothing" is never suggested.
        names = [name for name in table if table[name] != Ask.NOTHING.value]
        near = "".join(table[name] for name in get_close_matches(key, names, n=1, cutoff=0.7))
        known = ", ".join(dict.fromkeys(table.values()))
        error = "row-unknown-channel" if column == "channel" else "row-unknown-value"
        raise RowError(error, column=column, value=value, near=near, known=known)
    return table[key]


def read_answer(text: str) -> Answer:
    """Read yes, no or evidence.

    A text that denies or doubts ("không", "chưa", "không rõ", "gọi không được") is never a
    yes: the answer that costs nothing if it is wrong is no (docs/adr/0004).

    Returns:
        `UNKNOWN` for blank, for "?" and the like, and for a free text that denies.
    """
    value = text.strip(WHITE_SPACE)
    plain = unicodedata.normalize("NFKC", "".join(char for char in value if unicodedata.category(char) != "Cf"))
    if not plain:
        return UNKNOWN
    meaning = columns.answers().get(columns.key_of(plain) or plain)
    if meaning is not None:
        return Answer({"yes": True, "no": False}.get(meaning))
    if columns.denies(plain):
        return UNKNOWN
    return Answer(value=True, evidence=value)
