"""The age of the directory, services without a contact, and withdrawn contacts."""

from datetime import date, datetime

import pytest

from tests.judging import judge, rules_of
from verifykb.checks.directory import is_stale
from verifykb.context import VIETNAM, Context
from verifykb.directory.types import Directory, Withdrawn
from verifykb.model.finding import Axis
from verifykb.model.verdict import Standing, Verdict

_PERFECT = {"code": "SD261120-004217", "sender": "hotrocntt@vst.gov.vn", "phone": "02462764300", "asks": "nothing"}


@pytest.mark.parametrize(
    ("days", "stale"),
    [
        ([date(2026, 11, 23)], False),
        ([date(2027, 5, 21)], False),
        ([date(2027, 5, 22)], True),
        ([date(2026, 11, 23), date(2027, 5, 22)], True),
        ([date(2027, 5, 22), date(2026, 11, 23)], True),
        ([date(2026, 11, 23), date(2022, 5, 19)], False),
        ([date(2026, 11, 21)], True),
    ],
)
def test_the_directory_is_stale_past_its_review_by_either_clock(
    days: list[date], stale: bool, directory: Directory
) -> None:
    """The real clock or the asked time past the review date; a real clock before the issue."""
    assert is_stale(directory, days) is stale


def test_a_stale_directory_still_supports_but_proves_nothing(context: Context) -> None:
    """Everything else goes on working."""
    judgement = judge({**_PERFECT, "code": "SD280109-004217"}, context, "2028-01-10")
    assert judgement.axes[Axis.DIRECTORY] is Standing.SUPPORTED
    assert judgement.verdict is Verdict.CONSISTENT
    assert "update-directory" in judgement.advice


@pytest.mark.parametrize("service", ["kntc", "other"])
def test_a_service_without_a_contact_is_never_better_than_unproven(service: str, context: Context) -> None:
    """Perfect identifiers of another service prove nothing here; nothing is compared."""
    judgement = judge({**_PERFECT, "own_request": "yes", "called_back": "yes", "service": service}, context)
    assert judgement.verdict is Verdict.UNPROVEN
    assert rules_of(judgement) == {"MSG011", "DIR001", "DIR004"}
    assert "call-switchboard" not in judgement.advice


@pytest.mark.parametrize(
    ("record", "rule"),
    [
        ({"sender": "hotrocntt@vst-gov.vn"}, "SND003"),
        ({"sender": '"Kho bạc Nhà nước" <x@evil.example>'}, "SND007"),
        ({"phone": "02462764301"}, "PHO004"),
        ({"note": "họ đòi mã OTP"}, "MSG001"),
        ({"note": "x", "channel": "zalo"}, "CHN001"),
    ],
)
def test_dressing_up_and_asks_count_for_every_service(record: dict[str, str], rule: str, context: Context) -> None:
    """Accusations of dressing up as the treasury and the request axis stay."""
    assert rule in rules_of(judge({**record, "service": "kntc"}, context))


@pytest.mark.parametrize(
    ("kind", "value", "record"),
    [
        ("mailbox", "cu@vst.gov.vn", {"sender": "Cũ <CU@vst.gov.vn>"}),
        ("phone", "02438262626", {"phone": "024 3826 2626"}),
        ("extension", "88999", {"phone": "02462764300 máy lẻ 88999"}),
        ("extension", "88999", {"phone": "02462764300", "extension": "88999"}),
    ],
)
def test_a_withdrawn_contact_contradicts(kind: str, value: str, record: dict[str, str], context: Context) -> None:
    """What was official until a day is named as withdrawn."""
    gone = Withdrawn(kind=kind, value=value, valid_until=date(2025, 3, 15), source=())
    there = context._replace(directory=context.directory._replace(withdrawn=(gone,)))
    assert "DIR003" in rules_of(judge(record, there))
    assert "DIR003" not in rules_of(judge(_PERFECT, there))


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 11, 22, 23, 59, tzinfo=VIETNAM), date(2026, 11, 22)),
        (datetime.fromisoformat("2026-11-22T17:30:00+00:00"), date(2026, 11, 23)),
        (datetime.fromisoformat("2026-11-22T23:30:00-05:00"), date(2026, 11, 23)),
    ],
)
def test_the_day_of_contact_is_a_day_in_vietnam(now: datetime, day: date, context: Context) -> None:
    """Whatever the computer's own time zone is."""
    from verifykb.model.contact import Contact

    assert context._replace(now=now).day_of(Contact(id="x")) == day
