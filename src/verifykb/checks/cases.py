"""Several contacts about one matter, judged as one contact that was seen in several touches.

1. What a touch does not tell ("no code was given") says nothing where another touch tells it.
2. Touches that name the same code, sender or number speak about one thing: what proves it in one
   touch proves it for the case. Where they name different ones, each must stand by itself, and the
   worst counts.
3. What was asked is another thing in every touch: the worst counts.
4. Joining is not promising: a case is never better than its proofs, and no touch is judged anew.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from verifykb.checks import records
from verifykb.directory.types import Directory
from verifykb.model.finding import Axis, Effect, Finding
from verifykb.model.report import Judgement
from verifykb.model.verdict import Standing, Verdict, decide, standing_of

# What only says that a touch is silent on an axis.
_SILENT = frozenset(("COD001", "SND001", "PHO001", "MSG012"))
_KEPT = 40  # findings of one value: a log may have no end of touches of one case
_VALUES = 200  # different codes, senders or numbers of one case
_WORST_FIRST = tuple(Standing[name] for name in ("PROHIBITED", "CONTRADICTED", "LACKING", "SUPPORTED", "PROVEN"))


class Told(NamedTuple):
    """What a touch tells on an axis: which thing it names, and what was found of it."""

    axis: Axis
    value: str
    findings: tuple[Finding, ...]


def told_by(judgement: Judgement, directory: Directory) -> list[Told]:
    """Give what a contact tells on each axis; nothing for an axis on which it is silent.

    Args:
        judgement: of the contact.
        directory: the official contacts.
    """
    contact = judgement.contact
    code = records.code_key(contact.code)
    # A call that we placed to the switchboard is about the switchboard, whatever stands in the cell.
    phone = records.phone_key(contact.phone, directory) or directory.support.switchboard.number
    named = {
        Axis.CODE: str(code) if code is not None else contact.code.strip(),
        Axis.SENDER: records.sender_key(getattr(judgement.mail, "from_value", "") or contact.sender),
        Axis.PHONE: phone,
        Axis.REQUEST: contact.id,
        Axis.DIRECTORY: contact.service.value,
    }
    told = []
    for axis in Axis:
        findings = tuple(item for item in judgement.findings if item.axis is axis)
        speaking = [item for item in findings if item.rule.id not in _SILENT and item.effect is not Effect.NOTES]
        if speaking or axis is Axis.REQUEST:
            told.append(Told(axis, named[axis], findings))
    return told


class Joined:
    """The touches of one case, one after the other."""

    def __init__(self) -> None:
        self._told: dict[tuple[Axis, str], dict[tuple[str, str], Finding]] = {}
        self._is_whole = True

    def add(self, told: Iterable[Told]) -> None:
        """Add a touch."""
        for one in told:
            if len(self._told) >= _VALUES and (one.axis, one.value) not in self._told:
                self._is_whole = False
                continue
            found = self._told.setdefault((one.axis, one.value), {})
            for item in one.findings:
                key = (item.rule.id, str(sorted(item.values.items())))
                if len(found) < _KEPT or item.rule.id not in {rule for rule, _ in found}:
                    found.setdefault(key, item)

    def judged(self) -> tuple[Mapping[Axis, Standing], Verdict, tuple[Finding, ...]]:
        """Give standings, verdict and findings of the case."""
        axes: dict[Axis, Standing] = {}
        findings: dict[str, Finding] = {}
        for axis in Axis:
            values = [tuple(found.values()) for (of, _), found in self._told.items() if of is axis]
            standing = min(
                (standing_of(axis, found) for found in values), key=_WORST_FIRST.index, default=Standing.LACKING
            )
            # More different values than anybody uses: what was left out may be worse.
            axes[axis] = standing if self._is_whole else min(standing, Standing.LACKING, key=_WORST_FIRST.index)
            for found in values:
                findings |= {f"{item.rule.id} {sorted(item.values.items())}": item for item in found}
        return axes, decide(axes), tuple(findings.values())
