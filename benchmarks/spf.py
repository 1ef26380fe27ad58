"""CPU of one SPF evaluation, ours beside pyspf: the cases of the RFC 7208 suite and a few records as published.

Ours asks a recorded resolver inside one running event loop, pyspf its module global over the same zone, both in memory
and in turn in one run: only the ratios mean anything. A saved mail is usually the first of its domain, so ours is also
measured with its cache of records empty.
"""

import asyncio
import cProfile
import importlib
import os
import pstats
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from verifykb.dns.recorded import RecordedResolver
from verifykb.mail.spf import check_host
from verifykb.mail.spf_record import read_record

ROUNDS = 15
LIMIT = 2.0  # ours of pyspf's
_SUITE = "rfc7208-tests.yml"
_ADDRESSES = {"A": ["192.0.2.10"], "AAAA": ["2001:db8::10"]}
# Shapes that are common: an office of its own, two cloud services, a chain of includes, a lone refusal.
_REALISTIC: dict[str, Any] = {
    "office.example": {
        "TXT": ["v=spf1 mx a:mail.office.example ip4:198.51.100.0/24 -all"],
        "MX": ["10 mail.office.example"],
    },
    "mail.office.example": _ADDRESSES,
    "cloud.example": {"TXT": ["site=1", "v=spf1 include:spf.one.example include:_spf.two.example ~all"]},
    "spf.one.example": {"TXT": ["v=spf1 ip4:203.0.113.0/24 ip4:198.51.100.128/25 ip6:2001:db8:1::/48 -all"]},
    "_spf.two.example": {"TXT": ["v=spf1 include:_a.two.example include:_b.two.example include:_c.two.example ~all"]},
    "_a.two.example": {"TXT": ["v=spf1 " + " ".join(f"ip4:203.0.{at}.0/24" for at in range(20)) + " ~all"]},
    "_b.two.example": {"TXT": ["v=spf1 " + " ".join(f"ip6:2001:db8:{at}::/48" for at in range(20)) + " ~all"]},
    "_c.two.example": {"TXT": ["v=spf1 ip4:192.0.2.0/24 ~all"]},
    "moved.example": {"TXT": ["v=spf1 redirect=cloud.example"]},
    "macro.example": {"TXT": ["v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all"]},
    "none.example": {"TXT": ["v=spf1 -all"]},
}  # fmt: skip


class Case(NamedTuple):
    """One evaluation; `zone` is a place in the list of zones."""

    zone: int
    ip: str
    sender: str
    helo: str

    @property
    def domain(self) -> str:
        """Whose record is asked for."""
        return self.sender.rpartition("@")[2] if self.sender else self.helo


def _cases() -> tuple[list[dict[str, Any]], dict[str, list[Case]]]:
    from tests.corpora import FOLDER, spf_names, yaml_suite

    zones: list[dict[str, Any]] = [_REALISTIC]
    sets: dict[str, list[Case]] = {}
    if (FOLDER / _SUITE).is_file():
        suite_cases = []
        for scenario in yaml_suite(_SUITE, "SPF suite for RFC 7208"):
            zones.append(spf_names(scenario["zonedata"]))
            suite_cases += [
                Case(len(zones) - 1, test["host"], test["mailfrom"] or "", test["helo"])
                for test in scenario["tests"].values()
            ]
        sets["RFC 7208 suite"] = suite_cases
    domains = [name for name in _REALISTIC if name.count(".") == 1]
    sets["realistic"] = [
        Case(0, ip, f"u@{domain}", "h.example")
        for domain in domains
        for ip in ("192.0.2.10", "198.51.100.7", "2001:db8::10")
    ]
    return zones, sets


def _pyspf_lookup(module: Any, names: dict[str, Any]) -> Callable[..., list[Any]]:
    rows: dict[tuple[str, str], Any] = {}
    failing = set()
    for name, types in names.items():
        for kind, values in types.items():
            if isinstance(values, str):
                failing.add((name.lower(), kind))
            else:
                rows[name.lower(), kind] = [_pyspf_row(value, kind) for value in values]

    def look(name: str, kind: str, strict: object = True, timeout: float = 0) -> list[Any]:
        del strict, timeout
        name = name.rstrip(".").lower()
        if (name, kind) in failing or (name, "*") in failing:
            raise module.TempError("timeout")
        found = rows.get((name, kind))
        if found is None:
            return [((name, "CNAME"), target) for target in rows.get((name, "CNAME"), [])]
        return [((name, kind), value) for value in found]

    return look


def _pyspf_row(value: Any, kind: str) -> Any:
    if kind == "TXT":
        return tuple(chunk.encode() for chunk in ([value] if isinstance(value, str) else value))
    if kind == "MX":
        preference, _, host = value.partition(" ")
        return int(preference), host
    return value


async def _ours(cases: list[Case], resolvers: list[RecordedResolver], *, fresh: bool) -> float:
    start = time.process_time()
    for case in cases:
        if fresh:
            read_record.cache_clear()
        await check_host(case.ip, case.domain, case.sender, case.helo, resolvers[case.zone])
    return time.process_time() - start


def _theirs(cases: list[Case], module: Any, lookups: list[Callable[..., list[Any]]]) -> float:
    start = time.process_time()
    for case in cases:
        module.DNSLookup = lookups[case.zone]
        module.query(i=case.ip, s=case.sender, h=case.helo).check()
    return time.process_time() - start


def main() -> int:
    """Print the table, and with PROFILE=1 where our time goes; 1 where the limit is missed."""
    # In place of this folder, where this file would be taken for pyspf, which has its name.
    sys.path[0] = str(Path(__file__).parents[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a module of 2020: escapes that Python warns of
        module = importlib.import_module("spf")
    zones, sets = _cases()
    resolvers = [RecordedResolver(zone) for zone in zones]
    lookups = [_pyspf_lookup(module, zone) for zone in zones]
    missed = False
    print(f"{'us per evaluation':<18}{'cases':>6}{'pyspf':>8}{'ours':>8}{'ratio':>7}{'empty cache':>13}{'ratio':>7}")
    for name, cases in sets.items():
        asyncio.run(_ours(cases, resolvers, fresh=True))
        seconds: list[list[float]] = [[], [], []]
        for _ in range(ROUNDS):
            seconds[0].append(_theirs(cases, module, lookups))
            seconds[1].append(asyncio.run(_ours(cases, resolvers, fresh=False)))
            seconds[2].append(asyncio.run(_ours(cases, resolvers, fresh=True)))
        peer, warm, cold = (statistics.median(runs) / len(cases) * 1e6 for runs in seconds)
        missed = missed or cold > LIMIT * peer
        print(f"{name:<18}{len(cases):>6}{peer:>8.1f}{warm:>8.1f}{warm / peer:>7.2f}{cold:>13.1f}{cold / peer:>7.2f}")
    print(f"limit: {LIMIT:g} times pyspf, with an empty cache")
    if os.environ.get("PROFILE"):
        _profile([case for cases in sets.values() for case in cases] * 20, resolvers)
    return int(missed)


def _profile(cases: list[Case], resolvers: list[RecordedResolver]) -> None:
    with cProfile.Profile() as profile:
        asyncio.run(_ours(cases, resolvers, fresh=True))
    pstats.Stats(profile).sort_stats("tottime").print_stats(20)


if __name__ == "__main__":
    sys.exit(main())
