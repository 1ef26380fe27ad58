"""Every fact of the directory against the text of the notices it cites."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from verifykb.directory.load import OFFICIAL, load
from verifykb.directory.types import Directory
from verifykb.errors import DirectoryError
from verifykb.model.contact import Ask, Service
from verifykb.rules import RULES

_NOTICES = Path(__file__).parents[2] / "docs" / "official"


def _line(directory: Directory, source: str) -> str:
    number, _, line = source.rpartition(":")
    text = (_NOTICES / directory.documents[number].file).read_text(encoding="utf-8")
    return text.splitlines()[int(line) - 1]


def _cited(node: Any) -> Iterator[str]:
    """Give every citation anywhere in the directory."""
    if isinstance(node, dict) or hasattr(node, "items"):
        for value in node.values():
            yield from _cited(value)
    elif isinstance(node, tuple | frozenset):
        for value in node:
            yield from _cited(value)
    elif isinstance(node, str) and re.fullmatch(r"[\w/-]+:\d+", node):
        yield node


def test_every_citation_leads_to_a_line_with_text(directory: Directory) -> None:
    """The directory's citations and the rules' all resolve."""
    cited = set(_cited(directory)) | {source for rule in RULES.values() for source in rule.sources if ":" in source}
    assert len(cited) > 20
    for source in cited:
        assert _line(directory, source).strip(), source


def test_every_citation_in_a_docstring_leads_to_a_line() -> None:
    """``964/TB-KBHG:30`` in the code is a line of that notice, too."""
    files = {"964/TB-KBHG": "964-TB-KBHG-2021-12-31.txt", "679/KBKH-KTNN": "679-KBKH-KTNN-2022-05-19.txt"}
    for path in Path("src/verifykb").resolve().rglob("*.py"):
        for number, line in re.findall(r"(964/TB-KBHG|679/KBKH-KTNN):(\d+)", path.read_text(encoding="utf-8")):
            lines = (_NOTICES / files[number]).read_text(encoding="utf-8").splitlines()
            assert lines[int(line) - 1].strip(), (path.name, number, line)


# What the notices print, where: (fact of the directory, every line that must hold it).
_PRINTED = [
    ("hotrocntt@vst.gov.vn", ["964/TB-KBHG:15", "964/TB-KBHG:30", "679/KBKH-KTNN:28", "679/KBKH-KTNN:38"]),
    ("02462764300", ["964/TB-KBHG:15", "964/TB-KBHG:30", "679/KBKH-KTNN:32", "679/KBKH-KTNN:38"]),
    *(
        (extension, ["964/TB-KBHG:15", "679/KBKH-KTNN:32"])
        for extension in ("88617", "88618", "88323", "88608", "88610", "88403", "88613", "88397")
    ),
    ("SDyymmdd-xxxxxx", ["964/TB-KBHG:30", "679/KBKH-KTNN:38"]),
    ("SD211208-123456", ["964/TB-KBHG:30"]),
    ("SD220519-123456", ["679/KBKH-KTNN:38"]),
    ("[SHKB&DVC]", ["964/TB-KBHG:17"]),
    ("[3110#DVC]", ["964/TB-KBHG:17"]),
    ("[2060#DVC]", ["679/KBKH-KTNN:30"]),
    ("7102/TB-KBNN ngày 28/12/2021", ["964/TB-KBHG:11", "679/KBKH-KTNN:26"]),
    ("kbnkhanhhoa@vst.gov.vn", ["679/KBKH-KTNN:74"]),
    ("8 ký tự", ["964/TB-KBHG:25", "679/KBKH-KTNN:24"]),
    ("ưu tiên hỗ trợ nhanh nhất", ["964/TB-KBHG:15", "679/KBKH-KTNN:28"]),
    ("thật sự cần thiết phải trao đổi trực tiếp", ["964/TB-KBHG:15", "679/KBKH-KTNN:32"]),
    ("phần mềm kết nối truy cập từ xa", ["964/TB-KBHG:27", "679/KBKH-KTNN:34"]),
    ("đường dẫn (link)", ["964/TB-KBHG:27", "679/KBKH-KTNN:34"]),
    ("mã pin chứng thư số", ["964/TB-KBHG:30"]),
    ("mã khóa chứng thư số", ["679/KBKH-KTNN:34"]),
    ("thông tin cá nhân", ["964/TB-KBHG:21", "679/KBKH-KTNN:34"]),
    ("chiếm đoạt tiền", ["964/TB-KBHG:21"]),
    ("Zalo", ["964/TB-KBHG:21"]),
    ("zalo, viber", ["679/KBKH-KTNN:34"]),
    ("Cảnh báo rủi ro", ["679/KBKH-KTNN:36"]),
    ("KBNN nơi giao dịch", ["679/KBKH-KTNN:36"]),
    ("xác nhận lại thông tin trước", ["679/KBKH-KTNN:44"]),
    ("Phần mềm và tài liệu hướng dẫn", ["964/TB-KBHG:32", "679/KBKH-KTNN:42"]),
    ("khiếu nại, tố cáo", ["TB-SKHCN:9", "TB-SKHCN:15"]),
    ("tối thiểu 1 lần/ tháng", ["TB-SKHCN:17"]),
    ("VPN Site to Site", ["TB-SKHCN:19"]),
    ("Thanh tra tỉnh", ["TB-SKHCN:25"]),
]


@pytest.mark.parametrize(("printed", "sources"), _PRINTED, ids=[row[0] for row in _PRINTED])
def test_a_fact_stands_in_the_notice_that_is_cited_for_it(
    printed: str, sources: list[str], directory: Directory
) -> None:
    """The words are on the cited line, and the line is cited by the directory."""
    cited = set(_cited(directory))
    for source in sources:
        assert printed in _line(directory, source)
        assert source in cited, f"the directory does not cite {source}"


def test_the_directory_holds_what_the_notices_publish(directory: Directory) -> None:
    """Contacts, code, subject and dates, value by value."""
    support = directory.support
    assert support.mailbox.address == "hotrocntt@vst.gov.vn"
    assert support.switchboard.number == "02462764300"
    assert support.switchboard.extensions == tuple("88617 88618 88323 88608 88610 88403 88613 88397".split())
    assert set(support.code.examples) == {"SD211208-123456", "SD220519-123456"}
    assert support.code.format == "SDyymmdd-xxxxxx"
    assert (support.subject.form, support.subject.misprint) == ("[SHKB#DVC]", "[SHKB&DVC]")
    assert support.password_rule.minimum_characters == 8
    assert support.switchboard.fax == "02462764367"
    assert support.official_channels == {"phone", "email"}
    assert {channel.value for channel in support.impostor_channels} == {"phone", "sms", "zalo", "viber"}


def test_only_the_treasury_service_publishes_a_contact(directory: Directory) -> None:
    """The third notice names no support contact; it names whom to ask."""
    published = {service for service, entry in directory.services.items() if entry.support}
    assert published == {Service.DVC}
    assert "Thanh tra" in directory.services[Service.KNTC].ask


def test_the_review_comes_180_days_after_the_issue(directory: Directory) -> None:
    """Contacts are dated data, never constants."""
    assert (directory.review_by - directory.issued).days == 180
    assert len(directory.sha256) == 64


@pytest.mark.parametrize("ask", [ask for ask in Ask if ask is not Ask.NOTHING])
def test_a_prohibited_ask_cites_the_same_lines_as_its_rule(ask: Ask, directory: Directory) -> None:
    """The rule table and the directory agree on why an ask is prohibited."""
    rule = {
        Ask.SECRET: "MSG001", Ask.REMOTE_ACCESS: "MSG002", Ask.LINK: "MSG003", Ask.INSTALL: "MSG004",
        Ask.MONEY: "MSG005", Ask.PERSONAL_DATA: "MSG006",
    }[ask]  # fmt: skip
    assert RULES[rule].sources == directory.support.prohibited[ask]


_GOOD = OFFICIAL.read_text(encoding="utf-8")
# (what is done to the good file, key that is named, its line text, kind of problem)
_BROKEN = [
    ("serial = 1", "serial = 'one'", "serial", "wrong-type"),
    ("serial = 1\n", "", "serial", "missing-key"),
    ("serial = 1", "serial = 1\nserail = 2", "serail", "unknown-key"),
    ("review_by = 2027-05-21", "review_by = 2020-01-01", "review_by", "review-before-issue"),
    ('address = "hotrocntt@vst.gov.vn"', 'address = "Hotro@vst"', "services.dvc.mailbox.address", "wrong-spelling"),
    ('number = "02462764300"', 'number = "2462764300"', "services.dvc.switchboard.number", "wrong-spelling"),
    ('official = ["phone", "email"]', 'official = ["fax"]', "services.dvc.channels.official", "unknown-value"),
    ('owner = "Bộ Tài chính"', 'owner = ""', "mail_domains.owner", "empty"),
    ('form = "[SHKB#DVC]"', 'frm = "[SHKB#DVC]"', "services.dvc.subject.form", "missing-key"),
    ('"TB-SKHCN:25"', '"TB-SKHCN:26"', "services.kntc.ask_source", "unknown-source"),
    ("last_confirmed = 2022-05-19", "last_confirmed = 2020-05-19", "services.dvc.mailbox.last_confirmed", "confirmed-before-published"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "key", "problem"), _BROKEN, ids=[row[3] for row in _BROKEN])
def test_a_malformed_directory_names_file_line_and_key(
    good: str, bad: str, key: str, problem: str, tmp_path: Path
) -> None:
    """Whoever keeps the file finds the place."""
    assert good in _GOOD
    file = tmp_path / "directory.toml"
    file.write_text(_GOOD.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(DirectoryError) as caught:
        load(file)
    assert caught.value.key == f"directory-{problem}"
    assert caught.value.values["file"] == str(file)
    assert caught.value.values["key"] == key
    line = int(caught.value.values["line"])
    near = file.read_text(encoding="utf-8").splitlines()[max(0, line - 1)]
    if problem != "missing-key":
        assert key.rpartition(".")[2] in near


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"serial = ", "syntax"), (b"\xff\xfe", "encoding"), (None, "unreadable")],
)
def test_an_unreadable_directory_is_an_error_of_ours(content: bytes | None, problem: str, tmp_path: Path) -> None:
    """No traceback, whatever the file is."""
    file = tmp_path / "directory.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DirectoryError) as caught:
        load(file)
    assert caught.value.key == f"directory-{problem}"
