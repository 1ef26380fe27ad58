"""`verifykb check`: one contact, mid-call."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from verifykb.cli.dns_options import DnsOptions, opening_for, settings_for, with_dns_options
from verifykb.cli.help_texts import Help
from verifykb.text.paths import for_system
from verifykb.wording import Wording

# A pasted message is short; more is a mistake or an attack.
_MAX_TEXT_BYTES = 1_048_576


class CheckOptions(NamedTuple):
    """The contact as typed on the command line."""

    code: str
    sender: str
    phone: str
    extension: str
    channel: str
    message: str
    note: str
    mail: str
    own_request: bool | None
    own_request_evidence: str
    called_back: bool | None
    called_back_evidence: str
    asks: list[str]
    service: str


def declare(app: typer.Typer, wording: Wording, help_: Help) -> None:
    """Declare the command."""
    option = help_.option
    formats = "plain, table, json, jsonl, csv"

    @app.command(**help_.command("check"))
    @with_dns_options(help_, default=True)
    def check(  # noqa: PLR0913 - the options of docs/contract.md, section 5
        *,
        code: Annotated[str, option("--code")] = "",
        sender: Annotated[str, option("--from")] = "",
        phone: Annotated[str, option("--phone")] = "",
        extension: Annotated[str, option("--extension")] = "",
        channel: Annotated[str, option("--channel")] = "",
        message: Annotated[str, option("--message")] = "",
        note: Annotated[str, option("--note")] = "",
        mail: Annotated[str, option("--mail")] = "",
        at: Annotated[str, option("--at")] = "",
        own_request: Annotated[
            bool | None, option("--own-request/--no-own-request", key="own_request", is_flag=True)
        ] = None,
        own_request_evidence: Annotated[str, option("--own-request-evidence")] = "",
        called_back: Annotated[
            bool | None, option("--called-back/--no-called-back", key="called_back", is_flag=True)
        ] = None,
        called_back_evidence: Annotated[str, option("--called-back-evidence")] = "",
        asks: Annotated[list[str] | None, option("--asks")] = None,
        service: Annotated[str, option("--service")] = "dvc",
        dns_options: DnsOptions,
        require: Annotated[str, option("--require")] = "verified",
        format_: Annotated[str, option("--format", formats=formats)] = "plain",
        output: Annotated[list[str] | None, option("--output")] = None,
        lang: Annotated[str, option("--lang")] = "",
        color: Annotated[str, option("--color")] = "auto",
    ) -> Any:
        from verifykb.cli.report_options import ReportOptions

        contact = CheckOptions(
            code=code, sender=sender, phone=phone, extension=extension, channel=channel, message=message,
            note=note, mail=mail, own_request=own_request, own_request_evidence=own_request_evidence,
            called_back=called_back, called_back_evidence=called_back_evidence, asks=asks or [], service=service,
        )  # fmt: skip
        report = ReportOptions(at=at, require=require, format=format_, output=output or [], lang=lang, color=color)
        return partial(_run, contact, report, dns_options, wording)


def _run(options: CheckOptions, report_options: Any, dns_options: DnsOptions, wording: Wording) -> int:
    from verifykb.asking import Asker
    from verifykb.cli.report_options import ReportRun, make_context, statuses
    from verifykb.exit_status import combine
    from verifykb.model.report import Summary
    from verifykb.verify import verify

    context = make_context(report_options.at)._replace(settings=settings_for(dns_options))
    run = ReportRun(report_options, context, wording, dns=dns_options.word)
    with Asker(context, opening_for(dns_options, context.settings), eager=bool(dns_options.dns_record)) as asker:
        judgement = verify(asker.gather([_contact(options)])[0], context)
    summary = Summary(run.require)
    summary.count(judgement)
    run.write([judgement], summary)
    return combine(statuses(summary))


def _contact(options: CheckOptions) -> Any:
    from verifykb.batch import records
    from verifykb.errors import InputError, UsageError
    from verifykb.model.contact import Contact
    from verifykb.text.nfc import nfc

    if options.message == "-" == options.note:
        raise UsageError("two-stdin")
    given = (
        options.code,
        options.sender,
        options.phone,
        options.extension,
        _text(options.message),
        _text(options.note),
    )
    code, sender, phone, extension, message, note = map(nfc, given)
    if not any(text.strip() for text in (code, sender, phone, message, note, options.mail, *options.asks)):
        raise UsageError("no-contact")
    if options.mail and not Path(for_system(options.mail)).is_file():
        raise InputError("file-missing", file=options.mail)
    return Contact(
        id="check",
        channel=_value("--channel", records.read_channel, options.channel),
        code=code,
        sender=sender,
        phone=phone,
        extension=extension,
        message=message,
        note=note,
        mail=options.mail,
        own_request=_answer("own-request", options.own_request, options.own_request_evidence),
        called_back=_answer("called-back", options.called_back, options.called_back_evidence),
        asks=_value("--asks", records.read_asks, [part for ask in options.asks for part in ask.split(";")]),
        service=_value("--service", records.read_service, options.service),
    )


def _value(option: str, read: Any, value: Any) -> Any:
    from verifykb.errors import RowError, UsageError

    try:
        return read(value)
    except RowError as error:
        values = {name: error.values[name] for name in ("value", "known", "near")}
        raise UsageError("value-unknown", option=option, **values) from error


def _answer(name: str, value: bool | None, evidence: str) -> Any:
    # Evidence that denies wins over the flag: a text that denies is never a yes (docs/adr/0004).
    from verifykb.batch.records import read_answer
    from verifykb.errors import UsageError
    from verifykb.model.contact import Answer

    if value is False and evidence:
        raise UsageError("evidence-conflict", flag=f"--no-{name}", evidence=f"--{name}-evidence")
    return read_answer(evidence) if evidence.strip() else Answer(value)


def _text(value: str) -> str:
    """Give a text option: itself, the text of ``@file``, or standard input for ``-``."""
    from verifykb.errors import InputError, reason_of

    if value != "-" and not value.startswith("@"):
        return value
    name = "stdin" if value == "-" else value[1:]
    try:
        if value == "-" and sys.stdin is None:
            raise InputError("stdin-closed")
        if value == "-":
            raw = sys.stdin.buffer.read(_MAX_TEXT_BYTES + 1)
        else:
            with Path(for_system(name)).open("rb") as file:
                raw = file.read(_MAX_TEXT_BYTES + 1)
        if len(raw) > _MAX_TEXT_BYTES:
            raise InputError("text-unreadable", file=name, limit=_MAX_TEXT_BYTES, why="> 1 MiB")
        return raw.decode("utf-8-sig")
    except OSError as error:
        why = reason_of(error)
        raise InputError("text-unreadable", file=name, limit=_MAX_TEXT_BYTES, why=why) from error
    except ValueError as error:
        why = "UTF-8?"
        raise InputError("text-unreadable", file=name, limit=_MAX_TEXT_BYTES, why=why) from error
