"""The shipped table of look-alike characters is Unicode's, and nothing changed it since."""

import hashlib
from pathlib import Path

import verifykb.text.confusables as module
from verifykb.text.confusables import latin_for, latin_table

_FILE = Path(module.__file__).with_name("confusables.txt")
# Of the file as made by tools/make_confusables.py of Unicode 15.0.0.
_SHA256 = "dbac86bf0e554c7e45816d5c5d19edd53292e7d9fb518285baf68f242ba78efc"


def test_the_table_is_the_pinned_one() -> None:
    """Its hash and the version that it names."""
    data = _FILE.read_bytes()
    assert hashlib.sha256(data).hexdigest() == _SHA256
    assert b"Unicode 15.0.0" in data.split(b"\n", 1)[0]


def test_the_table_gives_plain_letters_for_characters_that_are_none() -> None:
    """From outside ASCII to small letters, digits, dot and hyphen."""
    assert len(latin_table()) > 1700
    for char, letters in latin_table().items():
        assert not char.isascii()
        assert letters.isascii()
        assert letters == letters.lower()


def test_letters_of_many_scripts_are_known() -> None:
    """Cyrillic, Greek, Armenian, Cherokee, Lisu, mathematical and full-width letters."""
    pairs = {"а": "a", "ο": "o", "ѕ": "s", "ո": "n", "Ꭼ": "e", "ꓦ": "v", "ʏ": "y", "𝗆": "rn", "𝖺": "a", "І": "i"}
    assert {char: latin_for(char) for char in pairs} == pairs
