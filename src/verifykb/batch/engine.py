"""Many contacts at once: each check is run once for each distinct value, and gathered by index.

1. No rule lives here: every answer is one of `checks`, `verify` and `decide`, so a row is judged
   exactly as `verify` judges it alone (tests/batch/test_engine.py compares the two).
2. What is worked out for a value is remembered up to a limit; memory does not grow with the log.
3. A row that cannot be read is an error of that row. Rows that need more than their cells (a saved
   mail, DNS) are gathered and verified one by one.
"""

import threading
from collections.abc import Mapping
from itertools import starmap

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from verifykb.asking import Asker
from verifykb.batch.axes import Axes
from verifykb.batch.block import BLANK, STANDINGS, VERDICTS, Block
from verifykb.batch.cells import Cells
from verifykb.batch.collection import no_collection
from verifykb.batch.place import Place
from verifykb.batch.texts import combined, mapped
from verifykb.context import Context
from verifykb.model.finding import Axis
from verifykb.model.verdict import decide
from verifykb.verify import verify

_GATHERED_AT_ONCE = 16  # each may hold a mail of the largest size in memory


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
    with Asker(context, None) as asker, no_collection():
        return _engine_for(context, asker).judge(batch).to_arrow()


def _engine_for(context: Context, asker: Asker) -> "Engine":
    """Give the engine that the last call for the same context left: batches of one log share many values."""
    last = getattr(_last, "engine", None)
    if last is None or last.context is not context:
        last = _last.engine = Engine(context, asker)
    last.asker = asker
    engine: Engine = last
    return engine


_last = threading.local()


class Engine:
    """Judges block after block of one log.

    Args:
        context: directory, clock and the office's settings.
        asker: gathers what is not in the cells.
    """

    def __init__(self, context: Context, asker: Asker) -> None:
        self.context = context
        self.asker = asker
        self._cells = Cells(context)
        self._axes = Axes(self._cells)
        self._verdicts: dict[int, int] = {}

    def judge(self, batch: pa.RecordBatch, place: Place | None = None) -> Block:
        """Judge a block of records.

        Args:
            batch: contact records, as for `verify_batch`.
            place: where they stand in a log; None for records that came from nowhere.
        """
        block = self.read(batch, place)
        if not block.size:
            return block
        self._axes.judge(block)
        block.verdicts = self._decide(block.standings, block.size)
        for row in block.errors:
            block.verdicts[row] = -1
        self._gather(block)
        return block

    def read(self, batch: pa.RecordBatch, place: Place | None = None) -> Block:
        """Read a block of records without judging them: which of them are contacts; as for `judge`."""
        return self._cells.read(batch, place)

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
            evidences = self.asker.gather([block.contact(row) for row in some])
            for row, evidence in zip(some, evidences, strict=True):
                block.replace(row, verify(evidence, self.context))

    def _needing(self, block: Block) -> list[int]:
        codes, texts, _ = combined([block.narrow["sender"], block.narrow["mail"]])
        needs = list(starmap(self._needs, texts))
        rows = np.flatnonzero(mapped(needs, codes, bool)).tolist() if any(needs) else []
        repaired = block.place.repairs if block.place else {}
        return [row for row in sorted({*rows, *repaired}) if row not in block.errors]

    def _needs(self, given: str, mail: str) -> bool:
        return self.asker.needs(BLANK._replace(sender=given, mail=mail))
