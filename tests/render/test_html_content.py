"""What the HTML report says: the answer, what to do, what was left out, and the numbers."""

import re
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.html_pages import Page, case_of, days_from, entry, example_judgements, page, page_of_entries, style_of
from tests.render.reports import header
from verifykb.context import Context
from verifykb.model.report import InputFile, Summary, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.render.entry import EntryFinding
from verifykb.render.html_page import answer_of, numbers_seen, steps_of
from verifykb.render.html_rows import MAX_CASES, MAX_ERRORS, MAX_INPUTS
from verifykb.render.html_timeline import MAX_COLUMNS, timeline_of
from verifykb.render.html_words import Words
from verifykb.wording import Wording


def _words(context: Context, language: str = "vi", *, masked: bool = True) -> Words:
    return Words(Wording(language), context.directory.published, masked=masked)


def _summary(counts: dict[Verdict, int]) -> Summary:
    summary = Summary(Verdict.CONSISTENT)
    summary.verdicts.update(counts)
    return summary


P, C, U, K, V = Verdict
_SAID = {
    "none": "Không có liên hệ nào được xét",
    "failing": "không được làm theo: có điểm trái",
    "unproven": "chưa đủ căn cứ: chưa được coi là thật",
    "consistent": "mới chỉ khớp: điều đó không chứng minh được gì",
    "verified": "đều đã được xác minh",
    "cases": "Xét riêng thì không liên hệ nào trái với công bố",
}


@pytest.mark.parametrize(
    ("counts", "cases", "said", "colour"),
    [
        ({}, (), "none", None),
        ({P: 1}, (), "failing", P),
        ({C: 2, V: 9}, (), "failing", C),
        ({P: 1, C: 1, U: 1, K: 1, V: 1}, (), "failing", P),
        ({U: 1, V: 9}, (), "unproven", U),
        ({K: 1, V: 9}, (), "consistent", K),
        ({V: 3}, (), "verified", V),
        ({V: 3}, (C, K), "cases", C),
        ({U: 3}, (P,), "cases", P),
        ({U: 3}, (U,), "unproven", U),
        ({V: 3}, (U,), "verified", U),
        ({C: 3}, (P,), "failing", P),
    ],
)
def test_the_first_sentence_is_the_answer(
    counts: dict[Verdict, int], cases: tuple[Verdict, ...], said: str, colour: Verdict | None, context: Context
) -> None:
    """It names the worst that was found, in the contacts or in the cases, and silence is never an all-clear."""
    answer = answer_of(_summary(counts), Counter(cases), _words(context))
    assert _SAID[said] in answer.sentences[0]
    assert answer.verdict is colour
    worst = min(counts, key=lambda verdict: verdict.rank, default=V)
    is_worse = any(verdict.rank < worst.rank for verdict in cases)
    assert any("Xét chung theo vụ việc" in sentence for sentence in answer.sentences) is is_worse


def test_an_empty_page_is_no_all_clear(context: Context) -> None:
    """Nothing was judged, and it says so; the rest of the page is there."""
    for language, said in (("vi", "Như vậy không có nghĩa là an toàn"), ("en", "This is no all-clear")):
        found = Page(page((), context, language=language))
        assert found.text("p").count(said) == 2
        assert "SHA-256" in found.text()
        assert not found.all("ul")[0].get("class")  # no figures of nothing


def test_a_contact_that_only_fits_is_said_to_prove_nothing(context: Context) -> None:
    """In the numbers, in the answer and in its own row."""
    meaning = Wording("vi").text("meaning", "consistent")
    text = Page(page_of_entries([entry("A1", K)], context)).text()
    assert text.count(meaning) == 2
    assert "điều đó không chứng minh được gì" in text


def test_what_is_left_out_or_doubtful_is_said_at_the_top(context: Context) -> None:
    """An interrupted run, a stale directory, contacts that are not listed, uncovered personal data."""

    def prepare(summary: Summary) -> None:
        summary.incomplete = True
        summary.unlisted[K] = 9990
        summary.verdicts[K] += 9990
        summary.accepted = 4

    head = header(context)._replace(stale=True)
    text = page(example_judgements(context), context, prepare=prepare, head=head, show_values=True)
    before, _, after = text.partition('id="h-answer"')
    for notice in ("BÁO CÁO CHƯA ĐẦY ĐỦ", "DANH BẠ QUÁ HẠN", "CÒN NGUYÊN số điện thoại"):
        assert notice in before
    assert "9.990 KHỚP, CHƯA CHỨNG THỰC. Không liệt kê không có nghĩa là an toàn." in after
    assert "chỉ liệt kê 40 liên hệ" in after
    assert "4 liên hệ có phát hiện đã được chấp nhận" in after
    calm = page(example_judgements(context), context)
    assert 'class="alert"' not in calm
    assert "Dữ liệu cá nhân đã được che một phần" in calm


