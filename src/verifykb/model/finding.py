"""What a check can say: a rule, and a finding that the rule was met.

1. A rule is identity: id, name, axis, effect, sources. Its words live in `wording/`.
2. A finding holds a rule and values, never a sentence.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Axis(StrEnum):
    """The five questions that a verdict is made of (docs/contract.md, section 3)."""

    CODE = "code"
    SENDER = "sender"
    PHONE = "phone"
    REQUEST = "request"
    DIRECTORY = "directory"


class Effect(StrEnum):
    """What a finding does to its axis."""

    PROHIBITS = "prohibits"  # something treasury support never does or asks
    CONTRADICTS = "contradicts"  # disagrees with what was published
    LACKS = "lacks"  # evidence the rule requires is missing or unknown
    NOTES = "notes"  # worth telling; moves nothing
    SUPPORTS = "supports"  # agrees with what was published, but could be forged
    PROVES = "proves"  # could not be forged by the person at the other end


class RuleStatus(StrEnum):
    """Where a rule is in its life. Ids are never reused, retired ones keep answering."""

    ACTIVE = "active"  # this version can find it
    RESERVED = "reserved"  # id and meaning are fixed; this version cannot find it yet
    RETIRED = "retired"  # no longer found; `explain` names its successor


class Rule(NamedTuple):
    """One line of the rule table.

    Args:
        id: stable id, e.g. ``COD001``; never translated, never reused.
        name: kebab-case description of what was seen.
        axis: the axis that findings of this rule belong to.
        effect: what such a finding does to the axis.
        sources: ``document:line`` of the notices that the rule rests on, strongest first;
            empty where the rule is a policy of this tool.
        values: names of the values that every finding of this rule carries.
        accuses: the finding says "dressed up as the treasury", so it counts for services
            that publish no contact, too (docs/contract.md, section 4, Service).
        status: whether this version can find it.
    """

    id: str
    name: str
    axis: Axis
    effect: Effect
    sources: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    accuses: bool = False
    status: RuleStatus = RuleStatus.ACTIVE


class Finding(NamedTuple):
    """A rule that was met, with the values it was met on (raw, not yet made safe to print).

    `source` is ``document:line`` where this finding rests on another text than its rule.
    """

    rule: Rule
    values: Mapping[str, str] = MappingProxyType({})
    source: str = ""

    @property
    def effect(self) -> Effect:
        """The effect of the finding's rule."""
        return self.rule.effect

    @property
    def axis(self) -> Axis:
        """The axis of the finding's rule."""
        return self.rule.axis
