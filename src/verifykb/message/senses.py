"""Words that become one another without their marks, and short forms. Data.

A token with several meanings is spelt by its meaning: capitals mark the one that an ask or a
negation is made of, a trailing ``x`` one that means something else and must not match.
"""

from typing import NamedTuple


class Sense(NamedTuple):
    """How a bare word is read: by the word that follows, else the usual meaning."""

    by_next: dict[str, str]
    usual: str

    def choose(self, following: str) -> str:
        """Give the token for the word, given the one after it."""
        return self.by_next.get(following, self.usual)


# folded word -> {spelling with marks: token, "": token for any other marked spelling}.
# A bare spelling listed here is a word of its own in a text that uses marks.
MARKED: dict[str, dict[str, str]] = {
    "an": {"ấn": "AN", "": "an"},
    "anh": {"ảnh": "hinh", "": "anh"},
    "ban": {"bạn": "ban", "bắn": "BAN", "": "banx", "ban": "banx"},
    "bac": {"bác": "BAC", "": "bac"},
    "bam": {"bấm": "bam", "": "bamx"},
    "bao": {"báo": "bao", "bảo": "bao", "": "baox", "bao": "baox"},
    "bat": {"bật": "bat", "bắt": "BAT", "": "batx"},
    "cai": {"cài": "cai", "cái": "caix", "": "caix"},
    "cam": {"cấm": "cam", "": "camx"},
    "chi": {"chị": "chi", "chỉ": "CHI", "": "chix", "chi": "chix"},
    "cho": {"chớ": "CHO", "chờ": "chox", "": "chox", "cho": "cho"},
    "chuyen": {"chuyện": "chuyenx", "chuyên": "chuyenz", "": "chuyen"},
    "co": {"cô": "chi", "có": "co", "": "cox"},
    "dan": {"dán": "DAN", "": "dan"},
    "dat": {"đặt": "dat", "": "datx"},
    "de": {"để": "de", "đề": "dej", "": "dex"},
    "dien": {"điền": "DIEN", "": "dien"},
    "doc": {"đọc": "doc", "": "docx"},
    "doi": {"đòi": "DOI", "đổi": "doix", "": "doiz"},
    "dong": {"đóng": "DONG", "": "dongx"},
    "dua": {"đưa": "dua", "": "duax"},
    "dung": {"đừng": "DUNG", "dùng": "dungx", "": "dungz"},
    "gap": {"gấp": "gap", "": "gapx"},
    "go": {"gỡ": "go", "": "gox"},
    "gui": {"gửi": "gui", "": "gui"},
    "hay": {"hãy": "hay", "": "hayx", "hay": "hayx"},
    "ho": {"họ": "ho", "hộ": "giup", "": "hox"},
    "hoi": {"hỏi": "hoi", "": "hoix"},
    "ke": {"kẻ": "KE", "": "kex"},
    "ma": {"mã": "ma", "mà": "MA", "": "max"},
    "mo": {"mở": "mo", "": "mox"},
    "nap": {"nạp": "nap", "": "napx"},
    "nhan": {"nhấn": "bam", "nhắn": "nhan", "nhận": "nhanj", "": "nhanx"},
    "nho": {"nhờ": "nho", "": "nhox"},
    "no": {"nó": "ho", "": "nox"},
    "noi": {"nói": "noi", "nối": "noij", "": "noix"},
    "quang": {"quăng": "QUANG", "": "quang"},
    "so": {"số": "so", "": "sox"},
    "tai": {"tải": "tai", "tại": "taij", "tài": "taif", "": "taix"},
    "the": {"thẻ": "THE", "": "the"},
    "tien": {"tiền": "tien", "": "tienx"},
    "toi": {"tôi": "toi", "": "toix"},
    "vo": {"vô": "vao", "": "vox"},
}

