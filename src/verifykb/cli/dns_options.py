"""What every command that may ask DNS shares: its options, the settings, the resolver.

1. The command line wins over `verifykb.toml`, key by key.
2. Whom to ask is one choice: a name server or URL typed takes the place of what the file says,
   and with it goes the file's trust in that resolver (`dns.trust_ad`).
3. An option that is about asking turns DNS on where it is off by default.
"""

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import datetime
from functools import partial, wraps
from typing import IO, TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

from verifykb.cli.help_texts import Help
from verifykb.config import Settings, load_settings, working_folder
from verifykb.config_values import MAX_DEADLINE, MIN_DEADLINE
from verifykb.context import VIETNAM
from verifykb.errors import UsageError

if TYPE_CHECKING:
    from verifykb.dns.answer import Resolver

Command = TypeVar("Command", bound=Callable[..., Any])


class DnsOptions(NamedTuple):
    """The options as typed.

    Args:
        dns: ``--dns`` or ``--no-dns``; None where neither was typed.
        nameserver: whom to ask.
        doh: URL of a DNS server over HTTPS.
        dns_deadline: seconds, as typed.
        no_cache: keep no answers on disk and take none from it.
        dns_replay: a recording that answers instead of the network.
        dns_record: the file to write a recording to.
        config: a settings file instead of the nearest.
        isolated: read no settings file.
        default: whether this command asks where nothing was typed.
    """

    dns: bool | None = None
    nameserver: tuple[str, ...] = ()
    doh: str = ""
    dns_deadline: str = ""
    no_cache: bool = False
    dns_replay: str = ""
    dns_record: str = ""
    config: str = ""
    isolated: bool = False
    default: bool = True

    @property
    def is_on(self) -> bool:
        """Whether questions are asked: of the network, or of a recording."""
        return self.dns if self.dns is not None else self.default or bool(self.about_asking())

    @property
    def word(self) -> str:
        """How a report names it: ``on``, ``off``, or ``replay`` where a recording answers."""
        return "off" if not self.is_on else "replay" if self.dns_replay else "on"

    def about_asking(self) -> list[str]:
        """Give the typed options that make no sense without DNS."""
        typed = {
            "--nameserver": self.nameserver,
            "--doh": self.doh,
            "--dns-replay": self.dns_replay,
            "--dns-record": self.dns_record,
        }
        return [name for name, value in typed.items() if value]


def with_dns_options(help_: Help, *, default: bool) -> Callable[[Command], Command]:
    """Let a command's parameter ``dns_options`` stand for the shared options.

    Typer reads a command's options from its signature; the one parameter is replaced there by
    the nine, so that they are declared once for all commands.

    Args:
        help_: words of the options.
        default: whether the command asks DNS where nothing was typed.
    """
    declared = list(_parameters(help_))
    names = [parameter.name for parameter in declared]

    def decorate(command: Command) -> Command:
        signature = inspect.signature(command)
        parameters: list[inspect.Parameter] = []
        for parameter in signature.parameters.values():
            parameters += declared if parameter.name == "dns_options" else [parameter]

        @wraps(command)
        def shared(**values: Any) -> Any:
            typed = {name: values.pop(name) for name in names}
            typed["nameserver"] = tuple(typed["nameserver"] or ())
            return command(**values, dns_options=DnsOptions(**typed, default=default))

        shared.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined] # Python's own hook
        return shared  # type: ignore[return-value] # to its caller it has the command's type

    return decorate