def test_long_lists_are_cut_and_the_rest_is_counted(context: Context) -> None:
    """Unreadable places, cases, files and names: an attacker cannot bury the contacts below them."""
    judgement = example_judgements(context)[3]

    def prepare(summary: Summary) -> None:
        summary.errors = [Unreadable("log.csv", row, "row-time", {"value": "x"}) for row in range(1, MAX_ERRORS + 8)]
        summary.cases = [case_of(judgement, f"V{number}") for number in range(MAX_CASES + 9)]
        summary.inputs = [InputFile(f"thu-{number}.eml", "2" * 64) for number in range(MAX_INPUTS + 11)]
        summary.tally.numbers.update({f"09120001{number:02}": 1 for number in range(42)})

    found = Page(page_of_entries([entry()], context, prepare=prepare))
    text = found.text()
    for more in (7, 9, 11, 12):
        assert f"Còn {more} mục nữa không liệt kê ở đây." in text
    assert "207 chỗ không đọc được" in text
    assert "log.csv:200" in text
    assert "log.csv:201" not in text


def test_personal_data_is_covered_unless_it_was_asked_for(context: Context) -> None:
    """In rows, numbers, cases and unreadable places; what was published stays readable."""
    judgements = example_judgements(context)

    def prepare(summary: Summary) -> None:
        summary.errors = [Unreadable("log.csv", 7, "row-time", {"value": "0912 000 111"})]
        summary.cases = [case_of(judgements[1], "gọi 0912 000 111")]

    covered, shown = (page(judgements, context, prepare=prepare, show_values=value) for value in (False, True))
    assert "0912 000 111" in shown
    for personal in ("0912 000 111", "0938 000 555", "ketoan@xanganhdao.example"):
        assert personal not in covered
    assert "02462764300" in covered
    assert "hotrocntt@vst.gov.vn" in covered


@pytest.mark.parametrize(
    ("number", "real"),
    [
        ("02462764300", True),
        ("(024) 6276.4300", True),
        ("+84 24 6276 4300", True),
        ("0084-2462764300", True),
        ("02462764301", False),
        ("+2462764300", False),
        ("O2462764300", False),
        ("٠٢٤٦٢٧٦٤٣٠٠", False),
    ],
)
def test_the_real_switchboard_is_not_taken_for_a_number_of_theirs(number: str, real: bool, context: Context) -> None:
    """A display can be forged: who blocks the real number can no longer be reached by it."""
    seen = numbers_seen({number: 3}, "02462764300", _words(context))
    assert [line.id for line in seen.lines] == ["tổng đài thật" if real else ""]


def test_each_thing_to_do_is_said_once_the_most_urgent_first(context: Context) -> None:
    """And for whom; that no secret is given away comes in every report."""
    style, words = style_of(context), _words(context)
    judgements = example_judgements(context)
    text = Page(page(judgements, context)).text("li")
    secret = style.wording.text("advice", "give-no-secret")
    hang_up = style.wording.text("advice", "hang-up")
    summary = _summary({P: 3, V: 1})
    entries = [entry("A1", P, advice=("Điều lạ.", secret, hang_up)), entry("A2", V, advice=(secret,))]
    steps = steps_of(entries, summary, words, style)
    assert [step.sentence for step in steps] == [hang_up, "Điều lạ.", secret]
    assert [step.for_whom for step in steps] == ["Với: DỪNG LẠI", "Với: DỪNG LẠI", "Với mọi liên hệ"]
    assert text.index(hang_up) < text.index(secret)
    assert [step.sentence for step in steps_of([], _summary({}), words, style)] == [secret]


def test_contacts_that_are_not_listed_have_something_to_do_as_well(context: Context) -> None:
    """A million contacts that only fit are left out of the table; dialling the switchboard is not."""
    summary = _summary({K: 1_000_000})
    summary.unlisted[K] = 1_000_000
    steps = [step.sentence for step in steps_of([], summary, _words(context), style_of(context))]
    assert any("02462764300" in step for step in steps)


