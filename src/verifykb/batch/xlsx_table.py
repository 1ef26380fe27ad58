"""The cells of one sheet as records: where its header is, what a cell means, what is no contact.

1. The header is the first of the first 20 rows with text in which two cells name a column; what stands above is
   a title. Groups of columns may take a second line. A header that is repeated further down counts anew.
2. A formula or an error is no value: the row is told, not judged. Only the running number and the hour may be one.
3. A number in the column of phones gets the zero back that Excel took, and it is said (`Record.repairs`).
4. A merged cell speaks for all its rows, except where it would prove something.
5. Nothing is passed over that could be a contact (`batch.xlsx_lines`).
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from verifykb.batch import xlsx_lines as lines
from verifykb.batch.clock import CLOCK, with_one_time
from verifykb.batch.columns import IDENTIFYING
from verifykb.batch.header import holds_evidence, is_header_again, read_header
from verifykb.batch.record import ReadOptions, Record, bad_characters, unreadable
from verifykb.batch.stream import MAX_LINE_CHARACTERS
from verifykb.batch.xlsx_header import Cell, Row, header_at, is_second_line
from verifykb.checks.phone_number import Unreadable as UnreadableNumber
from verifykb.checks.phone_number import read_number
from verifykb.errors import InputError, RowError
from verifykb.model.report import Unreadable

MAX_ROWS_ABOVE = 20
_NO_VALUES = {"f": "row-formula", "e": "row-error-value"}
_DECIDES_NOTHING = frozenset(["id", CLOCK])
_SPOKEN = ("message", "note")  # a link in it is part of what was said
# What is merged over several rows holds for all of them; what is left out could prove something.
_MERGED = (
    "case", "received_at", CLOCK, "channel", "service", "code", "sender", "phone", "extension", "message", "note",
)  # fmt: skip


def read_sheet(file: str, rows: Iterator[Row], options: ReadOptions) -> Iterator[Record | Unreadable]:
    """Read the records of a sheet.

    Args:
        file: the log as it is named, with the sheet where there are several.
        rows: those that hold something.
        options: how to read them.

    Raises:
        InputError: there is no header, or it is unusable.
    """
    top = list(islice(rows, MAX_ROWS_ABOVE))
    if not top:
        return
    at = header_at(top, options)
    if at is None:
        raise InputError("file-xlsx-no-header", file=file, limit=MAX_ROWS_ABOVE)
    names, height = top[at].names, 1
    if at + 1 < len(top) and is_second_line(top[at + 1], names):
        names, height = names | top[at + 1].names, 2
    table = _Table(file, options, names, top[:at])
    for row in top[:at]:
        if holds_evidence(row.texts) and not lines.is_letterhead(row.texts):
            yield unreadable(file, row.number, RowError("row-above-header", value=" | ".join(row.texts)))
    for row in chain(top[at + height :], rows):
        record = table.read(row)
        if record is not None:
            yield record


class _Table:
    """Reads row by row, below a header.

    Args:
        file: the log as it is named.
        options: how to read it.
        names: of the columns.
        above: the rows above the header.
    """

    def __init__(self, file: str, options: ReadOptions, names: dict[int, str], above: Iterable[Row]) -> None:
        self._file = file
        self._options = options
        self._begin(names, 0)
        self._titles = {lines.title_key(row.texts) for row in above} - {""}

    def _begin(self, names: dict[int, str], row: int) -> None:
        """Read a header; where it is unusable, nothing below it is read."""
        self._names, self._is_first, self._is_signed, self._unread = names, True, False, row
        written = [names.get(column, "") for column in range(1, max(names) + 1)]
        self._header = read_header(self._file, written, self._options)
        self._unread = 0

    def read(self, row: Row) -> Record | Unreadable | None:
        """Give the record of a row; None where it tells of no contact."""
        is_first, self._is_first = self._is_first, False
        try:
            if self._is_header_again(row):
                self._begin(row.names, row.number)
                return None
            if (is_first and lines.is_numbering(row.texts)) or self._is_passed_over(row):
                return None
            if self._unread:
                raise RowError("row-below-unread-header", row=self._unread, value=" | ".join(row.texts))
            return self._record(row)
        except InputError as error:
            return unreadable(self._file, row.number, error)

    def _is_header_again(self, row: Row) -> bool:
        names = row.names
        if len(names) < len(row.cells):
            return False
        cells = [names.get(column, "") for column in range(1, max(names) + 1)]
        return names == self._names or is_header_again(cells, self._header)

    def _is_passed_over(self, row: Row) -> bool:
        """Whether a row is a title, a total or a signature, and holds nothing else.

        Raises:
            RowError: it is one and holds something else, too.
        """
        own = row.own
        if lines.is_period(row.texts) or lines.title_key(row.texts) in self._titles:
            return True
        if lines.is_section(row.texts) and self._column(own[1]) not in IDENTIFYING:
            return True
        first = own[0] if own else None
        if first and first.kind == "s" and lines.is_total(first.text):
            others = (cell for cell in own if cell is not first and cell.kind != "f")
            if all(lines.is_count(cell.text, self._column(cell)) for cell in others):
                return True
            raise RowError("row-total", value=" | ".join(row.texts))
        if all(cell.kind == "s" for cell in own) and lines.is_signature(row.texts):
            self._is_signed = True
            return True
        if not self._is_signed or any(cell.kind in "nd" for cell in own) or holds_evidence(row.texts):
            return False
        if lines.are_names(row.texts):
            return True
        raise RowError("row-below-signature", value=" | ".join(row.texts))

    def _record(self, row: Row) -> Record | None:
        cells = {self._column(cell): cell for cell in row.cells if self._column(cell) in _MERGED or not cell.inherited}
        for name in _DECIDES_NOTHING & cells.keys():
            if cells[name].kind in _NO_VALUES:
                del cells[name]
        if all(_is_prefilled(self._column(cell), cell) for cell in row.own):
            return None
        self._refuse(row)
        repairs: list[str] = []
        texts: dict[str, str] = {}
        for name, cell in cells.items():
            if name:
                texts[name] = f"{cell.text} {cell.link}" if cell.link and name in _SPOKEN else cell.text
                restored = with_lost_zero(cell.text) if name == "phone" and cell.kind == "n" else ""
                if restored:
                    texts[name] = restored
                    repairs.append(name)
        problem = bad_characters("".join(texts.values()), "UTF-8")
        if problem:
            raise problem
        return Record(self._file, row.number, with_one_time(texts), repairs=tuple(repairs))

    def _column(self, cell: Cell) -> str:
        """Give the column that a cell stands in; empty where the header has none."""
        named = self._header.columns
        return named[cell.column - 1] if cell.column <= len(named) else ""

    def _refuse(self, row: Row) -> None:
        """Refuse a row that holds something that cannot be taken for what it says."""
        for cell in row.cells:
            name = self._column(cell)
            if cell.kind == "l":
                raise RowError("row-too-long", limit=MAX_LINE_CHARACTERS)
            if not name and self._header.strict and not cell.inherited:
                raise RowError("row-nameless", value=cell.text)
            place = f"{column_letters(cell.column)}{row.number}"
            if cell.link and name in IDENTIFYING and name not in _SPOKEN:
                raise RowError("row-link", cell=place, column=name, value=cell.text, target=cell.link)
            if (
                cell.kind in _NO_VALUES
                and name not in ("", *_DECIDES_NOTHING)
                and (name in _MERGED or not cell.inherited)
            ):
                raise RowError(_NO_VALUES[cell.kind], cell=place, column=name, value=cell.text)


def _is_prefilled(column: str, cell: Cell) -> bool:
    """Whether a cell may have been filled in for the whole sheet: numbers, days, formulas, boxes to tick."""
    if column == "id":
        return cell.kind in "nf" or lines.is_running_number(cell.text)
    if column in ("received_at", CLOCK) and cell.kind == "d":
        return True
    return cell.kind in "fb" and column not in IDENTIFYING


def with_lost_zero(number: str) -> str:
    """Give a number from a numeric cell the zero back that Excel takes; empty where none was lost.

    Args:
        number: digits. A text is never repaired: somebody may have meant it.
    """
    if not number.isdigit():
        return ""
    read = read_number(number)
    is_lost = isinstance(read, UnreadableNumber) and read.reason == "trunk-zero-missing"
    return f"0{number}" if is_lost and not isinstance(read_number(f"0{number}"), UnreadableNumber) else ""


def column_letters(number: int) -> str:
    """Name a column as a spreadsheet does: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
