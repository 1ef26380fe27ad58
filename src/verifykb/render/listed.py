"""Reports that list contacts in words, made of entries (`render.entry`).

1. Of a large log the run delivers only what needs attention; `summary.unlisted` counts the rest,
   by verdict, and the report must say so.
2. Formats that people pass on are masked: personal data is covered unless the user asked to see it.
"""

from typing import ClassVar

from verifykb.model.report import Header, Judgement, Summary
from verifykb.render import Style
from verifykb.render.entry import Entry, entry_of


class ListedReport:
    """What all of them share.

    Args:
        style: how to write.
    """

    shared: ClassVar[bool] = True  # people pass it on

    def __init__(self, style: Style) -> None:
        self._style = style
        self._wording = style.wording

    @property
    def masked(self) -> bool:
        """Whether personal data is covered."""
        return self.shared and not self._style.show_values

    def begin(self, header: Header) -> None:
        """Write what comes before the first contact."""
        raise NotImplementedError

    def contact(self, judgement: Judgement) -> None:
        """Write one contact."""
        self.entry(entry_of(judgement, self._style, masked=self.masked))

    def entry(self, entry: Entry) -> None:
        """Write one contact that is in words already."""
        raise NotImplementedError

    def end(self, summary: Summary) -> None:
        """Write what comes after the last contact."""
        raise NotImplementedError
