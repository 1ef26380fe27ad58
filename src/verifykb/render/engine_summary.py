"""What a run in another engine says of itself: counts, and what they rest on. Its contacts are in files of its own."""

import io
import json
from collections.abc import Sequence
from typing import IO, NamedTuple, overload

from verifykb.model.report import Header, InputFile, Summary, Unreadable
from verifykb.render import Style
from verifykb.render.contact_json import to_json
from verifykb.render.json_report import JsonReport
from verifykb.render.plain import PlainReport
from verifykb.text.safe import safe_line


class UnreadableRows(Sequence[Unreadable]):
    """Rows that could not be read, as many as there are; kept are their kinds only.

    Args:
        kinds: log and error of some rows, and how many they are.
    """

    def __init__(self, kinds: Sequence[tuple[Unreadable, int]]) -> None:
        self.kinds = kinds

    def __len__(self) -> int:
        return sum(rows for _, rows in self.kinds)

    @overload
    def __getitem__(self, index: int) -> Unreadable: ...

    @overload
    def __getitem__(self, index: slice) -> list[Unreadable]: ...

    def __getitem__(self, index: int | slice) -> Unreadable | list[Unreadable]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        for kind, rows in self.kinds:
            if 0 <= index < rows:
                return kind
            index -= rows
        raise IndexError(index)


class EngineRun(NamedTuple):
    """A finished run.

    Args:
        engine: where it ran.
        header: what the judgements rest on.
        summary: counts of contacts.
        unreadable: the errors of the summary.
        inputs: the logs of text that were read.
        outputs: where the contacts were written.
    """

    engine: str
    header: Header
    summary: Summary
    unreadable: UnreadableRows
    inputs: Sequence[InputFile]
    outputs: Sequence[str]


def write_plain(run: EngineRun, out: IO[str], style: Style) -> None:
    """Write lines of text: counts, what could not be read, what was not looked at."""
    report = PlainReport(out, style)
    report.begin(run.header)
    report.end(run.summary)
    for kind, rows in run.unreadable.kinds:
        words = style.wording.text("elsewhere", "unreadable", count=rows, key=kind.key)
        out.write(f"{safe_line(kind.file)}: {words}\n")
    out.write(style.wording.text("elsewhere", "not_compared", engine=run.engine) + "\n")


def write_json(run: EngineRun, out: IO[str], style: Style) -> None:
    """Write a report without contacts, one error for each kind in a log (docs/schema/report-1.json)."""
    text = io.StringIO()
    report = JsonReport(text, style)
    report.begin(run.header)
    report.write(b"")
    report.end(Summary(run.summary.require))
    document = json.loads(text.getvalue())
    document |= {
        "engine": run.engine,
        "outputs": [safe_line(path) for path in run.outputs],
        "inputs": [{"path": safe_line(log.path), "sha256": log.sha256} for log in run.inputs],
        "errors": [
            {
                "file": safe_line(kind.file),
                "row": None,
                "reason": style.wording.text("elsewhere", "unreadable", count=rows, key=kind.key),
            }
            for kind, rows in run.unreadable.kinds
        ],
    }
    document["summary"] |= {verdict.value: rows for verdict, rows in run.summary.verdicts.items()}
    document["summary"] |= {"contacts": run.summary.contacts, "unreadable": len(run.unreadable)}
    out.write(to_json(document) + "\n")
