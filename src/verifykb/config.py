"""The office's settings: `verifykb.toml`, read key by key.

1. The nearest `verifykb.toml` from the working directory upward; or the file that was named;
   or, isolated, none. They never add up: one file holds.
2. An unknown key, or a value that cannot be used, ends the run: a slip must not quietly leave
   other settings in force than the office believes.
3. No environment variable sets any of them.
4. `read_settings` gives the meaning of a parsed file and is pure; only `load_settings`,
   `configured_language` and `find_config` touch the disk.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from verifykb.config_values import KEYS, TABLES, UnusableError, language
from verifykb.errors import UsageError, reason_of

FILE_NAME = "verifykb.toml"
_MAX_BYTES = 1_048_576
# tomllib needs a time that grows with the square of a dotted key's parts: 30,000 of them take 15 s.
_MAX_DOTS_IN_LINE = 100
_CUTOFF = 0.7  # below it a suggestion misleads
_NOWHERE: Mapping[str, str] = {}


class Settings(NamedTuple):
    """What an office has settled; each default is the careful choice.

    Args:
        lang: ``vi``, ``en``, or empty where the file does not say.
        office_mailboxes: the office's own mailboxes, ASCII, A-Z folded.
        boundary: host names that the office's own border server writes behind ``by`` in
            Received, A-Z folded, without a trailing dot.
        authserv_ids: whose Authentication-Results the office trusts, A-Z folded (RFC 8601, 2.5).
        nameservers: whom to ask instead of the system's resolvers, as written.
        doh: URL of a DNS server over HTTPS (RFC 8484), asked instead; empty for none.
        deadline: seconds for all questions about one contact.
        trust_ad: the resolver validates DNSSEC and the way to it is trusted (RFC 4035, 3.2.3).
        cache: answers may be kept on disk for as long as they live.
        origins: key as in the file (``dns.doh``) to what set it: a file, or an option such as ``--doh``.
        file: the file that was read; empty where none was.
    """

    lang: str = ""
    office_mailboxes: tuple[str, ...] = ()
    boundary: tuple[str, ...] = ()
    authserv_ids: tuple[str, ...] = ()
    nameservers: tuple[str, ...] = ()
    doh: str = ""
    deadline: float = 5.0
    trust_ad: bool = False
    cache: bool = True
    origins: Mapping[str, str] = _NOWHERE
    file: str = ""


def load_settings(path: str | None, *, isolated: bool, start: Path) -> Settings:
    """Read the settings that hold.

    Args:
        path: a file to read instead of searching, as typed; None or empty to search.
        isolated: read no file at all.
        start: the folder from which the search goes upward.

    Raises:
        UsageError: the file cannot be read, is no TOML, or holds what cannot be used.
    """
    file = None if isolated else _file(path, start)
    if file is None:
        return Settings()
    shown = path or _shown(file)
    return read_settings(_parsed(_content(file, shown), shown), shown)


def configured_language(path: str | None, *, isolated: bool, start: Path) -> str:
    """Give the language that the file asks for, however broken the rest of it is; empty for none.

    Args:
        path: as for `load_settings`.
        isolated: as for `load_settings`.
        start: as for `load_settings`.
    """
    try:
        file = None if isolated else _file(path, start)
        return language(_parsed(_content(file, ""), "").get("lang")) if file else ""
    except (UsageError, UnusableError):
        return ""


def working_folder() -> Path:
    """Give the folder from which a search starts; one that was deleted holds nothing."""
    try:
        return Path.cwd()
    except OSError:
        return Path()


def find_config(start: Path) -> Path | None:
    """Give the nearest `verifykb.toml`, from a folder upward.

    Whatever has that name counts, readable or not: reading it then fails openly.
    """
    for folder in (start, *start.parents):
        file = folder / FILE_NAME
        try:
            file.lstat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:  # it may be there
            pass
        return file
    return None


def read_settings(data: Mapping[str, Any], file: str) -> Settings:
    """Give the meaning of a parsed file.

    Args:
        data: what a TOML parser made of it.
        file: its name, for errors and origins.

    Raises:
        UsageError: an unknown key, a value of another type, or one that cannot be used.
    """
    found: dict[str, Any] = {}
    for key, value in _flat(data, file):
        if key not in KEYS:
            raise UsageError("config-unknown-key", file=file, key=key, near=_near(key))
        field, expected, read = KEYS[key]
        try:
            found[key] = (field, read(value))
        except UnusableError as error:
            kind = "config-bad-value" if error.value else "config-wrong-type"
            raise UsageError(kind, file=file, key=key, value=error.value, expected=expected) from error
    if "dns.doh" in found and found.get("dns.nameserver", ("", ()))[1]:
        raise UsageError("config-conflict", file=file, first="dns.nameserver", second="dns.doh")
    return Settings(**dict(found.values()), origins=dict.fromkeys(found, file), file=file)


def _file(path: str | None, start: Path) -> Path | None:
    if not path:
        return find_config(start)
    from verifykb.text.paths import for_system

    try:
        return Path(for_system(path))
    except ValueError as error:  # half a character is in no file name
        raise UsageError("config-unreadable", file=path, why="ENOENT") from error


def _shown(file: Path) -> str:
    """Give a path of this system as UTF-8 text, whatever the locale is."""
    from os import fsencode

    return fsencode(file).decode("utf-8", "surrogateescape")


def _content(file: Path, shown: str) -> bytes:
    try:
        if file.exists() and not file.is_file():  # a pipe or a device may never end
            raise UsageError("config-not-file", file=shown)
        with file.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise UsageError("config-unreadable", file=shown, why=reason_of(error)) from error
    except ValueError as error:  # a NUL in the name
        raise UsageError("config-unreadable", file=shown, why="ENOENT") from error
    if len(raw) > _MAX_BYTES:
        raise UsageError("config-too-large", file=shown, limit=_MAX_BYTES)
    return raw


def _parsed(raw: bytes, shown: str) -> dict[str, Any]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UsageError("config-encoding", file=shown, line=line) from error
    for number, written in enumerate(text.split("\n"), start=1):
        if written.count(".") > _MAX_DOTS_IN_LINE:
            raise UsageError("config-too-many-dots", file=shown, line=number, limit=_MAX_DOTS_IN_LINE)
    try:
        return _toml(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"at line (\d+)", str(error))
        # Without a place: the file ended too early, or it is too deep or too long a number.
        line = int(place[1]) if place else text.rstrip("\n").count("\n") + 1
        raise UsageError("config-syntax", file=shown, line=line, problem=_problem(error)) from error


@lru_cache(maxsize=1)  # the language is looked up before the settings are
def _toml(text: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(text)


def _problem(error: Exception) -> str:
    text = str(error).partition(" (at ")[0]
    return text or type(error).__name__


def _flat(data: Mapping[str, Any], file: str) -> list[tuple[str, Any]]:
    """Give the keys with dots between table and name; only known tables are opened."""
    flat: list[tuple[str, Any]] = []
    for key, value in data.items():
        if key not in TABLES:
            flat.append((f'"{key}"' if "." in key else key, value))  # "dns.doh" in quotes is no table
        elif isinstance(value, Mapping):
            flat += [(f"{key}.{name}", item) for name, item in value.items()]
        else:
            raise UsageError("config-wrong-type", file=file, key=key, value="", expected=f"[{key}]")
    return flat


def _near(key: str) -> str:
    """Give the key that was meant: one spelt alike, or the same name in its right table."""
    table, _, name = key.rpartition(".")
    for known in KEYS:
        if known.rpartition(".")[2] == name:
            return known
    here = [known for known in KEYS if known.rpartition(".")[0] == table] + ([] if table else list(TABLES))
    near = get_close_matches(key, here, n=1, cutoff=_CUTOFF) or get_close_matches(key, KEYS, n=1, cutoff=_CUTOFF)
    return "".join(near)
