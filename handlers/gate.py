"""The gate: who is it, in which chat, and may they. Every command and every press passes here; default deny."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from telegram import Chat, Message, Update, User
from telegram.constants import ChatID

from bot.access import Access, Admission, Doorkeeper
from bot.clock import Clock
from bot.domain import Destination, Person
from bot.i18n import Translators
from bot.messenger import Messenger
from db.engine import Database
from handlers import keyboards
from handlers.calls import Button, Command, CommandHandler, Press
from handlers.notices import OnceInAWhile
from handlers.sentences import anonymous_admin, chat_not_listed, stranger

_log = logging.getLogger(__name__)

_ONE_LINE_A_DAY = timedelta(days=1)


class Gate:
    """Lets commands and presses of allowed people through to their handlers, and tells the others what to do."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        doorkeeper: Doorkeeper,
        messenger: Messenger,
        translators: Translators,
    ) -> None:
        self._database = database
        self._doorkeeper = doorkeeper
        self._messenger = messenger
        self._translators = translators
        self._group_notices = OnceInAWhile(clock, _ONE_LINE_A_DAY)

    async def command(self, update: Update, handle: CommandHandler, *, named: bool = True) -> None:
        """Pass a message on as a command; `named` says that its first word is the command's name."""
        message = update.message
        if message is None or message.from_user is None:
            return
        if message.sender_chat is not None:
            await self._anonymous(message)
            return
        if message.from_user.is_bot:
            return
        access = await self._check(message.from_user, message.chat)
        if access.admission is Admission.ALLOWED:
            await handle(self._to_command(message, message.from_user, access, named=named))
        elif named or message.chat.type == Chat.PRIVATE:
            await self._turn_away(message, message.from_user, access)

    async def press(self, update: Update, buttons: Mapping[str, Button]) -> None:
        """Pass a press to its button's handler, checked like a command: buttons outlive rights."""
        query = update.callback_query
        if query is None or query.message is None:
            return
        access = await self._check(query.from_user, query.message.chat)
        t = self._translators.choose(query.from_user.language_code)
        if access.admission is not Admission.ALLOWED:
            _log.warning("person %d may not press in chat %d", query.from_user.id, query.message.chat.id)
            await self._messenger.answer_press(query.id, t.say("This button is not for you.").unescape(), alert=True)
            return
        data = keyboards.read_data(query.data)
        button = buttons.get(data[0]) if data else None
        if data is None or button is None or button.ids != len(data[1]):
            await self._messenger.answer_press(query.id, t.say("This button is out of date.").unescape())
            return
        await button.pressed(
            Press(
                query_id=query.id,
                person=self._person(query.from_user),
                access=access,
                chat_id=query.message.chat.id,
                message_id=query.message.message_id,
                thread_id=destination(query.message).thread_id if isinstance(query.message, Message) else None,
                args=data[1],
                t=t,
            )
        )

    async def admits(self, update: Update) -> bool:
        """Say whether the person behind an update may use the bot where it comes from."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None:
            return False
        return (await self._check(user, chat)).admission is Admission.ALLOWED

    async def _check(self, user: User, chat: Chat) -> Access:
        async with self._database.read() as session:
            return await self._doorkeeper.check(session, user.id, chat.id)

    def _to_command(self, message: Message, user: User, access: Access, *, named: bool) -> Command:
        text = message.text or ""
        return Command(
            person=self._person(user),
            access=access,
            to=destination(message),
            args=text[_command_length(message) if named else 0 :].strip(" "),
            t=self._translators.choose(user.language_code),
            private=message.chat.type == Chat.PRIVATE,
            replied_to=message.reply_to_message.message_id if message.reply_to_message else None,
        )

    def _person(self, user: User) -> Person:
        return Person(user.id, user.full_name, self._translators.choose(user.language_code).language)

    async def _turn_away(self, message: Message, user: User, access: Access) -> None:
        t = self._translators.choose(user.language_code)
        if access.admission is Admission.CLOSED_CHAT:
            await self._closed_chat(message, user)
        elif message.chat.type == Chat.PRIVATE or self._group_notices.first((message.chat.id, user.id)):
            await self._messenger.send_text(destination(message), stranger(t, user.id))

    async def _closed_chat(self, message: Message, user: User) -> None:
        """Keep silent in a group that is not listed; an admin who asks who it is hears of it in private."""
        _log.info("chat %d is not on the allowlist: ignored a command of person %d", message.chat.id, user.id)
        in_private = await self._check_private(user)
        if in_private.is_admin and (message.text or "").startswith("/whoami"):
            t = self._translators.choose(user.language_code)
            await self._messenger.send_text(
                Destination(user.id), chat_not_listed(t, message.chat.id, message.chat.title)
            )

    async def _check_private(self, user: User) -> Access:
        async with self._database.read() as session:
            return await self._doorkeeper.check(session, user.id, user.id)

    async def _anonymous(self, message: Message) -> None:
        """Refuse who cannot be told apart: admins who write as the group, and channels."""
        async with self._database.read() as session:
            listed = await self._doorkeeper.is_listed(session, message.chat.id)
        by_group_itself = message.from_user is not None and message.from_user.id == ChatID.ANONYMOUS_ADMIN
        if listed and by_group_itself:
            await self._messenger.send_text(destination(message), anonymous_admin(self._translators.choose(None)))


def destination(message: Message) -> Destination:
    """Return where a reply to a message goes: its topic only if it is in one, as Telegram wants it."""
    thread_id = message.message_thread_id if message.is_topic_message else None
    return Destination(message.chat.id, thread_id, message.message_id)


def _command_length(message: Message) -> int:
    """Return how long `/command@bot` at the text's beginning is, as Telegram's entity says; it is plain ASCII."""
    return next((entity.length for entity in message.entities if entity.offset == 0), 0)
