"""The axes of a block of records: each check run once for each distinct value, and gathered by index."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from verifykb.batch.block import BLANK, STANDINGS, Block, Part
from verifykb.batch.cells import Cells
from verifykb.batch.texts import Coded, Memo, combined, mapped
from verifykb.checks import code, directory, phone, request, sender
from verifykb.errors import RowError
from verifykb.message.block import read_block
from verifykb.model.finding import Axis, Finding
from verifykb.model.verdict import standing_of
from verifykb.verify import compares, counts_uncompared

_Parts = tuple[list[Part], npt.NDArray[np.int8]]
_OUTLINES = 2**16  # of codes: days of issue by days of contact, in a few bytes each
_TEXTS = 2**12  # messages that are remembered: they are long, and most come once


class Axes:
    """Judges block after block of one log, axis by axis; what is worked out for a value is remembered.

    Args:
        cells: reads the blocks.
    """

    def __init__(self, cells: Cells) -> None:
        self.context = cells.context
        self._service = cells.service
        self._codes: Memo[Part] = Memo(_OUTLINES)
        self._senders: Memo[Part] = Memo()
        self._phones: Memo[Part] = Memo()
        self._requests: Memo[Part] = Memo()
        self._directory: Memo[Part] = Memo()
        self._texts: dict[str, Memo[list[Finding]]] = {where: Memo(_TEXTS) for where in ("message", "note")}
        self._rules: dict[tuple[str, ...], tuple[str, ...]] = {}

    def judge(self, block: Block) -> None:
        """Put parts and standings into a block that was read."""
        judged = {
            Axis.CODE: self._judge_codes(block),
            Axis.SENDER: self._judge_senders(block),
            Axis.PHONE: self._judge_phones(block),
            Axis.REQUEST: self._judge_requests(block),
            Axis.DIRECTORY: self._judge_directory(block),
        }
        block.parts = {axis: parts for axis, (parts, _) in judged.items()}
        block.standings = {axis: standings for axis, (_, standings) in judged.items()}

    def _part(self, axis: Axis, findings: Sequence[Finding], *, compared: bool, keep: bool = True) -> Part:
        kept = tuple(findings) if compared else tuple(filter(counts_uncompared, findings))
        rules = tuple(finding.rule.id for finding in kept)
        standing = STANDINGS.index(standing_of(axis, kept))
        return Part(standing, self._rules.setdefault(rules, rules), kept if keep else None)

    def _judge_codes(self, block: Block) -> _Parts:
        official, memo = self.context.directory, self._codes
        answers, services = block.narrow["own_request"], block.narrow["service"]
        asked = [answer.value for answer in block.values["own_request"]]
        compared = [compares(self._service(text), self.context) for text in services.texts]
        today = self.context.day_of(BLANK)
        parts = []
        for row, (given, day, answer, service) in enumerate(
            zip(block.wide["code"], block.days, answers.codes.tolist(), services.codes.tolist(), strict=True)
        ):
            key = (code.outline(given, official) if given else "", day, asked[answer], compared[service])
            part = memo.get(key)
            if part is None:
                findings = code.assess(given, day or today, official, block.value("own_request", row))
                part = memo[key] = self._part(Axis.CODE, findings, compared=compared[service], keep=not given)
            parts.append(part)
        return parts, np.fromiter((part.standing for part in parts), np.int8, block.size)

    def _judge_senders(self, block: Block) -> _Parts:
        def judge(given: str, service: str) -> Part:
            compared = compares(self._service(service), self.context)
            return self._part(Axis.SENDER, sender.assess(given, self.context.directory), compared=compared)

        return self._by_value([block.narrow["sender"], block.narrow["service"]], self._senders, judge)

    def _judge_phones(self, block: Block) -> _Parts:
        official, called = self.context.directory, block.narrow["called_back"]
        outlines = [phone.answer_outline(answer, official) for answer in block.values["called_back"]]
        kinds = sorted(set(outlines))
        # Of the answers only their outlines decide: one answer of each stands for all of them.
        examples = [block.values["called_back"][outlines.index(kind)] for kind in kinds]
        outlined = Coded(
            list(map(str, range(len(kinds)))), np.array([kinds.index(one) for one in outlines])[called.codes]
        )

        def judge(given: str, extension: str, service: str, kind: str) -> Part:
            compared = compares(self._service(service), self.context)
            findings = phone.assess(given, extension, official, examples[int(kind)])
            return self._part(Axis.PHONE, findings, compared=compared, keep=not kinds[int(kind)][0])

        columns = [*(block.narrow[name] for name in ("phone", "extension", "service")), outlined]
        return self._by_value(columns, self._phones, judge, lambda key: (*key[:-1], kinds[int(key[-1])]))

    def _judge_directory(self, block: Block) -> _Parts:
        official, days = self.context.directory, self.context.days_of_review()

        def judge(service: str, *seen: str) -> Part:
            given, number, extension = seen or ("", "", "")
            contact = BLANK._replace(service=self._service(service), sender=given, phone=number, extension=extension)
            return self._part(Axis.DIRECTORY, directory.assess(contact, official, days), compared=True)

        looked_at = ("sender", "phone", "extension") if directory.looks_at_contact(official) else ()
        return self._by_value([block.narrow[name] for name in ("service", *looked_at)], self._directory, judge)

    def _by_value(
        self,
        columns: list[Coded],
        memo: Memo[Part],
        judge: Callable[..., Part],
        known_by: Callable[[tuple[str, ...]], object] = tuple,
    ) -> _Parts:
        """Judge the distinct combinations of some columns; `known_by` gives what an answer is remembered by."""
        codes, texts, _ = combined(columns)
        found = []
        for key in texts:
            known = known_by(key)
            part = memo.get(known)
            if part is None:
                part = memo[known] = judge(*key)
            found.append(part)
        return [found[code_] for code_ in codes.tolist()], mapped(found, codes, lambda part: part.standing)

    def _judge_requests(self, block: Block) -> _Parts:
        """Read the messages of the block at once, then judge what was asked and over which channel."""
        official = self.context.directory
        told: list[list[list[Finding]]] = [[] for _ in range(block.size)]
        for where in ("message", "note"):
            rows = [row for row, text in enumerate(block.wide[where]) if text]
            read = self._read_texts(where, [block.wide[where][row] for row in rows])
            for row in rows:
                told[row].append(read[block.wide[where][row]])
        channels, asks = block.narrow["channel"].rows(), block.narrow["asks"].rows()
        parts = []
        for row, texts_told in enumerate(told):
            key = None if any(texts_told) else (channels[row], asks[row], len(texts_told))
            part = self._requests.get(key) if key else None
            if part is None:
                channel, asked = block.value("channel", row), block.value("asks", row)
                is_read = not isinstance(channel, RowError) and not isinstance(asked, RowError)
                findings = request.assess_told(channel, asked, texts_told, official) if is_read else ()
                part = self._part(Axis.REQUEST, findings, compared=True)
                if key:
                    self._requests[key] = part
            parts.append(part)
        return parts, np.fromiter((part.standing for part in parts), np.int8, block.size)

    def _read_texts(self, where: str, texts: list[str]) -> dict[str, list[Finding]]:
        """Read each text once, new ones as one block: people copy and paste, and so do impostors."""
        memo = self._texts[where]
        read = {text: memo.get(text) for text in texts}
        new = [text for text, known in read.items() if known is None]
        for text, hits in zip(new, read_block(new, self.context.directory, own_words=where == "note"), strict=True):
            read[text] = memo[text] = request.found_words(hits, where)
        return {text: known or [] for text, known in read.items()}
