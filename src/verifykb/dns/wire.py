"""Questions and answers as octets; the only place that turns a DNS message into an `Answer` (RFC 1035, section 4).

1. A reply is believed only for the question that was asked: same id, same name, type and class.
2. A message that is not well formed to its last octet says nothing: it is ``malformed``.
3. "Not there" needs a server that knows: a referral, an unknown code or a contradiction is temporary.
4. Names are labels, not text with escapes: spaces, backslashes and the like stay themselves.

dnspython reads names and records. The message around them is read here, because a bulk run asks
thousands of questions a second and its `Message` costs three times as much as the rest together.
"""

import re
import struct
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import dns.exception
import dns.flags
import dns.rcode
import dns.rdatatype
import dns.wire

from verifykb.dns.answer import NXDOMAIN, Answer, Status, is_possible, temporary
from verifykb.dns.record import CNAME, FIXED, NS, OPT, SOA, Labels, Record, read_record

_HEADER = struct.Struct("!HHHHHH")
_EDNS = b"\0" + FIXED.pack(OPT, 1232, 0, 0)  # 1232 octets pass every path unfragmented (DNS flag day 2020)
_EDNS_DO = b"\0" + FIXED.pack(OPT, 1232, dns.flags.DO, 0)
_OPCODE_QUERY = 0
_MAX_LABEL, _MAX_NAME = 63, 255  # octets on the wire (RFC 1035, 2.3.4)
_MAX_TTL = 86_400
_MAX_NAMES = 10  # of one chain of aliases, as in `recorded`
_REASONS: dict[int, str] = {dns.rcode.FORMERR: "malformed", dns.rcode.REFUSED: "refused"}
_BROKEN = (dns.exception.DNSException, struct.error, ValueError)


class Question(NamedTuple):
    """One question.

    Args:
        labels: of the name, in lower case, without the root's empty one.
        kind: the number of the record type.
        section: the question as it stands in a message, name in lower case.
    """

    labels: Labels
    kind: int
    section: bytes


class Reply(NamedTuple):
    """What one message says.

    Args:
        answer: to the question, or the alias found where `alias` says to go on.
        links: how many aliases were followed.
        alias: the name to ask for next, where the chain leaves the message.
    """

    answer: Answer
    links: int = 0
    alias: Labels | None = None


def plain(name: str) -> str:
    r"""Give one spelling of a name as it is asked: lower case, no trailing dot; only ``\.`` is an escape."""
    return (name[:-1] if name.endswith(".") and not name.endswith("\\.") else name).lower()


def question_for(name: str, kind: str) -> Question | None:
    """Give the question for a name in plain text; None where no such name can be.

    Raises:
        dns.rdatatype.UnknownRdatatype: there is no such record type.
    """
    name = plain(name)
    if not is_possible(name):
        return None
    parts = name.split(".") if "\\" not in name else re.split(r"(?<!\\)\.", name)
    return _question(tuple(part.replace("\\.", ".").encode() for part in parts), dns.rdatatype.from_text(kind))


def query(question: Question, number: int, *, edns: bool = True, want_ad: bool = False) -> bytes:
    """Give the message that asks a question (RFC 1035, 4.1; RFC 6891; AD and DO: RFC 6840, 5.7).

    Args:
        question: what is asked.
        number: the id of the message.
        edns: whether the server is told that it may answer with 1,232 octets over UDP.
        want_ad: whether it is asked to say that it validated the answer.
    """
    flags = int(dns.flags.RD | dns.flags.AD) if want_ad else int(dns.flags.RD)
    option = (_EDNS_DO if want_ad else _EDNS) if edns else b""
    return _HEADER.pack(number, flags, 1, 0, 0, int(edns)) + question.section + option


def is_reply(message: bytes, number: int, question: Question) -> bool:
    """Whether a message answers this question and no other (RFC 5452, section 9.1).

    A server that could not even read the question may leave it out, but then says only that.
    """
    if len(message) < _HEADER.size:
        return False
    got, flags, questions, answers, *_ = _HEADER.unpack_from(message)
    if got != number or not flags & dns.flags.QR or (flags >> 11) & 15 != _OPCODE_QUERY:
        return False
    if questions == 0 and answers == 0:
        return flags & 15 not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
    end = _HEADER.size + len(question.section)
    name, rest = message[_HEADER.size : end - 4].lower(), message[end - 4 : end]
    return questions == 1 and name + rest == question.section


