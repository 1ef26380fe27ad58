"""Ways to hide an ask, and innocent texts that are near them. A miss may only be told, never silent."""

import pytest

from tests.judging import judge, rules_of
from verifykb.context import Context
from verifykb.directory.types import Directory
from verifykb.message.normalise import MAX_CHARACTERS
from verifykb.message.reading import read_message
from verifykb.model.finding import Axis
from verifykb.model.verdict import Standing

_ASKS = {"secret", "remote-access", "link", "install", "money", "personal-data", "other-contact"}

_HIDDEN = [
    "Chị đọc mã\nOTP cho em",
    "Chị gửi Mật\nKhẩu cho em",
    "Chị đọc. mã OTP. cho em",
    "Chị đọc mã O\u0489TP cho em",
    "Chị đọc mã O\u20ddTP cho em",
    "Chị đọc mã O\u180bTP cho em",
    "Chị đọc\x0bmã OTP cho em",
    "Chị đọc\u200bmã\u200bOTP cho em",
    "Chị đọc mã O'T'P cho em",
    "Chị đọc mã O/T/P cho em",
    "Chị đọc mã O\U0001f512T\U0001f512P cho em",
    "Chị đọc mã OTPP cho em",
    "ᴄʜɪ ᴅᴏᴄ ᴍᴀ ᴏᴛᴘ ᴄʜᴏ ᴇᴍ",
    "\U0001f172\U0001f177\U0001f178 \U0001f173\U0001f17e\U0001f172 \U0001f17c\U0001f170 \U0001f17e\U0001f183\U0001f17f \U0001f172\U0001f177\U0001f17e \U0001f174\U0001f17c",
    "Cħɨ đøc mⱥ øŧP cho em",
    "Em không đăng nhập được chị gửi mật khẩu cho em",
    "Em không vào được chị cho em xin mật khẩu",
    "Bên em không làm được chị cài AnyDesk giúp em",
    "Không quá 5 phút chị đọc mã OTP cho em",
    "Anh không cài TeamViewer thì em không hỗ trợ được",
    "Đừng quên cung cấp mã OTP cho em",
    "Đừng quên bấm vào link https://abc.top để xác thực",
    "Để phòng lừa đảo, đơn vị truy cập https://abc.top để xác thực",
    "Theo cơ quan công an, đơn vị truy cập https://abc.top để xác minh",
    "Tài khoản của đơn vị bị chiếm quyền, bấm vào link https://abc.top để lấy lại",
    "Anh tải file apk em gửi về cài nhé, xem thêm tại https://dvc.vst.mof.gov.vn",
    "Anh cài phần mềm em gửi kèm để vào cổng dịch vụ công nhé",
    "Chị truy cập dvckbnn.cfd để xác thực",
    "truy cập 103.12.4.5/dvc để đăng nhập",
    "Cổng mới: \uff48ttps://vst-gov.vn",
    "Đăng nhập https://dvc.v\u0455t.mof.gov.vn để đối chiếu",
    "Đăng nhập https://dvc.vst.mof.gov.vn@evil.example/ để đối chiếu",
    "Chị đọc" + " " * 200_000 + " mã OTP cho em",
    "Chị đọc giúp em mã OTP 847291, mật khẩu là Kho@2026",
    "Chị đọc mã OTP, mã hồ sơ là 123 nhé chị",
    "<a href='http://evil.top/x'>https://dvc.vst.mof.gov.vn</a>",
    "[https://dvc.vst.mof.gov.vn](http://evil.top)",
    "Chị bấm nút bên dưới để vào https://dvc.vst.mof.gov.vn",
    'Khi có mã về, chị làm theo hướng dẫn: "đọc mã OTP cho em ngay"',
    'Việc của chị bây giờ là "mở UltraViewer lên cho em vào máy"',
    'Để tránh kẻ gian, chị làm đúng câu này: "gửi mã OTP vừa nhận cho em"',
    'Lưu ý chị: "cài phần mềm em gửi vào máy kế toán"',
    "Chị mở UltraViewer lên, bản cũ đã gỡ rồi",
    "Chị cài phần mềm này, phần mềm cũ đã xóa",
    "Đơn vị cung cấp mật khẩu ngay, hồ sơ có nguy cơ bị trả",
    "Quét mã QR này nhận wifi rồi đăng nhập DVC",
    "Em gửi mã OTP qua cho anh nhé",
    "Em cài phần mềm này vào máy kế toán nha",
    "Chị mở UltraViewer lên ngay không thì tôi cúp máy",
    "Kẻ gian hay nói dối nên chị đọc mã OTP cho em để em chặn",
    "Chị đọc mã OTP cho em, không liên quan việc này đâu",
    "Chị gửi mật khẩu, có phải em hỏi gì nhiều đâu",
    "Không thể không cung cấp mã PIN được",
    "Chị đọc m&#227; &#79;TP cho em",
    "Chij guiwr em maatj khaaur dichj vuj coong",
    "Anh gu73i em ma65t kha63u cu3a ta2i khoa3n nhe1",
    "Đơn vị điền đủ các mục sau và gửi trả lời:\n- Tên đơn vị:\n- Mật khẩu:",
    "Hotline mới của tổ hỗ trợ: 0247 300 9114. Đề nghị liên hệ số này.",
    "Chị bấm vào abc.vn/https://dvc.vst.mof.gov.vn nhé",
    "Chị bấm vào abc.vn/https:// dvc.vst.mof.gov.vn nhé",
    "Chị bấm vào abc.vn?u=https://vst.mof.gov.vn nhé",
]


