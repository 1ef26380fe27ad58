"""The report as one HTML page that needs nothing but itself (docs/contract.md, section 5).

1. No script, style, font or picture comes from outside; the page's own are named by their hash in
   its content security policy, so nothing that a log brought can run, even if escaping failed.
2. Every value is sanitised (`render.entry`, `render.html_words`) and then escaped by the template.
3. No link is made of data.
4. Everything can be read without the script and on paper; the script only filters and sorts.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from verifykb.model.report import Header, Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.entry import Entry
from verifykb.render.html_page import (
    Answer,
    Step,
    answer_of,
    basis_of,
    channels_seen,
    numbers_seen,
    rules_seen,
    steps_of,
    unlisted_of,
    values_seen,
)
from verifykb.render.html_rows import (
    MAX_ERRORS,
    MAX_INPUTS,
    cases_of,
    choices_of,
    problems_of,
    rows_of,
    source_of,
    standing_class,
)
from verifykb.render.html_timeline import timeline_of
from verifykb.render.html_words import Words
from verifykb.render.listed import ListedReport
from verifykb.text.safe import safe_line

_FOLDER = Path(__file__).parent / "html"
# From this many contacts on, a browser need not lay out rows that are out of sight.
LARGE = 500
_BUFFERED_PIECES = 200  # pieces of the template a write; a piece is often a few characters


class HtmlReport(ListedReport):
    """Collects the contacts and writes the page when all are known."""

    def __init__(self, out: IO[str], style: Style) -> None:
        super().__init__(style)
        self._out = out
        self._header: Header | None = None
        self._entries: list[Entry] = []

    def begin(self, header: Header) -> None:
        """Keep the header for the end: the answer comes first."""
        self._header = header

    def entry(self, entry: Entry) -> None:
        """Keep one contact."""
        self._entries.append(entry)

    def end(self, summary: Summary) -> None:
        """Write the page.

        Raises:
            LookupError: the report was never begun.
        """
        if self._header is None:
            raise LookupError("begin")
        stream = _template().stream(self._page(self._header, summary))
        stream.enable_buffering(_BUFFERED_PIECES)
        for piece in stream:
            self._out.write(piece)

    def _page(self, header: Header, summary: Summary) -> dict[str, Any]:
        style = self._style
        words = Words(style.wording, style.directory.published, masked=self.masked)
        rows = rows_of(self._entries, words)
        cases, of_cases = cases_of(summary.cases, words, style)
        single = rows[0] if style.single and len(rows) == 1 else None
        page: dict[str, Any] = {
            "header": header,
            "summary": summary,
            "words": words,
            "verdicts": tuple(Verdict),
            "switchboard": style.directory.support.switchboard.number,
            "rows": rows,
            "is_large": len(rows) > LARGE,
            "single": single,
            "choices": choices_of(rows, words),
            "basis": basis_of(header, words),
            "cases": cases,
            "cases_more": sum(of_cases.values()) - len(cases),
            "problems": problems_of(summary.errors, words),
            "problems_more": max(0, len(summary.errors) - MAX_ERRORS),
            "inputs": [(words.shown(file.path), safe_line(file.sha256)) for file in summary.inputs[:MAX_INPUTS]],
            "inputs_more": max(0, len(summary.inputs) - MAX_INPUTS),
        }
        if single:
            label, meaning = (words.label(key, single.entry.verdict.value) for key in ("verdict", "meaning"))
            page["answer"] = Answer((label, meaning), single.entry.verdict)
            page["steps"] = [Step(sentence, "") for sentence in single.entry.advice]
        else:
            page["answer"] = answer_of(summary, of_cases, words)
            page["steps"] = steps_of(self._entries, summary, words, style)
        return page | self._tallied(summary, words)

    def _tallied(self, summary: Summary, words: Words) -> dict[str, Any]:
        style, tally = self._style, summary.tally
        return {
            "unlisted": unlisted_of(summary, words),
            "timeline": timeline_of(tally.days, words),
            "techniques": rules_seen(tally.rules, words),
            "imitated": values_seen(tally.imitated, words),
            "channels": channels_seen(tally.channels, words),
            "numbers": numbers_seen(tally.numbers, style.directory.support.switchboard.number, words),
        }


@cache
def _template() -> Any:
    """Compile the page, with its style and script and their hashes in it."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    css, js = ((_FOLDER / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    environment.globals = {
        "css": Markup(css),  # noqa: S704 - our own files, never data
        "js": Markup(js),  # noqa: S704 - the same
        "policy": content_policy(css, js),
        "source_of": source_of,
        "standing_class": standing_class,
    }
    return environment.get_template("page.html.jinja")


def content_policy(css: str, js: str) -> str:
    """Give the policy that lets exactly this style and this script be used, and nothing be fetched.

    Pictures may be data, for the empty icon that keeps a browser from asking a server for one.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(css)}'",
            f"script-src '{_hash(js)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        )
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
