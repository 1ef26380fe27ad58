"""JUnit XML: well-formed whatever is in it, its numbers true, every contact there."""

from collections.abc import Callable, Iterable
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from tests.promises import is_harmless
from tests.render.listings import PAYLOADS, case_of, entry, everywhere, judged, listed
from tests.render.reports import HOSTILE, MAILS, MIXED
from verifykb.context import Context
from verifykb.model.report import Judgement, Summary, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.render.attention import MAX_ERRORS
from verifykb.render.entry import Entry
from verifykb.render.junit_report import JunitReport
from verifykb.text.safe import safe_line

_ERROR = Unreadable(file="log.csv", row=7, key="row-time", values={"value": "hôm qua 0912345678"})
_OUTCOMES = ("failure", "error", "skipped")


def _suites(
    contacts: Iterable[Entry | Judgement],
    context: Context,
    prepare: Callable[[Summary], object] = lambda _: None,
    **options: Any,
) -> dict[str, Element]:
    """Read a report whose numbers are true."""
    root: Element = fromstring(listed(JunitReport, contacts, context, prepare=prepare, **options))
    assert root.tag == "testsuites"
    for node in (root, *root):
        cases = list(node.iter("testcase"))
        assert int(node.attrib["tests"]) == len(cases)
        for outcome, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            if name in node.attrib:
                assert int(node.attrib[name]) == sum(case.find(outcome) is not None for case in cases)
        names = [(case.attrib["classname"], case.attrib["name"]) for case in cases]
        assert len(set(names)) == len(names)
    return {suite.attrib["name"]: suite for suite in root}


def _outcome(case: Element) -> tuple[str, str, str]:
    """Give what a case says: its outcome, and type and message of that."""
    found = [node for node in case if node.tag in _OUTCOMES]
    assert len(found) <= 1
    if not found:
        return "pass", "", case.findtext("system-out", "")
    return found[0].tag, found[0].attrib.get("type", ""), found[0].attrib["message"]


def _cases(suite: Element) -> dict[str, tuple[str, str, str]]:
    return {case.attrib["name"]: _outcome(case) for case in suite.iter("testcase")}


def test_every_contact_is_a_case_in_the_suite_of_its_log(context: Context) -> None:
    """Passes too: what was checked can be seen."""
    contacts = [judged(record, context, row=row) for row, record in enumerate(MIXED, start=2)]
    suites = _suites([*contacts, judged({"id": "B1", "code": "x"}, context, file="khác.csv")], context)
    assert list(suites) == ["log.csv", "khác.csv"]
    outcomes = {name: outcome[:2] for name, outcome in _cases(suites["log.csv"]).items()}
    assert outcomes == {
        "A1": ("pass", ""),
        "A2": ("pass", ""),
        "A3": ("skipped", ""),
        "A4": ("failure", "contradicted"),
        "A5": ("failure", "prohibited"),
    }
    places = [(case.attrib["file"], case.attrib["line"]) for case in suites["log.csv"].iter("testcase")]
    assert places == [("log.csv", str(row)) for row in range(2, 7)]


def test_a_pass_that_only_fits_says_so(context: Context) -> None:
    """Whoever read the notices gets there too."""
    cases = _cases(_suites([judged(MIXED[1], context)], context)["log.csv"])
    assert "kẻ mạo danh" in cases["A2"][2]


def test_the_message_of_a_failure_is_the_worst_reason(context: Context) -> None:
    """What is forbidden comes before what merely contradicts."""
    record = {"id": "A", "sender": "x@evil.example", "message": "Chị đọc mã OTP cho em"}
    outcome = _cases(_suites([judged(record, context)], context)["log.csv"])["A"]
    assert outcome[2].startswith("DỪNG LẠI: MSG001")


def test_what_fits_is_skipped_where_more_is_required(context: Context) -> None:
    """With what is required, and what could be forged."""
    cases = _cases(
        _suites([judged(MIXED[1], context, file="")], context, require=Verdict.VERIFIED, single=True)["verifykb"]
    )
    outcome, _, message = cases["A2"]
    assert outcome == "skipped"
    assert "ĐÃ XÁC MINH" in message
    assert "SND006" in message


def test_what_is_accepted_passes_and_says_why(context: Context) -> None:
    """A failure that is left counts all the same."""
    plain = entry()
    accepted = plain.findings[0]._replace(accepted="số của đồng nghiệp")
    lacking = accepted._replace(rule="COD001", effect="lacks", accepted="")
    contacts = [
        plain._replace(id="all", findings=(accepted,), counts=False),
        plain._replace(id="some", findings=(accepted, plain.findings[0])),
        plain._replace(id="lacking", findings=(accepted, lacking)),
        plain._replace(id="option", counts=False),
    ]
    cases = _cases(_suites(contacts, context)["log.csv"])
    assert {name: outcome for name, (outcome, _, _) in cases.items()} == {
        "all": "pass",
        "some": "failure",
        "lacking": "skipped",
        "option": "pass",
    }
    assert "số của đồng nghiệp" in cases["all"][2]
    assert "TRÁI VỚI" in cases["all"][2]
    assert "--ignore" in cases["option"][2]


