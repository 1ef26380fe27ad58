"""What one process does with a piece of a log: read it for comparing, or judge it and put it into words.

1. Everything it needs comes with the `Job`; it reads its piece itself and leaves what it made in the run's
   folder, so nothing large goes from one process to another.
2. What it makes of a piece depends on the piece and the job alone; a piece that is done is not done again.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow as pa

from verifykb.asking import Asker, Opening
from verifykb.batch.across import Across
from verifykb.batch.block import VERDICTS, Block
from verifykb.batch.collection import no_collection
from verifykb.batch.done import Done, DonePiece
from verifykb.batch.engine import Engine
from verifykb.batch.pieces import Piece
from verifykb.batch.policy import Counted, Counter, Policy
from verifykb.batch.read_piece import Some, read_piece
from verifykb.batch.record import ReadOptions
from verifykb.batch.seen import Beside, Seen
from verifykb.batch.tallied import tally_of
from verifykb.batch.touches import touches_of
from verifykb.config import Settings
from verifykb.context import Context
from verifykb.directory.load import load_official
from verifykb.errors import InputError
from verifykb.model.finding import Axis, Finding
from verifykb.model.report import Unreadable
from verifykb.model.verdict import Verdict
from verifykb.render import BINARY, Style, renderer
from verifykb.render.entry import Accepted, entry_of
from verifykb.render.parquet_report import NarrowRow, fragment_of
from verifykb.render.streamed import StreamedReport
from verifykb.wording import Wording

LISTED = 5_000  # contacts that a report lists one by one; the rest is counted


class Stream(NamedTuple):
    """A report whose contacts are written one after the other.

    Args:
        format: its name.
        quiet: only contacts that count are wanted.
        colour: words may be coloured.
    """

    format: str
    quiet: bool = False
    colour: bool = False

    @property
    def key(self) -> str:
        """The name of its parts."""
        return f"{self.format}{'-quiet' if self.quiet else ''}{'-colour' if self.colour else ''}"


class Words(NamedTuple):
    """How reports are written.

    Args:
        language: of the words.
        streams: reports whose contacts are written one after the other.
        listings: whether entries are wanted as they are, and masked.
        tally: whether the counts of a summary are wanted.
        cases: whether judgements of cases are wanted.
        show_values: as in `Style`.
    """

    language: str
    streams: tuple[Stream, ...] = ()
    listings: tuple[bool, bool] = (False, False)
    tally: bool = False
    cases: bool = False
    show_values: bool = False


class Job(NamedTuple):
    """Everything that decides what is made of a piece.

    Args:
        options: how logs are read.
        now, at: the clocks of the run.
        settings: of the office.
        opening: opens the resolver; None asks nobody.
        policy: what the run must reach.
        words: how reports are written.
        folder: the run's own.
    """

    options: ReadOptions
    now: datetime
    at: datetime | None
    settings: Settings
    opening: Opening | None
    policy: Policy
    words: Words
    folder: str

    def context(self) -> Context:
        """Give what every judgement is made against."""
        return Context(load_official(), self.now, self.at, self.settings)


class Worker:
    """Does one piece after the other.

    Args:
        job: what is to be done.
        asker: gathers what is not in the cells.
    """

    def __init__(self, job: Job, asker: Asker) -> None:
        # Arrow's own allocator keeps what a log of many row groups once needed; the system's gives it back.
        pa.set_memory_pool(pa.system_memory_pool())
        self.job = job
        self._context = asker.context
        self._engine = Engine(asker.context, asker)
        self._beside = Beside(asker.context)
        self._counter = Counter(job.policy)
        words = job.words
        self._style = Style(
            wording=Wording(words.language),
            directory=asker.context.directory,
            boxes=False,
            show_values=words.show_values,
        )
        self._streams = {stream: self._renderer(stream) for stream in words.streams}

    def _renderer(self, stream: Stream) -> StreamedReport:
        out: IO[Any] = io.BytesIO() if stream.format in BINARY else io.StringIO()
        made = renderer(stream.format, out, self._style._replace(colour=stream.colour))
        if not isinstance(made, StreamedReport):
            raise TypeError(stream.format)
        return made

    def scan(self, number: int, piece: Piece) -> tuple[int, list[Seen]]:
        """Read a piece for comparing its records with the others.

        Returns:
            How many records it has, and what is kept of them.
        """
        with no_collection():
            return self._scan(number, piece)

    def _scan(self, number: int, piece: Piece) -> tuple[int, list[Seen]]:
        seen: list[Seen] = []
        first = 0
        with suppress(InputError):  # told where it is judged
            for some in read_piece(piece, self.job.options):
                block = self._engine.read(some.batch, some.place)
                seen.append(self._beside.seen(block, number, first))
                first += block.size
        return first, seen

    def judge(self, number: int, piece: Piece, across: Across, *, listing: str) -> DonePiece:
        """Judge a piece, and leave its parts of the reports in the run's folder.

        Args:
            number: of the piece.
            piece: as it was cut.
            across: what the records of the run show together.
            listing: which contacts are listed: ``all``, ``counting`` ones, or ``none``.
        """
        with no_collection():
            return self._judge(number, piece, across, listing)

    def _judge(self, number: int, piece: Piece, across: Across, listing: str) -> DonePiece:
        marks, names = across.marks(number), across.names(number)
        first = 0
        with Done(Path(self.job.folder), number).writing() as done:
            try:
                for some in read_piece(piece, self.job.options):
                    block = self._engine.judge(some.batch, some.place)
                    say_what_others_show(block, first, names, marks)
                    self._put(block, some, done, listing)
                    first += block.size
            except InputError as error:
                done.unreadable([Unreadable(piece.file, 0, error.key, error.values)])
            return done.finished()

    def _put(self, block: Block, some: Some, done: Done, listing: str) -> None:
        rows = [row for row in range(block.size) if row not in block.errors]
        done.mails(filter(None, (block.contact(row).mail for row in rows if block.narrow["mail"].at(row))))
        done.unreadable(unreadable_in_order(block, some))
        counted = self._counted(block, rows)
        done.count((VERDICTS[block.verdicts[row]], counted[row]) for row in rows)
        for stream in self._streams:
            wanted = [row for row in rows if self._is_found(counted[row], block, row)] if stream.quiet else rows
            done.fragment(stream.key, self._fragment(stream, block, wanted))
        if self.job.words.tally:
            done.tally(tally_of(block, rows))
        if self.job.words.cases:
            done.touches(touches_of(block, rows))
        if listing != "none":
            self._list(block, rows, counted, done, everything=listing == "all")

    def _fragment(self, stream: Stream, block: Block, rows: list[int]) -> bytes:
        if stream.format == "parquet":
            return fragment_of(_narrow(block, row) for row in rows)
        return self._streams[stream].fragment(map(block.judgement, rows))

    def _counted(self, block: Block, rows: list[int]) -> dict[int, Counted]:
        by_verdict = [self._counter.by_verdict(verdict) for verdict in VERDICTS]
        counted = {row: by_verdict[block.verdicts[row]] for row in rows}
        if not self.job.policy.is_plain:
            for row, count in counted.items():
                if count.fails or count.below:
                    counted[row] = self._counter.count(block.judgement(row))
        return counted

    def _list(
        self, block: Block, rows: list[int], counted: dict[int, Counted], done: Done, *, everything: bool
    ) -> None:
        for masked in (False, True):
            if not self.job.words.listings[masked]:
                continue
            for row in rows:
                count = counted[row]
                if not (everything or count.fails or count.below) or done.is_full(masked, fails=count.fails):
                    continue
                judged = block.judgement(row)
                entry = entry_of(judged, self._style, masked=masked, accepted=self._accepted())
                done.entry(
                    entry._replace(counts=count.fails or count.below, fails=count.fails),
                    masked=masked,
                    fails=count.fails,
                )

    def _is_found(self, counted: Counted, block: Block, row: int) -> bool:
        """Whether a contact is shown to somebody who asked for findings only: what is open is a warning at least."""
        if counted.below or counted.fails:
            return True
        if VERDICTS[block.verdicts[row]].reaches(Verdict.CONSISTENT):
            return False
        return self.job.policy.is_plain or not self._counter.is_set_aside(block.judgement(row))

    def _accepted(self) -> Accepted | None:
        return self._counter.accepts if self._counter.baseline else None


def say_what_others_show(
    block: Block, first: int, names: Mapping[int, str], marks: Mapping[int, Sequence[Finding]]
) -> None:
    """Put names and findings that come from other records to the rows of a block; `first` is the place of its first."""
    for row in range(block.size) if names else ():
        if first + row in names:
            block.rename(row, names[first + row])
    for row in range(block.size) if marks else ():
        if first + row in marks and row not in block.errors:
            block.add(row, marks[first + row])


def unreadable_in_order(block: Block, some: Some) -> Iterable[Unreadable]:
    """Give what could not be read of some records, in the order of the log."""
    found = [
        Unreadable(file=some.place.file, row=int(some.place.rows[row]), key=error.key, values=error.values)
        for row, error in block.errors.items()
    ]
    return sorted((*found, *some.unreadable), key=lambda item: item.row)


def _narrow(block: Block, row: int) -> NarrowRow:
    place = block.place
    number = int(place.rows[row]) if place else 0
    file = place.file if place else ""
    name = block.names.get(row) or block.wide["id"][row].strip() or f"{file}:{number}"
    standings = tuple(block.standing(axis, row).value for axis in Axis)
    verdict = VERDICTS[block.verdicts[row]].value
    given = (block.wide["code"][row], block.narrow["sender"].at(row), block.narrow["phone"].at(row))
    return NarrowRow(name, file, number, verdict, standings, block.rules(row), *given)
