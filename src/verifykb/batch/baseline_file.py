"""The file of a baseline: strict to read, one entry a line to write.

1. Whatever is not exactly a baseline is refused with its line: a slip must not quietly accept more, or less,
   than somebody decided.
2. An entry holds no value of the contact, only its fingerprint; the texts are the office's own.
3. Nothing here knows what is accepted in a run.

Its form is docs/schema/baseline-1.json.
"""

import json
import re
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from verifykb.errors import InputError, reason_of
from verifykb.model.finding import Effect
from verifykb.rules import RULES, suggest_rules
from verifykb.text.nfc import nfc
from verifykb.text.paths import for_system
from verifykb.text.safe import has_hidden
from verifykb.text.space import WHITE_SPACE

MAX_BYTES = 64 * 1024 * 1024  # 300,000 entries; who accepts more looked at none
MAX_TEXT_CHARACTERS = 300  # of a reason or an author
# Findings of other effects count against nobody.
ACCEPTABLE = frozenset({Effect.PROHIBITS, Effect.CONTRADICTS, Effect.LACKS})

_VERSION = 1
_TOP_KEYS = ("schema_version", "key", "accepted")
_HEX = r"[0-9a-f]{64}"
_JSON_SPACE = re.compile(r"[ \t\n\r]*")
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


class Accepted(NamedTuple):
    """One finding of one contact that was looked at and accepted.

    Args:
        contact: fingerprint of the contact's content.
        rule: id of the finding's rule.
        reason: why it is acceptable.
        author: who decided so.
        expires: the last day on which it is accepted, in Vietnam.
    """

    contact: str
    rule: str
    reason: str
    author: str
    expires: date


class _Object(tuple[tuple[str, Any], ...]):
    """An object as its pairs: a key that stands twice must not win in silence."""

    __slots__ = ()


class _Place(NamedTuple):
    file: str
    line: int

    def error(self, words: str, /, **values: object) -> InputError:
        return InputError(words, file=self.file, line=self.line, **values)


def is_usable_text(text: str) -> bool:
    """Whether a text can stand as a reason or an author: there, short, and nothing hidden in it."""
    return bool(text.strip(WHITE_SPACE)) and len(text) <= MAX_TEXT_CHARACTERS and not has_hidden(text)


def read_baseline_file(path: str, latest: date) -> tuple[str, list[Accepted]]:
    """Read a baseline.

    Args:
        path: its file.
        latest: the last day that an entry may name as its end.

    Returns:
        Its key, hexadecimal, and its entries as they stand.

    Raises:
        InputError: the file is missing, unreadable, or not exactly a baseline.
    """
    raw = _content(path)
    try:
        text = raw.decode("utf-8-sig")
        return _read(json.loads(text, object_pairs_hook=_Object), text, path, latest)
    except UnicodeDecodeError as error:
        raise _Place(path, raw[: error.start].count(b"\n") + 1).error("baseline-broken") from error
    except (ValueError, RecursionError) as error:  # no JSON; a number of a thousand digits; too deep
        raise _Place(path, getattr(error, "lineno", 1)).error("baseline-broken") from error


def _read(document: Any, text: str, path: str, latest: date) -> tuple[str, list[Accepted]]:
    top = _Place(path, 1)
    fields = _fields(document, _TOP_KEYS, top)
    if type(fields["schema_version"]) is not int or fields["schema_version"] != _VERSION:
        raise InputError("baseline-version", file=path, version=_shown(fields["schema_version"]))
    key = _hex(fields, "key", top)
    if not isinstance(fields["accepted"], list):
        raise top.error("baseline-broken")
    return key, _entries(fields["accepted"], text, path, latest)


