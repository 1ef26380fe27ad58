"""What to do next, from the verdict and what led to it. Words are in ``wording/``.

1. No advice, in any verdict, says that a secret or remote access may be given.
2. Below `verified` the advice is to end the contact and dial the published number oneself;
   where that call was made and nothing contradicts, it is what to have confirmed on it.
"""

from collections.abc import Iterable

from verifykb.context import Context
from verifykb.model.contact import Contact, Service
from verifykb.model.finding import Effect, Finding
from verifykb.model.report import Advice
from verifykb.model.verdict import Verdict

_AGAINST = (Verdict.PROHIBITED, Verdict.CONTRADICTED)
_CALL = "PHO010"
_STALE = "DIR002"


def advise(verdict: Verdict, findings: Iterable[Finding], contact: Contact, context: Context) -> tuple[Advice, ...]:
    """Give the advice for one contact, most urgent first."""
    seen = tuple(findings)
    rules = {finding.rule.id for finding in seen}
    steps = list(_next_step(verdict, rules, contact, context))
    if any(finding.effect is Effect.PROHIBITS for finding in seen):
        steps.append(Advice.UNDO_ACCESS)
    if verdict in _AGAINST:
        steps.append(Advice.REPORT)
    steps.append(Advice.GIVE_NO_SECRET)
    if _STALE in rules:
        steps.append(Advice.UPDATE_DIRECTORY)
    return tuple(steps)


def _next_step(verdict: Verdict, rules: set[str], contact: Contact, context: Context) -> tuple[Advice, ...]:
    if verdict is Verdict.VERIFIED:
        return (Advice.PROCEED,)
    if _CALL in rules and verdict not in _AGAINST:
        return (Advice.CONFIRM_ON_CALL,)
    entry = context.directory.services[contact.service]
    if entry.support is not None:
        return (Advice.HANG_UP, Advice.CALL_SWITCHBOARD)
    if contact.service is Service.OTHER:
        against = verdict in _AGAINST
        return (*((Advice.HANG_UP,) if against else ()), Advice.ASK_KNOWN_CONTACT)
    return (Advice.HANG_UP, Advice.ASK_SYSTEM_OWNER)
