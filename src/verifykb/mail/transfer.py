"""The transfer encodings of a part (RFC 2045, 6).

1. What can be decoded is decoded: a mail program would show it.
2. What is not as it must be is said.
"""

import binascii
from string import ascii_letters, digits

_NOT_BASE64 = bytes(set(range(256)) - set(f"{ascii_letters}{digits}+/=".encode()))
_PLAIN = ("", "7bit", "8bit", "binary")


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Remove the transfer encoding of a part.

    Args:
        data: the part's body.
        encoding: the value of Content-Transfer-Encoding; empty where there is none.

    Returns:
        The octets, and why they are doubtful, a key of ``labels.unread``: ``unknown-encoding``,
        ``broken-structure`` or nothing.
    """
    name = encoding.strip().lower()
    if name in _PLAIN:
        return data, ""
    if name == "base64":
        octets, sound = lenient_base64(data)
        return octets, "" if sound else "broken-structure"
    if name == "quoted-printable":
        return binascii.a2b_qp(data), ""
    return data, "unknown-encoding"


def lenient_base64(data: bytes) -> tuple[bytes, bool]:
    """Decode base64 as mail programs do: foreign octets are skipped, missing padding is added.

    Returns:
        The octets, and whether the text was sound apart from white space.
    """
    kept = data.translate(None, _NOT_BASE64)
    content, padding, behind = kept.partition(b"=")
    sound = len(kept) == len(data.translate(None, b" \t\r\n")) and len(kept) % 4 == 0
    sound = sound and len(padding + behind) <= 2 and not behind.strip(b"=")  # noqa: PLR2004 - at most two signs fill up
    octets = binascii.a2b_base64(content[: len(content) - (len(content) % 4 == 1)] + b"==")
    more = behind.strip(b"=")
    if more:  # some programs read on behind the padding
        octets += lenient_base64(more.replace(b"=", b""))[0]
    return octets, sound
