"""How text inside an HTML element looks, given the element and what is around it."""

from typing import NamedTuple

from verifykb.mail.html_style import colour, is_same_colour, is_tiny, read_style
from verifykb.mail.html_tokens import Tag

UNSEEN = frozenset({"title", "template", "iframe", "noembed", "noframes", "datalist"})
KEEPS_LINES = frozenset({"pre", "textarea", "xmp", "listing", "plaintext"})


class State(NamedTuple):
    """How the text inside an element looks."""

    hidden: bool = False  # and so is all inside
    unseen: bool = False  # hidden, tiny or of the background's colour
    perhaps: bool = False  # a style sheet may hide it
    colour: str = "#000000"
    background: str = "#ffffff"
    reversed: bool = False
    size: float | None = None
    keeps_lines: bool = False


OUTERMOST = State()


def inside(tag: Tag, outer: State, selectors: frozenset[str]) -> State:
    """Give how text inside an element looks.

    Args:
        tag: the element.
        outer: how text around it looks.
        selectors: what a style sheet may hide, see `html_style.hiding_selectors`.
    """
    given = tag.attributes
    style = read_style(given.get("style", ""))
    background = "?" if "background" in given else style.background or colour(given.get("bgcolor", ""))
    letters = style.colour or colour(given.get("color", "") if tag.name == "font" else given.get("text", ""))
    if tag.name == "a" and not letters:
        letters = "#0000ee"  # a link has a colour of its own
    state = State(
        hidden=outer.hidden or style.hides or "hidden" in given or tag.name in UNSEEN,
        perhaps=outer.perhaps or (bool(selectors) and _is_selected(tag, selectors)),
        colour=letters or outer.colour,
        background=background or outer.background,
        reversed=_is_reversed(tag, style.reversed, outer=outer.reversed),
        size=outer.size if style.size is None else style.size,
        keeps_lines=outer.keeps_lines or tag.name in KEEPS_LINES,
    )
    # Size and colour hide the text here, not what has a size or a colour of its own inside.
    unseen = state.hidden or is_tiny(state.size) or is_same_colour(state.colour, state.background)
    return state._replace(unseen=unseen)


def _is_selected(tag: Tag, selectors: frozenset[str]) -> bool:
    names = {tag.name, "*", "#" + tag.attributes.get("id", "")}
    return not selectors.isdisjoint(names | {f".{name}" for name in tag.attributes.get("class", "").split()})


def _is_reversed(tag: Tag, styled: bool | None, *, outer: bool) -> bool:
    if styled is not None:
        return styled
    if tag.name == "bdo" and "dir" in tag.attributes:
        return tag.attributes["dir"].strip().lower() == "rtl"
    return outer
