"""HTML reports for tests: from records, from entries, or from the example log; and a reader of their tags."""

import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

from tests.judging import judge
from tests.render.reports import header
from verifykb.batch.readers import read_log
from verifykb.batch.record import ReadOptions, Record
from verifykb.context import Context
from verifykb.model.finding import Effect
from verifykb.model.report import CaseJudgement, Header, InputFile, Judgement, Summary, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.render import Style
from verifykb.render.entry import Entry, EntryFinding
from verifykb.render.html_report import HtmlReport
from verifykb.wording import Wording

LOG = Path(__file__).parents[2] / "examples" / "nhat-ky.csv"
# Every way into a page at once.
ATTACK = (
    '<script>window.ran=1</script>"><img src=x onerror="window.ran=1;alert(1)"><svg onload=window.ran=1>'
    '</script></style></table><iframe src=javascript:window.ran=1></iframe>{{ 7 * 7 }}=HYPERLINK("http://evil.example")'
)
_VOID = frozenset({"meta", "link", "input"})


def style_of(context: Context, language: str = "vi", *, single: bool = False, show_values: bool = False) -> Style:
    """The style of a page."""
    return Style(wording=Wording(language), directory=context.directory, single=single, show_values=show_values)


def page(
    judgements: Iterable[Judgement],
    context: Context,
    *,
    language: str = "vi",
    prepare: Callable[[Summary], object] = lambda _: None,
    head: Header | None = None,
    **options: bool,
) -> str:
    """Write the page of some judgements, counted as a run counts them; `prepare` changes the summary."""
    out = io.StringIO(newline="")
    written = HtmlReport(out, style_of(context, language, **options))
    summary = Summary(Verdict.CONSISTENT)
    written.begin(head or header(context))
    for judgement in judgements:
        _count(judgement, summary)
        written.contact(judgement)
    summary.inputs.append(InputFile(path="nhat-ky.csv", sha256="1" * 64))
    prepare(summary)
    written.end(summary)
    return out.getvalue()


def page_of_entries(
    entries: Iterable[Entry],
    context: Context,
    *,
    language: str = "vi",
    prepare: Callable[[Summary], object] = lambda _: None,
    head: Header | None = None,
) -> str:
    """Write the page of contacts that are in words already."""
    out = io.StringIO(newline="")
    written = HtmlReport(out, style_of(context, language))
    summary = Summary(Verdict.CONSISTENT)
    written.begin(head or header(context))
    for entry in entries:
        summary.verdicts[entry.verdict] += 1
        written.entry(entry)
    prepare(summary)
    written.end(summary)
    return out.getvalue()


def _count(judgement: Judgement, summary: Summary) -> None:
    contact, tally = judgement.contact, summary.tally
    summary.count(judgement)
    tally.days[contact.received_at.date().isoformat() if contact.received_at else "", judgement.verdict] += 1
    against = (Effect.PROHIBITS, Effect.CONTRADICTS)
    tally.rules.update({item.rule.id for item in judgement.findings if item.effect in against})
    tally.imitated.update({item.values["resembles"] for item in judgement.findings if "resembles" in item.values})
    if not judgement.verdict.reaches(Verdict.UNPROVEN):
        tally.numbers.update([contact.phone] if contact.phone else [])
        tally.channels[contact.channel.value if contact.channel else ""] += 1


def example_judgements(context: Context) -> list[Judgement]:
    """Judge the log of the examples."""
    records = [item for item in read_log(str(LOG), ReadOptions(), []) if isinstance(item, Record)]
    return [judge(record.cells, context) for record in records]


def entry(id_: str = "A1", verdict: Verdict = Verdict.UNPROVEN, **fields: object) -> Entry:
    """One contact in words, with a finding that decides its verdict."""
    rule, effect, standing = {
        Verdict.PROHIBITED: ("MSG001", "prohibits", "prohibited"),
        Verdict.CONTRADICTED: ("SND003", "contradicts", "contradicted"),
        Verdict.UNPROVEN: ("COD001", "lacks", "lacking"),
        Verdict.CONSISTENT: ("SND006", "supports", "supported"),
        Verdict.VERIFIED: ("AUT001", "proves", "proven"),
    }[verdict]
    whole = Entry(
        id=id_, file="log.csv", row=2, case="", received_at="2026-11-20T09:30:00+07:00", channel="phone",
        verdict=verdict, axes={"code": standing, "sender": standing},
        findings=(EntryFinding(rule, "a-name", "sender", effect, f"Câu {id_}.", "964/TB-KBHG"),),
        advice=("Cúp máy.", "Gọi tổng đài."), code="SD261120-004217", sender="a@b.example", phone="0912",
        extension="88617",
    )  # fmt: skip
    return whole._replace(**fields)  # type: ignore[arg-type]  # a test names any field


def case_of(judgement: Judgement, name: str, verdict: Verdict | None = None) -> CaseJudgement:
    """A case whose touches were judged like one contact."""
    return CaseJudgement(
        case=name, touches=(judgement.contact.id, "LH-002"), size=5, axes=judgement.axes,
        verdict=verdict or judgement.verdict, findings=judgement.findings,
    )  # fmt: skip


def days_from(first: date, counts: Mapping[int, int], verdict: Verdict) -> dict[tuple[str, Verdict], int]:
    """Counts by day: of the day that many days after the first."""
    return {((first + timedelta(days=after)).isoformat(), verdict): count for after, count in counts.items()}


def everywhere(context: Context, text: str) -> str:
    """Write a page in which one text stands in every place that data can reach."""
    finding = EntryFinding("SND003", "n", "sender", "contradicts", text, text, accepted=text)
    told = entry(
        text, Verdict.CONTRADICTED, file=text, case=text, channel=text, findings=(finding,), advice=(text,), code=text,
        sender=text, phone=text, extension=text, counts=False,
    )  # fmt: skip

    def prepare(summary: Summary) -> None:
        summary.inputs.append(InputFile(path=text, sha256=text))
        summary.errors = [Unreadable(file=text, row=3, key="row-time", values={"value": text})]
        summary.cases = [case_of(example_judgements(context)[3], text)._replace(touches=(text,))]
        summary.tally.days["2026-11-20", Verdict.CONTRADICTED] = 1
        summary.tally.days[text, Verdict.CONTRADICTED] = 1
        for counts in (summary.tally.imitated, summary.tally.numbers, summary.tally.channels):
            counts[text] = 1

    head = header(context)._replace(settings=text, tool_version=text, sha256=text)
    return page_of_entries([told], context, prepare=prepare, head=head)


class Page(HTMLParser):
    """What a page consists of: its tags with their attributes, and the text of each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []  # innermost element, text
        self.unclosed: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.unclosed.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag that closes itself."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element; anything else is a fault of the page."""
        assert self.unclosed.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.texts.append((self.unclosed[-1] if self.unclosed else "", data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Give the attributes of every element of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]

    def text(self, *tags: str) -> str:
        """Give the text of the page, or that directly in some elements; white space made single."""
        parts = (text for tag, text in self.texts if (tag in tags if tags else tag not in ("style", "script")))
        return " ".join(" ".join(parts).split())

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """Give tags and attribute names, without any value."""
        return [(tag, tuple(attributes)) for tag, attributes in self.tags]
