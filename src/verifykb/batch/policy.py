"""Which findings make a run fail: nothing here changes a verdict.

1. A contact counts by the worst of its findings that are selected, not ignored and not accepted.
2. A contact of which something was set aside, and nothing that keeps it back is left, counts as one that fits: what
   was set aside is no proof of anything.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from verifykb.batch.baseline import Baseline
from verifykb.errors import UsageError
from verifykb.model.finding import Effect, Finding
from verifykb.model.report import Judgement
from verifykb.model.verdict import Verdict
from verifykb.rules import RULES, suggest_rules

_COUNTS_AS = {
    Effect.PROHIBITS: Verdict.PROHIBITED,
    Effect.CONTRADICTS: Verdict.CONTRADICTED,
    Effect.LACKS: Verdict.UNPROVEN,
}


class Policy(NamedTuple):
    """What a run must reach.

    Args:
        require: the verdict that every contact must reach; those below make the run end with 3.
        fail_on: contacts with this verdict or a worse one make it end with 1; None for no contact.
        select: ids of the only rules that count; empty for all.
        ignore: ids of rules that do not count.
        baseline: the file of what was accepted; empty for none.
        today: the day on which acceptances must not have expired.
        clock: the real day.
    """

    require: Verdict
    fail_on: Verdict | None = Verdict.CONTRADICTED
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    baseline: str = ""
    today: date = date.min
    clock: date = date.min

    @property
    def is_plain(self) -> bool:
        """Whether verdicts alone decide."""
        return not (self.select or self.ignore or self.baseline)


class Counted(NamedTuple):
    """How a contact counts: the run fails by it, it is below what is required, something of it was accepted."""

    fails: bool
    below: bool
    accepted: bool = False


class Counter:
    """Tells how contacts count.

    Args:
        policy: what the run must reach.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.baseline = Baseline.load(policy.baseline, policy.today, policy.clock) if policy.baseline else None

    def by_verdict(self, verdict: Verdict) -> Counted:
        """Count a contact by its verdict alone."""
        fails = self.policy.fail_on is not None and verdict.rank <= self.policy.fail_on.rank
        return Counted(fails, not verdict.reaches(self.policy.require))

    def count(self, judgement: Judgement) -> Counted:
        """Count a contact by the findings that are left."""
        whole = self.by_verdict(judgement.verdict)
        if self.policy.is_plain or not (whole.fails or whole.below):
            return whole
        left = [finding for finding in judgement.findings if finding.effect in _COUNTS_AS]
        counting = [finding for finding in left if not self.set_aside(judgement, finding)]
        accepted = any(self.accepts(judgement, finding) for finding in left)
        if len(counting) == len(left):
            return whole
        worst = min(
            (_COUNTS_AS[finding.effect] for finding in counting),
            key=lambda verdict: verdict.rank,
            default=Verdict.CONSISTENT,
        )
        return self.by_verdict(worst)._replace(accepted=accepted)

    def is_set_aside(self, judgement: Judgement) -> bool:
        """Whether all that keeps a contact from a better verdict is set aside."""
        left = [finding for finding in judgement.findings if finding.effect in _COUNTS_AS]
        return bool(left) and all(self.set_aside(judgement, finding) for finding in left)

    def set_aside(self, judgement: Judgement, finding: Finding) -> bool:
        """Whether a finding does not count: not selected, ignored or accepted."""
        policy, rule = self.policy, finding.rule.id
        unselected = bool(policy.select) and rule not in policy.select
        return unselected or rule in policy.ignore or bool(self.accepts(judgement, finding))

    def accepts(self, judgement: Judgement, finding: Finding) -> str:
        """Give why a finding is accepted; an empty text where it is not."""
        return self.baseline.accepts(judgement, finding) if self.baseline else ""


def rule_ids(names: Iterable[str]) -> frozenset[str]:
    """Give the rules that ids, names or beginnings of ids (``SND``) stand for.

    Raises:
        UsageError: there is no such rule; names the nearest.
    """
    ids: set[str] = set()
    for name in (part.strip() for text in names for part in text.split(",")):
        found = {id_ for id_, rule in RULES.items() if id_.startswith(name.upper()) or rule.name == name.lower()}
        if not name or not found:
            raise UsageError("rule-unknown", rule=name, near=", ".join(suggest_rules(name)))
        ids |= found
    return frozenset(ids)