def baseline_text(key: str, accepted: Iterable[Accepted]) -> str:
    """Write a baseline: sorted, an entry a line, so that a change of one entry changes one line."""
    entries = (entry._replace(expires=entry.expires.isoformat())._asdict() for entry in sorted(accepted))  # type: ignore[arg-type] # as text
    lines = ",\n".join(f"  {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
    inside = f"\n{lines}\n" if lines else ""
    return f'{{"schema_version": {_VERSION}, "key": "{key}", "accepted": [{inside}]}}\n'


def _content(path: str) -> bytes:
    try:
        file = Path(for_system(path))
        if file.exists() and not file.is_file():  # a pipe would be waited for
            raise InputError("baseline-not-plain", file=path)
        with file.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError("file-missing", file=path) from error
    except (OSError, ValueError) as error:
        raise InputError("file-unreadable", file=path, why=reason_of(error)) from error
    if len(raw) > MAX_BYTES:
        raise InputError("baseline-too-large", file=path, limit=MAX_BYTES)
    return raw


def _entries(items: list[Any], text: str, path: str, latest: date) -> list[Accepted]:
    entries: list[Accepted] = []
    lines: dict[tuple[str, str], int] = {}
    for item, line in zip(items, _lines(text, len(items)), strict=True):
        place = _Place(path, line)
        entry = _entry(item, place)
        if entry.expires > latest:
            raise place.error("baseline-far-expiry", expires=entry.expires, latest=latest)
        first = lines.get((entry.contact, entry.rule))
        if first is not None:
            raise place.error("baseline-duplicate", first=first)
        lines[entry.contact, entry.rule] = line
        entries.append(entry)
    return entries


def _lines(text: str, count: int) -> list[int]:
    """Give the line on which each entry begins; the text is known to be a baseline's JSON."""
    decoder = json.JSONDecoder()
    at, line, counted = text.index("[") + 1, 1, 0  # no bracket stands before it: the key is hexadecimal
    found = []
    for _ in range(count):
        at = _behind_space(text, at)
        line += text.count("\n", counted, at)
        counted = at
        found.append(line)
        at = _behind_space(text, decoder.raw_decode(text, at)[1]) + 1  # behind the comma
    return found


def _behind_space(text: str, at: int) -> int:
    space = _JSON_SPACE.match(text, at)
    return space.end() if space else at


def _entry(item: Any, place: _Place) -> Accepted:
    fields = _fields(item, Accepted._fields, place)
    texts = {name: _text(fields, name, place) for name in ("reason", "author")}
    return Accepted(
        contact=_hex(fields, "contact", place), rule=_rule(fields, place), expires=_day(fields, place), **texts
    )


def _fields(item: Any, known: tuple[str, ...], place: _Place) -> dict[str, Any]:
    """Give the fields of an object that has exactly the known keys, each once."""
    if not isinstance(item, _Object):
        raise place.error("baseline-broken")
    fields: dict[str, Any] = {}
    for key, value in item:
        if key not in known:
            near = "".join(get_close_matches(key, known, n=1, cutoff=0.7))
            raise place.error("baseline-unknown-key", key=key, near=near)
        if key in fields:
            raise place.error("baseline-repeated-key", key=key)
        fields[key] = value
    for key in known:
        if key not in fields:
            raise place.error("baseline-missing-key", key=key)
    return fields


def _hex(fields: dict[str, Any], name: str, place: _Place) -> str:
    value = fields[name]
    if not isinstance(value, str) or not re.fullmatch(_HEX, value):
        raise place.error("baseline-bad-value", key=name, value=_shown(value), expected="64 × 0-9 a-f")
    return value


def _rule(fields: dict[str, Any], place: _Place) -> str:
    value = fields["rule"]
    rule = RULES.get(value) if isinstance(value, str) else None
    if rule is None or rule.effect not in ACCEPTABLE:
        near = "" if rule else "".join(suggest_rules(_shown(value))[:1])
        raise place.error("baseline-unknown-rule", rule=_shown(value), near=near)
    return rule.id


def _text(fields: dict[str, Any], name: str, place: _Place) -> str:
    value = nfc(fields[name]) if isinstance(fields[name], str) else ""
    if not is_usable_text(value):
        raise place.error("baseline-bad-text", key=name, limit=MAX_TEXT_CHARACTERS)
    return value


def _day(fields: dict[str, Any], place: _Place) -> date:
    value = fields["expires"]
    error = place.error("baseline-bad-value", key="expires", value=_shown(value), expected="2027-01-01")
    if not isinstance(value, str) or not re.fullmatch(_DAY, value):
        raise error
    try:
        return date.fromisoformat(value)
    except ValueError as cause:
        raise error from cause


def _shown(value: Any) -> str:
    """Show a value without walking into it."""
    if isinstance(value, (list, _Object)):
        return "[…]" if isinstance(value, list) else "{…}"
    return value if isinstance(value, str) else json.dumps(value)
