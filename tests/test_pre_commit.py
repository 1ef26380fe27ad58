"""The hooks for pre-commit, run by the real tool on a sample repository.

The hooks' own environment is built once, by pip, from a copy of this tree: that takes as long as an
installation, up to a minute. Without a package index that answers, these tests are skipped and say so.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import pytest
import yaml

from verifykb.pre_commit import with_safe_names

from .cli.process import CONSISTENT, CONTRADICTED, HEADER, PROHIBITED, UNPROVEN, UNREADABLE, environment

ROOT = Path(__file__).parents[1]
MANIFEST = ".pre-commit-hooks.yaml"
# What a wheel is built from, and the hooks.
SOURCES = ("src", "pyproject.toml", "README.md", "LICENSE", MANIFEST)
# What the build begins with; without an index that answers, a short wait is enough.
PROBE = (sys.executable, *"-m pip download --quiet --no-deps --timeout 15 --retries 1 hatchling --dest".split())
BUILD_SECONDS, RUN_SECONDS = 900, 120
PERSON = {"NAME": "Thử", "EMAIL": "thu@donvi.example", "DATE": "2026-11-22T10:00:00+07:00"}
AT = ["--at", "2026-11-22"]
# How programs reach the network here.
WAYS_OUT = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir", "requests_ca_bundle")

HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / MANIFEST).read_text(encoding="utf-8"))}


class Result(NamedTuple):
    """How pre-commit or git ended, and all that it wrote."""

    status: int
    text: str


class Workshop:
    """A folder with a repository that offers the hooks, and an empty home.

    Args:
        folder: for everything that is made.
    """

    def __init__(self, folder: Path) -> None:
        self.hooks = folder / "verifykb"
        home = folder / "home"
        home.mkdir()
        identity = {f"GIT_{who}_{what}": text for who in ("AUTHOR", "COMMITTER") for what, text in PERSON.items()}
        self._environment = environment(
            {
                "HOME": str(home),
                "PRE_COMMIT_HOME": str(home / "pre-commit"),
                "GIT_CONFIG_NOSYSTEM": "1",
                **_pip_settings(),
                **identity,
            }
        )

    def run(self, *command: str, cwd: Path, seconds: int = RUN_SECONDS) -> Result:
        """Run a command; what it writes must be UTF-8."""
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            cwd=cwd, env=self._environment, check=False, timeout=seconds,
        )  # fmt: skip
        return Result(done.returncode, done.stdout.decode("utf-8"))

    def git(self, *arguments: str, cwd: Path) -> str:
        """Run git, which must succeed, and give what it wrote."""
        result = self.run("git", *arguments, cwd=cwd)
        assert result.status == 0, result.text
        return result.text.strip()

    def pre_commit(self, *arguments: str, cwd: Path, seconds: int = RUN_SECONDS) -> Result:
        """Run pre-commit."""
        return self.run(sys.executable, "-m", "pre_commit", *arguments, cwd=cwd, seconds=seconds)

    def commit(self, folder: Path) -> str:
        """Make a repository of a folder, and give its revision."""
        self.git("init", "--quiet", cwd=folder)
        self.git("add", "--all", "--force", ".", cwd=folder)
        self.git("commit", "--quiet", "--message", "mẫu", cwd=folder)
        return self.git("rev-parse", "HEAD", cwd=folder)


def _pip_settings() -> dict[str, str]:
    """Give what lets pip reach the same index, and use the same cache, from another home."""

    def pip(*arguments: str) -> str:
        command = [sys.executable, "-m", "pip", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    # What `pip config list` prints is a literal of Python.
    listed = re.findall(r"^(?:global|install)\.([\w-]+)=(.+)$", pip("config", "list"), re.MULTILINE)
    return {
        "PIP_CACHE_DIR": pip("cache", "dir"),
        **{f"PIP_{name.upper().replace('-', '_')}": str(ast.literal_eval(value)) for name, value in listed},
        **{name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.lower() in WAYS_OUT},
    }


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The hooks of this tree in a repository of their own, committed."""
    folder = tmp_path_factory.mktemp("pre-commit")
    made = Workshop(folder)
    probe = made.run(*PROBE, str(folder / "probe"), cwd=folder)
    if probe.status:
        pytest.skip(f"pip finds no package index to build the hooks' environment from: {probe.text[-200:].strip()}")
    made.hooks.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, made.hooks / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, made.hooks / name)
    made.commit(made.hooks)
    return made


