"""Tests of `verifykb domain`: what it says, in which shape, and how it ends."""

import asyncio
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.dns.faultserver import FaultServer
from verifykb.__main__ import run as run_here
from verifykb.exit_status import ExitStatus
from verifykb.rules import RULES

from .process import TIMEOUT_SECONDS, VERIFYKB, Result, environment, run, shell, tells_in_three_parts

ZONE: dict[str, Any] = {
    "good.example": {
        "TXT": ["v=spf1 mx -all"], "MX": ["10 mx.good.example"], "NS": ["ns.example.net"], "DS": ["1"], "DNSKEY": ["257"],
    },
    "_dmarc.good.example": {"TXT": ["v=DMARC1; p=reject; rua=mailto:a@good.example"]},
    "_mta-sts.good.example": {"TXT": ["v=STSv1; id=1"]},
    "_smtp._tls.good.example": {"TXT": ["v=TLSRPTv1; rua=mailto:a@good.example"]},
    "mx.good.example": {"A": ["192.0.2.1"]},
    "weak.example": {"TXT": ["v=spf1 +all"], "MX": ["10 mx.weak.example"]},
    "hostile.example": {"TXT": ["v=spf1 \x1b[31m\u202e\u200b{domain} \x07 +all"], "MX": ["0 \x9b2J"]},
    "slow.example": "TIMEOUT",
    "khobạc.example".encode("idna").decode(): {"TXT": ["v=spf1 -all"]},
}  # fmt: skip
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def zone(tmp_path: Path) -> str:
    """A recording of the zones above."""
    file = tmp_path / "zone.json"
    file.write_text(json.dumps({"recorded_at": "2026-11-22T21:00:00+07:00", "names": ZONE}), encoding="utf-8")
    return str(file)


def test_plain_says_what_an_attacker_gains_and_what_to_publish(capsys: Capture, zone: str) -> None:
    """A line for the name and one for each finding, in the words of `explain`."""
    for lang, why, todo in (("vi", "Vì sao: ", "Nên làm: "), ("en", "Why: ", "Do: ")):
        assert run_here(["domain", "weak.example", "--dns-replay", zone, "--lang", lang]) == 0
        first, *lines = capsys.readouterr().out.splitlines()
        assert first.startswith("weak.example: ")
        assert [line.split()[0] for line in lines] == ["DOM006", "DOM008", "DOM015", "DOM018", "DOM019"]
        for line in lines:
            assert why in line
            assert todo in line


@pytest.mark.parametrize(("lang", "words"), [("vi", "Không thấy điểm yếu nào."), ("en", "No weakness found.")])
def test_a_name_without_a_weakness_says_so(capsys: Capture, zone: str, lang: str, words: str) -> None:
    """Silence is not an answer."""
    assert run_here(["domain", "good.example", "--dns-replay", zone, "--lang", lang]) == 0
    assert capsys.readouterr().out.startswith(f"good.example: {words}\n")


STATUSES: dict[str, tuple[list[str], int]] = {
    "judged": (["good.example"], 0),
    "judged badly": (["weak.example", "hostile.example"], 0),
    "does not exist": (["nowhere.example"], 0),
    "unknown": (["good.example", "slow.example"], 3),
    "malformed": (["good.example", "a_b.example"], 2),
    "malformed and unknown": (["slow.example", "a..b"], 2),
    "no name": ([], 2),
    "no such file": (["--input", "nowhere.txt"], 2),
    "a folder": (["--input", "."], 2),
    "an empty list": (["--input", "/dev/null"], 2),
    "an empty list for JSON": (["--input", "/dev/null", "--format", "json"], 2),
    "an unknown format": (["good.example", "--format", "csv"], 2),
    "without DNS": (["good.example", "--no-dns"], 2),
}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("arguments", "status"), STATUSES.values(), ids=STATUSES)
def test_the_exit_status(capsys: Capture, zone: str, arguments: list[str], status: int, lang: str) -> None:
    """0 judged, 3 something could not be known, 2 wrong use or no name; an error has three parts."""
    replay = [] if "--no-dns" in arguments else ["--dns-replay", zone]
    assert run_here(["domain", *arguments, *replay, "--lang", lang]) == status
    written = capsys.readouterr()
    assert bool(written.out) != bool(written.err)
    assert len(written.err.splitlines()) in (0, 3)


