"""Saved mails as records: every ``.eml`` and ``.msg`` of a folder, or one of them by itself.

1. Sub-folders are read, links are not followed; the order is that of the names.
2. A mail that cannot be read is a record all the same: it is judged as one that could not be read.
"""

import hashlib
import os
import stat
from collections.abc import Iterator

from verifykb.batch.record import Record
from verifykb.errors import InputError, reason_of
from verifykb.gather import MAX_MAIL_BYTES
from verifykb.model.report import InputFile
from verifykb.text.paths import for_system

ENDINGS = (".eml", ".msg")


def is_mail(path: str) -> bool:
    """Whether a path is named like a saved mail."""
    return path.lower().endswith(ENDINGS)


def read_mails(path: str, inputs: list[InputFile]) -> Iterator[Record]:
    """Give a record for each saved mail.

    Args:
        path: a folder, or one mail.
        inputs: gets the fingerprint of each mail.

    Raises:
        InputError: there is nothing at this path, or the folder cannot be listed.
    """
    if os.path.isdir(for_system(path)):  # noqa: PTH112 - one way of naming files for all readers
        folder, names = path, _names(path)
    elif os.path.exists(for_system(path)):  # noqa: PTH110
        folder, names = os.path.dirname(path), [os.path.basename(path)]  # noqa: PTH119, PTH120
    else:
        raise InputError("file-missing", file=path)
    for row, name in enumerate(names, start=1):
        whole = os.path.join(folder, name)  # noqa: PTH118
        digest = _fingerprint(whole)
        if digest:
            inputs.append(InputFile(path=whole, sha256=digest))
        yield Record(file=path, row=row, cells={"id": name, "mail": name}, folder=folder)


def _names(folder: str) -> list[str]:
    names: list[str] = []

    def refuse(error: OSError) -> None:
        raise InputError("file-unreadable", file=folder, why=reason_of(error)) from error

    for place, _, files in os.walk(folder, onerror=refuse):
        for name in files:
            whole = os.path.join(place, name)  # noqa: PTH118
            if is_mail(name) and not os.path.islink(whole):  # noqa: PTH114
                names.append(os.path.relpath(whole, folder))
    return sorted(names)


def _fingerprint(path: str) -> str:
    """Give the SHA-256 of a file; empty where it cannot be read as a mail: the record will say so."""
    try:
        found = os.stat(for_system(path))  # noqa: PTH116
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_MAIL_BYTES:
            return ""  # a pipe would be waited for
        with open(for_system(path), "rb") as file:  # noqa: PTH123
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""
