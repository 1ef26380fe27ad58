"""The messages of a log, block after block: of those that read alike (`alike`) one is read.

What was found is remembered by the outline of the text, without the words that show it: who wants to see
those of a text has it read.
"""

from collections.abc import Sequence
from functools import cached_property, partial

from verifykb.directory.types import Directory
from verifykb.message.alike import Outlines
from verifykb.message.block import read_block
from verifykb.message.quoting import MAX_QUOTE_CHARACTERS, Find, Hit
from verifykb.message.reading import find_in
from verifykb.names.lookalike import Resemblance
from verifykb.text.secrets import masked

_MAX_OUTLINES = 1 << 13
# Where fewer texts than one in four have a known outline it is not looked for in so many blocks.
_WORTH_ONE_IN, _BLOCKS_WITHOUT, _MIN_TEXTS = 4, 15, 1000
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
        self._blocks_without = 0

    def read(self, texts: Sequence[str]) -> list[list[Find]]:
        """Read each text of a block: its finds, quoted, are the same as `read_message` of each.

        Args:
            texts: NFC.
        """
        if self._blocks_without:
            self._blocks_without -= 1
            return self._read(texts)
        outlines = list(map(self._outlines.outline, texts))
        first: dict[str, int] = {}
        alone = []
        for number, outline in enumerate(outlines):
            if not outline or (outline not in self._known and first.setdefault(outline, number) == number):
                alone.append(number)
        found = dict(zip(alone, self._read([texts[number] for number in alone]), strict=True))
        if len(self._known) + len(first) > _MAX_OUTLINES:
            self._known = {outline: self._known[outline] for outline in set(outlines) & self._known.keys()}
        for outline, number in first.items():
            self._known[outline] = tuple([(find.kind, find.resemblance) for find in found[number]])
        if len(texts) >= _MIN_TEXTS and len(alone) * _WORTH_ONE_IN > len(texts) * (_WORTH_ONE_IN - 1):
            self._blocks_without = _BLOCKS_WITHOUT
        return [
            found[number] if number in found else self._like(self._known[outline], texts[number])
            for number, outline in enumerate(outlines)
        ]

    def _read(self, texts: Sequence[str]) -> list[list[Find]]:
        return read_block(texts, self._directory, own_words=self._own_words)

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
