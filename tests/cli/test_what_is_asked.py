"""Whom a run asks, what it asks, and for how long it waits."""

import asyncio
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.dns.doh_server import DohServer
from tests.dns.faultserver import FaultServer
from tests.judging import MAILS
from tests.mail.mails import BORDER, OFFICE, SUPPORT, delivered, mail, names, signed
from verifykb.__main__ import run as run_here

from .process import TIMEOUT_SECONDS, environment, write_log

Question = tuple[str, str]
# Mails of a made-up office; its file names a server, which `--no-dns` and `--dns-replay` overrule.
CONFIG = f'[office]\nmailboxes = ["{OFFICE}"]\n[mail]\nboundary = ["{BORDER}"]\n[dns]\nnameserver = ["127.0.0.1:9"]\n'

# Every place of a mail that names a host, each with a host of its own. None but the sender's own identities is asked about.
HTML = """<html><head><base href="http://base.example/"><meta http-equiv="refresh" content="0; url=http://refresh.example/">
<link rel="stylesheet" href="//css.example/a.css"></head><body background="http://background.example/x.png">
<a href="https://link.example/dvc">https://vst.gov.vn</a> www.plain.example <img src="http://image.example/1.gif">
<form action="http://form.example/"></form> <a href="mailto:a@mailto.example">thư</a> http://192.0.2.77/ <iframe src="http://frame.example">
Gọi a@written.example hoặc http://xn--vst-0ja.example/</body></html>\r\n"""
FIELDS = {
    "Reply_To": "a@reply.example",
    "Sender": "a@sender.example",
    "Cc": "a@cc.example",
    "Message_ID": "<1@id.example>",
    "List_Unsubscribe": "<https://unsubscribe.example/>, <mailto:a@list.example>",
    "Disposition_Notification_To": "a@receipt.example",
    "Resent_From": "a@resent.example",
    "References": "<2@reference.example>",
    "X_Originating_IP": "203.0.113.77",
    "Authentication_Results": "results.example; dkim=pass header.d=claimed.example; spf=pass smtp.mailfrom=claimed.example",
    "Content_Type": "text/html; charset=utf-8",
    "Received": "from below.example (below.example [203.0.113.8])\r\n\tby hop.example with ESMTPS id 2; Fri, 20 Nov 2026 08:59:00 +0700",
}
EVERYWHERE = mail(HTML, From='"hotrocntt@display.example" <a@attacker.example>', **FIELDS)
INNER = signed(mail(From="a@inner.example"), "attacker.example")
ATTACHED = mail(
    f"--b\r\nContent-Type: text/plain\r\n\r\nhttp://link.example/\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{INNER.decode()}\r\n--b--\r\n",
    From="a@attacker.example", Content_Type="multipart/mixed; boundary=b",
)  # fmt: skip
ZONE = names(**{
    "vst.gov.vn": {"TXT": ["v=spf1 include:spf.provider.example mx -all"], "MX": ["10 mail.provider.example"]},
    "spf.provider.example": {"TXT": ["v=spf1 ip4:203.0.113.1 ~all"]},
    "bounce.example": {"TXT": ["v=spf1 include:spf.bounce.example mx exists:%{i}.list.bounce.example ptr -all"], "MX": ["1 mx.bounce.example"]},
    "spf.bounce.example": {"TXT": ["v=spf1 ip4:203.0.113.1 -all"]},
    "out.example": {"TXT": ["v=spf1 -all exp=why.out.example"]},
})  # fmt: skip
_VST = {("vst.gov.vn", "MX"), ("vst.gov.vn", "TXT"), ("_dmarc.vst.gov.vn", "TXT")}


def _texts(*asked: str) -> set[Question]:
    return {(name, "TXT") for name in asked}


