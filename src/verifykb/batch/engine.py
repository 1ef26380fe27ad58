"""Many contacts at once: each check is run once for each distinct value, and gathered by index.

1. No rule lives here: every answer is one of `checks`, `verify` and `decide`, so a row is judged
   exactly as `verify` judges it alone (tests/batch/test_engine.py compares the two).
2. What is worked out for a value is remembered up to a limit; memory does not grow with the log.
3. A row that cannot be read is an error of that row. Rows that need more than their cells (a saved
   mail, DNS) are gathered and verified one by one.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import starmap

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from verifykb.asking import Asker
from verifykb.batch.block import BLANK, STANDINGS, VERDICTS, Block, Part
from verifykb.batch.place import Place
from verifykb.batch.records import day_text, read_answer, read_asks_cell, read_channel, read_service, read_time
from verifykb.batch.texts import Coded, Memo, coded, columns_of, combined, mapped, plain
from verifykb.checks import code, directory, phone, request, sender
from verifykb.context import VIETNAM, Context
from verifykb.errors import RowError
from verifykb.message.block import read_block
from verifykb.model.contact import Service
from verifykb.model.finding import Axis, Finding
from verifykb.model.verdict import decide, standing_of
from verifykb.verify import compares, counts_uncompared, verify

_GATHERED_AT_ONCE = 16  # each may hold a mail of the largest size in memory
_Parts = tuple[list[Part], npt.NDArray[np.int8]]


def verify_batch(batch: pa.RecordBatch, context: Context) -> pa.RecordBatch:
    """Judge every contact of a record batch by itself, as `verify` does.

    Nobody is asked: a mail that a row names is read, and judged offline.

    Args:
        batch: contact records (docs/contract.md, section 6), a row each, by the names of the columns.
        context: directory, clock and the office's settings.

    Returns:
        A row for each row, in order: ``id`` (null where the record has none), ``verdict``, the standing of
        each axis (``code``, ``sender``, ``phone``, ``request``, ``directory``), ``rules`` (ids, ``;`` between
        them), and ``error``: why the row cannot be read, as a key of ``wording/``; then the others are null.

    Raises:
        ValueError: two columns mean the same.
    """
    with Asker(context, None) as asker:
        return Engine(context, asker).judge(batch).to_arrow()


class Engine:
    """Judges block after block of one log.

    Args:
        context: directory, clock and the office's settings.
        asker: gathers what is not in the cells.
    """

    def __init__(self, context: Context, asker: Asker) -> None:
        self._context = context
        self._asker = asker
        self._codes: Memo[Part] = Memo()
        self._senders: Memo[Part] = Memo()
        self._phones: Memo[Part] = Memo()
        self._requests: Memo[Part] = Memo()
        self._directory: Memo[Part] = Memo()
        self._days: Memo[date | None] = Memo()
        self._clocks: Memo[bool] = Memo()
        self._cells: dict[str, Memo[object]] = {}
        self._verdicts: dict[int, int] = {}
        self._rules: dict[tuple[str, ...], tuple[str, ...]] = {}

    def judge(self, batch: pa.RecordBatch, place: Place | None = None) -> Block:
        """Judge a block of records.

        Args:
            batch: contact records, as for `verify_batch`.
            place: where they stand in a log; None for records that came from nowhere.
        """
        block = self.read(batch, place)
        if not block.size:
            return block
        parts = {
            Axis.CODE: self._judge_codes(block),
            Axis.SENDER: self._judge_senders(block),
            Axis.PHONE: self._judge_phones(block),
            Axis.REQUEST: self._judge_requests(block),
            Axis.DIRECTORY: self._judge_directory(block),
        }
        block.parts = {axis: found for axis, (found, _) in parts.items()}
        block.standings = {axis: standings for axis, (_, standings) in parts.items()}
        block.verdicts = self._decide(block.standings, block.size)
        for row in block.errors:
            block.verdicts[row] = -1
        self._gather(block)
        return block

    def read(self, batch: pa.RecordBatch, place: Place | None = None) -> Block:
        """Read a block of records without judging them: which of them are contacts.

        Args:
            batch: contact records, as for `verify_batch`.
            place: as for `judge`.
        """
        columns = columns_of(batch)
        size = batch.num_rows
        narrow = {name: coded(columns.get(name), size) for name in _NARROW}
        wide = {name: plain(columns.get(name), size) for name in _WIDE}
        block = Block(self._context, narrow, wide, size, place)
        if size:
            block.errors = self._errors(block)
        return block

    # ---------------------------------------------------------------- reading cells

    def _read(self, name: str, texts: Sequence[str], read: Callable[[str], object]) -> list[object]:
        """Read the distinct texts of a column; an error is a value."""
        memo = self._cells.setdefault(name, Memo())
        found = []
        for text in texts:
            if text not in memo:
                try:
                    memo[text] = read(text)
                except RowError as error:
                    memo[text] = error
            found.append(memo[text])
        return found

    def _errors(self, block: Block) -> dict[int, RowError]:
        """Give the rows that are no record of a contact, and read the columns that have a form."""
        block.days = [self._day(text) if text else None for text in block.wide["received_at"]]
        untimed = (bool(text) and day is None for text, day in zip(block.wide["received_at"], block.days, strict=True))
        bad = np.fromiter(untimed, np.bool_, block.size)
        for name, read in _READERS.items():
            column = block.narrow[name]
            values = self._read(name, column.texts, read)
            block.values[name] = values
            bad |= mapped(values, column.codes, lambda value: isinstance(value, RowError)).astype(np.bool_)
        present = np.fromiter(map(any, zip(*(block.wide[name] for name in _WIDE_IDENTIFYING), strict=True)), np.bool_)
        for name in ("sender", "phone", "mail"):
            present |= mapped(block.narrow[name].texts, block.narrow[name].codes, bool).astype(np.bool_)
        bad |= mapped(block.narrow["mail"].texts, block.narrow["mail"].codes, bool).astype(np.bool_)
        errors = {}
        for row in np.flatnonzero(bad | ~present).tolist():
            try:
                block.check(row)
            except RowError as error:
                errors[row] = error
        return errors

    def _day(self, text: str) -> date | None:
        """Give the day of a time of contact; None for what is no time."""
        day, clock = text[:_DAY_CHARACTERS], text[_DAY_CHARACTERS:]
        is_plain = self._clocks.get(clock)
        if is_plain is None:
            # Which clock is plain to see does not depend on the day before it.
            is_plain = self._clocks[clock] = day_text(_SOME_DAY + clock) == _SOME_DAY
        if is_plain and day in self._days:
            return self._days[day]
        key = day_text(text)
        if key not in self._days:
            moment = read_time(key)
            self._days[key] = moment.astimezone(VIETNAM).date() if moment else None
        return self._days[key]

    # ---------------------------------------------------------------- the axes

    def _part(self, axis: Axis, findings: Sequence[Finding], *, compared: bool, keep: bool = True) -> Part:
        kept = tuple(findings) if compared else tuple(filter(counts_uncompared, findings))
        rules = tuple(finding.rule.id for finding in kept)
        standing = STANDINGS.index(standing_of(axis, kept))
        return Part(standing, self._rules.setdefault(rules, rules), kept if keep else None)

    def _judge_codes(self, block: Block) -> _Parts:
        official, memo = self._context.directory, self._codes
        answers, services = block.narrow["own_request"], block.narrow["service"]
        asked = [answer.value for answer in block.values["own_request"]]
        compared = [compares(self._service(text), self._context) for text in services.texts]
        today = self._context.day_of(BLANK)
        parts = []
        for row, (given, day, answer, service) in enumerate(
            zip(block.wide["code"], block.days, answers.codes.tolist(), services.codes.tolist(), strict=True)
        ):
            key = (code.outline(given, official) if given else "", day, asked[answer], compared[service])
            part = memo.get(key)
            if part is None:
                findings = code.assess(given, day or today, official, block.value("own_request", row))
                part = memo[key] = self._part(Axis.CODE, findings, compared=compared[service], keep=not given)
            parts.append(part)
        return parts, np.fromiter((part.standing for part in parts), np.int8, block.size)

    def _judge_senders(self, block: Block) -> _Parts:
        def judge(given: str, service: str) -> Part:
            compared = compares(self._service(service), self._context)
            return self._part(Axis.SENDER, sender.assess(given, self._context.directory), compared=compared)

        return self._by_value([block.narrow["sender"], block.narrow["service"]], self._senders, judge)

    def _judge_phones(self, block: Block) -> _Parts:
        official, called = self._context.directory, block.narrow["called_back"]
        outlines = [phone.answer_outline(answer, official) for answer in block.values["called_back"]]
        kinds = sorted(set(outlines))
        # Of the answers only their outlines decide: one answer of each stands for all of them.
        examples = [block.values["called_back"][outlines.index(kind)] for kind in kinds]
        outlined = Coded(
            list(map(str, range(len(kinds)))), np.array([kinds.index(one) for one in outlines])[called.codes]
        )

        def judge(given: str, extension: str, service: str, kind: str) -> Part:
            compared = compares(self._service(service), self._context)
            findings = phone.assess(given, extension, official, examples[int(kind)])
            return self._part(Axis.PHONE, findings, compared=compared, keep=not kinds[int(kind)][0])

        columns = [*(block.narrow[name] for name in ("phone", "extension", "service")), outlined]
        return self._by_value(columns, self._phones, judge, lambda key: (*key[:-1], kinds[int(key[-1])]))

    def _judge_directory(self, block: Block) -> _Parts:
        official, days = self._context.directory, self._context.days_of_review()

        def judge(service: str, *seen: str) -> Part:
            given, number, extension = seen or ("", "", "")
            contact = BLANK._replace(service=self._service(service), sender=given, phone=number, extension=extension)
            return self._part(Axis.DIRECTORY, directory.assess(contact, official, days), compared=True)

        looked_at = ("sender", "phone", "extension") if directory.looks_at_contact(official) else ()
        return self._by_value([block.narrow[name] for name in ("service", *looked_at)], self._directory, judge)

    def _by_value(
        self,
        columns: list[Coded],
        memo: Memo[Part],
        judge: Callable[..., Part],
        known_by: Callable[[tuple[str, ...]], object] = tuple,
    ) -> _Parts:
        """Judge the distinct combinations of some columns; `known_by` gives what an answer is remembered by."""
        codes, texts, _ = combined(columns)
        found = []
        for key in texts:
            known = known_by(key)
            part = memo.get(known)
            if part is None:
                part = memo[known] = judge(*key)
            found.append(part)
        return [found[code_] for code_ in codes.tolist()], mapped(found, codes, lambda part: part.standing)

    def _judge_requests(self, block: Block) -> _Parts:
        """Read the messages of the block at once, then judge what was asked and over which channel."""
        official = self._context.directory
        told: list[list[list[Finding]]] = [[] for _ in range(block.size)]
        for where in ("message", "note"):
            rows = [row for row, text in enumerate(block.wide[where]) if text]
            texts = [block.wide[where][row] for row in rows]
            for row, hits in zip(rows, read_block(texts, official, own_words=where == "note"), strict=True):
                told[row].append(request.found_words(hits, where))
        channels, asks = block.narrow["channel"].rows(), block.narrow["asks"].rows()
        parts = []
        for row, texts_told in enumerate(told):
            key = None if any(texts_told) else (channels[row], asks[row], len(texts_told))
            part = self._requests.get(key) if key else None
            if part is None:
                channel, asked = block.value("channel", row), block.value("asks", row)
                is_read = not isinstance(channel, RowError) and not isinstance(asked, RowError)
                findings = request.assess_told(channel, asked, texts_told, official) if is_read else ()
                part = self._part(Axis.REQUEST, findings, compared=True)
                if key:
                    self._requests[key] = part
            parts.append(part)
        return parts, np.fromiter((part.standing for part in parts), np.int8, block.size)

    def _service(self, text: str) -> Service:
        found = self._read("service", [text], read_service)[0]
        return found if isinstance(found, Service) else Service.DVC

    # ---------------------------------------------------------------- the verdict

    def _decide(self, standings: Mapping[Axis, npt.NDArray[np.int8]], size: int) -> npt.NDArray[np.int8]:
        states = np.zeros(size, np.int64)
        for axis in Axis:
            states = states * len(STANDINGS) + standings[axis]
        distinct, codes = np.unique(states, return_inverse=True)
        return mapped(distinct.tolist(), codes, self._verdict)

    def _verdict(self, state: int) -> int:
        if state not in self._verdicts:
            axes, left = {}, state
            for axis in reversed(Axis):
                left, standing = divmod(left, len(STANDINGS))
                axes[axis] = STANDINGS[standing]
            self._verdicts[state] = VERDICTS.index(decide(axes))
        return self._verdicts[state]

    def _gather(self, block: Block) -> None:
        """Judge the rows that need more than their cells."""
        rows = self._needing(block)
        for first in range(0, len(rows), _GATHERED_AT_ONCE):
            some = rows[first : first + _GATHERED_AT_ONCE]
            evidences = self._asker.gather([block.contact(row) for row in some])
            for row, evidence in zip(some, evidences, strict=True):
                block.replace(row, verify(evidence, self._context))

    def _needing(self, block: Block) -> list[int]:
        codes, texts, _ = combined([block.narrow["sender"], block.narrow["mail"]])
        needs = list(starmap(self._needs, texts))
        rows = np.flatnonzero(mapped(needs, codes, bool)).tolist() if any(needs) else []
        repaired = block.place.repairs if block.place else {}
        return [row for row in sorted({*rows, *repaired}) if row not in block.errors]

    def _needs(self, given: str, mail: str) -> bool:
        return self._asker.needs(BLANK._replace(sender=given, mail=mail))


_DAY_CHARACTERS = 10  # of 22/11/2026 and of 2026-11-22
_SOME_DAY, _SOME_CLOCK = "2026-11-22", " 09:00"
_NARROW = ("case", "channel", "sender", "phone", "extension", "mail", "own_request", "called_back", "asks", "service")
_WIDE = ("id", "received_at", "code", "message", "note")
_WIDE_IDENTIFYING = ("code", "message", "note")
_READERS: dict[str, Callable[[str], object]] = {
    "channel": read_channel,
    "own_request": read_answer,
    "called_back": read_answer,
    "asks": read_asks_cell,
    "service": read_service,
}
