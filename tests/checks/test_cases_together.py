"""Touches that share a case: their judgement together promises nothing that one contact would not be promised."""

from collections.abc import Sequence
from datetime import datetime
from itertools import permutations
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judging import judge
from tests.mail import mails
from verifykb.batch.records import to_contact
from verifykb.checks import cases
from verifykb.checks.cases import Joined
from verifykb.context import VIETNAM, Context
from verifykb.directory.load import load_official
from verifykb.gather import gather_offline
from verifykb.model.contact import Answer, Ask, Channel, Contact
from verifykb.model.evidence import Evidence
from verifykb.model.finding import Axis
from verifykb.model.mail import MailEvidence
from verifykb.model.report import Judgement
from verifykb.model.verdict import Standing, Verdict, decide
from verifykb.rules import RULES
from verifykb.verify import verify

_CODE, _OTHER = "SD261120-004217", "SD261119-000311"
_MAILBOX, _SWITCHBOARD = "hotrocntt@vst.gov.vn", "02462764300"
_ORDER = [Standing.PROHIBITED, Standing.CONTRADICTED, Standing.LACKING, Standing.SUPPORTED, Standing.PROVEN]
_COMPARED = (Axis.CODE, Axis.SENDER, Axis.PHONE)


class _Case(NamedTuple):
    axes: dict[Axis, Standing]
    verdict: Verdict
    rules: frozenset[str]


def _together(judged: Sequence[Judgement], context: Context) -> _Case:
    joined = Joined()
    for judgement in judged:
        joined.add(cases.told_by(judgement, context.directory))
    axes, verdict, findings = joined.judged()
    assert decide(axes) is verdict
    return _Case(dict(axes), verdict, frozenset(item.rule.id for item in findings))


def _rank(standing: Standing) -> int:
    return _ORDER.index(standing)


@pytest.fixture(scope="module")
def genuine() -> MailEvidence:
    """What was learnt from a mail of the support mailbox, signed and delivered, with the first code in it."""
    judgement = judge({"mail": "that.eml"}, Context(load_official(), mails.NOW))
    assert isinstance(judgement.mail, MailEvidence)
    return judgement.mail


# ---------------------------------------------------------------- against one contact that holds everything

_MESSAGES = ("", "Hẹn đơn vị kiểm tra lỗi giao diện.", "Chị đọc mã OTP cho em.", "Cài UltraViewer nhé.")


def _contact(drawn: tuple[str, str, str, Channel | None, Answer, Answer, frozenset[Ask], str]) -> Contact:
    code, sender, phone, channel, own, called, asks, message = drawn
    return Contact(
        "", code=code, sender=sender, phone=phone, channel=channel, own_request=own, called_back=called, asks=asks, message=message
    )  # fmt: skip


def _touches(
    codes: Sequence[str], senders: Sequence[str], phones: Sequence[str]
) -> st.SearchStrategy[list[tuple[Contact, bool]]]:
    """Draw touches, each with whether the genuine mail came with it."""
    contacts = st.tuples(
        st.sampled_from(codes),
        st.sampled_from(senders),
        st.sampled_from(phones),
        st.sampled_from([None, Channel.PHONE, Channel.EMAIL, Channel.ZALO]),
        st.sampled_from([Answer(), Answer(True), Answer(True), Answer(False)]),
        st.sampled_from([Answer(), Answer(True)]),
        st.sampled_from([frozenset(), frozenset([Ask.NOTHING]), frozenset([Ask.NOTHING]), frozenset([Ask.SECRET])]),
        st.sampled_from(_MESSAGES),
    ).map(_contact)
    drawn = st.lists(st.tuples(contacts, st.booleans()), min_size=1, max_size=4)
    return drawn.map(lambda some: [(contact._replace(id=f"T{at}"), mail) for at, (contact, mail) in enumerate(some)])


def _kind(best: st.SearchStrategy[list[tuple[Contact, bool]]]) -> st.SearchStrategy[list[tuple[Contact, bool]]]:
    """Draw touches of which nobody asked for anything, too: others hide what the axes besides `request` do."""
    asks = frozenset([Ask.NOTHING])
    return st.one_of(
        best,
        best.map(
            lambda some: [(contact._replace(message="", asks=asks, channel=None), mail) for contact, mail in some]
        ),
    )


