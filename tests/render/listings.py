"""Reports that list contacts, for tests: from judgements or from contacts in words, with any summary."""

import io
from collections.abc import Callable, Iterable, Mapping

from tests.judging import judge
from tests.render.reports import header
from verifykb.context import Context
from verifykb.model.report import CaseJudgement, Header, Judgement, Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.entry import Entry, EntryFinding
from verifykb.render.github_report import GithubReport
from verifykb.render.junit_report import JunitReport
from verifykb.render.markdown_report import MarkdownReport
from verifykb.render.sarif_report import SarifReport
from verifykb.wording import Wording

Report = type[SarifReport] | type[JunitReport] | type[GithubReport] | type[MarkdownReport]
# What an attacker may write anywhere, beside controls.
PAYLOADS = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "]]></system-out><failure message='x'/>",
    "</testcase></testsuite>",
    "&lt;b&gt; &#60; &amp; \" ' `",
    "x\n::error file=a::b",
    "::error::x ::set-output name=a::b ##[error]x ##vso[task.setvariable]x ####[group]",
    "%0A::warning::x %25 , : ;",
    "[click](https://evil.example) ![x](https://evil.example/x.png) [a]: https://evil.example <https://evil.example>",
    "https://evil.example www.evil.example evil@evil.example @admin #1 GH-12 owner/repo#3 !4 $5 ~bug %6 deadbeef :+1:",
    "# heading | cell | cell",
    "- list 1. number > quote ``` fence ~~~ *em* **strong** _em_ ~~del~~ \\*not\\* $math$",
    "`` ` `` ``` ```` `",
    "{0} {1} {{x}} [a](1)",
    "1. x",
    "www.… WWW.! (www.) http: https:// mailto: ftp.",
    "=== ---",
    "C:\\logs\\a b.csv ../../etc/passwd /abs//x",
)


def judged(record: Mapping[str, str], context: Context, *, file: str = "log.csv", row: int = 2) -> Judgement:
    """Judge a record of a log."""
    judgement = judge(record, context)
    return judgement._replace(contact=judgement.contact._replace(file=file, row=row))


def entry(id_: str = "A1", verdict: Verdict = Verdict.CONTRADICTED, **fields: object) -> Entry:
    """One contact in words, with a finding that decides its verdict."""
    rule, effect = {
        Verdict.PROHIBITED: ("MSG001", "prohibits"),
        Verdict.CONTRADICTED: ("SND003", "contradicts"),
        Verdict.UNPROVEN: ("COD001", "lacks"),
        Verdict.CONSISTENT: ("SND006", "supports"),
        Verdict.VERIFIED: ("AUT001", "proves"),
    }[verdict]
    whole = Entry(
        id=id_, file="log.csv", row=2, case="", received_at="2026-11-20T09:30:00+07:00", channel="phone",
        verdict=verdict, axes=dict.fromkeys(("code", "sender", "phone", "request", "directory"), "supported"),
        findings=(EntryFinding(rule, "a-name", "sender", effect, f"Câu {id_}.", "964/TB-KBHG"),),
        advice=("Cúp máy.", "Gọi tổng đài.", "Báo."), code="SD261120-004217", sender="a@b.example", phone="0912",
        extension="88617", fingerprint=id_,
    )  # fmt: skip
    return whole._replace(**fields)  # type: ignore[arg-type]  # a test names any field


def everywhere(text: str) -> Entry:
    """A contact with one text in every place that data can reach."""
    finding = EntryFinding("SND003", "a-name", "sender", "contradicts", text, text)
    return entry(
        text, file=text, case=text, channel=text, findings=(finding,), advice=(text,), code=text, sender=text,
        phone=text, extension=text,
    )  # fmt: skip


def case_of(judgement: Judgement, name: str) -> CaseJudgement:
    """A matter whose contacts were judged like one of them."""
    return CaseJudgement(
        case=name, touches=(judgement.contact.id,), size=3, axes=judgement.axes, verdict=judgement.verdict,
        findings=judgement.findings,
    )  # fmt: skip


def listed(
    report: Report,
    contacts: Iterable[Entry | Judgement],
    context: Context,
    *,
    language: str = "vi",
    require: Verdict = Verdict.CONSISTENT,
    prepare: Callable[[Summary], object] = lambda _: None,
    head: Header | None = None,
    **options: bool,
) -> str:
    """Write a report; `prepare` changes the summary before its end."""
    out = io.StringIO(newline="")
    style = Style(wording=Wording(language), directory=context.directory, **options)
    written = report(out, style)
    summary = Summary(require)
    written.begin((head or header(context))._replace(require=require))
    for contact in contacts:
        summary.verdicts[contact.verdict] += 1
        if isinstance(contact, Entry):
            written.entry(contact)
        else:
            written.contact(contact)
    prepare(summary)
    written.end(summary)
    return out.getvalue()
