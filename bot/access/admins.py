"""Notes to the admins, in private."""

import asyncio
import logging
from collections.abc import Callable

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.access.authorization import Authorization
from bot.domain import Destination
from bot.language.preferences import LanguagePreferences
from bot.language.translator import Translator
from bot.messaging.messenger import Messenger, Undeliverable
from bot.runtime.worker import Worker
from db.engine import Database
from db.retry import until_stored

_log = logging.getLogger(__name__)

Note = Callable[[Translator], Markup]
"""Words a note in one language."""
NoteButtons = Callable[[Translator], InlineKeyboardMarkup]
"""The buttons under a note, in one language."""


class AdminNotes(Worker):
    """Tells every admin what only they can mend."""

    def __init__(
        self,
        database: Database,
        messenger: Messenger,
        languages: LanguagePreferences,
        authorization: Authorization,
    ) -> None:
        super().__init__()
        self._database = database
        self._messenger = messenger
        self._languages = languages
        self._authorization = authorization

    async def work(self) -> None:
        """Warn the operator where there is nobody to let people in."""
        if not await until_stored("reading the admins", self._admins):
            _log.warning("there is no admin: set ADMIN_IDS, or docsbot allow user ID --role admin")

    async def tell(self, note: Note, buttons: NoteButtons | None = None, *, but: int | None = None) -> None:
        """Send all admins `but` one a note in their language; who never wrote to the bot cannot be reached: logged."""
        translators = await until_stored("reading the admins", self._admins)
        if not translators:
            _log.warning("there is no admin to tell: set ADMIN_IDS")
        told = {admin: t for admin, t in translators.items() if admin != but}
        await asyncio.gather(*(self._tell_one(admin, note(t), buttons and buttons(t)) for admin, t in told.items()))

    async def _admins(self) -> dict[int, Translator]:
        async with self._database.read() as session:
            ids = await self._authorization.admins(session)
        return await self._languages.for_people(ids)

    async def _tell_one(self, admin: int, text: Markup, buttons: InlineKeyboardMarkup | None) -> None:
        try:
            await self._messenger.send_text(Destination(admin), text, buttons)
        except Undeliverable as error:
            _log.warning("admin %d cannot be told: %s", admin, error.why)
