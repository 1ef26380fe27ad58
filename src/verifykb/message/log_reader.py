"""The messages of a log, block after block: of those that may say anything and read alike (`alike`) one is read.

What was found is remembered by the outline of the text, without the words that show it: who wants to see
those of a text has it read.
"""

from collections.abc import Sequence
from functools import cached_property, partial

from verifykb.directory.types import Directory
from verifykb.message.alike import Outlines
from verifykb.message.block import unread
from verifykb.message.quoting import MAX_QUOTE_CHARACTERS, Find, Hit
from verifykb.message.reading import find_in
from verifykb.names.lookalike import Resemblance
from verifykb.text.secrets import masked

_MAX_OUTLINES = 1 << 13
# Of so many texts one in eight must have a known outline, or so many are read without looking for theirs.
_LOOK_FOR, _WORTH_ONE_IN, _PASS_OVER = 1000, 8, 15_000
_Told = tuple[tuple[str, Resemblance | None], ...]
"""What was found: kind, and resemblance."""


class LogReader:
    """Reads the messages of a log.

    Args:
        directory: the official contacts.
        own_words: the office reports.
    """

    def __init__(self, directory: Directory, *, own_words: bool) -> None:
        self._directory = directory
        self._own_words = own_words
        self._outlines = Outlines(directory)
        self._known: dict[str, _Told] = {}
        self._looked_for = self._met = self._passed_over = 0

    def read(self, texts: Sequence[str]) -> list[list[Find]]:
        """Read each text of a block: its finds, quoted, are the same as `read_message` of each.

        Args:
            texts: NFC.
        """
        found: list[list[Find]] = [[] for _ in texts]
        for number, read in unread(texts, self._directory, own_words=self._own_words):
            outline = self._outlines.outline(texts[number]) if self._is_worth_looking() else ""
            told = self._known.get(outline)
            if told is None:
                found[number] = read()
                if outline:
                    self._keep(outline, found[number])
            else:
                self._met += 1
                found[number] = self._like(told, texts[number])
        return found

    def _is_worth_looking(self) -> bool:
        """Whether to look for what was read before: not for a while where few texts of many were met again."""
        if self._looked_for < _LOOK_FOR:
            self._looked_for += 1
            return True
        if self._passed_over == 0 and self._met * _WORTH_ONE_IN >= self._looked_for:
            self._looked_for = self._met = 0
            return True
        self._passed_over += 1
        if self._passed_over >= _PASS_OVER:
            self._looked_for = self._met = self._passed_over = 0
        return False

    def _keep(self, outline: str, finds: list[Find]) -> None:
        if len(self._known) >= _MAX_OUTLINES:
            self._known.clear()
        self._known[outline] = tuple([(find.kind, find.resemblance) for find in finds])

    def _like(self, told: _Told, text: str) -> list[Find]:
        """Give what is found in a text by what was found in one that reads alike."""
        if not told:
            return []
        again = _Again(text, self._directory, own_words=self._own_words)
        return [Find(kind, resemblance, partial(again.quoted, kind)) for kind, resemblance in told]


class _Again:
    """A text that is read when its words are to be shown."""

    def __init__(self, text: str, directory: Directory, *, own_words: bool) -> None:
        self._text = text
        self._directory = directory
        self._own_words = own_words

    def quoted(self, kind: str) -> Hit:
        """Give what was found of a kind; the whole text where it is not found again, so that no row is lost."""
        found = self._found.get(kind)
        return found.quoted() if found else Hit(kind, masked(self._text)[:MAX_QUOTE_CHARACTERS], 0, len(self._text))

    @cached_property
    def _found(self) -> dict[str, Find]:
        finds = find_in(self._text, self._directory, own_words=self._own_words)
        return {find.kind: find for find in finds}
