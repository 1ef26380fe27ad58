"""The sender: exactly the published mailbox, or what else (679/KBKH-KTNN:38).

1. Official is raw ASCII equality after A-Z case folding; a trailing dot is the same name.
2. "Any @vst.gov.vn" is not the rule of the notices: another mailbox there is SND005.
3. An address that differs is accused by what it resembles; it is never acquitted by it.
4. A From line is text that anybody can type: even equality only supports.
"""

from verifykb.directory.types import Directory
from verifykb.model.finding import Finding
from verifykb.names.address import Address, Malformed, is_under, read_address
from verifykb.rules import RULES
from verifykb.text.space import WHITE_SPACE


def assess(sender: str, directory: Directory) -> tuple[Finding, ...]:
    """Judge a sender.

    Args:
        sender: an address or a whole ``From`` value; blank means none.
        directory: the official contacts.

    Returns:
        At least one finding of the axis `sender`.
    """
    if not sender.strip(WHITE_SPACE):
        return (Finding(RULES["SND001"]),)
    given = sender.strip(" \t\r\n")
    read = read_address(given)
    if isinstance(read, Address) and read.spelling == directory.support.mailbox.address:
        return (Finding(RULES["SND006"], {"given": given}),)
    return _assess_other(given, read, directory)


def _assess_other(given: str, read: Address | Malformed, directory: Directory) -> tuple[Finding, ...]:
    """Judge a value that is not the published mailbox."""
    from verifykb.names import accuse
    from verifykb.names.skeleton import to_unicode

    published = directory.support.mailbox.address
    officials = tuple(domain.name for domain in directory.mail_domains)
    findings = []
    if isinstance(read, Malformed):
        findings.append(Finding(RULES["SND002"], {"given": given, "reason": read.reason}))
        resemblance = accuse.malformed_resemblance(given, published, officials)
    elif to_unicode(read.domain) is None:
        return (Finding(RULES["SND002"], {"given": given, "reason": "punycode"}),)
    else:
        resemblance = accuse.address_resemblance(read, published, officials)
    if resemblance:
        values = {
            "given": given,
            "resembles": resemblance.resembles,
            "trick": resemblance.trick,
            "odd": accuse.odd_characters(given if isinstance(read, Malformed) else read.spelling),
        }
        findings.append(Finding(RULES["SND003"], values))
    elif isinstance(read, Address):
        official = any(is_under(read.domain, name) for name in officials)
        rule = RULES["SND005" if official else "SND004"]
        findings.append(Finding(rule, {"given": given, "published": published}))
    name = accuse.name_claims_official(read, published, officials) if isinstance(read, Address) else ""
    if name and isinstance(read, Address):
        values = {"given": given, "name": name, "address": read.spelling}
        findings.append(Finding(RULES["SND007"], values))
    return tuple(findings)
