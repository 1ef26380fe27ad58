"""What a domain says about mail on its way to it: MTA-STS (RFC 8461) and TLS reports (RFC 8460)."""

from verifykb.dns import mta_sts
from verifykb.dns.answer import Answer, Resolver
from verifykb.dns.mta_sts import Policy, PolicyError, PolicyFetcher
from verifykb.dns.notes import unknown
from verifykb.model.posture import MtaStsPart, Note, Part, TlsRptPart

_TLS_RPT = "v=TLSRPTv1"
_SCHEMES = ("mailto:", "https://")


async def assess_mta_sts(
    domain: str, resolver: Resolver, fetch: PolicyFetcher | None
) -> tuple[MtaStsPart, tuple[Note, ...]]:
    """Find the MTA-STS policy of a domain; several records are as good as none (RFC 8461, 3.1)."""
    question = f"_mta-sts.{domain}"
    answer = await resolver.ask(question, "TXT")
    if not answer.is_known:
        return MtaStsPart(Part.UNKNOWN), (unknown(domain, f"{question} TXT", answer),)
    records = tuple(text for text in answer.records if mta_sts.is_record(text))
    if not records:
        return MtaStsPart(Part.ABSENT), (("DOM015", {"domain": domain}),)
    part = MtaStsPart(Part.FOUND, records)
    if len(records) > 1:
        return _broken(domain, part, "several-records", str(len(records)))
    if not mta_sts.is_usable(records[0]):
        return _broken(domain, part, "record-syntax", records[0])
    return await _with_policy(domain, part, fetch) if fetch else (part, ())


async def _with_policy(domain: str, part: MtaStsPart, fetch: PolicyFetcher) -> tuple[MtaStsPart, tuple[Note, ...]]:
    fetched = await fetch.fetch(domain)
    if not fetched.is_known:
        values = {"domain": domain, "question": f"https://mta-sts.{domain}", "reason": fetched.reason}
        return part._replace(status=Part.UNKNOWN), (("DOM001", values),)
    if fetched.reason:
        return _broken(domain, part, fetched.reason, fetched.detail)
    try:
        policy: Policy = mta_sts.read_policy(fetched.text)
    except PolicyError as error:
        return _broken(domain, part, "policy-syntax", str(error))
    part = part._replace(mode=policy.mode, mx=policy.mx, max_age=policy.max_age)
    if policy.mode == "enforce":
        return part, ()
    return part, (("DOM017", {"domain": domain, "mode": policy.mode}),)


def _broken(domain: str, part: MtaStsPart, reason: str, found: str) -> tuple[MtaStsPart, tuple[Note, ...]]:
    return part._replace(status=Part.BROKEN), (("DOM016", {"domain": domain, "reason": reason, "found": found}),)


async def assess_tls_rpt(domain: str, resolver: Resolver) -> tuple[TlsRptPart, tuple[Note, ...]]:
    """Find where reports about failing TLS go; several records are as good as none (RFC 8460, 3)."""
    question = f"_smtp._tls.{domain}"
    answer: Answer = await resolver.ask(question, "TXT")
    if not answer.is_known:
        return TlsRptPart(Part.UNKNOWN), (unknown(domain, f"{question} TXT", answer),)
    records = tuple(text for text in answer.records if text.partition(";")[0].rstrip(" \t") == _TLS_RPT)
    if len(records) == 1 and _reports(records[0]):
        return TlsRptPart(Part.FOUND, records), ()
    return TlsRptPart(Part.BROKEN if records else Part.ABSENT, records), (("DOM018", {"domain": domain}),)


def _reports(record: str) -> bool:
    fields = [piece.partition("=") for piece in record.split(";")[1:]]
    uris = [uri.strip() for name, _, value in fields if name.strip() == "rua" for uri in value.split(",")]
    return any(uri.lower().startswith(_SCHEMES) for uri in uris)
