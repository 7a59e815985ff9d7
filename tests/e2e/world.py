"""A world for the end-to-end tests: a Telegram, an SMS Center, and the real bot as its own process between them."""

import re
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.cli import allowlist
from bot.settings import load_database_settings
from sandbox.server import serve
from sandbox.smscentre.app import create_app
from sandbox.smscentre.centre import SmsCentre
from sandbox.smscentre.rules import Rules
from sandbox.smscentre.world import sample_world
from sandbox.telegram.client import Telegram
from sandbox.telegram.journal import Call
from sandbox.telegram.state import CallbackQuery, Chat, ChatKind, Message, User, buttons_of
from tests.e2e import oracle
from tests.e2e.evidence import Evidence, Pressed, Said
from tests.e2e.process import Bot, Starter, bare_environ
from tests.e2e.wire import Tap
from tests.e2e.wishes import BOT
from tests.e2e.words import is_status

TOKEN = "4242:" + "t" * 35
PASSWORD, API_KEY = "demo-psw", "beta-apikey"
WEBHOOK_SECRET = "webhook-secret-of-the-tests"
SECRETS = (TOKEN, TOKEN.partition(":")[2], PASSWORD, API_KEY, WEBHOOK_SECRET)
TWO_LOGINS = f'{{"demo": {{"password": "{PASSWORD}"}}, "beta": {{"apikey": "{API_KEY}"}}}}'
ANNA, OLGA, IVAN, TEAM = 1001, 1002, 1003, -1000000000500
WAIT_S = 30.0
"""Seconds for which a test waits for what must happen: long, because the machine may do other things meanwhile."""
ORPHANED_S = 0.5
UNEXPECTED = re.compile(r"^(?!\S+ \S+ telegram\.)(\S.*)\n(?:    )?Traceback", re.MULTILINE)
"""A traceback, unless it is of python-telegram-bot, which logs some for what it handles."""


