"""Environment, `.env` and secret files: which one decides, and what is said when one of them is broken."""

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load, load_database_settings
from bot.settings.sources import SECRETS

MINIMAL = {"TELEGRAM_TOKEN": "123456789:AAF-example_token", "SMSC_LOGIN": "acme", "SMSC_PASSWORD": "from environ"}


def load_with(tmp_path: Path, dotenv: str | bytes, environ: dict[str, str] = MINIMAL) -> Settings:
    path = tmp_path / ".env"
    path.write_bytes(dotenv.encode() if isinstance(dotenv, str) else dotenv)
    return load(environ, path)


def test_the_environment_beats_dotenv(tmp_path: Path) -> None:
    settings = load_with(
        tmp_path, "SMSC_PASSWORD=from dotenv\nLANGUAGE=ru\nSMSC_INTERVAL=5\n", MINIMAL | {"LANGUAGE": "en"}
    )
    assert settings.accounts[0].password == "from environ"
    assert (settings.language, settings.smsc_interval) == ("en", 5.0)


def test_an_empty_variable_leaves_the_word_to_dotenv(tmp_path: Path) -> None:
    assert load_with(tmp_path, "LANGUAGE=ru", MINIMAL | {"LANGUAGE": ""}).language == "ru"
    without_backup = MINIMAL | {"SMSC_BACKUP_URL": ""}
    assert load_with(tmp_path, "SMSC_BACKUP_URL=https://h", without_backup).smsc_backup_url is None


def test_no_dotenv_is_fine(tmp_path: Path) -> None:
    assert load(MINIMAL, tmp_path / ".env") == load(MINIMAL)


def test_dotenv_is_read_as_python_dotenv_does(tmp_path: Path) -> None:
    text = """\ufeff# settings
export LANGUAGE=ru

SMSC_LOGIN='acme'  # a comment
SMSC_PASSWORD="p#a s\\"s ${HOME}"
CURRENCY=₽ # another
LOG_LEVEL
FOREIGN_NAME=kept out
TELEGRAM_TOKEN = 123456789:AAF-example_token
"""
    settings = load_with(tmp_path, text, {})
    assert settings.language == "ru"
    assert (settings.accounts[0].login, settings.accounts[0].password) == ("acme", 'p#a s"s ${HOME}')
    assert settings.currency == "₽"
    assert settings.log_level == "INFO"


