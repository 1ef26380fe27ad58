"""How tests judge a record: the same way of a contact that the commands take."""

from collections.abc import Mapping

from verifykb.batch.records import read_time, to_contact
from verifykb.context import Context
from verifykb.gather import gather_offline
from verifykb.model.report import Judgement
from verifykb.verify import verify


def judge(record: Mapping[str, str], context: Context, at: str = "") -> Judgement:
    """Judge a record as `batch` does, at another time where one is given."""
    moment = read_time(at) if at else context.at
    there = context._replace(at=moment)
    return verify(gather_offline(to_contact(record, "case"), there), there)


def rules_of(judgement: Judgement) -> set[str]:
    """Give the ids of the rules that were met."""
    return {finding.rule.id for finding in judgement.findings}
