"""Messages as octets, with dnspython's own reader as the judge."""

import functools

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.dns.answer import Status
from verifykb.dns.wire import Question, is_reply, is_truncated, plain, query, question_for, read_reply

_NUMBER = 0x1234
_KINDS = ["TXT", "MX", "A", "AAAA", "CNAME", "PTR", "NS", "SOA", "CAA", "TLSA", "SRV"]
_ZONE = """
a.example. 300 IN TXT "one" " two" "\\195\\169\\255"
a.example. 300 IN MX 10 mx\\.x.example.
a.example. 200 IN MX 0 .
a.example. 300 IN A 192.0.2.1
a.example. 300 IN AAAA 2001:db8::1
a.example. 300 IN PTR odd\\032name\\\\.example.
a.example. 300 IN NS ns.example.
a.example. 300 IN CAA 0 issue "ca.example"
a.example. 300 IN TLSA 3 1 0 00ff
b.example. 100 IN CNAME a.example.
"""
_TEXTS = {
    "TXT": ("one two\u00e9\udcff",),
    "MX": ("10 mx\\.x.example", "0 ."),
    "A": ("192.0.2.1",),
    "AAAA": ("2001:db8::1",),
    "PTR": ("odd name\\.example",),
    "NS": ("ns.example",),
    "CAA": ('0 issue "ca.example"',),
    "TLSA": ("3 1 0 00ff",),
    "CNAME": (),
}


def _question(name: str, kind: str) -> Question:
    question = question_for(name, kind)
    assert question is not None
    return question


@functools.cache
def _message(name: str, kind: str) -> bytes:
    """Give a right reply, made by dnspython."""
    asked = dns.message.make_query(f"{name}.", kind, use_edns=0, id=_NUMBER)
    reply = dns.message.make_response(asked)
    reply.answer.extend(
        dns.rrset.from_text(owner, int(ttl), "IN", type_, data)
        for owner, ttl, _, type_, data in (line.split(maxsplit=4) for line in _ZONE.strip().splitlines())
        if type_ in (kind, "CNAME")
    )
    return reply.to_wire()


@pytest.mark.parametrize("kind", sorted(_TEXTS))
@pytest.mark.parametrize(("name", "ttl"), [("a.example", 300), ("b.example", 100)])
def test_records_are_read_as_plain_text(name: str, ttl: int, kind: str) -> None:
    """Strings joined, hosts without escapes and trailing dot, the root as a dot; an alias followed unless asked for."""
    answer = read_reply(_message(name, kind), _question(name, kind)).answer
    expected = ("a.example",) if (name, kind) == ("b.example", "CNAME") else _TEXTS[kind]
    assert answer.records == expected
    assert answer.status is (Status.FOUND if expected else Status.NODATA)
    if expected:
        assert answer.ttl == (min(ttl, 200) if kind == "MX" else ttl)


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("A.Example.", [b"a", b"example"]),
        ("a b.example", [b"a b", b"example"]),
        ("a\\b.example", [b"a\\b", b"example"]),
        ("a\\.b.example", [b"a.b", b"example"]),
        ("a\\032b.example", [b"a\\032b", b"example"]),
        ("*._x.example", [b"*", b"_x", b"example"]),
    ],
)
def test_a_name_is_its_labels(name: str, labels: list[bytes]) -> None:
    """Odd characters stay themselves; the one escape is a backslash before a dot."""
    asked = dns.message.from_wire(query(_question(name, "TXT"), _NUMBER)).question[0]
    assert list(asked.name.labels) == [*labels, b""]


@given(st.text(st.characters(max_codepoint=130), max_size=80), st.sampled_from(_KINDS))
def test_any_name_becomes_a_well_formed_question_or_none(name: str, kind: str) -> None:
    """What is asked is what dnspython reads back, whatever was typed."""
    question = question_for(name, kind)
    if question is None:
        return
    asked = dns.message.from_wire(query(question, _NUMBER, want_ad=True))
    assert [label.decode().replace(".", "\\.") for label in asked.question[0].name.labels[:-1]] == [
        label.decode().replace(".", "\\.") for label in question.labels
    ]
    assert ".".join(label.decode().replace(".", "\\.") for label in question.labels) == plain(name)
    assert asked.question[0].rdtype == dns.rdatatype.from_text(kind)
    assert (asked.id, asked.edns, asked.payload) == (_NUMBER, 0, 1232)


@pytest.mark.parametrize(("edns", "want_ad"), [(True, True), (True, False), (False, True), (False, False)])
def test_a_question_says_what_it_wants(*, edns: bool, want_ad: bool) -> None:
    """Recursion always; EDNS unless a server cannot; AD and DO only for who believes them."""
    asked = dns.message.from_wire(query(_question("a.example", "MX"), _NUMBER, edns=edns, want_ad=want_ad))
    assert bool(asked.flags & dns.flags.AD) is want_ad
    assert asked.flags & dns.flags.RD
    assert (asked.edns, bool(asked.ednsflags & dns.flags.DO)) == (0 if edns else -1, edns and want_ad)


_CHANGES = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=4)


