"""The menus that Telegram shows on `/`: one for private chats, one for groups, and people's own in their chat.

An admin's chat shows what only admins may do; the chat of somebody who chose a language shows the menu in it.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

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
from db import menus, preferences
from db.engine import Database
from db.menus import ALL_OTHERS
from db.retry import until_stored

_log = logging.getLogger(__name__)

_LOOK_EVERY_S = 600.0
"""How often the allowlist is looked at for what `docsbot allow` changed in another process."""

_PAGE = 100
Menu = tuple[tuple[str, str], ...]
"""Commands with what they do, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a menu is shown: in one chat, in all groups, or wherever there is no other."""

    chat_id: int = 0
    groups: bool = False

    @property
    def scope(self) -> BotCommandScope:
        if self.chat_id:
            return BotCommandScopeChat(self.chat_id)
        return BotCommandScopeAllGroupChats() if self.groups else BotCommandScopeDefault()

    @property
    def key(self) -> tuple[str, int]:
        """What it is stored by."""
        return self.scope.type, self.chat_id


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a menu is to be shown, which in each language, and the digests of those that are."""

    spot: Spot
    menus: Mapping[str, Menu]
    shown: Mapping[str, str]


_MANAGER, _ADMIN = Access(Standing.MANAGER, Place.PRIVATE), Access(Standing.ADMIN, Place.PRIVATE)
_IN_GROUP = Access(Standing.MANAGER, Place.LISTED)


class Menus(Worker):
    """Keeps Telegram's menus as they should be, beside everything else: nothing waits for them, no failure is fatal.

    What was set is stored, so that a start, or a change of the list, calls Telegram only where a menu is another now.
    """

    def __init__(self, database: Database, bot: Bot, authorization: Authorization, translators: Translators) -> None:
        super().__init__()
        self._database = database
        self._bot = bot
        self._authorization = authorization
        self._translators = translators
        self._impossible: set[Spot] = set()
        """Where Telegram refused a menu lately."""
        self._look_at = -float("inf")

    async def work(self) -> None:
        """Bring the menus up to date, however often Telegram fails, and look again in a while."""
        time = asyncio.get_running_loop().time
        if time() >= self._look_at:
            self._impossible.clear()
            self._look_at = time() + _LOOK_EVERY_S
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
        admins, targets = await until_stored("reading the menus", self._of_all_and_admins)
        for target in targets:
            await self._bring_about(target)
        after = 0
        while page := await until_stored("reading whose menus differ", partial(self._differing, admins, after)):
            for target in page:
                await self._bring_about(target)
                after = target.spot.chat_id

    async def _of_all_and_admins(self) -> tuple[set[int], list[_Target]]:
        async with self._database.read() as session:
            admins = set(await self._authorization.admins(session))
            settings = await preferences.of_people(session, admins)
            shown = await menus.shown(session, {0, *admins})
        wanted: dict[Spot, Mapping[str, Menu]] = {
            Spot(): self._in_all_languages(_MANAGER),
            Spot(groups=True): self._in_all_languages(_IN_GROUP),
        }
        for user_id in sorted(admins):
            chosen = settings[user_id].language if user_id in settings else None
            in_all = chosen is None
            wanted[Spot(user_id)] = self._in_all_languages(_ADMIN) if in_all else self._in_one(chosen, _ADMIN)
        return admins, [_Target(spot, menus_, shown.get(spot.key, {})) for spot, menus_ in wanted.items()]

    async def _differing(self, admins: set[int], after: int) -> list[_Target]:
        digests = {language: _digest(self._in_one(language, _MANAGER)[ALL_OTHERS]) for language in LANGUAGES}
        async with self._database.read() as session:
            ids = await menus.differing(session, digests, but=admins, after=after, limit=_PAGE)
            chosen = await menus.chosen_languages(session, ids)
            shown = await menus.shown(session, ids)
        return [
            _Target(
                Spot(user_id),
                self._in_one(chosen[user_id], _MANAGER) if user_id in chosen else {},
                shown.get(Spot(user_id).key, {}),
            )
            for user_id in ids
        ]

    def _in_all_languages(self, access: Access) -> Mapping[str, Menu]:
        return {language: menu(self._translators.choose(language), access) for language in (ALL_OTHERS, *LANGUAGES)}

    def _in_one(self, language: str | None, access: Access) -> Mapping[str, Menu]:
        return {ALL_OTHERS: menu(self._translators.choose(language), access)}

    async def _bring_about(self, target: _Target) -> None:
        if target.spot in self._impossible:
            return
        try:
            await self._show(target)
        except (BadRequest, Forbidden, InvalidToken) as error:
            # The latter is what python-telegram-bot makes of a 404: a Bot API server without this method.
            _log.info("there can be no menu for %s yet: %s", target.spot.chat_id or "all chats", error)
            self._impossible.add(target.spot)

    async def _show(self, target: _Target) -> None:
        """Make the menus of a spot these; whatever has one in any language has one for all other languages too."""
        scope = target.spot.scope
        # The one for all others comes first and goes last, so that what is cut off is taken up again.
        for language in (ALL_OTHERS, *LANGUAGES) if target.menus else (*LANGUAGES, ALL_OTHERS):
            wanted = target.menus.get(language)
            digest = None if wanted is None else _digest(wanted)
            if digest == target.shown.get(language):
                continue
            if wanted is None:
                await self._bot.delete_my_commands(scope, language)
            else:
                await self._bot.set_my_commands([BotCommand(name, says) for name, says in wanted], scope, language)
            note = partial(menus.note, scope=scope.type, chat_id=target.spot.key[1], language=language, digest=digest)
            await self._database.write_until_stored("noting what a menu shows", note)


def menu(t: Translator, access: Access) -> Menu:
    """Return the menu of somebody who may do what `access` says."""
    return tuple(menu_line(t, command) for command in for_somebody(access))


def _digest(menu_: Menu) -> str:
    return hashlib.sha256(json.dumps(menu_).encode()).hexdigest()
