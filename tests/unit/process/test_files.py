"""Whatever the umask, the bot's files are its own; what is open to others is closed, or told."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.process.files import tighten_database, warn_of_open_secrets
from db.backup import files_of
from tests.support.process_state import kept

DATABASE = Path("data/docsbot.db")


@pytest.fixture(autouse=True)
def _in_a_folder_where_all_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with kept():
        before = os.umask(0)
        try:
            yield
        finally:
            os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def everything() -> dict[str, int]:
    """Return the modes of all that is there."""
    return {str(path): mode(path) for path in Path().rglob("*")}


def test_all_that_the_command_line_makes_is_closed() -> None:
    assert main(["migrate"]) == 0
    assert main(["allow", "user", "1001"]) == 0
    assert main(["backup", "copy.db"]) == 0
    Path("kept").mkdir(mode=0o777)
    assert main(["backup", "kept", "--keep", "2"]) == 0
    files = {name: found for name, found in everything().items() if not Path(name).is_dir()}
    assert len(files) >= 3
    assert set(files.values()) == {0o600}, files
    assert mode(Path("data")) == 0o700


def test_what_is_restored_is_closed() -> None:
    assert main(["migrate"]) == 0
    assert main(["backup", "copy.db"]) == 0
    for path in files_of(DATABASE):
        path.unlink(missing_ok=True)
    Path("copy.db").chmod(0o644)
    assert main(["restore", "copy.db"]) == 0
    assert mode(DATABASE) == 0o600


@pytest.mark.parametrize("open_to", [0o644, 0o660, 0o666, 0o777])
def test_what_is_open_is_closed_with_its_folder(open_to: int) -> None:
    DATABASE.parent.mkdir(mode=0o777)
    for path in files_of(DATABASE):
        path.touch()
        path.chmod(open_to)
    tighten_database(DATABASE)
    assert {mode(path) & 0o077 for path in files_of(DATABASE)} == {0}
    assert mode(DATABASE.parent) == 0o700


def test_a_folder_with_other_files_is_left_and_told_of_where_others_may_write(
    caplog: pytest.LogCaptureFixture,
) -> None:
    DATABASE.parent.mkdir(mode=0o777)
    DATABASE.touch()
    (DATABASE.parent / "somebody's").touch(mode=0o644)
    with caplog.at_level(logging.WARNING):
        tighten_database(DATABASE)
    assert mode(DATABASE) == 0o600
    assert mode(DATABASE.parent) == 0o777
    assert mode(DATABASE.parent / "somebody's") == 0o644
    assert caplog.text.count("chmod go-w") == 1


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize(("open_to", "told"), [(0o600, 0), (0o640, 1), (0o604, 1), (0o644, 1), (0o620, 0)])
def test_secrets_that_others_may_read_are_told(
    command: str, open_to: int, told: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("DATABASE_URL", "sqlite+aiosqlite:////proc/nothing/can/be/made/here.db")
    Path(".env").write_text(f"TELEGRAM_TOKEN=1:{'t' * 35}\nSMSC_LOGIN=acme\nSMSC_PASSWORD_FILE=secret\nADMIN_IDS=1\n")
    Path("secret").write_text("of-the-login")
    for path in (Path(".env"), Path("secret")):
        path.chmod(open_to)
    main([command])
    complaints = capsys.readouterr().err
    for name in (".env", "secret"):
        assert complaints.count(f"others may read {name}, ") == told


def test_a_secret_that_is_not_there_is_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    warn_of_open_secrets([Path("missing")])
    assert caplog.text == ""
