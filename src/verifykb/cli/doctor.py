"""`verifykb doctor`: what is in force, from where, and what is missing."""

import os
import sys
from functools import partial
from typing import Annotated, Any

import typer

from verifykb.cli.dns_options import DnsOptions, resolver_for, settings_for, with_dns_options
from verifykb.cli.help_texts import Help
from verifykb.config import Settings
from verifykb.wording import Wording

_FORMATS = ("plain", "json")


def declare(app: typer.Typer, wording: Wording, help_: Help) -> None:
    """Declare the command."""

    @app.command(**help_.command("doctor"))
    @with_dns_options(help_, default=True)
    def doctor(
        *,
        dns_options: DnsOptions,
        format_: Annotated[str, help_.option("--format", formats=", ".join(_FORMATS))] = "plain",
        lang: Annotated[str, help_.option("--lang")] = "",
    ) -> Any:
        return partial(_run, dns_options, format_, lang, wording)


def _run(options: DnsOptions, format_: str, lang: str, wording: Wording) -> int:
    from datetime import datetime

    from verifykb.cli.doctor_text import Diagnosis, as_json, as_lines
    from verifykb.cli.report_options import one_of
    from verifykb.context import VIETNAM
    from verifykb.directory.load import load_official
    from verifykb.doctor import settings_in_force, shortcomings
    from verifykb.exit_status import ExitStatus
    from verifykb.render.terminal import page
    from verifykb.wording import LANGUAGES

    if lang:
        one_of("--lang", lang, LANGUAGES)
    shown = one_of("--format", format_, _FORMATS)
    settings = settings_for(options)
    directory = load_official()
    parts = _parts()
    dns = _ask_dns(options, settings, directory.support.mailbox.address.partition("@")[2], parts)
    today = datetime.now(VIETNAM).date()
    diagnosis = Diagnosis(
        file=settings.file,
        settings=settings_in_force(settings, wording.language, _language_origin(lang, settings, wording)),
        directory=directory,
        today=today,
        dns=dns,
        encodings=_encodings(),
        parts=parts,
        shortcomings=shortcomings(settings, directory, today, dns, parts),
    )
    text = as_json(diagnosis, wording) if shown == "json" else page(as_lines(diagnosis, wording))
    sys.stdout.write(text)
    return ExitStatus.OK if diagnosis.is_ready else ExitStatus.UNPROVEN


def _language_origin(lang: str, settings: Settings, wording: Wording) -> str:
    """Say what chose the language; what nothing else explains stood before the command."""
    from verifykb.wording import language_and_origin

    typed = ["--lang", lang] if lang else []
    language, origin = language_and_origin(typed, os.environ, lambda: settings.lang)
    return origin if language == wording.language else "--lang"


def _parts() -> tuple[str, ...]:
    """Give the optional parts that can be imported, without importing them."""
    from importlib.util import find_spec

    from verifykb.doctor import PARTS

    return tuple(part for part in PARTS if find_spec(part))


def _ask_dns(options: DnsOptions, settings: Settings, name: str, parts: tuple[str, ...]) -> Any:
    """Ask for the TXT records of the official mail domain, and of nothing else; never of a cache."""
    from verifykb.doctor import DnsCheck, dns_check

    needed = {"httpx2", "dns"} if settings.doh else {"dns"}
    if options.is_on and not options.dns_replay and not needed <= set(parts):
        return DnsCheck(name, "unknown", "part-missing")
    import asyncio
    from time import perf_counter

    async def question() -> DnsCheck:
        async with resolver_for(options, settings._replace(cache=False)) as resolver:
            started = perf_counter()
            answer = await resolver.ask(name, "TXT")
            return dns_check(name, answer, perf_counter() - started)

    return asyncio.run(question())


def _encodings() -> dict[str, str]:
    import locale

    return {
        "stdout": str(getattr(sys.stdout, "encoding", "") or "?"),
        "locale": locale.setlocale(locale.LC_CTYPE),
        "locale_encoding": locale.getencoding(),
        "file_names": sys.getfilesystemencoding(),
    }
