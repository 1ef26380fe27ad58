"""The one error tree. Each error carries what the shell needs; its words live in `wording/`.

VerifykbError                    what happened, why, what to do; exit status
├── UsageError            2      a flag, a name or a combination that cannot be
├── InputError            2      a file that is missing, unreadable or not what it claims
│   └── RowError          2      one row of it; the run goes on
├── DirectoryError        2      a directory of contacts that cannot be trusted to be read
└── OutputError          74      the answer could not be written

Expected failures of the world (a mail that cannot be judged, DNS that does not answer) are
values in the evidence, not errors.
"""

import errno
from collections.abc import Mapping

from verifykb.exit_status import ExitStatus


class VerifykbError(Exception):
    """A failure that is told to a person in three parts.

    Args:
        key: key of the texts in ``wording/`` (``errors.<key>``).
        values: values for the holes of these texts; made safe when printed.
    """

    exit_status = ExitStatus.USAGE

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values: Mapping[str, str] = {name: str(value) for name, value in values.items()}


def reason_of(error: BaseException) -> str:
    """Give the system's code of an error (``ENOSPC``); its words are in ``wording/``."""
    number = getattr(error, "errno", None)
    return errno.errorcode.get(number, type(error).__name__) if number else type(error).__name__


class UsageError(VerifykbError):
    """The command line asks for something that does not exist or cannot be combined."""


class InputError(VerifykbError):
    """An input file is missing, unreadable or not what it claims to be."""


class RowError(InputError):
    """One record cannot be read. It is reported with file and row, and the run goes on."""


class DirectoryError(VerifykbError):
    """The directory of official contacts is malformed; names file, line and key."""


class OutputError(VerifykbError):
    """The answer could not be written."""

    exit_status = ExitStatus.IO
