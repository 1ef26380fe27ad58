"""Print recall and false alarms of the two detectors on the labelled sets, per technique.

    python tools/detector_report.py            every set of tests/cases
    python tools/detector_report.py FILE…      sets of the same form

A message is condemned by a finding that prohibits or contradicts; a name is accused by SND003
or SND007. Misses and false alarms are listed with what is known of them.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from verifykb.batch.records import read_time, to_contact
from verifykb.context import VIETNAM, Context
from verifykb.directory.load import load_official
from verifykb.gather import gather_offline
from verifykb.model.finding import Axis, Effect
from verifykb.verify import verify

_CASES = Path(__file__).parents[1] / "tests" / "cases"
_ACCUSED = ("SND003", "SND007")
_NEVER_ACCUSED = ("SND004", "SND005", "SND006")
_AT = datetime(2026, 11, 22, 10, 0, tzinfo=VIETNAM)


def _cases(files: Sequence[Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            yield file.stem, json.loads(line)


def _condemned(case: dict[str, Any], context: Context) -> set[str]:
    """Give the rules of the request, or for a sender of its name, that a case is held against it by."""
    moment = read_time(case.get("at", "")) or _AT
    there = context._replace(at=moment)
    findings = verify(gather_offline(to_contact(case["record"], case["id"])), there).findings
    if "sender" in case["record"] and "label" not in case:
        return {finding.rule.id for finding in findings if finding.rule.id in _ACCUSED}
    return {
        finding.rule.id
        for finding in findings
        if finding.axis is Axis.REQUEST
        and finding.effect in (Effect.PROHIBITS, Effect.CONTRADICTS)
        and finding.rule.id != "CHN001"
    }


def _is_attack(case: dict[str, Any]) -> bool | None:
    """Whether a case is one that has to be condemned; None where it is about something else."""
    if "label" in case:
        return bool(case["label"] == "attack")
    expected = set(case["expect"].get("rules", ()))
    if expected & set(_ACCUSED):
        return True
    return False if expected & set(_NEVER_ACCUSED) else None


def main() -> None:
    """Print the report."""
    files = [Path(name) for name in sys.argv[1:]] or sorted(
        [*_CASES.glob("messages*.jsonl"), *_CASES.glob("senders*.jsonl")]
    )
    context = Context(directory=load_official(), now=_AT)
    counts: dict[tuple[str, str, bool], list[int]] = defaultdict(lambda: [0, 0])
    wrong = []
    for name, case in _cases(files):
        attack = _is_attack(case)
        if attack is None:
            continue
        condemned = _condemned(case, context)
        count = counts[name, case["technique"], attack]
        count[0] += 1
        count[1] += bool(condemned)
        if attack is not bool(condemned):
            wrong.append((case["id"], attack, condemned, case))
    for kind, attack, word in (("attacks found", True, "of"), ("false alarms", False, "of")):
        print(f"\n{kind}, per set and technique")
        of_kind = {key: count for key, count in counts.items() if key[2] is attack}
        for (name, technique, _), (total, hit) in sorted(of_kind.items()):
            if (hit < total) if attack else hit:
                print(f"  {name:14} {technique:34} {hit:4} {word} {total}")
        for name in sorted({key[0] for key in of_kind}):
            total, hit = (sum(count[at] for key, count in of_kind.items() if key[0] == name) for at in (0, 1))
            print(f"  {name:14} {'all techniques':34} {hit:4} {word} {total}  ({100 * hit / total:.1f} %)")
    print("\neach miss and false alarm")
    for id_, attack, condemned, case in wrong:
        why = case.get("known_miss", "decided otherwise" if "decided" in case else "new")
        print(f"  {id_} {'missed' if attack else 'false alarm ' + ','.join(sorted(condemned))}: {why}")


if __name__ == "__main__":
    main()
