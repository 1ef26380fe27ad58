"""One multi-pattern scan of a line of canonical words: which phrases stand where.

A line is its words with one space around each. The heads of all forms are found in one pass;
a form with gaps or conditions is then decided by its pattern, where its head was found.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache

import ahocorasick_rs

from verifykb.message.form import Form
from verifykb.message.table import ASKED, LANGUAGE, compiled

Place = tuple[int, int]
"""Where a phrase stands in a line: its first letter, and behind its last one."""
Places = dict[str, list[Place]]
"""The places of phrases by category."""
Head = tuple[int, int, int]
"""The number of a head, where it stands in a line, and behind it."""
_Undecided = tuple[int, int, Form]  # how many places were found before it, where it starts, and what decides


class Scanner:
    """Finds the phrases of some forms.

    Args:
        forms: category and form.
    """

    def __init__(self, forms: Iterable[tuple[str, Form]]) -> None:
        whole: dict[str, list[str]] = {}
        open_: dict[str, list[tuple[str, Form]]] = {}
        self.nothing: dict[str, Sequence[Place]] = {}
        for category, form in forms:
            self.nothing[category] = ()
            for head, is_whole in form.heads.items():
                whole.setdefault(head, [])
                open_.setdefault(head, [])
                if not is_whole:
                    open_[head].append((category, form))
                elif category not in whole[head]:
                    whole[head].append(category)
        self._owners = [(whole[head], open_[head]) for head in whole]
        self._automaton = ahocorasick_rs.AhoCorasick(list(whole))

    def heads(self, line: str) -> list[Head]:
        """Find where phrases may begin; without one there is none."""
        found: list[Head] = self._automaton.find_matches_as_indexes(line, overlapping=True)
        return found

    def places(self, line: str, heads: Sequence[Head] | None = None) -> Places:
        """Find every phrase, overlapping ones too: its places by category, nearly in order.

        Args:
            line: of a sentence or a text.
            heads: of the line, where the caller knows them already.
        """
        places: Places = defaultdict(list)
        owners = self._owners
        for number, start, end in self.heads(line) if heads is None else heads:
            whole, forms = owners[number]
            for category in whole:
                places[category].append((start + 1, end - 1))
            for category, form in forms:
                match = form.match(line, start + 1)
                if match:
                    places[category].append((match.start(), match.end() - 1))
        return places

    def undecided(self, line: str) -> tuple[Places, dict[str, list[_Undecided]]]:
        """Find every phrase, but leave forms with gaps or conditions to be decided when their category is asked for."""
        places: Places = defaultdict(list)
        undecided: dict[str, list[_Undecided]] = {}
        for number, start, end in self.heads(line):
            whole, forms = self._owners[number]
            for category in whole:
                places[category].append((start + 1, end - 1))
            for category, form in forms:
                # Places found so far stand before it; those to come go on behind it.
                undecided.setdefault(category, []).append((len(places[category]), start + 1, form))
        return places, undecided

    def spans(self, line: str, cuts: Sequence[int]) -> bool:
        """Whether a phrase stands on both sides of some place; its sides alone are not looked at.

        Args:
            line: of a text.
            cuts: spaces of the line, in order.
        """
        for number, start, end in self.heads(line):
            at = bisect_right(cuts, start)
            cut = cuts[at] if at < len(cuts) else len(line)
            whole, forms = self._owners[number]
            if whole and cut < end - 1:
                return True
            for _, form in forms:
                reaches_on = at < len(cuts) and line.count(" ", start, cut) < form.most_words
                if reaches_on or (form.most_before and at and line.count(" ", cuts[at - 1], start) < form.most_before):
                    match = form.match(line, start + 1)
                    if match and bisect_right(cuts, match.start()) < bisect_right(cuts, match.end() - 2):
                        return True
        return False


class Cues(dict[str, Sequence[Place]]):
    """Where the acts and cues of a sentence stand, by category; found when first asked for.

    Args:
        line: of the sentence.
    """

    def __init__(self, line: str) -> None:
        super().__init__()
        self._line = line
        self._undecided: dict[str, tuple[list[Place], list[_Undecided]]] = {}

    def __missing__(self, category: str) -> Sequence[Place]:
        if category in self._undecided:
            self[category] = self._decided(*self._undecided.pop(category))
            return self[category]
        scanner = seldom() if category in SELDOM else language()
        places, undecided = scanner.undecided(self._line)
        self.update(scanner.nothing)
        self.update(places)
        for open_, forms in undecided.items():
            del self[open_]
            self._undecided[open_] = places[open_], forms
        return self[category]

    def _decided(self, places: list[Place], forms: list[_Undecided]) -> list[Place]:
        """Give the places of a category in the order of their heads."""
        decided: list[Place] = []
        at = 0
        for before, start, form in forms:
            decided += places[at:before]
            at = before
            match = form.match(self._line, start)
            if match:
                decided.append((match.start(), match.end() - 1))
        return decided + places[at:]


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
    forms = compiled(LANGUAGE)
    return Scanner((category, form) for category, _, form in forms if category not in SELDOM)


@cache
def seldom() -> Scanner:
    """Give the scanner for the rest of the cues."""
    forms = compiled(LANGUAGE)
    return Scanner((category, form) for category, _, form in forms if category in SELDOM)
