"""The public SPF suites: RFC 7208 whole, RFC 4408 where 7208 did not change it."""

import asyncio
from typing import Any

import pytest

from tests.corpora import spf_resolver, yaml_suite
from verifykb.mail.spf import check_host

_CASES_7208, _CASES_4408 = 203, 191


def _run(file: str, suite: str) -> tuple[int, dict[str, tuple[str, Any]]]:
    """Give the number of cases, and those that came out otherwise: name to ours and theirs."""
    return asyncio.run(_run_all(yaml_suite(file, suite)))


async def _run_all(scenarios: list[dict[str, Any]]) -> tuple[int, dict[str, tuple[str, Any]]]:
    count = 0
    wrong: dict[str, tuple[str, Any]] = {}
    for scenario in scenarios:
        resolver = spf_resolver(scenario)
        for name, case in scenario["tests"].items():
            count += 1
            mail_from, helo = case["mailfrom"], case["helo"]
            domain = mail_from.rpartition("@")[2] if mail_from else helo
            got = await check_host(case["host"], domain, mail_from, helo, resolver)
            wanted = case["result"] if isinstance(case["result"], list) else [case["result"]]
            if got.result not in wanted:
                wrong[name] = (got.result, case["result"])
            elif "explanation" in case and case["explanation"] not in ("DEFAULT", got.explanation):
                wrong[name] = (got.explanation, case["explanation"])
            elif case.get("explanation") == "DEFAULT" and got.explanation:
                wrong[name] = (got.explanation, "no explanation of the owner")
    return count, wrong


def test_rfc_7208_suite_agrees_whole() -> None:
    """All 203 cases of the suite for RFC 7208 give an accepted result and the expected explanation."""
    count, wrong = _run("rfc7208-tests.yml", "SPF suite for RFC 7208")
    assert (count, wrong) == (_CASES_7208, {})


# What RFC 7208 changed: name of the case to the reason.
_CHANGED: dict[str, str] = {}


def test_rfc_4408_suite_agrees_where_7208_did_not_change_it() -> None:
    """Every case of the older suite agrees, but for those that RFC 7208 changed, which are named."""
    count, wrong = _run("rfc4408-tests.yml", "SPF suite for RFC 4408")
    assert count == _CASES_4408
    assert set(wrong) == set(_CHANGED), wrong


@pytest.mark.parametrize("file", ["rfc7208-tests.yml"])
def test_every_result_has_a_trace(file: str) -> None:
    """Whatever is decided at a record is told in the trace."""
    for scenario in yaml_suite(file, "SPF suite for RFC 7208")[:3]:
        resolver = spf_resolver(scenario)
        for case in scenario["tests"].values():
            mail_from, helo = case["mailfrom"], case["helo"]
            domain = mail_from.rpartition("@")[2] if mail_from else helo
            got = asyncio.run(check_host(case["host"], domain, mail_from, helo, resolver))
            assert got.trace or got.reason or got.result == "none"
