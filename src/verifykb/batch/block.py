"""A block of contacts that was judged: small numbers by row, and whole judgements on demand.

Most rows of a log are only counted; what a report needs of a row is put together when it is asked for.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from verifykb import advice
from verifykb.batch.place import Place, placed
from verifykb.batch.records import read_time, to_contact
from verifykb.batch.texts import Coded, Memo
from verifykb.checks import code, phone, request
from verifykb.context import Context
from verifykb.errors import RowError
from verifykb.message.quoting import Find
from verifykb.model.contact import Contact
from verifykb.model.finding import Axis, Effect, Finding
from verifykb.model.report import Advice, Judgement
from verifykb.model.verdict import Standing, Verdict, decide, lowered
from verifykb.text.space import WHITE_SPACE
from verifykb.verify import compares, counts_uncompared

STANDINGS = tuple(Standing)
VERDICTS = tuple(Verdict)
BLANK = Contact(id="")


class Part(NamedTuple):
    """What one axis says of a value.

    Args:
        standing: index into `STANDINGS`.
        rules: ids of the findings' rules.
        findings: None where they name the very value (codes, words of a message), and are made when needed.
    """

    standing: int
    rules: tuple[str, ...]
    findings: tuple[Finding, ...] | None


class Told(NamedTuple):
    """A text of a row that was read, and what was found in it; nothing in most."""

    where: str = ""
    finds: Sequence[Find] = ()


class Block:
    """The rows of a block, and what was found of them.

    Args:
        context: directory and clock.
        narrow, wide: the columns of the records.
        size: how many rows there are.
        place: where they stand in a log; None for records that came from nowhere.
    """

    def __init__(
        self,
        context: Context,
        narrow: Mapping[str, Coded],
        wide: Mapping[str, list[str]],
        size: int,
        place: Place | None = None,
    ) -> None:
        self.context = context
        self.place = place
        self.narrow = narrow
        self.wide = wide
        self.size = size
        self.values: dict[str, list[Any]] = {}
        self.days: list[date | None] = []  # of contact, where one was written
        self.errors: dict[int, RowError] = {}
        self.told: dict[int, list[Told]] = {}  # of each row in whose texts something was found, all of them
        self.parts: dict[Axis, list[Part]] = {}
        self.standings: dict[Axis, npt.NDArray[np.int8]] = {}
        self.verdicts = np.zeros(size, np.int8)
        self.names: dict[int, str] = {}  # rows whose id was already used by another
        self._judged: dict[int, Judgement] = {}
        self._extra: dict[int, tuple[Finding, ...]] = {}  # what other records show
        self._contacts: Memo[Contact] = Memo(_CONTACTS)
        self._times: dict[str, datetime | None] = {}
        self._advice: dict[object, tuple[Advice, ...]] = {}

    def value(self, name: str, row: int) -> Any:
        """Give what a cell means, or the `RowError` of it."""
        return self.values[name][self.narrow[name].codes[row]]

    def check(self, row: int) -> None:
        """Read a row as the only one of its log would be read.

        Raises:
            RowError: it is no record of a contact.
        """
        cells = {name: column.at(row) for name, column in self.narrow.items()}
        cells |= {name: texts[row] for name, texts in self.wide.items()}
        placed(to_contact(cells, ""), self.place, row)

    def contact(self, row: int) -> Contact:
        """Give the contact of a row that could be read."""
        known = self._contacts.get(row)
        if known is not None:
            return known
        wide, told = self.wide, self.wide["received_at"][row]
        case, sender, number, extension, mail = (texts[codes[row]] for texts, codes in self._texts)
        channel, own_request, called_back, asks, service = (values[codes[row]] for values, codes in self._values)
        contact = Contact(
            id=self.names.get(row) or wide["id"][row].strip(WHITE_SPACE),
            case=case.strip(WHITE_SPACE),
            received_at=self._time(told) if told else None,
            channel=channel,
            code=wide["code"][row],
            sender=sender,
            phone=number,
            extension=extension,
            message=wide["message"][row],
            note=wide["note"][row],
            mail=mail.strip(WHITE_SPACE),
            own_request=own_request,
            called_back=called_back,
            asks=asks,
            service=service,
        )
        contact = placed(contact, self.place, row)
        self._contacts[row] = contact
        return contact

    @cached_property
    def _texts(self) -> list[tuple[list[str], list[int]]]:
        return [(self.narrow[name].texts, self.narrow[name].codes.tolist()) for name in _TEXT_COLUMNS]

    @cached_property
    def _values(self) -> list[tuple[list[Any], list[int]]]:
        return [(self.values[name], self.narrow[name].codes.tolist()) for name in _VALUE_COLUMNS]

    def _time(self, told: str) -> datetime | None:
        if told not in self._times:
            self._times[told] = read_time(told)
        return self._times[told]

    def rename(self, row: int, name: str) -> None:
        """Give a row another id: its own belongs to another record."""
        self.names[row] = name
        self._contacts.pop(row, None)
        if row in self._judged:
            judged = self._judged[row]
            self._judged[row] = judged._replace(contact=judged.contact._replace(id=name))

    def judgement(self, row: int) -> Judgement:
        """Give the whole judgement of a row that could be read."""
        judged = self._judged.get(row)
        if judged is not None:
            return judged
        contact, extra = self.contact(row), self._extra.get(row, ())
        parts = [(axis, self.parts[axis][row]) for axis in _AXES]
        found: list[Finding] = []
        for axis, part in parts:
            found += part.findings if part.findings is not None else self._findings(axis, contact, row)
            if extra:
                found += [finding for finding in extra if finding.axis is axis]
        findings, verdict = tuple(found), VERDICTS[self.verdicts[row]]
        key = (verdict, contact.service, *[part.rules for _, part in parts], *[finding.rule.id for finding in extra])
        advised = self._advice.get(key)
        if advised is None:
            advised = self._advice[key] = advice.advise(verdict, findings, contact, self.context)
        axes = {axis: STANDINGS[self.standings[axis][row]] for axis in _AXES}
        return Judgement(contact, axes, verdict, findings, advised)

    def _findings(self, axis: Axis, contact: Contact, row: int) -> tuple[Finding, ...]:
        """Give the findings that name the very value of a contact."""
        context = self.context
        if axis is Axis.REQUEST:
            told = [request.found_words([find.quoted() for find in text.finds], text.where) for text in self.told[row]]
            return request.assess_told(contact.channel, contact.asks, told, context.directory)
        if axis is Axis.CODE:
            found = code.assess(contact.code, context.day_of(contact), context.directory, contact.own_request)
        else:
            found = phone.assess(contact.phone, contact.extension, context.directory, contact.called_back)
        return found if compares(contact.service, context) else tuple(filter(counts_uncompared, found))

    def replace(self, row: int, judgement: Judgement) -> None:
        """Put another judgement in the place of a row's."""
        self._judged[row] = judgement
        self.verdicts[row] = VERDICTS.index(judgement.verdict)
        for axis, standing in judgement.axes.items():
            self.standings[axis][row] = STANDINGS.index(standing)

    def add(self, row: int, extra: Sequence[Finding]) -> None:
        """Add what other records show of a row; its verdict can only become worse by it."""
        kept = extra if compares(self.value("service", row), self.context) else tuple(filter(counts_uncompared, extra))
        if row in self._judged:  # by itself, with its mail
            judged = self._judged[row]
            findings = tuple(sorted((*judged.findings, *kept), key=lambda finding: _AXES.index(finding.axis)))
            self._judged[row] = judged._replace(findings=findings)
        else:
            self._extra[row] = (*self._extra.get(row, ()), *kept)
        if all(finding.effect is Effect.NOTES for finding in kept):
            return
        axes = {axis: STANDINGS[self.standings[axis][row]] for axis in _AXES}
        for axis in {finding.axis for finding in kept}:
            axes[axis] = lowered(axes[axis], (finding.effect for finding in kept if finding.axis is axis))
            self.standings[axis][row] = STANDINGS.index(axes[axis])
        verdict = decide(axes)
        self.verdicts[row] = VERDICTS.index(verdict)
        if row in self._judged:
            judged = self._judged[row]
            steps = advice.advise(verdict, judged.findings, judged.contact, self.context)
            self._judged[row] = judged._replace(axes=axes, verdict=verdict, advice=steps)

    def standing(self, axis: Axis, row: int) -> Standing:
        """Give how an axis of a row stands."""
        return STANDINGS[int(self.standings[axis][row])]

    def day(self, row: int) -> str:
        """Give the day of contact as it was written, in ISO 8601; empty where none was."""
        day = self.days[row]
        return day.isoformat() if day else ""

    def rules(self, row: int) -> tuple[str, ...]:
        """Give the ids of the rules that a row meets."""
        if row in self._judged:
            return tuple(finding.rule.id for finding in self._judged[row].findings)
        if row not in self._extra:
            return tuple([rule for axis in _AXES for rule in self.parts[axis][row].rules])
        own = [(axis, rule) for axis in _AXES for rule in self.parts[axis][row].rules]
        more = [(finding.axis, finding.rule.id) for finding in self._extra[row]]
        return tuple([rule for _, rule in sorted((*own, *more), key=lambda told: _AXES.index(told[0]))])

    def to_arrow(self) -> pa.RecordBatch:
        """Give verdict, standings and rules by row, in few bytes."""
        unread = np.zeros(self.size, np.bool_)
        unread[list(self.errors)] = True
        errors = [error.key if (error := self.errors.get(row)) else None for row in range(self.size)]
        arrays = {
            "id": pa.array([name or None for name in self.wide["id"]], pa.string()),
            "verdict": _words(self.verdicts, [verdict.value for verdict in VERDICTS], unread),
            **{
                axis.value: _words(self.standings[axis], [standing.value for standing in STANDINGS], unread)
                for axis in Axis
                if self.size
            },
            "rules": pa.array(
                [None if unread[row] else ";".join(self.rules(row)) for row in range(self.size)], pa.string()
            ),
            "error": pa.array(errors, pa.string()),
        }
        return pa.RecordBatch.from_pydict(
            {name: arrays.get(name, pa.array([], RESULT.field(name).type)) for name in RESULT.names}, RESULT
        )


def _words(numbers: npt.NDArray[np.int8], words: list[str], absent: npt.NDArray[np.bool_]) -> pa.Array:
    indices = pa.array(np.where(numbers < 0, 0, numbers).astype(np.int8), mask=absent)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))


_TEXT_COLUMNS = ("case", "sender", "phone", "extension", "mail")
_VALUE_COLUMNS = ("channel", "own_request", "called_back", "asks", "service")
_AXES = tuple(Axis)
_CONTACTS = 4096  # the rows that a report looks at more than once, one after the other
_WORD = pa.dictionary(pa.int8(), pa.string())
RESULT = pa.schema(
    [
        ("id", pa.string()),
        ("verdict", _WORD),
        *((axis.value, _WORD) for axis in Axis),
        ("rules", pa.string()),
        ("error", pa.string()),
    ]
)
