"""Typed, strict reading of a TOML table: every complaint names file, line and key.

1. A missing key, a value of another type and an unknown key are `DirectoryError`s.
2. The line is found again in the text, because tomllib keeps no positions.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from verifykb.errors import DirectoryError

T = TypeVar("T")


class TomlReader:
    """One table of a TOML file, read key by key; `close` complains of what was not read.

    Args:
        table: the parsed table.
        path: its keys from the top of the file.
        file: name for messages.
        text: the whole file, to find line numbers.
    """

    def __init__(self, table: Mapping[str, Any], path: tuple[str, ...], file: str, text: str) -> None:
        self._table = table
        self._path = path
        self._file = file
        self._text = text
        self._unread = set(table)

    def fail(self, key: str, problem: str, /, **values: object) -> DirectoryError:
        """Give the error for one key of this table."""
        path = (*self._path, key) if key else self._path
        return DirectoryError(
            f"directory-{problem}",
            file=self._file,
            line=line_of(self._text, path),
            key=".".join(path),
            **values,
        )

    def has(self, key: str) -> bool:
        """Whether the table has the key."""
        return key in self._table

    def __iter__(self) -> Iterator[str]:
        """Give the table's keys in file order."""
        return iter(self._table)

    def integer(self, key: str) -> int:
        """Read a whole number."""
        value = self._get(key, int)
        if isinstance(value, bool):
            raise self.fail(key, "wrong-type", expected="int")
        return value

    def boolean(self, key: str) -> bool:
        """Read true or false."""
        return self._get(key, bool)

    def day(self, key: str) -> date:
        """Read a date without a time."""
        value = self._get(key, date)
        if type(value) is not date:
            raise self.fail(key, "wrong-type", expected="date")
        return value

    def text(self, key: str) -> str:
        """Read a text that is not empty."""
        value = self._get(key, str)
        if not value:
            raise self.fail(key, "empty")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of texts."""
        value = self._get(key, list)
        if not all(isinstance(item, str) and item for item in value):
            raise self.fail(key, "wrong-type", expected="list[str]")
        return tuple(value)

    def member(self, key: str, parse: Callable[[str], T]) -> T:
        """Read a text that `parse` (an enumeration) accepts."""
        return self._parsed(key, self.text(key), parse)

    def members(self, key: str, parse: Callable[[str], T]) -> tuple[T, ...]:
        """Read a list of texts that `parse` (an enumeration) accepts."""
        return tuple(self._parsed(key, item, parse) for item in self.texts(key))

    def table(self, key: str) -> "TomlReader":
        """Read a table."""
        return TomlReader(self._get(key, dict), (*self._path, key), self._file, self._text)

    def tables(self, key: str) -> list["TomlReader"]:
        """Read a list of tables; an absent one is empty."""
        if key not in self._table:
            return []
        value = self._get(key, list)
        if not all(isinstance(item, dict) for item in value):
            raise self.fail(key, "wrong-type", expected="list[table]")
        return [TomlReader(item, (*self._path, key), self._file, self._text) for item in value]

    def plain(self, key: str) -> Mapping[str, Any]:
        """Read a table whose keys are data."""
        return self._get(key, dict)

    def close(self) -> None:
        """Complain of the first key that nobody read."""
        for key in self._table:
            if key in self._unread:
                raise self.fail(key, "unknown-key")

    def _parsed(self, key: str, value: str, parse: Callable[[str], T]) -> T:
        try:
            return parse(value)
        except ValueError as error:
            raise self.fail(key, "unknown-value", value=value) from error

    def _get(self, key: str, kind: type[T]) -> T:
        if key not in self._table:
            raise self.fail(key, "missing-key")
        self._unread.discard(key)
        value = self._table[key]
        if not isinstance(value, kind):
            raise self.fail(key, "wrong-type", expected=kind.__name__)
        return value


def line_of(text: str, path: tuple[str, ...]) -> int:
    """Find the line that a key stands on, or the nearest table header above it.

    Returns:
        The line, counted from 1; 1 where not even a table of the path is in the text.
    """
    best, best_depth = 1, 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[\[?([^\]]+)\]\]?\s*(?:#.*)?$", line)
        pair = re.match(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\")\s*=", line)
        if header:
            table = _keys(header[1])
            here = table
        elif pair:
            here = (*table, *_keys(pair[1]))
        else:
            continue
        depth = len(here)
        if depth > best_depth and here == path[:depth]:
            best, best_depth = number, depth
    return best


def _keys(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip('"') for part in re.findall(r'"[^"]*"|[^."]+', dotted))
