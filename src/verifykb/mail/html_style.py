"""What a style hides: enough of CSS to know which text of a mail nobody sees.

1. Only what is written with an element or a rule; nothing is fetched.
2. What puts text elsewhere than it stands is said, for no reading of it is sure.
"""

import re
import sys
from functools import lru_cache
from typing import NamedTuple

_COMMENT = re.compile(r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z)")
ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?+|\\")
_NUMBER = re.compile(r"([-+]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++))(px|pt|em|rem|%|in|cm|)")
_MAX_STYLE, _MAX_KEPT = 4 * 1024, 1_000
_TINY_PIXELS = 2  # nobody reads letters of one pixel
_NEARLY_CLEAR = 0.1
_PUSHED = 16  # pixels: a letter
_MOVING = frozenset(
    "transform rotate scale translate order grid-area grid-row grid-column grid-template-areas writing-mode offset-path"
    " -webkit-transform -ms-transform -webkit-order -webkit-writing-mode inset clip-path -webkit-text-security zoom"
    " animation animation-name -webkit-animation -webkit-animation-name".split()
)
_AS_USUAL = frozenset({"", "none", "auto", "normal", "0", "1", "unset", "initial", "inherit", "horizontal-tb", "lr-tb"})
_FAR_AWAY = 200  # pixels: a text shifted this far has left the window of a mail
_PIXELS = {"px": 1.0, "": 1.0, "pt": 1.33, "em": 16.0, "rem": 16.0, "%": 0.16, "in": 96.0, "cm": 37.8}
_COLOURS = {
    "white": "#ffffff", "snow": "#fffafa", "black": "#000000", "red": "#ff0000", "blue": "#0000ff", "green": "#008000",
    "yellow": "#ffff00", "gray": "#808080", "grey": "#808080", "silver": "#c0c0c0", "whitesmoke": "#f5f5f5",
    "ivory": "#fffff0",
}  # fmt: skip
_NEAR = 24  # of 255 in each of red, green and blue: no eye tells such colours apart in small print


class Style(NamedTuple):
    """What matters of an element's style.

    Args:
        hides: the element is not shown, nor is anything inside.
        colour: of the text as ``#rrggbb``; empty where not given.
        background: as ``#rrggbb``; ``?`` where it is a picture; empty where not given.
        reversed: letters are shown from the last to the first; None where not given.
        size: of the letters, in pixels; None where not given.
        effects: how the element stands to others: ``flows`` (begins no line), ``floats`` (to the right), ``spreads``
            (what is inside stands side by side), ``turns`` (and from right to left), ``rtl``, ``moves`` (elsewhere).
    """

    hides: bool = False
    colour: str = ""
    background: str = ""
    reversed: bool | None = None
    size: float | None = None
    effects: frozenset[str] = frozenset()


NO_STYLE = Style()


def read_style(text: str) -> Style:
    """Read the declarations of a ``style`` attribute or of a rule's block."""
    return _read_style(text[:_MAX_STYLE]) if text else NO_STYLE


@lru_cache(_MAX_KEPT)
def _read_style(text: str) -> Style:
    given = _declarations(text)
    if not given:
        return NO_STYLE
    shift = given.get("text-indent", "")
    background = given.get("background-color") or given.get("background", "")
    turned = given.get("unicode-bidi", "")
    size = _length(given.get("font-size", ""))
    return Style(
        hides=given.get("display") == "none"
        or given.get("visibility") in ("hidden", "collapse")
        or _is_at_most(given.get("opacity", ""), _NEARLY_CLEAR)
        or _is_clipped(given)
        or (_length(shift) or 0) <= -_FAR_AWAY,
        colour="?clear" if given.get("color") == "transparent" else colour(given.get("color", "")),
        background="?"
        if "url(" in background + given.get("background-image", "")
        else colour(background.split(" ")[0]),
        reversed=None
        if not turned
        else turned in ("bidi-override", "isolate-override") and given.get("direction") == "rtl",
        size=size,
        effects=_effects(given),
    )


