"""Tests of colour: it only repeats a word, and obeys option, variables and terminal."""

import os
import pty
import subprocess

import pytest

from .process import TIMEOUT_SECONDS, VERIFYKB, environment, run

Env = dict[str, str | None]


def on_terminal(*arguments: str, env: Env | None = None) -> str:
    """Give what a run writes to a terminal."""
    main, terminal = pty.openpty()
    with subprocess.Popen(
        [*VERIFYKB, *arguments], stdin=subprocess.DEVNULL, stdout=terminal, stderr=subprocess.PIPE,
        env=environment({"TERM": "xterm", "COLUMNS": "100", **(env or {})}),
    ) as process:  # fmt: skip
        os.close(terminal)
        written = b""
        while True:
            try:
                piece = os.read(main, 65536)
            except OSError:  # Linux: the other end is closed
                break
            if not piece:
                break
            written += piece
        process.wait(timeout=TIMEOUT_SECONDS)
    os.close(main)
    return written.decode()


COLOURS: dict[str, tuple[Env, list[str], bool, bool]] = {
    # environment, options, coloured on a terminal, coloured in a pipe
    "default": ({}, [], True, False),
    "always": ({}, ["--color", "always"], True, True),
    "never": ({}, ["--color", "never"], False, False),
    "NO_COLOR": ({"NO_COLOR": "1"}, [], False, False),
    "empty NO_COLOR": ({"NO_COLOR": ""}, [], True, False),
    "FORCE_COLOR": ({"FORCE_COLOR": "1"}, [], True, True),
    "both": ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, [], False, False),
    "empty NO_COLOR, FORCE_COLOR": ({"NO_COLOR": "", "FORCE_COLOR": "1"}, [], True, True),
    "dumb": ({"TERM": "dumb"}, [], False, False),
    "no TERM value": ({"TERM": ""}, [], True, False),
    "never over FORCE_COLOR": ({"FORCE_COLOR": "1"}, ["--color=never"], False, False),
    "always over dumb": ({"TERM": "dumb"}, ["--color", "ALWAYS"], True, True),
}


@pytest.mark.parametrize("format_", ["plain", "table"])
@pytest.mark.parametrize(("env", "options", "terminal", "pipe"), COLOURS.values(), ids=COLOURS)
def test_colour_obeys_option_variables_and_terminal(
    env: Env, options: list[str], terminal: bool, pipe: bool, format_: str
) -> None:
    """No escape at all where colour is off; the verdict's word is the same with and without."""
    arguments = ("check", "--phone", "0912000111", "--format", format_, *options)
    for text, coloured in ((on_terminal(*arguments, env=env), terminal), (run(*arguments, env=env).out, pipe)):
        assert ("\x1b[" in text) == coloured
        assert ("\x1b[31m" in text) == coloured, "red is the colour of a contradiction"
        assert "CONTRADICTS" in text


@pytest.mark.parametrize(
    "format_",
    ["plain", "table"],
)
def test_an_option_wins_over_a_variable(format_: str) -> None:
    """`--color always` gives the verdict's colour even with NO_COLOR=1."""
    out = run("check", "--phone", "0912000111", "--format", format_, "--color", "always", env={"NO_COLOR": "1"}).out
    assert "\x1b[31m" in out


@pytest.mark.parametrize("format_", ["json", "jsonl", "csv"])
def test_machine_formats_are_never_coloured(format_: str) -> None:
    """`--color always` is about words for people."""
    out = on_terminal("check", "--phone", "1", "--format", format_, "--color", "always", env={"FORCE_COLOR": "1"})
    assert "\x1b" not in out
