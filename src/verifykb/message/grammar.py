"""The little language of the phrase table: how a form is written. What is made of it: `form`.

1. A form is words: ``gửi lại mã``. ``(a|b c)`` is one of several, ``[a]`` may be left out.
2. ``..3`` is up to three words between, as few as possible; ``#`` a word that holds a digit;
   ``*`` any word; ``tok*`` a word that begins so. ``@me`` is a named list of the table.
3. ``!(a|b)`` and ``&(a|b)`` at the end: not, or only, before these words. ``<!(a|b)`` at the
   beginning: not behind them.
4. ``{a|b}`` is ``(a|b)`` and what the form is looked for by, where its first words are common.
5. Every gap is bounded, so no form can backtrack without limit.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from verifykb.message.words import OTHER, settle

_PIECES = re.compile(r"<!\(|!\(|&\(|[(){}\[\]|]|\.\.\d+|[^\s(){}\[\]|]+")
_CLOSING = {"[": "]", "{": "}"}
# Words of a line that a look at letters alone does not see.
UNSEEN_SIGNS = frozenset(".,?;")


class Word(NamedTuple):
    """A word, ``#``, ``*``, or the beginning of one with ``*``."""

    text: str


class Gap(NamedTuple):
    """At most so many words."""

    most: int


class Group(NamedTuple):
    """One of several.

    Args:
        branches: what it is one of.
        kind: how it is opened: ``(``, ``[``, ``{``, ``!(``, ``&(`` or ``<!(``.
    """

    branches: list[list["Item"]]
    kind: str


Item = Word | Gap | Group


def parsed(text: str, lists: Mapping[str, str], canonical: Callable[[str], str]) -> list[Item]:
    """Read a form.

    Args:
        text: the form.
        lists: named lists, without their ``@``.
        canonical: turns a written word into the words that a text is matched in.

    Raises:
        ValueError: it is not written so.
    """
    pieces = _PIECES.findall(re.sub(r"@([a-z]+)", lambda match: f"({lists[match[1]]})", text))
    items = _sequence(pieces, [], canonical)
    if pieces:
        raise ValueError(text)
    return items


def words_in(text: str) -> list[str]:
    """Give the words of a form, as they are written."""
    return [piece for piece in _PIECES.findall(text) if piece[0].isalnum()]


def _words_of(items: list[Item]) -> Iterator[str]:
    """Give every word of a form, with the signs for any word and any end."""
    for item in items:
        if isinstance(item, Word):
            yield item.text
        elif isinstance(item, Group):
            for branch in item.branches:
                yield from _words_of(branch)


def folded(items: list[Item], spellings: Callable[[str], frozenset[str]]) -> list[Item]:
    """Give a form that is found wherever the form itself is, in a line without signs and marks.

    Args:
        items: of the form.
        spellings: how a word can be written there.
    """
    plain: list[Item] = []
    for item in items:
        if isinstance(item, Word):
            plain += _folded_word(item.text, spellings)
        elif isinstance(item, Gap):
            plain.append(item)
        elif item.kind in ("(", "[", "{") or (item.kind == "&(" and UNSEEN_SIGNS.isdisjoint(_words_of([item]))):
            # What must not stand there may be parted from it by a sign that is not seen.
            branches = [folded(branch, spellings) for branch in item.branches]
            said = [branch for branch in branches if branch]
            if said:
                plain.append(Group(said, item.kind if len(said) == len(branches) else "["))
    return plain


def _folded_word(word: str, spellings: Callable[[str], frozenset[str]]) -> list[Item]:
    if word in UNSEEN_SIGNS:
        return []
    if word == "*":
        return [Gap(1)]  # it may be a sign
    if "#" in word:
        return [Word("*")]
    return [Group([[Word(plain)] for plain in sorted(spellings(word))], "(")]


def _sequence(pieces: list[str], until: list[str], canonical: Callable[[str], str]) -> list[Item]:
    items: list[Item] = []
    while pieces and pieces[0] not in until:
        piece = pieces.pop(0)
        if piece.startswith(".."):
            items.append(Gap(int(piece[2:])))
        elif piece in ("(", "[", "{", "!(", "&(", "<!("):
            items.append(_group(pieces, piece, canonical))
        else:
            written = [canonical(piece)]
            while pieces and pieces[0][0].isalnum():
                written.append(canonical(pieces.pop(0)))
            settle(written)
            items += map(_word, " ".join(written).split())
    return items


def _group(pieces: list[str], kind: str, canonical: Callable[[str], str]) -> Group:
    closing = _CLOSING.get(kind, ")")
    branches = [_sequence(pieces, ["|", closing], canonical)]
    while pieces and pieces[0] == "|":
        pieces.pop(0)
        branches.append(_sequence(pieces, ["|", closing], canonical))
    if not pieces:
        raise ValueError(kind)
    pieces.pop(0)
    return Group(branches, kind)


def _word(word: str) -> Item:
    """Give a word, and where it can stand without its marks, both spellings."""
    if word.endswith(OTHER) and word[:-1].islower():
        return Group([[Word(word)], [Word(word[:-1])]], "(")
    return Word(word)
