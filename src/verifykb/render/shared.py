"""What several formats say alike: sources, advice, errors."""

from verifykb.directory.types import Directory
from verifykb.model.finding import Finding
from verifykb.model.report import Advice, CaseJudgement, Judgement, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.text.safe import safe_line
from verifykb.wording import Wording

OWN_POLICY = "verifykb"


def source_number(finding: Finding) -> str:
    """Give the number of the strongest text behind a finding; the tool's name where none is."""
    source = _source_of(finding)
    return (source.rpartition(":")[0] or source) if source else OWN_POLICY


def source_words(finding: Finding, directory: Directory, wording: Wording) -> str:
    """Give number, date and clause of the strongest text behind a finding."""
    source = _source_of(finding)
    return citation_words(source, directory, wording) if source else OWN_POLICY


def _source_of(finding: Finding) -> str:
    return finding.source or next(iter(finding.rule.sources), "")


def citation_words(source: str, directory: Directory, wording: Wording) -> str:
    """Give number, date and clause of a citation, or title and date of a publication."""
    number, _, line = source.rpartition(":")
    document = directory.documents.get(number)
    if document is None:
        publication = directory.publications[source]
        dated = _dated(publication.dated, wording) if publication.dated else ""
        return f"{publication.title} {dated}".strip()
    dated = _dated(document.dated, wording)
    clause = document.clauses[int(line)]
    return f"{number} {dated}" + (f", {wording.text('report', 'clause', clause=clause)}" if clause else "")


def _dated(dated: str, wording: Wording) -> str:
    is_month = dated.count("/") == 1
    return wording.text("report", "dated_month" if is_month else "dated", dated=dated)


def advice_shown(judgement: Judgement) -> tuple[Advice, ...]:
    """Give the advice that a row of a log has room for: all of it where something was asked."""
    urgent = judgement.verdict is Verdict.PROHIBITED
    return judgement.advice if urgent else judgement.advice[:2]


def advice_words(advice: Advice, judgement: Judgement, style: Style) -> str:
    """Give the sentence of an advice, with the number to dial in it."""
    entry = style.directory.services[judgement.contact.service]
    switchboard = style.directory.support.switchboard.number
    return style.wording.text("advice", advice.value, switchboard=switchboard, ask=entry.ask)


def finding_object(finding: Finding, style: Style) -> dict[str, object]:
    """Give a finding as docs/contract.md, section 7 fixes it."""
    rule = finding.rule
    return {
        "rule": rule.id,
        "name": rule.name,
        "axis": rule.axis.value,
        "effect": rule.effect.value,
        "values": {name: safe_line(value) for name, value in finding.values.items()},
        "message": style.wording.sentence(finding),
        "source": source_number(finding),
    }


def contact_object(judgement: Judgement, style: Style) -> dict[str, object]:
    """Give a judgement as docs/contract.md, section 7 fixes it."""
    contact: dict[str, object] = {
        "id": safe_line(judgement.contact.id),
        "verdict": judgement.verdict.value,
        "axes": {axis.value: standing.value for axis, standing in judgement.axes.items()},
        "findings": [finding_object(finding, style) for finding in judgement.findings],
        "advice": [advice.value for advice in judgement.advice],
    }
    if judgement.mail is not None:
        from verifykb.render.mail_object import mail_object

        contact["mail"] = mail_object(judgement.mail)
    return contact


def case_object(case: CaseJudgement, style: Style) -> dict[str, object]:
    """Give a case, judged as one contact seen in several touches."""
    return {
        "case": safe_line(case.case),
        "contacts": [safe_line(name) for name in case.touches],
        "count": case.size,
        "verdict": case.verdict.value,
        "axes": {axis.value: standing.value for axis, standing in case.axes.items()},
        "findings": [finding_object(finding, style) for finding in case.findings],
    }


def error_words(error: Unreadable, wording: Wording) -> tuple[str, str, str]:
    """Give what happened, why, and what to do about something that could not be read."""
    return wording.error(error.key, error.values)


def place_of(error: Unreadable) -> str:
    """Give ``file:row``, or the file alone where it could not be read at all."""
    file = safe_line(error.file)
    return f"{file}:{error.row}" if error.row else file
