"""What a resolver answers, and what a resolver is.

1. "Not there" is only said where DNS said so: NODATA and NXDOMAIN are facts.
2. A timeout, a refusal or a broken answer is TEMPORARY with its kind; it is never "not there".
3. OFFLINE and NOT_ASKED are words of their own: nobody was asked.
"""

import re
from enum import StrEnum
from typing import NamedTuple, Protocol

_MAX_NAME, _MAX_LABEL = 253, 63  # octets of the written name; RFC 1035, 2.3.4


class Status(StrEnum):
    """How a question ended."""

    FOUND = "found"  # there are records
    NODATA = "nodata"  # the name exists, without records of this type
    NXDOMAIN = "nxdomain"  # the name does not exist
    TEMPORARY = "temporary"  # could not know: timeout, SERVFAIL, a broken answer
    OFFLINE = "offline"  # nobody may be asked in this run
    NOT_ASKED = "not-asked"  # a limit or a rule kept the question back


class Answer(NamedTuple):
    """The answer to one question.

    Args:
        status: how it ended.
        records: in presentation form (``10 mx.example.com``, ``192.0.2.1``); TXT as its
            character strings joined without a separator, octets that are no UTF-8 as
            surrogate escapes. Host names are in plain text without a trailing dot.
        reason: the kind of a temporary failure: ``timeout``, ``servfail``, ``refused``,
            ``malformed``, ``cname-loop``, ``deadline``, ``unreachable``, ``http-status``.
        ttl: seconds for which the answer may be kept; 0 where it may not.
        secure: the answer was validated by a resolver that the configuration trusts (RFC 4035, 3.2.3).
    """

    status: Status
    records: tuple[str, ...] = ()
    reason: str = ""
    ttl: int = 0
    secure: bool = False

    @property
    def is_known(self) -> bool:
        """Whether DNS said what is there or that nothing is."""
        return self.status in _KNOWN

    @property
    def is_absent(self) -> bool:
        """Whether DNS said that there is no such record (RFC 7208, 4.6.4: a void lookup)."""
        return self.status in _ABSENT


_ABSENT = frozenset({Status.NODATA, Status.NXDOMAIN})
_KNOWN = _ABSENT | {Status.FOUND}
NODATA = Answer(Status.NODATA)
NXDOMAIN = Answer(Status.NXDOMAIN)
OFFLINE = Answer(Status.OFFLINE)


def temporary(reason: str) -> Answer:
    """Give the answer for a question that could not be settled now."""
    return Answer(Status.TEMPORARY, reason=reason)


class Resolver(Protocol):
    """Whoever can be asked."""

    async def ask(self, name: str, kind: str) -> Answer:
        """Ask for the records of a name; never raises for what the world does.

        Args:
            name: plain text, dots between labels, ASCII (A-labels); any case, a trailing dot or none.
            kind: the record type, e.g. ``TXT``; a CNAME is followed.
        """
        ...


class OfflineResolver:
    """Asks nobody (``--no-dns``)."""

    async def ask(self, name: str, kind: str) -> Answer:  # noqa: ARG002 - the protocol's shape
        """Say that nobody may be asked."""
        return OFFLINE


def same_name(name: str) -> str:
    r"""Give one spelling for all spellings of a DNS name: lower case, no trailing dot, no ``\DDD``."""
    plain = re.sub(r"\\(\d{3}|.)", _unescaped, name) if "\\" in name else name
    return plain.removesuffix(".").lower() if plain.isascii() else plain.removesuffix(".")


def is_possible(name: str) -> bool:
    """Whether a name can be asked for at all: labels of 1 to 63 octets, 253 together."""
    if len(name) > _MAX_NAME or not name.isascii():
        return False
    return all(0 < len(label) <= _MAX_LABEL for label in name.split("."))


def _unescaped(match: re.Match[str]) -> str:
    escaped = match[1]
    if escaped == ".":
        return match[0]  # a dot inside a label stays told apart from one between labels
    return chr(int(escaped)) if len(escaped) > 1 else escaped
