"""Where an HTML text leads: links, forms, frames, forwardings, and pages that a link holds itself."""

import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from verifykb.mail.html_tokens import Tag
from verifykb.mail.transfer import lenient_base64

MAX_LINKS = 1_000
_FRAMES = frozenset({"iframe", "frame", "embed"})
_REFRESH = re.compile(r"url\s*+=\s*+['\"]?+([^'\"]++)", re.IGNORECASE)
_LEFT_OUT = str.maketrans("", "", "\t\n\r")  # browsers leave them out (WHATWG URL, 4.4)


class Links:
    """Collects the ways out of a text.

    Args:
        take_page: is given every page that a link holds itself.
    """

    def __init__(self, take_page: Callable[[str], None]) -> None:
        self.found: list[tuple[str, str]] = []
        self.forms: list[tuple[str, bool]] = []
        self._take_page = take_page
        self._open: tuple[str, list[str]] | None = None

    def add_text(self, text: str) -> None:
        """Add text that stands inside the open link, if there is one."""
        if self._open is not None:
            self._open[1].append(text)

    def take(self, tag: Tag) -> None:
        """Take a start tag."""
        given = tag.attributes
        target = given.get("href") or given.get("xlink:href")
        if tag.name == "a":
            self.end()
            if target:
                self._open = (target, [])
        elif target and tag.name != "link":
            self._add(given.get("alt", ""), target)
        for key in ("action", "formaction"):
            if key in given:
                self._add(given.get("value", ""), given[key])
        if tag.name in _FRAMES and "src" in given:
            self._add("", given["src"])
        elif tag.name == "object" and "data" in given:
            self._add("", given["data"])
        elif tag.name == "meta" and given.get("http-equiv", "").strip().lower() == "refresh":
            found = _REFRESH.search(given.get("content", ""))
            if found:
                self._add("", found[1])
                self.forms.append((found[1].translate(_LEFT_OUT).strip(), False))  # sends the reader elsewhere unasked
        self._take_form(tag)

    def end(self) -> None:
        """End the open link."""
        if self._open is not None:
            target, pieces = self._open
            self._open = None
            self._add(" ".join("".join(pieces).split()), target)

    def _take_form(self, tag: Tag) -> None:
        """Note a form, or that the last one asks for a password; a field may stand outside of any."""
        if tag.name == "form":
            self.forms.append((tag.attributes.get("action", "").translate(_LEFT_OUT).strip(), False))
        elif tag.name == "input" and tag.attributes.get("type", "").strip().lower() == "password":
            target = self.forms.pop()[0] if self.forms else ""
            self.forms.append((target, True))

    def _add(self, text: str, target: str) -> None:
        target = target.translate(_LEFT_OUT).strip()
        if target[:5].lower() == "data:":
            self._take_page(_page(target))
        if target and len(self.found) <= MAX_LINKS:
            self.found.append((text, target))


def _page(target: str) -> str:
    """Give the page that a link holds itself (RFC 2397)."""
    head, _, content = target.partition(",")
    octets = unquote_to_bytes(content)
    if head.lower().endswith("base64"):
        octets = lenient_base64(octets)[0]
    return octets.decode("utf-8", "replace")