_ONE_MATTER = _kind(
    _touches([_CODE, _CODE.lower(), ""], [_MAILBOX, f"Hỗ trợ <{_MAILBOX}>", ""], [_SWITCHBOARD, "+84 24 6276 4300", ""])
)
_ANY = _kind(
    _touches(
        [_CODE, _OTHER, "SD211208-123456", "x", "", "SD260101-000042"],
        [_MAILBOX, "kbnnhanoi@vst.gov.vn", "hotrocntt@vst-gov.vn", "x", ""],
        [_SWITCHBOARD, "04 6276 4300", "0912000111", "2462764300", "x", ""],
    )
)


def _judged(touches: Sequence[tuple[Contact, bool]], genuine: MailEvidence, context: Context) -> list[Judgement]:
    settled = context._replace(settings=mails.SETTINGS)
    return [verify(Evidence(contact, genuine if has_mail else None), settled) for contact, has_mail in touches]


def _first(values: Sequence[str]) -> str:
    return next(filter(None, values), "")


def _any(answers: Sequence[Answer]) -> Answer:
    told = {answer.value for answer in answers}
    return Answer(False if False in told else True in told or None)


def _union(touches: Sequence[tuple[Contact, bool]]) -> tuple[Contact, bool]:
    """Give the one contact that holds all that the touches hold, a no before a yes, any channel that is not official."""
    contacts = [contact for contact, _ in touches]
    channels = [contact.channel for contact in contacts if contact.channel]
    whole = Contact(
        id="all",
        code=_first([contact.code for contact in contacts]),
        sender=_first([contact.sender for contact in contacts]),
        phone=_first([contact.phone for contact in contacts]),
        channel=Channel.ZALO if Channel.ZALO in channels else next(iter(channels), None),
        own_request=_any([contact.own_request for contact in contacts]),
        called_back=_any([contact.called_back for contact in contacts]),
        asks=frozenset().union(*(contact.asks for contact in contacts)),
        message="\n\n".join(filter(None, (contact.message for contact in contacts))),
    )
    return whole, any(has_mail for _, has_mail in touches)


@given(touches=_ONE_MATTER)
def test_a_case_is_never_better_than_one_contact_with_all_its_proofs(
    touches: list[tuple[Contact, bool]], genuine: MailEvidence, context: Context
) -> None:
    """On no axis: joining touches joins their proofs, and invents none."""
    together = _together(_judged(touches, genuine, context), context)
    (alone,) = _judged([_union(touches)], genuine, context)
    assert together.verdict.rank <= alone.verdict.rank
    for axis in Axis:
        assert _rank(together.axes[axis]) <= _rank(alone.axes[axis]), axis


def _names(judgement: Judgement, axis: Axis) -> str:
    """Give which code, sender or number a touch is about; empty where it tells none."""
    contact = judgement.contact
    mailed = isinstance(judgement.mail, MailEvidence)
    if axis is Axis.CODE:
        return contact.code.upper() or (_CODE if mailed else "")
    if axis is Axis.SENDER:
        return _MAILBOX if mailed else contact.sender
    return {"04 6276 4300": _SWITCHBOARD, "": _SWITCHBOARD if contact.called_back.value else ""}.get(
        contact.phone, contact.phone
    )


@given(touches=_ANY)
def test_nothing_is_proven_through_another_touch(
    touches: list[tuple[Contact, bool]], genuine: MailEvidence, context: Context
) -> None:
    """Where touches name different codes, senders or numbers, each of them must be proven by a touch that names it."""
    judged = _judged(touches, genuine, context)
    together = _together(judged, context)
    for axis in _COMPARED:
        if together.axes[axis] is Standing.PROVEN:
            named = {name for judgement in judged if (name := _names(judgement, axis))}
            proven = {_names(judgement, axis) for judgement in judged if judgement.axes[axis] is Standing.PROVEN}
            assert named <= proven
            assert proven
    if together.axes[Axis.REQUEST] is Standing.PROVEN:
        assert {judgement.axes[Axis.REQUEST] for judgement in judged} == {Standing.PROVEN}


@given(touches=_ANY)
def test_what_one_touch_does_wrong_the_case_does(
    touches: list[tuple[Contact, bool]], genuine: MailEvidence, context: Context
) -> None:
    """A forbidden ask and a contradiction stay, whatever was proven in other touches; what was asked is the worst."""
    judged = _judged(touches, genuine, context)
    together = _together(judged, context)
    for axis in Axis:
        worst = min((judgement.axes[axis] for judgement in judged), key=_rank)
        if worst in (Standing.PROHIBITED, Standing.CONTRADICTED) or axis in (Axis.REQUEST, Axis.DIRECTORY):
            assert together.axes[axis] is worst
        best = max((judgement.axes[axis] for judgement in judged), key=_rank)
        assert _rank(together.axes[axis]) <= _rank(best)
    if any(judgement.verdict in (Verdict.PROHIBITED, Verdict.CONTRADICTED) for judgement in judged):
        assert together.verdict in (Verdict.PROHIBITED, Verdict.CONTRADICTED)


