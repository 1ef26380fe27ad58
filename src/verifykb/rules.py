"""THE TABLE: every rule id, its name, axis, effect, sources and values.

1. An id is never reused. A retired rule keeps answering with the status RETIRED.
2. Effects are a contract (docs/contract.md, section 4): changing one is a change of the product.
3. `sources` cite docs/official/ by document and line; an empty tuple means that the rule is
   a policy of this tool, and reports say so.
4. `values` are the names that every finding of the rule carries; wording may use only these.
5. COD008 and the REC family come from comparing records with each other (`checks.records`).
"""

from difflib import get_close_matches

from verifykb.model.contact import Ask
from verifykb.model.finding import Axis, Effect, Rule

_C, _S, _P, _R, _D = Axis.CODE, Axis.SENDER, Axis.PHONE, Axis.REQUEST, Axis.DIRECTORY
_PROHIBITS, _CONTRADICTS, _LACKS = Effect.PROHIBITS, Effect.CONTRADICTS, Effect.LACKS
_NOTES, _SUPPORTS, _PROVES = Effect.NOTES, Effect.SUPPORTS, Effect.PROVES

# The notices, by what their lines say.
_H_CONTACT, _H_IMPOSTORS, _H_NEVER, _H_ALL_THREE = (
    "964/TB-KBHG:15", "964/TB-KBHG:21", "964/TB-KBHG:27", "964/TB-KBHG:30",
)
_K_MAILBOX, _K_PHONE, _K_NEVER, _K_ALL_THREE = (
    "679/KBKH-KTNN:28", "679/KBKH-KTNN:32", "679/KBKH-KTNN:34", "679/KBKH-KTNN:38",
)
_K_CONFIRM, _K_SIGNATURE = "679/KBKH-KTNN:44", "679/KBKH-KTNN:74"
_ALL_THREE = (_K_ALL_THREE, _H_ALL_THREE)
_MAILBOX = (_K_ALL_THREE, _H_ALL_THREE, _K_MAILBOX)
_PHONE = (_K_PHONE, _H_CONTACT)
_NEVER = (_K_NEVER, _H_NEVER)

