"""Characters that a reader takes for ASCII letters: Unicode's table, and a few of our own.

1. Used only to find and to accuse, never for text that is shown and never to acquit.
2. Unicode's rows are confusables.txt (UTS 39), made by tools/make_confusables.py; own rows are
   what that table leaves out although people write with it: circled and small capital letters.
"""

from functools import cache
from pathlib import Path

_ROWS = {
    "a": "ɑ", "b": "Ьвβ", "d": "ժ", "e": "єε", "f": "ƒ", "g": "ɡԍ", "h": "һհн", "i": "ιı", "k": "кκ", "m": "мⅿ",
    "n": "пոη", "o": "օס", "r": "г", "t": "тτ", "u": "υս", "v": "νѵⅴᴠ", "w": "ɯω", "x": "хχ", "y": "уγү", "z": "ᴢ",
}  # fmt: skip

_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True))
_STRUCK = dict(zip("ħɨøⱥŧƚɍɇƀȼɖ", "hioatlrebcd", strict=True))
# Letters in circles, in squares, and the letters that flags are made of.
_ENCLOSED = {
    chr(first + at): letter
    for first in (0x1F150, 0x1F170, 0x1F1E6)
    for at, letter in enumerate("abcdefghijklmnopqrstuvwxyz")
}
_OWN = {lookalike: plain for plain, row in _ROWS.items() for lookalike in row} | _SMALL_CAPITALS | _STRUCK | _ENCLOSED


@cache
def latin_table() -> dict[str, str]:
    """Give the small ASCII letters, digits or signs that each character is taken for."""
    text = Path(__file__).with_name("confusables.txt").read_text(encoding="utf-8")
    rows = (line.split(" ") for line in text.splitlines() if not line.startswith("#"))
    return {chr(int(point, 16)): letters for point, letters in rows} | _OWN


def latin_for(char: str) -> str:
    """Give what one character is taken for, whatever its case; empty where it is nothing."""
    table = latin_table()
    latin = table.get(char) or table.get(char.lower(), "")
    # UTS 39 takes a capital I for l; a text that is read as words means i.
    return table.get(char.lower(), latin) if latin == "l" and char.isupper() else latin
