"""Tests of doctor: what is in force and from where, what is missing, and its exit status."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from verifykb.__main__ import run as run_here
from verifykb.doctor import PARTS
from verifykb.text.safe import safe

from .process import run

Capture = pytest.CaptureFixture[str]
OFFICE = """
[office]
mailboxes = ["ketoan@donvi.gov.vn"]
[mail]
boundary = ["mx.donvi.gov.vn"]
"""
GOOD = {"names": {"vst.gov.vn": {"TXT": ["v=spf1 mx -all"]}}}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of an office that has settled everything, and a recording in which DNS answers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VERIFYKB_LANG", "en")
    (tmp_path / "verifykb.toml").write_text(OFFICE, encoding="utf-8")
    (tmp_path / "dns.json").write_text(json.dumps(GOOD), encoding="utf-8")
    return tmp_path


def diagnosed(capsys: Capture, *options: str) -> tuple[int, dict[str, Any]]:
    """Run doctor and give its status and its JSON; stderr must be silent."""
    status = run_here(["doctor", "--format", "json", *options])
    out, err = capsys.readouterr()
    assert err == ""
    found: dict[str, Any] = json.loads(out)
    assert found["ready"] is (status == 0)
    return status, found


@pytest.mark.usefixtures("office")
def test_an_office_that_settled_everything_is_ready(capsys: Capture) -> None:
    """Status 0, nothing to do."""
    status, found = diagnosed(capsys, "--dns-replay", "dns.json")
    assert (status, found["advice"]) == (0, [])
    assert (found["dns"]["name"], found["dns"]["result"]) == ("vst.gov.vn", "answered")


def test_every_setting_says_what_set_it(office: Path, capsys: Capture) -> None:
    """A file, an option, a variable, or nobody."""
    file = str(office / "verifykb.toml")
    _, found = diagnosed(capsys, "--dns-replay", "dns.json", "--nameserver", "192.0.2.1", "--no-cache")
    settings = found["settings"]
    assert found["config"] == file
    assert settings == {
        "lang": {"value": "en", "origin": "environment", "where": "VERIFYKB_LANG"},
        "office.mailboxes": {"value": ["ketoan@donvi.gov.vn"], "origin": "file", "where": file},
        "mail.boundary": {"value": ["mx.donvi.gov.vn"], "origin": "file", "where": file},
        "mail.authserv_id": {"value": [], "origin": "default", "where": None},
        "dns.nameserver": {"value": ["192.0.2.1"], "origin": "option", "where": "--nameserver"},
        "dns.doh": {"value": "", "origin": "option", "where": "--nameserver"},
        "dns.deadline": {"value": 5.0, "origin": "default", "where": None},
        "dns.trust_ad": {"value": False, "origin": "option", "where": "--nameserver"},
        "dns.cache": {"value": False, "origin": "option", "where": "--no-cache"},
    }


@pytest.mark.parametrize(
    ("text", "arguments", "env", "expected"),
    [
        ("lang = 'en'", ["doctor"], {}, ("en", "file")),
        ("lang = 'en'", ["doctor", "--lang", "en"], {}, ("en", "option")),
        ("lang = 'en'", ["--lang", "vi", "doctor"], {}, ("vi", "option")),
        ("", ["doctor"], {"LC_ALL": "en_US.UTF-8"}, ("en", "environment")),
        ("", ["doctor"], {}, ("vi", "default")),
    ],
)
def test_the_language_says_what_chose_it(
    tmp_path: Path, text: str, arguments: list[str], env: dict[str, str], expected: tuple[str, str]
) -> None:
    """Option, variable, file, locale, default."""
    (tmp_path / "verifykb.toml").write_text(text, encoding="utf-8")
    result = run(*arguments, "--no-dns", "--format", "json", env={"VERIFYKB_LANG": None, **env}, cwd=tmp_path)
    lang = json.loads(result.out)["settings"]["lang"]
    assert (lang["value"], lang["origin"]) == expected


REPLAYS: dict[str, tuple[dict[str, Any], tuple[str, str, int]]] = {
    # names, result, reason, status
    "answered": ({"vst.gov.vn": {"TXT": ["v=spf1 -all"]}}, ("answered", "", 0)),
    "no such record": ({"vst.gov.vn": {"MX": ["10 mx.vst.gov.vn"]}}, ("no-record", "", 0)),
    "no such name": ({}, ("no-name", "", 3)),
    "timeout": ({"vst.gov.vn": "TIMEOUT"}, ("unknown", "timeout", 3)),
    "servfail": ({"vst.gov.vn": "SERVFAIL"}, ("unknown", "servfail", 3)),
}


@pytest.mark.parametrize(("names", "expected"), REPLAYS.values(), ids=REPLAYS)
def test_could_not_know_is_not_no(
    office: Path, capsys: Capture, names: dict[str, Any], expected: tuple[str, str, int]
) -> None:
    """An answer, no record, no name and no answer are told apart; only a resolver that fails is a shortcoming."""
    (office / "dns.json").write_text(json.dumps({"names": names}), encoding="utf-8")
    status, found = diagnosed(capsys, "--dns-replay", "dns.json")
    assert (found["dns"]["result"], found["dns"]["reason"], status) == expected
    assert [advice["blocks"] for advice in found["advice"]] == [True] * bool(status)


@contextmanager
def name_server(*, silent: bool = False) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Run a name server on loopback; gives its address and the questions it is asked."""
    asked: list[tuple[str, str]] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                wire, client = server.recvfrom(4096)
                if not wire:
                    return
                query = dns.message.from_wire(wire)
                question = query.question[0]
                asked.append((question.name.to_text(omit_final_dot=True).lower(), question.rdtype.name))
                response = dns.message.make_response(query)
                response.flags |= dns.flags.RA
                response.answer = [dns.rrset.from_text(question.name, 60, "IN", "TXT", '"v=spf1 -all"')]
                if not silent:
                    server.sendto(response.to_wire(), client)

        thread = threading.Thread(target=serve)
        thread.start()
        port = server.getsockname()[1]
        try:
            yield f"127.0.0.1:{port}", asked
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
                waker.sendto(b"", ("127.0.0.1", port))
            thread.join()


