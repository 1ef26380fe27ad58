"""What an invitation or a contact card says and carries (RFC 5545, RFC 6350, vCalendar 1.0)."""

import re
from typing import NamedTuple

from verifykb.mail.transfer import decode_transfer, lenient_base64

_FOLD = re.compile(r"\r?\n[ \t]")  # RFC 5545, 3.1
_SOFT_LINE_END = re.compile(r"=[ \t]*+\r?\n[ \t]*+")  # vCalendar 1.0, 2.1.3
# A value that holds octets: ATTACH;ENCODING=BASE64;X-FILENAME=a.exe:...
_LINE = re.compile(r"^([A-Za-z][\w.\-]*+)((?:;(?:[^\":;\r\n]|\"[^\"\r\n]*+\")*+)++):([^\r\n]*+)", re.MULTILINE)
_ENCODING = re.compile(r";(?:encoding=)?(base64|b|quoted-printable)(?=[;:]|\Z)", re.IGNORECASE)
_NAME = re.compile(r";(?:x-)?(?:filename|apple-filename|label)=\"?([^\";]*+)", re.IGNORECASE)
_TYPE = re.compile(r";(?:fmttype|x-type)=\"?([^\";]*+)", re.IGNORECASE)
_MAX_FILES = 20


class Carried(NamedTuple):
    """A file inside an invitation.

    Args:
        name: as given, often empty.
        media_type: as declared, in lower case, often empty.
        data: its octets.
    """

    name: str
    media_type: str
    data: bytes


class Calendar(NamedTuple):
    """An invitation, read.

    Args:
        text: its lines, unfolded, encoded values decoded.
        markup: some value is HTML.
        files: what it carries.
        sound: nothing of it was left out.
    """

    text: str
    markup: bool
    files: tuple[Carried, ...]
    sound: bool


def read_calendar(text: str) -> Calendar:
    """Read an invitation or a contact card."""
    if _ENCODING.search(text) and "quoted-printable" in text.lower():
        text = _SOFT_LINE_END.sub("", text)
    files: list[Carried] = []
    is_sound = True

    def decoded(line: re.Match[str]) -> str:
        nonlocal is_sound
        value, carried = _decoded(line)
        if carried is not None and len(files) == _MAX_FILES:
            is_sound = False
        elif carried is not None:
            files.append(carried)
        return line[1] + ":" + value

    plain = _LINE.sub(decoded, _FOLD.sub("", text))
    plain = plain.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";")
    return Calendar(plain, "<" in plain, tuple(files), is_sound)


def _decoded(line: re.Match[str]) -> tuple[str, Carried | None]:
    name, parameters, value = line.groups()
    encoding = _ENCODING.search(parameters)
    if encoding is None:
        return value, None
    octets = value.encode("utf-8", "surrogatepass")
    if encoding[1].lower() == "quoted-printable":
        return decode_transfer(octets, "quoted-printable")[0].decode("utf-8", "replace"), None
    data = lenient_base64(octets)[0]
    if name.upper() not in ("ATTACH", "PHOTO", "LOGO", "SOUND", "KEY"):
        return data.decode("utf-8", "replace"), None
    told, kind = _NAME.search(parameters), _TYPE.search(parameters)
    return "", Carried(told[1].strip() if told else "", kind[1].strip().lower() if kind else "", data)