class Sample:
    """A repository that uses the hooks.

    Args:
        workshop: where the hooks are.
        folder: an empty folder.
        args: options that its owner gives to the hook.
        hook: the id of the hook.
    """

    def __init__(
        self, workshop: Workshop, folder: Path, *, args: Sequence[str] = (), hook: str = "verifykb-batch"
    ) -> None:
        self.folder = folder
        self._workshop = workshop
        revision = workshop.git("rev-parse", "HEAD", cwd=workshop.hooks)
        used = {"id": hook, "verbose": True, "args": [*AT, *args]}
        config = {"repos": [{"repo": str(workshop.hooks), "rev": revision, "hooks": [used]}]}
        self.write(".pre-commit-config.yaml", yaml.safe_dump(config))

    def write(self, name: str, text: str) -> None:
        """Write a file of the repository."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def log(self, name: str, *rows: str) -> None:
        """Write a log of contacts."""
        self.write(name, "\n".join((HEADER, *rows)) + "\n")

    def run(self) -> Result:
        """Commit everything and run the hook over it."""
        self._workshop.commit(self.folder)
        built = self._workshop.pre_commit("install-hooks", cwd=self.folder, seconds=BUILD_SECONDS)
        assert built.status == 0, built.text
        return self._workshop.pre_commit("run", "--all-files", "--color", "never", cwd=self.folder)


def test_the_hooks_are_valid_by_pre_commit_itself(workshop: Workshop) -> None:
    """The manifest is one that the tool accepts."""
    result = workshop.pre_commit("validate-manifest", MANIFEST, cwd=ROOT)
    assert result.status == 0, result.text


class Outcome(NamedTuple):
    """What the hook makes of a log: its exit code, and words that it says."""

    rows: tuple[str, ...]
    status: int
    says: tuple[str, ...] = ()
    args: tuple[str, ...] = ()  # what the owner of the repository asks for


OUTCOMES = {
    "clean": Outcome((CONSISTENT, CONSISTENT), 0),
    "no contact yet": Outcome((), 0),
    "contradicted": Outcome((CONSISTENT, CONTRADICTED), 1, ("nhat-ky.csv:3", "PHO005")),
    "prohibited": Outcome((PROHIBITED,), 1, ("nhat-ky.csv:2", "MSG001")),
    "incomplete": Outcome((CONSISTENT, UNPROVEN), 0, ("nhat-ky.csv:3", "NOT ENOUGH EVIDENCE", "SND001")),
    "incomplete, stricter": Outcome((CONSISTENT, UNPROVEN), 3, ("nhat-ky.csv:3", "SND001"), ("--require", "consistent")),
    "clean, stricter": Outcome((CONSISTENT,), 0, (), ("--require", "consistent")),
    "incomplete, in Vietnamese": Outcome((UNPROVEN,), 0, ("CHƯA ĐỦ CĂN CỨ",), ("--lang", "vi")),
    "unreadable": Outcome((CONSISTENT, UNREADABLE), 2, ("nhat-ky.csv:3", "What to do: ")),
    "unreadable and contradicted": Outcome((UNREADABLE, CONTRADICTED), 1, ("nhat-ky.csv:2", "nhat-ky.csv:3", "PHO005")),
}  # fmt: skip


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
def test_a_hook_fails_on_contradicted_prohibited_and_unreadable_rows_only(
    workshop: Workshop, tmp_path: Path, outcome: Outcome
) -> None:
    """An incomplete row is a warning, unless the owner of the repository asks for more."""
    sample = Sample(workshop, tmp_path, args=outcome.args)
    sample.log("nhat-ky.csv", *outcome.rows)
    result = sample.run()
    status = outcome.status
    assert result.status == (1 if status else 0), result.text
    assert ("Failed" if status else "Passed") in result.text.splitlines()[0]
    assert re.findall(r"^- exit code: (\d+)$", result.text, re.MULTILINE) == ([str(status)] if status else [])
    for words in outcome.says:
        assert words in result.text
    assert "Traceback" not in result.text


def test_a_commit_is_refused_until_the_log_is_in_order(workshop: Workshop, tmp_path: Path) -> None:
    """Installed as people install it, git itself asks the hook."""
    sample = Sample(workshop, tmp_path)
    assert sample.run().status == 0
    assert workshop.pre_commit("install", cwd=tmp_path).status == 0
    before = workshop.git("rev-parse", "HEAD", cwd=tmp_path)
    for row, accepted in ((CONTRADICTED, False), (CONSISTENT, True)):
        sample.log("nhật ký/tháng 11.csv", row)
        workshop.git("add", ".", cwd=tmp_path)
        result = workshop.run("git", "commit", "--message", "ghi nhật ký", cwd=tmp_path)
        assert (result.status == 0) is accepted, result.text
        assert (workshop.git("rev-parse", "HEAD", cwd=tmp_path) != before) is accepted


HOSTILE_NAMES = (
    "--output=csv=x/nhat-ky.csv",
    "--baseline=x/nhat-ky.jsonl",
    "--allow-empty/nhat-ky.csv",
    "-h/nhat-ky.csv",
    "--/nhat-ky.csv",
    "-qq/nhat-ky/1.csv",
    "@x/nhat-ky.csv",
    "x;touch z/nhat-ky $(touch z).csv",
    "nhat-ky [1] *.csv",
    "nhật ký\n2.csv",
)


def files_of(folder: Path) -> set[str]:
    """Give the files of a repository, without git's own."""
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return {name for name in names if not name.startswith(".git/")}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_no_name_of_a_file_is_taken_for_anything_else(workshop: Workshop, tmp_path: Path) -> None:
    """A file named like an option, a pattern or a command is a log, and judged as one."""
    sample = Sample(workshop, tmp_path)
    for number, name in enumerate(HOSTILE_NAMES):
        if name.endswith(".csv"):
            sample.write(name, f"id,phone\nA{number},0912000111\n")
        else:
            sample.write(name, f'{{"id": "A{number}", "phone": "0912000111"}}\n')
    before = files_of(tmp_path)
    result = sample.run()
    assert "- exit code: 1" in result.text
    for number in range(len(HOSTILE_NAMES)):
        assert re.search(rf"\bA{number}\b.*PHO005", result.text), result.text
    assert files_of(tmp_path) == before


