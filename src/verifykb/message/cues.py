"""What in a sentence says how an act is meant: negations, warnings, who is spoken to.

Compiled once, when the first message is read; the words are in `phrases`.
"""

import re

from verifykb.message import phrases as p

_ACT = rf"{p.GIVE}|{p.WANT}|{p.FOLLOW}|{p.INSTALL}|{p.PAY}|{p.CONTACT}|bao|dang|luu|tiet|{p.TOOL}|de|thuc hien"
NEGATION = re.compile(rf" (?P<negation>{p.NEGATION})(?= )")
EMPTY = re.compile(rf"^ (?:{p.EMPTY_NEGATION}) ")
BLOCKED = re.compile(rf" (?:{p.BLOCKER}) | (?:duoc|dau|noi|xong|kip|qua \d+ \S+) (?:{p.READER}) ")
READER_AT_END = re.compile(rf" (?:{p.READER}) (?:\S+ )?$")
WANTED_DESPITE = re.compile(rf" (?:{p.WANTED_DESPITE}) (?:\S+ ){{0,4}}$")
GENERIC_IMPOSTOR = re.compile(r"(?:KE|ke) (?:gian|xau)|thu doan")
IMPOSTOR = re.compile(rf" (?:{p.IMPOSTOR}) ")
ACT_FIRST = re.compile(rf"^ (?:duoc |baox? gio |nen |tuy tien |de |phep |ever )?(?:{_ACT}) ")
TO_ME = re.compile(
    r"(?:^| )(?:\S+ ){0,4}?(?:cho|giup|voi|ve|qua|to|with|for) "
    r"(?:em|toi|chau|minh|me|us|ben em|ben toi|day|so nay|chung toi)(?= )|^ (?:em|chau|toi|me|us) "
)
CLAUSE_START = re.compile(
    rf"(?:^|[,]|MA|thi|nen) (?P<reader>(?:(?:{p.READER}|dej? nghi|vui long|hay|please|cac)(?: \S+){{0,2}}? )?)$"
)
DEMANDS_OF_READER = re.compile(
    rf" (?:{p.READER})(?: \S+){{0,2}}? (?:vui long|hay|can|phai|giup|gui|doc|nhan|cho|cung cap|bam|mo|cai|tai|truy cap|chuyen|"
    r"dua|nhap|quet|chup)(?= )| (?:vui long|hay|de nghi (?:\S+ )?(?:chi|anh|don vi|ban|ke toan)|moi (?:anh|chi|don vi)|please) "
)
DENIED_BETWEEN = re.compile(r" (?:khong|chua|DUNG) (?:baox? gio )?| , chu ")
POLITE = re.compile(
    r" duoc (?:khong|chu) | (?:co the|tien) (?:\S+ ){0,10}?khong | giup (?:em|toi|chau) | cho (?:em|toi|chau) (?!hoi)"
)
CARRIED = re.compile(
    r" (?P<act>doc|doc lai|gui|gui lai|nhan|nhan lai|noi|bao|bao lai|chup|chup lai|read|send|tell|reply) (?:\S+ ){0,2}?"
    r"(?:cho |giup |qua |lai |it |them )*(?:em|toi|chau|minh|me|us)(?= )"
)
CARRIED_LINK = re.compile(
    r" (?P<act>bam|click|AN|mo|truy cap|dang nhap)(?: vao)? (?:do|no|day|link do|dia chi do)(?= )"
)
# Said of everybody: it reaches to the end of the sentence.
NOBODY = re.compile(r"^ (?:khong|chua|no|never) (?:mot|ai|co ai|co mot|bat ky|bat cu|co can bo|officer|staff|one) ")
ONLY_FROM_STORE = re.compile(r" CHI (?:\S+ )?(?:tai|cai) ")
FROM_FILE = re.compile(
    r" (?:apk|file|tep|URL|LOOKALIKEURL|qr|dinh kem|gui kem|em gui|kem|zip|setup|exe|duong danx?|link) "
)
HOME_PAGE = re.compile(r" (?:trang chu|muc phan mem|cong dich vu cong|(?<!ngoai )app store|google play) ")
REMOVED = re.compile(r" (?:go|xoa|go bo|tat|thoat|go cai dat|uninstall(?:ed)?|removed?|khoi) (?:\S+ ){0,3}$")
REPORTS = re.compile(
    r" (?:bao|DOI|yeu cau|keu|nho|moi|huong danx?|dua|cho|de nghi|dej nghi|xin|ru|hen|danx?|told|asked|said|noi) "
)
OPENS_DENIED_LIST = re.compile(
    r" (?:khong|DUNG|cam|nghiem cam|khong duoc|tuyet doiz khong|not|never)(?: ,)? $|"
    r" (?:khong|DUNG|cam|not) (?:\S+ ){0,8}?(?:sau|sau day|duoi day|nhu sau|gom|following)(?: ,)?(?: \d+)? $"
)
LIST_ITEM = re.compile(rf"^ (?:\d+ )?(?:(?:{_ACT}) |$)|^ (?:\d+|[a-z]) $")


def opens_denied_list(line: str) -> bool:
    """Whether a sentence ends so that what follows is denied: "không được", "các việc sau"."""
    return OPENS_DENIED_LIST.search(line) is not None


def is_list_item(line: str) -> bool:
    """Whether a sentence can be an item of a list: an act first, or only its number."""
    return LIST_ITEM.search(line) is not None


def goes_on_in_list(between: str, after: str) -> bool:
    """``không cung cấp, gửi hay đọc``: the act stands right behind the comma, as the first did."""
    first, _, last = between.rpartition(",")
    joining = re.sub(r"\b(?:hoac|hay|hayx|va|or|and|cung)\b", "", last).strip()
    goes_on = not joining or ACT_FIRST.match(last) is not None
    return ACT_FIRST.match(first) is not None and goes_on and not TO_ME.match(after)
