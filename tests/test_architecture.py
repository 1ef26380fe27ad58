"""The house: who may import whom, no circles, and what a command must not load."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

_SOURCE = Path(__file__).parents[1] / "src" / "verifykb"
# Package or module -> what it may import of ours, besides model, errors and exit_status.
_PURE = ("model", "text", "names", "message", "checks", "rules", "advice", "verify", "context")
_IO_MODULES = {"socket", "subprocess", "asyncio", "urllib", "http", "sqlite3", "requests", "time"}
_READS_FILES = {"names.lookalike", "text.confusables", "message.table"}  # a data file beside the module, read once


def _module(path: Path) -> str:
    parts = path.relative_to(_SOURCE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _imports(path: Path) -> set[str]:
    """Give every module that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


_FILES = {_module(path): path for path in _SOURCE.rglob("*.py")}
_OURS = {
    module: {
        name.removeprefix("verifykb.")
        for name in _imports(path)
        if name.startswith("verifykb.") and name.removeprefix("verifykb.") in _FILES
    }
    for module, path in _FILES.items()
}


def _top(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


@pytest.mark.parametrize("module", [module for module in _FILES if _top(module) == "model"])
def test_the_model_imports_nothing_of_ours_but_itself(module: str) -> None:
    """Everything may import the model; the model imports nobody."""
    assert {_top(name) for name in _OURS[module]} <= {"model"}


@pytest.mark.parametrize("module", [module for module in _FILES if _top(module) in _PURE])
def test_pure_modules_do_no_io(module: str) -> None:
    """Checks, verify and what they stand on ask no file, socket or clock."""
    path = _FILES[module]
    assert not {_top(name) for name in _imports(path)} & _IO_MODULES
    assert not {_top(name) for name in _OURS[module]} & {"cli", "render", "batch", "gather", "wording"}
    text = path.read_text(encoding="utf-8")
    if module not in _READS_FILES:
        assert "open(" not in text
        assert "read_text" not in text
    assert ".now(" not in text


@pytest.mark.parametrize("module", [module for module in _FILES if _top(module) == "render"])
def test_renderers_see_only_the_report(module: str) -> None:
    """A renderer judges nothing and reads nothing."""
    assert not {_top(name) for name in _OURS[module]} & {"cli", "batch", "checks", "gather", "verify"}


def test_nobody_imports_the_command_line_but_the_entry() -> None:
    """Cli imports everything; only __main__ imports cli."""
    importers = {module for module, names in _OURS.items() if any(_top(name) == "cli" for name in names)}
    assert {module for module in importers if _top(module) != "cli"} == {"__main__"}


def test_there_are_no_import_circles() -> None:
    """Modules can be ordered so that each imports only earlier ones."""
    left = {
        module: {name for name in names if name != module and not module.startswith(f"{name}.")}
        for module, names in _OURS.items()
    }
    while left:
        free = [module for module, names in left.items() if not names & left.keys()]
        assert free, f"circle among {sorted(left)}"
        for module in free:
            del left[module]


def test_no_file_of_ours_shadows_a_standard_module_at_the_top() -> None:
    """Fixed names such as checks/code.py are reached by their full path only."""
    for module, path in _FILES.items():
        assert not _imports(path) & {"code", "table"}, module


_LAZY = {
    "rich", "pydantic", "dns", "pyarrow", "openpyxl", "dkim", "asyncio", "importlib.metadata",
    "phonenumbers", "rapidfuzz", "idna", "ssl", "socket", "email",
}  # fmt: skip
_CHECK = [
    "check", "--code", "SD261120-004217", "--from", "hotrocntt@vst.gov.vn", "--phone", "02462764300",
    "--at", "2026-11-22", "--no-dns", "--format",
]  # fmt: skip


def _loaded(arguments: list[str]) -> set[str]:
    """Run a command in a fresh interpreter and give the modules it loaded."""
    script = (
        "import sys, json; from verifykb.__main__ import run; run(sys.argv[1:]);"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("format_", ["json", "plain", "jsonl"])
def test_a_check_loads_nothing_heavy(format_: str) -> None:
    """The budget of docs/contract.md, section 8 is held in modules, not in milliseconds."""
    assert not _loaded([*_CHECK, format_]) & _LAZY


def test_the_version_loads_no_typer() -> None:
    """`--version` answers before anything is imported."""
    loaded = _loaded(["--version"])
    assert not {"typer", "tomllib", "verifykb.cli.entry"} & loaded