def is_tiny(size: float | None) -> bool:
    """Whether nobody can read letters of this size."""
    return size is not None and size < _TINY_PIXELS


def colour(text: str) -> str:
    """Give a colour as ``#rrggbb``; empty where it is not understood."""
    text = text.strip().lower()
    if not text:
        return ""
    if re.fullmatch(r"#[0-9a-f]{6}(?:[0-9a-f]{2})?", text):
        return text[:7]
    if re.fullmatch(r"#[0-9a-f]{3,4}", text):
        return "#" + "".join(2 * digit for digit in text[1:4])
    numbers = re.fullmatch(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})[^)]*\)", text)
    if numbers:
        return "#" + "".join(f"{min(255, int(number)):02x}" for number in numbers.groups())
    return _COLOURS.get(text, "")


@lru_cache(_MAX_KEPT)
def is_same_colour(one: str, other: str) -> bool:
    """Whether text of one colour cannot be seen on the other; unknown colours can."""
    if one == "?clear":
        return True
    if not one.startswith("#") or not other.startswith("#"):
        return False
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return all(abs(first - second) <= _NEAR for first, second in pairs)


def _declarations(text: str) -> dict[str, str]:
    given = {}
    plain = ESCAPE.sub(unescape, _COMMENT.sub("", text))
    for declaration in plain.lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            given[name.strip()] = value.replace("!important", "").strip()
    return given


def unescape(match: re.Match[str]) -> str:
    """Give the letter that an escape stands for."""
    number = int(match[1], 16) if match[1] else 0
    return chr(number) if 0 < number <= sys.maxunicode and not 0xD800 <= number < 0xE000 else ""  # noqa: PLR2004 - surrogates


def _effects(given: dict[str, str]) -> frozenset[str]:
    display, float_ = given.get("display", ""), given.get("float", "")
    flow = given.get("flex-direction", "") + given.get("flex-flow", "") + given.get("-webkit-flex-direction", "")
    seen = {
        "flows": display.startswith("inline") or display in ("contents", "table-cell") or float_ in ("left", "right"),
        "floats": float_ == "right",
        "spreads": any(kind in display for kind in ("flex", "grid", "box")),
        "turns": "reverse" in flow,
        "rtl": given.get("direction") == "rtl",
        "moves": _is_moved(given),
    }
    return frozenset(effect for effect, holds in seen.items() if holds)


def _is_moved(given: dict[str, str]) -> bool:
    """Whether an element is shown elsewhere than it stands, or its letters are."""
    position = given.get("position", "")
    offsets = [given.get(side, "") for side in ("left", "right", "top", "bottom")]
    if position in ("absolute", "fixed") or (position in ("relative", "sticky") and not _AS_USUAL.issuperset(offsets)):
        return True
    if any(given[name] not in _AS_USUAL for name in _MOVING & given.keys()):
        return True
    pushed = (given.get(name, "") for name in ("margin-left", "margin-right", "letter-spacing", "word-spacing"))
    margins = given.get("margin", "").split()
    return any((_length(text) or 0) <= -_PUSHED for text in (*pushed, *margins))


def _is_at_most(text: str, most: float) -> bool:
    found = _NUMBER.fullmatch(text)
    return found is not None and float(found[1]) / (100 if found[2] == "%" else 1) <= most


def _length(text: str) -> float | None:
    found = _NUMBER.fullmatch(text)
    return float(found[1]) * _PIXELS[found[2]] if found else None


def _is_clipped(given: dict[str, str]) -> bool:
    """Whether the box has no room: no height or width with the rest cut off, as preheaders are hidden."""
    if given.get("mso-hide") == "all":
        return True
    boxed = any(_length(given.get(name, "")) == 0 for name in ("height", "max-height", "width", "max-width"))
    return boxed and given.get("overflow") == "hidden"