class Run(NamedTuple):
    """How a run ended, what it asked, and how long it took."""

    status: int
    asked: set[Question]
    seconds: float


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with the office's settings, a recording, a log and two mails."""
    folder = tmp_path / "thư"
    folder.mkdir()
    (tmp_path / "verifykb.toml").write_text(CONFIG, encoding="utf-8")
    recording = {"recorded_at": "2026-11-22T21:00:00+07:00", "names": ZONE}
    (tmp_path / "dns.json").write_text(json.dumps(recording), encoding="utf-8")
    (folder / "1.eml").write_bytes(delivered(signed(EVERYWHERE, "attacker.example"), "a@bounce.example"))
    (folder / "2.eml").write_bytes(delivered(signed(mail())))
    write_log(tmp_path, f"{SUPPORT},thư/2.eml", "a@attacker.example,thư/1.eml", header="sender,mail")
    return tmp_path


# -- Nothing is asked -------------------------------------------------------------------------

# Runs each command with a hook on every socket call of the interpreter; gives status and calls of each.
# A socket between the halves of the same process is how an event loop wakes itself.
_GUARDED = """
import contextlib, io, json, socket, sys
calls = []
def hook(event, arguments):
    if event == "socket.__new__" and arguments[1] == socket.AF_UNIX:
        return
    if event.startswith("socket.") or event in ("subprocess.Popen", "os.posix_spawn", "os.system"):
        calls.append(event)
        raise PermissionError(event)
sys.addaudithook(hook)
from verifykb.__main__ import run
found = {}
for words in json.load(sys.stdin):
    calls.clear()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        status = run(words)
    found[" ".join(words)] = [status, list(calls)]
print(json.dumps(found))
"""
_COMMANDS = [
    "check --mail thư/1.eml", "check --mail thư/2.eml", "check --from hotrocntt@vst.gov.vn", "check --from a@attacker.example",
    "batch thư", "batch log.csv", "domain vst.gov.vn attacker.example", "doctor",
]  # fmt: skip


def test_offline_and_replayed_runs_open_no_socket(office: Path) -> None:
    """Not even to look a name up, and with a name server in the settings; the same runs with DNS do open one."""
    ways = ["--no-dns", "--dns-replay dns.json", "--dns --no-cache"]
    runs = [f"{command} {way}".split() for way in ways for command in _COMMANDS]
    done = subprocess.run(
        [sys.executable, "-c", _GUARDED], input=json.dumps(runs).encode(), cwd=office, env=environment(),
        capture_output=True, check=False, timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, tuple[int, list[str]]] = json.loads(done.stdout)
    assert len(found) == len(runs)
    asking = {words for words, (_, calls) in found.items() if calls}
    # A stranger's address alone is no reason to ask anybody.
    assert asking == {f"{command} {ways[2]}" for command in _COMMANDS if command != "check --from a@attacker.example"}
    # The one that is wrong use: a domain cannot be looked at without asking.
    assert {words for words, (status, _) in found.items() if status not in (0, 1, 3)} == {f"{_COMMANDS[6]} --no-dns"}


# -- What is asked ----------------------------------------------------------------------------


def _run(*arguments: str, faults: Mapping[str, str] | None = None, zone: Mapping[str, Any] = ZONE) -> Run:
    """Run a command here, with a name server of its own."""

    async def work() -> Run:
        async with FaultServer(zone, faults) as server:
            server_options = ("--nameserver", f"127.0.0.1:{server.address[1]}")
            status, seconds = await _timed(*arguments, *server_options)
            return Run(status, {(name, kind) for name, kind, _ in server.asked}, seconds)

    return asyncio.run(work())


async def _timed(*arguments: str) -> tuple[int, float]:
    began = time.monotonic()
    status = await asyncio.to_thread(run_here, [*arguments, "--no-cache", "--at", "2026-11-22", "--format", "jsonl"])
    return status, time.monotonic() - began


