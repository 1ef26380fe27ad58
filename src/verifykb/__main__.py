"""Process entry: UTF-8 streams, the fast path of ``--version``, errors to exit statuses.

1. Whatever happens, the process ends with a status of `exit_status`: an uncaught exception
   would be status 1, which means "contradicted" here.
2. stdout carries the answer and nothing else; everything else goes to stderr.
"""

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from verifykb import __version__

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_HEARD_AFTER_SECONDS = 0.05
_INTERNAL, _IO, _INTERRUPTED = 70, 74, 130  # verifykb.exit_status, not imported on the fast path


def main() -> None:
    """Run the command line of this process and exit.

    The interpreter's own clean-up is skipped: everything is flushed and closed by then, and
    it takes as long as the work.
    """
    sys.unraisablehook = hear_again
    try:
        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = _INTERRUPTED  # before the command line was even read
    except BaseException as error:  # noqa: BLE001 - status 1 would mean "contradicted"
        status = _INTERNAL
        with suppress(Exception):
            sys.stderr.write(f"verifykb: {type(error).__name__}\n")
    while True:
        try:
            os._exit(_flushed(status))
        except KeyboardInterrupt:
            status = _INTERRUPTED  # somebody is impatient


def hear_again(lost: "UnraisableHookArgs") -> None:
    """Let Ctrl-C be heard a moment later where Python cannot raise it: while it tidies up objects.

    Args:
        lost: what could not be raised; anything but Ctrl-C is told as Python does.
    """
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    import signal
    from threading import Timer, get_ident

    if hasattr(signal, "pthread_kill"):  # wakes a thread that waits
        Timer(_HEARD_AFTER_SECONDS, signal.pthread_kill, (get_ident(), signal.SIGINT)).start()
    else:
        Timer(_HEARD_AFTER_SECONDS, signal.raise_signal, (signal.SIGINT,)).start()


def _flushed(status: int) -> int:
    """Flush both streams; an answer that did not get out is no answer."""
    with suppress(Exception):
        sys.stderr.flush()
    try:
        sys.stdout.flush()
    except Exception:  # noqa: BLE001 - whatever the stream is, the answer is not out
        return status if status in (_INTERRUPTED, _INTERNAL) else _IO
    return status


def run(arguments: list[str]) -> int:
    """Run one command line.

    Args:
        arguments: the command line without the program's name.

    Returns:
        The exit status (`verifykb.exit_status`).
    """
    closed = sys.stdout is None
    if closed or sys.stderr is None:
        _open_closed_streams()
    if arguments == ["--version"]:
        try:
            sys.stdout.write(f"verifykb {__version__}\n")
            sys.stdout.flush()
        except OSError:
            return _IO
        return _IO if closed else 0
    for stream in (sys.stdout, sys.stderr):
        # Never the locale's encoding: cp1258 and C cannot write Vietnamese.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    from verifykb.cli.entry import run_command_line

    status = run_command_line(arguments)
    return _IO if closed and status not in (_INTERRUPTED, _INTERNAL) else status


def _open_closed_streams() -> None:
    """Give streams that the caller closed somewhere to write to."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


if __name__ == "__main__":
    main()
