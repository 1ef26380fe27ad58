"""SARIF: valid against the standard's schema, and true: no green tick for what is not proven."""

import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from tests.promises import is_harmless
from tests.render.listings import PAYLOADS, case_of, entry, everywhere, judged, listed
from tests.render.reports import HOSTILE, MAILS, MIXED, header
from verifykb.context import Context
from verifykb.model.report import InputFile, Judgement, Summary, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.render.attention import MAX_ERRORS
from verifykb.render.entry import Entry
from verifykb.render.file_uri import file_uri
from verifykb.render.sarif_report import SarifReport
from verifykb.rules import RULES

_ERROR = Unreadable(file="log.csv", row=7, key="row-time", values={"value": "hôm qua 0912345678"})


@cache
def _validator() -> Draft4Validator:
    schema = Path(__file__).parents[1] / "schemas" / "sarif-2.1.0.json"
    return Draft4Validator(json.loads(schema.read_text(encoding="utf-8")))


def _run(
    contacts: Iterable[Entry | Judgement],
    context: Context,
    prepare: Callable[[Summary], object] = lambda _: None,
    **options: Any,
) -> dict[str, Any]:
    document = json.loads(listed(SarifReport, contacts, context, prepare=prepare, **options))
    assert [error.message for error in _validator().iter_errors(document)] == []
    (run,) = document["runs"]
    assert isinstance(run, dict)
    return run


def _notifications(run: dict[str, Any]) -> list[dict[str, Any]]:
    (invocation,) = run["invocations"]
    return list(invocation["toolExecutionNotifications"])


def _prepare_everything(summary: Summary) -> None:
    summary.errors = [
        _ERROR,
        Unreadable(file="sổ.xlsx[Tháng 10]", row=0, key="file-missing", values={"file": "sổ.xlsx"}),
    ]
    summary.inputs.append(InputFile(path="nhật ký/log 1.csv", sha256="1" * 64))
    summary.unlisted[Verdict.CONSISTENT] = 12
    summary.incomplete = True
    summary.accepted = 1


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("records", [(), MIXED, HOSTILE, MAILS], ids=["empty", "mixed", "hostile", "mails"])
def test_every_report_is_valid(
    records: Iterable[dict[str, str]], single: bool, language: str, context: Context
) -> None:
    """The schema of OASIS accepts it, whatever is in it and even with nothing in it."""
    run = _run(
        [judged(record, context) for record in records], context, _prepare_everything, single=single, language=language
    )
    assert run["tool"]["driver"]["language"] == run["language"] == language
    assert run["tool"]["driver"]["version"] == "0.0.0"


def test_what_contradicts_fails_and_what_lacks_is_open(context: Context) -> None:
    """3.27.10: a level other than none is only for kind fail; what fits without proof has no result."""
    run = _run([judged(record, context) for record in MIXED], context)
    found = [(item["properties"]["contact"], item["ruleId"], item["kind"], item["level"]) for item in run["results"]]
    assert found == [
        ("A3", "COD001", "open", "none"),
        ("A3", "SND005", "open", "none"),
        ("A3", "PHO001", "open", "none"),
        ("A4", "SND003", "fail", "error"),
        ("A4", "PHO004", "fail", "error"),
        ("A4", "CHN001", "fail", "error"),
        ("A5", "MSG001", "fail", "error"),
        ("A5", "MSG003", "fail", "error"),
    ]


def test_a_contact_that_only_fits_is_open_where_more_is_required(context: Context) -> None:
    """A check without any result would read as an all-clear."""
    run = _run([judged(MIXED[1], context)], context, require=Verdict.VERIFIED, single=True)
    assert {item["kind"] for item in run["results"]} == {"open"}
    assert [item["ruleId"] for item in run["results"]] == ["COD009", "SND006", "PHO009", "MSG012"]


