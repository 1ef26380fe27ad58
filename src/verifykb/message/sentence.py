"""One sentence: which of its asks are meant.

1. An ask is an object (a secret, a tool, a link…) under an act that demands it. The act
   nearest to the object is the one that counts.
2. A negated act, a question about it, a warning of impostors and a thing already done are
   no asks. "Only to me", "if you do not … it will be locked" and "why did you not" are.
3. The office's own words report: a refusal there tells of an ask.
4. What decides is which phrases stand where (`scan`); the words are in the table.
"""

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import NamedTuple

from verifykb.message.scan import SELDOM, Place, language, seldom
from verifykb.model.contact import Ask

OTHER_CONTACT = "other-contact"
_WINDOW_WORDS = 14  # how far back an act or a negation is looked for
_SHOWN_WORDS_BEFORE = 4  # what is an ask by itself
_NOT_YET_WORDS = 6  # "chưa" reaches no further: it tells of a thing, it does not forbid
JOINED_WORDS = 3  # between act and object, where a full stop or line break is read over
_CARE_WORDS = 3  # between "đổi" or "gỡ" and what it is done to
_VALUE_WORDS = 5  # between a code and the value it is told to have
_OPENING_WORDS = 5  # before a question word that opens a sentence
_DESPITE_WORDS = 4  # between "nếu" and its negation


class Reach(NamedTuple):
    """How far an act may stand from its object, in words between: before it, and after it."""

    before: tuple[str, ...]
    most_before: int
    after: tuple[str, ...]
    most_after: int
    to_writer: bool = False  # an act after the object must be towards the writer


_SECRET, _REMOTE, _LINK = Ask.SECRET.value, Ask.REMOTE_ACCESS.value, Ask.LINK.value
_INSTALL, _MONEY, _PERSONAL = Ask.INSTALL.value, Ask.MONEY.value, Ask.PERSONAL_DATA.value
# Category of the object -> what is asked, and under which acts.
REACHES: dict[str, tuple[str, Reach]] = {
    "secret": (_SECRET, Reach(("want", "give"), 9, ("give-after", "is-what"), 20, to_writer=True)),
    "machine-id": (_REMOTE, Reach(("want", "give"), 6, ("give-after",), 6, to_writer=True)),
    "link": (_LINK, Reach(("follow",), 9, ("follow-after",), 12)),
    "install": (_INSTALL, Reach(("install-act",), 6, ("install-after",), 9)),
    "money": (_MONEY, Reach(("pay",), 10, ("pay",), 13)),
    "personal-data": (_PERSONAL, Reach(("want", "give-personal"), 12, ("give-after",), 22, to_writer=True)),
    "contact": (OTHER_CONTACT, Reach(("contact",), 12, ("contact",), 4)),
}
# Things (`links`) and what they are the object of; a look-alike is an ask by itself.
_THING_OBJECTS = {"URL": "link", "PHONE": "contact", "EMAIL": "contact"}
THINGS = ("URL", "LOOKALIKEURL", "OFFICIALURL", "PHONE", "EMAIL")
THING = re.compile(rf"(?<= )(?:{'|'.join(THINGS)})(?= )")
_READER = r"(?:chi|anh|BAC|banx?|chu|anh chi|quy|don vi|kex? toan|kex? toan truong|chu taif khoan|thu truong|ong|ba|sep|you|quy vi)"
_OPENS_CLAUSE = re.compile(
    rf"(?:^|[,]|MA|thi|nen) (?P<reader>(?:(?:{_READER}|dej? nghi|vui long|hay|please|cac)(?: [^ ]+){{0,2}} )?)$"
)
_TITLES = ("ke toan", "kex toan", "don vi", "chu tai", "thu truong", "ong ", "ba ")
_AFTER_NEGATION = re.compile(r" (?:(?:duoc|baox? gio|nen|tuy tien|de|phep|ever) )?")
_CLAUSE_STARTS = (" , ", " nen ", " roi ", " MA ", " va ", " nhung ", " luc ", " khi ", " da ")
_NUMBERED = re.compile(r"(?:[0-9]+|[a-z]) ")


class Found(NamedTuple):
    """Something that may be asked for: its category, and its place in the line."""

    category: str
    start: int
    end: int


class Sense(Enum):
    """What the writer does with an act."""

    MEANT = "meant"
    DENIED = "denied"  # negated, or warned of
    OTHER = "other"  # asked about, told, or already done


