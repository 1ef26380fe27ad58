"""Unicode normalisation (NFC) whose time grows with the length of the text, whatever is in it.

Canonical ordering sorts every run of combining marks, in a time that grows with the square of the run.
UAX 15, 13 (Stream-Safe Text Format) bounds the runs: no language needs more than 30 marks on a letter.
"""

import re
import unicodedata

_MAX_MARKS = 30
_JOINER = "\u034f"  # COMBINING GRAPHEME JOINER, of class 0: invisible, and ends a run
_PERHAPS_MARKS = re.compile(r"[^\x00-\u02ff]{31,}+")  # no combining mark stands below U+0300


def nfc(text: str) -> str:
    """Give a text in the form NFC; behind 30 marks in a row a joiner that nobody sees is put in."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _PERHAPS_MARKS.sub(_parted, text))


def _parted(run: re.Match[str]) -> str:
    pieces, marks = [], 0
    for char in run[0]:
        decomposed = unicodedata.normalize("NFD", char)  # of class 0 itself, U+0F73 is two marks
        marks = marks + len(decomposed) if unicodedata.combining(decomposed[0]) else 0
        if marks > _MAX_MARKS:
            pieces.append(_JOINER)
            marks = len(decomposed)
        pieces.append(char)
    return "".join(pieces)
