"""The gate: who is it, in which chat, and may they. Every command and every press passes here; default deny."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from markupsafe import Markup
from telegram import Chat, Message, Update, User
from telegram.constants import ChatID

from bot.access.authorization import Doorkeeper
from bot.access.policy import Access, Action, Ruling
from bot.access.wording import admins_only, anonymous_admin, chat_not_listed, only_in_private, stranger, stranger_alone
from bot.domain import Destination, Person
from bot.language.preferences import Tongues
from bot.language.translator import Translator
from bot.messaging.messenger import Messenger
from bot.runtime.clock import Clock
from bot.runtime.cooldown import OnceInAWhile
from db.engine import Database
from handlers import keyboards
from handlers.calls import Button, Command, CommandHandler, Press, Somebody

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
        tongues: Tongues,
    ) -> None:
        self._database = database
        self._doorkeeper = doorkeeper
        self._messenger = messenger
        self._tongues = tongues
        self._group_notices = OnceInAWhile(clock, _ONE_LINE_A_DAY)

    async def command(
        self, update: Update, handle: CommandHandler, *, named: bool = True, action: Action = Action.USE
    ) -> None:
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
        t = await self._listen(message.from_user, access)
        if access.may(action):
            await handle(_to_command(message, message.from_user, access, t, named=named))
        elif named or message.chat.type == Chat.PRIVATE:
            await self._turn_away(message, message.from_user, access.rule(action), t)

    async def press(self, update: Update, buttons: Mapping[str, Button]) -> None:
        """Pass a press to its button's handler, checked like a command: buttons outlive rights."""
        query = update.callback_query
        if query is None or query.message is None:
            return
        access = await self._check(query.from_user, query.message.chat)
        t = await self._listen(query.from_user, access)
        data = keyboards.read_data(query.data)
        button = buttons.get(data[0]) if data else None
        ruling = access.rule(button.action if button else Action.USE)
        if ruling is not Ruling.YES:
            _log.warning("person %d may not press in chat %d", query.from_user.id, query.message.chat.id)
            await self._messenger.answer_press(query.id, _refusal(t, ruling).unescape(), alert=True)
            return
        if data is None or button is None or button.ids != len(data[1]):
            await self._messenger.answer_press(query.id, t.say("This button is out of date.").unescape())
            return
        await button.pressed(
            Press(
                query_id=query.id,
                person=_person(query.from_user, t),
                access=access,
                chat_id=query.message.chat.id,
                message_id=query.message.message_id,
                thread_id=destination(query.message).thread_id if isinstance(query.message, Message) else None,
                args=data[1],
                t=t,
                telegram_language=query.from_user.language_code,
            )
        )

    async def admits(self, update: Update) -> bool:
        """Say whether the person behind an update may use the bot where it comes from."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None:
            return False
        return (await self._check(user, chat)).may(Action.USE)

    async def _check(self, user: User, chat: Chat) -> Access:
        async with self._database.read() as session:
            return await self._doorkeeper.check(session, user.id, chat.id)

    async def _listen(self, user: User, access: Access) -> Translator:
        return await self._tongues.heard(user.id, user.language_code, keep=access.may(Action.USE))

    async def _turn_away(self, message: Message, user: User, ruling: Ruling, t: Translator) -> None:
        to = destination(message)
        if ruling is Ruling.SILENT:
            await self._closed_chat(message, user, t)
        elif ruling is not Ruling.NOT_ON_LIST:
            await self._messenger.send_text(to, _refusal(t, ruling))
        elif message.chat.type == Chat.PRIVATE:
            await self._messenger.send_text(to, stranger_alone(t, user.id), keyboards.ask_for_access(t))
        elif self._group_notices.first((message.chat.id, user.id)):
            await self._messenger.send_text(to, stranger(t, user.id))

    async def _closed_chat(self, message: Message, user: User, t: Translator) -> None:
        """Keep silent in a group that is not listed; an admin who asks who it is hears of it in private."""
        _log.info("chat %d is not on the allowlist: ignored a command of person %d", message.chat.id, user.id)
        in_private = await self._check_private(user)
        if in_private.is_admin and (message.text or "").startswith("/whoami"):
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
            await self._messenger.send_text(destination(message), anonymous_admin(self._tongues.default))


def _to_command(message: Message, user: User, access: Access, t: Translator, *, named: bool) -> Command:
    text = message.text or ""
    return Command(
        person=_person(user, t),
        access=access,
        to=destination(message),
        args=text[_command_length(message) if named else 0 :].strip(" "),
        t=t,
        private=message.chat.type == Chat.PRIVATE,
        replied_to=message.reply_to_message.message_id if message.reply_to_message else None,
        said_at=message.date,
        about=_about(message),
    )


def _person(user: User, t: Translator) -> Person:
    return Person(user.id, user.full_name, t.language)


def _refusal(t: Translator, ruling: Ruling) -> Markup:
    match ruling:
        case Ruling.ADMINS_ONLY:
            return admins_only(t)
        case Ruling.IN_PRIVATE:
            return only_in_private(t)
        case Ruling.ALREADY_IN:
            return t.say("You are on the list already: /help shows what I can do for you.")
        case _:
            return t.say("This button is not for you.")


def _about(message: Message) -> Somebody | None:
    """Return whom a message is about; in a topic Telegram calls every message a reply to the topic's first one."""
    if message.contact is not None:
        contact = message.contact
        return Somebody(contact.user_id, " ".join(filter(None, [contact.first_name, contact.last_name])))
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.is_bot or replied.sender_chat is not None:
        return None
    if replied.forum_topic_created is not None:
        return None
    return Somebody(replied.from_user.id, replied.from_user.full_name)


def destination(message: Message) -> Destination:
    """Return where a reply to a message goes: its topic only if it is in one, as Telegram wants it."""
    thread_id = message.message_thread_id if message.is_topic_message else None
    return Destination(message.chat.id, thread_id, message.message_id)


def _command_length(message: Message) -> int:
    """Return how long `/command@bot` at the text's beginning is, as Telegram's entity says; it is plain ASCII."""
    return next((entity.length for entity in message.entities if entity.offset == 0), 0)
