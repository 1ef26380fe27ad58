"""Which asks of a text are meant: the sentence decides, not the word.

1. An ask is an object (a secret, a tool, a link…) under an act that demands it. The act
   nearest to the object is the one that counts.
2. A negated act, a question about it, a warning of impostors and a thing already done are
   no asks. "Only to me", "if you do not … it will be locked" and "why did you not" are.
3. The office's own words (`own_words`) report: a refusal there tells of an ask.
"""

import re
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import NamedTuple

from verifykb.directory.types import Directory
from verifykb.message import phrases as p
from verifykb.message.fold import Folded, Token, fold, sentences
from verifykb.message.links import Thing, find_things
from verifykb.model.contact import Ask
from verifykb.names.lookalike import Resemblance

# Longer than any message somebody types; the rest is read in pieces of this size.
MAX_CHARACTERS = 200_000
_MAX_QUOTE_CHARACTERS = 120
_WINDOW_TOKENS = 14  # how far back an act or a negation is looked for
_QUOTED_TOKENS_BEFORE = 4  # shown before a thing that is an ask by itself


class Sense(Enum):
    """What the writer does with an act."""

    MEANT = "meant"
    DENIED = "denied"  # negated, or warned of
    OTHER = "other"  # asked about, told, or already done


class Hit(NamedTuple):
    """Something a text asks, offers or warns of.

    Args:
        kind: an `Ask`, or ``other-contact``, ``pressure``, ``warning``, ``official-link``.
        quote: the words of the original.
        resemblance: for a link, what its host imitates.
    """

    kind: str
    quote: str
    resemblance: Resemblance | None = None


class _Pattern(NamedTuple):
    """One kind of ask: its objects, and the acts before and after them that demand it."""

    kind: str
    objects: re.Pattern[str]
    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None


def _whole(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<= )(?:{alternatives})(?= )")


def _last(acts: str, most: int) -> re.Pattern[str]:
    """Find the last act of the tokens before an object, at most so many tokens away."""
    return re.compile(rf"(?<= )(?:{acts})(?= )(?=(?: \S+){{0,{most}}} ?$)")


def _first(acts: str, most: int, then: str = "") -> re.Pattern[str]:
    """Find the first act of the tokens after an object."""
    return re.compile(rf"^ (?:\S+ ){{0,{most}}}?(?P<act>{acts})(?= ){then}")


@cache
def _patterns() -> tuple[_Pattern, ...]:
    to_me = (
        rf"(?: \S+){{0,3}}? (?:(?:(?:cho|giup|voi|ve|qua|sang|vao|lai|ho|to|with) )?(?:{p.ME})|"
        r"(?:qua|ve|vao|sang) (?:day|so|tin)|sang|nhe|nha|di|gap|ngay|truoc|trong|luon)(?= )"
    )
    is_what = r"la (?:baox? nhieu|gi|may|so may|so gi)"
    return (
        _Pattern(
            Ask.SECRET.value, _whole(p.SECRET), _last(f"{p.WANT}|{p.GIVE}", 9),
            _first(f"{p.GIVE_AFTER}|{is_what}", 14, rf"(?:(?<=nhieu)|(?<=la gi)|(?<=may)|{to_me})"),
        ),
        _Pattern(Ask.REMOTE_ACCESS.value, _whole(f"{p.TOOL}|{p.REMOTE}|{p.INTO_MACHINE}")),
        _Pattern(
            Ask.REMOTE_ACCESS.value, _whole(r"(?:so |dia chi |ma )?id(?: va| voi|,|/)?(?: pass\S*| mat khau)?"),
            _last(f"{p.WANT}|{p.GIVE}", 6), _first(p.GIVE_AFTER, 6, to_me),
        ),
        _Pattern(Ask.LINK.value, _whole("LOOKALIKEURL")),
        _Pattern(
            Ask.LINK.value, _whole(f"URL|{p.LINK_NOUN}"), _last(p.FOLLOW, 7), _first(p.FOLLOW, 7),
        ),
        _Pattern(Ask.INSTALL.value, _whole(p.SOFTWARE), _last(p.INSTALL, 6), _first(p.INSTALL, 5)),
        _Pattern(Ask.MONEY.value, _whole(f"{p.FEE}|{p.TO_ACCOUNT}"), _last(p.PAY, 7), _first(p.PAY, 5)),
        _Pattern(Ask.MONEY.value, _whole(f"{p.ADVANCE}|{p.PAY_ME}")),
        _Pattern(
            Ask.PERSONAL_DATA.value, _whole(p.PERSONAL), _last(f"{p.WANT}|{p.GIVE_PERSONAL}", 7),
            _first(p.GIVE_AFTER, 12, to_me),
        ),
        _Pattern("other-contact", _whole("PHONE|EMAIL"), _last(p.CONTACT, 10), _first(p.CONTACT, 4)),
        _Pattern("other-contact", _whole(p.OTHER_ZALO)),
    )  # fmt: skip