@dataclass
class World:
    """Everybody and everything: Anna, a manager, reads English; Olga, the admin, Russian; Ivan is a stranger.

    People speak and press through `say` and `press`, which keep the record for the oracle.
    """

    telegram: Telegram
    vendor: SmsCentre
    tap: Tap
    bot: Bot
    anna: User
    olga: User
    ivan: User
    team: Chat
    pace: float
    said: list[Said] = field(default_factory=list)
    pressed: list[Pressed] = field(default_factory=list)
    on_list: set[int] = field(default_factory=lambda: {ANNA, OLGA, TEAM})
    ever_on_list: set[int] = field(default_factory=lambda: {ANNA, OLGA, TEAM})
    moved: dict[int, int] = field(default_factory=dict)
    without_answer: set[int] = field(default_factory=set)

    def chat(self, person: User) -> Chat:
        """Return a person's chat with the bot alone."""
        return self.telegram.chat(person.id)

    def say(self, person: User, text: str, chat: Chat | None = None, **how: Any) -> Message:
        """Write a message, to the bot alone unless a group is named; `how` as for `Telegram.say`."""
        message = self.telegram.say(person, chat or person.id, text, **how)
        allowed = how.get("as_chat") is None and self._may(person, message.chat)
        self.said.append(Said(message, text, time.monotonic(), allowed))
        return message

    def press(self, person: User, message: Message, action: str, *, stale: bool = False) -> CallbackQuery:
        """Press the button whose data begins with this action, whatever the language of its label."""
        markups = list(message.buttons)
        if stale:
            markups += [button for past in message.past_markups for button in buttons_of(past)]
        data = next(button.data for button in markups if button.data and button.data.partition(":")[0] == action)
        return self.press_data(person, message, data, stale=stale)

    def press_data(self, person: User, message: Message, data: str, *, stale: bool = False) -> CallbackQuery:
        query = self.telegram.press(person, message, data, stale=stale)
        self.pressed.append(Pressed(query, time.monotonic(), self._may(person, message.chat)))
        return query

    async def answered(self, query: CallbackQuery) -> str:
        """Wait until a press is answered; return the words."""
        await self.telegram.wait_for(lambda: query.answer, timeout=WAIT_S)
        assert query.answer is not None
        return query.answer.text

    async def reply(
        self, to: Message, where: Callable[[Message], bool] = lambda _: True, timeout: float = WAIT_S
    ) -> Message:
        """Wait for the bot's reply to a message, a status message not counted."""

        def look() -> Message | None:
            replies = (message for message in to.chat.visible() if message.reply_to is to and _is_bots(message))
            return next((one for one in replies if not is_status(one.text) and where(one)), None)

        return await self.telegram.wait_for(look, timeout=timeout)

    async def document(self, to: Message, timeout: float = WAIT_S) -> Message:
        """Wait for the PDF in reply to a command."""
        return await self.reply(to, lambda message: message.document is not None, timeout)

    async def status(self, to: Message) -> Message:
        """Wait for the message that tells place and time of a command that waits."""

        def look() -> Message | None:
            return next((one for one in to.chat.visible() if one.reply_to is to and is_status(one.text)), None)

        return await self.telegram.wait_for(look, timeout=WAIT_S)

    async def message(self, person: User, where: Callable[[Message], bool], after: Message | None = None) -> Message:
        """Wait for the bot's message in a person's private chat."""
        return await self.telegram.next_message(person.id, after=after, where=where, timeout=WAIT_S)

    async def change(self, message: Message, what: Callable[[Message], bool]) -> Message:
        """Wait until a message of the bot looks so."""
        await self.telegram.wait_for(lambda: what(message), timeout=WAIT_S)
        return message

    async def requests(self, count: int, timeout: float = WAIT_S) -> None:
        """Wait until SMS Center has seen so many requests."""
        await self.vendor.wait_for(lambda centre: len(centre.journal.entries) >= count, timeout)

    async def called(self, method: str, count: int = 1) -> None:
        """Wait until the bot has called a method of the Bot API so often, and had its answer or its trouble."""
        done = self.telegram.journal.of
        await self.telegram.wait_for(
            lambda: sum(call.answered_at is not None for call in done(method)) >= count, timeout=WAIT_S
        )

    async def allow(self, what: str, id_: int, *, login: str | None = None) -> None:
        """Put somebody on the allowlist behind the bot's back, as `docsbot allow` does."""
        await allowlist.allow(
            load_database_settings(self.bot.database),
            what,
            id_,
            allowlist.Told(logins=[login] if login else []),
        )
        self.on_list.add(id_)
        self.ever_on_list.add(id_)

    async def revoke(self, what: str, id_: int) -> None:
        await allowlist.revoke(load_database_settings(self.bot.database), what, id_)
        self.on_list.discard(id_)

    def let_in(self, id_: int) -> None:
        """Note that somebody was let in through the chat."""
        self.on_list.add(id_)
        self.ever_on_list.add(id_)

    def put_out(self, id_: int) -> None:
        """Note that somebody was taken off the list through the chat."""
        self.on_list.discard(id_)

    def evidence(self) -> Evidence:
        return Evidence(
            said=self.said,
            pressed=self.pressed,
            calls=self.telegram.journal.calls,
            entries=self.vendor.journal.entries,
            bodies=self.tap.bodies,
            pace=self.pace,
            listed=frozenset(self.ever_on_list),
            deaths=self.bot.deaths,
            moved=self.moved,
            without_answer=frozenset(self.without_answer),
        )

    async def settle(self, timeout: float = WAIT_S) -> None:
        """Wait until every command is answered, and its status message is gone."""

        def settled() -> bool:
            return not self._lasting_statuses() and not oracle.unanswered(self.evidence())

        try:
            await self.telegram.wait_for(settled, timeout=timeout)
        except TimeoutError as error:
            lost = [f"no answer to {said.text!r}" for said in oracle.unanswered(self.evidence())]
            stale = [f"a status message is left: {call.params['text']}" for call in self._lasting_statuses()]
            raise TimeoutError("\n".join([*lost, *stale, str(error)])) from None

    def check(self) -> None:
        """Hold the promises against all that happened, and the secrets against all that was printed."""
        findings = oracle.judge(self.evidence())
        assert findings == [], findings
        printed = self.bot.log + self.bot.output
        assert not [secret for secret in SECRETS if secret in printed]
        assert UNEXPECTED.search(printed) is None

    def _lasting_statuses(self) -> list[Call]:
        """Return the status messages that are still to go.

        Who is killed while sending one never learns its id, and who was removed from a group can delete none there.
        """
        refused = {_message_of(call) for call in self.telegram.journal.of("deleteMessage") if not call.accepted}
        return [
            call
            for call in self.telegram.journal.of("sendMessage")
            if call.accepted
            and call.heard
            and self._says_status(call)
            and (int(call.params["chat_id"]), int(call.result["message_id"])) not in refused
            and not any(call.at <= death < call.at + ORPHANED_S for death in self.bot.deaths)
        ]

    def _says_status(self, call: Call) -> bool:
        message = self.telegram.message(int(call.params["chat_id"]), call.result["message_id"])
        return is_status(message.text) and not message.deleted

    def _may(self, person: User, chat: Chat) -> bool:
        in_group = chat.kind is ChatKind.PRIVATE or chat.id in self.on_list
        return person.id in self.on_list and in_group


