"""Every sentence a person reads, in two languages, by rule id or label.

1. A finding becomes a sentence here and only here, at render time.
2. Every value that goes into a sentence passes the sanitiser first.
3. The language is chosen once: ``--lang``, ``VERIFYKB_LANG``, `verifykb.toml`, the locale, Vietnamese.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from verifykb.model.finding import Finding
from verifykb.text.safe import safe_line

LANGUAGES = ("vi", "en")
_FOLDER = Path(__file__).parent
# Options without a value; every other one takes the next argument, even if it looks like --lang.
_FLAGS = frozenset(
    "--help --version --own-request --no-own-request --called-back --no-called-back --dns --no-dns --allow-empty "
    "--isolated --no-cache --no-https --quiet --resume --show-values --install-completion --show-completion --".split()
)
_FILE_OF_SECTION = {
    **dict.fromkeys(("errors", "error_parts", "near", "usage"), "errors."),
    **dict.fromkeys(("help", "explain", "contacts"), "help."),
    "doctor": "doctor.",
    "html": "html.",
}
# Values that are keys of [labels.<name>] and are shown by their label.
_DATES = ("date", "day", "first_published", "review_by", "valid_until")
_LABELLED = ("reason", "trick", "where", "channel", "service", "danger", "proof")


def choose_language(
    arguments: Sequence[str], environment: Mapping[str, str], configured: Callable[[], str] = str
) -> str:
    """Choose the language before anything is parsed, so that even errors speak it.

    Args:
        arguments: the command line without the program's name.
        environment: the environment variables.
        configured: gives the language of `verifykb.toml`, empty for none; called only where it counts.
    """
    return language_and_origin(arguments, environment, configured)[0]


def language_and_origin(
    arguments: Sequence[str], environment: Mapping[str, str], configured: Callable[[], str] = str
) -> tuple[str, str]:
    """Choose the language, and say what chose it.

    Args:
        arguments: as for `choose_language`.
        environment: as for `choose_language`.
        configured: as for `choose_language`.

    Returns:
        The language; and ``--lang``, the name of a variable, ``lang`` for the key of the
        file, or nothing for the default.
    """
    for name, value in typed_options(arguments):
        if name == "--lang" and value.lower() in LANGUAGES:
            return value.lower(), name
    if environment.get("VERIFYKB_LANG", "").lower() in LANGUAGES:
        return environment["VERIFYKB_LANG"].lower(), "VERIFYKB_LANG"
    language = configured()
    if language:
        return language, "lang"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            language = environment[name][:2].lower()
            return (language, name) if language in LANGUAGES else ("vi", "")
    return "vi", ""


def typed_options(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give the long options of a command line that nobody has parsed yet, each with its value.

    The value of an option is never taken for an option, whatever it looks like; a flag has none.
    """
    waiting = ""
    for argument in arguments:
        if waiting:
            yield waiting, argument
            waiting = ""
        elif argument.startswith("--"):
            name, equals, value = argument.partition("=")
            if equals or name in _FLAGS:
                yield name, value
            else:
                waiting = name


class Wording:
    """The sentences of one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def text(self, *keys: str, **values: object) -> str:
        """Give a text by its keys, with its holes filled by safe values.

        Raises:
            KeyError: there is no such text, or a hole has no value: a mistake of ours.
        """
        node: Any = self._table(keys[0])
        for key in keys:
            node = node[key]
        filled: str = node.format_map({name: safe_line(str(value)) for name, value in values.items()})
        return filled

    def _table(self, section: str) -> dict[str, Any]:
        """Give the file that holds a section; help and errors are read only when needed."""
        file = _FILE_OF_SECTION.get(section, "")
        return _load(f"{file}{self.language}.toml")

    def sentence(self, finding: Finding) -> str:
        """Make the sentence of a finding."""
        values = {name: self._shown(finding, name, value) for name, value in finding.values.items()}
        return self.text("rules", finding.rule.id, "message", **values).rstrip()

    def _shown(self, finding: Finding, name: str, value: str) -> str:
        if name == "trick" and finding.rule.id == "MSG003":
            trick = self.text("labels", "trick", value)
            return self.text("labels", "link_trick", "any", trick=trick) if value else ""
        if name == "authenticated" and value:
            return f" ({value})"
        if name == "quote" and finding.values.get("where") == "asks":
            return self.text("labels", "asks", value)
        if name in _DATES:
            return "/".join(reversed(value.split("-")))  # dd/mm/yyyy for people, ISO 8601 for machines
        if name in _LABELLED and value in self._table("labels")["labels"][name]:
            return self.text("labels", name, value)
        return value  # a label that we forgot must not cost the answer: tests hold that there is none

    def explanation(self, rule_id: str) -> Mapping[str, Any]:
        """Give what `explain` says of a rule: what, why, todo, fires, silent."""
        explanation: Mapping[str, Any] = _load(f"explain.{self.language}.toml")[rule_id]
        return explanation

    def error(self, key: str, values: Mapping[str, str]) -> tuple[str, str, str]:
        """Give what happened, why, and what to do."""
        told = dict(values)
        if "near" in told:
            told["near"] = self.near(told["near"])
        if "why" in told:
            told["why"] = self.system_reason(told["why"])
        what, why, how = (self.text("errors", key, part, **told) for part in ("what", "why", "how"))
        return what, why, how

    def system_reason(self, code: str) -> str:
        """Give the words for an error code of the system (``ENOSPC``); the code where none are."""
        known = self._table("errors")["system"]
        return str(known.get(code, code))

    def near(self, name: str) -> str:
        """Give "did you mean …?", or nothing where there is no near name."""
        return self.text("near", "did_you_mean", name=name) if name else ""


def examples(rule_id: str) -> Mapping[str, Any]:
    """Give the worked examples of a rule: records by ``fires`` and ``silent``."""
    shown: Mapping[str, Any] = _load("examples.toml").get(rule_id, {})
    return shown


@cache
def _load(file: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / file).read_text(encoding="utf-8"))
