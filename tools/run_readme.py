"""Run every shell and Python example of README.md as written, in a clean clone.

`make` and `pipx` lines are left out: CI runs the first by themselves, and installs without the second.
"""

import re
import subprocess
import sys
from pathlib import Path

_README = Path(__file__).parents[1] / "README.md"
_SKIPPED = ("make ", "pipx ")
# What an example may end with: any verdict, never wrong use or a mistake of ours.
_GOOD = (0, 1, 3)


def main() -> int:
    """Run them; 1 where one failed."""
    failed = 0
    for language, block in re.findall(r"```(sh|python)\n(.*?)```", _README.read_text(encoding="utf-8"), re.DOTALL):
        lines = [line for line in block.splitlines() if not line.startswith(_SKIPPED)]
        if not lines:
            continue
        if language == "sh":
            command = ["bash", "-c", "FROM=x@y.example PHONE=113\n" + "\n".join(lines)]
        else:
            command = ["python", "-c", block]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own README
        wrong = done.returncode not in _GOOD or "Traceback" in done.stderr
        failed += wrong
        print("FAILED" if wrong else "ok", done.returncode, lines[0])
        if wrong:
            print(done.stderr)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
