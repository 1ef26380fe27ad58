"""The report as Parquet: a contact a row, in few bytes, for other programs.

Values are those of the JSON report; there are no sentences. A fragment is an Arrow IPC stream.
"""

from collections.abc import Iterable
from typing import IO, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from verifykb.model.finding import Axis
from verifykb.model.report import Header, Judgement, Summary
from verifykb.model.verdict import Standing, Verdict
from verifykb.render import Style
from verifykb.render.streamed import StreamedReport
from verifykb.text.safe import safe_line

_WORD = pa.dictionary(pa.int8(), pa.string())
_VERDICTS = pa.array([verdict.value for verdict in Verdict], pa.string())
_STANDINGS = pa.array([standing.value for standing in Standing], pa.string())
_NUMBER_OF = {word.value: number for words in (Verdict, Standing) for number, word in enumerate(words)}
_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("file", pa.string()),
        ("row", pa.int64()),
        ("verdict", _WORD),
        *((axis.value, _WORD) for axis in Axis),
        ("rules", pa.string()),
        ("given_code", pa.string()),
        ("given_sender", pa.string()),
        ("given_phone", pa.string()),
    ]
)


class NarrowRow(NamedTuple):
    """A contact in few words; `standings` are in the order of `Axis`, `rules` are ids in order."""

    id: str
    file: str
    row: int
    verdict: str
    standings: tuple[str, ...]
    rules: tuple[str, ...]
    code: str
    sender: str
    phone: str


def narrow_row(judgement: Judgement) -> NarrowRow:
    """Give the row of a judgement."""
    contact = judgement.contact
    return NarrowRow(
        contact.id,
        contact.file,
        contact.row,
        judgement.verdict.value,
        tuple(judgement.axes[axis].value for axis in Axis),
        tuple(finding.rule.id for finding in judgement.findings),
        contact.code,
        contact.sender,
        contact.phone,
    )


def fragment_of(rows: Iterable[NarrowRow]) -> bytes:
    """Put rows into bytes that `ParquetReport.write` takes."""
    some = list(rows)
    if not some:
        return b""
    standings = list(zip(*(row.standings for row in some), strict=True))
    arrays = [
        _shown(row.id for row in some),
        _shown(row.file for row in some),
        pa.array([row.row for row in some], pa.int64()),
        _words([row.verdict for row in some], _VERDICTS),
        *(_words(column, _STANDINGS) for column in standings),
        pa.array([";".join(row.rules) for row in some], pa.string()),
        _shown(row.code for row in some),
        _shown(row.sender for row in some),
        _shown(row.phone for row in some),
    ]
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, _SCHEMA) as stream:
        stream.write_batch(pa.RecordBatch.from_arrays(arrays, schema=_SCHEMA))
    return bytes(sink.getvalue())


def _shown(texts: Iterable[str]) -> pa.Array:
    return pa.array([safe_line(text) for text in texts], pa.string())


def _words(words: Iterable[str], known: pa.Array) -> pa.Array:
    numbers = pa.array([_NUMBER_OF[word] for word in words], pa.int8())
    return pa.DictionaryArray.from_arrays(numbers, known)


class ParquetReport(StreamedReport):
    """Writes a row group for each fragment."""

    def __init__(self, out: IO[bytes], style: Style) -> None:
        self._out = out
        self._style = style
        self._writer: pq.ParquetWriter | None = None

    def begin(self, header: Header) -> None:
        """Open the file; what the judgements rest on stands in its metadata."""
        about = {
            "verifykb.version": header.tool_version,
            "verifykb.directory": f"{header.serial} {header.issued} {header.sha256}",
            "verifykb.require": header.require.value,
            "verifykb.dns": header.dns,
        }
        self._writer = pq.ParquetWriter(self._out, _SCHEMA.with_metadata(about), compression="zstd")

    def fragment(self, judgements: Iterable[Judgement]) -> bytes:
        """Give the rows of some contacts."""
        return fragment_of(map(narrow_row, judgements))

    def write(self, fragment: bytes) -> None:
        """Write some rows."""
        if fragment and self._writer is not None:
            for table in _tables(fragment):
                self._writer.write_table(table)

    def end(self, summary: Summary) -> None:
        """Close the file; how many contacts there were, and whether these are all, stands in its metadata."""
        if self._writer is not None:
            incomplete = "true" if summary.incomplete else "false"
            self._writer.add_key_value_metadata(
                {"verifykb.contacts": str(summary.contacts), "verifykb.incomplete": incomplete}
            )
            self._writer.close()


def _tables(fragment: bytes) -> Iterable[pa.Table]:
    """Give the tables of one or several streams, one behind the other."""
    source = pa.BufferReader(fragment)
    while source.tell() < len(fragment):
        with pa.ipc.open_stream(source) as stream:
            yield stream.read_all()
