"""The nouns of a saved mail; their home is `verifykb.model.mail_content`."""

from verifykb.model.mail_content import Attachment, Field, MailContent

__all__ = ["Attachment", "Field", "MailContent"]
