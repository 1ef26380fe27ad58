"""What was made of a piece, in the run's folder: parts of reports, and a few numbers.

1. The numbers are written last and appear whole: a piece without them was never done.
2. Parts appear whole, too: a process that its parent left behind spoils nothing of a run that goes on.
3. A part that is missing or cut short undoes the piece; nothing is left out in silence.
4. Memory does not grow with the piece: parts are written as they come.
"""

import json
import os
import struct
from collections import Counter as Count
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from verifykb.batch.policy import Counted
from verifykb.errors import OutputError, reason_of
from verifykb.model.report import Unreadable
from verifykb.model.tally import Tally
from verifykb.model.verdict import Verdict
from verifykb.render.entry import Entry, EntryFinding
from verifykb.text.paths import state_of

_LENGTH = struct.Struct(">Q")
_FULL = 5_000  # entries of each kind that are kept of a piece: no report lists more


@contextmanager
def failures_of(folder: Path) -> Iterator[None]:
    """Tell what the disk refuses as what it is: it is not the report that could not be written."""
    try:
        yield
    except OSError as error:
        raise OutputError("run-folder-failed", file=str(folder), why=reason_of(error)) from error


class DonePiece(NamedTuple):
    """The numbers of a piece that is done.

    Args:
        number: of the piece.
        verdicts: contacts by verdict.
        fails, below, accepted: contacts that count so.
        unreadable: records that could not be read.
        touches: records that belong to a case.
        tally: as `Tally.values` gives it.
        parts: the size of each part, in bytes.
        mails: saved mails that were read, each with its state (`state_of`).
    """

    number: int
    verdicts: dict[str, int]
    fails: int
    below: int
    accepted: int
    unreadable: int
    touches: int
    tally: list[list[Any]]
    parts: dict[str, int]
    mails: dict[str, list[int]]

    @property
    def contacts(self) -> int:
        """How many contacts were judged."""
        return sum(self.verdicts.values())


class Done:
    """The parts of one piece.

    Args:
        folder: the run's own.
        number: of the piece.
    """

    def __init__(self, folder: Path, number: int) -> None:
        self._folder = folder
        self._number = number
        self._files: dict[str, IO[bytes]] = {}
        self._verdicts: Count[str] = Count()
        self._counts: Count[str] = Count()
        self._entries: Count[tuple[bool, bool]] = Count()
        self._tally = Tally()
        self._mails: dict[str, list[int]] = {}

    def path(self, what: str) -> Path:
        """Give the file of a part."""
        return self._folder / f"{self._number:07}.{what}"

    @contextmanager
    def writing(self) -> Iterator["Done"]:
        """Write the parts; leaving well does not yet mean that the piece is done."""
        with failures_of(self._folder):
            try:
                yield self
            finally:
                for file in self._files.values():
                    with suppress(OSError):  # what was lost by it is told by `finished`
                        file.close()

    def _file(self, what: str) -> IO[bytes]:
        if what not in self._files:
            self._files[what] = self._own(what).open("wb")
        return self._files[what]

    def _own(self, what: str) -> Path:
        """Give the file that this process writes a part to before it appears."""
        return self.path(f"{what}.{os.getpid()}")

    def count(self, contacts: Iterable[tuple[Verdict, Counted]]) -> None:
        """Count contacts."""
        for verdict, counted in contacts:
            self._verdicts[verdict.value] += 1
            self._counts["fails"] += counted.fails
            self._counts["below"] += counted.below
            self._counts["accepted"] += counted.accepted

    def mails(self, paths: Iterable[str]) -> None:
        """Remember which saved mails were read, and their states."""
        self._mails |= {path: state_of(path) for path in paths}

    def fragment(self, name: str, fragment: bytes) -> None:
        """Write a part of a report."""
        if fragment:
            self._file(f"report-{name}").write(_LENGTH.pack(len(fragment)) + fragment)

    def fragments(self, name: str) -> Iterator[bytes]:
        """Give the parts of a report, one after the other."""
        path = self.path(f"report-{name}")
        with failures_of(self._folder):
            if path.exists():
                with path.open("rb") as file:
                    while length := file.read(_LENGTH.size):
                        yield file.read(_LENGTH.unpack(length)[0])

    def unreadable(self, items: Iterable[Unreadable]) -> None:
        """Keep what could not be read."""
        for item in items:
            self._line("unreadable", [item.file, item.row, item.key, dict(item.values)])
            self._counts["unreadable"] += 1

    def touches(self, touches: Iterable[list[Any]]) -> None:
        """Keep what belongs to a case."""
        for touch in touches:
            self._line("touches", touch)
            self._counts["touches"] += 1

    def tally(self, tally: Tally) -> None:
        """Add counts of a summary."""
        self._tally.add(tally)

    def is_full(self, masked: bool, *, fails: bool) -> bool:
        """Whether no more entries of a kind are kept."""
        return self._entries[masked, fails] >= _FULL

    def entry(self, entry: Entry, *, masked: bool, fails: bool) -> None:
        """Keep a contact that a report may list."""
        self._entries[masked, fails] += 1
        self._line(f"entries-{'masked' if masked else 'whole'}", [fails, *entry])

    def _line(self, what: str, value: object) -> None:
        self._file(what).write(json.dumps(value).encode() + b"\n")

    def finished(self) -> DonePiece:
        """Say that the piece is done, and give its numbers."""
        parts = {}
        for what, file in self._files.items():
            parts[what] = file.tell()
            file.close()
            self._own(what).replace(self.path(what))
        done = DonePiece(
            self._number, dict(self._verdicts), self._counts["fails"], self._counts["below"], self._counts["accepted"],
            self._counts["unreadable"], self._counts["touches"], self._tally.values(), parts, self._mails,
        )  # fmt: skip
        self._own("json").write_text(json.dumps(done), encoding="ascii")
        self._own("json").replace(self.path("json"))
        return done

    def known(self) -> DonePiece | None:
        """Give the numbers of a piece that an earlier run has done; None where none has, or a mail of it changed."""
        try:
            done = DonePiece(*json.loads(self.path("json").read_text(encoding="ascii")))
            is_whole = all(self.path(what).stat().st_size == size for what, size in done.parts.items())
            is_whole = is_whole and all(state_of(path) == state for path, state in done.mails.items())
        except (OSError, ValueError, TypeError):
            return None
        return done if is_whole else None

    def lines(self, what: str) -> Iterator[Any]:
        """Give what was kept, line by line."""
        with failures_of(self._folder):
            if self.path(what).exists():
                with self.path(what).open("rb") as file:
                    yield from map(json.loads, file)

    def entries(self, *, masked: bool) -> Iterator[tuple[bool, Entry]]:
        """Give the contacts that a report may list, each with whether the run fails by it."""
        for fails, *values in self.lines(f"entries-{'masked' if masked else 'whole'}"):
            entry = Entry(*values)
            findings = tuple(EntryFinding(*finding) for finding in entry.findings)
            yield fails, entry._replace(verdict=Verdict(entry.verdict), findings=findings, advice=tuple(entry.advice))
