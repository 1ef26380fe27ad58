"""What must hold for any text whatever; shared by the property and the volume tests."""

import io
import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from tests.render.reports import header
from verifykb.batch.records import read_answer, read_time, to_contact
from verifykb.checks import code, phone, sender
from verifykb.context import Context
from verifykb.directory.types import Directory
from verifykb.errors import RowError
from verifykb.gather import gather_offline
from verifykb.message.reading import read_message
from verifykb.model.contact import UNKNOWN
from verifykb.model.report import Summary
from verifykb.model.verdict import Verdict
from verifykb.render import Style, renderer
from verifykb.text.safe import safe
from verifykb.text.secrets import masked
from verifykb.verify import verify
from verifykb.wording import Wording

_DAY = date(2026, 11, 22)
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def is_harmless(text: str) -> bool:
    """Whether a text holds no control, bidi, zero-width or unassigned character but newline."""
    return all(char == "\n" or unicodedata.category(char) not in _HIDDEN for char in text)


def hold_for_code(text: str, directory: Directory) -> None:
    """Whatever is typed, a code is plausible only in the published form, in ASCII."""
    rules = {finding.rule.id for finding in code.assess(text, _DAY, directory, UNKNOWN)}
    assert rules
    if rules & {"COD009", "COD006", "COD007"}:
        assert re.search(r"[Ss][Dd][0-9]{6}-[0-9]{6}", text)
        assert len(re.sub(r"\s", "", text)) == 15


def hold_for_sender(text: str, directory: Directory) -> None:
    """SND006 needs the ASCII address itself; SND005 an official domain in ASCII."""
    rules = {finding.rule.id for finding in sender.assess(text, directory)}
    assert rules
    if "SND006" in rules:
        address = r"(?:^|<)hotrocntt@vst\.gov\.vn\.?(?:>|$)"
        assert re.search(address, text.strip(" \t\r\n"), re.ASCII | re.IGNORECASE)
    if "SND005" in rules:
        assert re.search(r"(?:vst|mof)\.gov\.vn", text, re.ASCII | re.IGNORECASE)


def hold_for_phone(text: str, extension: str, directory: Directory) -> None:
    """PHO009 needs the digits of the switchboard in order, and no hidden character."""
    rules = {finding.rule.id for finding in phone.assess(text, extension, directory, UNKNOWN)}
    assert rules
    if "PHO009" in rules:
        digits = re.sub(r"[^0-9]", "", text)
        assert re.match(r"(?:0|84|0084|840|00840)2462764300", digits)
        assert is_harmless(re.sub(r"[\t\r\n\x0b\x0c\x85\u2028\u2029]", "", text))


def hold_for_message(text: str, directory: Directory) -> None:
    """Whatever somebody wrote is read, and quoted from its place in the text, secrets covered."""
    covered = masked(text)
    for hit in read_message(text, directory):
        assert covered[hit.start : hit.end].startswith(hit.quote.rstrip("…"))


def hold_for_cell(text: str) -> None:
    """A time is aware or none; an answer has a value or is unknown."""
    moment = read_time(text)
    assert moment is None or moment.tzinfo is not None
    assert read_answer(text).value in (True, False, None)


def hold_for_sanitiser(text: str) -> None:
    """What is safe is harmless, and stays as it is."""
    once = safe(text)
    assert is_harmless(once)
    assert safe(once) == once


def hold_for_report(record: Mapping[str, str], format_: str, context: Context) -> None:
    """Any record in any format: never verified, and no hidden character."""
    try:
        contact = to_contact(record, "log.csv:2")
    except RowError:
        return
    judgement = verify(gather_offline(contact), context)
    assert judgement.verdict is not Verdict.VERIFIED
    out = io.StringIO(newline="")
    written = renderer(format_, out, Style(wording=Wording("vi"), directory=context.directory))
    summary = Summary(Verdict.CONSISTENT)
    written.begin(header(context))
    written.contact(judgement)
    summary.count(judgement)
    written.end(summary)
    assert is_harmless(out.getvalue())
