"""The shape of a directory of official contacts. Plain data: loading is in `load`.

A source is ``DOCUMENT:LINE`` of a notice in docs/official/, or the key of a publication.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from verifykb.model.contact import Ask, Channel, Service

Sources = tuple[str, ...]


class Document(NamedTuple):
    """A notice whose text lies in docs/official/.

    Args:
        number: its symbol, e.g. ``964/TB-KBHG``.
        file: its file name in docs/official/.
        issuer: who published it.
        dated: the date as dd/mm/yyyy, or as much of it as the notice says.
        clauses: line of the file to the clause it belongs to.
    """

    number: str
    file: str
    issuer: str
    dated: str
    clauses: Mapping[int, str]


class Publication(NamedTuple):
    """A published text other than the notices; `dated` is empty where no date is known."""

    key: str
    title: str
    dated: str


class Mailbox(NamedTuple):
    """The published support mailbox: an ASCII address in lower case."""

    address: str
    owner: str
    first_published: date
    last_confirmed: date
    source: Sources


class Switchboard(NamedTuple):
    """The published switchboard.

    Args:
        number: national spelling with the trunk zero, ASCII digits.
        country_code: without the plus.
        extensions: the published ones, in published order.
        retired: the same line in an area code that no longer exists.
        fax: the treasury's fax, a few digits away.
    """

    number: str
    country_code: str
    extensions: tuple[str, ...]
    retired: str
    fax: str
    first_published: date
    last_confirmed: date
    source: Sources
    extensions_source: Sources
    retired_source: Sources
    fax_source: Sources


class CodeScheme(NamedTuple):
    """The published form of request codes, and the codes printed as examples (upper case)."""

    format: str
    examples: Mapping[str, str]
    first_published: date
    last_confirmed: date
    source: Sources


class SubjectForm(NamedTuple):
    """The subject line that the unit's own mail to support carries."""

    form: str
    examples: tuple[str, ...]
    source: Sources
    misprint: str
    misprint_source: Sources


class PasswordRule(NamedTuple):
    """What the notices say of passwords (inclusive minimum, in characters after NFC)."""

    minimum_characters: int
    classes: tuple[str, ...]
    change: str
    source: Sources


class Support(NamedTuple):
    """Everything published about real treasury support for one service."""

    mailbox: Mailbox
    switchboard: Switchboard
    code: CodeScheme
    subject: SubjectForm
    password_rule: PasswordRule
    guidance: Mapping[str, Sources]
    prohibited: Mapping[Ask, Sources]
    official_channels: frozenset[Channel]
    channels_source: Sources
    impostor_channels: frozenset[Channel]
    impostor_channels_source: Sources


class ServiceEntry(NamedTuple):
    """A system that a contact may claim to support.

    Args:
        support: what was published about its support; None where nothing was.
        ask: whom to ask instead, where nothing was published.
        rules: rules of its own notice; never presented as rules of the treasury.
    """

    service: Service
    name: str
    claims_treasury: bool
    source: Sources
    support: Support | None = None
    ask: str = ""
    ask_source: Sources = ()
    rules: Mapping[str, Sources] = MappingProxyType({})


class MailDomain(NamedTuple):
    """A mail domain of the treasury or its ministry; its sub-domains count, too."""

    name: str
    owner: str
    source: Sources


class OtherMailbox(NamedTuple):
    """An official mailbox that is not the support mailbox."""

    address: str
    owner: str
    source: Sources


class Host(NamedTuple):
    """A web host of the treasury or its ministry."""

    name: str
    subdomains: bool
    source: Sources


class Withdrawn(NamedTuple):
    """A contact that was official until a day: ``kind`` is mailbox, phone or extension."""

    kind: str
    value: str
    valid_until: date
    source: Sources


class Policy(NamedTuple):
    """Choices of this tool that no notice makes.

    Args:
        max_age_days: a code is fresh up to and including this many days after its date.
        placeholder_serials: serials that look made up, besides runs and repetitions.
    """

    max_age_days: int
    placeholder_serials: frozenset[str]


class Directory(NamedTuple):
    """The whole directory, with the fingerprint that every report names."""

    serial: int
    issued: date
    review_by: date
    sha256: str
    documents: Mapping[str, Document]
    publications: Mapping[str, Publication]
    services: Mapping[Service, ServiceEntry]
    mail_domains: tuple[MailDomain, ...]
    mailboxes: tuple[OtherMailbox, ...]
    hosts: tuple[Host, ...]
    withdrawn: tuple[Withdrawn, ...]
    policy: Policy

    @property
    def support(self) -> Support:
        """What was published about treasury support (service ``dvc``)."""
        support = self.services[Service.DVC].support
        if support is None:  # `load` refuses such a directory
            raise LookupError(Service.DVC)
        return support

    @property
    def published(self) -> frozenset[str]:
        """Mailboxes, and numbers as digits with the trunk zero, that everybody may read."""
        switchboard = self.support.switchboard
        return frozenset(
            (
                self.support.mailbox.address,
                *(mailbox.address for mailbox in self.mailboxes),
                switchboard.number,
                switchboard.retired,
                switchboard.fax,
            )
        )
