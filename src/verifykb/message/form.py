"""A form of the phrase table as something to scan for: its heads, and the pattern that decides."""

import re
from functools import cached_property

from verifykb.message.grammar import Gap, Group, Item, Word

# More heads than this, and the rest of the form is left to its pattern.
_MAX_HEADS = 600
# A form reaches no further behind the words it is looked for by.
_MAX_CHARACTERS = 250
_STOPS = frozenset(".?;")


class Form:
    """One form of a phrase, compiled.

    Args:
        items: as `grammar.parsed` gives them.
        most_characters: so far does it reach behind the words it is looked for by, where others may be before them.
    """

    def __init__(self, items: list[Item], most_characters: int = _MAX_CHARACTERS) -> None:
        self.items = items
        self._most_characters = most_characters
        # How many words of the form may stand before the one it is looked for by, and the first of them.
        self.most_before = 0
        self._begins: frozenset[str] = frozenset()
        anchored = [at for at, item in enumerate(items) if isinstance(item, Group) and item.kind == "{"]
        if anchored:
            self.most_before = sum(_most_words(item) for item in items[: anchored[0]])
            self._begins = _begins(items)
            heads = {(head, False) for head, _ in _heads(items[anchored[0] :])}
        else:
            heads = _heads(items)
        self.most_words = sum(map(_most_words, items))
        # Where a head may or may not be all of a form, its pattern decides.
        self.heads = {head: (head, False) not in heads for head, _ in heads}
        self._begins_with_head = any(head.split(" ")[1] in {"", *self._begins} for head in self.heads)

    def match(self, line: str, start: int) -> re.Match[str] | None:
        """Match the form around a place where one of its heads starts."""
        if not self.most_before:
            return self.pattern.match(line, start)
        behind = start + self._most_characters
        for first in self._starts_before(line, start):
            match = self.pattern.match(line, first, behind)
            if match and match.end() > start:
                return match
        return self.pattern.match(line, start, behind) if self._begins_with_head else None

    def _starts_before(self, line: str, start: int) -> list[int]:
        """Give where the form may start before a place of its sentence, the first one first."""
        words = line[:start].rsplit(" ", self.most_before + 1)[1:-1]
        if self._begins.isdisjoint(words):
            return []
        starts = []
        for word in reversed(words):
            if word in _STOPS:
                break
            start -= len(word) + 1
            if word in self._begins:
                starts.append(start)
        return starts[::-1]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The form as a pattern that is matched where its first word starts."""
        return re.compile(_regex(self.items))


def _heads(items: list[Item]) -> set[tuple[str, bool]]:
    """Give what a form can begin with, and for each whether that is all of it.

    Each head begins with a space; it ends with one where its last word is whole.
    """
    heads = {(" ", True)}
    for item in items:
        if isinstance(item, Group) and item.kind == "<!(":
            return {(head, False) for head, _ in _heads(items[1:])}
        ends = _ends(item)
        whole = [head for head, is_whole in heads if is_whole]
        if len(whole) * len(ends) > _MAX_HEADS:
            ends = {("", False)}
        heads = {(head, False) for head, is_whole in heads if not is_whole}
        heads |= {(head + end, is_whole) for head in whole for end, is_whole in ends}
    return heads


def _ends(item: Item) -> set[tuple[str, bool]]:
    """Give what an item can add to a head; nothing more where its pattern has to decide."""
    if isinstance(item, Word):
        if "#" in item.text:
            return {("", False)}
        return {(item.text[:-1], False)} if item.text.endswith("*") else {(f"{item.text} ", True)}
    if isinstance(item, Group) and item.kind in ("(", "[", "{"):
        ends = {(head[1:], is_whole) for branch in item.branches for head, is_whole in _heads(branch)}
        return ends | {("", True)} if item.kind == "[" else ends
    return {("", False)}


def _regex(items: list[Item]) -> str:
    return "".join(map(_item_regex, items))


def _item_regex(item: Item) -> str:
    if isinstance(item, Gap):
        return rf"(?:[^ .?;]+ ){{0,{item.most}}}?"
    if isinstance(item, Word):
        if "#" in item.text:
            return r"[^ \d]*\d[^ ]* "
        if item.text == "*":
            return "[^ .?;]+ "
        return re.escape(item.text[:-1]) + "[^ ]* " if item.text.endswith("*") else f"{re.escape(item.text)} "
    if item.kind == "<!(":
        behind = {head for branch in item.branches for head, _ in _heads(branch)}
        return "".join(f"(?<!{re.escape(head)})" for head in sorted(behind))
    branches = [_regex(branch) for branch in item.branches]
    opening = {"!(": "(?!", "&(": "(?="}.get(item.kind, "(?:")
    return f"{opening}{'|'.join(branches)}){'?' if item.kind == '[' else ''}"


def _most_words(item: Item) -> int:
    """Count the words that an item can hold at most."""
    if isinstance(item, Gap):
        return item.most
    if isinstance(item, Word):
        return 1
    if item.kind in ("(", "[", "{"):
        return max(sum(map(_most_words, branch)) for branch in item.branches)
    return 0


def _begins(items: list[Item]) -> frozenset[str]:
    """Give the words that a form can begin with, all of them."""
    words: frozenset[str] = frozenset()
    for item in items:
        if isinstance(item, Group) and item.kind == "[":
            words = words.union(*map(_begins, item.branches))
        elif not isinstance(item, Group) or item.kind != "<!(":
            first = _first_words(item)
            if not first:
                raise ValueError(item)
            return words | first
    return words


def _first_words(item: Item) -> frozenset[str]:
    """Give the words that an item can begin with; none where it can be left out or begin with any."""
    if isinstance(item, Word):
        return (
            frozenset()
            if item.text in ("*", ".", ",") or "#" in item.text or item.text[-1] == "*"
            else frozenset({item.text})
        )
    if isinstance(item, Gap) or item.kind not in ("(", "{"):
        return frozenset()
    first = [next((words for words in map(_first_words, branch) if words), frozenset()) for branch in item.branches]
    begins_so = all(branch and not isinstance(branch[0], Gap) and _first_words(branch[0]) for branch in item.branches)
    return frozenset().union(*first) if begins_so else frozenset()
