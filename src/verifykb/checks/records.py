"""What only several records show: codes used twice, numbers with many codes, serials that run backwards.

1. All of this may only lower a verdict: a finding here contradicts or notes.
2. Values are compared as they are read: two spellings of one number, or one address with and without a
   name, are the same. An empty cell never disagrees with anything.
3. Contacts for services that publish no contact are not compared.
"""

from datetime import datetime
from functools import cache

from verifykb.checks.code import is_of_form
from verifykb.checks.phone_number import Unreadable, read_number
from verifykb.directory.types import Directory
from verifykb.model.finding import Finding
from verifykb.names.address import Address, ascii_lower, read_address
from verifykb.rules import RULES
from verifykb.text.space import WHITE_SPACE

# Somebody may mistype one code, and have another one; a third from the same stranger is a pattern.
MANY_CODES = 3
# Codes of one day that come in another order say something in the log of one office. Where many offices
# log together, the order in which calls came says nothing.
MAX_CODES_OF_A_DAY = 20
_SERIALS = 1_000_000  # a code key is yymmdd and six digits


def code_key(code: str) -> int | None:
    """Give the digits of a request code as a number; None for what has not the form of one."""
    given = code.strip(WHITE_SPACE)
    return int(given[2:8] + given[9:]) if is_of_form(given) else None


def day_of_key(key: int) -> int:
    """Give the date part of a code's key, as yymmdd."""
    return key // _SERIALS


def sender_key(sender: str) -> str:
    """Give what tells two senders apart; empty for none."""
    given = sender.strip(WHITE_SPACE)
    read = read_address(given) if given else None
    return read.spelling if isinstance(read, Address) else ascii_lower(given)


def phone_key(phone: str, directory: Directory) -> str:
    """Give what tells two numbers apart, without their extensions; empty for none."""
    given = phone.strip(WHITE_SPACE)
    if not given:
        return ""
    read = read_number(given)
    if isinstance(read, Unreadable):
        return given
    switchboard = directory.support.switchboard
    same_line = (switchboard.number, switchboard.retired)
    return switchboard.number if read.national in same_line else read.national or f"+{read.foreign}"


def is_unofficial(key: str, directory: Directory) -> bool:
    """Whether a number, by its key, is a number and not the switchboard."""
    return key.lstrip("+").isdigit() and key != directory.support.switchboard.number


def replayed(given: str, elsewhere: str) -> Finding:
    """Give the finding of a code that another record uses with another sender or number."""
    return Finding(RULES["COD008"], {"given": given.strip(WHITE_SPACE), "elsewhere": elsewhere})


def many_codes(given: str, codes: int, elsewhere: str) -> Finding:
    """Give the finding of a number that is not the switchboard and comes with code after code."""
    return Finding(RULES["REC001"], {"given": given, "codes": str(codes), "elsewhere": elsewhere})


def backwards(given: str, elsewhere: str) -> Finding:
    """Give the finding of a code with a lower serial than one of the same day that came before it."""
    return Finding(RULES["REC002"], {"given": given.strip(WHITE_SPACE), "elsewhere": elsewhere})


def run_backwards(touches: list[tuple[datetime, int, str]]) -> dict[str, str]:
    """Find serials of one day that run backwards in time.

    Args:
        touches: time of contact, key of the code and name of the record, of codes of one day.

    Returns:
        For each record that came after one with a higher serial, the name of that one.
    """
    found: dict[str, str] = {}
    ordered = sorted(touches)
    for at, key, name in ordered:
        earlier = [(other, theirs) for before, other, theirs in ordered if before < at and other > key]
        if earlier:
            found[name] = max(earlier)[1]
    return found


@cache
def marking_rules() -> frozenset[str]:
    """Give the ids of the rules that are found here."""
    return frozenset(("COD008", "REC001", "REC002"))
