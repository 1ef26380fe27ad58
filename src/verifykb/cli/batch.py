"""`verifykb batch`: logs of contacts."""

from functools import partial
from typing import Annotated, Any, NamedTuple

import typer

from verifykb.cli.dns_options import DnsOptions, opening_for, settings_for, with_dns_options
from verifykb.cli.help_texts import Help
from verifykb.wording import Wording


class BatchOptions(NamedTuple):
    """What to read and how, as typed."""

    paths: list[str]
    input_format: str
    encoding: str
    extra_columns: str
    allow_empty: bool


def declare(app: typer.Typer, wording: Wording, help_: Help) -> None:
    """Declare the command."""
    option = help_.option
    formats = "plain, table, json, jsonl, csv"

    @app.command(**help_.command("batch"))
    @with_dns_options(help_, default=False)
    def batch(  # noqa: PLR0913 - the options of docs/contract.md, section 5
        paths: Annotated[list[str], help_.argument("paths", "PATH...")],
        *,
        at: Annotated[str, option("--at")] = "",
        input_format: Annotated[str, option("--input-format")] = "",
        encoding: Annotated[str, option("--encoding")] = "",
        extra_columns: Annotated[str, option("--extra-columns")] = "error",
        allow_empty: Annotated[bool, option("--allow-empty", is_flag=True)] = False,
        dns_options: DnsOptions,
        require: Annotated[str, option("--require")] = "consistent",
        format_: Annotated[str, option("--format", formats=formats)] = "plain",
        output: Annotated[list[str] | None, option("--output")] = None,
        lang: Annotated[str, option("--lang")] = "",
        color: Annotated[str, option("--color")] = "auto",
    ) -> Any:
        from verifykb.cli.report_options import ReportOptions

        report = ReportOptions(at=at, require=require, format=format_, output=output or [], lang=lang, color=color)
        reading = BatchOptions(paths, input_format, encoding, extra_columns, allow_empty)
        return partial(_run, reading, report, dns_options, wording)


def _run(reading: BatchOptions, report_options: Any, dns_options: DnsOptions, wording: Wording) -> int:
    from verifykb.asking import Asker
    from verifykb.batch.readers import FORMATS, ReadOptions, check_options
    from verifykb.batch.run import judge_logs
    from verifykb.cli import failure
    from verifykb.cli.report_options import ReportRun, make_context, one_of, statuses
    from verifykb.errors import InputError
    from verifykb.exit_status import combine
    from verifykb.model.report import Summary, Unreadable
    from verifykb.render.shared import error_words, place_of

    options = ReadOptions(
        input_format=one_of("--input-format", reading.input_format, FORMATS) if reading.input_format else "",
        encoding=reading.encoding,
        keep_extra_columns=one_of("--extra-columns", reading.extra_columns, ("error", "keep")) == "keep",
    )
    for path in reading.paths:
        check_options(path, options)
    context = make_context(report_options.at)._replace(settings=settings_for(dns_options))
    run = ReportRun(report_options, context, wording, inputs=reading.paths, dns=dns_options.word)
    summary = Summary(run.require)

    def tell(error: Unreadable) -> None:
        failure.write_parts(error_words(error, wording), wording, place=place_of(error) if error.row else "")

    with Asker(context, opening_for(dns_options, context.settings), eager=bool(dns_options.dns_record)) as asker:
        run.write(judge_logs(reading.paths, options, asker, summary, tell), summary)
    if not summary.contacts and not summary.errors and not reading.allow_empty:
        failure.tell(InputError("file-nothing"), wording)
    return combine(statuses(summary, allow_empty=reading.allow_empty))
