"""The gate: who is it, in which chat, and may they. Every command and every press passes here; default deny."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from markupsafe import Markup
from telegram import Chat, MaybeInaccessibleMessage, Message, Update, User

from bot.access.authorization import Authorization
from bot.access.petition_buttons import ask_for_access
from bot.access.policy import Action, Ruling
from bot.access.wording import admins_only, chat_not_listed, nameless, only_in_private, stranger, stranger_alone
from bot.domain import Borrowed, Destination, Person
from bot.language.preferences import LanguagePreferences
from bot.language.translator import Translator
from bot.messaging.budgets import Rank
from bot.messaging.keyboards import read_data
from bot.messaging.messenger import Messenger
from bot.runtime.clock import Clock
from bot.runtime.cooldown import Cooldown
from handlers.context import Attachment, Button, Caller, Command, CommandHandler, Press, Subject, destination

_log = logging.getLogger(__name__)

_ONE_LINE_A_DAY = timedelta(days=1)


class Gate:
    """Lets commands and presses of allowed people through to their handlers, and tells the others what to do."""

    def __init__(
        self,
        clock: Clock,
        authorization: Authorization,
        messenger: Messenger,
        languages: LanguagePreferences,
        *,
        admin_seen: Callable[[int], None],
        told: Cooldown,
    ) -> None:
        """`told` remembers what strangers, and those who write as a chat, have heard lately: one answer is enough."""
        self._authorization = authorization
        self._messenger = messenger
        self._at_leisure = messenger.of_rank(Rank.STRANGER)
        self._languages = languages
        self._admin_seen = admin_seen
        self._told = told
        self._group_notices = Cooldown(clock, _ONE_LINE_A_DAY)

    async def command(
        self, update: Update, handle: CommandHandler, *, named: bool = True, action: Action = Action.USE
    ) -> None:
        """Pass a message on as a command; `named` says that its first word is the command's name."""
        message = update.message or update.edited_message
        if message is None or message.from_user is None:
            return
        if message.sender_chat is not None:
            if named or _command_length(message):
                await self._anonymous(message)
            return
        if message.from_user.is_bot:
            return
        caller = await self._recognise(message.from_user, message.chat.id)
        access, t = caller.access, caller.t
        if access.is_admin and message.chat.type == Chat.PRIVATE:
            self._admin_seen(message.from_user.id)
        if access.may(Action.USE):
            for chat_id in (message.chat.id, message.from_user.id):
                self._told.forget((chat_id, message.from_user.id))
        if access.may(action):
            await handle(self._to_command(message, caller, named=named))
        elif named or message.chat.type == Chat.PRIVATE:
            await self._turn_away(message, message.from_user, access.rule(action), t)

    async def press(self, update: Update, buttons: Mapping[str, Button]) -> None:
        """Pass a press to its button's handler, checked like a command: buttons outlive rights."""
        query = update.callback_query
        if query is None or query.message is None:
            return
        caller = await self._recognise(query.from_user, query.message.chat.id)
        access, t = caller.access, caller.t
        data = read_data(query.data)
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
                caller=caller,
                messenger=self._messenger if access.may(Action.USE) else self._at_leisure,
                query_id=query.id,
                origin=_pressed(query.message),
                message_id=query.message.message_id,
                args=data[1],
                telegram_language=query.from_user.language_code,
            )
        )

    async def admits(self, update: Update) -> bool:
        """Say whether the person behind an update may use the bot where it comes from."""
        user, chat = update.effective_user, update.effective_chat
        if user is None or chat is None:
            return False
        return (await self._authorization.check_now(user.id, chat.id)).may(Action.USE)

    async def _recognise(self, user: User, chat_id: int) -> Caller:
        """Say what somebody may do in a chat, and in which language they are spoken to."""
        found = await self._authorization.recognise_now(user.id, chat_id)
        keep = found.access.may(Action.USE)
        t = await self._languages.hear(user.id, found.settings, user.language_code, keep=keep)
        return Caller(Person(user.id, user.full_name, t.language), found.access, t, found.is_asked)

    async def _turn_away(self, message: Message, user: User, ruling: Ruling, t: Translator) -> None:
        to = destination(message)
        if ruling is Ruling.SILENT:
            await self._closed_chat(message, user, t)
        elif ruling is not Ruling.NOT_ON_LIST:
            await self._messenger.send_text(to, _refusal(t, ruling))
        elif not self._told.first((message.chat.id, user.id)):
            _log.debug("person %d was told lately that access is by invitation", user.id)
        elif message.chat.type == Chat.PRIVATE:
            await self._at_leisure.send_text(to, stranger_alone(t, user.id), ask_for_access(t))
        elif self._group_notices.first((message.chat.id, user.id)):
            await self._at_leisure.send_text(to, stranger(t, user.id))

    async def _closed_chat(self, message: Message, user: User, t: Translator) -> None:
        """Keep silent in a group that is not listed; an admin who asks who it is hears of it in private."""
        _log.info("chat %d is not on the allowlist: ignored a command of person %d", message.chat.id, user.id)
        if _is_whoami(message) and (await self._authorization.check_now(user.id, user.id)).is_admin:
            await self._messenger.send_text(
                Destination(user.id), chat_not_listed(t, message.chat.id, message.chat.title)
            )

    async def _anonymous(self, message: Message) -> None:
        """Refuse who cannot be told apart, once in a while: admins who write as the group, and channels."""
        key = (message.chat.id, None)
        if self._told.is_said(key) or not await self._authorization.is_listed_now(message.chat.id):
            return
        self._told.first(key)
        as_channel = message.sender_chat is not None and message.sender_chat.id != message.chat.id
        await self._at_leisure.send_text(destination(message), nameless(self._languages.default, as_channel=as_channel))

    def _to_command(self, message: Message, caller: Caller, *, named: bool) -> Command:
        text = message.text or message.caption or ""
        return Command(
            caller=caller,
            messenger=self._messenger,
            to=destination(message),
            args=text[_command_length(message) if named else 0 :].strip(" "),
            private=message.chat.type == Chat.PRIVATE,
            replied_to=message.reply_to_message.message_id if message.reply_to_message else None,
            said_at=message.date,
            borrowed=_borrowed(message),
            attachment=_attachment(message),
            about=_about(message),
        )


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


