"""The folder of a run: what a killed run leaves behind, for `--resume` to go on with.

1. It belongs to one command line on one state of the logs; another command has another folder.
2. It holds personal data: only its owner may read it, and it is removed when the run is done. What
   killed runs left is removed after a week.
3. Where it cannot be made, or another process works in it, a temporary one does; that run cannot be resumed.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from verifykb import __version__
from verifykb.batch.cut import expanded
from verifykb.batch.mail_folder import is_mail
from verifykb.batch.stream import STDIN
from verifykb.errors import OutputError, reason_of
from verifykb.locks import is_locked
from verifykb.text.paths import for_system, state_of

STARTED = "started"
PLAN = "plan.json"  # from then on there is something to go on with
_KEPT_SECONDS = 7 * 24 * 3600
_OWNER_ONLY = 0o700
_LOCK = ".lock"
_IS_ALONE = os.name != "posix"  # a system without such locks: two equal runs at once are not told apart there
# What a full or failing disk makes SQLite say; anything else is a mistake of ours.
_DISK = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_CORRUPT")


class RunFolder:
    """A folder to work in.

    Args:
        path: it exists.
        started: when the run that left it began; None for a new one.
    """

    def __init__(self, path: Path, started: datetime | None = None) -> None:
        self.path = path
        self.started = started
        self.keep = False  # the run did not get to its end: somebody may want to go on


def key_of(paths: Sequence[str], *decides: object, files: Sequence[str] = ()) -> str:
    """Give the name of a command line on one state of the logs; an empty text where it cannot be told.

    Args:
        paths: the logs; each counts with its size and time of change, a folder with those of its mails, a pattern
            with those of what it stands for.
        decides: everything else that decides what the reports say; the order of sets and mappings does not count.
        files: other files that decide it.
    """
    if STDIN in paths:
        return ""
    seen = [[path, *_states(path)] for path in (*expanded(paths), *filter(None, files))]
    told = json.dumps([__version__, os.getcwd(), list(paths), seen, _plain(decides)])  # noqa: PTH109 - a text is what is wanted
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _plain(value: object) -> object:
    """Give a value in a form that is the same in every process."""
    if isinstance(value, Mapping):
        return sorted([str(key), _plain(item)] for key, item in value.items())
    if isinstance(value, set | frozenset):
        return sorted(map(repr, value))
    if isinstance(value, list | tuple):
        return [type(value).__name__, *map(_plain, value)]
    return repr(value)


def _states(path: str) -> Iterator[list[Any]]:
    if not os.path.isdir(for_system(path)):  # noqa: PTH112 - one way of naming files
        yield state_of(path)
    for folder, folders, names in os.walk(for_system(path)):
        folders.sort()
        for name in sorted(filter(is_mail, names)):  # a report may stand beside them
            whole = os.path.join(folder, name)  # noqa: PTH118 - one way of naming files
            yield [whole, *state_of(whole)]


@contextmanager
def run_folder(key: str, now: datetime, *, resume: bool) -> Iterator[RunFolder]:
    """Open the folder of a run; leaving it removes it, unless somebody may want to go on.

    Args:
        key: of `key_of`.
        now: the clock of this run.
        resume: go on with what an earlier run of the same key left.

    Raises:
        OutputError: not even a temporary folder can be made, or the disk below it fails.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(_lasting(key, now, resume=resume))
        if folder is None:
            folder = RunFolder(Path(stack.enter_context(_temporary())))
        try:
            yield folder
        except sqlite3.Error as error:
            name = str(getattr(error, "sqlite_errorname", ""))
            if not name.startswith(_DISK):
                raise
            raise OutputError("run-folder-failed", file=str(folder.path), why=name) from error


def _temporary() -> "tempfile.TemporaryDirectory[str]":
    try:
        return tempfile.TemporaryDirectory(prefix="verifykb-", ignore_cleanup_errors=True)
    except OSError as error:
        raise OutputError("run-folder-failed", file="TMPDIR", why=reason_of(error)) from error


@contextmanager
def _lasting(key: str, now: datetime, *, resume: bool) -> Iterator[RunFolder | None]:
    """Give the folder of a key, locked for this process; None where that cannot be."""
    base = lock = folder = None
    if key:
        with suppress(OSError):
            base = _base()
            _forget_old(base)
            lock = _locked(base, key)
            folder = _begun(base / key, now, resume=resume) if lock else None
    try:
        yield folder
    except BaseException as error:
        if folder is not None:  # a reader that went away had enough: nobody goes on
            folder.keep = (folder.path / PLAN).exists() and not isinstance(error, BrokenPipeError)
        raise
    finally:
        if base is not None and lock is not None:
            if folder is None or not folder.keep:
                _remove(base, key)
            lock.close()


def _base() -> Path:
    from platformdirs import user_state_path

    base = user_state_path("verifykb", appauthor=False) / "runs"
    if not base.is_absolute():
        raise FileNotFoundError(base)  # nobody knows this user's home: not into whatever folder this is
    base.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
    base.chmod(_OWNER_ONLY)  # fails where it is somebody else's
    return base


def _begun(place: Path, now: datetime, *, resume: bool) -> RunFolder:
    place.mkdir(mode=_OWNER_ONLY, exist_ok=True)
    if resume:
        with suppress(OSError, ValueError):
            return RunFolder(place, datetime.fromisoformat((place / STARTED).read_text(encoding="ascii")))
    shutil.rmtree(place)
    place.mkdir(mode=_OWNER_ONLY)
    (place / STARTED).write_text(now.isoformat(), encoding="ascii")
    return RunFolder(place)


def _forget_old(base: Path) -> None:
    touched: dict[str, float] = {}
    for path in base.iterdir():
        name = path.name.removesuffix(_LOCK)
        with suppress(OSError):
            touched[name] = max(touched.get(name, 0.0), path.lstat().st_mtime)
    for name, at in touched.items():
        lock = _locked(base, name) if time.time() - at > _KEPT_SECONDS else None
        if lock is not None:
            _remove(base, name)
            lock.close()


def _remove(base: Path, name: str) -> None:
    """Remove a folder and its lock; the caller holds the lock."""
    shutil.rmtree(base / name, ignore_errors=True)
    with suppress(OSError):
        (base / f"{name}{_LOCK}").unlink()


# ---------------------------------------------------------------- locks


def _locked(base: Path, name: str) -> IO[bytes] | None:
    """Lock a folder for this process; the system lets go of it when the process ends, however it ends.

    Returns:
        What to close to let go; None where another process has it.
    """
    path = base / f"{name}{_LOCK}"
    while True:
        file = path.open("ab")
        if not is_locked(file, unknown=_IS_ALONE):
            file.close()
            return None
        with suppress(OSError):
            if os.fstat(file.fileno()).st_ino == path.stat().st_ino:
                return file
        file.close()  # whoever had it removed it in the meantime: it locks nothing any more
