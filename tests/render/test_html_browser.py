"""The HTML report in a real Chromium: nothing runs, nothing is fetched, and the table is filtered and sorted."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.render.browser import SORT_BUTTONS, Opened, opened
from tests.render.html_pages import ATTACK, entry, everywhere, page, page_of_entries
from tests.render.reports import HOSTILE, MIXED
from verifykb.context import Context
from verifykb.model.verdict import Verdict

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def _is_silent(told: Opened, file: Path) -> bool:
    ran = told.page.evaluate("window.ran")
    return (ran, told.requests, told.complaints, told.violations) == (None, [file.as_uri()], [], [])


def test_a_page_asks_for_nothing_and_complains_of_nothing(browser: "Browser", log: Path) -> None:
    """One request, for the page itself; no console line, no violation of the policy, while it is used."""
    with opened(browser, log) as told:
        told.page.fill("#by-text", "zalo")
        for button in told.page.query_selector_all(SORT_BUTTONS):
            button.click()
        told.page.click("#contacts-table tbody tr:not([hidden]) summary")
        assert _is_silent(told, log)


def test_nothing_that_a_log_brought_runs(browser: "Browser", context: Context, saved: Callable[[str], Path]) -> None:
    """Scripts, handlers, frames, formulas and escapes in every place: they are text, and searching finds them."""
    file = saved(everywhere(context, ATTACK))
    with opened(browser, file) as told:
        assert told.page.evaluate("document.querySelectorAll('script, img, iframe, object, embed').length") == 1
        told.search("nowhere", "Không liên hệ nào hợp với bộ lọc; cả 1 liên hệ đang bị ẩn.")
        told.search("onerror=", "Đang hiện 1 trong 1 liên hệ.")
        for button in told.page.query_selector_all(SORT_BUTTONS):
            button.click()
        assert "<script>window.ran=1</script>" in told.page.inner_text("#contacts-table")
        assert _is_silent(told, file)


def test_hidden_characters_are_seen_as_numbers(
    browser: "Browser", context: Context, saved: Callable[[str], Path]
) -> None:
    """Bidi, escapes and zero-width characters are readable and turn nothing around."""
    from tests.judging import judge

    file = saved(page([judge(HOSTILE[0], context)], context))
    with opened(browser, file) as told:
        shown = told.page.inner_text("#contacts-table")
        assert "\\u{202e}evil\\u{202c} <script>alert(1)</script>@x.example" in shown
        assert _is_silent(told, file)


def test_the_policy_stops_what_got_in_anyway(browser: "Browser", log: Path, saved: Callable[[str], Path]) -> None:
    """Were escaping ever to fail, script, handler, style and picture would still be refused."""
    injected = (
        "<script>window.ran=1</script><b id=x onclick='window.ran=2' style='color:red'>x</b>"
        "<img src='http://127.0.0.1:9/x.png'><style>body{display:none}</style>"
    )
    file = saved(log.read_text(encoding="utf-8").replace("<main", injected + "<main", 1))
    with opened(browser, file) as told:
        told.page.evaluate("document.getElementById('x').click()")
        assert told.page.evaluate("window.ran") is None
        assert {"script-src-elem", "script-src-attr", "style-src-attr", "style-src-elem", "img-src"} <= set(
            told.violations
        )
        assert told.page.evaluate("getComputedStyle(document.body).display") == "block"
        assert told.shown_rows()  # the page's own script and style still work


def test_contacts_are_filtered_by_verdict_sign_and_text(browser: "Browser", log: Path) -> None:
    """Filters hold together, accents may be left out, and the live region says how many are shown."""
    with opened(browser, log) as told:
        page_ = told.page
        assert told.status() == "Đang hiện 40 trong 40 liên hệ."
        assert len(told.shown_rows()) == 40
        for verdict in ("unproven", "consistent", "contradicted"):
            page_.uncheck(f"input[value={verdict}]")
        assert told.status() == "Đang hiện 9 trong 40 liên hệ."
        assert page_.get_attribute("#shown", "role") == "status"
        page_.select_option("#by-rule", "MSG002")
        assert told.shown_rows() == ["LH-007"]
        page_.click("#reset")
        assert len(told.shown_rows()) == 40
        told.search("CAN cuoc", "Đang hiện 1 trong 40 liên hệ.")
        assert told.shown_rows() == ["LH-034"]
        told.search("không có chữ này ở đâu", "Không liên hệ nào hợp với bộ lọc; cả 40 liên hệ đang bị ẩn.")
        assert told.shown_rows() == []


def test_contacts_are_sorted_by_every_column(browser: "Browser", log: Path) -> None:
    """Worst first at the beginning; each press turns the order, and only one column says that it is sorted."""
    with opened(browser, log) as told:
        page_ = told.page
        sorted_by = "Array.from(document.querySelectorAll('[aria-sort]')).map(e => [e.textContent, e.ariaSort])"
        assert page_.evaluate(sorted_by) == [["Kết luận", "ascending"]]
        assert told.shown_rows()[0] == "LH-002"
        page_.click("text='Thời gian'")
        assert page_.evaluate(sorted_by) == [["Thời gian", "ascending"]]
        assert told.shown_rows() == [f"LH-{number:03}" for number in range(1, 41)]
        page_.click("text='Thời gian'")
        assert page_.evaluate(sorted_by) == [["Thời gian", "descending"]]
        assert told.shown_rows()[:2] == ["LH-040", "LH-039"]
        page_.click("#contacts-table thead button >> text=Kênh")
        channels = page_.eval_on_selector_all(
            "#contacts-table tbody td:nth-child(4)", "all => all.map(e => e.innerText)"
        )
        assert channels[-1] == "không ghi kênh"  # what was not given stands last
        assert channels[:-1] == sorted(channels[:-1], key=lambda text: text.replace("đ", "dz").casefold())
        page_.click("#contacts-table thead button >> text=Liên hệ")
        page_.click("#contacts-table thead button >> text=Kết luận")
        ranks = page_.eval_on_selector_all("#contacts-table tbody tr", "all => all.map(e => Number(e.dataset.rank))")
        assert ranks == sorted(ranks)


def test_without_the_script_everything_is_there_and_no_control_is_dead(browser: "Browser", log: Path) -> None:
    """A mail program or a strict browser runs no script: all contacts are shown, nothing waits to be pressed."""
    with opened(browser, log, java_script_enabled=False) as told:
        page_ = told.page
        assert page_.locator("#contacts-table tbody tr").count() == 40
        assert page_.locator("#contacts-table tbody tr >> nth=39").is_visible()
        assert page_.locator("button:visible, input:visible, select:visible").count() == 0
        assert not page_.locator("#shown").is_visible()
        first = page_.locator("#contacts-table tbody details >> nth=0")
        assert not first.locator("ol").is_visible()
        first.locator("summary").click()
        assert first.locator("ol").is_visible()


def test_thousands_of_contacts_are_filtered_sorted_and_printed(
    browser: "Browser", context: Context, saved: Callable[[str], Path]
) -> None:
    """Rows out of sight are not drawn, but they are counted, found, sorted and printed."""
    entries = [entry(f"A{number}", Verdict(list(Verdict)[number % 5])) for number in range(5000)]
    with opened(browser, saved(page_of_entries(entries, context))) as told:
        assert told.status() == "Đang hiện 5.000 trong 5.000 liên hệ."
        told.search("câu a4999.", "Đang hiện 1 trong 5.000 liên hệ.")
        assert told.shown_rows() == ["A4999"]
        told.page.click("#reset")
        told.page.click("#contacts-table thead button >> nth=0")
        told.page.click("#contacts-table thead button >> nth=0")
        assert told.page.inner_text("#contacts-table tbody tr:first-child th bdi") == "A4999"
        told.page.uncheck("input[value=verified]")
        assert told.status() == "Đang hiện 4.000 trong 5.000 liên hệ."
        told.page.emulate_media(media="print")
        last = "#contacts-table tbody tr:last-child ol"
        assert told.page.eval_on_selector(last, "e => e.checkVisibility({contentVisibilityAuto: true})")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_works_in_both_languages(
    browser: "Browser", context: Context, saved: Callable[[str], Path], language: str
) -> None:
    """Title, status and sorting speak the language of the page."""
    from tests.judging import judge

    file = saved(page([judge(record, context) for record in MIXED], context, language=language))
    with opened(browser, file) as told:
        told.page.click("#contacts-table thead button >> nth=1")
        expected = {"vi": "Đang hiện 5 trong 5 liên hệ.", "en": "Showing 5 of 5 contacts."}
        assert told.status() == expected[language]
        assert told.page.evaluate("document.documentElement.lang") == language
        assert _is_silent(told, file)
