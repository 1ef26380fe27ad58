"""Names as people write them, as the names that DNS is asked for."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dns.example_com import found, judged
from verifykb.dns.domain_name import NameProblemError, to_a_labels
from verifykb.render.domain_report import as_finding
from verifykb.wording import LANGUAGES, Wording

NAMES: dict[str, str | None] = {
    # as written -> as asked, None for no name
    "Example.COM.": "example.com",
    " example.com ": "example.com",
    "khobạc.vn": "xn--khobc-m11b.vn",
    "KHOBẠC.VN": "xn--khobc-m11b.vn",
    "kho\u0062a\u0323c.vn": "xn--khobc-m11b.vn",
    "xn--khobc-m11b.vn": "xn--khobc-m11b.vn",
    "a--b.example.com": "a--b.example.com",
    "xn--.vn": None, "xn--a.vn": None, "vn": None, "": None, ".": None, "a..vn": None, "-a.vn": None, "a-.vn": None,
    "a_b.vn": None, "192.0.2.1": None, "a b.vn": None, "a@b.vn": None, "https://b.vn": None, "a\u200bb.vn": None,
    "ｖst.gov.vn": None, "vst。gov.vn": None, "\x1b[31m.vn": None, "\udcff.vn": None, "*.vn": None,
    "a" * 64 + ".vn": None, "a." * 130 + "vn": None, "á" * 5000 + ".vn": None,
}  # fmt: skip


@pytest.mark.parametrize(("written", "asked"), NAMES.items())
def test_a_name_is_taken_strictly_or_not_at_all(written: str, asked: str | None) -> None:
    """Strict IDNA: nothing is mapped to another name; what is no name is a result, not a crash."""
    if asked is None:
        with pytest.raises(NameProblemError):
            to_a_labels(written)
        posture = judged({}, written)
        assert list(found(posture)) == ["DOM002"]
        assert posture.is_malformed
        for language in LANGUAGES:
            assert Wording(language).sentence(as_finding(posture.findings[0]))
    else:
        assert to_a_labels(written) == asked


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_names(text: str) -> None:
    """A name is ASCII, or it is refused."""
    with suppress(NameProblemError):
        assert to_a_labels(text).isascii()
