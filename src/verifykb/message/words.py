"""A written word as the words it is matched as. One small table of senses, and a memo.

1. Written is what stands between spaces, signs included; a stop or pause becomes a word of
   its own: ``.`` (may be read over), ``?`` and ``;`` (may not), ``,``.
2. Case, marks, leet and short forms are undone; a word that loses its meaning with its
   marks (đừng/dùng, đọc/độc, mã/mà) keeps it in the spelling of its token (`senses`).
3. A bare word with several meanings ends in ``~`` until the word behind it is known (`settle`).
"""

import re
import unicodedata

from verifykb.message.senses import ALWAYS_OPEN, BARE, BARE_BEHIND, MARKED, OTHERS, SHORT_FORMS
from verifykb.text.marks import strip_marks

VIETNAMESE = frozenset("ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")
LEET = str.maketrans("013457@$!|", "oieastasil")
# Ends a word that only looks like the usual one without its marks.
OTHER = "X"
# Ends a word whose meaning is open.
SEVERAL = "~"
# 15h30, 500k, 2tr: digits with a unit, not leet.
_UNIT = re.compile(r"\d+(?:h|k|tr|p|m|d|kg|gb|mb|vnd|usd|x|s|g|ml|cm|km|ty|th|nd|rd|am|pm)\d*")
_FILES = "apk|exe|msi|zip|rar|7z|iso|jar|bat|cmd|vbs|js|scr|docx?m?|xlsx?m?|pdf"
_PARTS = re.compile(
    rf"[^\W_]+(?:[@$!|][^\W_]+)*|(?:[!?;…\n]|\.(?!\d|(?:{_FILES})\b))[.!?;…]*|[,:](?!\d)", re.IGNORECASE
)
_MONEY = re.compile(r"(\d+)(k|tr)(\d*)")
_MONEY_WORDS = {"k": "nghin", "tr": "trieu"}
# Written in one with other words, or spelt letter by letter in one go.
RUN_TOGETHER = {
    **{run: SHORT_FORMS[run] for run in ("matkhau", "chuyenkhoan", "chuyentien", "maotp", "phanmem", "duonglink")},
    "caiungdung": "cai ung dungz",
    "ungdung": "ung dungz",
    "ultraview": "ultraviewer",
    "anydesk": "anydesk",
}
_RUN_TOGETHER = re.compile("|".join(RUN_TOGETHER))
# A log repeats its words; what an attacker makes up must not fill the memory.
_MAX_WORDS, _MAX_KEPT_CHARACTERS = 1 << 14, 64


class Words(dict[str, str]):
    """Written word -> canonical words, kept for words that were seen.

    Args:
        bare_is_plain: the writer uses Vietnamese marks, so a word without is a word of its own.
    """

    def __init__(self, *, bare_is_plain: bool) -> None:
        super().__init__()
        self._bare_is_plain = bare_is_plain

    def __missing__(self, written: str) -> str:
        if len(self) >= _MAX_WORDS:
            self.clear()
        canonical = self._read(written)
        if len(written) <= _MAX_KEPT_CHARACTERS:
            self[written] = canonical
        return canonical

    def _read(self, written: str) -> str:
        return " ".join([_canonical(part, bare_is_plain=self._bare_is_plain) for part in _PARTS.findall(written)])


_OF_TABLE = Words(bare_is_plain=True)


def _canonical(written: str, *, bare_is_plain: bool) -> str:
    if not written[0].isalnum():
        return _stop(written)
    if written.isascii() and written.isdigit():
        return written
    spelling = unicodedata.normalize("NFC", written.lower())
    plain = spelling if spelling.isascii() else strip_marks(spelling)
    if not plain.isalpha() and re.search("[a-z]", plain) and not _UNIT.fullmatch(plain):
        plain = plain.translate(LEET)
    return _written_out(spelling, plain) or _sensed(spelling, plain, bare_is_plain=bare_is_plain)


def _written_out(spelling: str, plain: str) -> str:
    """Give the words of a short form, an amount, or words run together; empty for any other word."""
    money = _MONEY.fullmatch(plain)
    if money:
        return f"{money[1]} {_MONEY_WORDS[money[2]]}"
    if spelling.startswith("zalo") and spelling[4:].isdigit():
        return "zalo"
    short = SHORT_FORMS.get(spelling) or SHORT_FORMS.get(plain)
    if short or not _RUN_TOGETHER.search(plain):
        return short or ""
    return next(words for run, words in RUN_TOGETHER.items() if run in plain)


def _sensed(spelling: str, plain: str, *, bare_is_plain: bool) -> str:
    """Give the token of a word by its marks."""
    if spelling in OTHERS.get(plain, ()) and (bare_is_plain or spelling != plain):
        return f"{plain}{OTHER}"
    sense = MARKED.get(plain)
    marks = {char for char in spelling if not char.isascii()} - {"đ"}  # "đoc" is half bare
    if sense is None or not marks <= VIETNAMESE:
        return _unsettled(plain)
    if marks:
        return sense.get(spelling, sense[""]) + (SEVERAL if plain in ALWAYS_OPEN else "")
    return sense[plain] if bare_is_plain and plain in sense else _unsettled(plain)


def _unsettled(plain: str) -> str:
    return f"{plain}{SEVERAL}" if plain in BARE else plain


def _stop(written: str) -> str:
    """Give ``,`` for a pause, ``.`` for a stop that may be read over, ``?`` and ``;`` for hard ones."""
    if written in ",:":
        return ","
    if "?" in written:
        return "?"
    return ";" if ";" in written else "."


def settle(words: list[str]) -> None:
    """Decide words that have several meanings by the word that follows, in place."""
    written = [*words, ""]
    for at in [at for at, word in enumerate(words) if SEVERAL in word]:
        behind = at + 1
        while not written[behind] and behind < len(words):
            behind += 1
        following = written[behind].partition(" ")[0].rstrip(SEVERAL)
        single = written[at].split(" ")
        for place in range(len(single) - 1, -1, -1):
            plain = single[place].rstrip(SEVERAL)
            if plain != single[place] and plain in BARE:
                before = single[place - 1] if place else written[at - 1].rpartition(" ")[2] if at else ""
                sense = BARE_BEHIND.get(plain, {}).get(before.rstrip(SEVERAL))
                single[place] = sense or BARE[plain].choose(following)
            following = plain
        words[at] = " ".join(single).replace(SEVERAL, "")


def canonical_form(written: str) -> str:
    """Give a word of the phrase table as in a text with marks; its sense may still be open."""
    if not written[0].isalnum() or written.isupper():
        return written
    return _OF_TABLE[written]
