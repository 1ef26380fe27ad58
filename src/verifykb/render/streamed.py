"""Reports whose contacts can be written one after the other, and put into words in any process.

1. A fragment is the bytes of some contacts; written in order, fragments are the report.
2. `fragment` uses no stream: several processes make fragments, one writes them.
"""

from collections.abc import Iterable

from verifykb.model.report import Header, Judgement, Summary


class StreamedReport:
    """What all of them share."""

    def begin(self, header: Header) -> None:
        """Write what comes before the first contact."""

    def contact(self, judgement: Judgement) -> None:
        """Write one contact."""
        self.write(self.fragment([judgement]))

    def fragment(self, judgements: Iterable[Judgement]) -> bytes:
        """Put some contacts into words."""
        raise NotImplementedError

    def write(self, fragment: bytes) -> None:
        """Write some contacts; an empty fragment holds none."""
        raise NotImplementedError

    def end(self, summary: Summary) -> None:
        """Write what comes after the last contact."""
