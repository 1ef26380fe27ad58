"""Letters of other scripts that a reader takes for a Latin letter. Data; see UTS 39.

Used only to find and to accuse, never for text that is shown and never to acquit.
"""

_ROWS = {
    "a": "аαɑ", "b": "Ьвβ", "c": "сϲ", "d": "ԁժ", "e": "еєε", "f": "ƒ", "g": "ɡԍ", "h": "һհн",
    "i": "іιıі", "j": "јϳ", "k": "кκ", "l": "ӏⅼ", "m": "мⅿ", "n": "пոη", "o": "оοօס", "p": "рρ",
    "q": "ԛ", "r": "г", "s": "ѕꜱ", "t": "тτ", "u": "υս", "v": "νѵⅴᴠ", "w": "ԝɯω", "x": "хχ", "y": "уγү",
    "z": "ᴢ",
}  # fmt: skip

_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True))
_STRUCK = dict(zip("ħɨøⱥŧƚɍɇƀȼɖ", "hioatlrebcd", strict=True))
# Letters in circles, in squares, and the letters that flags are made of.
_ENCLOSED = {
    chr(first + at): letter
    for first in (0x1F150, 0x1F170, 0x1F1E6)
    for at, letter in enumerate("abcdefghijklmnopqrstuvwxyz")
}

LATIN_FOR = (
    {lookalike: plain for plain, row in _ROWS.items() for lookalike in row} | _SMALL_CAPITALS | _STRUCK | _ENCLOSED
)


def latin_for(char: str) -> str:
    """Give the Latin letters that a character is taken for; empty where there are none."""
    return LATIN_FOR.get(char, "")
