"""How text inside an HTML element looks, given the element and what is around it."""

from typing import NamedTuple

from verifykb.mail.html_sheet import NO_SHEET, Sheet
from verifykb.mail.html_style import colour, is_same_colour, is_tiny, read_style
from verifykb.mail.html_tokens import Tag

UNSEEN = frozenset({"title", "template", "iframe", "noembed", "noframes", "datalist"})
KEEPS_LINES = frozenset({"pre", "textarea", "xmp", "listing", "plaintext"})
# Elements that look otherwise than what is around them, and attributes that make it so.
LOOKS_OTHERWISE = UNSEEN | KEEPS_LINES | {"a", "font", "bdo"}
LOOKING = frozenset({"style", "hidden", "background", "bgcolor", "color", "text", "dir", "align"})


class State(NamedTuple):
    """How the text inside an element looks."""

    hidden: bool = False  # and so is all inside
    unseen: bool = False  # hidden, tiny or of the background's colour
    perhaps: bool = False  # a style sheet may hide it
    absent: bool = False  # in a title or the like: never part of the page
    colour: str = "#000000"
    background: str = "#ffffff"
    reversed: bool = False
    size: float | None = None
    keeps_lines: bool = False
    turned: bool = False  # reversed by its element or perhaps by a sheet
    rtl: bool = False
    moved: bool = False  # it is not shown where it stands
    effects: frozenset[str] = frozenset()  # of this element alone; `html_style.Style`
    aside: int = 0  # the number of the floating element that it is inside of


OUTERMOST = State()


def inside(tag: Tag, outer: State, sheet: Sheet = NO_SHEET) -> State:
    """Give how text inside an element looks.

    Args:
        tag: the element.
        outer: how text around it looks.
        sheet: the style sheets of the mail.
    """
    given = tag.attributes
    style = read_style(given.get("style", ""))
    background = "?" if "background" in given else style.background or colour(given.get("bgcolor", ""))
    letters = style.colour or colour(given.get("color", "") if tag.name == "font" else given.get("text", ""))
    if tag.name == "a" and not letters:
        letters = "#0000ee"  # a link has a colour of its own
    from_sheet = _from_sheet(tag, sheet)
    effects = style.effects | from_sheet | _of_attributes(tag, outer)
    rtl = outer.rtl or "rtl" in effects
    if rtl and (tag.name in ("td", "th") or "flows" in effects):
        effects |= {"floats"}
    is_reversed = _is_reversed(tag, style.reversed, outer=outer.reversed)
    turned = is_reversed or "reverses" in from_sheet or (outer.turned and not outer.reversed)
    state = State(
        hidden=outer.hidden or style.hides or "hidden" in given or tag.name in UNSEEN,
        perhaps=outer.perhaps or "hides" in from_sheet,
        absent=outer.absent or tag.name in UNSEEN,
        colour=letters or outer.colour,
        background=background or outer.background,
        reversed=is_reversed,
        size=outer.size if style.size is None else style.size,
        keeps_lines=outer.keeps_lines or tag.name in KEEPS_LINES,
        turned=turned,
        rtl=rtl,
        moved=outer.moved or "moves" in effects or rtl or turned,
        effects=effects,
        aside=outer.aside,
    )
    # Size and colour hide the text here, not what has a size or a colour of its own inside.
    unseen = state.hidden or is_tiny(state.size) or is_same_colour(state.colour, state.background)
    return state._replace(unseen=unseen)


def _from_sheet(tag: Tag, sheet: Sheet) -> frozenset[str]:
    if not sheet.effects:
        return frozenset()
    names = {tag.name, "*", "#" + tag.attributes.get("id", "")}
    names |= {f".{name}" for name in tag.attributes.get("class", "").split()}
    return frozenset().union(*(sheet.effects[name] for name in names & sheet.effects.keys()))


def _of_attributes(tag: Tag, outer: State) -> frozenset[str]:
    """Say how an element stands to others by its attributes and by what is around it."""
    side = tag.attributes.get("align", "").strip().lower() if tag.name == "table" else ""
    seen = {
        "rtl": tag.attributes.get("dir", "").strip().lower() == "rtl",
        "flows": "spreads" in outer.effects or side in ("left", "right"),
        "floats": side == "right" or outer.effects >= {"spreads", "turns"},
    }
    return frozenset(effect for effect, holds in seen.items() if holds)


def _is_reversed(tag: Tag, styled: bool | None, *, outer: bool) -> bool:
    if styled is not None:
        return styled
    if tag.name == "bdo" and "dir" in tag.attributes:
        return tag.attributes["dir"].strip().lower() == "rtl"
    return outer
