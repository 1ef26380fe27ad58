"""Call backs and their evidence; spellings are in tests/cases/phones.jsonl."""

import pytest

from verifykb.batch.records import read_answer
from verifykb.checks import phone
from verifykb.directory.types import Directory


def _rules(called_back: str, directory: Directory, number: str = "") -> set[str]:
    return {finding.rule.id for finding in phone.assess(number, "", directory, read_answer(called_back))}


@pytest.mark.parametrize(
    "evidence",
    [
        "có",
        "Lan gọi 02462764300 lúc 9h05 ngày 20/11/2026",
        "gọi 024 6276 4300 máy lẻ 88617, gặp anh Bình",
        "dialled +84 24 6276 4300 at 09:30 on 2026-11-20",
        "đã tự bấm tổng đài, mã SD261120-004217 được xác nhận",
    ],
)
def test_a_call_that_we_placed_to_the_switchboard_proves(evidence: str, directory: Directory) -> None:
    """Yes, or evidence that names no other number."""
    assert "PHO010" in _rules(evidence, directory)


@pytest.mark.parametrize(
    "evidence",
    [
        "gọi 0912345678",
        "gọi 0912345678/0987654321",
        "gọi số0912345678",
        "gọi 0912–345–678",
        "gọi 0912\u00a0345\u00a0678",
        "gọi 84912345678",
        "gọi 1900 1234",
        "gọi +1 202 555 0100",
        "gọi " + "x" * 3000 + " 0912345678",
    ],
)
def test_evidence_of_another_number_proves_nothing(evidence: str, directory: Directory) -> None:
    """A scammer's letter carries the scammer's number."""
    assert _rules(evidence, directory) == {"PHO001"}


@pytest.mark.parametrize("number", ["02462764301", "0912345678", "2462764300", "04 6276 4300"])
def test_a_call_back_beside_another_number_proves_nothing(number: str, directory: Directory) -> None:
    """Only the directory's number counts."""
    assert "PHO010" not in _rules("có", directory, number)


@pytest.mark.parametrize(
    "extension", ["máy lẻ 88617", "ext 88617", "ML: 88617", " " * 200 + "88617", "88 617", "88617, 88618"]
)
def test_a_listed_extension_is_read_in_its_column_with_its_word(extension: str, directory: Directory) -> None:
    """As people write it."""
    findings = phone.assess("02462764300", extension, directory, read_answer(""))
    assert {finding.rule.id for finding in findings} == {"PHO009"}
