"""What libraries read from the environment works, or ends the start with one line that names the variable."""

import pytest

from bot.outside import open_outside, open_telegram
from bot.process.database import StartError
from bot.settings import Settings, load


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load(
        {
            "TELEGRAM_TOKEN": "123456789:AAF-example-of-a-token-of-thirty-five",
            "SMSC_LOGIN": "acme",
            "SMSC_PASSWORD": "x",
            "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('data')}/docsbot.db",
        }
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SSL_CERT_FILE", "/nonexistent/ca.pem"),
        ("SSL_CERT_FILE", __file__),
        ("SSLKEYLOGFILE", "/nonexistent/keys"),
        ("ALL_PROXY", "foo://127.0.0.1:1"),
        ("HTTPS_PROXY", "http://[::1"),
        ("HTTPS_PROXY", "http://127.0.0.1:port"),
    ],
)
@pytest.mark.parametrize("opened", [open_outside, open_telegram])
def test_what_cannot_work_is_one_line_and_code_2(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str, text: str, opened: object
) -> None:
    monkeypatch.setenv(name, text)
    with pytest.raises(StartError) as caught:
        opened(settings)  # type: ignore[operator]
    assert caught.value.exit_code == 2
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("NO_PROXY", "localhost,127.0.0.0/8,fd00::/8"),
        ("NO_PROXY", "*"),
        ("HTTPS_PROXY", "http://user:secret@127.0.0.1:3128"),
        ("SSL_CERT_DIR", "/nonexistent"),
    ],
)
def test_what_can_work_starts(settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.setenv(name, text)
    open_telegram(settings)
