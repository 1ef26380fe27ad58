"""How a domain's protection is judged, from recorded zones; nothing is asked over the network."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dns.example_com import DMARC, MAIL, Counting, Zone, found, judged
from verifykb.dns.answer import Answer, Status, temporary
from verifykb.dns.deadline import DeadlineResolver
from verifykb.dns.posture import assess_domain
from verifykb.dns.recorded import RecordedResolver
from verifykb.model.finding import RuleStatus
from verifykb.model.posture import Part, Posture
from verifykb.render.domain_report import as_finding
from verifykb.rules import RULES
from verifykb.wording import LANGUAGES, Wording, examples

_RULES = [rule for rule in RULES.values() if rule.id.startswith("DOM") and rule.status is RuleStatus.ACTIVE]


def _zone_of(record: Mapping[str, str]) -> dict[str, Any]:
    zone: dict[str, dict[str, Any]] = {}
    for key, value in record.items():
        name, _, kind = key.rpartition(" ")
        if name:
            zone.setdefault(name, {})[kind] = value if value == "TIMEOUT" else [value]
    return zone


@pytest.mark.parametrize("kind", ["fires", "silent"])
@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.id)
def test_a_rule_fires_and_stays_silent_on_its_own_examples(rule: Any, kind: str) -> None:
    """What `explain` shows is what the tool does."""
    record = examples(rule.id)[kind]
    posture = judged(_zone_of(record), record["domain"], policy=record.get("policy", ""))
    assert (rule.id in found(posture)) is (kind == "fires"), posture.findings


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.id)
def test_a_finding_carries_what_its_rule_says_and_has_a_sentence(rule: Any, language: str) -> None:
    """Values are those of the table, and every reason has its words."""
    record = examples(rule.id)["fires"]
    posture = judged(_zone_of(record), record["domain"], policy=record.get("policy", ""))
    for note in posture.findings:
        finding = as_finding(note)
        assert tuple(finding.values) == finding.rule.values
        assert Wording(language).sentence(finding)


def test_a_well_kept_domain_has_no_weakness() -> None:
    """Everything published, nothing to say but what the resolver cannot vouch for."""
    zone = {
        **DMARC,
        "example.com": {**MAIL, "NS": ["ns.example.net"], "DS": ["1 13 2 00"], "DNSKEY": ["257 3 13 AAAA"]},
        "mx.example.com": {"A": ["192.0.2.1"]},
        "_mta-sts.example.com": {"TXT": ["v=STSv1; id=1;"]},
        "_smtp._tls.example.com": {"TXT": ["v=TLSRPTv1;rua=mailto:t@example.com"]},
    }
    posture = judged(zone, policy="version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 1\n")
    assert list(found(posture)) == ["DOM020"]
    assert (posture.spf.lookups, posture.spf.void_lookups, posture.spf.default) == (1, 0, "fail")
    assert (posture.dmarc.policy, posture.mta_sts.mode, posture.dnssec.zone) == ("reject", "enforce", "example.com")
    assert posture.is_known


D = "_dmarc.example.com"
CASES_DMARC: dict[str, tuple[str, dict[str, Any], dict[str, str], str]] = {
    # name, TXT records -> the findings with what tells them, the policy in force
    "reject": ("example.com", {D: ["v=DMARC1;p=reject;rua=mailto:d@e.com"]}, {}, "reject"),
    "none": ("example.com", {D: ["v=DMARC1;p=none;rua=mailto:d@e.com"]}, {"DOM010": "policy-none"}, "none"),
    "tested quarantine": (
        "example.com", {D: ["v=DMARC1;p=quarantine;t=y;rua=mailto:d@e.com"]}, {"DOM010": "policy-testing"}, "none",
    ),
    "tested reject": ("example.com", {D: ["v=DMARC1;p=reject;t=y;rua=mailto:d@e.com"]}, {}, "quarantine"),
    "weak sub-domains": ("example.com", {D: ["v=DMARC1;p=reject;sp=none;rua=mailto:d@e.com"]}, {"DOM011": "sp=none, np=none"}, "reject"),
    "weak np": ("example.com", {D: ["v=DMARC1;p=reject;np=quarantine;rua=mailto:d@e.com"]}, {"DOM011": "np=quarantine"}, "reject"),
    "no reports": ("example.com", {D: ["v=DMARC1;p=reject"]}, {"DOM012": ""}, "reject"),
    "no p but reports": ("example.com", {D: ["v=DMARC1;rua=mailto:d@e.com"]}, {"DOM010": "policy-none"}, "none"),
    "no p": ("example.com", {D: ["v=DMARC1;sp=reject"]}, {"DOM009": "record-syntax"}, ""),
    "no such version": ("example.com", {D: ["v=DMARC2;p=reject"]}, {"DOM009": "record-syntax"}, ""),
    "two": ("example.com", {D: ["v=DMARC1;p=reject", "v=DMARC1;p=none"]}, {"DOM009": "several-records"}, ""),
    "something else": ("example.com", {D: ["hello"]}, {"DOM008": ""}, ""),
    "inherited": ("a.example.com", {D: ["v=DMARC1;p=reject;sp=none;rua=mailto:d@e.com"]}, {"DOM010": "policy-none"}, "none"),
    "two, but inherited": (
        "a.example.com",
        {D: ["v=DMARC1;p=reject;rua=mailto:d@e.com"], "_dmarc.a.example.com": ["v=DMARC1;p=none", "v=DMARC1;p=none"]},
        {"DOM009": "several-records"}, "reject",
    ),
    "of the suffix": ("example.com", {"_dmarc.com": ["v=DMARC1;p=reject;psd=y;rua=mailto:d@e.com"]}, {}, "reject"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "records", "expected", "policy"), CASES_DMARC.values(), ids=CASES_DMARC)
def test_which_dmarc_policy_is_in_force(
    name: str, records: dict[str, Any], expected: dict[str, str], policy: str
) -> None:
    """RFC 9989: own record or inherited, lowered by t=y, weaker below."""
    zone = {**{key: {"TXT": texts} for key, texts in records.items()}, name: MAIL}
    posture = judged(zone, name, basic=True)
    seen = {rule: values.get("reason") or values.get("weaker", "") for rule, values in found(posture).items()}
    assert (seen, posture.dmarc.policy) == (expected, policy)


UNKNOWN: dict[str, tuple[str, str, set[str]]] = {
    # name and type that is not answered -> rules that would follow from its absence
    "MX": ("example.com", "MX", {"DOM013", "DOM014"}),
    "TXT": ("example.com", "TXT", {"DOM004", "DOM005", "DOM006"}),
    "DMARC": ("_dmarc.example.com", "TXT", {"DOM008", "DOM009", "DOM010", "DOM012"}),
    "DMARC above": ("_dmarc.com", "TXT", {"DOM008"}),
    "MTA-STS": ("_mta-sts.example.com", "TXT", {"DOM015", "DOM016"}),
    "TLS-RPT": ("_smtp._tls.example.com", "TXT", {"DOM018"}),
    "NS": ("example.com", "NS", {"DOM019", "DOM020"}),
    "DS": ("example.com", "DS", {"DOM019", "DOM020"}),
    "DNSKEY": ("example.com", "DNSKEY", {"DOM019", "DOM020"}),
}


@pytest.mark.parametrize("failure", ["TIMEOUT", "SERVFAIL"])
@pytest.mark.parametrize(("name", "kind", "silent"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_question_without_an_answer_is_never_a_no(name: str, kind: str, silent: set[str], failure: str) -> None:
    """DOM001 names the question and the reason; nothing is concluded from it."""
    zone: dict[str, Any] = {"example.com": {**MAIL, "NS": ["ns.example.net"]}, "mx.example.com": {"A": ["192.0.2.1"]}}
    zone.setdefault(name, {})[kind] = failure
    posture = judged(zone)
    seen = found(posture)
    assert seen["DOM001"] == {"domain": "example.com", "question": f"{name} {kind}", "reason": failure.lower()}
    assert not seen.keys() & silent
    assert not posture.is_known


def test_a_domain_that_does_not_exist_is_told_as_that() -> None:
    """Not as one that lacks everything; what could not be asked is still told."""
    assert list(found(judged({}))) == ["DOM003"]
    assert judged({}).exists is False
    posture = judged({"_mta-sts.example.com": "TIMEOUT", "example.com": "NXDOMAIN"})
    assert list(found(posture)) == ["DOM001", "DOM003"]


def test_nothing_is_missed_about_delivery_where_nobody_takes_mail() -> None:
    """A null MX makes MTA-STS and TLS reports pointless (RFC 7505)."""
    zone = {**DMARC, "example.com": {"MX": ["0 ."], "TXT": ["v=spf1 -all"]}}
    assert list(found(judged(zone))) == ["DOM014", "DOM019"]


class Validating:
    """Says of every answer that it was validated."""

    def __init__(self, zone: Zone) -> None:
        self._inner = RecordedResolver(zone)

    async def ask(self, name: str, kind: str) -> Answer:
        """Ask, and vouch for it."""
        return (await self._inner.ask(name, kind))._replace(secure=True)


def test_dnssec_is_of_the_zone_and_validated_only_by_a_trusted_resolver() -> None:
    """A name inside a signed zone is signed; only the resolver's word makes it validated."""
    zone = {**DMARC, "a.example.com": MAIL, "example.com": {"NS": ["ns.example.net"], "DS": ["1"], "DNSKEY": ["257"]}}
    assert found(judged(zone, "a.example.com"))["DOM020"] == {"domain": "a.example.com", "zone": "example.com"}
    posture = asyncio.run(assess_domain("a.example.com", Validating(zone), fetch=None))
    assert posture.dnssec.validated
    assert not found(posture).keys() & {"DOM019", "DOM020"}
    unsigned = {**zone, "example.com": {"NS": ["ns.example.net"], "DNSKEY": ["257"]}}
    assert "DOM019" in found(judged(unsigned, "a.example.com"))


