"""The menus that Telegram shows on `/`: one for private chats, one for groups, and people's own in their chat.

An admin's chat shows what only admins may do; the chat of somebody who chose a language shows the menu in it.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.access.authorization import Authorization
from bot.access.policy import Access, Place, Standing
from bot.commands.catalogue import for_somebody, menu_line
from bot.language.translator import LANGUAGES, Translator, Translators
from bot.messaging.calls import seconds_to_wait
from bot.runtime.backoff import backoff
from bot.runtime.worker import Worker
from db import allowlist, preferences
from db.engine import Database
from db.retry import until_stored

_log = logging.getLogger(__name__)

_LOOK_EVERY_S = 600.0
"""How often the allowlist is looked at for what `docsbot allow` changed in another process."""

_ALL_OTHERS = ""
Menu = tuple[tuple[str, str], ...]
"""Commands with what they do, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a menu is shown: in one chat, in all groups, or wherever there is no other."""

    chat_id: int | None = None
    groups: bool = False

    @property
    def scope(self) -> BotCommandScope:
        if self.chat_id is not None:
            return BotCommandScopeChat(self.chat_id)
        return BotCommandScopeAllGroupChats() if self.groups else BotCommandScopeDefault()


_MANAGER, _ADMIN = Access(Standing.MANAGER, Place.PRIVATE), Access(Standing.ADMIN, Place.PRIVATE)
_IN_GROUP = Access(Standing.MANAGER, Place.LISTED)


class Menus(Worker):
    """Keeps Telegram's menus as they should be, beside everything else: nothing waits for them, no failure is fatal."""

    def __init__(self, database: Database, bot: Bot, authorization: Authorization, translators: Translators) -> None:
        super().__init__()
        self._database = database
        self._bot = bot
        self._authorization = authorization
        self._translators = translators
        self._shown: dict[Spot, Mapping[str, Menu]] = {}

    async def work(self) -> None:
        """Bring the menus up to date, however often Telegram fails, and look again in a while."""
        pauses = backoff(1.0, 300.0)
        while True:
            try:
                await self._update()
            except TelegramError as error:
                pause_s = seconds_to_wait(error) or next(pauses)
                _log.warning("the menus could not be brought up to date (%s); again in %.0f s", error, pause_s)
                await asyncio.sleep(pause_s)
            else:
                break
        self.wake_in(_LOOK_EVERY_S)

    async def _update(self) -> None:
        wanted = await until_stored("reading whose menus differ", self._wanted)
        for spot in self._shown.keys() - wanted.keys():
            wanted[spot] = {}
        for spot, menus in wanted.items():
            if self._shown.get(spot) != menus:
                try:
                    await self._show(spot, menus)
                except (BadRequest, Forbidden, InvalidToken) as error:
                    # The latter is what python-telegram-bot makes of a 404: a Bot API server without this method.
                    _log.info("there can be no menu for %s yet: %s", spot.chat_id or "all chats", error)
                else:
                    self._shown[spot] = menus

    async def _wanted(self) -> dict[Spot, Mapping[str, Menu]]:
        """Return the menu of each language for each spot; none at all where the common one will do."""
        async with self._database.read() as session:
            admins = set(await self._authorization.admins(session))
            listed = [person.user_id for person in await allowlist.people(session)]
            settings = await preferences.of_people(session, {*admins, *listed})
        wanted: dict[Spot, Mapping[str, Menu]] = {
            Spot(): self._in_all_languages(_MANAGER),
            Spot(groups=True): self._in_all_languages(_IN_GROUP),
        }
        for user_id in (*sorted(admins), *listed):
            access = _ADMIN if user_id in admins else _MANAGER
            chosen = settings[user_id].language if user_id in settings else None
            if chosen is not None:
                wanted[Spot(user_id)] = {_ALL_OTHERS: menu(self._translators.choose(chosen), access)}
            elif user_id in admins:
                wanted[Spot(user_id)] = self._in_all_languages(access)
            else:
                wanted[Spot(user_id)] = {}
        return wanted

    def _in_all_languages(self, access: Access) -> Mapping[str, Menu]:
        return {language: menu(self._translators.choose(language), access) for language in (_ALL_OTHERS, *LANGUAGES)}

    async def _show(self, spot: Spot, menus: Mapping[str, Menu]) -> None:
        """Make the menus of a spot these; whatever has one in any language has one for all other languages too."""
        if not menus and not await self._shown_now(spot, _ALL_OTHERS):
            return
        # The one for all others comes first and goes last, so that what was cut off is seen and taken up again.
        for language in (_ALL_OTHERS, *LANGUAGES) if menus else (*LANGUAGES, _ALL_OTHERS):
            wanted = menus.get(language, ())
            if await self._shown_now(spot, language) == wanted:
                continue
            if wanted:
                commands = [BotCommand(name, says) for name, says in wanted]
                await self._bot.set_my_commands(commands, spot.scope, language)
            else:
                await self._bot.delete_my_commands(spot.scope, language)

    async def _shown_now(self, spot: Spot, language: str) -> Menu:
        shown = await self._bot.get_my_commands(spot.scope, language)
        return tuple((command.command, command.description) for command in shown)


def menu(t: Translator, access: Access) -> Menu:
    """Return the menu of somebody who may do what `access` says."""
    return tuple(menu_line(t, command) for command in for_somebody(access))
