"""One contact's evidence in, one judgement out. Pure: no IO, no clock of its own.

The way of a contact: each axis's check gives findings; for a service that publishes no
contact only accusations remain of the comparisons; the findings give each axis its
standing; the standings give the verdict; verdict and findings give the advice.
"""

from typing import TYPE_CHECKING

from verifykb import advice
from verifykb.checks import code, directory, phone, request, sender
from verifykb.context import Context
from verifykb.model.contact import Contact, Service
from verifykb.model.evidence import Evidence, MailUnread
from verifykb.model.finding import Axis, Finding
from verifykb.model.report import Judgement
from verifykb.model.verdict import decide, standings
from verifykb.rules import RULES

if TYPE_CHECKING:
    from verifykb.model.mail import MailEvidence

_COMPARED_WITH_PUBLISHED = (Axis.CODE, Axis.SENDER, Axis.PHONE)


def verify(evidence: Evidence, context: Context) -> Judgement:
    """Judge one contact by itself; what only several records show is not looked at here.

    Args:
        evidence: what `gather` learned.
        context: directory and clock.
    """
    contact = evidence.contact
    findings = _applicable(_findings(evidence, context), contact, context)
    axes = standings(findings)
    verdict = decide(axes)
    return Judgement(
        contact=contact,
        axes=axes,
        verdict=verdict,
        findings=findings,
        mail=_shown_mail(evidence, context),
        advice=advice.advise(verdict, findings, contact, context),
    )


def _shown_mail(evidence: Evidence, context: Context) -> "MailEvidence | MailUnread | None":
    """Give the mail that a report shows: the one that was judged, where an outer one only carried it."""
    if evidence.mail is None or isinstance(evidence.mail, MailUnread):
        return evidence.mail
    from verifykb.checks.mail import judged_mails

    judged = judged_mails(evidence.mail, context.directory)
    return judged[0] if len(judged) == 1 else evidence.mail


def _findings(evidence: Evidence, context: Context) -> tuple[Finding, ...]:
    contact, official = evidence.contact, context.directory
    if evidence.mail is None:
        findings = [
            *code.assess(contact.code, context.day_of(contact), official, contact.own_request),
            *sender.assess(contact.sender, official),
            *phone.assess(contact.phone, contact.extension, official, contact.called_back),
            *_repaired(contact),
            *request.assess(contact, official),
        ]
    else:
        findings = _with_mail(evidence, context)
    findings += [Finding(RULES[note.rule], note.values) for note in evidence.posture]
    findings += directory.assess(contact, official, context.days_of_review())
    return tuple(findings)


def _with_mail(evidence: Evidence, context: Context) -> list[Finding]:
    """Judge a contact together with the mail that was saved of it."""
    from verifykb.checks import mail, mail_request, mail_words

    contact, official = evidence.contact, context.directory
    day = context.day_of(contact)
    read = None if isinstance(evidence.mail, MailUnread) else evidence.mail
    mails = mail.with_attached(read) if read else ()
    if read:
        sent = mail.assess(read, official, context.settings.office_mailboxes, day)
        said = mail_request.assess_request(mails, official, context.settings.office_mailboxes)
    else:
        values = {"reason": str(evidence.mail)}
        sent, said = (Finding(RULES["AUT004"], values),), [Finding(RULES["MSG014"], values)]
    typed = sender.assess(contact.sender, official) if contact.sender.strip() or not read else ()
    return [
        *mail_words.assess_code(contact.code, mails, day, official, contact.own_request),
        *(finding for finding in typed if finding not in sent),
        *sent,
        *phone.assess(contact.phone, contact.extension, official, contact.called_back),
        *_repaired(contact),
        *mail_words.assess_phones(mails, official),
        *request.assess(contact, official, said),
    ]


def _repaired(contact: Contact) -> tuple[Finding, ...]:
    """Tell of what a spreadsheet had taken away, and the reader gave back."""
    return (Finding(RULES["PHO012"], {"given": contact.phone}),) if "phone" in contact.repairs else ()


def _applicable(findings: tuple[Finding, ...], contact: Contact, context: Context) -> tuple[Finding, ...]:
    return findings if compares(contact.service, context) else tuple(filter(counts_uncompared, findings))


def compares(service: Service, context: Context) -> bool:
    """Whether contacts are published for a service, so that comparisons with them are made.

    Source: docs/contract.md, section 4, Service.
    """
    return context.directory.services[service].support is not None


def counts_uncompared(finding: Finding) -> bool:
    """Whether a finding counts for a service that publishes no contact."""
    return finding.axis not in _COMPARED_WITH_PUBLISHED or finding.rule.accuses
