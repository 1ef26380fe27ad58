"""Lines for a terminal: its width, and breaking between words."""

import sys


def width_of_stdout() -> int:
    """Give the columns of the terminal; 0 where stdout is none."""
    if not sys.stdout.isatty():
        return 0
    from shutil import get_terminal_size

    return get_terminal_size().columns


def wrapped(line: str, width: int) -> str:
    """Break a line between words; a pipe (width 0) gets it whole, for grep."""
    if not width or len(line) <= width:
        return line
    from textwrap import fill

    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def page(text: str) -> str:
    """Break every line of a text for stdout."""
    width = width_of_stdout()
    return "\n".join(wrapped(line, width) for line in text.split("\n")) if width else text
