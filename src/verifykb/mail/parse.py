"""A saved mail, read: every part of it, or the reason why not.

1. Nothing recurses; size, parts, depth, headers and text are bounded. What lies behind a bound is said.
2. Every alternative of a multipart/alternative is text: an attacker may put the words into either.
3. Where two readers could see two structures, both are read, and it is said.
4. Attached mails are not opened: they are given as they are, to be judged by themselves.
"""

import re
from typing import NamedTuple

from verifykb.mail.collected import Collected
from verifykb.mail.headers import normalise, read_header
from verifykb.mail.multipart import has_boundary_line, split_multipart
from verifykb.mail.params import Parameters, read_parameters
from verifykb.mail.transfer import decode_transfer
from verifykb.model.mail_content import Field, MailContent

MAX_BYTES = 25 * 1024 * 1024
MAX_PARTS = 100
MAX_DEPTH = 20
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # MS-CFB, 2.2
_MEDIA_TYPE = re.compile(r"[^\s/]+/[^\s/]+")
_SOFT_LINE_END = re.compile(rb" \r?\n(?!-- \r?\n)")  # RFC 3676, 4.2
# Of a part, these say that its header is not read alike by all.
_PART_DEFECTS = frozenset(
    {"bare-cr", "nul", "header-line-malformed", "header-too-large", "repeated:content-type",
     "repeated:content-transfer-encoding", "repeated:content-disposition"}
)  # fmt: skip
_ELSEWHERE = ("message/partial", "message/external-body")  # RFC 2046, 5.2.2 and 5.2.3
_NOT_SET = ("text/rtf",)  # a mail program sets it; here only its words are read
_WITHOUT_ENCODING = ("", "7bit", "8bit", "binary")


class _Part(NamedTuple):
    fields: list[Field]
    body: bytes
    depth: int = 0
    default_type: str = "text/plain"  # RFC 2045, 5.2; RFC 2046, 5.1.5
    boundaries: tuple[bytes, ...] = ()  # of the parts around it

    def first(self, name: str) -> str:
        return next((field.value for field in self.fields if field.name == name), "")


def read_mail(raw: bytes) -> MailContent:
    """Read a saved mail: an ``.eml`` as it was sent, or Outlook's ``.msg``.

    Args:
        raw: the octets of the file; anything at all.

    Returns:
        What it says. Never raises for what the file holds; what is wrong with it is in `defects`
        (its header) and `unread` (its content).
    """
    if raw.startswith(_OLE_MAGIC):
        from verifykb.mail.msg import read_msg

        return read_msg(raw)
    mail = normalise(raw)
    fields, defects, at = read_header(mail)
    collected = Collected()
    if len(raw) > MAX_BYTES:
        collected.say_unread("too-large")
        return collected.content(fields, defects)
    _read_parts(_Part(fields, mail[at:]), collected)
    return collected.content(fields, defects, mail)


def _read_parts(root: _Part, collected: Collected) -> None:
    waiting = [root]
    for _ in range(MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        declared = part.first("content-type")
        kind = read_parameters(declared or part.default_type)
        if not kind.sound or not _MEDIA_TYPE.fullmatch(kind.value):
            collected.say_unread("broken-structure")
        if kind.value.startswith("multipart/"):
            waiting += reversed(_inside(part, kind, collected))
        elif not _MEDIA_TYPE.fullmatch(kind.value):
            _take_leaf(part, kind._replace(value="text/plain"), collected)  # RFC 2045, 5.2
        else:
            _take_leaf(part, kind, collected)
    if waiting:
        collected.say_unread("too-many-parts")


def _inside(part: _Part, kind: Parameters, collected: Collected) -> list[_Part]:
    """Give the parts of a multipart."""
    if part.depth >= MAX_DEPTH:
        collected.say_unread("too-deep")
        return []
    if kind.value == "multipart/encrypted":
        collected.say_unread("encrypted")  # RFC 1847, 2.2
    if part.first("content-transfer-encoding").strip().lower() not in _WITHOUT_ENCODING:
        collected.say_unread("broken-structure")  # RFC 2045, 6.4
        collected.add_octets(decode_transfer(part.body, part.first("content-transfer-encoding"))[0], "", "text/plain")
    boundary = kind.named.get("boundary", "").rstrip().encode("utf-8", "surrogateescape")
    split = split_multipart(part.body, boundary, MAX_PARTS) if boundary else None
    if split is None or not split.parts:
        collected.say_unread("broken-structure")
        collected.add_octets(part.body, "", "text/plain")
        return []
    if not split.sound:
        collected.say_unread("too-many-parts" if split.cut else "broken-structure")
    boundaries = (*part.boundaries, boundary)
    if has_boundary_line(split.around, boundaries):
        collected.say_unread("broken-structure")
    collected.add_hidden(split.around.decode("utf-8", "replace"))
    default = "message/rfc822" if kind.value == "multipart/digest" else "text/plain"
    inner = _Part([], b"", part.depth + 1, default, boundaries)
    return [_part(raw, inner, collected) for raw in split.parts]


def _part(raw: bytes, like: _Part, collected: Collected) -> _Part:
    fields, defects, at = read_header(raw)
    if not _PART_DEFECTS.isdisjoint(defects):
        collected.say_unread("broken-structure")
        collected.add_octets(raw[:at], "", "text/plain")  # to some readers this is text
    return like._replace(fields=fields, body=raw[at:])


def _take_leaf(part: _Part, kind: Parameters, collected: Collected) -> None:
    """Take a part that holds no parts."""
    if has_boundary_line(part.body, part.boundaries):
        collected.say_unread("broken-structure")
    data, doubt = decode_transfer(part.body, part.first("content-transfer-encoding"))
    collected.say_unread(doubt)
    disposition = read_parameters(part.first("content-disposition"))
    if not disposition.sound:
        collected.say_unread("broken-structure")
    names = [name for name in (disposition.named.get("filename", ""), kind.named.get("name", "")) if name]
    charset = kind.named.get("charset", "")
    if kind.value.startswith("text/") and kind.named.get("format", "").lower() == "flowed":
        data = _SOFT_LINE_END.sub(b"" if kind.named.get("delsp", "").lower() == "yes" else b" ", data)
    if kind.value in _ELSEWHERE:
        collected.say_unread("not-whole")
        collected.add_octets(data, charset, "text/plain")
    elif kind.value.startswith("message/") and kind.value not in ("message/rfc822", "message/global"):
        collected.add_octets(data, charset, "text/plain")  # delivery reports
    elif kind.value.startswith("text/") and not names and disposition.value in ("", "inline"):
        if kind.value in _NOT_SET:
            collected.say_unread("unreadable-part")
        collected.add_octets(data, charset, kind.value)
    else:
        collected.add_file(names, kind.value, data, charset)
