"""What goes to the workers of another engine, and the plain columns that come back.

1. A worker makes its own context: it reads the directory itself, and has the clocks of whoever began the run, so
   that a task which is done again gives the same rows.
2. No rule lives here: a row is judged by `batch.engine` and compared by `batch.seen`, as in a run on one machine.
3. A worker opens no file that a row names: a row with a saved mail is one that cannot be read.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple, Self

import pyarrow as pa

from verifykb.asking import Asker
from verifykb.batch.block import RESULT, Block
from verifykb.batch.columns import COLUMNS
from verifykb.batch.engine import Engine
from verifykb.batch.pieces import Piece
from verifykb.batch.place import Place
from verifykb.batch.read_piece import Some, read_piece
from verifykb.batch.record import ReadOptions, column_of
from verifykb.batch.seen import Beside
from verifykb.batch.texts import columns_of, plain
from verifykb.config import Settings
from verifykb.context import VIETNAM, Context
from verifykb.directory.load import load_official
from verifykb.errors import InputError, RowError
from verifykb.text.safe import safe_line

# Dictionaries are left out: not every engine takes them.
JUDGED = pa.schema([(name, pa.string()) for name in RESULT.names])
KEYS = pa.schema([("code_key", pa.int64()), ("sender_key", pa.string()), ("phone_key", pa.string())])
KEYED = pa.schema(
    [("id", pa.string()), ("shown", pa.string()), ("given", pa.string()), *KEYS, ("unofficial", pa.bool_())]
)
PLACED = pa.schema([("file", pa.string()), ("row", pa.int64()), *JUDGED, *KEYS])
PIECES = "pieces"  # the column that holds pieces of logs, as JSON
Work = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]
Counts = dict[tuple[str | None, str | None, str | None], int]  # by verdict; or by log and error


class Judge(NamedTuple):
    """Judges record batches on a worker; small enough to be sent there.

    Args:
        now, at, settings: as in `Context`.
        keep: columns of the batches that the results keep.
        with_keys: the results carry what records are compared by.
        is_shown: ids are for reading, so they are made safe; else they are as in the batch, for joining.
        options: how pieces of logs are read.
    """

    now: datetime
    at: datetime | None
    settings: Settings
    keep: tuple[str, ...] = ()
    with_keys: bool = False
    is_shown: bool = False
    options: ReadOptions = ReadOptions()

    @classmethod
    def of(cls, now: datetime | None, at: datetime | None, settings: Settings | None, keep: Sequence[str] = ()) -> Self:
        """Make one where the run begins; without a clock, the time is now.

        Raises:
            ValueError: a clock without a time zone, or a column to keep that has the name of a result.
        """
        made = cls(now or datetime.now(VIETNAM), at, settings or Settings(), tuple(keep))
        taken = {name.lower() for name in (*JUDGED.names, *KEYS.names)}
        if twice := [name for name in made.keep if name.lower() in taken]:
            msg = f"the results have columns of these names already: {', '.join(twice)}"
            raise ValueError(msg)
        made.context().days_of_review()
        return made

    def context(self) -> Context:
        """Give what every judgement is made against."""
        return Context(load_official(), self.now, self.at, self.settings)

    def judged(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Judge contact records: a row for each row, in order."""
        with _engine(self.context()) as (engine, beside):
            for batch in batches:
                readable, refused = _without_mails(batch)
                block = engine.judge(readable, _nowhere(batch))
                _refuse(block, refused)
                judged = block.to_arrow().cast(JUDGED)
                ids = _shown(judged.column("id")) if self.is_shown else judged.column("id")
                kept = [batch.column(name) for name in self.keep]
                keys = _keys(block, beside) if self.with_keys else []
                names = [*self.keep, *JUDGED.names, *(KEYS.names if keys else ())]
                yield pa.RecordBatch.from_arrays([*kept, ids, *judged.columns[1:], *keys], names)

    def keyed(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Give what contact records are compared by, without judging them."""
        with _engine(self.context()) as (engine, beside):
            for batch in batches:
                readable, refused = _without_mails(batch)
                block = engine.read(readable, _nowhere(batch))
                _refuse(block, refused)
                yield _keyed(block, beside)

    def judged_pieces(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Read and judge pieces of logs; what could not be read is a row like the others, with its error."""
        with _engine(self.context()) as (engine, beside):
            for piece in _pieces(batches):
                try:
                    for some in read_piece(piece, self.options):
                        readable, refused = _without_mails(some.batch)
                        block = engine.judge(readable, some.place)
                        _refuse(block, refused)
                        yield _placed(block, some, beside)
                        yield _unread([(one.file, one.row, one.key) for one in some.unreadable])
                except InputError as error:
                    yield _unread([(piece.file, 0, error.key)])

    def keyed_pieces(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Read pieces of logs, and give what their records are compared by."""
        with _engine(self.context()) as (engine, beside):
            for piece in _pieces(batches):
                try:
                    for some in read_piece(piece, self.options):
                        readable, refused = _without_mails(some.batch)
                        block = engine.read(readable, some.place)
                        _refuse(block, refused)
                        yield _keyed(block, beside)
                except InputError:
                    continue  # told where it is judged


def contact_columns(names: Iterable[str]) -> dict[str, str]:
    """Give the columns of a contact record that some columns are, in either language, and their own names.

    Raises:
        ValueError: two of them mean the same.
    """
    found: dict[str, str] = {}
    for name in names:
        column = name if name in COLUMNS else column_of(name)
        if column in found:
            msg = f"two columns for {column}"
            raise ValueError(msg)
        if column:
            found[column] = name
    return found


@contextmanager
def _engine(context: Context) -> Iterator[tuple[Engine, Beside]]:
    """Give the engine of a task: what it remembers of values serves all batches of the task."""
    with Asker(context, None) as asker:
        yield Engine(context, asker), Beside(context)


def _nowhere(batch: pa.RecordBatch) -> Place:
    return Place("", range(batch.num_rows), "")


def _without_mails(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, list[int]]:
    """Give a batch in which no row names a mail, and the rows that did."""
    mails = columns_of(batch).get("mail")
    if mails is None:
        return batch, []
    named = [row for row, mail in enumerate(plain(mails, batch.num_rows)) if mail]
    if not named:
        return batch, []
    at = next(at for at, name in enumerate(batch.schema.names) if "mail" in (name, column_of(name)))
    return batch.set_column(at, batch.schema.names[at], pa.nulls(batch.num_rows, pa.string())), named


def _refuse(block: Block, rows: list[int]) -> None:
    for row in rows:
        block.errors[row] = RowError("row-mail-elsewhere")
        block.verdicts[row] = -1


# ---------------------------------------------------------------- rows that come back


def _keys(block: Block, beside: Beside) -> list[pa.Array]:
    keyed = _keyed(block, beside)
    return [keyed.column(name) for name in KEYS.names]


def _keyed(block: Block, beside: Beside) -> pa.RecordBatch:
    columns: dict[str, list[object]] = {name: [None] * block.size for name in KEYED.names}
    columns["id"] = [name or None for name in block.wide["id"]]
    seen = beside.seen(block, 0, 0)
    kept: tuple[Sequence[object], ...] = (seen.shown, seen.given, seen.code, seen.sender, seen.phone, seen.unofficial)
    for name, values in zip(KEYED.names[1:], kept, strict=True):
        for row, value in zip(seen.n, values, strict=True):
            columns[name][row] = value
    return pa.RecordBatch.from_pydict(columns, KEYED)


def _shown(texts: pa.Array) -> pa.Array:
    return pa.array([text and safe_line(text) for text in texts.to_pylist()], pa.string())


def _placed(block: Block, some: Some, beside: Beside) -> pa.RecordBatch:
    """Give judged rows with their places; a record without an id has its place for one, as in a report."""
    place, size = some.place, block.size
    judged = block.to_arrow().cast(JUDGED)
    rows = [int(row) for row in place.rows]
    names = [safe_line(name or f"{place.file}:{row}") for name, row in zip(block.wide["id"], rows, strict=True)]
    columns = [
        pa.array([safe_line(place.file)] * size, pa.string()),
        pa.array(rows, pa.int64()),
        pa.array(names, pa.string()),
        *judged.columns[1:],
        *_keys(block, beside),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=PLACED)


def _unread(found: list[tuple[str, int, str]]) -> pa.RecordBatch:
    rows = [{"file": safe_line(file), "row": row or None, "error": key} for file, row, key in found]
    return pa.RecordBatch.from_pylist(rows, PLACED)


def packed(pieces: Iterable[Piece]) -> list[str]:
    """Give pieces of logs as texts, for `Judge.judged_pieces`."""
    return [json.dumps(piece) for piece in pieces]


def _pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[Piece]:
    for batch in batches:
        for text in batch.column(0).to_pylist():
            piece = Piece._make(json.loads(text))
            yield piece._replace(columns=tuple(piece.columns))
