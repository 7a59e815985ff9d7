"""`docsbot check`, `pause` and `resume` before the first run, and libraries that miss something."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.support.process_state import kept

Cli = Callable[..., tuple[int, str, str]]
POSTGRES = "postgresql+asyncpg://docsbot:of-the-database@127.0.0.1:1/docsbot"


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Cli]:
    """Return a function that runs a command in a folder of its own: its exit code, what it printed, its complaints."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "TELEGRAM_TOKEN": "123456789:AAF-example-of-a-token-of-thirty-five",
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
        "SMSC_LOGIN": "acme",
        "SMSC_PASSWORD": "of-the-login",
        "ADMIN_IDS": "1001",
    }.items():
        monkeypatch.setenv(name, text)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    with kept():
        yield run


def test_the_check_s_findings_as_json(cli: Cli, tmp_path: Path) -> None:
    code, printed, _ = cli("check", "--json")
    found = {row["check"]: row["ok"] for row in json.loads(printed)}
    assert (code, found) == (1, {"settings": True, "database": True, "telegram": False})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["check", "run"])
def test_certificate_authorities_that_are_not_there(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing"))
    code, printed, complaint = cli(command)
    assert (code, printed, complaint.count("\n")) == (2, "", 1)
    assert complaint.startswith("docsbot: ")
    assert "SSL_CERT_FILE" in complaint


@pytest.mark.parametrize(
    "command",
    ["run", "check", "migrate", "queue", "requests", "unresolved", "allowlist", "resume acme", "pause acme", "retry 1"],
)
def test_postgresql_without_its_driver(cli: Cli, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    code, printed, complaint = cli("--database", POSTGRES, *command.split())
    assert (code, printed, complaint.count("\n")) == (2, "", 1)
    assert "docsbot[postgres]" in complaint
    assert "of-the-database" not in complaint


def test_a_login_of_the_settings_is_known_before_the_first_run(cli: Cli) -> None:
    assert cli("migrate")[0] == 0
    assert cli("resume", "acme")[:2] == (0, "Login acme is working already.\n")
    assert "Login acme is paused." in cli("pause", "acme")[1]
    assert "Login acme is working again." in cli("resume", "acme")[1]
    assert cli("resume", "nobody")[:2] == (2, "docsbot: there is no login nobody: docsbot check names them\n")