def test_rules_are_those_that_appear_in_the_order_they_do(context: Context) -> None:
    """Each with its words; a result names its rule by id and by place."""
    run = _run([judged(record, context) for record in MIXED], context)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["name"] == RULES[rule["id"]].name
        assert rule["help"]["text"].startswith(rule["fullDescription"]["text"])
    levels = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in rules}
    assert levels["COD001"] == "none"
    assert levels["MSG001"] == "error"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_rule_has_its_words(language: str, context: Context) -> None:
    """A finding of any rule makes a valid report."""
    findings = [entry().findings[0]._replace(rule=rule.id, effect=rule.effect.value) for rule in RULES.values()]
    accusing = [item for item in findings if item.effect in ("prohibits", "contradicts")]
    lacking = [item for item in findings if item.effect == "lacks"]
    contacts = [entry(findings=tuple(accusing)), entry(verdict=Verdict.UNPROVEN, findings=tuple(lacking))]
    rules = _run(contacts, context, language=language)["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == {item.rule for item in (*accusing, *lacking)}


@pytest.mark.parametrize(
    ("fields", "uri", "line"),
    [
        ({"file": "log.csv", "row": 7}, "log.csv", 7),
        ({"file": "nhật ký/log #1?.csv", "row": 7}, "nh%E1%BA%ADt%20k%C3%BD/log%20%231%3F.csv", 7),
        ({"file": "so.xlsx[Tháng 10]", "row": 3}, "so.xlsx", 3),
        ({"file": "thư", "row": 4, "mail": "thư/a.eml"}, "th%C6%B0/a.eml", 1),
        ({"file": "thu/", "row": 4, "mail": "thu/b/a.eml"}, "thu/b/a.eml", 1),
        ({"file": "a.eml", "row": 1, "mail": "a.eml"}, "a.eml", 1),
        ({"file": "hop.mbox", "row": 2, "mail": "hop.mbox/#12-99"}, "hop.mbox", 1),
        ({"file": "so/log.csv", "row": 9, "mail": "so/thu/a.eml"}, "so/log.csv", 9),
        ({"file": "-", "row": 9}, None, None),
        ({"file": "", "row": 0}, None, None),
        ({"file": "", "row": 0, "mail": "/so/thu/a.eml"}, None, None),
    ],
)
def test_a_result_names_the_place_of_its_record(
    fields: dict[str, Any], uri: str | None, line: int | None, context: Context
) -> None:
    """The line of a log, the file of a saved mail; nothing for standard input and for what was typed."""
    (result,) = _run([entry(**fields)], context)["results"]
    (location,) = result["locations"]
    physical = location.get("physicalLocation", {})
    assert physical.get("artifactLocation", {}).get("uri") == uri
    assert physical.get("region", {}).get("startLine") == line
    sheets = [{"name": "Tháng 10", "kind": "sheet"}] if "[" in fields["file"] else []
    assert location["logicalLocations"] == [{"name": "A1", "kind": "contact"}, *sheets]


@pytest.mark.parametrize(
    ("path", "kind", "uri"),
    [
        ("./a/b.csv", PurePosixPath, "a/b.csv"),
        ("../a b.csv", PurePosixPath, "../a%20b.csv"),
        ("a\\b.csv", PureWindowsPath, "a/b.csv"),
        ("a\\b.csv", PurePosixPath, "a%5Cb.csv"),
        ("C:\\sổ\\a.csv", PureWindowsPath, "file:///C:/s%E1%BB%95/a.csv"),
        ("\\\\may\\so\\a.csv", PureWindowsPath, "file://may/so/a.csv"),
        ("/so/a%.csv", PurePosixPath, "file:///so/a%25.csv"),
        ("http://evil.example/", PurePosixPath, "http%3A/evil.example"),
        ("javascript:alert(1)", PurePosixPath, "javascript%3Aalert%281%29"),
    ],
)
def test_a_path_becomes_a_reference(path: str, kind: type[Any], uri: str) -> None:
    """Relative stays relative; no name of a file becomes a scheme or a host."""
    assert file_uri(path, kind) == uri


@given(path=st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda path: path[0] != "/"))
def test_any_relative_path_can_be_read_back(path: str) -> None:
    """And is a reference without scheme, host, query and fragment."""
    uri = file_uri(path, PurePosixPath)
    assert uri.isascii()
    assert urlsplit(uri)._replace(path="") == ("", "", "", "", "")
    assert unquote(uri) == str(PurePosixPath(path))


def _prints(contacts: Iterable[Entry | Judgement], context: Context) -> list[str]:
    return [item["partialFingerprints"]["verifykbContact/v1"] for item in _run(contacts, context)["results"]]


def test_a_result_is_known_again_in_another_log_another_row_on_another_day(context: Context) -> None:
    """Whatever its id and its time, and however the number is spelled."""
    record = {"id": "A", "sender": "Lan@evil.example", "phone": "+84 912 345 678", "received_at": "2026-11-20"}
    moved = {"id": "B", "sender": "lan@evil.example", "phone": "0912.345.678", "received_at": "21/11/2026 08:00"}
    here = _prints([judged(record, context)], context)
    there = _prints([judged(moved, context, file="so/khac.csv", row=77)], context)
    assert here == there
    assert here


def test_results_of_different_contacts_differ(context: Context) -> None:
    """Even where all that is shown of two numbers is the same; and none is the plain hash of a number."""
    records = [{"phone": phone} for phone in ("0912345678", "0912999978", "0987654321", "0912345678")]
    prints = _prints([judged(record, context) for record in records], context)
    assert len(set(prints)) == len(prints)
    same = [name.partition(":")[0] for name in prints]
    # The first two are covered alike: whoever could tell them apart could also try all numbers.
    assert same[0] == same[1] == same[3] != same[2]


def test_what_identifies_a_contact_without_a_number_is_what_was_said(context: Context) -> None:
    """Two messages are two contacts."""
    messages = ("Chị đọc mã OTP cho em", "Gửi em mã OTP nhé", "Gửi em  mã OTP nhé")
    prints = _prints([judged({"message": text}, context) for text in messages], context)
    assert len({name.partition(":")[0] for name in prints}) == 2
    assert len(set(prints)) == 3


