"""One contact object a line, in input order; nothing else."""

from typing import IO

from verifykb.model.report import Header, Judgement, Summary
from verifykb.render import Style
from verifykb.render.json_report import to_json
from verifykb.render.shared import contact_object


class JsonLinesReport:
    """Writes each contact as docs/contract.md, section 7 fixes it; no contacts, no lines."""

    def __init__(self, out: IO[str], style: Style) -> None:
        self._out = out
        self._style = style

    def begin(self, header: Header) -> None:
        """Write nothing: a line is a contact."""

    def contact(self, judgement: Judgement) -> None:
        """Write one contact."""
        self._out.write(to_json(contact_object(judgement, self._style)) + "\n")

    def end(self, summary: Summary) -> None:
        """Write nothing: a line is a contact."""
