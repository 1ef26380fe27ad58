"""The options of `verifykb batch`, as typed."""

from typing import NamedTuple


class BatchOptions(NamedTuple):
    """What to read and how, and what the run must reach, as typed."""

    paths: list[str]
    input_format: str
    encoding: str
    extra_columns: str
    allow_empty: bool
    fail_on: str
    select: list[str]
    ignore: list[str]
    baseline: str
    jobs: int | None
    resume: bool
    engine: str
