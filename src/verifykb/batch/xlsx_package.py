"""The parts of a workbook, weighed before anything is read; runs in the limited process only.

1. A workbook is a zip of XML parts. Only those that a log needs are touched: the rest, pictures and macros,
   is never unpacked.
2. What a part weighs is measured by unpacking it, whatever its entry claims; a part that is too heavy, or
   that grew out of next to nothing, is refused before any XML is read.
3. No XML may hold a DTD: no entity is ever expanded, nothing outside is ever opened.

Sources: ECMA-376 part 1 (SpreadsheetML), part 2 (packages).
"""

import posixpath
import re
from collections.abc import Iterator
from io import BytesIO
from typing import IO, NamedTuple
from xml.etree.ElementTree import Element, ParseError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

MAX_PART_BYTES = 64 * 1024 * 1024
MAX_SMALL_PART_BYTES = 4 * 1024 * 1024  # what names the sheets; Excel's own is some kilobytes
MAX_WHOLE_BYTES = 3 * MAX_PART_BYTES  # all sheets together
MAX_RATIO, _RATIO_FROM_BYTES = 200, 1024 * 1024  # a sheet of empty cells packs 1:50 or less
MAX_ENTRIES, MAX_SHEETS, MAX_MERGES, MAX_LINKS = 5_000, 255, 100_000, 100_000
_CHUNK_BYTES = 1024 * 1024
_ENCRYPTED = 0x1
_CENTRAL_ENTRY, _OLE, _ZIP = b"PK\x01\x02", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
_DTD = b"<!DOCTYPE"
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|f|is)[\s/>]")
_MERGE = re.compile(rb"mergeCell\s{1,9}ref=[\"']([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})[\"']")
_LINK = re.compile(rb"<(?:\w+:)?hyperlink\s([^>]{1,2000})>")
_LINK_ATTRIBUTE = re.compile(rb"(?:\w+:)?(ref|id)\s{0,9}=\s{0,9}[\"']([^\"']{1,99})[\"']")
_OVERLAP_BYTES = 2_100  # a tag that two chunks share
_HEAD_BYTES = 300
_RELATION = re.compile(r".*/relationships/(officeDocument|worksheet|sharedStrings|styles)")


