"""What reading a message and judging a sender costs, in process, beside plain ways to do it.

    python benchmarks/detectors.py

Peers, in the same run: a loop of 105 regular expressions over the message, as a first version of
such a tool would have it; and dnstwist, which makes the look-alikes of a name beforehand and looks
a domain up among them (`pip install '.[bench]'`; left out where it is not installed).
Medians of several rounds; ratios are what counts on a shared machine.
"""

import json
import re
import statistics
import time
import unicodedata
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from verifykb.checks import sender
from verifykb.directory.load import load_official
from verifykb.message.block import read_block
from verifykb.message.reading import read_message
from verifykb.names import lookalike

_CASES = Path(__file__).parents[1] / "tests" / "cases"
_ROUNDS = 15
_CHARACTERS = 400
_EVERYDAY = (
    "Kính gửi đơn vị, hồ sơ thanh toán kỳ này đã được kiểm soát viên tiếp nhận và đang luân chuyển đúng quy trình.",
    "Đề nghị kế toán rà soát chứng từ gốc, biên bản nghiệm thu và bảng chấm công của quý ba trước khi trình duyệt.",
    "Mọi vướng mắc xin trao đổi tại cuộc họp giao ban sáng thứ năm tuần sau tại hội trường tầng hai.",
)
_ASKS = (
    "Chị đọc giúp em mã OTP vừa gửi về máy nhé.",
    "Anh mở UltraViewer lên cho em kiểm tra.",
    "Đơn vị bấm vào đường link bên dưới để xác thực.",
    "Chị chuyển phí kích hoạt vào tài khoản em gửi.",
)
# 105 expressions, as somebody writes them at first: an act, anything, a thing.
_ACTS = "đọc gửi cung cấp|cho biết nhắn chuyển báo|cho em|xin cần".replace("|", " ").split()
_THINGS = ("mật khẩu", "mã pin", "otp", "ultraviewer", "teamviewer", "anydesk", "link", "phần mềm", "tài khoản", "phí")
_NAIVE = [re.compile(f"{act}.*{thing}") for act in _ACTS for thing in _THINGS][:105]


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace("đ", "d")


_NAIVE = [re.compile(_folded(pattern.pattern)) for pattern in _NAIVE]


def _naive(text: str) -> bool:
    folded = _folded(text)
    return sum(pattern.search(folded) is not None for pattern in _NAIVE) > 0


def _microseconds(work: Callable[[], object], items: int) -> float:
    """Give the median time of one item."""
    work()
    taken = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) / items * 1e6)
    return statistics.median(taken)


def _messages() -> None:
    directory = load_official()
    fire = [" ".join((*_EVERYDAY[:2], ask, _EVERYDAY[2]))[:_CHARACTERS] for ask in _ASKS] * 100
    quiet = [" ".join((*_EVERYDAY, *_EVERYDAY))[:_CHARACTERS]] * 400
    rows = [
        ("a phrase fires", _microseconds(lambda: [read_message(text, directory) for text in fire], len(fire)), 60),
        (
            "none does, one by one",
            _microseconds(lambda: [read_message(text, directory) for text in quiet], len(quiet)),
            None,
        ),
        ("none does, in a block", _microseconds(lambda: read_block(quiet, directory), len(quiet)), 6),
        (
            f"naive loop of {len(_NAIVE)} expressions",
            _microseconds(lambda: [_naive(text) for text in quiet], len(quiet)),
            None,
        ),
    ]
    print(f"a message of {_CHARACTERS} characters")
    for name, cost, limit in rows:
        print(f"  {name:40} {cost:8.1f} µs" + (f"   (limit {limit})" if limit else ""))


def _senders() -> None:
    directory = load_official()
    cases = [
        json.loads(line)
        for name in ("senders.jsonl", "senders-2.jsonl")
        for line in (_CASES / name).read_text(encoding="utf-8").splitlines()
    ]
    values = list(dict.fromkeys(case["record"]["sender"] for case in cases if case["record"].get("sender")))

    def judge_all() -> None:
        lookalike.domain_resemblance.cache_clear()
        for value in values:
            sender.assess(value, directory)

    print(f"\na distinct sender ({len(values)} of the labelled sets)")
    print(f"  {'judged':40} {_microseconds(judge_all, len(values)):8.1f} µs   (limit 60)")
    try:
        dnstwist = import_module("dnstwist")  # by name: it is no part of a plain development install
    except ImportError:
        print("  dnstwist is not installed: no peer in this run")
        return
    officials = [domain.name for domain in directory.mail_domains] + [host.name for host in directory.hosts]
    start = time.perf_counter()
    made = set()
    for name in officials:
        fuzzer = dnstwist.Fuzzer(name)
        fuzzer.generate()
        made |= {entry["domain"] for entry in fuzzer.domains} - {name}
    built = time.perf_counter() - start
    domains = [value.rpartition("@")[2].strip(" >").lower() for value in values]
    looked_up = _microseconds(lambda: [domain in made for domain in domains], len(domains))
    attacks = [case for case in cases if "SND003" in case["expect"].get("rules", ())]
    found = sum(case["record"]["sender"].rpartition("@")[2].strip(" >").lower() in made for case in attacks)
    print(f"  {'looked up among dnstwist names':40} {looked_up:8.1f} µs   ({built * 1e3:.0f} ms to make {len(made)})")
    print(f"  of {len(attacks)} look-alikes dnstwist's names hold {found}; ours are in tools/detector_report.py")


if __name__ == "__main__":
    _messages()
    _senders()