def test_what_could_not_be_read_is_an_error_in_its_place(context: Context) -> None:
    """Covered like everything else."""
    suites = _suites([judged(MIXED[0], context)], context, lambda summary: setattr(summary, "errors", [_ERROR]))
    outcome, kind, message = _cases(suites["log.csv"])["log.csv:7"]
    assert (outcome, kind) == ("error", "unreadable")
    assert "0912••••78" in message


def test_of_very_many_errors_the_rest_is_one_error(context: Context) -> None:
    """Counted, never lost."""
    suites = _suites([], context, lambda summary: setattr(summary, "errors", [_ERROR] * (MAX_ERRORS + 5)))
    assert int(suites["log.csv"].attrib["errors"]) == MAX_ERRORS
    assert [outcome[2] for outcome in _cases(suites["verifykb"]).values()] == [
        "Còn 5 chỗ không đọc được nữa, không liệt kê ở đây."
    ]


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [(Verdict.PROHIBITED, "failure"), (Verdict.UNPROVEN, "skipped"), (Verdict.CONSISTENT, "pass")],
)
def test_what_is_not_listed_has_a_case_of_its_own(verdict: Verdict, outcome: str, context: Context) -> None:
    """As bad as the worst of it, and counted in the properties."""
    suites = _suites([], context, lambda summary: summary.unlisted.update({verdict: 12, Verdict.VERIFIED: 3}))
    told = _cases(suites["verifykb"])["Liên hệ không liệt kê"]
    assert told[0] == outcome
    assert "12 " in told[2]
    properties = {node.attrib["name"]: node.attrib["value"] for node in suites["verifykb"].iter("property")}
    assert properties[f"unlisted.{verdict.value}"] == "12"


def test_an_interrupted_run_is_an_error(context: Context) -> None:
    """What follows was not judged."""
    suites = _suites([judged(MIXED[0], context)], context, lambda summary: setattr(summary, "incomplete", True))
    assert _cases(suites["verifykb"])["Lần chạy"][:2] == ("error", "incomplete")


def test_a_matter_is_a_case_of_its_own(context: Context) -> None:
    """It may be worse than each of its contacts."""
    cases = [case_of(judged(MIXED[number], context), f"vụ {number}") for number in (1, 2, 3)]
    suites = _suites([], context, lambda summary: setattr(summary, "cases", cases))
    outcomes = [outcome for outcome, _, _ in _cases(suites["Vụ việc"]).values()]
    assert outcomes == ["failure", "skipped", "pass"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_empty_report_is_seen(language: str, context: Context) -> None:
    """No test at all would be a green tick."""
    suites = _suites([], context, language=language)
    (told,) = _cases(suites["verifykb"]).values()
    assert told[0] == "skipped"


def test_two_contacts_of_one_name_are_two_cases(context: Context) -> None:
    """Covered names may be the same, and readers drop what they have seen."""
    suites = _suites([entry("A"), entry("A"), entry("A")], context)
    assert len(_cases(suites["log.csv"])) == 3


@pytest.mark.parametrize("payload", [safe_line(payload) for payload in PAYLOADS])
def test_no_value_becomes_markup(payload: str, context: Context) -> None:
    """A report full of an attack has the same elements as a report full of a word."""

    def shape(text: str) -> list[str]:
        def prepare(summary: Summary) -> None:
            summary.errors = [_ERROR._replace(file=text, values={"value": text})]

        root = fromstring(listed(JunitReport, [everywhere(text)], context, prepare=prepare))
        return [node.tag for node in root.iter()]

    assert shape(payload) == shape("chữ")
    (case,) = fromstring(listed(JunitReport, [everywhere(payload)], context)).iter("testcase")
    assert case.attrib["name"] == payload


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("records", [HOSTILE, MAILS], ids=["hostile", "mails"])
def test_hostile_contacts_and_mails_are_well_formed(
    records: Iterable[dict[str, str]], language: str, context: Context
) -> None:
    """And hold no character that XML forbids."""
    contacts = [judged(record, context) for record in records]
    assert _suites(contacts, context, language=language)
    assert is_harmless(listed(JunitReport, contacts, context, language=language))


def test_personal_data_is_covered_unless_it_was_asked_for(context: Context) -> None:
    """In names, messages and texts."""
    contact = judged({"id": "0987654321", "sender": "nguyenvana@gmail.com", "phone": "0912345678"}, context)
    covered = listed(JunitReport, [contact], context)
    assert not [text for text in ("nguyenvana", "0912345678", "0987654321") if text in covered]
    assert "0912345678" in listed(JunitReport, [contact], context, show_values=True)
