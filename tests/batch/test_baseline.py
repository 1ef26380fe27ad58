"""Tests of baselines: what is the same contact, how long it is accepted, and which files are refused."""

import json
import pickle
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judging import MAILS, judge
from verifykb.batch.baseline import Accepted, Baseline, last_day
from verifykb.batch.baseline_file import ACCEPTABLE, baseline_text, read_baseline_file
from verifykb.batch.baseline_write import Terms, TypedTerms, Written, read_terms, write_baseline
from verifykb.batch.contact_fingerprint import fingerprint
from verifykb.batch.mbox import read_mbox
from verifykb.batch.records import to_contact
from verifykb.context import Context
from verifykb.errors import InputError, OutputError, UsageError
from verifykb.gather import gather_offline
from verifykb.model.evidence import MailUnread
from verifykb.model.finding import Effect, Finding
from verifykb.model.report import Judgement
from verifykb.rules import RULES
from verifykb.verify import verify

TODAY = date(2026, 11, 22)
KEY = "0123456789abcdef" * 4
OTHER_KEY = "f" * 64
TERMS = Terms("số của đơn vị", "Nguyễn An", date(2027, 1, 1))
_SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "baseline-1.json").read_text(encoding="utf-8"))

CONTACT = {
    "code": "SD261120-004217", "sender": "hotrocntt@vst-gov.vn", "phone": "0912 000 111", "extension": "12",
    "channel": "zalo", "message": "Chào chị", "note": "Người lạ gọi", "service": "dvc", "asks": "nothing",
}  # fmt: skip


def judged(record: Mapping[str, str], context: Context) -> Judgement:
    """Judge a record without a mail."""
    return verify(gather_offline(to_contact(record, "x")), context)


def of_mail(path: str, context: Context, **changes: object) -> Judgement:
    """Give the judgement of a saved mail, wherever it lies."""
    judgement = judge({"mail": "that.eml"}, context)
    return judgement._replace(contact=judgement.contact._replace(mail=path), **changes)  # type: ignore[arg-type] # by name


def print_of(record: Mapping[str, str], context: Context, key: str = KEY) -> str:
    """Give the fingerprint of a record."""
    return fingerprint(judged(record, context), bytes.fromhex(key))


def findings(judgement: Judgement, rule: str) -> list[Finding]:
    """Give the findings of a rule."""
    return [finding for finding in judgement.findings if finding.rule.id == rule]


