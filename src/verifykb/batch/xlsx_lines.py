"""Rows of an office's book that tell of no contact: headings, the numbers of columns, totals, signatures.

1. A row is passed over only where nothing in it could be a contact: it holds nothing but such words, and numbers
   too short to be dialled. Everything else is judged, or told.
2. Words are compared without case, marks and punctuation.
"""

import re
from collections.abc import Iterable, Sequence

from verifykb.batch import columns
from verifykb.batch.header import holds_evidence
from verifykb.text.nfc import nfc

_MAX_COUNT_DIGITS = 6  # of a total; a telephone number has more
_MIN_NUMBERED = 3
_MAX_NAME_WORDS = 7
_MAX_TITLE_CELLS = 3
_SECTION_CELLS, _MAX_SECTION_CHARACTERS = 2, 60
_MAX_WORDS_CHARACTERS = 120  # of a cell that holds nothing but such words
_TOTAL_BEGINS = "TtCcSs"
_COUNTED = r"(?: (?:so )?(?:lien he|cuoc goi|cuoc|dong|lan|nguoi|truong hop|contacts?|calls?))?"
_WHILE = r"(?: (?:trong )?(?:thang|quy|nam|tuan|trang|ky)(?: [\d/]+| nay)?)?"
_TOTAL = re.compile(
    rf"(?:tong cong|tong so|tong|cong|total|sum){_COUNTED}{_WHILE}(?: \d{{1,{_MAX_COUNT_DIGITS}}})?{_COUNTED}"
)
_PERIOD = re.compile(  # "nam" is a name, too
    r"(?:thang|quy|tuan|dot|month|week|(?:tu )?ngay|nam(?= ?\d{4}))"
    r"(?: ?(?:thang|nam|quy|tuan|tu|den|ngay|[-–/]|\d{1,4}(?!\d)|[ivx]{1,5}))++"
)
_RUNNING = re.compile(r"\(?(?:[^\W\d_]{1,6}[-./ ]?)?[0-9]{1,6}[.)]{0,2}")
_DIALLED_DIGITS = 3
_SIGNED = (
    r"(?:nguoi|can bo) (?:lap|ghi|theo doi|tong hop|phu trach)(?: (?:bieu|bang|so|bao cao|nhat ky))?|"
    r"(?:phu trach )?ke toan(?: truong| vien)?|thu truong(?: don vi| co quan)?|(?:pho )?hieu truong|(?:pho )?giam doc|"
    r"(?:pho )?chu tich|chu tai khoan|thu quy|nguoi duyet|nguoi kiem tra|da ky|"
    r"ky(?: va)?,? ?(?:ghi )?(?:ro )?(?:ho (?:va )?ten)?,? ?(?:dong dau)?|ky ten,? ?(?:dong dau)?"
)
_DATED = r"(?:[^\W\d]+(?: [^\W\d]+){0,5},? )?ngay [\d_…]* ?thang [\d_…]* ?nam ?[\d_…]*"
_SIGNATURE = re.compile(rf"(?:{_SIGNED}|{_DATED})")
_NAME = re.compile(rf"[^\W\d_]+(?: [^\W\d_]+){{1,{_MAX_NAME_WORDS - 1}}}")
# What stands before the number or mailbox of the office itself, in the head of a printed form.
_LABELLED = re.compile(
    r"(?:đt|điện thoại|tel|fax|phone|e-?mail|hòm thư|mst|mã số thuế|mã qhns|mã đvqhns|mã đơn vị|số tk|stk|tài khoản|"
    r"đường dây nóng|hotline|tổng đài)"
    r"(?: [^\W\d_]{1,12}){0,3}[\s:.|]{1,4}(?:[\w.+-]{1,64}@[\w.-]{1,99}|[+(\d][\d .()/-]{7,60})",
    re.IGNORECASE,
)


def _key(text: str) -> str:
    """Fold a short text for comparing; a longer one is none of these words."""
    return columns.key_of(text) if len(text) <= _MAX_WORDS_CHARACTERS else ""


def is_numbering(texts: Sequence[str]) -> bool:
    """Whether a row numbers the columns, as printed forms do: (1), (2)… or A, B, 1, 2…, from left to right."""
    words = [_key(text) for text in texts]
    numbers = [word for word in words if not re.fullmatch("[a-d]", word)]
    counted = [str(number) for number in range(1, len(numbers) + 1)]
    return len(words) >= _MIN_NUMBERED and bool(numbers) and numbers == counted


def is_period(texts: Sequence[str]) -> bool:
    """Whether a row only names a month, a quarter, a year."""
    return len(texts) == 1 and _PERIOD.fullmatch(_key(texts[0])) is not None and not holds_evidence(texts)


def is_running_number(text: str) -> bool:
    """Whether a text numbers a row, and could be nothing else: 12, (12), LH-12."""
    return _RUNNING.fullmatch(text.strip()) is not None


def is_letterhead(texts: Sequence[str]) -> bool:
    """Whether a row above the header holds numbers and mailboxes only behind a word that makes them the office's."""
    rest = _LABELLED.sub("", " | ".join(map(nfc, texts)))
    return not holds_evidence([rest]) and (len(texts) < _MAX_TITLE_CELLS or not rest.strip(" |"))


def is_section(texts: Sequence[str]) -> bool:
    """Whether a row is the heading of a part of the table: II, and a few words."""
    return (
        len(texts) == _SECTION_CELLS
        and re.fullmatch(r"[IVX]{1,5}[.)]?", texts[0].strip()) is not None
        and len(texts[1]) <= _MAX_SECTION_CHARACTERS
        and not holds_evidence(texts)
    )


def is_total(text: str) -> bool:
    """Whether the first cell of a row says that it counts the others."""
    return text[:1] in _TOTAL_BEGINS and _TOTAL.fullmatch(_key(text)) is not None


def is_count(text: str, column: str) -> bool:
    """Whether a cell beside a total is a number that nobody could dial: 156 in a column of phones could be."""
    if column == "phone" and sum(map(str.isdigit, text)) >= _DIALLED_DIGITS:
        return False
    counted = rf"-?[0-9]{{1,{_MAX_COUNT_DIGITS}}}(?:[.,][0-9]+)?%?"
    return re.fullmatch(counted, text) is not None or re.fullmatch(rf"{counted}{_COUNTED}", _key(text)) is not None


def is_signature(texts: Iterable[str]) -> bool:
    """Whether a row says who signs, and when, and nothing else."""
    return all(_SIGNATURE.fullmatch(_key(text)) for text in texts)


def are_names(texts: Iterable[str]) -> bool:
    """Whether a row, below a signature line, holds nothing but names of people."""
    written = (" ".join(nfc(text).split()) for text in texts)
    return all(name.istitle() and _NAME.fullmatch(name) for name in written)


def title_key(texts: Sequence[str]) -> str:
    """Fold a title for comparing: the same book has it again for another month. Empty for what is no title."""
    key = _key(" ".join(texts)) if len(texts) <= _MAX_TITLE_CELLS else ""
    is_title = re.search("[a-z]{3}", key) and not holds_evidence(texts)
    return re.sub(r"\d+", "#", key) if is_title else ""
