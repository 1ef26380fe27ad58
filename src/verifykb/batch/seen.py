"""What of a block is put beside the other records of a run."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from verifykb.batch.block import Block
from verifykb.batch.texts import Coded, Memo
from verifykb.checks import records
from verifykb.context import Context
from verifykb.model.contact import Service
from verifykb.text.safe import safe_line
from verifykb.verify import compares

PIECE = 1 << 32  # records in front of the next piece
_Value = TypeVar("_Value")


class Seen(NamedTuple):
    """What is kept of some records of one log: a list for each kind of value, as long as there are records.

    Args:
        file: the log.
        n: piece and place.
        row: the row in the log.
        shown: the id as reports show it; None for none.
        code: `records.code_key`; None for none.
        given: the code as written; None where there is no key.
        sender, phone: their keys; None for none.
        unofficial: whether the number is one, and not the switchboard.
        at: the time of contact as written; None for none.
    """

    file: str
    n: list[int]
    row: list[int]
    shown: list[str | None]
    code: list[int | None]
    given: list[str | None]
    sender: list[str | None]
    phone: list[str | None]
    unofficial: list[bool]
    at: list[str | None]


class Beside:
    """Reads keys off blocks; what was worked out for a value is remembered.

    Args:
        context: directory and clock.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._senders: Memo[str | None] = Memo()
        self._phones: Memo[tuple[str | None, bool]] = Memo()

    def seen(self, block: Block, piece: int, first: int) -> Seen:
        """Give what is kept of the records of a block; nothing of those without an id and a code.

        Args:
            block: as it was read.
            piece: the number of its piece.
            first: the place of its first record in the piece.

        Raises:
            ValueError: its records stand nowhere.
        """
        place = block.place
        if place is None:
            msg = "records without a place"
            raise ValueError(msg)
        ids = [_shown(block, row, id_) if id_ else None for row, id_ in enumerate(block.wide["id"])]
        keys = self._codes(block)
        kept = [
            row
            for row, (id_, key) in enumerate(zip(ids, keys, strict=True))
            if (id_ is not None or key is not None) and row not in block.errors
        ]
        codes = [keys[row] for row in kept]
        phones = _by_row(block.narrow["phone"], self._phones, self._phone)
        senders = _by_row(block.narrow["sender"], self._senders, lambda text: records.sender_key(text) or None)
        given, at, start = block.wide["code"], block.wide["received_at"], piece * PIECE + first
        return Seen(
            file=place.file,
            n=[start + row for row in kept],
            row=[int(place.rows[row]) for row in kept],
            shown=[ids[row] for row in kept],
            code=codes,
            given=[given[row] if key is not None else None for row, key in zip(kept, codes, strict=True)],
            sender=[senders[row] for row in kept],
            phone=[phones[row][0] for row in kept],
            unofficial=[key is not None and phones[row][1] for row, key in zip(kept, codes, strict=True)],
            at=[at[row] or None if key is not None else None for row, key in zip(kept, codes, strict=True)],
        )

    def _codes(self, block: Block) -> list[int | None]:
        """Give the keys of the codes; none for a service whose contacts are not compared."""
        key_of = records.code_key
        keys = [key_of(given) if given else None for given in block.wide["code"]]
        services = block.values.get("service", ())
        compared = [not isinstance(value, Service) or compares(value, self._context) for value in services]
        if not all(compared):
            by_row = block.narrow["service"].codes.tolist()
            keys = [key if compared[service] else None for key, service in zip(keys, by_row, strict=True)]
        return keys

    def _phone(self, text: str) -> tuple[str | None, bool]:
        key = records.phone_key(text, self._context.directory)
        return key or None, records.is_unofficial(key, self._context.directory)


def _shown(block: Block, row: int, id_: str) -> str | None:
    if id_.strip() != id_ and row not in block.errors:
        id_ = block.contact(row).id
    return safe_line(id_)


def _by_row(column: Coded, memo: Memo[_Value], key: Callable[[str], _Value]) -> list[_Value]:
    """Give what was worked out for the text of each row."""
    found = []
    for text in column.texts:
        if text not in memo:
            memo[text] = key(text)
        found.append(memo[text])
    return [found[code] for code in column.codes.tolist()]