def is_truncated(message: bytes) -> bool:
    """Whether a message says that it is not whole and should be asked for over TCP."""
    return bool(message[2] & 2)


def read_reply(message: bytes, question: Question, *, trust_ad: bool = False) -> Reply:
    """Read a message of which `is_reply` holds."""
    try:
        return _read(message, question, trust_ad=trust_ad)
    except _BROKEN:
        return Reply(temporary("malformed"))


async def chase(ask_once: Callable[[Question], Awaitable[Reply]], name: str, kind: str) -> Answer:
    """Ask for a name, and on for its alias while the server does not follow it itself.

    Args:
        ask_once: asks one question and reads the message that answers it.
        name: plain text, as in `answer.Resolver`.
        kind: the record type.
    """
    question = question_for(name, kind)
    if question is None:
        return NXDOMAIN
    wanted, links, ttl, secure = question.kind, 0, _MAX_TTL, True
    while question is not None and links < _MAX_NAMES:
        reply = await ask_once(question)
        answer = reply.answer
        links, ttl, secure = links + reply.links, min(ttl, answer.ttl), secure and answer.secure
        if links < _MAX_NAMES and reply.alias is None:
            return answer._replace(ttl=ttl, secure=secure) if answer.is_known else answer
        question = _question(reply.alias or (), wanted)
    return temporary("cname-loop")


def _question(labels: Labels, kind: int) -> Question | None:
    if not all(0 < len(label) <= _MAX_LABEL for label in labels):
        return None
    name = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    if len(name) > _MAX_NAME:
        return None
    return Question(labels, kind, name + kind.to_bytes(2, "big") + b"\0\x01")


def _read(message: bytes, question: Question, *, trust_ad: bool) -> Reply:
    _, flags, _, answers, authority, additional = _HEADER.unpack_from(message)
    code = flags & 15
    if code not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return Reply(temporary(_REASONS.get(code, "servfail")))
    parser = dns.wire.Parser(message, _HEADER.size + len(question.section))
    found = [read_record(parser, question.kind, question.labels) for _ in range(answers)]
    rest = [read_record(parser, question.kind, question.labels) for _ in range(authority + additional)]
    if parser.remaining() or flags & dns.flags.TC:
        return Reply(temporary("malformed"))
    # The upper bits of the code stand where an OPT record has its time to live.
    if any(record.kind == OPT and record.ttl >> 24 for record in rest[authority:]):
        return Reply(temporary("servfail"))
    secure = trust_ad and bool(flags & dns.flags.AD)
    owner, ttl, links = question.labels, _MAX_TTL, 0
    while True:
        here = [record for record in found if record.owner == owner]
        records = [record for record in here if record.kind == question.kind]
        alias = next((record for record in here if record.kind == CNAME), None)
        if records or alias is None or links == _MAX_NAMES:
            break
        owner, ttl, links = alias.target, min(ttl, alias.seconds), links + 1
    if records:
        if code != dns.rcode.NOERROR:
            return Reply(temporary("malformed"))
        texts = tuple({record.raw: record.text for record in records}.values())
        ttl = min(ttl, *(record.seconds for record in records))
        return Reply(Answer(Status.FOUND, texts, ttl=ttl, secure=secure), links)
    return _nothing(code, rest[:authority], Reply(Answer(Status.NODATA, ttl=ttl, secure=secure), links, owner))


def _nothing(code: int, authority: list[Record], so_far: Reply) -> Reply:
    """Tell "not there" from "ask somebody else" (RFC 2308, sections 2 and 5)."""
    soa = next((record for record in authority if record.kind == SOA), None)
    if code == dns.rcode.NOERROR and soa is None:
        if so_far.links:
            return so_far
        if any(record.kind == NS for record in authority):
            return Reply(temporary("servfail"))
    status = Status.NXDOMAIN if code == dns.rcode.NXDOMAIN else Status.NODATA
    kept = min(soa.seconds, int.from_bytes(soa.raw[-4:], "big")) if soa else 0
    answer = so_far.answer._replace(status=status, ttl=min(so_far.answer.ttl, kept))
    return Reply(answer, so_far.links)
