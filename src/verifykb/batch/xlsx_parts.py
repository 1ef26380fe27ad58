"""XML parts of a workbook, read by expat as they stream by; runs in the limited process only.

1. Tags are counted, whatever they are called: the work is bounded before time runs out.
2. A DTD ends the reading: no entity is ever expanded, nothing outside is ever opened.

Sources: ECMA-376 part 1, 18.4 (strings), 18.8 (styles).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile
from zlib import error

from verifykb.batch.xlsx_package import RefusedError
from verifykb.batch.xlsx_values import day_kind, unescaped

MAX_TAGS = 10_000_000  # of all parts together: some seconds of work; 100,000 rows of 15 cells have 9 million
MAX_CELL_CHARACTERS = 1_048_576  # Excel stops at 32,767; others do not
_MAX_STYLES = 100_000
_MAX_FORMAT_CHARACTERS = 300
_CHUNK_BYTES = 65_536
_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # what Excel calls "Strict"
)


class Budget:
    """How many tags may still be read.

    Args:
        left: tags.
    """

    def __init__(self, left: int = MAX_TAGS) -> None:
        self._left = left

    def take(self, chunk: bytes) -> None:
        """Count the tags of a piece of XML before they are looked at.

        Raises:
            RefusedError: there were too many.
        """
        self._left -= chunk.count(b"<")
        if self._left < 0:
            raise RefusedError("file-xlsx-limits")


Begins = Callable[[dict[str, str]], None]
Ends = Callable[[], None]


class Part:
    """What reading any part shares: a method for each element that matters, and the text that is asked for.

    Args:
        root: local name of the outermost element.
        budget: how much may be read.
        begins, ends: by local name, what to do where an element begins (with its attributes) and ends.
    """

    def __init__(self, root: str, budget: Budget, begins: dict[str, Begins], ends: dict[str, Ends]) -> None:
        self._budget = budget
        self._root = root
        self._local = (begins, ends)
        self._begins: dict[str, Begins] = {}
        self._ends: dict[str, Ends] = {}
        self._text: list[str] = []
        self._length = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._first
        self._parser.StartDoctypeDeclHandler = self._refuse_dtd

    def found(self) -> Iterable[object]:
        """Give what was found since the last time."""
        return ()

    def _first(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if namespace not in _NAMESPACES or local != self._root:
            raise RefusedError("file-xlsx-broken")
        begins, ends = self._local
        self._begins = {f"{namespace} {known}": handler for known, handler in begins.items()}
        self._ends = {f"{namespace} {known}": handler for known, handler in ends.items()}
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._begin(name, attributes)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        handler = self._begins.get(name)
        if handler:
            handler(attributes)

    def _end(self, name: str) -> None:
        handler = self._ends.get(name)
        if handler:
            handler()

    def _refuse_dtd(self, *_: object) -> None:
        raise RefusedError("file-xlsx-dtd", part=self._root)

    def listen(self) -> None:
        """Keep the text that follows."""
        self._parser.CharacterDataHandler = self._hear

    def listen_no_more(self) -> None:
        """Pass over the text that follows."""
        self._parser.CharacterDataHandler = None

    def _hear(self, text: str) -> None:
        self._length += len(text)
        if self._length <= MAX_CELL_CHARACTERS:
            self._text.append(text)

    def heard(self) -> str | None:
        """Give the text that was kept, and forget it; None where it was too long."""
        if not self._length:
            return ""
        text = "".join(self._text) if self._length <= MAX_CELL_CHARACTERS else None
        self._text = []
        self._length = 0
        return text

    def read(self, stream: IO[bytes]) -> Iterator[object]:
        """Read the part, and give on the way what is found.

        Raises:
            RefusedError: it is not what it should be, or there is too much of it.
        """
        try:
            while chunk := stream.read(_CHUNK_BYTES):
                self._budget.take(chunk)
                self._parser.Parse(chunk, False)
                yield from self.found()
            self._parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError, BadZipFile, error) as broken:
            raise RefusedError("file-xlsx-broken") from broken
        yield from self.found()


class _Strings(Part):
    """The shared strings; the reading aids of East Asian text (``rPh``) are none of it."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(
            "sst",
            budget,
            {"rPh": self._aid_begins, "t": self._text_begins},
            {"rPh": self._aid_ends, "t": self.listen_no_more, "si": self._string_ends},
        )
        self.strings: list[str] = []
        self._aid = False

    def _aid_begins(self, _: dict[str, str]) -> None:
        self._aid = True

    def _aid_ends(self) -> None:
        self._aid = False

    def _text_begins(self, _: dict[str, str]) -> None:
        if not self._aid:
            self.listen()

    def _string_ends(self) -> None:
        text = self.heard()
        if text is None:
            raise RefusedError("file-xlsx-limits")
        self.strings.append(unescaped(text))


class _Styles(Part):
    """The number format of each style."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(
            "styleSheet",
            budget,
            {"numFmt": self._format_begins, "cellXfs": self._styles_begin, "xf": self._style_begins},
            {"cellXfs": self._styles_end},
        )
        self._formats: dict[int, str] = {}
        self._of_style: list[int] = []
        self._are_styles = False

    def _format_begins(self, attributes: dict[str, str]) -> None:
        code = attributes.get("formatCode", "")[:_MAX_FORMAT_CHARACTERS]
        # Formats of conditions stand in the same part, further down, under numbers of their own.
        self._formats.setdefault(int(attributes.get("numFmtId", "0")), code)
        self._refuse_too_many()

    def _styles_begin(self, _: dict[str, str]) -> None:
        self._are_styles = True

    def _styles_end(self) -> None:
        self._are_styles = False

    def _style_begins(self, attributes: dict[str, str]) -> None:
        if self._are_styles:
            self._of_style.append(int(attributes.get("numFmtId", "0")))
            self._refuse_too_many()

    def _refuse_too_many(self) -> None:
        if len(self._of_style) + len(self._formats) > _MAX_STYLES:
            raise RefusedError("file-xlsx-too-many", limit=_MAX_STYLES)

    def days(self) -> dict[str, str]:
        kinds = {format_id: day_kind(format_id, self._formats) for format_id in set(self._of_style)}
        return {str(style): kinds[format_id] for style, format_id in enumerate(self._of_style) if kinds[format_id]}


def read_strings(stream: IO[bytes], budget: Budget) -> list[str]:
    """Read the shared strings."""
    part = _Strings(budget)
    for _ in part.read(stream):
        pass
    return part.strings


def read_days(stream: IO[bytes], budget: Budget) -> dict[str, str]:
    """Read which styles show numbers as days: kind (`day_kind`) by style."""
    part = _Styles(budget)
    for _ in part.read(stream):
        pass
    return part.days()
