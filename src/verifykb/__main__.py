"""Process entry: UTF-8 streams, the fast path of ``--version``, errors to exit statuses.

1. Whatever happens, the process ends with a status of `exit_status`: an uncaught exception
   would be status 1, which means "contradicted" here.
2. stdout carries the answer and nothing else; everything else goes to stderr.
"""

import os
import sys
from contextlib import suppress

from verifykb import __version__


def main() -> None:
    """Run the command line of this process and exit.

    The interpreter's own clean-up is skipped: everything is flushed and closed by then, and
    it takes as long as the work.
    """
    status = run(sys.argv[1:])
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


def run(arguments: list[str]) -> int:
    """Run one command line.

    Args:
        arguments: the command line without the program's name.

    Returns:
        The exit status (`verifykb.exit_status`).
    """
    if arguments == ["--version"]:
        sys.stdout.write(f"verifykb {__version__}\n")
        return 0
    for stream in (sys.stdout, sys.stderr):
        # Never the locale's encoding: cp1258 and C cannot write Vietnamese.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        from verifykb.cli.entry import run_command_line

        return run_command_line(arguments)
    except KeyboardInterrupt:
        return 130  # before the command line was even read


if __name__ == "__main__":
    main()
