"""A whole run: every log cut into pieces, compared, judged, and put together in the order of the logs.

The way of a log: `cut` (where pieces end) -> `scan` (what is compared) -> `across` (what records show
together) -> `judge` (each piece by itself, with that) -> `Merged` (reports and numbers, in order).
No rule lives here. A record that cannot be read is counted and told; it is never a pass.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from verifykb.asking import Asker
from verifykb.batch.across import Across
from verifykb.batch.cut import cut_log, expanded
from verifykb.batch.done import Done, DonePiece, failures_of
from verifykb.batch.engine import Engine
from verifykb.batch.interrupts import HeldBack
from verifykb.batch.merged import Merged
from verifykb.batch.pieces import Piece
from verifykb.batch.processes import ACROSS, Here, Processes
from verifykb.batch.read_piece import read_piece
from verifykb.batch.record import ReadOptions
from verifykb.batch.run_folder import PLAN, STARTED
from verifykb.batch.seen import Beside
from verifykb.batch.work import LISTED, Job, say_what_others_show, unreadable_in_order
from verifykb.errors import InputError
from verifykb.model.report import InputFile, Judgement, Summary, Unreadable
from verifykb.model.verdict import Verdict

REFUSED = "refused"  # the kind of a log that could not be cut: `columns` hold its error


class Plan(NamedTuple):
    """How the logs of a run were cut, and what was compared.

    Args:
        pieces: in the order of the logs.
        records: of each piece.
        inputs: the fingerprints of the files.
    """

    pieces: list[Piece]
    records: list[int]
    inputs: list[InputFile]

    def write(self, folder: Path) -> None:
        """Keep the plan in the run's folder; it appears whole, and after what it speaks of."""
        with (folder / ACROSS).open("rb") as across:
            os.fsync(across.fileno())
        part = folder / "plan.part"
        part.write_text(json.dumps(self), encoding="ascii")
        part.replace(folder / PLAN)

    @classmethod
    def known(cls, folder: Path) -> "Plan | None":
        """Give the plan of an earlier run; None where it did not get so far."""
        try:
            pieces, records, inputs = json.loads((folder / PLAN).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
        cut = [Piece._make(values)._replace(columns=tuple(values[6])) for values in pieces]
        return cls(cut, records, [InputFile(*values) for values in inputs])


class Told(Protocol):
    """Is told how far a run is."""

    def start(self, total: int | None, *, done: int = 0, rows: int = 0) -> None:
        """Begin to count, up to a number of records where it is known; some were done before."""

    def advance(self, done: int, rows: int, found: Mapping[Verdict, int]) -> None:
        """Say how many records are done."""

    def clear(self) -> None:
        """Make room on the screen for others who write there."""


def plan_logs(paths: Sequence[str], job: Job, worker: Here | Processes, told: Told) -> Plan:
    """Cut the logs of a run, and compare their records.

    Args:
        paths: files, patterns, folders of saved mails, ``-`` for standard input.
        job: what is to be done.
        worker: who does it.
        told: is told how far it is.
    """
    folder = Path(job.folder)
    with failures_of(folder):
        for old in folder.iterdir():  # of a run that did not get as far as a plan
            if old.name != STARTED:
                old.unlink()
        plan = _scanned(paths, job, worker, told)
        plan.write(folder)
    return plan


def _scanned(paths: Sequence[str], job: Job, worker: Here | Processes, told: Told) -> Plan:
    folder = Path(job.folder)
    across = Across(folder / ACROSS)
    across.begin()
    plan = Plan([], [], [])
    told.start(None)
    try:
        rows = 0
        for records, seen in worker.scan(_numbered(_cut(paths, job.options, folder, plan))):
            for some in seen:
                across.add(some)
            plan.records.append(records)
            rows += records
            told.advance(rows, rows, {})
        across.compare()
    finally:
        across.close()
    return plan


def _cut(paths: Sequence[str], options: ReadOptions, folder: Path, plan: Plan) -> Iterator[Piece]:
    for path in expanded(paths):
        try:
            for piece in cut_log(path, options, folder, plan.inputs):
                plan.pieces.append(piece)
                yield piece
        except InputError as error:
            refused = Piece(REFUSED, path, path, 0, 0, 0, (error.key, json.dumps(dict(error.values))))
            plan.pieces.append(refused)
            yield refused


def _numbered(pieces: Iterable[Piece]) -> Iterator[tuple[int, Piece]]:
    yield from enumerate(pieces)


def judge_pieces(plan: Plan, job: Job, worker: Here | Processes, wanted: Callable[[], bool]) -> Iterator[DonePiece]:
    """Judge the pieces that an earlier run has not, and give the numbers of all, in order.

    Args:
        plan: of `plan_logs`.
        job: what is to be done.
        worker: who does it.
        wanted: whether contacts that count are still wanted for listing.
    """
    folder = Path(job.folder)
    everything = sum(plan.records) <= LISTED
    known = {number for number in range(len(plan.pieces)) if Done(folder, number).known()}

    def left() -> Iterator[tuple[int, Piece, str]]:
        for number, piece in enumerate(plan.pieces):
            if number not in known:
                yield number, piece, "all" if everything else "counting" if wanted() else "none"

    judged = worker.judge(left())
    for number in range(len(plan.pieces)):
        done = Done(folder, number).known() if number in known else None
        yield done or next(judged)


def run_logs(paths: Sequence[str], job: Job, jobs: int, merged: Merged, told: Told) -> None:
    """Run over some logs; an interruption leaves what was merged so far.

    Args:
        paths: files, patterns, folders of saved mails, ``-`` for standard input.
        job: what is to be done.
        jobs: how many processes; one does everything here.
        merged: takes the pieces in order.
        told: is told how far it is.

    Raises:
        KeyboardInterrupt: somebody pressed Ctrl-C.
    """
    folder = Path(job.folder)
    plan = Plan.known(folder)
    with Processes(job, jobs) if jobs > 1 else Here(job) as worker:
        if plan is None:
            plan = plan_logs(paths, job, worker, told)
        merged.inputs(plan.inputs)
        told.start(sum(plan.records))
        rows = 0
        for piece in judge_pieces(plan, job, worker, merged.wants_entries):
            told.clear()
            with HeldBack():
                merged.add(piece)
            rows += plan.records[piece.number]
            told.advance(rows, rows, merged.verdicts)


def judge_logs(
    paths: Iterable[str],
    options: ReadOptions,
    asker: Asker,
    summary: Summary,
    on_error: Callable[[Unreadable], None],
) -> Iterator[Judgement]:
    """Judge every contact of some logs in this process, and give whole judgements in order.

    Args:
        paths: files, patterns, folders of saved mails, ``-`` for standard input.
        options: how to read them.
        asker: gathers what is known of a contact.
        summary: is filled on the way; complete when the iterator ends.
        on_error: is told of everything that could not be read, as soon as it is met.
    """
    errors: list[Unreadable] = []
    summary.errors = errors

    def tell(found: Iterable[Unreadable]) -> None:
        for error in found:
            errors.append(error)
            on_error(error)

    engine, beside = Engine(asker.context, asker), Beside(asker.context)
    with tempfile.TemporaryDirectory(prefix="verifykb-") as name:
        folder = Path(name)
        plan = Plan([], [], summary.inputs)
        pieces = list(_cut(list(paths), options, folder, plan))
        across = _compared(pieces, options, engine, beside, folder)
        for number, piece in enumerate(pieces):
            first, marks, names = 0, across.marks(number), across.names(number)
            try:
                for some in read_piece(piece, options):
                    block = engine.judge(some.batch, some.place)
                    say_what_others_show(block, first, names, marks)
                    tell(unreadable_in_order(block, some))
                    for judgement in (block.judgement(row) for row in range(block.size) if row not in block.errors):
                        summary.count(judgement)
                        yield judgement
                    first += block.size
            except InputError as error:
                tell([Unreadable(piece.file, 0, error.key, error.values)])
        across.close()


def _compared(pieces: Sequence[Piece], options: ReadOptions, engine: Engine, beside: Beside, folder: Path) -> Across:
    across = Across(folder / ACROSS)
    across.begin()
    for number, piece in enumerate(pieces):
        first = 0
        try:
            for some in read_piece(piece, options):
                block = engine.read(some.batch, some.place)
                across.add(beside.seen(block, number, first))
                first += block.size
        except InputError:
            continue  # told where it is judged
    across.compare()
    return across
