"""Which update goes to which handler; every one of them through the gate."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.messenger import Messenger
from bot.service import Service
from handlers import calls
from handlers.calls import Command
from handlers.gate import Gate

_Callback = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]

# Edited messages would reach a CommandHandler too, and make the same invoice again.
_NEW = filters.UpdateType.MESSAGE


class Registration:
    """Puts the handlers into python-telegram-bot's application."""

    def __init__(self, gate: Gate, messenger: Messenger, service: Service) -> None:
        self._gate = gate
        self._messenger = messenger
        self._service = service

    def register(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        *,
        commands: Mapping[str, calls.CommandHandler],
        for_admins: Mapping[str, calls.CommandHandler],
        buttons: Mapping[str, calls.Button],
        replies: Iterable[calls.ReplyHandler],
    ) -> None:
        """Register commands by name, button actions by the first word of their data, and the rest of the talk."""
        for name, handler in commands.items():
            application.add_handler(CommandHandler(name, self._gated(handler), filters=_NEW))
        for name, handler in for_admins.items():
            application.add_handler(CommandHandler(name, self._gated(self._admins_only(handler)), filters=_NEW))

        async def on_press(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
            await self._gate.press(update, buttons)

        async def on_text(command: Command) -> None:
            for replied in replies:
                if await replied(command):
                    return
            if command.private:
                await self._hint(command)

        application.add_handler(CallbackQueryHandler(on_press))
        application.add_handler(MessageHandler(_NEW & filters.StatusUpdate.MIGRATE, self._migrate))
        application.add_handler(
            MessageHandler(_NEW & filters.COMMAND & filters.ChatType.PRIVATE, self._gated(self._hint))
        )
        application.add_handler(
            MessageHandler(
                _NEW & ~filters.COMMAND & (filters.REPLY | filters.ChatType.PRIVATE), self._gated(on_text, named=False)
            )
        )

    def _gated(self, handler: calls.CommandHandler, *, named: bool = True) -> _Callback:
        async def callback(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
            await self._gate.command(update, handler, named=named)

        return callback

    def _admins_only(self, handler: calls.CommandHandler) -> calls.CommandHandler:
        async def checked(command: Command) -> None:
            if command.access.is_admin:
                await handler(command)
            else:
                await self._messenger.send_text(command.to, command.t.say("This command is for admins only."))

        return checked

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