def test_basic_asks_three_questions() -> None:
    """MX, TXT and _dmarc TXT, and none more where the record is found at the name itself."""
    resolver = Counting({**DMARC, "example.com": {"MX": ["10 mx"], "TXT": ["v=spf1 include:x.net mx -all"]}})
    posture = asyncio.run(assess_domain("example.com", resolver, fetch=None, basic=True))
    assert sorted(resolver.asked) == [(D, "TXT"), ("example.com", "MX"), ("example.com", "TXT")]
    assert posture.findings == ()
    assert posture.mta_sts.status is Part.NOT_ASKED


def test_questions_of_one_name_are_asked_at_the_same_time() -> None:
    """No question waits for the answer to another that it does not need."""

    class Gate:
        def __init__(self) -> None:
            self.waiting = 0
            self.open = asyncio.Event()

        async def ask(self, name: str, kind: str) -> Answer:
            assert name
            self.waiting += 1
            if self.waiting == 3:
                self.open.set()
            await asyncio.wait_for(self.open.wait(), 5)
            return Answer(Status.FOUND, ("10 mx",)) if kind == "MX" else Answer(Status.NODATA)

    assert asyncio.run(assess_domain("example.com", Gate(), fetch=None, basic=True)).exists


_WORDS = st.sampled_from(
    ["v=spf1", "v=DMARC1;", "p=none", "-all", "+all", "mx", "a:", "include:example.com", "redirect=a.example.com",
     "exists:%{i}", "ip4:1.2.3.4/0", "rua=", "\x00", "\udcff", ";", " ", "0 .", "v=STSv1; id=1", "a" * 300],
)  # fmt: skip
_RECORD = st.one_of(st.text(max_size=40), st.lists(_WORDS, max_size=8).map(" ".join))


