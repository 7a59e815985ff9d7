"""A world for the end-to-end tests: a Telegram, an SMS Center, and the real bot as its own process between them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.server import serve
from sandbox.smscentre.app import create_app
from sandbox.smscentre.centre import SmsCentre
from sandbox.smscentre.rules import Rules
from sandbox.smscentre.world import sample_world
from sandbox.telegram.client import Telegram
from sandbox.telegram.state import Chat, Message, User

TOKEN = "4242:" + "t" * 35
PASSWORD = "demo-psw"
BOT = "docsbot_bot"
START_S = 15.0


@dataclass
class Bot:
    """The bot's process: start it, ask it to stop, kill it, and read what it logged."""

    folder: Path
    environ: dict[str, str]
    process: asyncio.subprocess.Process | None = None
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "bot.log"

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self.folder, env=self.environ, stdout=log, stderr=log
            )

    async def kill(self) -> None:
        """Kill it as a power cut does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to end; return its exit code."""
        return await self._end(signal.SIGTERM)

    async def exit_code(self) -> int:
        assert self.process is not None
        async with asyncio.timeout(START_S):
            return await self.process.wait()

    async def command(self, *arguments: str) -> tuple[int, str]:
        """Run another `docsbot` command beside it, with the same settings."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=self.folder,
            env=self.environ,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode()

    async def _end(self, signum: signal.Signals) -> int:
        assert self.process is not None
        with suppress(ProcessLookupError):
            self.process.send_signal(signum)
        return await self.exit_code()


@dataclass
class World:
    """Everybody and everything; Anna manages, Olga is the admin, Ivan is a stranger."""

    telegram: Telegram
    vendor: SmsCentre
    bot: Bot
    anna: User
    olga: User
    ivan: User
    team: Chat

    def chat(self, person: User) -> Chat:
        return self.telegram.chat(person.id)

    def say(self, person: User, text: str, chat: Chat | None = None, **how: object) -> Message:
        return self.telegram.say(person, chat or person.id, text, **how)  # type: ignore[arg-type]

    async def answer(self, to: Message, **how: object) -> Message:
        """Wait for the bot's first message after this one that is a document or a text with an end."""
        return await self.telegram.next_message(to.chat, after=to, **how)  # type: ignore[arg-type]

    async def document(self, to: Message, timeout: float = 10.0) -> Message:
        return await self.answer(to, where=lambda message: message.document is not None, timeout=timeout)

    def invoices(self) -> int:
        return len(self.vendor.invoices)


@asynccontextmanager
async def world(folder: Path, *, pace: float = 0.3, start: bool = True, **environ: str) -> AsyncIterator[World]:
    """Make the world in a folder of its own; `pace` is SMS Center's minute, in seconds."""
    telegram = Telegram()
    telegram.add_bot(TOKEN, BOT)
    anna = telegram.add_user(1001, "Anna", language_code="en")
    olga = telegram.add_user(1002, "Ольга", language_code="ru")
    ivan = telegram.add_user(1003, "Ivan", language_code="en")
    team = telegram.add_group(-500, "Sales", [anna, olga, ivan])
    vendor = SmsCentre(sample_world("demo", "beta"), Rules(pace=pace))
    async with telegram.serve() as telegram_url, serve(create_app(vendor)) as vendor_url:
        settings = {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": telegram_url,
            "SMSC_LOGIN": "demo",
            "SMSC_PASSWORD": PASSWORD,
            "SMSC_URL": vendor_url,
            "SMSC_BACKUP_URL": "",
            "SMSC_INTERVAL": str(pace),
            "SMSC_TIMEOUT": "3",
            "ADMIN_IDS": str(olga.id),
            "LOG_LEVEL": "DEBUG",
            "TMPDIR": str(folder),
            **environ,
        }
        bot = Bot(folder, {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd()), **settings})
        made = World(telegram, vendor, bot, anna, olga, ivan, team)
        await bot.command("allow", "user", str(anna.id), "--name", "Anna")
        await bot.command("allow", "chat", str(team.id), "--name", "Sales")
        if start:
            await bot.start()
        try:
            yield made
        finally:
            if bot.process is not None and bot.process.returncode is None:
                await bot.kill()
