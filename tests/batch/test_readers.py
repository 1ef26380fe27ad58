"""Tests of `read_log`: what stands in a log is read as it stands, or told; never guessed."""

import hashlib
import json
import unicodedata
from pathlib import Path

import pytest

from verifykb.batch.readers import read_log
from verifykb.batch.record import ReadOptions
from verifykb.batch.stream import MAX_RECORD_LINES
from verifykb.errors import InputError, UsageError
from verifykb.model.report import InputFile, Unreadable

CODE = "SD261120-004217"
Read = list[tuple[int, dict[str, str] | str]]


def read(folder: Path, content: bytes | str, name: str = "log.csv", **options: object) -> Read:
    """Give row and cells of each record, or row and error key."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    items = read_log(str(path), ReadOptions(**options), [])  # type: ignore[arg-type] # by name
    return [(item.row, item.key if isinstance(item, Unreadable) else item.cells) for item in items]


def error_key(folder: Path, content: bytes | str, name: str = "log.csv", **options: object) -> str:
    """Give the key of the error that refuses the whole file."""
    with pytest.raises(InputError) as caught:
        read(folder, content, name, **options)
    return caught.value.key


HEADERS = {
    "english": "received_at,channel,code,sender,phone,extension,message,note",
    "capitals": "RECEIVED_AT,Channel,CODE,Sender,PHONE,Extension,MESSAGE,Note",
    "vietnamese": "Thời gian,Kênh,Mã yêu cầu,Người gửi,Số điện thoại,Máy lẻ,Nội dung,Ghi chú",
    "no marks": "thoi gian,kenh,ma yeu cau,nguoi gui,so dien thoai,may le,noi dung,ghi chu",
    "padded": " Thời  gian ,Kênh:,Mã yêu cầu *,EMAIL, Số điện thoại,MÁY LẺ,Nội dung.,Ghi chú",
}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_headers_are_known_in_both_languages_and_any_spelling(tmp_path: Path, header: str, form: str) -> None:
    """Headers match whatever their language, case, marks, spacing or normal form."""
    header = unicodedata.normalize(form, header)  # type: ignore[arg-type] # a literal above
    names = ["received_at", "channel", "code", "sender", "phone", "extension", "message", "note"]
    cells = dict(zip(names, "abcdefgh", strict=True))
    assert read(tmp_path, f"{header}\n{','.join('abcdefgh')}\n") == [(2, cells)]


OFFICE_HEADERS = {
    "id": ["TT", "S.T.T", "Số TT", "No."],
    "received_at": ["Ngày/giờ", "Ngày, giờ", "Ngày - giờ", "Ngày tháng", "Thời gian gọi", "Ngày liên lạc"],
    "channel": ["Kênh liên lạc", "Hình thức"],
    "code": ["Mã hỗ trợ (SD)", "Mã yêu cầu (SDyymmdd-xxxxxx)", "Mã số yêu cầu"],
    "sender": ["Địa chỉ mail", "E-mail address", "Email\u200b"],
    "phone": ["Số ĐT", "Số máy gọi đến", "Ðiện thoại", "Số điện thoại liên hệ"],
    "message": ["Nội dung cuộc gọi", "Tóm tắt nội dung"],
    "called_back": ["Đã gọi lại?", "Đã gọi lại chưa?", "Gọi lại tổng đài"],
}


@pytest.mark.parametrize(
    ("column", "name"), [(column, name) for column, names in OFFICE_HEADERS.items() for name in names]
)
def test_headers_of_office_books_are_known(tmp_path: Path, column: str, name: str) -> None:
    """Signs, what is invisible, and a letter that only looks like Đ make no difference."""
    assert read(tmp_path, f'"{name}";màu\nx;y\n', keep_extra_columns=True) == [(2, {column: "x"})]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_delimiter_line_end_and_bom_are_recognised(tmp_path: Path, delimiter: str, end: str, bom: bytes) -> None:
    """A log reads the same with any of four delimiters, three line ends, with or without BOM."""
    rows = [("Mã yêu cầu", "Nội dung"), (CODE, "một,hai;ba|bốn".replace(delimiter, " "))]
    text = end.join(delimiter.join(row) for row in rows)
    expected = {"code": rows[1][0], "message": rows[1][1]}
    assert read(tmp_path, bom + text.encode()) == [(2, expected)]


READABLE: dict[str, tuple[str, Read]] = {
    "blank rows count": ("code\n\n\nA\n\nB\n", [(4, {"code": "A"}), (6, {"code": "B"})]),
    "blank rows above": ("\n,,\ncode\nA\n", [(4, {"code": "A"})]),
    "rows of commas": ("code,note\n,\nA,\n,,,,\n", [(3, {"code": "A", "note": ""})]),
    "titles of a spreadsheet above": (
        "SỔ THEO DÕI LIÊN HỆ,,\nTháng 11/2026,,\n,,\nMã yêu cầu,Nội dung,Ghi chú\nA,b,c\n",
        [(5, {"code": "A", "message": "b", "note": "c"})],
    ),
    "a title above a header with other signs between": (
        "Nhật ký, quý 4\ncode;note\nA;b,c\n",
        [(3, {"code": "A", "note": "b,c"})],
    ),
    "multi-line cell": (
        'code,note\nA,"x\ny"\nB,z\n',
        [(2, {"code": "A", "note": "x\ny"}), (3, {"code": "B", "note": "z"})],
    ),
    "doubled quote": ('code\n"a""b,c"\n', [(2, {"code": 'a"b,c'})]),
    "text of many lines that look like rows": (
        'code,note\nA,"' + "SD261120-004217,y\n" * 5000 + '"\nB,z\n',
        [(2, {"code": "A", "note": "SD261120-004217,y\n" * 5000}), (3, {"code": "B", "note": "z"})],
    ),
    "such a text behind broken quotes": (
        "code,note\n" + '"A"b,c\n' * 20 + 'A,"' + "SD261120-004217,y\n" * 15 + '"\n',
        [*((row, "row-quote") for row in range(2, 22)), (22, {"code": "A", "note": "SD261120-004217,y\n" * 15})],
    ),
    "header again": (
        "code,note\nA,b\nCODE,Ghi chú:\nB,c\n",
        [(2, {"code": "A", "note": "b"}), (4, {"code": "B", "note": "c"})],
    ),
    "header again behind a byte order mark": (
        "code,note\nA,b\n\ufeffcode,note,\nB,c\n",
        [(2, {"code": "A", "note": "b"}), (4, {"code": "B", "note": "c"})],
    ),
    "words of a header in a contact": (
        "channel,message,note\nĐiện thoại,Nội dung,Ghi chú\n,code,SD261120-004217\n",
        [
            (2, {"channel": "Điện thoại", "message": "Nội dung", "note": "Ghi chú"}),
            (3, {"channel": "", "message": "code", "note": "SD261120-004217"}),
        ],
    ),
    "literal quote": ('code,note\nA,5" tivi\n', [(2, {"code": "A", "note": '5" tivi'})]),
    "empty tail": ("code,note\nA,b,,,\n", [(2, {"code": "A", "note": "b"})]),
    "header only": ("code\n", []),
    "header without end": ("code", []),
}


@pytest.mark.parametrize(("content", "expected"), READABLE.values(), ids=READABLE)
def test_readable_rows_keep_their_number(tmp_path: Path, content: str, expected: Read) -> None:
    """Records keep their cells, and the row a spreadsheet would show."""
    assert read(tmp_path, content) == expected


UNREADABLE: dict[str, tuple[bytes, Read]] = {
    "too few cells": (b"code,note\nA\nB,c\n", [(2, "row-cells"), (3, {"code": "B", "note": "c"})]),
    "too many cells": (b"code\nA,b\nB\n", [(2, "row-cells"), (3, {"code": "B"})]),
    "NUL": (b"code\nA\0\nB\n", [(2, "row-nul"), (3, {"code": "B"})]),
    "cp1258 bytes": (
        b"code\n" + "Ph\u00f4".encode("cp1258") + b"\nB\n",
        [(2, "row-encoding"), (3, {"code": "B"})],
    ),
    "header of another table": (
        b"code,note\nA,b\nnote,code\nB,c\n",
        [(2, {"code": "A", "note": "b"}), (3, "row-header-again"), (4, {"code": "B", "note": "c"})],
    ),
    "header with a column nobody knows": (
        "Kênh,Nội dung,Ghi chú\nNội dung,Số điện thoại,Người nghe\nx,y,z\n".encode(),
        [(2, "row-header-again"), (3, {"channel": "x", "message": "y", "note": "z"})],
    ),
    "text behind a quote": (b'code\n"A"b\nB\n', [(2, "row-quote"), (3, {"code": "B"})]),
    "quote to the end": (
        b'code,note\nA,"b\nB,c\nC,d\n',
        [(2, "row-quote"), (3, {"code": "B", "note": "c"}), (4, {"code": "C", "note": "d"})],
    ),
    "quote up to a later one": (
        b'code,note\nA,"b\nB,"c"\nC,d\n',
        [(2, "row-quote"), (3, {"code": "B", "note": "c"}), (4, {"code": "C", "note": "d"})],
    ),
}


@pytest.mark.parametrize(("content", "expected"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_row_does_not_take_others_with_it(tmp_path: Path, content: bytes, expected: Read) -> None:
    """A bad row is told with its number, and every row behind it is still read."""
    assert read(tmp_path, content) == expected


@pytest.mark.parametrize("rows_behind", [3, 1200, MAX_RECORD_LINES - 1, MAX_RECORD_LINES, 50_000])
def test_a_stray_quote_swallows_no_row_of_a_long_log(tmp_path: Path, rows_behind: int) -> None:
    """However long the log, only the row with the open quote is lost."""
    rows = "".join(f"{number},x\n" for number in range(rows_behind))
    found = read(tmp_path, f'code,note\nA,"open\n{rows}')
    assert found[0] == (2, "row-quote")
    assert [row for row, _ in found] == list(range(2, 3 + rows_behind))
    assert found[-1] == (2 + rows_behind, {"code": str(rows_behind - 1), "note": "x"})


REFUSED: dict[str, tuple[bytes, str]] = {
    "UTF-16 with BOM": ("code,note\nA,b\n".encode("utf-16"), "file-encoding"),
    "UTF-16 without BOM": ("code,note\nA,b\n".encode("utf-16-le"), "file-encoding"),
    "cp1258 header": ("M\u00e2,note\nA,b\n".encode("cp1258"), "file-encoding"),
    "duplicate": (b"code,code\nA,b\n", "file-duplicate-column"),
    "two aliases": ("mã,Mã yêu cầu\nA,b\n".encode(), "file-duplicate-column"),
    "alias and name": ("phone;SĐT\nA;b\n".encode(), "file-duplicate-column"),
    "nothing known": (b"colour,size\nA,b\n", "file-unknown-column"),
    "a contact above the header": (b"0912345678,x\ncode,note\nA,b\n", "file-unknown-column"),
    "the header too far down": (b"colour,size\n" * 20 + b"code,note\nA,b\n", "file-unknown-column"),
    "unknown": (b"code,colour\nA,b\n", "file-unknown-column"),
}


@pytest.mark.parametrize(("content", "key"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_understood_is_refused(tmp_path: Path, content: bytes, key: str) -> None:
    """No header, no text, or columns that nobody can tell apart: the file is refused."""
    assert error_key(tmp_path, content) == key


def test_a_misspelt_column_gets_a_suggestion(tmp_path: Path) -> None:
    """The error names the column and the one that was probably meant."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, "cod,Nội dungg\nA,b\n")
    assert (caught.value.values["column"], caught.value.values["near"]) == ("cod", "code")