def read_message(text: str, directory: Directory, *, own_words: bool = False) -> list[Hit]:
    """Find what a text asks, offers and warns of, each kind once, in order of kind.

    Args:
        text: NFC; the contact's words, or the office's own.
        directory: the official contacts.
        own_words: the office reports; a refusal tells of an ask.
    """
    hits: dict[str, Hit] = {}
    for at in range(0, len(text), MAX_CHARACTERS):
        folded = fold(text[at : at + MAX_CHARACTERS])
        _read_folded(folded, directory, hits, own_words=own_words)
    return list(hits.values())


def _read_folded(folded: Folded, directory: Directory, hits: dict[str, Hit], *, own_words: bool) -> None:
    """Read a piece of a text; add the first hit of each kind, of links the most telling."""
    things = find_things(folded, directory)
    by_place = {folded.place(thing.start, thing.end): thing for thing in things}
    places = [(thing.start, thing.end, thing.token) for thing in things]
    secret_before = False
    for tokens in sentences(folded, places):
        line = " " + " ".join(token.text for token in tokens) + " "
        if p.GATE.search(line) or secret_before:
            reader = _SentenceReader(line, tokens, folded, by_place, own_words=own_words)
            for hit in reader.read(hits, secret_before=secret_before):
                if hit.kind not in hits or (hit.resemblance and not hits[hit.kind].resemblance):
                    hits[hit.kind] = hit
            secret_before = reader.names_secret
        if "pressure" not in hits and p.PRESSURE.search(line):
            hits["pressure"] = Hit("pressure", _quote(folded, tokens))


def _quote(folded: Folded, tokens: list[Token]) -> str:
    text = folded.source[tokens[0].start : tokens[-1].end]
    return text if len(text) <= _MAX_QUOTE_CHARACTERS else text[:_MAX_QUOTE_CHARACTERS] + "…"


