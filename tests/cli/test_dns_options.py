"""Tests of what the commands share: options over the file, and the recording."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from verifykb.__main__ import run as run_here
from verifykb.cli.dns_options import DnsOptions, resolver_for, settings_for
from verifykb.config import Settings
from verifykb.dns.answer import OFFLINE, Answer, Resolver, Status
from verifykb.errors import InputError, OutputError, UsageError
from verifykb.wording import LANGUAGES, Wording

from .process import write_log

FILE = """
[dns]
nameserver = ["192.0.2.53"]
deadline = 9
trust_ad = true
"""
RECORDING = {"recorded_at": "2026-11-22T21:00:00+07:00", "names": {"vst.gov.vn": {"TXT": ["v=spf1 -all"]}}}
COMMANDS = {"check": ["--phone", "02462764300"], "batch": ["log.csv"], "doctor": []}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run in, with a log and a recording."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VERIFYKB_LANG", "en")
    write_log(tmp_path, "SD261120-004217,,,")
    (tmp_path / "dns.json").write_text(json.dumps(RECORDING), encoding="utf-8")
    return tmp_path


CONFLICTS = [
    (["--no-dns", "--nameserver", "192.0.2.1"], "--no-dns", "--nameserver"),
    (["--no-dns", "--doh", "https://dns.example/dns-query"], "--no-dns", "--doh"),
    (["--no-dns", "--dns-replay", "dns.json"], "--no-dns", "--dns-replay"),
    (["--no-dns", "--dns-record", "new.json"], "--no-dns", "--dns-record"),
    (["--doh", "https://dns.example/dns-query", "--nameserver", "192.0.2.1"], "--doh", "--nameserver"),
    (["--config", "verifykb.toml", "--isolated"], "--config", "--isolated"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("conflict", CONFLICTS, ids=lambda conflict: " ".join(conflict[1:]))
@pytest.mark.parametrize("command", COMMANDS)
def test_options_that_cannot_go_together_are_wrong_use(
    office: Path, capsys: pytest.CaptureFixture[str], command: str, conflict: tuple[list[str], str, str], language: str
) -> None:
    """Each command names both options, and asks and writes nothing."""
    options, first, second = conflict
    assert run_here([command, *COMMANDS[command], *options, "--lang", language]) == 2
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 3)
    assert first in err
    assert second in err
    assert not (office / "new.json").exists()


@pytest.mark.parametrize("value", ["0", "0.05", "601", "-1", "nan", "inf", "x", "٥", "1e9"])
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.usefixtures("office")
def test_a_deadline_that_is_none_is_wrong_use(capsys: pytest.CaptureFixture[str], command: str, value: str) -> None:
    """From 0.1 to 600 seconds, as in the file."""
    assert run_here([command, *COMMANDS[command], f"--dns-deadline={value}"]) == 2
    assert "from 0.1 to 600" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_broken_file_stops_every_command_unless_isolated(
    office: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """The settings are read before anything is judged; isolated, they are not looked at."""
    (office / "verifykb.toml").write_text("[dns]\ncache = 1\n", encoding="utf-8")
    arguments = [command, *COMMANDS[command]]
    assert run_here([*arguments, "--no-dns"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "dns.cache" in err
    assert str(office / "verifykb.toml") in err
    assert run_here([*arguments, "--no-dns", "--isolated"]) == 3
    (office / "other.toml").write_text("[dns]\ncache = true\n", encoding="utf-8")
    assert run_here([*arguments, "--no-dns", "--config", "other.toml"]) == 3


IS_ON: list[tuple[dict[str, Any], bool, bool]] = [
    # typed, on in check, on in batch
    ({}, True, False),
    ({"dns": True}, True, True),
    ({"dns": False}, False, False),
    ({"dns_replay": "x"}, True, True),
    ({"dns_record": "x"}, True, True),
    ({"nameserver": ("192.0.2.1",)}, True, True),
    ({"doh": "https://dns.example/dns-query"}, True, True),
    ({"no_cache": True, "dns_deadline": "1", "config": "x", "isolated": True}, True, False),
]


@pytest.mark.parametrize(("typed", "check", "batch"), IS_ON)
def test_an_option_about_asking_turns_dns_on(typed: dict[str, Any], check: bool, batch: bool) -> None:
    """What makes no sense without DNS asks; nothing else changes a command's default."""
    assert DnsOptions(**typed, default=True).is_on is check
    assert DnsOptions(**typed, default=False).is_on is batch


def test_the_command_line_wins_over_the_file(office: Path) -> None:
    """Key by key, and each says what set it."""
    file = office / "verifykb.toml"
    file.write_text(FILE, encoding="utf-8")
    from_file = settings_for(DnsOptions())
    assert (from_file.nameservers, from_file.deadline, from_file.trust_ad) == (("192.0.2.53",), 9.0, True)
    assert set(from_file.origins.values()) == {str(file)}
    settings = settings_for(DnsOptions(dns_deadline="1.5", no_cache=True))
    assert (settings.nameservers, settings.deadline, settings.cache) == (("192.0.2.53",), 1.5, False)
    assert settings.origins == {
        "dns.nameserver": str(file), "dns.trust_ad": str(file),
        "dns.deadline": "--dns-deadline", "dns.cache": "--no-cache",
    }  # fmt: skip
    assert settings_for(DnsOptions(isolated=True)) == Settings(origins={})