@given(
    st.dictionaries(
        st.sampled_from(["example.com", D, "a.example.com", "_mta-sts.example.com", "_smtp._tls.example.com", "com"]),
        st.dictionaries(
            st.sampled_from(["TXT", "MX", "A", "NS", "DS", "DNSKEY", "*"]),
            st.one_of(st.sampled_from(["TIMEOUT", "SERVFAIL", "NXDOMAIN"]), st.lists(_RECORD, max_size=3)),
            max_size=4,
        ),
        max_size=6,
    ),
    st.text(max_size=60),
)
def test_no_zone_breaks_the_judging(zone: dict[str, Any], policy: str) -> None:
    """Whatever a zone and a policy hold, every finding is one of its rule and has a sentence."""
    for note in judged(zone, policy=policy).findings:
        finding = as_finding(note)
        assert tuple(finding.values) == finding.rule.values
        assert Wording("vi").sentence(finding).isprintable()


class Silent:
    """Never answers."""

    async def ask(self, name: str, kind: str) -> Answer:  # noqa: ARG002 - the protocol's shape
        """Wait."""
        await asyncio.sleep(60)
        return temporary("servfail")


def test_a_domain_ends_with_its_own_deadline() -> None:
    """A server that never answers costs one domain its time; what is asked later is late at once."""

    async def assess() -> Posture:
        with DeadlineResolver(Silent(), 0.05) as late:
            return await assess_domain("example.com", late, fetch=None)

    posture = asyncio.run(assess())
    assert {values["reason"] for rule, values in posture.findings if rule == "DOM001"} == {"deadline"}
    assert {rule for rule, _ in posture.findings} == {"DOM001"}


def test_who_cancels_a_question_is_obeyed() -> None:
    """The deadline takes no cancelling but its own for an answer."""

    async def cancelled() -> bool:
        with DeadlineResolver(Silent(), 60) as patient:
            task = asyncio.create_task(patient.ask("example.com", "A"))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            return task.cancelled()

    assert asyncio.run(cancelled())