@given(st.sampled_from(_KINDS), st.sampled_from(["a.example", "b.example"]), _CHANGES, st.integers(0, 400))
def test_a_changed_message_says_nothing_that_dnspython_does_not_read(
    kind: str, name: str, changes: list[tuple[int, int]], cut: int
) -> None:
    """Octets changed, cut off or added never raise, and never give a record that is not in the message."""
    octets = bytearray(_message(name, kind))
    for at, value in changes:
        octets[at % len(octets)] = value
    wire = bytes(octets[:cut] if cut % 3 == 0 else octets)
    question = _question(name, kind)
    if not is_reply(wire, _NUMBER, question):
        return
    answer = read_reply(wire, question).answer
    if answer.status is not Status.FOUND:
        return
    try:
        judged = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return  # something beside the asked records is broken
    assert judged.id == _NUMBER
    assert judged.opcode() == dns.opcode.QUERY
    assert judged.rcode() == dns.rcode.NOERROR
    assert isinstance(judged, dns.message.QueryMessage)
    records = judged.resolve_chaining().answer
    assert records is not None
    assert len(answer.records) >= len(records)
    assert answer.ttl <= records.ttl


@given(st.binary(max_size=200))
def test_any_octets_are_read_without_an_error(octets: bytes) -> None:
    """What follows a right header and question may be anything."""
    question = _question("a.example", "TXT")
    head = _message("a.example", "TXT")[: 12 + len(question.section)]
    assert is_reply(head, _NUMBER, question)
    for wire in (octets, head + octets, head[:4] + octets[:8].ljust(8, b"\0") + head[12:] + octets):
        if is_reply(wire, _NUMBER, question):
            is_truncated(wire)
            read_reply(wire, question)


@pytest.mark.parametrize(
    ("change", "accepted"),
    [
        ("none", True), ("name-case", True), ("id", False), ("no-response", False), ("opcode", False),
        ("name", False), ("type", False), ("class", False), ("two-questions", False), ("no-question", False),
        ("short", False),
    ],
)  # fmt: skip
def test_a_reply_is_one_to_our_question(change: str, *, accepted: bool) -> None:
    """Id, direction, operation, name, type and class must all agree; the case of the name need not."""
    wire = bytearray(_message("a.example", "TXT"))
    end = 12 + len(_question("a.example", "TXT").section)
    edits = {
        "name-case": (13, ord("A")), "id": (1, 0), "no-response": (2, wire[2] & 0x7F), "opcode": (2, wire[2] | 0x20),
        "name": (13, ord("b")), "type": (end - 3, 15), "class": (end - 1, 3), "two-questions": (5, 2),
        "no-question": (5, 0),
    }  # fmt: skip
    if change in edits:
        at, value = edits[change]
        wire[at] = value
    assert is_reply(bytes(wire[:11] if change == "short" else wire), _NUMBER, _question("a.example", "TXT")) is accepted


def _with(rcode: dns.rcode.Rcode, *records: tuple[str, str, str]) -> bytes:
    """Give a reply for a.example TXT with records in its authority section."""
    reply = dns.message.make_response(dns.message.make_query("a.example.", "TXT", id=_NUMBER))
    reply.set_rcode(rcode)
    reply.authority.extend(dns.rrset.from_text(owner, 500, "IN", kind, data) for owner, kind, data in records)
    return reply.to_wire()


_SOA = ("example.", "SOA", "ns.example. root.example. 1 1 1 1 90")
_NS = ("example.", "NS", "ns.example.")


@pytest.mark.parametrize(
    ("rcode", "records", "status", "ttl"),
    [
        (dns.rcode.NOERROR, [_SOA], Status.NODATA, 90),
        (dns.rcode.NOERROR, [], Status.NODATA, 0),
        (dns.rcode.NOERROR, [_SOA, _NS], Status.NODATA, 90),
        (dns.rcode.NOERROR, [_NS], Status.TEMPORARY, 0),
        (dns.rcode.NXDOMAIN, [_SOA], Status.NXDOMAIN, 90),
        (dns.rcode.NXDOMAIN, [], Status.NXDOMAIN, 0),
        (dns.rcode.SERVFAIL, [_SOA], Status.TEMPORARY, 0),
        (dns.rcode.BADVERS, [_SOA], Status.TEMPORARY, 0),
        (dns.rcode.Rcode(15), [_SOA], Status.TEMPORARY, 0),
    ],
)
def test_nothing_there_is_told_from_nobody_knows(
    rcode: dns.rcode.Rcode, records: list[tuple[str, str, str]], status: Status, ttl: int
) -> None:
    """RFC 2308: a referral is no NODATA, and without an SOA nothing is kept."""
    answer = read_reply(_with(rcode, *records), _question("a.example", "TXT")).answer
    assert (answer.status, answer.ttl) == (status, ttl)


@pytest.mark.parametrize(("ttl", "kept"), [(86_401, 86_400), (0x7FFFFFFF, 86_400), (0x80000000, 0), (0, 0)])
def test_a_time_to_live_is_bounded(ttl: int, kept: int) -> None:
    """A day at most; with the highest bit set, nothing (RFC 2181, 8)."""
    wire = _message("a.example", "A").replace((300).to_bytes(4, "big"), ttl.to_bytes(4, "big"))
    assert read_reply(wire, _question("a.example", "A")).answer.ttl == kept


def test_records_with_an_error_code_are_a_contradiction() -> None:
    """NXDOMAIN with records is neither."""
    wire = bytearray(_message("a.example", "A"))
    wire[3] |= dns.rcode.NXDOMAIN
    assert read_reply(bytes(wire), _question("a.example", "A")).answer.reason == "malformed"


def test_records_of_another_name_are_not_taken() -> None:
    """An answer section may hold anything; only the asked name and its aliases count."""
    wire = _message("c.example", "TXT")
    assert read_reply(wire, _question("c.example", "TXT")).answer.status is Status.NODATA
