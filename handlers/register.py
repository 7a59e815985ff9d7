"""Which update goes to which handler; every one of them through the gate."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.access.policy import Action
from bot.documents.requests import Service
from bot.messaging.messenger import Messenger
from handlers import calls
from handlers.calls import Command
from handlers.gate import Gate

_Callback = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]

# Edited messages would reach a CommandHandler too, and make the same invoice again.
_NEW = filters.UpdateType.MESSAGE


@dataclass(frozen=True, slots=True)
class Routes:
    """Commands by name, buttons by the first word of their data, and the rest of the talk."""

    commands: Mapping[str, calls.CommandHandler]
    for_admins: Mapping[str, calls.CommandHandler]
    about_everybody: Mapping[str, calls.CommandHandler]
    """For admins too, and in private only."""
    buttons: Mapping[str, calls.Button]
    replies: Sequence[calls.ReplyHandler]
    first: calls.CommandHandler
    """Sees every command before its own handler does."""
    contact: calls.CommandHandler
    membership: _Callback


class Registration:
    """Puts the handlers into python-telegram-bot's application."""

    def __init__(self, gate: Gate, messenger: Messenger, service: Service) -> None:
        self._gate = gate
        self._messenger = messenger
        self._service = service

    def register(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        routes: Routes,
    ) -> None:
        """Register all commands, all buttons, and the rest of the talk."""
        for commands, action in (
            (routes.commands, Action.USE),
            (routes.for_admins, Action.MANAGE),
            (routes.about_everybody, Action.READ_LISTS),
        ):
            for name, handler in commands.items():
                gated = self._gated(_after(routes.first, handler), action=action)
                application.add_handler(CommandHandler(name, gated, filters=_NEW))

        async def on_press(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
            await self._gate.press(update, routes.buttons)

        async def on_text(command: Command) -> None:
            for replied in routes.replies:
                if await replied(command):
                    return
            if command.private:
                await self._hint(command)

        application.add_handler(CallbackQueryHandler(on_press))
        application.add_handler(ChatMemberHandler(routes.membership, ChatMemberHandler.MY_CHAT_MEMBER))
        application.add_handler(MessageHandler(_NEW & filters.StatusUpdate.MIGRATE, self._migrate))
        application.add_handler(
            MessageHandler(
                _NEW & filters.CONTACT & filters.ChatType.PRIVATE,
                self._gated(routes.contact, named=False, action=Action.MANAGE),
            )
        )
        application.add_handler(
            MessageHandler(
                _NEW & filters.COMMAND & filters.ChatType.PRIVATE, self._gated(_after(routes.first, self._hint))
            )
        )
        application.add_handler(
            MessageHandler(
                _NEW & ~filters.COMMAND & (filters.REPLY | filters.ChatType.PRIVATE), self._gated(on_text, named=False)
            )
        )

    def _gated(self, handler: calls.CommandHandler, *, named: bool = True, action: Action = Action.USE) -> _Callback:
        async def callback(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
            await self._gate.command(update, handler, named=named, action=action)

        return callback

    async def _hint(self, command: Command) -> None:
        await self._messenger.send_text(
            command.to, command.t.say("I understand commands only: /help shows them, with an example each.")
        )

    async def _migrate(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Follow a group that became a supergroup; Telegram says so in both, and once is enough."""
        message = update.message
        if message is None:
            return
        if message.migrate_to_chat_id is not None:
            await self._service.move_chat(message.chat.id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id is not None:
            await self._service.move_chat(message.migrate_from_chat_id, message.chat.id)


def together(*parts: Mapping[str, calls.Button]) -> Mapping[str, calls.Button]:
    """Put the buttons of several parts together; raises `ValueError` where two parts gave one the same name."""
    found: dict[str, calls.Button] = {}
    for part in parts:
        if found.keys() & part.keys():
            raise ValueError(f"two buttons with one name: {sorted(found.keys() & part.keys())}")
        found |= part
    return found


def _after(first: calls.CommandHandler, then: calls.CommandHandler) -> calls.CommandHandler:
    async def both(command: Command) -> None:
        await first(command)
        await then(command)

    return both
