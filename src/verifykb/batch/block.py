"""A block of contacts that was judged: small numbers by row, and whole judgements on demand.

Most rows of a log are only counted; what a report needs of a row is put together when it is asked for.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from verifykb import advice
from verifykb.batch.place import Place, placed
from verifykb.batch.records import read_time, to_contact
from verifykb.batch.texts import Coded, Memo
from verifykb.checks import code, phone
from verifykb.context import Context
from verifykb.errors import RowError
from verifykb.model.contact import Contact
from verifykb.model.finding import Axis, Finding
from verifykb.model.report import Advice, Judgement
from verifykb.model.verdict import Standing, Verdict, decide, standings
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
        findings: None where they name the very value (codes, what was written of a call), and are made when needed.
    """

    standing: int
    rules: tuple[str, ...]
    findings: tuple[Finding, ...] | None


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
        self.parts: dict[Axis, list[Part]] = {}
        self.standings: dict[Axis, npt.NDArray[np.int8]] = {}
        self.verdicts = np.zeros(size, np.int8)
        self.names: dict[int, str] = {}  # rows whose id was already used by another
        self._judged: dict[int, Judgement] = {}
        self._contacts: Memo[Contact] = Memo(_CONTACTS)
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
        case, channel, sender, number, extension, mail, own, called, asks, service = (
            self.narrow[name].codes[row] for name in _CONTACT_COLUMNS
        )
        narrow, values = self.narrow, self.values
        contact = Contact(
            id=wide["id"][row].strip(WHITE_SPACE),
            case=narrow["case"].texts[case].strip(WHITE_SPACE),
            received_at=read_time(told) if told else None,
            channel=values["channel"][channel],
            code=wide["code"][row],
            sender=narrow["sender"].texts[sender],
            phone=narrow["phone"].texts[number],
            extension=narrow["extension"].texts[extension],
            message=wide["message"][row],
            note=wide["note"][row],
            mail=narrow["mail"].texts[mail].strip(WHITE_SPACE),
            own_request=values["own_request"][own],
            called_back=values["called_back"][called],
            asks=values["asks"][asks],
            service=values["service"][service],
        )
        contact = placed(contact, self.place, row)
        contact = contact._replace(id=self.names.get(row) or contact.id)
        self._contacts[row] = contact
        return contact

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
        contact = self.contact(row)
        parts = [self.parts[axis][row] for axis in Axis]
        findings = tuple(
            finding for axis, part in zip(Axis, parts, strict=True) for finding in self._findings(axis, part, contact)
        )
        verdict = VERDICTS[self.verdicts[row]]
        key = (verdict, contact.service, *(part.rules for part in parts))
        if key not in self._advice:
            self._advice[key] = advice.advise(verdict, findings, contact, self.context)
        axes = {axis: STANDINGS[part.standing] for axis, part in zip(Axis, parts, strict=True)}
        return Judgement(contact, axes, verdict, findings, self._advice[key])

    def _findings(self, axis: Axis, part: Part, contact: Contact) -> tuple[Finding, ...]:
        if part.findings is not None:
            return part.findings
        context = self.context
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
        judged = self.judgement(row)
        contact = judged.contact
        kept = extra if compares(contact.service, self.context) else tuple(filter(counts_uncompared, extra))
        findings = tuple(sorted((*judged.findings, *kept), key=lambda finding: _AXES.index(finding.axis)))
        axes = standings(findings)
        verdict = decide(axes)
        steps = advice.advise(verdict, findings, contact, self.context)
        self.replace(row, judged._replace(findings=findings, axes=axes, verdict=verdict, advice=steps))

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
        return tuple(rule for axis in Axis for rule in self.parts[axis][row].rules)

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


_CONTACT_COLUMNS = (
    "case", "channel", "sender", "phone", "extension", "mail", "own_request", "called_back", "asks", "service",
)  # fmt: skip
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