@asynccontextmanager
async def world(
    folder: Path,
    *,
    database: Path,
    starter: Starter,
    pace: float = 0.2,
    start: bool = True,
    judged: bool = True,
    **environ: str,
) -> AsyncIterator[World]:
    """Make the world in a folder of its own; `pace` is SMS Center's minute, in seconds.

    `database` is a prepared one to start from (see `prepare`). At the end of a test that went well everything is
    awaited that is still to come, and then judged, unless the caller does that.
    """
    (folder / "data").mkdir(parents=True)
    shutil.copy(database, folder / "data" / "docsbot.db")
    telegram = Telegram(webhook_pause=0.1)
    telegram.add_bot(TOKEN, BOT)
    anna = telegram.add_user(ANNA, "Anna", language_code="en")
    olga = telegram.add_user(OLGA, "Ольга", language_code="ru")
    ivan = telegram.add_user(IVAN, "Ivan", language_code="en")
    team = telegram.add_group(TEAM, "Sales", [anna, olga, ivan], bots=[BOT])
    telegram.chat(OLGA).started = True
    vendor = SmsCentre(sample_world("demo", "beta"), Rules(pace=pace))
    tap = Tap(create_app(vendor))
    async with telegram.serve() as telegram_url, serve(tap) as vendor_url:
        settings = {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": telegram_url,
            "SMSC_URL": vendor_url,
            "SMSC_BACKUP_URL": "",
            "SMSC_INTERVAL": str(pace),
            "SMSC_TIMEOUT": "3",
            "ADMIN_IDS": str(OLGA),
            "LOG_LEVEL": "DEBUG",
            **environ,
        }
        if "SMSC_ACCOUNTS" not in settings:
            settings |= {"SMSC_LOGIN": "demo", "SMSC_PASSWORD": PASSWORD}
        bot = Bot(folder, bare_environ(folder) | settings, starter)
        made = World(telegram, vendor, tap, bot, anna, olga, ivan, team, pace)
        try:
            if start:
                bot.start()
            yield made
            if judged:
                if bot.running:
                    await made.settle()
                made.check()
        except BaseException:
            if judged:
                print(bot.log)
            raise
        finally:
            if bot.running:
                await bot.kill()


async def prepare(url: str) -> None:
    """Make a database with Anna and the team on its allowlist."""
    settings = load_database_settings({"DATABASE_URL": url})
    for what, id_, name in (("user", ANNA, "Anna"), ("chat", TEAM, "Sales")):
        await allowlist.allow(settings, what, id_, allowlist.Told(name=name))


def _message_of(call: Call) -> tuple[int, int]:
    return int(call.params["chat_id"]), int(call.params["message_id"])


def _is_bots(message: Message) -> bool:
    return message.sender.username == BOT and message.service is None
