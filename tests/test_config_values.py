"""Tests of what each key of the settings file may hold."""

import tomllib

import pytest

from verifykb.config import Settings, read_settings
from verifykb.errors import UsageError

FILE = "verifykb.toml"


def load(text: str) -> Settings:
    """Give the settings of a file with that text."""
    return read_settings(tomllib.loads(text), FILE)


TYPES = {
    "lang": ["1", "true", '["vi"]'],
    "office": ["1", '"a@b.vn"', "[1]"],
    "mail": ["true"],
    "dns": ['"192.0.2.53"', "[[1]]"],
    "office.mailboxes": ["1", "true", "{}", "[1]", '["a@b.vn", 1]', '[["a@b.vn"]]', "2026-11-22"],
    "mail.boundary": ["1", "[true]", "{}"],
    "mail.authserv_id": ["0.5", "[1]"],
    "dns.nameserver": ["53", "[53]"],
    "dns.doh": ["443", "{}", '["https://dns.example"]'],
    "dns.deadline": ['"5"', "true", "[5]", "2026-11-22"],
    "dns.trust_ad": ["1", '"yes"', "0"],
    "dns.cache": ["0", '"no"', "[]"],
}
VALUES = {
    "lang": ['"fr"', '""', '" "', '"vı"'],
    "office.mailboxes": [
        '[""]', '"ketoan"', '"a@b"', '"Ke Toan <a@b.vn>"', '"<a@b.vn>"', '"a@b.vn, c@d.vn"', '"kếtoán@b.vn"',
        '"a@dơnvi.vn"', '"\\u212a@b.vn"', '"a@b.vn\\u200b"', '"@b.vn"', '"\\"a\\"@b.vn"',
    ],
    "mail.boundary": ['""', '"mx .vn"', '"mx..vn"', '"."', '"m\\u212a.vn"', '"*.vn"', '"192.0.2.1/24"', f'"{"a" * 64}.vn"'],
    "mail.authserv_id": ['""', '"a b"', '"a;b"', '"m\\u212a"', f'"{"a" * 254}"'],
    "dns.nameserver": ['""', '["192.0.2.53", " "]'],
    "dns.doh": ['""'],
    "dns.deadline": ["0", "-1", "0.05", "600.1", "nan", "inf", "-inf", "1" + "0" * 40, f"0x{'f' * 5000}"],
}  # fmt: skip


def cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(key, value) for key, values in table.items() for value in values]


def one_key(key: str, value: str) -> str:
    table, _, name = key.rpartition(".")
    return f"[{table}]\n{name} = {value}\n" if table else f"{name} = {value}\n"


@pytest.mark.parametrize(("key", "value"), cases(TYPES))
def test_a_wrong_type_names_file_and_key(key: str, value: str) -> None:
    """A value of another type is never turned into the right one."""
    with pytest.raises(UsageError) as caught:
        load(one_key(key, value))
    assert caught.value.key == "config-wrong-type"
    assert (caught.value.values["file"], caught.value.values["key"]) == (FILE, key)


@pytest.mark.parametrize(("key", "value"), cases(VALUES))
def test_a_value_that_cannot_be_used_names_file_and_key(key: str, value: str) -> None:
    """What only looks like an address, a host name or a number of seconds is refused."""
    with pytest.raises(UsageError) as caught:
        load(one_key(key, value))
    assert caught.value.key == "config-bad-value"
    assert (caught.value.values["file"], caught.value.values["key"]) == (FILE, key)


@pytest.mark.parametrize(("value", "seconds"), [("0.1", 0.1), ("600", 600.0), ("600.0", 600.0), ("1e1", 10.0)])
def test_the_bounds_of_the_deadline_count(value: str, seconds: float) -> None:
    """From 0.1 to 600 seconds, both included."""
    assert load(one_key("dns.deadline", value)).deadline == seconds
