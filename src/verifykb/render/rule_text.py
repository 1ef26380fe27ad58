"""The text of `explain` and `rules`, and of docs/rules.md: one source for all three."""

import json
from collections.abc import Mapping
from typing import Any

from verifykb.directory.types import Directory
from verifykb.model.finding import Rule, RuleStatus
from verifykb.render.shared import citation_words
from verifykb.rules import REQUEST_RULES, RULES
from verifykb.wording import Wording, examples


def explanation(rule: Rule, directory: Directory, wording: Wording) -> str:
    """Give everything about one rule, as label-value lines."""
    told = wording.explanation(rule.id)
    shown = examples(rule.id)
    lines = [
        f"{rule.id} {rule.name}: {wording.text('rules', rule.id, 'title')}",
        f"{_label(wording, 'what')}: {told['what']}",
        f"{_label(wording, 'why')}: {told['why']}",
        f"{_label(wording, 'todo')}: {told['todo']}",
        f"{_label(wording, 'axis')}: {wording.text('axis', rule.axis.value)} ({rule.axis.value})",
        f"{_label(wording, 'effect')}: {wording.text('effect', rule.effect.value)} ({rule.effect.value})",
    ]
    if rule.status is not RuleStatus.ACTIVE:
        lines.append(f"{_label(wording, 'status')}: {wording.text('status', rule.status.value)}")
    lines += [f"{_label(wording, kind)}: {_record(shown[kind])}" for kind in ("fires", "silent") if shown.get(kind)]
    for kind, texts in _texts(rule).items():
        lines += [f"{_label(wording, kind)}: “{text}”" for text in texts]
    sources = [citation_words(source, directory, wording) for source in rule.sources]
    sources = sources or [wording.text("report", "own_policy")]
    lines += [f"{_label(wording, 'source')}: {source}" for source in sources]
    return "\n".join(lines) + "\n"


def _texts(rule: Rule) -> dict[str, list[str]]:
    """Give the examples of the phrase table for a rule about what is asked."""
    kind = next((kind for kind, id_ in REQUEST_RULES.items() if id_ == rule.id), "")
    if not kind:
        return {}
    from verifykb.message.table import examples_of

    fires, silent = examples_of(kind)
    return {"fires": fires, "silent": silent}


def _label(wording: Wording, key: str) -> str:
    return wording.text("explain", key)


def _record(record: Mapping[str, Any]) -> str:
    """Give an example in one line: a record, or several that say something together."""
    if "records" in record:
        return "; ".join(f"({_record(one)})" for one in record["records"])
    return ", ".join(f"{column}: “{value}”" for column, value in record.items())


def rule_object(rule: Rule, directory: Directory, wording: Wording) -> dict[str, object]:
    """Give everything about one rule as data; the same as `explanation` says."""
    told = wording.explanation(rule.id)
    return {
        "rule": rule.id,
        "name": rule.name,
        "axis": rule.axis.value,
        "effect": rule.effect.value,
        "status": rule.status.value,
        "title": wording.text("rules", rule.id, "title"),
        "what": told["what"],
        "why": told["why"],
        "todo": told["todo"],
        "examples": {kind: examples(rule.id).get(kind, {}) for kind in ("fires", "silent")},
        "texts": _texts(rule),
        "sources": [{"source": source, "words": citation_words(source, directory, wording)} for source in rule.sources],
    }


def as_json(rule: Rule, directory: Directory, wording: Wording) -> str:
    """Give one rule as JSON."""
    return json.dumps(rule_object(rule, directory, wording), ensure_ascii=False, indent=2) + "\n"


def table_json(directory: Directory, wording: Wording) -> str:
    """Give all rules as JSON."""
    rules = [rule_object(rule, directory, wording) for rule in RULES.values()]
    return json.dumps({"schema_version": 1, "rules": rules}, ensure_ascii=False, indent=2) + "\n"


def table(wording: Wording) -> str:
    """Give all rules, one a line."""
    lines = []
    for rule in RULES.values():
        title = wording.text("rules", rule.id, "title")
        status = "" if rule.status is RuleStatus.ACTIVE else f" ({wording.text('status', rule.status.value)})"
        lines.append(f"{rule.id} {rule.name:<30} {rule.axis.value:<10} {rule.effect.value:<12} {title}{status}")
    return "\n".join(lines) + "\n"


def markdown(wordings: tuple[Wording, ...]) -> str:
    """Give docs/rules.md: every rule in every language."""
    lines = [
        "# Rules",
        "",
        "Generated from `rules.py` and `wording/` by `tools/generate_docs.py`; do not edit.",
        "",
        "| id | name | axis | effect | status |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| [{rule.id}](#{rule.id.lower()}-{rule.name}) | {rule.name} | {rule.axis} | {rule.effect} | {rule.status} |"
        for rule in RULES.values()
    ]
    for rule in RULES.values():
        lines += ["", f"## {rule.id} {rule.name}"]
        for wording in wordings:
            told = wording.explanation(rule.id)
            lines += [
                "",
                " ".join(
                    (
                        f"**{wording.text('rules', rule.id, 'title')}.**",
                        told["what"],
                        told["why"],
                        f"*{_label(wording, 'todo')}:*",
                        told["todo"],
                    )
                ),
            ]
        lines += ["", *_markdown_facts(rule, wordings[-1])]
    return "\n".join(lines) + "\n"


def _markdown_facts(rule: Rule, wording: Wording) -> list[str]:
    shown = examples(rule.id)
    facts = [
        f"- {_label(wording, kind)}: `{json.dumps(shown[kind], ensure_ascii=False)}`"
        for kind in ("fires", "silent")
        if shown.get(kind)
    ]
    sources = [f"`{source}`" for source in rule.sources]
    words = ", ".join(sources) or wording.text("report", "own_policy")
    return [*facts, f"- {_label(wording, 'source')}: {words}"]
