"""The sender: exactly the published mailbox, or what else (679/KBKH-KTNN:38).

1. Official is raw ASCII equality after A-Z case folding; a trailing dot is the same name.
2. "Any @vst.gov.vn" is not the rule of the notices: another mailbox there is SND005.
3. An address that differs is accused by what it resembles; it is never acquitted by it.
4. A From line is text that anybody can type: even equality only supports.
"""

import re

from verifykb.directory.types import Directory
from verifykb.model.finding import Finding
from verifykb.names.address import Address, Malformed, ascii_lower, read_address
from verifykb.names.lookalike import (
    Resemblance,
    domain_resemblance,
    free_mail_brand,
    is_under,
    local_resemblance,
)
from verifykb.names.skeleton import skeleton, to_unicode
from verifykb.rules import RULES
from verifykb.text.space import WHITE_SPACE

# Whatever looks like an address inside a value that is none.
_ADDRESS_INSIDE = re.compile(r"[^\s<>\"(),;:\[\]@]{1,64}[@\uff20\ufe6b][^\s<>\"(),;:\[\]@]{1,253}")
_CLAIMS = re.compile(r"khobac|kbnn|hotrocntt|treasury|dvctt|botalchlnh|hotrodvc|dvckbnn")


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
    if isinstance(read, Malformed):
        malformed = Finding(RULES["SND002"], {"given": given, "reason": read.reason})
        return (malformed, *_accuse_malformed(given, directory))
    if to_unicode(read.domain) is None:
        return (Finding(RULES["SND002"], {"given": given, "reason": "punycode"}),)
    return (_judge_address(given, read, directory), *_judge_name(given, read, directory))


def _officials(directory: Directory) -> tuple[str, ...]:
    return tuple(domain.name for domain in directory.mail_domains)


def _judge_address(given: str, address: Address, directory: Directory) -> Finding:
    published = directory.support.mailbox.address
    if address.spelling == published:
        return Finding(RULES["SND006"], {"given": given})
    resemblance = _resemblance(address, directory)
    if resemblance:
        return _lookalike(given, resemblance)
    if any(is_under(address.domain, name) for name in _officials(directory)):
        return Finding(RULES["SND005"], {"given": given, "published": published})
    return Finding(RULES["SND004"], {"given": given, "published": published})


def _resemblance(address: Address, directory: Directory) -> Resemblance | None:
    published = directory.support.mailbox.address
    officials = _officials(directory)
    if any(is_under(address.domain, name) for name in officials):
        if local_resemblance(address.local, published.split("@")[0]):
            return Resemblance(published, "near-mailbox")
        return None
    return domain_resemblance(address.domain, officials) or free_mail_brand(
        address.local, address.domain, officials
    )


def _lookalike(given: str, resemblance: Resemblance) -> Finding:
    values = {"given": given, "resembles": resemblance.resembles, "trick": resemblance.trick}
    return Finding(RULES["SND003"], values)


def _accuse_malformed(given: str, directory: Directory) -> tuple[Finding, ...]:
    """Say what a malformed value is dressed up as, if it is."""
    published = directory.support.mailbox.address
    for inside in _ADDRESS_INSIDE.findall(given):
        if ascii_lower(inside) == published:
            continue
        local, _, domain = inside.replace("\uff20", "@").replace("\ufe6b", "@").partition("@")
        if skeleton(f"{local}@{domain}") == skeleton(published):
            return (_lookalike(given, Resemblance(published, "hidden-characters")),)
        address = Address(name="", local=local, domain=domain.strip("."))
        resemblance = _resemblance(address, directory)
        if resemblance:
            return (_lookalike(given, resemblance),)
    return ()


def _judge_name(given: str, address: Address, directory: Directory) -> tuple[Finding, ...]:
    """Say when the display name claims what the address is not."""
    if not address.name:
        return ()
    name = _decoded(address.name)
    values = {"given": given, "name": name, "address": address.spelling}
    published = directory.support.mailbox.address
    if any(is_under(address.domain, official) for official in _officials(directory)):
        claims = skeleton(published) in skeleton(name) and address.spelling != published
    else:
        claims = _claims_official(name, directory)
    return (Finding(RULES["SND007"], values),) if claims else ()


def _claims_official(name: str, directory: Directory) -> bool:
    shape = skeleton(name)
    if any(skeleton(official) in shape for official in _officials(directory)):
        return True
    return _CLAIMS.search(re.sub(r"[^a-z0-9]", "", shape)) is not None


def _decoded(name: str) -> str:
    """Decode RFC 2047 encoded words of a display name; as it is where they are broken."""
    if "=?" not in name:
        return name
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    try:
        return str(make_header(decode_header(name)))
    except (HeaderParseError, LookupError, ValueError):
        return name
