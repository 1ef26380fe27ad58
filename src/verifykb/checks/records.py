"""What only several records show: codes used twice, numbers with many codes, serials that run backwards.

1. All of this may only lower a verdict: a finding here contradicts or notes.
2. Values are compared as they are read: two spellings of one number, or one address with and without a
   name, are the same. An empty cell never disagrees with anything.
3. Contacts for services that publish no contact are not compared.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from itertools import groupby

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
MAX_TOUCHES_OF_A_DAY = 200  # a few codes in this many records: a code that everybody has
_SERIALS = 1_000_000  # a code key is yymmdd and six digits
_NO_NUMBER = "? "  # stands before what is no number, so that it is never taken for one


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
    read = read_address(given) if _says_something(given) else None
    if isinstance(read, Address):
        return read.spelling
    return ascii_lower(given) if read else ""


def phone_key(phone: str, directory: Directory) -> str:
    """Give what tells two numbers apart, without their extensions; empty for none."""
    given = phone.strip(WHITE_SPACE)
    if not _says_something(given):
        return ""
    read = read_number(given)
    if isinstance(read, Unreadable) and read.reason == "trunk-zero-missing":
        read = read_number(f"0{given}")  # accused for it (`checks.phone`), but no other number
    if isinstance(read, Unreadable):
        return f"{_NO_NUMBER}{given}"
    switchboard = directory.support.switchboard
    same_line = (switchboard.number, switchboard.retired)
    return switchboard.number if read.national in same_line else read.national or f"+{read.foreign}"


def _says_something(given: str) -> bool:
    """Whether a value names anything: "-" and "?" are as good as an empty cell."""
    return any(map(str.isalnum, given))


def is_unofficial(key: str, directory: Directory) -> bool:
    """Whether a number, by its key, is a number and not the switchboard."""
    return not key.startswith(_NO_NUMBER) and key not in ("", directory.support.switchboard.number)


def replayed(given: str, elsewhere: str) -> Finding:
    """Give the finding of a code that another record uses with another sender or number."""
    return Finding(RULES["COD008"], {"given": given.strip(WHITE_SPACE), "elsewhere": elsewhere})


def many_codes(given: str, codes: int, elsewhere: str) -> Finding:
    """Give the finding of a number that is not the switchboard and comes with code after code."""
    return Finding(RULES["REC001"], {"given": given, "codes": str(codes), "elsewhere": elsewhere})


def backwards(given: str, elsewhere: str) -> Finding:
    """Give the finding of a code with a lower serial than one of the same day that came before it."""
    return Finding(RULES["REC002"], {"given": given.strip(WHITE_SPACE), "elsewhere": elsewhere})


def run_backwards(touches: Sequence[tuple[datetime, int, str]]) -> dict[int, str]:
    """Find serials of one day that run backwards in time.

    Args:
        touches: time of contact, key of the code and name of the record, of codes of one day.

    Returns:
        For each record, by its index, that came after one with a higher serial, the name of that one.
    """
    found: dict[int, str] = {}
    highest = (-1, "")  # of what came before
    by_time = sorted(range(len(touches)), key=lambda index: touches[index][0])
    for _, at_once in groupby(by_time, key=lambda index: touches[index][0]):
        now = list(at_once)
        found |= {index: highest[1] for index in now if touches[index][1] < highest[0]}
        highest = max(highest, *(touches[index][1:] for index in now))
    return found


@cache
def marking_rules() -> frozenset[str]:
    """Give the ids of the rules that are found here."""
    return frozenset(("COD008", "REC001", "REC002"))
