"""The rule table against the contract, its words and its examples."""

import ast
import string
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.judging import judge, judge_together, rules_of
from verifykb.context import Context
from verifykb.model.evidence import MailUnread
from verifykb.model.finding import RuleStatus
from verifykb.rules import RULES, find_rule, suggest_rules
from verifykb.wording import LANGUAGES, Wording, _load, examples

# docs/contract.md, section 4, letter by letter: id, name, effect.
_CONTRACT = """
COD001 code-missing lacks|COD002 code-malformed contradicts|COD003 code-date-impossible contradicts
COD004 code-date-in-future contradicts|COD005 code-published-example contradicts
COD006 code-placeholder-serial lacks|COD007 code-stale lacks|COD008 code-replayed contradicts
COD009 code-plausible supports|COD010 code-own-request proves|COD011 code-not-ours lacks
COD012 code-differs-from-mail contradicts|SND001 sender-missing lacks
SND002 sender-malformed contradicts|SND003 sender-lookalike contradicts
SND004 sender-unrelated contradicts|SND005 sender-not-support-mailbox lacks
SND006 sender-support-mailbox supports|SND007 display-name-claims-official contradicts
SND008 reply-to-elsewhere contradicts|AUT001 mail-authenticated proves
AUT002 mail-authentication-failed contradicts|AUT003 mail-not-authenticated lacks
AUT004 authentication-unavailable lacks|AUT005 signature-incomplete notes
AUT006 results-header-untrusted notes|AUT007 mail-forwarded lacks|AUT008 mail-not-for-us lacks
PHO001 phone-missing lacks|PHO002 phone-malformed contradicts|PHO003 phone-not-switchboard contradicts
PHO004 phone-near-switchboard contradicts|PHO005 phone-mobile contradicts
PHO006 phone-foreign contradicts|PHO007 extension-missing notes
PHO008 extension-not-listed contradicts|PHO009 phone-switchboard supports
PHO010 phone-called-back proves|PHO011 phone-retired-spelling lacks
CHN001 channel-not-official contradicts|CHN002 channel-official supports
MSG001 asks-for-secret prohibits|MSG002 asks-for-remote-access prohibits
MSG003 asks-to-follow-link prohibits|MSG004 asks-to-install prohibits|MSG005 asks-for-money prohibits
MSG006 asks-for-personal-data prohibits|MSG007 offers-other-contact contradicts
MSG008 pressure-or-threat notes|MSG009 quotes-a-warning notes|MSG010 nothing-forbidden-found supports
MSG011 nothing-asked-confirmed proves|MSG012 request-not-described supports
MSG013 links-official-host notes|MSG014 mail-not-fully-read lacks|MSG015 dangerous-attachment prohibits
DIR001 directory-current proves|DIR002 directory-stale supports|DIR003 contact-withdrawn contradicts
DIR004 no-published-contact lacks
"""
_CONTRACT_ROWS = [row.split() for line in _CONTRACT.split("\n") for row in line.split("|") if row]


@pytest.mark.parametrize(("rule", "name", "effect"), _CONTRACT_ROWS)
def test_a_rule_of_the_contract_keeps_id_name_and_effect(rule: str, name: str, effect: str) -> None:
    """Outside checks rely on these."""
    assert (RULES[rule].name, RULES[rule].effect) == (name, effect)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_an_active_rule_fires_and_stays_silent_on_its_own_examples(rule: Any, context: Context, tmp_path: Path) -> None:
    """What `explain` shows is what the tool does."""
    shown = examples(rule.id)
    if rule.status is not RuleStatus.ACTIVE:
        assert not shown
        return
    if rule.id.startswith("DOM"):
        assert shown["fires"] != shown["silent"]  # domains, not contacts: tests/dns/test_posture.py runs them
        return
    for kind in ("fires", "silent"):
        record = dict(shown[kind])
        if not record:
            # Nothing is withdrawn: tests/checks/test_directory.py. No cell of a command line is a number: tests/batch/test_xlsx.py.
            assert rule.id in ("DIR003", "PHO012")
            continue
        if "records" in record:
            judged = judge_together(record["records"], context, tmp_path)
            assert all((rule.id in rules_of(one)) is (kind == "fires") for one in judged[-1:]), kind
            continue
        at = record.pop("at", "")
        assert (rule.id in rules_of(judge(record, context, at))) is (kind == "fires"), kind


def _texts(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _texts(value, (*path, key))
    else:
        yield path, str(node)


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


_FILES = ("", "errors.", "help.", "explain.", "html.")


@pytest.mark.parametrize("file", _FILES)
def test_both_languages_have_the_same_keys_and_holes(file: str) -> None:
    """Vietnamese and English cannot drift apart."""
    vi, en = (dict(_texts(_load(f"{file}{language}.toml"))) for language in LANGUAGES)
    assert vi.keys() == en.keys()
    assert {key: _holes(text) for key, text in vi.items()} == {key: _holes(text) for key, text in en.items()}


def test_all_words_are_in_nfc() -> None:
    """A sentence in NFD would not be found by a search."""
    for file in Path("src/verifykb/wording").resolve().glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        assert text == unicodedata.normalize("NFC", text), file.name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_has_words_that_use_only_its_values(rule: Any, language: str) -> None:
    """A sentence may name only what every finding of the rule carries."""
    words = Wording(language)
    sentence = _load(f"{language}.toml")["rules"][rule.id]["message"]
    assert _holes(sentence) <= set(rule.values)
    assert words.text("rules", rule.id, "title")
    assert {"what", "why", "todo"} <= words.explanation(rule.id).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_any_verdict_says_that_a_secret_may_be_given(language: str) -> None:
    """The trap of notice H:30: never, in no verdict."""
    always = _load(f"{language}.toml")["advice"]["give-no-secret"]
    assert ("không đưa mật khẩu" in always) or ("give no password" in always)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("PHO004", "PHO004"), ("pho004", "PHO004"), (" sender-lookalike ", "SND003"), ("PHO4", None)],
)
def test_a_rule_is_found_by_id_or_name_in_any_case(typed: str, found: str | None) -> None:
    """People type ids as they remember them."""
    rule = find_rule(typed)
    assert (rule.id if rule else None) == found


def test_a_near_miss_is_suggested_and_nonsense_is_not() -> None:
    """A misleading suggestion is worse than none."""
    assert "PHO004" in suggest_rules("PH0004")
    assert suggest_rules("sender-lookalikes")[0] == "SND003"
    assert suggest_rules("zzzz") == []


def _literals(source: str, *calls: str) -> set[str]:
    """Give the texts that are passed to these calls, as they stand in the source."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in calls:
            found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_mails_and_dns_has_words(language: str) -> None:
    """Reasons are keys; each that the source can give is a sentence in both languages."""
    root = Path(__file__).parents[1] / "src" / "verifykb"
    files = [path.read_text(encoding="utf-8") for folder in ("mail", "dns") for path in (root / folder).glob("*.py")]
    reasons = {reason for text in files for reason in _literals(text, "say_unread", "_Unusable", "temporary")}
    reasons |= {value.value for value in MailUnread} | {"obscured", "encrypted", "unreadable-archive", "unsettled", ""}
    assert len(reasons) > 30
    assert reasons - {""} <= _load(f"{language}.toml")["labels"]["reason"].keys()
