"""SMS Center's documents API over HTTP: one method per call, each sent at most once.

The parameters go in the body of a POST, never in the URL, because URLs end up in logs.
"""

import asyncio
import ssl
from collections.abc import Callable
from decimal import Decimal
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TypeVar
from urllib.parse import urlencode

import httpx

from bot.domain import SubClient
from bot.smscentre.answers import MAX_DOCUMENT, Answer, Created, read_created, read_document
from bot.smscentre.credentials import Credentials
from bot.smscentre.errors import ErrorCode, NotSent, Refused
from bot.smscentre.exchange import Exchange, Limits
from bot.smscentre.quoting import Quoter

_PATH = "/sys/documents.php"
_TEXT_AROUND = 1024 * 1024
_CONNECT_SHARE = 1 / 6
_AMOUNT_BELOW = Decimal(10) ** 12
_KOPECK = Decimal("0.01")

Read = TypeVar("Read", Created, bytes)


def new_http_client(timeout: float, tls: ssl.SSLContext, proxy: str | None = None) -> httpx.AsyncClient:
    """Return an HTTP client for `SmsCentre` with the same `timeout`, in seconds. The caller closes it.

    `proxy` is the URL of an HTTP or SOCKS proxy, credentials included; None: none. The environment is not asked.

    Connecting gets a sixth of the time for each of its two steps (TCP with DNS, then TLS), so that two hosts that
    hang still leave a third for the answer. No connection is used twice: a server that closes an idle one while we
    send would make it unknown whether the request arrived. No cookies: one login's session must not reach another.
    """
    connect = timeout * _CONNECT_SHARE
    return httpx.AsyncClient(
        verify=tls,
        proxy=proxy,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(connect=connect, pool=connect, write=timeout, read=timeout),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
    )


class SmsCentre:
    """The vendor's documents API.

    Every method sends its request once, to the backup host only if nothing of it can have left for the main one, and
    ends within `timeout` seconds of network. Every method raises a VendorError and nothing else: NotSent, Refused,
    WrongSetting, TooLarge or NoUsableAnswer. Keeping the vendor's pace is the caller's business.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        url: str,
        backup_url: str | None,
        timeout: float,
        max_document: int = MAX_DOCUMENT,
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        """Take the hosts as `https://host`; `max_document` is in bytes. Raises ValueError for a bad URL.

        `may_send` is asked of each host right before the first byte of a request; where it says no, nothing is.
        """
        self._may_send = may_send
        self._http = http
        self._hosts = [("SMSC_URL", _endpoint(url))]
        if backup_url:
            self._hosts.append(("SMSC_BACKUP_URL", _endpoint(backup_url)))
        self._timeout = timeout
        # base64 makes a document a third longer, and its line ends some more.
        self._limits = Limits(max_document, max_answer=max_document * 3 // 2 + _TEXT_AROUND)

    async def create_invoice(
        self, credentials: Credentials, sub_client: SubClient, amount: Decimal, service: str | None
    ) -> Created:
        """Create an invoice (`add_account`) of that many units of the account's currency, with at most two decimals.

        After NoUsableAnswer the invoice may exist.
        """
        parameters = {"sum": _canonical(amount)}
        if service:
            parameters["service"] = service
        return await self._ask(
            "add_account", credentials, sub_client, parameters, lambda answer: read_created(answer, amount)
        )

    async def get_invoice(self, credentials: Credentials, sub_client: SubClient, invoice_id: str) -> bytes:
        """Return the PDF of an invoice (`get_account`)."""
        return await self._ask("get_account", credentials, sub_client, {"id": invoice_id}, read_document)

    async def get_act(
        self,
        credentials: Credentials,
        sub_client: SubClient,
        *,
        num: str | None = None,
        act_id: str | None = None,
    ) -> bytes:
        """Return the PDF of an act (`get_act`), by its number or by its ID, exactly one of the two."""
        wanted = {name: value for name, value in (("num", num), ("id", act_id)) if value is not None}
        if len(wanted) != 1:
            raise _unsendable("an act is asked for either by number or by id")
        return await self._ask("get_act", credentials, sub_client, wanted, read_document)

    async def _ask(
        self,
        call: str,
        credentials: Credentials,
        sub_client: SubClient,
        parameters: dict[str, str],
        read: Callable[[Answer], Read],
    ) -> Read:
        whom = {"user": sub_client.name} if sub_client.name is not None else {"user_id": str(sub_client.id)}
        form = {call: "1", **credentials.parameters(), **whom, **parameters, "charset": "utf-8"}
        content = _urlencoded(form)
        if self._http.is_closed:
            raise NotSent("the HTTP client is closed")

        quoter = Quoter(credentials.secret)
        exchanges: list[Exchange] = []
        try:
            async with asyncio.timeout(self._timeout):
                for setting, url in self._hosts:
                    exchanges.append(Exchange(url, setting, self._limits, quoter, self._may_send))
                    await exchanges[-1].run(self._http, content)
                    if not exchanges[-1].never_left:
                        break
        except TimeoutError:
            exchanges[-1].interrupt(f"not finished within {self._timeout:g} s")
        if exchanges[-1].never_left:
            raise NotSent("; ".join(f"{exchange.host}: {exchange.interruption}" for exchange in exchanges))
        last = exchanges[-1]
        if last.is_heavy:
            return await asyncio.to_thread(lambda: read(last.answer()))
        return read(last.answer())


def _endpoint(base: str) -> httpx.URL:
    try:
        url = httpx.URL(base.rstrip("/") + _PATH)
    except httpx.InvalidURL:
        raise ValueError("not a URL") from None
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment or url.userinfo:
        raise ValueError("not of the form https://host")
    return url


def _unsendable(why: str) -> Refused:
    """Return the refusal that the vendor would give to parameters that should not, or cannot, be sent at all."""
    return Refused(ErrorCode.PARAMETERS, f"not sent to the vendor: {why}")


def _canonical(amount: Decimal) -> str:
    """Return the amount with a point and two decimals. Raises Refused rather than send another amount."""
    if not amount.is_finite() or not 0 < amount < _AMOUNT_BELOW or amount != amount.quantize(_KOPECK):
        raise _unsendable(f"not an amount of money: {amount}")
    return f"{amount:.2f}"


def _urlencoded(form: dict[str, str]) -> bytes:
    for name, value in form.items():
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise _unsendable(f"the parameter {name} is not valid Unicode")
    return urlencode(form).encode("ascii")