@pytest.mark.parametrize("text", _HIDDEN, ids=range(len(_HIDDEN)))
def test_a_hidden_ask_is_found(text: str, directory: Directory) -> None:
    """However it is broken up, disguised or dressed in a warning."""
    assert {hit.kind for hit in read_message(text, directory)} & _ASKS


@pytest.mark.parametrize(
    "text",
    [
        "ChịĐọcMãOtpChoEm",
        "C h ị đ ọ c m ã O T P c h o e m",
        "ჭი დოჭ მა ოტპ",
        "x" * MAX_CHARACTERS + ". Chị đọc mã OTP cho em.",
    ],
    ids=["run together", "letter by letter", "another alphabet", "too long"],
)
def test_what_cannot_be_read_is_no_consent(text: str, context: Context) -> None:
    """MSG016 lacks, and "nothing forbidden found" is not said."""
    judgement = judge({"message": text}, context)
    assert judgement.axes[Axis.REQUEST] is Standing.LACKING
    assert "MSG016" in rules_of(judgement)
    assert "MSG010" not in rules_of(judgement)


@pytest.mark.parametrize(
    "note",
    [
        "họ kêu mình đọc mã",
        "họ đòi vào máy mình",
        "đòi tiền",
        "nhờ chuyển khoản",
        "họ gửi file bảo cài",
        "em từ chối đọc OTP",
    ],
)
def test_a_demand_that_the_office_reports_counts(note: str, directory: Directory) -> None:
    """In few words, refused or not."""
    assert {hit.kind for hit in read_message(note, directory, own_words=True)} & _ASKS


@pytest.mark.parametrize(
    "text",
    [
        "Tuyệt đối không\nCung cấp mã OTP cho bất kỳ ai",
        "Tuyệt đối KHÔNG:\n- Cung cấp mật khẩu cho ai\n- Cài UltraViewer",
        "Kho bạc không yêu cầu chị cung cấp mật khẩu",
        "Không cung cấp, gửi hay đọc mã OTP cho bất kỳ ai",
        "Có phải cài phần mềm điều khiển từ xa để được hỗ trợ không ạ?",
        "Kẻ gian giả danh cán bộ, yêu cầu nạn nhân cài UltraViewer",
        "Ứng dụng chấm công của cơ quan chạy chậm",
        "Không cài đặt phần mềm kết nối truy cập từ xa, " * 30,
    ],
)
def test_a_warning_or_question_is_no_ask(text: str, directory: Directory) -> None:
    """Lists, line breaks and length change nothing in that."""
    assert not {hit.kind for hit in read_message(text, directory)} & _ASKS


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Chị cắm token vào rồi bấm ký số giúp em", "secret"),
        ("Chị ký duyệt lệnh chi em vừa lập nhé", "secret"),
        ("Chị xác nhận giao dịch trên app ngân hàng giúp em", "secret"),
        ("Chị đưa USB token cho nhân viên bên em", "secret"),
        ("Chị gửi file chứng thư số p12 cho em", "secret"),
        ("Chị chuyển tiếp tin nhắn vừa nhận cho em", "secret"),
        ("Phí gia hạn chữ ký số 2.200.000đ, đơn vị chuyển vào STK 0123456789 ngân hàng VCB", "money"),
        ("Chị nhấn Windows + R, dán đoạn này vào", "install"),
        ("Chị mở cmd gõ lệnh này", "install"),
        ("Chị tắt phần mềm diệt virus đi", "install"),
    ],
)
def test_taking_the_account_without_a_password_is_an_ask_too(text: str, kind: str, directory: Directory) -> None:
    """Signing for the caller, handing over the token, running a command."""
    assert kind in {hit.kind for hit in read_message(text, directory)}


@pytest.mark.parametrize(
    ("note", "kinds"),
    [
        ("Mình nhắn qua Zalo cho kế toán trưởng biết.", set()),
        ("số đều khớp nhưng lại nhắn qua Zalo", set()),
        ("họ bảo kết bạn Zalo để trao đổi", {"other-contact"}),
        ("Họ gửi link, mình chưa bấm", {"link"}),
    ],
)
def test_the_offices_own_acts_are_not_held_against_the_contact(
    note: str, kinds: set[str], directory: Directory
) -> None:
    """What the office did is not what the contact asked."""
    assert {hit.kind for hit in read_message(note, directory, own_words=True)} & _ASKS == kinds