@given(touches=_ANY, chance=st.randoms(use_true_random=False))
def test_the_order_of_touches_does_not_matter(
    touches: list[tuple[Contact, bool]], chance: Random, genuine: MailEvidence, context: Context
) -> None:
    """A log may be sorted by anything."""
    judged = _judged(touches, genuine, context)
    shuffled = judged[:]
    chance.shuffle(shuffled)
    assert _together(shuffled, context) == _together(judged, context)


@given(touches=_ANY, more=_ANY)
def test_another_touch_adds_what_it_tells_and_takes_nothing_away(
    touches: list[tuple[Contact, bool]], more: list[tuple[Contact, bool]], genuine: MailEvidence, context: Context
) -> None:
    """A contradiction that was there is there, however many touches follow."""
    judged = _judged(
        [*touches, *((contact._replace(id=f"M{contact.id}"), mail) for contact, mail in more)], genuine, context
    )
    before, after = (_together(some, context) for some in (judged[: len(touches)], judged))
    assert before.rules <= after.rules
    for axis in Axis:
        if before.axes[axis] in (Standing.PROHIBITED, Standing.CONTRADICTED):
            assert _rank(after.axes[axis]) <= _rank(before.axes[axis])


# ---------------------------------------------------------------- cases that say what is meant

_MONDAY = {"id": "mon", "mail": "that.eml", "own_request": "có", "asks": "nothing"}
_TUESDAY = {"id": "tue", "code": _CODE, "phone": _SWITCHBOARD, "called_back": "có", "asks": "nothing"}
_MATTERS: dict[str, tuple[list[dict[str, str]], Verdict]] = {
    "a mail on Monday, our call on Tuesday": ([_MONDAY, _TUESDAY], Verdict.VERIFIED),
    "the call without its code": ([_MONDAY, {**_TUESDAY, "code": ""}], Verdict.VERIFIED),
    "another code on the phone": ([_MONDAY, {**_TUESDAY, "code": _OTHER}], Verdict.CONSISTENT),
    "each code our own": ([_MONDAY, {**_TUESDAY, "code": _OTHER, "own_request": "có"}], Verdict.VERIFIED),
    "not our request, says the second": ([_MONDAY, {**_TUESDAY, "own_request": "không"}], Verdict.UNPROVEN),
    "not our request, and no code": ([_MONDAY, {**_TUESDAY, "code": "", "own_request": "không"}], Verdict.UNPROVEN),
    "they called us": ([_MONDAY, {**_TUESDAY, "called_back": ""}], Verdict.CONSISTENT),
    "another sender": ([_MONDAY, {**_TUESDAY, "sender": "kbnnhanoi@vst.gov.vn"}], Verdict.UNPROVEN),
    "the mailbox typed, besides the mail": ([_MONDAY, {**_TUESDAY, "sender": _MAILBOX}], Verdict.VERIFIED),
    "a look-alike": ([_MONDAY, {**_TUESDAY, "sender": "hotrocntt@vst-gov.vn"}], Verdict.CONTRADICTED),
    "a mobile": ([_MONDAY, _TUESDAY, {"id": "wed", "phone": "0912000111", "asks": "nothing"}], Verdict.CONTRADICTED),
    "an extension that is none": ([_MONDAY, _TUESDAY, {"id": "wed", "phone": f"{_SWITCHBOARD} x99999", "asks": "nothing"}], Verdict.CONTRADICTED),
    "a demand": ([_MONDAY, _TUESDAY, {"id": "wed", "message": "Chị đọc mã OTP cho em"}], Verdict.PROHIBITED),
    "nobody said what was asked": ([_MONDAY, {**_TUESDAY, "asks": ""}], Verdict.CONSISTENT),
    "nobody said anything": ([{"id": "mon", "code": _CODE}, {"id": "tue", "code": _CODE}], Verdict.UNPROVEN),
    "another service": ([_MONDAY, {**_TUESDAY, "service": "khác"}], Verdict.UNPROVEN),
    "the old spelling": ([_MONDAY, {**_TUESDAY, "phone": "04 6276 4300"}], Verdict.UNPROVEN),
    "a stale code again": ([_MONDAY, {**_TUESDAY, "received_at": "2027-02-01"}], Verdict.UNPROVEN),
}  # fmt: skip