def _borrowed(message: Message) -> Borrowed | None:
    """Say whether somebody else wrote a message, and how the person came to send it."""
    if message.forward_origin is not None or message.is_automatic_forward:
        return Borrowed.FORWARDED
    by_bot = message.via_bot is not None or message.sender_business_bot is not None
    return Borrowed.VIA_BOT if by_bot else None


def _attachment(message: Message) -> Attachment | None:
    document = message.document
    return None if document is None else Attachment(document.file_id, document.file_size or 0)


def _about(message: Message) -> Subject | None:
    """Return whom a message is about; in a topic Telegram calls every message a reply to the topic's first one."""
    if message.contact is not None:
        contact = message.contact
        return Subject(contact.user_id, " ".join(filter(None, [contact.first_name, contact.last_name])))
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.is_bot or replied.sender_chat is not None:
        return None
    if replied.forum_topic_created is not None:
        return None
    return Subject(replied.from_user.id, replied.from_user.full_name)


def _pressed(message: MaybeInaccessibleMessage) -> Destination:
    """Return where a reply to a pressed message goes; of one too old to see, Telegram tells no topic."""
    if isinstance(message, Message):
        return destination(message)
    return Destination(message.chat.id, None, message.message_id)


def _is_whoami(message: Message) -> bool:
    text = message.text or ""
    return text[: _command_length(message)].partition("@")[0] == "/whoami"


def _command_length(message: Message) -> int:
    """Return how long `/command@bot` at the text's beginning is, as Telegram's entity says; it is plain ASCII."""
    entities = message.entities or message.caption_entities
    return next((entity.length for entity in entities if entity.offset == 0), 0)
