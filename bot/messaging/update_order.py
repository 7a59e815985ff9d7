"""Keeps the updates of a chat in order while those of different chats run side by side."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.messaging.inbox import Handle, Inbox
from bot.runtime.backoff import backoff
from bot.runtime.locks import KeyedLock
from bot.runtime.trace import traced
from db.retry import log_trouble

_UNBOUNDED = 1_000_000


class PerChatProcessor(BaseUpdateProcessor):
    """Handles the updates of a chat one after the other, and those of different chats side by side."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(max_concurrent_updates=_UNBOUNDED)
        self._inbox = inbox
        self._turns = KeyedLock()
        self._postponed: dict[int, Exception] = {}
        self._handle: Handle | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    def handle_with(self, handle: Handle) -> None:
        """Say what handles an update once more: the application, which is built after its processor."""
        self._handle = handle

    def postpone(self, update: Update, error: Exception) -> None:
        """Have an update handled again a little later, because the database failed its handler."""
        self._postponed[update.update_id] = error

    async def initialize(self) -> None:
        """Nothing to set up."""

    async def shutdown(self) -> None:
        """Nothing to tear down."""

    async def drain(self, timeout_s: float) -> None:
        """Let the handlers at work finish; those that take longer are cut off and go on at the next start."""
        if self._tasks:
            _done, late = await asyncio.wait(self._tasks, timeout=timeout_s)
            for task in late:
                task.cancel()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await the handlers in the chat's turn, again while the database fails them, then end the update."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        async with self._turns.hold(_chat_of(update)):
            if isinstance(update, Update):
                with traced(update=update.update_id):
                    await self._process(update, coroutine)
            else:
                await coroutine

    async def _process(self, update: Update, coroutine: Awaitable[Any]) -> None:
        await coroutine
        pauses = backoff(0.2, 30.0)
        while update.update_id in self._postponed and self._handle is not None:
            pause_s = next(pauses)
            log_trouble(f"update {update.update_id}", self._postponed.pop(update.update_id), pause_s)
            await asyncio.sleep(pause_s)
            await self._handle(update)
        await self._inbox.end(update)


def _chat_of(update: object) -> int | None:
    if isinstance(update, Update) and update.effective_chat is not None:
        return update.effective_chat.id
    return None
