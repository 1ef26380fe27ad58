"""From findings to standings to one verdict. `decide` lives here and nowhere else.

1. The standing of an axis is the first effect that any of its findings has, in the order
   prohibits, contradicts, lacks, proves, supports; silence is `lacking`.
2. A verdict is the first row of the decision table that holds.
3. Making any finding worse never makes the verdict better (tests/model/test_verdict.py
   walks all 3,125 states).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from verifykb.model.finding import Axis, Effect, Finding


class Standing(StrEnum):
    """How an axis stands."""

    PROHIBITED = "prohibited"
    CONTRADICTED = "contradicted"
    LACKING = "lacking"
    SUPPORTED = "supported"
    PROVEN = "proven"


class Verdict(StrEnum):
    """The answer for one contact, worst first."""

    PROHIBITED = "prohibited"
    CONTRADICTED = "contradicted"
    UNPROVEN = "unproven"
    CONSISTENT = "consistent"
    VERIFIED = "verified"

    @property
    def rank(self) -> int:
        """0 for the worst (`prohibited`) to 4 for the best (`verified`)."""
        return _RANK[self]

    def reaches(self, required: "Verdict") -> bool:
        """Whether this verdict is at least as good as the required one."""
        return self.rank >= required.rank


_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}

_STANDING_BY_EFFECT = (
    (Effect.PROHIBITS, Standing.PROHIBITED),
    (Effect.CONTRADICTS, Standing.CONTRADICTED),
    (Effect.LACKS, Standing.LACKING),
    (Effect.PROVES, Standing.PROVEN),
    (Effect.SUPPORTS, Standing.SUPPORTED),
)


def standing_of(axis: Axis, findings: Iterable[Finding]) -> Standing:
    """Give the standing of one axis; an axis nobody spoke about is `lacking`."""
    effects = {finding.effect for finding in findings if finding.axis is axis}
    for effect, standing in _STANDING_BY_EFFECT:
        if effect in effects:
            return standing
    return Standing.LACKING


def lowered(standing: Standing, effects: Iterable[Effect]) -> Standing:
    """Give the standing of an axis of which more was found; it is never better than before.

    Args:
        standing: so far.
        effects: of what was found.
    """
    said = set(effects)
    for effect, lower in _STANDING_BY_EFFECT:
        if lower is standing or effect in (Effect.PROVES, Effect.SUPPORTS):
            return standing
        if effect in said:
            return lower
    return standing


def standings(findings: Iterable[Finding]) -> dict[Axis, Standing]:
    """Give the standing of every axis, in the order of `Axis`."""
    seen = tuple(findings)
    return {axis: standing_of(axis, seen) for axis in Axis}


def decide(axes: Mapping[Axis, Standing]) -> Verdict:
    """Give the verdict for the standings of all five axes.

    Source: docs/contract.md, section 3.

    Raises:
        KeyError: an axis is missing; a verdict over four axes would be a wrong one.
    """
    present = [axes[axis] for axis in Axis]
    if Standing.PROHIBITED in present:
        return Verdict.PROHIBITED
    if Standing.CONTRADICTED in present:
        return Verdict.CONTRADICTED
    if Standing.LACKING in present:
        return Verdict.UNPROVEN
    if all(standing is Standing.PROVEN for standing in present):
        return Verdict.VERIFIED
    return Verdict.CONSISTENT
