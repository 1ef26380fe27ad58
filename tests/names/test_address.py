"""What we accept as one mailbox, the standard library reads the same way; the rest is malformed."""

from email import message_from_string
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifykb.checks import sender
from verifykb.directory.types import Directory
from verifykb.names.address import Address, read_address

_PIECES = st.sampled_from(
    ["hotrocntt", "@", "vst.gov.vn", "evil.example", " ", "<", ">", '"', ",", ";", ":", "(", ")", "\\", ".", "Kho bạc",
     "Ban CNTT", "a", "=?utf-8?q?x?=", "[", "]", "'", "+", "-", "1"]
)  # fmt: skip


@given(value=st.lists(_PIECES, min_size=1, max_size=9).map("".join))
def test_what_is_accepted_is_read_the_same_by_the_standard_library(value: str) -> None:
    """One mailbox, no defects, the same address (RFC 5322, 3.4)."""
    read = read_address(value)
    if not isinstance(read, Address) or not read.domain.isascii():
        return
    header = message_from_string(f"From: {value.strip()}\n\n", policy=default)["From"]
    assert not header.defects
    assert len(header.addresses) == 1
    (address,) = header.addresses
    assert address.username == read.local
    assert address.domain.removesuffix(".") == read.domain


@pytest.mark.parametrize("unit", ["a", "a.", "@", "<", '"', "vst.gov.vn.", "xn--", "а", "hotrocntt@vst.gov.vn,", "("])
def test_a_megabyte_of_sender_is_judged(unit: str, directory: Directory) -> None:
    """Length is no way to make it wait or fail."""
    assert sender.assess(unit * (1_000_000 // len(unit)), directory)
    assert sender.assess(f"a@{unit * (1_000_000 // len(unit))}", directory)
