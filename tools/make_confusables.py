"""Make src/verifykb/text/confusables.txt of Unicode's own confusables.txt (UTS 39, section 4).

    python tools/make_confusables.py path/to/confusables.txt

Kept are the rows of characters that are taken for ASCII letters, digits, dot or hyphen: no
other can make a name look like an official one. ASCII characters themselves are left out;
what of them stands for what is in names/skeleton.py.
"""

import hashlib
import re
import sys
import unicodedata
from pathlib import Path

_TARGET = Path(__file__).parents[1] / "src" / "verifykb" / "text" / "confusables.txt"
_ROW = re.compile(r"([0-9A-F]{4,6}) ;\t((?:[0-9A-F]{4,6} ?)+);\tMA\t")
_PLAIN = re.compile(r"[a-z0-9.\-]+")


def _letters(prototype: str) -> str:
    """Give a prototype in small letters without marks."""
    text = "".join(chr(int(point, 16)) for point in prototype.split())
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in decomposed if unicodedata.category(char)[0] != "M")


def main() -> None:
    """Write the table."""
    original = Path(sys.argv[1]).read_bytes()
    text = original.decode("utf-8-sig")
    version = re.search(r"^# Version: (\S+)", text, re.MULTILINE)
    rows = {}
    for point, prototype in _ROW.findall(text):
        char, letters = chr(int(point, 16)), _letters(prototype)
        if not char.isascii() and _PLAIN.fullmatch(letters):
            rows[char] = letters
    head = (
        f"# From confusables.txt of Unicode {version[1] if version else 'unknown'} (UTS 39), sha256 of the original:\n"
        f"# {hashlib.sha256(original).hexdigest()}\n"
        "# Copyright Unicode, Inc.; https://www.unicode.org/license.txt.\n"
        "# Made by tools/make_confusables.py; do not edit.\n"
        "# Code point, and the small ASCII letters that it is taken for.\n"
    )
    body = "".join(f"{ord(char):04X} {letters}\n" for char, letters in sorted(rows.items()))
    _TARGET.write_text(head + body, encoding="utf-8")
    print(f"{len(rows)} rows, sha256 {hashlib.sha256((head + body).encode()).hexdigest()}")


if __name__ == "__main__":
    main()
