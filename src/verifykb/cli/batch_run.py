"""The work of `verifykb batch`: options into a job, a run into reports, counts into an exit status."""

import os
import sys
import time
from collections.abc import Sequence
from datetime import date

from verifykb.batch.cut import expanded
from verifykb.batch.interrupts import HeldBack, ends_cleanly
from verifykb.batch.merged import Merged
from verifykb.batch.policy import Counter, Policy, rule_ids
from verifykb.batch.processes import usable_cores
from verifykb.batch.readers import FORMATS, check_options
from verifykb.batch.record import ReadOptions
from verifykb.batch.run import run_logs
from verifykb.batch.run_folder import RunFolder, key_of, run_folder
from verifykb.batch.work import Job, Stream, Words
from verifykb.cli import failure
from verifykb.cli.batch_options import BatchOptions
from verifykb.cli.dns_options import DnsOptions, opening_for, settings_for
from verifykb.cli.progress import Progress, mode_for
from verifykb.cli.report_options import ReportOptions, ReportRun, make_context, one_of, statuses
from verifykb.context import VIETNAM, Context
from verifykb.errors import InputError, UsageError
from verifykb.exit_status import combine
from verifykb.model.report import Summary, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.render import Renderer
from verifykb.render.colour import may_colour
from verifykb.render.listed import ListedReport
from verifykb.render.shared import error_words, place_of
from verifykb.render.streamed import StreamedReport
from verifykb.text.paths import for_system
from verifykb.wording import Wording

_NOTHING = 2  # -qq
_SMALL_BYTES = 4_000_000  # below it a second process takes longer to start than the work does
_MAX_JOBS = 64
_WITH_TALLY = ("html", "markdown")
_WITHOUT_CASES = ("jsonl", "csv", "parquet")  # a line is a contact


def run_batch(reading: BatchOptions, report_options: ReportOptions, dns_options: DnsOptions, wording: Wording) -> int:
    """Run `verifykb batch`.

    Args:
        reading: what to read and how, and what the run must reach.
        report_options: what to write.
        dns_options: whether and how DNS is asked.
        wording: the sentences of the chosen language.

    Returns:
        The exit status (docs/contract.md, section 5).
    """
    reading = reading._replace(paths=expanded(reading.paths))
    options = _read_options(reading)
    context = make_context(report_options.at)._replace(settings=settings_for(dns_options))
    one_of("--engine", reading.engine, ("local", "spark", "dask"))
    policy = _policy(reading, report_options, context)
    if reading.engine != "local":
        from verifykb.cli.batch_engines import run_elsewhere

        return run_elsewhere(reading, report_options, dns_options, context, wording)
    jobs = _jobs(reading, dns_options)
    key = key_of(reading.paths, options, context.at, context.settings, policy._replace(today=date.min, clock=date.min),
                 report_options, dns_options, wording.language, context.directory.sha256, _colour(report_options),
                 files=(reading.baseline, dns_options.dns_replay))  # fmt: skip
    if dns_options.dns_record:
        key = ""  # a recording of what is left would be none of the whole run
    with ends_cleanly(), run_folder(key, context.now, resume=reading.resume) as folder:
        if reading.resume:
            failure.note(wording, "resumed" if folder.started else "nothing_to_resume", report_options.quiet)
        if folder.started:
            context = context._replace(now=folder.started)
            policy = _policy(reading, report_options, context)
        summary = Summary(policy.require)
        decide = filter(None, (reading.baseline, dns_options.config, dns_options.dns_replay))
        run = ReportRun(report_options, context, wording, inputs=[*reading.paths, *decide], dns=dns_options.word)
        job = Job(options, context.now, context.at, context.settings, opening_for(dns_options, context.settings),
                  policy, Words(wording.language), str(folder.path))  # fmt: skip
        _write(run, job, jobs, reading, summary, folder, wording, report_options.quiet)
    is_nothing = not (summary.contacts or summary.errors or reading.allow_empty or summary.incomplete)
    if is_nothing and report_options.quiet < _NOTHING:
        failure.tell(InputError("file-nothing"), wording)
    return combine(statuses(summary, allow_empty=reading.allow_empty))


def _colour(report_options: ReportOptions) -> bool:
    """Tell whether words on stdout are coloured: parts of a run that is taken up again must be."""
    return may_colour(report_options.color, os.environ, is_terminal=sys.stdout.isatty())


