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
from verifykb.text.space import WHITE_SPACE

# What only says that a touch is silent on an axis.
_SILENT = frozenset(("COD001", "SND001", "PHO001", "MSG012"))
_KEPT = 40  # findings of one value: a log may have no end of touches of one case
_VALUES = 200  # different codes, senders, numbers or requests of one case that are kept apart
_WORST_FIRST = tuple(Standing[name] for name in ("PROHIBITED", "CONTRADICTED", "LACKING", "SUPPORTED", "PROVEN"))


_Findings = dict[str, Finding]  # by what they say


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
    # A code may have come from a mail, so it is the one that was judged.
    codes = (item.values["given"] for item in judgement.findings if item.axis is Axis.CODE and "given" in item.values)
    # A call that we placed to the switchboard is about the switchboard, whatever stands in the cell.
    phone = records.phone_key(contact.phone, directory) or directory.support.switchboard.number
    named = {
        Axis.CODE: next(codes, contact.code).strip(WHITE_SPACE).upper(),
        Axis.SENDER: records.sender_key(getattr(judgement.mail, "from_value", "") or contact.sender),
        Axis.PHONE: phone,
        Axis.REQUEST: contact.id,
        Axis.DIRECTORY: contact.service.value,
    }
    told = []
    for axis in Axis:
        findings = tuple(item for item in judgement.findings if item.axis is axis)
        speaking = [item for item in findings if item.rule.id not in _SILENT and item.effect is not Effect.NOTES]
        # Who says that there was no request of ours says so of the whole matter, with or without a code.
        denied = axis is Axis.CODE and contact.own_request.value is False
        if speaking or denied or axis is Axis.REQUEST:
            told.append(Told(axis, named[axis], findings))
    return told


class Joined:
    """The touches of one case, one after the other; their order does not matter."""

    def __init__(self) -> None:
        self._told: dict[Axis, dict[str, _Findings]] = {axis: {} for axis in Axis}
        self._others: dict[Axis, _Findings] = {}  # of values that are not kept apart
        self._worst: dict[Axis, Standing] = {}  # of these

    def add(self, told: Iterable[Told]) -> None:
        """Add a touch."""
        for axis, value, findings in told:
            values = self._told[axis]
            if value in values or len(values) < _VALUES:
                found = values.setdefault(value, {})
            else:
                found = self._others.setdefault(axis, {})
                self._worst[axis] = _worst(self._worst.get(axis, Standing.PROVEN), standing_of(axis, findings))
            for item in findings:
                if len(found) < _KEPT or not any(item.rule is known.rule for known in found.values()):
                    found.setdefault(f"{item.rule.id} {sorted(item.values.items())}", item)

    def judged(self) -> tuple[Mapping[Axis, Standing], Verdict, tuple[Finding, ...]]:
        """Give standings, verdict and findings of the case."""
        axes = {axis: self._standing(axis) for axis in Axis}
        findings: _Findings = {}
        for axis, values in self._told.items():
            for found in (*values.values(), self._others.get(axis, {})):
                findings |= found
        return axes, decide(axes), tuple(findings.values())

    def _standing(self, axis: Axis) -> Standing:
        values = [standing_of(axis, found.values()) for found in self._told[axis].values()]
        if axis in self._worst:
            # Nobody uses so many codes, senders or numbers; and so many requests prove nothing.
            limit = Standing.SUPPORTED if axis is Axis.REQUEST else Standing.LACKING
            values += [self._worst[axis], limit]
        return _worst(*values) if values else Standing.LACKING


def _worst(*found: Standing) -> Standing:
    return min(found, key=_WORST_FIRST.index)
