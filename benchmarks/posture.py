"""How many domains a second can be judged, beside checkdmarc in 32 threads, over a name server that takes 20 ms.

1. Both ask the same three questions of 2,000 names: MX, TXT, `_dmarc` TXT; nothing is fetched over HTTPS.
   Of checkdmarc those of its functions are called that ask exactly these and judge the answers.
2. The name server is a process of its own on loopback; what it can give is measured first, so that it
   is seen not to be the limit.
3. Rounds alternate and the best of each counts: only the ratio means anything. checkdmarc is optional
   (`pip install checkdmarc`); without it only ours is shown.
"""

import asyncio
import importlib
import select
import socket
import subprocess
import sys
import time
import zlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

NAMES = 2_000
DELAY_SECONDS = 0.020
THREADS = 32
ROUNDS = 3
GOAL = 6
_MX, _TXT = 15, 16
_BUFFER = 4 << 20
_SPF = b"v=spf1 ip4:192.0.2.0/24 ip4:10.%d.%d.0/24 ip6:2001:db8::/32 -all"
_DMARC = b"v=DMARC1; p=reject; rua=mailto:dmarc@"


# ------------------------------------------------------------------ the name server


def serve() -> NoReturn:
    """Answer every question after 20 ms; ``count`` is answered with how many there were since."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        server.bind(("127.0.0.1", 0))
        server.setblocking(False)
        print(server.getsockname()[1], flush=True)
        waiting: deque[tuple[float, bytes, Any]] = deque()
        count = 0
        while True:
            pause = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
            select.select([server], [], [], pause)
            due = time.monotonic() + DELAY_SECONDS
            try:
                while True:
                    data, peer = server.recvfrom(2048)
                    if data == b"count":
                        server.sendto(str(count).encode(), peer)
                        count = 0
                    else:
                        count += 1
                        waiting.append((due, _reply(data), peer))
            except BlockingIOError:
                pass
            now = time.monotonic()
            while waiting and waiting[0][0] <= now:
                server.sendto(*waiting.popleft()[1:])


def _reply(query: bytes) -> bytes:
    """Give the answer to a question: one record, or nothing where the type is another one."""
    end = query.index(b"\0", 12) + 5
    kind = int.from_bytes(query[end - 4 : end - 2], "big")
    head = query[:2] + b"\x81\x80\0\1"
    if kind == _MX:
        data = b"\0\x0a\2mx\xc0\x0c"
    elif kind == _TXT:
        length = query[12]
        is_policy = query[13 : 13 + length].lower() == b"_dmarc"
        first = 13 + length
        host = query[first + 1 : first + 1 + query[first]]
        number = zlib.crc32(query[13:first])  # every name has a record of its own, as in the world
        text = _DMARC + host + b".example" if is_policy else _SPF % (number & 255, number >> 8 & 255)
        data = bytes((len(text),)) + text
    else:
        soa = b"\xc0\x0c\0\6\0\1\0\0\0\x3c\0\x16\0\0" + b"\0\0\0\1" * 5
        return head + b"\0\0\0\1\0\0" + query[12:end] + soa
    record = b"\xc0\x0c" + query[end - 4 : end] + b"\0\0\1\x2c" + len(data).to_bytes(2, "big") + data
    return head + b"\0\1\0\0\0\0" + query[12:end] + record


def questions(port: int) -> int:
    """Give how many questions the server got since the last call."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.sendto(b"count", ("127.0.0.1", port))
        return int(client.recv(64))


def capacity(port: int, seconds: float = 1.0) -> float:
    """Give how many answers a second the server gives to a client that does nothing but ask."""
    query = b"\0\1\1\0\0\1\0\0\0\0\0\0\4name\7example\0\0\x10\0\1"
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(16)]
    for client in sockets:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        client.connect(("127.0.0.1", port))
        client.setblocking(False)
        for _ in range(60):
            client.send(query)
    got, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        for client in select.select(sockets, [], [], 0.1)[0]:
            try:
                while True:
                    client.recv(2048)
                    got += 1
                    client.send(query)
            except BlockingIOError:
                pass
    for client in sockets:
        client.close()
    return got / seconds


