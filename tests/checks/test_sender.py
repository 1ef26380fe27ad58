"""Hostile senders beside tests/cases/senders.jsonl: no foreign exception, no length that hurts."""

import pytest

from verifykb.checks import sender
from verifykb.directory.types import Directory


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("=?é?q?x?= <a@gmail.com>", "SND004"),
        ("=?utf-8?b?S0JOTg==?= <a@gmail.com>", "SND007"),
        ("=?utf-8?b?!!!?= <a@gmail.com>", "SND004"),
        ("a@v\u0455t.mof.gov.vn", "SND003"),
        ("hotrocntt@v\u0455t.gov.vn", "SND003"),
        ("hotrocntt@vst.gov.vn\ud83d", "SND002"),
        ("\x00", "SND002"),
    ],
)
def test_a_hostile_sender_is_accused_not_crashed_on(value: str, rule: str, directory: Directory) -> None:
    """Broken encoded words, look-alike sub-domains, lone surrogates."""
    assert rule in {finding.rule.id for finding in sender.assess(value, directory)}


@pytest.mark.parametrize("unit", ["a@", "a", "xn--a@", "a.", "<a@b.c>", '"', "vst-gov.vn,"])
def test_a_megabyte_of_sender_is_refused_at_once(unit: str, directory: Directory) -> None:
    """A cell can hold a megabyte: it is not searched to its end."""
    value = unit * (1_000_000 // len(unit))
    rules = {finding.rule.id for finding in sender.assess(value, directory)}
    assert "SND002" in rules
