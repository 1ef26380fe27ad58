"""`baseline write` as a process would run it: what is written, what is told, and with which exit status."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.judging import MAILS
from verifykb.__main__ import run as run_here
from verifykb.batch.baseline import Baseline
from verifykb.context import VIETNAM

from .process import (
    AT,
    CONSISTENT,
    CONTRADICTED,
    PROHIBITED,
    UNPROVEN,
    UNREADABLE,
    Result,
    run,
    shell,
    tells_in_three_parts,
    write_log,
)

TERMS = ("--reason", "known", "--author", "An", "--expires", "2027-01-01")
TODAY = date(2026, 11, 22)


def write(folder: Path, log: str, *more: str, terms: tuple[str, ...] = TERMS, to: str = "b.json") -> Result:
    """Run the command."""
    return run("baseline", "write", log, "--to", str(folder / to), *terms, *AT, *more)


def accepted(folder: Path, to: str = "b.json") -> list[str]:
    """Give the rules that a baseline accepts."""
    return sorted(entry.rule for entry in Baseline.load(str(folder / to), TODAY).accepted)


def test_what_keeps_contacts_below_consistent_is_accepted(tmp_path: Path) -> None:
    """The file holds it, stdout nothing, stderr the counts; status 0 although the log holds contradicted contacts."""
    log = write_log(tmp_path, CONSISTENT, UNPROVEN, CONTRADICTED)
    result = write(tmp_path, log)
    assert (result.status, result.out) == (0, "")
    assert result.err == f"{tmp_path}/b.json: 3 findings newly accepted, 0 kept, 0 expired ones removed.\n"
    assert accepted(tmp_path) == ["PHO001", "PHO005", "SND001"]


def test_the_file_is_the_same_after_a_second_run(tmp_path: Path) -> None:
    """What was accepted is kept, key included; where the log lies and how its rows stand does not matter."""
    log = write_log(tmp_path, CONSISTENT, UNPROVEN, CONTRADICTED)
    write(tmp_path, log)
    before = (tmp_path / "b.json").read_bytes()
    moved = write_log(tmp_path, CONTRADICTED, "", UNPROVEN, name="khac.csv")
    result = write(tmp_path, moved, "--lang", "vi")
    assert result.err == f"{tmp_path}/b.json: chấp nhận thêm 0 phát hiện, giữ 3, bỏ 0 phát hiện hết hạn.\n"
    assert (tmp_path / "b.json").read_bytes() == before


def test_a_contact_that_asks_for_something_forbidden_is_left_out_and_told(tmp_path: Path) -> None:
    """Unless the rule is named, by id or name; then exactly that rule is accepted."""
    log = write_log(tmp_path, PROHIBITED, CONTRADICTED)
    result = write(tmp_path, log)
    assert result.status == 0
    assert "1 contacts ask for something forbidden" in result.err
    assert accepted(tmp_path) == ["PHO005"]
    assert write(tmp_path, log, "--rule", "asks-for-secret", to="c.json").status == 0
    assert accepted(tmp_path, "c.json") == ["MSG001"]


REFUSED = {
    "no reason": ("--reason", ""),
    "no author": ("--author", "  "),
    "no day": ("--expires", "2027-02-30"),
    "a day that has passed": ("--expires", "2026-11-21"),
    "a day too far": ("--expires", "2099-01-01"),
    "unknown rule": ("--rule", "SND999"),
    "harmless rule": ("--rule", "PHO009"),
    "unknown format": ("--input-format", "doc"),
    "unknown time": ("--at", "someday"),
    "an option left without its value": ("--reason",),
}


@pytest.mark.parametrize("typed", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_cannot_be_meant_is_refused_before_anything_is_read(
    tmp_path: Path, typed: tuple[str, ...], lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2 in three parts, and no file."""
    arguments = ["baseline", "write", str(tmp_path / "khong.csv"), "--to", str(tmp_path / "b.json"), *TERMS, *AT]
    assert run_here([*arguments, "--lang", lang, *typed]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    parts = {"vi": ("Lỗi: ", "Vì: ", "Cách xử lý: "), "en": ("Error: ", "Why: ", "What to do: ")}[lang]
    assert tells_in_three_parts(written.err, parts)
    assert "khong.csv" not in written.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["--to", "--reason", "--author", "--expires"])
def test_every_term_is_required(tmp_path: Path, missing: str) -> None:
    """Nothing is accepted by default for ever, by nobody."""
    options = {"--to": str(tmp_path / "b.json"), **dict(zip(TERMS[::2], TERMS[1::2], strict=True))}
    del options[missing]
    result = run(
        "baseline", "write", write_log(tmp_path, CONTRADICTED), *(word for pair in options.items() for word in pair)
    )
    assert result.status == 2
    assert f"{missing} is missing" in result.err
    assert tells_in_three_parts(result.err)
    assert not (tmp_path / "b.json").exists()


