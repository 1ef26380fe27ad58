"""A block of messages is read as each of them would be."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.directory.types import Directory
from verifykb.message.block import read_block
from verifykb.message.quoting import Hit
from verifykb.message.reading import read_message
from verifykb.text.nfc import nfc

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
# Words as people write them, and what makes a reader look twice.
_WORDS = st.one_of(
    st.sampled_from(sorted({word for text in _TEXTS for word in text.split(" ")})),
    st.sampled_from(
        "SD261120-004217 1.500.000 24/7 2tr 500k 15h30 m4t p!n zalo1 5d7 192.0.2.1/a +84912345678 ( - . ! ? ; … & &lt; <b> ơi. "
        "sdt mk đc ko matkhau maotp O. -T- hxxp://a.top kbnn-vn.com hotrocntt@vst.gov.vn maatj khaaur ma65t \n".split(
            " "
        )
    ),
)


def _read(texts: list[str], directory: Directory, *, own_words: bool = False) -> list[list[Hit]]:
    return [[find.quoted() for find in finds] for finds in read_block(texts, directory, own_words=own_words)]


def test_every_labelled_message_is_read_the_same_in_a_block(directory: Directory) -> None:
    """The whole of the sets at once."""
    assert _read(_TEXTS, directory) == [read_message(text, directory) for text in _TEXTS]


@given(texts=st.lists(st.lists(_PIECES, max_size=6).map("".join), max_size=6))
def test_any_texts_are_read_the_same_in_a_block(texts: list[str], directory: Directory) -> None:
    """With the sign that parts them inside, empty ones, and unknown characters."""
    assert _read(texts, directory) == [read_message(text, directory) for text in texts]


@given(
    texts=st.lists(st.lists(_WORDS, max_size=40).map(" ".join).map(nfc), min_size=1, max_size=8),
    own_words=st.booleans(),
)
def test_words_in_any_order_are_read_the_same_in_a_block(
    texts: list[str], own_words: bool, directory: Directory
) -> None:
    """What looks at many texts at once may say no only where nothing would be found."""
    one_by_one = [read_message(text, directory, own_words=own_words) for text in texts]
    assert _read(texts, directory, own_words=own_words) == one_by_one


@given(
    parts=st.lists(st.tuples(st.sampled_from(_TEXTS), st.integers(0, 60), st.integers(1, 30)), min_size=1, max_size=6),
    end=st.sampled_from([" ", ". ", ", ", "\n", " . "]),
)
def test_pieces_of_messages_are_read_the_same_in_a_block(
    parts: list[tuple[str, int, int]], end: str, directory: Directory
) -> None:
    """Messages cut anywhere, and put together again."""
    text = end.join(" ".join(whole.split(" ")[first : first + count]) for whole, first, count in parts)
    assert _read([text, ""], directory) == [read_message(text, directory), []]


@pytest.mark.parametrize("text", ["Chị đọc một mã, gửi em", "Anh đọc một mã, sáu số, cho em"])
def test_a_pause_inside_a_phrase_hides_nothing(text: str, directory: Directory) -> None:
    """Alone, beside a link, or in a block."""
    assert "secret" in [hit.kind for hit in read_message(text, directory)]
    assert "secret" in [hit.kind for hit in read_message(f"{text} https://a.example/x", directory)]
    assert _read([text], directory) == [read_message(text, directory)]


def test_the_gate_lets_nothing_pass_that_the_reader_would_find(directory: Directory) -> None:
    """The gate may only say no where nothing is found."""
    from verifykb.message.normalise import readings
    from verifykb.message.scan import asks
    from verifykb.message.written import Written

    for text in _TEXTS:
        for plain in readings(text):
            found = asks(own_words=False).places(Written(plain, directory).line)
            assert not found or plain.codes.names_something(own_words=False) or plain.codes.has_things, text
