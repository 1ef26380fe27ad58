"""What the records of a log show together, exactly, in little memory: SQLite sorts and spills to disk.

1. No rule lives here: what is compared with what, and what it means, is `checks.records`.
2. The answer does not depend on the order of the records, but for the ids of records that share one.
3. Records are numbered by piece and place in it, so that each piece finds what is said of it.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import count, groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from verifykb.batch.records import read_time
from verifykb.checks import records
from verifykb.model.finding import Finding

PIECE = 1 << 32  # records in front of the next piece
_CACHE_KIB = 32 * 1024
_SCHEMA = """
CREATE TABLE seen(n INTEGER, row INTEGER, file INTEGER, id TEXT, shown TEXT, code INTEGER, given TEXT, sender TEXT, phone TEXT,
                  unofficial INTEGER, at TEXT);
CREATE TABLE file(name TEXT);
CREATE TEMP VIEW named AS SELECT seen.*, coalesce(shown, file.name || ':' || row) AS name FROM seen JOIN file ON file.rowid = seen.file;
CREATE TABLE mark(n INTEGER, rule TEXT, given TEXT, codes INTEGER, elsewhere TEXT);
CREATE TABLE name(n INTEGER PRIMARY KEY, name TEXT);
"""
_MAX_TOUCHES_OF_A_DAY = 200  # of few codes; more of them say nothing about order
_REPLAYED = """
CREATE TEMP TABLE replayed AS
  SELECT code, min(sender) AS sender_low, max(sender) AS sender_high, min(phone) AS phone_low, max(phone) AS phone_high
  FROM seen WHERE code IS NOT NULL GROUP BY code
  HAVING count(*) > 1 AND (min(sender) <> max(sender) OR min(phone) <> max(phone));
CREATE TEMP TABLE member AS
  SELECT n, code, given, name, sender, sender_low, sender_high, phone, phone_low, phone_high,
    (sender IS NOT NULL AND sender_low <> sender_high) AS by_sender, (phone IS NOT NULL AND phone_low <> phone_high) AS by_phone
  FROM named JOIN replayed USING (code);
CREATE TEMP TABLE first AS
  SELECT code, min(CASE WHEN sender = sender_low THEN name END) AS sender_at_low, min(CASE WHEN sender = sender_high THEN name END) AS sender_at_high,
    min(CASE WHEN phone = phone_low THEN name END) AS phone_at_low, min(CASE WHEN phone = phone_high THEN name END) AS phone_at_high
  FROM member GROUP BY code;
INSERT INTO mark SELECT n, 'COD008', given, 0,
    CASE WHEN by_sender THEN CASE WHEN sender = sender_low THEN sender_at_high ELSE sender_at_low END
         ELSE CASE WHEN phone = phone_low THEN phone_at_high ELSE phone_at_low END END
  FROM member JOIN first USING (code) WHERE by_sender OR by_phone;
"""
_MANY_CODES = """
CREATE TEMP TABLE many AS
  SELECT phone, count(DISTINCT code) AS codes, min(name) AS one, max(name) AS another
  FROM named WHERE unofficial AND code IS NOT NULL GROUP BY phone HAVING codes >= ?;
"""
_MARK_MANY = """
INSERT INTO mark SELECT n, 'REC001', phone, codes, CASE WHEN name = one THEN another ELSE one END
  FROM named JOIN many USING (phone) WHERE code IS NOT NULL;
"""
_ORDERED = """
SELECT code / 1000000 AS day, at, code, n, given, name FROM named
WHERE at IS NOT NULL AND code / 1000000 IN (
  SELECT code / 1000000 FROM seen WHERE code IS NOT NULL AND at IS NOT NULL GROUP BY 1
  HAVING count(DISTINCT code) BETWEEN 2 AND ? AND count(*) <= ?)
