"""The entry of the hooks for pre-commit: `verifykb`, safe from the names that files may have.

1. pre-commit puts the names of files behind the options without ``--`` between them: a file
   named ``--output=csv=nhat-ky.csv`` would be an option. What begins with ``-`` and is the name
   of a file that is there is taken for the file.
2. A mistake of this guess only ever makes the hook stricter: an option that is taken for a
   file is no log that can be read, so the hook fails. A folder is never taken for one: read as
   an empty folder of mails, it would make an option disappear in silence.
3. Nothing is judged here, and a hook has no options of its own.
"""

import os
import sys
from collections.abc import Sequence

from verifykb.__main__ import main


def with_safe_names(arguments: Sequence[str]) -> list[str]:
    """Write ``./`` before every name of a file that looks like an option.

    Args:
        arguments: the command line without the program's name, as pre-commit calls it.
    """
    return [f"./{word}" if word.startswith("-") and os.path.isfile(word) else word for word in arguments]  # noqa: PTH113


if __name__ == "__main__":
    sys.argv[1:] = with_safe_names(sys.argv[1:])
    main()
