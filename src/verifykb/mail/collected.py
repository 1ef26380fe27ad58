"""What was found in a mail so far: text, links, files, and why something was not read.

1. At most 1 MB of text is kept, hidden text included; what is more is said.
2. The same text twice (plain and HTML) is kept once.
"""

import re
from collections.abc import Iterable

from verifykb.mail.archive import ZIP_MAGIC, Budget
from verifykb.mail.attachments import danger, ending
from verifykb.mail.calendar_text import read_calendar
from verifykb.mail.charset import decode
from verifykb.mail.headers import decode_words, normalise, read_header
from verifykb.mail.html_text import read_html
from verifykb.mail.office_text import office_text
from verifykb.mail.rich_text import rich_text
from verifykb.mail.uuencode import files_inside
from verifykb.mail.words import words_doubt
from verifykb.model.mail_content import Attachment, Field, MailContent
from verifykb.text.nfc import nfc

MAX_TEXT = 1_000_000  # characters
_MAX_LINKS = 1_000
_FEW_LETTERS = 20  # less than a sentence: what such a mail says is in its pictures
_HTML_TYPES = ("text/html", "application/xhtml+xml", "image/svg+xml", "text/enriched", "text/richtext")
_CALENDAR_TYPES = (
    "text/calendar",
    "application/ics",
    "text/x-vcalendar",
    "text/vcard",
    "text/x-vcard",
    "text/directory",
)
_RICH_TYPES = ("text/rtf", "application/rtf")
_HTML_ENDINGS = frozenset({"html", "htm", "xhtml", "xht", "shtml", "svg"})
_CALENDAR_ENDINGS = frozenset({"ics", "vcs", "vcf"})
_TEXT_ENDINGS = frozenset({"txt", "text", "csv", "log", "md", "asc"})
_MAIL_TYPES = frozenset({"message/rfc822", "message/global"})
_OUTLOOK_MARK = "__properties_version1.0".encode("utf-16-le")  # MS-OXMSG, 2.4
_SEALED_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_LINE_END = re.compile(r"\r\n?")


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
        """Add a text as it was sent, transfer encoding removed; how it is read goes by its type."""
        # No character takes more than 4 octets: what is cut off here would be cut off below.
        text, sure = decode(data[: 4 * MAX_TEXT], charset)
        text = text.removeprefix("\ufeff")
        if not sure:
            self.say_unread("unknown-charset")
        if len(data) > 4 * MAX_TEXT:
            self.say_unread("too-large")
        if media_type in _HTML_TYPES:
            self.add_html(text)
        elif media_type in _CALENDAR_TYPES:
            self._add_calendar(text)
        elif media_type in _RICH_TYPES:
            self.add_text(rich_text(text))
        else:
            self.add_text(text)
            self._add_files_inside(text)

    def add_text(self, text: str) -> None:
        """Add text that a reader sees."""
        if "\0" in text:
            self.say_unread("broken-structure")
        if "-----BEGIN PGP MESSAGE-----" in text:
            self.say_unread("encrypted")
        key = " ".join(text.split())
        if key and key not in self._texts:
            self._texts[key] = self._kept(text)

    def _add_calendar(self, text: str) -> None:
        calendar = read_calendar(text)
        self.add_text(calendar.text)
        if calendar.markup:
            self.add_html(calendar.text)
        for name, media_type, data in calendar.files:
            self.add_file([name], media_type or "application/octet-stream", data)
        self.say_unread("" if calendar.sound else "unreadable-part")

    def _add_files_inside(self, text: str) -> None:
        files, is_whole = files_inside(text)
        for name, data in files:
            self.add_file([name], "application/octet-stream", data)
        self.say_unread("" if is_whole else "unreadable-part")

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
        self.add_hidden(found.otherwise)
        self.say_unread("obscured" if found.obscured else "")
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
        if media_type in _MAIL_TYPES or ("eml" in endings and _is_mail(media_type, data)):
            self._originals.append(normalise(data))
            return
        judged = [danger(name, media_type, data, self._budget) for name in given]
        kind = next((found for found, _ in judged if found), "")
        for _, unread in judged:
            self.say_unread(unread)
        self.say_unread(_why_sealed(media_type, endings, given, data))
        self._images += media_type.startswith("image/")
        is_read = True
        if endings & _HTML_ENDINGS or media_type in _HTML_TYPES:
            self.add_octets(data, charset, "text/html")
        elif endings & _CALENDAR_ENDINGS or media_type in _CALENDAR_TYPES:
            self.add_octets(data, charset, "text/calendar")
        elif "rtf" in endings or media_type in _RICH_TYPES:
            self.add_octets(data, charset, "text/rtf")
            is_read = False  # of such a file only the words were read, not what is set, hidden or embedded
        elif media_type.startswith("text/") or (endings & _TEXT_ENDINGS and not kind):
            self.add_octets(data, charset, "text/plain")
        else:
            is_read = self._add_office_text(data)
        self._attachments.append(Attachment(nfc(given[0]), media_type, kind, is_read))

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
        for field in fields:
            self.say_unread(words_doubt(field.value) if field.name == "subject" else "")
        subjects = [decode_words(field.value) for field in fields if field.name == "subject"]
        return MailContent(
            fields=fields,
            defects=tuple(defects),
            text=nfc("\n".join(part for part in [*subjects, *texts] if part)),
            hidden_text=nfc("\n".join(self._hidden)),
            links=tuple((nfc(text), nfc(target)) for text, target in self._links),
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


def _is_mail(media_type: str, data: bytes) -> bool:
    """Whether a part with the name of a mail is one: a mail program shows a text part as the text that it is."""
    if not media_type.startswith("text/"):
        return True
    return media_type not in _HTML_TYPES and any(field.name == "from" for field in read_header(normalise(data))[0])


def _why_sealed(media_type: str, endings: set[str], names: list[str], data: bytes) -> str:
    """Say why a file that holds a mail cannot be read here."""
    if media_type in _SEALED_TYPES or "p7m" in endings:
        return "encrypted"
    if media_type.endswith(("/ms-tnef", "/vnd.ms-tnef")) or "winmail.dat" in map(str.lower, names):
        return "unreadable-part"
    if media_type == "application/vnd.ms-outlook" or "msg" in endings or _OUTLOOK_MARK in data:
        return "unreadable-msg"
    return ""
