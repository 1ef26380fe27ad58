"""One file per output format, all from one report: header, judgements, summary.

1. A renderer writes to the stream it was given and to nothing else.
2. Every value passes the sanitiser (`text.safe`), in every format.
3. A format is valid even when there is nothing to report.
"""

from collections.abc import Iterable
from importlib import import_module
from typing import IO, Any, NamedTuple, Protocol, cast

from verifykb.directory.types import Directory
from verifykb.errors import UsageError
from verifykb.model.report import Header, Judgement, Summary
from verifykb.wording import Wording

# Format name -> module:class, imported on use.
FORMATS = {
    "plain": "verifykb.render.plain:PlainReport",
    "table": "verifykb.render.table:TableReport",
    "json": "verifykb.render.json_report:JsonReport",
    "jsonl": "verifykb.render.jsonl_report:JsonLinesReport",
    "csv": "verifykb.render.csv_report:CsvReport",
    "xlsx": "verifykb.render.xlsx_report:XlsxReport",
    "parquet": "verifykb.render.parquet_report:ParquetReport",
    "sarif": "verifykb.render.sarif_report:SarifReport",
    "junit": "verifykb.render.junit_report:JunitReport",
    "github": "verifykb.render.github_report:GithubReport",
    "markdown": "verifykb.render.markdown_report:MarkdownReport",
    "html": "verifykb.render.html_report:HtmlReport",
}
# Formats that are bytes: their renderers get a binary stream.
BINARY = frozenset({"xlsx", "parquet"})


class Style(NamedTuple):
    """How a report is written.

    Args:
        wording: the sentences of the chosen language.
        directory: for numbers to dial and the sources of rules.
        single: one contact was asked about (`check`), not a log.
        colour: whether words may be coloured; colour only repeats what a word says.
        boxes: whether tables may be drawn.
        width: columns of the terminal, to break lines between words; 0 for no terminal.
        show_values: show personal data in formats that are shared, too.
        quiet: show findings only.
    """

    wording: Wording
    directory: Directory
    single: bool = False
    colour: bool = False
    boxes: bool = True
    width: int = 0
    show_values: bool = False
    quiet: bool = False


class Renderer(Protocol):
    """Writes one report, piece by piece."""

    def begin(self, header: Header) -> None:
        """Write what comes before the first contact."""

    def contact(self, judgement: Judgement) -> None:
        """Write one contact."""

    def end(self, summary: Summary) -> None:
        """Write what comes after the last contact."""


def known_format(name: str, formats: Iterable[str] = FORMATS) -> str:
    """Accept the name of a format.

    Raises:
        UsageError: there is no such format; names the nearest.
    """
    from difflib import get_close_matches

    known = list(formats)
    if name.lower() in known:
        return name.lower()
    near = "".join(get_close_matches(name.lower(), known, n=1))
    raise UsageError("format-unknown", format=name, known=", ".join(known), near=near)


def renderer(name: str, out: IO[Any], style: Style) -> Renderer:
    """Make the renderer of a format."""
    drawn = "plain" if name == "table" and not style.boxes else name  # lines say as much as boxes
    module, _, attribute = FORMATS[drawn].partition(":")
    return cast("Renderer", getattr(import_module(module), attribute)(out, style))
