"""Markdown, rendered by GitHub's own engine: what a log brought is text and nothing else."""

import re
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from typing import Any

import cmarkgfm  # type: ignore[import-untyped]  # has no types of its own
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.promises import is_harmless
from tests.render.listings import PAYLOADS, case_of, entry, everywhere, judged, listed
from tests.render.reports import HOSTILE, MAILS, MIXED, header
from verifykb.context import Context
from verifykb.model.report import InputFile, Judgement, Summary, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.render.entry import Entry
from verifykb.render.markdown_report import MarkdownReport
from verifykb.render.markdown_text import cell, code, inline
from verifykb.text.safe import safe_line

_ERROR = Unreadable(file="log.csv", row=7, key="row-time", values={"value": "hôm qua 0912345678"})
_OURS = {"h2", "h3", "h4", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "strong", "code"}
# What GitHub and GitLab look for in text that is no code: mentions, issues, commits, addresses, emoji.
_REFERENCE = re.compile(r"@\w|#\w|\b[A-Za-z]+-\d|[!$%~&]\w|://|www\.|\b[0-9a-f]{7,40}\b|:\w+:")


class _Page(HTMLParser):
    """Tags of a rendered text, and its text by whether it is code."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.plain, self.codes = "", [""]
        self._open: list[str] = []
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._open.append(tag)
        if tag == "code":
            self.codes.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        if "code" in self._open:
            self.codes[-1] += data
        else:
            self.plain += data

    @property
    def text(self) -> str:
        return self.plain + "\n".join(self.codes)


def _report(
    contacts: Iterable[Entry | Judgement],
    context: Context,
    prepare: Callable[[Summary], object] = lambda _: None,
    **options: Any,
) -> _Page:
    markdown = listed(MarkdownReport, contacts, context, prepare=prepare, **options)
    assert is_harmless(markdown)
    page = _Page(markdown)
    assert set(page.tags) <= _OURS
    assert {name for name, _ in page.attributes} <= {"align"}
    return page


def test_the_numbers_come_first_then_the_worst(context: Context) -> None:
    """A table of verdicts, then what needs attention."""
    markdown = listed(MarkdownReport, [judged(record, context) for record in MIXED], context)
    table = [line.split(" | ")[:2] for line in markdown.splitlines() if line.startswith("| **")]
    assert table == [
        ["| **DỪNG LẠI**", "1"],
        ["| **TRÁI VỚI ĐẦU MỐI CÔNG BỐ**", "1"],
        ["| **CHƯA ĐỦ CĂN CỨ**", "1"],
        ["| **KHỚP, CHƯA CHỨNG THỰC**", "2"],
    ]
    assert re.findall(r"^#### `(\w+)`", markdown, re.MULTILINE) == ["A5", "A4", "A3"]
    assert markdown.index("kẻ mạo danh") < markdown.index("####")


def test_a_contact_is_told_with_reasons_and_what_to_do(context: Context) -> None:
    """Where it stands, why, with the source, and the number to dial."""
    page = _report([judged(MIXED[3], context, row=5)], context)
    assert {"log.csv:5", "SND003", "vst.gov.vn", "679/KBKH-KTNN", "02462764300"} <= set(page.codes)
    assert "Việc cần làm: Cúp máy" in page.plain


def test_of_very_many_contacts_the_worst_are_shown_and_the_rest_is_counted(context: Context) -> None:
    """Whatever the order they come in; those that were never delivered are counted, too."""
    contacts = [entry(f"U{number}", Verdict.UNPROVEN) for number in range(60)]
    contacts += [entry(f"P{number}", Verdict.PROHIBITED) for number in range(20)]
    contacts += [entry(f"C{number}", Verdict.CONTRADICTED) for number in range(20)]
    markdown = listed(
        MarkdownReport,
        contacts,
        context,
        prepare=lambda summary: summary.unlisted.update({Verdict.UNPROVEN: 7, Verdict.VERIFIED: 9}),
    )
    shown = re.findall(r"^#### `(\w+)`", markdown, re.MULTILINE)
    kinds = ((("P"), range(20)), (("C"), range(20)), (("U"), range(10)))
    assert shown == [f"{kind}{number}" for kind, numbers in kinds for number in numbers]
    assert "Còn 57 liên hệ nữa cần xem" in markdown
    assert "7 CHƯA ĐỦ CĂN CỨ, 9 ĐÃ XÁC MINH" in markdown


def test_what_does_not_count_needs_no_attention(context: Context) -> None:
    """The number of what was accepted is told."""
    accepted = entry().findings[0]._replace(accepted="đã hỏi")
    contact = entry(findings=(accepted,), counts=False)
    page = _report([contact], context, lambda summary: setattr(summary, "accepted", 1))
    assert "1 liên hệ có điều đã được chấp nhận" in page.plain
    assert "Không liên hệ nào có điểm trái" in page.plain


def test_everything_else_of_a_run_is_told(context: Context) -> None:
    """Matters, techniques, imitated names, what could not be read, an interrupted run, a stale directory."""

    def prepare(summary: Summary) -> None:
        summary.cases = [case_of(judged(MIXED[3], context), "vụ @an 0912345678")]
        summary.tally.rules.update({"SND003": 3, "MSG001": 5})
        summary.tally.imitated.update({"vst.gov.vn": 4, "evil@x": 1})
        summary.errors = [_ERROR] * 60
        summary.incomplete = True
        summary.inputs += [InputFile(path=f"{number}.eml", sha256="1" * 64) for number in range(30)]

    head = header(context)._replace(stale=True, settings="a b/verifykb.toml")
    page = _report([], context, prepare, head=head)
    assert "bị ngắt" in page.plain
    assert {"@an", "SND003", "vst.gov.vn", "ev••@x", "a b/verifykb.toml", "19.eml"} <= set(page.codes)
    assert "20.eml" not in page.codes
    assert "0912••••78" in page.plain
    assert page.codes.count("log.csv:7") == 50
    assert page.plain.count("Còn 10 mục nữa") == 2
    assert "ĐÃ QUÁ HẠN" in page.plain
    markdown = listed(MarkdownReport, [], context, prepare=prepare)
    assert markdown.index("| `MSG001`") < markdown.index("| `SND003`")


def test_one_contact_is_told_whole(context: Context) -> None:
    """The verdict, what it means, what to do, and every axis with all its findings."""
    page = _report([judged(MIXED[1], context)], context, single=True)
    assert "Kết quả kiểm tra một liên hệ: KHỚP, CHƯA CHỨNG THỰC" in page.plain
    assert "kẻ mạo danh" in page.plain
    assert {"COD009", "SND006", "PHO009", "PHO007", "MSG012", "DIR001"} <= set(page.codes)
    assert page.tags.count("ol") == 1


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_empty_report_says_so(language: str, context: Context) -> None:
    """And what it rests on."""
    page = _report([], context, language=language)
    assert "Không có liên hệ nào." in page.plain or "There are no contacts." in page.plain
    assert "verifykb 0.0.0" in page.codes


def _hold(text: str) -> None:
    """A text stays what it is, in one line of a list, and everything in it that could be found is code."""
    page = _Page(f"- Chữ {inline(text)} chữ")
    assert set(page.tags) <= {"ul", "li", "code"}
    assert page.tags.count("li") == 1
    words = re.sub(r"\s+", "", "".join(page.plain.split()) + "".join(page.codes))
    assert sorted(words) == sorted(re.sub(r"\s+", "", f"Chữ{text}chữ"))
    assert not _REFERENCE.search(page.plain)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_value_in_a_sentence_is_text(payload: str) -> None:
    """Whole, and nothing is made of it."""
    _hold(safe_line(payload))


@given(
    text=st.text(alphabet="`*_~<>[]()!|\\#@:/.-+=&;{}$^ ab1Ơ\u00a0\"'“”,?", max_size=40)
    | st.text(max_size=40)
    | st.lists(st.sampled_from(PAYLOADS)).map(" ".join)
)
def test_any_value_in_a_sentence_is_text(text: str) -> None:
    """However its signs are put together."""
    _hold(safe_line(text))


@given(text=st.text(alphabet="`|\\ ab<@*", min_size=1, max_size=20).filter(str.strip))
def test_a_code_span_holds_exactly_its_text(text: str) -> None:
    """In a line, and in a cell of a table."""
    assert _Page(f"x {code(text)} x").codes[1:] == [text]
    page = _Page(f"| a | b |\n| --- | --- |\n| {cell(code(text))} | b |")
    assert page.tags.count("td") == 2
    assert [item.strip() for item in page.codes[1:]] == [text.strip()]


@pytest.mark.parametrize("payload", [safe_line(payload) for payload in PAYLOADS])
def test_no_value_becomes_markup_or_a_reference(payload: str, context: Context) -> None:
    """In every place of the report that data can reach, the elements are those of a plain word but for code."""

    def page_of(text: str) -> _Page:
        def prepare(summary: Summary) -> None:
            summary.errors = [_ERROR._replace(file=text, values={"value": text})]
            summary.cases = [case_of(judged(MIXED[3], context), text)]
            summary.tally.imitated[text] = 1
            summary.inputs.append(InputFile(path=text, sha256="1" * 64))

        head = header(context)._replace(settings=text)
        return _report([everywhere(text)], context, prepare, head=head)

    attacked, plain = page_of(payload), page_of("chữ")
    assert [tag for tag in attacked.tags if tag != "code"] == [tag for tag in plain.tags if tag != "code"]
    assert not _REFERENCE.search(attacked.plain)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("records", [HOSTILE, MAILS[:1]], ids=["hostile", "mail"])
def test_hostile_contacts_and_mails_are_text(
    records: Iterable[dict[str, str]], single: bool, language: str, context: Context
) -> None:
    """Nothing of them is markup or a reference."""
    page = _report([judged(record, context) for record in records], context, single=single, language=language)
    assert not _REFERENCE.search(page.plain)


def test_personal_data_is_covered_unless_it_was_asked_for(context: Context) -> None:
    """A ticket is read by many."""
    contact = judged({"sender": "nguyenvana@gmail.com", "phone": "0912345678"}, context)
    covered = listed(MarkdownReport, [contact], context)
    assert "`0912••••78`" in covered
    assert "nguyenvana" not in covered
    assert "0912345678" in listed(MarkdownReport, [contact], context, show_values=True)
