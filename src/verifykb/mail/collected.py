"""What was found in a mail so far: text, links, files, and why something was not read.

1. At most 1 MB of text is kept, hidden text included; what is more is said.
2. The same text twice (plain and HTML) is kept once.
"""

import re
import unicodedata
from collections.abc import Iterable

from verifykb.mail.archive import ZIP_MAGIC, Budget
from verifykb.mail.attachments import danger, ending
from verifykb.mail.charset import decode
from verifykb.mail.headers import decode_words, normalise
from verifykb.mail.html_text import read_html
from verifykb.mail.office_text import office_text
from verifykb.model.mail_content import Attachment, Field, MailContent

MAX_TEXT = 1_000_000  # characters
_MAX_LINKS = 1_000
_FEW_LETTERS = 20  # less than a sentence: what such a mail says is in its pictures
_HTML_ENDINGS = frozenset({"html", "htm", "xhtml", "xht", "shtml"})
_TEXT_ENDINGS = frozenset({"txt", "text", "csv", "log", "md", "ics", "vcs", "vcf", "asc"})
_MAIL_TYPES = frozenset({"message/rfc822", "message/global"})
_OUTLOOK_MARK = "__properties_version1.0".encode("utf-16-le")  # MS-OXMSG, 2.4
_SEALED_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_LINE_END = re.compile(r"\r\n?")
_FOLD = re.compile(r"\r?\n[ \t]")  # RFC 5545, 3.1


class Collected:
    """Collects the content of one mail."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}  # white space made equal -> as it stands
        self._hidden: list[str] = []
        self._links: list[tuple[str, str]] = []
        self._forms: list[tuple[str, bool]] = []
        self._attachments: list[Attachment] = []
        self._unread: dict[str, None] = {}
        self._originals: list[bytes] = []
        self._left = MAX_TEXT
        self._images = 0
        self._budget = Budget()

    def say_unread(self, reason: str) -> None:
        """Note why something was not read, a key of ``labels.unread``; nothing is no reason."""
        if reason:
            self._unread[reason] = None

    def add_octets(self, data: bytes, charset: str, media_type: str) -> None:
        """Add a text as it was sent, transfer encoding removed; HTML by its type."""
        # No character takes more than 4 octets: what is cut off here would be cut off below.
        text, sure = decode(data[: 4 * MAX_TEXT], charset)
        text = text.removeprefix("\ufeff")
        if not sure:
            self.say_unread("unknown-charset")
        if len(data) > 4 * MAX_TEXT:
            self.say_unread("too-large")
        if media_type in ("text/html", "application/xhtml+xml"):
            self.add_html(text)
        elif media_type == "text/calendar":
            self.add_text(_FOLD.sub("", text).replace("\\n", "\n").replace("\\,", ","))
        else:
            self.add_text(text)

    def add_text(self, text: str) -> None:
        """Add text that a reader sees."""
        if "\0" in text:
            self.say_unread("broken-structure")
        if "-----BEGIN PGP MESSAGE-----" in text:
            self.say_unread("encrypted")
        key = " ".join(text.split())
        if key and key not in self._texts:
            self._texts[key] = self._kept(text)

    def add_hidden(self, text: str) -> None:
        """Add text that a reader does not see."""
        if text.strip():
            self._hidden.append(self._kept(text).strip())

    def add_html(self, source: str) -> None:
        """Add an HTML text: what it shows, what it hides, where it leads."""
        if len(source) > MAX_TEXT:
            self.say_unread("too-large")
        found = read_html(source[:MAX_TEXT])
        if found.cut:
            self.say_unread("too-large")
        self.add_text(found.text)
        self.add_hidden(found.hidden_text)
        self._images += found.images
        self._links += found.links
        self._forms += found.forms[:_MAX_LINKS]
        if len(self._links) > _MAX_LINKS:
            self.say_unread("too-large")
            del self._links[_MAX_LINKS:]

    def add_file(self, names: Iterable[str], media_type: str, data: bytes, charset: str = "") -> None:
        """Add a part that is not the text of the mail: an attached mail, or an attachment.

        Args:
            names: every name that it is given; the first is the one to show.
            media_type: as declared, in lower case.
            data: its octets, transfer encoding removed.
            charset: the declared charset of a text.
        """
        given = [name for name in names if name] or [""]
        endings = {ending(name) for name in given}
        if media_type in _MAIL_TYPES or "eml" in endings:
            self._originals.append(normalise(data))
            return
        judged = [danger(name, media_type, data, self._budget) for name in given]
        kind = next((found for found, _ in judged if found), "")
        for _, unread in judged:
            self.say_unread(unread)
        self.say_unread(_why_sealed(media_type, endings, given, data))
        self._images += media_type.startswith("image/")
        is_read = True
        if endings & _HTML_ENDINGS or media_type in ("text/html", "application/xhtml+xml"):
            self.add_octets(data, charset, "text/html")
        elif endings & {"ics", "vcs"} or media_type in ("text/calendar", "application/ics"):
            self.add_octets(data, charset, "text/calendar")
        elif media_type.startswith("text/") or (endings & _TEXT_ENDINGS and not kind):
            self.add_octets(data, charset, "text/plain")
        else:
            is_read = self._add_office_text(data)
        self._attachments.append(Attachment(_nfc(given[0]), media_type, kind, is_read))

    def _add_office_text(self, data: bytes) -> bool:
        """Add the words of an office document; says whether there were any."""
        text = office_text(data) if data.startswith(ZIP_MAGIC) else ""
        if text:
            self.add_text(text)
        return bool(text)

    def content(self, fields: Iterable[Field], defects: Iterable[str], raw: bytes = b"") -> MailContent:
        """Give what was collected; the subject is the first line of the text."""
        fields = tuple(fields)
        texts = [text.strip() for text in self._texts.values()]
        letters = sum(map(str.isalpha, "".join(texts)[: 100 * _FEW_LETTERS]))
        if letters < _FEW_LETTERS and self._images:
            self.say_unread("image-only")
        elif not texts:
            self.say_unread("no-text")
        subjects = [decode_words(field.value) for field in fields if field.name == "subject"]
        return MailContent(
            fields=fields,
            defects=tuple(defects),
            text=_nfc("\n".join(part for part in [*subjects, *texts] if part)),
            hidden_text=_nfc("\n".join(self._hidden)),
            links=tuple((_nfc(text), _nfc(target)) for text, target in self._links),
            forms=tuple(self._forms),
            attachments=tuple(self._attachments),
            unread=tuple(self._unread),
            originals=tuple(self._originals),
            raw=raw,
        )

    def _kept(self, text: str) -> str:
        """Give as much of a text as there is room for."""
        text = _LINE_END.sub("\n", text)
        if len(text) > self._left:
            self.say_unread("too-large")
        kept = text[: self._left]
        self._left -= len(kept)
        return kept


def _why_sealed(media_type: str, endings: set[str], names: list[str], data: bytes) -> str:
    """Say why a file that holds a mail cannot be read here."""
    if media_type in _SEALED_TYPES or "p7m" in endings:
        return "encrypted"
    if media_type.endswith(("/ms-tnef", "/vnd.ms-tnef")) or "winmail.dat" in map(str.lower, names):
        return "unreadable-part"
    if media_type == "application/vnd.ms-outlook" or "msg" in endings or _OUTLOOK_MARK in data:
        return "unreadable-msg"
    return ""


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