class Asked(NamedTuple):
    """Something a sentence asks or warns of, by its place in the line.

    Args:
        kind: an `Ask`, ``other-contact``, ``warning`` or ``official-link``.
        start, end: places in the line of the sentence.
        thing: the place of the link that it is about; -1 where it is about none.
    """

    kind: str
    start: int
    end: int
    thing: int = -1


def _outermost(asks: Sequence[Found]) -> list[Found]:
    """Leave out what is part of a longer phrase for the same thing: "cọc" of "đặt cọc"."""
    outermost: list[Found] = []
    ends: dict[str, int] = {}
    for ask in sorted(asks, key=lambda ask: (ask.start, -ask.end)):
        if ends.get(ask.category, -1) < ask.end:
            ends[ask.category] = ask.end
            outermost.append(ask)
    return outermost


class SentenceReader:
    """Reads one sentence.

    Args:
        line: its words with a space around each; ends with its stop.
        asks: what of `scan.asks` is in it.
        own_words: the office reports.
        denied: a warning before it ("không được:") denies what it lists.
        joined: it was joined over full stops or line breaks, so act and object must be near.
    """

    def __init__(
        self, line: str, asks: Sequence[Found], *, own_words: bool, denied: bool = False, joined: bool = False
    ) -> None:
        self.line = line
        self._asks = _outermost(asks) if len(asks) > 1 else asks
        self._common: dict[str, list[Place]] | None = None
        self._rare: dict[str, list[Place]] | None = None
        self._own_words = own_words
        self.denied = denied
        self._joined = joined

    def _places(self, category: str) -> Sequence[Place]:
        """Give where the words of a category stand; found when first asked for."""
        if category in SELDOM:
            if self._rare is None:
                self._rare = seldom().places(self.line)
            return self._rare.get(category, ())
        if self._common is None:
            self._common = language().places(self.line)
        return self._common.get(category, ())

    @property
    def names_secret(self) -> bool:
        """Whether a secret is named, asked for or not."""
        return any(found.category == _SECRET for found in self._asks)

    @property
    def names_link(self) -> bool:
        """Whether a link is named or stands in it."""
        return any(found.category == _LINK for found in self._asks) or (
            " URL " in self.line or " LOOKALIKEURL " in self.line
        )

    @property
    def opens_denied_list(self) -> bool:
        """Whether it ends so that what follows is denied: "không được", "các việc sau"."""
        return bool(self._places("opens-denied-list"))

    @property
    def opens_asked_list(self) -> bool:
        """Whether it asks for what the lines behind it name: "điền các mục sau"."""
        return bool(self._places("opens-asked-list")) and not self._places("negation")

    @property
    def closes_asked_list(self) -> bool:
        """Whether it asks for what the lines before it name: "điền đủ các dòng trên"."""
        return bool(self._places("closes-asked-list")) and not self._places("negation")

    @property
    def names_contact(self) -> bool:
        """Whether a number or address stands in it that is not a published one."""
        return " PHONE " in self.line or " EMAIL " in self.line

    @property
    def is_list_item(self) -> bool:
        """Whether it can be an item of a list: an act first, or only its number."""
        start = self.line[1:]
        numbered = _NUMBERED.match(start)
        at = 1 + (numbered.end() if numbered else 0)
        return self.line[at:] in (". ", "; ") or self._act_at(at)

    def _act_at(self, at: int) -> bool:
        acts = ("give", "want", "follow", "install-act", "pay", "contact", "keep")
        tool = any(ask.start == at and ask.category == f"ask:{_REMOTE}" for ask in self._asks)
        return tool or any(start == at for act in acts for start, _ in self._places(act))

    def read(self, before: "SentenceReader | None" = None) -> list[Asked]:
        """Find what the sentence asks.

        Args:
            before: the sentence before; "read it to me" counts where that named a secret.
        """
        hits: list[Asked] = []
        kinds: set[str] = set()
        for ask in self._objects():
            if ask.category not in kinds or ask.category in THINGS:
                found = self.read_object(ask)
                hits += found
                kinds.update(hit.kind for hit in found)
        if before is None:
            return hits
        if before.names_secret and _SECRET not in kinds:
            hits += self._carried("carried-secret", _SECRET)
        if before.names_link and _LINK not in kinds:
            hits += self._carried("carried-link", _LINK)
        if before.names_contact and OTHER_CONTACT not in kinds and not self._own_words:
            hits += self._carried("carried-contact", OTHER_CONTACT)
        return hits

    def _objects(self) -> Iterable[Found]:
        """Give what may be asked for: phrases, and links, addresses and numbers."""
        yield from self._asks
        if "URL " in self.line or "PHONE " in self.line or "EMAIL " in self.line:
            for thing in THING.finditer(self.line):
                yield Found(thing[0], *thing.span())

    def listed(self) -> list[Asked]:
        """Give what a line of an asked list names, each by its name alone."""
        return [
            Asked(REACHES[ask.category][0], ask.start, ask.end)
            for ask in self._asks
            if ask.category in (_SECRET, _PERSONAL)
        ]

    def _carried(self, category: str, kind: str) -> list[Asked]:
        """Find an act whose object the sentence before named: "đọc cho em", "bấm vào đó"."""
        for start, end in self._places(category):
            if self._sense(start, self.line.find(" ", start), None) is Sense.MEANT:
                return [Asked(kind, start, end)]
        return []

    def read_object(self, ask: Found) -> list[Asked]:
        """Find whether one thing of the sentence is asked for."""
        if ask.category == "OFFICIALURL":
            return [Asked("official-link", ask.start, ask.end)]
        if ask.category == "LOOKALIKEURL":
            kind, acts = _LINK, [(ask.start, ask.end)]
        elif ask.category.startswith("ask:"):
            kind, acts = ask.category[4:], [(ask.start, ask.end)]
        else:
            kind, reach = REACHES[_THING_OBJECTS.get(ask.category, ask.category)]
            acts = self._acts(reach, ask)
        if self._is_innocent(kind, ask) or not acts:
            return []
        senses = []
        for start, end in acts:
            sense = self._sense_of_act(start, end, ask)
            if sense is Sense.MEANT:
                first, last = min(start, ask.start), max(end, ask.end)
                if (start, end) == (ask.start, ask.end):
                    first = self._back(first, _SHOWN_WORDS_BEFORE)
                return [Asked(kind, first, last, ask.start if ask.category in THINGS else -1)]
            senses.append(sense)
        if Sense.DENIED in senses and not self._joined:
            return [Asked("warning", 1, len(self.line) - 1)]
        return []

    def _back(self, start: int, words: int) -> int:
        """Give the place so many words before another."""
        for _ in range(words):
            if start > 1 and self.line[start - 2] not in ",.?;":
                start = self.line.rfind(" ", 0, start - 1) + 1
        return max(start, 1)

    def _acts(self, reach: Reach, ask: Found) -> list[tuple[int, int]]:
        """Give the places of the acts that may demand an object: nearest before, first after."""
        most_before = JOINED_WORDS if self._joined else reach.most_before
        most_after = JOINED_WORDS if self._joined else reach.most_after
        acts = []
        before = [act for category in reach.before for act in self._places(category) if act[1] <= ask.start]
        if before:
            last = max(before)
            if self._between(last[1], ask.start) <= most_before:
                acts.append(last)
        for category in reach.after:
            after = [
                act
                for act in self._places(category)
                if act[0] >= ask.end and (not reach.to_writer or category == "is-what" or self._is_to_writer(act[1]))
            ]
            if after:
                first = min(after, key=lambda act: (act[0], -act[1]))
                if self._between(ask.end, first[0]) <= most_after:
                    acts.append(first)
        return acts

    def _between(self, end: int, start: int) -> int:
        """Count the words between two places."""
        return self.line.count(" ", end, start) - 1

    def _is_to_writer(self, end: int) -> bool:
        return any(end < start and self._between(end, start) <= JOINED_WORDS for start, _ in self._places("to-writer"))

    def _has(self, category: str, start: int = 0, end: int | None = None) -> bool:
        """Whether a phrase of a category stands between two places."""
        places = self._places(category)
        if not places:
            return False
        last = len(self.line) if end is None else end
        return any(start <= first and behind <= last for first, behind in places)

    def _is_innocent(self, kind: str, ask: Found) -> bool:  # noqa: PLR0911 - one return per way to mean it
        """Things that look like the object of an ask and are none."""
        line = self.line
        if kind == OTHER_CONTACT and self._own_words:
            reported = any(start < ask.end for start, _ in self._places("reports"))
            return not reported or " tu so " in line
        if ask.category.startswith("ask:") and kind != _REMOTE:
            return False
        if kind == _SECRET:
            told = any(
                ask.end < start and self._between(ask.end, start) <= _VALUE_WORDS
                for start, _ in self._places("told-value")
            )
            return told or self._is_cared_for(ask)
        if kind == _LINK and ask.category not in THINGS:
            if bool(self._places("own-matter")):
                return True
            return " OFFICIALURL " in line and " URL " not in line
        if kind == _PERSONAL:
            return self._is_cared_for(ask)
        if kind not in (_INSTALL, _REMOTE):
            return False
        removed_later = self._has("removed-later", ask.end)
        if kind == _INSTALL and not removed_later:
            from_file = self._has("from-file") and not self._has("only-from-store")
            return self._has("official-install") and not from_file
        return removed_later or (kind == _REMOTE and self._is_under("removed", ask.start))

    def _is_cared_for(self, ask: Found) -> bool:
        """Whether the owner handles it: "đổi mật khẩu"; not "đổi xong nhắn mật khẩu mới"."""
        care = [end for _, end in self._places("own-care") if end < ask.start]
        if not care or self._between(max(care), ask.start) > _CARE_WORDS:
            return False
        return not any(max(care) < start < ask.start for act in ("give", "want") for start, _ in self._places(act))

    def _is_under(self, category: str, start: int) -> bool:
        """Whether a word of a category stands shortly before a place."""
        return any(end < start and self._between(end, start) <= _CARE_WORDS for _, end in self._places(category))

    def _sense_of_act(self, start: int, end: int, ask: Found) -> Sense:
        """Decide about an act, with what stands between it and its object."""
        is_own_act = (start, end) == (ask.start, ask.end)
        if is_own_act and self._has("negation", start, end):
            return Sense.DENIED
        if any(end < first < ask.start for first, _ in self._places("denied-between")):
            return Sense.DENIED
        if start > ask.end and any(
            ask.end < first and behind < start and self._between(behind, start) <= 1
            for first, behind in self._places("own-care")
        ):
            return Sense.OTHER
        return self._sense(start, end, ask)

    def _sense(self, start: int, end: int, ask: Found | None) -> Sense:  # noqa: PLR0911 - one return per way to mean it
        """Decide what the writer does with the act at this place."""
        is_own_act = ask is not None and (start, end) == (ask.start, ask.end)
        after = start - 1 if is_own_act else end
        negation = self._negation(start, after)
        if negation is not None:
            return negation
        to_me = self._is_to_me(after)
        if (self.denied or any(first == 1 for first, _ in self._places("nobody"))) and not to_me:
            return Sense.DENIED
        if self._is_question(start if to_me else 0) and not self._places("polite"):
            return Sense.OTHER
        if self._has("generic", 0, start) and self._has("strong-reaction", after) and not self._own_words:
            return Sense.DENIED
        if not self._own_words and self._has("impostor", 0, start) and self._has("quotes-speech", 0, start):
            return Sense.DENIED
        if self._own_words and (
            (is_own_act and self._has("done", start, end))
            or (self._has("own-it", 0, start) and not self._has("reports", 0, start))
        ):
            return Sense.OTHER
        direct = self._is_direct(start, to_me, ask)
        if not direct and self._is_warning(start, after, to_me):
            return Sense.DENIED
        to_host = ask is not None and ask.category in ("URL", "LOOKALIKEURL")
        if bool(self._places("aside")) or (not (direct or to_host or to_me) and bool(self._places("news"))):
            return Sense.OTHER
        if ask is not None and not is_own_act and self._is_by_writer(start):
            return Sense.OTHER
        if not (is_own_act or to_me) and any(behind + 1 == start for _, behind in self._places("done")):
            return Sense.OTHER
        return Sense.MEANT

    def _is_by_writer(self, start: int) -> bool:
        """Whether the writer is the one who acts: "em gửi", "mình đã mở"; not "giúp em gửi"."""
        writes = any(
            behind + 1 == start and (first == 1 or self.line[:first].endswith(_CLAUSE_STARTS))
            for first, behind in self._places("by-writer")
        )
        return writes and not any(
            first == start for act in ("want", "told-to-reader") for first, _ in self._places(act)
        )

    def _is_to_me(self, after: int) -> bool:
        """Whether it is done for the writer; in the office's words, for those it tells of."""
        if self._has("to-me", after) or (self._own_words and self._has("to-them", after)):
            return True
        return self.line.startswith((" em ", " chau ", " toi ", " me ", " us "), after)

    def _is_question(self, behind: int) -> bool:
        """Whether it asks a question that does not end before a place."""
        if any(end > behind for _, end in self._places("question")):
            return True
        return not behind and any(
            self._between(0, start) <= _OPENING_WORDS for start, _ in self._places("question-word")
        )

    def _is_direct(self, start: int, to_me: bool, ask: Found | None) -> bool:
        """Whether the act opens a clause of its own and is told to the reader.

        "Để phòng lừa đảo, đơn vị truy cập …" talks of fraud and demands all the same.
        """
        if self._own_words or not any(map(self._places, ("impostor", "generic", "news"))):
            return False
        clause = _OPENS_CLAUSE.search(self.line[:start])
        if clause is None:
            return False
        to_link = ask is not None and ask.category in ("URL", "LOOKALIKEURL")
        return bool(clause["reader"] or to_link or to_me)

    def _negation(self, start: int, after: int) -> Sense | None:  # noqa: PLR0911 - one return per way to mean it
        """Decide what a negation before the act means; None where there is none."""
        before = [place for place in self._places("negation") if place[1] < start]
        if not before:
            return None
        first, end = max(before)
        between = self.line[end:start]
        if between.count(" ") - 1 > _WINDOW_WORDS:
            return None
        if self._joined:
            return Sense.DENIED  # over a full stop nobody can tell how far a negation reaches
        to_me = self._is_to_me(after)
        if between == " , " and not to_me:
            return Sense.DENIED
        not_yet = self.line.startswith("chua ", first)
        if not_yet and between.count(" ") > _NOT_YET_WORDS and not between.startswith(" baox gio "):
            return None
        if any(empty == end + 1 for empty, _ in self._places("empty-negation")):
            return None
        if self._has("blocker", end, start):
            return None
        if self._reader_ends(end, start) and (to_me or " giup " in self.line[after:]):
            return None
        forbids = self.line.startswith(("cam ", "nghiem cam "), first)
        if "," in between and not forbids and not self._goes_on_in_list(end, start, to_me):
            return None
        if self._own_words and self._has("refusal", first, end):
            return Sense.MEANT
        wanted = (
            self._has("except-me", after)
            or (not self.line.startswith((" can ", " phai "), end) and self._has("threat", after))
            or any(
                behind < first and self._between(behind, first) <= _DESPITE_WORDS
                for _, behind in self._places("wanted-despite")
            )
            or (not_yet and to_me)
        )
        return Sense.MEANT if wanted else Sense.DENIED

    def _reader_ends(self, start: int, end: int) -> bool:
        """Whether what stands between ends with the reader: "không vào được chị gửi"."""
        return any(
            start < first and behind < end and self._between(behind, end) <= 1
            for first, behind in self._places("reader")
        )

    def _goes_on_in_list(self, start: int, end: int, to_me: bool) -> bool:
        """``không cung cấp, gửi hay đọc``: the act stands right behind the comma, as the first did."""
        if to_me or not self._act_follows(start):
            return False
        comma = self.line.rfind(",", start, end)
        if self._act_text(start) == self.line[end : self.line.find(" ", end)]:
            return False  # "đừng gọi tổng đài, gọi số này" sets one against the other
        joining = re.sub(r"\b(?:hoac|hayx?|va|or|and|cung|\d+)\b", "", self.line[comma + 1 : end]).strip()
        return not joining or self._act_follows(comma + 1)

    def _act_follows(self, at: int) -> bool:
        """Whether an act follows, at most behind a word that goes with a negation."""
        skipped = _AFTER_NEGATION.match(self.line, at)
        return skipped is not None and self._act_at(skipped.end())

    def _act_text(self, at: int) -> str:
        """Give the first word behind a negation and what goes with it."""
        skipped = _AFTER_NEGATION.match(self.line, at)
        first = skipped.end() if skipped else at
        return self.line[first : self.line.find(" ", first)]

    def _is_warning(self, start: int, after: int, to_me: bool) -> bool:
        general = self._has("generic", 0, start)
        if (general and self._has("reaction", after)) or (
            not (to_me or self._own_words) and self._has("strong-reaction", after)
        ):
            return True
        if to_me and not self._own_words:
            return False
        for first, behind in self._places("impostor"):
            if behind < start and not self._turns_to_reader(behind, start):
                return general or not self._own_words or self._has("generic-impostor", first, behind)
        return False

    def _turns_to_reader(self, impostor_end: int, start: int) -> bool:
        """Whether the writer speaks to the reader behind the impostor he tells of.

        "Đối tượng đề nghị kế toán cài" tells of accountants; behind a comma it is the reader.
        """
        return any(
            impostor_end <= first
            and behind <= start
            and ("," in self.line[impostor_end:first] or not self.line.startswith(_TITLES, first))
            for first, behind in self._places("told-to-reader")
        )
