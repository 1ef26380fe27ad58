"""How tests judge a record: the same way of a contact that the commands take."""

import json
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from pathlib import Path

from verifykb.asking import Asker
from verifykb.batch.record import ReadOptions
from verifykb.batch.records import read_time, to_contact
from verifykb.batch.run import judge_logs
from verifykb.config import load_settings
from verifykb.context import Context
from verifykb.dns.recorded import RecordedResolver
from verifykb.model.report import Judgement, Summary, Unreadable
from verifykb.model.verdict import Verdict
from verifykb.verify import verify

MAILS = Path(__file__).parents[1] / "examples" / "mails"


def judge(record: Mapping[str, str], context: Context, at: str = "") -> Judgement:
    """Judge a record as `batch` does, at another time where one is given.

    A mail is one of the examples, with their recorded DNS.
    """
    moment = read_time(at) if at else context.at
    there = context._replace(
        at=moment, settings=load_settings(str(MAILS / "verifykb.toml"), isolated=False, start=MAILS)
    )
    contact = to_contact(record, "case")
    if contact.mail:
        contact = contact._replace(mail=str(MAILS / contact.mail))
    opening = (lambda: nullcontext(RecordedResolver.load(MAILS / "dns.json"))) if contact.mail else None
    with Asker(there, opening) as asker:
        return verify(asker.gather([contact])[0], there)


def rules_of(judgement: Judgement) -> set[str]:
    """Give the ids of the rules that were met."""
    return {finding.rule.id for finding in judgement.findings}


def judge_together(records: Iterable[Mapping[str, str]], context: Context, folder: Path) -> list[Judgement]:
    """Judge records of one log, with what they show together.

    Args:
        records: in their order.
        context: directory and clock.
        folder: for the log.
    """
    log = folder / "log.jsonl"
    log.write_text("".join(json.dumps(dict(record), ensure_ascii=False) + "\n" for record in records), encoding="utf-8")

    def refuse(error: Unreadable) -> None:
        raise AssertionError(error)

    with Asker(context, None) as asker:
        return list(judge_logs([str(log)], ReadOptions(), asker, Summary(Verdict.CONSISTENT), refuse))
