"""How an act is meant: as a demand, or denied, asked about, told, or done already.

1. A negated act, a question about it, a warning of impostors and a thing already done are no
   asks. "Only to me", "if you do not … it will be locked" and "why did you not" are.
2. The office's own words report: a refusal there tells of an ask.
"""

import re
from enum import Enum

from verifykb.message.line import CARE_WORDS, Found, Line

_WINDOW_WORDS = 14  # how far back an act or a negation is looked for
_NOT_YET_WORDS = 6  # "chưa" reaches no further: it tells of a thing, it does not forbid
_QUOTE_WORDS = 7  # between "thường bảo" and the act that is quoted
TELLS = ("noi ", "bao ", "xac ", "tra ")
"""Acts that tell of something as well as they give it, by how they begin."""
_TOLD_WORDS = 3  # between "cuộc gọi yêu cầu" and what it asks
_NOBODY_WORDS = 7  # behind an act: "đọc OTP cho ai"
_OPENING_WORDS = 5  # before a question word that opens a sentence
_DESPITE_WORDS = 4  # between "nếu" and its negation
_READER = r"(?:chi|anh|BAC|banx?|chu|anh chi|quy|don vi|kex? toan|kex? toan truong|chu taif khoan|thu truong|ong|ba|sep|you|quy vi)"
_OPENS_CLAUSE = re.compile(
    rf"(?:^|[,]|MA|thi|nen) (?P<reader>(?:(?:{_READER}|dej? nghi|vui long|hay|please|cac)(?: [^ ]+){{0,2}} )?)$"
)
_TITLES = ("ke toan", "kex toan", "don vi", "chu tai", "thu truong", "ong ", "ba ")
_CLAUSE_STARTS = (" , ", " nen ", " roi ", " MA ", " va ", " nhung ", " luc ", " khi ", " da ")
_EVER = (" baox gio ", " tung ", " he ")  # "chưa từng" reaches as far as any negation
_AFTER_NEGATION = re.compile(r" (?:(?:duoc|baox? gio|nen|tuy tien|de|phep|ever) )?")


class Sense(Enum):
    """What the writer does with an act."""

    MEANT = "meant"
    DENIED = "denied"  # negated, or warned of
    OTHER = "other"  # asked about, told, or already done


