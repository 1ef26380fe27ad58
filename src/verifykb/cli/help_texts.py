"""The words of `--help`, in the user's language, read only when they will be shown."""

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from verifykb.wording import Wording


class Help:
    """Options, arguments and command classes with words of one language.

    Args:
        wording: the sentences of the language.
        wanted: whether help may be shown at all; a check mid-call does without its words.
    """

    def __init__(self, wording: Wording, *, wanted: bool) -> None:
        self._wording = wording
        self._wanted = wanted
        self.command_class, self.group_class = _classes(self)

    def text(self, key: str, **values: object) -> str:
        """Give a text of the section ``help``; nothing where help is not wanted."""
        return self._wording.text("help", key, **values) if self._wanted else ""

    def option(
        self, *names: str, key: str = "", is_flag: bool = False, is_count: bool = False, **values: object
    ) -> Any:
        """Declare an option; its words are found by its name."""
        words = self.text(key or names[0].strip("-").replace("-", "_"), **values)
        metavar = None if is_flag or is_count else self.text("metavar") or None
        return typer.Option(*names, help=words, show_default=False, metavar=metavar, count=is_count)

    def argument(self, key: str, metavar: str) -> Any:
        """Declare an argument."""
        return typer.Argument(help=self.text(key), show_default=False, metavar=metavar)

    def command(self, key: str) -> dict[str, Any]:
        """Give the words and class of a command, for Typer's decorator."""
        return {
            "help": self.text(key),
            "cls": self.command_class,
            "options_metavar": self.text("options_metavar") or "[OPTIONS]",
        }

    def group(self, name: str, key: str) -> dict[str, Any]:
        """Give the words and class of a group, for `typer.Typer`."""
        return {
            "name": name,
            "help": self.text(key),
            "cls": self.group_class,
            "options_metavar": self.text("options_metavar") or "[OPTIONS]",
            "subcommand_metavar": self.text("command_metavar") or "COMMAND [ARGS]...",
            "rich_markup_mode": None,
            "pretty_exceptions_enable": False,
            "no_args_is_help": True,
        }

    def translate(self, text: str) -> str:
        """Put Typer's own words of a help page into the user's language."""
        for english, key in (
            ("Usage: ", "usage"), ("\nOptions:\n", "options"), ("\nCommands:\n", "commands"),
            ("\nArguments:\n", "arguments"), ("Show this message and exit.", "show_help"),
            ("[required]", "required"),
        ):  # fmt: skip
            words = self.text(key)
            if english.startswith("\n"):
                words = f"\n{words}:\n"
            text = text.replace(english, f"[{words}]" if english.startswith("[") else words)
        return text


def _classes(help_: Help) -> tuple[type[TyperCommand], type[TyperGroup]]:
    """Make command classes whose help pages are in the user's language."""

    class Command(TyperCommand):
        def get_help(self, ctx: Any) -> str:
            return help_.translate(super().get_help(ctx))

    class Group(TyperGroup):
        def get_help(self, ctx: Any) -> str:
            return help_.translate(super().get_help(ctx))

    return Command, Group
