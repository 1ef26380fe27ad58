"""What an HTML mail shows, what it hides, and where its links lead. Never rendered, nothing fetched.

1. Shown and hidden text are both given: an attacker may put the words into either.
2. Linear in the length of the text; broken HTML never raises.
3. Where a style sheet may hide a part, the shown text is given with and without it.
"""

import re
from typing import NamedTuple

from verifykb.mail.html_state import KEEPS_LINES, OUTERMOST, UNSEEN, State, inside
from verifykb.mail.html_style import hiding_selectors
from verifykb.mail.html_tokens import Comment, Tag, Text, tokens

_MAX_TOKENS = 100_000
_MAX_LINKS = 1_000
_BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form frame frameset h1 h2 h3 h4 h5 h6 header hgroup hr html iframe legend li main menu nav ol optgroup"
    " option p pre section select summary table tbody textarea tfoot thead title tr ul xmp".split()
)
_VOID = frozenset(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr".split()
)
_CODE = frozenset({"script", "style"})
# An open one ends where the next one begins (WHATWG HTML, 13.1.2.4).
_ENDED_BY_ITS_LIKE = frozenset({"p", "li", "dt", "dd", "tr", "td", "th", "option"})
_TOLD_ATTRIBUTES = ("title", "alt", "placeholder", "value", "aria-label", "label", "summary")
_PICTURES = frozenset({"img", "image", "v:imagedata", "v:fill", "picture"})
_REFRESH = re.compile(r"url\s*+=\s*+['\"]?+([^'\"]++)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\r\f]++")
_LINE_ENDS = re.compile(r"\r\n?")
_LEFT_OUT_OF_LINKS = str.maketrans("", "", "\t\n\r")  # browsers leave them out (WHATWG URL, 4.4)


class HtmlText(NamedTuple):
    """An HTML text, read.

    Args:
        text: what is shown, a line for each block.
        hidden_text: what is not: hidden elements, comments, titles, alternative texts; and what is
            shown from right to left, in the order in which it is seen.
        links: text and target of every link, form, frame and forwarding.
        images: how many pictures it shows.
        cut: there was more than could be read.
        forms: target of every form, and whether it asks for a password.
    """

    text: str
    hidden_text: str
    links: tuple[tuple[str, str], ...]
    images: int
    cut: bool
    forms: tuple[tuple[str, bool], ...] = ()


def read_html(source: str) -> HtmlText:
    """Read an HTML text."""
    return _read(source, inner=False)


def _read(source: str, *, inner: bool) -> HtmlText:
    reader = _Reader(source, inner=inner)
    cut = False
    for number, token in enumerate(tokens(source)):
        if number == _MAX_TOKENS:
            cut = True
            break
        if isinstance(token, Text):
            reader.take_text(token.text)
        elif isinstance(token, Comment):
            reader.take_inner(token.text)
        elif token.closing:
            reader.take_end(token.name)
        else:
            reader.take_start(token)
    return reader.finish(cut=cut)


