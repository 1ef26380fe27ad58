"""The transfer encodings of a part (RFC 2045, 6).

1. What can be decoded is decoded: a mail program would show it. No text is left out.
2. What is not as it must be is said.
"""

import binascii
import re
from string import ascii_letters, digits

_NOT_BASE64 = bytes(set(range(256)) - set(f"{ascii_letters}{digits}+/=".encode()))
_PLAIN = ("", "7bit", "8bit", "binary")
_FIRST_WORD = re.compile(r"[^\s;,()]*+")  # mail programs read on behind nothing else
_SOFT_LINE_END = re.compile(rb"=[ \t]*+(?:\r?\n|\Z)")  # RFC 2045, 6.7 (3), with transport padding
_PADDING = re.compile(rb"=++")
_MAX_BLOCKS = 10_000


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Remove the transfer encoding of a part.

    Args:
        data: the part's body.
        encoding: the value of Content-Transfer-Encoding; empty where there is none.

    Returns:
        The octets, and why they are doubtful, a key of ``labels.unread``: ``unknown-encoding``,
        ``broken-structure`` or nothing.
    """
    given = encoding.strip().lower()
    name = _FIRST_WORD.match(given)[0]  # type: ignore[index]  # it matches nothing, too
    sound = name == given
    if name == "base64":
        data, is_whole = lenient_base64(data)
        sound = sound and is_whole
    elif name == "quoted-printable":
        sound = sound and data.count(b"=\r") == data.count(b"=\r\n")
        data = _quoted_printable(data)
    elif name not in _PLAIN:
        return data, "unknown-encoding"
    return data, "" if sound else "broken-structure"


def _quoted_printable(data: bytes) -> bytes:
    """Decode quoted-printable; `binascii` skips what stands between ``=CR`` and the next line."""
    for _ in range(2):  # a sign before another one stands for itself; of three, the first pass leaves two
        data = data.replace(b"==", b"=3D=")
    return binascii.a2b_qp(_SOFT_LINE_END.sub(b"", data).replace(b"=\r", b"=3D\r"))


def lenient_base64(data: bytes) -> tuple[bytes, bool]:
    """Decode base64 as mail programs do: foreign octets are skipped, missing padding is added, every block is read.

    Returns:
        The octets, and whether the text was sound apart from white space.
    """
    kept = data.translate(None, _NOT_BASE64)
    _, padding, behind = kept.partition(b"=")
    blocks = _PADDING.split(kept, _MAX_BLOCKS)
    sound = len(kept) == len(data.translate(None, b" \t\r\n")) and len(kept) % 4 == 0
    sound = sound and len(padding + behind) <= 2 and not behind.strip(b"=")  # noqa: PLR2004 - at most two signs fill up
    return b"".join(_block(block.replace(b"=", b"")) for block in blocks), sound


def _block(block: bytes) -> bytes:
    return binascii.a2b_base64(block[: len(block) - (len(block) % 4 == 1)] + b"==")