# ---------------------------------------------------------------- the same contact
SAME: dict[str, Mapping[str, str]] = {
    "id": {"id": "A7"},
    "case": {"case": "vụ 1"},
    "time": {"received_at": "2026-11-20 09:00"},
    "own request": {"own_request": "có"},
    "call back": {"called_back": "chị An gọi 9 giờ"},
    "space around the code, small letters": {"code": " sd261120-004217\u00a0"},
    "case of the sender": {"sender": " HoTroCNTT@VST-GOV.vn"},
    "spelling of the number": {"phone": "+84 912.000.111"},
    "extension beside the number": {"phone": "0912000111 máy lẻ 12", "extension": ""},
    "white space of the message": {"message": "Chào\n  chị "},
    "normal form of the note": {"note": "Ngu\u031bo\u031b\u0300i la\u0323 go\u0323i"},
    "spelling of the channel": {"channel": "Zalo Chat"},
}
ANOTHER: dict[str, Mapping[str, str]] = {
    "code": {"code": "SD261120-004218"},
    "sender": {"sender": "hotrocntt@vst-gov.com"},
    "look-alike letter of the sender": {"sender": "h\u043etrocntt@vst-gov.vn"},
    "hidden character": {"sender": "hotrocntt@vst-gov.vn\u200b"},
    "number": {"phone": "0912000112"},
    "number that cannot be read": {"phone": "912000111"},
    "the same digits abroad": {"phone": "+0912000111"},
    "extension": {"extension": "13"},
    "no extension": {"extension": ""},
    "channel": {"channel": "viber"},
    "no channel": {"channel": ""},
    "message": {"message": "Chào chị, đọc mã OTP"},
    "case of the message": {"message": "chào chị"},
    "joined words": {"message": "Chàochị"},
    "note": {"note": "Người lạ"},
    "words moved between cells": {"message": "Chào", "note": "chị Người lạ gọi"},
    "service": {"service": "other"},
    "what it asks": {"asks": "nothing;money"},
    "nothing said of what it asks": {"asks": ""},
    "code in another cell": {"code": "", "note": "SD261120-004217"},
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_what_is_no_content_leaves_the_contact_the_same(change: Mapping[str, str], context: Context) -> None:
    """Place, time, what the office did, and spellings that mean the same do not make another contact."""
    assert {**CONTACT, **change} != CONTACT
    assert print_of({**CONTACT, **change}, context) == print_of(CONTACT, context)


@pytest.mark.parametrize("change", ANOTHER.values(), ids=ANOTHER)
def test_any_other_content_is_another_contact(change: Mapping[str, str], context: Context) -> None:
    """What was accepted of one contact is not accepted of another."""
    assert print_of({**CONTACT, **change}, context) != print_of(CONTACT, context)


def test_every_pair_of_contacts_differs(context: Context) -> None:
    """No two different changes meet in one fingerprint."""
    prints = [print_of({**CONTACT, **change}, context) for change in ANOTHER.values()]
    assert len(set(prints)) == len(ANOTHER)


def test_the_key_decides_the_fingerprint_and_nothing_is_readable_in_it(context: Context) -> None:
    """Two baselines cannot be compared with each other."""
    prints = {print_of(CONTACT, context), print_of(CONTACT, context, OTHER_KEY)}
    assert len(prints) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", text) for text in prints)


def test_the_fingerprint_of_a_contact_does_not_change_between_versions(context: Context) -> None:
    """Files that offices keep stay good; another content or encoding would need another version."""
    assert print_of(CONTACT, context) == "01c5ac039cd00dd4a6c9201b12578d3655bdc3e8fd8e155fe4c893d94544bcce"


@given(text=st.text())
def test_any_text_has_a_fingerprint(text: str, context: Context) -> None:
    """Lone surrogates and NUL of a JSON log included."""
    judgement = judged(CONTACT, context)
    contact = judgement.contact._replace(code=text, sender=text, phone=text, extension=text, message=text, note=text)
    assert re.fullmatch("[0-9a-f]{64}", fingerprint(judgement._replace(contact=contact), bytes.fromhex(KEY)))


def test_a_mail_is_the_same_however_it_was_saved(tmp_path: Path, context: Context) -> None:
    """Under another name, with other line ends, inside an mbox: the content counts."""
    raw = (MAILS / "that.eml").read_bytes()
    (tmp_path / "khac.eml").write_bytes(raw.replace(b"\r\n", b"\n"))
    (tmp_path / "thu.mbox").write_bytes(b"From ai\n" + raw.replace(b"\r\n", b"\n") + b"\n")
    place = next(read_mbox(str(tmp_path / "thu.mbox"), [])).cells["mail"]
    paths = [str(MAILS / "that.eml"), str(tmp_path / "khac.eml"), f"{tmp_path}/thu.mbox/{place}"]
    prints = {fingerprint(of_mail(path, context), bytes.fromhex(KEY)) for path in paths}
    assert len(prints) == 1
    (tmp_path / "khac.eml").write_bytes(raw + b"PS")
    assert fingerprint(of_mail(paths[1], context), bytes.fromhex(KEY)) not in prints


@pytest.mark.parametrize("unread", MailUnread)
def test_a_contact_whose_mail_was_not_read_has_no_fingerprint(unread: MailUnread, context: Context) -> None:
    """Nobody knows what it is, so nobody can have accepted it."""
    assert fingerprint(of_mail(str(MAILS / "that.eml"), context, mail=unread), bytes.fromhex(KEY)) == ""
    assert fingerprint(of_mail(str(MAILS / "khong-co.eml"), context), bytes.fromhex(KEY)) == ""


# ---------------------------------------------------------------- what is accepted
def one(judgement: Judgement, rule: str, expires: date = TERMS.expires, today: date = TODAY) -> Baseline:
    """Give a baseline that accepts one rule of one contact."""
    contact = fingerprint(judgement, bytes.fromhex(KEY))
    return Baseline(KEY, [Accepted(contact, rule, "số của đơn vị", "Nguyễn An", expires)], today)


@pytest.mark.parametrize(("days", "holds"), [(-366, False), (-1, False), (0, True), (1, True), (366, True)])
def test_an_acceptance_holds_up_to_its_last_day(days: int, *, holds: bool, context: Context) -> None:
    """From the day after it counts again, and the run can say how many did."""
    judgement = judged(CONTACT, context)
    (finding,) = findings(judgement, "SND003")
    baseline = one(judgement, "SND003", expires=TODAY + timedelta(days=days))
    expected = f"số của đơn vị (Nguyễn An, {TODAY + timedelta(days=days)})" if holds else ""
    assert [baseline.accepts(judgement, finding) for _ in range(2)] == [expected] * 2
    assert baseline.expired == (0 if holds else 1)
    assert bool(baseline.expired_for(judgement, finding)) is not holds


def test_only_the_rule_and_the_contact_that_were_accepted_are(context: Context) -> None:
    """Another rule of the contact counts, and the rule of another contact."""
    judgement = judged(CONTACT, context)
    baseline = one(judgement, "SND003")
    accepted = {finding.rule.id for finding in judgement.findings if baseline.accepts(judgement, finding)}
    assert accepted == {"SND003"}
    assert {finding.rule.id for finding in judgement.findings if finding.effect in ACCEPTABLE} > accepted
    other = judged({**CONTACT, "phone": "0912000112"}, context)
    assert baseline.accepts(other, findings(other, "SND003")[0]) == ""
    assert baseline.expired == 0


def test_a_finding_that_counts_against_nobody_is_never_accepted(context: Context) -> None:
    """Even where a broken caller made such an entry."""
    judgement = judged(CONTACT, context)
    for finding in judgement.findings:
        if finding.effect not in ACCEPTABLE:
            assert one(judgement, finding.rule.id).accepts(judgement, finding) == ""


def test_a_contact_is_hashed_once_and_only_where_its_rule_was_ever_accepted(tmp_path: Path, context: Context) -> None:
    """A run of a million rows pays for the few that may match."""
    path = tmp_path / "thu.eml"
    path.write_bytes((MAILS / "ten-hien-thi.eml").read_bytes())
    judgement = judge({"mail": "ten-hien-thi.eml"}, context)
    judgement = judgement._replace(contact=judgement.contact._replace(mail=str(path)))
    rules = [finding for finding in judgement.findings if finding.effect is Effect.CONTRADICTS]
    baseline = one(judgement, rules[0].rule.id)
    assert baseline.accepts(judgement, rules[0])
    path.unlink()  # whoever hashes it again finds nothing
    assert baseline.accepts(judgement, rules[0])
    assert baseline.fingerprint(judgement._replace()) == ""
    silent = one(judged(CONTACT, context), "PHO008")
    assert [silent.accepts(judgement, finding) for finding in judgement.findings] == [""] * len(judgement.findings)
    assert silent._last == (None, "")


def test_a_baseline_goes_to_another_process(context: Context) -> None:
    """It answers there as here."""
    judgement = judged(CONTACT, context)
    baseline = pickle.loads(pickle.dumps(one(judgement, "SND003")))  # noqa: S301 - our own
    assert baseline.accepts(judgement, findings(judgement, "SND003")[0])


# ---------------------------------------------------------------- writing
LOG = (
    CONTACT,
    {"code": "SD261120-004217", "sender": "hotrocntt@vst.gov.vn", "phone": "02462764300"},
    {"phone": "0912000111", "message": "Chị đọc mã OTP cho em"},
)


def written(
    path: Path, records: tuple[Mapping[str, str], ...], context: Context, terms: Terms = TERMS, today: date = TODAY
) -> Written:
    """Write a baseline of some records over what the file holds."""
    keep = Baseline.load(str(path), today) if path.exists() else None
    return write_baseline((judged(record, context) for record in records), str(path), terms, today=today, keep=keep)


def test_what_keeps_a_contact_below_consistent_is_accepted(tmp_path: Path, context: Context) -> None:
    """Then nothing of it counts; a consistent contact needs no entry, one that asks for a secret gets none."""
    path = tmp_path / "b.json"
    told = written(path, LOG, context)
    judgement = judged(CONTACT, context)
    counting = [finding for finding in judgement.findings if finding.effect in ACCEPTABLE]
    assert told == Written(added=len(counting), kept=0, dropped=0, prohibited=1, unread=0)
    baseline = Baseline.load(str(path), TODAY)
    assert all(baseline.accepts(judgement, finding) for finding in counting)
    forbidden = judged(LOG[2], context)
    assert not any(baseline.accepts(forbidden, finding) for finding in forbidden.findings)


def test_what_asks_for_something_forbidden_is_accepted_only_by_its_rule(tmp_path: Path, context: Context) -> None:
    """Naming rules accepts exactly these, of any contact."""
    path = tmp_path / "b.json"
    assert written(path, LOG, context, TERMS._replace(rules=frozenset({"MSG001"}))) == Written(1, 0, 0, 0, 0)
    baseline = Baseline.load(str(path), TODAY)
    accepted = [
        (row, finding.rule.id)
        for row, record in enumerate(LOG)
        for judgement in [judged(record, context)]
        for finding in judgement.findings
        if baseline.accepts(judgement, finding)
    ]
    assert accepted == [(2, "MSG001")]


def test_what_still_holds_is_kept_as_it_was_and_what_expired_goes(tmp_path: Path, context: Context) -> None:
    """Somebody's decision is not rewritten by a later one; the key stays, so that old entries still match."""
    path = tmp_path / "b.json"
    written(path, LOG[:1], context)
    first = Baseline.load(str(path), TODAY)
    later = Terms("xem lại", "Trần Bình", date(2027, 6, 1))
    other: tuple[Mapping[str, str], ...] = ({"phone": "0912000112", "sender": "x@vst-gov.vn"},)
    told = written(path, LOG[:1] + other, context, later)
    second = Baseline.load(str(path), TODAY)
    assert (told.kept, told.dropped) == (len(first.accepted), 0)
    assert told.added == len(second.accepted) - len(first.accepted) > 0
    assert set(first.accepted) < set(second.accepted)
    assert first.key == second.key
    after = date(2027, 2, 1)
    assert written(path, LOG[:1], context, later, after) == Written(len(first.accepted), told.added, 0, 0, 0)
    assert {entry.author for entry in Baseline.load(str(path), after).accepted} == {"Trần Bình"}
    assert written(path, (), context, later, date(2027, 6, 2)).dropped == len(second.accepted)
    assert Baseline.load(str(path), after).accepted == ()


def test_every_file_has_a_key_of_its_own_and_no_value_of_a_contact(tmp_path: Path, context: Context) -> None:
    """Who sees the file sees no name, number or word of a contact; and it is valid by its schema."""
    texts = []
    for name in ("a.json", "b.json"):
        written(tmp_path / name, LOG, context, TERMS._replace(rules=frozenset(RULES)))
        texts.append((tmp_path / name).read_text(encoding="utf-8"))
        document = json.loads(texts[-1])
        jsonschema.Draft202012Validator.check_schema(_SCHEMA)
        jsonschema.validate(document, _SCHEMA)
    assert json.loads(texts[0])["key"] != json.loads(texts[1])["key"]
    visible = re.sub("[0-9a-f]{64}", "", "".join(texts))
    for value in {value for record in LOG for value in record.values()}:
        assert value not in visible


def test_an_entry_is_a_line_and_the_order_is_fixed(tmp_path: Path, context: Context) -> None:
    """Changes of a file can be reviewed line by line; the order of the log does not matter."""
    path = tmp_path / "b.json"
    written(path, LOG, context)
    lines = path.read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line.rstrip(",")) for line in lines[1:-1]]
    assert [list(entry) for entry in entries] == [list(Accepted._fields)] * len(entries)
    assert [(entry["contact"], entry["rule"]) for entry in entries] == sorted(
        (entry["contact"], entry["rule"]) for entry in entries
    )
    before = path.read_bytes()
    written(path, LOG[::-1], context)
    assert path.read_bytes() == before


