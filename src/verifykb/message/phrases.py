"""What an ask looks like: phrases over tokens, as data. `reading` decides what is meant.

1. A sentence is its tokens with one space around each: `` chi doc cho em ma otp nhe ``.
2. Every gap is bounded (`gap`), so that no pattern can backtrack without limit.
3. An object alone is never an ask: "OTP" is commoner in genuine messages than in scams.
"""

import re


def gap(most: int) -> str:
    """Up to `most` tokens, as few as possible; never across a thing that ends a clause."""
    return rf"(?:\S+ ){{0,{most}}}?"


def words(alternatives: str) -> str:
    """A group of alternatives that are whole tokens; ends with the space after them."""
    return rf"(?:(?:{alternatives}) )"


# ------------------------------------------------------------------ who
# The writer, as the one to whom something is given.
ME = (
    "em|toi|chau|minh|tui|tao|ben em|ben nay|ben toi|ben minh|chung toi|chung em|anh|chi|BAC|me|us|our|"
    "can bo|ky thuat|ky thuat vien|nhan vien|doi[xz]? hox? tro|bo phan|kho bac|phong ky thuat|so nay|"
    "day|hom thu nay|zalo|email|he thong|ho|tong dai|cong chuc|to hox? tro|vien chuc|nguoi"
)
READER = (
    "chi|anh|BAC|ban|chu|anh chi|quy|don vi|ke toan|ke toan truong|chu taif khoan|thu truong|ong|ba|sep|you|quy vi|sếp"
)
# ------------------------------------------------------------------ secrets
_NOT_BATTERY = r"(?! (?:laptop|may|du|sac|dien|tieu|cmos|con|aa|dong|duphong|mat troi|lithium|kem|dt))"
SECRET = (
    r"mat ?khau(?! (?:wifi|file|mo file|giai nen))|mk(?! (?:file|hinh|anh|so|cai|may cai|bao|thay|nghi|khong|da|se|dang cho))|"
    rf"pass(?:word|code)?|(?:smart )?o+t+p+|ma o+t+p+|pin{_NOT_BATTERY}|ma pin|ma khoa|khoa bi mat|khoa rieng|chia khoa so|"
    r"ma (?:xac (?:thuc|nhanj?|minh)|bao mat|kich hoat|dang nhap|token|bi mat|giao dich|duyet|mo khoa)|"
    r"ma (?:vua|so vua|6 so|sau so|bon so|ve|tren|trong|gom|do|so bi mat|ngan hang|moi (?:ve|gui))|ma sms|"
    r"thong tin (?:dang nhap|truy cap|taif khoan dang)|(?:taif khoan|ten) (?:dang nhap|truy cap|va mat)|taif khoan dvc|"
    r"(?:day|may|cac|6|sau|nhung|bon|4|8|tam|chin|9) (?:con |chu )?so (?:\S+ ){0,4}?"
    r"(?:vua|tren man|trong tin|ngan hang|nhanj|gui|ve|hien|moi ve|trong sms|den|smart)|"
    r"(?:6|sau|bon|4|tam|8) (?:con |chu )?so(?= (?:,|nhe|di|nha|do|ay|cho|giup|$|vao|khong|no))|ma(?= (?:cho|giup) (?:em|toi|chau|ai|minh|anh|chi) )|mot ma(?= ,)|tung (?:con |chu )?so|trong tin (?:nhanx )?(?:\S+ ){0,3}?so|"
    r"(?:tin nhanx|tin|sms) (?:\S+ ){0,2}?(?:otp|xac)|"
    r"(?:verification|security|login|access|confirmation|digit|otp) codes?|credentials?|login (?:details|info|information)|"
    r"one time (?:codes?|pass\S*)|(?:chung thu so|chu ky so) (?:\S+ ){0,1}?pin|private key|(?:file )?(?:chung thu so|chu ky so) (?:p12|pfx)|file chung thu so|p12|pfx|(?:cai |chiec )?usb token|(?<!ma pin )(?<!mat khau )token(?= (?:cho|qua|ve|sang|len|den))|tin nhanx? (?:vua|moi) (?:nhanj|ve|gui|den|toix?)|user ?name"
)
_FOR_ME = r"(?:cho|giup|ho|dum|lai|ve|qua|den|toi|vao|voi|to|with|for|gium|rieng|sang)"
GIVE = (
    r"(?<!nha )cung cap|gui|gui lai|doc|dua|nhan|nhan tin|chuyen|bao|noi(?! chuyen)|khai|khai bao|chup|chia se|tiet lo|trao|"
    r"cho biet|ghi lai|ghi ra|tra loi|reply|confirm|send|give|tell|read|provide|share|forward|submit|inbox|"
    r"phan hoix?|thong bao lai|banx? giao|cap cho|dang ky(?= (?:ma|mat|pass|otp))|nhap giup (?:em|toi|chau|minh)|doi chieu|xac nhanj?|xac minh|paste|enter your|"
    r"chuyen tiep|cho xem|de lai|kem(?= (?:mat|pass|ma|otp))|DIEN vao|liet ke|nhac lai|hand over|let me have"
)
# The act may also stand behind the thing: "OTP thì chị đọc em nhé".
GIVE_AFTER = (
    r"(?<!nha )cung cap|gui|gui lai|doc|dua|nhan|nhan tin|khai|khai bao|chup|chia se|noi|bao (?:lai )?(?:cho |giup )?(?:em|toi|chau|minh|ben em)|ghi lai|ghi ra|tra loi|reply|"
    r"confirm|send|give|tell|read|provide|share|phan hoix?|tong hop|inbox|xin|text|nhap vao (?:o|khung|phan|muc)"
)
# Words by which the writer asks for a thing directly: "cho em xin", "em cần", "I need".
WANT = (
    rf"cho (?:{ME}) (?:xin|muon|biet|hoi|nhanx|lay|coi|xem)|xin|(?:em|toi|chau|ben em|ky thuat|chung toi|to hox? tro|can bo|kho bac) can|can (?:ban|chi|anh|don vi)|"
    r"i (?:just )?(?:need|want|require)|we need|what s|whats|what is|cho (?:em|toi|chau|minh)|muon|lay|(?<!cau )hoi|DOI|doi hoi|yeu cau|"
    r"BAT|vay|gan hoi|khai thac|du do|con thieu(?: moi)?|thieu moi|(?:CHI|chi) thieu|asked for|ask for|asks for|asking for|demanded|wanted|wants|requested"
)
# A thing under one of these is handled by its owner, not handed over.
OWN_CARE = re.compile(
    r" (?:thay doix|thay|doix|dat lai|(?<!DUNG )(?<!khong )(?<!CHO )quen|che|giu|(?<!dang )nhap|bao mat|baox mat|quan ly|su dung|dungx|reset|change|forgot|nho) (?:\S+ ){0,3}$"
)
# ------------------------------------------------------------------ remote access
TOOL = (
    r"ultraviewer|ultra view(?:er)?|team ?viewer|team view(?! (?:bien|nui|dep|xuat))|any ?desk|rust ?desk|dw ?service|ammyy|supremo|parsec|logmein|quick assist|"
    r"chrome remote|remote desktop|rdp|vnc|airdroid|zoho assist|splashtop|hoptodesk|getscreen|aweray|todesk|sunlogin"
)
REMOTE = (
    r"dieu khien (?:tu xa|may(?! (?:chieu|lanh|in|bay))|may tinh|thiet bi|dien thoai|man hinh|luon|giup|ho|may tram)|truy cap tu xa|ket noij? tu xa|remote(?: (?:vao|may|access|giup|control|sang))?|"
    r"(?:chia se|share|trinh chieu|chieu) (?:\S+ )?man hinh|quyen (?:dieu khien|truy cap may|quan tri may)|(?:xem|nhin|thay|quay) (?:\S+ )?man hinh (?:may|cua)|(?:vao|xem|sua|thao tac|kiem tra|xu ly)(?: \\S+){0,2} tu xa|"
    r"take control of|control (?:of )?your|remote (?:control|session|into)|screen sharing|share your screen|access your (?:computer|pc|machine)|log into your (?:computer|pc)"
)
INTO_MACHINE = (
    rf"(?:cho|de|nho|moi|xin|phai|muon|can|dong y cho|cho phep|let) (?:phep )?(?:{ME}) (?:\S+ ){{0,3}}?"
    r"(?:vao|dieu khien|ket noij?|truy cap|dang nhap|remote|thao tac|chiem|into|connect|control|access)(?: (?:vao|thang|truc tiep|toi|to|len|tren|ho|luon))* "
    r"(?:\S+ ){0,2}?(?:may(?: tinh| tram)?|man hinh|thiet bi|dien thoai|laptop|pc|computer|machine|screen)(?! (?:chu cua|in ra))"
)
# ------------------------------------------------------------------ links
FOLLOW = (
    r"bam(?: vao)?|AN(?: vao)?|click(?: vao| on)?|clik|kich(?: vao| chuot)?|nhap(?: vao| chuot)|truy cap(?: vao)?|vao|mo|dang nhap(?: vao| taij| qua| o)?|"
    r"quet|scan|tai(?: ve| xuong| tu)?|theo|lam theo|DIEN(?: thong tin)?(?: vao| taij)?|khai(?: bao)?(?: taij| vao| tren)|cham vao|"
    r"xac (?:nhanj?|thuc|minh) (?:taij|qua|tren)|cap nhat (?:taij|qua|tren|thong tin taij)|open|visit|follow|go to|log ?in(?: at| to| via)?|sign in(?: at)?|tap|"
    r"dang ky (?:taij|qua|tren)|ghe|download(?: from)?|xem(?: taij)?|nop (?:taij|qua)|nhap(?: \S+){0,3} (?:taij|vao|o)|hoan tat taij"
)
LINK_NOUN = (
    r"\S+ cham (?:com|vn|gov|net|org|top|xyz|info)|button|(?:trang )?web la|link|links|duong (?:dan|link)|lien ket|url|(?:ma )?qr(?: code)?|(?:website|web|trang web|trang|dia chi|site|cong|form|bieu mau|page) "
    r"(?:sau|nay|duoi|ben duoi|moi|o duoi|kem|dinh kem|em gui|below)|nut (?:ben duoi|xac nhanj?|duoi)|google form|tinyurl|bitly|bit ly"
)
# ------------------------------------------------------------------ install
INSTALL = (
    r"cai ?(?:dat)?(?: lai| them| luon| de| moi| giup| ngay| va chay| cho)?|tai(?: ve| xuong| xuong va cai| va cai)?(?: may)?|download(?: and install)?|install|setup|set up|chay|run|"
    r"mo file|giai nen|cap nhat(?: len| lai)?|them(?= (?:\S+ ){0,2}tienx? ich)|update|upgrade|nang cap(?: len)?"
)
# Behind the software only what puts it on a machine counts: programs run, too.
INSTALL_AFTER = r"cai ?(?:dat)?(?: them| vao| giup| luon| ngay)?|tai(?: ve| xuong)?|download|install"
SOFTWARE = (
    r"phan mem|ung dungx?|app|apps|apk|tep apk|file apk|(?:file|tep|goi|bo)(?: tin)? (?:cai|setup|cap nhat|nang cap|exe|chay|nen|dinh kem|kem|dvc|sua|va loi|gui kem)|"
    r"setup|exe|cong cu|tool|plugin|plug in|tienx? ich|chuong trinh|banx? (?:cap nhat|va|nang cap|vinh|cai|moi|\S+ em gui)|(?:file|tep) nay(?= vao may)|phien ban|driver|extension|"
    r"software|application|program|installer|patch|tool|client|attached file|tap tin (?:cai|dinh kem|kem)|bo cai(?: dat)?|trinh (?:hox? tro|quan ly|ky)|bo go|teamviewer qs|the attachment|"
    r"goi phan mem|file setup|module|mo dun|certificate"
)
# ------------------------------------------------------------------ money
PAY = (
    "chuyen|chuyen khoan|nop|DONG|thanh toan|nap|gui|mua|dat|pay|transfer|ung|tam ung|ung truoc|boi duong|hoan|"
    "cho em|cho toi|cho chau|bank|chuyen truoc|send|wire|buy|bo ra|dat coc|ky quy|coc|deposit|mat|ton"
)
FEE = (
    r"(?:le )?phi (?:\S+ )?(?:hox? tro|kich hoat|gia han|baox? tri|xu ly|nang cap|duy tri|dich vu|mo|xac|cai|sua|lam|ky|dang ky|khac phuc|can|cap|chuyen doi|cong chuc|"
    r"nhanh|hoa|tiep|doiz? chieu|bao|kiem|dong bo|di chuyen|ban quyen|phan mem|token|chu|ve may|nang|dat|ho so|tai khoan|taif khoan|dam bao)|"
    r"tien (?:hox? tro|coc|dat coc|boi duong|cam on|phi|ca phe|cafe|baox? dam|dam bao|ky quy|gia han|lot tay)|(?:muon|vay) (?:\S+ )?\d+\S*|dat coc|coc|THE (?:cao|nap|dien thoai|vina\S*|viettel|mobi\S*|garena)|"
    r"ma THE|ma the cao|khoan (?:phi|tien) (?:\S+ )?(?:hox? tro|xac|dam bao|ky quy)|(?:activation|processing|renewal|service|support|handling|upgrade|maintenance|unlock\S*|verification) fee|"
    r"gift card|(?:a|the) (?:\S+ ){0,2}?fee|deposit|bitcoin|usdt|(?<!kinh )(?<!chi )(?<!chix )phi (?:\S+ ){0,2}?\d\S*|(?:toan bo|het) (?:so )?tien|het tien"
)
# Paying in advance names its own act.
ADVANCE = (
    r"(?:dat coc|coc|ung truoc|chuyen truoc|nop truoc) (?:\S+ ){0,4}?\d\S*(?: , \d+)? (?:nghin|ngan|trieu|tr|k|dong|d)"
)
# An amount, to the writer.
PAY_AMOUNT = (
    r"(?:chuyen khoan|chuyen tien|chuyen|nop|dua|gui|dong|DONG|cho) (?:\S+ ){0,2}?(?:cho |toi |sang )?(?:em|chau|toi|minh|ben em) "
    r"(?:\S+ ){0,3}?\d\S*(?: , \d+)? ?(?:trieu|tr|nghin|ngan|k|dong|d|cu|lit)"
)
# The reader is told to pay, at once or so that something does or does not happen.
PAY_ME = (
    rf"(?:{READER}) (?:\S+ ){{0,2}}?(?:chuyen khoan|chuyen tien|nop tien|dong tien|DONG tien)"
    r"(?! (?:\S+ ){0,3}?(?:cho|toix|sang|vao) (?:nha|cong ty|don vi|doiz tac|hop|can bo|nhan vien|nguoi|hox)) "
    r"(?:\S+ ){0,5}?(?:ngay|gap|truoc|giup|cho em|cho toi|de (?:khong|tranh|mo|kich|gia|duoc|xu|em))"
)
TO_ACCOUNT = (
    r"(?:vao|toix|toi|qua|den|sang|into|to) (?:\S+ ){0,3}?(?:so )?(?:taif khoan|stk|tk|vi|momo|zalopay|viettel ?pay|account|qr|ma qr) (?:\S+ ){0,2}?"
    r"(?:em|nay|sau|ben duoi|duoi|ca nhanx|cua em|cua toi|can bo|nhan vien|ky thuat|rieng|moi|tam|an toan|tam giu|trung gian|bao mat|giu ho|cung cap|quan ly|"
    r"cua ky|cua anh|thu huong moi|cua (?:co|chi|anh|ba|ong|ban)|co|chi|anh|ba|ong|con|chau|minh|i|we|below|momo|PHONE|\d{9,}|dien tu|personal|mang ten|ten|so)|"
    r"(?:vi (?:momo|dien tu|zalopay)|momo|zalopay)|qua so taif khoan nay|(?:vao|qua) so (?:PHONE|\d{9,})"
)
# ------------------------------------------------------------------ personal data
_OF_PERSON = r"(?:cua |ca nhanx|ngan hang cua|ngan hang ca|rieng|chinh chu|ngan hang (?:va|de|cho|truoc|,))"
# A password set to what the writer knows is a password handed over.
OWN_WORD_SET = r"doix (?:\S+ ){0,3}?mat khau (?:\S+ ){0,5}?(?:thanh|sang) \S+ (?:\S+ ){0,4}?(?:giup|cho|de|roi bao) (?:em|toi|chau|minh|ben em)"
# Signing, approving or confirming for the writer is the key used for the writer.
SIGN_FOR_ME = (
    r"(?:cam|gan) (?:\S+ ){0,2}?token (?:\S+ ){0,6}?ky(?: so| duyet)?(?= (?:\S+ ){0,3}?(?:giup|cho em|cho toi|em))|"
    r"(?:ky|duyet|ky duyet|phe duyet) (?:\S+ ){0,3}?lenh (?:chi|chix|chuyen tien|thanh toan) (?:ma )?(?:em|toi|ben em)|"
    r"(?:xac nhanj?|duyet|phe duyet) (?:\S+ ){0,2}?giao dich (?:\S+ ){0,5}?(?:giup|cho) (?:em|toi|chau|minh)"
)
# Commands that the reader is told to run, and protections to switch off.
RUN_COMMAND = (
    r"(?:bam|AN|mo|vao|nhan) (?:phim |to hop |to hop phim )?(?:windows|win) (?:\S+ )?(?:r|roi)|"
    r"(?:mo|vao|chay|gox?) (?:\S+ )?(?:cmd|powershell|command prompt|terminal)|"
    r"(?:tat|go|vo hieu hoa|disable|turn off) (?:\S+ ){0,2}?(?:diet virus|tuong lua|antivirus|defender|firewall)"
)
# A file that is to be installed, with words between.
INSTALL_FILE = r"(?:file|tep|goi) (?:\S+ ){0,8}?cai(?: dat)?(?= (?:vao|len|may|,|$|nhe|di|luon))"
# The office reports in few words: "họ đòi vào máy", "nhờ chuyển khoản", "gửi file bảo cài".
_REPORTED = r"(?:DOI|xin|yeu cau|bao|keu|nho|de nghi|dej nghi|BAT|vay|goi y)"
REPORTED_SECRET = rf"{_REPORTED} (?:\S+ ){{0,3}}?doc ma"
REPORTED_REMOTE = rf"{_REPORTED} (?:\S+ ){{0,3}}?(?:vao|dieu khien) (?:\S+ )?may(?! (?:chu|in))"
REPORTED_LINK = (
    r"(?:ho|no|doiz tuong|nguoi \S+|ben kia|ben do|anh ta|co ta|chung) (?:\S+ ){0,3}?(?:gui|nhan|dua|gui kem) (?:\S+ ){0,4}?"
    r"(?:link|duong danx?|qr|URL|LOOKALIKEURL)"
)
REPORTED_MONEY = rf"{_REPORTED} (?:\S+ ){{0,2}}?(?:tien|chuyen khoan|chuyen tien|nap tien|nop tien|nop phi|DONG phi|(?:nop|chuyen|DONG|tra) (?:\S+ ){0, 2}?\d\S* (?:trieu|nghin|ngan|dong|tr|k))"
REPORTED_INSTALL = (
    r"(?:DOI|yeu cau|bao|keu|nho|BAT|du|ru) (?:minh |toi |em |chi )?cai(?: dat)?(?= (?:,|$|vao|len|cho|ngay|theo))"
)
GIVE_PERSONAL = (
    r"(?<!nha )cung cap|gui|gui lai|doc|dua|nhan|khai|khai bao|chup|chia se|nhap|DIEN|quet|reply|confirm|send|give|tell|read|provide|share|"
    r"quay|submit|upload|bao (?:lai|cho)|de lai|tai len|cho biet|noi|cap nhat|bo sung|xac minh|xac nhanj?|lay"
)
PERSONAL = (
    r"(?:so |anh |hinh |hinh chup |anh chup |ban chup |ban sao |thong tin |mat truoc |hai mat |2 mat |the |THE )?(?:cccd|can cuoc|cmnd|cmt|cmtnd|chung minh(?: nhanx dan| thu)?|ho chieu)|"
    rf"so taif khoan (?:\S+ ){{0,2}}?{_OF_PERSON}|taif khoan ngan hang (?:\S+ ){{0,1}}?(?:cua|ca nhanx|rieng)|so (?:THE|the)|THE (?:ngan hang|atm|tin dung|visa)|"
    r"so taif khoan(?! (?:nha|don|thu huong|cong|ben|ngan sach|kho|tien gui|nguon|du|35|37|89|94|du toan|tam|cap))|"
    r"(?:ngay thang nam |ngay |nam |ngay thang )sinh|(?:anh|hinh|video|chan dungx?|quet|chup) (?:\S+ )?(?:chan dungx?|khuon mat|guong mat|the|selfie)|khuon mat|"
    r"thong tin ca nhanx|du lieu ca nhanx|dia chi (?:nha|thuong tru|nha rieng)|(?:so |anh chup |hinh chup )?hox? khau|so (?:dinh danh|can cuoc)|so (?:dien thoai )?(?:ca nhanx|rieng|di dong)(?: cua)? (?:chi|anh|ke toan|chu|lanh|thu|giam|sep|hieu)|"
    r"ma so (?:bhxh|baox? hiem|thue ca nhanx)|so (?:bhxh|baox? hiem)|id card|identity card|citizen id|passport|date of birth|bank account (?:number|details|info\S*)?|"
    r"personal (?:data|information|details)|selfie|card number|home address|national id|van tay|sinh trac(?: hoc)?|so (?:du|dien thoai) (?:va so )?ca nhanx"
)
# ------------------------------------------------------------------ another contact
CONTACT = (
    "lien he|goi|goi lai|alo|nhan|nhan tin|ket banx?|add|inbox|gui|gui ve|chat|trao doi[xz]?|phan hoix?|tra loi|reply|"
    "call|contact|text|zalo|lien lac|dien thoai|hox? tro qua|message|write|email|bam so|quay so|noi chuyen|lam viec|dial|reach|"
    "luu|luu so|dung|dungx|su dung|vao nhom|tham gia|join|doix sang|chuyen sang|doix thanh|thay bang"
)
OTHER_ZALO = (
    r"(?:ket banx?|add|nhan(?: tin)?|vao nhom|vao|tham gia|join|lien he|inbox|chat|chuyen sang|trao doi[xz]?|tra loi|phan hoix?|"
    r"lam viec|gui (?:\S+ ){0,3}?qua|noi chuyen) (?:\S+ ){0,4}?(?:zalo|telegram|tele|viber|messenger|facebook|whatsapp|fanpage)|"
    r"nhom (?:zalo|telegram|tele|viber) (?:\S+ ){0,8}?(?:vao nhom|tham gia|vao)"
)

