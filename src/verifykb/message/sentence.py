"""One sentence: which of its asks are meant.

1. An ask is an object (a secret, a tool, a link…) under an act that demands it. The act
   nearest to the object is the one that counts.
2. A negated act, a question about it, a warning of impostors and a thing already done are
   no asks. "Only to me", "if you do not … it will be locked" and "why did you not" are.
3. The office's own words (`own_words`) report: a refusal there tells of an ask.
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from verifykb.message import cues
from verifykb.message import phrases as p
from verifykb.message.fold import Folded, Sentence, Token
from verifykb.message.links import Thing
from verifykb.message.patterns import OTHER_CONTACT, Pattern, patterns, reported_patterns
from verifykb.model.contact import Ask
from verifykb.names.lookalike import Resemblance

_MAX_QUOTE_CHARACTERS = 120
_WINDOW_TOKENS = 14  # how far back an act or a negation is looked for
_QUOTED_TOKENS_BEFORE = 4  # shown before a thing that is an ask by itself
_NOT_YET_TOKENS = 6  # "chưa" reaches no further: it tells of a thing, it does not forbid
_JOINED_TOKENS = 3  # between act and object, where a full stop or line break is read over


class Sense(Enum):
    """What the writer does with an act."""

    MEANT = "meant"
    DENIED = "denied"  # negated, or warned of
    OTHER = "other"  # asked about, told, or already done


class Hit(NamedTuple):
    """Something a text asks, offers or warns of.

    Args:
        kind: an `Ask`, or ``other-contact``, ``pressure``, ``warning``, ``official-link``,
            ``obscured``.
        quote: the words of the original.
        resemblance: for a link, what its host imitates.
    """

    kind: str
    quote: str
    resemblance: Resemblance | None = None


def quote_of(folded: Folded, tokens: list[Token]) -> str:
    """Give the original words of some tokens, shortened where they are many."""
    text = folded.source[tokens[0].start : tokens[-1].end]
    return text if len(text) <= _MAX_QUOTE_CHARACTERS else text[:_MAX_QUOTE_CHARACTERS] + "…"


class SentenceReader:
    """Reads one sentence.

    Args:
        sentence: the sentence.
        folded: the text it is of.
        things: links by their place in the original.
        own_words: the office reports.
        denied: a warning before it ("không được:") denies what it lists.
        joined: it was joined over full stops or line breaks, so act and object must be near.
    """

    def __init__(  # noqa: PLR0913 - what a sentence must know of its text
        self,
        sentence: Sentence,
        folded: Folded,
        things: Mapping[tuple[int, int], Thing],
        *,
        own_words: bool,
        denied: bool = False,
        joined: bool = False,
    ) -> None:
        self.line = sentence_line(sentence)
        self.names_secret = False
        self.names_link = False
        self._tokens = sentence.tokens
        self._read_from = _nth_space(self.line, sentence.already_read)
        self._folded = folded
        self._things = things
        self._own_words = own_words
        self._denied = denied
        self._joined = joined

    def read(self, known: Mapping[str, Hit], *, secret_before: bool, link_before: bool = False) -> list[Hit]:
        """Find what the sentence asks, besides what is known already.

        Args:
            known: what other sentences gave, by kind.
            secret_before: the sentence before named a secret, so that "read it to me" counts.
            link_before: the sentence before named a link, so that "click on it" counts.
        """
        if not (secret_before or link_before or p.GATE.search(self.line)):
            return []
        hits = []
        if " OFFICIALURL " in self.line:
            hits.append(self._hit("official-link", self.line.index(" OFFICIALURL ") + 1, -1))
        for pattern in (*patterns(), *(reported_patterns() if self._own_words else ())):
            if self._joined and pattern.kind == OTHER_CONTACT:
                continue
            if pattern.kind in known and pattern.kind != Ask.LINK.value:
                self.names_secret |= pattern.kind == Ask.SECRET.value
                continue
            for found in pattern.objects.finditer(self.line, self._read_from):
                self.names_secret |= pattern.kind == Ask.SECRET.value
                self.names_link |= pattern.kind == Ask.LINK.value
                hit = self._read_object(pattern, found)
                if hit:
                    hits.append(hit)
        if secret_before and not any(hit.kind == Ask.SECRET.value for hit in hits):
            hits += self._carried(cues.CARRIED, Ask.SECRET)
        if link_before and not any(hit.kind == Ask.LINK.value for hit in hits):
            hits += self._carried(cues.CARRIED_LINK, Ask.LINK)
        return hits

    def _carried(self, pattern: re.Pattern[str], ask: Ask) -> list[Hit]:
        """Find an act whose object the sentence before named: "đọc cho em", "bấm vào đó"."""
        carried = pattern.search(self.line)
        if carried is None or self._sense(*carried.span("act")) is not Sense.MEANT:
            return []
        return [self._hit(ask.value, carried.start("act"), carried.end())]

    def _read_object(self, pattern: Pattern, found: re.Match[str]) -> Hit | None:
        if self._is_innocent(pattern, found):
            return None
        acts = self._acts(pattern, found)
        if self._joined:
            acts = [act for act in acts if self._is_near(act, found)]
        senses = [self._sense_of_act(start, end, found) for start, end in acts]
        for (start, end), sense in zip(acts, senses, strict=True):
            if sense is Sense.MEANT:
                first, last = min(start, found.start()), max(end, found.end())
                if pattern.before is None:
                    first = _window_start(self.line[:first], _QUOTED_TOKENS_BEFORE) or 1
                return self._hit(pattern.kind, first, last, found.start())
        if Sense.DENIED in senses and not self._joined:
            return Hit("warning", quote_of(self._folded, self._tokens))
        return None

    def _acts(self, pattern: Pattern, found: re.Match[str]) -> list[tuple[int, int]]:
        """Give the places of the acts that may demand the object: nearest before, first after."""
        if pattern.before is None:
            return [found.span()]
        acts = []
        before = self.line[: found.start()]
        offset = _window_start(before)
        last = None
        for last in pattern.before.finditer(before[offset:]):  # noqa: B007 - the last one counts
            pass
        if last:
            acts.append((offset + last.start(), offset + last.end()))
        after = pattern.after.search(self.line[found.end() :]) if pattern.after else None
        if after:
            acts.append((found.end() + after.start("act"), found.end() + after.end("act")))
        return acts

    def _is_near(self, act: tuple[int, int], found: re.Match[str]) -> bool:
        first, last = sorted((act, found.span()))
        return first == last or self.line.count(" ", first[1], last[0]) - 1 <= _JOINED_TOKENS

    def _is_innocent(self, pattern: Pattern, found: re.Match[str]) -> bool:  # noqa: PLR0911 - one return per way to mean it
        """Things that look like the object of an ask and are none."""
        line = self.line
        if pattern.kind == OTHER_CONTACT and self._own_words:
            return cues.REPORTS.search(line[: found.start()]) is None or " tu so " in line
        if pattern.before is None and pattern.kind != Ask.REMOTE_ACCESS.value:
            return False
        if pattern.kind == Ask.SECRET.value:
            after = line[found.end() + 1 :]
            return bool(p.TOLD_VALUE.match(after) or p.OWN_CARE.search(line[: found.start()]))
        if pattern.kind == Ask.LINK.value and found[0] != "URL":
            return " OFFICIALURL " in line and " URL " not in line
        if pattern.kind == Ask.INSTALL.value:
            official = " canh bao rui ro " in line or " OFFICIALURL " in line or cues.HOME_PAGE.search(line)
            from_file = cues.FROM_FILE.search(line) and not cues.ONLY_FROM_STORE.search(line)
            return bool(official) and not from_file
        if pattern.kind == Ask.REMOTE_ACCESS.value:
            return cues.REMOVED.search(line[: found.start()]) is not None
        return False

    def _sense_of_act(self, start: int, end: int, found: re.Match[str]) -> Sense:
        """Decide about an act, with what stands between it and its object."""
        if (start, end) == found.span() and cues.NEGATION.search(found[0]):
            return Sense.DENIED
        if cues.DENIED_BETWEEN.search(self.line[end : found.start() + 1]):
            return Sense.DENIED
        if start > found.end() and p.OWN_CARE.search(self.line[found.end() : start]):
            return Sense.OTHER
        return self._sense(start, end, found)

    def _sense(self, start: int, end: int, found: re.Match[str] | None = None) -> Sense:  # noqa: PLR0911 - one return per way to mean it
        """Decide what the writer does with the act at this place."""
        line = self.line
        is_own_act = found is not None and (start, end) == found.span()
        before, after = line[:start], line[start - 1 if is_own_act else end :]
        negation = self._negation(before, after)
        if negation is not None:
            return negation
        if (self._denied or cues.NOBODY.search(line)) and not cues.TO_ME.search(after):
            return Sense.DENIED
        if p.QUESTION.search(line) and not cues.POLITE.search(line):
            return Sense.OTHER
        direct = self._is_direct(before, after, found)
        if not direct and self._is_warning(before, after):
            return Sense.DENIED
        to_host = found is not None and found[0] in ("URL", "LOOKALIKEURL")
        if not (direct or to_host) and p.NEWS.search(line) and not cues.TO_ME.search(after):
            return Sense.OTHER
        if not is_own_act and p.DONE.search(before) and not cues.TO_ME.search(after):
            return Sense.OTHER
        return Sense.MEANT

    def _is_direct(self, before: str, after: str, found: re.Match[str] | None) -> bool:
        """Whether the act opens a clause of its own and is told to the reader.

        "Để phòng lừa đảo, đơn vị truy cập …" talks of fraud and demands all the same.
        """
        clause = cues.CLAUSE_START.search(before)
        if clause is None or self._own_words:
            return False
        to_link = found is not None and found[0] in ("URL", "LOOKALIKEURL")
        return bool(clause["reader"] or to_link or cues.TO_ME.search(after))

    def _negation(self, before: str, after: str) -> Sense | None:  # noqa: PLR0911 - one return per way to mean it
        """Decide what a negation before the act means; None where there is none."""
        last = None
        window = before[_window_start(before) :]
        for last in cues.NEGATION.finditer(window):  # noqa: B007 - the last one counts
            pass
        if last is None:
            return None
        between = window[last.end() :]
        if self._joined:
            return Sense.DENIED  # over a full stop nobody can tell how far a negation reaches
        if between == " , " and not cues.TO_ME.search(after):
            return Sense.DENIED
        if last["negation"] == "chua" and between.count(" ") > _NOT_YET_TOKENS and not between.startswith(" baox gio "):
            return None
        if cues.EMPTY.match(between) or cues.BLOCKED.search(between):
            return None
        if cues.READER_AT_END.search(between) and (cues.TO_ME.search(after) or " giup " in after):
            return None
        if "," in between and not cues.goes_on_in_list(between, after):
            return None
        if self._own_words and re.fullmatch(p.REFUSAL, last["negation"]):
            return Sense.MEANT
        wanted = (
            p.EXCEPT_ME.search(after)
            or p.THREAT.search(after)
            or cues.WANTED_DESPITE.search(window[: last.start() + 1])
            or (last["negation"] == "chua" and cues.TO_ME.search(after))
        )
        return Sense.MEANT if wanted else Sense.DENIED

    def _is_warning(self, before: str, after: str) -> bool:
        general = p.GENERIC.search(before) is not None
        if general and p.REACTION.search(after):
            return True
        if cues.TO_ME.search(after) and not self._own_words:
            return False
        impostor = cues.IMPOSTOR.search(before)
        if impostor and not cues.DEMANDS_OF_READER.search(before[impostor.end() - 1 :]):
            return general or not self._own_words or cues.GENERIC_IMPOSTOR.search(impostor[0]) is not None
        return False

    def _hit(self, kind: str, start: int, end: int, thing_at: int = -1) -> Hit:
        first = self.line.count(" ", 0, start) - 1
        last = first if end < 0 else self.line.count(" ", 0, end) - 1
        resemblance = None
        if kind == Ask.LINK.value and thing_at >= 0:
            token = self._tokens[self.line.count(" ", 0, thing_at) - 1]
            thing = self._things.get((token.start, token.end))
            resemblance = thing.resemblance if thing else None
        return Hit(kind, quote_of(self._folded, self._tokens[first : last + 1]), resemblance)


def sentence_line(sentence: Sentence) -> str:
    """Give a sentence as its tokens with one space around each."""
    return " " + " ".join(token.text for token in sentence.tokens) + " "


def _nth_space(line: str, number: int) -> int:
    at = 0
    for _ in range(number):
        at = line.find(" ", at + 1)
    return max(at, 0)


def _window_start(before: str, tokens: int = _WINDOW_TOKENS) -> int:
    at = len(before)
    for _ in range(tokens + 1):
        at = before.rfind(" ", 0, at)
        if at < 0:
            return 0
    return at
