"""Tests of the settings file: which one is read, what it may say, and how a slip is told."""

import os
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.config import Settings, configured_language, find_config, load_settings, read_settings
from verifykb.config_values import KEYS
from verifykb.errors import UsageError
from verifykb.wording import LANGUAGES, Wording

FULL = """
lang = "EN"
[office]
mailboxes = ["KeToan@DonVi.gov.vn", "vanthu@donvi.gov.vn.", "ketoan@donvi.gov.vn"]
[mail]
boundary = "MX.donvi.gov.vn."
authserv_id = ["mx.DonVi.gov.vn", "zimbra"]
[dns]
nameserver = ["192.0.2.53", "2001:db8::53"]
deadline = 2
trust_ad = true
cache = false
"""


def load(folder: Path, text: str | bytes) -> Settings:
    """Load a settings file with that content."""
    file = folder / "verifykb.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return load_settings(None, isolated=False, start=folder)


def test_every_key_arrives_as_it_is_compared(tmp_path: Path) -> None:
    """Names are folded A-Z, without a trailing dot, each once; one text stands for a list of one."""
    settings = load(tmp_path, FULL)
    file = str(tmp_path / "verifykb.toml")
    keys = (
        "lang", "office.mailboxes", "mail.boundary", "mail.authserv_id",
        "dns.nameserver", "dns.deadline", "dns.trust_ad", "dns.cache",
    )  # fmt: skip
    assert settings == Settings(
        lang="en",
        office_mailboxes=("ketoan@donvi.gov.vn", "vanthu@donvi.gov.vn"),
        boundary=("mx.donvi.gov.vn",),
        authserv_ids=("mx.donvi.gov.vn", "zimbra"),
        nameservers=("192.0.2.53", "2001:db8::53"),
        deadline=2.0,
        trust_ad=True,
        cache=False,
        origins=dict.fromkeys(keys, file),
        file=file,
    )
    assert isinstance(settings.deadline, float)


def test_doh_arrives(tmp_path: Path) -> None:
    """The URL stays as written; whether it can be asked is judged where it is opened."""
    assert load(tmp_path, '[dns]\ndoh = "https://dns.example/dns-query"').doh == "https://dns.example/dns-query"


@pytest.mark.parametrize("text", ["", "# nothing\n", "[dns]\n[office]\n[mail]\n", "\ufeff[dns]\n"])
def test_a_file_that_says_nothing_leaves_the_careful_defaults(tmp_path: Path, text: str) -> None:
    """Nothing is trusted that nobody named; a byte order mark is no fault."""
    settings = load(tmp_path, text)
    assert settings._replace(file="", origins={}) == Settings()
    assert (settings.office_mailboxes, settings.boundary, settings.authserv_ids) == ((), (), ())
    assert (settings.trust_ad, settings.cache, settings.deadline) == (False, True, 5.0)


@pytest.mark.parametrize(
    ("text", "key", "near"),
    [
        ("lnag = 'vi'", "lnag", "lang"),
        ("[ofice]\nmailboxes = []", "ofice", "office"),
        ("[office]\nmailbox = []", "office.mailbox", "office.mailboxes"),
        ("[mail]\nauthserv_ids = []", "mail.authserv_ids", "mail.authserv_id"),
        ("[dns]\nnameservers = []", "dns.nameservers", "dns.nameserver"),
        ("nameserver = '192.0.2.53'", "nameserver", "dns.nameserver"),
        ("[mail]\ntrust_ad = true", "mail.trust_ad", "dns.trust_ad"),
        ("zzz = 1", "zzz", ""),
        ("[dns]\nzzz = 1", "dns.zzz", ""),
        ("'' = 1", "", ""),
        ("'dns.doh' = 'x'", '"dns.doh"', "dns.doh"),
    ],
)
def test_an_unknown_key_is_told_with_what_may_have_been_meant(tmp_path: Path, text: str, key: str, near: str) -> None:
    """A misspelt key, and one in the wrong table, lead to the right one; nonsense to none."""
    with pytest.raises(UsageError) as caught:
        load(tmp_path, text)
    assert (caught.value.key, caught.value.values["key"], caught.value.values["near"]) == (
        "config-unknown-key",
        key,
        near,
    )


