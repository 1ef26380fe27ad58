"""The progress of a long run on stderr, for a person who waits.

1. A short run shows nothing; a long one shows what was done, how fast, how long still, and
   what was found so far, worst first.
2. No thread and no colour: `Progress.advance` is called for every block, and writes when it is due.
3. A bar is one line that is drawn again; whoever listens to the screen, or reads a file, gets
   whole lines, seldom.
4. A stream that is closed or full ends the showing, never the run.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from math import ceil, inf
from typing import IO, Literal

from verifykb.model.verdict import Verdict
from verifykb.render.colour import is_accessible
from verifykb.text.safe import safe
from verifykb.wording import Wording

Mode = Literal["bar", "lines", "silent"]

# Seconds until the first showing, and between two of them. A bar that comes and goes at once only
# startles; five a second is as much as anybody reads. A line stays, so there are few.
_PACE: Mapping[Mode, tuple[float, float]] = {"bar": (0.5, 0.2), "lines": (10.0, 10.0), "silent": (inf, inf)}
_TRUSTED_SECONDS = 2.0  # the first blocks also pay for starting up: no guess about the end from them
_COLUMNS = 80  # of a terminal that does not say
_SECONDS_AT_MOST, _MINUTES_AT_MOST = 90, 90  # above them the next larger unit
_SMALL_RATE = 10  # rows a second; below it one decimal counts
_DIGITS = 3  # of a rate: the others only flicker


def mode_for(environment: Mapping[str, str], is_terminal: bool, quiet: int) -> Mode:
    """Choose how progress is shown.

    Args:
        environment: the environment variables: ACCESSIBLE and TERM count.
        is_terminal: whether stderr is a terminal.
        quiet: how often ``-q`` was given.
    """
    if quiet:
        return "silent"
    redraws = is_terminal and environment.get("TERM") != "dumb" and not is_accessible(environment)
    return "bar" if redraws else "lines"


class Progress:
    """Shows how far a run is.

    Args:
        stream: where a person reads: stderr.
        wording: the sentences of the chosen language.
        mode: as `mode_for` chose.
        clock: gives seconds that only grow: `time.monotonic`.
    """

    def __init__(self, stream: IO[str], wording: Wording, *, mode: Mode, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._wording = wording
        self._mode = mode
        self._clock = clock
        self._due = inf  # when to show next, in seconds of the clock
        self._drawn = 0  # columns of the bar that stand on the screen
        self._total: int | None = None
        self._began = (0.0, 0, 0)

    def start(self, total: int | None, *, done: int = 0, rows: int = 0) -> None:
        """Start the clock of a run, or of its next part; what is due to be shown stays due.

        Args:
            total: bytes or rows that there are in all; None where nobody knows yet, because
                rows are only read so far, not judged.
            done: how much of the total was done before: a run that is resumed. It says
                nothing of today's speed.
            rows: rows that were done before.
        """
        now = self._clock()
        self._total = total
        self._began = (now, done, rows)
        self._due = min(self._due, now + _PACE[self._mode][0])

    def advance(self, done: int, rows: int, found: Mapping[Verdict, int]) -> None:
        """Tell how far the run is; cheap, and shown only when it is due.

        Args:
            done: how much of the total is done, in its unit.
            rows: rows so far.
            found: contacts so far, by verdict.
        """
        if self._mode == "silent":
            return
        now = self._clock()
        if now < self._due:
            return
        self._due = now + _PACE[self._mode][1]
        line = "; ".join(self._parts(now, done, rows, found))
        if self._mode == "bar":
            self._draw(line)
        else:
            self._write(f"{line}\n")

    def note(self, text: str) -> None:
        """Write a message on lines of its own; the bar moves below it. Silent runs write it, too.

        Args:
            text: one line or several, in words.
        """
        self.clear()
        self._write("".join(f"{safe(line)}\n" for line in text.split("\n")))

    def clear(self) -> None:
        """Take the bar off the screen, before anybody else writes there; the next showing brings it back."""
        if self._drawn:
            self._write(f"\r{' ' * min(self._drawn, self._columns() - 1)}\r")
            self._drawn = 0

    def finish(self) -> None:
        """Take the bar away for good."""
        self.clear()
        self._due = inf

    def _draw(self, line: str) -> None:
        # The last column stays free: some terminals begin a new line as soon as it is filled.
        room = self._columns() - 1
        if len(line) > room:
            line = f"{line[: max(0, room - 1)]}…"[:room]
        self._write(f"\r{line}{' ' * (min(self._drawn, room) - len(line))}")
        self._drawn = len(line)

    def _columns(self) -> int:
        """Ask the terminal each time: a person may resize it."""
        with suppress(OSError, ValueError):
            return os.get_terminal_size(self._stream.fileno()).columns or _COLUMNS
        return _COLUMNS

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._due = inf

    def _parts(self, now: float, done: int, rows: int, found: Mapping[Verdict, int]) -> Iterator[str]:
        start, done_before, rows_before = self._began
        seconds = now - start
        key = "rows_read" if self._total is None else "rows"
        yield self._wording.text("progress", key, rows=self._grouped(rows))
        rate = self._rate((rows - rows_before) / seconds) if seconds > 0 else ""
        if rate:
            yield self._wording.text("progress", "rate", rate=rate)
        if self._total is not None and seconds >= _TRUSTED_SECONDS and done_before < done < self._total:
            yield self._left(seconds * (self._total - done) / (done - done_before))
        for verdict in Verdict:  # worst first
            if found.get(verdict):
                yield f"{self._wording.text('verdict', verdict)}: {self._grouped(found[verdict])}"

    def _left(self, seconds: float) -> str:
        """Say how long it still takes, rounded up: a promise that is kept."""
        if seconds <= _SECONDS_AT_MOST:
            return self._wording.text("progress", "left_seconds", seconds=max(10, 10 * ceil(seconds / 10)))
        minutes = ceil(seconds / 60)
        if minutes <= _MINUTES_AT_MOST:
            return self._wording.text("progress", "left_minutes", minutes=minutes)
        hours, tens = divmod(ceil(minutes / 10), 6)
        key = "left_hours_minutes" if tens else "left_hours"
        return self._wording.text("progress", key, hours=self._grouped(hours), minutes=10 * tens)

    def _rate(self, rate: float) -> str:
        """Give rows a second as people read them; nothing where it is too slow to say."""
        if rate < _SMALL_RATE:
            return f"{rate:.1f}".replace(".", self._wording.text("progress", "decimal")) if round(rate, 1) else ""
        return self._grouped(round(rate, _DIGITS - len(str(int(rate)))))

    def _grouped(self, number: float) -> str:
        """Write a whole number in groups of three digits, as the language does."""
        return f"{number:,.0f}".replace(",", self._wording.text("progress", "thousands"))
