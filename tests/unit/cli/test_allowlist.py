"""`docsbot allow` changes only what it is told, refuses what cannot be, and `allowlist` makes nothing."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import main
from bot.cli.output import printable
from tests.support.process_state import kept

_PERSON, _GROUP = "1002", "-100500"


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that runs a command in a folder of its own, and returns its exit code and what it printed."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "TELEGRAM_TOKEN": "123456789:AAF-example-of-a-token-of-thirty-five",
        "SMSC_ACCOUNTS": '{"acme": {"password": "p1"}, "beta": {"password": "p2"}}',
        "TIMEZONE": "Europe/Moscow",
    }.items():
        monkeypatch.setenv(name, text)

    def run(*arguments: str) -> tuple[int, str]:
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    with kept():
        yield run


@pytest.fixture
def made(cli: Any, tmp_path: Path, migrated_file: Path) -> Any:
    """Return `cli` in a folder where there is a database already."""
    (tmp_path / "data").mkdir()
    shutil.copyfile(migrated_file, tmp_path / "data" / "docsbot.db")
    return cli


def entry(cli: Any, id_: str) -> dict[str, Any]:
    code, printed = cli("allowlist", "--json")
    assert code == 0
    (found,) = [row for row in json.loads(printed) if row["id"] == int(id_)]
    return dict(found)


@pytest.mark.parametrize(
    ("option", "changed"),
    [
        (["--login", "acme"], {"logins": ["acme"]}),
        (["--default-login"], {"logins": []}),
        (["--role", "manager"], {"who": "manager"}),
        (["--until", "2031-05-06"], {"until": "2031-05-06"}),
        (["--forever"], {"until": None}),
        (["--name", "Anna"], {"name": "Anna"}),
    ],
)
def test_a_person_keeps_what_is_not_told(made: Any, option: list[str], changed: dict[str, Any]) -> None:
    first = ["--name", "Ann", "--role", "admin", "--login", "beta", "--until", "2030-01-31"]
    assert made("allow", "user", _PERSON, *first)[0] == 0
    before = entry(made, _PERSON)
    assert made("allow", "user", _PERSON, *option)[0] == 0
    assert entry(made, _PERSON) == before | changed


@pytest.mark.parametrize(
    ("option", "changed"),
    [
        (["--login", "acme"], {"logins": ["acme"]}),
        (["--default-login"], {"logins": []}),
        (["--listed"], {"who": "listed"}),
        (["--until", "2031-05-06"], {"until": "2031-05-06"}),
        (["--name", "Sales"], {"name": "Sales"}),
    ],
)
def test_a_group_keeps_what_is_not_told(made: Any, option: list[str], changed: dict[str, Any]) -> None:
    assert (
        made("allow", "chat", _GROUP, "--name", "Team", "--login", "beta", "--everyone", "--until", "2030-01-31")[0]
        == 0
    )
    before = entry(made, _GROUP)
    assert made("allow", "chat", _GROUP, *option)[0] == 0
    assert entry(made, _GROUP) == before | changed


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", _PERSON, "--until", "2020-01-01"),
        ("user", _PERSON, "--until", "9999-12-31"),
        ("user", _PERSON, "--until", "tomorrow"),
        ("user", _PERSON, "--login", "gamma"),
        ("user", _PERSON, "--name", "\udcff"),
        ("user", _PERSON, "--name", "a\nb"),
        ("user", _PERSON, "--everyone"),
        ("user", "-5"),
        ("user", str(2**60)),
        ("chat", _GROUP, "--role", "admin"),
        ("chat", _GROUP, "--login", "acme", "--login", "beta"),
        ("chat", "5"),
    ],
)
def test_what_cannot_be_ends_with_a_line_and_code_2(cli: Any, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, printed = cli("allow", *arguments)
    assert code == 2
    assert "Traceback" not in printed
    assert printed.strip()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["allowlist", "queue", "requests", "unresolved", "check", "backup x.db"])
def test_looking_makes_nothing(cli: Any, tmp_path: Path, command: str) -> None:
    code, printed = cli(*command.split())
    assert code in {1, 2}, printed
    assert list(tmp_path.iterdir()) == []


def test_names_cannot_command_the_terminal(cli: Any) -> None:
    hostile = "\x1b[2Jred\u202egnol\r\n\x07"
    assert printable(hostile) == r"\x1b[2Jred\u202egnol\r\n\x07"
    assert cli("allow", "user", _PERSON, "--name", "Анна Мария")[0] == 0
    assert "Анна Мария" in cli("allowlist")[1]


def test_an_expired_person_stays_expired_unless_let_in_anew(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli("allow", "user", _PERSON, "--until", "2030-01-31")[0] == 0

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Later":
            return cls(2031, 1, 1, tzinfo=tz or UTC)

    monkeypatch.setattr("bot.cli.allowlist.datetime", Later)
    assert cli("allow", "user", _PERSON, "--login", "acme")[0] == 0
    assert entry(cli, _PERSON)["until"] == "2030-01-31"
    assert cli("allow", "user", _PERSON)[0] == 0
    assert entry(cli, _PERSON)["until"] is None


def test_files_are_ours_alone(cli: Any, tmp_path: Path) -> None:
    assert cli("allow", "user", _PERSON)[0] == 0
    folder = tmp_path / "data"
    assert folder.stat().st_mode & 0o077 == 0
    assert {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir()} == {"docsbot.db": 0}
    (folder / "docsbot.db").chmod(0o644)
    folder.chmod(0o755)
    assert cli("migrate")[0] == 0
    assert (folder / "docsbot.db").stat().st_mode & 0o077 == folder.stat().st_mode & 0o077 == 0
