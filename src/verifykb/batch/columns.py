"""The columns of a contact record, and every header and word that is accepted for them.

Source: docs/contract.md, section 6. Headers and words are compared without case, marks and punctuation.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from verifykb.model.contact import Ask, Channel, Service
from verifykb.text.marks import strip_marks

COLUMNS = (
    "id", "case", "received_at", "channel", "code", "sender", "phone", "extension", "message",
    "note", "mail", "own_request", "called_back", "asks", "service",
)  # fmt: skip
# A record that has none of these reports no contact.
IDENTIFYING = ("code", "sender", "phone", "message", "note", "mail")

_HEADERS = {
    "id": "stt, s.t.t, tt, số tt, số thứ tự, thứ tự, mã số, mã bản ghi, số hiệu, no",
    "case": "vụ việc, vụ, mã vụ việc, mã vụ, mã sự vụ, sự vụ, hồ sơ, sự việc",
    "received_at": "thời gian, thời điểm, ngày giờ, ngày, ngày nhận, giờ nhận, thời gian nhận, ngày tháng, "
    "ngày tháng năm, ngày giờ nhận, ngày liên hệ, thời gian liên hệ, thời gian tiếp nhận, ngày tiếp nhận, ngày gọi, "
    "thời gian gọi, ngày liên lạc, thời gian liên lạc, giờ liên lạc, "
    "giờ, giờ gọi, giờ liên hệ, giờ tiếp nhận, hour, date, time, datetime, date time, received",
    "channel": "kênh, kênh liên hệ, kênh liên lạc, hình thức, hình thức liên hệ, hình thức liên lạc, phương thức, qua kênh",
    "code": "mã yêu cầu, mã, mã hỗ trợ, mã hỗ trợ sd, mã yêu cầu hỗ trợ, mã yêu cầu sd, mã số yêu cầu, mã sd, số sd, "
    "mã sdyymmdd xxxxxx, mã yêu cầu sdyymmdd xxxxxx, mã hỗ trợ sdyymmdd xxxxxx, request code",
    "sender": "người gửi, email, e-mail, địa chỉ email, địa chỉ thư, địa chỉ thư điện tử, "
    "email người gửi, địa chỉ mail, địa chỉ người gửi, hòm thư, thư điện tử, email address, e-mail address, from",
    "phone": "số điện thoại, điện thoại, sđt, số đt, số gọi đến, số máy, số gọi, số máy gọi đến, sđt gọi đến, "
    "số điện thoại gọi đến, số điện thoại liên hệ, sđt liên hệ, số điện thoại người gọi, đt, số, phone number",
    "extension": "máy lẻ, số máy lẻ, máy nhánh, số nội bộ, nhánh, số lẻ, ext",
    "message": "nội dung, nội dung tin nhắn, tin nhắn, lời nhắn, nội dung liên hệ, "
    "nội dung trao đổi, nội dung yêu cầu, nội dung thư, nội dung cuộc gọi, nội dung gọi, nội dung email, "
    "nội dung liên lạc, tóm tắt, tóm tắt nội dung, text",
    "note": "ghi chú, ghi chép, nhận xét, ghi chú của đơn vị, notes, comment",
    "mail": "tệp thư, file thư, tập tin thư, file mail, tệp mail, file email, tệp email, mail file",
    "own_request": "yêu cầu của đơn vị, yêu cầu của ta, đơn vị đã yêu cầu, mã của đơn vị, đã gửi yêu cầu, "
    "ta yêu cầu, đúng yêu cầu của đơn vị",
    "called_back": "đã gọi lại, đã gọi lại chưa, gọi lại chưa, gọi lại, gọi lại tổng đài, đã gọi tổng đài, đã gọi lại tổng đài",
    "asks": "họ yêu cầu gì, đòi hỏi, họ đòi gì, yêu cầu gì, đề nghị gì, họ yêu cầu",
    "service": "dịch vụ, hệ thống, phần mềm",
}
_CHANNELS = {
    Channel.PHONE: "điện thoại, gọi điện, cuộc gọi, gọi, call, telephone, tel, điện thoại bàn, di động",
    Channel.EMAIL: "e-mail, mail, thư điện tử, thư, hòm thư",
    Channel.SMS: "tin nhắn, tin nhắn sms, nhắn tin, mms, tin nhắn điện thoại",
    Channel.ZALO: "zalo chat, nhắn zalo, chat zalo, gọi zalo, zalo oa, zalo call",
    Channel.VIBER: "viber chat",
    Channel.TELEGRAM: "tele",
    Channel.MESSENGER: "facebook messenger, fb messenger, mess",
    Channel.FACEBOOK: "fb",
    Channel.WHATSAPP: "whats app",
    Channel.OTHER: "khác, kênh khác, skype, teams, zoom, wechat, line, tiktok, instagram, chat, web, website, "
    "fax, công văn, giấy, văn bản, trực tiếp, gặp trực tiếp, others, unknown",
}
_ASKS = {
    Ask.NOTHING: "không, không gì, không đòi gì, không yêu cầu gì",
    Ask.SECRET: "mật khẩu, otp, mã otp, mã pin, pin, password, secrets",
    Ask.REMOTE_ACCESS: "remote access, remote_access, điều khiển từ xa, truy cập từ xa, ultraviewer, teamviewer, anydesk",
    Ask.LINK: "đường dẫn, links, bấm link",
    Ask.INSTALL: "cài đặt, cài phần mềm, cài ứng dụng",
    Ask.MONEY: "tiền, chuyển tiền, chuyển khoản",
    Ask.PERSONAL_DATA: "personal data, personal_data, thông tin cá nhân, dữ liệu cá nhân, cccd",
}
_SERVICES = {
    Service.DVC: "dvctt, dịch vụ công, dịch vụ công trực tuyến, kbnn, kho bạc",
    Service.KNTC: "khiếu nại tố cáo, khiếu nại, tố cáo",
    Service.OTHER: "khác",
}
# Yes, no and "nobody said" as people write them in a cell.
_YES = "có, co, yes, y, x, v, 1, 1.0, true, t, đúng, rồi, đã, ok, ✓, ✔, ☑"
_NO = (
    "❌, ✖, ×, ☒, không, khong, ko, k, no, n, 0, 0.0, false, f, sai, chưa, chua, không có, chưa có, không phải, ✗, ✘, ☐"
)
_UNSAID = "máy bận, bận, đang bận, ?, -, --, –, n/a, na, không rõ, khong ro, chưa rõ, không biết, không nhớ, unknown, null, none, nan, nat, <na>, inf, undefined, trống, rỗng, blank, empty"
_ETH = str.maketrans("Ðð", "Đđ")  # looks the same, and is typed instead
_MIN_EVIDENCE_LETTERS = 2  # "." and "—" are no evidence
# A text with one of these words denies, doubts or puts off: it can be no evidence of a yes.
_DENIAL = (
    r"\b(?:khong|ko|k|kg|khg|kh|hok|hong|hem|chua|chang|cha|dau co|no|not|nobody|nil|none|nope|never|cannot|cant|unable|(?:did|do|does|was|were|is|are|could|would|wo|has|have|had|should)nt|failed|busy|pending|later|maybe|tbd|"
    r"dinh|hen|hut|nham|quen|co le|(?:ho|ben kia|ben do|doi tuong|they|no) (?:\w+ )?(?:goi|call\w*))\b"
)
# Hearsay, plans, and calls or codes that came from the other side are no evidence either.
_HEARSAY = (
    r"\b(?:theo loi|hinh nhu|chac la|nghe noi|nghe bao|don vi khac|noi khac|"
    r"ho (?:vua |moi |da |vua moi )?(?:doc|noi|bao|dua|cho|gui|nhan)|so (?:ho|trong|tren)|(?:mai|lat|lat nua|sap|chuan bi) (?:\w+ )?goi|"
    r"(?:kho bac|kbnn|tong dai|can bo|nhan vien|treasury|support)(?: \w+){0,2} (?:goi|called)(?: lai| back)?|"
    r"goi (?:lai |den |toi )?cho (?:ke toan|minh|toi|em|don vi|chi|anh|van phong)|(?:called|rang|phoned) (?:us|me)|incoming)\b"
)
# The same in words that mean something else without their marks.
_DENIAL_MARKED = r"\b(?:sẽ|đợi|chờ|bận|đừng|đang gọi|chả|chưa|se goi|dung goi)\b"


def key_of(text: str) -> str:
    """Fold a header or word for comparing: no marks, no case, single spaces."""
    folded = strip_marks(text).lower().replace("_", " ")
    return " ".join(re.sub(r"[\s.:*()\[\]]+", " ", folded).split())


def header_key(text: str) -> str:
    """Fold a header for comparing: as `key_of`, and no punctuation, nothing invisible, any letter Đ."""
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf").translate(_ETH)
    return " ".join(re.sub(r"[\W_]+", " ", key_of(seen)).split())


def _table(rows: dict[str, str], key: Callable[[str], str] = key_of) -> dict[str, str]:
    table = {}
    for name, words in rows.items():
        for word in (name, *words.split(", ")):
            table[key(word) or word] = name
    return table


@cache
def headers() -> dict[str, str]:
    """Give the column for every accepted header, by its `header_key`."""
    return _table({column: _HEADERS[column] for column in COLUMNS}, header_key)


@cache
def channels() -> dict[str, str]:
    """Give the channel for every accepted word, by its key."""
    return _table({name.value: words for name, words in _CHANNELS.items()})


@cache
def asks() -> dict[str, str]:
    """Give the kind of request for every accepted word, by its key."""
    return _table({name.value: words for name, words in _ASKS.items()})


@cache
def services() -> dict[str, str]:
    """Give the service for every accepted word, by its key."""
    return _table({name.value: words for name, words in _SERVICES.items()})


@cache
def answers() -> dict[str, str]:
    """Give ``yes``, ``no`` or an empty text (nobody said) for every accepted word."""
    table = {}
    for meaning, words in (("yes", _YES), ("no", _NO), ("", _UNSAID)):
        for word in words.split(", "):
            table[key_of(word) or word] = meaning
    return table


def denies(text: str) -> bool:
    """Whether a free text denies, doubts or says nothing, so that it is no evidence of a yes."""
    if len(re.findall(r"[^\W_]", text)) < _MIN_EVIDENCE_LETTERS or re.fullmatch(
        r"[-+]?\d{1,3}(?:[.,]\d*)?|#[A-Z/0]+[!?]?", text.strip()
    ):
        return True
    plain = key_of(text.replace("'", "").replace("’", ""))
    return bool(re.search(_DENIAL, plain) or re.search(_HEARSAY, plain) or re.search(_DENIAL_MARKED, text.lower()))