def documents(text: str) -> list[dict[str, Any]]:
    """Give the domains of a JSON document."""
    document = json.loads(text)
    assert document.keys() == {"schema_version", "tool", "domains"}
    assert document["schema_version"] == 1
    found: list[dict[str, Any]] = document["domains"]
    return found


def test_json_holds_what_was_found_and_what_it_means(capsys: Capture, zone: str) -> None:
    """The same keys for every domain; unknown is not empty."""
    names = ["good.example", "weak.example", "slow.example", "a..b", "khobạc.example"]
    assert run_here(["domain", *names, "--dns-replay", zone, "--format", "json", "--lang", "en"]) == 2
    found = documents(capsys.readouterr().out)
    assert [item["name"] for item in found] == names
    assert all(item.keys() == found[0].keys() for item in found)
    good, weak, slow, malformed, unicode = found
    assert (good["mx"], slow["mx"], malformed["mx"]) == (["10 mx.good.example"], None, None)
    assert (good["dmarc"]["policy"], weak["dmarc"]["status"], slow["dmarc"]["status"]) == ("reject", "absent", "absent")
    assert (good["spf"]["lookups"], slow["spf"]["status"], malformed["spf"]["status"]) == (1, "unknown", "not-asked")
    assert (malformed["domain"], unicode["domain"].startswith("xn--")) == (None, True)
    for item in found:
        for finding in item["findings"]:
            rule = RULES[finding["rule"]]
            assert finding.keys() == {"rule", "name", "axis", "effect", "values", "message", "source"}
            assert (finding["name"], finding["axis"], finding["effect"]) == (rule.name, "sender", "notes")


@pytest.mark.parametrize("format_", ["plain", "table", "json"])
def test_what_an_attacker_published_is_made_safe(capsys: Capture, zone: str, format_: str) -> None:
    """No control, bidi or invisible character of a record or a name reaches the terminal."""
    names = ["hostile.example", "\x1b]8;;x\x07.example", "a\u202eb.example"]
    assert run_here(["domain", *names, "--dns-replay", zone, "--format", format_, "--lang", "en"]) == 2
    shown = capsys.readouterr().out
    assert all(character.isprintable() or character == "\n" for character in shown)
    assert "\\u{1b}" in shown or "\\\\u{1b}" in shown


@pytest.mark.parametrize("accessible", ["", "1"])
def test_the_table_has_a_row_for_every_domain(zone: str, accessible: str) -> None:
    """And no boxes where they are not wanted."""
    arguments = ("domain", "good.example", "slow.example", "--dns-replay", zone, "--format", "table")
    result = run(*arguments, env={"ACCESSIBLE": accessible})
    assert result.status == 3
    assert "good.example" in result.out
    assert "DOM001" in result.out
    assert any("\u2500" <= character <= "\u257f" for character in result.out) is not bool(accessible)


LIST = (
    b"\xef\xbb\xbfgood.example\r\n\r\n# a remark\n  weak.example  \nGOOD.example.\n"
    + b"x" * 9000 + b".example\n\xff.example\nslow.example"
)  # fmt: skip


@pytest.mark.parametrize("way", ["file", "stdin"])
def test_a_list_is_read_line_by_line(tmp_path: Path, zone: str, way: str) -> None:
    """Blank lines and remarks are no names, a name comes once, what is none is told as that."""
    (tmp_path / "names.txt").write_bytes(LIST)
    source = "-" if way == "stdin" else "names.txt"
    arguments = ("domain", "weak.example", "--input", source, "--dns-replay", zone, "--format", "json")
    result = run(*arguments, stdin=LIST if way == "stdin" else b"", cwd=tmp_path)
    assert (result.status, result.err) == (2, "")
    names = [item["name"] for item in documents(result.out)]
    assert names[:2] == ["weak.example", "good.example"]
    assert names[2].startswith("xxxx")
    assert names[3:] == ["\\u{dcff}.example", "slow.example"]


def test_many_names_come_in_their_order(tmp_path: Path, zone: str) -> None:
    """However many are under way at a time."""
    names = [f"n{number}.example" for number in range(700)]
    (tmp_path / "names.txt").write_text("\n".join(names), encoding="utf-8")
    result = run("domain", "--input", "names.txt", "--dns-replay", zone, cwd=tmp_path)
    assert (result.status, result.err) == (0, "")
    assert re.findall(r"^(n\d+\.example): ", result.out, re.MULTILINE) == names


