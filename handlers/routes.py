"""Which update goes to which handler; every one of them through the gate."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any

from telegram import Message, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.ext import CommandHandler as CommandRoute

from bot.access.policy import Action
from bot.commands.catalogue import COMMANDS
from handlers.context import Button, Command, CommandHandler, Feature, ReplyHandler
from handlers.gate import Gate
from handlers.intake import borrowed_refusal

_Callback = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]

_MAX_NAME = 32

# Edited messages would reach a command's route too, and make the same invoice again.
_NEW = filters.UpdateType.MESSAGE


def register(
    application: Application[Any, Any, Any, Any, Any, Any],
    gate: Gate,
    features: Sequence[Feature],
    *,
    membership: _Callback,
    moved: Callable[[int, int], Awaitable[bool]],
) -> None:
    """Put the features' handlers into python-telegram-bot's application.

    `membership` hears where the bot is, `moved` of groups that became supergroups. Raises `ValueError` where two
    features claim the same command or button, or where the catalogue and the features differ.
    """
    before = [feature.before for feature in features if feature.before is not None]
    handlers = commands_of(features)
    for listed in COMMANDS:
        for name in (listed.name, *listed.aliases):
            handler, action = handlers[name]
            takes = _own_words_only(handler) if listed.own_words else handler
            route = _gated(gate, _in_turn(before, takes), action=action)
            application.add_handler(CommandRoute(name, route, filters=_NEW))
            if listed.takes_file:
                application.add_handler(MessageHandler(_NEW & filters.Document.ALL & _CaptionCommand(name), route))

    buttons = buttons_of(features)
    replies = [reply for feature in features for reply in feature.replies]

    async def on_press(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        await gate.press(update, buttons)

    application.add_handler(CallbackQueryHandler(on_press))
    application.add_handler(ChatMemberHandler(membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(MessageHandler(_NEW & filters.StatusUpdate.MIGRATE, _migration(moved)))
    for contact in (feature.contact for feature in features if feature.contact is not None):
        shared = _NEW & filters.CONTACT & filters.ChatType.PRIVATE
        application.add_handler(MessageHandler(shared, _gated(gate, contact, named=False, action=Action.MANAGE)))
    unknown = _NEW & filters.COMMAND & _ToUs()
    application.add_handler(MessageHandler(unknown, _gated(gate, _in_turn(before, _do_not_know), named=False)))
    edited = filters.UpdateType.EDITED_MESSAGE & filters.COMMAND & _ToUs()
    application.add_handler(MessageHandler(edited, _gated(gate, _send_anew)))
    files = [feature.files for feature in features if feature.files is not None]
    sent = _NEW & filters.Document.ALL & (filters.REPLY | filters.ChatType.PRIVATE)
    application.add_handler(MessageHandler(sent, _gated(gate, _taking(files), named=False)))
    words = _NEW & ~filters.COMMAND & (filters.REPLY | filters.ChatType.PRIVATE)
    application.add_handler(MessageHandler(words, _gated(gate, _answering(replies), named=False)))


def commands_of(features: Iterable[Feature]) -> Mapping[str, tuple[CommandHandler, Action]]:
    """Return each command's handler with the right that the catalogue gives it. Raises `ValueError`."""
    handlers: dict[str, CommandHandler] = {}
    for feature in features:
        twice = handlers.keys() & feature.commands.keys()
        if twice:
            raise ValueError(f"commands with two handlers: {sorted(twice)}")
        handlers |= feature.commands
    actions = {name: listed.action for listed in COMMANDS for name in (listed.name, *listed.aliases)}
    if handlers.keys() != actions.keys():
        raise ValueError(f"in the catalogue or handled, but not both: {sorted(handlers.keys() ^ actions.keys())}")
    return {name: (handler, actions[name]) for name, handler in handlers.items()}


def buttons_of(features: Iterable[Feature]) -> Mapping[str, Button]:
    """Return all buttons by name. Raises `ValueError` where two have the same."""
    found: dict[str, Button] = {}
    for button in (button for feature in features for button in feature.buttons):
        if button.name in found:
            raise ValueError(f"two buttons with one name: {button.name}")
        found[button.name] = button
    return found


def _gated(gate: Gate, handler: CommandHandler, *, named: bool = True, action: Action = Action.USE) -> _Callback:
    async def callback(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        await gate.command(update, handler, named=named, action=action)

    return callback


def _own_words_only(handler: CommandHandler) -> CommandHandler:
    """Refuse what somebody else wrote: whoever forwards a command may not have meant to give it."""

    async def callback(command: Command) -> None:
        if command.borrowed is None:
            await handler(command)
        else:
            await command.reply(borrowed_refusal(command))

    return callback


def _answering(replies: Sequence[ReplyHandler]) -> CommandHandler:
    """Offer words to every question that may be open; in private say what is understood if they answer none."""

    async def on_words(command: Command) -> None:
        for reply in replies:
            if await reply(command):
                return
        if command.private:
            await _hint(command)

    return on_words


def _taking(files: Sequence[ReplyHandler]) -> CommandHandler:
    """Offer a file to every question that may be open; in private say what files are for if they answer none."""

    async def on_file(command: Command) -> None:
        for take in files:
            if await take(command):
                return
        if command.private:
            await command.reply(command.t.say("If this file is a batch, send it with the caption <code>/batch</code>."))

    return on_file


class _CaptionCommand(filters.MessageFilter):
    """Passes files whose caption begins with a command, which python-telegram-bot reads in texts only."""

    def __init__(self, name: str) -> None:
        super().__init__(name=f"caption /{name}")
        self._name = name

    def filter(self, message: Message) -> bool:
        for entity in message.caption_entities:
            if entity.type == entity.BOT_COMMAND and entity.offset == 0:
                name, _, bot = (message.caption or "")[1 : entity.length].lower().partition("@")
                return name == self._name and bot in {"", message.get_bot().username.lower()}
        return False


class _ToUs(filters.MessageFilter):
    """Passes commands that are for this bot and no other: in a group only those that name it."""

    def filter(self, message: Message) -> bool:
        command = (message.text or "").split(maxsplit=1)[0]
        bot = command.lower().partition("@")[2]
        private = message.chat.type == message.chat.PRIVATE
        return bot == message.get_bot().username.lower() or (private and not bot)


async def _do_not_know(command: Command) -> None:
    name = command.args.split(maxsplit=1)[0].partition("@")[0]
    await command.reply(command.t.say("I do not know {command}. /help", command=name[:_MAX_NAME]))


async def _send_anew(command: Command) -> None:
    await command.reply(command.t.say("I do not follow edits. Send the command anew."))


async def _hint(command: Command) -> None:
    await command.reply(command.t.say("I understand commands only: /help shows them, with an example each."))


def _migration(moved: Callable[[int, int], Awaitable[bool]]) -> _Callback:
    async def on_migration(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Follow a group that became a supergroup; Telegram says so in both, and once is enough."""
        message = update.message
        if message is None:
            return
        if message.migrate_to_chat_id is not None:
            await moved(message.chat.id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id is not None:
            await moved(message.migrate_from_chat_id, message.chat.id)

    return on_migration


def _in_turn(before: Sequence[CommandHandler], then: CommandHandler) -> CommandHandler:
    async def all_of_them(command: Command) -> None:
        for handler in (*before, then):
            await handler(command)

    return all_of_them
