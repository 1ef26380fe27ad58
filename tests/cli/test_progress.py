"""Tests of the progress line: when it shows, what it says, and that it never costs the run."""

import errno
import io
import os
import sys
import unicodedata
from collections.abc import Mapping
from typing import IO, Any, NamedTuple

import pytest

from verifykb.cli.progress import Mode, Progress, mode_for
from verifykb.model.verdict import Verdict
from verifykb.wording import LANGUAGES, Wording

NOTHING: Mapping[Verdict, int] = {}
TERMINAL = {"TERM": "xterm-256color"}


class Clock:
    """A clock that a test turns, in seconds."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Give the time that a test has set."""
        return self.now


class Run:
    """A progress that writes into memory, and the clock it goes by."""

    def __init__(self, mode: Mode, lang: str = "vi", stream: Any = None) -> None:
        self.clock = Clock()
        self.out: Any = stream or io.StringIO()
        self.progress = Progress(self.out, Wording(lang), mode=mode, clock=self.clock)

    def after(self, seconds: float, done: int, rows: int, found: Mapping[Verdict, int] = NOTHING) -> str:
        """Let time pass, advance, and give what was written by it."""
        self.clock.now += seconds
        before = len(self.out.getvalue())
        self.progress.advance(done, rows, found)
        return str(self.out.getvalue()[before:])


