"""Answers on disk: kept as long as they may be, and never in anybody's way."""

import asyncio
import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from verifykb.dns import cache as module
from verifykb.dns.answer import NODATA, NXDOMAIN, OFFLINE, Answer, Status, temporary
from verifykb.dns.cache import Cache
from verifykb.dns.session import SharedResolver

_FOUND = Answer(Status.FOUND, ("v=spf1 -all", "\udcff\u1ebf\0'\""), ttl=100)
_FILE = "dns-1.sqlite"
_POSIX = pytest.mark.skipif(os.name != "posix", reason="file modes are a POSIX thing")


class _Clock:
    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def _cache(folder: Path, clock: Callable[[], float] | None = None, resolver: str = "192.0.2.1#53") -> Cache:
    return Cache(resolver, clock or _Clock(), folder=folder)


def _kept(folder: Path, clock: Callable[[], float] | None = None) -> Answer | None:
    with _cache(folder, clock) as cache:
        return cache.get("a.example", "TXT")


def _keep(folder: Path, answer: Answer = _FOUND, clock: Callable[[], float] | None = None) -> None:
    with _cache(folder, clock) as cache:
        cache.put("a.example", "TXT", answer)


@pytest.mark.parametrize(
    "answer", [_FOUND, _FOUND._replace(secure=True), NODATA._replace(ttl=5), NXDOMAIN._replace(ttl=5)]
)
def test_what_dns_said_is_kept(answer: Answer, tmp_path: Path) -> None:
    """Records, no data and no such name come back in the next run as they were."""
    _keep(tmp_path, answer)
    assert _kept(tmp_path) == answer


@pytest.mark.parametrize(
    "answer",
    [
        temporary("timeout")._replace(ttl=100),
        OFFLINE._replace(ttl=100),
        Answer(Status.NOT_ASKED, ttl=100),
        _FOUND._replace(ttl=0),
        _FOUND._replace(records=("x" * 10_000,)),
    ],
)
def test_what_is_no_fact_or_too_long_is_not_kept(answer: Answer, tmp_path: Path) -> None:
    """A failure never outlives its run."""
    _keep(tmp_path, answer)
    store = sqlite3.connect(tmp_path / _FILE)
    assert store.execute("SELECT count(*) FROM answers").fetchone() == (0,)
    store.close()
    assert _kept(tmp_path) is None


@pytest.mark.parametrize(
    ("seconds", "ttl"), [(0, 100), (1, 99), (99, 1), (100, None), (5000, None), (-1, None), (-5000, None)]
)
def test_an_answer_is_found_in_its_time_only(seconds: float, ttl: int | None, tmp_path: Path) -> None:
    """Neither after its time to live nor, when the clock went back, before it was stored."""
    _keep(tmp_path)
    found = _kept(tmp_path, _Clock(1_000_000 + seconds))
    assert (found.ttl if found else None) == ttl


def test_a_clock_that_goes_back_does_not_bring_back_what_was_over(tmp_path: Path) -> None:
    """What was seen as over, and what is older than the newest answer, stays unknown."""
    _keep(tmp_path)
    assert _kept(tmp_path, _Clock(1_000_200)) is None
    assert _kept(tmp_path, _Clock(1_000_050)) is None
    _keep(tmp_path, _FOUND._replace(ttl=1000))
    with _cache(tmp_path, _Clock(1_000_200)) as cache:
        cache.put("other.example", "TXT", _FOUND)
    assert _kept(tmp_path, _Clock(1_000_050)) is None


@pytest.mark.parametrize(
    ("resolver", "name", "kind"),
    [("192.0.2.2#53", "a.example", "TXT"), ("192.0.2.1#53+ad", "a.example", "TXT"), ("", "a.example", "TXT"),
     ("192.0.2.1#53", "b.example", "TXT"), ("192.0.2.1#53", "a.example", "MX")],
)  # fmt: skip
def test_an_answer_is_that_of_one_resolver_name_and_type(resolver: str, name: str, kind: str, tmp_path: Path) -> None:
    """What one server said is never told as another's word."""
    _keep(tmp_path)
    with _cache(tmp_path, resolver=resolver) as cache:
        assert cache.get(name, kind) is None