def _read_options(reading: BatchOptions) -> ReadOptions:
    options = ReadOptions(
        input_format=one_of("--input-format", reading.input_format, FORMATS) if reading.input_format else "",
        encoding=reading.encoding,
        keep_extra_columns=one_of("--extra-columns", reading.extra_columns, ("error", "keep")) == "keep",
    )
    for path in reading.paths:
        check_options(path, options)
    return options


def _policy(reading: BatchOptions, report_options: ReportOptions, context: Context) -> Policy:
    fail_on = one_of("--fail-on", reading.fail_on, [*list(Verdict)[:-1], "never"])
    policy = Policy(
        require=Verdict(one_of("--require", report_options.require, list(reversed(Verdict)))),
        fail_on=None if fail_on == "never" else Verdict(fail_on),
        select=rule_ids(reading.select),
        ignore=rule_ids(reading.ignore),
        baseline=reading.baseline,
        today=(context.at or context.now).astimezone(VIETNAM).date(),
        clock=context.now.astimezone(VIETNAM).date(),
    )
    Counter(policy)  # a broken baseline is told before anything is read
    return policy


def _jobs(reading: BatchOptions, dns_options: DnsOptions) -> int:
    """Give how many processes work: as asked, else one for each core where there is enough to do."""
    if reading.jobs is not None and not 1 <= reading.jobs <= _MAX_JOBS:
        raise UsageError("jobs-unusable", value=reading.jobs, limit=_MAX_JOBS)
    if dns_options.dns_record:
        return 1  # one recording has one writer
    if reading.jobs is not None:
        return reading.jobs
    size = sum(_size(path) for path in reading.paths)
    return min(usable_cores(), max(1, size // _SMALL_BYTES))


def _size(path: str) -> int:
    try:
        return os.stat(for_system(path)).st_size  # noqa: PTH116 - one way of naming files
    except (OSError, ValueError):
        return 0


def _write(  # noqa: PLR0913, PLR0917 - the parts of a run, put together once
    run: ReportRun, job: Job, jobs: int, reading: BatchOptions, summary: Summary, folder: RunFolder,
    wording: Wording, quiet: int,
) -> None:  # fmt: skip
    """Write every report of a run; an interrupted one is written as far as it came, and says so."""
    progress = Progress(
        sys.stderr, wording, mode=mode_for(os.environ, sys.stderr.isatty(), quiet), clock=time.monotonic
    )

    def tell(error: Unreadable) -> None:
        if quiet < _NOTHING:
            progress.clear()
            place = place_of(error) if error.row else ""
            failure.write_parts(error_words(error, wording), wording, place=place)

    with run.outputs as renderers:
        for renderer in renderers:
            renderer.begin(run.header())
        streams = _streams(run, renderers)
        listings = [renderer for renderer in renderers if isinstance(renderer, ListedReport)]
        words = Words(
            wording.language, tuple(kind for kind, _ in streams),
            (any(not one.masked for one in listings), any(one.masked for one in listings)),
            tally=bool({*run.outputs.formats} & {*_WITH_TALLY}), cases=bool({*run.outputs.formats} - {*_WITHOUT_CASES}),
            show_values=run.style.show_values,
        )  # fmt: skip
        named = [(kind.key, renderer) for kind, renderer in streams]
        merged = Merged(folder.path, summary, named, listings, tell)
        job = job._replace(words=words)
        try:
            run_logs(reading.paths, job, jobs, merged, progress)
        except KeyboardInterrupt:
            summary.incomplete = folder.keep = True
        finally:
            progress.finish()
        with HeldBack(is_last=True):
            merged.finish()
            for renderer in renderers:
                renderer.end(summary)


def _streams(run: ReportRun, renderers: Sequence[Renderer]) -> list[tuple[Stream, StreamedReport]]:
    """Tell how the reports that are written contact by contact are put into words; stdout comes first."""
    found = []
    for number, (name, renderer) in enumerate(zip(run.outputs.formats, renderers, strict=True)):
        if isinstance(renderer, StreamedReport):
            on_stdout = number == 0 and run.outputs.has_stdout
            for_people = on_stdout and name in ("plain", "table")
            kind = Stream(name, quiet=for_people and run.style.quiet, colour=for_people and run.style.colour)
            found.append((kind, renderer))
    return found
