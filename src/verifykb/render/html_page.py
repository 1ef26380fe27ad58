"""What stands on the page of the HTML report, above and below its table of contacts.

1. The answer comes first, in one sentence; silence is never an all-clear.
2. The numbers are those of the whole run; the table may list fewer, and then the page says so.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from verifykb.model.contact import Service
from verifykb.model.report import Advice, Header, Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.entry import Entry
from verifykb.render.html_words import Words
from verifykb.text.safe import safe_line

AGAINST = (Verdict.PROHIBITED, Verdict.CONTRADICTED)
# Rows of a short table; an attacker must not make it long.
MAX_LINES = 30
# What holds for any contact of a verdict, for contacts that are counted but not listed.
_GENERAL = {
    Verdict.PROHIBITED: (Advice.HANG_UP, Advice.CALL_SWITCHBOARD, Advice.UNDO_ACCESS, Advice.REPORT),
    Verdict.CONTRADICTED: (Advice.HANG_UP, Advice.CALL_SWITCHBOARD, Advice.REPORT),
    Verdict.UNPROVEN: (Advice.HANG_UP, Advice.CALL_SWITCHBOARD),
    Verdict.CONSISTENT: (Advice.HANG_UP, Advice.CALL_SWITCHBOARD),
    Verdict.VERIFIED: (Advice.PROCEED,),
}


class Answer(NamedTuple):
    """The first sentences of the page, and the verdict whose colour they have; none for an empty run."""

    sentences: tuple[str, ...]
    verdict: Verdict | None


def answer_of(summary: Summary, of_cases: Mapping[Verdict, int], words: Words) -> Answer:
    """Give the answer for a whole log.

    Args:
        summary: of the run.
        of_cases: how many cases came to each verdict when judged together.
        words: of the page.
    """
    counts, total = summary.verdicts, summary.contacts
    failing = sum(counts[verdict] for verdict in AGAINST)
    failing_cases = sum(of_cases.get(verdict, 0) for verdict in AGAINST)
    worst = next((verdict for verdict in Verdict if counts[verdict]), None)
    worst_case = next((verdict for verdict in Verdict if of_cases.get(verdict)), None)
    sentences = []
    if worst is None:
        sentences.append(words("answer_none"))
    elif failing:
        sentences.append(words("answer_failing", failing=failing, total=total))
    elif failing_cases:
        sentences.append(words("answer_cases", cases=failing_cases))
    else:
        sentences.append(words(f"answer_{worst.value}", total=total, **{worst.value: counts[worst]}))
    if worst and worst_case and worst_case.rank < worst.rank:
        label = words.label("verdict", worst_case.value)
        sentences.append(words("answer_worse_cases", cases=of_cases[worst_case], verdict=label))
        worst = worst_case
    if summary.errors:
        sentences.append(words("answer_unreadable", count=len(summary.errors)))
    return Answer(tuple(sentences), worst)


class Step(NamedTuple):
    """Something to do, and for which contacts."""

    sentence: str
    for_whom: str


def steps_of(entries: Sequence[Entry], summary: Summary, words: Words, style: Style) -> list[Step]:
    """Give what to do for a log: each sentence once, the most urgent first.

    Contacts that are not listed have no sentences of their own: they get what holds for any of
    their verdict.
    """
    whom: dict[str, set[Verdict]] = {}
    present = {verdict for verdict in Verdict if summary.verdicts[verdict]}
    for verdict in Verdict:
        listed = [entry.advice for entry in entries if entry.verdict is verdict]
        general = verdict in present and (not listed or summary.unlisted[verdict] > 0)
        for sentence in chain(*listed, (_said(advice, style) for advice in _GENERAL[verdict] if general)):
            whom.setdefault(sentence, set()).add(verdict)
    secret = _said(Advice.GIVE_NO_SECRET, style)
    whom.pop(secret, None)
    urgency = {
        _said(advice, style, service): place
        for place, advice in enumerate(Advice)
        for service in style.directory.services
    }
    ordered = sorted(whom.items(), key=lambda item: urgency.get(item[0], len(Advice)))
    steps = [Step(sentence, _for_whom(verdicts, present, words)) for sentence, verdicts in ordered]
    return [*steps, Step(secret, words("todo_all"))]


def _said(advice: Advice, style: Style, service: Service = Service.DVC) -> str:
    switchboard = style.directory.support.switchboard.number
    ask = style.directory.services[service].ask
    return style.wording.text("advice", advice.value, switchboard=switchboard, ask=ask)


def _for_whom(verdicts: set[Verdict], present: set[Verdict], words: Words) -> str:
    if verdicts >= present:
        return words("todo_all")
    labels = (words.label("verdict", verdict.value) for verdict in Verdict if verdict in verdicts)
    return words("todo_for", verdicts=" · ".join(labels))


class Line(NamedTuple):
    """A row of a short table: what, an id beside it, how many, and the length of its bar in percent."""

    name: str
    id: str
    contacts: int
    share: float


class Lines(NamedTuple):
    """A short table, and how many rows it leaves out."""

    lines: tuple[Line, ...]
    more: int


def rules_seen(counts: Mapping[str, int], words: Words) -> Lines:
    """Give the rules that were met, by name."""
    return _lines({(words.label("rules", id_, "title"), id_): count for id_, count in counts.items()})


def values_seen(counts: Mapping[str, int], words: Words) -> Lines:
    """Give values as they were written, made fit to show."""
    return _lines({(value, ""): count for value, count in counts.items()}, words)


def numbers_seen(counts: Mapping[str, int], switchboard: str, words: Words) -> Lines:
    """Give phone numbers as they were written; the real switchboard, which others may display, is named."""
    named = {
        (number, words("number_real") if _plain_number(number) == switchboard else ""): count
        for number, count in counts.items()
    }
    return _lines(named, words)


def _plain_number(number: str) -> str:
    """Give the digits with the trunk zero of a number in plain spelling; anything else stays as it is."""
    return re.sub(r"^(?:\+|00)?84", "0", re.sub(r"[ .()\u00a0-]", "", number))


def channels_seen(counts: Mapping[str, int], words: Words) -> Lines:
    """Give channels by name."""
    return _lines(
        {
            (words.labelled("channel", channel) if channel else words("channel_missing"), ""): count
            for channel, count in counts.items()
        }
    )


def _lines(counts: Mapping[tuple[str, str], int], words: Words | None = None) -> Lines:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    most = ranked[0][1] if ranked else 1
    lines = tuple(
        Line(words.shown(name) if words else name, id_, count, round(100 * count / most, 1))
        for (name, id_), count in ranked[:MAX_LINES]
    )
    return Lines(lines, len(ranked) - len(lines))


def unlisted_of(summary: Summary, words: Words) -> str:
    """Give the counts of contacts that are not listed, in words; empty where all are."""
    counts = (
        f"{words.number(count)} {words.label('verdict', verdict.value)}"
        for verdict, count in summary.unlisted.items()
        if count
    )
    return " · ".join(counts)


class Fact(NamedTuple):
    """Something that the judgements rest on; `code` values are shown letter by letter."""

    label: str
    value: str
    code: bool = False


def basis_of(header: Header, words: Words) -> list[Fact]:
    """Give what the judgements rest on."""
    review_by = words.day(header.review_by)
    facts = [
        Fact(
            words.label("report", "directory"),
            words("serial", serial=str(header.serial), issued=words.day(header.issued)),
        ),
        Fact(words("review_by"), words("review_past", review_by=review_by) if header.stale else review_by),
        Fact(words("directory_sha256"), safe_line(header.sha256), code=True),
        Fact(words("clock"), words.moment(header.now)),
    ]
    if header.at:
        facts.append(Fact(words("at"), words.moment(header.at)))
    return [
        *facts,
        Fact(words("require"), words.label("verdict", header.require.value)),
        Fact(words("dns"), words(f"dns_{header.dns}")),
        Fact(words.label("report", "settings"), words.shown(header.settings) or words("settings_none")),
        Fact(words("tool"), f"verifykb {header.tool_version}"),
        Fact(words("privacy"), words("privacy_masked" if words.masked else "privacy_shown")),
    ]
