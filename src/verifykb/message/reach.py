"""What can be asked for, and how near an act that demands it has to stand. Data."""

import re
from typing import NamedTuple

from verifykb.message.line import REMOTE
from verifykb.model.contact import Ask

OTHER_CONTACT = "other-contact"


class Reach(NamedTuple):
    """How far an act may stand from its object, in words between: before it, and after it."""

    before: tuple[str, ...]
    most_before: int
    after: tuple[str, ...]
    most_after: int
    to_writer: bool = False  # an act after the object must be towards the writer


SECRET, LINK, INSTALL = Ask.SECRET.value, Ask.LINK.value, Ask.INSTALL.value
MONEY, PERSONAL = Ask.MONEY.value, Ask.PERSONAL_DATA.value
# Category of the object -> what is asked, and under which acts.
REACHES: dict[str, tuple[str, Reach]] = {
    "secret": (SECRET, Reach(("want", "give"), 9, ("give-after", "is-what"), 20, to_writer=True)),
    "machine-id": (REMOTE, Reach(("want", "give"), 6, ("give-after",), 6, to_writer=True)),
    "link": (LINK, Reach(("follow",), 9, ("follow-after",), 12)),
    "install": (INSTALL, Reach(("install-act",), 6, ("install-after",), 9)),
    "money": (MONEY, Reach(("pay",), 10, ("pay",), 13)),
    "personal-data": (PERSONAL, Reach(("want", "give-personal"), 12, ("give-after",), 22, to_writer=True)),
    "contact": (OTHER_CONTACT, Reach(("contact",), 12, ("contact",), 4)),
}
# Things (`links`) and what they are the object of; a look-alike is an ask by itself.
THING_OBJECTS = {"URL": "link", "PHONE": "contact", "EMAIL": "contact"}
THINGS = ("URL", "LOOKALIKEURL", "OFFICIALURL", "PHONE", "EMAIL")
THING = re.compile(rf"(?<= )(?:{'|'.join(THINGS)})(?= )")


def names_thing(line: str) -> bool:
    """Whether a link, an address or a number stands in a line; far quicker than `THING`, for once too often."""
    return "URL " in line or "PHONE " in line or "EMAIL " in line
