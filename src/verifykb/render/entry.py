"""One contact in words: what reports that list contacts are made of.

1. Everything in here is safe to show: each text passed the sanitiser.
2. In formats that are shared, personal data is masked unless the user asked to see it.
"""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, Protocol

from verifykb.model.finding import Effect, Finding
from verifykb.model.report import Judgement
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.fingerprint import fingerprint_of
from verifykb.render.shared import advice_words, source_words
from verifykb.text.personal import mask_personal
from verifykb.text.safe import MAX_SHOWN_CHARACTERS, safe_line


class EntryFinding(NamedTuple):
    """One reason.

    Args:
        rule, name, axis, effect: of the rule; never translated.
        message: the sentence.
        source: number, date and clause of the text it rests on, in words.
        accepted: why a baseline accepts it; empty where none does.
    """

    rule: str
    name: str
    axis: str
    effect: str
    message: str
    source: str
    accepted: str = ""


class Entry(NamedTuple):
    """One contact.

    Args:
        id: how reports name it.
        file, row: its place; an empty file for a contact that was typed.
        case: joins the touches of one matter.
        received_at: ISO 8601 in Vietnam time; empty where it was not written.
        channel: empty where it was not said.
        verdict: the answer.
        axes: the standing of each axis.
        findings: every reason, in the order of the axes.
        advice: what to do next, a sentence each.
        code, sender, phone, extension: as written.
        counts: whether it counts against the run: below the required verdict, and not accepted.
        fingerprint: the same for the same contact in another log (`render.fingerprint`).
        mail: the path of its saved mail; empty where it has none.
        fails: whether the run fails by it, if it counts; None where its verdict decides.
    """

    id: str
    file: str
    row: int
    case: str
    received_at: str
    channel: str
    verdict: Verdict
    axes: Mapping[str, str]
    findings: tuple[EntryFinding, ...]
    advice: tuple[str, ...]
    code: str
    sender: str
    phone: str
    extension: str
    counts: bool = True
    fingerprint: str = ""
    mail: str = ""
    fails: bool | None = None

    @property
    def reasons(self) -> tuple[EntryFinding, ...]:
        """What keeps the contact from a better verdict; all findings where nothing does."""
        return tuple(item for item in self.findings if item.effect in REASONS) or self.findings

    @property
    def urgent_advice(self) -> tuple[str, ...]:
        """What to do that a row of a log has room for: all of it where something was asked."""
        return self.advice if self.verdict is Verdict.PROHIBITED else self.advice[:2]


_READ_CHARACTERS = 4 * MAX_SHOWN_CHARACTERS  # a number at the end of what is shown must be seen whole
REASONS = (Effect.PROHIBITS.value, Effect.CONTRADICTS.value, Effect.LACKS.value)


class Accepted(Protocol):
    """Says why a baseline accepts a finding; an empty text where it does not."""

    def __call__(self, judgement: Judgement, finding: Finding) -> str:
        """Give the reason."""


def entry_of(judgement: Judgement, style: Style, *, masked: bool, accepted: Accepted | None = None) -> Entry:
    """Put a judgement into words.

    Args:
        judgement: the answer for one contact.
        style: words and directory.
        masked: cover personal data.
        accepted: what a baseline accepts.
    """
    contact = judgement.contact
    shown = _masker(style) if masked else safe_line
    return Entry(
        id=shown(contact.id),
        file=safe_line(contact.file),
        row=contact.row,
        case=shown(contact.case),
        received_at=contact.received_at.isoformat(timespec="seconds") if contact.received_at else "",
        channel=contact.channel.value if contact.channel else "",
        verdict=judgement.verdict,
        axes={axis.value: standing.value for axis, standing in judgement.axes.items()},
        findings=tuple(_finding(judgement, item, style, accepted, masked=masked) for item in judgement.findings),
        advice=tuple(advice_words(item, judgement, style) for item in judgement.advice),
        code=shown(contact.code),
        sender=shown(contact.sender),
        phone=shown(contact.phone),
        extension=shown(contact.extension),
        fingerprint=fingerprint_of(judgement, style.directory.published),
        mail=safe_line(contact.mail),
    )


def _masker(style: Style) -> Callable[[str], str]:
    published = style.directory.published
    return lambda text: safe_line(_covered(text, published))


def _covered(text: str, published: Collection[str]) -> str:
    """Cover the personal data of as much of a text as is ever shown; of the rest only the length is."""
    return mask_personal(text[:_READ_CHARACTERS], published) + text[_READ_CHARACTERS:]


def _finding(
    judgement: Judgement, finding: Finding, style: Style, accepted: Accepted | None, *, masked: bool
) -> EntryFinding:
    rule = finding.rule
    told = finding
    if masked:
        published = style.directory.published
        told = finding._replace(values={name: _covered(text, published) for name, text in finding.values.items()})
    return EntryFinding(
        rule=rule.id,
        name=rule.name,
        axis=rule.axis.value,
        effect=rule.effect.value,
        message=style.wording.sentence(told),
        source=source_words(finding, style.directory, style.wording),
        accepted=safe_line(accepted(judgement, finding)) if accepted else "",
    )
