"""Logs of contacts, record by record: CSV, TSV, JSON lines, and folders of saved mails.

1. What cannot be read is reported with file and row, and the run goes on.
2. Text is UTF-8 (with or without a byte order mark) unless an encoding was named; it is
   never guessed, and a byte that does not fit spoils its row only.
"""

import codecs
import io
import os
from collections.abc import Iterator

from verifykb.batch.json_lines import read_json_lines
from verifykb.batch.mail_folder import is_mail, read_mails
from verifykb.batch.record import ReadOptions, Record
from verifykb.batch.stream import STDIN, HashingReader, Lines, open_log
from verifykb.batch.tables import read_table
from verifykb.errors import InputError, UsageError, reason_of
from verifykb.model.report import InputFile, Unreadable
from verifykb.text.paths import for_system

FORMATS = ("csv", "tsv", "jsonl", "xlsx", "parquet", "mbox")
_ENDINGS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".mbox": "mbox",
}


def read_log(path: str, options: ReadOptions, inputs: list[InputFile], name: str = "") -> Iterator[Record | Unreadable]:
    """Read one log of text, or a folder of mails, from its beginning to its end.

    Args:
        path: a file, or ``-`` for standard input.
        options: how to read it.
        inputs: gets the file's fingerprint once it was read to the end.
        name: how messages and records name it; the path where none is given.

    Yields:
        Each record, or what could not be read, in the order of the file.

    Raises:
        InputError: the file is missing, unreadable, no text, or its header is unusable.
        UsageError: the options do not say how to read it.
    """
    if not options.input_format and path != STDIN and (is_mail(path) or os.path.isdir(for_system(path))):  # noqa: PTH112
        yield from read_mails(path, inputs)
        return
    input_format = options.input_format or format_of(path)
    encoding = encoding_of(options)
    name = name or path
    with open_log(path) as raw:
        hashing = HashingReader(raw)
        text = io.TextIOWrapper(io.BufferedReader(hashing), encoding=encoding, errors="surrogateescape", newline="")
        lines = Lines(text, name, encoding)
        try:
            if input_format == "jsonl":
                yield from read_json_lines(name, lines, options)
            else:
                yield from read_table(name, lines, options, tabs=input_format == "tsv")
        except UnicodeError as error:
            raise InputError("file-encoding", file=name, encoding=encoding, line=1) from error
        except OSError as error:
            raise InputError("file-unreadable", file=name, why=reason_of(error)) from error
        inputs.append(InputFile(path=name, sha256=hashing.hexdigest()))
        text.detach()


def folder_of(file: str) -> str:
    """Give the folder that paths in a log are relative to."""
    return "" if file == STDIN else os.path.dirname(file)  # noqa: PTH120


def check_options(path: str, options: ReadOptions) -> None:
    """Refuse options that cannot be meant, before anything is written.

    Raises:
        UsageError: standard input without a format, or an encoding that is none.
    """
    encoding_of(options)
    if path == STDIN and not options.input_format:
        raise UsageError("stdin-needs-format")


def format_of(path: str) -> str:
    """Tell the format of a log by its name.

    Raises:
        InputError: it is missing, or its name tells nothing.
        UsageError: standard input has no name.
    """
    if path == STDIN:
        raise UsageError("stdin-needs-format")
    ending = os.path.splitext(path)[1].lower()  # noqa: PTH122 - pathlib knows no "-"
    if ending not in _ENDINGS:
        if not os.path.exists(for_system(path)):  # noqa: PTH110
            raise InputError("file-missing", file=path)
        raise InputError("file-format-unknown", file=path)
    return _ENDINGS[ending]


def encoding_of(options: ReadOptions) -> str:
    """Give the codec of a log; ``utf-8-sig`` for UTF-8, which takes a byte order mark or none.

    Raises:
        UsageError: there is no such encoding.
    """
    name = options.encoding
    try:
        found = codecs.lookup(name or "utf-8").name
        # Refuses codecs that are no text encodings, such as rot13.
        "a".encode(found).decode(found, "surrogateescape")
    except (LookupError, ValueError) as error:
        raise UsageError("file-encoding-unknown", encoding=name) from error
    return "utf-8-sig" if found == "utf-8" else found
