"""The counts of a block for the summary of a report."""

from collections.abc import Iterable

from verifykb.batch.block import VERDICTS, Block
from verifykb.model.finding import Effect
from verifykb.model.tally import Tally
from verifykb.model.verdict import Verdict
from verifykb.rules import RULES

_AGAINST = {id_ for id_, rule in RULES.items() if rule.effect in (Effect.PROHIBITS, Effect.CONTRADICTS)}
_RESEMBLING = {id_ for id_, rule in RULES.items() if "resembles" in rule.values}


def tally_of(block: Block, rows: Iterable[int]) -> Tally:
    """Count the contacts of a block.

    Args:
        block: as it was judged.
        rows: those that could be read.
    """
    tally = Tally()
    for row in rows:
        verdict = VERDICTS[block.verdicts[row]]
        tally.days[block.day(row), verdict] += 1
        if verdict.reaches(Verdict.UNPROVEN):
            continue
        rules = set(block.rules(row))
        tally.rules.update(sorted(rules & _AGAINST))  # in the same order in every process
        if rules & _RESEMBLING:
            findings = block.judgement(row).findings
            tally.imitated.update(
                sorted({finding.values["resembles"] for finding in findings if finding.rule.id in _RESEMBLING})
            )
        number = block.narrow["phone"].at(row)
        if number:
            tally.numbers[number] += 1
        channel = block.value("channel", row)
        tally.channels[channel.value if channel else ""] += 1
    return tally
