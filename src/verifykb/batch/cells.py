"""The cells of a block of records, read: which rows are records of a contact, and what their cells mean.

1. Distinct texts of a column are read once and remembered up to a limit.
2. What cannot be read is a value: the `RowError` that a record of its own would raise.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from verifykb.batch.block import Block
from verifykb.batch.place import Place
from verifykb.batch.records import day_text, read_answer, read_asks_cell, read_channel, read_service, read_time
from verifykb.batch.texts import Memo, coded, columns_of, mapped, plain
from verifykb.context import VIETNAM, Context
from verifykb.errors import RowError
from verifykb.model.contact import Service


class Cells:
    """Reads block after block of one log.

    Args:
        context: directory and clock.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self._days: Memo[date | None] = Memo()
        self._clocks: Memo[bool] = Memo()
        self._cells: dict[str, Memo[Any]] = {}

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
        block = Block(self.context, narrow, wide, size, place)
        if size:
            block.errors = self._errors(block)
        return block

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

    def service(self, text: str) -> Service:
        """Give the service that a cell means; ``dvc`` where it cannot be read."""
        found = self._read("service", [text], read_service)[0]
        return found if isinstance(found, Service) else Service.DVC


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
