"""Normalisation in bounded time."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.text.nfc import nfc


@pytest.mark.parametrize("marks", ["\u0301\u0323", "\u0344", "\u0f73", "\u1ea5\u0323", "\U0001d165\u0301"])
def test_marks_piled_on_a_letter_cost_no_time(marks: str) -> None:
    """Sorting a run takes a time that grows with its square; runs are cut."""
    started = time.process_time()
    assert unicodedata.is_normalized("NFC", nfc("a" + marks * 100_000))
    assert time.process_time() - started < 1


@given(st.text(max_size=30))
def test_what_people_write_is_normalised_as_ever(text: str) -> None:
    """No language puts more than 30 marks on a letter."""
    assert nfc(text) == unicodedata.normalize("NFC", text)
