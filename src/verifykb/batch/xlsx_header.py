"""Rows and cells of a sheet as the limited process gives them, and which row is the header."""

from typing import NamedTuple

from verifykb.batch.clock import clock_at
from verifykb.batch.columns import channels, key_of
from verifykb.batch.header import MAX_NAME_CHARACTERS, MIN_KNOWN, holds_evidence
from verifykb.batch.header import known as known_names
from verifykb.batch.record import ReadOptions, column_of, near_column

_DAY_AND_CLOCK = 2


class Cell(NamedTuple):
    """A cell that holds something.

    Args:
        column: counted from 1.
        kind: ``s`` text, ``n`` number, ``d`` day or time, ``b`` yes or no, ``f`` formula, ``e`` error, ``l`` too long.
        text: what it says.
        inherited: it is the lower part of a merged cell, whose value stands further up.
        link: where a link behind it leads, if that is not what it says.
    """

    column: int
    kind: str
    text: str
    inherited: bool = False
    link: str = ""


class Row(NamedTuple):
    """A row of a sheet, counted as the spreadsheet does, and its cells from left to right."""

    number: int
    cells: list[Cell]

    @property
    def own(self) -> list[Cell]:
        """The cells that stand in the row itself."""
        return [cell for cell in self.cells if not cell.inherited]

    @property
    def texts(self) -> list[str]:
        """What its own cells say."""
        return [cell.text for cell in self.own]

    @property
    def names(self) -> dict[int, str]:
        """The texts that may be names of columns, by column; a longer one is none."""
        return {
            cell.column: cell.text for cell in self.cells if cell.kind == "s" and len(cell.text) <= MAX_NAME_CHARACTERS
        }


def header_at(top: list[Row], options: ReadOptions) -> int | None:
    """Find the header: two names of columns; or else nothing but one; or one and a misspelt one, to be refused.

    Args:
        top: the first rows that hold something.
        options: where unknown columns are passed over, none is misspelt.
    """
    for at, row in enumerate(top):
        if known(_unlabelled(row.names)) >= MIN_KNOWN and not holds_evidence(row.texts):
            return at
    for at, row in enumerate(top):
        if known(row.names) >= MIN_KNOWN:
            return at
    for at, row in enumerate(top):
        if len(row.own) == len(row.names) == known(row.names) == 1:
            return at
    for at, row in enumerate(top):
        if not options.keep_extra_columns and known(row.names) and _is_nearly_a_header(row.names):
            return at
    return None


def _is_nearly_a_header(names: dict[int, str]) -> bool:
    return len({near_column(name) for name in names.values()} - {""}) >= MIN_KNOWN


def _unlabelled(names: dict[int, str]) -> dict[int, str]:
    """Leave out what a colon makes a label of what stands beside it, as in the head of a printed form."""
    return {column: name for column, name in names.items() if not name.rstrip().endswith(":")}


def known(names: dict[int, str]) -> int:
    """Count the columns that are named."""
    return known_names(list(names.values()))


def is_second_line(row: Row, names: dict[int, str]) -> bool:
    """Whether a row names the columns of groups that the row above names."""
    below = row.names
    if len(row.own) == len(row.cells) and clock_at(list(below.values())) >= 0:
        return len(below) == len(row.cells) == _DAY_AND_CLOCK  # below "Thời gian", over two columns
    if len(below) < len(row.cells) or known(below) < MIN_KNOWN:
        return False
    if any(
        column_of(names.get(column, "")) == "channel" and key_of(name) in channels() for column, name in below.items()
    ):
        return False  # a contact, told by its channel
    fills_gaps = all(column_of(name) and not column_of(names.get(column, "")) for column, name in below.items())
    return fills_gaps or known(below) >= known(names)