def test_a_run_that_fails_leaves_the_file_as_it_was(tmp_path: Path, context: Context) -> None:
    """Whatever is raised while judging, and nothing lies beside it."""
    path = tmp_path / "b.json"
    written(path, LOG, context)
    before = path.read_bytes()

    def broken() -> "list[Judgement]":
        raise InputError("file-nothing")

    with pytest.raises(InputError):
        write_baseline((item for item in [0] for _ in broken()), str(path), TERMS, today=TODAY)  # type: ignore[misc] # raises before it gives anything
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["b.json"]
    with pytest.raises(OutputError):
        write_baseline((), str(tmp_path / "khong" / "b.json"), TERMS, today=TODAY)


def test_an_unread_mail_is_left_out(tmp_path: Path, context: Context) -> None:
    """It is counted, so that nobody believes it accepted."""
    judgement = of_mail("x", context, mail=MailUnread.MISSING)._replace(
        findings=(Finding(RULES["AUT004"], {"reason": "x"}),)
    )
    assert write_baseline([judgement], str(tmp_path / "b.json"), TERMS, today=TODAY) == Written(0, 0, 0, 0, 1)


# ---------------------------------------------------------------- terms
def test_terms_are_read_as_typed() -> None:
    """White space is folded, secrets are covered, days and rules are known in both spellings."""
    typed = TypedTerms(
        " số  của\tđơn vị, mật khẩu: Abc@1234 ", "Nguyê\u0303n An", "01/01/2027", ("snd003", "phone-mobile")
    )
    terms = read_terms(typed, TODAY, last_day(TODAY))
    assert terms == Terms(
        "số của đơn vị, mật khẩu: ••••••••", "Nguyễn An", date(2027, 1, 1), frozenset({"SND003", "PHO005"})
    )


