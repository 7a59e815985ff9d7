"""The ways out of the process and into it: the database, SMS Center, Telegram."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import getproxies, proxy_bypass

import httpx
from telegram.request import BaseRequest, HTTPXRequest

from bot.messaging.application import new_request
from bot.messaging.budgets import TELEGRAM, Budgets
from bot.messaging.standby import SharedReceiver
from bot.process.database import StartError, open_database
from bot.settings import Settings
from bot.settings.values import is_loopback
from bot.smscentre import new_http_client
from db.engine import Database

_POOL = 256
"""Connections to Telegram at once."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What the application reaches the world with."""

    database: Database
    vendor: httpx.AsyncClient
    telegram: BaseRequest
    telegram_polling: BaseRequest
    may_call_vendor: Callable[[], bool] = lambda: True
    """Whether this process may still call SMS Center: a leader that lost its lease may not."""
    budgets: Budgets = TELEGRAM
    posted: SharedReceiver | None = None
    """What Telegram posts to this process, whether it leads or stands by; None where it is polled, or alone."""


def open_outside(settings: Settings) -> Outside:
    """Make the real ones; each connects when it is first used. Raises `StartError`."""
    # Once for all three: reading the certificate authorities takes as long as migrating.
    tls = _tls()
    database = open_database(settings, settings.bot_id)
    with _what_the_environment_says():
        return Outside(
            database=database,
            vendor=new_http_client(settings.smsc_timeout, tls, _proxy(settings, settings.smsc_url)),
            telegram=_telegram(settings, tls, _POOL),
            telegram_polling=_telegram(settings, tls, 1),
        )


def open_telegram(settings: Settings) -> BaseRequest:
    """Make a client for Telegram alone. Raises `StartError`."""
    tls = _tls()
    with _what_the_environment_says():
        return _telegram(settings, tls, 1)


def _telegram(settings: Settings, tls: ssl.SSLContext, connections: int) -> HTTPXRequest:
    return new_request(connections=connections, tls=tls, proxy=_proxy(settings, settings.telegram_api_url))


def _proxy(settings: Settings, url: str) -> str | None:
    """Return the proxy for a URL: the setting's, else the environment's.

    The environment is read by the standard library, for httpx gives up at what it does not know in NO_PROXY.
    """
    if settings.proxy_url is not None or is_loopback(url):
        return settings.proxy_for(url)
    parsed = httpx.URL(url)
    if proxy_bypass(parsed.host):
        return None
    proxies = getproxies()
    return proxies.get(parsed.scheme) or proxies.get("all")


def _tls() -> ssl.SSLContext:
    try:
        return httpx.create_ssl_context()
    except (OSError, ValueError) as error:
        why = f"the certificate authorities or the key log cannot be read: {error}"
        raise StartError(f"SSL_CERT_FILE, SSL_CERT_DIR or SSLKEYLOGFILE: {why}", 2) from None


@contextmanager
def _what_the_environment_says() -> Iterator[None]:
    """Turn what the HTTP library finds wrong with the environment into a line that names the variables."""
    try:
        yield
    except ImportError:
        line = "PROXY_URL or ALL_PROXY: a SOCKS proxy needs the extra socks: pip install 'docsbot[socks]'"
        raise StartError(line, 2) from None
    except (ValueError, TypeError, httpx.InvalidURL, RuntimeError) as error:
        line = f"HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or NO_PROXY of the environment cannot be understood: {error}"
        raise StartError(line, 2) from None