def test_what_is_accepted_is_suppressed(context: Context) -> None:
    """With its reason; what an option of the run sets aside, too."""
    plain = entry("A1")
    finding = plain.findings[0]._replace(accepted="số của đồng nghiệp")
    results = _run([plain, plain._replace(findings=(finding,), counts=False), plain._replace(counts=False)], context)[
        "results"
    ]
    assert "suppressions" not in results[0]
    (accepted,) = results[1]["suppressions"]
    assert accepted == {"kind": "external", "status": "accepted", "justification": "số của đồng nghiệp"}
    assert "--ignore" in results[2]["suppressions"][0]["justification"]


def test_what_could_not_be_read_is_a_notification_with_its_place(context: Context) -> None:
    """An error; the run itself was carried out."""
    run = _run([], context, lambda summary: setattr(summary, "errors", [_ERROR]))
    first = _notifications(run)[0]
    assert first["level"] == "error"
    assert first["locations"][0]["physicalLocation"]["region"]["startLine"] == 7
    assert "0912••••78" in first["message"]["text"]
    assert run["invocations"][0]["executionSuccessful"] is True
    assert run["properties"]["summary"]["unreadable"] == 1


def test_of_very_many_errors_the_rest_is_counted(context: Context) -> None:
    """A log that is no log does not make a report that nobody can open."""
    run = _run([], context, lambda summary: setattr(summary, "errors", [_ERROR] * (MAX_ERRORS + 5)))
    texts = [item["message"]["text"] for item in _notifications(run)]
    assert sum("log.csv:7" in text for text in texts) == MAX_ERRORS
    assert any(text.startswith("Còn 5 chỗ") for text in texts)


def test_an_interrupted_run_was_not_successful(context: Context) -> None:
    """And a notification says what that means."""
    run = _run([], context, lambda summary: setattr(summary, "incomplete", True))
    assert run["invocations"][0]["executionSuccessful"] is False
    assert any("bị ngắt" in item["message"]["text"] for item in _notifications(run))


@pytest.mark.parametrize(("verdict", "level"), [(Verdict.CONSISTENT, "note"), (Verdict.PROHIBITED, "error")])
def test_what_is_not_listed_is_counted_and_told(verdict: Verdict, level: str, context: Context) -> None:
    """In the properties for programs, and in words."""
    run = _run([], context, lambda summary: summary.unlisted.update({verdict: 12}))
    assert run["properties"]["unlisted"] == {verdict.value: 12}
    assert [item["level"] for item in _notifications(run) if "không liệt kê ở đây: 12" in item["message"]["text"]] == [
        level
    ]


def test_a_matter_that_is_contradicted_as_a_whole_is_told(context: Context) -> None:
    """Even where none of its contacts is."""
    case = case_of(judged(MIXED[3], context), "vụ 0912345678")
    run = _run([], context, lambda summary: setattr(summary, "cases", [case]))
    assert run["properties"]["cases"] == [{"case": "vụ 0912••••78", "verdict": "contradicted", "contacts": 3}]
    assert any("vụ 0912••••78" in item["message"]["text"] for item in _notifications(run) if item["level"] == "error")


def test_that_contacts_merely_fit_is_said(context: Context) -> None:
    """A run without results is no proof of anything."""
    run = _run([judged(MIXED[1], context)], context)
    assert run["results"] == []
    assert any("kẻ mạo danh" in item["message"]["text"] for item in _notifications(run))


def test_a_stale_directory_is_told(context: Context) -> None:
    """As a warning."""
    run = _run([], context, head=header(context)._replace(stale=True))
    assert any(item["level"] == "warning" for item in _notifications(run))


def _strings(node: Any) -> Iterable[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "text":
                yield value
            else:
                yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)


@pytest.mark.parametrize("payload", [payload for payload in PAYLOADS if "\n" not in payload])
def test_no_value_becomes_a_link_or_a_placeholder(payload: str, context: Context) -> None:
    """3.11.5 and 3.11.6: braces are doubled, and no bracket is followed by a parenthesis."""
    run = _run([everywhere(payload)], context)
    for text in _strings(run):
        assert "](" not in text
        assert "{" not in text.replace("{{", "")
        assert "}" not in text.replace("}}", "")
    assert run["results"][0]["properties"]["sender"] == payload


def test_personal_data_is_covered_unless_it_was_asked_for(context: Context) -> None:
    """Numbers and addresses of people, in messages and properties alike."""
    contact = judged(
        {"sender": "nguyenvana@gmail.com", "phone": "0912345678", "message": "Gọi em số 0987 654 321"}, context
    )
    covered = listed(SarifReport, [contact], context)
    assert not [text for text in ("nguyenvana", "0912345678", "987 654") if text in covered]
    assert "hotrocntt@vst.gov.vn" in covered
    assert "0912345678" in listed(SarifReport, [contact], context, show_values=True)


def test_nothing_hidden_gets_through(context: Context) -> None:
    """Controls, bidi, zero-width: shown as what they are, in every string."""
    text = listed(SarifReport, [judged(record, context) for record in HOSTILE], context)
    assert is_harmless(text)
    assert is_harmless(json.dumps(json.loads(text), ensure_ascii=False))
