"""One more reading of an HTML text: nothing is hidden, and everything stands where a style may put it.

1. Boxes that a style puts side by side begin no line; alternative texts and the values of fields are text.
2. Words shown from right to left are read in the order in which they are seen.
3. Where shown and hidden text take turns in a line, no reading is sure, and it is said.
"""

from verifykb.mail.html_state import State

_MAX_FLOATS = 2  # side by side on the right: more are no layout
_MAX_TURNS = 1  # a line may begin or end with something hidden, as previews do


class Seen:
    """Puts the reading together."""

    def __init__(self) -> None:
        self.obscured = False
        self._pieces: list[str] = []
        self._asides: dict[int, list[str]] = {}  # what floats to the right waits until the line goes on
        self._run: list[str] = []  # letters shown from the last to the first
        self._run_at = 0
        self._was_hidden: bool | None = None
        self._turns = 0

    def add(self, text: str, state: State) -> None:
        """Add text inside an element that looks so."""
        if state.absent:
            return
        if any(map(str.isalnum, text)):
            self._watch(state)
        if not state.turned or self._run_at != state.aside:
            self._end_run()
        if not state.aside and text.strip():
            self._end_asides()
        if state.turned:
            self._run.append(text)
            self._run_at = state.aside
        else:
            self._target(state.aside).append(text)

    def separate(self, mark: str, state: State) -> None:
        """Begin a new line or cell where an element that looks so begins or ends."""
        if mark == "\n" and not state.effects.isdisjoint(("flows", "floats")):
            return
        self._end_run()
        if mark == "\n":
            self._was_hidden, self._turns = None, 0
            if not state.aside:
                self._end_asides()
        self._target(state.aside).append(mark)

    def lines_beside(self, shown: str) -> str:
        """Give the lines that are not among the shown ones."""
        self._end_run()
        self._end_asides()
        known = set(shown.split("\n"))
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        return "\n".join(line for line in lines if line and line not in known)

    def _watch(self, state: State) -> None:
        is_hidden = state.unseen or state.perhaps
        self.obscured = self.obscured or (state.moved and not state.unseen)
        if self._was_hidden is not None and self._was_hidden != is_hidden:
            self._turns += 1
            self.obscured = self.obscured or self._turns > _MAX_TURNS
        self._was_hidden = is_hidden

    def _target(self, aside: int) -> list[str]:
        return self._asides.setdefault(aside, []) if aside else self._pieces

    def _end_run(self) -> None:
        if self._run:
            self._target(self._run_at).append("".join(self._run)[::-1])
            self._run = []

    def _end_asides(self) -> None:
        if self._asides:
            self.obscured = self.obscured or len(self._asides) > _MAX_FLOATS
            for pieces in reversed(self._asides.values()):
                self._pieces += pieces
            self._asides = {}