def test_a_resolver_without_identity_keeps_nothing(tmp_path: Path) -> None:
    """There is not even a file."""
    with _cache(tmp_path, resolver="") as cache:
        cache.put("a.example", "TXT", _FOUND)
        assert not cache.is_used
    assert not list(tmp_path.iterdir())


@_POSIX
def test_the_file_is_the_users_alone(tmp_path: Path) -> None:
    """Mode 0600, the files beside it too, in a folder of mode 0700; a readable one is narrowed."""
    folder = tmp_path / "new" / "verifykb"
    with _cache(folder) as cache:
        cache.put("a.example", "TXT", _FOUND)
        cache.flush()
        modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        assert len(list(folder.iterdir())) == 3
    assert modes == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (folder / _FILE).chmod(0o644)
    assert _kept(folder) == _FOUND
    assert stat.S_IMODE((folder / _FILE).stat().st_mode) == 0o600


def test_its_place_is_the_users_folder_for_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no folder is given, platformdirs says where."""
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path / name))
    with Cache("x", _Clock()) as cache:
        assert cache.is_used
    assert (tmp_path / "verifykb" / _FILE).is_file()


def _garbage(folder: Path) -> None:
    (folder / _FILE).write_bytes(b"this is no database" * 500)


def _torn(folder: Path) -> None:
    with _cache(folder) as cache:
        for number in range(400):
            cache.put(f"n{number}.example", "TXT", _FOUND)
    octets = bytearray((folder / _FILE).read_bytes())
    octets[4096:] = b"\xff" * (len(octets) - 4096)
    (folder / _FILE).write_bytes(octets)


def _other_table(folder: Path) -> None:
    with sqlite3.connect(folder / _FILE) as store:
        store.execute("CREATE TABLE answers (stored, expires)")
    store.close()


def _folder_for_a_file(folder: Path) -> None:
    (folder / _FILE).mkdir()


def _writable_by_others(folder: Path) -> None:
    _keep(folder)
    (folder / _FILE).chmod(0o666)


def _link(folder: Path) -> None:
    (folder / _FILE).symlink_to(folder / "elsewhere")


_SPOILT = [_garbage, _torn, _other_table, _folder_for_a_file]


@pytest.mark.parametrize(
    "spoil", [*_SPOILT, pytest.param(_writable_by_others, marks=_POSIX), pytest.param(_link, marks=_POSIX)]
)
def test_a_cache_that_cannot_be_trusted_or_read_is_not_used(spoil: Callable[[Path], None], tmp_path: Path) -> None:
    """No answer comes from it, none is an error."""
    spoil(tmp_path)
    with _cache(tmp_path) as cache:
        cache.put("b.example", "TXT", _FOUND)
        assert cache.get("a.example", "TXT") is None
        cache.flush()
        assert not cache.is_used
        cache.put("b.example", "TXT", _FOUND)
        assert cache.get("b.example", "TXT") is None


def test_a_place_without_folders_is_not_used(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    assert not _cache(tmp_path / "file" / "below").is_used


def test_a_file_that_may_only_be_read_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's refusal to open it for writing is no error of ours."""
    _keep(tmp_path)

    def refuse(*_: object) -> int:
        raise PermissionError(13, "read-only")

    monkeypatch.setattr("os.open", refuse)
    assert not _cache(tmp_path).is_used


