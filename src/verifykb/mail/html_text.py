"""What an HTML mail shows, what it hides, and where its links lead. Never rendered, nothing fetched.

1. Shown and hidden text are both given: an attacker may put the words into either.
2. Linear in the length of the text; broken HTML never raises.
3. Where a style sheet may hide a part, the shown text is given with and without it, and once more with all that is
   hidden (`html_seen`).
"""

import re
from typing import NamedTuple

from verifykb.mail.html_links import MAX_LINKS, Links
from verifykb.mail.html_seen import Seen
from verifykb.mail.html_sheet import NO_SHEET, Sheet, read_sheet
from verifykb.mail.html_state import LOOKING, LOOKS_OTHERWISE, OUTERMOST, State, inside
from verifykb.mail.html_tokens import FOREIGN, RAW, Comment, Tag, Text, Token, tokens

_MAX_TOKENS = 100_000
_MAX_DOCUMENTS = 10_000  # in comments and attributes
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
_SHOWN_ATTRIBUTES = ("alt", "placeholder", "value")
_PICTURES = frozenset({"img", "image", "v:imagedata", "v:fill", "picture"})
_SPACES = re.compile(r"[ \t\n\r\f]++")
_LINE_ENDS = re.compile(r"\r\n?")


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
        otherwise: what may be shown instead of some lines of the text.
        obscured: another reader may see other words than these.
    """

    text: str
    hidden_text: str
    links: tuple[tuple[str, str], ...]
    images: int
    cut: bool
    forms: tuple[tuple[str, bool], ...] = ()
    otherwise: str = ""
    obscured: bool = False


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
        reader.watch(token)
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
        self._sheet = _sheet(source)
        self._seen = Seen()
        self._seen.obscured = self._sheet.unsure
        self._asides = self._documents = 0
        self._links = Links(self._take_page)
        self._turned: list[str] = []
        self._images = 0

    @property
    def _state(self) -> State:
        return self._open[-1][1] if self._open else OUTERMOST

    def take_text(self, text: str) -> None:
        """Take text between tags."""
        state = self._state
        if self._open and self._open[-1][0] in _CODE:
            if state.effects:  # a style can show even this
                self._hidden.add_line(text)
            return
        text = _LINE_ENDS.sub("\n", text) if state.keeps_lines else _SPACES.sub(" ", text)
        self._links.add_text(text)
        if state.reversed:
            self._turned.append(text)
        elif self._turned:
            self._turn()
        self._seen.add(text, state)
        if state.unseen:
            self._hidden.add(text)
            return
        self._shown.add(text)
        if state.perhaps:
            return
        self._surely_shown.add(text)

    def take_inner(self, text: str) -> None:
        """Take a comment or a document inside an attribute; Outlook shows some comments."""
        self._documents += "<" in text
        if self._inner or "<" not in text or self._documents > _MAX_DOCUMENTS:
            self._hidden.add_line(text)
            return
        document = _read(text, inner=True)
        self._hidden.add_line(document.text)
        self._hidden.add_line(document.hidden_text)
        self._hidden.add_line(document.otherwise)
        self._links.found += document.links
        self._links.forms += document.forms

    def _take_page(self, text: str) -> None:
        self._seen.obscured = True  # it is written where it is opened
        self.take_inner(text)

    def take_start(self, tag: Tag) -> None:
        """Open an element."""
        if tag.name in _ENDED_BY_ITS_LIKE and self._open and self._open[-1][0] == tag.name:
            self._close_last()
        state = self._inside(tag)
        self._separate(tag.name, state)
        if tag.name in _PICTURES or tag.attributes.get("type", "").lower() == "image":
            self._images += 1
        for key in _TOLD_ATTRIBUTES:
            if told := tag.attributes.get(key):
                self._hidden.add_line(told)
                if key in _SHOWN_ATTRIBUTES and tag.attributes.get("type", "").lower() != "hidden":
                    self._seen.add(told, state)
                if key == "alt":
                    self._links.add_text(told)
        if "srcdoc" in tag.attributes:
            self.take_inner(tag.attributes["srcdoc"])
        self._links.take(tag)
        if tag.name not in _VOID:
            self._open.append((tag.name, state))
            self._counts[tag.name] = self._counts.get(tag.name, 0) + 1

    def take_end(self, name: str) -> None:
        """Close an element and what is still open inside."""
        if name == "a":
            self._links.end()
        is_open = self._counts.get(name)
        if not is_open:
            if name in ("p", "br"):  # of these an end tag alone is an element (WHATWG HTML, 13.2.6.4.7)
                self._separate(name, self._state)
            return
        while True:
            closed, state = self._close_last()
            if closed == name:
                self._separate(name, state)
                return

    def finish(self, *, cut: bool) -> HtmlText:
        """Give what was read."""
        self._links.end()
        self._turn()
        shown, surely = self._shown.text(), self._surely_shown.text()
        if surely and surely != shown:
            shown = f"{shown}\n{surely}"
        for string in self._sheet.strings:
            self._hidden.add_line(string)
        hidden = self._hidden.text()
        otherwise = self._seen.lines_beside(f"{shown}\n{hidden}")
        found = self._links.found
        cut = cut or len(found) > MAX_LINKS or (not self._inner and self._documents > _MAX_DOCUMENTS)
        links, forms = tuple(found[:MAX_LINKS]), tuple(self._links.forms[:MAX_LINKS])
        return HtmlText(shown, hidden, links, self._images, cut, forms, otherwise, self._seen.obscured)

    def _inside(self, tag: Tag) -> State:
        state = self._state
        plain = tag.name not in LOOKS_OTHERWISE and tag.attributes.keys().isdisjoint(LOOKING)
        if plain and not (state.effects or state.rtl or self._sheet.effects):
            return state
        state = inside(tag, state, self._sheet)
        if "floats" in state.effects:
            self._asides += 1
            state = state._replace(aside=self._asides)
        return state

    def watch(self, token: Token) -> None:
        """Note what cannot be followed: marks inside the code of a drawing, a sheet from elsewhere."""
        within = self._open[-1][0] if self._open else ""
        if isinstance(token, Comment):
            is_data = token.text.startswith("![CDATA[")
            drawn = any(self._counts.get(name) for name in FOREIGN)
            odd = (within in RAW) != is_data if drawn else token.text.startswith("!ENTITY")
        elif isinstance(token, Tag):
            odd = within in RAW and not (token.closing and token.name == within)
            odd = odd or (token.name == "link" and "stylesheet" in token.attributes.get("rel", "").lower())
        else:
            return
        self._seen.obscured = self._seen.obscured or odd

    def _close_last(self) -> tuple[str, State]:
        name, state = self._open.pop()
        self._counts[name] -= 1
        return name, state

    def _separate(self, name: str, state: State) -> None:
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
        self._seen.separate(mark, state)
        self._links.add_text(" ")

    def _turn(self) -> None:
        if self._turned:
            self._hidden.add_line("".join(self._turned)[::-1])
            self._turned = []


def _sheet(source: str) -> Sheet:
    if "<style" not in source.lower():
        return NO_SHEET
    found: list[str] = []
    in_style = False
    for number, token in enumerate(tokens(source)):
        if number == _MAX_TOKENS:
            break
        if isinstance(token, Text) and in_style:
            found.append(token.text)
        in_style = isinstance(token, Tag) and not token.closing and token.name == "style"
    return read_sheet("\n".join(found))