@pytest.mark.usefixtures("office")
def test_only_the_official_domain_is_asked(capsys: Capture) -> None:
    """One question, TXT of the treasury's mail domain, each time anew: no cache hides a broken resolver."""
    with name_server() as (address, asked):
        for _ in range(2):
            status, found = diagnosed(capsys, "--nameserver", address)
            assert (status, found["dns"]["result"]) == (0, "answered")
    assert asked == [("vst.gov.vn", "TXT")] * 2


@pytest.mark.usefixtures("office")
def test_a_server_that_does_not_answer_is_told_within_the_deadline(capsys: Capture) -> None:
    """Could not know, with its kind, the time it took, and what to do."""
    with name_server(silent=True) as (address, asked):
        status, found = diagnosed(capsys, "--nameserver", address, "--dns-deadline", "0.3")
    assert asked
    assert (status, found["dns"]["result"], found["dns"]["reason"]) == (3, "unknown", "deadline")
    assert 0.2 <= found["dns"]["seconds"] < 2
    assert [advice["key"] for advice in found["advice"]] == ["dns-unknown"]


@pytest.mark.usefixtures("office")
def test_without_dns_nobody_is_asked_and_nothing_is_missing(capsys: Capture) -> None:
    """`--no-dns` is a choice, not a shortcoming."""
    status, found = diagnosed(capsys, "--no-dns")
    assert (status, found["dns"]["result"]) == (0, "not-asked")


def test_without_office_mailboxes_nothing_can_be_verified(capsys: Capture) -> None:
    """Status 3, and the advice says what to write."""
    status, found = diagnosed(capsys, "--isolated", "--no-dns", "--lang", "en")
    assert status == 3
    assert [(advice["key"], advice["blocks"]) for advice in found["advice"]] == [
        ("no-office-mailbox", True), ("no-boundary", False),
    ]  # fmt: skip
    assert "[office] mailboxes" in found["advice"][0]["message"]


@pytest.mark.parametrize(
    ("text", "options", "part"),
    [
        ("[dns]\ncache = 1", ["--no-dns"], "dns.cache"),
        ("[office]\nmailboxes = ['ketoan']", ["--no-dns"], "office.mailboxes"),
        ("[dns]\nnameserver = 'dns.example'", ["--no-dns"], "dns.example"),
        ("[dns]\ndoh = 'http://dns.example'", [], "http://dns.example"),
        ("", ["--dns-replay", "missing.json"], "missing.json"),
        ("", ["--format", "yaml"], "yaml"),
        ("", ["--lang", "fr"], "fr"),
    ],
)
def test_a_broken_configuration_is_wrong_use(
    office: Path, capsys: Capture, text: str, options: list[str], part: str
) -> None:
    """Status 2, nothing on stdout, three lines on stderr."""
    (office / "verifykb.toml").write_text(text, encoding="utf-8")
    assert run_here(["doctor", *options]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 3)
    assert part in err


@pytest.mark.parametrize(("language", "opening"), [("vi", "Kết quả: chưa sẵn sàng"), ("en", "Result: not ready")])
def test_the_plain_text_opens_with_the_answer(office: Path, capsys: Capture, language: str, opening: str) -> None:
    """The answer, what to do, then what is in force; the same facts as the JSON, no traceback, nothing on stderr."""
    (office / "verifykb.toml").write_text("[dns]\ndeadline = 2.5\n", encoding="utf-8")
    assert run_here(["doctor", "--no-dns", "--lang", language, "--doh", ""]) == 3
    out, err = capsys.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert lines[0].startswith(opening)
    assert lines[2].startswith("  1. ")
    assert str(office / "verifykb.toml") in out
    assert any(line.startswith("  dns.deadline: 2.5 (") for line in lines)
    assert "21/05/2027" in out
    assert all(part in lines[-2] for part in PARTS)


def test_no_character_of_a_name_reaches_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """A folder whose name holds escapes and bidi marks is shown with them made visible."""
    folder = tmp_path / "a\x1b[31m\u202eb"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "verifykb.toml").write_text('[mail]\nboundary = "mx"\n', encoding="utf-8")
    for format_ in ("plain", "json"):
        assert run_here(["doctor", "--no-dns", "--format", format_]) == 3
        out = capsys.readouterr().out
        assert all(safe(line) == line for line in out.splitlines())
        assert "\\u{202e}" in out.replace("\\\\", "\\")


def test_doctor_answers_in_any_locale(tmp_path: Path) -> None:
    """Vietnamese folder names and words come out as UTF-8 in an ASCII locale, and it says which locale that is."""
    folder = tmp_path / "kế toán"
    folder.mkdir()
    (folder / "verifykb.toml").write_text("", encoding="utf-8")
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "VERIFYKB_LANG": "vi"}
    result = run("doctor", "--no-dns", env=env, cwd=folder)
    assert (result.status, result.err) == (3, "")
    assert str(folder / "verifykb.toml") in result.out
    encodings = json.loads(run("doctor", "--no-dns", "--format", "json", env=env, cwd=folder).out)["encodings"]
    assert encodings["stdout"] == "utf-8"
    assert encodings["locale_encoding"].lower() != "utf-8"
