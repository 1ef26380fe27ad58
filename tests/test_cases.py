"""The labelled sets of tests/cases: what the design says of each case, case by case."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.judging import judge, rules_of
from verifykb.context import Context
from verifykb.model.finding import Axis, Effect
from verifykb.model.verdict import Verdict

_FOLDER = Path(__file__).parent / "cases"
_CASES = [
    json.loads(line)
    for file in sorted(_FOLDER.glob("*.jsonl"))
    if not file.name.startswith("mails-")  # saved mails: tests/test_mail_cases.py
    for line in file.read_text(encoding="utf-8").splitlines()
]


def _misses(case: Mapping[str, Any], context: Context) -> list[str]:
    """Say in what a judgement differs from what a case expects."""
    judgement = judge(case["record"], context, case["at"])
    rules, expected = rules_of(judgement), case["expect"]
    misses = []
    if "verdict" in expected and judgement.verdict is not Verdict(expected["verdict"]):
        misses.append(f"verdict {judgement.verdict}, not {expected['verdict']}")
    standings = case.get("decided") or expected.get("standing", {})
    for axis, standing in standings.items():
        if judgement.axes[Axis(axis)] != standing:
            misses.append(f"{axis} {judgement.axes[Axis(axis)]}, not {standing}")
    if "decided" not in case:
        misses += [f"{rule} is missing" for rule in expected.get("rules", []) if rule not in rules]
        misses += [f"{rule} is there" for rule in expected.get("not_rules", []) if rule in rules]
    return misses


@pytest.mark.parametrize("case", _CASES, ids=[case["id"] for case in _CASES])
def test_a_case_is_judged_as_the_design_says(case: dict[str, Any], context: Context) -> None:
    """Each case gets its verdict, standings and rules; a known miss must still be one."""
    misses = _misses(case, context)
    if "known_miss" in case:
        assert misses, f"no longer a miss ({case['known_miss']}): take the mark away"
    else:
        assert not misses, case["why"]


def test_every_set_is_large_and_mixed() -> None:
    """The sets are big enough to say something, and messages are half attacks."""
    counts = {file.stem: len(file.read_text(encoding="utf-8").splitlines()) for file in _FOLDER.glob("*.jsonl")}
    assert counts["codes"] >= 300
    assert counts["phones"] >= 500
    assert counts["senders"] >= 500
    assert counts["contacts"] >= 200
    messages = [case for case in _CASES if case["id"].startswith("msg-")]
    attacks = sum(case["label"] == "attack" for case in messages)
    assert len(messages) >= 500
    assert 0.4 < attacks / len(messages) < 0.6


@pytest.mark.parametrize(("rule", "axis"), [("COD009", "code"), ("SND006", "sender"), ("PHO009", "phone")])
def test_no_case_of_another_identifier_is_accepted(rule: str, axis: str, context: Context) -> None:
    """A false accept is a `supports` on an identifier that is not the published one: none."""
    accepted = []
    for case in _CASES:
        wanted = case["expect"].get("standing", {}).get(axis)
        if wanted in ("contradicted", "prohibited") and "decided" not in case:
            judgement = judge(case["record"], context, case["at"])
            accepted += [
                case["id"]
                for finding in judgement.findings
                if finding.rule.id == rule
                and finding.effect in (Effect.SUPPORTS, Effect.PROVES)
                and judgement.axes[Axis(axis)] in ("supported", "proven")
            ]
    assert not accepted