# ------------------------------------------------------------------ who asks


def ours(names: list[str], port: int) -> None:
    """Judge the names with the basic questions, many at a time, as `verifykb domain` does with all."""
    from verifykb.dns.network import NetworkResolver
    from verifykb.dns.posture_many import assess_domains

    async def run() -> int:
        judged = 0
        async with NetworkResolver([("127.0.0.1", port)]) as resolver:
            async for posture in assess_domains(iter(names), resolver, fetch=None, basic=True, seconds=30.0):
                judged += posture.findings == () and posture.spf.default == "fail" and posture.dmarc.policy == "reject"
        return judged

    _expect(asyncio.run(run()), names)


def peer(names: list[str], port: int) -> None:
    """Judge the names with those of checkdmarc's functions that ask the same three questions."""
    resolver = _peer_resolver(port)
    utils, spf, dmarc = (importlib.import_module(f"checkdmarc.{name}") for name in ("utils", "spf", "dmarc"))

    def judge(name: str) -> bool:
        mx = utils.get_mx_record_set(name, resolver=resolver)
        texts = utils.query_dns(name, "TXT", resolver=resolver)
        sender = spf.parse_spf_record(texts[0], name, parked=False, resolver=resolver)
        policies = utils.query_dns(f"_dmarc.{name}", "TXT", resolver=resolver)
        policy = dmarc.parse_dmarc_record(policies[0], name, parked=False, resolver=resolver)
        return bool(mx["hosts"] and sender["parsed"]["all"] == "fail" and policy["tags"]["p"]["value"] == "reject")

    with ThreadPoolExecutor(THREADS) as pool:
        _expect(sum(pool.map(judge, names)), names)


def _peer_resolver(port: int) -> Any:
    dns_resolver = importlib.import_module("dns.resolver")
    resolver = dns_resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], port
    return resolver


def _expect(judged: int, names: list[str]) -> None:
    if judged != len(names):
        sys.exit(f"only {judged} of {len(names)} domains were judged as they are")


def has_peer() -> bool:
    """Whether checkdmarc can be imported."""
    try:
        importlib.import_module("checkdmarc")
    except ImportError:
        return False
    return True


def measure(judge: Callable[[list[str], int], None], port: int, prefix: str) -> tuple[float, float]:
    """Give names a second and questions a name; names are new every time, so that no cache helps."""
    names = [f"{prefix}{number}.example" for number in range(NAMES)]
    questions(port)
    start = time.perf_counter()
    judge(names, port)
    seconds = time.perf_counter() - start
    return NAMES / seconds, questions(port) / NAMES


def main() -> int:
    """Print both rates and their ratio; 1 where the goal is missed."""
    server = subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True)
    assert server.stdout  # noqa: S101 - it is a pipe
    try:
        port = int(server.stdout.readline())
        print(f"name server: {capacity(port):,.0f} answers/s, each after {DELAY_SECONDS * 1000:.0f} ms")
        judges = {"verifykb": ours, **({f"checkdmarc, {THREADS} threads": peer} if has_peer() else {})}
        best: dict[str, tuple[float, float]] = {}
        for turn in range(ROUNDS):
            for number, (name, judge) in enumerate(judges.items()):
                best[name] = max(best.get(name, (0.0, 0.0)), measure(judge, port, f"r{turn}j{number}n"))
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()
    for name, (rate, asked) in best.items():
        print(f"{name:<26}{rate:>8,.0f} domains/s{asked:>8.2f} questions a domain")
    if len(best) == 1:
        print("checkdmarc is not installed: no ratio")
        return 0
    (mine, _), (theirs, _) = best.values()
    print(f"ratio {mine / theirs:.1f}, goal >= {GOAL}")
    return int(mine / theirs < GOAL)


if __name__ == "__main__":
    if "--serve" in sys.argv:
        serve()
    sys.exit(main())
