"""One command line from arguments to exit status: parse, do, flush, tell failures."""

import os
import sys
from collections.abc import Callable
from functools import partial

from verifykb.cli import failure
from verifykb.errors import OutputError, UsageError, VerifykbError, reason_of
from verifykb.exit_status import ExitStatus
from verifykb.wording import Wording, choose_language, typed_options

Job = Callable[[], int]


def run_command_line(arguments: list[str]) -> int:
    """Run one command line; every way out is an exit status."""
    try:
        wording = Wording(choose_language(arguments, os.environ, partial(_configured_language, arguments)))
        return _run(arguments, wording)
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: our own bug, without contact data
        failure.tell_internal(error, arguments)
        return ExitStatus.INTERNAL


def _run(arguments: list[str], wording: Wording) -> int:
    try:
        status = _parse(_utf8(arguments), wording)()
        sys.stdout.flush()
    except VerifykbError as error:
        failure.tell(error, wording)
        return error.exit_status
    except BrokenPipeError:
        _drop_stdout()  # the reader went away (`| head`): nothing to tell, nobody to tell it to
        return ExitStatus.IO
    except OSError as error:
        _drop_stdout()
        failure.tell(OutputError("output-failed", file="stdout", why=reason_of(error)), wording)
        return ExitStatus.IO
    return status


def _configured_language(arguments: list[str]) -> str:
    """Give the language of `verifykb.toml`; a broken file is told later, by the command that needs it."""
    from verifykb.config import configured_language, working_folder

    typed = dict(typed_options(arguments))
    return configured_language(typed.get("--config"), isolated="--isolated" in typed, start=working_folder())


def _utf8(arguments: list[str]) -> list[str]:
    """Read the command line as UTF-8 whatever the locale is.

    In another locale Python would hand over other letters, and a demand written in them
    would not be recognised.

    Raises:
        UsageError: an argument is no UTF-8.
    """
    read = []
    for argument in arguments:
        if argument.isascii():
            read.append(argument)
            continue
        try:
            read.append(os.fsencode(argument).decode("utf-8"))
        except UnicodeError as error:
            raise UsageError("argument-encoding", value=argument) from error
    return read


def _parse(arguments: list[str], wording: Wording) -> Job:
    """Parse the command line into a job; nothing of the job is done yet.

    The job runs outside Typer, which would turn a closed pipe into status 1.
    """
    import typer

    from verifykb.cli.app import build

    try:
        tree = build(wording, arguments, completing="_VERIFYKB_COMPLETE" in os.environ)
        result = tree.main(arguments, prog_name="verifykb", standalone_mode=False)
    except typer.TyperException as error:
        return failure.usage_job(error, arguments, wording)
    if callable(result):
        job: Job = result
        return job
    return lambda: int(result or 0)  # --help and completion have printed and are done


def _drop_stdout() -> None:
    """Let the interpreter's last flush go nowhere instead of failing loudly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
