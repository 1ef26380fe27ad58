"""One sentence: what is asked in it.

An ask is an object (a secret, a tool, a link…) under an act that demands it. The act nearest to
the object is the one that counts; how it is meant is decided by `meaning`.
"""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from verifykb.message.line import CARE_WORDS, JOINED_WORDS, REMOTE, Found
from verifykb.message.meaning import TELLS, Meaning, Sense
from verifykb.message.reach import (
    INSTALL,
    LINK,
    MONEY,
    OTHER_CONTACT,
    PERSONAL,
    REACHES,
    SECRET,
    THING,
    THING_OBJECTS,
    THINGS,
    Reach,
    names_thing,
)

_SHOWN_WORDS_BEFORE = 4  # what is an ask by itself
_VALUE_WORDS = 5  # between a code and the value it is told to have
# Between a secret and a state: what is locked is something else.
_NOT_OF_THE_SECRET = (",", " keo ", " neu ", " thi ", " la ", " truoc khi ", " khong ", " tranh ")


# What a QR code for a roll call or a bill has nothing to do with.
_TREASURY_MATTERS = (" nhap ", " xac thuc ", " dich vu cong ", " kho bac ", " khoX bac ")
_NUMBERED = re.compile(r"(?:[0-9]+|[a-z]) ")


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


