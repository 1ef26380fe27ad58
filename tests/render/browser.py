"""A real Chromium for tests: a page opened from a file, with everything that it did written down."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # tests are skipped where it is not installed
    from playwright.sync_api import Browser, Dialog
    from playwright.sync_api import Page as BrowserPage

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
SORT_BUTTONS = "#contacts-table thead button"
# Nothing that a browser asks on its own account may be taken for the page's.
_ARGUMENTS = (
    "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


class Opened(NamedTuple):
    """A page, and what it did: requests, complaints on the console, errors of scripts, dialogs."""

    page: "BrowserPage"
    requests: list[str]
    complaints: list[str]

    @property
    def violations(self) -> list[str]:
        """What its content security policy refused."""
        refused: list[str] = self.page.evaluate("window.violations")
        return refused

    def shown_rows(self) -> list[str]:
        """Give the names of the contacts that are shown, from top to bottom."""
        names: list[str] = self.page.evaluate(
            "Array.from(document.querySelectorAll('#contacts-table tbody tr')).filter(row => row.offsetHeight)"
            ".map(row => row.cells[0].querySelector('bdi').textContent)"
        )
        return names

    def status(self) -> str:
        """Give what the live region says."""
        return self.page.inner_text("#shown")

    def search(self, text: str, status: str) -> None:
        """Type into the search box, and wait until the live region says what is expected."""
        from playwright.sync_api import expect

        self.page.fill("#by-text", text)
        expect(self.page.locator("#shown")).to_have_text(status)


@contextmanager
def chromium() -> Iterator["Browser"]:
    """Start Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def _dismiss(dialog: "Dialog", told: Opened) -> None:
    told.complaints.append(dialog.message)
    dialog.dismiss()


@contextmanager
def opened(browser: "Browser", file: Path, width: int = 1280, **options: Any) -> Iterator[Opened]:
    """Open a file in a fresh profile.

    Args:
        browser: from `chromium`.
        file: the page.
        width: of the window, in pixels.
        options: of the browser's context, such as ``color_scheme`` or ``java_script_enabled``.
    """
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)
    try:
        page = context.new_page()
        page.add_init_script(_WATCH)
        told = Opened(page, [], [])
        page.on("request", lambda request: told.requests.append(request.url))
        page.on("console", lambda message: told.complaints.append(message.text))
        page.on("pageerror", lambda error: told.complaints.append(str(error)))
        page.on("dialog", lambda dialog: _dismiss(dialog, told))
        page.goto(file.as_uri())
        yield told
    finally:
        context.close()
