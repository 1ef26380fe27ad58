"""Covers personal data in reports that are passed on: telephone numbers and mail addresses of people.

1. What the treasury published stays readable; everything else is covered in part, so that two
   contacts can still be told apart by somebody who holds the log.
2. A mask has as many characters as what it covers, and what is covered stays as it is when covered again.
3. Rather too much than too little; request codes, dates, times and amounts stay readable (`digits`).
"""

import re
from collections.abc import Collection

from verifykb.text.digit_groups import MASK
from verifykb.text.digits import cover_numbers

__all__ = ["MASK", "mask_personal"]

_AT = "@＠﹫"
# What ends the part before the @. Everything else belongs to it, characters that nobody sees included.
_LOCAL = rf"[^\s<>,;:\"'“”‘’«»()\[\]{{}}|{_AT}]"
_BLANK = "[ \u00a0]"
# With blanks around it, only before what is a domain and nothing else.
_BEFORE_AT = (
    rf"(?:[{_AT}]|{_BLANK}{{1,2}}[{_AT}]{_BLANK}{{0,2}}"
    rf"(?=[\w{MASK}-]{{1,63}}\.[\w{MASK}])(?!{_LOCAL}*+{_BLANK}{{0,2}}[{_AT}]))"
)
_ADDRESS = re.compile(
    rf"\"(?P<quoted>[^\"\r\n]{{1,64}})\"(?=[{_AT}])|"
    # Found at its first character only, so that a long text is read once.
    rf"(?<!{_LOCAL})(?P<local>{_LOCAL}++)(?={_BEFORE_AT})"
)
# What stands before another @ is no domain.
_DOMAIN = re.compile(rf"{_BLANK}{{0,2}}[{_AT}]{_BLANK}{{0,2}}((?:(?![/?!#]){_LOCAL})*+)(?!{_LOCAL}*+{_BEFORE_AT})")
# In a link and in a result of authentication the address stands behind one of these.
_NAMED = re.compile(r"(?:\w{1,20}\.)?(?:from|mailfrom|rcpt|to|e-?mail|e|i|user|thư)=", re.IGNORECASE)
_LINK_PARTS = re.compile(r"[/?&=#]")
_SHOWN_CHARACTERS = 2


def mask_personal(text: str, published: Collection[str]) -> str:
    """Cover telephone numbers, long numbers of people, and the local parts of mail addresses.

    Of a number the first four and the last two digits stay, of an address its first two
    characters and its domain.

    Args:
        text: as it was written.
        published: mailboxes (lower case) and numbers (digits with the trunk zero) that stay readable.
    """
    if not any(sign in text for sign in _AT):
        return cover_numbers(text, published)
    pieces, done = [], 0
    for match in _ADDRESS.finditer(text):
        start, end = _to_cover(match, published)
        if start < end:
            pieces += [cover_numbers(text[done:start], published), MASK * (end - start)]
            done = end
    return "".join((*pieces, cover_numbers(text[done:], published)))


def _to_cover(match: re.Match[str], published: Collection[str]) -> tuple[int, int]:
    """Give where the part of an address lies that must be covered; an empty place for nothing."""
    part = "quoted" if match["quoted"] else "local"
    start, end = match.span(part)
    start += _behind_its_name(match, published) if part == "local" else 0
    kept = _SHOWN_CHARACTERS if end - start > _SHOWN_CHARACTERS else 1
    return min(start + kept, end), end


def _behind_its_name(match: re.Match[str], published: Collection[str]) -> int:
    """Give how much of what stands before the @ is no address; all of it where there is nothing to cover."""
    local = match["local"]
    last = max((found.end() for found in _LINK_PARTS.finditer(local)), default=0)
    domain = _DOMAIN.match(match.string, match.end())
    name = domain[1].rstrip(".-…") if domain else ""
    if f"{local[last:]}@{name}".lower() in published:
        return len(local)
    if local.startswith("//") and match.string[: match.start("local")].endswith(":"):
        # Right behind the // stands no address but a name that the link shows off with: the reader must see it.
        return last if last > len("//") else len(local)
    named = _NAMED.match(local)
    return named.end() if named and named.end() < len(local) else 0
