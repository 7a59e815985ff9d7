"""From a setting's text to its value. Each function raises `ValueError` with the rest of the sentence "NAME …"."""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_PROXIES = {"http", "https", "socks5", "socks5h"}
LONGEST = 86_400.0
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen: a host name or IP address, and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_token(text: str) -> SecretStr:
    """Read a bot token: digits, a colon, and letters, digits, `_` or `-`."""
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", text):
        raise ValueError("must be a bot token as @BotFather gives it, such as 123456789:AAF-example")
    return SecretStr(text)


def parse_url(text: str) -> str:
    """Read an http or https URL, and return it without trailing slashes."""
    return _url(text, "https://example.org").geturl().rstrip("/")


def parse_optional_url(text: str) -> str | None:
    """Read a URL, or nothing at all: none."""
    return parse_url(text) if text.strip() else None


def parse_proxy_url(text: str) -> SecretStr:
    """Read the URL of an HTTP or SOCKS proxy, with a user's name and password if it wants them."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        valid = bool(parts.hostname) and parts.port != 0 and parts.path in {"", "/"}
    except ValueError:
        parts, valid = urlsplit(""), False
    user, _, host = parts.netloc.rpartition("@")
    if not valid or parts.scheme not in _PROXIES or not re.fullmatch(r"[!-~]*", text) or "\\" in text:
        raise ValueError("must be a proxy's URL, such as http://127.0.0.1:3128 or socks5://127.0.0.1:1080")
    if "?" in text or "#" in text or "@" in user:
        raise ValueError("must have special characters in the password percent-encoded, such as %40 for @")
    if parts.scheme.startswith("socks") and find_spec("socksio") is None:
        raise ValueError("must be an http or https proxy here: SOCKS needs pip install 'docsbot[socks]'")
    return SecretStr(f"{parts.scheme}://{user}{'@' if user else ''}{host}")


def is_private_enough(url: str) -> bool:
    """Whether credentials may travel to this URL: encrypted, or not leaving this machine."""
    return urlsplit(url).scheme == "https" or is_loopback(url)


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine itself."""
    return _is_loopback(urlsplit(url).hostname or "")


def parse_webhook_url(text: str) -> str:
    """Read an https URL; plain http only for this machine itself, where a sandbox may run."""
    example = "https://bot.example.org/telegram"
    parts = _url(text, example)
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise ValueError(f"must begin with https://, such as {example}")
    return parts.geturl().rstrip("/")


def parse_address(text: str) -> Address:
    """Read `host:port`; an IPv6 address stands in brackets."""
    host, colon, port = text.strip().rpartition(":")
    bracketed = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\]", host)
    valid_host = bracketed or re.fullmatch(r"[A-Za-z0-9._-]+", host)
    if not (colon and valid_host and re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) < 65536):
        raise ValueError("must be a host and a port, such as 127.0.0.1:8443")
    return Address(bracketed[1] if bracketed else host, int(port))


def parse_webhook_secret(text: str) -> SecretStr:
    """Read the secret that Telegram sends along; the alphabet and the greatest length are Telegram's rule."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text):
        raise ValueError("must be 16 to 256 characters of A-Z, a-z, 0-9, _ and -")
    return SecretStr(text)


def parse_seconds(text: str) -> float:
    """Read a positive number of seconds, at most a day."""
    seconds = float(text) if re.fullmatch(r"\s*[0-9]{1,6}(\.[0-9]{1,6})?\s*", text) else 0.0
    if not 0 < seconds <= LONGEST:
        raise ValueError(f"must be a number of seconds above 0 and at most {LONGEST:.0f}, such as 60 or 2.5")
    return seconds


def parse_count(text: str) -> int:
    """Read a whole number from 0 to 10,000."""
    if not re.fullmatch(r"\s*[0-9]{1,5}\s*", text) or int(text) > MOST:
        raise ValueError(f"must be a whole number from 0 to {MOST}")
    return int(text)


def parse_whole_sum(text: str) -> int:
    """Read a sum without a fraction, from 0 to twelve digits; blanks may group them."""
    digits = "".join(text.split())
    if not re.fullmatch(r"[0-9]{1,12}", digits):
        raise ValueError("must be a sum without a fraction, such as 1000000; 0 for never")
    return int(digits)


def parse_database_url(text: str) -> SecretStr:
    """Read a SQLAlchemy URL, and return it with the asynchronous driver that docsbot uses."""
    text = text.strip()
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in DRIVERS:
        raise ValueError(
            "must be a URL such as sqlite+aiosqlite:///data/docsbot.db or postgresql+asyncpg://user:password@host/name"
        )
    driver = DRIVERS[url.drivername]
    if driver.startswith("sqlite"):
        if url.host or not url.database or ":memory:" in url.database or url.query.get("mode") == "memory":
            raise ValueError("must name a file after three slashes, such as sqlite+aiosqlite:///data/docsbot.db")
    elif "@" in (url.host or ""):
        raise ValueError("must have special characters in the password percent-encoded, such as %40 for @")
    elif "sslmode" in url.query:
        raise ValueError("must say ssl=require instead of sslmode=require: that is the name that asyncpg knows")
    return SecretStr(driver + text[len(url.drivername) :])


def parse_ids(text: str) -> frozenset[int]:
    """Read Telegram ids of people, separated by commas or spaces."""
    words = re.findall(r"[^\s,]+", text)
    if not all(re.fullmatch(r"[0-9]{1,16}", word) and int(word) > 0 for word in words):
        raise ValueError("must be numeric Telegram ids of people, separated by commas, such as 11111111,22222222")
    return frozenset(map(int, words))


def parse_currency(text: str) -> str:
    """Read what stands behind a sum: a sign or an abbreviation."""
    text = text.strip()
    is_sign = len(text) == 1 and unicodedata.category(text) == "Sc"
    if not is_sign and not re.fullmatch(r"[^\W\d_]{1,6}\.?", text):
        raise ValueError("must be a currency's sign or short name, such as ₽ or RUB")
    return text


def parse_switch(text: str) -> bool:
    """Read a setting that is on or off."""
    return _one_of(text.strip(), "0", "1") == "1"


def parse_timezone(text: str) -> ZoneInfo:
    """Read a name of the IANA time zone database."""
    try:
        return ZoneInfo(text.strip())
    except (LookupError, ValueError, OSError):
        raise ValueError("must be a name of the time zone database, such as Europe/Moscow") from None


def parse_language(text: str) -> str:
    """Read the language for people whose own the bot does not speak."""
    return _one_of(text.strip().lower(), "en", "ru")


def parse_log_level(text: str) -> str:
    """Read a level of Python's logging, in any case."""
    return _one_of(text.strip().upper(), "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def parse_log_format(text: str) -> str:
    """Read the form of the log lines."""
    return _one_of(text.strip().lower(), "text", "json")


def _one_of(text: str, *choices: str) -> str:
    if text not in choices:
        raise ValueError(f"must be one of: {', '.join(choices)}")
    return text


def _url(text: str, example: str) -> SplitResult:
    text = text.strip()
    try:
        parts = urlsplit(text)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, valid = urlsplit(""), False
    if not valid or not text.isprintable() or " " in text or "\\" in text:
        raise ValueError(f"must be an http or https URL, such as {example}")
    if "?" in text or "#" in text or "@" in parts.netloc:
        raise ValueError(f"must be a URL without ?, # or a user name, such as {example}")
    return parts._replace(netloc=parts.netloc.lower())


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