@pytest.mark.parametrize("rows", [(CONTRADICTED, UNREADABLE), (UNREADABLE,), ()])
def test_nothing_is_written_where_something_was_not_looked_at(tmp_path: Path, rows: tuple[str, ...]) -> None:
    """An unreadable row is told with its place; a log without contacts is none."""
    result = write(tmp_path, write_log(tmp_path, *rows))
    assert result.status == 2
    assert tells_in_three_parts(result.err)
    assert ("log.csv:" in result.err and "was not written" in result.err) is bool(rows)
    assert not (tmp_path / "b.json").exists()
    assert [file.name for file in tmp_path.iterdir()] == ["log.csv"]


@pytest.mark.parametrize("content", ["", "{}", "code\nSD261120-004217\n", '{"schema_version": 1}'])
def test_a_file_that_is_no_baseline_is_not_replaced(tmp_path: Path, content: str) -> None:
    """It may be somebody's log, or a baseline that was cut off."""
    (tmp_path / "b.json").write_text(content, encoding="utf-8")
    result = write(tmp_path, write_log(tmp_path, CONTRADICTED))
    assert result.status == 2
    assert tells_in_three_parts(result.err)
    assert (tmp_path / "b.json").read_text(encoding="utf-8") == content


def test_a_log_is_not_replaced_by_its_own_baseline(tmp_path: Path) -> None:
    """Two names of one file are one file."""
    log = write_log(tmp_path, CONTRADICTED)
    (tmp_path / "b.json").hardlink_to(log)
    result = write(tmp_path, log)
    assert result.status == 2
    assert "is an input file itself" in result.err


def test_what_cannot_be_written_is_74(tmp_path: Path) -> None:
    """A folder that is not there, a device."""
    log = write_log(tmp_path, CONTRADICTED)
    assert write(tmp_path, log, to="khong/b.json").status == 74
    assert run("baseline", "write", log, "--to", "/dev/full", *TERMS, *AT).status == 74


def test_the_place_may_be_a_link_and_stays_one(tmp_path: Path) -> None:
    """The baseline that is reviewed may lie elsewhere."""
    (tmp_path / "that").mkdir()
    (tmp_path / "b.json").symlink_to(tmp_path / "that" / "b.json")
    assert write(tmp_path, write_log(tmp_path, CONTRADICTED)).status == 0
    assert (tmp_path / "b.json").is_symlink()
    assert accepted(tmp_path / "that") == ["PHO005"]


def test_the_day_is_that_of_the_run(tmp_path: Path) -> None:
    """Without --at it is today; an expired entry is told and goes."""
    today = datetime.now(VIETNAM).date()
    log = write_log(tmp_path, CONTRADICTED)
    terms = ("--reason", "known", "--author", "An", "--expires")
    to = ("--to", str(tmp_path / "b.json"))
    assert run("baseline", "write", log, *to, *terms, str(today - timedelta(days=3))).status == 2
    assert run("baseline", "write", log, *to, *terms, f"{today + timedelta(days=9):%d/%m/%Y}").status == 0
    first = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    later = ("--at", str(today + timedelta(days=10)), *terms, str(today + timedelta(days=20)))
    result = run("baseline", "write", write_log(tmp_path, CONSISTENT), *to, *later)
    assert "0 findings newly accepted, 0 kept," in result.err
    assert f"{len(first['accepted'])} expired ones removed" in result.err


def test_mails_are_accepted_by_their_content(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the settings and recorded DNS that batch takes; a mail that is not there is left out and told."""
    log = tmp_path / "log.csv"
    log.write_text("mail\nthu.eml\nkhong.eml\n", encoding="utf-8")
    (tmp_path / "thu.eml").write_bytes((MAILS / "gia-nguoi-gui.eml").read_bytes())
    replay = ["--config", str(MAILS / "verifykb.toml"), "--dns-replay", str(MAILS / "dns.json"), *AT, "--lang", "en"]
    assert run_here(["baseline", "write", str(log), "--to", str(tmp_path / "b.json"), *TERMS, *replay]) == 0
    assert "1 contacts have a mail that cannot be read" in capsys.readouterr().err
    contacts = {entry.contact for entry in Baseline.load(str(tmp_path / "b.json"), TODAY).accepted}
    assert len(contacts) == 1


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_help_names_every_option(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In the user's language; the group alone shows its command."""
    assert run_here(["baseline", "write", "--help", "--lang", lang]) == 0
    page = capsys.readouterr().out
    for option in ("--to", "--reason", "--author", "--expires", "--rule", "--at", "--config", "--isolated"):
        assert option in page
    assert {"vi": "bắt buộc", "en": "required"}[lang] in page


@pytest.mark.parametrize("redirection", ["2>&-", "2> /dev/full"])
def test_a_stderr_that_cannot_be_written_costs_no_file(tmp_path: Path, redirection: str) -> None:
    """The counts are lost, the answer is not."""
    log = write_log(tmp_path, CONTRADICTED)
    arguments = ("baseline", "write", log, "--to", str(tmp_path / "b.json"), *TERMS, *AT)
    assert shell(f'"$@" {redirection}', *arguments).status == 0
    assert accepted(tmp_path) == ["PHO005"]
