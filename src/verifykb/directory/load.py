"""Read a directory file and check that it can be relied on. The only IO of this package.

1. A directory that is malformed in any way is refused whole: half a directory would let
   contacts through that the other half withdraws.
2. Addresses and numbers must already be in the spelling that checks compare with.
"""

import re
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

from verifykb.directory.toml_reader import TomlReader
from verifykb.directory.types import (
    CodeScheme,
    Directory,
    Document,
    Host,
    Mailbox,
    MailDomain,
    OtherMailbox,
    PasswordRule,
    Policy,
    Publication,
    ServiceEntry,
    Sources,
    SubjectForm,
    Support,
    Switchboard,
    Withdrawn,
)
from verifykb.errors import DirectoryError
from verifykb.model.contact import Ask, Channel, Service

OFFICIAL = Path(__file__).with_name("official.toml")


def load_official() -> Directory:
    """Load the directory that comes with this version."""
    return load(OFFICIAL)


def load(path: Path) -> Directory:
    """Load a directory file.

    Raises:
        DirectoryError: it cannot be read, is no TOML, or breaks the directory's shape;
            names file, line and key.
    """
    import tomllib

    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise DirectoryError("directory-unreadable", file=path, why=error.strerror) from error
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DirectoryError("directory-encoding", file=path, line=line) from error
    except tomllib.TOMLDecodeError as error:
        raise DirectoryError("directory-syntax", file=path, why=error) from error
    return _directory(TomlReader(data, (), str(path), text), sha256(raw).hexdigest())


def _directory(top: TomlReader, digest: str) -> Directory:
    documents = _documents(top.table("documents"))
    publications = _publications(top.table("publications"))
    source = _SourceCheck(documents, publications)
    directory = Directory(
        serial=top.integer("serial"),
        issued=top.day("issued"),
        review_by=top.day("review_by"),
        sha256=digest,
        documents=documents,
        publications=publications,
        services=_services(top.table("services"), source),
        mail_domains=tuple(_mail_domain(item, source) for item in top.tables("mail_domains")),
        mailboxes=tuple(_mailbox(item, source) for item in top.tables("mailboxes")),
        hosts=tuple(_host(item, source) for item in top.tables("hosts")),
        withdrawn=tuple(_withdrawn(item, source) for item in top.tables("withdrawn")),
        policy=_policy(top.table("policy")),
    )
    top.close()
    if directory.review_by <= directory.issued:
        raise top.fail("review_by", "review-before-issue")
    return directory


class _SourceCheck:
    """Reads `source` lists and refuses a citation of a text that the file does not name."""

    def __init__(self, documents: Mapping[str, Document], publications: Mapping[str, Publication]) -> None:
        self._documents = documents
        self._publications = publications

    def __call__(self, reader: TomlReader, key: str = "source") -> Sources:
        sources = reader.texts(key)
        for source in sources:
            number, _, line = source.rpartition(":")
            document = self._documents.get(number)
            known = source in self._publications or (
                document is not None and line.isdecimal() and int(line) in document.clauses
            )
            if not known:
                raise reader.fail(key, "unknown-source", value=source)
        return sources

    def by_key(self, reader: TomlReader) -> dict[str, Sources]:
        """Read a table of `source` lists."""
        return {key: self(reader, key) for key in reader}


def _dated(reader: TomlReader) -> str:
    if reader.has("dated"):
        return reader.text("dated")
    return f"{reader.day('date'):%d/%m/%Y}" if reader.has("date") else ""


def _documents(reader: TomlReader) -> dict[str, Document]:
    documents = {}
    for number in reader:
        entry = reader.table(number)
        clauses = entry.plain("clauses")
        if not all(key.isdecimal() and isinstance(clause, str) for key, clause in clauses.items()):
            raise entry.fail("clauses", "wrong-type", expected="{line = clause}")
        documents[number] = Document(
            number=number,
            file=entry.text("file"),
            issuer=entry.text("issuer"),
            dated=_dated(entry),
            clauses={int(line): clause for line, clause in clauses.items()},
        )
        entry.close()
    return documents


def _publications(reader: TomlReader) -> dict[str, Publication]:
    publications = {}
    for key in reader:
        entry = reader.table(key)
        publications[key] = Publication(key=key, title=entry.text("title"), dated=_dated(entry))
        entry.close()
    return publications


def _services(reader: TomlReader, source: _SourceCheck) -> dict[Service, ServiceEntry]:
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


def _support(entry: TomlReader, source: _SourceCheck) -> Support:
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


