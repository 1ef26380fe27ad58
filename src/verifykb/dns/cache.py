"""Answers of earlier runs, on disk, for as long as their time to live allows.

1. A cache never stands in the way: one that is locked, broken, read-only or full is not used for the rest of the run.
2. Only what DNS said is kept: records, no data, no such name; never a failure.
3. An answer of one resolver is never that of another.
4. An answer from the future, or past its time, is none; what is read is checked like any other foreign data.
"""

import json
import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from verifykb.dns.answer import Answer, Status

_VERSION = 1  # of the table; a new one gets a new file
_MAX_ROWS = 50_000
_MAX_TEXT = 8192  # characters of one answer
_MAX_PAGES = 16_384  # of 4 KiB
_BATCH = 500  # answers written at once
_MAX_TTL = 86_400
_PATIENCE = 0.25  # seconds to wait for another process, once
_KEPT = frozenset({Status.FOUND, Status.NODATA, Status.NXDOMAIN})
_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
    resolver TEXT, name TEXT, kind TEXT, status TEXT, records TEXT, secure INTEGER, stored REAL, expires REAL,
    PRIMARY KEY (resolver, name, kind)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_expiry ON answers (expires);
CREATE INDEX IF NOT EXISTS answers_by_age ON answers (stored);
"""
_GET = """
SELECT status, records, secure, stored, expires, (SELECT max(stored) FROM answers) FROM answers
WHERE resolver = ? AND name = ? AND kind = ?
"""
# Whatever was stored later than now shows that the clock went back: then nothing is known to be fresh.
_CLEAN = "DELETE FROM answers WHERE expires <= ?1 OR (SELECT max(stored) FROM answers) > ?1"
_PUT = "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_DROP = """
DELETE FROM answers WHERE (resolver, name, kind) IN (
    SELECT resolver, name, kind FROM answers
    ORDER BY expires LIMIT max(0, (SELECT count(*) FROM answers) - ?)
)
"""


class Cache:
    """The answers of one resolver.

    Args:
        resolver: who gave the answers (`NetworkResolver.identity`); empty: nothing is kept or found.
        now: the wall clock, in seconds since 1970.
        folder: where the file is; None: the user's folder for caches.
        max_rows: how many answers are kept, of all resolvers together.
    """

    def __init__(
        self, resolver: str, now: Callable[[], float], *, folder: Path | None = None, max_rows: int = _MAX_ROWS
    ) -> None:
        self._resolver = resolver
        self._now = now
        self._max_rows = max_rows
        self._is_stale = False  # the file holds what should not be there
        self._waiting: list[tuple[object, ...]] = []
        self._store = _opened(folder) if resolver else None

    @property
    def is_used(self) -> bool:
        """Whether answers are still read and written."""
        return self._store is not None

    def get(self, name: str, kind: str) -> Answer | None:
        """Give a kept answer with the rest of its time to live, or None."""
        if self._store is None:
            return None
        try:
            row = self._store.execute(_GET, (self._resolver, name, kind)).fetchone()
        except (sqlite3.Error, UnicodeError):
            self._give_up()
            return None
        # The clock is read last: what another process stored a moment ago is not from the future.
        answer = _read(row, self._now()) if row else None
        self._is_stale |= answer is None and row is not None
        return answer

    def put(self, name: str, kind: str, answer: Answer) -> None:
        """Keep an answer, if it may be kept."""
        if self._store is None or answer.status not in _KEPT or answer.ttl <= 0:
            return
        records = json.dumps(answer.records)
        if len(records) > _MAX_TEXT:
            return
        now = self._now()
        row = (self._resolver, name, kind, answer.status.value, records, int(answer.secure), now, now + answer.ttl)
        self._waiting.append(row)
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        rows, self._waiting = self._waiting, []
        if self._store is None or not (rows or self._is_stale):
            return
        try:
            with self._store:
                # The lock is taken at once: one that is taken later fails without waiting.
                self._store.execute("BEGIN IMMEDIATE")
                self._store.execute(_CLEAN, (self._now(),))
                self._store.executemany(_PUT, rows)
                self._store.execute(_DROP, (self._max_rows,))
        except (sqlite3.Error, UnicodeError):
            self._give_up()

    def close(self) -> None:
        """Write what waits and close the file."""
        self.flush()
        self._give_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _give_up(self) -> None:
        store, self._store, self._waiting = self._store, None, []
        if store is not None:
            _close(store)


def _read(row: tuple[object, ...], now: float) -> Answer | None:
    """Give the answer of a row, or None where somebody else wrote it."""
    status, text, secure, stored, expires, latest = row
    try:
        records = json.loads(str(text))
        begin, end, newest = float(str(stored)), float(str(expires)), float(str(latest))
        answer = Answer(Status(str(status)), tuple(records), ttl=int(end - now), secure=secure == 1)
    except (ValueError, TypeError, RecursionError, OverflowError):
        return None
    is_whole = isinstance(records, list) and all(isinstance(record, str) for record in records)
    if not is_whole or answer.status not in _KEPT or bool(records) != (answer.status is Status.FOUND):
        return None
    return answer if begin <= newest <= now < end <= begin + _MAX_TTL else None


def _opened(folder: Path | None) -> sqlite3.Connection | None:
    store = None
    try:
        path = (_folder() if folder is None else folder) / f"dns-{_VERSION}.sqlite"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _is_ours(path):
            return None
        store = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        store.execute("PRAGMA journal_mode = WAL")
        store.execute("PRAGMA synchronous = NORMAL")
        store.execute(f"PRAGMA max_page_count = {_MAX_PAGES}")
        store.executescript(_TABLE)
    except (OSError, sqlite3.Error, RuntimeError):
        if store is not None:
            _close(store)
        return None
    return store


def _folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("verifykb"))


def _is_ours(path: Path) -> bool:
    """Make the file where there is none; whether nobody else could have written what it holds."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        if not hasattr(os, "geteuid"):
            return True
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return False
        os.fchmod(descriptor, 0o600)
        return True
    finally:
        os.close(descriptor)


def _close(store: sqlite3.Connection) -> None:
    try:
        store.close()
    except sqlite3.Error:
        return
