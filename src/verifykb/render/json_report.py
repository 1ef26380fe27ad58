"""The report as one JSON document (docs/contract.md, section 7, docs/schema/report-1.json)."""

from collections.abc import Iterable
from typing import IO

from verifykb.model.report import Header, InputFile, Judgement, Summary, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.contact_json import ContactLines, to_json
from verifykb.render.shared import case_object, error_words
from verifykb.render.streamed import StreamedReport
from verifykb.text.safe import safe_line

SCHEMA_VERSION = 1


class JsonReport(StreamedReport):
    """Writes contacts as they come, one a line inside the document; errors come after them."""

    def __init__(self, out: IO[str], style: Style) -> None:
        self._out = out
        self._style = style
        self._contacts = ContactLines(style)
        self._separator = "\n"

    def begin(self, header: Header) -> None:
        """Write what the judgements rest on."""
        top = {
            "schema_version": SCHEMA_VERSION,
            "tool": {"name": "verifykb", "version": header.tool_version},
            "directory": {
                "serial": header.serial,
                "issued": header.issued,
                "review_by": header.review_by,
                "sha256": header.sha256,
                "stale": header.stale,
            },
            "clock": {
                "real": header.now.isoformat(timespec="seconds"),
                "at": header.at.isoformat(timespec="seconds") if header.at else None,
            },
            "policy": {
                "require": header.require.value,
                "dns": header.dns,
                "config": safe_line(header.settings) or None,
            },
        }
        self._out.write(to_json(top)[:-1] + ',\n"contacts": [')

    def fragment(self, judgements: Iterable[Judgement]) -> bytes:
        """Give a line for each contact."""
        return self._contacts.lines(judgements)

    def write(self, fragment: bytes) -> None:
        """Write some contacts; no line break stands inside of one."""
        if fragment:
            self._out.write(self._separator + fragment.decode().rstrip("\n").replace("\n", ",\n"))
            self._separator = ",\n"

    def end(self, summary: Summary) -> None:
        """Write inputs, errors and counts."""
        self._out.write("],\n" + to_json({"inputs": [input_object(item) for item in summary.inputs]})[1:-1] + ",\n")
        self._write_list("errors", (self._error(error) for error in summary.errors))
        if summary.cases:
            self._write_list("cases", (case_object(case, self._style) for case in summary.cases))
        if summary.incomplete:
            self._out.write('"incomplete": true,\n')
        counts = {
            "contacts": summary.contacts,
            **{verdict.value: summary.verdicts[verdict] for verdict in reversed(Verdict)},
            "unreadable": len(summary.errors),
        }
        if summary.accepted:
            counts["accepted"] = summary.accepted
        self._out.write(to_json({"summary": counts})[1:] + "\n")

    def _write_list(self, name: str, items: Iterable[object]) -> None:
        """Write a list item by item: there may be as many as there are rows."""
        self._out.write(f'"{name}": [')
        separator = ""
        for item in items:
            self._out.write(separator + to_json(item))
            separator = ",\n"
        self._out.write("],\n")

    def _error(self, error: Unreadable) -> dict[str, object]:
        reason = " ".join(error_words(error, self._style.wording)[:2]).strip()
        return {"file": safe_line(error.file), "row": error.row or None, "reason": reason}


def input_object(item: InputFile) -> dict[str, str]:
    """Give a file that was read."""
    return {"path": safe_line(item.path), "sha256": item.sha256}
