"""`Telegram`: the sandbox's Telegram as one Python object, for tests, the demo and whoever acts as a person.

    telegram = Telegram()
    telegram.add_bot("1:secret", "docsbot_bot")
    anna = telegram.add_user(100, "Anna", language_code="ru")
    async with telegram.serve() as url:          # give the bot url + "/bot" and url + "/file/bot"
        asked = telegram.say(anna, anna.id, "/start")
        answer = await telegram.next_message(anna.id, after=asked)
        telegram.press(anna, answer, "Cancel")

A private chat is named by the person's id, a group by its own. Messages are alive: they show edits and deletion.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.middleware import Middleware

from sandbox.guard import Guard
from sandbox.server import serve
from sandbox.telegram import control, menus
from sandbox.telegram.acting import BotRef, ChatRef, UserRef
from sandbox.telegram.api import BotApi
from sandbox.telegram.faults import Faults
from sandbox.telegram.front import Front
from sandbox.telegram.groups import Groups
from sandbox.telegram.journal import Journal
from sandbox.telegram.limits import Limits
from sandbox.telegram.people import People
from sandbox.telegram.rules import MAX_ALBUM, MAX_UPLOAD
from sandbox.telegram.sharing import Sharing
from sandbox.telegram.state import Bot, ChatAction, Document, Json, Message, User
from sandbox.telegram.updates import Update
from sandbox.telegram.webhook import Courier
from sandbox.telegram.world import World

T = TypeVar("T")

LARGEST_CALL = (MAX_ALBUM + 1) * MAX_UPLOAD
"""Bytes of the largest body: an album of the largest files, and what is said of them."""

WAIT = 5.0
"""Seconds for which tests wait for something to happen, unless they say otherwise."""


class Telegram(People, Sharing, Groups):
    """Telegram for one process: state, rules, faults, journal, and an HTTP server when `serve` is entered.

    What people do is inherited from `People` and `Sharing`, what happens to groups from `Groups`. `clock` gives Unix
    time, for the dates of messages; `limits` switches Telegram's rate limits on; `webhook_pause` is the seconds before
    a webhook that failed is tried again (doubling).
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        limits: Limits | None = None,
        webhook_pause: float = 1.0,
    ) -> None:
        super().__init__(World(clock))
        self.api = BotApi(self.world, limits)
        self.faults = Faults()
        self.journal = Journal(time.monotonic)
        self._webhook_pause = webhook_pause
        routes = [*Front(self.api, self.faults, self.journal).routes(), control.mount(self)]
        self.app = Starlette(routes=routes, middleware=[Middleware(Guard, largest=LARGEST_CALL)])

    def add_bot(self, token: str, username: str, name: str = "Bot", *, privacy: bool = True) -> Bot:
        """Register a bot; its user id is the number before the colon of its token. `privacy`: BotFather's setting."""
        bot_id = int(token.partition(":")[0])
        return self.world.add_bot(token, User(bot_id, name, username, is_bot=True), privacy=privacy)

    @asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
        """Serve the Bot API and the control surface, deliver webhooks, and yield the base URL."""
        async with serve(self.app, host, port) as url:
            courier = asyncio.create_task(Courier(self.world, self._webhook_pause).run())
            try:
                yield url
            finally:
                courier.cancel()
                with suppress(asyncio.CancelledError):
                    await courier

    def messages(self, chat: ChatRef, bot: BotRef | None = None) -> list[Message]:
        """Return a chat as a person sees it now, oldest first."""
        return self.chat(chat, bot).visible()

    def documents(self, chat: ChatRef, bot: BotRef | None = None) -> list[Document]:
        """Return the files in a chat; `content` has their bytes."""
        return [message.document for message in self.messages(chat, bot) if message.document is not None]

    def actions(self, chat: ChatRef, bot: BotRef | None = None) -> list[ChatAction]:
        """Return the "typing…", "sending a document…" that were shown in a chat so far."""
        where = self.chat(chat, bot)
        return [action for action in self.world.actions if action.chat is where]

    def menu(self, user: UserRef, chat: ChatRef, bot: BotRef | None = None) -> list[Json]:
        """Return the commands that a person is offered in a chat on `/`."""
        return menus.shown(self.bot(bot), self.chat(chat, bot), self.user(user))

    def redeliver(self, count: int = 1, bot: BotRef | None = None) -> list[Update]:
        """Hand the last `count` updates that a bot confirmed to it once more."""
        again = self.bot(bot).updates.redeliver(count)
        self.world.bell.ring()
        return again

    def inject(self, update: Any, bot: BotRef | None = None) -> Update:
        """Hand any JSON to a bot as an update, by polling or by webhook: what Telegram may send one day, or never.

        An object needs no `update_id`: the next one is added. `ValueError`: JSON knows no such value.
        """
        return self.world.inject(self.bot(bot), update)

    async def wait_for(self, look: Callable[[], T | None], *, timeout: float = WAIT) -> T:
        """Wait until `look` returns something true, and return that. It is called again whenever anything happens.

        `TimeoutError` after `timeout` seconds, with what was said and asked last.
        """
        try:
            async with asyncio.timeout(timeout):
                return await self.world.bell.until(look)
        except TimeoutError:
            raise TimeoutError(f"nothing such within {timeout} s\n{self.transcript()}") from None

    async def next_message(
        self,
        chat: ChatRef,
        *,
        after: Message | int | None = None,
        where: Callable[[Message], bool] = lambda _: True,
        bot: BotRef | None = None,
        timeout: float = WAIT,
    ) -> Message:
        """Wait for a bot's first message in a chat after `after` (a message or its id) for which `where` holds."""
        place = self.chat(chat, bot)
        since = after.id if isinstance(after, Message) else after or 0

        def look() -> Message | None:
            found = (message for message in place.visible() if message.id > since and _by_bot(message))
            return next((message for message in found if where(message)), None)

        return await self.wait_for(look, timeout=timeout)

    def transcript(self, last: int = 20) -> str:
        """Return the chats and the last Bot API calls as text, for people who look for what went wrong."""
        lines = []
        for chat in [*self.world.private.values(), *self.world.chats.values()]:
            if chat.visible():
                lines.append(f"-- {chat.name} ({chat.id})")
                lines += [_line(message) for message in chat.visible()[-last:]]
        lines.append("-- calls")
        lines += [
            f"{call.method}: {call.status} {call.description or ''}".rstrip() for call in self.journal.calls[-last:]
        ]
        return "\n".join(lines)


def _by_bot(message: Message) -> bool:
    return message.sender.is_bot and message.sender_chat is None and message.service is None


def _line(message: Message) -> str:
    what = message.text or ", ".join(message.service or {}) or ", ".join(message.extra)
    file = f" [{message.document.name}, {len(message.document.content)} bytes]" if message.document else ""
    buttons = f" {[button.text for button in message.buttons]}" if message.buttons else ""
    return f"{message.id} {message.sender.first_name}: {what}{file}{buttons}"
