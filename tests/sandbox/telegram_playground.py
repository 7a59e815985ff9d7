"""A sandbox Telegram over real HTTP with python-telegram-bot on the other end, for the tests of the sandbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from telegram import Bot
from telegram.request import HTTPXRequest

from sandbox.telegram import Telegram
from sandbox.telegram.limits import Limits
from sandbox.telegram.state import Chat, User

TOKEN = "7001:sandbox-token"
NAME = "docs_bot"


@dataclass(frozen=True, slots=True)
class Playground:
    """Two people, a supergroup, a forum, and a bot that is in both as a plain member in privacy mode."""

    telegram: Telegram
    url: str
    bot: Bot
    anna: User
    boris: User
    team: Chat
    forum: Chat


def client(url: str, token: str = TOKEN) -> Bot:
    """Return a python-telegram-bot client of the server at `url`, not initialized."""
    requests = [HTTPXRequest(httpx_kwargs={"trust_env": False, "verify": False}) for _ in range(2)]
    base, files = f"{url}/bot", f"{url}/file/bot"
    return Bot(token, base_url=base, base_file_url=files, request=requests[0], get_updates_request=requests[1])


@asynccontextmanager
async def playground(limits: Limits | None = None) -> AsyncIterator[Playground]:
    """Serve a playground. Anna has started the bot, Boris has not; nothing waits for the bot."""
    telegram = Telegram(limits=limits, webhook_pause=0.01)
    telegram.add_bot(TOKEN, NAME)
    anna = telegram.add_user(100, "Анна", "anna", "ru")
    boris = telegram.add_user(200, "Boris", language_code="en")
    team = telegram.add_group(-1001, "Team", [anna, boris], bots=[NAME])
    forum = telegram.add_group(-1002, "Forum", [anna, boris], topics=["Invoices", "Acts"], bots=[NAME])
    telegram.say(anna, anna.id, "/start")
    telegram.bot().updates.drop()
    async with telegram.serve() as url, client(url) as bot:
        yield Playground(telegram, url, bot, anna, boris, team, forum)
