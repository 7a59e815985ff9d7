"""A stage: a Telegram and an SMS Center of its own for one bot, and that bot as a process between them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fakes.http import serve
from benchmarks.fakes.limits import Limits
from benchmarks.fakes.smscentre import SmsCentre
from benchmarks.fakes.telegram import Said, Telegram
from benchmarks.process import BOT, BotProcess

ADMIN = 1
PEOPLE = range(1001, 1201)
"""Who is on the allowlist unless a benchmark says otherwise."""
DEFAULT_LOGIN = "login0"
FAST_PACE_S = 0.001
"""The pace where the pace is not what is measured."""
_STARTS_WITHIN_S = 240.0
_LOOK_EVERY_S = 1.0
_ANSWERS_WITHIN_S = 60.0
_DATABASE = "docsbot.db"


class NotStartedError(Exception):
    """The bot ended, or did not poll Telegram in time; says what it logged last."""


@dataclass
class Stage:
    """One bot at work. Times are milliseconds in what is returned."""

    folder: Path
    telegram: Telegram
    vendor: SmsCentre
    process: BotProcess
    start_ms: float
    """From the start of the process until it polls Telegram."""

    @property
    def database(self) -> Path:
        return database_of(self.folder)

    async def command(self, text: str, sub_client: str, person: int = PEOPLE[0]) -> tuple[float, float]:
        """Say a command; return how long it took to the vendor and to the document, infinity for what never came."""
        said = self.telegram.say(person, text)
        to_vendor = await _within(_ANSWERS_WITHIN_S, self.vendor.arrival(sub_client))
        to_document = await _within(_ANSWERS_WITHIN_S, self.telegram.document(said))
        return (to_vendor - said.at) * 1000, (to_document - said.at) * 1000

    async def answer_ms(self, said: Said, within_s: float = _ANSWERS_WITHIN_S) -> float:
        """Return how long the answer in words to a command took; infinity if it did not come in time."""
        return (await _within(within_s, self.telegram.reply(said)) - said.at) * 1000


def rounds(count: int, within_s: float) -> Iterator[int]:
    """Count from 0 up to `count`, but begin nothing more when some seconds are over."""
    ends = time.monotonic() + within_s
    for number in range(count):
        if number and time.monotonic() > ends:
            return
        yield number


def database_of(folder: Path) -> Path:
    """Return where the bot of a stage has its database."""
    return folder / _DATABASE


@asynccontextmanager
async def stage(
    folder: Path,
    *,
    arguments: Sequence[str] = BOT,
    pace_s: float = FAST_PACE_S,
    logins: int = 1,
    limits: Limits | None = None,
    vendor_delay_s: float = 0.0,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Stage]:
    """Start a bot and wait until it hears; its database, if it uses one, is in the folder already.

    Raises `NotStartedError`.
    """
    telegram, vendor = Telegram(limits), SmsCentre(vendor_delay_s)
    async with serve(telegram.handle) as telegram_url, serve(vendor.handle) as vendor_url:
        environ = {
            "TELEGRAM_TOKEN": "4242:" + "t" * 35,
            "TELEGRAM_API_URL": telegram_url,
            "SMSC_URL": vendor_url,
            "SMSC_BACKUP_URL": "",
            "SMSC_INTERVAL": f"{pace_s:.6f}",
            "ADMIN_IDS": str(ADMIN),
            "MAX_WAITING_PER_PERSON": "0",
            "MAX_WAITING_PER_CHAT": "0",
            "DATABASE_URL": f"sqlite+aiosqlite:///{database_of(folder)}",
            "TIMEZONE": "UTC",
            **_accounts(folder, logins),
            **(settings or {}),
        }
        process = BotProcess.start(arguments, folder, environ)
        try:
            await _hears(telegram, process)
            start_ms = (asyncio.get_running_loop().time() - process.started_at) * 1000
            yield Stage(folder, telegram, vendor, process, start_ms)
        finally:
            # In a thread: while it ends it still talks to the fakes.
            await asyncio.to_thread(process.end)


async def _hears(telegram: Telegram, process: BotProcess) -> None:
    ends = time.monotonic() + _STARTS_WITHIN_S
    while not await telegram.polled(_LOOK_EVERY_S):
        if process.popen.poll() is not None or time.monotonic() > ends:
            raise NotStartedError(
                f"the bot does not start; its log ends with: {process.log.read_text()[-500:].strip()}"
            )


async def _within(seconds: float, awaited: asyncio.Future[float]) -> float:
    """Return a time, infinity if it is not known within some seconds."""
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.shield(awaited)
    except TimeoutError:
        return float("inf")


def _accounts(folder: Path, logins: int) -> dict[str, str]:
    """Return the settings of the logins; many are too long for the environment."""
    if logins == 1:
        return {"SMSC_LOGIN": DEFAULT_LOGIN, "SMSC_PASSWORD": "bench-password"}
    file = folder / "accounts.json"
    accounts = {f"login{number}": {"apikey": "bench"} for number in range(logins)}
    file.write_text(json.dumps(accounts, separators=(",", ":")))
    return {"SMSC_ACCOUNTS_FILE": str(file)}
