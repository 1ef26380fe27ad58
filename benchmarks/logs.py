"""Makes contact logs of any size, the same for the same seed: what the benchmark of `batch` reads.

    python benchmarks/logs.py --rows 1000000 --kind office --seed 1 log.csv

1. `office` is a log as offices keep it: few phones and senders, one message in ten suspicious. `hostile` leaves nothing
   to remember: 30 % of the rows are noise, almost all values distinct, nearly half of the messages suspicious.
   `template` is an office's log whose messages programs sent: a few texts with other names, numbers and links.
2. Rows are made by the block, each from a seed of its own: memory is bounded, and a short log is how a longer one
   begins.
3. Every row can be read, and stands on a line of its own. The times of a log are in no order, as where offices put
   theirs together.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from compose import Composer, Source, Strings, without_marks

COLUMNS = (
    "id", "case", "received_at", "channel", "code", "sender", "phone", "extension", "message",
    "note", "mail", "own_request", "called_back", "asks", "service",
)  # fmt: skip
LAST_DAY = date(2026, 11, 21)
BLOCK_ROWS = 100_000
ROW_GROUP_ROWS = 25_000  # several to a process, even in the small logs of CI
_DAYS = 365
_DAYS_OF_CODES = 60  # before the first contact
_CASE_SHARE = 0.2  # of the rows
_CASE_ROWS = 3  # of one matter
_SILENT = 0.04  # nothing was said, or nobody wrote it down
_FREE_TEXT = ("code", "sender", "phone", "message", "note", "own_request", "called_back")  # may hold a comma or a quote
_POOL_SEED = 0
_BLOCK_SEED = 1


class Kind(NamedTuple):
    """How a kind of log is distributed; shares are of all rows unless said."""

    suspicious: float
    noise: float  # rows of which the sender, the phone or the code is wrong in a way of its own
    unmarked: float  # of the messages: written without marks
    disguised: float  # of the messages: with a letter that only looks like itself
    noted: float  # rows with a note of the office
    code: tuple[Source, ...]
    sender: tuple[Source, ...]
    phone: tuple[Source, ...]
    extension: tuple[Source, ...]
    texts: tuple[str, str] = ("suspicious", "harmless")  # names of the grammar


def _pool(name: str, size: int) -> Strings:
    """Give values that a log uses again and again."""
    rows = np.arange(size)
    return pc.unique(Composer(np.random.default_rng([_POOL_SEED, size]), {}).draw(name, rows))


@cache
def kinds() -> dict[str, Kind]:
    """Give the kinds of log by name."""
    others, numbers = _pool("sender_other", 1500), _pool("mobile", 2600)
    lines, near = _pool("landline", 900), _pool("sender_lookalike", 120)
    office = Kind(
        suspicious=0.10, noise=0.0, unmarked=0.12, disguised=0.0, noted=0.40,
        code=(Source(0.70, "code_fine"), Source(0.02, "code_lower"), Source(0.01, "code_odd"), Source(0.27)),
        sender=(Source(0.47, "official"), Source(0.05, "official_written"), Source(0.25, others, 2.5),
                Source(0.03, near, 2.0), Source(0.20)),
        phone=(Source(0.50, "switchboard"), Source(0.10, "switchboard_with"), Source(0.16, numbers, 2.5),
               Source(0.06, lines, 2.5), Source(0.01, "phone_near"), Source(0.17)),
        extension=(Source(0.30, "listed"), Source(0.70)),
    )  # fmt: skip
    hostile = Kind(
        suspicious=0.45, noise=0.30, unmarked=0.20, disguised=0.03, noted=0.75,
        code=(Source(0.82, "code_fine"), Source(0.08, "code_lower"), Source(0.10)),
        sender=(Source(0.80, "official"), Source(0.07, "official_written"), Source(0.08, others), Source(0.05)),
        phone=(Source(0.60, "switchboard"), Source(0.25, "switchboard_with"), Source(0.10, numbers), Source(0.05)),
        extension=(Source(0.20, "listed"), Source(0.10, pa.array([str(n) for n in range(88100, 88659)])), Source(0.70)),
    )  # fmt: skip
    template = office._replace(unmarked=0.0, texts=("template_asking", "template"))
    return {"office": office, "hostile": hostile, "template": template}


def blocks(rows: int, kind: str, seed: int) -> Iterator[pa.RecordBatch]:
    """Give the rows of a log, block by block."""
    for start in range(0, rows, BLOCK_ROWS):
        yield _block(kinds()[kind], kind, seed, start).slice(0, min(BLOCK_ROWS, rows - start))


def make_log(path: str | Path, rows: int, kind: str, seed: int) -> None:
    """Write a log; Parquet where the name ends so, else CSV.

    Args:
        path: the file; an existing one is replaced.
        rows: contacts, without the line of headers.
        kind: ``office``, ``hostile`` or ``template``.
        seed: another one gives other rows of the same distribution.
    """
    with (_parquet if str(path).endswith(".parquet") else _csv)(Path(path)) as write:
        for block in blocks(rows, kind, seed):
            write(block)


# ------------------------------------------------------------------ rows


def _block(kind: Kind, name: str, seed: int, start: int) -> pa.RecordBatch:
    random = np.random.default_rng([_BLOCK_SEED, seed, sorted(kinds()).index(name), start])
    rows = np.arange(BLOCK_ROWS)
    composer = Composer(random, _bound(random))
    suspicious = random.random(BLOCK_ROWS) < kind.suspicious
    cells = _identifiers(kind, composer, random, rows)
    cells |= {
        "id": pc.binary_join_element_wise("LH", _padded(rows + start + 1), "-"),
        "case": _cases(random, start),
        "received_at": composer.column(rows, [Source(0.7, "received_vn"), Source(0.3, "received_iso")]),
        "channel": composer.column(rows, [Source(0.95, "channel"), Source(0.05)]),
        "message": _messages(kind, composer, random, suspicious),
        "mail": pa.nulls(BLOCK_ROWS, pa.string()),
        "own_request": _answers(composer, rows, 0.30, 0.10, "request_evidence"),
        "called_back": _answers(composer, rows, 0.12, 0.06, "call_evidence"),
        "service": composer.column(rows, [Source(0.68, "service"), Source(0.02, "service_rare"), Source(0.30)]),
    }
    cells["note"], cells["asks"] = _of_the_office(kind, composer, suspicious)
    silent = pc.and_(pa.array(random.random(BLOCK_ROWS) < _SILENT), pc.is_valid(cells["sender"]))
    cells["message"] = pc.if_else(silent, pa.scalar(None, pa.string()), cells["message"])
    return pa.RecordBatch.from_arrays([cells[column] for column in COLUMNS], names=list(COLUMNS))


def _bound(random: np.random.Generator) -> dict[str, Strings]:
    """Give the day and time of each row, and the day of its code: a few days before."""
    first = LAST_DAY - timedelta(days=_DAYS - 1 + _DAYS_OF_CODES)
    days = [first + timedelta(days=n) for n in range(_DAYS + _DAYS_OF_CODES)]
    contact = random.integers(_DAYS_OF_CODES, len(days), BLOCK_ROWS)
    age = np.minimum(random.exponential(4.0, BLOCK_ROWS), _DAYS_OF_CODES).astype(np.int64)
    minutes = np.clip(random.normal(11.5 * 60, 150, BLOCK_ROWS), 7 * 60, 18 * 60).astype(np.int64)

    def of(places: Any, written: Callable[[date], str]) -> Strings:
        return pa.array([written(day) for day in days]).take(pa.array(places))

    return {
        "day_vn": of(contact, lambda day: f"{day:%d/%m/%Y}"),
        "day_iso": of(contact, lambda day: f"{day:%Y-%m-%d}"),
        "yymmdd": of(contact - age, lambda day: f"{day:%y%m%d}"),
        "clock": pa.array([f"{minute // 60:02}:{minute % 60:02}" for minute in range(24 * 60)]).take(pa.array(minutes)),
    }


def _identifiers(kind: Kind, composer: Composer, random: np.random.Generator, rows: Any) -> dict[str, Strings]:
    """Give code, sender, phone and extension; of a noise row at least one of the first three is wrong."""
    noise = random.random(len(rows)) < kind.noise
    cells = {"extension": composer.column(rows, kind.extension)}
    forced = random.choice(3, size=len(rows), p=[0.20, 0.60, 0.20])
    for number, (column, wrong, also) in enumerate(
        [("code", "code_odd", 0.15), ("sender", "sender_forged", 0.15), ("phone", "phone_hostile", 0.12)]
    ):
        usual = composer.column(rows, getattr(kind, column))
        is_wrong = noise & ((forced == number) | (random.random(len(rows)) < also))
        cells[column] = pc.replace_with_mask(usual, pa.array(is_wrong), composer.draw(wrong, rows[is_wrong]))
    return cells


def _messages(kind: Kind, composer: Composer, random: np.random.Generator, suspicious: Any) -> Strings:
    rows = np.arange(len(suspicious))
    texts = composer.either(suspicious, *kind.texts)
    bare = random.random(len(rows)) < kind.unmarked
    texts = pc.replace_with_mask(texts, pa.array(bare), without_marks(texts.filter(pa.array(bare))))
    odd = random.random(len(rows)) < kind.disguised
    disguised = pc.replace_substring(texts.filter(pa.array(odd)), "o", "о", max_replacements=3)
    texts = pc.replace_with_mask(texts, pa.array(odd), disguised)
    return pc.binary_join_element_wise(
        pc.utf8_upper(pc.utf8_slice_codeunits(texts, 0, 1)), pc.utf8_slice_codeunits(texts, 1), ""
    )


def _of_the_office(kind: Kind, composer: Composer, suspicious: Any) -> tuple[Strings, Strings]:
    """Give the notes, and what the office says was asked."""
    rows = np.arange(len(suspicious))
    where = pa.array(suspicious)
    notes = composer.column(rows, [Source(kind.noted, "note"), Source(1 - kind.noted)])
    refused = composer.column(
        rows[suspicious],
        [Source(kind.noted * 0.5, "note"), Source(kind.noted * 0.5, "note_refused"), Source(1 - kind.noted)],
    )
    asks = composer.column(rows, [Source(0.10, pa.array(["không", "nothing"])), Source(0.90)])
    named = composer.column(rows[suspicious], [Source(0.30, "asks_word"), Source(0.70)])
    return pc.replace_with_mask(notes, where, refused), pc.replace_with_mask(asks, where, named)


def _answers(composer: Composer, rows: Any, yes: float, no: float, evidence: str) -> Strings:
    sources = [
        Source(yes, pa.array(["có", "có", "có", "x", "1", "yes"])),
        Source(no, pa.array(["không", "không", "chưa", "0"])),
        Source(0.04, evidence),
        Source(0.96 - yes - no),
    ]
    return composer.column(rows, sources)


def _cases(random: np.random.Generator, start: int) -> Strings:
    """Give every fifth row a case that it shares with a few rows near it."""
    numbers = start + random.integers(int(BLOCK_ROWS * _CASE_SHARE / _CASE_ROWS), size=BLOCK_ROWS)
    names = pc.binary_join_element_wise("VV", _padded(numbers), "-")
    return pc.if_else(pa.array(random.random(BLOCK_ROWS) < _CASE_SHARE), names, pa.scalar(None, pa.string()))


def _padded(numbers: Any) -> Strings:
    return pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), 8, "0")


# ------------------------------------------------------------------ files


@contextmanager
def _parquet(path: Path) -> Iterator[Callable[[pa.RecordBatch], object]]:
    schema = pa.schema([(column, pa.string()) for column in COLUMNS])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        yield lambda block: writer.write_batch(block, row_group_size=ROW_GROUP_ROWS)


@contextmanager
def _csv(path: Path) -> Iterator[Callable[[pa.RecordBatch], object]]:
    with path.open("wb") as file:
        file.write((",".join(COLUMNS) + "\n").encode())
        yield lambda block: file.write(_lines(block))


def _lines(block: pa.RecordBatch) -> pa.Buffer:
    """Give the lines of CSV: quoted only where a cell needs it, which pyarrow's own writer does not."""
    cells = [_quoted(block[column]) if column in _FREE_TEXT else pc.fill_null(block[column], "") for column in COLUMNS]
    lines = pc.binary_join_element_wise(pc.binary_join_element_wise(*cells, ","), "", "\n")
    return lines.buffers()[2]


def _quoted(cells: Strings) -> Strings:
    cells = pc.fill_null(cells, "")
    doubled = pc.binary_join_element_wise('"', pc.replace_substring(cells, '"', '""'), '"', "")
    return pc.if_else(pc.match_substring_regex(cells, '[",]'), doubled, cells)


def main() -> int:
    """Write the log that the command line asks for."""
    parser = argparse.ArgumentParser(description="make a contact log")
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--kind", choices=sorted(kinds()), default="office")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("path", help="ends with .csv or .parquet")
    asked = parser.parse_args()
    make_log(asked.path, asked.rows, asked.kind, asked.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
