"""A verifier of contact logs as a good programmer writes it in an afternoon: the peer of `batch`.

    python benchmarks/naive.py log.csv [ROWS]

FROZEN. The figures of the engine are ratios to this, so it is never to be tuned, neither up nor down. It remembers
nothing, takes row by row, and judges by the published contacts alone; what it gives is rougher than the product's
verdicts and is not compared with them.
"""

import csv
import re
import sys
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import phonenumbers

MAILBOX = "hotrocntt@vst.gov.vn"
SWITCHBOARD = "+842462764300"
EXTENSIONS = {"88617", "88618", "88323", "88608", "88610", "88403", "88613", "88397"}
OFFICIAL_NAMES = ("vst.gov.vn", "mof.gov.vn", "dvc.vst.gov.vn", "kbnn.gov.vn")
MAX_AGE = timedelta(days=30)
NEAR = 3  # edits
_TIMES = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%z")
_CODE = re.compile(r"^SD(\d{6})-(\d{6})$", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:ext\.?|x|#|ml|may le|le|;ext=)\s*(\d{3,6})\)?$", re.IGNORECASE)
_PLACEHOLDERS = {"123456", "000000", "111111"}

# 105 expressions over lower-case text without marks: phrases as they were heard, and three shapes.
_PHRASES = {
    "secret": """
        doc (?:giup |cho )?(?:em |toi |minh |ben em )?(?:ma|mat khau)|doc lai ma|doc ma|doc otp|doc dum ma
        gui (?:lai )?ma otp|gui ma pin|gui (?:em |cho em )?mat khau|gui ma xac thuc|nhan (?:lai )?ma otp
        nhan ma pin|nhan mat khau|nhan ma xac thuc|cung cap ma|cung cap otp|cung cap mat khau
        cung cap ten dang nhap|xin (?:lai )?ma otp|xin ma pin|xin mat khau|xin ma xac thuc|cho biet ma
        cho biet mat khau|chup man hinh co ma|chup man hinh co mat khau|ma otp vua|ma vua (?:gui|nhan|ve)
        day so vua|6 so vua|mat khau ky so vua|ma pin cua token|mat khau cap hai|doi mat khau thanh|nhap otp vao
        khoa bi mat|ma kich hoat token|ma bao mat vua|otp cua (?:chi|anh|co|bac)""",
    "remote": """
        mo ultraview|mo teamviewer|mo anydesk|mo rustdesk|mo phan mem dieu khien|bat ultraview|bat teamviewer
        bat anydesk|bat rustdesk|bat phan mem dieu khien|cai ultraview|cai teamviewer|cai anydesk|cai rustdesk
        cai phan mem dieu khien|tai ultraview|tai teamviewer|truy cap tu xa|dieu khien may|dieu khien tu xa
        chia se man hinh|doc id cho|id va mat khau may|remote vao may""",
    "link": """
        bam vao (?:duong )?link|bam vao duong dan|bam vao lien ket|nhan vao link|nhan vao (?:duong|lien)
        truy cap http|truy cap duong dan|vao http|vao link|dang nhap vao http|dang nhap tai http|duong link
        quet ma qr|mo link|xac thuc lai tai""",
    "install": """
        tai file cai dat|tai ung dung|tai app|cai dat ung dung|cai ung dung|cai app|tep cai dat|chay file
        cai dat phan mem ky|cap nhat phien ban app""",
    "money": """
        chuyen phi|chuyen tien vao|chuyen khoan truoc|nop phi|phi kich hoat|phi gia han|so tai khoan [0-9]
        dong phi|tam ung truoc cho""",
    "personal": "can cuoc cong dan|chup can cuoc|anh cccd|so cccd|anh khuon mat",
    "pressure": "lam ngay giup",
}  # fmt: skip
_SHAPES = [
    ("link", r"https?://\S+"),
    ("install", r"\S+\.(?:apk|exe|msi|scr)\b"),
    ("secret", r"(?:ma|otp|pin).{0,30}\b[0-9]{6}\b"),
]
_ALL = [(kind, form) for kind, forms in _PHRASES.items() for form in re.split(r"\|(?![^(]*\))|\n", forms)]
PHRASES = [(kind, re.compile(form.strip())) for kind, form in _ALL + _SHAPES if form.strip()]


def run(path: str | Path, rows: int | None = None) -> Counter[str]:
    """Judge a log of CSV, or its first rows; give how often each verdict came."""
    counts: Counter[str] = Counter()
    with Path(path).open(encoding="utf-8", newline="") as file:
        for row in islice(csv.DictReader(file), rows):
            counts[judge(row)] += 1
    return counts


def judge(row: dict[str, str]) -> str:
    """Give the verdict of one row."""
    received = read_time(row["received_at"])
    asked = read_text(row["message"]) | read_text(row["note"])
    findings = {
        judge_code(row["code"], received),
        judge_sender(row["sender"]),
        judge_phone(row["phone"], row["extension"]),
    }
    if asked - {"pressure"}:
        return "prohibited"
    if "wrong" in findings:
        return "contradicted"
    if "missing" in findings or received is None:
        return "unproven"
    return "consistent"


def read_time(text: str) -> datetime | None:
    """Read the time of contact in any of the usual forms."""
    for form in _TIMES:
        try:
            moment = datetime.strptime(text.strip(), form)  # noqa: DTZ007 - a zone is added below
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def judge_code(text: str, received: datetime | None) -> str:
    """Judge the request code by its form and date."""
    if not text.strip():
        return "missing"
    form = _CODE.match(text.strip())
    if form is None or form[2] in _PLACEHOLDERS:
        return "wrong"
    try:
        issued = datetime.strptime(form[1], "%y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return "wrong"
    if received is None:
        return "missing"
    return "wrong" if issued > received else "missing" if received - issued > MAX_AGE else "right"


def judge_sender(text: str) -> str:
    """Judge the sender: the mailbox, a name near an official one, or another."""
    if not text.strip():
        return "missing"
    address = text.rpartition("<")[2].rstrip("> ").strip().lower()
    if address == MAILBOX:
        return "right"
    local, _, domain = address.rpartition("@")
    if not local:
        return "wrong"
    nearest = min(edits(domain, name) for name in OFFICIAL_NAMES)
    return "missing" if nearest == 0 and edits(local, "hotrocntt") > NEAR else "wrong"


def judge_phone(text: str, extension: str) -> str:
    """Judge the number that called: the switchboard, or another."""
    if not text.strip():
        return "missing"
    inside = _EXTENSION.search(without_marks(text))
    number = text[: inside.start()] if inside else text
    try:
        parsed = phonenumbers.parse(number, "VN")
    except phonenumbers.NumberParseException:
        return "wrong"
    if not phonenumbers.is_valid_number(parsed):
        return "wrong"
    if phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) != SWITCHBOARD:
        return "wrong"
    given = inside[1] if inside else extension.strip()
    return "right" if not given or given in EXTENSIONS else "wrong"


def read_text(text: str) -> set[str]:
    """Give what a text asks for."""
    plain = without_marks(text)
    return {kind for kind, phrase in PHRASES if phrase.search(plain)}


def without_marks(text: str) -> str:
    """Write a text in lower case and without its marks."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace("đ", "d")


def edits(one: str, other: str) -> int:
    """Count the letters to insert, delete or replace to make one text the other."""
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, its in enumerate(other, start=1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (letter != its)))
        before = now
    return before[-1]


def main() -> int:
    """Judge the log that the command line names, and print the counts."""
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else None  # noqa: PLR2004
    for verdict, count in sorted(run(sys.argv[1], rows).items()):
        print(f"{verdict:<14}{count:>10,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
