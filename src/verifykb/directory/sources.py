"""Checks that every loader of directory entries shares: citations and spellings."""

import re
from collections.abc import Mapping

from verifykb.directory.toml_reader import TomlReader
from verifykb.directory.types import Document, Publication, Sources


class SourceCheck:
    """Reads `source` lists and refuses a citation of a text that the file does not name."""

    def __init__(self, documents: Mapping[str, Document], publications: Mapping[str, Publication]) -> None:
        self._documents = documents
        self._publications = publications

    def __call__(self, reader: TomlReader, key: str = "source") -> Sources:
        """Read one list of citations."""
        sources = reader.texts(key)
        for source in sources:
            number, _, line = source.rpartition(":")
            document = self._documents.get(number)
            known = source in self._publications or (
                document is not None and line.isdecimal() and int(line) in document.clauses
            )
            if not known:
                raise reader.fail(key, "unknown-source", value=source)
        return sources

    def by_key(self, reader: TomlReader) -> dict[str, Sources]:
        """Read a table of `source` lists."""
        return {key: self(reader, key) for key in reader}


def spelling(entry: TomlReader, key: str, pattern: str) -> str:
    """Read a text that must already be in the spelling that checks compare with."""
    value = entry.text(key)
    if not re.fullmatch(pattern, value):
        raise entry.fail(key, "wrong-spelling", value=value)
    return value
