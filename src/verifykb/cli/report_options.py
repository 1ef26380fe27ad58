"""What `check` and `batch` share: formats, outputs, colour, clock, and running a report."""

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import NamedTuple

from verifykb import __version__
from verifykb.batch.records import read_time
from verifykb.checks.directory import is_stale
from verifykb.context import VIETNAM, Context
from verifykb.directory.load import load_official
from verifykb.errors import UsageError
from verifykb.exit_status import ExitStatus
from verifykb.model.report import Header, Judgement, Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style, known_format
from verifykb.render.colour import is_accessible, may_colour
from verifykb.render.outputs import Outputs
from verifykb.render.terminal import width_of_stdout
from verifykb.wording import LANGUAGES, Wording

_NOTHING = 2  # -qq
_COLOURS = ("auto", "always", "never")


class ReportOptions(NamedTuple):
    """Options of a report, as typed."""

    at: str
    require: str
    format: str
    output: list[str]
    lang: str
    color: str
    quiet: int = 0
    show_values: bool = False


def one_of(option: str, value: str, known: Iterable[str]) -> str:
    """Accept a value of an enumeration, whatever its case.

    Raises:
        UsageError: it is none of them; names the nearest.
    """
    names = list(known)
    if value.lower() in names:
        return value.lower()
    near = get_close_matches(value.lower(), names, n=1)
    raise UsageError("value-unknown", option=option, value=value, known=", ".join(names), near="".join(near))


def make_context(at: str) -> Context:
    """Make the context of a run: the directory, the real clock, ``--at``."""
    moment = read_time(at) if at else None
    if at and moment is None:
        raise UsageError("time-unreadable", option="--at", value=at)
    return Context(directory=load_official(), now=datetime.now(VIETNAM), at=moment)


class ReportRun:
    """One report to stdout and files: opened, written judgement by judgement, closed.

    Args:
        options: as typed.
        context: directory and clock.
        wording: the sentences of the chosen language.
        dns: ``on``, ``off`` or ``replay``.
        inputs: the logs that are read, and other files that decide; None for a single contact.
    """

    def __init__(
        self,
        options: ReportOptions,
        context: Context,
        wording: Wording,
        *,
        dns: str,
        inputs: Sequence[str] | None = None,
    ) -> None:
        single = inputs is None
        one_of("--lang", options.lang or wording.language, LANGUAGES)
        colour = one_of("--color", options.color, _COLOURS)
        self.require = Verdict(one_of("--require", options.require, list(reversed(Verdict))))
        self.context = context
        self._dns = dns
        environment = os.environ
        self.style = Style(
            wording=wording,
            directory=context.directory,
            single=single,
            colour=may_colour(colour, environment, is_terminal=sys.stdout.isatty()),
            boxes=not is_accessible(environment),
            width=width_of_stdout() if single else 0,
            show_values=options.show_values,
            quiet=bool(options.quiet),
        )
        format_ = "" if options.quiet >= _NOTHING else known_format(options.format)
        self.outputs = Outputs(format_, options.output, self.style, inputs or ())

    def write(self, judgements: Iterable[Judgement], summary: Summary) -> None:
        """Write a whole report; files appear only when they are complete."""
        with self.outputs as renderers:
            for renderer in renderers:
                renderer.begin(self.header())
            for judgement in judgements:
                for renderer in renderers:
                    renderer.contact(judgement)
            for renderer in renderers:
                renderer.end(summary)

    def header(self) -> Header:
        """Give what the judgements rest on."""
        directory = self.context.directory
        return Header(
            tool_version=__version__,
            serial=directory.serial,
            issued=directory.issued.isoformat(),
            review_by=directory.review_by.isoformat(),
            sha256=directory.sha256,
            stale=is_stale(directory, self.context.days_of_review()),
            now=self.context.now,
            at=self.context.at,
            require=self.require,
            dns=self._dns,
            settings=self.context.settings.file,
        )


def statuses(summary: Summary, *, allow_empty: bool = False) -> list[ExitStatus]:
    """Give every exit status that holds for a finished run (docs/contract.md, section 5)."""
    held = [ExitStatus.INTERRUPTED] if summary.incomplete else []
    if summary.failing:
        held.append(ExitStatus.CONTRADICTED)
    if summary.errors or not (summary.contacts or allow_empty):
        held.append(ExitStatus.USAGE)
    if summary.below:
        held.append(ExitStatus.UNPROVEN)
    return held
