"""`verifykb batch`: logs of contacts."""

from functools import partial
from typing import Annotated, Any

import typer

from verifykb.cli.batch_options import BatchOptions
from verifykb.cli.dns_options import DnsOptions, with_dns_options
from verifykb.cli.help_texts import Help
from verifykb.wording import Wording


def declare(app: typer.Typer, wording: Wording, help_: Help) -> None:
    """Declare the command."""
    option = help_.option
    formats = "plain, table, json, jsonl, csv, xlsx, parquet, sarif, junit, github, markdown, html"

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
        fail_on: Annotated[str, option("--fail-on")] = "contradicted",
        select: Annotated[list[str] | None, option("--select")] = None,
        ignore: Annotated[list[str] | None, option("--ignore")] = None,
        baseline: Annotated[str, option("--baseline", key="baseline_file")] = "",
        format_: Annotated[str, option("--format", formats=formats)] = "plain",
        output: Annotated[list[str] | None, option("--output")] = None,
        show_values: Annotated[bool, option("--show-values", is_flag=True)] = False,
        jobs: Annotated[int | None, option("--jobs")] = None,
        resume: Annotated[bool, option("--resume", is_flag=True)] = False,
        engine: Annotated[str, option("--engine")] = "local",
        quiet: Annotated[int, option("-q", "--quiet", key="quiet", is_count=True)] = 0,
        lang: Annotated[str, option("--lang")] = "",
        color: Annotated[str, option("--color")] = "auto",
    ) -> Any:
        from verifykb.cli.report_options import ReportOptions

        report = ReportOptions(
            at=at, require=require, format=format_, output=output or [], lang=lang, color=color, quiet=quiet,
            show_values=show_values,
        )  # fmt: skip
        reading = BatchOptions(
            paths, input_format, encoding, extra_columns, allow_empty, fail_on, select or [], ignore or [],
            baseline, jobs, resume, engine,
        )  # fmt: skip
        return partial(_run, reading, report, dns_options, wording)


def _run(reading: BatchOptions, report_options: Any, dns_options: DnsOptions, wording: Wording) -> int:
    from verifykb.cli.batch_run import run_batch

    return run_batch(reading, report_options, dns_options, wording)