def test_unknown_columns_are_kept_out_on_request(tmp_path: Path) -> None:
    """With `keep`, unknown columns are passed over, duplicate known ones still refused."""
    content = "code,màu,màu\nA,đỏ,xanh\n"
    assert read(tmp_path, content, keep_extra_columns=True) == [(2, {"code": "A"})]
    assert error_key(tmp_path, "mã,code\n", keep_extra_columns=True) == "file-duplicate-column"
    assert error_key(tmp_path, "màu,cỡ\nA,b\n", keep_extra_columns=True) == "file-no-known-column"


@pytest.mark.parametrize("encoding", ["cp1258", "utf-16", "utf-16-le", "utf-8", "utf-8-sig"])
def test_a_named_encoding_is_used(tmp_path: Path, encoding: str) -> None:
    """A log in another encoding is read where the encoding is named."""
    content = "code;note\nA;chu\u00e2n\n".encode(encoding)
    assert read(tmp_path, content, encoding=encoding) == [(2, {"code": "A", "note": "chuân"})]


@pytest.mark.parametrize("encoding", ["nope", "utf-99", "utf 8\0"])
def test_a_name_that_is_no_text_encoding_is_wrong_use(tmp_path: Path, encoding: str) -> None:
    """`--encoding` takes the codecs that decode text, and no others."""
    with pytest.raises(UsageError) as caught:
        read(tmp_path, "code\nA\n", encoding=encoding)
    assert caught.value.key == "file-encoding-unknown"


def test_the_fingerprint_is_of_the_whole_file(tmp_path: Path) -> None:
    """`inputs` gets the SHA-256 of all bytes once the file was read to the end."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(json.dumps({"code": CODE}).encode() + b"\n\n\n")
    inputs: list[InputFile] = []
    list(read_log(str(path), ReadOptions(), inputs))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert inputs == [InputFile(path=str(path), sha256=digest)]
