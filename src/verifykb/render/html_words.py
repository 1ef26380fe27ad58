"""Words, numbers and dates of the HTML report, in the reader's language.

1. What comes out is plain text: the template escapes it, nothing here is markup.
2. What goes in from the outside is sanitised and, in a masked report, covered here.
"""

from collections.abc import Collection
from datetime import datetime

from verifykb.text.personal import mask_personal
from verifykb.text.safe import safe_line
from verifykb.wording import Wording


class Words:
    """The words of one page.

    Args:
        wording: the sentences of the chosen language.
        published: mailboxes and numbers that stay readable in a masked page.
        masked: cover personal data.
    """

    def __init__(self, wording: Wording, published: Collection[str], *, masked: bool) -> None:
        self.wording = wording
        self.masked = masked
        self._published = published

    def __call__(self, key: str, **values: object) -> str:
        """Give a sentence of the page; whole numbers in it are grouped by thousands."""
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return self.wording.text("html", key, **shown)

    def label(self, *keys: str) -> str:
        """Give a label that every format shares."""
        return self.wording.text(*keys)

    def labelled(self, section: str, key: str) -> str:
        """Give the label of a value; the value itself where there is none."""
        try:
            return self.wording.text("labels", section, key)
        except KeyError:
            return safe_line(key)

    def shown(self, text: str) -> str:
        """Make a value of the log fit to show, covered where the page is."""
        return safe_line(self.covered(text))

    def covered(self, text: str) -> str:
        """Cover the personal data of a raw value, where the page is masked."""
        return mask_personal(text, self._published) if self.masked else text

    def number(self, count: int) -> str:
        """Give a whole number with its thousands apart: 1.000 in Vietnamese, 1,000 in English."""
        grouped = f"{count:,}"
        return grouped.replace(",", ".") if self.wording.language == "vi" else grouped

    def day(self, iso: str) -> str:
        """Turn yyyy-mm-dd into dd/mm/yyyy, as people here write it."""
        return "/".join(reversed(iso.split("-")))

    def moment(self, moment: datetime) -> str:
        """Give day and minute."""
        return f"{self.day(moment.date().isoformat())} {moment:%H:%M}"

    def received(self, iso: str) -> str:
        """Give day and minute of an ISO 8601 time; the day alone where a log gave no more."""
        moment = datetime.fromisoformat(iso)
        is_day = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
        return self.day(moment.date().isoformat()) if is_day else self.moment(moment)