# folded word -> spellings that are another word than the one the phrase table means by it:
# trú and trụ are not trừ. They are read as the word with an ``X`` behind it.
OTHERS: dict[str, frozenset[str]] = {
    plain: frozenset(spellings.split())
    for plain, spellings in {
        "ai": "ải ái", "bi": "bí bỉ bì", "biet": "biệt", "can": "căn cân cản cạn cán", "cham": "chấm chạm chăm châm",
        "che": "chế chê chè chẻ", "chua": "chùa chúa chua chứa chữa", "con": "con cơn cồn côn", "cu": "cũ cụ củ cú cư cử",
        "da": "da đá đa dạ", "dang": "dạng đảng đăng dâng đáng đắng", "dau": "dấu đầu dầu đậu", "den": "đen đèn đền",
        "di": "di dì dị", "du": "dư dự dù du dụ", "duoc": "dược", "gio": "gió giỗ", "goi": "gói", "hoan": "hoan hoàn",
        "khi": "khí khỉ", "kho": "kho khô khổ", "khoi": "khối khói khởi khôi", "la": "lạ lá la lả", "lau": "lầu lậu lau",
        "lay": "lây lạy", "lien": "liên", "lo": "lô lỗ lọ lò", "mua": "mùa múa mưa", "nen": "nền nến nén", "neu": "nêu",
        "ngai": "ngài", "ngay": "ngày", "ngoai": "ngoại", "nha": "nhà nhã", "nhe": "nhẹ", "nua": "nửa", "qua": "quá quà quả",
        "quen": "quen", "roi": "rơi rời rối", "sang": "sáng sảng sàng", "tat": "tất tật", "thay": "thấy thầy",
        "thi": "thi thí thị", "thuong": "thương thưởng thượng", "ton": "tồn tôn", "tra": "tra trà trá", "tre": "trẻ tre",
        "trong": "trống trọng trồng", "tru": "trú trụ trữ", "tu": "từ tư tứ tử", "vay": "vậy váy vây", "ve": "vé vẻ vẽ", "voi": "vôi vòi voi",
        "vua": "vua vữa",
    }.items()
}  # fmt: skip


def _next(token: str, words: str) -> dict[str, str]:
    return dict.fromkeys(words.split(), token)


_ACTS = "cung gui doc dua cho bao noi khai tiet chia bam an nhan click truy vao mo cai tai quet chuyen nop dang lam tin nghe"
# bare word -> how it is read.
BARE: dict[str, Sense] = {
    "an": Sense(_next("AN", "vao nut link"), "an"),
    "anh": Sense(_next("hinh", "chan cccd can chup man bia mat selfie ho the"), "anh"),
    "bao": Sense(_next("baox", "gio nhieu gom mat tri hiem ve dam hanh lanh cao quan cong cho ngoai"), "bao"),
    "cai": Sense(
        _next("cai", "dat phan app ung ultra ultraview ultraviewer teamviewer team anydesk any rustdesk file goi len "
              "giup them lai dum gium ho de vao apk cong bo tool ban duoi phien setup"), "caix"),
    "cho": Sense(_next("CHO", "bam click tin"), "cho"),
    "co": Sense({}, "co"),
    "cam": Sense(_next("camx", "on token usb vao day sac dien thay the tay do"), "cam"),
    "de": Sense(_next("dej", "nghi"), "de"),
    "dien": Sense(_next("dien", "thoai tu bien luc mat dan tich"), "DIEN"),
    "doi": Sense(_next("DOI", "otp phi lien the zalo cccd anh so ma tien cai pin ultraview ultraviewer teamviewer chuyen xem dieu") | _next("doix", "mat mk pass sang thanh lai"), "doiz"),
    "dong": Sense(_next("DONG", "phi tien le"), "dongx"),
    "dua": Sense(_next("duax", "gia kia nao lua nay do tu con tre xung"), "dua"),
    "dung": Sense(_next("DUNG", _ACTS), "dungx"),
    "gap": Sense(_next("gapx", "em anh chi loi kho nhau co ban truong su lai toi ai van mot phai nguoi can"), "gap"),
    "hay": Sense(_next("hayx", "khong la otp pin ma mat khau"), "hay"),
    "ho": Sense(_next("hox", "so tro khau tich chieu") | _next("giup", "em minh toi e chau"), "ho"),
    "ke": Sense(_next("KE", "gian xau lua gia mao trom danh ganh"), "kex"),
    "ma": Sense(
        _next("ma", "otp pin xac khoa bao vua kich dang token bi qr nay do 6 sau so ve tren kich truy chung nhan may "
              "cho ngan giao moi trong"), "MA"),
    "no": Sense(_next("ho", "doi bao goi xin hoi yeu cu gui bat keu noi nhan cho dua de muon ru con lai"), "no"),
    "noi": Sense(_next("noix", "bo giao nhan dung quy"), "noi"),
    "nhan": Sense(
        _next("bam", "vao nut link")
        | _next("nhan", "tin cho lai qua giup em ve ma mat otp pin toi so"), "nhanj"),
    "nho": Sense({}, "nho"),
    "so": Sense({}, "so"),
    "tai": Sense(
        _next("tai", "ve app phan ung file goi bo xuong ultra ultraview ultraviewer teamviewer team anydesk any apk "
              "tool ban tep len duoi mau huong hinh")
        | _next("taif", "khoan lieu chinh san vu"), "taij"),
    "the": Sense(_next("THE", "cao nap ngan atm can tin visa dien vina viettel mobi garena"), "the"),
    "tien": Sense(_next("tienx", "hanh trinh do loi ich"), "tien"),
    "toi": Sense(_next("toix", "da han chieu mai thieu uu nay"), "toi"),
}  # fmt: skip

