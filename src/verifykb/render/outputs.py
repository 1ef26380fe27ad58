"""Where reports go: stdout, and files that appear only when they are complete."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, cast

from verifykb.errors import OutputError, UsageError
from verifykb.render import FORMATS, Renderer, Style, renderer


class Outputs:
    """The renderers of one run, as a context: leaving it well publishes the files.

    Args:
        stdout_format: the format on stdout.
        outputs: ``FORMAT=PATH`` for each file besides it.
        style: how to write; files are never coloured.

    Raises:
        UsageError: an output is not of that form, or two go to one file.
    """

    def __init__(self, stdout_format: str, outputs: list[str], style: Style) -> None:
        self._stdout_format = stdout_format
        self._style = style
        self._files = [_File(*pair) for pair in _pairs(outputs)]

    def __enter__(self) -> list[Renderer]:
        on_file = self._style._replace(colour=False, boxes=False, width=0)
        try:
            renderers = [
                renderer(file.format, cast("IO[str]", _Guarded(file.open(), file.path)), on_file)
                for file in self._files
            ]
        except OutputError:
            self._discard()
            raise
        return [renderer(self._stdout_format, sys.stdout, self._style), *renderers]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            try:
                for file in self._files:
                    file.publish()
            except OutputError:
                self._discard()
                raise
        else:
            self._discard()

    def _discard(self) -> None:
        for file in self._files:
            file.discard()


def _pairs(outputs: list[str]) -> list[tuple[str, str]]:
    from difflib import get_close_matches

    pairs: list[tuple[str, str]] = []
    for output in outputs:
        name, equals, path = output.partition("=")
        if not (equals and name and Path(path).name):
            raise UsageError("output-shape", value=output)
        if name.lower() not in FORMATS:
            near = "".join(get_close_matches(name.lower(), FORMATS, n=1))
            raise UsageError("format-unknown", format=name, known=", ".join(FORMATS), near=near)
        if any(Path(path).absolute() == Path(other).absolute() for _, other in pairs):
            raise UsageError("output-twice", file=path)
        pairs.append((name.lower(), path))
    return pairs


class _File:
    """A file that is written beside its place and renamed into it when complete."""

    def __init__(self, format_: str, path: str) -> None:
        self.format = format_
        self.path = path
        self._temporary = Path(path).with_name(f".{Path(path).name}.{os.getpid()}.tmp")
        self._stream: IO[str] | None = None

    def open(self) -> IO[str]:
        try:
            self._stream = self._temporary.open("x", encoding="utf-8", newline="")
        except (OSError, ValueError) as error:
            raise _failed(self.path, error) from error
        return self._stream

    def publish(self) -> None:
        if self._stream is None:
            return
        try:
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._temporary.replace(self.path)
        except OSError as error:
            raise _failed(self.path, error) from error

    def discard(self) -> None:
        if self._stream is None:
            return
        with suppress(OSError):
            self._stream.close()
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)


def _failed(path: str, error: Exception) -> OutputError:
    why = getattr(error, "strerror", None) or type(error).__name__
    return OutputError("output-failed", file=path, why=why)


class _Guarded:
    """A stream whose failures name the file they happened on."""

    def __init__(self, stream: IO[str], path: str) -> None:
        self._stream = stream
        self._path = path

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError as error:
            raise _failed(self._path, error) from error
