"""Reads a workbook from stdin and writes its rows to stdout, a line of JSON each: the limited process.

1. It writes what stands in the cells and judges nothing: which row is a header, which a contact, the other
   side decides (`batch.xlsx`).
2. Lines: ``["sheets", [[title, hidden, filled], …]]`` first, then ``[sheet, row, [[column, kind, text], …]]`` (a fourth
   value: inherited; a fifth: where a link behind the cell leads), then ``["end"]``; or, at any time,
   ``["refused", key, values]`` as the last one.
3. Sheets that are hidden or hold nothing are named, not read.
"""

import json
import sys
from collections.abc import Callable

from verifykb.limited import limit_this_process

MAX_BYTES = 64 * 1024 * 1024
MAX_OUTPUT_BYTES = 256 * 1024 * 1024  # one long string may be shown in a million cells
MAX_MEMORY, MAX_SECONDS = 320 * 1024 * 1024, 30


class _Output:
    """Lines on stdout, bounded in all."""

    def __init__(self) -> None:
        self._stream = open(1, "wb", buffering=65_536, closefd=False)  # noqa: SIM115 - stdout, for as long as we live
        self._left = MAX_OUTPUT_BYTES

    def line(self, *values: object) -> None:
        from verifykb.batch.xlsx_package import RefusedError

        octets = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._left -= len(octets)
        if self._left < 0:
            raise RefusedError("file-xlsx-limits")
        self._stream.write(octets)

    def refuse(self, key: str, values: dict[str, str]) -> None:
        self._stream.write(json.dumps(["refused", key, values]).encode("ascii") + b"\n")

    def flush(self) -> None:
        self._stream.flush()


def _write_rows(raw: bytes, line: Callable[..., None]) -> None:
    from verifykb.batch.xlsx_package import Package
    from verifykb.batch.xlsx_parts import Budget, read_days, read_strings
    from verifykb.batch.xlsx_sheet import Look, read_rows

    package, budget = Package(raw), Budget()
    line("sheets", [[sheet.title, sheet.hidden, sheet.weight.filled] for sheet in package.sheets])
    strings: list[str] = []
    days: dict[str, str] = {}
    if package.strings:
        with package.open(package.strings) as stream:
            strings = read_strings(stream, budget)
    if package.styles:
        with package.open(package.styles) as stream:
            days = read_days(stream, budget)
    look = Look(strings, days, package.since_1904)
    for number, sheet in enumerate(package.sheets):
        if sheet.hidden or not sheet.weight.filled:
            continue
        with package.open(sheet.part) as stream:
            for row, cells in read_rows(stream, look, sheet, budget):
                line(number, row, cells)
    line("end")


def main() -> int:
    """Read and write; the exit status says nothing that the last line does not."""
    limit_this_process(MAX_MEMORY, MAX_SECONDS)
    from verifykb.batch.xlsx_package import RefusedError

    output = _Output()
    refused: tuple[str, dict[str, str]] | None = None
    try:
        raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise RefusedError("file-xlsx-too-large", limit=MAX_BYTES // 1024 // 1024)  # noqa: TRY301 - told like the rest
        _write_rows(raw, output.line)
    except RefusedError as error:
        refused = (error.key, error.values)
    except MemoryError:
        refused = ("file-xlsx-limits", {})
    except Exception:  # noqa: BLE001 - whatever a hostile file does to its reader is one answer: broken
        refused = ("file-xlsx-broken", {})
    if refused:
        output.refuse(*refused)
    output.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