_TABLE = (
    # ------------------------------------------------------------------ code
    Rule("COD001", "code-missing", _C, _LACKS, _ALL_THREE),
    Rule("COD002", "code-malformed", _C, _CONTRADICTS, _ALL_THREE, ("given", "reason")),
    Rule("COD003", "code-date-impossible", _C, _CONTRADICTS, _ALL_THREE, ("given", "date")),
    Rule("COD004", "code-date-in-future", _C, _CONTRADICTS, _ALL_THREE, ("given", "date", "day")),
    Rule("COD005", "code-published-example", _C, _CONTRADICTS, (_H_ALL_THREE, _K_ALL_THREE), ("given", "printed_in")),
    Rule("COD006", "code-placeholder-serial", _C, _LACKS, (), ("given", "serial")),
    Rule("COD007", "code-stale", _C, _LACKS, (), ("given", "age_days", "max_age_days")),
    Rule("COD008", "code-replayed", _C, _CONTRADICTS, (), ("given", "elsewhere")),
    Rule("COD009", "code-plausible", _C, _SUPPORTS, _ALL_THREE, ("given", "date")),
    Rule("COD010", "code-own-request", _C, _PROVES, _ALL_THREE, ("given", "evidence")),
    Rule("COD011", "code-not-ours", _C, _LACKS, _ALL_THREE, ("given",)),
    Rule("COD012", "code-differs-from-mail", _C, _CONTRADICTS, _ALL_THREE, ("given", "in_mail")),
    Rule("COD013", "code-before-scheme", _C, _LACKS, (), ("given", "date", "first_published")),
    Rule("REC002", "serials-run-backwards", _C, _NOTES, (), ("given", "elsewhere")),
    # ------------------------------------------------------------------ sender
    Rule("SND001", "sender-missing", _S, _LACKS, _MAILBOX),
    Rule("SND002", "sender-malformed", _S, _CONTRADICTS, _MAILBOX, ("given", "reason")),
    Rule("SND003", "sender-lookalike", _S, _CONTRADICTS, _MAILBOX, ("given", "resembles", "trick", "odd"), accuses=True),
    Rule("SND004", "sender-unrelated", _S, _CONTRADICTS, _MAILBOX, ("given", "published")),
    Rule("SND005", "sender-not-support-mailbox", _S, _LACKS, (_K_ALL_THREE, _K_SIGNATURE), ("given", "published")),
    Rule("SND006", "sender-support-mailbox", _S, _SUPPORTS, _MAILBOX, ("given",)),
    Rule("SND007", "display-name-claims-official", _S, _CONTRADICTS, _MAILBOX, ("given", "name", "address"), accuses=True),
    Rule("SND008", "reply-to-elsewhere", _S, _CONTRADICTS, _MAILBOX, ("reply_to",), accuses=True),
    Rule("AUT001", "mail-authenticated", _S, _PROVES, _MAILBOX, ("domain", "proof")),
    Rule("AUT002", "mail-authentication-failed", _S, _CONTRADICTS, _MAILBOX, ("domain", "reason", "authenticated")),
    Rule("AUT003", "mail-not-authenticated", _S, _LACKS, _MAILBOX, ("domain", "reason")),
    Rule("AUT004", "authentication-unavailable", _S, _LACKS, _MAILBOX, ("reason",)),
    Rule("AUT005", "signature-incomplete", _S, _NOTES, (), ("reason", "header")),
    Rule("AUT006", "results-header-untrusted", _S, _NOTES, (), ("given",)),
    Rule("AUT007", "mail-forwarded", _S, _LACKS, (), ()),
    Rule("AUT008", "mail-not-for-us", _S, _LACKS, (), ("reason",)),
    # How a mail domain protects itself (RFC 7208, 7505, 8460, 8461, 9989, 4035): what is published in DNS.
    Rule("DOM001", "domain-unknown", _S, _NOTES, (), ("domain", "question", "reason")),
    Rule("DOM002", "domain-malformed", _S, _NOTES, (), ("domain", "reason")),
    Rule("DOM003", "domain-missing", _S, _NOTES, (), ("domain",)),
    Rule("DOM004", "spf-missing", _S, _NOTES, (), ("domain",)),
    Rule("DOM005", "spf-invalid", _S, _NOTES, (), ("domain", "reason", "found")),
    Rule("DOM006", "spf-permissive", _S, _NOTES, (), ("domain", "reason", "found")),
    Rule("DOM007", "spf-too-large", _S, _NOTES, (), ("domain", "octets")),
    Rule("DOM008", "dmarc-missing", _S, _NOTES, (), ("domain",)),
    Rule("DOM009", "dmarc-invalid", _S, _NOTES, (), ("domain", "reason", "found")),
    Rule("DOM010", "dmarc-not-enforced", _S, _NOTES, (), ("domain", "reason", "record_at")),
    Rule("DOM011", "dmarc-subdomains-weaker", _S, _NOTES, (), ("domain", "policy", "weaker")),
    Rule("DOM012", "dmarc-without-reports", _S, _NOTES, (), ("domain", "record_at")),
    Rule("DOM013", "mx-missing", _S, _NOTES, (), ("domain",)),
    Rule("DOM014", "null-mx", _S, _NOTES, (), ("domain",)),
    Rule("DOM015", "mta-sts-missing", _S, _NOTES, (), ("domain",)),
    Rule("DOM016", "mta-sts-broken", _S, _NOTES, (), ("domain", "reason", "found")),
    Rule("DOM017", "mta-sts-not-enforced", _S, _NOTES, (), ("domain", "mode")),
    Rule("DOM018", "tls-rpt-missing", _S, _NOTES, (), ("domain",)),
    Rule("DOM019", "dnssec-unsigned", _S, _NOTES, (), ("domain", "zone")),
    Rule("DOM020", "dnssec-unvalidated", _S, _NOTES, (), ("domain", "zone")),
    # ------------------------------------------------------------------ phone
    Rule("PHO001", "phone-missing", _P, _LACKS, _ALL_THREE),
    Rule("PHO002", "phone-malformed", _P, _CONTRADICTS, _PHONE, ("given", "reason")),
    Rule("PHO003", "phone-not-switchboard", _P, _CONTRADICTS, _PHONE, ("given", "published")),
    Rule("PHO004", "phone-near-switchboard", _P, _CONTRADICTS, _PHONE, ("given", "published", "trick"), accuses=True),
    Rule("PHO005", "phone-mobile", _P, _CONTRADICTS, (_K_NEVER, *_PHONE), ("given", "published")),
    Rule("PHO006", "phone-foreign", _P, _CONTRADICTS, _PHONE, ("given", "published", "country_code")),
    Rule("PHO007", "extension-missing", _P, _NOTES, _PHONE),
    Rule("PHO008", "extension-not-listed", _P, _CONTRADICTS, _PHONE, ("given",)),
    Rule("PHO009", "phone-switchboard", _P, _SUPPORTS, _PHONE, ("given",)),
    Rule("PHO010", "phone-called-back", _P, _PROVES, (_K_PHONE, _H_CONTACT, _K_CONFIRM), ("published", "evidence")),
    Rule("PHO011", "phone-retired-spelling", _P, _LACKS, ("2036/QĐ-BTTTT",), ("given", "published")),
    Rule("PHO012", "phone-zero-restored", _P, _NOTES, (), ("given",)),
    Rule("REC001", "many-codes-from-one-number", _P, _NOTES, (), ("given", "codes", "elsewhere")),
    # ------------------------------------------------------------------ request
    Rule("CHN001", "channel-not-official", _R, _CONTRADICTS, (_K_NEVER, _H_IMPOSTORS), ("channel",)),
    Rule("CHN002", "channel-official", _R, _SUPPORTS, (_K_MAILBOX, _K_PHONE, _H_CONTACT), ("channel",)),
    Rule("MSG001", "asks-for-secret", _R, _PROHIBITS, (_K_NEVER,), ("quote", "where", "at")),
    Rule("MSG002", "asks-for-remote-access", _R, _PROHIBITS, (_H_NEVER, _K_NEVER), ("quote", "where", "at")),
    Rule("MSG003", "asks-to-follow-link", _R, _PROHIBITS, (_H_NEVER, _K_NEVER), ("quote", "where", "at", "trick")),
    Rule("MSG004", "asks-to-install", _R, _PROHIBITS, (_H_NEVER, _K_NEVER), ("quote", "where", "at")),
    Rule("MSG005", "asks-for-money", _R, _PROHIBITS, (_H_IMPOSTORS, _K_NEVER), ("quote", "where", "at")),
    Rule("MSG006", "asks-for-personal-data", _R, _PROHIBITS, (_K_NEVER, _H_IMPOSTORS), ("quote", "where", "at")),
    Rule("MSG007", "offers-other-contact", _R, _CONTRADICTS, _ALL_THREE, ("quote", "where", "at")),
    Rule("MSG008", "pressure-or-threat", _R, _NOTES, (_K_CONFIRM,), ("quote", "where", "at")),
    Rule("MSG009", "quotes-a-warning", _R, _NOTES, _NEVER, ("quote", "where", "at")),
    Rule("MSG010", "nothing-forbidden-found", _R, _SUPPORTS, _NEVER),
    Rule("MSG011", "nothing-asked-confirmed", _R, _PROVES, _NEVER),
    Rule("MSG012", "request-not-described", _R, _SUPPORTS),
    Rule("MSG013", "links-official-host", _R, _NOTES, (), ("quote", "where", "at")),
    Rule("MSG014", "mail-not-fully-read", _R, _LACKS, (), ("reason",)),
    Rule("MSG015", "dangerous-attachment", _R, _PROHIBITS, (_H_NEVER, _K_NEVER), ("given", "danger")),
    Rule("MSG016", "message-obscured", _R, _LACKS, (), ("quote", "where", "at")),
    Rule("MSG017", "attachment-not-read", _R, _NOTES, (), ("given",)),
    # ------------------------------------------------------------------ directory
    Rule("DIR001", "directory-current", _D, _PROVES, (), ("serial", "review_by")),
    Rule("DIR002", "directory-stale", _D, _SUPPORTS, (), ("serial", "review_by", "reason")),
    Rule("DIR003", "contact-withdrawn", _D, _CONTRADICTS, (), ("given", "valid_until")),
    Rule("DIR004", "no-published-contact", _D, _LACKS, (), ("service",)),
)

