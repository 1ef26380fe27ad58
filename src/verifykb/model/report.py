"""A report: a header, a stream of judgements, a summary. Renderers see nothing else."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from verifykb.model.contact import Contact
from verifykb.model.evidence import MailUnread
from verifykb.model.finding import Axis, Finding
from verifykb.model.tally import Tally
from verifykb.model.verdict import Standing, Verdict

if TYPE_CHECKING:  # most contacts have no mail, and start-up is a feature
    from verifykb.model.mail import MailEvidence


class Advice(StrEnum):
    """What to do next; words are in ``wording/``."""

    HANG_UP = "hang-up"  # end the contact, whatever it says
    CALL_SWITCHBOARD = "call-switchboard"  # dial the published number oneself
    CONFIRM_ON_CALL = "confirm-on-call"  # that call was made: what to have confirmed on it
    ASK_SYSTEM_OWNER = "ask-system-owner"  # no contact is published: whom to ask instead
    ASK_KNOWN_CONTACT = "ask-known-contact"  # not about the treasury: use a number known before
    UNDO_ACCESS = "undo-access"  # what to do where something was already given or installed
    REPORT = "report"  # tell the treasury office the unit banks with
    GIVE_NO_SECRET = "give-no-secret"  # noqa: S105 - true in every verdict, `verified` included
    PROCEED = "proceed"  # verified: go on with what was requested
    UPDATE_DIRECTORY = "update-directory"  # the directory is past its review date


class Judgement(NamedTuple):
    """The answer for one contact.

    `mail` is what was learnt from a saved mail, or why it could not be read; None where there was none.
    """

    contact: Contact
    axes: Mapping[Axis, Standing]
    verdict: Verdict
    findings: tuple[Finding, ...]
    advice: tuple[Advice, ...]
    mail: "MailEvidence | MailUnread | None" = None


class Header(NamedTuple):
    """What the judgements rest on.

    Args:
        tool_version: of verifykb.
        serial, issued, review_by, sha256: of the directory; dates in ISO 8601.
        stale: whether the directory is past its review date.
        now: the real clock, in Vietnam time.
        at: the time that was asked for instead; None where none was.
        require: the verdict that every contact must reach.
        settings: the file that the office's settings were read from; empty where none was.
        dns: ``off``, ``on`` where DNS may be asked, ``replay`` where a recording answers.
    """

    tool_version: str
    serial: int
    issued: str
    review_by: str
    sha256: str
    stale: bool
    now: datetime
    at: datetime | None
    require: Verdict
    dns: str
    settings: str = ""


class Unreadable(NamedTuple):
    """A record, or a whole file (row 0), that could not be read.

    Args:
        file: the file as it was named.
        row: the record's row, counted as a spreadsheet does; the line for JSON lines.
        key: key of the words in ``wording/`` (``errors.<key>``).
        values: values for the holes of these words.
    """

    file: str
    row: int
    key: str
    values: Mapping[str, str]


class InputFile(NamedTuple):
    """A file that was read, and its fingerprint."""

    path: str
    sha256: str


class CaseJudgement(NamedTuple):
    """The answer for all records that share a `case`, judged as one contact seen in several touches.

    Args:
        case: the name they share.
        touches: the ids of the contacts, in the order of the logs; at most a few are named.
        size: how many contacts there are.
        axes, verdict, findings: as for one contact.
    """

    case: str
    touches: tuple[str, ...]
    size: int
    axes: Mapping[Axis, Standing]
    verdict: Verdict
    findings: tuple[Finding, ...]


class Summary:
    """Counts of a whole run, and what could not be read.

    Args:
        require: the verdict that every contact must reach.
    """

    def __init__(self, require: Verdict) -> None:
        self.require = require
        self.verdicts: dict[Verdict, int] = dict.fromkeys(Verdict, 0)
        self.inputs: list[InputFile] = []
        self.errors: Sequence[Unreadable] = []
        self.below = 0  # contacts that did not reach the required verdict
        self.failing = 0  # contacts that make the run fail: contradicted or prohibited, unless --fail-on says otherwise
        self.accepted = 0  # contacts with a finding that a baseline accepts
        self.unlisted: dict[Verdict, int] = dict.fromkeys(Verdict, 0)  # left out of reports that list contacts
        self.cases: Collection[CaseJudgement] = ()
        self.tally = Tally()
        self.incomplete = False  # the run was interrupted: what follows was not judged

    @property
    def contacts(self) -> int:
        """How many contacts were judged."""
        return sum(self.verdicts.values())

    def count(self, judgement: Judgement) -> None:
        """Add one judgement."""
        self.verdicts[judgement.verdict] += 1
        self.below += not judgement.verdict.reaches(self.require)
        self.failing += not judgement.verdict.reaches(Verdict.UNPROVEN)
