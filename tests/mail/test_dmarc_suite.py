"""The public RFC 9989 vectors, the order of the questions included."""

import asyncio
from typing import Any

from tests.corpora import json_suite
from verifykb.dns.answer import Answer
from verifykb.dns.recorded import RecordedResolver
from verifykb.mail.dmarc import evaluate

_VECTORS = 30
# Recorded by a recorder that still held the questions of the vector before: its own are the last two.
_SHARED_RECORDER, _OWN_QUESTIONS = 8, 2


class _Listening:
    """Notes what was asked, in order."""

    def __init__(self, inner: RecordedResolver) -> None:
        self._inner = inner
        self.asked: list[list[str]] = []

    async def ask(self, name: str, kind: str) -> Answer:
        self.asked.append([name, kind])
        return await self._inner.ask(name, kind)


def _names(zone: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {
            kind: [f"{row['priority']} {row['exchange']}" if kind == "MX" else row for row in rows]
            for kind, rows in types.items()
        }
        for name, types in zone.items()
    }


def test_all_vectors_agree_with_their_questions_in_order() -> None:
    """Result, policy, organisational domain and questions of all 30 vectors."""
    vectors = json_suite("dmarc-rfc9989-vectors.json", "RFC 9989 vectors")
    wrong = {}
    for place, vector in enumerate(vectors):
        resolver = _Listening(RecordedResolver(_names(vector["zone"])))
        spf, dkim = ([item["domain"] for item in vector[key]] for key in ("spfDomains", "dkimDomains"))
        got = asyncio.run(evaluate(vector["headerFrom"].rpartition("@")[2], spf, dkim, resolver))
        questions = vector["queries"][-_OWN_QUESTIONS:] if place == _SHARED_RECORDER else vector["queries"]
        ours = (got.result, got.policy, got.domain, resolver.asked)
        theirs = (vector["result"], vector.get("policy", ""), vector["domain"], questions)
        if ours != theirs:
            wrong[place] = (ours, theirs)
    assert (len(vectors), wrong) == (_VECTORS, {})