def test_the_code_of_a_repository_is_never_run(workshop: Workshop, tmp_path: Path) -> None:
    """Modules at its root are not ours, whatever they are called."""
    sample = Sample(workshop, tmp_path)
    for name in ("verifykb", "typer", "tomllib", "sitecustomize"):
        sample.write(f"{name}.py", "raise SystemExit('run')")
    sample.log("nhat-ky.csv", CONSISTENT)
    result = sample.run()
    assert result.status == 0, result.text


def test_other_tables_of_a_repository_are_left_alone(workshop: Workshop, tmp_path: Path) -> None:
    """Most tables are no logs of contacts."""
    sample = Sample(workshop, tmp_path)
    sample.write("du-lieu/ton-kho.csv", "mã hàng,số lượng\nA1,5\n")
    result = sample.run()
    assert result.status == 0
    assert "(no files to check)Skipped" in result.text


MAIL = "From: {sender}\nTo: ketoan@donvi.example\nSubject: Phieu ho tro\n\nChao chi.\n"


@pytest.mark.parametrize(("sender", "status"), [("hotrocntt@vst.gov.vn", 0), ("hotrocntt@vst-gov-vn.com", 1)])
def test_saved_mails_have_a_hook_of_their_own(workshop: Workshop, tmp_path: Path, sender: str, status: int) -> None:
    """A mail that dresses up as the treasury fails; one that only could not be proven does not."""
    sample = Sample(workshop, tmp_path, hook="verifykb-mail")
    sample.write("thu/1.eml", MAIL.format(sender=sender))
    result = sample.run()
    assert result.status == status, result.text
    assert "1.eml" in result.text


FILES: Mapping[str, tuple[str, ...]] = {
    "verifykb-batch": (
        "nhat-ky.csv", "nhatky2026.xlsx", "nhat_ky_11.TSV", "Nhật ký.csv", "Nhật ký liên hệ 2026.xlsx", "a/b/lien-he.jsonl",
        "liên hệ (2).parquet", "contact-log.csv", "Contact Logs.ndjson", "nhat-ky/2026/thang-10.csv", "contact_logs.2026.csv",
        "-nhat-ky/nhat-ky.csv",
    ),
    "verifykb-mail": ("thu/1.eml", "1.MSG", "hop-thu.mbox"),
}  # fmt: skip
OTHER_FILES = (
    "contacts.csv", "contact-login.csv", "du-lieu.csv", "nhat-ky.md", "nhat-ky.csv.bak", "lien-helper.csv", "linen-hero.csv",
    "nhat-kyniem.csv", "verifykb.toml", "verifykb-report.csv", "verifykb-baseline.jsonl", "src/eml.py", "nhat-ky",
)  # fmt: skip


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_chooses_logs_by_their_names(hook: str, form: Literal["NFC", "NFD"]) -> None:
    """Vietnamese or not, with diacritics in either form; and nothing that only looks similar."""
    pattern = re.compile(HOOKS[hook]["files"])
    names = [*(name for names in FILES.values() for name in names), *OTHER_FILES]
    assert [name for name in names if pattern.search(unicodedata.normalize(form, name))] == list(FILES[hook])


def test_only_a_file_that_is_there_is_told_from_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Options, their values and folders stay as they are."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-x.csv").touch()
    (tmp_path / "--config=a").mkdir()
    (tmp_path / "--config=a" / "nhat-ky.csv").touch()
    given = [
        "batch",
        "--require",
        "unproven",
        "-q",
        "--config=a",
        "-x.csv",
        "--config=a/nhat-ky.csv",
        "--gone.csv",
        "a.csv",
    ]
    safe = [
        "batch",
        "--require",
        "unproven",
        "-q",
        "--config=a",
        "./-x.csv",
        "./--config=a/nhat-ky.csv",
        "--gone.csv",
        "a.csv",
    ]
    assert with_safe_names(given) == safe


@pytest.mark.parametrize("hook", HOOKS)
def test_the_page_about_the_hooks_names_each(hook: str) -> None:
    """Nothing is hidden from the reader, and the page shows the entry as it is."""
    page = (ROOT / "docs" / "pre-commit.md").read_text(encoding="utf-8")
    assert f"`{hook}`" in page
    options = HOOKS[hook]["entry"].partition(" batch ")[2]
    assert f"`verifykb batch {options}`" in page
