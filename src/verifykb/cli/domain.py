"""`verifykb domain`: how well mail domains protect themselves."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from verifykb.cli.dns_options import DnsOptions, resolver_for, settings_for, with_dns_options
from verifykb.cli.help_texts import Help
from verifykb.wording import Wording

if TYPE_CHECKING:
    from verifykb.config import Settings

_SECONDS_PER_DOMAIN = 30.0  # where neither --dns-deadline nor the settings say: a dead server costs its domain only


class DomainOptions(NamedTuple):
    """What to look at and how to show it, as typed."""

    names: list[str]
    input: str
    https: bool
    format: str
    lang: str


def declare(app: typer.Typer, wording: Wording, help_: Help) -> None:
    """Declare the command."""
    option = help_.option

    @app.command(**help_.command("domain"))
    @with_dns_options(help_, default=True)
    def domain(  # noqa: PLR0913 - an option of the command line each
        names: Annotated[list[str] | None, help_.argument("names", "NAME...")] = None,
        *,
        input_: Annotated[str, option("--input")] = "",
        no_https: Annotated[bool, option("--no-https", is_flag=True)] = False,
        dns_options: DnsOptions,
        format_: Annotated[str, option("--format", formats="plain, table, json")] = "plain",
        lang: Annotated[str, option("--lang")] = "",
    ) -> Any:
        options = DomainOptions(names or [], input_, not no_https, format_, lang)
        return partial(_run, options, dns_options, wording)


def _run(options: DomainOptions, dns_options: DnsOptions, wording: Wording) -> int:
    import asyncio

    from verifykb.cli.domain_names import each_once, open_names, read_names
    from verifykb.cli.report_options import one_of
    from verifykb.errors import UsageError
    from verifykb.render import known_format
    from verifykb.render.domain_report import FORMATS, domain_report
    from verifykb.wording import LANGUAGES

    if options.lang:
        one_of("--lang", options.lang, LANGUAGES)
    format_ = known_format(options.format, FORMATS)
    if not dns_options.is_on:
        raise UsageError("domain-needs-dns")
    settings = settings_for(dns_options)
    if not (options.names or options.input):
        raise UsageError("no-domain")
    with ExitStack() as stack:
        names: Iterator[str] = iter(options.names)
        if options.input:
            file = open_names(options.input)
            if options.input != "-":
                stack.enter_context(file)
            names = chain(options.names, read_names(file, options.input))
        names = each_once(names)
        first = next(names, None)
        if first is None:
            raise UsageError("no-domain")
        report = domain_report(format_, sys.stdout, _style(wording))
        progress = _Progress(wording, wanted=format_ == "table" or not sys.stdout.isatty())
        run = _DomainRun(options, dns_options, settings)
        return asyncio.run(run.write(chain((first,), names), report, progress))


def _style(wording: Wording) -> Any:
    import os

    from verifykb.directory.load import load_official
    from verifykb.render import Style
    from verifykb.render.colour import is_accessible
    from verifykb.render.terminal import width_of_stdout

    return Style(wording, load_official(), boxes=not is_accessible(os.environ), width=width_of_stdout())


class _DomainRun:
    """The assessing of many domains at a time, told in the order of the input."""

    def __init__(self, options: DomainOptions, dns_options: DnsOptions, settings: "Settings") -> None:
        self._dns_options = dns_options
        self._settings = settings
        # A replay asks nobody, so it fetches nothing either.
        self._https = options.https and not dns_options.dns_replay
        self._seconds = settings.deadline if "dns.deadline" in settings.origins else _SECONDS_PER_DOMAIN

    async def write(self, names: Iterator[str], report: Any, progress: "_Progress") -> int:
        from contextlib import AsyncExitStack
        from math import inf

        from verifykb.dns.posture_many import assess_domains
        from verifykb.exit_status import ExitStatus, combine

        held = set()
        async with AsyncExitStack() as stack:
            # The deadline is one of each domain; the run has none.
            opening = resolver_for(self._dns_options, self._settings._replace(deadline=inf))
            resolver = await stack.enter_async_context(opening)
            stack.callback(progress.erase)
            fetch = None
            if self._https:
                from verifykb.dns.policy_fetch import HttpsFetcher

                fetch = HttpsFetcher(resolver)
                stack.push_async_callback(fetch.aclose)
            report.begin()
            count = 0
            async for posture in assess_domains(names, resolver, fetch=fetch, seconds=self._seconds):
                count += 1
                report.domain(posture)
                progress.tell(count)
                if posture.is_malformed:
                    held.add(ExitStatus.USAGE)
                elif not posture.is_known:
                    held.add(ExitStatus.UNPROVEN)
            progress.erase()
            report.end()
        return combine(held)


class _Progress:
    """A line on stderr that counts, where stderr is a terminal.

    Args:
        wording: the sentences of the chosen language.
        wanted: whether the report itself is not seen growing.
    """

    _EVERY = 25  # domains

    def __init__(self, wording: Wording, *, wanted: bool) -> None:
        import os

        from verifykb.render.colour import is_accessible

        self._wording = wording
        self._is_on = wanted and sys.stderr is not None and sys.stderr.isatty()
        self._redraws = not is_accessible(os.environ) and os.environ.get("TERM") != "dumb"
        self._shown = 0

    def tell(self, done: int) -> None:
        """Tell how many domains are done, now and then."""
        if not self._is_on or done % self._EVERY:
            return
        text = self._wording.text("domain", "progress", done=done)
        self._write(f"\r{text}" if self._redraws else f"{text}\n")
        self._shown = len(text) if self._redraws else 0

    def erase(self) -> None:
        """Take the line away."""
        if self._shown:
            self._write("\r" + " " * self._shown + "\r")
            self._shown = 0

    def _write(self, text: str) -> None:
        from contextlib import suppress

        with suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()
