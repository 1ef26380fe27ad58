"""The process that reads hostile files: fed, heard, and ended, whatever it does."""

import sys
import time
from pathlib import Path

import pytest

from verifykb.limited import LimitedProcess, ask

SECONDS = 30.0


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module that does what its input says, as Python."""
    (tmp_path / "obedient.py").write_text("import sys; exec(sys.stdin.read())", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "obedient"


def heard(process: LimitedProcess, program: str, max_bytes: int = 100) -> list[bytes]:
    process.feed(program.encode())
    return list(process.lines(max_bytes))


def test_what_it_writes_comes_line_by_line(module: str) -> None:
    """A line without an end is none, and nothing is lost between reads."""
    with LimitedProcess(module, SECONDS) as process:
        assert heard(process, "print(1); print('x' * 90); print(end='rest')") == [b"1", b"x" * 90]
        assert not process.ended


def test_a_line_without_end_is_not_kept(module: str) -> None:
    """It ends the answer before it fills the memory."""
    with LimitedProcess(module, SECONDS) as process:
        assert heard(process, "print(1); print('x' * 10_000_000)") == [b"1"]


def test_one_that_takes_too_long_is_ended(module: str) -> None:
    """And it is said why there is no more."""
    with LimitedProcess(module, 1.0) as process:
        started = time.monotonic()
        assert heard(process, "import time; time.sleep(60)") == []
        assert time.monotonic() - started < SECONDS
        assert process.ended


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no signals")
def test_one_that_the_system_ends_was_ended(module: str) -> None:
    """As it happens to one that takes too much processor time."""
    with LimitedProcess(module, SECONDS) as process:
        heard(process, "import os; os.abort()")
        assert process.ended


def test_only_waiting_for_it_takes_its_time(module: str) -> None:
    """Whoever reads its lines may take as long as he wants between them."""
    with LimitedProcess(module, SECONDS) as process:
        process.feed(b"print(1); print(2)")
        for _ in process.lines(100):
            left = process._left
            time.sleep(0.2)
            assert process._left == left


def test_one_that_does_not_listen_is_fed_in_vain() -> None:
    """No error comes of it: there will be no answer either."""
    with LimitedProcess("no_such_module", SECONDS) as process:
        for _ in range(50):
            process.feed(b"x" * 65_536)
        assert list(process.lines(100)) == []
        assert not process.ended


ANSWERS = {
    "answer": ("print('x', end='')", 10, b"x"),
    "too long": ("print('x' * 11)", 10, None),
    "error": ("print('x'); raise SystemExit(1)", 10, None),
    "too slow": ("import time; time.sleep(60)", 10, None),
}


@pytest.mark.parametrize(("program", "most", "answer"), ANSWERS.values(), ids=ANSWERS)
def test_a_whole_answer_or_none(module: str, program: str, most: int, answer: bytes | None) -> None:
    """Whatever the reason is that there is none."""
    seconds = 1.0 if "sleep" in program else SECONDS
    assert ask(module, program.encode(), max_output=most, wall_seconds=seconds) == answer
