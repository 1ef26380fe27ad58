"""The pieces of a run put together: reports, numbers and lists, in the order of the logs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from verifykb.batch.done import Done, DonePiece
from verifykb.batch.touches import Cases
from verifykb.batch.work import LISTED
from verifykb.model.report import InputFile, Summary, Unreadable
from verifykb.model.tally import Tally
from verifykb.model.verdict import Verdict
from verifykb.render.entry import Entry
from verifykb.render.listed import ListedReport
from verifykb.render.streamed import StreamedReport


class KeptErrors(Sequence[Unreadable]):
    """What could not be read, read back from the run's folder as often as is needed: there may be as many as rows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._counts: list[tuple[int, int]] = []

    def add(self, number: int, count: int) -> None:
        """Add those of a piece."""
        if count:
            self._counts.append((number, count))

    def of(self, number: int) -> Iterator[Unreadable]:
        """Give those of one piece."""
        return (Unreadable(*values) for values in Done(self._folder, number).lines("unreadable"))

    def __len__(self) -> int:
        return sum(count for _, count in self._counts)

    def __iter__(self) -> Iterator[Unreadable]:
        for number, _ in self._counts:
            yield from self.of(number)

    def __getitem__(self, index: object) -> Unreadable:  # type: ignore[override] # only `errors[0]` is ever asked for
        if not isinstance(index, int):
            raise TypeError
        for at, error in enumerate(self):
            if at == index:
                return error
        raise IndexError(index)


class Merged:
    """Takes piece after piece.

    Args:
        folder: the run's own.
        summary: is filled.
        streams: the reports whose contacts are written as they come, with the names of their formats.
        listings: the reports that list contacts.
        on_error: is told of everything that could not be read.
    """

    def __init__(
        self,
        folder: Path,
        summary: Summary,
        streams: Sequence[tuple[str, StreamedReport]],
        listings: Sequence[ListedReport],
        on_error: Callable[[Unreadable], None],
    ) -> None:
        self._folder = folder
        self._summary = summary
        self._streams = streams
        self._listings = listings
        self._on_error = on_error
        self._errors = KeptErrors(folder)
        self._numbers: list[int] = []
        self._touched: list[int] = []
        self._failing = 0
        summary.errors = self._errors

    def add(self, piece: DonePiece) -> None:
        """Add the next piece."""
        done = Done(self._folder, piece.number)
        for name, report in self._streams:
            for fragment in done.fragments(name):
                report.write(fragment)
        summary = self._summary
        for verdict, count in piece.verdicts.items():
            summary.verdicts[Verdict(verdict)] += count
        summary.below += piece.below
        summary.failing += piece.fails
        summary.accepted += piece.accepted
        summary.tally.add(Tally.of(piece.tally))
        self._errors.add(piece.number, piece.unreadable)
        if piece.unreadable:
            for error in self._errors.of(piece.number):
                self._on_error(error)
        self._numbers.append(piece.number)
        if piece.touches:
            self._touched.append(piece.number)
        self._failing += piece.fails

    def inputs(self, inputs: Sequence[InputFile]) -> None:
        """Name the files that were read."""
        self._summary.inputs = list(inputs)

    @property
    def verdicts(self) -> Mapping[Verdict, int]:
        """What was found so far."""
        return self._summary.verdicts

    def wants_entries(self) -> bool:
        """Whether a later piece could still add a contact to the lists."""
        return bool(self._listings) and self._failing < LISTED

    def finish(self) -> None:
        """Put cases and lists into the reports; what is left is `end`."""
        if self._touched:
            cases = Cases(self._folder / "cases.sqlite")
            for number in self._touched:
                cases.add(Done(self._folder, number).lines("touches"))
            self._summary.cases = cases
        for masked in (False, True):
            reports = [report for report in self._listings if report.masked is masked]
            if reports:
                listed = self._listed(masked=masked)
                for _, entry in sorted(listed.items()):
                    for report in reports:
                        report.entry(entry)
                self._summary.unlisted = self._left_out(listed)

    def _listed(self, *, masked: bool) -> Mapping[tuple[int, int], Entry]:
        """Give the contacts that are listed, by their place: those that the run fails by before others."""
        failing: dict[tuple[int, int], Entry] = {}
        others: dict[tuple[int, int], Entry] = {}
        for number in self._numbers:
            for at, (fails, entry) in enumerate(Done(self._folder, number).entries(masked=masked)):
                kind = failing if fails else others
                if len(kind) < LISTED:
                    kind[number, at] = entry
            if len(failing) >= LISTED:
                break
        room = LISTED - len(failing)
        return failing | dict(list(others.items())[:room])

    def _left_out(self, listed: Mapping[tuple[int, int], Entry]) -> dict[Verdict, int]:
        left = dict(self._summary.verdicts)
        for entry in listed.values():
            left[entry.verdict] -= 1
        return left
