"""The axes of a block of records: each check run once for each distinct value, and gathered by index."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from verifykb.batch.block import BLANK, STANDINGS, Block, Part, Told
from verifykb.batch.cells import Cells
from verifykb.batch.texts import Coded, Memo, combined, mapped
from verifykb.checks import code, directory, phone, request, sender
from verifykb.errors import RowError
from verifykb.message.log_reader import LogReader
from verifykb.message.quoting import Find
from verifykb.model.finding import Axis, Finding
from verifykb.model.verdict import standing_of
from verifykb.verify import compares, counts_uncompared

_Parts = tuple[list[Part], npt.NDArray[np.int8]]
_TEXTS = 2**10  # messages that say something are remembered: they are long, and most come once
_TOLD = ("message", "note")


class Axes:
    """Judges block after block of one log, axis by axis; what is worked out for a value is remembered.

    Args:
        cells: reads the blocks.
    """

    def __init__(self, cells: Cells) -> None:
        self.context = cells.context
        self._service = cells.service
        self._codes: Memo[Part] = Memo()
        self._senders: Memo[Part] = Memo()
        self._phones: Memo[Part] = Memo()
        self._requests: Memo[Part] = Memo()
        self._directory: Memo[Part] = Memo()
        self._texts: dict[str, Memo[list[Find]]] = {where: Memo(_TEXTS) for where in _TOLD}
        self._readers = {where: LogReader(self.context.directory, own_words=where == "note") for where in _TOLD}
        self._known: dict[tuple[Axis, tuple[str, ...]], tuple[int, tuple[str, ...]]] = {}

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
        rules = tuple([finding.rule.id for finding in kept])
        known = self._known.get((axis, rules))
        if known is None:
            known = self._known[axis, rules] = STANDINGS.index(standing_of(axis, kept)), rules
        return Part(*known, kept if keep else None)

    def _compared(self, block: Block) -> Coded:
        """Give which rows say they come from the service that we compare with: "yes" or nothing."""
        services = block.narrow["service"]
        compared = [compares(self._service(text), self.context) for text in services.texts]
        return Coded(["", "yes"], np.array(compared, np.int64)[services.codes])

    def _judge_codes(self, block: Block) -> _Parts:
        memo, outline = self._codes, code.outliner(self.context.directory)
        answers, compared = block.narrow["own_request"], self._compared(block)
        asked = [answer.value for answer in block.values["own_request"]]
        today = self.context.day_of(BLANK)
        parts = []
        for row, (given, day, answer, is_compared) in enumerate(
            zip(block.wide["code"], block.days, answers.codes.tolist(), compared.rows(), strict=True)
        ):
            key = (outline(given, day or today) if given else "", asked[answer], is_compared)
            part = memo.get(key)
            if part is None:
                own_request = block.value("own_request", row)
                findings = code.assess(given, day or today, self.context.directory, own_request)
                part = memo[key] = self._part(Axis.CODE, findings, compared=bool(is_compared), keep=not given)
            parts.append(part)
        return parts, np.fromiter((part.standing for part in parts), np.int8, block.size)

    def _judge_senders(self, block: Block) -> _Parts:
        def judge(given: str, compared: str) -> Part:
            return self._part(Axis.SENDER, sender.assess(given, self.context.directory), compared=bool(compared))

        return self._by_value([block.narrow["sender"], self._compared(block)], self._senders, judge)

    def _judge_phones(self, block: Block) -> _Parts:
        official, called = self.context.directory, block.narrow["called_back"]
        outlines = [phone.answer_outline(answer, official) for answer in block.values["called_back"]]
        kinds = sorted(set(outlines))
        # Of the answers only their outlines decide: one answer of each stands for all of them.
        examples = [block.values["called_back"][outlines.index(kind)] for kind in kinds]
        outlined = Coded(
            list(map(str, range(len(kinds)))), np.array([kinds.index(one) for one in outlines])[called.codes]
        )

        def judge(given: str, extension: str, compared: str, kind: str) -> Part:
            findings = phone.assess(given, extension, official, examples[int(kind)])
            return self._part(Axis.PHONE, findings, compared=bool(compared), keep=not kinds[int(kind)][0])

        columns = [block.narrow["phone"], block.narrow["extension"], self._compared(block), outlined]
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
        """Read the texts of the block at once, then judge what was asked and over which channel."""
        texts = np.zeros(block.size, np.int64)
        for where in _TOLD:
            found = self._read_texts(where, block.wide[where])
            for row, text in enumerate(block.wide[where]):
                if text in found:
                    block.told.setdefault(row, [Told()] * int(texts[row])).append(Told(where, found[text]))
                elif row in block.told and text:
                    block.told[row].append(Told())
            texts += np.fromiter(map(bool, block.wide[where]), np.bool_, block.size)
        columns = [block.narrow[name] for name in ("channel", "asks")]
        channels, asks = (
            dict(zip(block.narrow[name].texts, block.values[name], strict=True)) for name in ("channel", "asks")
        )

        def judge(channel: str, asked: str, count: str) -> Part:
            return self._request(channels[channel], asks[asked], [Told()] * int(count))

        counted = Coded(list(map(str, range(len(_TOLD) + 1))), texts)
        parts, standings = self._by_value([*columns, counted], self._requests, judge)
        for row, told in block.told.items():
            part = parts[row] = self._request(block.value("channel", row), block.value("asks", row), told)
            standings[row] = part.standing
        return parts, standings

    def _request(self, channel: Any, asked: Any, told: list[Told]) -> Part:
        """Judge by what was found; it is quoted when it is shown."""
        if isinstance(channel, RowError) or isinstance(asked, RowError):
            return self._part(Axis.REQUEST, (), compared=True)
        found = [request.unquoted(text.finds) for text in told]
        findings = request.assess_told(channel, asked, found, self.context.directory)
        return self._part(Axis.REQUEST, findings, compared=True, keep=not any(found))

    def _read_texts(self, where: str, texts: list[str]) -> dict[str, list[Find]]:
        """Give what was found in which texts; each is read once: people copy and paste, and so do impostors."""
        memo = self._texts[where]
        distinct = dict.fromkeys(texts)
        distinct.pop("", None)
        told = {text: known for text in distinct if (known := memo.get(text))}
        new = [text for text in distinct if text not in told]
        for text, finds in zip(new, self._readers[where].read(new), strict=True):
            if finds:
                told[text] = memo[text] = finds
        return told
