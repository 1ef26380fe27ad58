"""Tests of `--output`: a file is complete or absent, and nothing else is destroyed."""

import os
import stat
from pathlib import Path

import pytest

from .process import AT, CONTRADICTED, run, shell, tells_in_three_parts, write_log


def test_an_output_file_is_complete_or_absent(tmp_path: Path) -> None:
    """`--output` writes each format whole, uncoloured, and leaves nothing else behind."""
    wanted = {name: tmp_path / f"r.{name}" for name in ("plain", "table", "json", "jsonl", "csv")}
    options = [f"--output={name}={path}" for name, path in wanted.items()]
    result = run("check", "--phone", "0912000111", "--color", "always", *options, cwd=tmp_path)
    assert result.status == 1
    assert sorted(tmp_path.iterdir()) == sorted(wanted.values())
    for path in wanted.values():
        assert path.read_text(encoding="utf-8").endswith("\n")
        assert "\x1b" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["missing/r.json", "file/r.json", "folder", "..", "n" * 300])
def test_an_unwritable_output_is_told_and_leaves_nothing(tmp_path: Path, path: str) -> None:
    """A path that cannot be written is 74 in three parts; no temporary file stays."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    before = sorted(tmp_path.rglob("*"))
    result = run("check", "--phone", "1", "--output", "csv=first.csv", "--output", f"json={path}", cwd=tmp_path)
    left = [item for item in sorted(tmp_path.rglob("*")) if item.name != "first.csv"]
    assert (result.status, left) == (74, before)
    assert tells_in_three_parts(result.err)


def test_a_disk_that_fills_up_leaves_no_partial_file(tmp_path: Path) -> None:
    """Where the report does not fit, the status is 74 and the old report stays."""
    log = write_log(tmp_path, *[CONTRADICTED] * 200)
    (tmp_path / "r.json").write_text("old")
    script = 'ulimit -f 8; PYTHONDONTWRITEBYTECODE=1 "$@" > /dev/null'  # or Python cuts its own caches short
    result = shell(script, "batch", log, *AT, "--output", "json=r.json", cwd=tmp_path)
    assert (result.status, (tmp_path / "r.json").read_text()) == (74, "old")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["log.csv", "r.json"]


@pytest.mark.parametrize("path", [".", "/"])
def test_an_output_without_a_name_is_no_mistake_of_ours(tmp_path: Path, path: str) -> None:
    """`--output json=.` cannot be written; it is not an internal error."""
    assert run("check", "--phone", "1", "--output", f"json={path}", cwd=tmp_path).status in (2, 74)


def test_the_longest_name_that_a_folder_takes_can_be_written(tmp_path: Path) -> None:
    """The temporary name is no longer than the name itself may be."""
    name = "n" * 255
    assert run("check", "--phone", "0912000111", "--output", f"json={name}", cwd=tmp_path).status == 1


@pytest.mark.parametrize("kind", ["fifo", "device"])
def test_a_device_or_pipe_is_never_replaced_by_a_file(tmp_path: Path, kind: str) -> None:
    """`--output json=/dev/null` or a named pipe is written to or refused, not replaced."""
    path = tmp_path / "special"
    if kind == "fifo":
        os.mkfifo(path)
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    else:
        try:
            os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))  # a null device of our own
        except PermissionError:
            path.symlink_to("/dev/null")
        reader = os.open(os.devnull, os.O_RDONLY)
    kind_before = stat.S_IFMT(path.lstat().st_mode)
    run("check", "--phone", "1", "--output", f"json={path}")
    os.close(reader)
    assert stat.S_IFMT(path.lstat().st_mode) == kind_before


def test_a_link_is_followed(tmp_path: Path) -> None:
    """A report written to a link appears where the link leads."""
    (tmp_path / "target.json").write_text("old")
    (tmp_path / "link.json").symlink_to("target.json")
    run("check", "--phone", "1", "--output", "json=link.json", cwd=tmp_path)
    assert (tmp_path / "target.json").read_text() != "old"


@pytest.mark.parametrize("output", ["csv=log.csv", "csv=./folder/../log.csv"])
def test_a_report_does_not_replace_the_log(tmp_path: Path, output: str) -> None:
    """An output that is also an input is wrong use; the evidence stays."""
    (tmp_path / "folder").mkdir()
    log = write_log(tmp_path, CONTRADICTED)
    before = Path(log).read_bytes()
    result = run("batch", "log.csv", *AT, "--output", output, cwd=tmp_path)
    assert (Path(log).read_bytes(), result.status) == (before, 2)