class _SentenceReader:
    """Reads one sentence, given as a line of tokens with a space around each."""

    def __init__(
        self,
        line: str,
        tokens: list[Token],
        folded: Folded,
        things: dict[tuple[int, int], Thing],
        *,
        own_words: bool,
    ) -> None:
        self._line = line
        self._tokens = tokens
        self._folded = folded
        self._things = things
        self._own_words = own_words
        self.names_secret = False

    def read(self, known: Mapping[str, Hit], *, secret_before: bool) -> list[Hit]:
        """Find what the sentence asks, besides what is known already."""
        hits = []
        if " OFFICIALURL " in self._line:
            hits.append(self._hit("official-link", self._line.index(" OFFICIALURL ") + 1, -1))
        for pattern in _patterns():
            if pattern.kind in known and pattern.kind != Ask.LINK.value:
                self.names_secret |= pattern.kind == Ask.SECRET.value
                continue
            for found in pattern.objects.finditer(self._line):
                self.names_secret |= pattern.kind == Ask.SECRET.value
                hit = self._read_object(pattern, found)
                if hit:
                    hits.append(hit)
        if secret_before and not any(hit.kind == Ask.SECRET.value for hit in hits):
            carried = _CARRIED.search(self._line)
            if carried and self._sense(carried.start("act"), carried.end("act")) is Sense.MEANT:
                hits.append(self._hit(Ask.SECRET.value, carried.start("act"), carried.end()))
        return hits

    def _read_object(self, pattern: _Pattern, found: re.Match[str]) -> Hit | None:
        if self._is_innocent(pattern, found):
            return None
        acts = self._acts(pattern, found)
        senses = [self._sense_of_act(start, end, found) for start, end in acts]
        for (start, end), sense in zip(acts, senses, strict=True):
            if sense is Sense.MEANT:
                first, last = min(start, found.start()), max(end, found.end())
                if pattern.before is None:
                    first = _window_start(self._line[:first], _QUOTED_TOKENS_BEFORE) or 1
                return self._hit(pattern.kind, first, last, found.start())
        if Sense.DENIED in senses:
            return Hit("warning", _quote(self._folded, self._tokens))
        return None

    def _acts(self, pattern: _Pattern, found: re.Match[str]) -> list[tuple[int, int]]:
        """Give the places of the acts that may demand the object: nearest before, first after."""
        if pattern.before is None:
            return [found.span()]
        acts = []
        before = self._line[: found.start()]
        window = before[_window_start(before) :]
        last = None
        for last in pattern.before.finditer(window):  # noqa: B007 - the last one counts
            pass
        if last:
            offset = len(before) - len(window)
            acts.append((offset + last.start(), offset + last.end()))
        after = pattern.after.search(self._line[found.end() :]) if pattern.after else None
        if after:
            acts.append((found.end() + after.start("act"), found.end() + after.end("act")))
        return acts

    def _is_innocent(self, pattern: _Pattern, found: re.Match[str]) -> bool:
        """Things that look like the object of an ask and are none."""
        after = self._line[found.end() + 1 :]
        line = self._line
        if pattern.kind == Ask.SECRET.value:
            return bool(p.TOLD_VALUE.match(after) or p.OWN_CARE.search(line[: found.start()]))
        if pattern.kind == Ask.LINK.value and found[0] not in ("URL", "LOOKALIKEURL"):
            return " OFFICIALURL " in line and " URL " not in line
        if pattern.kind == Ask.INSTALL.value:
            own_app = " canh bao rui ro " in line and not _FROM_FILE.search(line)
            return own_app or " OFFICIALURL " in line or _HOME_PAGE.search(line) is not None
        if pattern.kind == Ask.REMOTE_ACCESS.value:
            return _REMOVED.search(line[: found.start()]) is not None
        if pattern.kind == "other-contact" and self._own_words:
            return _REPORTS.search(line) is None or " tu so " in line
        return False

    def _sense_of_act(self, start: int, end: int, found: re.Match[str]) -> Sense:
        """Decide about an act, with what stands between it and its object."""
        if _DENIED_BETWEEN.search(self._line[end : found.start() + 1]):
            return Sense.DENIED
        if start > found.end() and p.OWN_CARE.search(self._line[found.end() : start]):
            return Sense.OTHER
        return self._sense(start, end, found)

    def _sense(self, start: int, end: int, found: re.Match[str] | None = None) -> Sense:
        """Decide what the writer does with the act at this place."""
        line = self._line
        before, after = line[:start], line[end:]
        negation = self._negation(before, after)
        if negation is not None:
            return negation
        if p.QUESTION.search(line) and not _POLITE.search(line):
            return Sense.OTHER
        if self._is_warning(before, after):
            return Sense.DENIED
        if p.NEWS.search(line) and not _TO_ME.search(after):
            return Sense.OTHER
        is_own_act = found is not None and (start, end) == found.span()
        if not is_own_act and p.DONE.search(before) and not _TO_ME.search(after):
            return Sense.OTHER
        return Sense.MEANT

    def _negation(self, before: str, after: str) -> Sense | None:
        """Decide what a negation before the act means; None where there is none."""
        last = None
        window = before[_window_start(before) :]
        for last in _NEGATION.finditer(window):  # noqa: B007 - the last one counts
            pass
        if last is None:
            return None
        between = window[last.end() :]
        if _EMPTY.match(between) or _BLOCKED.search(between):
            return None
        if "," in between and not _goes_on_in_list(between, after):
            return None
        if self._own_words and re.fullmatch(p.REFUSAL, last["negation"]):
            return Sense.MEANT
        wanted = (
            p.EXCEPT_ME.search(after)
            or p.THREAT.search(after)
            or _WANTED_DESPITE.search(window[: last.start() + 1])
            or (last["negation"] == "chua" and _TO_ME.search(after))
        )
        return Sense.MEANT if wanted else Sense.DENIED

    def _is_warning(self, before: str, after: str) -> bool:
        if _TO_ME.search(after) and not self._own_words:
            return False
        general = p.GENERIC.search(before) is not None
        impostor = _IMPOSTOR.search(before)
        if impostor and not _DEMANDS_OF_READER.search(before[impostor.end() - 1 :]):
            return general or not self._own_words or _GENERIC_IMPOSTOR.search(impostor[0]) is not None
        return general and p.REACTION.search(after) is not None

    def _hit(self, kind: str, start: int, end: int, thing_at: int = -1) -> Hit:
        first = self._line.count(" ", 0, start) - 1
        last = first if end < 0 else self._line.count(" ", 0, end) - 1
        tokens = self._tokens[first : last + 1]
        resemblance = None
        if kind == Ask.LINK.value:
            token = self._tokens[self._line.count(" ", 0, thing_at) - 1]
            thing = self._things.get((token.start, token.end))
            resemblance = thing.resemblance if thing else None
        return Hit(kind, _quote(self._folded, tokens), resemblance)


