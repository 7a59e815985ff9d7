"""Settings: every variable's right forms, its wrong ones, and that no error shows a value."""

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot.settings import Address, SettingsError, load, load_database_settings, values
from bot.smscentre.credentials import Credentials

TOKEN = "123456789:AAF-example_token"
MINIMAL = {"TELEGRAM_TOKEN": TOKEN, "SMSC_LOGIN": "acme", "SMSC_PASSWORD": "pa ss"}
WEBHOOK = {"WEBHOOK_URL": "https://bot.example.org/tg/", "WEBHOOK_SECRET": "s3cret_-s3cret_-"}


def complaint(environ: Mapping[str, str]) -> SettingsError:
    """Load settings that must be refused, and check what holds for every refusal."""
    with pytest.raises(SettingsError) as caught:
        load(environ)
    error = caught.value
    assert str(error) == f"{error.name} {error.sentence}"
    assert len(str(error).splitlines()) == 1
    assert error.__cause__ is None
    assert error.__context__ is None
    return error


def test_defaults_are_those_of_the_design() -> None:
    settings = load(MINIMAL)
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.accounts == (Credentials("acme", password="pa ss"),)
    assert (settings.smsc_url, settings.smsc_backup_url) == ("https://smscentre.com", "https://www2.smscentre.com")
    assert (settings.smsc_interval, settings.smsc_timeout) == (60.0, 30.0)
    assert settings.database_url.get_secret_value() == "sqlite+aiosqlite:///data/docsbot.db"
    assert settings.admin_ids == frozenset()
    assert (settings.webhook_url, settings.webhook_secret) == (None, None)
    assert str(settings.webhook_listen) == "127.0.0.1:8443"
    assert (settings.language, settings.currency, settings.timezone) == ("en", None, None)
    assert (settings.log_level, settings.log_format) == ("INFO", "text")


def test_everything_can_be_set() -> None:
    settings = load(
        MINIMAL
        | WEBHOOK
        | {
            "TELEGRAM_API_URL": "http://sandbox:8081/api/",
            "ALLOW_PLAIN_HTTP": "1",
            "PROXY_URL": "http://proxy.example.org:3128/",
            "SMSC_URL": "http://127.0.0.1:8080/",
            "SMSC_BACKUP_URL": "http://127.0.0.1:8081",
            "SMSC_INTERVAL": "0.25",
            "SMSC_TIMEOUT": " 5 ",
            "DATABASE_URL": "postgresql://bot:p%40ss@db/docsbot",
            "ADMIN_IDS": "11, 22 33,",
            "WEBHOOK_LISTEN": "[::1]:8080",
            "LANGUAGE": "RU",
            "CURRENCY": "₽",
            "TIMEZONE": "Europe/Moscow",
            "LOG_LEVEL": "debug",
            "LOG_FORMAT": "json",
        }
    )
    assert settings.telegram_api_url == "http://sandbox:8081/api"
    assert settings.allow_plain_http
    assert settings.proxy_for("https://smscentre.com") == "http://proxy.example.org:3128"
    assert (settings.smsc_url, settings.smsc_backup_url) == ("http://127.0.0.1:8080", "http://127.0.0.1:8081")
    assert (settings.smsc_interval, settings.smsc_timeout) == (0.25, 5.0)
    assert settings.database_url.get_secret_value() == "postgresql+asyncpg://bot:p%40ss@db/docsbot"
    assert settings.admin_ids == {11, 22, 33}
    assert settings.webhook_url == "https://bot.example.org/tg"
    assert settings.webhook_listen == Address("::1", 8080)
    assert str(settings.webhook_listen) == "[::1]:8080"
    assert settings.webhook_secret is not None
    assert settings.webhook_secret.get_secret_value() == WEBHOOK["WEBHOOK_SECRET"]
    assert (settings.language, settings.currency, settings.timezone) == ("ru", "₽", ZoneInfo("Europe/Moscow"))
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")


def test_settings_cannot_be_changed() -> None:
    settings = load(MINIMAL)
    with pytest.raises(ValidationError, match="frozen"):
        settings.smsc_interval = 1.0