def test_two_ways_of_asking_are_refused(tmp_path: Path) -> None:
    """A name server and DNS over HTTPS in one file: nobody could tell which is asked."""
    with pytest.raises(UsageError, match="config-conflict"):
        load(tmp_path, '[dns]\nnameserver = "192.0.2.53"\ndoh = "https://dns.example/dns-query"')
    assert load(tmp_path, '[dns]\nnameserver = []\ndoh = "https://dns.example/dns-query"').doh


BROKEN: dict[str, tuple[bytes, str, str]] = {
    "no value": (b"lang = 'vi'\n\n[dns]\ncache =\n", "config-syntax", "4"),
    "unclosed": (b"lang = 'vi'\n[dns\n", "config-syntax", "2"),
    "ends too early": (b"lang = 'vi'\n[office]\nmailboxes = [\n", "config-syntax", "3"),
    "twice": (b"lang = 'vi'\nlang = 'en'\n", "config-syntax", "2"),
    "too deep": (b"\nx = " + b"[" * 100_000, "config-syntax", "2"),
    "too long a number": (b"x = " + b"1" * 5000, "config-syntax", "1"),
    "NUL": (b"lang = 'vi'\n\0\n", "config-syntax", "2"),
    "not UTF-8": (b"lang = 'vi'\n# \xff\n", "config-encoding", "2"),
    "UTF-16": ("lang = 'vi'".encode("utf-16"), "config-encoding", "1"),
    "a key of many parts": (b"lang = 'vi'\n" + b"a." * 30_000 + b"a = 1\n", "config-too-many-dots", "2"),
}


