"""What the figures of `batch` rest on: the logs that benchmarks/logs.py makes, and the naive verifier beside them."""

import csv
import importlib
import subprocess
import sys
from ast import literal_eval
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from verifykb.batch.columns import COLUMNS
from verifykb.batch.records import to_contact
from verifykb.directory.types import Directory
from verifykb.message.reading import read_message

_FOLDER = Path(__file__).parents[1] / "benchmarks"
_ASKS = {"secret", "remote-access", "link", "install", "money", "personal-data"}


def _module(name: str) -> ModuleType:
    """Import a script of benchmarks/, which is no package; one there has the name of a package that tests use."""
    sys.path.insert(0, str(_FOLDER))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(_FOLDER))


@pytest.fixture(scope="module", params=["office", "hostile", "template"])
def kind(request: pytest.FixtureRequest) -> str:
    """Give each kind of log in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def log(kind: str) -> Any:
    """Give a whole block of a log as a table."""
    logs = _module("logs")
    return pa.Table.from_batches(list(logs.blocks(logs.BLOCK_ROWS, kind, 1)))


@pytest.fixture(scope="module")
def path(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a short log as CSV."""
    made = tmp_path_factory.mktemp("logs") / f"{kind}.csv"
    _module("logs").make_log(made, 3000, kind, 1)
    return made


def test_columns(log: Any) -> None:
    """A log has every column of a contact record."""
    assert tuple(log.schema.names) == COLUMNS


def test_seed(log: Any) -> None:
    """Another seed gives other rows; that the same one gives the same is seen below, where a log is made again."""
    other = next(iter(_module("logs").blocks(1000, "office", 2)))
    assert set(other["message"].to_pylist()).isdisjoint(log["message"].slice(0, 1000).drop_null().to_pylist())


def test_beginning(kind: str, log: Any) -> None:
    """A short log is how a longer one begins, and rows go on behind a block."""
    logs = _module("logs")
    longer = pa.Table.from_batches(list(logs.blocks(logs.BLOCK_ROWS + 7, kind, 1)))
    assert longer.num_rows == logs.BLOCK_ROWS + 7
    assert longer.slice(0, logs.BLOCK_ROWS).equals(log)
    assert pc.count_distinct(longer["id"]).as_py() == longer.num_rows


def test_both_formats(kind: str, path: Path, tmp_path: Path) -> None:
    """CSV and Parquet hold the same rows; a cell is quoted only where it has to be."""
    logs = _module("logs")
    logs.make_log(tmp_path / "log.parquet", 3000, kind, 1)
    table = pq.read_table(tmp_path / "log.parquet")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [{name: value or "" for name, value in row.items()} for row in table.to_pylist()]
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") == 3001
    assert ',"hotrocntt@vst.gov.vn",' not in text
    assert '""' in text


def test_row_groups(tmp_path: Path) -> None:
    """A Parquet log has row groups for several processes, even where it is small."""
    logs = _module("logs")
    logs.make_log(tmp_path / "log.parquet", logs.BLOCK_ROWS, "office", 1)
    assert pq.ParquetFile(tmp_path / "log.parquet").num_row_groups >= 4


def test_every_row_can_be_read(path: Path) -> None:
    """A benchmark that stumbles over rows would measure error messages."""
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            assert to_contact(row, str(number)).id == row["id"]


# kind, column, distinct values as a share of the rows, blank cells as a share of the rows
_DISTRIBUTION: list[tuple[str, str, tuple[float, float], tuple[float, float]]] = [
    ("office", "phone", (0.005, 0.05), (0.1, 0.25)),
    ("office", "sender", (0.003, 0.03), (0.1, 0.3)),
    ("office", "code", (0.6, 1), (0.1, 0.4)),
    ("office", "message", (0.9, 1), (0.01, 0.1)),
    ("hostile", "phone", (0.07, 0.15), (0.01, 0.1)),
    ("hostile", "sender", (0.17, 0.23), (0.01, 0.1)),
    ("hostile", "extension", (0.004, 0.01), (0.5, 0.8)),
    ("hostile", "code", (0.85, 1), (0.01, 0.15)),
    ("hostile", "message", (0.9, 1), (0.01, 0.1)),
    ("template", "message", (0.9, 1), (0.01, 0.1)),
]


def test_distribution(log: Any, kind: str) -> None:
    """Values repeat, and cells are blank, as often as the kind says."""
    seen = {column for of, column, *_ in _DISTRIBUTION if of == kind}
    assert seen
    for of, column, distinct, blank in _DISTRIBUTION:
        if of == kind:
            share = pc.count_distinct(log[column]).as_py() / log.num_rows
            assert distinct[0] <= share <= distinct[1], column
            assert blank[0] <= log[column].null_count / log.num_rows <= blank[1], column


def test_sizes(path: Path, log: Any) -> None:
    """Rows are of 250 to 400 bytes, messages of 60 to 300 characters, the times within a year."""
    assert 250 <= path.stat().st_size / 3000 <= 400
    lengths = pc.utf8_length(log["message"].drop_null())
    usual = pc.and_(pc.greater_equal(lengths, 60), pc.less_equal(lengths, 300))
    assert pc.mean(usual.cast("int8")).as_py() > 0.98
    with path.open(encoding="utf-8", newline="") as file:
        days = {
            contact.received_at.date() for row in csv.DictReader(file) if (contact := to_contact(row, "x")).received_at
        }
    assert (max(days) - min(days)).days <= 365
    assert len(days) == 365


