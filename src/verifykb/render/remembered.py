"""Words of findings that many contacts share: a log has few senders and numbers, and many rows.

1. What is remembered is found by the very finding, not by what it looks like: that is cheap, and cannot mix two up.
2. Memory has a limit; then it begins anew.
"""

from collections.abc import Callable

from verifykb.model.finding import Finding

_LIMIT = 2**13


class Remembered:
    """Gives the words of findings, each made once while it is in use.

    Args:
        words: makes the words of a finding.
    """

    def __init__(self, words: Callable[[Finding], str]) -> None:
        self._words = words
        self._known: dict[int, tuple[Finding, str]] = {}

    def __call__(self, finding: Finding) -> str:
        """Give the words of a finding."""
        known = self._known.get(id(finding))
        if known is not None and known[0] is finding:
            return known[1]
        words = self._words(finding)
        if len(self._known) >= _LIMIT:
            self._known.clear()
        self._known[id(finding)] = finding, words
        return words
