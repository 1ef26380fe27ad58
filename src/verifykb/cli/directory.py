"""`verifykb directory show`: the official contacts and where each was published."""

import sys
from functools import partial
from typing import Annotated, Any

import typer

from verifykb.cli.help_texts import Help
from verifykb.wording import Wording

_FORMATS = ("plain", "json")


def declare(app: typer.Typer, wording: Wording, help_: Help) -> None:
    """Declare the group."""
    group = typer.Typer(**help_.group("directory", "directory"))
    app.add_typer(group)

    @group.callback()
    def top() -> None:
        # A group with one command would otherwise become that command.
        pass

    @group.command(**help_.command("directory_show"))
    def show(
        *,
        format_: Annotated[str, help_.option("--format", formats=", ".join(_FORMATS))] = "plain",
        lang: Annotated[str, help_.option("--lang")] = "",
    ) -> Any:
        return partial(_show, format_, lang, wording)


def _show(format_: str, lang: str, wording: Wording) -> int:
    from verifykb.cli.report_options import one_of
    from verifykb.directory.load import load_official
    from verifykb.render import directory_text
    from verifykb.render.terminal import page
    from verifykb.wording import LANGUAGES

    if lang:
        one_of("--lang", lang, LANGUAGES)
    shown = one_of("--format", format_, _FORMATS)
    directory = load_official()
    write = directory_text.as_json if shown == "json" else directory_text.as_lines
    text = write(directory, wording)
    sys.stdout.write(text if shown == "json" else page(text))
    return 0
