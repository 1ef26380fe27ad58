"""`verifykb batch --engine`: the same judging in Spark or Dask, counts on stdout, contacts in Parquet.

1. Every contact is judged, and lowered by a code that others use (COD008), as in a run on one machine.
2. What an engine cannot do is refused before it is started; the first log that cannot be read ends the run.
"""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from verifykb.batch.cut import cut_log, expanded
from verifykb.batch.elsewhere import Counts, Judge
from verifykb.batch.pieces import Piece
from verifykb.batch.policy import Counter, Policy
from verifykb.batch.readers import format_of
from verifykb.batch.record import ReadOptions
from verifykb.batch.stream import STDIN
from verifykb.cli import failure
from verifykb.cli.batch_options import BatchOptions
from verifykb.cli.dns_options import DnsOptions
from verifykb.cli.report_options import ReportOptions, ReportRun, one_of, statuses
from verifykb.context import Context
from verifykb.errors import InputError, UsageError
from verifykb.exit_status import combine
from verifykb.model.report import InputFile, Summary, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.render.engine_summary import EngineRun, UnreadableRows, write_json, write_plain
from verifykb.wording import Wording

_ENGINES = {"spark": "verifykb.batch.spark_run:SparkRun", "dask": "verifykb.batch.dask_run:DaskRun"}
_FORMATS = {"plain": write_plain, "json": write_json}
_TEXTS = ("csv", "tsv", "jsonl")
_TABLE = "parquet"


def run_elsewhere(
    reading: BatchOptions, report_options: ReportOptions, dns_options: DnsOptions, context: Context, wording: Wording
) -> int:
    """Run `verifykb batch` in another engine.

    Args:
        reading: what to read and how, and what the run must reach.
        report_options: what to write.
        dns_options: nothing is asked here.
        context: directory and clock.
        wording: the sentences of the chosen language.

    Returns:
        The exit status (docs/contract.md, section 5).

    Raises:
        UsageError: an option that is for one machine only, or the engine is not there.
        InputError: a log is missing or unreadable.
        OutputError: there is something at the place of the output already, or it cannot be written.
    """
    run = ReportRun(report_options, context, wording, dns=dns_options.word, inputs=reading.paths)
    _refuse_options(reading, run.outputs.formats, run.outputs.has_stdout, dns_options)
    options = ReadOptions(reading.input_format.lower(), reading.encoding, reading.extra_columns.lower() == "keep")
    inputs: list[InputFile] = []
    tables, pieces = _logs(reading, options, inputs)
    targets = [output.partition("=")[2] for output in report_options.output]
    judge = Judge(context.now, context.at, context.settings, with_keys=True, is_shown=True, options=options)
    counts = _counts(reading, judge, tables, pieces, targets)
    summary = _summary(counts, Policy(run.require, _fail_on(reading)))
    summary.errors = unreadable = _unreadable(counts)
    if run.outputs.has_stdout and not run.style.quiet:
        done = EngineRun(reading.engine, run.header(), summary, unreadable, inputs, targets)
        _FORMATS[run.outputs.formats[0]](done, sys.stdout, run.style)
    if not summary.contacts and not summary.errors and not reading.allow_empty:
        failure.tell(InputError("file-nothing"), wording)
    return combine(statuses(summary, allow_empty=reading.allow_empty))


def _refuse_options(reading: BatchOptions, formats: list[str], has_stdout: bool, dns_options: DnsOptions) -> None:
    """Refuse what is done on one machine only."""
    typed = {
        "--dns": dns_options.is_on,
        "--resume": reading.resume,
        "--baseline": reading.baseline,
        "--select": reading.select,
        "--ignore": reading.ignore,
        STDIN: STDIN in reading.paths,
    }
    refused = [name for name, value in typed.items() if value]
    files = formats[1:] if has_stdout else formats
    refused += [f"--format {name}" for name in formats[:1] if has_stdout and name not in _FORMATS]
    refused += [f"--output {name}" for name in files if name != _TABLE]
    if refused:
        raise UsageError("engine-option", option=refused[0], engine=reading.engine)


def _logs(reading: BatchOptions, options: ReadOptions, inputs: list[InputFile]) -> tuple[list[str], list[Piece]]:
    """Tell the tables that the engine reads, and cut the logs of text that our reader reads."""
    tables: list[str] = []
    pieces: list[Piece] = []
    for path in expanded(reading.paths):
        format_ = options.input_format or format_of(path)
        if format_ == _TABLE:
            tables.append(path)
        elif format_ not in _TEXTS:
            raise UsageError("engine-option", option=f"--input-format {format_}", engine=reading.engine)
        elif "://" in path:
            raise InputError("engine-remote", file=path)
        else:
            cut = cut_log(path, options, Path(), inputs)
            # A worker may stand in another folder.
            pieces += [piece._replace(path=os.path.abspath(piece.path)) for piece in cut]  # noqa: PTH100
    return tables, pieces


def _counts(reading: BatchOptions, judge: Judge, tables: list[str], pieces: list[Piece], targets: list[str]) -> Counts:
    """Let the engine judge, write and count; contacts that were written are not judged again to be counted."""
    module, _, name = _ENGINES[reading.engine].partition(":")
    try:
        start: Any = getattr(import_module(module), name)
    except ImportError as error:
        raise UsageError("engine-missing", engine=reading.engine, why=error.name or reading.engine) from error
    logs = ", ".join(reading.paths)
    with start(judge, reading.jobs) as engine:
        judged = engine.judged(tables, pieces)
        for target in targets:
            judged = engine.written(judged, target, logs)
        counted: Counts = engine.counts(judged, logs)
    return counted


def _fail_on(reading: BatchOptions) -> Verdict | None:
    fail_on = one_of("--fail-on", reading.fail_on, [*list(Verdict)[:-1], "never"])
    return None if fail_on == "never" else Verdict(fail_on)


def _summary(counts: Counts, policy: Policy) -> Summary:
    summary, counter = Summary(policy.require), Counter(policy)
    for (verdict, _, _), rows in counts.items():
        if verdict is not None:
            counted = counter.by_verdict(Verdict(verdict))
            summary.verdicts[Verdict(verdict)] += rows
            summary.failing += rows * counted.fails
            summary.below += rows * counted.below
    return summary


def _unreadable(counts: Counts) -> UnreadableRows:
    kinds = [
        (Unreadable(file or "", 0, error, {}), rows) for (_, file, error), rows in counts.items() if error is not None
    ]
    return UnreadableRows(sorted(kinds, key=lambda kind: (kind[0].file, kind[0].key)))
