"""Asking for access, and the admins' cards with which they decide."""

from collections.abc import Sequence

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.access import petition_wording
from bot.access.petition_cards import PetitionButtons
from bot.access.petitions import Asked, Petitions, Reply
from bot.domain import Decision, PetitionKind
from bot.language.translator import Translator
from bot.messaging.messenger import Messenger
from bot.runtime.clock import Clock
from db.models import Petition as Row
from handlers import entry_keyboards as keys
from handlers.access import Access
from handlers.calls import Press, PressHandler
from handlers.entry_keyboards import GROUP, keyboard
from handlers.keyboards import short

AS_MANAGER = "asmanager"
AS_ADMIN = "asadmin"
REFUSE = "refuse"
LET_GROUP = "letgroup"
LEAVE = "leave"


def buttons_for(logins: Sequence[str]) -> PetitionButtons:
    """Return what makes the buttons under an open petition; with several logins a group's card offers each."""

    def make(t: Translator, petition: Row) -> InlineKeyboardMarkup | None:
        if petition.kind is PetitionKind.PERSON:
            return keyboard(
                [
                    [(t.say("Manager"), f"{AS_MANAGER}:{petition.id}"), (t.say("Admin"), f"{AS_ADMIN}:{petition.id}")],
                    [(t.say("No"), f"{REFUSE}:{petition.id}")],
                ]
            )
        allow: list[list[tuple[str, str]]] = [[(t.say("Allow"), f"{LET_GROUP}:{petition.id}:{keys.DEFAULT_LOGIN}")]]
        if len(logins) > 1:
            allow = [
                [
                    (
                        t.say("Allow, login {login}", login=short(login)).unescape(),
                        f"{LET_GROUP}:{petition.id}:{keys.key_of(login)}",
                    )
                ]
                for login in logins
            ]
        return keyboard([*allow, [(t.say("Leave"), f"{LEAVE}:{petition.id}")]])

    return make


class Petition:
    def __init__(
        self, petitions: Petitions, access: Access, messenger: Messenger, clock: Clock, logins: Sequence[str]
    ) -> None:
        self._petitions = petitions
        self._access = access
        self._messenger = messenger
        self._clock = clock
        self._logins = tuple(logins)

    async def asked(self, press: Press) -> None:
        """Ask the admins for a stranger."""
        reply = await self._petitions.ask(press.person)
        text = self._reply(press.t, reply)
        await self._messenger.answer_press(press.query_id, text.unescape(), alert=reply.asked is not Asked.NOW)
        if reply.asked in {Asked.NOW, Asked.BEFORE}:
            await self._messenger.edit_text(press.chat_id, press.message_id, text)

    def saying(self, decision: Decision) -> PressHandler:
        """Return the handler of a button that decides about a person, or that refuses a group."""

        async def pressed(press: Press) -> None:
            await self._decide(press, decision, None)

        return pressed

    async def group_allowed(self, press: Press) -> None:
        """Let a group in, with the login of the button."""
        _, key = press.args
        login = keys.login_of(key, self._logins)
        if login is None and key != keys.DEFAULT_LOGIN:
            text = press.t.say("My settings do not have this login any more. Use /allow for the group.")
            await self._messenger.answer_press(press.query_id, text.unescape(), alert=True)
            return
        await self._decide(press, Decision.ALLOWED, login)

    async def _decide(self, press: Press, decision: Decision, login: str | None) -> None:
        decided = await self._petitions.decide(press.args[0], decision, press.person, login)
        petition, t = decided.petition, press.t
        if petition is None:
            await self._messenger.answer_press(press.query_id, t.say("This button is out of date.").unescape())
            return
        text, buttons = petition_wording.decided(t, petition), None
        if decided.by_this_press:
            await self._messenger.answer_press(press.query_id, t.say("Done.").unescape())
            if decision is Decision.ALLOWED:
                entry, buttons = await self._access.card(t, GROUP, petition.subject_id)
                text = Markup("{}\n\n{}").format(text, entry)
        else:
            late = t.say("Somebody else was first.")
            await self._messenger.answer_press(press.query_id, late.unescape(), alert=True)
        await self._messenger.edit_text(press.chat_id, press.message_id, text, buttons)

    def _reply(self, t: Translator, reply: Reply) -> Markup:
        match reply.asked:
            case Asked.NOW | Asked.BEFORE:
                return t.say("I have asked the admins. Their answer will come here.")
            case Asked.TOO_EARLY if reply.again_at is not None:
                time = t.clock_time(reply.again_at, now=self._clock.now())
                return t.say("The admins have answered already. You can ask again after {time}.", time=time)
            case _:
                return t.say("Too many people have asked today. Please try again tomorrow.")
