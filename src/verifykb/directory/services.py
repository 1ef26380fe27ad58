"""The services of a directory file, and everything published about their support."""

import re
from datetime import date

from verifykb.directory.sources import SourceCheck, spelling
from verifykb.directory.toml_reader import TomlReader
from verifykb.directory.types import (
    CodeScheme,
    Mailbox,
    PasswordRule,
    ServiceEntry,
    SubjectForm,
    Support,
    Switchboard,
)
from verifykb.model.contact import Ask, Channel, Service


def read_services(reader: TomlReader, source: SourceCheck) -> dict[Service, ServiceEntry]:
    """Read every service; the treasury's own must publish a contact."""
    services = {}
    for service in Service:
        entry = reader.table(service.value)
        services[service] = ServiceEntry(
            service=service,
            name=entry.text("name"),
            claims_treasury=entry.boolean("claims_treasury"),
            source=source(entry),
            support=_support(entry, source) if entry.has("mailbox") else None,
            ask=entry.text("ask") if entry.has("ask") else "",
            ask_source=source(entry, "ask_source") if entry.has("ask") else (),
            rules=source.by_key(entry.table("rules")) if entry.has("rules") else {},
        )
        entry.close()
    reader.close()
    if services[Service.DVC].support is None:
        raise reader.table(Service.DVC.value).fail("mailbox", "missing-key")
    return services


def _support(entry: TomlReader, source: SourceCheck) -> Support:
    channels = entry.table("channels")
    prohibited = entry.table("prohibited")
    support = Support(
        mailbox=_support_mailbox(entry.table("mailbox"), source),
        switchboard=_switchboard(entry.table("switchboard"), entry.table("fax"), source),
        code=_code_scheme(entry.table("code"), source),
        subject=_subject(entry.table("subject"), source),
        password_rule=_password_rule(entry.table("password_rule"), source),
        guidance=source.by_key(entry.table("guidance")),
        prohibited={ask: source(prohibited, ask.value) for ask in Ask if ask is not Ask.NOTHING},
        official_channels=frozenset(channels.members("official", Channel)),
        channels_source=source(channels, "official_source"),
        impostor_channels=frozenset(channels.members("named_for_impostors", Channel)),
        impostor_channels_source=source(channels, "named_source"),
    )
    channels.close()
    prohibited.close()
    return support


def _support_mailbox(entry: TomlReader, source: SourceCheck) -> Mailbox:
    mailbox = Mailbox(
        address=spelling(entry, "address", r"[a-z0-9.]+@[a-z0-9.-]+\.[a-z]+"),
        owner=entry.text("owner"),
        first_published=entry.day("first_published"),
        last_confirmed=_confirmed(entry),
        source=source(entry),
    )
    entry.close()
    return mailbox


def _switchboard(entry: TomlReader, fax: TomlReader, source: SourceCheck) -> Switchboard:
    retired = entry.table("retired")
    _confirmed(entry, "extensions_confirmed")
    retired.day("valid_until")
    for extension in entry.texts("extensions"):
        if not re.fullmatch(r"[0-9]{2,8}", extension):
            raise entry.fail("extensions", "wrong-spelling", value=extension)
    switchboard = Switchboard(
        number=spelling(entry, "number", r"0[0-9]{8,11}"),
        country_code=spelling(entry, "country_code", r"[1-9][0-9]{0,2}"),
        extensions=entry.texts("extensions"),
        retired=spelling(retired, "number", r"0[0-9]{8,11}"),
        fax=spelling(fax, "number", r"0[0-9]{8,11}"),
        first_published=entry.day("first_published"),
        last_confirmed=_confirmed(entry),
        source=source(entry),
        extensions_source=source(entry, "extensions_source"),
        retired_source=source(retired),
        fax_source=source(fax),
    )
    for reader in (entry, retired, fax):
        reader.close()
    return switchboard


def _code_scheme(entry: TomlReader, source: SourceCheck) -> CodeScheme:
    examples = {}
    for item in entry.tables("examples"):
        value = spelling(item, "value", r"SD[0-9]{6}-[0-9]{6}")
        examples[value] = item.text("source")
        item.close()
    scheme = CodeScheme(
        format=spelling(entry, "format", r"SDyymmdd-x{6}"),
        examples=examples,
        first_published=entry.day("first_published"),
        last_confirmed=_confirmed(entry),
        source=source(entry),
    )
    entry.close()
    return scheme


def _subject(entry: TomlReader, source: SourceCheck) -> SubjectForm:
    form = SubjectForm(
        form=entry.text("form"),
        examples=entry.texts("examples"),
        source=source(entry),
        misprint=entry.text("misprint"),
        misprint_source=source(entry, "misprint_source"),
    )
    entry.close()
    return form


def _password_rule(entry: TomlReader, source: SourceCheck) -> PasswordRule:
    rule = PasswordRule(
        minimum_characters=entry.integer("minimum_characters"),
        classes=entry.texts("classes"),
        change=entry.text("change"),
        source=source(entry),
    )
    entry.close()
    return rule


def _confirmed(entry: TomlReader, key: str = "last_confirmed") -> date:
    confirmed = entry.day(key)
    if confirmed < entry.day("first_published"):
        raise entry.fail(key, "confirmed-before-published")
    return confirmed
