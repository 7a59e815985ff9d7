"""The settings as values, with their defaults."""

import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url

from bot.settings import values
from bot.settings.accounts import NAMES as ACCOUNT_NAMES
from bot.settings.accounts import read_accounts
from bot.settings.errors import SettingsError
from bot.settings.sources import SECRETS, Variables, read_dotenv, refuse_unknown
from bot.settings.values import Address
from bot.smscentre.credentials import Credentials

SMSC_URL = "https://smscentre.com"
SMSC_BACKUP_URL = "https://www2.smscentre.com"

Model = TypeVar("Model", bound="DatabaseSettings")


class DatabaseSettings(BaseSettings):
    """What a command needs that only works on the database, such as `docsbot allow`."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_default=False, hide_input_in_errors=True)

    database_url: Annotated[SecretStr, BeforeValidator(values.parse_database_url)] = SecretStr(
        "sqlite+aiosqlite:///data/docsbot.db"
    )
    """A SQLAlchemy URL; the driver is `sqlite+aiosqlite` or `postgresql+asyncpg`."""
    admin_ids: Annotated[frozenset[int], BeforeValidator(values.parse_ids)] = frozenset()
    language: Annotated[Literal["en", "ru"], BeforeValidator(values.parse_language)] = "en"
    log_level: Annotated[str, BeforeValidator(values.parse_log_level)] = "INFO"
    log_format: Annotated[Literal["text", "json"], BeforeValidator(values.parse_log_format)] = "text"

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what `load` hands in: it reads the sources itself, to report them without showing a value."""
        del settings_cls
        return (init_settings,)

    def secrets(self) -> tuple[str, ...]:
        """Return every secret in plain text, for the log to leave out."""
        url = make_url(self.database_url.get_secret_value())
        return tuple(str(secret) for secret in (url.password, url.query.get("password")) if secret)


class Settings(DatabaseSettings):
    """All settings. Seconds are floats; URLs end without a slash."""

    telegram_token: Annotated[SecretStr, BeforeValidator(values.parse_token)]
    telegram_api_url: Annotated[str, BeforeValidator(values.parse_url)] = "https://api.telegram.org"
    accounts: tuple[Credentials, ...]
    """The logins at SMS Center, at least one; the first is the default."""
    smsc_url: Annotated[str, BeforeValidator(values.parse_url)] = SMSC_URL
    smsc_backup_url: Annotated[str | None, BeforeValidator(values.parse_optional_url)] = Field(
        # A test server that is down must never send its requests to the real vendor.
        default_factory=lambda data: SMSC_BACKUP_URL if data.get("smsc_url") == SMSC_URL else None
    )
    smsc_interval: Annotated[float, BeforeValidator(values.parse_seconds)] = 60.0
    """The pace: seconds between two requests of one login."""
    smsc_timeout: Annotated[float, BeforeValidator(values.parse_seconds)] = 30.0
    duplicate_minutes: Annotated[int, BeforeValidator(values.parse_count)] = 10
    """How long an invoice is remembered before one like it needs no question; 0: never ask."""
    max_waiting_per_person: Annotated[int, BeforeValidator(values.parse_count)] = 30
    """How many requests of one person may wait; 0: no limit."""
    max_waiting_per_chat: Annotated[int, BeforeValidator(values.parse_count)] = 100
    max_repeats_per_day: Annotated[int, BeforeValidator(values.parse_count)] = 200
    """How many occurrences of repeats one login may have on a day; 0: no limit."""
    confirm_above: Annotated[int, BeforeValidator(values.parse_whole_sum)] = 1_000_000
    """Sums above it are asked about once more; 0: none."""
    ask_after_minutes: Annotated[int, BeforeValidator(values.parse_count)] = 60
    """How long a command for an invoice may have waited for the bot before it is asked about; 0: never ask."""
    retention_days: Annotated[int, BeforeValidator(values.parse_count)] = 30
    """How long PDFs are kept; their records stay."""
    webhook_url: Annotated[str | None, BeforeValidator(values.parse_webhook_url)] = None
    """None: polling."""
    webhook_listen: Annotated[Address, BeforeValidator(values.parse_address)] = Address("127.0.0.1", 8443)
    webhook_secret: Annotated[SecretStr, BeforeValidator(values.parse_webhook_secret)] | None = None
    """None: one that follows from the token, so that all processes of one bot have the same."""
    metrics_listen: Annotated[Address, BeforeValidator(values.parse_address)] | None = None
    """Where `/metrics`, `/live` and `/ready` are; None: nowhere."""
    allow_plain_http: Annotated[bool, BeforeValidator(values.parse_switch)] = False
    """Whether credentials may go over http to other hosts than this one."""
    proxy_url: Annotated[SecretStr, BeforeValidator(values.parse_proxy_url)] | None = None
    """The proxy for SMS Center and Telegram; None: the one that the environment names, if any."""
    currency: Annotated[str | None, BeforeValidator(values.parse_currency)] = None
    timezone: Annotated[ZoneInfo | None, BeforeValidator(values.parse_timezone)] = None
    """None: the system's."""

    @property
    def bot_id(self) -> int:
        """The bot's own Telegram id, which its token begins with."""
        return int(self.telegram_token.get_secret_value().partition(":")[0])

    @property
    def webhook_word(self) -> str:
        """What Telegram says with each update that it posts; without it anybody could command the bot."""
        if self.webhook_secret is not None:
            return self.webhook_secret.get_secret_value()
        return hmac.new(self.telegram_token.get_secret_value().encode(), b"docsbot webhook", "sha256").hexdigest()

    def secrets(self) -> tuple[str, ...]:
        """Return every secret in plain text, for the log to leave out."""
        vendor = tuple(account.secret for account in self.accounts)
        token = self.telegram_token.get_secret_value()
        return (token, *vendor, self.webhook_word, *self._proxy_secrets(), *super().secrets())

    def proxy_for(self, url: str) -> str | None:
        """Return the proxy's URL for requests to `url`; what stays on this machine needs none."""
        return None if self.proxy_url is None or values.is_loopback(url) else self.proxy_url.get_secret_value()

    def _proxy_secrets(self) -> tuple[str, ...]:
        password = None if self.proxy_url is None else urlsplit(self.proxy_url.get_secret_value()).password
        return tuple(sorted({password, unquote(password)})) if password else ()


