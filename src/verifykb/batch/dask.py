"""Judging in Dask: frames in, frames out, partition by partition.

1. `verify_frame` judges each row by itself, as `verify_batch` does; `verify_log` also sets the records beside each
   other, with a group-by of Dask's own.
2. Partitions, order and index of a result are those of the frame.
3. Judging is Python: processes or a cluster make it faster, threads do not. What is not done here: docs/scale.md.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import dask.dataframe as dd
import pandas as pd
import pyarrow as pa

from verifykb.batch.elsewhere import JUDGED, KEYED, KEYS, Judge, Work, contact_columns
from verifykb.config import Settings

_ROWS_AT_ONCE = 10_000
_KINDS = {pa.string(): pd.StringDtype("pyarrow"), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
_LOW_AND_HIGH = ["sender_low", "sender_high", "phone_low", "phone_high"]


def verify_frame(
    frame: dd.DataFrame,
    now: datetime | None = None,
    at: datetime | None = None,
    settings: Settings | None = None,
    *,
    keep: Sequence[str] = (),
) -> dd.DataFrame:
    """Judge every contact of a frame by itself.

    Args:
        frame: contact records (docs/contract.md, section 6), by the names of the columns; others are passed over.
        now: the clock of the whole run, aware; None for the moment of this call.
        at: replaces "now" for the day of contact and the age of the directory, aware.
        settings: what the office has settled.
        keep: columns of the frame that the result keeps, in front of its own.

    Returns:
        A row for each row, with its index: ``id`` and what `verify_batch` gives, as strings.

    Raises:
        ValueError: two columns mean the same, a kept one has the name of a result, a clock has no time zone.
    """
    return judged_by(frame, Judge.of(now, at, settings, keep))


def verify_log(
    frame: dd.DataFrame,
    now: datetime | None = None,
    at: datetime | None = None,
    settings: Settings | None = None,
    *,
    keep: Sequence[str] = (),
) -> dd.DataFrame:
    """Judge every contact of a frame, and lower those whose code others use with another sender or number (COD008).

    The frame is read twice, and must give the same rows each time. Arguments, result and errors: `verify_frame`.
    """
    judge = Judge.of(now, at, settings, keep)
    return marked(judged_by(frame, judge._replace(with_keys=True)), keyed_by(frame, judge)).drop(columns=KEYS.names)


def marked(judged: dd.DataFrame, seen: dd.DataFrame) -> dd.DataFrame:
    """Lower the judged records whose code conflicts with another record's.

    Args:
        judged: results that carry the keys that records are compared by.
        seen: the keys of all records of the log.
    """
    found = seen.reduction(_of_part, _conflicts, combine=_extremes, meta=_conflicts(_of_part(seen._meta)))  # noqa: SLF001 - Dask's own way to a shape
    joined = judged.merge(found, left_on="code_key", right_index=True, how="left")
    return joined.map_partitions(_lowered, meta=judged._meta)  # noqa: SLF001 - the same


def empty(schema: pa.Schema) -> pd.DataFrame:
    """Give a frame of pandas without rows, of a schema of Arrow."""
    return _pandas(schema.empty_table())


def frame_of(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> pd.DataFrame:
    """Give record batches as one frame of pandas."""
    return _pandas(pa.Table.from_batches(batches, schema))


def _pandas(table: pa.Table) -> pd.DataFrame:
    return table.to_pandas(types_mapper=_KINDS.get)


def keyed_by(frame: dd.DataFrame, judge: Judge) -> dd.DataFrame:
    """Give what the records of a frame are compared by."""
    return frame.map_partitions(_work, judge.keyed, KEYED, meta=empty(KEYED))


def judged_by(frame: dd.DataFrame, judge: Judge) -> dd.DataFrame:
    """Judge a frame.

    Raises:
        ValueError: two of its columns mean the same.
    """
    contact_columns(map(str, frame.columns))
    keep, sent = list(judge.keep), judge._replace(keep=())
    schema = pa.schema([*JUDGED, *(KEYS if judge.with_keys else ())])
    meta = pd.concat([frame._meta[keep], empty(schema)], axis=1)  # noqa: SLF001 - Dask's own way to a shape
    return frame.map_partitions(partial(_work, keep=keep), sent.judged, schema, meta=meta)


def _work(part: pd.DataFrame, work: Work, schema: pa.Schema, keep: Sequence[str] = ()) -> pd.DataFrame:
    """Do some work on the contact records of a partition."""
    names = contact_columns(map(str, part.columns))
    columns = {str(name): part[name] for name in part.columns}
    table = pa.table({column: _texts(columns[name]) for column, name in names.items()})
    if not names:  # a table without columns has no rows
        table = pa.table({"id": pa.nulls(len(part), pa.string())})
    found = frame_of(work(table.combine_chunks().to_batches(max_chunksize=_ROWS_AT_ONCE)), schema)
    return pd.concat([part[list(keep)], found.set_axis(part.index)], axis=1)


def _texts(column: "pd.Series[Any]") -> Any:
    """Give a column to Arrow; what one column of objects mixes, as texts."""
    try:
        return pa.array(column, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([_text(value) for value in column.tolist()], pa.string())


def _text(value: object) -> str | None:
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float):
        return None if value != value else f"{value:.15g}"  # noqa: PLR0124 - only NaN differs from itself
    return str(value)


def _of_part(part: pd.DataFrame) -> pd.DataFrame:
    """Give lowest and highest sender and number of each code of a partition."""
    keys = part[part["code_key"].notna()]
    columns = {name: keys[f"{name.partition('_')[0]}_key"] for name in _LOW_AND_HIGH}
    return _extremes(pd.DataFrame({"code_key": keys["code_key"], **columns}))


def _extremes(found: pd.DataFrame) -> pd.DataFrame:
    # pandas compares texts in Python, and a log has nearly as many codes as rows.
    table = pa.Table.from_pandas(found, preserve_index=False).group_by("code_key", use_threads=False)
    kinds = {name: "min" if name.endswith("low") else "max" for name in _LOW_AND_HIGH}
    grouped = table.aggregate(list(kinds.items())).select(
        ["code_key", *(f"{name}_{kind}" for name, kind in kinds.items())]
    )
    return _pandas(grouped.rename_columns(["code_key", *kinds]))


def _conflicts(found: pd.DataFrame) -> pd.DataFrame:
    """Give the codes of several senders or numbers, as the index."""
    found = _extremes(found).set_index("code_key")
    return found[_differ(found, "sender") | _differ(found, "phone")]


def _differ(found: pd.DataFrame, name: str) -> "pd.Series[bool]":
    """Tell where lowest and highest are two; none beside none is not, whether pandas marks it as NA or as NaN."""
    low, high = found[f"{name}_low"], found[f"{name}_high"]
    return low.notna() & (low != high).fillna(value=False).astype(bool)


def _lowered(joined: pd.DataFrame) -> pd.DataFrame:
    by_sender = joined["sender_key"].notna() & _differ(joined, "sender")
    by_phone = joined["phone_key"].notna() & _differ(joined, "phone")
    hit = joined["error"].isna() & (by_sender | by_phone)
    joined = joined.drop(columns=_LOW_AND_HIGH)
    joined.loc[hit & (joined["verdict"] != "prohibited"), "verdict"] = "contradicted"
    joined.loc[hit, "code"] = "contradicted"
    # The rules of the code come first, and this is the last of them.
    joined.loc[hit, "rules"] = joined.loc[hit, "rules"].str.replace(r"^((?:COD[0-9]+;)*)", r"\1COD008;", regex=True)
    return joined