# ------------------------------------------------------------------ denial, warning, question
REFUSAL = r"tu choi|refused?|refuses"
NEGATION = rf"khong|DUNG|CHO|chua|chang|cam|{REFUSAL}|tranh|never|not|no|cannot|don t|won t|didn t|doesn t|nor|neither|avoid|han che|khoi"
# A negation is used up by these: what follows is a clause of its own.
BLOCKER = (
    r"MA|nhung|hay|vui long|thi|roi|moi|bay gio|nua|nen|CHI|cu|vi vay|do do|rieng|con|just|but|instead|please|"
    r"tru khi|unless|except|truoc mat"
)
# Before a negation: it is a condition or a reproach, so what it negates is wanted.
WANTED_DESPITE = rf"neu|neu nhu|MA|(?:sao|tai sao|vi sao|why)(?: \S+)? (?:{READER})|don vi nao|if"
# After a negation: it negates nothing of what follows.
EMPTY_NEGATION = (
    r"biet|quen|de tre|cham tre|bo qua|bo lo|tre|lo la|do du|chan chu|sao|ngai|lo|van de|kho|ton|nhung|con cach|so|ban tam|nghi ngai|chan chu|phai ngai|can lo|lau|phien|hesitate|"
    r"worry|only|problem|doubt|ai biet|phai lo|hoan|chậm"
)
THREAT = re.compile(
    r" (?:bi|se|thi|will|phai|tu dong|buoc phai) (?:[^\s,]+ ){0,5}?(?:khoa|phat|dinh chi|huy|treo|ngung|tam dungx|dungx|ngat|thu hoi|cat|tra lai|quay lai|"
    r"tu chiu|chiu trach nhiem|cham|mat quyen|khong (?:duoc|the|ky|giai|giao|thuc|chi|nhanj?|hox? tro|giup|xu ly|lam|sua)|lap bien banx?|baox? cao|locked|suspended|blocked|rejected|xoa)"
)
EXCEPT_ME = re.compile(
    rf" (?:(?:ngoai|ngoai tru|tru|except(?: for)?|other than|besides|but) (?:\S+ ){{0,2}}?(?:{ME}|our)|"
    rf"CHI (?:\S+ ){{0,3}}?(?:cho|voi|rieng) (?:\S+ ){{0,1}}?(?:{ME})) "
)
IMPOSTOR = (
    r"(?:KE|ke) (?:gian|xau|lua dao|lua|gia danh|mao danh|gia mao|trom|gia)|doi[xz]? tuong|toix pham|lua dao|gia danh|mao danh|gia mao|"
    r"nguoi la|hacker|scammers?|fraudsters?|impostors?|criminals?|thu doan|chieu tro|thu thuat|bon chung|nan nhanx|victims?|dong vai|(?:DUNG|khong|CHO) (?:nen )?tin|fake|beware(?: of)?|don t trust"
)
# A case in general, not the contact at hand.
GENERIC = re.compile(
    r" (?:neu|khi|ai|nguoi nao|so nao|bat ky ai|bat cu ai|moi cuoc|nhung cuoc|truong hop|cac doi[xz]? tuong|mot so doi[xz]? tuong|nhieu doi[xz]? tuong|thu doan|chieu tro|"
    r"canh bao|khuyen cao|luu y|canh giac|thuong|if|anyone|whoever|when|moi loi|moi yeu cau|gap) "
)
# What a warning tells to do about such a case.
REACTION = re.compile(
    r" (?:la (?:\S+ ){0,2}?(?:lua dao|gia mao|gia danh|mao danh|scam|chieu|dau hieu|gia)|deu (?:\S+ )?(?:la|khong)|cup may|dap may|"
    r"DUNG (?:\S+ )?(?:doc|dua|cho|gui|bam|lam|nghe|mo|cai|tin|chuyen)|tu choi|bo qua|hang up|do not|scam|fraud|fake|can canh giac|phai canh giac|khong (?:\S+ ){0,2}?(?:cung cap|lam theo|tra loi|nghe|dua|doc|bam|mo)|"
    r"phai lam (?:gi|sao|the nao)|lam (?:gi|sao|the nao)|xu ly (?:the nao|sao|ra sao)|what should i|bao (?:ngay |lai |cho )*(?:cong an|phong|lanh dao|thu truong|co quan|156))"
)
NEWS = re.compile(
    r" (?:bi (?:\S+ ){0,6}?(?:lua|chiem|danh cap|rut)|bi mat(?! khau)|mat (?:\d+ (?:trieu|ty|nghin)|tien|trang)|dau hieu (?:can|lua|nhan|nao)|nghi ngo|vi du|slide|dap an|hoc vien|bao (?:tinh|chi|dai)|dua tin|tap huan|dien tap|tinh huong|thu doan|theo co quan|cong an|"
    r"nan nhanx|victims?|newspaper|drill|training|da mat|mat trang|lost) "
)
QUESTION = re.compile(
    r" co (?:can|phai|nen|yeu cau|baox? gio|hox? tro|nhanj|lam viec|hay|hayx|doi[xz]?|DOI|hoi|xin|BAT|bat|duoc phep|thuc su|that|dungx?|quyen) (?:\S+ ){0,25}?(?:khong|chua) (?:\S+ ){0,2}(?:$|, )|"
    r" (?:kho bac|ben minh|ngan hang|can bo|he thong) co (?:\S+ ){1,20}?khong (?:\S+ ){0,2}$|"
    r"^ (?:\S+ ){0,5}?(?:do we|tai sao|vi sao|the nao|khi nao|bao gio thi|co phai|should i|do i|does the|do you ever|is it|must i|will you|can i) |"
    r" (?:hay|hayx) khong (?:\S+ ){0,1}$| khong biet co (?:can|phai|nen|duoc) | la gi (?:\S+ ){0,2}$| thi sao (?:\S+ )?$"
)
# The thing is told, not asked for: "mã OTP là 123456", "mật khẩu mới: …".
TOLD_VALUE = re.compile(r"^(?:\S+ ){0,5}?(?:la|is|:) (?:\d|[a-z]*\d)")
# Somebody else does it, or it was done.
DONE = re.compile(
    r" (?:(?:da|lo|da lo|vua|vua moi|dang|(?<!can )(?<!phai )duoc|bi|tu dong|sau khi|se duoc|has been|was|were|have|had|has|just|sent) |"
    r"(?:he thong|ngan hang|phan mem|chuong trinh|may chu|trang|ung dungx?|chung toi|ben em|kho bac|em|toi|nha cung cap)(?: \S+)? (?:se|da|vua|tu|tu dong|dang) |"
    r"(?:he thong|ngan hang|may chu|chung toi se|we) )$"
)

