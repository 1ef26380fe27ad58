"""The labelled mails of tests/cases: whole saved mails with their DNS, judged as the command judges them."""

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from verifykb.__main__ import run

_FOLDER = Path(__file__).parent / "cases"
_CASES: list[dict[str, Any]] = [
    json.loads(line)
    for file in sorted(_FOLDER.glob("mails-*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
]
_EXIT = {"verified": 0, "consistent": 3, "unproven": 3, "contradicted": 1, "prohibited": 1}


def _toml(config: Mapping[str, Mapping[str, object]]) -> str:
    """Write settings of texts and lists of texts; JSON's spelling of these is TOML's, too."""
    lines = []
    for table, keys in config.items():
        lines += [f"[{table}]", *(f"{name} = {json.dumps(value)}" for name, value in keys.items())]
    return "\n".join(lines) + "\n"


def _arguments(case: Mapping[str, Any], folder: Path) -> list[str]:
    """Lay out the files of a case and give the command line that judges it."""
    mail, dns, config = folder / "thu.eml", folder / "dns.json", folder / "verifykb.toml"
    mail.write_bytes(base64.b64decode(case["mail"]))
    dns.write_text(json.dumps(case["dns"]), encoding="utf-8")
    config.write_text(_toml(case["config"]), encoding="utf-8")
    replay = [] if "--no-dns" in case["options"] else ["--dns-replay", str(dns)]
    files = ["--mail", str(mail), "--config", str(config), *replay]
    return ["check", *files, *case["options"], "--format", "json"]


def _one_of(found: object, wanted: str) -> bool:
    return str(found) in wanted.split("|")


def _about_mail(mail: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    """Say in what the results of SPF, DKIM and DMARC differ; signatures have no order."""
    for part in ("spf", "dmarc"):
        if part in expected and not _one_of(mail[part]["result"], expected[part]):
            yield f"{part} {mail[part]['result']}, not {expected[part]}"
    if "dmarc_policy" in expected and mail["dmarc"]["policy"] != expected["dmarc_policy"]:
        yield f"policy {mail['dmarc']['policy']}, not {expected['dmarc_policy']}"
    if "dkim" in expected:
        found, wanted = sorted(signature["result"] for signature in mail["dkim"]), sorted(expected["dkim"])
        if len(found) != len(wanted) or not all(map(_one_of, found, wanted)):
            yield f"dkim {found}, not {wanted}"


def _misses(contact: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    """Say in what a contact of the report differs from what a case expects."""
    verdict, rules = contact["verdict"], {finding["rule"] for finding in contact["findings"]}
    if "verdict" in expected and verdict != expected["verdict"]:
        yield f"verdict {verdict}, not {expected['verdict']}"
    if verdict in expected.get("verdict_not", []):
        yield f"verdict {verdict}"
    for axis, standing in expected.get("axes", {}).items():
        if contact["axes"][axis] != standing:
            yield f"{axis} {contact['axes'][axis]}, not {standing}"
    yield from (f"{rule} is missing" for rule in expected.get("rules", []) if rule not in rules)
    yield from (f"{rule} is there" for rule in expected.get("not_rules", []) if rule in rules)
    yield from _about_mail(contact["mail"], expected)


@pytest.mark.parametrize("case", _CASES, ids=[case["id"] for case in _CASES])
def test_a_saved_mail_is_judged_as_the_documents_say(
    case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each mail gets its verdict, standings, rules and results; a known miss must still be one."""
    status = run(_arguments(case, tmp_path))
    (contact,) = json.loads(capsys.readouterr().out)["contacts"]
    assert status == _EXIT[contact["verdict"]]

    misses = list(_misses(contact, case["expect"]))
    if "known_miss" in case:
        assert misses, f"no longer a miss ({case['known_miss']}): take the mark away"
    else:
        assert not misses, f"{case['technique']} ({case['label_source']})"


def test_the_set_is_large_and_mixed() -> None:
    """There are mails that are proven, lacking, contradicted and prohibited, enough of each to say something."""
    verdicts = [case["expect"].get("verdict") for case in _CASES]
    assert len({case["id"] for case in _CASES}) == len(_CASES) >= 90
    for verdict in ("verified", "unproven", "contradicted", "prohibited"):
        assert verdicts.count(verdict) >= 20, verdict