@pytest.mark.parametrize(
    ("typed", "nameservers", "doh"),
    [
        ({"nameserver": ("192.0.2.1", "192.0.2.2")}, ("192.0.2.1", "192.0.2.2"), ""),
        ({"doh": "https://dns.example/dns-query"}, (), "https://dns.example/dns-query"),
    ],
)
def test_trust_in_a_resolver_goes_with_it(
    office: Path, typed: dict[str, Any], nameservers: tuple[str, ...], doh: str
) -> None:
    """A resolver typed on the command line is not the one that the file trusts to validate."""
    (office / "verifykb.toml").write_text(FILE, encoding="utf-8")
    settings = settings_for(DnsOptions(**typed))
    assert (settings.nameservers, settings.doh, settings.trust_ad) == (nameservers, doh, False)
    assert settings.origins["dns.trust_ad"] in ("--nameserver", "--doh")


def ask(options: DnsOptions, name: str = "vst.gov.vn") -> Answer:
    """Open the resolver of a run, ask it once and close it."""

    async def question() -> Answer:
        async with resolver_for(options, settings_for(options)) as resolver:
            return await resolver.ask(name, "TXT")

    return asyncio.run(question())


@pytest.mark.usefixtures("office")
def test_a_recording_answers_and_offline_asks_nobody() -> None:
    """`--dns-replay` gives what was recorded; without DNS the answer is that nobody was asked."""
    assert ask(DnsOptions(dns_replay="dns.json")) == Answer(Status.FOUND, ("v=spf1 -all",))
    assert ask(DnsOptions(dns=False)) == OFFLINE
    assert ask(DnsOptions(default=False)) == OFFLINE


def test_a_recording_of_a_replay_says_the_same(office: Path) -> None:
    """What `--dns-record` wrote answers as the run did; the file is complete and has its time."""
    assert ask(DnsOptions(dns_replay="dns.json", dns_record="bản ghi.json")).status is Status.FOUND
    written = json.loads((office / "bản ghi.json").read_text(encoding="utf-8"))
    assert written["names"] == RECORDING["names"]
    assert written["recorded_at"].endswith("+07:00")
    assert ask(DnsOptions(dns_replay="bản ghi.json")) == ask(DnsOptions(dns_replay="dns.json"))
    assert sorted(path.name for path in office.iterdir()) == ["bản ghi.json", "dns.json", "log.csv"]


def test_a_run_that_fails_leaves_the_recording_as_it_was(office: Path) -> None:
    """An older recording of that name stays whole, and nothing half written is left."""
    before = (office / "dns.json").read_bytes()

    async def fail() -> None:
        options = DnsOptions(dns_replay="dns.json", dns_record="dns.json")
        async with resolver_for(options, Settings()) as resolver:
            await resolver.ask("vst.gov.vn", "TXT")
            raise InterruptedError

    with suppress(InterruptedError):
        asyncio.run(fail())
    assert (office / "dns.json").read_bytes() == before
    assert sorted(path.name for path in office.iterdir()) == ["dns.json", "log.csv"]


@pytest.mark.parametrize("place", ["missing/new.json", ".", "/dev/null", "dns.json/new.json"])
@pytest.mark.usefixtures("office")
def test_a_recording_that_cannot_be_written_is_told_before_anything_is_asked(place: str) -> None:
    """Status 74, as for every answer that could not be written."""
    asked: list[Resolver] = []

    async def question() -> None:
        async with resolver_for(DnsOptions(dns_replay="dns.json", dns_record=place), Settings()) as resolver:
            asked.append(resolver)

    with pytest.raises(OutputError):
        asyncio.run(question())
    assert not asked


@pytest.mark.parametrize(
    ("options", "error", "key"),
    [
        (DnsOptions(nameserver=("dns.example",)), UsageError, "nameserver-invalid"),
        (DnsOptions(nameserver=("",)), UsageError, "nameserver-invalid"),
        (DnsOptions(doh="ftp://dns.example"), UsageError, "doh-invalid"),
        (DnsOptions(dns_replay="missing.json"), InputError, "recording-unreadable"),
        (DnsOptions(dns_replay="log.csv"), InputError, "recording-invalid"),
    ],
)
@pytest.mark.usefixtures("office")
def test_whom_to_ask_must_be_possible(options: DnsOptions, error: type[UsageError | InputError], key: str) -> None:
    """What cannot be asked is told with words in both languages."""
    with pytest.raises(error) as caught:
        ask(options)
    assert caught.value.key == key
    for language in LANGUAGES:
        assert all(Wording(language).error(key, caught.value.values))