OFFICIAL = [
    (["--from", SUPPORT], ZONE, _VST),
    (["--from", f"Hỗ trợ <{SUPPORT.upper()}.>"], ZONE, _VST),
    (["--from", "ke.toan@vst.gov.vn", "--message", "http://link.example/ a@mailto.example"], ZONE, _VST),
    # Without a record of its own the names above are asked for the one that is inherited (RFC 9989, 4.10).
    (["--from", SUPPORT], {}, _VST | _texts("_dmarc.gov.vn", "_dmarc.vn")),
    (
        ["--from", "a@phong.vst.gov.vn"], ZONE,
        {("phong.vst.gov.vn", "MX")} | _texts("phong.vst.gov.vn", "_dmarc.phong.vst.gov.vn", "_dmarc.vst.gov.vn", "_dmarc.gov.vn", "_dmarc.vn"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("contact", "zone", "asked"), OFFICIAL)
def test_a_typed_sender_asks_about_the_official_domain_only(
    contact: list[str], zone: Mapping[str, Any], asked: set[Question]
) -> None:
    """Three questions, and none about whom its SPF record or its MX names; no host of a message."""
    assert _run("check", *contact, "--isolated", zone=zone).asked == asked


@pytest.mark.parametrize(
    "sender",
    [
        "x@attacker.example",
        "hotrocntt@vst-gov.vn",
        "hotrocntt@vst.gov.vn.attacker.example",
        "hotrocntt@xvst.gov.vn",
        "hotrocntt@vst.gоv.vn",  # a Cyrillic o
        "hotrocntt@xn--vst-0ja.example",
        "hotrocntt@ｖｓｔ.gov.vn",
        f'"{SUPPORT}" <x@attacker.example>',
        f"{SUPPORT}, x@attacker.example",
        f"x@attacker.example ({SUPPORT})",
        f"{SUPPORT}@attacker.example",
        "hotrocntt@vst.gov.vn\u200b",
    ],
)
def test_an_attackers_name_server_does_not_see_who_checks(sender: str) -> None:
    """Nobody is asked about a sender that is not official."""
    run = _run("check", "--from", sender, "--message", "http://link.example/", "--isolated")
    assert not run.asked
    assert run.status in (1, 3)


def test_a_log_asks_about_its_official_senders_only(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In `batch` too, where it was told to ask."""
    monkeypatch.chdir(office)
    log = write_log(office, f"{SUPPORT},http://link.example/", "x@attacker.example,", header="sender,message")
    assert _run("batch", log, "--dns").asked == _VST


# Up to the top: a record above could say whose domain it is (RFC 9989, 4.10.2).
_AUTHOR = _texts("_dmarc.attacker.example", "_dmarc.example")
_ATTACKER = _AUTHOR | _texts("s1._domainkey.attacker.example")
_BOUNCE = {
    *_texts("bounce.example", "spf.bounce.example"), ("bounce.example", "MX"), ("mx.bounce.example", "A"),
    ("192.0.2.25.list.bounce.example", "A"), ("25.2.0.192.in-addr.arpa", "PTR"),
}  # fmt: skip
_LINKS = signed(EVERYWHERE, "attacker.example")
MAIL_ASKS: list[tuple[str, bytes, set[Question]]] = [
    ("a mail that nobody signed or delivered", EVERYWHERE, _AUTHOR),
    ("signed", _LINKS, _ATTACKER),
    ("delivered", delivered(_LINKS, "a@bounce.example"), _ATTACKER | _BOUNCE),
    ("delivered by another than the border", delivered(_LINKS, "a@bounce.example", by="mx.elsewhere.example"), _ATTACKER),
    ("a bounce", delivered(_LINKS, ""), _ATTACKER | _texts("out.example", "why.out.example")),
    ("with a mail inside", ATTACHED, _ATTACKER | _texts("_dmarc.inner.example")),
    (
        "official", delivered(signed(mail())),
        _VST | _texts("_dmarc.gov.vn", "_dmarc.vn", "s1._domainkey.vst.gov.vn", "spf.provider.example") | {("mail.provider.example", "A")},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "asked"), [row[1:] for row in MAIL_ASKS], ids=[row[0] for row in MAIL_ASKS])
def test_a_mail_asks_what_its_senders_imply(
    raw: bytes, asked: set[Question], office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The author's policy, the keys of signatures, SPF of who the border says delivered it; no link, Reply-To or hop."""
    monkeypatch.chdir(office)
    (office / "thư.eml").write_bytes(raw)
    assert _run("check", "--mail", "thư.eml").asked == asked


def test_a_folder_of_mails_asks_what_its_mails_imply(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing beside what each of them asks by itself."""
    monkeypatch.chdir(office)
    expected = MAIL_ASKS[2][2] | MAIL_ASKS[-1][2]
    assert _run("batch", "thư", "--dns").asked == expected


# -- For how long it waits --------------------------------------------------------------------

_SLACK = 1.0  # seconds beyond the deadline, or beyond nothing where the server answers at once


class Server(NamedTuple):
    """What a server does, the deadline of the run, how long it may then take, and the reason that is told."""

    way: str
    fault: str
    deadline: float
    seconds: float
    reason: str


SERVERS = [
    Server("dns", "drop", 0.3, 0.3, "deadline"),
    Server("dns", "garbage", 0.3, 0.3, "deadline"),
    Server("dns", "tcp-silent", 0.3, 0.3, "deadline"),
    Server("dns", "servfail", 60, 0, "servfail"),
    Server("dns", "bare-servfail", 60, 0, "servfail"),
    Server("dns", "refused", 60, 0, "refused"),
    Server("dns", "broken", 60, 0, "malformed"),
    Server("https", "trickle", 0.3, 0.3, "deadline"),
    Server("https", "silent", 0.3, 0.3, "deadline"),
    Server("https", "500", 60, 0, "http-status"),
    Server("https", "not-http", 60, 0, "malformed"),
]


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Load before time is taken what is else loaded when it is first needed."""
    importlib.import_module("verifykb.dns.doh")
    importlib.import_module("verifykb.dns.network")


def _failing(server: Server, *arguments: str) -> tuple[int, float]:
    """Run a command against such a server; give status and seconds."""
    arguments = (*arguments, "--config", str(MAILS / "verifykb.toml"), "--dns-deadline", str(server.deadline))

    async def over_https() -> tuple[int, float]:
        async with DohServer(server.fault) as doh:
            return await _timed(*arguments, "--doh", doh.url)

    if server.way == "https":
        return asyncio.run(over_https())
    run = _run(*arguments, faults={"*": server.fault})
    return run.status, run.seconds


@pytest.mark.parametrize("server", SERVERS, ids=lambda server: f"{server.way} {server.fault}")
def test_a_server_that_does_not_answer_costs_the_deadline_at_most(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """The genuine mail is unproven then, with the reason; a failure that is told ends the run at once."""
    status, seconds = _failing(server, "check", "--mail", str(MAILS / "that.eml"))
    contact = json.loads(capsys.readouterr().out)
    assert (status, contact["verdict"]) == (3, "unproven")
    found = [finding["values"]["reason"] for finding in contact["findings"] if finding["rule"] == "AUT004"]
    assert found == [server.reason]
    assert server.seconds <= seconds < server.seconds + _SLACK


@pytest.mark.parametrize("server", [SERVERS[0], SERVERS[7]], ids=lambda server: f"{server.way} {server.fault}")
def test_a_folder_of_mails_waits_once(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """Its mails wait side by side, and none is proven."""
    status, seconds = _failing(server, "batch", str(MAILS), "--dns")
    verdicts = [json.loads(line)["verdict"] for line in capsys.readouterr().out.splitlines()]
    assert (status, len(verdicts)) == (1, len(list(MAILS.glob("*.eml"))))
    assert not {"verified", "consistent"} & set(verdicts)
    assert server.seconds <= seconds < server.seconds + _SLACK
