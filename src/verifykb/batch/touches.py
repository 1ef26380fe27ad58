"""Rows that share a `case`: what each of them adds, and their judgement together.

What a touch adds is kept as plain values, and sorted by SQLite: a case may be spread over the whole log.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from verifykb.batch.block import Block
from verifykb.checks import cases
from verifykb.checks.cases import Told
from verifykb.model.finding import Axis, Finding
from verifykb.model.report import CaseJudgement
from verifykb.rules import RULES
from verifykb.text.space import WHITE_SPACE

_NAMED = 20  # contacts of a case that are named; the rest is counted
_SCHEMA = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE; PRAGMA cache_size=-16384;
CREATE TABLE touch(case_ TEXT, id TEXT, told TEXT);
BEGIN;
"""
_SORTED = """
CREATE INDEX touch_case ON touch(case_);
CREATE TABLE begun AS SELECT case_, min(rowid) AS first FROM touch GROUP BY case_ HAVING count(*) > 1;
"""


def touches_of(block: Block, rows: Iterable[int]) -> Iterator[list[Any]]:
    """Give what each row of a case adds to it.

    Args:
        block: as it was judged.
        rows: those that could be read.
    """
    column = block.narrow["case"]
    if not any(column.texts):
        return
    for row in rows:
        case = column.at(row).strip(WHITE_SPACE)
        if case:
            judged = block.judgement(row)
            told = [
                [one.axis.value, one.value, [[item.rule.id, dict(item.values), item.source] for item in one.findings]]
                for one in cases.told_by(judged, block.context.directory)
            ]
            yield [case, judged.contact.id, told]


class Cases(Collection[CaseJudgement]):
    """The cases of a run.

    Args:
        path: a database in the run's own folder; it is made anew.
    """

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(_SCHEMA)
        self._is_sorted = False

    def add(self, touches: Iterable[list[Any]]) -> None:
        """Add touches, in the order of the log, before anything is asked."""
        rows = ((case, id_, json.dumps(told)) for case, id_, told in touches)
        self._db.executemany("INSERT INTO touch VALUES (?, ?, ?)", rows)

    def __contains__(self, case: object) -> bool:
        return any(case == known for known in self)

    def __len__(self) -> int:
        self._sort()
        count: int = self._db.execute("SELECT count(*) FROM begun").fetchone()[0]
        return count

    def __iter__(self) -> Iterator[CaseJudgement]:
        """Give the judgement of every case of several touches, in the order of their first ones."""
        self._sort()
        for (case,) in self._db.execute("SELECT case_ FROM begun ORDER BY first"):
            touches = self._db.execute("SELECT id, told FROM touch WHERE case_ = ? ORDER BY rowid", (case,))
            yield _judge(case, touches)

    def _sort(self) -> None:
        if not self._is_sorted:
            self._db.executescript(_SORTED)
            self._is_sorted = True


def _judge(case: str, touches: Iterable[tuple[str, str]]) -> CaseJudgement:
    joined = cases.Joined()
    names: list[str] = []
    count = 0
    for id_, told in touches:
        count += 1
        if len(names) < _NAMED:
            names.append(id_)
        joined.add([Told(Axis(axis), value, _findings(items)) for axis, value, items in json.loads(told)])
    axes, verdict, findings = joined.judged()
    return CaseJudgement(case, tuple(names), count, axes, verdict, findings)


def _findings(items: list[list[Any]]) -> tuple[Finding, ...]:
    return tuple(Finding(RULES[rule], values, source) for rule, values, source in items)
