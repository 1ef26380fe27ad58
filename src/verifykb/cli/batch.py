"""`verifykb batch`: logs of contacts."""

from functools import partial
from typing import Annotated, Any

import typer

from verifykb.cli.help_texts import Help
from verifykb.wording import Wording


def declare(app: typer.Typer, wording: Wording, help_: Help) -> None:
    """Declare the command."""
    option = help_.option
    formats = "plain, table, json, jsonl, csv"

    @app.command(**help_.command("batch"))
    def batch(  # noqa: PLR0913 - the options of docs/contract.md, section 5
        paths: Annotated[list[str], help_.argument("paths", "PATH...")],
        *,
        at: Annotated[str, option("--at")] = "",
        input_format: Annotated[str, option("--input-format")] = "",
        encoding: Annotated[str, option("--encoding")] = "",
        extra_columns: Annotated[str, option("--extra-columns")] = "error",
        allow_empty: Annotated[bool, option("--allow-empty", is_flag=True)] = False,
        dns: Annotated[bool, option("--dns/--no-dns", key="dns", is_flag=True)] = False,  # noqa: ARG001 - asks nobody yet
        require: Annotated[str, option("--require")] = "consistent",
        format_: Annotated[str, option("--format", formats=formats)] = "plain",
        output: Annotated[list[str] | None, option("--output")] = None,
        lang: Annotated[str, option("--lang")] = "",
        color: Annotated[str, option("--color")] = "auto",
    ) -> Any:
        from verifykb.cli.report_options import ReportOptions

        report = ReportOptions(at=at, require=require, format=format_, output=output or [], lang=lang, color=color)
        reading = (input_format, encoding, extra_columns)
        return partial(_run, paths, reading, report, wording, allow_empty=allow_empty)


def _run(
    paths: list[str],
    reading: tuple[str, str, str],
    report_options: Any,
    wording: Wording,
    *,
    allow_empty: bool,
) -> int:
    from verifykb.batch.readers import FORMATS, ReadOptions, check_options
    from verifykb.batch.run import judge_logs
    from verifykb.cli import failure
    from verifykb.cli.report_options import ReportRun, make_context, one_of, statuses
    from verifykb.errors import InputError
    from verifykb.exit_status import combine
    from verifykb.model.report import Summary, Unreadable
    from verifykb.render.shared import error_words, place_of

    input_format, encoding, extra_columns = reading
    options = ReadOptions(
        input_format=one_of("--input-format", input_format, FORMATS) if input_format else "",
        encoding=encoding,
        keep_extra_columns=one_of("--extra-columns", extra_columns, ("error", "keep")) == "keep",
    )
    for path in paths:
        check_options(path, options)
    context = make_context(report_options.at)
    run = ReportRun(report_options, context, wording, inputs=paths)
    summary = Summary(run.require)

    def tell(error: Unreadable) -> None:
        failure.write_parts(error_words(error, wording), wording, place=place_of(error) if error.row else "")

    run.write(judge_logs(paths, options, context, summary, tell), summary)
    if not summary.contacts and not summary.errors and not allow_empty:
        failure.tell(InputError("file-nothing"), wording)
    return combine(statuses(summary, allow_empty=allow_empty))
