"""What the records of a log show together, exactly, in little memory: SQLite sorts and spills to disk.

1. No rule lives here: what is compared with what, and what it means, is `checks.records`.
2. The answer does not depend on the order of the records, but for the ids of records that share one.
3. Records are numbered by piece and place in it, so that each piece finds what is said of it.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import count, groupby, repeat
from operator import itemgetter
from pathlib import Path

from verifykb.batch.records import read_time
from verifykb.batch.seen import PIECE, Seen
from verifykb.checks import records
from verifykb.model.finding import Finding
from verifykb.text.safe import safe, safe_line

_CACHE_KIB = 32 * 1024
_LONG_ID = 200  # characters of a shared id that are repeated in the new one
_ROW = "[1-9][0-9]{0,17}"  # as a place is written, and SQLite can hold
_SETTINGS = (
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE; "
    f"PRAGMA cache_size=-{_CACHE_KIB};"
)  # fmt: skip
_SCHEMA = """
CREATE TABLE file(name TEXT);
CREATE TABLE seen(n INTEGER PRIMARY KEY, row INTEGER, file INTEGER, shown TEXT, code INTEGER, given TEXT,
                  sender TEXT, phone TEXT, unofficial INTEGER, at TEXT);
CREATE TABLE name(n INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE mark(n INTEGER, rule TEXT, given TEXT, codes INTEGER, elsewhere TEXT);
CREATE TEMP TABLE claimed(n INTEGER, file INTEGER, row INTEGER);
CREATE TEMP TABLE shared(n INTEGER PRIMARY KEY);
CREATE TEMP VIEW named AS
  SELECT seen.*, coalesce(name.name, seen.shown, file.name || ':' || seen.row) AS name
  FROM seen JOIN file ON file.rowid = seen.file LEFT JOIN name ON name.n = seen.n;
"""
# Records that need another id: all but the first of those that share one; and those whose id is the place of a
# record, which has that for its id unless it has one of its own.
_SHARED = """
CREATE TEMP TABLE twice AS SELECT shown FROM seen WHERE shown IS NOT NULL GROUP BY shown HAVING count(*) > 1;
INSERT INTO shared SELECT n FROM (
  SELECT n, row_number() OVER (PARTITION BY shown ORDER BY n) AS turn FROM seen WHERE shown IN (SELECT shown FROM twice)
) WHERE turn > 1;
INSERT OR IGNORE INTO shared SELECT claimed.n
  FROM claimed LEFT JOIN seen AS there ON there.file = claimed.file AND there.row = claimed.row
  WHERE there.shown IS NULL;
"""
_REPLAYED = """
CREATE TEMP TABLE replayed AS
  SELECT code, min(sender) AS sender_low, max(sender) AS sender_high, min(phone) AS phone_low, max(phone) AS phone_high
  FROM seen WHERE code IN (SELECT code FROM seen WHERE code IS NOT NULL GROUP BY code HAVING count(*) > 1)
  GROUP BY code HAVING sender_low <> sender_high OR phone_low <> phone_high;
CREATE TEMP TABLE member AS
  SELECT n, code, given, name, sender, sender_low, sender_high, phone, phone_low, phone_high,
    sender IS NOT NULL AND sender_low <> sender_high AS by_sender,
    phone IS NOT NULL AND phone_low <> phone_high AS by_phone
  FROM replayed CROSS JOIN named USING (code);
CREATE TEMP TABLE first AS
  SELECT code,
    min(CASE WHEN sender = sender_low THEN name END) AS sender_at_low,
    min(CASE WHEN sender = sender_high THEN name END) AS sender_at_high,
    min(CASE WHEN phone = phone_low THEN name END) AS phone_at_low,
    min(CASE WHEN phone = phone_high THEN name END) AS phone_at_high
  FROM member GROUP BY code;
CREATE UNIQUE INDEX temp.first_code ON first(code);
INSERT INTO mark SELECT n, 'COD008', given, 0,
    CASE WHEN by_sender THEN CASE WHEN sender = sender_low THEN sender_at_high ELSE sender_at_low END
         ELSE CASE WHEN phone = phone_low THEN phone_at_high ELSE phone_at_low END END
  FROM member JOIN first USING (code) WHERE by_sender OR by_phone;
"""
_MANY_CODES = """
CREATE TEMP TABLE many AS
  SELECT phone, count(DISTINCT code) AS codes FROM seen WHERE unofficial GROUP BY phone HAVING codes >= ?;
"""
_MARK_MANY = """
CREATE UNIQUE INDEX temp.many_phone ON many(phone);
CREATE TEMP TABLE caller AS SELECT n, phone, codes, name FROM named JOIN many USING (phone) WHERE unofficial;
CREATE TEMP TABLE call AS SELECT phone, min(name) AS one, max(name) AS another FROM caller GROUP BY phone;
CREATE UNIQUE INDEX temp.call_phone ON call(phone);
INSERT INTO mark SELECT n, 'REC001', phone, codes, CASE WHEN name = one THEN another ELSE one END
  FROM caller JOIN call USING (phone);
"""
_DAYS = """
CREATE TEMP TABLE day AS
  SELECT code / 1000000 AS day FROM seen WHERE code IS NOT NULL
  GROUP BY 1 HAVING count(DISTINCT code) BETWEEN 2 AND ? AND count(*) <= ?;
"""
_ORDERED = """
SELECT day, at, code, name, n, given
FROM day CROSS JOIN named ON code >= day * 1000000 AND code < (day + 1) * 1000000
WHERE at IS NOT NULL ORDER BY day
"""


class Across:
    """The records of a run, side by side.

    Args:
        path: a database in the run's own folder.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(_SETTINGS)
        self._files: dict[str, int] = {}

    def begin(self) -> None:
        """Make an empty database."""
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")

    def add(self, seen: Seen) -> None:
        """Put some records beside the others."""
        name = safe(seen.file)
        if name not in self._files:
            self._files[name] = len(self._files) + 1
            self._db.execute("INSERT INTO file VALUES (?)", (name,))
        number = repeat(self._files[name])
        rows = zip(seen.n, seen.row, number, *seen[3:], strict=False)
        self._db.executemany("INSERT INTO seen VALUES (?,?,?,?,?,?,?,?,?,?)", rows)

    def compare(self) -> None:
        """Compare all records with each other."""
        self._name_apart()
        self._db.execute("CREATE INDEX seen_code ON seen(code)")
        self._db.executescript(_REPLAYED)
        self._db.execute(_MANY_CODES, (records.MANY_CODES,))
        self._db.executescript(_MARK_MANY)
        self._db.execute(_DAYS, (records.MAX_CODES_OF_A_DAY, records.MAX_TOUCHES_OF_A_DAY))
        self._mark_backwards()
        self._db.executescript("CREATE INDEX mark_n ON mark(n); DROP TABLE seen;")

    # ---------------------------------------------------------------- ids

    def _name_apart(self) -> None:
        """Give every record an id of its own: the first one keeps it, a second ``A7`` in row 12 becomes ``A7#12``."""
        placelike = self._db.execute("SELECT n, shown FROM seen WHERE shown GLOB '*:[0-9]*'")
        self._db.executemany("INSERT INTO claimed VALUES (?,?,?)", self._claimed(placelike))
        self._db.execute("COMMIT")
        self._db.executescript(_SHARED)
        if self._one("SELECT 1 FROM shared LIMIT 1") is None:
            return
        self._db.execute("CREATE INDEX seen_shown ON seen(shown)")
        self._db.execute("BEGIN")
        files = {number: name for name, number in self._files.items()}
        rows = self._db.execute("SELECT n, row, file, seen.shown FROM shared CROSS JOIN seen USING (n) ORDER BY n")
        for n, row, file, shown in rows:
            names = _other_names(shown[:_LONG_ID], row, f"{files[file]}:{row}")
            next(name for name in names if self._takes(n, name))
        self._db.execute("COMMIT")

    def _claimed(self, ids: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int, int]]:
        """Give the records whose id is the place of a record, and that place."""
        for n, shown in ids:
            name, _, row = shown.rpartition(":")
            if name in self._files and re.fullmatch(_ROW, row):
                yield n, self._files[name], int(row)

    def _takes(self, n: int, name: str) -> bool:
        """Give a record a name, if no other has it and it stays as it is where it is shown."""
        if safe_line(name) != name or self._one("SELECT 1 FROM seen WHERE shown = ?", name):
            return False
        return self._db.execute("INSERT OR IGNORE INTO name VALUES (?, ?)", (n, name)).rowcount == 1

    # ---------------------------------------------------------------- marks

    def _mark_backwards(self) -> None:
        """Mark the records whose code runs backwards among the codes of its day."""
        self._db.execute("BEGIN")
        for _, rows in groupby(self._db.execute(_ORDERED), key=itemgetter(0)):
            timed = [(moment, row) for row in rows if (moment := read_time(row[1])) is not None]
            found = records.run_backwards([(moment, row[2], row[3]) for moment, row in timed])
            marks = [(*timed[index][1][4:], elsewhere) for index, elsewhere in found.items()]
            self._db.executemany("INSERT INTO mark VALUES (?, 'REC002', ?, 0, ?)", marks)
        self._db.execute("COMMIT")

    def _one(self, query: str, *values: object) -> object:
        row = self._db.execute(query, values).fetchone()
        return row[0] if row else None

    # ---------------------------------------------------------------- answers

    def marks(self, piece: int) -> dict[int, list[Finding]]:
        """Give what is said of the records of a piece, by their place in it."""
        found: dict[int, list[Finding]] = {}
        said: dict[tuple[str, str, int, str], Finding] = {}  # of all records alike: a report words it once
        query = "SELECT n, rule, given, codes, elsewhere FROM mark WHERE n >= ? AND n < ? ORDER BY n, rule"
        for n, rule, given, codes, elsewhere in self._db.execute(query, (piece * PIECE, (piece + 1) * PIECE)):
            finding = said.get((rule, given, codes, elsewhere))
            if finding is None:
                finding = said[rule, given, codes, elsewhere] = _finding(rule, given, codes, elsewhere)
            found.setdefault(n - piece * PIECE, []).append(finding)
        return found

    def names(self, piece: int) -> dict[int, str]:
        """Give the new ids of the records of a piece whose own belongs to another, by their place in it."""
        query = "SELECT n, name FROM name WHERE n >= ? AND n < ?"
        return {n - piece * PIECE: name for n, name in self._db.execute(query, (piece * PIECE, (piece + 1) * PIECE))}

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()


def _other_names(shown: str, row: int, place: str) -> Iterator[str]:
    yield f"{shown}#{row}"
    yield place
    for number in count(2):
        yield f"{shown}#{row}#{number}"
        yield f"#{row}#{number}"


def _finding(rule: str, given: str, codes: int, elsewhere: str) -> Finding:
    if rule == "COD008":
        return records.replayed(given, elsewhere)
    return records.many_codes(given, codes, elsewhere) if rule == "REC001" else records.backwards(given, elsewhere)
