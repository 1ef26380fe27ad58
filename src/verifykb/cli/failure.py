"""Failures, told to a person in three parts on stderr: what, why, what to do."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path

from verifykb import __version__
from verifykb.cli.commands import COMMANDS
from verifykb.errors import UsageError, VerifykbError
from verifykb.wording import Wording, choose_language

# Where even the wording cannot be read: the only sentences outside of it.
_LAST_WORDS = """Lỗi / Error: verifykb {version} gặp lỗi của chính nó; met a mistake of its own.
Vì / Why: {kind}.
Cách xử lý / What to do: cài lại verifykb; reinstall it. Gọi tổng đài Kho bạc; call the treasury.
"""
_PARTS = ("what", "why", "how")
_MAX_SUGGESTIONS = 1
_CUTOFF = 0.7  # below it a suggestion misleads


def tell(error: VerifykbError, wording: Wording) -> None:
    """Tell an expected failure."""
    write_parts(wording.error(error.key, error.values), wording)


def write_parts(parts: tuple[str, ...], wording: Wording, *, place: str = "") -> None:
    """Write the three parts of an error, each on a line of its own, as one write."""
    labels = [wording.text("error_parts", part) for part in _PARTS]
    lines = [f"{label}: {text}".rstrip() for label, text in zip(labels, parts, strict=True)]
    if place:
        lines[0] = f"{place}: {lines[0]}"
    _write("\n".join(lines) + "\n")


def note(wording: Wording, key: str, quiet: int) -> None:
    """Tell something that is no failure (``progress.<key>``), unless the user asked for quiet."""
    if not quiet:
        _write(wording.text("progress", key) + "\n")


def _write(text: str) -> None:
    """Write to stderr; a closed or full stderr must not cost the answer or its status."""
    with suppress(OSError, ValueError):
        sys.stderr.write(text)
        sys.stderr.flush()


def tell_internal(error: BaseException, arguments: Sequence[str]) -> None:
    """Tell our own bug: its kind and place, and nothing of the data it was working on."""
    try:
        _tell_internal(error, Wording(choose_language(arguments, os.environ)))
    except Exception:  # noqa: BLE001 - the words themselves may be what is broken
        _write(_LAST_WORDS.format(version=__version__, kind=type(error).__name__))


def _tell_internal(error: BaseException, wording: Wording) -> None:
    import platform
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "verifykb" in frame.filename] or list(frames)
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
    values = {
        "kind": type(error).__name__,
        "place": place,
        "version": __version__,
        "python": platform.python_version(),
        "switchboard": _switchboard(),
    }
    write_parts(wording.error("internal", values), wording)


def _switchboard() -> str:
    """Give the number to dial even when everything else is broken."""
    from verifykb.directory.load import load_official

    try:
        return load_official().support.switchboard.number
    except Exception:  # noqa: BLE001 - the directory may be what is broken
        return "?"


def usage_job(error: Exception, arguments: Sequence[str], wording: Wording) -> Callable[[], int]:
    """Turn what Typer refused into a job that tells it.

    Typer keeps its parser's exceptions private, so they are told apart by their names.
    """
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        text = str(error)
        return lambda: _show_help(text)
    problem, near = _describe(error, wording)
    typed = f" {arguments[0]}" if arguments and arguments[0] in COMMANDS else ""
    command = context.command_path if context else f"verifykb{typed}"

    def job() -> int:
        raise UsageError("usage", problem=problem, near=near, command=command)

    return job


def _show_help(text: str) -> int:
    _write(text + "\n")
    return int(UsageError.exit_status)


def _describe(error: Exception, wording: Wording) -> tuple[str, str]:
    """Give the problem in the user's language, and a name that may have been meant."""
    kind = type(error).__name__
    name = str(getattr(error, "option_name", "") or _parameter_name(error))
    message = str(getattr(error, "message", error))
    if kind == "NoSuchOption":
        possible = getattr(error, "possibilities", None) or []
        near = get_close_matches(name, possible, n=_MAX_SUGGESTIONS, cutoff=_CUTOFF)
        return wording.text("usage", "no_such_option", name=name), next(iter(near), "")
    if kind == "MissingParameter":
        return wording.text("usage", "missing_parameter", name=name.rstrip(".")), ""
    if kind == "BadParameter":
        return wording.text("usage", "bad_value", name=name, value=message), ""
    if kind == "BadOptionUsage":
        return wording.text("usage", "option_value", name=name), ""
    return _describe_command(error, message, wording)


def _describe_command(error: Exception, message: str, wording: Wording) -> tuple[str, str]:
    context = getattr(error, "ctx", None)
    if message.startswith("No such command"):
        typed = message.split("'")[1] if "'" in message else ""
        known = list(getattr(context.command, "commands", ())) if context else []
        near = get_close_matches(typed, known, n=_MAX_SUGGESTIONS, cutoff=_CUTOFF)
        return wording.text("usage", "no_such_command", name=typed), next(iter(near), "")
    if message.startswith("Missing command"):
        return wording.text("usage", "missing_command"), ""
    if message.startswith("Got unexpected extra argument"):
        return wording.text("usage", "extra_arguments"), ""
    return wording.text("usage", "other"), ""


def _parameter_name(error: Exception) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return ""
    return "/".join(parameter.opts) if parameter.param_type_name == "option" else str(parameter.human_readable_name)
