"""A whole run: every record of every log through `verify`, in input order, into a report.

No rule lives here. A record that cannot be read is counted and told; it is never a pass.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count

from verifykb.asking import Asker
from verifykb.batch.readers import ReadOptions, Record, read_log
from verifykb.batch.records import to_contact
from verifykb.errors import InputError, RowError
from verifykb.model.contact import Contact
from verifykb.model.report import Judgement, Summary, Unreadable
from verifykb.text.paths import for_system
from verifykb.text.safe import safe_line
from verifykb.verify import verify

# Contacts that are asked about at the same time: each may hold a mail of the largest size in memory.
_GROUP = 16


def judge_logs(
    paths: Iterable[str],
    options: ReadOptions,
    asker: Asker,
    summary: Summary,
    on_error: Callable[[Unreadable], None],
) -> Iterator[Judgement]:
    """Judge every contact of some logs.

    Args:
        paths: files, folders of saved mails, ``-`` for standard input.
        options: how to read them.
        asker: gathers what is known of a contact.
        summary: is filled on the way; complete when the iterator ends.
        on_error: is told of everything that could not be read, as soon as it is met.
    """
    for contacts in _groups(_contacts(paths, options, summary, on_error), asker):
        for evidence in asker.gather(contacts):
            judgement = verify(evidence, asker.context)
            summary.count(judgement)
            yield judgement


def _groups(contacts: Iterable[Contact], asker: Asker) -> Iterator[list[Contact]]:
    """Put contacts together that wait for the world at the same time; the others need not wait."""
    group: list[Contact] = []
    for contact in contacts:
        group.append(contact)
        if len(group) >= _GROUP or not asker.needs(contact):
            yield group
            group = []
    if group:
        yield group


def _contacts(
    paths: Iterable[str], options: ReadOptions, summary: Summary, on_error: Callable[[Unreadable], None]
) -> Iterator[Contact]:
    ids = _Ids()
    for path in paths:
        for item in _records(path, options, summary):
            contact = _contact(item, ids)
            if isinstance(contact, Unreadable):
                summary.errors.append(contact)
                on_error(contact)
            else:
                yield contact


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
        if contact.mail:
            contact = contact._replace(mail=_mail_path(contact.mail, item))
    except RowError as error:
        return Unreadable(file=item.file, row=item.row, key=error.key, values=error.values)
    return ids.unique(contact, item.file, item.row)


def _mail_path(mail: str, record: Record) -> str:
    """Give the path of a record's mail; a log may not point out of its own folder, by a link neither."""
    path = os.path.normpath(mail.replace("\\", "/"))
    if os.path.isabs(path) or path == os.pardir or path.startswith(os.pardir + os.sep) or re.match(r"[A-Za-z]:", path):  # noqa: PTH117
        raise RowError("row-mail-outside", value=mail)
    folder = record.folder or os.path.dirname(record.file)  # noqa: PTH120
    whole = os.path.join(folder, path)  # noqa: PTH118
    if not _is_inside(whole, folder):
        raise RowError("row-mail-outside", value=mail)
    return whole


def _is_inside(path: str, folder: str) -> bool:
    """Whether a path leads into a folder once its links are followed; a name that no system takes leads nowhere."""
    try:
        real, real_folder = (os.path.realpath(for_system(name)) for name in (path, folder))
    except (OSError, ValueError):
        return True
    return os.path.commonpath([real, real_folder]) == real_folder


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
