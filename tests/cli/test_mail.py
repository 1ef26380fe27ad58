"""`check --mail`, and `batch` over saved mails, as a process would run them."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from tests.judging import MAILS
from verifykb.__main__ import run

_SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "report-1.json").read_text(encoding="utf-8"))
_REPLAY = ["--config", str(MAILS / "verifykb.toml"), "--dns-replay", str(MAILS / "dns.json"), "--at", "2026-11-22"]
_REST = ["--own-request", "--called-back", "--asks", "nothing"]


def _contacts(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, _SCHEMA)
    contacts: list[dict[str, object]] = document["contacts"]
    return contacts


def test_a_genuine_mail_with_all_else_is_the_one_way_to_verified(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 0, and JSON says by what the mail was proven."""
    assert run(["check", "--mail", str(MAILS / "that.eml"), *_REST, *_REPLAY, "--format", "json"]) == 0
    (contact,) = _contacts(capsys)
    assert contact["verdict"] == "verified"
    mail = contact["mail"]
    assert isinstance(mail, dict)
    assert (mail["spf"]["result"], mail["dkim"][0]["result"], mail["dmarc"]) == (
        "pass", "pass", {"result": "pass", "policy": "reject", "domain": "vst.gov.vn"},
    )  # fmt: skip


@pytest.mark.parametrize("left_out", range(4))
def test_each_part_of_verified_is_needed(left_out: int) -> None:
    """Without the request, the call, or what was asked, the same mail is not enough."""
    parts = [["--own-request"], ["--called-back"], ["--asks", "nothing"], ["--mail", str(MAILS / "that.eml")]]
    arguments = [word for place, part in enumerate(parts) if place != left_out for word in part]
    assert run(["check", *arguments, *_REPLAY]) == 3


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_attackers_own_authentication_is_told_as_a_sign_against_him(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The words name the domain that really authenticated."""
    assert run(["check", "--mail", str(MAILS / "ten-hien-thi.eml"), *_REST, *_REPLAY, "--lang", language]) == 1
    out = capsys.readouterr().out
    assert "(attacker.example)" in out
    assert {"vi": "chỉ chứng thực được tên miền khác", "en": "only another domain authenticated"}[language] in " ".join(
        out.split()
    )


def test_without_dns_the_genuine_mail_is_unproven(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody may be asked: that is a word of its own, and no proof."""
    config = ["--config", str(MAILS / "verifykb.toml"), "--at", "2026-11-22", "--no-dns", "--format", "json"]
    assert run(["check", "--mail", str(MAILS / "that.eml"), *_REST, *config]) == 3
    (contact,) = _contacts(capsys)
    assert contact["verdict"] == "unproven"


def test_a_folder_of_mails_is_judged_in_the_order_of_names(capsys: pytest.CaptureFixture[str]) -> None:
    """Every mail is one contact, named by its file."""
    assert run(["batch", str(MAILS), *_REPLAY, "--format", "json"]) == 1
    contacts = _contacts(capsys)
    names = sorted(path.name for path in MAILS.glob("*.eml"))
    assert [contact["id"] for contact in contacts] == names


def test_the_mail_column_of_a_log_is_read_from_beside_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other cells of the row count, too; a missing mail lacks and loses no row."""
    shutil.copy(MAILS / "that.eml", tmp_path / "thu.eml")
    log = tmp_path / "log.csv"
    log.write_text(
        "id,mail,own_request,called_back,asks\nA,thu.eml,x,x,nothing\nB,khong.eml,x,x,nothing\n", encoding="utf-8"
    )
    assert run(["batch", str(log), *_REPLAY, "--format", "json"]) == 3
    first, second = _contacts(capsys)
    assert (first["verdict"], second["verdict"]) == ("verified", "unproven")


@pytest.mark.parametrize("path", ["../that.eml", "/etc/hostname", "a/../../x.eml", "C:\\x.eml", "..\\x.eml"])
def test_a_log_may_not_point_out_of_its_folder(path: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever wrote the log does not get other files of this machine quoted."""
    log = tmp_path / "log.csv"
    log.write_text(f"id,mail\nA,{path}\n", encoding="utf-8")
    assert run(["batch", str(log), *_REPLAY, "--lang", "en"]) == 2
    assert "leads out of the log's folder" in " ".join(capsys.readouterr().err.split())


def test_a_link_beside_the_log_does_not_lead_out_of_its_folder(tmp_path: Path) -> None:
    """A link may come with the log, in an archive; what it points to was not meant to be quoted."""
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "thu.eml").symlink_to(MAILS / "that.eml")
    log = tmp_path / "log" / "log.csv"
    log.write_text("id,mail\nA,thu.eml\n", encoding="utf-8")
    assert run(["batch", str(log), *_REPLAY]) == 2


def test_a_recording_is_written_even_if_nobody_was_asked(tmp_path: Path) -> None:
    """Who asks for a file gets one."""
    record = tmp_path / "dns.json"
    assert run(["check", "--phone", "113", "--dns-replay", str(MAILS / "dns.json"), "--dns-record", str(record)]) == 1
    assert json.loads(record.read_text(encoding="utf-8"))["names"] == {}


def test_a_recorded_run_is_replayed_to_the_same_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was answered is written down, and gives the same report again."""
    record = tmp_path / "dns.json"
    told = ["check", "--mail", str(MAILS / "ten-hien-thi.eml"), "--config", str(MAILS / "verifykb.toml")]
    told += ["--at", "2026-11-22", "--format", "jsonl"]
    assert run([*told, "--dns-replay", str(MAILS / "dns.json"), "--dns-record", str(record)]) == 1
    first = capsys.readouterr().out
    assert run([*told, "--dns-replay", str(record)]) == 1
    assert capsys.readouterr().out == first