def test_the_process_environment_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "ru")
    monkeypatch.setenv("SMSC_INTERVAL", "1")
    assert load(MINIMAL).language == "en"
    assert load(MINIMAL).smsc_interval == 60.0


def test_names_that_are_not_settings_are_ignored_in_the_environment() -> None:
    assert load(MINIMAL | {"PATH": "/bin", "SMSC_PASWORD": "x", "accounts": "y"}) == load(MINIMAL)


def test_empty_counts_as_unset() -> None:
    assert load(MINIMAL | {"SMSC_APIKEY": "", "SMSC_INTERVAL": "", "ADMIN_IDS": "", "CURRENCY": ""}) == load(MINIMAL)


@pytest.mark.parametrize(
    ("urls", "backup"),
    [
        ({}, "https://www2.smscentre.com"),
        ({"SMSC_URL": "https://smscentre.com/"}, "https://www2.smscentre.com"),
        ({"SMSC_URL": "HTTPS://SMSCENTRE.COM"}, "https://www2.smscentre.com"),
        ({"SMSC_URL": "http://127.0.0.1:8080"}, None),
        ({"SMSC_URL": "https://smscentre.com:8443"}, None),
        ({"SMSC_URL": "https://smsc.ru", "SMSC_BACKUP_URL": "https://www2.smsc.ru"}, "https://www2.smsc.ru"),
        ({"SMSC_BACKUP_URL": ""}, None),
        ({"SMSC_BACKUP_URL": " "}, None),
    ],
)
def test_only_the_real_vendor_has_a_backup_by_default(urls: dict[str, str], backup: str | None) -> None:
    assert load(MINIMAL | urls).smsc_backup_url == backup


