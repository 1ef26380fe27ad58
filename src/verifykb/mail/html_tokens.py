"""HTML into tags, text and comments: as a browser does it, in one pass.

1. Linear: every construct goes to its end or, where it has none, to the end of the text. Nothing is
   looked at twice. (`html.parser` of the supported versions needs quadratic time on some texts.)
2. Nothing raises and nothing is lost: what a browser drops is given as a comment.

Source: WHATWG HTML, 13.2.5 (tokenization).
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

_MARKUP = re.compile(r"<(?=[a-zA-Z/!?])")
_TAG_NAME = re.compile(r"[^\s/>]++")
_ATTRIBUTE = re.compile(
    r"[\s/]*+([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)(?:\"|(\Z))|'([^']*+)(?:'|(\Z))|(?=[^\"'])([^\s>]*+)))?+"
)
_BARE_TAG = re.compile(r"([a-zA-Z][^\s/>]*+)>")
_TAG_END = re.compile(r"[\s/]*+>")
_COMMENT_END = re.compile(r"--!?>")
_MANY_DIGITS = re.compile(r"&#(?:0*+[0-9]{8,}+|[xX]0*+[0-9a-fA-F]{8,}+);?+")
_LEADING_ZEROS = re.compile(r"&#([xX]?)0++(?=[0-9a-fA-F])")
_MAX_ATTRIBUTES = 100
# These are kept however many others stand before them.
_ALWAYS_KEPT = frozenset(
    "href xlink:href src action formaction style class id dir data hidden type http-equiv content srcdoc rel".split()
)
# Their content is text up to their own end tag (WHATWG HTML, 13.2.6.2 and 13.2.6.4).
# Inside a drawing or a formula they hold elements (13.2.6.5).
FOREIGN = frozenset({"svg", "math"})
RAW = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"})
_DECODED_RAW = frozenset({"title", "textarea"})


class Tag(NamedTuple):
    """A start or end tag.

    Args:
        name: in lower case.
        attributes: names in lower case to their values, decoded; the first of two counts.
        closing: an end tag.
    """

    name: str
    attributes: dict[str, str]
    closing: bool = False


class Text(NamedTuple):
    """Text between tags, character references decoded."""

    text: str


class Comment(NamedTuple):
    """A comment, a declaration or what is left of an unfinished tag; as written."""

    text: str


Token = Tag | Text | Comment


def tokens(source: str) -> Iterator[Token]:
    """Split HTML into tokens."""
    at, end, foreign = 0, len(source), 0
    while at < end:
        markup = _MARKUP.search(source, at)
        stop = markup.start() if markup else end
        if stop > at:
            yield Text(unescape(source[at:stop]))
        if markup is None:
            return
        token, at = _read_markup(source, stop)
        yield token
        if isinstance(token, Tag) and token.name in FOREIGN and source[at - 2] != "/":
            foreign = max(0, foreign + (-1 if token.closing else 1))
        if isinstance(token, Tag) and not token.closing and token.name in RAW and not foreign:
            close = re.compile(rf"</{token.name}(?=[\s/>])", re.IGNORECASE).search(source, at)
            stop = close.start() if close else end
            if stop > at:
                yield Text(unescape(source[at:stop]) if token.name in _DECODED_RAW else source[at:stop])
            at = stop


def unescape(text: str) -> str:
    """Decode character references; `html.unescape` raises on numbers of thousands of digits."""
    if "&#" in text:
        text = _LEADING_ZEROS.sub(r"&#\1", _MANY_DIGITS.sub("\ufffd", text))
    return html.unescape(text) if "&" in text else text


def _read_markup(source: str, at: int) -> tuple[Token, int]:
    """Read what begins at a ``<``; gives the token and where the next begins."""
    if source.startswith("<!--", at):
        if source.startswith((">", "->"), at + 4):  # an empty comment
            return Comment(""), source.index(">", at) + 1
        close = _COMMENT_END.search(source, at + 4)
        return (
            (Comment(source[at + 4 : close.start()]), close.end())
            if close
            else (Comment(source[at + 4 :]), len(source))
        )
    closing = source.startswith("/", at + 1)
    start = at + 1 + closing
    bare = _BARE_TAG.match(source, start)
    if bare:
        return Tag(bare[1].lower(), {}, closing), bare.end()
    if not source[start : start + 1].isalpha() or not source[start].isascii():  # a bogus comment
        stop = source.find(">", start)
        return (Comment(source[start:stop]), stop + 1) if stop >= 0 else (Comment(source[start:]), len(source))
    return _read_tag(source, start, closing=closing)


def _read_tag(source: str, start: int, *, closing: bool) -> tuple[Token, int]:
    name = _TAG_NAME.match(source, start)
    at = name.end() if name else start
    attributes: dict[str, str] = {}
    while not (done := _TAG_END.match(source, at)):
        found = _ATTRIBUTE.match(source, at)
        if found is None or found[3] is not None or found[5] is not None:
            return Comment(source[start:]), len(source)  # a tag without its end shows nothing of the rest
        at = found.end()
        key = found[1].lower()
        if key not in attributes and (len(attributes) < _MAX_ATTRIBUTES or key in _ALWAYS_KEPT):
            attributes[key] = unescape(found[2] or found[4] or found[6] or "")
    return Tag(source[start : name.end() if name else start].lower(), attributes, closing), done.end()
