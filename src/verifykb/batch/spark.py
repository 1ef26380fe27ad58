"""Judging in Apache Spark: frames in, frames out, nothing collected.

1. `verify_frame` judges each row by itself, as `verify_batch` does; `verify_log` also sets the records beside each
   other, with a shuffle of Spark's own; `compare_frame` says which records those are.
2. The rows of a result have no order; what they are joined by is a column that was kept.
3. Every worker needs this package, of the same version. What is not done here: docs/scale.md.
"""

import warnings
from collections.abc import Sequence
from datetime import datetime

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - everybody who reads Spark knows it by this name
from pyspark.sql.types import BooleanType, LongType, StringType, StructField, StructType

from verifykb.batch.elsewhere import JUDGED, KEYED, KEYS, Judge, Work, contact_columns
from verifykb.checks.records import MANY_CODES
from verifykb.config import Settings

_TYPES = {"int64": LongType, "bool": BooleanType, "string": StringType}
_KEPT = "kept_"
# The same comparisons as in `batch.across`, over columns of the same meaning.
_REPLAYED = """
SELECT code_key, min(sender_key) AS sender_low, max(sender_key) AS sender_high,
                 min(phone_key) AS phone_low, max(phone_key) AS phone_high
FROM {seen} WHERE code_key IS NOT NULL GROUP BY code_key
HAVING min(sender_key) <> max(sender_key) OR min(phone_key) <> max(phone_key)
"""
_BY_SENDER = "(sender_key IS NOT NULL AND sender_low <> sender_high)"
_BY_PHONE = "(phone_key IS NOT NULL AND phone_low <> phone_high)"
_FIRST = """
SELECT code_key, min(CASE WHEN sender_key = sender_low THEN shown END) AS sender_at_low,
                 min(CASE WHEN sender_key = sender_high THEN shown END) AS sender_at_high,
                 min(CASE WHEN phone_key = phone_low THEN shown END) AS phone_at_low,
                 min(CASE WHEN phone_key = phone_high THEN shown END) AS phone_at_high
FROM {member} GROUP BY code_key
"""
_MARKS = f"""
SELECT id, 'COD008' AS rule, given, 0L AS codes,
  CASE WHEN {_BY_SENDER} THEN CASE WHEN sender_key = sender_low THEN sender_at_high ELSE sender_at_low END
       ELSE CASE WHEN phone_key = phone_low THEN phone_at_high ELSE phone_at_low END END AS elsewhere
FROM {{member}} JOIN {{first}} USING (code_key) WHERE {_BY_SENDER} OR {_BY_PHONE}
"""  # noqa: S608 - no value gets in here
_MANY = f"""
SELECT phone_key, count(DISTINCT code_key) AS codes, min(shown) AS one, max(shown) AS another
FROM {{seen}} WHERE unofficial AND code_key IS NOT NULL GROUP BY phone_key HAVING codes >= {MANY_CODES}
"""  # noqa: S608 - the same
_MARKS_MANY = """
SELECT id, 'REC001' AS rule, phone_key AS given, codes, CASE WHEN shown = one THEN another ELSE one END AS elsewhere
FROM {seen} JOIN {many} USING (phone_key) WHERE code_key IS NOT NULL
"""


def verify_frame(
    frame: DataFrame,
    now: datetime | None = None,
    at: datetime | None = None,
    settings: Settings | None = None,
    *,
    keep: Sequence[str] = (),
) -> DataFrame:
    """Judge every contact of a frame by itself.

    Args:
        frame: contact records (docs/contract.md, section 6), by the names of the columns; others are passed over.
        now: the clock of the whole run, aware; None for the moment of this call.
        at: replaces "now" for the day of contact and the age of the directory, aware.
        settings: what the office has settled.
        keep: columns of the frame that the result keeps, in front of its own.

    Returns:
        A row for each row: ``id`` and what `verify_batch` gives, as strings.

    Raises:
        ValueError: two columns mean the same, a kept one has the name of a result, a clock has no time zone.
    """
    return _judged(frame, Judge.of(now, at, settings, keep))


def verify_log(
    frame: DataFrame,
    now: datetime | None = None,
    at: datetime | None = None,
    settings: Settings | None = None,
    *,
    keep: Sequence[str] = (),
) -> DataFrame:
    """Judge every contact of a frame, and lower those whose code others use with another sender or number (COD008).

    The frame is read twice, and must give the same rows each time. Arguments, result and errors: `verify_frame`.
    """
    judge = Judge.of(now, at, settings, keep)
    return marked(_judged(frame, judge._replace(with_keys=True)), keyed_by(columns_read(frame), judge)).drop(
        *KEYS.names
    )


