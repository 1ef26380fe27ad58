"""Read a directory file and check that it can be relied on. The only IO of this package.

1. A directory that is malformed in any way is refused whole: half a directory would let
   contacts through that the other half withdraws.
2. Addresses and numbers must already be in the spelling that checks compare with.
"""

from hashlib import sha256
from pathlib import Path

from verifykb.directory.services import read_services
from verifykb.directory.sources import SourceCheck, spelling
from verifykb.directory.toml_reader import TomlReader
from verifykb.directory.types import (
    Directory,
    Document,
    Host,
    MailDomain,
    OtherMailbox,
    Policy,
    Publication,
    Withdrawn,
)
from verifykb.errors import DirectoryError, reason_of

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
        raise DirectoryError("directory-unreadable", file=path, why=reason_of(error)) from error
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DirectoryError("directory-encoding", file=path, line=line) from error
    except tomllib.TOMLDecodeError as error:
        raise DirectoryError("directory-syntax", file=path, why=error) from error
    return _directory(TomlReader(data, (), str(path), text), sha256(raw).hexdigest())


def _directory(top: TomlReader, digest: str) -> Directory:
    documents = _documents(top.table("documents"))
    publications = _publications(top.table("publications"))
    source = SourceCheck(documents, publications)
    directory = Directory(
        serial=top.integer("serial"),
        issued=top.day("issued"),
        review_by=top.day("review_by"),
        sha256=digest,
        documents=documents,
        publications=publications,
        services=read_services(top.table("services"), source),
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


def _mail_domain(entry: TomlReader, source: SourceCheck) -> MailDomain:
    domain = MailDomain(
        name=spelling(entry, "name", r"[a-z0-9.-]+\.[a-z]+"),
        owner=entry.text("owner"),
        source=source(entry),
    )
    entry.close()
    return domain


def _mailbox(entry: TomlReader, source: SourceCheck) -> OtherMailbox:
    mailbox = OtherMailbox(
        address=spelling(entry, "address", r"[a-z0-9.]+@[a-z0-9.-]+\.[a-z]+"),
        owner=entry.text("owner"),
        source=source(entry),
    )
    entry.close()
    return mailbox


def _host(entry: TomlReader, source: SourceCheck) -> Host:
    host = Host(
        name=spelling(entry, "name", r"[a-z0-9.-]+\.[a-z]+"),
        subdomains=entry.boolean("subdomains"),
        source=source(entry),
    )
    entry.close()
    return host


def _withdrawn(entry: TomlReader, source: SourceCheck) -> Withdrawn:
    withdrawn = Withdrawn(
        kind=spelling(entry, "kind", r"mailbox|phone|extension"),
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
