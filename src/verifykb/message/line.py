"""A sentence as a line of canonical words, and which phrases stand where in it. Decides nothing."""

from collections.abc import Sequence
from typing import NamedTuple

from verifykb.message.scan import Cues
from verifykb.model.contact import Ask

REMOTE = Ask.REMOTE_ACCESS.value
JOINED_WORDS = 3  # between act and object, where a full stop or line break is read over
CARE_WORDS = 3  # between "đổi" or "gỡ" and what it is done to


class Found(NamedTuple):
    """Something that may be asked for: its category, and its place in the line."""

    category: str
    start: int
    end: int


def _outermost(asks: Sequence[Found]) -> list[Found]:
    """Leave out what is part of a longer phrase for the same thing: "cọc" of "đặt cọc"."""
    outermost: list[Found] = []
    ends: dict[str, int] = {}
    for ask in sorted(asks, key=lambda ask: (ask.start, -ask.end)):
        if ends.get(ask.category, -1) < ask.end:
            ends[ask.category] = ask.end
            outermost.append(ask)
    return outermost


class Line:
    """One sentence.

    Args:
        line: its words with a space around each; ends with its stop.
        asks: what of `scan.asks` is in it.
        own_words: the office reports.
        denied: a warning before it ("không được:") denies what it lists.
        joined: it was joined over full stops or line breaks, so act and object must be near.
    """

    def __init__(
        self, line: str, asks: Sequence[Found], *, own_words: bool, denied: bool = False, joined: bool = False
    ) -> None:
        self.line = line
        self._asks = _outermost(asks) if len(asks) > 1 else asks
        self._cues = Cues(line)
        self._own_words = own_words
        self.denied = denied
        self._joined = joined

    def forget(self) -> None:
        """Let go of what was found where: too much to keep of every sentence, and found again when asked for."""
        if self._cues:
            self._cues = Cues(self.line)

    def _between(self, end: int, start: int) -> int:
        """Count the words between two places."""
        return self.line.count(" ", end, start) - 1

    def _has(self, category: str, start: int = 0, end: int | None = None) -> bool:
        """Whether a phrase of a category stands between two places."""
        places = self._cues[category]
        if not places:
            return False
        last = len(self.line) if end is None else end
        return any(start <= first and behind <= last for first, behind in places)

    def _back(self, start: int, words: int) -> int:
        """Give the place so many words before another."""
        for _ in range(words):
            if start > 1 and self.line[start - 2] not in ",.?;":
                start = self.line.rfind(" ", 0, start - 1) + 1
        return max(start, 1)

    def _is_under(self, category: str, start: int) -> bool:
        """Whether a word of a category stands shortly before a place."""
        places = self._cues[category]
        return bool(places) and any(end < start and self._between(end, start) <= CARE_WORDS for _, end in places)

    def _is_to_me(self, after: int) -> bool:
        """Whether it is done for the writer; in the office's words, for those it tells of."""
        if self._has("to-me", after) or (self._own_words and self._has("to-them", after)):
            return True
        return self.line.startswith((" em ", " chau ", " toi ", " me ", " us ", " conX nghe "), after)

    def _is_to_writer(self, end: int) -> bool:
        return any(end < start and self._between(end, start) <= JOINED_WORDS for start, _ in self._cues["to-writer"])

    def _act_at(self, at: int) -> bool:
        acts = ("give", "want", "follow", "install-act", "pay", "contact", "keep")
        tool = any(ask.start == at and ask.category == f"ask:{REMOTE}" for ask in self._asks)
        return tool or any(start == at for act in acts for start, _ in self._cues[act])