GOOD = TypedTerms("lý do", "An", "2027-01-01")


@pytest.mark.parametrize(
    ("typed", "key"),
    [(GOOD._replace(reason=""), "baseline-text"), (GOOD._replace(reason=" \n"), "baseline-text"),
     (GOOD._replace(reason="x" * 301), "baseline-text"), (GOOD._replace(reason="a\u202eb"), "baseline-text"),
     (GOOD._replace(author=""), "baseline-text"), (GOOD._replace(author="\x1b[31mAn"), "baseline-text"),
     (GOOD._replace(expires=""), "baseline-expires"), (GOOD._replace(expires="2027-02-29"), "baseline-expires"),
     (GOOD._replace(expires="31/02/2027"), "baseline-expires"), (GOOD._replace(expires="never"), "baseline-expires"),
     (GOOD._replace(expires="2026-11-21"), "baseline-expires"), (GOOD._replace(expires="2027-11-24"), "baseline-expires"),
     (GOOD._replace(expires="2027-01-01 10:00"), "baseline-expires"), (GOOD._replace(expires="٢٠٢٧-01-01"), "baseline-expires"),
     (GOOD._replace(rules=("SND999",)), "rule-unknown"), (GOOD._replace(rules=("",)), "rule-unknown"),
     (GOOD._replace(rules=("PHO009",)), "baseline-rule-harmless"), (GOOD._replace(rules=("MSG008",)), "baseline-rule-harmless")],
)  # fmt: skip
def test_terms_that_cannot_be_meant_are_refused(typed: TypedTerms, key: str) -> None:
    """Nothing is accepted without a reason, a name, a day within a year, and rules that count."""
    with pytest.raises(UsageError) as caught:
        read_terms(typed, TODAY, last_day(TODAY))
    assert caught.value.key == key


