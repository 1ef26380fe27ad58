"""Tests of the language: what chooses it, before the command line is parsed, and with a broken file."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from verifykb.cli.app import build
from verifykb.wording import _FLAGS, LANGUAGES, Wording, typed_options

from .process import run, shell

LANGUAGE: dict[str, tuple[str, list[str], dict[str, str | None], str]] = {
    # file, options, environment, language
    "file over locale": ("lang = 'en'", [], {"LANG": "vi_VN.UTF-8"}, "en"),
    "file over default": ("lang = 'EN'", [], {}, "en"),
    "variable over file": ("lang = 'en'", [], {"VERIFYKB_LANG": "vi"}, "vi"),
    "option over file": ("lang = 'vi'", ["--lang", "en"], {}, "en"),
    "isolated": ("lang = 'en'", ["--isolated"], {}, "vi"),
    "named file": ("lang = 'vi'", ["--config", "en.toml"], {}, "en"),
    "named file with =": ("lang = 'vi'", ["--config=en.toml"], {}, "en"),
    "pasted message": ("lang = 'en'", ["--message", "--isolated"], {}, "en"),
}


@pytest.mark.parametrize(("text", "options", "env", "language"), LANGUAGE.values(), ids=LANGUAGE)
def test_the_language_of_the_file_counts_between_variable_and_locale(
    tmp_path: Path, text: str, options: list[str], env: dict[str, str | None], language: str
) -> None:
    """`--lang`, VERIFYKB_LANG, the file, the locale."""
    (tmp_path / "verifykb.toml").write_text(text, encoding="utf-8")
    (tmp_path / "en.toml").write_text("lang = 'en'", encoding="utf-8")
    result = run("check", "--phone", "1", "--no-dns", *options, env={"VERIFYKB_LANG": None, **env}, cwd=tmp_path)
    assert result.out.split(":")[0] == {"vi": "Kết luận", "en": "Verdict"}[language]


@pytest.mark.parametrize(
    ("text", "env", "word"),
    [
        ("lang = 'en'\nlnag = 1", {}, "Error"),
        ("lang = 'en\n", {}, "Lỗi"),
        ("lang = 'en\n", {"LANG": "en_US.UTF-8"}, "Error"),
        ("lang = 'fr'", {"LANG": "en_US.UTF-8"}, "Error"),
        ("lang = 1", {"VERIFYKB_LANG": "en"}, "Error"),
    ],
)
def test_a_broken_file_is_told_in_a_sensible_language(
    tmp_path: Path, text: str, env: dict[str, str | None], word: str
) -> None:
    """Its own where it can be read, else that of the locale; commands that need no file go on."""
    (tmp_path / "verifykb.toml").write_text(text, encoding="utf-8")
    env = {"VERIFYKB_LANG": None, **env}
    result = run("check", "--phone", "1", env=env, cwd=tmp_path)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"{word}: ")
    for command in (["rules"], ["--version"], ["--lang", "vi", "--version"]):
        assert run(*command, env=env, cwd=tmp_path).status == 0


def test_a_deleted_folder_has_no_settings(tmp_path: Path) -> None:
    """A command in a folder that is gone still answers."""
    gone = tmp_path / "gone"
    gone.mkdir()
    result = shell('rmdir "$PWD"; exec "$@"', "check", "--phone", "1", "--no-dns", cwd=gone)
    assert (result.status, result.err) == (1, "")


def test_the_scan_of_an_unparsed_command_line_knows_every_flag() -> None:
    """An option without a value must not swallow the option behind it, and no other may be a flag."""
    tree: Any = build(Wording("vi"), [], completing=True)
    groups = [tree, *tree.commands.values()]
    commands = [*groups, *(inner for group in groups for inner in getattr(group, "commands", {}).values())]
    for command in commands:
        for parameter in command.params:
            names = {name for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("--")}
            is_flag = getattr(parameter, "is_flag", False) or getattr(parameter, "count", False)
            assert names <= _FLAGS if is_flag else not names & _FLAGS, names
    typed = typed_options(["check", "--isolated", "--config=a", "--message", "--lang", "--lang", "en"])
    assert list(typed) == [("--isolated", ""), ("--config", "a"), ("--message", "--lang"), ("--lang", "en")]


def texts(node: Any, *path: str) -> dict[tuple[str, ...], str]:
    """Give every text of a table by its keys."""
    if isinstance(node, str):
        return {path: node}
    return {keys: text for name, item in node.items() for keys, text in texts(item, *path, name).items()}


def test_the_words_of_doctor_are_the_same_in_both_languages() -> None:
    """The same keys, in NFC."""
    vi, en = (texts(Wording(language)._table("doctor")) for language in LANGUAGES)
    assert vi.keys() == en.keys()
    for text in vi.values():
        assert text == unicodedata.normalize("NFC", text)
