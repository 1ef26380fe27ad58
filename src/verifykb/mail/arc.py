"""ARC (RFC 8617): the chain of a mail that was passed on. Information only; nothing is decided by it.

1. The chain is validated by dkimpy; the keys are asked for here.
2. An attacker can seal a chain of his own: a pass says nothing about who wrote the mail.
"""

import re

from verifykb.dns.answer import Answer, Resolver, is_possible, same_name

_MAX_KEYS = 20  # of one chain
_MAX_SPACES = re.compile(rb"[ \t\r\n]{500}")
_MAX_BODY_SPACES = re.compile(rb"[ \t]{2000}")
_ARC_HEADERS = (b"arc-seal", b"arc-message-signature")


class _UnknownKeyError(Exception):
    """A key could not be asked for now."""


async def validate_chain(raw: bytes, resolver: Resolver) -> str:
    """Validate the ARC chain of a mail.

    Args:
        raw: the whole mail.
        resolver: who is asked for keys.

    Returns:
        ``pass``, ``fail``, ``none`` (no chain, or its newest seal says that it failed), ``temperror``.
    """
    if b"arc-" not in raw.lower():
        return "none"
    import dkim

    try:
        message = dkim.ARC(raw)
        values = [value for name, value in message.headers if name.lower() in _ARC_HEADERS]
        bad = any(map(_MAX_SPACES.search, values)) or _MAX_BODY_SPACES.search(message.body)
        names = [] if bad else list(dict.fromkeys(name for name in map(_key_name, values) if name))
        keys = {name: await resolver.ask(name, "TXT") for name in names[:_MAX_KEYS]}

        def key(name: bytes, timeout: int = 0) -> bytes | None:  # noqa: ARG001 - dkimpy's shape
            return _key(keys.get(same_name(name.decode("utf-8", "replace"))))

        word, _, _ = (None, [], "") if bad else message.verify(dnsfunc=key)
    except _UnknownKeyError:
        return "temperror"
    except Exception:  # noqa: BLE001 - dkimpy leaks many kinds for a chain it cannot read
        return "fail"
    if bad:
        return "fail"
    return word.decode("ascii") if word else "none"


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
    return answer.records[0].encode("utf-8", "surrogateescape") if len(answer.records) == 1 else None