def _window_start(before: str, tokens: int = _WINDOW_TOKENS) -> int:
    at = len(before)
    for _ in range(tokens + 1):
        at = before.rfind(" ", 0, at)
        if at < 0:
            return 0
    return at


def _goes_on_in_list(between: str, after: str) -> bool:
    """``không cung cấp, gửi hay đọc``: the act stands right behind the comma, as the first did."""
    first, _, last = between.rpartition(",")
    starts_with_act = _ACT_FIRST.match(first) is not None
    return (
        starts_with_act
        and not re.sub(r"\b(?:hoac|hay|hayx|va|or|and|cung)\b", "", last).strip()
        and not (_TO_ME.match(after))
    )


_NEGATION = re.compile(rf" (?P<negation>{p.NEGATION})(?= )")
_EMPTY = re.compile(rf"^ (?:{p.EMPTY_NEGATION}) ")
_BLOCKED = re.compile(rf" (?:{p.BLOCKER}) ")
_WANTED_DESPITE = re.compile(rf" (?:{p.WANTED_DESPITE}) (?:\S+ ){{0,4}}$")
_GENERIC_IMPOSTOR = re.compile(r"(?:KE|ke) (?:gian|xau)|thu doan")
_IMPOSTOR = re.compile(rf" (?:{p.IMPOSTOR}) ")
_ACT_FIRST = re.compile(
    rf"^ (?:duoc |bao gio |nen |tuy tien |de |phep |ever )?(?:{p.GIVE}|{p.WANT}|{p.FOLLOW}|{p.INSTALL}|{p.PAY}|{p.CONTACT}|bao|dang|luu|tiet) "
)
_TO_ME = re.compile(
    r"(?:^| )(?:\S+ ){0,4}?(?:cho|giup|voi|ve|qua|to|with|for) (?:em|toi|chau|minh|me|us|ben em|ben toi|day|so nay|chung toi)(?= )|^ (?:em|chau|toi|me|us) "
)
_DEMANDS_OF_READER = re.compile(
    rf" (?:{p.READER})(?: \S+){{0,2}}? (?:vui long|hay|can|phai|giup|gui|doc|nhan|cho|cung cap|bam|mo|cai|tai|truy cap|chuyen|dua|nhap|quet|chup)(?= )|"
    r" (?:vui long|hay|de nghi (?:\S+ )?(?:chi|anh|don vi|ban|ke toan)|moi (?:anh|chi|don vi)|please) "
)
_DENIED_BETWEEN = re.compile(r" (?:khong|chua|DUNG) (?:baox? gio )?")
_POLITE = re.compile(
    r" duoc (?:khong|chu) | (?:co the|tien) (?:\S+ ){0,10}?khong | giup (?:em|toi|chau) | cho (?:em|toi|chau) (?!hoi)"
)
_CARRIED = re.compile(
    r" (?P<act>doc|doc lai|gui|gui lai|nhan|nhan lai|noi|bao|bao lai|chup|chup lai|read|send|tell|reply) (?:\S+ ){0,2}?"
    r"(?:cho |giup |qua |lai |it |them )*(?:em|toi|chau|minh|me|us)(?= )"
)
_FROM_FILE = re.compile(r" (?:apk|file|tep|link|URL|LOOKALIKEURL|qr|dinh kem|gui kem|zip|duong dan) ")
_HOME_PAGE = re.compile(r" (?:trang chu|muc phan mem|cong dich vu cong|app store|google play) ")
_REMOVED = re.compile(r" (?:go|xoa|go bo|tat|thoat|go cai dat|uninstall(?:ed)?|removed?|khoi) (?:\S+ ){0,3}$")
_REPORTS = re.compile(
    r" (?:bao|DOI|yeu cau|keu|nho|moi|huong danx|dua|cho|de nghi|dej nghi|xin|ru|hen|dan|danx|told|asked|said|bao minh|noi) "
)
