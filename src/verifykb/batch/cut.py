"""Every log of a run, cut into pieces. What cannot be cut is written out as records in the run's folder."""

import glob
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from verifykb.batch.mail_folder import is_mail, read_mails
from verifykb.batch.pieces import PIECE_BYTES, Piece, cut_lines, cut_table
from verifykb.batch.readers import encoding_of, format_of, read_log
from verifykb.batch.record import ReadOptions, Record
from verifykb.batch.stream import STDIN, open_log
from verifykb.errors import InputError, reason_of
from verifykb.model.report import InputFile, Unreadable
from verifykb.text.paths import for_system

_RECORDS_AT_ONCE = 500
_MAILS_AT_ONCE = 64  # each takes as long as many rows


def cut_log(path: str, options: ReadOptions, folder: Path, inputs: list[InputFile]) -> Iterator[Piece]:
    """Cut one log.

    Args:
        path: a file, a folder of saved mails, or ``-`` for standard input.
        options: how to read it.
        folder: the run's own, for what has to be written out.
        inputs: gets the fingerprints of what is read.

    Raises:
        InputError: it is missing or unreadable, or its header is unusable.
        UsageError: the options do not say how to read it.
    """
    if not options.input_format and path != STDIN and (is_mail(path) or os.path.isdir(for_system(path))):  # noqa: PTH112
        yield from _written_out(path, read_mails(path, inputs), folder, _MAILS_AT_ONCE)
        return
    input_format = options.input_format or format_of(path)
    if input_format == "xlsx":
        from verifykb.batch.xlsx import read_xlsx

        place = _lasting(path, folder)
        records = read_xlsx(place, options, lambda digest: inputs.append(InputFile(path, digest)), path)
        yield from _written_out(path, records, folder, _RECORDS_AT_ONCE)
        return
    if input_format == "mbox":
        from verifykb.batch.mbox import read_mbox

        yield from _written_out(path, read_mbox(path, inputs), folder, _MAILS_AT_ONCE)
        return
    place = _lasting(path, folder)
    yield from _cut_text(place, path, input_format, options, folder)
    inputs.append(InputFile(path, _fingerprint(place, path)))


def _cut_text(place: str, path: str, input_format: str, options: ReadOptions, folder: Path) -> Iterator[Piece]:
    if input_format == "parquet":
        from verifykb.batch.parquet import cut_groups

        yield from cut_groups(place, path, options)
    elif encoding_of(options) != "utf-8-sig":
        yield from _written_out(path, read_log(place, options, [], path), folder, _RECORDS_AT_ONCE)
    elif input_format == "jsonl":
        yield from cut_lines(place, path)
    else:
        yield from cut_table(place, path, options, tabs=input_format == "tsv")


def expanded(paths: Iterable[str]) -> list[str]:
    """Give the files that patterns stand for, in the order of their names; a file that exists is no pattern."""
    found: list[str] = []
    for path in paths:
        is_pattern = any(sign in path for sign in "*?[") and not os.path.lexists(for_system(path))
        matches = sorted(glob.glob(for_system(path), recursive=True)) if is_pattern else []  # noqa: PTH207
        found += matches or [path]
    return found


def _lasting(path: str, folder: Path) -> str:
    """Give a place to read from as often as is needed: standard input and pipes can be read only once."""
    if path != STDIN and not _is_pipe(path):
        return path
    kept = folder / ("stdin" if path == STDIN else f"pipe-{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}")
    if not kept.exists():
        with open_log(path) as source, kept.with_suffix(".part").open("wb") as copy:
            shutil.copyfileobj(source, copy)
        kept.with_suffix(".part").replace(kept)
    return str(kept)


def _is_pipe(path: str) -> bool:
    try:
        found = os.stat(for_system(path)).st_mode  # noqa: PTH116 - one way of naming files
    except (OSError, ValueError):
        return False  # opening it says why
    return not stat.S_ISREG(found) and not stat.S_ISDIR(found)


def _fingerprint(place: str, path: str) -> str:
    try:
        with open(for_system(place), "rb") as file:  # noqa: PTH123 - one way of naming files
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError("file-unreadable", file=path, why=reason_of(error)) from error


def _written_out(path: str, records: Iterable[Record | Unreadable], folder: Path, at_once: int) -> Iterator[Piece]:
    from verifykb.batch.read_piece import written_out

    descriptor, place = tempfile.mkstemp(prefix="records-", dir=folder)  # there may be as many as mails
    with open(descriptor, "wb") as out:  # noqa: PTH123 - it is open
        start = count = 0
        for item in records:
            _write_line(out, written_out(item))
            count += 1
            end = out.tell()
            if count == at_once or end - start >= PIECE_BYTES:
                out.flush()
                yield Piece("records", place, path, start, end, 0)
                start, count = end, 0
        out.flush()
        if count:
            yield Piece("records", place, path, start, out.tell(), 0)


def _write_line(out: IO[bytes], line: str) -> None:
    out.write(line.encode("ascii") + b"\n")
