"""What was found in a text, with the words of the original that show it."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from verifykb.message.normalise import Plain
from verifykb.names.lookalike import Resemblance
from verifykb.text.secrets import masked

MAX_QUOTE_CHARACTERS = 120


class Hit(NamedTuple):
    """Something a text asks, offers or warns of.

    Args:
        kind: an `Ask`, or ``other-contact``, ``pressure``, ``warning``, ``official-link``,
            ``obscured``.
        quote: the words of the original.
        start, end: where the quoted words stand in the original, in characters.
        resemblance: for a link, what its host imitates.
    """

    kind: str
    quote: str
    start: int
    end: int
    resemblance: Resemblance | None = None


class Find(NamedTuple):
    """Something that a text asks, offers or warns of, before its words are looked up: most logs are only counted.

    Args:
        kind: as of a `Hit`.
        resemblance: as of a `Hit`.
        quoted: gives the `Hit`.
    """

    kind: str
    resemblance: Resemblance | None
    quoted: Callable[[], Hit]


# The part of a text and the whole of it are quoted one after the other.
_covered = lru_cache(maxsize=2)(masked)


class Quoter:
    """Quotes a text, its secrets covered.

    Args:
        plain: one reading of it.
    """

    def __init__(self, plain: Plain) -> None:
        self._plain = plain
        self._shown = ""

    def quoted(self, kind: str, start: int, end: int, resemblance: Resemblance | None = None) -> Hit:
        """Give a find with its quotation.

        Args:
            kind: see `Hit`.
            start: place in the reading.
            end: place behind it.
            resemblance: for a link, what its host imitates.
        """
        first, last = self._plain.place(start, end)
        if not self._shown:
            # Covered as a whole: the word before a secret may stand outside of what is quoted.
            source = self._plain.source
            self._shown = _covered(source) if self._plain.codes.may_hold_secret else source
        quote = self._shown[first:last]
        if len(quote) > MAX_QUOTE_CHARACTERS:
            quote = quote[:MAX_QUOTE_CHARACTERS] + "…"
        return Hit(kind, quote, first, last, resemblance)
