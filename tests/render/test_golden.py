"""Golden output per format: one of each verdict, hostile content, and nothing at all.

Run with UPDATE_GOLDEN=1 to write the files anew, then read the difference.
"""

import os
from pathlib import Path

import pytest

from tests.render.reports import HOSTILE, MAILS, MIXED, TEXT_FORMATS, report
from verifykb.context import Context
from verifykb.model.report import Unreadable

_GOLDEN = Path(__file__).parents[1] / "golden"
_ERROR = Unreadable(file="log.csv", row=7, key="row-time", values={"value": "hôm qua"})
_REPORTS = {
    "mixed": (MIXED, (_ERROR,), False),
    "hostile": (HOSTILE, (), False),
    "empty": ((), (), False),
    "single": (MIXED[1:2], (), True),
    "mails": (MAILS, (), False),
    "mail": (MAILS[:1], (), True),
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", _REPORTS)
@pytest.mark.parametrize("format_", TEXT_FORMATS)
def test_a_report_is_written_as_it_always_was(
    format_: str, name: str, language: str, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Machine formats change by addition only; people's formats change on purpose only."""
    monkeypatch.setenv("COLUMNS", "100")
    records, errors, single = _REPORTS[name]
    text = report(format_, records, context, language=language, single=single, errors=errors)
    file = _GOLDEN / f"{name}.{language}.{format_}"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8", newline="")
    assert text == file.read_bytes().decode("utf-8")
