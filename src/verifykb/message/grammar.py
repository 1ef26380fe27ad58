"""The little language of the phrase table: how a form becomes something to scan for.

1. A form is words: ``gửi lại mã``. ``(a|b c)`` is one of several, ``[a]`` may be left out.
2. ``..3`` is up to three words between, as few as possible; ``#`` a word that holds a digit;
   ``*`` any word; ``tok*`` a word that begins so. ``@me`` is a named list of the table.
3. ``!(a|b)`` and ``&(a|b)`` at the end: not, or only, before these words. ``<!(a|b)`` at the
   beginning: not behind them.
4. ``{a|b}`` is ``(a|b)`` and what the form is looked for by, where its first words are common.
5. Every gap is bounded, so no form can backtrack without limit.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import NamedTuple

from verifykb.message.words import OTHER, settle

_PIECES = re.compile(r"<!\(|!\(|&\(|[(){}\[\]|]|\.\.\d+|[^\s(){}\[\]|]+")
_CLOSING = {"[": "]", "{": "}"}
# More heads than this, and the rest of the form is left to its pattern.
_MAX_HEADS = 600
# A form reaches no further behind the words it is looked for by.
_MAX_CHARACTERS = 250


class _Word(NamedTuple):
    text: str


class _Gap(NamedTuple):
    most: int


class _Group(NamedTuple):
    branches: list[list["_Item"]]
    kind: str  # "(", "[", "{", "!(", "&(", "<!("


_Item = _Word | _Gap | _Group


class Form:
    """One form of a phrase, compiled.

    Args:
        text: the form.
        lists: named lists, without their ``@``.
        canonical: turns a written word into the words that a text is matched in.
    """

    def __init__(self, text: str, lists: Mapping[str, str], canonical: Callable[[str], str]) -> None:
        self._canonical = canonical
        pieces = _PIECES.findall(_expanded(text, lists))
        self._items = self._sequence(pieces, [])
        if pieces:
            raise ValueError(text)
        # Words of the form that may stand before the one it is looked for by.
        self.most_before = 0
        anchored = [at for at, item in enumerate(self._items) if isinstance(item, _Group) and item.kind == "{"]
        if anchored:
            self.most_before = sum(_most_words(item) for item in self._items[: anchored[0]])
            heads = {(head, False) for head, _ in _heads(self._items[anchored[0] :])}
        else:
            heads = _heads(self._items)
        # Of each of these some word must be in a line that the form is in, besides its head.
        others = [item for at, item in enumerate(self._items) if at != (anchored[0] if anchored else 0)]
        self.needs = tuple(need for item in others if (need := _first_words(item)))
        # Where a head may or may not be all of a form, its pattern decides.
        self.heads = {head: (head, False) not in heads for head, _ in heads}

    def match(self, line: str, start: int) -> re.Match[str] | None:
        """Match the form around a place where one of its heads starts."""
        if not self.most_before:
            return self.pattern.match(line, start)
        first = start
        for _ in range(self.most_before):
            if first <= 1 or line[first - 2] in ".?;":
                break
            first = line.rfind(" ", 0, first - 1) + 1
        behind = start + _MAX_CHARACTERS
        match = self.pattern.search(line, first, behind)
        while match and match.start() <= start:
            if match.end() > start and line[match.start() - 1] == " ":
                return match
            match = self.pattern.search(line, match.start() + 1, behind)
        return None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The form as a pattern that is matched where its first word starts."""
        return re.compile(_regex(self._items))

    def _sequence(self, pieces: list[str], until: list[str]) -> list[_Item]:
        items: list[_Item] = []
        while pieces and pieces[0] not in until:
            piece = pieces.pop(0)
            if piece.startswith(".."):
                items.append(_Gap(int(piece[2:])))
            elif piece in ("(", "[", "{", "!(", "&(", "<!("):
                items.append(self._group(pieces, piece))
            else:
                written = [self._canonical(piece)]
                while pieces and pieces[0][0].isalnum():
                    written.append(self._canonical(pieces.pop(0)))
                settle(written)
                items += map(_word, " ".join(written).split())
        return items

    def _group(self, pieces: list[str], kind: str) -> _Group:
        closing = _CLOSING.get(kind, ")")
        branches = [self._sequence(pieces, ["|", closing])]
        while pieces and pieces[0] == "|":
            pieces.pop(0)
            branches.append(self._sequence(pieces, ["|", closing]))
        if not pieces:
            raise ValueError(kind)
        pieces.pop(0)
        return _Group(branches, kind)


def _word(word: str) -> _Item:
    """Give a word, and where it can stand without its marks, both spellings."""
    if word.endswith(OTHER) and word[:-1].islower():
        return _Group([[_Word(word)], [_Word(word[:-1])]], "(")
    return _Word(word)


def _expanded(text: str, lists: Mapping[str, str]) -> str:
    return re.sub(r"@([a-z]+)", lambda match: f"({lists[match[1]]})", text)


def _heads(items: list[_Item]) -> set[tuple[str, bool]]:
    """Give what a form can begin with, and for each whether that is all of it.

    Each head begins with a space; it ends with one where its last word is whole.
    """
    heads = {(" ", True)}
    for item in items:
        if isinstance(item, _Group) and item.kind == "<!(":
            return {(head, False) for head, _ in _heads(items[1:])}
        ends = _ends(item)
        whole = [head for head, is_whole in heads if is_whole]
        if len(whole) * len(ends) > _MAX_HEADS:
            ends = {("", False)}
        heads = {(head, False) for head, is_whole in heads if not is_whole}
        heads |= {(head + end, is_whole) for head in whole for end, is_whole in ends}
    return heads


def _ends(item: _Item) -> set[tuple[str, bool]]:
    """Give what an item can add to a head; nothing more where its pattern has to decide."""
    if isinstance(item, _Word):
        if "#" in item.text:
            return {("", False)}
        return {(item.text[:-1], False)} if item.text.endswith("*") else {(f"{item.text} ", True)}
    if isinstance(item, _Group) and item.kind in ("(", "[", "{"):
        ends = {(head[1:], is_whole) for branch in item.branches for head, is_whole in _heads(branch)}
        return ends | {("", True)} if item.kind == "[" else ends
    return {("", False)}


def _regex(items: list[_Item]) -> str:
    return "".join(map(_item_regex, items))


def _item_regex(item: _Item) -> str:
    if isinstance(item, _Gap):
        return rf"(?:[^ .?;]+ ){{0,{item.most}}}?"
    if isinstance(item, _Word):
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


def _most_words(item: _Item) -> int:
    """Count the words that an item can hold at most."""
    if isinstance(item, _Gap):
        return item.most
    if isinstance(item, _Word):
        return 1
    if item.kind in ("(", "[", "{"):
        return max(sum(map(_most_words, branch)) for branch in item.branches)
    return 0


def _first_words(item: _Item) -> frozenset[str]:
    """Give the words that an item can begin with; none where it can be left out or begin with any."""
    if isinstance(item, _Word):
        return (
            frozenset()
            if item.text in ("*", ".", ",") or "#" in item.text or item.text[-1] == "*"
            else frozenset({item.text})
        )
    if isinstance(item, _Gap) or item.kind not in ("(", "{"):
        return frozenset()
    first = [next((words for words in map(_first_words, branch) if words), frozenset()) for branch in item.branches]
    begins_so = all(branch and not isinstance(branch[0], _Gap) and _first_words(branch[0]) for branch in item.branches)
    return frozenset().union(*first) if begins_so else frozenset()