def test_a_full_disk_ends_the_use_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was stored before stays whole."""
    _keep(tmp_path)
    monkeypatch.setattr(module, "_MAX_PAGES", 8)
    with _cache(tmp_path) as cache:
        for number in range(400):
            cache.put(f"n{number}.example", "TXT", _FOUND._replace(records=("x" * 1000,)))
        cache.flush()
        assert not cache.is_used
    assert _kept(tmp_path) == _FOUND


def test_a_locked_file_is_read_but_not_waited_for(tmp_path: Path) -> None:
    """Another process that writes all the time costs a quarter of a second, once."""
    _keep(tmp_path)
    other = sqlite3.connect(tmp_path / _FILE, isolation_level=None)
    with _cache(tmp_path) as cache:
        other.execute("BEGIN EXCLUSIVE")
        assert cache.get("a.example", "TXT") == _FOUND
        cache.put("b.example", "TXT", _FOUND)
        cache.flush()
        assert not cache.is_used
    other.execute("ROLLBACK")
    other.close()
    assert _kept(tmp_path) == _FOUND


@pytest.mark.parametrize(
    ("column", "value"),
    [("status", "temporary"), ("status", "proven"), ("status", "nodata"), ("records", "[]"), ("records", "{}"),
     ("records", '"text"'), ("records", "[1]"), ("records", "[" * 100_000), ("records", None), ("records", b"\xff"),
     ("expires", "soon"), ("expires", 1e300), ("expires", None), ("stored", "nan"), ("stored", -1e9)],
)  # fmt: skip
def test_a_row_that_we_did_not_write_is_no_answer(column: str, value: object, tmp_path: Path) -> None:
    """The file is foreign data too."""
    _keep(tmp_path)
    store = sqlite3.connect(tmp_path / _FILE, isolation_level=None)
    store.execute(f"UPDATE answers SET {column} = ?", (value,))  # noqa: S608 - the name comes from the table above
    store.close()
    assert _kept(tmp_path) is None


def test_the_number_of_rows_is_bounded(tmp_path: Path) -> None:
    """What ends first goes first; what is over goes before that."""
    clock = _Clock()
    with Cache("x", clock, folder=tmp_path, max_rows=10) as cache:
        for number in range(30):
            cache.put(f"n{number}", "A", _FOUND._replace(ttl=1000 - number))
    with Cache("x", clock, folder=tmp_path) as cache:
        assert [number for number in range(30) if cache.get(f"n{number}", "A")] == list(range(10))
    clock.now += 995
    with Cache("x", clock, folder=tmp_path, max_rows=10) as cache:
        cache.put("new", "A", _FOUND)
    store = sqlite3.connect(tmp_path / _FILE)
    assert store.execute("SELECT count(*) FROM answers").fetchone() == (6,)
    store.close()


_WORKER = """
import sys, time
from pathlib import Path
from verifykb.dns.answer import Answer, Status
from verifykb.dns.cache import Cache
me = int(sys.argv[2])
wrong = flushed = 0
for turn in range(10):
    with Cache("x", time.time, folder=Path(sys.argv[1])) as cache:
        for number in range(50):
            found = cache.get(f"n{number}", "A")
            wrong += found is not None and found.records != (f"value {number}",)
            cache.put(f"n{number}", "A", Answer(Status.FOUND, (f"value {number}",), ttl=600))
            cache.put(f"p{me}-{turn}-{number}", "A", Answer(Status.FOUND, ("own",), ttl=600))
        cache.flush()
        flushed += cache.is_used
print(wrong, flushed)
"""


def test_many_processes_share_one_file(tmp_path: Path) -> None:
    """Eight at once: no error, no wrong answer, a whole file, and what each could write is there."""
    command = [sys.executable, "-W", "error", "-c", _WORKER, str(tmp_path)]
    running = [
        subprocess.Popen([*command, str(me)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for me in range(8)
    ]
    done = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0] * 8, done
    assert not any(err for _, err in done)
    wrong, flushed = zip(*(map(int, out.split()) for out, _ in done), strict=True)
    assert sum(wrong) == 0
    assert sum(flushed) > 40
    store = sqlite3.connect(tmp_path / _FILE)
    assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert store.execute("SELECT count(*) FROM answers WHERE name LIKE 'p%'").fetchone() == (50 * sum(flushed),)
    assert {json.loads(text)[0] for (text,) in store.execute("SELECT records FROM answers WHERE name = 'n7'")} == {
        "value 7"
    }
    store.close()


def test_a_second_run_asks_nobody(tmp_path: Path) -> None:
    """What the first run was told, the second one takes from the disk; a failure is asked again."""

    class _Inner:
        asked = 0

        async def ask(self, name: str, kind: str) -> Answer:  # noqa: ARG002 - the protocol's shape
            self.asked += 1
            return _FOUND if name == "a.example" else temporary("servfail")

    async def work(inner: _Inner) -> list[Answer]:
        with _cache(tmp_path) as cache:
            async with SharedResolver(inner, cache=cache) as shared:
                return [await shared.ask("A.example.", "TXT"), await shared.ask("b.example", "TXT")]

    first, second = _Inner(), _Inner()
    assert asyncio.run(work(first)) == asyncio.run(work(second)) == [_FOUND, temporary("servfail")]
    assert (first.asked, second.asked) == (2, 1)
