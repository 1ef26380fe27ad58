"""What of a block is put beside the other records of a run."""

from collections.abc import Callable, Iterator

from verifykb.batch.across import PIECE, Seen
from verifykb.batch.block import Block
from verifykb.batch.texts import Memo
from verifykb.checks import records
from verifykb.context import Context
from verifykb.model.contact import Service
from verifykb.text.safe import safe_line
from verifykb.verify import compares


class Beside:
    """Reads keys off blocks; what was worked out for a value is remembered.

    Args:
        context: directory and clock.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._senders: Memo[str | None] = Memo()
        self._phones: Memo[str | None] = Memo()

    def seen(self, block: Block, piece: int, first: int) -> Iterator[Seen]:
        """Give what is kept of the records of a block; nothing of those without an id and a code.

        Args:
            block: as it was read.
            piece: the number of its piece.
            first: the place of its first record in the piece.
        """
        official = self._context.directory
        senders = self._keys(self._senders, block, "sender", records.sender_key)
        phones = self._keys(self._phones, block, "phone", lambda text: records.phone_key(text, official))
        for row, (id_, given) in enumerate(zip(block.wide["id"], block.wide["code"], strict=True)):
            key = records.code_key(given) if given else None
            if row in block.errors or (key is None and not id_) or block.place is None:
                continue
            service = block.value("service", row)
            if isinstance(service, Service) and not compares(service, self._context):
                key = None
            name = block.contact(row).id if id_.strip() != id_ else id_
            phone = phones[row]
            yield Seen(
                n=piece * PIECE + first + row,
                row=int(block.place.rows[row]),
                file=0,
                id=name or None,
                shown=safe_line(name) or None,
                code=key,
                given=given if key is not None else None,
                sender=senders[row],
                phone=phone,
                unofficial=key is not None and phone is not None and records.is_unofficial(phone, official),
                at=block.wide["received_at"][row] or None if key is not None else None,
            )

    @staticmethod
    def _keys(memo: Memo[str | None], block: Block, name: str, key: Callable[[str], str]) -> list[str | None]:
        column, keys = block.narrow[name], []
        for text in column.texts:
            if text not in memo:
                memo[text] = key(text) or None
            keys.append(memo[text])
        return [keys[code] for code in column.codes.tolist()]
