"""How a mail domain protects itself: what was found, as text, and what there is to say about it.

1. Nothing is judged here; a note is a rule id of the DOM family and the values of its finding.
2. UNKNOWN is never ABSENT: it stands where DNS or the policy's host could not say.
3. Texts are as published, so an attacker may have written them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

Note = tuple[str, Mapping[str, str]]


class Part(StrEnum):
    """What is known of one part of a domain's protection."""

    FOUND = "found"  # a record that can be used
    BROKEN = "broken"  # there is one, and it cannot be used
    ABSENT = "absent"  # DNS said that there is none
    UNKNOWN = "unknown"  # could not be asked
    NOT_ASKED = "not-asked"


class MxPart(NamedTuple):
    """Who takes the domain's mail: `hosts` as ``10 mx.example.com``; `null` says that nobody does (RFC 7505)."""

    status: Part = Part.NOT_ASKED
    hosts: tuple[str, ...] = ()
    null: bool = False


class SpfPart(NamedTuple):
    """The SPF record (RFC 7208).

    Args:
        status: what is known.
        records: every SPF record of the name.
        default: what ``all`` gives: ``pass fail softfail neutral``; ``redirect``; empty for neither.
        lookups: terms that ask DNS, over includes and redirects; None where they were not all seen.
        void_lookups: those that find nothing; None where not all were asked.
    """

    status: Part = Part.NOT_ASKED
    records: tuple[str, ...] = ()
    default: str = ""
    lookups: int | None = None
    void_lookups: int | None = None


class DmarcPart(NamedTuple):
    """The DMARC policy in force (RFC 9989).

    Args:
        status: what is known.
        records: every DMARC record of the name itself.
        record_at: the name whose record is in force, without ``_dmarc``; empty for none.
        policy: in force for mail of the domain itself, ``t=y`` taken into account.
        subdomains: for names below it that exist.
        nonexistent: for names below it that do not.
        testing: the record says ``t=y``.
        reports: where reports go.
    """

    status: Part = Part.NOT_ASKED
    records: tuple[str, ...] = ()
    record_at: str = ""
    policy: str = ""
    subdomains: str = ""
    nonexistent: str = ""
    testing: bool = False
    reports: tuple[str, ...] = ()


class MtaStsPart(NamedTuple):
    """MTA-STS (RFC 8461): the TXT records and what the policy says; `mode` is empty where it was not read."""

    status: Part = Part.NOT_ASKED
    records: tuple[str, ...] = ()
    mode: str = ""
    mx: tuple[str, ...] = ()
    max_age: int | None = None


class TlsRptPart(NamedTuple):
    """TLS reporting (RFC 8460)."""

    status: Part = Part.NOT_ASKED
    records: tuple[str, ...] = ()


class DnssecPart(NamedTuple):
    """DNSSEC (RFC 4035): whether the zone is signed, and whether a trusted resolver validated that.

    Args:
        status: FOUND for a signed zone, ABSENT for an unsigned one.
        zone: the zone that holds the domain; empty where it is not known.
        validated: a resolver that the configuration trusts checked the signatures.
    """

    status: Part = Part.NOT_ASKED
    zone: str = ""
    validated: bool = False


class Posture(NamedTuple):
    """A domain.

    Args:
        name: as it was given.
        domain: as it is asked for, in A-labels; empty where no such name can be.
        exists: False where DNS said that there is no such name; None where nobody said.
        mx, spf, dmarc, mta_sts, tls_rpt, dnssec: its parts.
        findings: what there is to say, in the order of the rules.
    """

    name: str
    domain: str
    exists: bool | None = None
    mx: MxPart = MxPart()
    spf: SpfPart = SpfPart()
    dmarc: DmarcPart = DmarcPart()
    mta_sts: MtaStsPart = MtaStsPart()
    tls_rpt: TlsRptPart = TlsRptPart()
    dnssec: DnssecPart = DnssecPart()
    findings: tuple[Note, ...] = ()

    @property
    def is_malformed(self) -> bool:
        """Whether the name cannot be one of DNS."""
        return not self.domain

    @property
    def is_known(self) -> bool:
        """Whether every question was answered."""
        return all(rule != "DOM001" for rule, _ in self.findings)