ORDER BY day
"""


class Seen(NamedTuple):
    """What is kept of a record.

    Args:
        n: piece and place.
        row: its row in the log.
        file: number of the log (`Across.file`).
        id: as written; None for none.
        shown: the id as reports show it.
        code: `records.code_key`; None for none.
        given: the code as written.
        sender, phone: their keys; None for none.
        unofficial: whether the number is one, and not the switchboard.
        at: the time of contact as written.
    """

    n: int
    row: int
    file: int
    id: str | None
    shown: str | None
    code: int | None
    given: str | None
    sender: str | None
    phone: str | None
    unofficial: bool
    at: str | None


class Across:
    """The records of a run, side by side.

    Args:
        path: a database in the run's own folder.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE; PRAGMA cache_size=-{_CACHE_KIB};"
        )
        self._files: list[str] = []

    def begin(self) -> None:
        """Make an empty database."""
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")

    def file(self, name: str) -> int:
        """Give the number of a log."""
        if name not in self._files:
            self._files.append(name)
            self._db.execute("INSERT INTO file VALUES (?)", (name,))
        return self._files.index(name) + 1

    def add(self, seen: Iterable[Seen]) -> None:
        """Put some records beside the others."""
        self._db.executemany("INSERT INTO seen VALUES (?,?,?,?,?,?,?,?,?,?,?)", seen)

    def compare(self) -> None:
        """Compare all records with each other."""
        self._db.execute("COMMIT")
        self._name_apart()
        self._db.executescript(_REPLAYED)
        self._db.execute(_MANY_CODES, (records.MANY_CODES,))
        self._db.execute(_MARK_MANY)
        self._mark_backwards()
        self._db.executescript("CREATE INDEX mark_n ON mark(n); DROP TABLE seen;")

    # ---------------------------------------------------------------- ids

    def _name_apart(self) -> None:
        """Give every record an id of its own: the first one keeps it, a second ``A7`` in row 12 becomes ``A7#12``."""
        twice = "SELECT shown FROM seen WHERE shown IS NOT NULL GROUP BY shown HAVING count(*) > 1"
        self._db.execute(f"CREATE TEMP TABLE twice AS {twice}")
        if not self._one("SELECT count(*) FROM twice"):
            return
        self._db.executescript(
            "CREATE UNIQUE INDEX twice_shown ON twice(shown); CREATE INDEX seen_shown ON seen(shown);"
        )
        self._db.execute("CREATE TABLE taken(shown TEXT PRIMARY KEY)")
        rows = self._db.execute("SELECT n, row, file, id, shown FROM seen JOIN twice USING (shown) ORDER BY shown, n")
        first = None
        for n, row, file, id_, shown in rows:
            is_first, first = shown != first, shown
            if not is_first:
                place = f"{self._files[file - 1]}:{row}"
                name = next(name for name in self._other_names(id_, row, place) if self._is_free(name))
                self._db.execute("INSERT INTO taken VALUES (?)", (name,))
                self._db.execute("INSERT INTO name VALUES (?, ?)", (n, name))

    @staticmethod
    def _other_names(id_: str, row: int, place: str) -> Iterator[str]:
        yield f"{id_}#{row}"
        yield place
        for number in count(2):
            yield f"{id_}#{row}#{number}"

    def _is_free(self, name: str) -> bool:
        known = "SELECT 1 FROM seen WHERE shown = ?1 UNION SELECT 1 FROM taken WHERE shown = ?1"
        return self._one(known, name) is None

    # ---------------------------------------------------------------- marks

    def _mark_backwards(self) -> None:
        """Mark the records whose code runs backwards among the codes of its day."""
        limits = (records.MAX_CODES_OF_A_DAY, _MAX_TOUCHES_OF_A_DAY)
        for _, rows in groupby(self._db.execute(_ORDERED, limits), key=itemgetter(0)):
            touches, of_name = [], {}
            for _day, at, code, n, given, name in rows:
                moment = read_time(at)
                if moment is not None:
                    touches.append((moment, code, name))
                    of_name[name] = (n, given)
            found = records.run_backwards(touches)
            marks = ((*of_name[name], elsewhere) for name, elsewhere in found.items())
            self._db.executemany("INSERT INTO mark VALUES (?, 'REC002', ?, 0, ?)", marks)

    def _one(self, query: str, *values: object) -> object:
        row = self._db.execute(query, values).fetchone()
        return row[0] if row else None

    # ---------------------------------------------------------------- answers

    def marks(self, piece: int) -> dict[int, list[Finding]]:
        """Give what is said of the records of a piece, by their place in it."""
        found: dict[int, list[Finding]] = {}
        query = "SELECT n, rule, given, codes, elsewhere FROM mark WHERE n >= ? AND n < ? ORDER BY n, rule"
        for n, rule, given, codes, elsewhere in self._db.execute(query, (piece * PIECE, (piece + 1) * PIECE)):
            found.setdefault(n - piece * PIECE, []).append(_finding(rule, given, codes, elsewhere))
        return found

    def names(self, piece: int) -> dict[int, str]:
        """Give the ids of the records of a piece that share theirs with an earlier one, by their place in it."""
        query = "SELECT n, name FROM name WHERE n >= ? AND n < ?"
        return {n - piece * PIECE: name for n, name in self._db.execute(query, (piece * PIECE, (piece + 1) * PIECE))}

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()


def _finding(rule: str, given: str, codes: int, elsewhere: str) -> Finding:
    if rule == "COD008":
        return records.replayed(given, elsewhere)
    return records.many_codes(given, codes, elsewhere) if rule == "REC001" else records.backwards(given, elsewhere)
