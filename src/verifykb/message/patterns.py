"""The kinds of ask as compiled patterns: objects, and the acts that demand them.

Compiled once, when the first message is read.
"""

import re
from functools import cache
from typing import NamedTuple

from verifykb.message import phrases as p
from verifykb.model.contact import Ask

OTHER_CONTACT = "other-contact"


class Pattern(NamedTuple):
    """One kind of ask: its objects, and the acts before and after them that demand it.

    Without acts, the object is an ask by itself.
    """

    kind: str
    objects: re.Pattern[str]
    before: re.Pattern[str] | None = None
    after: re.Pattern[str] | None = None


def _whole(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<= )(?:{alternatives})(?= )")


def _last(acts: str, most: int) -> re.Pattern[str]:
    """Find acts among the tokens before an object, at most so many tokens away."""
    return re.compile(rf"(?<= )(?:{acts})(?= )(?=(?: \S+){{0,{most}}} ?$)")


def _first(acts: str, most: int, then: str = "") -> re.Pattern[str]:
    """Find the first act of the tokens after an object."""
    return re.compile(rf"^ (?:\S+ ){{0,{most}}}?(?P<act>{acts})(?= ){then}")


@cache
def patterns() -> tuple[Pattern, ...]:
    """Give the kinds of ask in any text, the plainest first."""
    to_me = (
        rf"(?: \S+){{0,3}}? (?:(?:(?:cho|giup|voi|ve|qua|sang|vao|lai|ho|to|with) )?(?:{p.ME})|"
        r"(?:qua|ve|vao|sang) (?:day|so|tin)|sang|nhe|nha|di|gap|ngay|som|truoc|trong|luon)(?= )"
    )
    is_what = r"la (?:baox? nhieu|gi|may|so may|so gi)"
    wanted = rf"(?:(?<=nhieu)|(?<=la gi)|(?<=may)|{to_me})"
    ask = f"{p.WANT}|{p.GIVE}"
    machine_id = r"(?:so |dia chi |ma )?id(?: va| voi|,|/)?(?: pass\S*| mat khau)?"
    secret, remote, link = Ask.SECRET.value, Ask.REMOTE_ACCESS.value, Ask.LINK.value
    return (
        Pattern(secret, _whole(p.SECRET), _last(ask, 9), _first(f"{p.GIVE_AFTER}|{is_what}", 20, wanted)),
        Pattern(secret, _whole(f"{p.OWN_WORD_SET}|{p.SIGN_FOR_ME}")),
        Pattern(remote, _whole(f"{p.TOOL}|{p.REMOTE}|{p.INTO_MACHINE}")),
        Pattern(remote, _whole(machine_id), _last(ask, 6), _first(p.GIVE_AFTER, 6, to_me)),
        Pattern(link, _whole("LOOKALIKEURL")),
        Pattern(link, _whole(f"URL|{p.LINK_NOUN}"), _last(p.FOLLOW, 7), _first(p.FOLLOW, 12)),
        Pattern(Ask.INSTALL.value, _whole(f"{p.SOFTWARE}|{p.TOOL}"), _last(p.INSTALL, 6), _first(p.INSTALL_AFTER, 9)),
        Pattern(Ask.INSTALL.value, _whole(f"{p.RUN_COMMAND}|{p.INSTALL_FILE}")),
        Pattern(Ask.MONEY.value, _whole(f"{p.FEE}|{p.TO_ACCOUNT}"), _last(p.PAY, 10), _first(p.PAY, 8)),
        Pattern(Ask.MONEY.value, _whole(f"{p.ADVANCE}|{p.PAY_ME}|{p.PAY_AMOUNT}")),
        Pattern(
            Ask.PERSONAL_DATA.value,
            _whole(p.PERSONAL),
            _last(f"{p.WANT}|{p.GIVE_PERSONAL}", 12),
            _first(p.GIVE_AFTER, 22, to_me),
        ),
        Pattern(OTHER_CONTACT, _whole("PHONE|EMAIL"), _last(p.CONTACT, 10), _first(p.CONTACT, 4)),
        Pattern(OTHER_CONTACT, _whole(p.OTHER_ZALO)),
    )


@cache
def reported_patterns() -> tuple[Pattern, ...]:
    """Give what the office writes of asks in few words, besides `patterns`."""
    return (
        Pattern(Ask.SECRET.value, _whole(p.REPORTED_SECRET)),
        Pattern(Ask.REMOTE_ACCESS.value, _whole(p.REPORTED_REMOTE)),
        Pattern(Ask.LINK.value, _whole(p.REPORTED_LINK)),
        Pattern(Ask.MONEY.value, _whole(p.REPORTED_MONEY)),
        Pattern(Ask.INSTALL.value, _whole(p.REPORTED_INSTALL)),
    )