def _parameters(help_: Help) -> Iterator[inspect.Parameter]:
    option = help_.option
    declared: dict[str, tuple[Any, Any]] = {
        "dns": (Annotated[bool | None, option("--dns/--no-dns", key="dns", is_flag=True)], None),
        "nameserver": (Annotated[list[str] | None, option("--nameserver")], None),
        "doh": (Annotated[str, option("--doh")], ""),
        "dns_deadline": (Annotated[str, option("--dns-deadline")], ""),
        "no_cache": (Annotated[bool, option("--no-cache", is_flag=True)], False),
        "dns_replay": (Annotated[str, option("--dns-replay")], ""),
        "dns_record": (Annotated[str, option("--dns-record")], ""),
        "config": (Annotated[str, option("--config")], ""),
        "isolated": (Annotated[bool, option("--isolated", is_flag=True)], False),
    }
    for name, (kind, default) in declared.items():
        yield inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def settings_for(options: DnsOptions) -> Settings:
    """Give the settings that hold: the command line over the file over the defaults.

    Raises:
        UsageError: options that cannot go together, a value that cannot be used, a broken file.
    """
    _refuse_conflicts(options)
    settings = load_settings(options.config, isolated=options.isolated, start=working_folder())
    changes: dict[str, Any] = {}
    origins = dict(settings.origins)
    if options.nameserver or options.doh:
        changes = {"nameservers": options.nameserver, "doh": options.doh, "trust_ad": False}
        setter = "--nameserver" if options.nameserver else "--doh"
        origins |= dict.fromkeys(("dns.nameserver", "dns.doh", "dns.trust_ad"), setter)
    if options.dns_deadline:
        changes["deadline"] = _seconds(options.dns_deadline)
        origins["dns.deadline"] = "--dns-deadline"
    if options.no_cache:
        changes["cache"] = False
        origins["dns.cache"] = "--no-cache"
    return settings._replace(**changes, origins=origins)


def _refuse_conflicts(options: DnsOptions) -> None:
    conflicts = [("--no-dns", name) for name in options.about_asking()] if options.dns is False else []
    if options.doh and options.nameserver:
        conflicts.append(("--doh", "--nameserver"))
    if options.config and options.isolated:
        conflicts.append(("--config", "--isolated"))
    for first, second in conflicts:
        raise UsageError("options-conflict", first=first, second=second)


def _seconds(text: str) -> float:
    try:
        seconds = float(text) if text.isascii() else 0.0
    except ValueError:
        seconds = 0.0
    if not MIN_DEADLINE <= seconds <= MAX_DEADLINE:
        raise UsageError("seconds-unusable", option="--dns-deadline", value=text, low=MIN_DEADLINE, high=MAX_DEADLINE)
    return seconds


def opening_for(
    options: DnsOptions, settings: Settings
) -> "Callable[[], AbstractAsyncContextManager[Resolver]] | None":
    """Give what opens the resolver of a run of contacts; None where nobody is asked."""
    return partial(resolver_for, options, settings, whole_run=False) if options.is_on else None


@asynccontextmanager
async def resolver_for(options: DnsOptions, settings: Settings, *, whole_run: bool = True) -> "AsyncIterator[Resolver]":
    """Open the resolver of a run; leaving it well writes the recording, if one was asked for.

    Args:
        options: as typed.
        settings: from `settings_for`.
        whole_run: the deadline is that of the run; else each contact or name has its own.

    Raises:
        UsageError: a name server or URL that cannot be one.
        InputError: the recording to replay cannot be read.
        OutputError: the recording could not be written; no part of it is left behind.
    """
    from verifykb.dns.opening import open_resolver
    from verifykb.text.paths import for_system

    opening = open_resolver(
        offline=not options.is_on,
        replay=for_system(options.dns_replay) or None,
        nameservers=settings.nameservers,
        doh=settings.doh or None,
        deadline=settings.deadline if whole_run else None,
        trust_ad=settings.trust_ad,
        cache=settings.cache,
    )
    if not options.dns_record:
        async with opening as resolver:
            yield resolver
        return
    from verifykb.dns.recorded import RecordingResolver

    with _complete_file(options.dns_record) as file:
        async with opening as resolver:
            recording = RecordingResolver(resolver)
            yield recording
        file.write(recording.to_json(datetime.now(VIETNAM)))


@contextmanager
def _complete_file(path: str) -> Iterator[IO[str]]:
    """Open a file before anything is asked; it appears in its place when it is complete."""
    from verifykb.render.outputs import CompleteFile, refuse_place

    refuse_place(path, ())
    file = CompleteFile("json", path)
    stream = file.open()
    try:
        yield stream
        file.publish()
    except BaseException:
        file.discard()
        raise
