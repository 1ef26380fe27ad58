"""The XML of a workbook that holds nothing but text (SpreadsheetML).

1. Every cell is an inline string: no program takes it for a formula, a number or a link.
2. A row is a line, without its number, so that rows can be made by any process and put together later.

Source: ECMA-376 part 1, 18.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

MAX_ROWS = 1_048_576  # of a sheet, its header included
MAX_CELL_CHARACTERS = 16_000  # Excel: 32,767 units of UTF-16, of which a character may need two
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
# What XML 1.0 cannot hold (2.2, Char), and what a line cannot: each row is one.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel would read such text as one character
_PLAIN, _BOLD, _WRAPPED = 0, 1, 2
_LINE_POINTS, _MAX_POINTS = 15, 409  # of a row's height; no more can be had


def cell_markup(text: str, style: int = _PLAIN) -> str:
    """Write a cell of text; what is too long for a cell says how much was left out."""
    if len(text) > MAX_CELL_CHARACTERS:
        text = f"{text[:MAX_CELL_CHARACTERS]}… (+{len(text) - MAX_CELL_CHARACTERS})"
    text = _UNWRITABLE.sub("\ufffd", _LOOKS_ESCAPED.sub("_x005F_", text))
    for sign, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, escaped)
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    styled = f' s="{style}"' if style else ""
    return f'<c{styled} t="inlineStr"><is><t{kept}>{text}</t></is></c>' if text else f"<c{styled}/>"


def row_markup(cells: Sequence[str], widths: Sequence[int] = ()) -> bytes:
    """Write a row as a line.

    Args:
        cells: its texts.
        widths: of the columns, in characters, where a text takes several lines; 0 where it is cut off. None of
            them for a header.
    """
    if not widths:
        return f"<row>{''.join(cell_markup(text, _BOLD) for text in cells)}</row>\n".encode()
    # Said here: not every program measures by itself.
    lines = max((-(-len(text) // width) for text, width in zip(cells, widths, strict=False) if width), default=1)
    height = f' ht="{min(lines * _LINE_POINTS, _MAX_POINTS)}" customHeight="1"' if lines > 1 else ""
    styles = [_WRAPPED if width else _PLAIN for width in widths]
    return f"<row{height}>{''.join(map(cell_markup, cells, styles))}</row>\n".encode()


def sheet_start(widths: Iterable[int], *, frozen: bool) -> bytes:
    """Begin a sheet.

    Args:
        widths: of its columns, in characters.
        frozen: the first row stays in sight.
    """
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, start=1)
    )
    pane = (
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/>'
        if frozen
        else ""
    )
    shown = ' tabSelected="1"' if frozen else ""
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{shown} workbookViewId="0">{pane}</sheetView>'
        f"</sheetViews><cols>{columns}</cols><sheetData>\n"
    ).encode()


def sheet_end(filtered: str = "") -> bytes:
    """End a sheet; `filtered` is the area that its first row filters."""
    filters = f'<autoFilter ref="{filtered}"/>' if filtered else ""
    return f"</sheetData>{filters}</worksheet>".encode()


def parts(titles: Sequence[str], filtered: str, moment: datetime) -> dict[str, bytes]:
    """Give every part but the sheets.

    Args:
        titles: of the sheets, without the signs that Excel forbids there.
        filtered: the area of the first sheet that is filtered.
        moment: when the workbook was made.
    """
    numbers = range(1, len(titles) + 1)
    sheets = "".join(
        f'<sheet name="{title}" sheetId="{number}" r:id="rId{number}"/>'
        for number, title in zip(numbers, titles, strict=True)
    )
    area = re.sub(r"([A-Z]+)([0-9]+)", r"$\1$\2", filtered)
    named = (
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">\'{titles[0]}\'!{area}</definedName>'
    )
    relations = [(f"{_OFFICE}/worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    made = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = {
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets><definedNames>{named}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": _relations([*relations, (f"{_OFFICE}/styles", "styles.xml")]),
        "xl/styles.xml": _STYLES,
        "docProps/core.xml": _CORE.format(made=made),
        "_rels/.rels": _relations(
            [
                (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
                (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ]
        ),
        "[Content_Types].xml": _content_types(len(titles)),
    }
    return {name: (_XML + content).encode() for name, content in found.items()}


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    found = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>'


def _content_types(sheets: int) -> str:
    kinds = {f"/xl/worksheets/sheet{number}.xml": f"{_TYPE}worksheet+xml" for number in range(1, sheets + 1)}
    kinds |= {
        "/xl/workbook.xml": f"{_TYPE}sheet.main+xml",
        "/xl/styles.xml": f"{_TYPE}styles+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    named = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{named}</Types>'
    )


_TOP = '<alignment vertical="top"/></xf>'
_TEXT = '<xf numFmtId="49" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1" fontId='
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3">'
    f'{_TEXT}"0">{_TOP}{_TEXT}"1" applyFont="1">{_TOP}{_TEXT}"0"><alignment vertical="top" wrapText="1"/></xf>'
    '</cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_CORE = (
    f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    '<dc:creator>verifykb</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{made}</dcterms:modified></cp:coreProperties>'
)