class Meaning(Line):
    """A sentence whose acts can be asked how they are meant."""

    def _sense_of_act(self, start: int, end: int, ask: Found) -> Sense:
        """Decide about an act, with what stands between it and its object."""
        is_own_act = (start, end) == (ask.start, ask.end)
        if is_own_act and self._has("negation", start, end):
            return Sense.DENIED
        between = self._cues["denied-between"]
        if between and any(end < first < ask.start for first, _ in between):
            return Sense.DENIED
        if (
            ask.category == "money"
            and start > ask.end
            and "," in self.line[ask.end : start]
            and any(
                end < ask.start and self._between(end, ask.start) <= CARE_WORDS for _, end in self._cues["negation"]
            )
        ):
            return Sense.OTHER  # "không có khoản đặt cọc, thanh toán sau"
        care = self._cues["own-care"]
        if (
            care
            and start > ask.end
            and any(ask.end < first and behind < start and self._between(behind, start) <= 1 for first, behind in care)
        ):
            return Sense.OTHER
        return self._sense(start, end, ask)

    def _sense(self, start: int, end: int, ask: Found | None) -> Sense:  # noqa: C901, PLR0911 - one return per way to mean it
        """Decide what the writer does with the act at this place."""
        cues = self._cues
        is_own_act = ask is not None and (start, end) == (ask.start, ask.end)
        after = start - 1 if is_own_act else end
        if cues["not-because"] and any(first < start < behind for first, behind in cues["not-because"]):
            return Sense.DENIED
        negation = self._negation(start, after) if cues["negation"] else None
        if negation is not None:
            return negation
        # An ask that begins with its writer ("em vào máy chị") is not thereby told to the reader.
        begins_with_writer = is_own_act and self.line.startswith(" em ", after)
        to_me = self._has("to-me", after) if begins_with_writer else self._is_to_me(after)
        if not to_me and (self.denied or (cues["nobody"] and any(first == 1 for first, _ in cues["nobody"]))):
            return Sense.DENIED
        asks_what = is_own_act and self._has("is-what", start, end)
        if self._is_question(start, to_me=to_me) and not (asks_what or cues["polite"]):
            return Sense.OTHER
        if not self._own_words and self._has("generic", 0, start) and self._has("strong-reaction", after):
            return Sense.DENIED
        if not self._own_words and self._has("impostor", 0, start) and self._is_quoted(start):
            return Sense.DENIED
        if self._own_words and (
            (is_own_act and self._has("done", start, end))
            or (self._has("own-it", 0, start) and not self._has("reports", 0, start))
        ):
            return Sense.OTHER
        speaks_of_others = cues["impostor"] or cues["generic"] or cues["news"]
        if not (to_me or self._own_words) and cues["calls-for-care"] and self._is_asked_by_others(start, ask):
            return Sense.DENIED
        direct = bool(speaks_of_others) and self._is_direct(start, to_me, ask)
        if not direct and self._is_warning(start, after, to_me):
            return Sense.DENIED
        to_host = ask is not None and ask.category in ("URL", "LOOKALIKEURL")
        if (self._own_words and cues["aside"]) or (cues["news"] and not (direct or to_host or to_me)):
            return Sense.OTHER
        if ask is not None and not is_own_act and self._is_by_writer(start):
            return Sense.OTHER
        done = cues["done"]
        if done and not (is_own_act or to_me) and any(behind + 1 == start for _, behind in done):
            return Sense.OTHER
        return Sense.MEANT

    def _is_asked_by_others(self, start: int, ask: Found | None) -> bool:
        """Whether an act is what a call or a text asks, of which a sentence only tells: "báo nếu có cuộc gọi yêu cầu …".

        Not where the reader is to do it behind that: "… yêu cầu mã, chị đọc mã".
        """
        behind_ask = ask.end if ask else start
        if self._cues["complies"] or any(
            behind_ask < first
            and not self.line.startswith(TELLS, first)
            and not any(
                behind_ask <= end < first and self._between(end, first) <= _TOLD_WORDS
                for _, end in self._cues["negation"]
            )
            for act in ("give", "give-after")
            for first, _ in self._cues[act]
        ):
            return False
        return any(
            first < start
            and "," not in self.line[first:start]
            and (start < behind or self._between(behind, start) <= _TOLD_WORDS)
            for first, behind in self._cues["others-ask"]
        )

    def _is_quoted(self, start: int) -> bool:
        """Whether an act stands right behind "thường bảo", "mở đầu bằng câu"."""
        return any(
            end < start and self._between(end, start) <= _QUOTE_WORDS and not self._has("blocker", end, start)
            for _, end in self._cues["quotes-speech"]
        )

    def _is_by_writer(self, start: int) -> bool:
        """Whether the writer is the one who acts: "em gửi", "mình đã mở"; not "giúp em gửi"."""
        tellers = self._cues["by-writer"]
        if self._own_words or self._cues["past"]:
            tellers = [*tellers, *self._cues["by-writer-or-reader"]]  # a younger reader is "em", too
        writes = tellers and any(
            behind + 1 == start and (first == 1 or self.line[:first].endswith(_CLAUSE_STARTS))
            for first, behind in tellers
        )
        return bool(writes) and not any(
            first == start for act in ("want", "told-to-reader") for first, _ in self._cues[act]
        )

    def _is_question(self, act: int, *, to_me: bool) -> bool:
        """Whether it asks a question that an act is part of."""
        behind = act if to_me else 0
        questions, openings = self._cues["question"], self._cues["question-word"]
        if questions and any(end > behind for _, end in questions):
            return True
        return bool(openings and not to_me) and any(
            start < act and self._between(0, start) <= _OPENING_WORDS for start, _ in openings
        )

    def _is_direct(self, start: int, to_me: bool, ask: Found | None) -> bool:
        """Whether the act opens a clause of its own and is told to the reader.

        "Để phòng lừa đảo, đơn vị truy cập …" talks of fraud and demands all the same.
        """
        if self._own_words:
            return False
        clause = _OPENS_CLAUSE.search(self.line[:start])
        if clause is None:
            return False
        to_link = ask is not None and ask.category in ("URL", "LOOKALIKEURL")
        return bool(clause["reader"] or to_link or to_me)

    def _negation(self, start: int, after: int) -> Sense | None:  # noqa: C901, PLR0911 - one return per way to mean it
        """Decide what a negation before the act means; None where there is none."""
        before = [place for place in self._cues["negation"] if place[1] < start]
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
        if not_yet and between.count(" ") > _NOT_YET_WORDS and not between.startswith(_EVER):
            return None
        if any(empty == end + 1 for empty, _ in self._cues["empty-negation"]):
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
            or (not self.line.startswith((" can ", " phai "), end) and self._is_threatened(first, after))
            or any(
                behind < first and self._between(behind, first) <= _DESPITE_WORDS
                for _, behind in self._cues["wanted-despite"]
            )
            or (not_yet and to_me)
        )
        return Sense.MEANT if wanted else Sense.DENIED

    def _is_threatened(self, start: int, after: int) -> bool:
        """Whether something bad is to follow where an act is not done; "không đọc cho ai thì …" tells of what is good."""
        to_nobody = " ai " in " ".join(self.line[after:].split(" ")[:_NOBODY_WORDS]) + " "
        return self._has("threat", after) and not to_nobody and not self._has("impostor", 0, start)

    def _reader_ends(self, start: int, end: int) -> bool:
        """Whether what stands between ends with the reader: "không vào được chị gửi"."""
        return any(
            start < first and behind < end and self._between(behind, end) <= 1 for first, behind in self._cues["reader"]
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
            not (to_me or self._own_words) and self._has("strong-reaction", after) and not self._cues["counter-threat"]
        ):
            return True
        if to_me and not self._own_words:
            return False
        for first, behind in self._cues["impostor"]:
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
            for first, behind in self._cues["told-to-reader"]
        )

    def is_told_off(self, end: int) -> bool:
        """Whether impostors are spoken of, and what stands before a place is called theirs behind it.

        An impostor before it is not enough: "để tránh kẻ gian, chị làm theo câu này: …".
        """
        return bool(self._cues["impostor"]) and (self._has("reaction", end) or self._has("strong-reaction", end))
