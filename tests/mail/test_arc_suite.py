"""The public ARC validation suite."""

import asyncio

from tests.corpora import yaml_suite
from verifykb.dns.recorded import RecordedResolver
from verifykb.mail.arc import validate_chain

_CASES = 171


def test_arc_validation_suite_agrees_whole() -> None:
    """All 171 chains; a chain whose newest seal says that it failed has no result, and never passes."""
    count, wrong = 0, {}
    for scenario in yaml_suite("arc-draft-validation-tests.yml", "ARC validation suite"):
        resolver = RecordedResolver({name: {"TXT": [text]} for name, text in scenario["txt-records"].items()})
        for name, case in scenario["tests"].items():
            count += 1
            got = asyncio.run(validate_chain(case["message"].encode(), resolver))
            if got != (case["cv"].lower() or "none"):
                wrong[name] = (got, case["cv"])
    assert (count, wrong) == (_CASES, {})
