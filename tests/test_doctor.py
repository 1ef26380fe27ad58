"""Tests of what doctor finds missing, for any settings, day, DNS and parts."""

from datetime import date, timedelta
from typing import Any

import pytest

from verifykb.config import Settings
from verifykb.directory.types import Directory
from verifykb.doctor import PARTS, DnsCheck, shortcomings
from verifykb.wording import LANGUAGES, Wording

ANSWERED = DnsCheck("vst.gov.vn", "answered")
ALL = frozenset(PARTS)
SHORT: list[tuple[dict[str, Any], list[tuple[str, bool]]]] = [
    # what differs from an office where all is well, shortcomings and whether each blocks
    ({}, []),
    ({"days": 400}, [("directory-stale", True)]),
    ({"days": -1}, [("clock-wrong", True)]),
    ({"parts": ALL - {"dns"}}, [("part-missing", True)]),
    ({"parts": ALL - {"dkim"}}, [("part-missing", True)]),
    ({"parts": ALL - {"httpx2"}}, [("part-missing", False)]),
    ({"parts": ALL - {"httpx2"}, "doh": "https://dns.example/dns-query"}, [("part-missing", True)]),
    ({"parts": ALL - {"nacl", "oxmsg"}}, [("part-missing", False)] * 2),
    ({"parts": ALL - {"nacl"}, "office_mailboxes": ()}, [("no-office-mailbox", True), ("part-missing", False)]),
    ({"boundary": ()}, [("no-boundary", False)]),
    ({"dns": DnsCheck("vst.gov.vn", "unknown", "part-missing")}, [("dns-unknown", True)]),
    ({"dns": DnsCheck("vst.gov.vn", "no-name")}, [("dns-no-name", True)]),
    ({"dns": DnsCheck("vst.gov.vn", "no-record")}, []),
]


@pytest.mark.parametrize(("change", "expected"), SHORT)
def test_what_blocks_comes_first(
    directory: Directory, change: dict[str, Any], expected: list[tuple[str, bool]]
) -> None:
    """What makes `verified` impossible is told from what only costs evidence."""
    change = dict(change)
    today: date = directory.issued + timedelta(days=change.pop("days", 1))
    dns_, parts = change.pop("dns", ANSWERED), change.pop("parts", ALL)
    settings = Settings(office_mailboxes=("ketoan@donvi.gov.vn",), boundary=("mx.donvi.gov.vn",))._replace(**change)
    found = shortcomings(settings, directory, today, dns_, parts)
    assert [(shortcoming.key, shortcoming.blocks) for shortcoming in found] == expected
    for language in LANGUAGES:
        for shortcoming in found:
            holes = {**shortcoming.values, "use": "-"}
            assert Wording(language).text("doctor", "advice", shortcoming.key, **holes)
