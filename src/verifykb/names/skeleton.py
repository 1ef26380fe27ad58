"""What a name looks like: its skeleton. For accusing only; never compared to acquit.

The idea is that of Unicode TR39: two names with one skeleton can be taken for each other.
"""

import unicodedata
from functools import cache

from verifykb.text.confusables import latin_table
from verifykb.text.marks import strip_marks

# Digits and signs that stand in for letters. l and i are one shape in many fonts.
_STANDS_FOR = {
    "@": "a", "4": "a", "8": "b", "3": "e", "9": "g", "1": "l", "|": "l", "!": "l", "i": "l",
    "0": "o", "5": "s", "$": "s", "7": "t", "2": "z",
}  # fmt: skip
_ASCII = str.maketrans(_STANDS_FOR)
# Pairs that run together into one letter.
_PAIRS = (("rn", "m"), ("nn", "m"), ("vv", "w"), ("cl", "d"))


@cache
def _table() -> dict[int, str]:
    """Give the skeleton of every character that has one."""
    lookalikes = {char: plain.translate(_ASCII) for char, plain in latin_table().items()}
    signs = dict.fromkeys("。．｡․·∙", ".") | dict.fromkeys("‐‑‒–—―−－", "-")
    return str.maketrans(lookalikes | _STANDS_FOR | signs)


def visible(text: str) -> str:
    """Remove what takes no ink: zero-width, bidi and other ignorable characters."""
    return "".join(
        char
        for char in text
        if unicodedata.category(char) not in ("Cf", "Cc", "Cn", "Co", "Cs")
        and char not in "\u034f\u115f\u1160\u3164\uffa0"
        and not "\ufe00" <= char <= "\ufe0f"
    )


def skeleton(text: str, *, pairs: bool = True) -> str:
    """Give the skeleton of a name: equal skeletons can be taken for each other.

    Args:
        text: the name as written.
        pairs: whether pairs that run together (rn, vv) become one letter.
    """
    if text.isascii():
        shape = text.lower().translate(_ASCII)
    else:
        lookalikes = visible(text).translate(_table())  # before case folding: Cherokee folds to capitals
        folded = unicodedata.normalize("NFKC", lookalikes).casefold()
        shape = strip_marks(folded).translate(_table())
    for pair, letter in _PAIRS if pairs else ():
        shape = shape.replace(pair, letter)
    while ".." in shape:
        shape = shape.replace("..", ".")
    return shape.strip(".")


def to_unicode(domain: str) -> str | None:
    """Decode the A-labels of a domain; None where one of them is no valid punycode."""
    if "xn--" not in domain.lower():
        return domain
    import idna

    try:
        return ".".join(
            idna.ulabel(label) if label.lower().startswith("xn--") else label for label in domain.split(".")
        )
    except (idna.IDNAError, UnicodeError):
        return _loosely(domain)


def _loosely(domain: str) -> str | None:
    """Decode labels that IDNA 2008 forbids but a mail program may still show."""
    try:
        return ".".join(
            label[4:].encode("ascii").decode("punycode") if label.lower().startswith("xn--") else label
            for label in domain.split(".")
        )
    except (UnicodeError, ValueError):
        return None
