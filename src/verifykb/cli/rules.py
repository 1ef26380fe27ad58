"""`verifykb rules` and `verifykb explain`: what is looked for, and why."""

import sys
from functools import partial
from typing import Annotated, Any

import typer

from verifykb.cli.help_texts import Help
from verifykb.wording import Wording

_FORMATS = ("plain", "table", "json")


def declare(app: typer.Typer, wording: Wording, help_: Help) -> None:
    """Declare both commands."""
    format_option = help_.option("--format", formats=", ".join(_FORMATS))
    lang_option = help_.option("--lang")

    @app.command(**help_.command("explain"))
    def explain(
        rule: Annotated[str, help_.argument("rule", "RULE")],
        *,
        format_: Annotated[str, format_option] = "plain",
        lang: Annotated[str, lang_option] = "",
    ) -> Any:
        return partial(_explain, rule, format_, lang, wording)

    @app.command(**help_.command("rules"))
    def rules(
        *,
        format_: Annotated[str, format_option] = "plain",
        lang: Annotated[str, lang_option] = "",
    ) -> Any:
        return partial(_rules, format_, lang, wording)


def _explain(name: str, format_: str, lang: str, wording: Wording) -> int:
    from verifykb.directory.load import load_official
    from verifykb.errors import UsageError
    from verifykb.render import rule_text
    from verifykb.render.terminal import page
    from verifykb.rules import find_rule, suggest_rules

    _check(format_, lang)
    rule = find_rule(name)
    if rule is None:
        near = ", ".join(suggest_rules(name)[:2])
        raise UsageError("rule-unknown", rule=name, near=near)
    directory = load_official()
    if format_.lower() == "json":
        sys.stdout.write(rule_text.as_json(rule, directory, wording))
    else:
        sys.stdout.write(page(rule_text.explanation(rule, directory, wording)))
    return 0


def _rules(format_: str, lang: str, wording: Wording) -> int:
    from verifykb.directory.load import load_official
    from verifykb.render import rule_text

    _check(format_, lang)
    if format_.lower() == "json":
        sys.stdout.write(rule_text.table_json(load_official(), wording))
    else:
        sys.stdout.write(rule_text.table(wording))
    return 0


def _check(format_: str, lang: str) -> None:
    from verifykb.cli.report_options import one_of
    from verifykb.render import known_format
    from verifykb.wording import LANGUAGES

    if lang:
        one_of("--lang", lang, LANGUAGES)
    known_format(format_, _FORMATS)
