"""Texts that read alike: of those that differ in names, numbers and links only, one need be read.

1. The outline of a text is its words, each as `alike_words` gives it. Texts of one outline say the same.
2. A word of the phrase table that is a name, too ("Phạm"), stands as a name where nothing is beside it
   that the table has beside it (`vocabulary.told_apart`).
3. What is decided by more than words has no outline and is read by itself: quotation marks, HTML,
   lines, letters that are spelt, words typed without an input method.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from verifykb.directory.types import Directory
from verifykb.message.alike_words import NAME, NONE, OPEN, SOME, THING, ZEROS, AlikeWords, may_go_on
from verifykb.message.fold import UNKNOWN, Neighbours, encode, encoded, gate_words, has_marks, is_spelt
from verifykb.message.reading import MIN_CUT_CHARACTERS
from verifykb.message.typed import typed_keys
from verifykb.message.vocabulary import bound_words, vocabulary, words_of_text
from verifykb.message.words import SEVERAL

_MAX_CHARACTERS = 1500  # longer texts are read
_ELSEWHERE_READ = re.compile(f"[\0\t{UNKNOWN}]")  # signs that are left out, part numbers, or are counted
_PARTS = re.compile(r"[^\W\d_]+|[0-9]+")
_MAX_NAMES = 1 << 13
_NOTHING: Neighbours = (frozenset(), frozenset())
_Beside = tuple[str | None, str, str | None]
"""A word between two others; none at the ends of a text."""


class Outlines:
    """Gives the outlines of texts.

    Args:
        directory: the official contacts.
    """

    def __init__(self, directory: Directory) -> None:
        self._of_marked = _Outlined(directory, has_marks=True)
        self._of_bare = _Outlined(directory, has_marks=False)

    def outline(self, text: str) -> str:
        """Give the outline of a text; empty where it has none.

        Args:
            text: NFC.
        """
        if len(text) > _MAX_CHARACTERS or (text.isascii() and any(typed_keys(text))):
            return ""
        codes = encoded(text)
        if not codes or is_spelt(codes) or _ELSEWHERE_READ.search(text):
            return ""
        outlined = self._of_marked if has_marks(codes) else self._of_bare
        return outlined.outline(text)


class _Outlined:
    """Gives the outlines of texts with Vietnamese marks, or of those without."""

    def __init__(self, directory: Directory, *, has_marks: bool) -> None:
        self._prefix = f"{has_marks:d}"
        self._words = AlikeWords(directory, has_marks=has_marks)
        self._canonical = words_of_text(has_marks=has_marks)
        self._names: dict[_Beside, str] = {}

    def outline(self, text: str) -> str:
        """Give the outline of a text; empty where it has none."""
        words = text.split(" ")
        outlines = list(map(self._words.__getitem__, words))
        outline = " ".join(outlines)
        if NAME in outline:
            between = [None, *words, None]
            for at in [at for at, of_word in enumerate(outlines) if of_word[:1] == NAME]:
                outlines[at] = self._name((between[at], words[at], between[at + 2]))
            outline = " ".join(outlines)
        if OPEN in outline:
            behind = [at for at, of_word in enumerate(outlines, 1) if of_word[:1] == OPEN]
            if any(may_go_on(words[at]) for at in behind if at < len(words)):
                outline = " ".join(self._joined(words, outlines))
            outline = outline.replace(OPEN, "")
        return "" if NONE in outline else f"{self._prefix}{len(text) >= MIN_CUT_CHARACTERS:d}{outline}"

    def _joined(self, words: Sequence[str], outlines: Sequence[str]) -> list[str]:
        """Give the outlines of words; a phone number in several of them has one."""
        joined: list[str] = []
        at = 0
        while at < len(words):
            end = at + 1
            if outlines[at].startswith(OPEN):
                while end < len(words) and may_go_on(words[end]):
                    end += 1
            joined.append(outlines[at] if end == at + 1 else self._words[" ".join(words[at:end])])
            at = end
        return joined

    def _name(self, place: _Beside) -> str:
        """Give the outline of what may be a name, by what is beside it."""
        known = self._names.get(place)
        if known is None:
            if len(self._names) >= _MAX_NAMES:
                self._names.clear()
            known = self._names[place] = self._name_beside(*place)
        return known

    def _name_beside(self, before: str | None, word: str, behind: str | None) -> str:
        last, first = self._beside(before, -1), self._beside(behind, 0)
        if last is None or first is None:
            return SOME + word
        if "," in word or ":" in word:
            first = {*first, ","}
        parts = list(_PARTS.finditer(word))
        told = [self._told(part[0]) for part in parts]
        outline, at = "", 0
        for part, words, near, following in zip(parts, told, [last, *told[:-1]], [*told[1:], first], strict=True):
            any_such = part[0].translate(ZEROS) if part[0].isdigit() else SOME
            kept = SOME + part[0] if _decides(words, near, following) else any_such
            outline += word[at : part.start()] + kept
            at = part.end()
        return outline + word[at:]

    def _told(self, part: str) -> AbstractSet[str]:
        codes = encode(part)
        return {*self._canonical[part].split(), *(codes.gate_words if codes else ())}

    def _beside(self, word: str | None, at: int) -> AbstractSet[str] | None:
        """Give what the last or first of the words may be that a written word stands for; None where that is not sure."""
        if word is None:
            return frozenset()
        codes = encode(word)
        if codes is None or any(sign in self._words[word] for sign in (OPEN, NONE, THING)):
            return None
        told = [codes.gate_words, [part for part in self._canonical[word].split() if part != "."]]
        if not all(told) or any(SEVERAL in words[at] for words in told):
            return None
        return {words[at] for words in told}


def _decides(words: AbstractSet[str], before: AbstractSet[str], behind: AbstractSet[str]) -> bool:
    """Whether what a word stands for, as the reader and as the gate read it, may be told from another here."""
    bound, gate = bound_words(), gate_words()
    for word in words:
        if word in vocabulary() and word not in bound:
            return True
        for besides in (bound, gate):
            beside = besides.get(word, _NOTHING)
            if beside is None or not (beside[0].isdisjoint(before) and beside[1].isdisjoint(behind)):
                return True
            # What is beside it may count beside it.
            if any(word in found[1] for near in before if (found := besides.get(near))):
                return True
            if any(word in found[0] for near in behind if (found := besides.get(near))):
                return True
    return False
