"""A mail that somebody passed on inside his own words: what it quotes is text, not evidence.

1. A forwarded mail shows itself by its subject or by the line that mail programs put above it, and by
   the sender's line that they copy.
2. The copied sender can only accuse: anybody can type it.
"""

import re

_SUBJECT = re.compile(r"\A[ \t]*(?:fwd?|fw|wg|tr|chuyển tiếp|chuyen tiep)[ \t]*:", re.IGNORECASE)
_MARK = re.compile(
    r"^[ \t>]*-{2,}[ \t]{0,3}(?:original message|forwarded message|thư gốc|thư đã chuyển tiếp|tin nhắn gốc|"
    r"thư chuyển tiếp|chuyển tiếp)|^[ \t>]*(?:begin forwarded message|bắt đầu thư chuyển tiếp|---------- forwarded)",
    re.IGNORECASE | re.MULTILINE,
)
_SENDER = re.compile(
    r"^[ \t>*]*(?:from|từ|người gửi|tu|nguoi gui)[ \t]*\*?:[ \t*]*([^\r\n]{3,400})$", re.IGNORECASE | re.MULTILINE
)
_ADDRESS = re.compile(r"[^\s<>\"(),;:\[\]@]{1,64}@[^\s<>\"(),;:\[\]@]{1,253}")
_MAX_CHARACTERS = 20_000


def quoted_sender(text: str) -> str:
    """Give the sender's line of a mail that was forwarded inline; empty where none was.

    Args:
        text: subject on the first line, then the visible text.
    """
    start = text[:_MAX_CHARACTERS]
    subject, _, body = start.partition("\n")
    mark = _MARK.search(body)
    if not mark and not _SUBJECT.match(subject):
        return ""
    line = _SENDER.search(body, mark.start() if mark and not _SUBJECT.match(subject) else 0)
    if not line:
        return ""
    address = _ADDRESS.search(line[1])
    if not address:
        return ""
    name = line[1][: address.start()].strip(" \t<[(\"'")
    plain = re.sub(r'["\\\x00-\x1f]', "", name)
    return f'"{plain}" <{address[0]}>' if plain else address[0]
