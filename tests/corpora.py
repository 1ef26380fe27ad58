"""The public conformance suites, read from the folder beside the project; absent is a skip, never a pass."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from verifykb.dns.recorded import RecordedResolver

# The suites are not ours and are not copied: they lie beside the project, or where the variable says.
FOLDER = Path(os.environ.get("VERIFYKB_CORPORA", Path(__file__).parents[2] / "shared" / "corpora"))


def _text(file: str, suite: str) -> str:
    path = FOLDER / file
    if not path.is_file():
        pytest.skip(f"{suite}: {file} is not there ({FOLDER}); set VERIFYKB_CORPORA to the folder that holds it")
    return path.read_text(encoding="utf-8")


def yaml_suite(file: str, suite: str) -> list[dict[str, Any]]:
    """Give the scenarios of a suite of YAML documents; scalars stay texts."""
    loader = yaml.CBaseLoader if hasattr(yaml, "CBaseLoader") else yaml.BaseLoader
    return [scenario for scenario in yaml.load_all(_text(file, suite), loader) if scenario]


def json_suite(file: str, suite: str) -> list[dict[str, Any]]:
    """Give the cases of a JSON suite."""
    cases: list[dict[str, Any]] = json.loads(_text(file, suite))
    return cases


def spf_names(zonedata: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the zone data of an SPF suite into recorded names (the suites' own rules for rows)."""
    return {name: _spf_types(rows or []) for name, rows in zonedata.items()}


def _spf_types(rows: list[Any]) -> dict[str, Any]:
    types: dict[str, Any] = {}
    maps = [row for row in rows if isinstance(row, dict)]
    has_text = any("TXT" in row for row in maps)
    for row in maps:
        for kind, value in row.items():
            if value == "TIMEOUT":
                types[kind] = "TIMEOUT"
            elif kind == "SPF":
                if not has_text:
                    types.setdefault("TXT", []).append(value)
            elif not (kind == "TXT" and value == "NONE"):
                types.setdefault(kind, []).append(" ".join(value) if kind == "MX" else value)
    if "TIMEOUT" in rows:
        types["*"] = "TIMEOUT"
    return types


def spf_resolver(scenario: Mapping[str, Any]) -> RecordedResolver:
    """Give a resolver over the zone data of a scenario."""
    return RecordedResolver(spf_names(scenario["zonedata"]))