@pytest.mark.parametrize(("touches", "verdict"), _MATTERS.values(), ids=_MATTERS)
def test_touches_are_one_contact_seen_several_times(
    touches: list[dict[str, str]], verdict: Verdict, context: Context
) -> None:
    """Whatever the order: what proves one thing proves it for the case, what is wrong once is wrong."""
    judged = [judge(record, context)._replace(contact=to_contact(record, "")) for record in touches]
    for some in permutations(judged):
        assert _together(some, context).verdict is verdict


def _with_code(code: str, folder: Path, *, own: bool) -> Judgement:
    raw = mails.mail(body=f"Yêu cầu {code} đã được tiếp nhận.\r\n", Subject="Tiep nhan yeu cau")
    judgement = mails.judge_mail(mails.delivered(mails.signed(raw)), folder, own_request=Answer(own or None))
    return judgement._replace(contact=judgement.contact._replace(id=code))


def test_codes_that_stand_in_mails_are_told_apart(tmp_path: Path, context: Context) -> None:
    """A code nobody typed is still another one: that we asked for the first proves nothing of the second."""
    first, second = _with_code(_CODE, tmp_path, own=True), _with_code(_OTHER, tmp_path, own=False)
    assert first.verdict is Verdict.VERIFIED
    assert _together([first, second], context).axes[Axis.CODE] is Standing.SUPPORTED
    assert _together([first, _with_code(_CODE, tmp_path, own=False)], context).axes[Axis.CODE] is Standing.PROVEN


@pytest.mark.parametrize("at", [0, 250, 499])
@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        ({"message": "Chị đọc mã OTP cho em"}, Verdict.PROHIBITED),
        ({"channel": "zalo", "asks": "nothing", "note": "x"}, Verdict.CONTRADICTED),
    ],
)
def test_a_flood_of_touches_hides_nothing(at: int, record: dict[str, str], verdict: Verdict, context: Context) -> None:
    """However many requests a case has, and wherever the bad one stands."""
    flood = [{"note": "Hẹn kiểm tra lỗi.", "asks": "nothing"}] * 500
    flood[at] = record
    judged = [verify(gather_offline(to_contact(one, f"R{number}")), context) for number, one in enumerate(flood)]
    assert _together(judged, context).verdict is verdict


@pytest.mark.parametrize("column", ["code", "sender", "phone"])
def test_a_flood_of_values_proves_nothing(column: str, context: Context) -> None:
    """Nobody uses hundreds of codes: such a case lacks at best, and what contradicts is not forgotten."""
    values = {
        "code": [f"SD261120-{number:06}" for number in range(1000, 1300)],
        "sender": [f"a{number}@vst.gov.vn" for number in range(300)],
        "phone": [f"0912000{number:03}" for number in range(300)],
    }[column]
    judged = [
        verify(
            gather_offline(to_contact({column: value, "asks": "nothing", "own_request": "có"}, f"R{number}")), context
        )
        for number, value in enumerate(values)
    ]
    expected = Standing.CONTRADICTED if column == "phone" else Standing.LACKING
    for some in (judged, judged[::-1]):
        assert _together(some, context).axes[Axis(column)] is expected


def test_a_thousand_touches_keep_a_few_findings(context: Context) -> None:
    """What is kept of a case has a limit: a log may consist of one."""
    joined = Joined()
    for number in range(1000):
        record = {
            "code": _CODE,
            "message": f"Chị đọc mã OTP {number} cho em",
            "received_at": f"{number % 28 + 1}/10/2027",
        }
        judgement = verify(gather_offline(to_contact(record, f"R{number}")), context)
        joined.add(cases.told_by(judgement, context.directory))
    assert len(joined.judged()[2]) < 400


def test_only_rules_of_silence_are_passed_over() -> None:
    """What is passed over because another touch may tell it says that something was not told, and nothing else."""
    names = {RULES[rule].name for rule in cases._SILENT}
    assert names == {"code-missing", "sender-missing", "phone-missing", "request-not-described"}


def test_the_day_of_each_touch_is_its_own(context: Context) -> None:
    """A code that was fresh on Monday is stale in the touch that brings it in spring: the worst counts."""
    fresh = Contact(id="mon", code=_CODE, received_at=datetime(2026, 11, 20, 9, tzinfo=VIETNAM))
    stale = fresh._replace(id="later", received_at=datetime(2027, 3, 1, 9, tzinfo=VIETNAM))
    judged = [verify(gather_offline(contact), context) for contact in (fresh, stale)]
    assert [one.axes[Axis.CODE] for one in judged] == [Standing.SUPPORTED, Standing.LACKING]
    assert _together(judged, context).axes[Axis.CODE] is Standing.LACKING
