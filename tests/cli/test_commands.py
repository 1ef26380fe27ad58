"""Tests of explain, rules, directory, --version, and of what is said to a slip of the keys."""

import json

import pytest

from verifykb import __version__
from verifykb.__main__ import run as run_here
from verifykb.directory.load import load_official
from verifykb.rules import RULES

from .process import run, tells_in_three_parts

PARTS = {"vi": ("Lỗi: ", "Vì: ", "Cách xử lý: "), "en": ("Error: ", "Why: ", "What to do: ")}
ASKED = {"vi": "Có phải ý bạn là", "en": "Did you mean"}
Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("spelling", ["SND003", "snd003", "Snd003", " SND003 ", "sender-lookalike", "SENDER-LOOKALIKE"])
def test_explain_finds_a_rule_by_id_or_name(capsys: Capture, spelling: str) -> None:
    """Id and name are found in any case."""
    assert run_here(["explain", spelling, "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("SND003 sender-lookalike: ")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_rule_is_explained(capsys: Capture, lang: str) -> None:
    """Each rule tells what, why and what to do, in text and as the same data."""
    for rule in RULES.values():
        assert run_here(["explain", rule.id, "--lang", lang]) == 0
        text = capsys.readouterr().out
        assert run_here(["explain", rule.id, "--lang", lang, "--format", "json"]) == 0
        data = json.loads(capsys.readouterr().out)
        assert (data["rule"], data["name"], data["axis"], data["effect"]) == (
            rule.id, rule.name, rule.axis.value, rule.effect.value,
        )  # fmt: skip
        for key in ("title", "what", "why", "todo"):
            assert data[key]
            assert data[key] in text


@pytest.mark.parametrize(
    ("typed", "near"),
    [("SND03", "SND003"), ("snd0003", "SND003"), ("sender-lookalik", "SND003"), ("CDO001", "COD001"),
     ("asks-for-secrets", "MSG001"), ("XYZ", ""), ("", ""), ("\x1b[31m", ""), ("không", "")],
)  # fmt: skip
@pytest.mark.parametrize(("lang", "asked"), [("vi", "Có phải ý bạn là"), ("en", "Did you mean")])
def test_an_unknown_rule_gets_a_suggestion_only_where_one_is_near(
    capsys: Capture, typed: str, near: str, lang: str, asked: str
) -> None:
    """A slip is answered with the rule that was meant; nonsense with no guess."""
    assert run_here(["explain", typed, "--lang", lang]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    suggestion = written.err.partition(asked)[2].partition("?")[0]
    assert (near in suggestion.replace(",", "").split()) if near else not suggestion


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_rules_lists_the_whole_table(capsys: Capture, lang: str) -> None:
    """One line a rule in text, one object a rule in JSON, in the order of the table."""
    assert run_here(["rules", "--lang", lang]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:4] for line in lines] == [
        [rule.id, rule.name, rule.axis.value, rule.effect.value] for rule in RULES.values()
    ]
    assert run_here(["rules", "--lang", lang, "--format", "JSON"]) == 0
    assert [item["rule"] for item in json.loads(capsys.readouterr().out)["rules"]] == list(RULES)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_directory_show_tells_every_contact_with_its_source(capsys: Capture, lang: str) -> None:
    """The published number, mailbox, extensions and fax are shown, each with a source."""
    assert run_here(["directory", "show", "--lang", lang]) == 0
    text = capsys.readouterr().out
    support = load_official().support
    board = support.switchboard
    for value in (board.number, board.fax, support.mailbox.address, *board.extensions):
        line = next(line for line in text.splitlines() if value in line)
        assert "KBNN" in line or "KBHG" in line or "KTNN" in line, line
    assert run_here(["directory", "show", "--lang", lang, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["schema_version"] == 1
    assert data["directory"]["serial"] == load_official().serial


def test_version_is_one_line() -> None:
    """`--version` is the name and the number, also after `--lang` and in any locale."""
    for arguments in (["--version"], ["--lang", "en", "--version"]):
        result = run(*arguments, env={"LC_ALL": "C", "PYTHONUTF8": "0"})
        assert result == (0, f"verifykb {__version__}\n", "")


@pytest.mark.parametrize(("lang", "usage"), [("vi", "Cách dùng: verifykb"), ("en", "Usage: verifykb")])
def test_no_arguments_show_the_help_as_wrong_use(lang: str, usage: str) -> None:
    """Without arguments the help goes to stderr with status 2; asked for, to stdout with 0."""
    for arguments in ([], ["directory"]):
        result = run(*arguments, env={"VERIFYKB_LANG": lang})
        assert (result.status, result.out) == (2, "")
        assert result.err.startswith(usage)
        for flag in ("--help", "-h"):
            asked = run(*arguments, flag, env={"VERIFYKB_LANG": lang})
            assert (asked.status, asked.err) == (0, "")
            assert asked.out.startswith(usage)


SLIPS: dict[str, tuple[list[str], str]] = {
    "command": (["chekc"], "check"),
    "command, plural": (["rule", "SND003"], "rules"),
    "command of a group": (["directory", "shwo"], "show"),
    "option": (["check", "--phon", "1"], "--phone"),
    "option of batch": (["batch", "log.csv", "--frmat", "json"], "--format"),
    "format": (["check", "--phone", "1", "--format", "jsn"], "json"),
    "format of rules": (["rules", "--format", "jsno"], "json"),
    "format of a file": (["check", "--phone", "1", "--output", "jsnl=x"], "jsonl"),
    "verdict": (["check", "--phone", "1", "--require", "consistant"], "consistent"),
    "channel": (["check", "--phone", "1", "--channel", "zallo"], "zalo"),
    "ask": (["check", "--asks", "secrt"], "secret"),
    "service": (["check", "--phone", "1", "--service", "kntcc"], "kntc"),
    "input format": (["batch", "-", "--input-format", "cvs"], "csv"),
}


@pytest.mark.parametrize(("arguments", "near"), SLIPS.values(), ids=SLIPS)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_slip_is_answered_in_the_users_language(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, arguments: list[str], near: str, lang: str
) -> None:
    """What was not known, what may have been meant, and what to type: three lines on stderr."""
    monkeypatch.setenv("VERIFYKB_LANG", lang)
    assert run_here(arguments) == 2
    written = capsys.readouterr()
    assert (written.out, len(written.err.splitlines())) == ("", 3)
    assert tells_in_three_parts(written.err, PARTS[lang])
    assert f"{ASKED[lang]} {near}" in written.err


@pytest.mark.parametrize("arguments", [["zzz"], ["check", "--zzz"], ["check", "--phone", "1", "--format", "zzz"]])
def test_nonsense_gets_no_suggestion(capsys: Capture, arguments: list[str]) -> None:
    """A far miss is not answered with a misleading name."""
    assert run_here([*arguments, "--lang", "en"]) == 2
    assert "Did you mean" not in capsys.readouterr().err


def test_an_option_far_from_all_gets_no_suggestion(capsys: Capture) -> None:
    """`--no-such` is not `--no-dns`."""
    assert run_here(["check", "--no-such", "--lang", "en"]) == 2
    assert "Did you mean" not in capsys.readouterr().err


def test_the_hint_names_the_command_that_was_typed(capsys: Capture) -> None:
    """An option of `check` without its value leads to the help of `check`."""
    assert run_here(["check", "--phone"]) == 2
    assert "verifykb check --help" in capsys.readouterr().err


def test_an_unknown_language_before_the_command_is_wrong_use(capsys: Capture) -> None:
    """`verifykb --lang fr rules` is refused as `verifykb rules --lang fr` is."""
    assert run_here(["--lang", "fr", "rules"]) == 2
    capsys.readouterr()
