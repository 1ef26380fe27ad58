"""Outlook's ``.msg``: what it says. Its signatures cannot be checked, for the body was rewritten.

1. The file is read in a process of its own with little memory and time: its reader was not written for
   hostile files. Whatever happens there is one answer here: unreadable.
2. Header fields come from the transport headers, if Outlook kept them; else only From and Subject are
   known, and it is said. Where Outlook shows another sender than these tell, that is a defect.
3. Nothing is written to a disk, there or here.

Sources: MS-OXMSG, MS-OXPROPS.
"""

import base64
import json
import sys
from typing import TYPE_CHECKING, Any

from verifykb.limited import ask, limit_this_process
from verifykb.model.mail_content import Field, MailContent

if TYPE_CHECKING:
    from oxmsg.properties import Properties

MAX_BYTES = 25 * 1024 * 1024
_MAX_OUTPUT = 40 * 1024 * 1024
_MAX_ATTACHMENTS = 100
_MAX_MEMORY, _MAX_SECONDS, _MAX_WALL_SECONDS = 512 * 1024 * 1024, 10, 15
_UNREADABLE = "unreadable-msg"
# MS-OXPROPS: PidTagTransportMessageHeaders, -Subject, -Body, -Html (as octets and as text), -RtfCompressed.
_HEADERS, _SUBJECT, _BODY, _HTML, _RTF = 0x007D, 0x0037, 0x1000, 0x1013, 0x1009
# Name, SMTP address and address of whom Outlook shows as sender, and of who really sent: PidTagSentRepresenting...,
# PidTagSender...
_SENDERS = ((0x0042, 0x5D02, 0x0065), (0x0C1A, 0x5D01, 0x0C1F))
# Of an attachment: PidTagAttachLongFilename, -Filename, PidTagDisplayName; -MimeTag; -DataBinary.
_FILE_NAMES, _FILE_TYPE, _FILE_DATA = (0x3707, 0x3704, 0x3001), 0x370E, 0x3701


def read_msg(raw: bytes) -> MailContent:
    """Read an Outlook message.

    Args:
        raw: the octets of the file.

    Returns:
        What it says, `raw` empty. A file that cannot be read has the defect and the reason ``unreadable-msg``; one
        without transport headers the defect ``no-transport-headers``.
    """
    from verifykb.mail.collected import Collected
    from verifykb.mail.headers import decode_words

    collected = Collected()
    if len(raw) > MAX_BYTES:
        collected.say_unread("too-large")
        return collected.content((), [_UNREADABLE])
    found = _ask_child(raw)
    if found is None:
        return MailContent((), defects=(_UNREADABLE,), unread=(_UNREADABLE,))
    for reason in found["unread"]:
        collected.say_unread(reason)
    collected.add_text(found["body"])
    collected.add_octets(base64.b64decode(found["html"]), found["charset"], "text/html")
    for names, media_type, data in found["files"]:
        collected.add_file(names, media_type, base64.b64decode(data))
    fields, defects = _fields(found)
    if found["subject"] not in (decode_words(field.value) for field in fields if field.name == "subject"):
        collected.add_text(found["subject"])  # Outlook shows this one
    return collected.content(fields, defects)


def _ask_child(raw: bytes) -> dict[str, Any] | None:
    """Have the file read by a process of its own; None where that fails."""
    answer = ask("verifykb.mail.msg", raw, max_output=_MAX_OUTPUT, wall_seconds=_MAX_WALL_SECONDS)
    if answer is None:
        return None
    try:
        found: dict[str, Any] = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    return found


def _fields(found: dict[str, Any]) -> tuple[list[Field], list[str]]:
    from verifykb.mail.headers import normalise, read_header

    headers = found["headers"].strip("\r\n\0")
    if headers:
        end = "\r\n\r\n" if "\r\n" in headers else "\n\n"
        fields, defects, _ = read_header(normalise((headers + end).encode("utf-8", "surrogatepass")))
        return fields, [*defects, "sender-differs"] if _shows_another(found["shown"], fields) else defects
    fields = [Field("from", sender) for sender in dict.fromkeys(found["senders"])]
    fields += [Field("subject", found["subject"])] if found["subject"] else []
    defects = ["no-transport-headers"]
    if len(found["senders"]) != 1:
        defects.append("from-repeated" if found["senders"] else "from-missing")
    return fields, defects


