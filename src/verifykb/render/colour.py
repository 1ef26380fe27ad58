"""Whether words may be coloured, and the colour of each verdict.

Colour only repeats what the word says, from the sixteen basic colours.
"""

from collections.abc import Mapping

from verifykb.model.verdict import Verdict

_SGR = {
    Verdict.PROHIBITED: "1;31",
    Verdict.CONTRADICTED: "31",
    Verdict.UNPROVEN: "33",
    Verdict.CONSISTENT: "36",
    Verdict.VERIFIED: "32",
}


def may_colour(choice: str, environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Decide about colour: the option, NO_COLOR, FORCE_COLOR, TERM=dumb, the terminal.

    Args:
        choice: ``auto``, ``always`` or ``never``.
        environment: the environment variables; an empty NO_COLOR counts as unset.
        is_terminal: whether the stream is a terminal.
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return is_terminal and environment.get("TERM") != "dumb"


def is_accessible(environment: Mapping[str, str]) -> bool:
    """Whether ACCESSIBLE asks for no boxes and no redraw; 0 and false switch it off."""
    return environment.get("ACCESSIBLE", "").lower() not in ("", "0", "false", "no")


def colour_verdict(text: str, verdict: Verdict, *, colour: bool) -> str:
    """Colour a verdict's words, where colour is allowed."""
    return f"\x1b[{_SGR[verdict]}m{text}\x1b[0m" if colour else text
