"""One contact object a line, in input order; nothing else."""

from collections.abc import Iterable
from typing import IO

from verifykb.model.report import Judgement
from verifykb.render import Style
from verifykb.render.contact_json import ContactLines
from verifykb.render.streamed import StreamedReport


class JsonLinesReport(StreamedReport):
    """Writes each contact as docs/contract.md, section 7 fixes it; no contacts, no lines."""

    def __init__(self, out: IO[str], style: Style) -> None:
        self._out = out
        self._contacts = ContactLines(style)

    def fragment(self, judgements: Iterable[Judgement]) -> bytes:
        """Give a line for each contact."""
        return self._contacts.lines(judgements)

    def write(self, fragment: bytes) -> None:
        """Write some lines."""
        self._out.write(fragment.decode())
