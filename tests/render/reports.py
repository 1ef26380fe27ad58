"""Reports for tests: fixed header, real judgements, any format, as text."""

import io
from collections.abc import Iterable, Mapping

from tests.judging import judge
from verifykb.context import Context
from verifykb.model.report import Header, InputFile, Summary, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.render import BINARY, FORMATS, Style, renderer
from verifykb.wording import Wording

TEXT_FORMATS = [name for name in FORMATS if name not in BINARY]
# One record per verdict that a record can reach, and one that tries everything.
MIXED = (
    {
        "id": "A1", "code": "SD261120-004217", "sender": "hotrocntt@vst.gov.vn", "phone": "02462764300",
        "extension": "88617", "channel": "phone", "asks": "nothing", "own_request": "có", "called_back": "có",
    },
    {"id": "A2", "code": "SD261120-004217", "sender": "hotrocntt@vst.gov.vn", "phone": "02462764300"},
    {"id": "A3", "sender": "kbnkhanhhoa@vst.gov.vn", "note": "hỏi tên đơn vị"},
    {"id": "A4", "sender": "hotrocntt@vst-gov.vn", "phone": "02462764367", "channel": "zalo"},
    {"id": "A5", "message": "Chị đọc mã OTP cho em, bấm vào https://dvc-vst.example để đăng nhập", "service": "kntc"},
)  # fmt: skip
# Saved mails, from the examples: one that proves itself, and what impostors try.
MAILS = (
    {"mail": "that.eml", "asks": "nothing", "own_request": "có", "called_back": "có"},
    {"mail": "ten-hien-thi.eml"},
    {"mail": "chen-them.eml"},
    {"mail": "ung-dung.eml"},
)
HOSTILE = (
    {
        "id": '=HYPERLINK("http://evil.example")',
        "code": "\x1b[31mSD261120-004217\x1b[0m",
        "sender": "\u202eevil\u202c <script>alert(1)</script>@x.example",
        "phone": "+84\u200b24\x9b6276\r4300",
        "message": "gửi em mật khẩu\x1b]8;;http://evil.example\x07 [red]ngay[/red] {given} %s \ud83d",
        "note": "@SUM(A1)\t\x00\u2028\u2029\U000e0041\ufe0f\u3164",
        "own_request": "-2+3 \x07",
    },
)  # fmt: skip


def header(context: Context) -> Header:
    """A header that is the same on every day and for every version."""
    return Header(
        tool_version="0.0.0", serial=1, issued="2026-11-22", review_by="2027-05-21", sha256="0" * 64,
        stale=False, now=context.now, at=context.now, require=Verdict.CONSISTENT, dns="off",
    )  # fmt: skip


def report(
    format_: str,
    records: Iterable[Mapping[str, str]],
    context: Context,
    *,
    language: str = "vi",
    single: bool = False,
    errors: Iterable[Unreadable] = (),
) -> str:
    """Write a whole report of some records into a text."""
    out = io.StringIO(newline="")
    style = Style(wording=Wording(language), directory=context.directory, single=single)
    written = renderer(format_, out, style)
    summary = Summary(Verdict.CONSISTENT)
    written.begin(header(context))
    for record in records:
        judgement = judge(record, context)
        summary.count(judgement)
        written.contact(judgement)
    summary.inputs.append(InputFile(path="log.csv", sha256="1" * 64))
    summary.errors = list(errors)
    written.end(summary)
    return out.getvalue()
