"""DNS from a recording, and the making of one (docs/contract.md, section 7).

1. Names are compared without case and trailing dot.
2. An absent name is NXDOMAIN, unless a recorded name lies below it: then it exists.
3. A present name without the asked type is what ``*`` says, else NODATA; a CNAME is followed.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from verifykb.dns.answer import NODATA, NXDOMAIN, Answer, Resolver, Status, is_possible, same_name, temporary
from verifykb.errors import InputError, reason_of

_WORDS = {"TIMEOUT": temporary("timeout"), "SERVFAIL": temporary("servfail"), "NXDOMAIN": NXDOMAIN}
_MAX_CNAMES = 10  # more is a loop or nobody's business
_MAX_FILE_BYTES = 64 * 1024 * 1024
_Entry = Answer | dict[str, Answer]


class RecordedResolver:
    """Answers from recorded names and asks nobody.

    Args:
        names: name to types, each a list of records, or ``TIMEOUT``, ``SERVFAIL``, ``NXDOMAIN``;
            or one of these words for the whole name.

    Raises:
        ValueError: the recording has another shape; the text names the place.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names: dict[str, _Entry] = {}
        self._above: set[str] = set()
        for name, types in names.items():
            key = same_name(name)
            self._names[key] = _entry(name, types)
            while "." in key:
                key = key.partition(".")[2]
                self._above.add(key)

    @classmethod
    def load(cls, path: str | Path) -> "RecordedResolver":
        """Read a recording.

        Raises:
            InputError: the file cannot be read or is no recording.
        """
        file = Path(path)
        try:
            if file.stat().st_size > _MAX_FILE_BYTES:
                raise InputError("recording-invalid", file=path, why=f"> {_MAX_FILE_BYTES // 1024 // 1024} MiB")
            names = json.loads(file.read_text(encoding="utf-8-sig"))["names"]
            return cls(names)
        except OSError as error:
            raise InputError("recording-unreadable", file=path, why=reason_of(error)) from error
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise InputError("recording-invalid", file=path, why=str(error) or type(error).__name__) from error

    async def ask(self, name: str, kind: str) -> Answer:
        """Answer from the recording."""
        key = same_name(name)
        for _ in range(_MAX_CNAMES):
            entry = self._names.get(key)
            if entry is None:
                return NODATA if key in self._above and is_possible(key) else NXDOMAIN
            if isinstance(entry, Answer):
                return entry
            answer = entry.get(kind)
            if answer is not None:
                return answer
            alias = entry.get("CNAME")
            if alias is None or alias.status is not Status.FOUND:
                return entry.get("*", NODATA)
            key = same_name(alias.records[0])
        return temporary("cname-loop")


class RecordingResolver:
    """Passes questions on and remembers the answers.

    Args:
        inner: who is asked.
    """

    def __init__(self, inner: Resolver) -> None:
        self._inner = inner
        self._names: dict[str, dict[str, Any]] = {}

    async def ask(self, name: str, kind: str) -> Answer:
        """Ask, and remember what was answered."""
        answer = await self._inner.ask(name, kind)
        if answer.status not in (Status.OFFLINE, Status.NOT_ASKED):
            self._names.setdefault(same_name(name), {})[kind] = _written(answer)
        return answer

    def to_json(self, recorded_at: datetime) -> str:
        """Give the recording as the text of a file."""
        names = {name: self._names[name] for name in sorted(self._names)}
        recording = {"recorded_at": recorded_at.isoformat(timespec="seconds"), "names": names}
        return json.dumps(recording, indent=1) + "\n"


def _written(answer: Answer) -> list[str] | str:
    if answer.status is Status.NXDOMAIN:
        return "NXDOMAIN"
    if answer.status is Status.TEMPORARY:
        return "TIMEOUT" if answer.reason in ("timeout", "deadline") else "SERVFAIL"
    return list(answer.records)


def _entry(name: str, types: Any) -> _Entry:
    if isinstance(types, str):
        return _word(types, name)
    return {kind.upper(): _answer(value, f"{name} {kind}") for kind, value in types.items()}


def _word(word: str, place: str) -> Answer:
    if word not in _WORDS:
        msg = f"{place}: {word!r}"
        raise ValueError(msg)
    return _WORDS[word]


def _answer(value: Any, place: str) -> Answer:
    if isinstance(value, str):
        return _word(value, place)
    if not isinstance(value, list):
        msg = f"{place}: {value!r}"
        raise ValueError(msg)  # noqa: TRY004 - one error for every shape that is no recording
    records = tuple(_record(item, place) for item in value)
    return Answer(Status.FOUND, records) if records else NODATA


def _record(item: Any, place: str) -> str:
    chunks = item if isinstance(item, list) else [item]
    if not all(isinstance(chunk, str) for chunk in chunks):
        msg = f"{place}: {item!r}"
        raise ValueError(msg)
    return "".join(chunks)
