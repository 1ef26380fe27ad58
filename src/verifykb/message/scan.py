"""One multi-pattern scan of a line of canonical words: which phrases stand where.

A line is its words with one space around each. The heads of all forms are found in one pass;
a form with gaps or conditions is then decided by its pattern, where its head was found.
"""

from collections.abc import Iterable
from functools import cache

import ahocorasick_rs

from verifykb.message.grammar import Form
from verifykb.message.table import ASKED, compiled

Place = tuple[int, int]
"""Where a phrase stands in a line: its first letter, and behind its last one."""


class Scanner:
    """Finds the phrases of some forms.

    Args:
        forms: category and form.
    """

    def __init__(self, forms: Iterable[tuple[str, Form]]) -> None:
        whole: dict[str, list[str]] = {}
        open_: dict[str, list[tuple[str, tuple[frozenset[str], ...], Form]]] = {}
        for category, form in forms:
            for head, is_whole in form.heads.items():
                whole.setdefault(head, [])
                open_.setdefault(head, [])
                if not is_whole:
                    open_[head].append((category, form.needs, form))
                elif category not in whole[head]:
                    whole[head].append(category)
        self._owners = [(whole[head], open_[head]) for head in whole]
        self._automaton = ahocorasick_rs.AhoCorasick(list(whole))

    def places(self, line: str) -> dict[str, list[Place]]:
        """Find every phrase, overlapping ones too: its places by category, nearly in order."""
        places: dict[str, list[Place]] = {}
        owners = self._owners
        words: set[str] = set()
        for number, start, end in self._automaton.find_matches_as_indexes(line, overlapping=True):
            whole, forms = owners[number]
            if whole:
                place = (start + 1, end - 1)
                for category in whole:
                    if category in places:
                        places[category].append(place)
                    else:
                        places[category] = [place]
            for category, needs, form in forms:
                words = words or set(line.split())
                for need in needs:
                    if need.isdisjoint(words):
                        break
                else:
                    match = form.match(line, start + 1)
                    if match:
                        places.setdefault(category, []).append((match.start(), match.end() - 1))
        return places


@cache
def asks(*, own_words: bool) -> Scanner:
    """Give the scanner for what can be asked for."""
    forms = compiled(ASKED)
    return Scanner((category, form) for category, note, form in forms if own_words or not note)


# What is asked of few sentences only: where something is negated, warned of, listed, carried on,
# or told by the office.
SELDOM = frozenset(
    "told-to-reader quotes-speech past by-writer-or-reader counter-threat aside generic-impostor reaction own-it to-them reports reader refusal blocker threat "
    "except-me wanted-despite empty-negation keep carried-secret carried-link carried-contact opens-denied-list "
    "opens-asked-list closes-asked-list removed removed-later official-install from-file only-from-store own-matter".split()
)


@cache
def language() -> Scanner:
    """Give the scanner for acts and for what decides how they are meant."""
    forms = compiled(frozenset({"act", "cue"}))
    return Scanner((category, form) for category, _, form in forms if category not in SELDOM)


@cache
def seldom() -> Scanner:
    """Give the scanner for the rest of the cues."""
    forms = compiled(frozenset({"act", "cue"}))
    return Scanner((category, form) for category, _, form in forms if category in SELDOM)
