"""Locks on files, which the system lets go of when a process ends, however it ends."""

import os
from typing import IO, Any


def is_locked(file: IO[Any], *, unknown: bool) -> bool:
    """Lock an open file for this process, as long as it stays open.

    Args:
        file: it is open.
        unknown: what to say where the system has no such locks.

    Returns:
        Whether it is ours now; no where another process has it.
    """
    try:
        import fcntl
    except ImportError:
        return unknown
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return unknown
    return True


def is_running(process: int) -> bool:
    """Whether there is a process of this number; what cannot be told is taken for one."""
    if os.name == "posix":
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
    return True
