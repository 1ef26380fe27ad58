"""The Typer application: which commands there are."""

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer
from typer.core import TyperCommand, TyperGroup

from verifykb import __version__
from verifykb.cli.commands import COMMANDS
from verifykb.cli.help_texts import Help
from verifykb.errors import UsageError
from verifykb.wording import LANGUAGES, Wording

# Commands that are run in a hurry or by scripts: they skip what only help pages need.
_LEAN = ("check", "batch")


def build(wording: Wording, arguments: Sequence[str], *, completing: bool = False) -> TyperCommand | TyperGroup:
    """Build the command tree for one command line.

    Args:
        wording: the sentences of the chosen language.
        arguments: the command line; where it names a command, only that one is declared.
        completing: a shell asks for completion, which shows help as well.
    """
    command = next(iter(arguments), "")
    lean = command in _LEAN and not completing and not {"--help", "-h"} & set(arguments)
    help_ = Help(wording, wanted=not lean)
    app = typer.Typer(**help_.group("verifykb", "app"), context_settings={"help_option_names": ["--help", "-h"]})

    @app.callback()
    def top(
        _version: Annotated[
            bool,
            typer.Option("--version", help=help_.text("version"), callback=_print_version, is_eager=True),
        ] = False,
        _lang: Annotated[str, help_.option("--lang")] = "",
    ) -> None:
        # The language was chosen before anything was parsed; here it is only checked.
        if _lang.lower() not in ("", *LANGUAGES):
            raise unknown_language(_lang)

    named = command in COMMANDS and not completing
    for module in dict.fromkeys([COMMANDS[command]] if named else COMMANDS.values()):
        import_module(f"verifykb.cli.{module}").declare(app, wording, help_)
    tree: TyperCommand | TyperGroup = typer.main.get_command(app)  # type: ignore[assignment]
    for parameter in tree.params:
        if parameter.name in ("install_completion", "show_completion"):
            parameter.help = help_.text(parameter.name)  # type: ignore[attr-defined]
    return tree


def unknown_language(language: str) -> UsageError:
    """Give the error for a language that there is not."""
    return UsageError("value-unknown", option="--lang", value=language, known=", ".join(LANGUAGES), near="")


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"verifykb {__version__}")
        raise typer.Exit
