"""What a saved mail says: its header fields, its words, its attachments. Nothing is judged here.

1. Text is decoded as far as it can be; what could not be read is listed with its reason.
2. Nothing here is safe to print (`text.safe`).
"""

from typing import NamedTuple


class Field(NamedTuple):
    """One header field, as it stands in the file.

    Args:
        name: in lower case.
        value: unfolded, without the white space around it; octets that are no UTF-8 as
            surrogate escapes. Encoded words (RFC 2047) are not decoded.
    """

    name: str
    value: str


class Attachment(NamedTuple):
    """A part that is not the text of the mail.

    Args:
        name: the file name as given, decoded; may hold anything.
        media_type: ``application/pdf``, as declared.
        danger: why opening it runs somebody's program, a key of ``labels.danger`` in
            ``wording/``: ``program``, ``phone-app``, ``script``, ``macro-document``,
            ``disk-image``, ``shortcut``, ``archive-with-program``; empty where nothing is known.
        is_read: its words were read like those of the mail.
    """

    name: str
    media_type: str
    danger: str = ""
    is_read: bool = False


class MailContent(NamedTuple):
    """A saved mail, read.

    Args:
        fields: the header fields, top to bottom.
        defects: what is broken about its header, as short names: ``bare-cr``, ``nul``, ``mixed-line-ends``,
            ``header-line-malformed``, ``header-too-large``, ``not-utf8``, ``no-body``, ``from-missing``,
            ``from-repeated``, ``repeated:subject`` and the like, ``no-transport-headers``, ``sender-differs``,
            ``unreadable-msg``.
        text: subject and visible text, as a reader sees them; HTML already turned into text.
        hidden_text: text that a reader of the HTML would not see (display:none, tiny, comments, alt, titles).
        links: ``(text, target)`` of every link, image map and form action.
        forms: target of every form or forwarding, and whether it asks for a password.
        attachments: every other part.
        unread: why the mail was not fully read, keys of ``labels.reason`` in ``wording/``:
            ``encrypted``, ``unknown-charset``, ``unknown-encoding``, ``too-large``, ``too-many-parts``,
            ``too-deep``, ``broken-structure``, ``image-only``, ``unreadable-archive``, ``no-text``,
            ``unreadable-msg``, ``unreadable-part``, ``not-whole``, ``obscured``.
        originals: the raw octets of attached mails (``message/rfc822``), in order.
        raw: the mail itself, with CRLF line ends, for its signatures; empty for a ``.msg``, which
            keeps none, and for more than 25 MB.
    """

    fields: tuple[Field, ...]
    defects: tuple[str, ...] = ()
    text: str = ""
    hidden_text: str = ""
    links: tuple[tuple[str, str], ...] = ()
    forms: tuple[tuple[str, bool], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    unread: tuple[str, ...] = ()
    originals: tuple[bytes, ...] = ()
    raw: bytes = b""

    def all(self, name: str) -> list[str]:
        """Give the values of a header field, top to bottom."""
        return [field.value for field in self.fields if field.name == name]
