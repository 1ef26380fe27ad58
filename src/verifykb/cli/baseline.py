"""`verifykb baseline write`: accept what was looked at."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from verifykb.cli.dns_options import DnsOptions, opening_for, settings_for, with_dns_options
from verifykb.cli.help_texts import Help
from verifykb.wording import Wording

if TYPE_CHECKING:
    from verifykb.batch.baseline import Baseline
    from verifykb.batch.baseline_write import TypedTerms, Written
    from verifykb.batch.record import ReadOptions
    from verifykb.model.report import Judgement, Summary


class BaselineOptions(NamedTuple):
    """What to read, how, and where to write, as typed."""

    paths: list[str]
    to: str
    at: str
    input_format: str
    encoding: str
    extra_columns: str


def declare(app: typer.Typer, wording: Wording, help_: Help) -> None:
    """Declare the group."""
    group = typer.Typer(**help_.group("baseline", "baseline"))
    app.add_typer(group)
    option = help_.option

    @group.callback()
    def top() -> None:
        # A group with one command would otherwise become that command.
        pass

    @group.command(**help_.command("baseline_write"))
    @with_dns_options(help_, default=False)
    def write(  # noqa: PLR0913 - what an entry holds, and the reading options of batch
        paths: Annotated[list[str], help_.argument("paths", "PATH...")],
        *,
        to: Annotated[str, option("--to", key="baseline_to")],
        reason: Annotated[str, option("--reason", key="baseline_reason")],
        author: Annotated[str, option("--author", key="baseline_author")],
        expires: Annotated[str, option("--expires", key="baseline_expires")],
        rule: Annotated[list[str] | None, option("--rule", key="baseline_rule")] = None,
        at: Annotated[str, option("--at")] = "",
        input_format: Annotated[str, option("--input-format")] = "",
        encoding: Annotated[str, option("--encoding")] = "",
        extra_columns: Annotated[str, option("--extra-columns")] = "error",
        dns_options: DnsOptions,
        lang: Annotated[str, option("--lang")] = "",
    ) -> Any:
        from verifykb.batch.baseline_write import TypedTerms

        options = BaselineOptions(paths, to, at, input_format, encoding, extra_columns)
        typed = TypedTerms(reason, author, expires, tuple(rule or ()))
        return partial(_write, options, typed, dns_options, lang, wording)


def _write(options: BaselineOptions, typed: "TypedTerms", dns: DnsOptions, lang: str, wording: Wording) -> int:
    from verifykb.asking import Asker
    from verifykb.batch.baseline import last_day
    from verifykb.batch.baseline_write import read_terms, write_baseline
    from verifykb.batch.run import judge_logs
    from verifykb.cli import failure
    from verifykb.cli.report_options import make_context, one_of
    from verifykb.context import VIETNAM
    from verifykb.model.report import Summary, Unreadable
    from verifykb.model.verdict import Verdict
    from verifykb.render.outputs import refuse_place
    from verifykb.render.shared import error_words, place_of
    from verifykb.wording import LANGUAGES

    one_of("--lang", lang or wording.language, LANGUAGES)
    reading = _reading(options)
    context = make_context(options.at)._replace(settings=settings_for(dns))
    clock = context.now.astimezone(VIETNAM).date()
    today = context.at.astimezone(VIETNAM).date() if context.at else clock
    terms = read_terms(typed, today, last_day(today, clock))
    refuse_place(options.to, options.paths)
    keep = _existing(options.to, today, clock)
    summary = Summary(Verdict.CONSISTENT)

    def tell(error: Unreadable) -> None:
        failure.write_parts(error_words(error, wording), wording, place=place_of(error) if error.row else "")

    with Asker(context, opening_for(dns, context.settings), eager=bool(dns.dns_record)) as asker:
        judgements = judge_logs(options.paths, reading, asker, summary, tell)
        written = write_baseline(_looked_at(judgements, summary, options.to), options.to, terms, today=today, keep=keep)
    _tell(written, options.to, wording)
    return 0


def _reading(options: BaselineOptions) -> "ReadOptions":
    from verifykb.batch.readers import FORMATS, check_options
    from verifykb.batch.record import ReadOptions
    from verifykb.cli.report_options import one_of

    reading = ReadOptions(
        input_format=one_of("--input-format", options.input_format, FORMATS) if options.input_format else "",
        encoding=options.encoding,
        keep_extra_columns=one_of("--extra-columns", options.extra_columns, ("error", "keep")) == "keep",
    )
    for path in options.paths:
        check_options(path, reading)
    return reading


def _existing(path: str, today: date, clock: date) -> "Baseline | None":
    """Give what the file holds; a broken one is refused, never replaced."""
    from pathlib import Path

    from verifykb.batch.baseline import Baseline
    from verifykb.text.paths import for_system

    return Baseline.load(path, today, clock) if Path(for_system(path)).exists() else None


def _looked_at(judgements: "Iterable[Judgement]", summary: "Summary", path: str) -> "Iterator[Judgement]":
    """Pass judgements on; in the end refuse a run in which something was not looked at."""
    from verifykb.errors import InputError

    yield from judgements
    if summary.errors:
        raise InputError("baseline-not-written", file=path, count=len(summary.errors))
    if not summary.contacts:
        raise InputError("file-nothing")


def _tell(written: "Written", path: str, wording: Wording) -> None:
    """Say on stderr what became of the file."""
    import sys
    from contextlib import suppress

    lines = [wording.text("help", "baseline_written", file=path, **written._asdict())]
    for key in ("prohibited", "unread"):
        count = getattr(written, key)
        if count:
            lines.append(wording.text("help", f"baseline_{key}", count=count))
    with suppress(OSError, ValueError):  # a closed stderr costs no file
        sys.stderr.write("".join(f"{line}\n" for line in lines))
