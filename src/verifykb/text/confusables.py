"""Letters of other scripts that a reader takes for a Latin letter. Data; see UTS 39.

Used only to find and to accuse, never for text that is shown and never to acquit.
"""

_ROWS = {
    "a": "аαɑ", "b": "Ьвβ", "c": "сϲ", "d": "ԁժ", "e": "еєε", "f": "ƒ", "g": "ɡԍ", "h": "һհн",
    "i": "іιıі", "j": "јϳ", "k": "кκ", "l": "ӏⅼ", "m": "мⅿ", "n": "пոη", "o": "оοօס", "p": "рρ",
    "q": "ԛ", "r": "г", "s": "ѕꜱ", "t": "тτ", "u": "υս", "v": "νѵⅴᴠ", "w": "ԝɯω", "x": "хχ", "y": "уγү",
    "z": "ᴢ",
}  # fmt: skip

LATIN_FOR = {lookalike: plain for plain, row in _ROWS.items() for lookalike in row}