@pytest.mark.parametrize(
    ("url", "understood"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("sqlite:////var/lib/x.db", "sqlite+aiosqlite:////var/lib/x.db"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("postgres://h/d", "postgresql+asyncpg://h/d"),
        ("postgresql+asyncpg://u:p@h:5432/d?ssl=require", "postgresql+asyncpg://u:p@h:5432/d?ssl=require"),
    ],
)
def test_database_urls_get_the_driver_that_is_used(url: str, understood: str) -> None:
    assert load(MINIMAL | {"DATABASE_URL": url}).database_url.get_secret_value() == understood


WRONG = {
    "TELEGRAM_TOKEN": ["abc", "123:", ":abc", "1 2:abc", "123:a/b", "123:a\nb", "１２３:abc", " 123:abc"],
    "TELEGRAM_API_URL": [
        "api.telegram.org",
        "ftp://h",
        "https://",
        "https://h?x=1",
        "https://h#x",
        "https://u:p@h",
        "https://h:99999",
        "https://h:0",
        "https://[::1",
        "https://h o",
        "https://h\\x",
        "https://h/\nx",
    ],
    "SMSC_URL": ["smscentre.com", "https://smscentre.com/?a", "mailto:x@y"],
    "SMSC_BACKUP_URL": ["none", "www2.smscentre.com"],
    "SMSC_INTERVAL": ["0", "0.0", "-1", "+1", "nan", "inf", "1e3", "60s", "1,5", "1_0", "86401", "9" * 400, "٦"],
    "SMSC_TIMEOUT": ["0", "soon"],
    "DATABASE_URL": [
        "hidden.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
        "sqlite://host/x",
        "mysql://h/d",
        "postgresql+psycopg://h/d",
        "postgresql://h:port/d",
        "postgresql://u:p@ss@h/d",
        "postgresql://h/d?sslmode=require",
    ],
    "ADMIN_IDS": ["0", "-100", "alice", "@alice", "1;2", "1.5", "1" * 17, "１"],
    "WEBHOOK_URL": ["http://hidden.example.org", "hidden.example.org", "https://h/?t=1"],
    "WEBHOOK_LISTEN": ["8443", ":8443", "h:", "h:0", "h:65536", "h:http", "::1:80", "[x]:80"],
    "WEBHOOK_SECRET": ["with space in its middle", "s" * 257, "s" * 15, "к" * 16, "a:b" * 6, "a" * 16 + "\n"],
    "LANGUAGE": ["de", "ru_RU", "english"],
    "CURRENCY": ["1", "<b>", "rubles of Russia", "RUB\n1", "--"],
    "TIMEZONE": ["Moscow", "../etc/passwd", "/etc/localtime", "Europe", "UTC+3"],
    "ALLOW_PLAIN_HTTP": ["yes", "2", "on", "-1"],
    "PROXY_URL": [
        "proxy.example.org:3128",
        "ftp://proxy.example.org",
        "socks4://proxy.example.org",
        "http://",
        "http://proxy.example.org/path",
        "http://proxy.example.org:99999",
        "http://user:p@ss@proxy.example.org",
        "http://user:pass#word@proxy.example.org",
        "http://user:p ss@proxy.example.org",
        "http://user:пароль@proxy.example.org",
        "http://[::1",
    ],
    "LOG_LEVEL": ["LOUD", "10"],
    "LOG_FORMAT": ["xml"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WRONG.items() for text in texts])
def test_a_wrong_value_is_named_and_not_shown(name: str, text: str) -> None:
    error = complaint(MINIMAL | {name: text})
    assert error.name == name
    assert error.sentence.startswith("must ")
    if len(text) > 9:
        assert text not in str(error)


def test_a_loopback_webhook_may_be_plain_http() -> None:
    for host in ("localhost", "127.0.0.1", "127.1.2.3", "[::1]"):
        assert load(MINIMAL | WEBHOOK | {"WEBHOOK_URL": f"http://{host}:80/x"}).webhook_url == f"http://{host}:80/x"


PLAIN = ("SMSC_URL", "SMSC_BACKUP_URL", "TELEGRAM_API_URL")


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(
    "host",
    [
        "smscentre.com", "10.0.0.5:8080", "192.168.1.1", "localhost.example.org", "127.0.0.1.example.org",
        "128.0.0.1", "[::2]", "[fe80::1]", "sandbox:8081", "xn--e1afmkfd.xn--p1ai", "LOCALHOST.example.org", "127.1x",
    ],
)  # fmt: skip
def test_plain_http_with_credentials_is_refused(name: str, host: str) -> None:
    error = complaint(MINIMAL | {name: f"http://{host}"})
    assert error.name == name
    assert "ALLOW_PLAIN_HTTP=1" in str(error)
    assert "https://" in str(error)
    assert host not in str(error)
    assert load(MINIMAL | {name: f"http://{host}", "ALLOW_PLAIN_HTTP": "1"}).allow_plain_http
    load(MINIMAL | {name: f"https://{host}"})


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("host", ["localhost", "LocalHost:8080", "127.0.0.1", "127.255.1.2:99", "[::1]", "[0:0::1]:80"])
def test_this_machine_itself_needs_no_encryption(name: str, host: str) -> None:
    load(MINIMAL | {name: f"http://{host}"})
    with pytest.raises(SettingsError):
        load(MINIMAL | {name: f"http://{host}".replace("h", "x", 1)})


@pytest.mark.parametrize("scheme", ["http", "https", "socks5", "socks5h"])
def test_a_proxy_is_for_all_that_leaves_this_machine(scheme: str) -> None:
    proxy = f"{scheme}://user:p%40ss@proxy.example.org:1080"
    settings = load(MINIMAL | {"PROXY_URL": proxy})
    assert settings.proxy_for("https://api.telegram.org") == proxy
    assert settings.proxy_for("http://127.0.0.1:8081") is None
    assert load(MINIMAL).proxy_for("https://api.telegram.org") is None


def test_the_proxy_s_password_is_a_secret() -> None:
    settings = load(MINIMAL | {"PROXY_URL": "http://user:p%40ssword@proxy.example.org"})
    assert {"p%40ssword", "p@ssword"} <= set(settings.secrets())
    assert "p%40ssword" not in repr(settings)


def test_socks_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "find_spec", lambda _: None)
    error = complaint(MINIMAL | {"PROXY_URL": "socks5://127.0.0.1:1080"})
    assert "docsbot[socks]" in str(error)


