"""A browser, and pages for it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.render.browser import CHROMIUM, chromium
from tests.render.html_pages import case_of, example_judgements, page
from verifykb.context import Context
from verifykb.model.report import Summary, Unreadable

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """One browser for all tests of a file."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install playwright)")
    if not CHROMIUM:
        pytest.skip("there is no Chromium on this machine (apt-get install chromium)")
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def log(context: Context, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the example log, with a case, and a place that could not be read."""
    judgements = example_judgements(context)

    def prepare(summary: Summary) -> None:
        summary.errors = [Unreadable("nhat-ky.csv", 7, "row-time", {"value": "hôm qua"})]
        summary.cases = [case_of(judgements[1], "VV-1")]

    file = tmp_path_factory.mktemp("html") / "báo cáo.html"
    file.write_text(page(judgements, context, prepare=prepare), encoding="utf-8")
    return file


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str], Path]:
    """Saves a page as a file."""

    def save(text: str) -> Path:
        (tmp_path / "r.html").write_text(text, encoding="utf-8")
        return tmp_path / "r.html"

    return save