def test_suspicious(kind: str, log: Any, directory: Directory) -> None:
    """One message in ten asks for something, of the hostile ones nearly half: as the product itself reads them."""
    messages = log["message"].drop_null().slice(0, 2000).to_pylist()
    asking = sum(bool({str(hit.kind) for hit in read_message(text, directory)} & _ASKS) for text in messages)
    expected = {"office": 0.10, "hostile": 0.45, "template": 0.10}[kind]
    assert asking / len(messages) == pytest.approx(expected, abs=0.03)


def test_naive_runs(path: Path) -> None:
    """The naive verifier gives each row a verdict, and meets all of them."""
    naive = _module("naive")
    counts = naive.run(path)
    assert sum(counts.values()) == 3000
    assert set(counts) == {"prohibited", "contradicted", "unproven", "consistent"}
    assert sum(naive.run(path, 50).values()) == 50


def test_naive_is_the_one_that_was_agreed() -> None:
    """The figures are ratios to a verifier of 105 expressions."""
    assert len(_module("naive").PHRASES) == 105


_RIGHT = {
    "received_at": "20/11/2026 09:00", "code": "SD261119-004217", "sender": "hotrocntt@vst.gov.vn",
    "phone": "024 6276 4300 máy lẻ 88617", "extension": "", "message": "Đội hỗ trợ đã nhận thư báo lỗi.", "note": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "consistent"),
        ({"code": ""}, "unproven"),
        ({"code": "SD261121-004217"}, "contradicted"),
        ({"code": "SD261301-004217"}, "contradicted"),
        ({"code": "SD260901-004217"}, "unproven"),
        ({"sender": "hotrocntt@vst-gov.vn"}, "contradicted"),
        ({"sender": "Hỗ trợ <HOTROCNTT@vst.gov.vn>"}, "consistent"),
        ({"sender": "kbnnkhanhhoa@vst.gov.vn"}, "unproven"),
        ({"sender": "hotrocntt"}, "contradicted"),
        ({"phone": "0912345678"}, "contradicted"),
        ({"phone": "số lạ"}, "contradicted"),
        ({"phone": "02462764300", "extension": "99999"}, "contradicted"),
        ({"received_at": "hôm qua"}, "unproven"),
        ({"message": "Chị đọc giúp em mã OTP vừa gửi về máy."}, "prohibited"),
        ({"note": "Họ bảo bật TeamViewer."}, "prohibited"),
    ],
)
def test_naive_judges(changed: dict[str, str], verdict: str) -> None:
    """The naive verifier does the work that it is measured by."""
    assert _module("naive").judge(_RIGHT | changed) == verdict


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("", "", 0),
        ("", "abc", 3),
        ("vst.gov.vn", "vst.gov.vn", 0),
        ("vsst.g0v.vn", "vst.gov.vn", 2),
        ("kitten", "sitting", 3),
    ],
)
def test_naive_edits(one: str, other: str, count: int) -> None:
    """Edits are counted as Levenshtein did."""
    assert _module("naive").edits(one, other) == count


_CHILD = "import subprocess, sys; x = 'x' * (60 << 20); subprocess.run([sys.executable, '-c', 'import time; time.sleep(0.3)'])"
_PARENT = f"import sys, processes; print(list(processes.run([sys.executable, '-c', {_CHILD!r}], rows=7)))"


def test_a_run_is_measured() -> None:
    """Time and memory of a process are seen from outside; the one that looks on must be small, which pytest is not."""
    done = subprocess.run([sys.executable, "-c", _PARENT], cwd=_FOLDER, capture_output=True, text=True, check=True)
    rows, seconds, largest, together, counts = literal_eval(done.stdout)
    assert (rows, counts) == (7, {})
    assert seconds > 0.3
    assert 60 < largest < together < 150


def test_a_run_speaks_for_itself() -> None:
    """Where a process says how long its work took, that counts."""
    said = _module("processes").run([sys.executable, "-c", 'print(\'{"rows": 5, "seconds": 2.0, "counts": {}}\')'])
    assert said.rate == 2.5


def test_a_run_that_fails_gives_no_figure() -> None:
    """An exit status that was not allowed is an error with the end of what was said."""
    processes = _module("processes")
    with pytest.raises(processes.FailedError, match="exit status 2: no such log"):
        processes.run([sys.executable, "-c", "import sys; print('no such log', file=sys.stderr); sys.exit(2)"])
    assert processes.run([sys.executable, "-c", "raise SystemExit(3)"], rows=1, allowed=(0, 3)).rows == 1


@pytest.mark.parametrize(
    ("rates", "size", "word", "missed"),
    [
        ([24.0, 26.0, 25.0], 1_000_000, "held", False),
        ([20.0, 40.0, 10.0], 1_000_000, "missed", True),
        ([10.0, 10.0, 10.0], 1_000, "judged from", False),
        ([], 1_000_000, "not measured", False),
    ],
)
def test_limits(rates: list[float], size: int, word: str, missed: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """The median of the rounds' ratios is held against the limit, on logs that are large enough."""
    batch = _module("batch")
    runs = {
        "one": [batch.Run(rows=int(rate * 100), seconds=1, largest_mb=1, together_mb=1, counts={}) for rate in rates],
        "other": [batch.Run(rows=200, seconds=1, largest_mb=1, together_mb=1, counts={})] * len(rates),
    }
    limit = batch.Limit("figure", "one", "other", lambda run: run.rate, 12, least=1_000_000)
    assert batch._show_limit(limit, runs, size) is missed
    assert word in capsys.readouterr().out
