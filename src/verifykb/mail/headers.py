"""The header section of a mail or of one of its parts, read strictly.

1. This reading is the only one: whoever wants From, Received or a signature asks it.
2. Every field that any reader may see is given, or there is a defect: a mail that two programs
   read differently has one.
3. The header ends at the first empty line. Behind 64 KiB nothing of it is believed.
"""

import re
from collections import Counter

from verifykb.mail.words import decode_words
from verifykb.model.mail_content import Field

__all__ = ["MAX_HEADER_BYTES", "decode_words", "normalise", "read_header"]

MAX_HEADER_BYTES = 64 * 1024
_BOM = b"\xef\xbb\xbf"
# RFC 5322, 3.6 (the table) and RFC 2045, 3: at most once in a mail. From has its own keys.
_AT_MOST_ONCE = (
    "subject", "date", "to", "cc", "bcc", "reply-to", "sender", "message-id", "in-reply-to", "references",
    "mime-version", "content-type", "content-transfer-encoding", "content-disposition",
)  # fmt: skip
_NAME = re.compile(rb"[!-9;-~]++")  # RFC 5322, 3.6.8: printable US-ASCII without the colon
_MBOX_LINE = re.compile(rb"From (?![ \t]*+:)[^\n]*+\n?+")  # RFC 4155; `From :` is a broken field
_EMPTY_LINE = re.compile(rb"\n(\r?\n)")


def read_header(raw: bytes) -> tuple[list[Field], list[str], int]:
    """Read the header section.

    Args:
        raw: a mail or a part, as it stands in the file (`normalise` removes a byte order mark).

    Returns:
        The fields from top to bottom, unfolded (RFC 5322, 2.2.3); the defects, each once, keys
        of ``labels.defect`` in ``wording/``: ``bare-cr``, ``nul``, ``mixed-line-ends``,
        ``header-line-malformed``, ``header-too-large``, ``not-utf8``, ``no-body``,
        ``from-missing``, ``from-repeated``, ``repeated:<name>``; the offset of the body.
    """
    mbox_line = _MBOX_LINE.match(raw)
    start = mbox_line.end() if mbox_line else 0
    section, body = _section(raw, start)
    defects: dict[str, None] = {}
    if body is None:
        defects["no-body"] = None
    if len(section) > MAX_HEADER_BYTES:
        defects["header-too-large"] = None
        section = section[: section.rfind(b"\n", 0, MAX_HEADER_BYTES) + 1]
    _look_at_octets(section, defects)
    fields = _fields(section, defects)
    _count(fields, defects)
    return fields, list(defects), len(raw) if body is None else body


def normalise(raw: bytes) -> bytes:
    """Give a saved mail as it was sent: without a byte order mark, with CRLF where it was saved with LF only.

    Source: RFC 5322, 2.1; RFC 6376, 5.3: signatures are made over lines that end with CRLF.
    """
    raw = raw.removeprefix(_BOM)
    return raw if b"\r\n" in raw else raw.replace(b"\n", b"\r\n")


def _section(raw: bytes, start: int) -> tuple[bytes, int | None]:
    """Give the header lines and the offset of the body, None where no empty line ends them."""
    for empty in (b"\n", b"\r\n"):
        if raw.startswith(empty, start):
            return b"", start + len(empty)
    found = _EMPTY_LINE.search(raw, start)
    if found is None:
        return raw[start:], None
    return raw[start : found.start() + 1], found.end()


def _look_at_octets(section: bytes, defects: dict[str, None]) -> None:
    line_ends, pairs = section.count(b"\n"), section.count(b"\r\n")
    if section.count(b"\r") != pairs:
        defects["bare-cr"] = None
    if pairs not in (0, line_ends):
        defects["mixed-line-ends"] = None
    if b"\0" in section:
        defects["nul"] = None


def _fields(section: bytes, defects: dict[str, None]) -> list[Field]:
    fields: list[tuple[str, list[bytes]]] = []
    folded: list[bytes] | None = None  # the value to which a continuation belongs
    for line in section.removesuffix(b"\n").split(b"\n") if section else ():
        text = line.removesuffix(b"\r")
        if text[:1] in (b" ", b"\t"):
            # RFC 5322, 3.2.2: no line of a folded field is made of white space alone.
            if folded is None or not text.strip(b" \t"):
                defects["header-line-malformed"] = None
            if folded is not None:
                folded.append(text)
            continue
        name, colon, value = text.partition(b":")
        folded = None
        if not colon or not _NAME.fullmatch(name):
            defects["header-line-malformed"] = None
        # `From :` is a From to some readers, so it counts as one.
        if colon and _NAME.fullmatch(name.rstrip(b" \t")):
            folded = [value]
            fields.append((name.rstrip(b" \t").decode("ascii").lower(), folded))
    return [Field(name, _value(parts, defects)) for name, parts in fields]


def _value(parts: list[bytes], defects: dict[str, None]) -> str:
    value = b"".join(parts).strip(b" \t")
    try:
        return value.decode("utf-8")
    except ValueError:
        defects["not-utf8"] = None
        return value.decode("utf-8", "surrogateescape")


def _count(fields: list[Field], defects: dict[str, None]) -> None:
    counted = Counter(field.name for field in fields)
    if counted["from"] == 0:
        defects["from-missing"] = None
    elif counted["from"] > 1:
        defects["from-repeated"] = None
    for name in _AT_MOST_ONCE:
        if counted[name] > 1:
            defects[f"repeated:{name}"] = None
