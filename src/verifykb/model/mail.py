"""What was learnt about who sent a mail: results as words with their reasons. Nothing is judged here.

1. "Could not know" (temperror) is never folded into "no" (none, fail).
2. A result of another domain than the expected one is no proof, whatever its word.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from verifykb.model.mail_content import MailContent


class SpfWord(StrEnum):
    """A result of SPF (RFC 7208, 2.6), or why there is none."""

    PASS = "pass"  # noqa: S105 - a result
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    NONE = "none"  # no record, or no domain that could have one
    TEMPERROR = "temperror"  # could not know now
    PERMERROR = "permerror"  # the record cannot be interpreted
    UNCHECKED = "unchecked"  # nobody trusted wrote down who delivered the mail


class DkimWord(StrEnum):
    """A result of one signature (RFC 8601, 2.7.1)."""

    PASS = "pass"  # noqa: S105 - a result
    FAIL = "fail"  # the text or the signature was changed, or the signature holds no more
    NEUTRAL = "neutral"
    NONE = "none"
    TEMPERROR = "temperror"  # the key could not be asked for now
    PERMERROR = "permerror"  # the signature or its key cannot be used


class DmarcWord(StrEnum):
    """A result of DMARC (RFC 9989, 5.4)."""

    PASS = "pass"  # noqa: S105 - a result
    FAIL = "fail"
    NONE = "none"  # no policy to judge by
    TEMPERROR = "temperror"  # could not know now
    PERMERROR = "permerror"  # no one author's domain


class Step(NamedTuple):
    """One line of an SPF trace: at which domain which term gave what."""

    domain: str
    term: str
    outcome: str


class SpfResult(NamedTuple):
    """What SPF says of a client.

    Args:
        result: the word.
        explanation: of a ``fail``, written by the domain's owner (RFC 7208, 6.2); any ASCII text.
        trace: how the result came about.
        domain: whose record was asked for.
        reason: for an error or ``unchecked``, what it was: a key of ``labels.reason``, or the term.
    """

    result: SpfWord
    explanation: str = ""
    trace: tuple[Step, ...] = ()
    domain: str = ""
    reason: str = ""


class DkimResult(NamedTuple):
    """What one signature says.

    Args:
        result: the word.
        domain, selector: as signed (``d=``, ``s=``), lower case.
        doubts: why a pass is no proof, keys of ``labels.doubt``; empty for a signature that covers
            all that a reader sees.
        reason: why it did not pass, a key of ``labels.reason``.
        weaknesses: what is worth telling and moves nothing, keys of ``labels.doubt``.
        signed: names of the header fields that it covers, lower case.
    """

    result: DkimWord
    domain: str = ""
    selector: str = ""
    doubts: tuple[str, ...] = ()
    reason: str = ""
    weaknesses: tuple[str, ...] = ()
    signed: frozenset[str] = frozenset()


class DmarcResult(NamedTuple):
    """What DMARC says of a message.

    Args:
        result: the word.
        policy: requested for this author's domain, after ``sp``, ``np`` and ``t``; empty where none is.
        domain: the organisational domain of the author.
        reason: for an error, its kind.
        record_at: the name whose record gave the policy, without ``_dmarc``.
        aligned: the identifiers that passed and belong to the author's domain.
    """

    result: DmarcWord
    policy: str = ""
    domain: str = ""
    reason: str = ""
    record_at: str = ""
    aligned: tuple[str, ...] = ()


class ArcResult(NamedTuple):
    """What the ARC chain says: ``pass fail none temperror unchecked``. Information only: anybody can seal his own."""

    result: str


class MailEvidence(NamedTuple):
    """A saved mail, and what could be learnt about its sender.

    Args:
        content: what it says.
        from_value: the one From field as it stands; empty where there is none or more than one.
        spf, dkim, dmarc: the results; `dkim` one for each signature, top to bottom.
        arc: the chain of those who passed the mail on; decides nothing.
        received_at: when the office got it, as far as that is known.
        untrusted_results: the first Authentication-Results field that was not believed; may hold anything.
        originals: mails attached as a whole, each judged like this one.
    """

    content: MailContent
    from_value: str
    spf: SpfResult
    dkim: tuple[DkimResult, ...]
    dmarc: DmarcResult
    arc: ArcResult
    received_at: datetime | None
    untrusted_results: str = ""
    originals: "tuple[MailEvidence, ...]" = ()

    @property
    def defects(self) -> tuple[str, ...]:
        """What is broken about its header."""
        return self.content.defects