@pytest.mark.parametrize(
    ("line", "name", "hint"),
    [
        ("SMSC_PASWORD=hidden", "SMSC_PASWORD", "did you mean SMSC_PASSWORD?"),
        ("smsc_login=hidden", "smsc_login", "did you mean SMSC_LOGIN?"),
        ("TELEGRAM_BOT_TOKEN=hidden", "TELEGRAM_BOT_TOKEN", "did you mean TELEGRAM_TOKEN"),
        ("WEBHOOK_PORT=hidden", "WEBHOOK_PORT", "in .env is no setting: "),
        ("LOG_LEVLE=hidden", "LOG_LEVLE", "did you mean LOG_LEVEL?"),
        ("LOG_COLOURFUL_LINES=hidden", "LOG_COLOURFUL_LINES", "remove it or correct its name"),
        ("MAX_WAITING_PER_PERSONS=1", "MAX_WAITING_PER_PERSONS", "did you mean MAX_WAITING_PER_PERSON?"),
        ("ADMINS_ID=hidden", "ADMINS_ID", "did you mean ADMIN_IDS?"),
        ("SMSC_LOGIN_FILE=hidden", "SMSC_LOGIN_FILE", "in .env is no setting: "),
        ("SMSC_\x1b=hidden", "'SMSC_\\x1b'", "in .env is no setting: "),
    ],
)
def test_a_typing_error_in_dotenv_is_named(tmp_path: Path, line: str, name: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_with(tmp_path, f"LANGUAGE=ru\n{line}\n")
    assert caught.value.name == name
    assert hint in caught.value.sentence
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("name", sorted(name.upper() for name in Settings.model_fields if name != "accounts"))
def test_a_letter_too_many_in_any_setting_is_a_typing_error(tmp_path: Path, name: str) -> None:
    for wrong in (f"{name}S", f"{name}_X", f"{name[:-1]}{name[-1]}{name[-1]}"):
        if "_" in name or wrong == f"{name}S":
            with pytest.raises(SettingsError) as caught:
                load_with(tmp_path, f"{wrong}=hidden")
            assert caught.value.name == wrong


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('\n\nLANGUAGE=ru\n\nSMSC_PASSWORD="hidden\n', ".env cannot be understood at line 5: "),
        ("SMSC_PASSWORD='hidden' x\n", ".env cannot be understood at line 1: "),
        (b"SMSC_PASSWORD=hidden\xff\n", ".env cannot be read (it is not UTF-8): "),
        (b"# hidden\n" * 500_000, ".env cannot be read (it is too large): "),
    ],
)
def test_a_broken_dotenv_is_named(tmp_path: Path, text: str | bytes, complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_with(tmp_path, text)
    assert str(caught.value).startswith(complaint)
    assert "hidden" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_folder_called_dotenv_is_named(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.mkdir()
    with pytest.raises(SettingsError, match=r"^\.env cannot be read \(Is a directory\): "):
        load(MINIMAL, path)


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_every_secret_can_stand_in_a_file(tmp_path: Path, name: str) -> None:
    texts = {
        "TELEGRAM_TOKEN": "123456789:AAF-from_file",
        "SMSC_PASSWORD": "from file",
        "SMSC_APIKEY": "from-file",
        "SMSC_ACCOUNTS": '{"beta": {"apikey": "from-file"}}',
        "WEBHOOK_SECRET": "from-file-from-file",
        "DATABASE_URL": "postgresql+asyncpg://u:from-file@h/d",
        "PROXY_URL": "http://user:from-file@proxy:3128",
    }
    path = tmp_path / "secret"
    path.write_text(texts[name] + "\n")
    environ = {"TELEGRAM_TOKEN": "123456789:AAF-example_token", "SMSC_LOGIN": "acme", "SMSC_PASSWORD": "x"}
    environ.pop(name, None)
    if name == "SMSC_APIKEY":
        environ.pop("SMSC_PASSWORD")
    if name == "SMSC_ACCOUNTS":
        environ = {"TELEGRAM_TOKEN": environ["TELEGRAM_TOKEN"]}
    settings = load(environ | {f"{name}_FILE": str(path)})
    assert any("from" in secret and "file" in secret for secret in settings.secrets())


@pytest.mark.parametrize(
    ("content", "secret"),
    [
        (b"pass\n", "pass"),
        (b"pass\r\n", "pass"),
        (b" pass \n", " pass "),
        (b"\xef\xbb\xbfpass", "pass"),
        (b"a#b", "a#b"),
    ],
)
def test_of_a_secret_file_only_the_line_break_at_the_end_goes(tmp_path: Path, content: bytes, secret: str) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    environ = MINIMAL | {"SMSC_PASSWORD": "", "SMSC_PASSWORD_FILE": str(path)}
    assert load(environ).accounts[0].password == secret


def test_a_secret_and_its_file_in_one_source_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^SMSC_PASSWORD is set and SMSC_PASSWORD_FILE too: "):
        load(MINIMAL | {"SMSC_PASSWORD_FILE": "/run/secrets/x"})
    with pytest.raises(SettingsError, match=r"^DATABASE_URL is set and DATABASE_URL_FILE too: "):
        load_with(tmp_path, "DATABASE_URL=sqlite:///x\nDATABASE_URL_FILE=/x")


def test_a_secret_file_in_the_environment_beats_the_secret_in_dotenv(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from file")
    environ = {**MINIMAL, "SMSC_PASSWORD": "", "SMSC_PASSWORD_FILE": str(tmp_path / "secret")}
    assert load_with(tmp_path, "SMSC_PASSWORD=from dotenv", environ).accounts[0].password == "from file"


def test_a_secret_in_the_environment_makes_the_file_in_dotenv_needless(tmp_path: Path) -> None:
    assert load_with(tmp_path, "SMSC_PASSWORD_FILE=/nowhere").accounts[0].password == "from environ"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, r"cannot be read \(there is no such file\): "),
        (b"", "names an empty file: "),
        (b"\n", "names an empty file: "),
        (b"hidden\xff", r"cannot be read \(it is not UTF-8\): "),
        (b"h" * 4_200_000, r"cannot be read \(it is too large\): "),
    ],
)
def test_a_secret_file_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, complaint: str) -> None:
    path = tmp_path / "hidden"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=f"^TELEGRAM_TOKEN_FILE {complaint}") as caught:
        load({"TELEGRAM_TOKEN_FILE": str(path)})
    assert "hidden" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("path", ["/", "a\0b", "123456789:AAF-example_token", "x" * 5000])
def test_a_secret_file_that_is_no_file_is_named_but_not_shown(path: str) -> None:
    with pytest.raises(SettingsError, match=r"^TELEGRAM_TOKEN_FILE cannot be read ") as caught:
        load({"TELEGRAM_TOKEN_FILE": path})
    assert len(path) == 1 or path not in str(caught.value)


def test_commands_on_the_database_name_typing_errors_in_dotenv_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LOG_LEVLE=DEBUG")
    with pytest.raises(SettingsError, match=r"^LOG_LEVLE "):
        load_database_settings({}, tmp_path / ".env")
