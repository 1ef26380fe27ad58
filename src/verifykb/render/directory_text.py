"""The text of `directory show`: each official contact with its source and dates."""

import json
from collections.abc import Mapping
from datetime import date

from verifykb.directory.types import Directory, Sources, Support
from verifykb.render.shared import citation_words
from verifykb.text.safe import safe_line
from verifykb.wording import Wording


def as_lines(directory: Directory, wording: Wording) -> str:
    """Give the directory as label-value lines."""
    basis = wording.text(
        "report", "directory_line",
        serial=directory.serial,
        issued=f"{directory.issued:%d/%m/%Y}",
        review_by=f"{directory.review_by:%d/%m/%Y}",
    )  # fmt: skip
    lines = [f"{wording.text('report', 'directory')}: {basis}", f"sha256: {directory.sha256}"]
    for entry in directory.services.values():
        name = wording.text("labels", "service", entry.service.value)
        lines += ["", f"{name} ({entry.service.value})"]
        if entry.support is None:
            lines.append(f"  {wording.text('rules', 'DIR004', 'title')}{_sources(entry.source, directory, wording)}")
            if entry.ask:
                lines.append(f"  {wording.text('contacts', 'ask')}: {safe_line(entry.ask)}")
        else:
            lines += [f"  {line}" for line in _support(entry.support, directory, wording)]
    lines += ["", wording.text("contacts", "mail_domains")]
    lines += [f"  {domain.name} ({domain.owner})" for domain in directory.mail_domains]
    lines.append(wording.text("contacts", "hosts"))
    lines += [f"  {host.name}" for host in directory.hosts]
    lines.append(wording.text("contacts", "mailboxes"))
    lines += [f"  {mailbox.address} ({mailbox.owner})" for mailbox in directory.mailboxes]
    return "\n".join(lines) + "\n"


def _support(support: Support, directory: Directory, wording: Wording) -> list[str]:
    board, mailbox, code = support.switchboard, support.mailbox, support.code
    rows = (
        ("mailbox", mailbox.address, mailbox.source),
        ("switchboard", board.number, board.source),
        ("extensions", " ".join(board.extensions), board.extensions_source),
        ("fax", board.fax, board.fax_source),
        ("code", code.format, code.source),
        ("code_examples", " ".join(code.examples), tuple(code.examples.values())),
        ("subject", f"{support.subject.form}: {' '.join(support.subject.examples)}", support.subject.source),
    )
    lines = [
        f"{wording.text('contacts', key)}: {value}{_sources(source, directory, wording)}" for key, value, source in rows
    ]
    for key, item in (("mailbox", mailbox), ("switchboard", board), ("code", code)):
        dates = wording.text(
            "contacts", "dates",
            first=f"{item.first_published:%d/%m/%Y}", last=f"{item.last_confirmed:%d/%m/%Y}",
        )  # fmt: skip
        lines.append(f"{wording.text('contacts', key)}: {dates}")
    for ask, source in support.prohibited.items():
        words = wording.text("labels", "asks", ask.value)
        lines.append(f"{wording.text('contacts', 'never')}: {words}{_sources(source, directory, wording)}")
    return lines


def _sources(sources: Sources, directory: Directory, wording: Wording) -> str:
    cited = "; ".join(dict.fromkeys(citation_words(source, directory, wording) for source in sources))
    return f" [{cited}]" if cited else ""


def as_json(directory: Directory, wording: Wording) -> str:  # noqa: ARG001 - data has no language
    """Give the directory as data."""
    data = {"schema_version": 1, "directory": _plain(directory)}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _plain(value: object) -> object:
    """Turn the directory's types into what JSON has."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(_plain(item) for item in value)  # type: ignore[type-var]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
