"""The rows of a sheet, one by one; runs in the limited process only.

1. Nothing of a sheet is kept. openpyxl's own reader was measured at 14 s for 100,000 rows of nine cells where this
   one takes 5 s, it computes shared formulas, and it gives up on styles and filters of other programs that a log
   does not need. It stays the oracle of the tests.
2. Rows and cells must come in the order of the sheet: two readers could otherwise see two logs.
3. A formula is told, not computed, and its last result is not believed.

Source: ECMA-376 part 1, 18.3.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple, cast

from verifykb.batch.xlsx_package import RefusedError, Sheet
from verifykb.batch.xlsx_parts import MAX_CELL_CHARACTERS, Budget, Part
from verifykb.batch.xlsx_values import day_text, number_text, unescaped

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
_MAX_CELLS = 300  # of a row; no header is that wide
MAX_LINK_CHARACTERS = 2_000
_MAX_FORMULA_CHARACTERS = 100  # it is shown, not read


# Column (counted from 1), kind, text, a mark: the lower part of a merged cell, whose value stands further up; and where
# a link behind it leads.
# Kinds: s text, n number, d day or time, b yes or no, f formula, e error, l too long to be shown.
Cell = tuple[int, str, str] | tuple[int, str, str, int] | tuple[int, str, str, int, str]
Row = tuple[int, list[Cell]]


class Look(NamedTuple):
    """What is needed to read cells: the shared strings, and the kind of day of each style."""

    strings: list[str]
    days: dict[str, str]
    since_1904: bool


class _Rows(Part):
    """Reads rows; `found` gives those with a cell that holds something."""

    def __init__(self, look: Look, budget: Budget) -> None:
        super().__init__(
            "worksheet",
            budget,
            {
                "row": self._row_begins,
                "c": self._cell_begins,
                "v": self._value_begins,
                "f": self._formula_begins,
                "is": self._inline_begins,
                "rPh": self._aid_begins,
                "t": self._text_begins,
            },
            {
                "row": self._row_ends,
                "c": self._cell_ends,
                "v": self.listen_no_more,
                "f": self._formula_ends,
                "is": self._inline_ends,
                "rPh": self._aid_ends,
                "t": self.listen_no_more,
            },
        )
        self._look = look
        self._found: list[Row] = []
        self._columns: dict[str, int] = {}
        self._row = self._column = 0
        self._cells: list[Cell] | None = None
        self._characters = 0
        self._inside = ""  # of a row: c, is, or rPh
        self._type = self._style = self._formula = ""

    def found(self) -> Iterable[Row]:
        found, self._found = self._found, []
        return found

    def _row_begins(self, attributes: dict[str, str]) -> None:
        written = attributes.get("r", "")
        row = self._row + 1 if not written else int(written) if re.fullmatch("[0-9]{1,7}", written) else 0
        if self._cells is not None or not self._row < row <= MAX_ROW:
            raise RefusedError("file-xlsx-broken")
        self._row, self._column, self._cells, self._characters = row, 0, [], 0

    def _row_ends(self) -> None:
        if self._cells:
            cells = self._cells
            if self._characters > MAX_CELL_CHARACTERS:
                cells = [(1, "l", "")]
            elif len(cells) > _MAX_CELLS:
                cells = [*cells[:_MAX_CELLS], cells[-1]]  # the last one, so that it is not lost in silence
            self._found.append((self._row, cells))
        self._cells = None

    def _cell_begins(self, attributes: dict[str, str]) -> None:
        if self._cells is None or self._inside:
            raise RefusedError("file-xlsx-broken")
        column = self._column + 1
        reference = attributes.get("r")
        if reference:
            letters = reference.rstrip("0123456789")
            column = self._columns.get(letters) or self._learn(letters)
            if reference[len(letters) :] != str(self._row):
                raise RefusedError("file-xlsx-broken")
        if not self._column < column <= MAX_COLUMN:
            raise RefusedError("file-xlsx-broken")
        self._column = column
        self._inside = "c"
        self._type, self._style, self._formula = attributes.get("t", "n"), attributes.get("s", ""), ""

    def _learn(self, letters: str) -> int:
        if not re.fullmatch("[A-Z]{1,3}", letters):
            raise RefusedError("file-xlsx-broken")
        self._columns[letters] = column_number(letters)
        return self._columns[letters]

    def _cell_ends(self) -> None:
        self._inside = ""
        text = self.heard()
        if text == "" and not self._formula:
            return
        kind, shown = self._said(text)
        if self._cells is not None and (kind != "s" or shown.strip()):
            self._characters += len(shown)
            self._cells.append((self._column, kind, shown))

    def _value_begins(self, _: dict[str, str]) -> None:
        if self._inside == "c" and self._type != "inlineStr":
            self.listen()

    def _formula_begins(self, _: dict[str, str]) -> None:
        if self._inside == "c":
            self._formula = "="
            self.listen()

    def _formula_ends(self) -> None:
        self.listen_no_more()
        if self._inside == "c":
            self._formula = f"={self.heard() or ''}"[:_MAX_FORMULA_CHARACTERS]

    def _inline_begins(self, _: dict[str, str]) -> None:
        if self._inside == "c":
            self._inside = "is"

    def _inline_ends(self) -> None:
        if self._inside == "is":
            self._inside = "c"

    def _aid_begins(self, _: dict[str, str]) -> None:
        if self._inside == "is":
            self._inside = "rPh"

    def _aid_ends(self) -> None:
        if self._inside == "rPh":
            self._inside = "is"

    def _text_begins(self, _: dict[str, str]) -> None:
        if self._inside == "is" and self._type == "inlineStr":
            self.listen()

    def _said(self, text: str | None) -> tuple[str, str]:
        """Give kind and text of the cell that ends; None for a text that was too long."""
        if self._formula:
            return "f", self._formula
        if text is None:
            return "l", ""
        if self._type == "n":
            return self._number(text)
        if self._type in ("s", "str", "inlineStr"):
            return "s", self._shared(text) if self._type == "s" else unescaped(text)
        if self._type == "b":
            return "b", "yes" if text.strip() in ("1", "true") else "no"
        return ("d" if self._type == "d" else "e"), text[:_MAX_FORMULA_CHARACTERS]

    def _shared(self, text: str) -> str:
        if not text.isascii() or not text.isdigit():  # a negative number would count from the end
            raise RefusedError("file-xlsx-broken")
        return self._look.strings[int(text)]

    def _number(self, text: str) -> tuple[str, str]:
        kind = self._look.days.get(self._style, "")
        shown = day_text(text, kind, since_1904=self._look.since_1904) if kind else number_text(text)
        return ("d" if kind else "n", shown) if shown else ("e", text[:_MAX_FORMULA_CHARACTERS])


def column_number(letters: str) -> int:
    """Count a column from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def read_rows(stream: IO[bytes], look: Look, sheet: Sheet, budget: Budget) -> Iterator[Row]:
    """Read the rows of a sheet that hold something.

    A cell that is merged over several rows is given in each of them that holds something of its own.

    Args:
        stream: of the sheet's part.
        look: strings and styles.
        sheet: which cells are merged, and which have a link behind them.
        budget: how much may be read.

    Raises:
        RefusedError: the sheet is not what it should be, or there is too much of it.
    """
    merged: dict[int, dict[int, int]] = defaultdict(dict)
    for letters, first, last in sheet.weight.merges:
        if column_number(letters) <= _MAX_CELLS:
            merged[first][column_number(letters)] = last
    links = _by_row(sheet.links)
    above: dict[int, tuple[int, Cell]] = {}
    for row, cells in cast("Iterator[Row]", _Rows(look, budget).read(stream)):
        if row in links:
            cells = [_linked(cell, links[row].get(cell[0], "")) for cell in cells]  # noqa: PLW2901 - the same row
        if not (above or row in merged):
            yield row, cells
            continue
        own = {cell[0] for cell in cells}
        above = {column: entry for column, entry in above.items() if entry[0] >= row and column not in own}
        inherited = [cell for _, cell in above.values()]
        for cell in cells:
            if cell[0] in merged.get(row, ()):
                above[cell[0]] = (merged[row][cell[0]], (*cell[:3], 1))
        yield row, [*cells, *inherited]


def _by_row(links: dict[str, str]) -> dict[int, dict[int, str]]:
    """Give the targets of links by row and column."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for place, target in links.items():
        at = re.fullmatch("([A-Z]{1,3})([0-9]{1,7})", place)
        if at:
            found[int(at[2])][column_number(at[1])] = target[:MAX_LINK_CHARACTERS]
    return found


def _linked(cell: Cell, target: str) -> Cell:
    """Give a cell with the target of its link, where it does not say that itself."""
    core = re.sub("^(?:mailto:|tel:|https?://)", "", target, flags=re.IGNORECASE).partition("?")[0].rstrip("/")
    return cell if core.lower() in cell[2].lower() else (*cell[:3], 0, target)