def compare_frame(
    frame: DataFrame,
    now: datetime | None = None,
    at: datetime | None = None,
    settings: Settings | None = None,
) -> DataFrame:
    """Give what the records of a frame show together: codes used twice (COD008), numbers with many codes (REC001).

    Args:
        frame: as for `verify_frame`; an ``id`` should be there, and nowhere twice.
        now: as for `verify_frame`.
        at: as for `verify_frame`.
        settings: as for `verify_frame`.

    Returns:
        A row for each finding: the ``id`` of the record, ``rule``, ``given`` (the code or the number), ``codes`` (how
        many the number came with) and ``elsewhere``, the id of a record that it conflicts with.
    """
    seen = keyed_by(columns_read(frame), Judge.of(now, at, settings))
    sql = frame.sparkSession.sql
    member = seen.join(sql(_REPLAYED, seen=seen), "code_key")
    replayed = sql(_MARKS, member=member, first=sql(_FIRST, member=member))
    return replayed.unionByName(sql(_MARKS_MANY, seen=seen, many=sql(_MANY, seen=seen)))


def marked(judged: DataFrame, seen: DataFrame) -> DataFrame:
    """Lower the judged records whose code conflicts with another record's.

    Args:
        judged: results that carry the keys that records are compared by.
        seen: the keys of all records of the log.
    """
    replayed = judged.sparkSession.sql(_REPLAYED, seen=seen)
    hit = F.expr(f"error IS NULL AND coalesce({_BY_SENDER} OR {_BY_PHONE}, false)")
    worst = F.when(hit & (F.col("verdict") != "prohibited"), "contradicted").otherwise(F.col("verdict"))
    # The rules of the code come first, and this is the last of them.
    rules = F.when(hit, F.regexp_replace("rules", "^((COD[0-9]+;)*)", "$1COD008;")).otherwise(F.col("rules"))
    code = F.when(hit, "contradicted").otherwise(F.col("code"))
    joined = judged.join(replayed, "code_key", "left")
    return joined.withColumns({"verdict": worst, "code": code, "rules": rules}).select(
        [_column(name) for name in judged.columns]
    )


def columns_read(frame: DataFrame, keep: Sequence[str] = ()) -> DataFrame:
    """Give the columns of contact records that a frame has, by their own names, and behind them those that are kept.

    Spark takes no column with a dot in its name to a worker, so kept ones are numbered.

    Raises:
        ValueError: two columns mean the same.
    """
    read = [_column(name).alias(column) for column, name in contact_columns(frame.columns).items()]
    kept = [_column(name).alias(f"{_KEPT}{number}") for number, name in enumerate(keep)]
    return frame.select(read + kept or [F.lit(None).cast("string").alias("id")])


def struct(schema: object, kept: Sequence[StructField] = ()) -> StructType:
    """Give Spark's words for a schema of Arrow, behind some fields of a frame."""
    fields = [StructField(field.name, _TYPES[str(field.type)]()) for field in schema]  # type: ignore[attr-defined] # pyarrow is without types
    return StructType([*kept, *fields])


def judged_by(read: DataFrame, judge: Judge, kept: Sequence[StructField] = ()) -> DataFrame:
    """Judge a frame of `columns_read`, of which the last columns are kept under names of their own."""
    fields = [*JUDGED, *KEYS] if judge.with_keys else JUDGED
    sent = judge._replace(keep=tuple(f"{_KEPT}{number}" for number in range(len(kept))))
    return in_arrow(read, sent.judged, struct(fields, kept))


def keyed_by(read: DataFrame, judge: Judge) -> DataFrame:
    """Give what the records of a frame of `columns_read` are compared by."""
    return in_arrow(read, judge._replace(keep=()).keyed, struct(KEYED))


def in_arrow(frame: DataFrame, work: Work, schema: StructType) -> DataFrame:
    """Do some work on the record batches of a frame, which says what it gives."""
    with warnings.catch_warnings():
        # Spark asks for pandas even where only Arrow's batches pass, and complains of a version that is not used.
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        return frame.mapInArrow(work, schema)


def _judged(frame: DataFrame, judge: Judge) -> DataFrame:
    kept = [StructField(name, frame.select(_column(name)).schema[0].dataType) for name in judge.keep]
    return judged_by(columns_read(frame, judge.keep), judge, kept)


def _column(name: str) -> Column:
    return F.col("`" + name.replace("`", "``") + "`")
