"""What Telegram tells about people and groups, as far as it does: every answer may be missing."""

import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from telegram import Bot, ChatMember, ChatMemberRestricted
from telegram.error import TelegramError

_log = logging.getLogger(__name__)

_PRESENT = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Profile:
    """A person or a group as Telegram shows them; usernames change hands."""

    name: str
    username: str | None


class Profiles:
    """Asks Telegram, once each; a person who never met the bot is unknown to it."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def profile(self, chat_id: int) -> Profile | None:
        """Return the name of a person or a group."""
        chat = await _perhaps(self._bot.get_chat(chat_id))
        return None if chat is None else Profile(chat.effective_name or "", chat.username)

    async def is_member(self, chat_id: int, user_id: int) -> bool:
        """Say whether Telegram says that a person is in a group now."""
        member = await _perhaps(self._bot.get_chat_member(chat_id, user_id))
        if isinstance(member, ChatMemberRestricted):
            # Restrictions outlast their person's stay.
            return member.is_member
        return member is not None and member.status in _PRESENT

    async def is_in(self, chat_id: int) -> bool:
        """Say whether the bot is in a group."""
        return await self.is_member(chat_id, self._bot.id)

    async def leave(self, chat_id: int) -> None:
        """Leave a group or a channel; one that the bot is not in is fine."""
        await _perhaps(self._bot.leave_chat(chat_id))


async def _perhaps(call: Awaitable[T]) -> T | None:
    try:
        return await call
    except TelegramError as error:
        _log.debug("Telegram did not say: %s", error)
        return None
