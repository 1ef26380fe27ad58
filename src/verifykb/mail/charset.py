"""Octets to text by the charset that a mail declares.

1. Only codecs that turn octets into text are used, and of these none that decodes plain ASCII
   into other letters (UTF-7, punycode, escapes): two readers would see two texts.
2. Text that cannot be decoded as declared is decoded as well as can be, and said to be doubtful.
"""

import codecs
from string import ascii_letters, digits

# Canonical names of Python's codecs begin like this; all else (idna, utf-7, rot13, zlib) is refused.
_TEXT_CODECS = (
    "ascii", "utf-8", "utf-16", "utf-32", "iso8859", "iso2022", "cp", "koi8", "mac-", "gb", "hz", "big5",
    "euc_", "shift_jis", "johab", "tis-620", "ptcp154", "kz1048", "hp-roman8",
)  # fmt: skip
_WIDE = ("utf-16", "utf-32")
_MAX_NAME = 40
# Names that browsers know and Python does not (WHATWG Encoding, 4.2).
_OTHER_NAMES = {
    "unicode-1-1-utf-8": "utf-8", "unicode11utf8": "utf-8", "unicode20utf8": "utf-8", "x-unicode20utf8": "utf-8",
    "unicode": "utf-16-le", "unicodefeff": "utf-16-le", "ucs-2": "utf-16-le", "iso-10646-ucs-2": "utf-16-le",
    "csunicode": "utf-16-le", "unicodefffe": "utf-16-be", "x-gbk": "gbk", "x-sjis": "shift_jis", "x-euc-jp": "euc_jp",
    "x-x-big5": "big5", "windows-949": "cp949", "windows-874": "cp874", "dos-874": "cp874", "x-mac-roman": "mac-roman",
    "x-cp1250": "cp1250", "x-cp1251": "cp1251", "x-cp1252": "cp1252", "x-cp1253": "cp1253", "x-cp1254": "cp1254",
    "x-cp1255": "cp1255", "x-cp1256": "cp1256", "x-cp1257": "cp1257", "x-cp1258": "cp1258",
}  # fmt: skip
_ASCII = f"{ascii_letters}{digits}"


def codec_of(charset: str) -> str | None:
    """Give the codec for a charset's name; None where it is unknown or not to be used."""
    name = charset.strip().strip("'\"")
    if not name or len(name) > _MAX_NAME or not name.isascii() or not name.isprintable():
        return None
    try:
        codec = codecs.lookup(_OTHER_NAMES.get(name.lower(), name)).name
    except (LookupError, ValueError):
        return None
    if not codec.startswith(_TEXT_CODECS):
        return None
    # EBCDIC (cp037) is nothing that a mail program knows: it shows the octets as ASCII.
    return codec if codec.startswith(_WIDE) or _ASCII.encode().decode(codec, "replace") == _ASCII else None


def decode(data: bytes, charset: str) -> tuple[str, bool]:
    """Decode text as declared.

    Args:
        data: the octets, transfer encoding removed.
        charset: the declared name; empty where none is declared (RFC 2045, 5.2: US-ASCII).

    Returns:
        The text, and whether it is surely what was written. Doubtful text is decoded as UTF-8
        or, where it is none, as ISO 8859-1, so that its ASCII letters can be read.
    """
    codec = codec_of(charset) if charset else "ascii"
    if codec is None:
        return _guessed(data, sure=False)
    if codec == "ascii":  # readers guess when there is more than ASCII, and mostly it is UTF-8
        return _guessed(data, sure=True)
    if codec.startswith(_WIDE) and b"\0" not in data:  # Latin letters would have zeros beside them
        return _guessed(data, sure=False)
    try:
        return data.decode(codec), True
    except ValueError:
        return data.decode(codec, "replace"), False


def _guessed(data: bytes, *, sure: bool) -> tuple[str, bool]:
    try:
        return data.decode("utf-8"), sure
    except ValueError:
        return data.decode("latin-1"), False
