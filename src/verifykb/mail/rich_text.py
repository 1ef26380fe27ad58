"""The words of a Rich Text file, as far as they can be had without setting it (RTF 1.9.1)."""

import re

_TOKEN = re.compile(
    r"\\'([0-9a-fA-F]{2})|\\u(-?[0-9]{1,6}) ?(?:\\'[0-9a-fA-F]{2}|\?)?|"
    r"\\([a-z]{1,32})(-?[0-9]{0,10}) ?|\\([^a-z])|[{}\r\n]"
)
_LINES = frozenset({"par", "line", "row", "sect", "page"})
_SPACES = frozenset({"tab", "cell"})


def rich_text(source: str) -> str:
    """Give the words of a Rich Text file; names of fonts and the like are among them."""
    return _TOKEN.sub(_replaced, source)


def _replaced(token: re.Match[str]) -> str:
    octet, number, word, _, sign = token.groups()
    if octet:
        return bytes.fromhex(octet).decode("cp1258", "replace")
    if number:
        return chr(int(number) % 0x10000)
    if word:
        return "\n" if word in _LINES else " " if word in _SPACES else ""
    return {"~": " ", "_": "-", "\n": "\n", "\r": "\n"}.get(sign, sign if sign and sign in "\\{}" else "")
