"""Texts whose writer's keyboard did not turn Telex or VNI into marks: maatj, ma65t."""

import re
from collections.abc import Iterator

# Words as Telex and VNI type them, and the keys that are no letters of them.
_TELEX_WORD = re.compile(r"\b[a-z]{0,4}(?:aa|ee|oo|dd|aw|ow|uw|iw)[a-z]{0,4}[sfrxj]\b", re.IGNORECASE)
_TELEX_KEYS = re.compile(r"(?<=a)a|(?<=e)e|(?<=o)o|(?<=d)d|(?<=[aoui])w|(?<=[aeiouywngchmpt])[sfrxj]\b", re.IGNORECASE)
_VNI_WORD = re.compile(r"\b[a-z]{0,4}[aeiouyd][1-9]{1,2}[a-z]{0,3}[1-9]?\b", re.IGNORECASE)
_VNI_KEYS = re.compile(r"(?<=[a-z])[1-9]{1,2}(?=[a-z]|\b)", re.IGNORECASE)
_DIGIT_IN_WORD = re.compile("[a-z][1-9]")
_MIN_TYPED_RAW, _LOOKED_AT = 3, 2000  # words that show it, in so many characters


def typed_keys(source: str) -> Iterator[re.Pattern[str]]:
    """Give for each way in which a text may have been typed its keys, which are to be left out.

    Args:
        source: the text.
    """
    if source.isascii() and _shows_keys(source):
        for typed, keys in ((_TELEX_WORD, _TELEX_KEYS), (_VNI_WORD, _VNI_KEYS)):
            if len(typed.findall(source, 0, _LOOKED_AT)) >= _MIN_TYPED_RAW:
                yield keys


def _shows_keys(source: str) -> bool:
    """Whether there are as many keys in a text as are looked for; far quicker."""
    lower = source.lower()
    return (
        sum(map(lower.count, ("aa", "ee", "oo", "dd", "w"))) >= _MIN_TYPED_RAW
        or len(_DIGIT_IN_WORD.findall(lower)) >= _MIN_TYPED_RAW
    )
