"""A judged mail as docs/contract.md, section 7 fixes it. Every value was written by somebody else."""

from verifykb.model.evidence import MailUnread
from verifykb.model.mail import DkimResult, DmarcWord, MailEvidence, SpfResult, SpfWord
from verifykb.text.safe import safe_line

_MAX_STEPS, _MAX_ATTACHMENTS = 50, 50  # a report is read by people, too


def mail_object(mail: MailEvidence | MailUnread) -> dict[str, object]:
    """Give what was learnt about the sender of a mail, and what it carries; or that it could not be read."""
    if isinstance(mail, MailUnread):
        return {
            "from": "",
            "defects": [mail.value],
            "spf": {"result": SpfWord.UNCHECKED.value, "domain": "", "reason": mail.value, "trace": []},
            "dkim": [],
            "dmarc": {"result": DmarcWord.TEMPERROR.value, "policy": None, "domain": ""},
            "arc": {"result": "none"},
            "received_at": None,
            "attachments": [],
            "unread": [mail.value],
        }
    return {
        "from": safe_line(mail.from_value or ", ".join(mail.content.all("from"))),
        "defects": [safe_line(defect) for defect in mail.content.defects],
        "spf": _spf(mail.spf),
        "dkim": [_dkim(result) for result in mail.dkim],
        "dmarc": {
            "result": mail.dmarc.result.value,
            "policy": mail.dmarc.policy or None,
            "domain": safe_line(mail.dmarc.domain),
        },
        "arc": {"result": mail.arc.result},
        "received_at": mail.received_at.isoformat(timespec="seconds") if mail.received_at else None,
        "attachments": [
            {"name": safe_line(item.name), "media_type": safe_line(item.media_type), "danger": item.danger or None}
            for item in mail.content.attachments[:_MAX_ATTACHMENTS]
        ],
        "unread": list(mail.content.unread),
    }


def _spf(result: SpfResult) -> dict[str, object]:
    return {
        "result": result.result.value,
        "domain": safe_line(result.domain),
        "reason": safe_line(result.reason),
        "trace": [" ".join(map(safe_line, filter(None, step))) for step in result.trace[:_MAX_STEPS]],
    }


def _dkim(result: DkimResult) -> dict[str, object]:
    return {
        "result": result.result.value,
        "domain": safe_line(result.domain),
        "selector": safe_line(result.selector),
        "doubts": list(result.doubts),
        "reason": result.reason,
    }
