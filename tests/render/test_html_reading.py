"""The HTML report in a real Chromium, for everybody: phone, paper, keyboard, screen reader, light and dark."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.render.browser import SORT_BUTTONS, opened
from tests.render.html_pages import ATTACK, entry, everywhere, example_judgements, page, page_of_entries
from verifykb.context import Context
from verifykb.model.report import Summary, Unreadable
from verifykb.model.verdict import Verdict

if TYPE_CHECKING:
    from playwright.sync_api import Browser


P, C, U, K, V = Verdict
_LONG = "dài" * 60


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize("kind", ["log", "long", "attack", "single"])
def test_no_page_scrolls_sideways(
    browser: "Browser", context: Context, saved: Callable[[str], Path], width: int, kind: str
) -> None:
    """From a narrow phone to a desk, with words that have no place to break, with everything unfolded."""
    judgements = example_judgements(context)
    made = {
        "log": lambda: page(judgements, context),
        "long": lambda: everywhere(context, _LONG),
        "attack": lambda: everywhere(context, ATTACK),
        "single": lambda: page(judgements[6:7], context, single=True),
    }
    with opened(browser, saved(made[kind]()), width) as told:
        told.page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
        assert told.page.evaluate("document.documentElement.scrollWidth") <= width
        # Nothing sticks out of the window either, but what has a scroll bar of its own.
        assert told.page.evaluate(_STICKING_OUT, width) == []


_STICKING_OUT = """(width) => Array.from(document.querySelectorAll("body *"))
  .filter((e) => !e.closest(".scrolls, svg, .aside, .skip") && e.getClientRects().length)
  .filter((e) => getComputedStyle(e).clipPath === "none" && !e.closest(".stacked thead"))
  .filter((e) => e.getBoundingClientRect().right > width + 1).map((e) => e.outerHTML.slice(0, 80))"""


def test_on_a_phone_contacts_are_cards(browser: "Browser", log: Path) -> None:
    """The cells of a contact stand below each other, as wide as the card; sorting stays within reach."""
    with opened(browser, log, 360) as told:
        boxes = [
            cell.bounding_box() for cell in told.page.query_selector_all("#contacts-table tbody tr:first-child > *")
        ]
        tops = [box["y"] for box in boxes if box]
        assert tops == sorted(tops)
        assert all(box and box["width"] > 250 for box in boxes[4:])
        assert told.page.locator(SORT_BUTTONS + ":visible").count() == 6


def test_the_keyboard_reaches_every_control_and_shows_where_it_is(browser: "Browser", log: Path) -> None:
    """The way to skip comes first; then parts, filters, sorting and details, each with a visible mark."""
    with opened(browser, log) as told:
        seen: list[str] = []
        for _ in range(40):
            told.page.keyboard.press("Tab")
            seen.append(told.page.evaluate(_FOCUSED))
        assert seen[0] == "a:#main marked"
        assert all(place.endswith(" marked") for place in seen)
        whole = " ".join(seen)
        for control in ("a:#basis", "input:prohibited", "select:by-rule", "input:by-text", "button:reset", "summary:"):
            assert control in whole
        assert whole.count("button:sort") == 6
        told.page.focus("#contacts-table thead button >> nth=2")
        told.page.keyboard.press("Enter")
        assert told.page.get_attribute("#contacts-table thead th >> nth=2", "aria-sort") == "ascending"
        assert told.page.evaluate(_FOCUSED).startswith("button:sort")  # sorting does not lose the place


_FOCUSED = """() => {
  const e = document.activeElement, marked = getComputedStyle(e).outlineStyle !== "none";
  const name = e.getAttribute("href") || e.id || e.value || (e.closest("thead") ? "sort" : "");
  const boxed = e.parentElement && getComputedStyle(e.parentElement).outlineStyle !== "none";
  return `${e.localName}:${name}${marked || boxed ? " marked" : ""}`;
}"""


def test_on_paper_everything_is_open_and_no_control_is_left(browser: "Browser", log: Path) -> None:
    """Also from a dark screen: black on white, with all evidence."""
    with opened(browser, log, color_scheme="dark") as told:
        told.page.emulate_media(media="print")
        hidden = told.page.locator(
            "button:visible, input:visible, select:visible, summary:visible, nav:visible, .skip:visible"
        )
        assert hidden.count() == 0
        closed = told.page.eval_on_selector_all(
            "details:not([open]) ol, details:not([open]) ul, details:not([open]) table",
            "all => all.filter(e => !e.checkVisibility({contentVisibilityAuto: true}) || !e.offsetHeight).length",
        )
        assert closed == 0
        assert told.page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 36, 45)"
        assert told.page.pdf(format="A4").startswith(b"%PDF")


def test_a_filtered_page_says_so_on_paper(browser: "Browser", log: Path) -> None:
    """A print of some contacts must not pass for all of them."""
    with opened(browser, log) as told:
        told.page.emulate_media(media="print")
        assert not told.page.is_visible("#shown")
        told.page.emulate_media(media="screen")
        told.page.uncheck("input[value=contradicted]")
        told.page.emulate_media(media="print")
        assert told.page.is_visible("#shown")
        assert told.status() == "Đang hiện 27 trong 40 liên hệ."


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_text_can_be_read_in_both_themes(
    browser: "Browser", context: Context, saved: Callable[[str], Path], scheme: Any, width: int
) -> None:
    """Each text has a contrast of at least 4.5 to 1 with what is behind it, every verdict and notice included."""

    def prepare(summary: Summary) -> None:
        summary.incomplete = True
        summary.unlisted[K] = 5
        summary.errors = [Unreadable("nhat-ky.csv", 7, "row-time", {"value": "hôm qua"})]

    judgements = example_judgements(context)
    for file in (
        saved(page(judgements, context, prepare=prepare)),
        saved(page_of_entries([entry(verdict.value, verdict) for verdict in Verdict], context, prepare=prepare)),
        saved(page(judgements[:1], context, single=True, show_values=True)),
        saved(page((), context)),
    ):
        with opened(browser, file, width, color_scheme=scheme) as told:
            if told.page.locator("#controls").count():
                told.page.uncheck("input[type=checkbox] >> nth=0")
                told.page.evaluate("document.querySelectorAll('tr[hidden]').forEach(e => { e.hidden = false; })")
            told.page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
            count, faint = told.page.evaluate(_FAINT)
            assert count > 30
            assert faint == []


_FAINT = """() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = (parts) => parts.slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), faint = [];
  let count = 0;
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || e.closest("script, svg, option, [hidden]")) continue;
    const pair = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    count += 1;
    if (ratio < 4.5) faint.push([Math.round(ratio * 100) / 100, e.className, e.textContent.slice(0, 40)]);
  }
  return [count, faint];
}"""


def test_the_tree_for_screen_readers_keeps_the_table(browser: "Browser", log: Path) -> None:
    """Drawn as a grid or as cards, it is still a table with headers of rows and columns."""
    for width in (1280, 360):
        with opened(browser, log, width) as told:
            tree = told.page.locator("#contacts-table").aria_snapshot()
            assert 'table "Các liên hệ, nặng nhất ở trên"' in tree
            assert tree.count("- rowheader ") == 40
            assert tree.count("- columnheader ") == 6
            assert 'columnheader "Kết luận"' in tree
            assert told.page.get_by_role("status").count() == 1
            assert told.page.get_by_role("search").get_by_role("checkbox").count() == 4
            assert told.page.get_by_role("link").first.inner_text() == "Tới nội dung chính"