def load(environ: Mapping[str, str], dotenv: Path | None = None) -> Settings:
    """Read all settings; what the environment sets beats the `.env` file, if there is one.

    Raises `SettingsError` for the first that is missing or wrong.
    """
    variables = _variables(environ, dotenv)
    texts = _texts(Settings, variables)
    if "telegram_token" not in texts:
        raise SettingsError("TELEGRAM_TOKEN", "is not set: @BotFather gives it, it looks like 123456789:AAF-example")
    settings = _build(Settings, texts | {"accounts": read_accounts(variables)})
    _check_plain_http(settings)
    return settings


def _check_plain_http(settings: Settings) -> None:
    """Refuse to send the token, passwords and keys where anybody on the way can read them."""
    for name in ("SMSC_URL", "SMSC_BACKUP_URL", "TELEGRAM_API_URL"):
        url: str | None = getattr(settings, name.lower())
        if url is not None and not settings.allow_plain_http and not values.is_private_enough(url):
            raise SettingsError(
                name, "must begin with https://, as credentials go there; or set ALLOW_PLAIN_HTTP=1 if http is meant"
            )


def load_database_settings(environ: Mapping[str, str], dotenv: Path | None = None) -> DatabaseSettings:
    """Read only what a command on the database needs; the other settings may be missing or wrong."""
    return _build(DatabaseSettings, _texts(DatabaseSettings, _variables(environ, dotenv)))


def secret_files(environ: Mapping[str, str], dotenv: Path) -> list[Path]:
    """Return the files that secrets may stand in: `dotenv`, and those that `NAME_FILE` names there or in `environ`."""
    return [dotenv, *_variables(environ, dotenv).secret_files()]


def _variables(environ: Mapping[str, str], dotenv: Path | None) -> Variables:
    names = {field.upper() for field in Settings.model_fields} - {"ACCOUNTS"} | set(ACCOUNT_NAMES)
    known = names | {f"{name}_FILE" for name in SECRETS}
    # The environment is everybody's, so only a name that can hardly be another's is refused there.
    for name in environ.keys() & {"ADMIN_ID", "ADMINS", "ADMINS_IDS"}:
        refuse_unknown(name, known, "")
    return Variables(environ, read_dotenv(dotenv, known) if dotenv else {})


def _texts(model: type[DatabaseSettings], variables: Variables) -> dict[str, Any]:
    found = {field: variables.get(field.upper()) for field in model.model_fields if field != "accounts"}
    return {field: text for field, text in found.items() if text is not None}


def _build(model: type[Model], fields: dict[str, Any]) -> Model:
    try:
        return model(**fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
    # Raised outside of `except`, so that no traceback can lead back to the values.
    raise SettingsError(str(first["loc"][0]).upper(), str(first["ctx"]["error"]))