class RefusedError(Exception):
    """The workbook is not read.

    Args:
        key: of the words in ``wording/``.
        values: for the holes of these words.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = {name: str(value) for name, value in values.items()}


class Weight(NamedTuple):
    """What weighing a part showed.

    Args:
        octets: unpacked.
        filled: whether any cell may hold something.
        merges: column letters, first and last row of cells that are merged over several rows.
        links: places of cells with a link behind them, and the id of its target.
    """

    octets: int
    filled: bool
    merges: frozenset[tuple[str, int, int]]
    links: frozenset[tuple[str, str]]


class Sheet(NamedTuple):
    """A sheet: its title, whether it is shown, its part, what that weighs, and the links behind its cells, by place."""

    title: str
    hidden: bool
    part: str
    weight: Weight
    links: dict[str, str]


class Package:
    """A workbook whose parts were weighed.

    Args:
        raw: the octets of the file.

    Attributes:
        sheets: in the order of the workbook.
        since_1904: whether days are counted from 1904.
        strings, styles: the parts of these names; empty where there is none.

    Raises:
        RefusedError: it is none, or not one that may be read.
    """

    def __init__(self, raw: bytes) -> None:
        _refuse_others(raw)
        try:
            self._zip = ZipFile(BytesIO(raw))
        except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise RefusedError("file-xlsx-broken") from error
        self._parts = _entries(self._zip.infolist())
        self._whole = 0
        workbook = next((part for kind, part in self._relations("").values() if kind == "officeDocument"), "")
        self._refuse_other_documents(workbook)
        root = self._small(workbook)
        relations = self._relations(workbook)
        of_kind = dict(relations.values())
        self.strings, self.styles = of_kind.get("sharedStrings", ""), of_kind.get("styles", "")
        self.since_1904 = any(node.get("date1904") in ("1", "true") for node in _all(root, "workbookPr"))
        for part in filter(None, (self.strings, self.styles)):
            self._weigh(part)
        self.sheets = [self._sheet(node, relations) for node in self._sheet_nodes(root, relations)]

    def open(self, part: str) -> IO[bytes]:
        """Open a part; what it gives never exceeds what its entry claims."""
        return self._zip.open(self._entry(part))

    def _entry(self, part: str) -> ZipInfo:
        entry = self._parts.get(part.lower())
        if entry is None:
            raise RefusedError("file-xlsx-broken")
        if entry.flag_bits & _ENCRYPTED:
            raise RefusedError("file-xlsx-encrypted")
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise RefusedError("file-xlsx-broken")
        return entry

    def _weigh(self, part: str, most: int = MAX_PART_BYTES) -> Weight:
        """Unpack a part, chunk by chunk, and keep nothing of it."""
        entry = self._entry(part)
        octets, filled, merges, links, tail = 0, False, set(), set(), b""
        with self.open(part) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                octets += len(chunk)
                self._whole += len(chunk)
                if octets > most or self._whole > MAX_WHOLE_BYTES:
                    raise RefusedError("file-xlsx-bomb", part=part, limit=most // 1024 // 1024)
                if octets > _RATIO_FROM_BYTES and octets > MAX_RATIO * entry.compress_size:
                    raise RefusedError("file-xlsx-ratio", part=part, limit=MAX_RATIO)
                seen = tail + chunk
                if _DTD in seen:
                    raise RefusedError("file-xlsx-dtd", part=part)
                # A part in UTF-16 shows its tags to nobody but the parser.
                filled = filled or _VALUE.search(seen) is not None or b"\0" in chunk[:_HEAD_BYTES]
                merges |= {(found[1].decode(), int(found[2]), int(found[3])) for found in _MERGE.finditer(seen)}
                links |= set(_links_in(seen))
                if len(merges) > MAX_MERGES or len(links) > MAX_LINKS:
                    raise RefusedError("file-xlsx-too-many", limit=MAX_MERGES)
                tail = seen[-_OVERLAP_BYTES:]
        tall = frozenset(merge for merge in merges if merge[1] < merge[2])
        return Weight(octets, filled, tall, frozenset(links))

    def _small(self, part: str) -> Element:
        self._weigh(part, MAX_SMALL_PART_BYTES)
        with self.open(part) as stream:
            markup = stream.read()
        try:
            return fromstring(markup, forbid_dtd=True)
        except DefusedXmlException as error:
            raise RefusedError("file-xlsx-dtd", part=part) from error
        except (ParseError, ValueError, LookupError) as error:
            raise RefusedError("file-xlsx-broken") from error

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Give kind and part by id of what a part refers to; of the package itself where it is empty."""
        folder, name = posixpath.split(part)
        root = self._small(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for node in _all(root, "Relationship"):
            kind = _RELATION.fullmatch(node.get("Type", ""))
            if kind and node.get("TargetMode") != "External":
                target = posixpath.join("/", folder, node.get("Target", ""))
                found[node.get("Id", "")] = (kind[1], posixpath.normpath(target).lstrip("/"))
        return found

    def _refuse_other_documents(self, workbook: str) -> None:
        if workbook.endswith(".bin"):
            raise RefusedError("file-xlsx-other", kind=".xlsb")
        if not workbook or workbook.lower() not in self._parts:
            raise RefusedError("file-xlsx-not-one")

    def _sheet_nodes(self, root: Element, relations: dict[str, tuple[str, str]]) -> list[Element]:
        """Give the sheets that have cells: no charts, no macros."""
        nodes = list(_all(root, "sheet"))
        if len(nodes) > MAX_SHEETS:
            raise RefusedError("file-xlsx-too-many", limit=MAX_SHEETS)
        if not nodes:
            raise RefusedError("file-xlsx-not-one")
        return [node for node in nodes if relations.get(_relation_id(node), ("",))[0] == "worksheet"]

    def _sheet(self, node: Element, relations: dict[str, tuple[str, str]]) -> Sheet:
        part = relations[_relation_id(node)][1]
        hidden = node.get("state", "visible") != "visible"
        weight = self._weigh(part)
        targets = self._targets(part) if weight.links else {}
        links = {place: targets[name] for place, name in weight.links if name in targets}
        return Sheet(node.get("name", ""), hidden, part, weight, links)

    def _targets(self, part: str) -> dict[str, str]:
        """Give where the links of a sheet lead, by id."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations.lower() not in self._parts:
            return {}
        nodes = _all(self._small(relations), "Relationship")
        return {
            node.get("Id", ""): node.get("Target", "")
            for node in nodes
            if node.get("Type", "").endswith("/hyperlink") and node.get("TargetMode") == "External"
        }


def _links_in(markup: bytes) -> Iterator[tuple[str, str]]:
    """Give the place of each link, or of the first cell it lies behind, and the id of its target."""
    for found in _LINK.finditer(markup):
        named = {name: value.decode("utf-8", "replace") for name, value in _LINK_ATTRIBUTE.findall(found[1])}
        place, _, _ = named.get(b"ref", "").partition(":")
        if place and b"id" in named:
            yield place, named[b"id"]


def _refuse_others(raw: bytes) -> None:
    """Tell by name what is often taken for a workbook of this kind."""
    if raw.startswith(_OLE):  # Excel puts a workbook with a password into the container of the old format
        encrypted = "EncryptedPackage".encode("utf-16-le") in raw
        raise RefusedError("file-xlsx-encrypted") if encrypted else RefusedError("file-xlsx-other", kind=".xls")
    if not raw.startswith(_ZIP):
        raise RefusedError("file-xlsx-not-one")
    # Counted before the zip is opened: opening makes an object of every entry.
    if raw.count(_CENTRAL_ENTRY) > MAX_ENTRIES:
        raise RefusedError("file-xlsx-too-many", limit=MAX_ENTRIES)


def _entries(entries: list[ZipInfo]) -> dict[str, ZipInfo]:
    """Give the entries by name without case (ECMA-376 part 2, 6.2.2.3)."""
    parts = {entry.filename.lower(): entry for entry in entries}
    if "mimetype" in parts and "content.xml" in parts:
        raise RefusedError("file-xlsx-other", kind=".ods")
    if len(parts) < len(entries):
        raise RefusedError("file-xlsx-broken")  # two readers would see two workbooks
    if "_rels/.rels" not in parts:
        raise RefusedError("file-xlsx-not-one")
    return parts


def _all(root: Element, name: str) -> Iterator[Element]:
    """Give the elements of a local name, in whatever namespace: two are in use for each."""
    return (node for node in root.iter() if node.tag.rpartition("}")[2] == name)


def _relation_id(node: Element) -> str:
    return next((value for name, value in node.attrib.items() if name.endswith("}id")), "")
