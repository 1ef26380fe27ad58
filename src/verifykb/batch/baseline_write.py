"""Accepting findings: on which terms, of which contacts, and into the file of a baseline.

1. Without rules named, each finding that contradicts or lacks is accepted, of contacts that ask for nothing
   forbidden. With rules named, exactly these: whatever asks for something forbidden must be named.
2. What was accepted before and still holds keeps its own reason, author and day; what expired goes.
3. The file appears when every contact was looked at, and not before.
"""

import re
import secrets
from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from verifykb.batch.baseline import Accepted, Baseline
from verifykb.batch.baseline_file import ACCEPTABLE, MAX_BYTES, MAX_TEXT_CHARACTERS, baseline_text, is_usable_text
from verifykb.batch.records import read_time
from verifykb.errors import InputError, UsageError
from verifykb.model.report import Judgement
from verifykb.model.verdict import Verdict
from verifykb.rules import find_rule, suggest_rules
from verifykb.text.nfc import nfc
from verifykb.text.secrets import masked
from verifykb.text.space import WHITE_SPACE

_KEY_OCTETS = 32  # RFC 2104, 3: as long as the hash
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"


class Terms(NamedTuple):
    """What is decided about the findings that a new entry accepts.

    Args:
        reason: why they are acceptable.
        author: who decided so.
        expires: the last day on which they are accepted.
        rules: ids of the rules to accept; empty for each that contradicts or lacks, of contacts that ask for
            nothing forbidden.
    """

    reason: str
    author: str
    expires: date
    rules: Collection[str] = ()


class TypedTerms(NamedTuple):
    """Terms as somebody typed them; rules by id or name, the day in ISO 8601 or dd/mm/yyyy."""

    reason: str
    author: str
    expires: str
    rules: Collection[str] = ()


def read_terms(typed: TypedTerms, today: date, latest: date) -> Terms:
    """Read terms; secrets that were pasted into a text are covered.

    Args:
        typed: as typed.
        today: the day of the run, the first that may be named.
        latest: the last day that may be named (`last_day`).

    Raises:
        UsageError: one of them is missing or cannot be meant.
    """
    reason, author = _text("--reason", typed.reason), _text("--author", typed.author)
    moment = read_time(typed.expires) if re.fullmatch(_DAY, typed.expires.strip(WHITE_SPACE)) else None
    if moment is None or not today <= moment.date() <= latest:
        raise UsageError("baseline-expires", value=typed.expires, first=today, last=latest)
    return Terms(reason, author, moment.date(), frozenset(map(_rule, typed.rules)))


def _text(option: str, typed: str) -> str:
    text = masked(nfc(" ".join(typed.split())))
    if not is_usable_text(text):
        raise UsageError("baseline-text", option=option, limit=MAX_TEXT_CHARACTERS)
    return text


def _rule(typed: str) -> str:
    rule = find_rule(typed)
    if rule is None:
        raise UsageError("rule-unknown", rule=typed, near=", ".join(suggest_rules(typed)[:2]))
    if rule.effect not in ACCEPTABLE:
        raise UsageError("baseline-rule-harmless", rule=rule.id)
    return rule.id


class Written(NamedTuple):
    """What became of a baseline.

    Args:
        added: findings that are newly accepted.
        kept: entries that were there and still hold, untouched.
        dropped: expired entries that were left out.
        prohibited: contacts left out because they ask for something forbidden.
        unread: contacts left out because their mail could not be read.
    """

    added: int
    kept: int
    dropped: int
    prohibited: int
    unread: int


def write_baseline(
    judgements: Iterable[Judgement], path: str, terms: Terms, *, today: date, keep: Baseline | None = None
) -> Written:
    """Accept findings: write them, and what was accepted before and still holds, into a file.

    The file appears when all is well, and not where the judgements raise.

    Args:
        judgements: of every contact that was looked at.
        path: the file.
        terms: what to accept, and on which terms.
        today: the day of the run, in Vietnam.
        keep: what the file held before; its key stays. An entry that still holds keeps its own terms.

    Raises:
        InputError: more was accepted than a baseline may hold.
        OutputError: the file could not be written.
    """
    from verifykb.render.outputs import CompleteFile, refuse_place

    old = keep or Baseline(secrets.token_hex(_KEY_OCTETS), (), today)
    valid = {(entry.contact, entry.rule): entry for entry in old.accepted if entry.expires >= today}
    refuse_place(path, ())
    file = CompleteFile("baseline", path)
    stream = file.open()
    try:
        chosen = _chosen(judgements, old, terms)
        entries = chosen.entries | valid
        text = baseline_text(old.key, entries.values())
        if len(text.encode()) > MAX_BYTES:
            raise InputError("baseline-too-large", file=path, limit=MAX_BYTES)  # noqa: TRY301 - discarded like any other
        stream.write(text)
        file.publish()
    except BaseException:
        file.discard()
        raise
    gone = sum((entry.contact, entry.rule) not in entries for entry in old.accepted)
    return Written(len(entries) - len(valid), len(valid), gone, chosen.prohibited, chosen.unread)


class _Chosen(NamedTuple):
    entries: dict[tuple[str, str], Accepted]
    prohibited: int
    unread: int


def _chosen(judgements: Iterable[Judgement], baseline: Baseline, terms: Terms) -> _Chosen:
    """Choose the findings that are accepted."""
    entries: dict[tuple[str, str], Accepted] = {}
    prohibited = unread = 0
    for judgement in judgements:
        rules = [rule for rule in _counting(judgement) if not terms.rules or rule in terms.rules]
        if not rules:
            continue
        if judgement.verdict is Verdict.PROHIBITED and not terms.rules:
            prohibited += 1
            continue
        contact = baseline.fingerprint(judgement)
        unread += not contact
        for rule in rules if contact else ():
            entries[contact, rule] = Accepted(contact, rule, terms.reason, terms.author, terms.expires)
    return _Chosen(entries, prohibited, unread)


def _counting(judgement: Judgement) -> list[str]:
    """Give the rules of the findings that keep a contact below `consistent`."""
    return [finding.rule.id for finding in judgement.findings if finding.effect in ACCEPTABLE]