@pytest.mark.parametrize(("raw", "error", "line"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_names_its_line(tmp_path: Path, raw: bytes, error: str, line: str) -> None:
    """However broken, the file is refused at once, with the line to look at."""
    with pytest.raises(UsageError) as caught:
        load(tmp_path, raw)
    assert (caught.value.key, caught.value.values["line"]) == (error, line)
    assert configured_language(None, isolated=False, start=tmp_path) == ""


def test_the_size_is_bounded(tmp_path: Path) -> None:
    """One MiB is read, one byte more is not."""
    assert load(tmp_path, b"#" * 1_048_576).file
    with pytest.raises(UsageError, match="config-too-large"):
        load(tmp_path, b"#" * 1_048_577)


def test_the_nearest_file_upward_holds_alone(tmp_path: Path) -> None:
    """A file nearer by hides the one above it whole; without one there is none."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "verifykb.toml").write_text("lang = 'en'\n[dns]\ncache = false\n", encoding="utf-8")
    assert find_config(inner) == tmp_path / "verifykb.toml"
    (tmp_path / "a" / "verifykb.toml").write_text("lang = 'vi'\n", encoding="utf-8")
    settings = load_settings(None, isolated=False, start=inner)
    assert (settings.lang, settings.cache, settings.file) == ("vi", True, str(tmp_path / "a" / "verifykb.toml"))
    assert find_config(Path()) in (None, Path("verifykb.toml"))


def test_a_named_file_takes_the_place_of_the_search(tmp_path: Path) -> None:
    """`--config` reads that file and no other; isolated reads none."""
    (tmp_path / "verifykb.toml").write_text("nonsense", encoding="utf-8")
    other = tmp_path / "cấu hình.toml"
    other.write_text("lang = 'en'", encoding="utf-8")
    settings = load_settings(str(other), isolated=False, start=tmp_path)
    assert (settings.lang, settings.file, settings.origins) == ("en", str(other), {"lang": str(other)})
    assert load_settings(None, isolated=True, start=tmp_path) == Settings()
    assert configured_language(str(other), isolated=False, start=tmp_path) == "en"
    assert configured_language(str(other), isolated=True, start=tmp_path) == ""


@pytest.mark.parametrize("name", ["missing.toml", "a\0b", "x" * 5000, "\ud800"])
def test_a_named_file_that_cannot_be_read_is_an_error(tmp_path: Path, name: str) -> None:
    """It is never taken for an empty one."""
    with pytest.raises(UsageError, match="config-unreadable"):
        load_settings(str(tmp_path / name), isolated=False, start=tmp_path)


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    """A folder, a pipe without a writer, a device: told at once, found or named."""
    for make in (os.mkdir, os.mkfifo):
        place = tmp_path / make.__name__
        place.mkdir()
        make(place / "verifykb.toml")
        with pytest.raises(UsageError, match="config-not-file"):
            load_settings(None, isolated=False, start=place)
    with pytest.raises(UsageError, match="config-not-file"):
        load_settings("/dev/zero", isolated=False, start=tmp_path)


def test_a_link_to_nowhere_is_an_error(tmp_path: Path) -> None:
    """A file that should be there and is not must not leave the office without its settings."""
    (tmp_path / "verifykb.toml").symlink_to(tmp_path / "gone")
    with pytest.raises(UsageError, match="config-unreadable"):
        load_settings(None, isolated=False, start=tmp_path)


def test_the_language_is_found_in_a_file_that_is_broken_elsewhere(tmp_path: Path) -> None:
    """The error about the other key is told in the language that the file asks for."""
    with pytest.raises(UsageError):
        load(tmp_path, "lang = 'en'\nlnag = 1\n")
    assert configured_language(None, isolated=False, start=tmp_path) == "en"


PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates())
NAMES = st.sampled_from(["lang", "office", "mailboxes", "mail", "boundary", "dns", "deadline", "doh", "x"])
DATA = st.dictionaries(
    NAMES, st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=8)
)


@given(DATA)
def test_any_parsed_file_gives_settings_or_an_error_with_words(data: dict[str, Any]) -> None:
    """Whatever a file says, nobody sees a traceback, and what is kept is folded ASCII."""
    try:
        settings = read_settings(data, "verifykb.toml")
    except UsageError as error:
        for language in LANGUAGES:
            for part in Wording(language).error(error.key, error.values):
                assert part
        return
    for name in (*settings.office_mailboxes, *settings.boundary):
        assert name.isascii()
        assert name == name.lower()
    assert 0.1 <= settings.deadline <= 600


@given(st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_any_file_gives_settings_or_an_error(tmp_path: Path, raw: bytes) -> None:
    """Any bytes at all are read or refused as an error of the settings file."""
    file = ""
    with suppress(UsageError):
        file = load(tmp_path, raw).file
    assert file in ("", str(tmp_path / "verifykb.toml"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("nameserver-invalid", {"value": "x"}), ("doh-invalid", {"value": "x"}),
        ("recording-invalid", {"file": "x", "why": "y"}), ("recording-unreadable", {"file": "x", "why": "ENOENT"}),
        ("mail-unreadable", {"file": "x", "why": "EACCES"}), ("mail-too-large", {"file": "x", "limit": "1"}),
    ],
)  # fmt: skip
def test_errors_raised_elsewhere_have_words(language: str, key: str, values: dict[str, str]) -> None:
    """Each is told in three parts, in NFC, with its values in their holes."""
    parts = Wording(language).error(key, values)
    assert all(parts)
    assert all(part == unicodedata.normalize("NFC", part) for part in parts)
    assert "x" in parts[0]


PAGE = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text(encoding="utf-8")


def test_the_page_describes_every_key_and_its_example_is_valid(tmp_path: Path) -> None:
    """docs/configuration.md has a row for each key, and what it shows can be copied."""
    for key in KEYS:
        assert f"| `{key}` |" in PAGE
    settings = load(tmp_path, PAGE.split("```toml\n")[1].split("```")[0])
    assert settings.office_mailboxes == ("ketoan@donvi.gov.vn",)
    assert set(settings.origins) == KEYS.keys() - {"dns.doh"}
    defaults = Settings()
    assert (settings.deadline, settings.trust_ad, settings.cache) == (
        defaults.deadline, defaults.trust_ad, defaults.cache,
    )  # fmt: skip