def test_what_a_baseline_accepts_stays_visible(context: Context) -> None:
    """With its reason, and the contact says that it does not count."""
    finding = EntryFinding("SND003", "n", "sender", "contradicts", "Câu.", "S", accepted="Hòm thư cũ, đã hỏi.")
    text = Page(page_of_entries([entry("A1", C, findings=(finding,), counts=False)], context)).text()
    assert "Đã chấp nhận: Hòm thư cũ, đã hỏi." in text
    assert "Đã chấp nhận, không tính" in text
    assert "không tính" not in Page(page_of_entries([entry("A1", C)], context)).text()


def test_rows_stand_worst_first_and_hold_every_finding(context: Context) -> None:
    """Nothing of a contact is left out: what did not decide stands in its details."""
    judgements = example_judgements(context)
    found = Page(page(judgements, context))
    rows = [item for item in found.all("tr") if "data-rank" in item]
    assert [int(item["data-rank"] or "") for item in rows] == sorted(item.verdict.rank for item in judgements)
    assert sorted(int(item["data-n"] or "") for item in rows) == list(range(len(judgements)))
    findings = Counter(item.rule.id for judgement in judgements for item in judgement.findings)
    table = page(judgements, context).partition("<tbody role=")[2].partition("</tbody>")[0]
    assert Counter(re.findall(r'<span class="rule">(\w+)</span>', table)) == findings


@pytest.mark.parametrize(
    ("days", "unit", "columns", "first"),
    [
        ({0: 1}, "day", 1, "01/10/2026"),
        ({0: 1, 59: 2}, "day", 60, "01/10/2026"),
        ({0: 1, 60: 2}, "week", 10, "28/09/2026"),
        ({0: 1, 7 * 60: 2}, "month", 14, "10/2026"),
        ({0: 1, 365 * 20: 2}, "year", 21, "2026"),
        ({0: 1, 365 * 70: 2, 365 * 300: 4}, "few_years", 3, "2026"),
    ],
)
def test_the_unit_of_time_follows_the_span(
    days: dict[int, int], unit: str, columns: int, first: str, context: Context
) -> None:
    """Days up to sixty of them, then weeks, months, years."""
    timeline = timeline_of(days_from(date(2026, 10, 1), days, C), _words(context))
    assert timeline is not None
    assert (timeline.unit, len(timeline.columns), timeline.columns[0].label) == (unit, columns, first)
    assert timeline.strips[0].total == sum(days.values())


_DAYS = st.dictionaries(
    st.tuples(st.one_of(st.dates().map(date.isoformat), st.just(""), st.text(max_size=5)), st.sampled_from(Verdict)),
    st.integers(min_value=1, max_value=10**9),
    max_size=80,
)


@given(days=_DAYS)
def test_every_contact_is_in_one_column_or_counted_beside(
    days: dict[tuple[str, Verdict], int], context: Context
) -> None:
    """Whatever days a log names, year 1 and 9999 and nonsense included, the drawing stays small and adds up."""
    timeline = timeline_of(days, _words(context))
    if timeline is None:
        assert not any(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day, _ in days)
        return
    drawn = sum(column.total for column in timeline.columns)
    assert drawn + timeline.undated + timeline.earlier == sum(days.values())
    assert drawn == sum(strip.total for strip in timeline.strips)
    assert len(timeline.columns) <= MAX_COLUMNS
    assert all(0 < bar.height <= 100 for strip in timeline.strips for bar in strip.bars)


def test_the_drawing_has_the_same_numbers_as_its_table(context: Context) -> None:
    """Who cannot see the bars reads the counts."""
    text = Page(page(example_judgements(context), context)).text()
    assert "DỪNG LẠI: 9 nhiều nhất 1" in text
    assert "02/10/2026 1 0 1 0 2" in text


def test_a_report_of_one_contact_is_told_whole(context: Context) -> None:
    """The verdict, what to do, the evidence point by point; no table, no chart, no filter."""
    judgement = example_judgements(context)[6]
    found = Page(page([judgement], context, single=True))
    assert found.text("p").startswith("Liên hệ xưng là")
    assert "DỪNG LẠI" in found.text("p")
    assert not [item for item in found.all("table") if item.get("class") == "contacts"]
    assert len(found.all("h3")) == 6  # five axes, and the files
    assert found.text().count("Nguồn:") == len(judgement.findings)


def test_numbers_are_grouped_as_the_language_does_it(context: Context) -> None:
    """A million has its thousands apart."""
    for language, shown in (("vi", "1.000.000"), ("en", "1,000,000")):
        assert shown in answer_of(_summary({V: 1_000_000}), {}, _words(context, language)).sentences[0]