def _shows_another(shown: list[str], fields: list[Field]) -> bool:
    """Whether Outlook shows somebody, and not surely the author of the transport headers.

    Args:
        shown: name and addresses of the sender shown; an address inside a company is none of the Internet.
        fields: of the transport headers.
    """
    from verifykb.names.address import Address, ascii_lower, read_address

    name, *addresses = shown or [""]
    value = next((field.value for field in fields if field.name == "from"), "")
    author = read_address(value) if value.strip() else None
    own = author.spelling if isinstance(author, Address) else ""
    told = {ascii_lower(address) for address in addresses if "@" in address}
    return bool(name or any(addresses)) and told != {own}


class _Message:
    """Reads the properties of a message, in the child."""

    def __init__(self) -> None:
        self.unread: set[str] = set()
        self._left = _MAX_OUTPUT // 2  # base64 and JSON make more of it

    def text(self, properties: "Properties", pid: int) -> str:
        return str(self._kept(self._asked(properties.str_prop_value, pid) or ""))

    def octets(self, properties: "Properties", pid: int) -> str:
        return base64.b64encode(self._kept(self._asked(properties.binary_prop_value, pid) or b"")).decode("ascii")

    def _asked(self, ask: Any, pid: int) -> Any:
        try:
            return ask(pid)
        except Exception:  # noqa: BLE001 - python-oxmsg leaks many kinds; one property must not hide the others
            self.unread.add(_UNREADABLE)
            return None

    def _kept(self, value: Any) -> Any:
        if len(value) > self._left:
            self.unread.add("too-large")
        value = value[: self._left]
        self._left -= len(value)
        return value

    def sender(self, properties: "Properties", pids: tuple[int, int, int]) -> str:
        name, smtp, address = (self.text(properties, pid).strip("\0") for pid in pids)
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{smtp or address}>' if name or smtp or address else ""

    def shown(self, properties: "Properties") -> list[str]:
        """Give name and addresses of whom Outlook shows as sender: whom the mail represents, else who sent it."""
        told = ([self.text(properties, pid).strip("\0").strip() for pid in pids] for pids in _SENDERS)
        return next((texts for texts in told if any(texts)), [])

    def file(self, properties: "Properties") -> tuple[list[str], str, str]:
        names = [self.text(properties, pid).strip("\0") for pid in _FILE_NAMES]
        data = self.octets(properties, _FILE_DATA)
        if not data:
            self.unread.add(_UNREADABLE)  # a message inside, or a file that is elsewhere
        kind = self.text(properties, _FILE_TYPE).strip("\0").strip().lower()
        return [name for name in names if name], kind or "application/octet-stream", data


def _read(raw: bytes) -> dict[str, Any]:
    from oxmsg import Message

    message = _Message()
    outlook = Message.load(raw)
    properties = outlook.properties
    list(properties)  # raises where this is no message at all
    found: dict[str, Any] = {
        "headers": message.text(properties, _HEADERS),
        "subject": message.text(properties, _SUBJECT).strip("\0"),
        "senders": list(dict.fromkeys(filter(None, (message.sender(properties, pids) for pids in _SENDERS)))),
        "shown": message.shown(properties),
        "body": message.text(properties, _BODY).strip("\0"),
        "html": message.octets(properties, _HTML),
        "charset": "",
    }
    if found["html"]:
        found["charset"] = properties.body_encoding
    else:
        text = message.text(properties, _HTML)
        found |= {"html": base64.b64encode(text.encode()).decode("ascii"), "charset": "utf-8"}
        if message.octets(properties, _RTF) and not text:
            message.unread.add(_UNREADABLE)  # Outlook shows this text, and nobody here reads it
    attachments = outlook.attachments
    if len(attachments) > _MAX_ATTACHMENTS:
        message.unread.add("too-many-parts")
    found["files"] = [message.file(attached.properties) for attached in attachments[:_MAX_ATTACHMENTS]]
    return found | {"unread": sorted(message.unread)}


def _limit() -> None:
    limit_this_process(_MAX_MEMORY, _MAX_SECONDS)


def main() -> int:
    """Read a message from stdin and write what it says to stdout as JSON; the child's part."""
    try:
        _limit()
        answer = json.dumps(_read(sys.stdin.buffer.read())).encode("ascii")
    except Exception:  # noqa: BLE001 - whatever a hostile file does to its reader is one answer: unreadable
        return 1
    if len(answer) > _MAX_OUTPUT:
        return 1
    sys.stdout.buffer.write(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