class SentenceReader(Meaning):
    """Reads one sentence; see `Line` for its arguments."""

    @property
    def names_something(self) -> bool:
        """Whether anything is named that can be asked for."""
        return bool(self._asks)

    @property
    def names_secret(self) -> bool:
        """Whether a secret is named, asked for or not."""
        return any(found.category == SECRET for found in self._asks)

    @property
    def names_link(self) -> bool:
        """Whether a link is named or stands in it."""
        return any(found.category == LINK for found in self._asks) or (
            " URL " in self.line or " LOOKALIKEURL " in self.line
        )

    @property
    def opens_denied_list(self) -> bool:
        """Whether it ends so that what follows is denied: "không được", "các việc sau"."""
        return bool(self._cues["opens-denied-list"])

    @property
    def opens_asked_list(self) -> bool:
        """Whether it asks for what the lines behind it name: "điền các mục sau"."""
        return self._asks_for_list("opens-asked-list")

    @property
    def closes_asked_list(self) -> bool:
        """Whether it asks for what the lines before it name: "điền đủ các dòng trên"."""
        return self._asks_for_list("closes-asked-list")

    def _asks_for_list(self, category: str) -> bool:
        """Whether a list is asked for, and no negation before it in its clause forbids it."""
        return any(
            not any(end <= start and "," not in self.line[end:start] for _, end in self._cues["negation"])
            for start, _ in self._cues[category]
        )

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

    def read(self, before: "SentenceReader | None" = None) -> list[Asked]:
        """Find what the sentence asks.

        Args:
            before: the sentence before; "read it to me" counts where that named a secret.
        """
        if before is None:
            return self.asked
        hits = [*self.asked]
        kinds = {hit.kind for hit in hits}
        if before.names_secret and SECRET not in kinds:
            hits += self._carried("carried-secret", SECRET)
        if before.names_link and LINK not in kinds:
            hits += self._carried("carried-link", LINK)
        if before.names_contact and OTHER_CONTACT not in kinds and not self._own_words:
            hits += self._carried("carried-contact", OTHER_CONTACT)
        return hits

    def as_denied(self) -> "SentenceReader":
        """Give the sentence as an item of a list that is warned of."""
        return SentenceReader(self.line, self._asks, own_words=self._own_words, denied=True)

    @cached_property
    def asked(self) -> list[Asked]:
        """What the sentence asks by itself."""
        hits: list[Asked] = []
        kinds: set[str] = set()
        for ask in self._objects():
            if ask.category not in kinds or ask.category in THINGS:
                found = self.read_object(ask)
                hits += found
                kinds.update(hit.kind for hit in found)
        return hits

    def _objects(self) -> Iterable[Found]:
        """Give what may be asked for: phrases, and links, addresses and numbers."""
        yield from self._asks
        if names_thing(self.line):
            for thing in THING.finditer(self.line):
                yield Found(thing[0], *thing.span())

    def listed(self) -> list[Asked]:
        """Give what a line of an asked list names, each by its name alone."""
        return [
            Asked(REACHES[ask.category][0], ask.start, ask.end)
            for ask in self._asks
            if ask.category in (SECRET, PERSONAL) and not any(end <= ask.start for _, end in self._cues["negation"])
        ]

    def _carried(self, category: str, kind: str) -> list[Asked]:
        """Find an act whose object the sentence before named: "đọc cho em", "bấm vào đó"."""
        for start, end in self._cues[category]:
            if self._sense(start, self.line.find(" ", start), None) is Sense.MEANT:
                return [Asked(kind, start, end)]
        return []

    def read_object(self, ask: Found) -> list[Asked]:
        """Find whether one thing of the sentence is asked for."""
        if ask.category == "OFFICIALURL":
            return [Asked("official-link", ask.start, ask.end)]
        if ask.category == "LOOKALIKEURL":
            kind, acts = LINK, [(ask.start, ask.end)]
        elif ask.category.startswith("ask:"):
            kind, acts = ask.category[4:], [(ask.start, ask.end)]
        else:
            kind, reach = REACHES[THING_OBJECTS.get(ask.category, ask.category)]
            acts = self._acts(reach, ask)
        if not acts or self._is_innocent(kind, ask):
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

    def _acts(self, reach: Reach, ask: Found) -> list[tuple[int, int]]:
        """Give the places of the acts that may demand an object: nearest before, first after."""
        most_before = JOINED_WORDS if self._joined else reach.most_before
        most_after = JOINED_WORDS if self._joined else reach.most_after
        acts = []
        cues = self._cues
        before = [act for category in reach.before for act in cues[category] if act[1] <= ask.start]
        if before:
            last = max(before)
            # "… gửi thì tài khoản được mở", "gửi để xác thực lại tài khoản" tell what an account is to be.
            told = self.line.startswith("taif khoan", ask.start) and any(
                word in self.line[last[1] : ask.start] for word in (" thi ", " de ")
            )
            if self._between(last[1], ask.start) <= most_before and not told:
                acts.append(last)
        for category in reach.after:
            if not cues[category]:
                continue
            after = [
                act
                for act in cues[category]
                if act[0] >= ask.end and (not reach.to_writer or category == "is-what" or self._is_to_writer(act[1]))
            ]
            if after:
                first = min(after, key=lambda act: (act[0], -act[1]))
                if self._between(ask.end, first[0]) <= most_after:
                    acts.append(first)
        return acts

    def _is_innocent(self, kind: str, ask: Found) -> bool:  # noqa: PLR0911 - one return per way to mean it
        """Things that look like the object of an ask and are none."""
        line = self.line
        if kind == OTHER_CONTACT and self._own_words:
            reported = any(start < ask.end for start, _ in self._cues["reports"])
            return not reported or " tu so " in line
        if ask.category.startswith("ask:") and kind != REMOTE:
            return False
        if kind == SECRET:
            return self._is_told(ask) or self._is_cared_for(ask)
        if kind == LINK and ask.category not in THINGS:
            if bool(self._cues["own-matter"]) and not any(word in line for word in _TREASURY_MATTERS):
                return True
            # A button or a QR code beside an official address may lead anywhere.
            hides = line.startswith(("nut ", "qr ", "ma qr ", "button "), ask.start)
            return not hides and " OFFICIALURL " in line and " URL " not in line
        if kind == PERSONAL:
            return self._is_cared_for(ask)
        if kind == MONEY:
            # Pay goes to accounts of people: those of the staff, not of the writer.
            paid = any(start < ask.end and ask.start < end for start, end in self._cues["payroll"])
            return paid and not self._cues["to-me"]
        if kind not in (INSTALL, REMOTE):
            return False
        # "Mở UltraViewer, bản cũ đã gỡ" opens it all the same.
        opened = any(
            end < ask.start and self._between(end, ask.start) <= 1
            for act in ("follow", "install-act")
            for _, end in self._cues[act]
        )
        removed_later = not opened and self._has("removed-later", ask.end)
        if kind == INSTALL and not removed_later:
            from_file = self._has("from-file") and not self._has("only-from-store")
            return self._has("official-install") and not from_file
        return removed_later or (kind == REMOTE and self._is_under("removed", ask.start))

    def _is_told(self, ask: Found) -> bool:
        """Whether something is told or asked of a secret, and not the secret: its state, a paper about it."""
        cues, line = self._cues, self.line
        if cues["to-me"] and not cues["asked-state"]:
            return False
        if any(end <= ask.start and self._between(end, ask.start) <= 1 for _, end in cues["about"]):
            return True
        if any(ask.end <= start and self._between(ask.end, start) <= 1 for start, _ in cues["asked-state"]):
            return not self._is_given(ask)
        if cues["to-me"]:
            return False
        told = [*cues["told-value"], *([] if self._is_given(ask) else cues["told-state"])]
        return any(
            ask.end < start
            and self._between(ask.end, start) <= _VALUE_WORDS
            and not any(word in line[ask.end : start] for word in _NOT_OF_THE_SECRET)
            for start, _ in told
        )

    def _is_given(self, ask: Found) -> bool:
        """Whether an act that gives, and does not tell, stands before an object in the same clause."""
        return any(
            end < ask.start and "," not in self.line[end : ask.start] and not self.line.startswith(TELLS, start)
            for start, end in self._cues["give"]
        )

    def _is_cared_for(self, ask: Found) -> bool:
        """Whether the owner handles it: "đổi mật khẩu"; not "đổi xong nhắn mật khẩu mới"."""
        cared = self._cues["own-care"]
        care = [end for _, end in cared if end < ask.start] if cared else []
        if not care or self._between(max(care), ask.start) > CARE_WORDS:
            return False
        acts = (place for act in ("give", "want") for place in self._cues[act])
        return not any(max(care) < end < ask.start or max(care) < start < ask.start for start, end in acts)