def test_a_replay_opens_no_connection(zone: str) -> None:
    """Not even for an MTA-STS policy that the recording announces."""
    script = (
        "import sys; from verifykb.__main__ import run;"
        "status = run(sys.argv[1:]); assert not {'httpx2', 'verifykb.dns.network', 'sqlite3'} & set(sys.modules);"
        "sys.exit(status)"
    )
    command = [sys.executable, "-c", script, "domain", "good.example", "--dns-replay", zone]
    subprocess.run(command, env=environment(), check=True, capture_output=True, timeout=TIMEOUT_SECONDS)


def test_a_closed_pipe_is_an_answer_not_written(tmp_path: Path, zone: str) -> None:
    """`verifykb domain … | head` ends quietly."""
    names = "\n".join(f"n{number}.example" for number in range(3000))
    (tmp_path / "names.txt").write_text(names, encoding="utf-8")
    result = shell('"$@" | head -n 1; exit ${PIPESTATUS[0]}', "domain", "--input", "names.txt", "--dns-replay", zone, cwd=tmp_path)  # fmt: skip
    assert (result.status, result.err) == (ExitStatus.IO, "")


def _on_a_terminal(arguments: list[str], folder: Path, **env: str | None) -> tuple[int, str]:
    """Run with stderr on a terminal; give the status and what was written there."""
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [*VERIFYKB, *arguments],
        stdout=subprocess.DEVNULL, stderr=theirs, env=environment({"TERM": "xterm", **env}), cwd=folder, check=False,
        timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    os.close(theirs)
    written = b""
    try:
        while chunk := os.read(ours, 65_536):
            written += chunk
    except OSError:
        pass  # Linux says so at the end of a terminal
    finally:
        os.close(ours)
    return done.returncode, written.decode()


def test_progress_is_a_line_that_goes_away(tmp_path: Path, zone: str) -> None:
    """Where stderr is a terminal; as plain lines where nothing may be redrawn; nowhere else."""
    (tmp_path / "names.txt").write_text("\n".join(f"n{number}.example" for number in range(60)), encoding="utf-8")
    arguments = ["domain", "--input", "names.txt", "--dns-replay", zone, "--format", "json"]
    status, written = _on_a_terminal(arguments, tmp_path)
    assert (status, written) == (0, "\r25 domains done\r50 domains done\r" + " " * 15 + "\r")
    assert _on_a_terminal(arguments, tmp_path, ACCESSIBLE="1") == (0, "25 domains done\r\n50 domains done\r\n")
    assert run(*arguments, cwd=tmp_path).err == ""


def test_it_asks_a_real_name_server() -> None:
    """From the command line to the wire and back; a server that is silent about one name costs 3, not the rest."""
    names = {
        "example.com": {"TXT": ["v=spf1 mx -all"], "MX": ["10 mx.example.com"]},
        "mx.example.com": {"A": ["192.0.2.1"]},
        "_dmarc.example.com": {"TXT": ["v=DMARC1; p=reject; rua=mailto:a@example.com"]},
    }

    async def ask() -> tuple[Result, list[tuple[str, str]]]:
        async with FaultServer(names, {"silent.example": "drop"}) as server:
            options = ["--nameserver", f"127.0.0.1:{server.address[1]}", "--no-https", "--no-cache", "--isolated"]
            arguments = ["domain", "example.com", "silent.example", *options, "--dns-deadline", "1", "--format", "json"]
            process = await asyncio.create_subprocess_exec(
                *VERIFYKB, *arguments, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            out, err = await process.communicate()
            return Result(process.returncode or 0, out.decode(), err.decode()), server.questions()

    result, asked = asyncio.run(ask())
    assert (result.status, result.err) == (3, "")
    known, silent = documents(result.out)
    assert [finding["rule"] for finding in known["findings"]] == ["DOM015", "DOM018", "DOM019"]
    assert known["spf"]["lookups"] == 1
    assert {finding["rule"] for finding in silent["findings"]} >= {"DOM001"}
    assert ("example.com", "MX") in asked


def test_help_is_in_the_users_language() -> None:
    """With every option of its own."""
    for lang in ("vi", "en"):
        result = run("domain", "--help", env={"VERIFYKB_LANG": lang})
        assert result.status == 0
        for option in ("--input", "--no-https", "--dns-replay", "--format", "NAME..."):
            assert option in result.out


def test_an_error_has_three_parts() -> None:
    """What, why, what to do."""
    assert tells_in_three_parts(run("domain").err)
