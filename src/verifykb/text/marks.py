"""Vietnamese without its marks, for comparing words. Never for text that is shown."""

import unicodedata

_LETTER_D = str.maketrans({"đ": "d", "Đ": "D"})  # NFD does not decompose it


def strip_marks(text: str) -> str:
    """Remove every combining mark and turn đ into d; case stays."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return kept.translate(_LETTER_D)
