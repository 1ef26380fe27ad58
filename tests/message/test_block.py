"""A block of messages is read as each of them would be."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from verifykb.directory.types import Directory
from verifykb.message.block import read_block
from verifykb.message.reading import read_message

_CASES = Path(__file__).parents[1] / "cases"
_TEXTS = [
    case["record"]["message"]
    for file in sorted(_CASES.glob("messages*.jsonl"))
    for case in map(json.loads, file.read_text(encoding="utf-8").splitlines())
    if "message" in case["record"]
]
_PIECES = st.sampled_from(
    ["đọc ", "mã ", "OTP", "cho em", "O T P", "\0", "\u200b", "？", "?", "0912 345 678", "a.vn", "\n", "x"]
)


def test_every_labelled_message_is_read_the_same_in_a_block(directory: Directory) -> None:
    """The whole of the sets at once."""
    assert read_block(_TEXTS, directory) == [read_message(text, directory) for text in _TEXTS]


@given(texts=st.lists(st.lists(_PIECES, max_size=6).map("".join), max_size=6))
def test_any_texts_are_read_the_same_in_a_block(texts: list[str], directory: Directory) -> None:
    """With the sign that parts them inside, empty ones, and unknown characters."""
    assert read_block(texts, directory) == [read_message(text, directory) for text in texts]


def test_the_gate_lets_nothing_pass_that_the_reader_would_find(directory: Directory) -> None:
    """The gate may only say no where nothing is found."""
    from verifykb.message.normalise import readings
    from verifykb.message.scan import asks
    from verifykb.message.written import Written

    for text in _TEXTS:
        for plain in readings(text):
            found = asks(own_words=False).places(Written(plain, directory).line)
            assert not found or plain.codes.names_something(own_words=False) or plain.codes.has_things, text
