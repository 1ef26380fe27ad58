"""The documents say what the code does."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest

from tests.render.reports import HOSTILE, MIXED, report
from verifykb.cli.commands import COMMANDS
from verifykb.context import Context
from verifykb.exit_status import ExitStatus
from verifykb.model.report import Unreadable
from verifykb.render import FORMATS
from verifykb.rules import RULES

_ROOT = Path(__file__).parents[1]
_README = (_ROOT / "README.md").read_text(encoding="utf-8")


def _tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, _ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_rules_is_generated() -> None:
    """`make generate` was run after the last change of a rule or its words."""
    assert (_ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == _tool("generate_docs").rules_page()


@pytest.mark.parametrize("records", [(), MIXED, HOSTILE], ids=["empty", "mixed", "hostile"])
def test_a_json_report_is_valid_by_its_schema(records: tuple[dict[str, str], ...], context: Context) -> None:
    """docs/schema/report-1.json is what `--format json` writes."""
    schema = json.loads((_ROOT / "docs" / "schema" / "report-1.json").read_text(encoding="utf-8"))
    error = Unreadable(file="log.csv", row=0, key="file-missing", values={"file": "log.csv"})
    document = json.loads(report("json", records, context, errors=(error,)))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)


def test_the_readme_opens_with_the_two_commands() -> None:
    """A newcomer needs nothing else."""
    opening = _README[:1500]
    assert "make demo" in opening
    assert "make test" in opening


@pytest.mark.parametrize("name", [*COMMANDS, *FORMATS])
def test_the_readme_names_every_command_and_format(name: str) -> None:
    """Nothing is hidden from the reader."""
    assert re.search(rf"\b{name}\b", _README)


@pytest.mark.parametrize("status", [int(status) for status in ExitStatus])
def test_every_exit_status_is_documented(status: int) -> None:
    """In the README and in its own page."""
    page = (_ROOT / "docs" / "exit-status.md").read_text(encoding="utf-8")
    for text in (_README, page):
        assert re.search(rf"^\| {status} \|", text, re.MULTILINE)


def test_the_changelog_names_every_rule() -> None:
    """Rule ids added or changed are listed."""
    changelog = (_ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    families = {rule[:3] for rule in RULES}
    for family in families:
        assert family in changelog


def test_every_decision_has_a_number_and_a_title() -> None:
    """docs/adr/NNNN-title.md begins with its number."""
    files = sorted((_ROOT / "docs" / "adr").glob("*.md"))
    assert len(files) >= 4
    for number, file in enumerate(files, start=1):
        assert file.name.startswith(f"{number:04d}-")
        assert file.read_text(encoding="utf-8").startswith(f"# {number}. ")
