"""No regular expression can be made to wait: each one on input made to make it backtrack.

An alarm ends what hangs; it is no measurement.
"""

import re
from importlib import import_module
from pkgutil import walk_packages

import pytest

import verifykb
from tests.alarm import alarm
from verifykb.message.table import ASKED, compiled
from verifykb.text import secrets

_SECONDS = 5  # for 100,000 characters; each needs a few hundredths
_LENGTH = 100_000
_UNITS = [
    "a",
    "a ",
    "1",
    "1 ",
    ".",
    "a.",
    "-",
    "@",
    "/",
    "0 ",
    " ",
    "\n",
    "<a ",
    "&#",
    "mật khẩu ",
    "không ",
    "[.]",
    "a@",
    "=",
    "\u200b",
]


def _patterns() -> dict[str, re.Pattern[str]]:
    """Give every compiled pattern of the packages that read what others wrote, and of the table."""
    found = {}
    for module in walk_packages(verifykb.__path__, "verifykb."):
        if module.name.split(".")[1] in ("message", "names", "text", "checks"):
            for name, value in vars(import_module(module.name)).items():
                if isinstance(value, re.Pattern):
                    found[f"{module.name}.{name}"] = value
    found |= {f"secrets.{number}": pattern for number, pattern in enumerate(secrets._patterns())}
    forms = [form for _, _, form in compiled(ASKED | {"act", "cue"})]
    return found | {f"form.{number}": form.pattern for number, form in enumerate(forms)}


# Only ever matched where a text begins.
_ANCHORED = ("links._LABELLED", "sentence._NUMBERED", "words._UNIT", "words._MONEY")
_ALL = _patterns()
_OWN = {name: pattern for name, pattern in _ALL.items() if not name.startswith("form.")}


@pytest.mark.parametrize("name", _OWN)
def test_a_pattern_is_done_with_hostile_input(name: str) -> None:
    """Searched for everywhere in endless repetitions, and behind them."""
    pattern = _OWN[name]
    with alarm(_SECONDS):
        for unit in _UNITS:
            text = unit * (_LENGTH // len(unit))
            if name.endswith(_ANCHORED):
                pattern.fullmatch(text + "!")
                continue
            for _ in pattern.finditer(text):
                pass
            pattern.search(text + "!")


def test_the_forms_of_the_table_are_done_with_hostile_lines() -> None:
    """Each where a head of it stands, again and again (they are never searched for without one)."""
    for number, (_, _, form) in enumerate(compiled(ASKED | {"act", "cue"})):
        head = max(form.heads, key=len)
        line = (head.rstrip() + " x" * 3) * 200 + " "
        with alarm(_SECONDS):
            for start in range(1, len(line), max(1, len(head) + 6)):
                form.match(line, start)
        assert _ALL[f"form.{number}"] is form.pattern
