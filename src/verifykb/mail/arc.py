"""ARC (RFC 8617): the chain of a mail that was passed on. Information only; nothing is decided by it.

1. The chain is validated by dkimpy; the keys are asked for here.
2. An attacker can seal a chain of his own: a pass says nothing about who wrote the mail.
"""

import re

from verifykb.dns.answer import Answer, Resolver, is_possible, same_name
from verifykb.mail.dkim import compressed

_MAX_KEYS, _MAX_FIELDS = 20, 100  # of one chain; RFC 8617, 4.2.1 allows 50 sets
_MAX_KEY_CHARACTERS = 1000  # RSA of 4096 bits; what is longer only costs time
# dkimpy's patterns take the square of a run of white space. Information only: a mail like that goes without.
_RUN_OF_SPACES = re.compile(rb"\s{200}")
_MAX_HEAD_BYTES, _MAX_HASHED_BYTES = 64 * 1024, 20 * 1024 * 1024
_ARC_HEADERS = (b"arc-seal", b"arc-message-signature")


class _UnknownKeyError(Exception):
    """A key could not be asked for now."""


async def validate_chain(raw: bytes, resolver: Resolver) -> str:
    """Validate the ARC chain of a mail.

    Args:
        raw: the whole mail.
        resolver: who is asked for keys.

    Returns:
        ``pass``, ``fail``, ``none`` (no chain, or its newest seal says that it failed), ``temperror``,
        ``unchecked`` (what it would cost to know is out of proportion).
    """
    head, _, body = raw.partition(b"\r\n\r\n")
    if b"arc-" not in head.lower():
        return "none"
    if len(head) > _MAX_HEAD_BYTES or _RUN_OF_SPACES.search(head):
        return "unchecked"
    import dkim

    try:
        message = dkim.ARC(raw)
        values = [value for name, value in message.headers if name.lower() in _ARC_HEADERS]
        names = list(dict.fromkeys(name for name in map(_key_name, values) if name))
        keeps_body = any(map(_keeps_body, values))
        is_costly = len(values) > _MAX_FIELDS or len(names) > _MAX_KEYS or len(values) * len(body) > _MAX_HASHED_BYTES
        if is_costly or (keeps_body and _RUN_OF_SPACES.search(message.body)):
            return "unchecked"
        if not keeps_body:
            message.body = compressed(message.body)
        keys = {name: await resolver.ask(name, "TXT") for name in names}

        def key(name: bytes, timeout: int = 0) -> bytes | None:  # noqa: ARG001 - dkimpy's shape
            return _key(keys.get(same_name(name.decode("utf-8", "replace"))))

        word, _, _ = message.verify(dnsfunc=key)
    except _UnknownKeyError:
        return "temperror"
    except Exception:  # noqa: BLE001 - dkimpy leaks many kinds for a chain it cannot read
        return "fail"
    return word.decode("ascii") if word else "none"


def _keeps_body(value: bytes) -> bool:
    """Whether a field asks for the body as it stands ("simple"); one that cannot be read does."""
    import dkim

    try:
        body = dkim.util.parse_tag_value(value).get(b"c", b"relaxed/relaxed").partition(b"/")[2]
    except Exception:  # noqa: BLE001 - dkimpy leaks many kinds
        return True
    return bool(body != b"relaxed")


def _key_name(value: bytes) -> str:
    import dkim

    try:
        tags = dkim.util.parse_tag_value(value)
        name = same_name(f"{tags[b's'].decode('ascii')}._domainkey.{tags[b'd'].decode('ascii')}")
    except Exception:  # noqa: BLE001 - dkimpy leaks many kinds; the chain fails for its own reason later
        return ""
    return name if is_possible(name) else ""


def _key(answer: Answer | None) -> bytes | None:
    if answer is None:
        return None
    if not answer.is_known:
        raise _UnknownKeyError
    usable = len(answer.records) == 1 and len(answer.records[0]) <= _MAX_KEY_CHARACTERS
    return answer.records[0].encode("utf-8", "surrogateescape") if usable else None