# bare word -> how it is read behind a word: "ca nhan" is cá nhân.
BARE_BEHIND: dict[str, dict[str, str]] = {
    "cai": _next("cai", "keu bao doi bat cau nho rang roi tu gui DOI"),
    "the": _next("THE", "nap mua so cao"),
    "nhan": _next("nhanx", "ca nan cong tu phap chung chu"),
    "co": _next("chi", "cua cho nho"),
    "hay": _next("hayx", "mem otp link khau app tin dan qr pin"),
    "dung": _next("dungz", "ung su ap van tac tam noi xay chan"),
}

# Words whose marks do not settle the meaning either: bảo mật, bảo đọc.
ALWAYS_OPEN = frozenset({"bao"})

# short form -> words. Only forms that mean one thing in such messages.
SHORT_FORMS: dict[str, str] = {
    "gởi": "gui", "guii": "gui", "chuyenkhoan": "chuyen khoan", "chuyentien": "chuyen tien", "maotp": "ma otp", "mapin": "ma pin",
    "taikhoan": "taif khoan", "phanmem": "phan mem", "truycap": "truy cap", "dangnhap": "dangX nhap", "caidat": "cai dat",
    "duonglink": "duong link", "cancuoc": "can cuoc",     "k": "khong", "ko": "khong", "kg": "khong", "khg": "khong", "hok": "khong", "hk": "khong", "hong": "khong",
    "hem": "khong", "khog": "khong", "kog": "khong", "kh": "khong", "kp": "khong phai", "kdc": "khong duoc", "dc": "duoc", "dk": "duoc",
    "e": "em", "a": "anh", "c": "chi", "ac": "anh chi", "mn": "moi nguoi", "vs": "voi", "wa": "qua", "r": "roi",
    "nt": "nhan tin", "ib": "inbox", "inb": "inbox", "ktra": "kiem tra", "tn": "tin nhanx", "ms": "moi",
    "ck": "chuyen khoan", "cks": "chu ky so", "cts": "chung thu so", "tk": "taif khoan", "mkhau": "mat khau",
    "matkhau": "mat khau", "dt": "dien thoai", "dthoai": "dien thoai", "sdt": "so dien thoai", "sđt": "so dien thoai",
    "stk": "so taif khoan", "ttcn": "thong tin ca nhanx", "kb": "kho bac", "kbnn": "kho bac", "dvct": "dich vu cong",
    "dvc": "dich vu cong", "dvctt": "dich vu cong", "ktt": "ke toan truong", "mail": "email", "gmail": "email",
    "ultraview": "ultraviewer", "utraview": "ultraviewer", "ultravew": "ultraviewer", "ultra": "ultraviewer",
    "ultraviewr": "ultraviewer", "uitraviewer": "ultraviewer", "utraviewer": "ultraviewer", "ultaview": "ultraviewer",
    "teamview": "teamviewer", "teamviewr": "teamviewer", "anydesh": "anydesk", "zl": "zalo", "zelo": "zalo",
    "dg": "dang", "ng": "nguoi", "đag": "dang", "ad": "anh", "gd": "giao dich", "nh": "ngan hang", "pls": "please",
    "plz": "please", "dont": "khong", "pw": "password", "passwd": "password", "pwd": "password",
}  # fmt: skip
