"""Logs for tests of whole runs: a little of everything that a run has to carry, the same for the same seed."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

Row = dict[str, str]
COLUMNS = ("id", "case", "received_at", "channel", "code", "sender", "phone", "message", "asks")
ROWS_OF_A_GROUP = 20  # many pieces of a small log
_SENDERS = ("hotrocntt@vst.gov.vn",) * 4 + ("hotrocntt@vst-gov.vn", "ho.tro@gmail.com", "")
_PHONES = ("02462764300",) * 4 + ("0912000111", "0912000112", "024 6276 4301", "")
_MESSAGES = (
    *("",) * 6,
    "Chị ơi, mai 8h30 hệ thống tạm dừng để bảo trì.",
    "Anh đọc giúp em mã OTP vừa gửi về máy ạ.",
    "Cài UltraViewer rồi đọc ID, em xử lý từ xa.",
    'Chị Lan hỏi: "mã này có đúng không?", em chưa trả lời',
)
_ASKS = (*("",) * 8, "nothing", "secret")


def some_rows(count: int, seed: int = 1) -> list[Row]:
    """Give rows with ids of their own: every verdict, codes used twice, numbers with many codes, cases."""
    random = Random(seed)  # noqa: S311 - no secret
    days = [21 if number % 100 == 0 else random.randint(1, 20) for number in range(count)]  # the last has few codes
    codes = [f"SD2611{day:02}-{random.randint(0, 999_999):06}" for day in days]
    return [
        {
            "id": f"LH-{number:05}",
            "case": f"VV-{random.randint(1, 1 + count // 8)}" if random.random() < 0.2 else "",
            "received_at": f"{random.randint(1, 21):02}/11/2026 {random.randint(7, 17):02}:{random.randint(0, 59):02}",
            "channel": random.choice(("Email", "điện thoại", "zalo", "")),
            "code": random.choice(codes) if random.random() < 0.9 else "",
            "sender": random.choice(_SENDERS),
            "phone": random.choice(_PHONES) or "0912000113",
            "message": random.choice(_MESSAGES),
            "asks": random.choice(_ASKS),
        }
        for number in range(count)
    ]  # fmt: skip


def spoil(rows: Sequence[Row], seed: int = 1) -> list[Row]:
    """Make some rows unreadable, and let some share an id."""
    random = Random(seed)  # noqa: S311 - no secret
    spoilt = [dict(row) for row in rows]
    for row in random.sample(spoilt, len(spoilt) // 20):
        row["received_at"] = "hôm qua"
    for row in random.sample(spoilt, len(spoilt) // 10):
        row["id"] = random.choice(spoilt)["id"]
    return spoilt


def write_rows(path: Path, rows: Sequence[Row]) -> str:
    """Write a log in the format that its name tells; give its path."""
    kind = path.suffix
    if kind in (".csv", ".tsv"):
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, delimiter="\t" if kind == ".tsv" else ",")
            writer.writeheader()
            writer.writerows(rows)
    elif kind == ".jsonl":
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    elif kind == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=ROWS_OF_A_GROUP)
    else:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for cells in (COLUMNS, *(tuple(row[column] for column in COLUMNS) for row in rows)):
            sheet.append(cells)
        book.save(path)
    return str(path)


def pad(path: Path) -> str:
    """Widen the rows of a CSV log by a column that is passed over: a small log of many pieces."""
    first, *others = path.read_text(encoding="utf-8").split("\n")
    blank = "." * 16_000
    path.write_text("\n".join([f"{first},padding", *(f"{line},{blank}" for line in others if line), ""]), "utf-8")
    return str(path)