def test_a_webhook_needs_no_secret_of_the_operator() -> None:
    """All processes of one bot have the same, and no other bot has it."""
    first, second = (load(MINIMAL | {"WEBHOOK_URL": "https://bot.example.org/hook"}) for _ in range(2))
    other = load(MINIMAL | {"TELEGRAM_TOKEN": "4243:" + "t" * 35})
    assert first.webhook_word == second.webhook_word != other.webhook_word
    assert re.fullmatch(r"[A-Za-z0-9_-]{32,256}", first.webhook_word)
    assert first.webhook_word in first.secrets()
    assert load(MINIMAL | WEBHOOK).webhook_word == WEBHOOK["WEBHOOK_SECRET"]


COUNTS = [
    "DUPLICATE_MINUTES",
    "RETENTION_DAYS",
    "ASK_AFTER_MINUTES",
    "MAX_WAITING_PER_PERSON",
    "MAX_WAITING_PER_CHAT",
    "MAX_REPEATS_PER_DAY",
]


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("text", ["-1", "ten", "1.5", "10001"])
def test_counts_are_whole_numbers(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} must be a whole number from 0 to 10000$"):
        load(MINIMAL | {name: text})


@pytest.mark.parametrize("text", ["-1", "ten", "1.5", "1e6", "1,000", "9" * 13])
def test_a_large_sum_is_a_whole_one(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^CONFIRM_ABOVE must be a sum without a fraction"):
        load(MINIMAL | {"CONFIRM_ABOVE": text})
    assert load(MINIMAL | {"CONFIRM_ABOVE": "2 500 000"}).confirm_above == 2_500_000
    assert load(MINIMAL).confirm_above == 1_000_000


def test_a_token_is_required() -> None:
    error = complaint({})
    assert str(error) == "TELEGRAM_TOKEN is not set: @BotFather gives it, it looks like 123456789:AAF-example"


def test_the_environment_must_be_utf_8() -> None:
    error = complaint(MINIMAL | {"SMSC_PASSWORD": "p\udcff"})
    assert str(error) == "SMSC_PASSWORD is not valid UTF-8: write it anew in that encoding"


def test_secrets_are_listed_and_hidden_in_the_repr() -> None:
    accounts = '{"acme": {"password": "vendor-password"}, "beta": {"apikey": "vendor-key"}}'
    database = {"DATABASE_URL": "postgresql://bot:data%40base@db/d"}
    settings = load({"TELEGRAM_TOKEN": TOKEN, "SMSC_ACCOUNTS": accounts} | WEBHOOK | database)
    assert settings.secrets() == (TOKEN, "vendor-password", "vendor-key", WEBHOOK["WEBHOOK_SECRET"], "data@base")
    for secret in (*settings.secrets(), "data%40base"):
        assert secret not in repr(settings)
        assert secret not in str(settings)


def test_a_database_password_in_the_query_is_a_secret_too() -> None:
    settings = load_database_settings({"DATABASE_URL": "postgresql:///d?host=/run/pg&password=hidden"})
    assert settings.secrets() == ("hidden",)


def test_a_command_on_the_database_needs_neither_token_nor_login() -> None:
    environ = {"DATABASE_URL": "sqlite:///x.db", "ADMIN_IDS": "7", "LOG_LEVEL": "ERROR", "LANGUAGE": "ru"}
    settings = load_database_settings(environ | {"TELEGRAM_TOKEN": "wrong", "TELEGRAM_TOKEN_FILE": "/nowhere"})
    assert settings.database_url.get_secret_value() == "sqlite+aiosqlite:///x.db"
    assert settings.admin_ids == {7}
    assert (settings.log_level, settings.language) == ("ERROR", "ru")
    assert settings.secrets() == ()


def test_a_command_on_the_database_still_checks_what_it_uses() -> None:
    with pytest.raises(SettingsError, match=r"^ADMIN_IDS must be numeric"):
        load_database_settings({"ADMIN_IDS": "alice"})
