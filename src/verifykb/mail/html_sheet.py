"""The style sheets of a mail: which elements they may hide or put elsewhere, and what they themselves write.

1. A sheet is known by its simple selectors only; what a longer one does it may do to all that the last part names.
2. Where a sheet does what cannot be followed (a selector of another kind, an import, a font of its own), it is said.
"""

import re
from typing import NamedTuple

from verifykb.mail.html_style import ESCAPE, is_same_colour, is_tiny, read_style, unescape

_MAX_SHEET, _MAX_RULES, _MAX_SELECTORS = 256 * 1024, 5_000, 4 * 1024
_COMMENT = r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z)"
_STRING = r"\"(?:[^\"\\\n]|\\.)*+\"?+|'(?:[^'\\\n]|\\.)*+'?+"
_TOKEN = re.compile(rf"({_COMMENT})|({_STRING})|(?<![\w-])([a-zA-Z-]++)\s*+:|[;{{}}]", re.DOTALL)
# Names of fonts and files are strings that nobody sees; Word writes many of its own.
_UNSEEN_STRINGS = re.compile(r"font|src|mso-|panose|filter", re.IGNORECASE)
_FOREIGN = re.compile(r"@import|attr\s*+\(|@counter-style", re.IGNORECASE)
_SOURCE = re.compile(r"\bsrc\s*+:", re.IGNORECASE)
_PSEUDO = re.compile(r"::?[\w-]++(?:\([^()]*+\))?")
_UNKNOWN_SELECTOR = re.compile(r"[\[\]&]|:(?:is|not|where|has|matches|any|-)", re.IGNORECASE)
_NAME = re.compile(r"[.#][\w-]++")
_LETTER = re.compile(r"[^\W_]")


class Sheet(NamedTuple):
    """The sheets of a mail.

    Args:
        effects: what elements may look like, by simple selector (``.x``, ``#x``, ``p``, ``*``): ``hides``,
            ``reverses`` and the words of `html_style.Style.effects`.
        strings: texts that stand in the sheets.
        unsure: some of it cannot be followed.
    """

    effects: dict[str, frozenset[str]]
    strings: tuple[str, ...] = ()
    unsure: bool = False


NO_SHEET = Sheet({})


def read_sheet(text: str) -> Sheet:
    """Read the text of all sheets of a mail."""
    strings: list[str] = []
    plain = _without_strings(text[:_MAX_SHEET], strings)
    rules = plain.split("}")
    unsure = len(text) > _MAX_SHEET or len(rules) > _MAX_RULES or _FOREIGN.search(plain) is not None
    unsure = unsure or any(_LETTER.search(string) for string in strings)
    effects: dict[str, frozenset[str]] = {}
    for rule in rules[:_MAX_RULES]:
        selectors, _, block = rule.rpartition("{")
        unsure = unsure or ("@font-face" in selectors.lower() and _SOURCE.search(block) is not None)
        found = _effects(block)
        if not found:
            continue
        for selector in ESCAPE.sub(unescape, selectors.rpartition("{")[2][-_MAX_SELECTORS:]).split(","):
            last = re.split(r"[\s>+~]+", _PSEUDO.sub("", selector).strip())[-1]
            # What stands before the last part is a condition; that it holds is taken for granted.
            unsure = unsure or _UNKNOWN_SELECTOR.search(selector if "(" in selector else last) is not None
            name = _NAME.search(last)
            key = name[0] if name else last.lower() or "*"
            effects[key] = effects.get(key, frozenset()) | found
    return Sheet(effects, tuple(strings), unsure)


def _effects(block: str) -> frozenset[str]:
    style = read_style(block)
    faint = is_tiny(style.size) or style.colour == "?clear"
    faint = faint or bool(style.colour and is_same_colour(style.colour, style.background or "#ffffff"))
    more = {"hides"} if style.hides or faint else set()
    return style.effects | more | ({"reverses"} if style.reversed else set())


def _without_strings(text: str, strings: list[str]) -> str:
    """Blank out comments and strings, and note the strings that may be shown."""
    name = ""

    def blanked(token: re.Match[str]) -> str:
        nonlocal name
        comment, string, declared = token.groups()
        if comment:
            return " "
        if string:
            shown = ESCAPE.sub(unescape, string.strip("\"'").replace("\\\n", ""))
            if shown.strip() and name and not _UNSEEN_STRINGS.match(name):
                strings.append(shown)
            return '""'
        name = declared or ""
        return token[0]

    return _TOKEN.sub(blanked, text)