# One look tells whether a sentence can hold an ask at all.
GATE = re.compile(
    r"mat ?khau|mk|pass|otp|pin| ma |khoa|thong tin|dang nhap| so |tin nhanx|code|credential|login|token|p12|pfx|windows| win |cmd|powershell|virus|lenh|giao dich|ultra|viewer|team|"
    r"desk|remote|tu xa|man hinh|dieu khien|quyen| may|computer|machine| pc|link|duong|lien ket|url|qr|web|trang|form|nut|phan mem|"
    r"ung dungx?| app| apk|file|tep| goi| bo |exe|setup|cong cu|tool|plugin|chuong trinh| ban|phi |tien|dia chi|dien thoai|coc|trieu|nghin|vay|muon|chuyen|nop |THE|fee|momo|cccd|can cuoc|cmnd|cmt|"
    r"chung minh|taif khoan|sinh|khuon|ca nhanx|ho chieu|passport|identity|zalo|tele|viber|messenger|facebook|whatsapp|"
    r"URL|EMAIL|PHONE|bank|card|account|control|screen|gift|deposit|bhxh|chan dungx?|selfie|van tay|install|download|user|software|"
    r"application|program|patch|attach|module|rustdesk|vnc|rdp|parsec|supremo|ammyy|key|birth|certificate|trinh "
)

PRESSURE = re.compile(
    r" (?:(?:sap|se|bi) (?:\S+ ){0,2}?(?:khoa|phat|dinh chi|tam dungx|huy|treo|ngung|ngat|thu hoi|cat)|qua hanx?|"
    r"ngay lap tuc|lap tuc|khan cap|thong bao khan|gap|trong (?:vong )?\S+ (?:gio|phut|tieng)|ky luat|tu chiu trach nhiem|"
    r"immediately|urgent(?:ly)?|within \S+ (?:minutes|hours)|will be (?:locked|suspended|blocked)) "
)
