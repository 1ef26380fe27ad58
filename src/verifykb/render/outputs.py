"""Where reports go: stdout, and files that appear only when they are complete.

1. A report that does not appear leaves nothing behind, and the one before it as it was, who may read it included.
2. What a killed run had to leave beside a report's place goes when the next one writes there.
"""

import io
import os
import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast
from zlib import crc32

from verifykb.errors import OutputError, UsageError, reason_of
from verifykb.locks import is_locked, is_running
from verifykb.render import BINARY, Renderer, Style, known_format, renderer
from verifykb.text.paths import for_system


class Outputs:
    """The renderers of one run, as a context: leaving it well publishes the files.

    Args:
        stdout_format: the format on stdout; empty for nothing there.
        outputs: ``FORMAT=PATH`` for each file besides it.
        style: how to write; files are never coloured.
        inputs: files that are read in the same run and must not be overwritten.

    Raises:
        UsageError: an output is not of that form, or two go to one file.
    """

    def __init__(self, stdout_format: str, outputs: list[str], style: Style, inputs: Sequence[str] = ()) -> None:
        self._stdout_format = stdout_format
        self._style = style
        pairs = _pairs(outputs)
        for _, path in pairs:
            refuse_place(path, inputs)
        self._files = [CompleteFile(*pair) for pair in pairs]

    @property
    def has_stdout(self) -> bool:
        """Whether the first of them goes to stdout."""
        return bool(self._stdout_format)

    @property
    def formats(self) -> list[str]:
        """The formats that are written, in the order of their renderers."""
        return [*([self._stdout_format] if self._stdout_format else []), *(file.format for file in self._files)]

    def __enter__(self) -> list[Renderer]:
        on_file = self._style._replace(colour=False, boxes=False, width=0, quiet=False)
        try:
            renderers = [_on_stdout(self._stdout_format, self._style)] if self._stdout_format else []
            renderers += [renderer(file.format, file.open(), on_file) for file in self._files]
        except BaseException:
            self._discard()
            raise
        return renderers

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            try:
                for file in self._files:
                    file.publish()
            except BaseException:
                self._discard()
                raise
        else:
            self._discard()

    def _discard(self) -> None:
        left = list(self._files)
        while left:
            try:
                left[-1].discard()
                left.pop()
            except KeyboardInterrupt:
                continue  # the run ends anyway, but not with a file that is half written


def _on_stdout(name: str, style: Style) -> Renderer:
    if name not in BINARY:
        return renderer(name, sys.stdout, style)
    if sys.stdout.isatty():
        raise UsageError("output-binary", format=name)
    return renderer(name, sys.stdout.buffer, style)


def _pairs(outputs: list[str]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for output in outputs:
        name, equals, path = output.partition("=")
        if not (equals and name and Path(path).name):
            raise UsageError("output-shape", value=output)
        format_ = known_format(name)
        if any(_path(path).resolve() == _path(other).resolve() for _, other in pairs):
            raise UsageError("output-twice", file=path)
        pairs.append((format_, path))
    return pairs


_MAILS = (".eml", ".msg", ".mbox")


def refuse_place(path: str, inputs: Sequence[str]) -> None:
    """Refuse to replace a device, a pipe, a folder, a saved mail, or a file that is being read."""
    target = _path(path)
    try:
        if target.exists() and not target.is_file():
            raise OutputError("output-not-file", file=path)
        if target.exists() and path.lower().endswith(_MAILS):
            raise UsageError("output-is-mail", file=path)  # a log may name it, and it is the only evidence
        if any(_path(other).exists() and target.exists() and target.samefile(_path(other)) for other in inputs):
            raise UsageError("output-is-input", file=path)
    except (OSError, ValueError) as error:
        raise _failed(path, error) from error


def _path(path: str) -> Path:
    return Path(for_system(path))


class CompleteFile:
    """A file that is written beside its place and renamed into it when complete.

    Args:
        format_: the name of the format that is written.
        path: its place, as typed.
    """

    def __init__(self, format_: str, path: str) -> None:
        self.format = format_
        self.path = path
        # Beside what a link points to, so that the link stays one; short, for names at the limit.
        self._target = _path(path).resolve()
        name = f".verifykb-{crc32(os.fsencode(self._target.name)):08x}"
        self._temporary = self._target.with_name(f"{name}-{os.getpid()}-{id(self):x}.tmp")
        self._others = f"{name}-*.tmp"
        self._stream: IO[Any] | None = None
        self._guarded: _Guarded | None = None

    def open(self) -> IO[Any]:
        """Open it for writing.

        Raises:
            OutputError: it cannot be written there.
        """
        try:
            self._remove_left()
            if self.format in BINARY:
                self._stream = self._temporary.open("xb")
            else:
                self._stream = self._temporary.open("x", encoding="utf-8", newline="")
            is_locked(self._stream, unknown=True)  # no other run takes it for one that was left
            with suppress(OSError):  # most often there is none yet
                self._temporary.chmod(stat.S_IMODE(self._target.stat().st_mode))
        except (OSError, ValueError) as error:
            self.discard()
            raise _failed(self.path, error) from error
        self._guarded = _Guarded(self._stream, self.path)
        return cast("IO[Any]", self._guarded)

    def _remove_left(self) -> None:
        """Remove what runs that were killed had begun to write for this place."""
        for path in self._target.parent.glob(self._others):
            with suppress(OSError, ValueError), path.open("rb") as file:
                process = int(path.name.split("-")[2])
                if is_locked(file, unknown=False) and not is_running(process):
                    path.unlink()

    def publish(self) -> None:
        """Let it appear in its place.

        Raises:
            OutputError: it could not be written to its end.
        """
        if self._stream is None:
            return
        try:
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._temporary.replace(self._target)
        except OSError as error:
            raise _failed(self.path, error) from error

    def discard(self) -> None:
        """Leave nothing behind that did not appear."""
        if self._stream is None:
            return
        if self._guarded is not None:
            self._guarded.let_go()
        with suppress(OSError):
            self._stream.close()
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)


def _failed(path: str, error: Exception) -> OutputError:
    return OutputError("output-failed", file=path, why=reason_of(error))


class _Guarded:
    """A stream whose failures name the file they happened on."""

    def __init__(self, stream: IO[Any], path: str) -> None:
        self._stream = stream
        self._path = path

    def let_go(self) -> None:
        """Let what is still written go nowhere: pyarrow ends a file even as it is thrown away."""
        self._stream = io.BytesIO() if isinstance(self._stream, io.BufferedIOBase) else io.StringIO()

    def write(self, data: Any) -> int:
        try:
            return self._stream.write(data)
        except OSError as error:
            raise _failed(self._path, error) from error

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            raise _failed(self._path, error) from error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)  # what writers of bytes ask for besides: tell, seek, closed
