"""Asking for access, and the admins' cards with which they decide."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.access import petition_wording
from bot.access import wording as words
from bot.access.login_choice import DEFAULT_LOGIN, login_of
from bot.access.petition_buttons import of_petition, sure_to_admit_admin
from bot.access.petitions import Asked, Petitions, Reply
from bot.domain import Decision
from bot.language.translator import Translator
from bot.runtime.clock import Clock
from handlers.access.buttons import GROUP
from handlers.access.cards import EntryCards
from handlers.context import Press, PressHandler


class PetitionHandlers:
    """Takes a stranger's wish to be let in, and the admins' decisions."""

    def __init__(self, petitions: Petitions, cards: EntryCards, clock: Clock, logins: Sequence[str]) -> None:
        self._petitions = petitions
        self._cards = cards
        self._clock = clock
        self._logins = tuple(logins)

    async def asked(self, press: Press) -> None:
        """Ask the admins for a stranger."""
        reply = await self._petitions.ask(press.person)
        text = self._reply(press.t, reply)
        await press.answer(text, alert=reply.asked is not Asked.NOW)
        if reply.asked in {Asked.NOW, Asked.BEFORE}:
            await press.edit(text)

    async def shown(self, press: Press) -> None:
        """Show an open petition out of the list, to decide about."""
        petition = await self._petitions.open(press.args[0])
        if petition is None:
            await press.out_of_date()
            return
        await press.answer()
        await press.edit(petition_wording.card(press.t, petition), of_petition(press.t, petition, self._logins))

    def saying(self, decision: Decision) -> PressHandler:
        """Return the handler of a button that decides about a person, or that refuses a group."""

        async def pressed(press: Press) -> None:
            await self._decide(press, decision, None)

        return pressed

    async def as_admin(self, press: Press) -> None:
        """Ask once more before an asker becomes an admin; the card stays as it is."""
        petition = await self._petitions.open(press.args[0])
        if petition is None:
            await self._decide(press, Decision.ADMIN, None)
            return
        await press.answer()
        text = words.sure_to_make_admin(press.t, petition.subject_name, petition.subject_id)
        await press.reply(text, sure_to_admit_admin(press.t, petition))

    async def as_admin_sure(self, press: Press) -> None:
        """Let an asker in as an admin, now that somebody is sure."""
        await self._decide(press, Decision.ADMIN, None, on_card=False)

    async def group_allowed(self, press: Press) -> None:
        """Let a group in, with the login of the button."""
        _, key = press.args
        login = login_of(key, self._logins)
        if login is None and key != DEFAULT_LOGIN:
            text = press.t.say("My settings do not have this login any more. Use /allow for the group.")
            await press.answer(text, alert=True)
            return
        await self._decide(press, Decision.ALLOWED, login)

    async def _decide(self, press: Press, decision: Decision, login: str | None, *, on_card: bool = True) -> None:
        decided = await self._petitions.decide(press.args[0], decision, press.person, login, on_card=on_card)
        petition, t = decided.petition, press.t
        if petition is None:
            await press.out_of_date()
            return
        text, buttons = petition_wording.decided(t, petition), None
        if decided.by_this_press:
            await press.answer(t.say("Done."))
            if decision is Decision.ALLOWED:
                entry, buttons = await self._cards.card(t, GROUP, petition.subject_id)
                text = Markup("{}\n\n{}").format(text, entry)
        else:
            late = t.say("Somebody else was first.")
            await press.answer(late, alert=True)
        await press.edit(text, buttons)

    def _reply(self, t: Translator, reply: Reply) -> Markup:
        match reply.asked:
            case Asked.NOW | Asked.BEFORE:
                return t.say("I have asked the admins. Their answer will come here.")
            case Asked.TOO_EARLY if reply.again_at is not None:
                time = t.clock_time(reply.again_at, now=self._clock.now())
                return t.say("The admins have answered already. You can ask again after {time}.", time=time)
            case _:
                return t.say("Too many people have asked today. Please try again tomorrow.")
