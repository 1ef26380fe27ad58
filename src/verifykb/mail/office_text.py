"""The words of an office document (OOXML, OpenDocument), to be read like those of the mail.

1. Only the parts that hold text are inflated, each to a bound; nothing is written, nothing outside is opened.
2. What cannot be read gives nothing: the attachment is then named as one that was not read.
"""

import html
import re
from io import BytesIO

_PARTS = re.compile(
    r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml|xl/sharedStrings\.xml|"
    r"xl/worksheets/sheet\d+\.xml|ppt/(?:slides|notesSlides)/[a-zA-Z]+\d+\.xml|content\.xml"
)
_MAX_PARTS, _MAX_PART_BYTES = 50, 1_000_000
# Where a reader sees a new line: paragraphs, rows, shared strings, breaks.
_LINE = re.compile(r"</(?:w:p|a:p|si|row|text:p|text:h)>|<(?:w:br|w:cr|a:br|text:line-break)\b[^<>]*+>")
_TAG = re.compile(r"<[^<>]*+>")


def office_text(data: bytes) -> str:
    """Give the words of a document; empty where it is none that can be read.

    Args:
        data: the octets of a ``.docx``, ``.xlsx``, ``.pptx``, ``.odt`` and the like.
    """
    from zipfile import ZipFile

    texts = []
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if _PARTS.fullmatch(name)]
            for name in names[:_MAX_PARTS]:
                with archive.open(name) as part:
                    texts.append(_words(part.read(_MAX_PART_BYTES).decode("utf-8", "replace")))
    except Exception:  # noqa: BLE001 - zipfile and zlib leak many kinds for a broken archive
        return ""
    return "\n".join(text for text in texts if text)


def _words(markup: str) -> str:
    lines = html.unescape(_TAG.sub("", _LINE.sub("\n", markup))).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())
