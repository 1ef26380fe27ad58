"""The exit statuses, and which one wins where several hold (docs/contract.md, section 5)."""

from collections.abc import Iterable
from enum import IntEnum


class ExitStatus(IntEnum):
    """What the process tells its caller; the same for every output format."""

    OK = 0  # every contact reached the required verdict
    CONTRADICTED = 1  # at least one contact is contradicted or prohibited
    USAGE = 2  # wrong use, unreadable or missing input, unreadable row, zero contacts
    UNPROVEN = 3  # none contradicted, at least one below the required verdict
    INTERNAL = 70  # our own bug
    IO = 74  # could not write
    INTERRUPTED = 130  # Ctrl-C


_PRECEDENCE = (
    ExitStatus.INTERRUPTED,
    ExitStatus.INTERNAL,
    ExitStatus.IO,
    ExitStatus.CONTRADICTED,
    ExitStatus.USAGE,
    ExitStatus.UNPROVEN,
)


def combine(statuses: Iterable[ExitStatus]) -> ExitStatus:
    """Give the status that wins; OK where nothing else holds."""
    held = set(statuses)
    for status in _PRECEDENCE:
        if status in held:
            return status
    return ExitStatus.OK
