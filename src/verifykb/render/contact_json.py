"""A contact as one line of JSON (docs/contract.md, section 7): in the document, and by itself."""

import json
from collections.abc import Callable, Iterable
from functools import partial

from verifykb.model.finding import Finding
from verifykb.model.report import Advice, Judgement
from verifykb.model.verdict import Standing
from verifykb.render import Style
from verifykb.render.mail_object import mail_object
from verifykb.render.remembered import Remembered
from verifykb.render.shared import source_number
from verifykb.text.safe import safe_line

_quoted: Callable[[str], str] = json.encoder.encode_basestring  # of C, where there is one
_ENCODER = json.JSONEncoder(ensure_ascii=False)


def to_json(value: object) -> str:
    """Write JSON in UTF-8 on one line."""
    return _ENCODER.encode(value)


class ContactLines:
    """Writes contacts, a line each; the same text as `to_json` of `contact_object`.

    Args:
        style: words and directory.
    """

    def __init__(self, style: Style) -> None:
        self._axes: dict[tuple[Standing, ...], str] = {}
        self._advice: dict[tuple[Advice, ...], str] = {}
        self._rules: dict[str, str] = {}
        self._finding = Remembered(partial(self._object, style=style))

    def lines(self, judgements: Iterable[Judgement]) -> bytes:
        """Give the lines of some contacts."""
        return "".join(f"{self._line(judgement)}\n" for judgement in judgements).encode()

    def _object(self, finding: Finding, style: Style) -> str:
        """Give a finding as `to_json` of `finding_object` gives it."""
        rule = finding.rule
        begin = self._rules.get(rule.id)
        if begin is None:
            fixed = {"rule": rule.id, "name": rule.name, "axis": rule.axis.value, "effect": rule.effect.value}
            begin = self._rules[rule.id] = to_json(fixed)[:-1]
        values = ", ".join([f"{_quoted(name)}: {_quoted(safe_line(value))}" for name, value in finding.values.items()])
        words, source = _quoted(style.wording.sentence(finding)), _quoted(source_number(finding))
        return f'{begin}, "values": {{{values}}}, "message": {words}, "source": {source}}}'

    def _line(self, judgement: Judgement) -> str:
        axes, advice = tuple(judgement.axes.values()), judgement.advice
        if axes not in self._axes:
            self._axes[axes] = to_json({axis.value: standing.value for axis, standing in judgement.axes.items()})
        if advice not in self._advice:
            self._advice[advice] = to_json([step.value for step in advice])
        findings = ", ".join(map(self._finding, judgement.findings))
        mail = f', "mail": {to_json(mail_object(judgement.mail))}' if judgement.mail is not None else ""
        return (
            f'{{"id": {_quoted(safe_line(judgement.contact.id))}, "verdict": "{judgement.verdict}", '
            f'"axes": {self._axes[axes]}, "findings": [{findings}], "advice": {self._advice[advice]}{mail}}}'
        )
