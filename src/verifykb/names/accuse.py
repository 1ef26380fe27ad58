"""What an address, a broken value or a display name dresses up as. Accuses only.

Asked only about senders that are not the published mailbox (`checks.sender`).
"""

import re
from collections.abc import Sequence

from verifykb.names.address import Address, ascii_lower, is_under
from verifykb.names.lookalike import (
    Resemblance,
    domain_resemblance,
    free_mail_brand,
    local_resemblance,
)
from verifykb.names.skeleton import skeleton

# Whatever looks like an address inside a value that is none.
_ADDRESS_INSIDE = r"[^\s<>\"(),;:\[\]@]{1,64}[@\uff20\ufe6b][^\s<>\"(),;:\[\]@]{1,253}"
# Names of the treasury and its support, squeezed and in skeleton spelling (i is l).
_MAX_CHARACTERS, _MAX_INSIDE = 1000, 5  # of a broken value, and of addresses inside it
_MAX_NAMED = 3  # odd characters in a sentence
_CLAIMS = r"khobac|kbnn|hotrocntt|treasury|dvctt|botalchlnh|hotrodvc|dvckbnn"


def address_resemblance(address: Address, published: str, officials: Sequence[str]) -> Resemblance | None:
    """Tell what an address that is not the published one resembles.

    Args:
        address: as read.
        published: the published mailbox.
        officials: the official mail domains, most likely target first.
    """
    if any(is_under(address.domain, name) for name in officials):
        if local_resemblance(address.local, published.split("@", maxsplit=1)[0]):
            return Resemblance(published, "near-mailbox")
        return None
    return domain_resemblance(address.domain, tuple(officials)) or free_mail_brand(
        address.local, address.domain, officials, published
    )


def malformed_resemblance(value: str, published: str, officials: Sequence[str]) -> Resemblance | None:
    """Tell what a value that is no address is dressed up as."""
    for inside in re.findall(_ADDRESS_INSIDE, value[:_MAX_CHARACTERS])[:_MAX_INSIDE]:
        if ascii_lower(inside) == published:
            continue  # the published mailbox in a broken value: broken is what counts
        local, _, domain = inside.replace("\uff20", "@").replace("\ufe6b", "@").partition("@")
        if skeleton(f"{local}@{domain}") == skeleton(published):
            return Resemblance(published, "hidden-characters")
        address = Address(name="", local=local, domain=domain.strip("."))
        resemblance = address_resemblance(address, published, officials)
        if resemblance:
            return resemblance
    return None


def odd_characters(value: str) -> str:
    """Name the first characters of an address that are not ASCII: `` (ο U+03BF)``."""
    odd = dict.fromkeys(char for char in value if not char.isascii())
    named = [f"{char} U+{ord(char):04X}" for char in odd][:_MAX_NAMED]
    return f" ({', '.join(named)})" if named else ""


def name_claims_official(address: Address, published: str, officials: Sequence[str]) -> str:
    """Give the display name, decoded, where it claims what the address is not; else nothing."""
    if not address.name:
        return ""
    name = _decoded(address.name)
    shape = skeleton(name, pairs=False)
    if any(is_under(address.domain, official) for official in officials):
        claims = skeleton(published, pairs=False) in shape
    else:
        claims = any(skeleton(official, pairs=False) in shape for official in officials) or bool(
            re.search(_CLAIMS, re.sub(r"[^a-z0-9]", "", shape))
        )
    return name if claims else ""


def _decoded(name: str) -> str:
    """Decode RFC 2047 encoded words of a display name; as it is where they are broken."""
    if "=?" not in name:
        return name
    from email.errors import MessageError
    from email.header import decode_header, make_header

    try:
        return str(make_header(decode_header(name)))
    except (MessageError, LookupError, ValueError):
        return name