@pytest.mark.parametrize("day", ["2026-11-22", "2027-11-23"])
def test_the_first_and_the_last_possible_day_are_taken(day: str) -> None:
    """From the day of the run up to 366 days later."""
    assert read_terms(GOOD._replace(expires=day), TODAY, last_day(TODAY)).expires == date.fromisoformat(day)


# ---------------------------------------------------------------- files
LINES = [
    f'{{"schema_version": 1, "key": "{KEY}", "accepted": [',
    f'  {{"contact": "{"a" * 64}", "rule": "SND003", "reason": "lý do", "author": "An", "expires": "2027-01-01"}},',
    f'  {{"contact": "{"b" * 64}", "rule": "PHO005", "reason": "lý do", "author": "An", "expires": "2027-01-01"}}',
    "]}",
    "",
]
TEXT = "\n".join(LINES)

BROKEN: dict[str, tuple[Callable[[str], str | bytes], str, int]] = {
    "empty": (lambda _: "", "baseline-broken", 1),
    "no JSON": (lambda text: text + "x", "baseline-broken", 5),
    "cut off": (lambda text: text[:-10], "baseline-broken", 3),
    "a comma too many": (lambda text: text.replace('"}\n]', '"},\n]'), "baseline-broken", 4),
    "merge conflict": (lambda text: text.replace("\n  {", "\n<<<<<<< HEAD\n  {", 1), "baseline-broken", 2),
    "not UTF-8": (lambda text: text.encode().replace("ý".encode(), b"\xfd", 1), "baseline-broken", 2),
    "UTF-16": (lambda text: text.encode("utf-16"), "baseline-broken", 1),
    "a list": (lambda _: "[]", "baseline-broken", 1),
    "null": (lambda _: "null", "baseline-broken", 1),
    "too deep": (lambda _: "[" * 100_000, "baseline-broken", 1),
    "an entry too deep": (lambda text: text.replace('"lý do"', "[" * 500 + "]" * 500, 1), "baseline-bad-text", 2),
    "a number of a thousand digits": (lambda text: text.replace(": 1", ": " + "1" * 5000), "baseline-broken", 1),
    "accepted is an object": (lambda text: text.replace("[", "{").replace("]", "}").replace("{\n  {", '{"x": {').replace("},\n  {", '}, "y": {'), "baseline-broken", 1),
    "an entry is a text": (lambda text: text.replace(LINES[2], '  "b"'), "baseline-broken", 3),
    "another version": (lambda text: text.replace(": 1", ": 2"), "baseline-version", 0),
    "version is true": (lambda text: text.replace(": 1", ": true"), "baseline-version", 0),
    "version is a text": (lambda text: text.replace(": 1", ': "1"'), "baseline-version", 0),
    "no version": (lambda text: text.replace('"schema_version": 1, ', ""), "baseline-missing-key", 1),
    "unknown top key": (lambda text: text.replace('"key"', '"note": "x", "key"'), "baseline-unknown-key", 1),
    "key twice": (lambda text: text.replace('"key"', f'"key": "{OTHER_KEY}", "key"'), "baseline-repeated-key", 1),
    "short key": (lambda text: text.replace(KEY, KEY[:-1]), "baseline-bad-value", 1),
    "capital key": (lambda text: text.replace(KEY, KEY.upper()), "baseline-bad-value", 1),
    "no contact": (lambda text: text.replace(f'"contact": "{"b" * 64}", ', ""), "baseline-missing-key", 3),
    "contact is no hash": (lambda text: text.replace("b" * 64, "0912000111"), "baseline-bad-value", 3),
    "no reason": (lambda text: text.replace('"reason": "lý do", ', "", 1), "baseline-missing-key", 2),
    "empty reason": (lambda text: text.replace('"lý do"', '" "', 1), "baseline-bad-text", 2),
    "reason is a number": (lambda text: text.replace('"lý do"', "7", 1), "baseline-bad-text", 2),
    "reason with an escape": (lambda text: text.replace('"lý do"', '"\\u001b[31m"', 1), "baseline-bad-text", 2),
    "half a character": (lambda text: text.replace('"lý do"', '"\\ud800"', 1), "baseline-bad-text", 2),
    "empty author": (lambda text: text.replace('"An"', '""', 1), "baseline-bad-text", 2),
    "no expiry": (lambda text: text.replace(', "expires": "2027-01-01"', "", 1), "baseline-missing-key", 2),
    "impossible day": (lambda text: text.replace("2027-01-01", "2027-02-29", 1), "baseline-bad-value", 2),
    "day in another form": (lambda text: text.replace("2027-01-01", "20270101", 1), "baseline-bad-value", 2),
    "day is null": (lambda text: text.replace('"2027-01-01"', "null", 1), "baseline-bad-value", 2),
    "for ever": (lambda text: text.replace("2027-01-01", "2099-01-01", 1), "baseline-far-expiry", 2),
    "a day too far": (lambda text: text.replace("2027-01-01", "2027-11-24", 1), "baseline-far-expiry", 2),
    "unknown rule": (lambda text: text.replace("PHO005", "PHO999"), "baseline-unknown-rule", 3),
    "rule by name": (lambda text: text.replace("PHO005", "phone-mobile"), "baseline-unknown-rule", 3),
    "rule that counts against nobody": (lambda text: text.replace("PHO005", "PHO009"), "baseline-unknown-rule", 3),
    "rule is a list": (lambda text: text.replace('"PHO005"', '["PHO005"]'), "baseline-unknown-rule", 3),
    "unknown key of an entry": (lambda text: text.replace('"author"', '"autor": "x", "author"', 1), "baseline-unknown-key", 2),
    "reason twice": (lambda text: text.replace('"reason"', '"reason": "x", "reason"', 1), "baseline-repeated-key", 2),
    "the same finding twice": (lambda text: text.replace("b" * 64, "a" * 64).replace("PHO005", "SND003"), "baseline-duplicate", 3),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "key", "line"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_not_exactly_a_baseline_is_refused(
    tmp_path: Path, spoil: Callable[[str], str | bytes], key: str, line: int
) -> None:
    """With its line; never taken for an empty baseline."""
    path = tmp_path / "b.json"
    spoilt = spoil(TEXT)
    assert spoilt != TEXT
    path.write_bytes(spoilt if isinstance(spoilt, bytes) else spoilt.encode())
    with pytest.raises(InputError) as caught:
        Baseline.load(str(path), TODAY)
    assert (caught.value.key, int(caught.value.values.get("line", 0))) == (key, line)


@pytest.mark.parametrize("form", [TEXT, "\ufeff" + TEXT, TEXT.replace("\n", "\r\n"), TEXT.replace("\n", ""), json.dumps(json.loads(TEXT), indent=4)])  # fmt: skip
def test_another_layout_is_the_same_baseline(tmp_path: Path, form: str) -> None:
    """An editor may have laid it out anew."""
    path = tmp_path / "b.json"
    path.write_bytes(form.encode())
    baseline = Baseline.load(str(path), TODAY)
    assert [(entry.rule, entry.expires) for entry in baseline.accepted] == [
        ("SND003", date(2027, 1, 1)), ("PHO005", date(2027, 1, 1)),
    ]  # fmt: skip


def test_the_line_of_a_broken_entry_is_told_in_any_layout(tmp_path: Path) -> None:
    """Lines are counted as an editor does."""
    path = tmp_path / "b.json"
    text = json.dumps(json.loads(TEXT), indent=4).replace("PHO005", "PHO999")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Baseline.load(str(path), TODAY)
    line = int(caught.value.values["line"])
    assert text.splitlines()[line - 1 : line + 2][0].strip() == "{"
    assert "b" * 64 in text.splitlines()[line]


def test_a_run_as_of_an_earlier_day_reads_what_was_written_since(tmp_path: Path) -> None:
    """The limit of 366 days is that of the real day, where it is the later one."""
    path = tmp_path / "b.json"
    path.write_text(TEXT, encoding="utf-8")
    past = date(2025, 1, 1)
    with pytest.raises(InputError):
        Baseline.load(str(path), past)
    assert len(Baseline.load(str(path), past, TODAY).accepted) == 2


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A missing file and a folder; the first is not an empty baseline."""
    for path, key in ((tmp_path / "khong.json", "file-missing"), (tmp_path, "baseline-not-plain")):
        with pytest.raises(InputError) as caught:
            Baseline.load(str(path), TODAY)
        assert caught.value.key == key


_WORDS = st.text(st.sampled_from("aăâđếƠ\"\\/'{}[],: 1"), min_size=1, max_size=12).filter(lambda text: text.strip())
_ENTRIES = st.lists(
    st.builds(
        Accepted,
        contact=st.integers(0, 3).map(lambda digit: f"{digit}" * 64),
        rule=st.sampled_from(sorted(rule.id for rule in RULES.values() if rule.effect in ACCEPTABLE)),
        reason=_WORDS,
        author=_WORDS,
        expires=st.dates(date(2020, 1, 1), date(2027, 11, 23)),
    ),
    unique_by=lambda entry: (entry.contact, entry.rule),
    max_size=6,
)


@given(entries=_ENTRIES)
def test_what_is_written_is_read_back(entries: list[Accepted], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Any reason and author, and written again it is the same text, valid by its schema."""
    path = tmp_path_factory.mktemp("baseline") / "b.json"
    text = baseline_text(KEY, entries)
    path.write_text(text, encoding="utf-8")
    key, read = read_baseline_file(str(path), last_day(TODAY))
    assert (key, read) == (KEY, sorted(entries))
    assert baseline_text(key, read) == text
    assert text.count("\n") == len(entries) + (2 if entries else 1)
    jsonschema.validate(json.loads(text), _SCHEMA)


def test_the_page_shows_a_baseline_that_is_valid() -> None:
    """docs/baseline.md shows what the tool reads."""
    page = (Path(__file__).parents[2] / "docs" / "baseline.md").read_text(encoding="utf-8")
    shown = re.search(r"```json\n(.*?)```", page, re.DOTALL)
    assert shown
    jsonschema.validate(json.loads(shown[1]), _SCHEMA)