RULES = {rule.id: rule for rule in _TABLE}
# What a message asks, offers or says -> the rule that it offends or is told by.
REQUEST_RULES = {
    Ask.SECRET.value: "MSG001",
    Ask.REMOTE_ACCESS.value: "MSG002",
    Ask.LINK.value: "MSG003",
    Ask.INSTALL.value: "MSG004",
    Ask.MONEY.value: "MSG005",
    Ask.PERSONAL_DATA.value: "MSG006",
    "other-contact": "MSG007",
    "pressure": "MSG008",
    "warning": "MSG009",
    "official-link": "MSG013",
    "obscured": "MSG016",
}
_BY_NAME = {rule.name: rule for rule in _TABLE}

# Below this likeness a suggestion misleads more than it helps.
_SUGGESTION_CUTOFF = 0.6


def find_rule(id_or_name: str) -> Rule | None:
    """Find a rule by id or name, whatever the case."""
    wanted = id_or_name.strip()
    return RULES.get(wanted.upper()) or _BY_NAME.get(wanted.lower())


def suggest_rules(id_or_name: str) -> list[str]:
    """Give the rule ids that somebody who typed this may have meant, nearest first."""
    wanted = id_or_name.strip()
    ids = get_close_matches(wanted.upper(), RULES, n=3, cutoff=_SUGGESTION_CUTOFF)
    names = get_close_matches(wanted.lower(), _BY_NAME, n=3, cutoff=_SUGGESTION_CUTOFF)
    return ids or [_BY_NAME[name].id for name in names]