class Screen:
    """A terminal as far as we use one: lines, the carriage return, a fixed width."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.lines = [[" "] * columns]
        self.column = 0

    def feed(self, text: str) -> None:
        """Take what was written; anything but letters and the two returns is refused."""
        for character in text:
            if character == "\r":
                self.column = 0
            elif character == "\n":
                self.lines.append([" "] * self.columns)
            else:
                assert character.isprintable()
                assert not unicodedata.combining(character)
                assert self.column < self.columns - 1, "the line reached the edge"
                self.lines[-1][self.column] = character
                self.column += 1

    @property
    def text(self) -> list[str]:
        """Give what a person sees, line by line."""
        return ["".join(line).rstrip() for line in self.lines]


MODES: dict[str, tuple[dict[str, str], bool, int, Mode]] = {
    # environment, terminal, -q, mode
    "a terminal": (TERMINAL, True, 0, "bar"),
    "no TERM, as on Windows": ({}, True, 0, "bar"),
    "a file or a pipe": (TERMINAL, False, 0, "lines"),
    "a dumb terminal": ({"TERM": "dumb"}, True, 0, "lines"),
    "accessible": ({**TERMINAL, "ACCESSIBLE": "1"}, True, 0, "lines"),
    "accessible switched off": ({**TERMINAL, "ACCESSIBLE": "0"}, True, 0, "bar"),
    "-q": (TERMINAL, True, 1, "silent"),
    "-qq": (TERMINAL, True, 2, "silent"),
    "-q in a pipe": ({"ACCESSIBLE": "1"}, False, 1, "silent"),
}


@pytest.mark.parametrize(("environment", "is_terminal", "quiet", "mode"), MODES.values(), ids=MODES)
def test_the_mode_follows_the_reader(environment: dict[str, str], is_terminal: bool, quiet: int, mode: Mode) -> None:
    """Redrawn only for eyes on a terminal; never where it was asked to be quiet."""
    assert mode_for(environment, is_terminal, quiet) == mode


class Case(NamedTuple):
    """A moment of a run, and the line that it shows."""

    line: str
    lang: str = "vi"
    total: int | None = None
    seconds: float = 10.0
    done: int = 0
    rows: int = 500
    found: Mapping[Verdict, int] = NOTHING


SAID = {
    "all of it": Case(
        "đã xét 1.234.567 dòng; 103.000 dòng/giây; còn khoảng 40 giây; DỪNG LẠI: 7; TRÁI VỚI ĐẦU MỐI CÔNG BỐ: 60; KHỚP, CHƯA CHỨNG THỰC: 1.234.500",
        total=4_000_000, seconds=12.0, done=1_000_000, rows=1_234_567,
        found={Verdict.CONSISTENT: 1_234_500, Verdict.VERIFIED: 0, Verdict.PROHIBITED: 7, Verdict.CONTRADICTED: 60},
    ),
    "all of it in English": Case(
        "rows checked: 1,234,567; 103,000 rows/s; about 40 s left; STOP: 7; NOT ENOUGH EVIDENCE: 1,000", "en",
        total=4_000_000, seconds=12.0, done=1_000_000, rows=1_234_567, found={Verdict.UNPROVEN: 1_000, Verdict.PROHIBITED: 7},
    ),
    "minutes": Case("đã xét 500 dòng; 50 dòng/giây; còn khoảng 2 phút", total=11, done=1),
    "hours": Case("đã xét 500 dòng; 50 dòng/giây; còn khoảng 2 giờ 50 phút", total=1_001, done=1),
    "whole hours": Case("rows checked: 500; 50 rows/s; about 2 h left", "en", total=721, done=1),
    "many hours": Case("rows checked: 500; 50 rows/s; about 10,000 h left", "en", total=3_600_001, done=1),
    "the last seconds": Case("đã xét 500 dòng; 50 dòng/giây; còn khoảng 10 giây", total=1_000, done=999),
    "only read": Case("đã đọc 500 dòng; 50 dòng/giây", done=5),
    "nothing done yet": Case("đã xét 0 dòng", total=100, rows=0),
    "all done": Case("đã xét 500 dòng; 50 dòng/giây", total=100, done=100),
    "more than there was": Case("đã xét 500 dòng; 50 dòng/giây", total=100, done=120),
    "an empty input": Case("đã xét 0 dòng", total=0, rows=0),
    "no time has passed": Case("", seconds=0.0),
    "slow": Case("đã đọc 25 dòng; 2,5 dòng/giây", rows=25),
    "slow in English": Case("rows read: 25; 2.5 rows/s", "en", rows=25),
    "too slow to say": Case("đã đọc 1 dòng", seconds=1_000.0, rows=1),
}  # fmt: skip


@pytest.mark.parametrize("case", SAID.values(), ids=SAID)
def test_a_line_says_rows_speed_time_left_and_what_was_found(case: Case) -> None:
    """The worst verdict first, none that did not occur, numbers as the language writes them."""
    run = Run("lines", case.lang)
    run.progress.start(case.total)
    assert run.after(case.seconds, case.done, case.rows, case.found) == (f"{case.line}\n" if case.line else "")


def test_no_end_is_foretold_from_the_first_blocks() -> None:
    """What the start costs says nothing of the rest."""
    run = Run("bar", "en")
    run.progress.start(1_000)
    assert " left" not in run.after(1.0, 1, 1)
    assert " left" in run.after(2.0, 3, 3)


def test_a_resumed_run_is_measured_by_its_own_work() -> None:
    """What an earlier run did is shown, but makes this one no faster."""
    run = Run("lines", "en")
    run.progress.start(10_000, done=9_000, rows=90_000)
    assert run.after(10.0, 9_100, 91_000) == "rows checked: 91,000; 100 rows/s; about 90 s left\n"


@pytest.mark.parametrize(("mode", "first"), [("bar", 0.5), ("lines", 10.0)])
def test_a_run_of_two_parts_is_one_run_to_the_reader(mode: Mode, first: float) -> None:
    """The wait for the first showing is not begun anew; speed and end are those of the part."""
    run = Run(mode, "en")
    run.progress.start(None)
    assert not run.after(first * 0.8, 400, 400)
    run.progress.start(1_000)
    assert run.after(first * 0.2, 1, 1).strip("\r\n").startswith("rows checked: 1;")


@pytest.mark.parametrize("mode", ["bar", "lines", "silent"])
def test_a_short_run_shows_nothing(mode: Mode) -> None:
    """Half a second of a bar would only startle."""
    run = Run(mode)
    run.progress.start(100)
    for done in range(49):
        assert not run.after(0.01, done, done)
    run.progress.finish()
    assert run.out.getvalue() == ""


def test_lines_are_seldom() -> None:
    """The first after ten seconds, then one every ten."""
    run = Run("lines", "en")
    run.progress.start(None)
    moments = [second for second in range(1, 36) if run.after(1.0, second, second)]
    assert moments == [10, 20, 30]
    run.progress.finish()
    assert run.out.getvalue().count("\n") == 3
    assert "\r" not in run.out.getvalue()


def test_a_bar_is_drawn_five_times_a_second_at_most() -> None:
    """A call for every block of rows costs a look at the clock."""
    run = Run("bar")
    run.progress.start(None)
    assert 49 <= sum(bool(run.after(0.001, row, row)) for row in range(10_500)) <= 51
    assert "\n" not in run.out.getvalue()


def test_a_silent_run_shows_no_progress() -> None:
    """However long it takes."""
    run = Run("silent")
    run.progress.start(100)
    assert not run.after(1_000.0, 50, 50, {Verdict.PROHIBITED: 1})
    run.progress.finish()
    assert run.out.getvalue() == ""


@pytest.mark.parametrize("mode", ["bar", "lines", "silent"])
def test_a_note_is_written_in_every_mode(mode: Mode) -> None:
    """A row that could not be read is never lost in silence, before, during or after the run."""
    run = Run(mode)
    run.progress.note("một")
    run.progress.start(None)
    run.progress.note("hai\nba")
    run.progress.finish()
    run.progress.note("bốn")
    assert run.out.getvalue() == "một\nhai\nba\nbốn\n"


def test_a_note_and_the_bar_do_not_garble_each_other() -> None:
    """A shorter bar covers the longer one, a note stands alone, and the end leaves nothing but the notes."""
    run, screen = Run("bar", "en"), Screen(80)
    run.progress.start(None)
    screen.feed(run.after(1.0, 1, 1, {Verdict.PROHIBITED: 12_345}))
    assert screen.text == ["rows read: 1; 1.0 rows/s; STOP: 12,345"]
    screen.feed(run.after(1.0, 2, 2))
    assert screen.text == ["rows read: 2; 1.0 rows/s"]
    before = len(run.out.getvalue())
    run.progress.note("log.csv:7")
    screen.feed(run.out.getvalue()[before:])
    assert screen.text == ["log.csv:7", ""]
    screen.feed(run.after(1.0, 3, 3))
    assert screen.text == ["log.csv:7", "rows read: 3; 1.0 rows/s"]
    before = len(run.out.getvalue())
    run.progress.finish()
    run.progress.finish()
    screen.feed(run.out.getvalue()[before:])
    assert screen.text == ["log.csv:7", ""]
    assert run.after(10.0, 4, 4) == ""


def test_a_note_cannot_command_the_terminal() -> None:
    """Escapes, bidi characters and returns that an attacker wrote are shown as numbers."""
    run = Run("lines")
    run.progress.note("\x1b[2J\r\u202edòng 7\\")
    assert run.out.getvalue() == "\\u{1b}[2J\\u{d}\\u{202e}dòng 7\\\n"


class Broken(io.StringIO):
    """A stream that takes some writes, then fails."""

    def __init__(self, error: Exception, takes: int) -> None:
        super().__init__()
        self.error, self.takes, self.tried = error, takes, 0

    def write(self, text: str) -> int:
        """Write, or fail."""
        self.tried += 1
        if self.tried > self.takes:
            raise self.error
        return super().write(text)


ERRORS = {
    "full disk": OSError(errno.ENOSPC, "full"),
    "reader gone": BrokenPipeError(),
    "full pipe": BlockingIOError(errno.EAGAIN, "again"),
    "closed": ValueError("I/O operation on closed file"),
    "no such letters": UnicodeEncodeError("ascii", "đ", 0, 1, "no"),
}


@pytest.mark.parametrize("takes", [0, 1])
@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
@pytest.mark.parametrize("mode", ["bar", "lines"])
def test_a_broken_stream_ends_the_showing_and_nothing_else(mode: Mode, error: Exception, takes: int) -> None:
    """The run goes on, and progress does not try again."""
    stream = Broken(error, takes)
    run = Run(mode, stream=stream)
    run.progress.start(None)
    for row in range(10):
        run.after(10.0, row, row)
    assert stream.tried == takes + 1
    run.progress.note("dòng 7")
    run.progress.finish()


def test_a_closed_stream_is_no_error() -> None:
    """Nobody reads: nobody is told, and nothing happens."""
    run = Run("bar")
    run.progress.start(None)
    run.after(1.0, 1, 1)
    run.out.close()
    run.clock.now += 1.0
    run.progress.advance(2, 2, NOTHING)
    run.progress.note("dòng 7")
    run.progress.finish()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_take_one_column_each(lang: str) -> None:
    """The width of a line is counted in letters: none may be wide, or a mark of its own."""
    words = Wording(lang)._table("progress")
    for text in (*words["progress"].values(), *words["verdict"].values()):
        assert unicodedata.is_normalized("NFC", text)
        assert all(unicodedata.east_asian_width(letter) not in "WF" for letter in text)
        assert not any(map(unicodedata.combining, text))


FOUND = {Verdict.PROHIBITED: 12, Verdict.CONTRADICTED: 345, Verdict.UNPROVEN: 6_789}
WHOLE = "đã đọc 1.234 dòng; 1.230 dòng/giây; DỪNG LẠI: 12; TRÁI VỚI ĐẦU MỐI CÔNG BỐ: 345; CHƯA ĐỦ CĂN CỨ: 6.789"
BELL = b"\a"  # says that everything before it has arrived


def read_to_bell(file: IO[bytes]) -> str:
    """Give what arrived at the other end of a pseudo-terminal, up to the bell."""
    data = b""
    while not data.endswith(BELL):
        data += file.read(4_096)
    return data.removesuffix(BELL).decode("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal of this kind")
@pytest.mark.parametrize(
    ("columns", "seen"),
    [
        (200, WHOLE),
        (len(WHOLE) + 1, WHOLE),
        (len(WHOLE), f"{WHOLE[:-2]}…"),
        (40, f"{WHOLE[:38]}…"),
        (3, "đ…"),
        (2, "…"),
        (1, ""),
        (0, f"{WHOLE[:78]}…"),  # a terminal that does not say is taken for one of 80
    ],
)
def test_a_terminal_sees_one_line_that_fits_and_goes_away(columns: int, seen: str) -> None:
    """Drawn within the width, cut with "…", and erased at the end, in a real pseudo-terminal."""
    import pty
    import termios

    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, columns))
    screen, clock = Screen(columns or 80), Clock()
    with os.fdopen(master, "rb", buffering=0) as person, os.fdopen(slave, "w", encoding="utf-8") as stream:
        assert mode_for(TERMINAL, stream.isatty(), 0) == "bar"
        progress = Progress(stream, Wording("vi"), mode="bar", clock=clock)
        progress.start(None)
        clock.now += 1.0
        progress.advance(0, 1_234, FOUND)
        print(end="\a", file=stream, flush=True)
        screen.feed(read_to_bell(person))
        assert screen.text == [seen]
        progress.finish()
        print(end="\a", file=stream, flush=True)
        screen.feed(read_to_bell(person))
        assert screen.text == [""]


def test_the_screen_of_these_tests_notices_a_line_that_is_too_long() -> None:
    """It refuses what a real one would wrap."""
    with pytest.raises(AssertionError, match="edge"):
        Screen(10).feed("x" * 10)