class _Lines:
    """Text that is being put together."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def add(self, text: str) -> None:
        self._pieces.append(text)

    def add_line(self, text: str) -> None:
        self._pieces += ["\n", text, "\n"]

    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        return "\n".join(line for line in lines if line)


class _Reader:
    """Follows the tokens; holds the open elements and what was read so far."""

    def __init__(self, source: str, *, inner: bool) -> None:
        self._inner = inner
        self._shown, self._surely_shown, self._hidden = _Lines(), _Lines(), _Lines()
        self._open: list[tuple[str, State]] = []
        self._counts: dict[str, int] = {}  # open elements by name: an end tag without its start costs nothing
        self._selectors = _selectors(source)
        self._links: list[tuple[str, str]] = []
        self._link: tuple[str, list[str]] | None = None
        self._turned: list[str] = []
        self._forms: list[tuple[str, bool]] = []
        self._images = 0

    @property
    def _state(self) -> State:
        return self._open[-1][1] if self._open else OUTERMOST

    def take_text(self, text: str) -> None:
        """Take text between tags."""
        if self._open and self._open[-1][0] in _CODE:
            return
        state = self._state
        text = _LINE_ENDS.sub("\n", text) if state.keeps_lines else _SPACES.sub(" ", text)
        if self._link is not None:
            self._link[1].append(text)
        if state.reversed:
            self._turned.append(text)
        elif self._turned:
            self._turn()
        if state.unseen:
            self._hidden.add(text)
            return
        self._shown.add(text)
        if state.perhaps:
            return
        self._surely_shown.add(text)

    def take_inner(self, text: str) -> None:
        """Take a comment or a document inside an attribute; Outlook shows some comments."""
        if self._inner or "<" not in text:
            self._hidden.add_line(text)
            return
        document = _read(text, inner=True)
        self._hidden.add_line(document.text)
        self._hidden.add_line(document.hidden_text)
        self._links += document.links
        self._forms += document.forms

    def take_start(self, tag: Tag) -> None:
        """Open an element."""
        self._separate(tag.name)
        if tag.name in _ENDED_BY_ITS_LIKE and self._open and self._open[-1][0] == tag.name:
            self._close_last()
        if tag.name in _PICTURES or tag.attributes.get("type", "").lower() == "image":
            self._images += 1
        for key in _TOLD_ATTRIBUTES:
            if told := tag.attributes.get(key):
                self._hidden.add_line(told)
                if key == "alt" and self._link is not None:
                    self._link[1].append(told)
        if "srcdoc" in tag.attributes:
            self.take_inner(tag.attributes["srcdoc"])
        self._take_targets(tag)
        self._take_form(tag)
        if tag.name not in _VOID:
            state = self._state
            if tag.attributes or tag.name in UNSEEN or tag.name in KEEPS_LINES or self._selectors:
                state = inside(tag, state, self._selectors)
            self._open.append((tag.name, state))
            self._counts[tag.name] = self._counts.get(tag.name, 0) + 1

    def take_end(self, name: str) -> None:
        """Close an element and what is still open inside."""
        if name == "a":
            self._end_link()
        is_open = self._counts.get(name)
        if is_open or name in ("p", "br"):  # of these an end tag alone is an element (WHATWG HTML, 13.2.6.4.7)
            self._separate(name)
        if not is_open:
            return
        while self._close_last() != name:
            pass

    def finish(self, *, cut: bool) -> HtmlText:
        """Give what was read."""
        self._end_link()
        self._turn()
        shown, surely = self._shown.text(), self._surely_shown.text()
        if surely and surely != shown:
            shown = f"{shown}\n{surely}"
        many = len(self._links) > _MAX_LINKS
        links, forms = tuple(self._links[:_MAX_LINKS]), tuple(self._forms[:_MAX_LINKS])
        return HtmlText(shown, self._hidden.text(), links, self._images, cut or many, forms)

    def _close_last(self) -> str:
        name, _ = self._open.pop()
        self._counts[name] -= 1
        return name

    def _separate(self, name: str) -> None:
        """Begin a new line or cell where the element does."""
        if name in _BLOCKS:
            mark = "\n"
            self._turn()
        elif name in ("td", "th"):
            mark = " "
        else:
            return
        for lines in (self._shown, self._surely_shown, self._hidden):
            lines.add(mark)
        if self._link is not None:
            self._link[1].append(" ")

    def _turn(self) -> None:
        if self._turned:
            self._hidden.add_line("".join(self._turned)[::-1])
            self._turned = []

    def _take_targets(self, tag: Tag) -> None:
        given = tag.attributes
        target = given.get("href") or given.get("xlink:href")
        if tag.name == "a":
            self._end_link()
            if target:
                self._link = (target, [])
        elif target and tag.name != "link":
            self._add_link(given.get("alt", ""), target)
        for key in ("action", "formaction"):
            if key in given:
                self._add_link(given.get("value", ""), given[key])
        if tag.name in ("iframe", "frame", "embed") and "src" in given:
            self._add_link("", given["src"])
        elif tag.name == "object" and "data" in given:
            self._add_link("", given["data"])
        elif tag.name == "meta" and given.get("http-equiv", "").strip().lower() == "refresh":
            found = _REFRESH.search(given.get("content", ""))
            if found:
                self._add_link("", found[1])

    def _take_form(self, tag: Tag) -> None:
        """Note a form, or that the last one asks for a password; a field may stand outside of any."""
        if tag.name == "form":
            self._forms.append((tag.attributes.get("action", "").translate(_LEFT_OUT_OF_LINKS).strip(), False))
        elif tag.name == "input" and tag.attributes.get("type", "").strip().lower() == "password":
            target = self._forms.pop()[0] if self._forms else ""
            self._forms.append((target, True))

    def _end_link(self) -> None:
        if self._link is not None:
            target, pieces = self._link
            self._link = None
            self._add_link(" ".join("".join(pieces).split()), target)

    def _add_link(self, text: str, target: str) -> None:
        target = target.translate(_LEFT_OUT_OF_LINKS).strip()
        if target and len(self._links) <= _MAX_LINKS:
            self._links.append((text, target))


def _selectors(source: str) -> frozenset[str]:
    if "<style" not in source.lower():
        return frozenset()
    found: set[str] = set()
    in_style = False
    for number, token in enumerate(tokens(source)):
        if number == _MAX_TOKENS:
            break
        if isinstance(token, Text) and in_style:
            found |= hiding_selectors(token.text)
        in_style = isinstance(token, Tag) and not token.closing and token.name == "style"
    return frozenset(found)
