"""Which resolver a run gets from what its user chose."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dns.doh_server import TEXT, DohServer
from tests.dns.faultserver import FaultServer
from verifykb.dns import opening
from verifykb.dns.answer import OFFLINE, Answer, Status
from verifykb.dns.opening import open_resolver
from verifykb.errors import InputError, UsageError

_ZONE = {"a.example": {"TXT": ["here"]}}
_CHOICE: dict[str, Any] = {
    "offline": False, "replay": None, "nameservers": (), "doh": None, "deadline": 2.0, "trust_ad": False, "cache": False,
}  # fmt: skip


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 20))


async def _ask(name: str = "a.example", **choice: Any) -> Answer:
    async with open_resolver(**_CHOICE | choice) as resolver:
        return await resolver.ask(name, "TXT")


@pytest.fixture
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("a socket was used")

    for method in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, method, refuse, raising=False)


@pytest.mark.usefixtures("_no_network")
def test_offline_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else was chosen, there is no socket and no cache."""
    monkeypatch.setattr("verifykb.dns.cache.Cache", None)
    choice: dict[str, Any] = {
        "offline": True,
        "nameservers": ["127.0.0.1"],
        "doh": "https://dns.example/",
        "cache": True,
    }
    assert _run(_ask(**choice)) == OFFLINE


@pytest.mark.usefixtures("_no_network")
def test_a_replay_answers_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No socket and no cache either."""
    monkeypatch.setattr("verifykb.dns.cache.Cache", None)
    file = tmp_path / "dns.json"
    file.write_text(json.dumps({"recorded_at": "2026-11-22T21:00:00+07:00", "names": _ZONE}))
    answer = _run(_ask(replay=str(file), nameservers=["127.0.0.1"], cache=True))
    assert answer.records == ("here",)


def test_a_replay_that_cannot_be_read_is_an_error_of_the_input(tmp_path: Path) -> None:
    """It is told before anything is asked."""
    with pytest.raises(InputError) as caught:
        open_resolver(**_CHOICE | {"replay": str(tmp_path / "none.json")})
    assert caught.value.key == "recording-unreadable"


def test_name_servers_are_asked_and_answers_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second run finds on disk what the first one was told; without the cache it asks again."""
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path / name))

    async def work() -> tuple[list[Answer], int]:
        async with FaultServer(_ZONE) as server:
            where = [f"127.0.0.1:{server.address[1]}"]
            answers = [await _ask(nameservers=where, cache=kept) for kept in (True, True, False)]
            return answers, len(server.asked)

    answers, asked = _run(work())
    assert [answer.records for answer in answers] == [("here",)] * 3
    assert asked == 2


def test_a_doh_server_is_asked_instead_of_name_servers() -> None:
    """Plain HTTP is enough on this machine."""

    async def work() -> Answer:
        async with DohServer("right") as server:
            return await _ask(doh=server.url, nameservers=["192.0.2.1"])

    assert _run(work()).records == (TEXT,)


def test_the_deadline_is_the_runs(tmp_path: Path) -> None:
    """A silent server costs the deadline, not its retries."""

    async def work() -> Answer:
        async with FaultServer(_ZONE, {"a.example": "drop"}) as server:
            return await _ask(nameservers=[f"127.0.0.1:{server.address[1]}"], deadline=0.2)

    assert _run(work()) == Answer(Status.TEMPORARY, reason="deadline")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1", ("192.0.2.1", 53)),
        ("192.0.2.1:5353", ("192.0.2.1", 5353)),
        ("2001:db8::1", ("2001:db8::1", 53)),
        ("2001:DB8:0::1", ("2001:db8::1", 53)),
        ("[2001:db8::1]", ("2001:db8::1", 53)),
        ("[2001:db8::1]:5353", ("2001:db8::1", 5353)),
        ("fe80::1%eth0", ("fe80::1%eth0", 53)),
    ],
)
def test_a_name_server_is_an_address_and_perhaps_a_port(text: str, address: tuple[str, int]) -> None:
    """IPv6 takes brackets where a port follows."""
    assert opening._nameserver(text) == address


@pytest.mark.parametrize(
    "text",
    ["", "dns.example", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:+53", "192.0.2.1: 53", "192.0.2.1:٥٣",
     "[192.0.2.1]:53", "[::1", "::1]", "[::1]53", "[::1]:", "192.0.2.1\n", "192.0.2", "1.2.3.4:5:6", "x" * 100_000,
     "192.0.2.1:" + "9" * 5000],
)  # fmt: skip
def test_a_name_server_that_is_no_address_is_refused(text: str) -> None:
    """Also offline: a wrong option is told, not passed over."""
    with pytest.raises(UsageError) as caught:
        open_resolver(**_CHOICE | {"nameservers": [text], "offline": True})
    assert (caught.value.key, caught.value.values) == ("nameserver-invalid", {"value": text})


@pytest.mark.parametrize(
    "url",
    ["https://dns.example/dns-query", "https://192.0.2.1/dns-query", "https://[2001:db8::1]:8443/", "http://localhost:80/x",
     "http://127.0.0.1:8053/dns-query", "http://[::1]/"],
)  # fmt: skip
def test_a_doh_url_is_https_or_this_machine(url: str) -> None:
    """It is accepted without being asked."""
    open_resolver(**_CHOICE | {"doh": url, "offline": True})


@pytest.mark.parametrize(
    "url",
    ["", "dns.example", "http://dns.example/dns-query", "http://127.0.0.1.example/", "http://localhost.example/", "ftp://x/",
     "https://", "https:///x", "https://a b/", "https://dns.example:0/", "https://dns.example:99999/", "https://[::1/",
     "https://user@dns.example/", "https://dns.example/#x", "https://dns.example/\n", "https://đns.example/", "file:///x"],
)  # fmt: skip
def test_another_doh_url_is_refused(url: str) -> None:
    """Nobody between us and the server may read or change the answers."""
    with pytest.raises(UsageError) as caught:
        open_resolver(**_CHOICE | {"doh": url, "offline": True})
    assert (caught.value.key, caught.value.values) == ("doh-invalid", {"value": url})


@given(st.text(max_size=60))
def test_any_text_is_a_server_or_a_wrong_option(text: str) -> None:
    """Nothing that can be typed is a traceback."""
    for option in ({"nameservers": [text]}, {"doh": text}, {"doh": f"https://{text}"}):
        with contextlib.suppress(UsageError):
            open_resolver(**_CHOICE | {"offline": True} | option)
