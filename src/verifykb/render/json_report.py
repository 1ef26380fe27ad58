"""The report as one JSON document (docs/contract.md, section 7, docs/schema/report-1.json)."""

import json
from typing import IO

from verifykb.model.report import Header, Judgement, Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.shared import contact_object, error_words
from verifykb.text.safe import safe_line

SCHEMA_VERSION = 1


class JsonReport:
    """Writes contacts as they come, one a line inside the document; errors come after them."""

    def __init__(self, out: IO[str], style: Style) -> None:
        self._out = out
        self._style = style
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

    def contact(self, judgement: Judgement) -> None:
        """Write one contact."""
        self._out.write(self._separator + to_json(contact_object(judgement, self._style)))
        self._separator = ",\n"

    def end(self, summary: Summary) -> None:
        """Write inputs, errors and counts."""
        wording = self._style.wording
        rest = {
            "inputs": [{"path": safe_line(item.path), "sha256": item.sha256} for item in summary.inputs],
            "errors": [
                {
                    "file": safe_line(error.file),
                    "row": error.row or None,
                    "reason": " ".join(error_words(error, wording)[:2]).strip(),
                }
                for error in summary.errors
            ],
            "summary": {
                "contacts": summary.contacts,
                **{verdict.value: summary.verdicts[verdict] for verdict in reversed(Verdict)},
                "unreadable": len(summary.errors),
            },
        }
        self._out.write("],\n" + to_json(rest)[1:] + "\n")


def to_json(value: object) -> str:
    """Write JSON in UTF-8 on one line."""
    return json.dumps(value, ensure_ascii=False)
