"""A whole run: every record of every log through `verify`, in input order, into a report.

No rule lives here. A record that cannot be read is counted and told; it is never a pass.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count

from verifykb.batch.readers import ReadOptions, Record, read_log
from verifykb.batch.records import to_contact
from verifykb.context import Context
from verifykb.errors import InputError, RowError
from verifykb.gather import gather_offline
from verifykb.model.contact import Contact
from verifykb.model.report import Judgement, Summary, Unreadable
from verifykb.text.safe import safe_line
from verifykb.verify import verify


def judge_logs(
    paths: Iterable[str],
    options: ReadOptions,
    context: Context,
    summary: Summary,
    on_error: Callable[[Unreadable], None],
) -> Iterator[Judgement]:
    """Judge every contact of some logs.

    Args:
        paths: files, ``-`` for standard input.
        options: how to read them.
        context: directory and clock.
        summary: is filled on the way; complete when the iterator ends.
        on_error: is told of everything that could not be read, as soon as it is met.
    """
    ids = _Ids()
    for path in paths:
        for item in _records(path, options, summary):
            contact = _contact(item, ids)
            if isinstance(contact, Unreadable):
                summary.errors.append(contact)
                on_error(contact)
                continue
            judgement = verify(gather_offline(contact, context), context)
            summary.count(judgement)
            yield judgement


def _records(path: str, options: ReadOptions, summary: Summary) -> Iterator[Record | Unreadable]:
    try:
        yield from read_log(path, options, summary.inputs)
    except InputError as error:
        yield Unreadable(file=path, row=0, key=error.key, values=error.values)


def _contact(item: Record | Unreadable, ids: "_Ids") -> Contact | Unreadable:
    if isinstance(item, Unreadable):
        return item
    try:
        contact = to_contact(item.cells, f"{item.file}:{item.row}")
    except RowError as error:
        return Unreadable(file=item.file, row=item.row, key=error.key, values=error.values)
    return ids.unique(contact, item.file, item.row)


class _Ids:
    """Makes ids unique as they are shown: a second ``A7`` in row 12 becomes ``A7#12``."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def unique(self, contact: Contact, file: str, row: int) -> Contact:
        """Give the contact, under another id where its own was already used."""
        for name in chain((contact.id, f"{contact.id}#{row}", f"{file}:{row}"), _numbered(contact.id, row)):
            shown = safe_line(name)
            if shown not in self._seen:
                self._seen.add(shown)
                return contact._replace(id=name)
        raise AssertionError  # the numbers do not end


def _numbered(name: str, row: int) -> Iterator[str]:
    return (f"{name}#{row}#{number}" for number in count(2))
