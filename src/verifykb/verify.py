"""One contact's evidence in, one judgement out. Pure: no IO, no clock of its own.

The way of a contact: each axis's check gives findings; for a service that publishes no
contact only accusations remain of the comparisons; the findings give each axis its
standing; the standings give the verdict; verdict and findings give the advice.
"""

from verifykb import advice
from verifykb.checks import code, directory, phone, request, sender
from verifykb.context import Context
from verifykb.model.contact import Contact
from verifykb.model.evidence import Evidence
from verifykb.model.finding import Axis, Finding
from verifykb.model.report import Judgement
from verifykb.model.verdict import decide, standings
from verifykb.rules import RULES

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
        advice=advice.advise(verdict, findings, contact, context),
    )


def _findings(evidence: Evidence, context: Context) -> tuple[Finding, ...]:
    contact, official = evidence.contact, context.directory
    findings = [
        *code.assess(contact.code, context.day_of(contact), official, contact.own_request),
        *sender.assess(contact.sender, official),
        *phone.assess(contact.phone, contact.extension, official, contact.called_back),
        *request.assess(contact, official),
        *directory.assess(contact, official, context.days_of_review()),
    ]
    if evidence.mail is not None:
        values = {"reason": evidence.mail.value}
        findings += [Finding(RULES["AUT004"], values), Finding(RULES["MSG014"], values)]
    return tuple(findings)


def _applicable(findings: tuple[Finding, ...], contact: Contact, context: Context) -> tuple[Finding, ...]:
    """Drop comparisons with published contacts where the service publishes none.

    Source: docs/contract.md, section 4, Service.
    """
    if context.directory.services[contact.service].support is not None:
        return findings
    return tuple(
        finding for finding in findings if finding.axis not in _COMPARED_WITH_PUBLISHED or finding.rule.accuses
    )
