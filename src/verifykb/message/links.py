"""Links, mail addresses and phone numbers in a folded text, and whose they are.

1. A host is compared raw with the official ones; anything else about it only accuses.
2. ``user@`` before a host, a port and a path never change whose host it is.
3. Nothing that is found is ever opened, resolved or fetched.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from verifykb.directory.types import Directory
from verifykb.message.normalise import Plain
from verifykb.names.address import ascii_lower, is_under
from verifykb.names.lookalike import Resemblance, domain_resemblance

_DOT = r"(?:\.|\[\.\]|\(\.\))"
# Endings that make a bare word.word a host: "bạc.Anh" is two sentences, "abc.top" is not.
_TLDS = (
    "vn|com|net|org|info|biz|top|xyz|site|online|shop|club|vip|icu|cc|tk|ml|ga|cf|gq|me|io|app|dev|ly|gl|link|live|"
    "pro|asia|us|eu|uk|cn|ru|jp|kr|sg|co|in|to|ws|fun|store|tech|space|website|work|cloud|example|test|page|web|bid|"
    "gle|goo|be|at|cfd|sbs|today|buzz|fit|cam|lol|skin|monster|quest|bond|cyou|beauty|hair|rest|bar|sale|pics|best|ink|red|ltd|one|gdn|"
    "men|date|review|party|science|trade|webcam|stream|download|zone|center|solutions|finance|services|digital|network|"
    "systems|group|team|ai|so|sh|st|im|nu|ac|uno|rip|wtf|fyi|pet|run|rocks|ninja|guru|expert|agency|email|chat|money|"
    "win|loan|click|support|help|zip|mov|gov|edu|name|mobi|tv|la|kh|th|my|id|ph|de|fr|nl|pw|host|press|life|world"
)
_SCHEME = re.compile(r"[a-z]{3,5} ?: ?/ ?/ ?")
_EMAIL = re.compile(rf"[a-z0-9._%+\-]{{1,64}}@(?:[a-z0-9\-]{{1,63}}{_DOT}){{1,8}}[a-z]{{2,24}}")
# Behind "](" Markdown's next part begins.
_TAIL = r"(?:(?!\]\()[^\s<>\"'“”])"
_URL = re.compile(rf"(?:(?:h[tx]{{2}}ps?|ftp) ?: ?/ ?/ ?|(?<![a-z0-9])data:(?=[^\s,]{{0,200}},)){_TAIL}{{1,2000}}")
_HOST = re.compile(
    rf"(?<![a-z0-9@.\-])(?:[a-z0-9\-]{{1,63}}{_DOT}){{1,12}}(?:{_TLDS})(?![a-z0-9\-@])(?::\d{{1,5}})?(?:[/?#]{_TAIL}{{0,2000}})?"
)
_ADDRESS = re.compile(rf"(?<![\w.])\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?:[:/]{_TAIL}{{0,2000}})(?!\w)")
_PHONE = re.compile(r"(?<![\w.])(?:\+ ?84|\(?0|84(?=[ .\-]?\d)|1[89]00)[\d .\-()]{5,18}(?<=\d)(?!\w)")
# Between a link's target and its text: the rest of a tag, or Markdown's brackets.
_LABELLED = re.compile(r"""["']?[^<>"']{0,500}>\s{0,20}|\s{0,5}\]\s{0,3}\(\s{0,5}""")
_MAX_SCHEME = len("https ")
_WHITE_SPACE = re.compile(r"[ \n]")
_TAKEN = 1
_MIN_PHONE_DIGITS, _MAX_PHONE_DIGITS = 8, 13


class Thing(NamedTuple):
    """A link, address or number in a text.

    Args:
        start, end: its place in the plain text.
        word: what stands for it in a sentence: URL, OFFICIALURL, LOOKALIKEURL, EMAIL,
            OFFICIALEMAIL, PHONE or OFFICIALPHONE.
        resemblance: what a look-alike host imitates.
    """

    start: int
    end: int
    word: str
    resemblance: Resemblance | None = None


_Judge = Callable[[Plain, str, int, int, Directory], Thing | None]


def find_things(plain: Plain, directory: Directory) -> list[Thing]:
    """Find every link, address and number, in order and not overlapping."""
    if not plain.codes.has_things:
        return []
    text = plain.codes.folded
    things: list[Thing] = []
    taken = bytearray(len(text) + 1)
    for match, judge in _candidates(text, has_number=plain.codes.has_many_digits):
        start, end = match.start(), match.end() - _trailing(match[0])
        if taken[end - 1] and judge is _judge_url and not taken[start]:
            # A link is not lost where another one begins in its path.
            end = taken.index(_TAKEN, start)
        if taken[start] or taken[end - 1]:
            continue
        thing = judge(plain, text, start, end, directory)
        if thing:
            things.append(thing)
            taken[start:end] = bytes([_TAKEN]) * (end - start)
    things.sort(key=lambda thing: thing.start)
    return _unmasked(plain, things) if len(things) > 1 else things


def _candidates(text: str, *, has_number: bool) -> Iterator[tuple[re.Match[str], _Judge]]:
    """Give what may be a link, an address or a number, in the order in which they are judged."""
    colon = text.find(":")
    if colon >= 0:
        yield from ((match, _judge_url) for match in _URL.finditer(text, max(colon - _MAX_SCHEME, 0)))
    pieces = list(_with_dots(text))
    for pattern, judge in ((_EMAIL, _judge_email), (_HOST, _judge_url), (_ADDRESS, _judge_url)):
        for start, end in pieces:
            if judge is not _judge_email or "@" in text[start:end]:
                yield from ((match, judge) for match in pattern.finditer(text, start, end))
    if has_number:
        yield from ((match, _judge_phone) for match in _PHONE.finditer(text))


def _with_dots(text: str) -> Iterator[tuple[int, int]]:
    """Give the pieces between white space that have a dot inside: all that a host can be in."""
    at = text.find(".")
    end = 0
    while at >= 0:
        start = max(text.rfind(" ", end, at), text.rfind("\n", end, at), end - 1) + 1
        found = _WHITE_SPACE.search(text, at)
        end = found.start() if found else len(text)
        if at + 1 < end:
            yield start, end
        at = text.find(".", end)


def _unmasked(plain: Plain, things: list[Thing]) -> list[Thing]:
    """Accuse a link whose shown text is an official host while it goes elsewhere.

    Both stand side by side: ``<a href="target">shown</a>``, ``[shown](target)``.
    """
    for at in range(len(things) - 1):
        first, second = things[at : at + 2]
        between = plain.source[plain.origin[first.end - 1] + 1 : plain.origin[second.start]]
        if not _LABELLED.fullmatch(between):
            continue
        for target, shown in ((at, second), (at + 1, first)):
            if things[target].word in ("URL", "LOOKALIKEURL") and shown.word == "OFFICIALURL":
                host = plain.codes.folded[shown.start : shown.end]
                resembles = host_of(_SCHEME.sub("", host, count=1))
                things[target] = things[target]._replace(
                    word="LOOKALIKEURL", resemblance=Resemblance(resembles, "link-text")
                )
    return things


def _trailing(text: str) -> int:
    """Count closing punctuation that belongs to the sentence, not to the link."""
    return len(text) - len(text.rstrip(".,;:!?)]}'\"…"))


def host_of(link: str) -> str:
    """Give the host that a browser would go to, as written, of a link without its scheme."""
    authority = re.split(r"[/?#\\]", link, maxsplit=1)[0]
    host = authority.rpartition("@")[2]
    host = re.sub(r"\[\.\]|\(\.\)", ".", host)
    return re.sub(r":\d*$", "", host).strip(".")


def _judge_url(plain: Plain, text: str, start: int, end: int, directory: Directory) -> Thing | None:
    scheme = _SCHEME.match(text, start, end)
    after_scheme = scheme.end() if scheme else start
    if after_scheme == end:
        return None
    host = host_of(plain.quote(after_scheme, end))
    hosts = tuple([(official.name, official.subdomains) for official in directory.hosts])
    return Thing(start, end, *_judged(host, hosts, tuple([domain.name for domain in directory.mail_domains])))


@lru_cache(maxsize=4096)
def _judged(
    host: str, officials: tuple[tuple[str, bool], ...], mail_domains: tuple[str, ...]
) -> tuple[str, Resemblance | None]:
    """Give the word for a host, and what it imitates."""
    names = tuple([name for name, _ in officials])
    near = _near_official(host, names)
    if near:
        return "LOOKALIKEURL", Resemblance(near, "typo")
    if any(_is_official(host, name, subdomains) for name, subdomains in officials):
        return "OFFICIALURL", None
    if any(is_under(host, name) for name in mail_domains):
        return "URL", None
    resemblance = domain_resemblance(host, tuple(dict.fromkeys(names + mail_domains))) if "." in host else None
    return ("LOOKALIKEURL" if resemblance else "URL"), resemblance


def _near_official(host: str, names: tuple[str, ...]) -> str:
    """Give the official host that a name below an official domain is one slip away from."""
    from rapidfuzz.distance import OSA

    lower = ascii_lower(host)
    if lower in names or not any(is_under(lower, name) for name in names):
        return ""
    return next((name for name in names if OSA.distance(lower, name, score_cutoff=1) == 1), "")


def is_official_host(host: str, directory: Directory) -> bool:
    """Whether a host is, raw, one of the official web hosts."""
    return any(_is_official(host, official.name, official.subdomains) for official in directory.hosts)


def _is_official(host: str, name: str, subdomains: bool) -> bool:
    return is_under(host, name) if subdomains else ascii_lower(host) == name


def _judge_email(plain: Plain, _text: str, start: int, end: int, directory: Directory) -> Thing | None:
    original = ascii_lower(plain.quote(start, end))
    published = {mailbox.address for mailbox in directory.mailboxes}
    published.add(directory.support.mailbox.address)
    return Thing(start, end, "OFFICIALEMAIL" if original in published else "EMAIL")


def _judge_phone(_plain: Plain, text: str, start: int, end: int, directory: Directory) -> Thing | None:
    digits = re.sub(r"\D", "", text[start:end])
    if not _MIN_PHONE_DIGITS <= len(digits) <= _MAX_PHONE_DIGITS:
        return None
    switchboard = directory.support.switchboard
    national = "0" + digits.removeprefix(switchboard.country_code).removeprefix("0")
    own = national in (switchboard.number, switchboard.retired)
    return Thing(start, end, "OFFICIALPHONE" if own or digits == switchboard.number else "PHONE")