def _support_mailbox(entry: TomlReader, source: _SourceCheck) -> Mailbox:
    mailbox = Mailbox(
        address=_spelling(entry, "address", r"[a-z0-9.]+@[a-z0-9.-]+\.[a-z]+"),
        owner=entry.text("owner"),
        first_published=entry.day("first_published"),
        last_confirmed=_confirmed(entry),
        source=source(entry),
    )
    entry.close()
    return mailbox


def _switchboard(entry: TomlReader, fax: TomlReader, source: _SourceCheck) -> Switchboard:
    retired = entry.table("retired")
    _confirmed(entry, "extensions_confirmed")
    retired.day("valid_until")
    for extension in entry.texts("extensions"):
        if not re.fullmatch(r"[0-9]{2,8}", extension):
            raise entry.fail("extensions", "wrong-spelling", value=extension)
    switchboard = Switchboard(
        number=_spelling(entry, "number", r"0[0-9]{8,11}"),
        country_code=_spelling(entry, "country_code", r"[1-9][0-9]{0,2}"),
        extensions=entry.texts("extensions"),
        retired=_spelling(retired, "number", r"0[0-9]{8,11}"),
        fax=_spelling(fax, "number", r"0[0-9]{8,11}"),
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


def _code_scheme(entry: TomlReader, source: _SourceCheck) -> CodeScheme:
    examples = {}
    for item in entry.tables("examples"):
        value = _spelling(item, "value", r"SD[0-9]{6}-[0-9]{6}")
        examples[value] = item.text("source")
        item.close()
    scheme = CodeScheme(
        format=_spelling(entry, "format", r"SDyymmdd-x{6}"),
        examples=examples,
        first_published=entry.day("first_published"),
        last_confirmed=_confirmed(entry),
        source=source(entry),
    )
    entry.close()
    return scheme


def _subject(entry: TomlReader, source: _SourceCheck) -> SubjectForm:
    form = SubjectForm(
        form=entry.text("form"),
        examples=entry.texts("examples"),
        source=source(entry),
        misprint=entry.text("misprint"),
        misprint_source=source(entry, "misprint_source"),
    )
    entry.close()
    return form


def _password_rule(entry: TomlReader, source: _SourceCheck) -> PasswordRule:
    rule = PasswordRule(
        minimum_characters=entry.integer("minimum_characters"),
        classes=entry.texts("classes"),
        change=entry.text("change"),
        source=source(entry),
    )
    entry.close()
    return rule


def _mail_domain(entry: TomlReader, source: _SourceCheck) -> MailDomain:
    domain = MailDomain(
        name=_spelling(entry, "name", r"[a-z0-9.-]+\.[a-z]+"),
        owner=entry.text("owner"),
        source=source(entry),
    )
    entry.close()
    return domain


def _mailbox(entry: TomlReader, source: _SourceCheck) -> OtherMailbox:
    mailbox = OtherMailbox(
        address=_spelling(entry, "address", r"[a-z0-9.]+@[a-z0-9.-]+\.[a-z]+"),
        owner=entry.text("owner"),
        source=source(entry),
    )
    entry.close()
    return mailbox


def _host(entry: TomlReader, source: _SourceCheck) -> Host:
    host = Host(
        name=_spelling(entry, "name", r"[a-z0-9.-]+\.[a-z]+"),
        subdomains=entry.boolean("subdomains"),
        source=source(entry),
    )
    entry.close()
    return host


def _withdrawn(entry: TomlReader, source: _SourceCheck) -> Withdrawn:
    withdrawn = Withdrawn(
        kind=_spelling(entry, "kind", r"mailbox|phone|extension"),
        value=entry.text("value"),
        valid_until=entry.day("valid_until"),
        source=source(entry),
    )
    entry.close()
    return withdrawn


def _policy(entry: TomlReader) -> Policy:
    policy = Policy(
        max_age_days=entry.integer("max_age_days"),
        placeholder_serials=frozenset(entry.texts("placeholder_serials")),
    )
    entry.close()
    return policy


def _confirmed(entry: TomlReader, key: str = "last_confirmed") -> date:
    confirmed = entry.day(key)
    if confirmed < entry.day("first_published"):
        raise entry.fail(key, "confirmed-before-published")
    return confirmed


def _spelling(entry: TomlReader, key: str, pattern: str) -> str:
    value = entry.text(key)
    if not re.fullmatch(pattern, value):
        raise entry.fail(key, "wrong-spelling", value=value)
    return value
