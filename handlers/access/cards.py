"""An entry of the allowlist as a card: its text, and the buttons that change it."""

from datetime import tzinfo

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.access import wording as words
from bot.access.allowlist import Allowlist, AllowlistRefusal, AllowlistResult
from bot.access.stopping import Stopped
from bot.documents.stop_wording import stopped
from bot.language.translator import Translator
from bot.runtime.clock import Clock
from handlers.access import buttons as keys
from handlers.access.buttons import GROUP
from handlers.context import Press


class EntryCards:
    """Shows entries as they are now."""

    def __init__(self, allowlist: Allowlist, clock: Clock, zone: tzinfo | None) -> None:
        self._allowlist = allowlist
        self._clock = clock
        self._zone = zone

    async def show(self, press: Press, kind: int, number: int) -> None:
        """Put an entry, as it is now, in the place of the pressed message."""
        text, buttons = await self.card(press.t, kind, keys.subject_of(kind, number))
        await press.edit(text, buttons)

    async def changed(self, press: Press, kind: int, number: int, result: AllowlistResult) -> None:
        """Say what became of a change, and show the entry as it is now, with what was stopped."""
        refused = isinstance(result, AllowlistRefusal)
        answer = words.refusal(press.t, result) if isinstance(result, AllowlistRefusal) else press.t.say("Done.")
        await press.answer(answer, alert=refused)
        text, buttons = await self.card(press.t, kind, keys.subject_of(kind, number))
        if isinstance(result, Stopped):
            text = Markup("{}\n\n{}").format(text, stopped(press.t, result, named=press.private))
        await press.edit(text, buttons if press.private else None)

    async def card(self, t: Translator, kind: int, subject_id: int) -> tuple[Markup, InlineKeyboardMarkup | None]:
        """Return an entry's text and buttons."""
        now, zone = self._clock.now(), self._zone
        if kind == GROUP:
            chat = await self._allowlist.chat(subject_id)
            if chat is None:
                return t.say("<code>{id}</code> is not on the list.", id=subject_id), keys.to_list(t)
            by = await self._allowlist.added_by(chat)
            text = words.group(t, chat, now=now, zone=zone, added_by=by)
            return text, keys.of_group(t, chat, self._allowlist.names)
        entry, always = await self._allowlist.person(subject_id), subject_id in self._allowlist.admin_ids
        by = await self._allowlist.added_by(entry)
        called = entry.name if entry else await self._allowlist.name_of(subject_id)
        text = words.person(t, subject_id, entry, called=called, always=always, now=now, zone=zone, added_by=by)
        return text, keys.of_person(t, subject_id, entry, always=always, logins=self._allowlist.names)
