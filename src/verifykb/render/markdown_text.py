"""Values as Markdown that shows them and does nothing else, on GitHub, GitLab and in plain CommonMark.

1. Only words of letters, with the usual signs around them, and plain numbers stand as they are. Every other
   word becomes a code span: there is no markup, HTML, link, mention, issue, commit or emoji inside of one.
   Escaping with backslashes would not do: mentions, issues and addresses are found after it was undone.
2. The caller puts words of ours before a value: a number with a point would begin a list.
"""

import re
import unicodedata
from itertools import groupby

from verifykb.text.digit_groups import MASK

_OPENING, _CLOSING = "(“‘«", ".,;:!?)”’»…"
_BETWEEN_WORDS = re.compile(r"(\s+)")
_NUMBER = re.compile(r"[0-9]{1,6}|[0-9]{1,3}(?:[.,][0-9]{3}){1,4}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{1,2}:[0-9]{2}")
_COVERED = re.compile(rf"[0-9.]*{MASK}[0-9.{MASK}]*")
_SIGN_IN_WORD = re.compile(r"(?<=[^\W\d_])['’-](?=[^\W\d_])")
_COMMIT = re.compile(r"[0-9a-f]{6,}", re.IGNORECASE)  # GitHub links what looks like the number of a commit


def inline(text: str) -> str:
    """Write a text that is safe to show as Markdown inside a line.

    Args:
        text: safe to show (`text.safe`), without line ends.
    """
    pieces = [piece for piece in _BETWEEN_WORDS.split(text) if piece]
    return "".join(map(_piece, pieces))


def code(text: str) -> str:
    """Write a text as one code span, whatever is in it; nothing for no text."""
    if not text.strip():
        return ""
    longest = max((len(list(run)) for char, run in groupby(text) if char == "`"), default=0)
    fence = "`" * (longest + 1)
    inside = f" {text} " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else text
    return f"{fence}{inside}{fence}"


def cell(markdown: str) -> str:
    """Write Markdown for a cell of a table, where a bar would end it, in a code span too."""
    return markdown.replace("|", "\\|")


def _piece(piece: str) -> str:
    if piece.isspace():
        return piece
    start = len(piece) - len(piece.lstrip(_OPENING))
    end = max(start, len(piece.rstrip(_CLOSING)))
    word = piece[start:end]
    if not word or _is_plain(word):
        return piece
    return piece[:start] + code(word) + piece[end:]


def _is_plain(word: str) -> bool:
    if word.lower() == "www":
        return False  # GitHub links "www.…", points and all
    if _COMMIT.fullmatch(word):
        return word.isdigit() and _NUMBER.fullmatch(word) is not None
    return bool(_NUMBER.fullmatch(word) or _COVERED.fullmatch(word)) or all(
        map(_is_letter, _SIGN_IN_WORD.sub("", word))
    )


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"
