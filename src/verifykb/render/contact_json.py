"""A contact as one line of JSON (docs/contract.md, section 7): in the document, and by itself."""

import json
from collections.abc import Iterable

from verifykb.model.report import Advice, Judgement
from verifykb.model.verdict import Standing
from verifykb.render import Style
from verifykb.render.mail_object import mail_object
from verifykb.render.remembered import Remembered
from verifykb.render.shared import finding_object
from verifykb.text.safe import safe_line

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
        self._finding = Remembered(lambda finding: to_json(finding_object(finding, style)))

    def lines(self, judgements: Iterable[Judgement]) -> bytes:
        """Give the lines of some contacts."""
        return "".join(f"{self._line(judgement)}\n" for judgement in judgements).encode()

    def _line(self, judgement: Judgement) -> str:
        axes, advice = tuple(judgement.axes.values()), judgement.advice
        if axes not in self._axes:
            self._axes[axes] = to_json({axis.value: standing.value for axis, standing in judgement.axes.items()})
        if advice not in self._advice:
            self._advice[advice] = to_json([step.value for step in advice])
        findings = ", ".join(map(self._finding, judgement.findings))
        mail = f', "mail": {to_json(mail_object(judgement.mail))}' if judgement.mail is not None else ""
        return (
            f'{{"id": {to_json(safe_line(judgement.contact.id))}, "verdict": "{judgement.verdict}", '
            f'"axes": {self._axes[axes]}, "findings": [{findings}], "advice": {self._advice[advice]}{mail}}}'
        )
