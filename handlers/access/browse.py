"""`/access`, for admins in private: the allowlist by pages, and each entry with buttons to change it."""

from collections.abc import Sequence
from datetime import tzinfo

from markupsafe import Markup

from bot.access import wording as words
from bot.access.allowlist import Allowlist, AllowlistEntries, AllowlistRefusal
from bot.access.entries import ChatChange, PersonChange, Until
from bot.access.login_choice import DEFAULT_LOGIN, login_of
from bot.access.petitions import Petitions
from bot.access.policy import Action
from bot.access.stopping import Stopped
from bot.documents.stop_wording import stopped
from bot.domain import Role
from bot.language.translator import Translator
from bot.runtime.clock import Clock, end_of, today
from handlers.access import buttons as keys
from handlers.access.buttons import GROUP, PERSON
from handlers.access.cards import EntryCards
from handlers.context import Button, Command, Press
from handlers.usage import until_a_day

_PETITIONS_SHOWN = 5


class AllowlistBrowser:
    """Shows the allowlist by pages, and changes its entries with buttons."""

    def __init__(
        self, allowlist: Allowlist, petitions: Petitions, cards: EntryCards, clock: Clock, zone: tzinfo | None
    ) -> None:
        self._allowlist = allowlist
        self._petitions = petitions
        self._cards = cards
        self._clock = clock
        self._zone = zone

    @property
    def buttons(self) -> Sequence[Button]:
        """What the buttons of the list do: all of it is for admins."""
        return [
            Button(name, pressed, ids, Action.READ_LISTS)
            for name, pressed, ids in (
                (keys.LIST, self.page, 1),
                (keys.ENTRY, self.entry, 2),
                (keys.ROLE, self.role, 2),
                (keys.ROLE_SURE, self.role_sure, 1),
                (keys.EVERYONE, self.everyone, 2),
                (keys.LOGINS, self.logins, 2),
                (keys.LOGIN, self.login, 4),
                (keys.UNTIL, self.until, 2),
                (keys.TILL, self.till, 3),
                (keys.DROP, self.drop, 2),
                (keys.DROPPED, self.dropped, 2),
            )
        ]

    async def __call__(self, command: Command) -> None:
        t, entries = command.t, await self._allowlist.entries()
        waiting = await self._petitions.waiting(_PETITIONS_SHOWN)
        buttons = keys.of_list(t, self._labels(t, entries), 0, waiting)
        await command.reply(words.whole_list(t, entries, waiting=len(waiting)), buttons)

    async def page(self, press: Press) -> None:
        """Show a page of the list."""
        await press.answer()
        t, entries = press.t, await self._allowlist.entries()
        waiting = await self._petitions.waiting(_PETITIONS_SHOWN) if press.args[0] == 0 else ()
        buttons = keys.of_list(t, self._labels(t, entries), press.args[0], waiting)
        await press.edit(words.whole_list(t, entries, waiting=len(waiting)), buttons)

    async def entry(self, press: Press) -> None:
        """Show one entry."""
        await press.answer()
        await self._cards.show(press, *press.args)

    async def role(self, press: Press) -> None:
        """Make a person a manager; before they become an admin, ask once more."""
        user_id, admin = press.args
        if not admin:
            await self._change_person(press, user_id, PersonChange(role=Role.MANAGER))
            return
        entry = await self._allowlist.person(user_id)
        if entry is None:
            await self._refuse(press, AllowlistRefusal.NOT_LISTED)
            await self._cards.show(press, PERSON, user_id)
            return
        await press.answer()
        await press.edit(words.sure_to_make_admin(press.t, entry.name, user_id), keys.sure_about_role(press.t, user_id))

    async def role_sure(self, press: Press) -> None:
        """Make a person an admin, now that somebody is sure."""
        await self._change_person(press, press.args[0], PersonChange(role=Role.ADMIN))

    async def everyone(self, press: Press) -> None:
        """Say who may use the bot in a group."""
        number, everyone = press.args
        await self._change_chat(press, number, ChatChange(everyone=bool(everyone)))

    async def logins(self, press: Press) -> None:
        """Offer the logins for an entry."""
        kind, number = press.args
        subject_id = keys.subject_of(kind, number)
        await press.answer()
        chosen = await self._logins_of(kind, subject_id)
        text = (
            press.t.say("Which login do requests in this group use?")
            if kind == GROUP
            else press.t.say("Which logins may this person use? With several, they choose with /use.")
        )
        buttons = keys.of_logins(press.t, kind, subject_id, chosen, self._allowlist.names)
        await press.edit(text, buttons)

    async def login(self, press: Press) -> None:
        """Give an entry a login, or take it away."""
        kind, number, key, on = press.args
        name = login_of(key, self._allowlist.names)
        if name is None and key != DEFAULT_LOGIN:
            await self._refuse(press, AllowlistRefusal.UNKNOWN_LOGIN)
            return
        if kind == GROUP:
            await self._change_chat(press, number, ChatChange(login=name if name and on else ""))
            return
        kept = [login for login in await self._logins_of(PERSON, number) if login in self._allowlist.names]
        if name is None:
            kept = []
        elif on and name not in kept:
            kept.append(name)
        elif not on and name in kept:
            kept.remove(name)
        change = PersonChange(logins=tuple(kept))
        await self._change_person(press, number, change)

    async def until(self, press: Press) -> None:
        """Offer an end for an entry's time."""
        kind, number = press.args
        await press.answer()
        subject_id = keys.subject_of(kind, number)
        text = press.t.say(
            "Until when? For another day, write: <code>/allow {id} {until}</code>",
            id=subject_id,
            until=until_a_day(press.t),
        )
        buttons = keys.of_until(press.t, kind, subject_id, today(self._clock.now(), self._zone))
        await press.edit(text, buttons)

    async def till(self, press: Press) -> None:
        """Set the end of an entry's time."""
        kind, number, day_number = press.args
        day = keys.day_of(day_number)
        until = Until(None if day is None else end_of(day, self._zone))
        if kind == GROUP:
            await self._change_chat(press, number, ChatChange(until=until))
        else:
            await self._change_person(press, number, PersonChange(until=until))

    async def drop(self, press: Press) -> None:
        """Ask once more before an entry goes."""
        kind, number = press.args
        await press.answer()
        subject_id = keys.subject_of(kind, number)
        text = (
            press.t.say("Take this group off the list? I keep silent there from then on.")
            if kind == GROUP
            else press.t.say("Take this person off the list? Their commands and buttons do nothing from then on.")
        )
        await press.edit(text, keys.confirm_drop(press.t, kind, subject_id))

    async def dropped(self, press: Press) -> None:
        """Take an entry off the list; one that is off it already is fine."""
        kind, number = press.args
        subject_id = keys.subject_of(kind, number)
        name = await self._allowlist.called(subject_id)
        revoke = self._allowlist.revoke_chat if kind == GROUP else self._allowlist.revoke_person
        result = await revoke(subject_id, press.person)
        if isinstance(result, AllowlistRefusal) and result is not AllowlistRefusal.NOT_LISTED:
            await self._refuse(press, result)
            return
        await press.answer()
        text = words.off_the_list(press.t, subject_id, name)
        if isinstance(result, Stopped):
            text = Markup("{}\n{}").format(text, stopped(press.t, result, named=press.private))
        await press.edit(text, keys.to_list(press.t))

    async def _change_person(self, press: Press, user_id: int, change: PersonChange) -> None:
        result = await self._allowlist.put_person(user_id, change, press.person, only_listed=True)
        await self._cards.changed(press, PERSON, user_id, result)

    async def _change_chat(self, press: Press, number: int, change: ChatChange) -> None:
        result = await self._allowlist.put_chat(-number, change, press.person, only_listed=True)
        await self._cards.changed(press, GROUP, number, result)

    async def _refuse(self, press: Press, why: AllowlistRefusal) -> None:
        await press.answer(words.refusal(press.t, why), alert=True)

    async def _logins_of(self, kind: int, subject_id: int) -> list[str]:
        if kind == GROUP:
            chat = await self._allowlist.chat(subject_id)
            return [chat.login] if chat and chat.login else []
        person = await self._allowlist.person(subject_id)
        return list(person.logins) if person else []

    def _labels(self, t: Translator, entries: AllowlistEntries) -> list[tuple[int, int, str]]:
        now, always = self._clock.now(), set(entries.always_admins)
        named = {person.user_id for person in entries.people}
        admin = t.say("admin").unescape()
        bare = [
            (PERSON, id_, f"{name or id_} · {admin} · ADMIN_IDS")
            for id_, name in entries.always_admins.items()
            if id_ not in named
        ]
        people = [
            (PERSON, one.user_id, words.label_of_person(t, one, now, always=one.user_id in always))
            for one in entries.people
        ]
        groups = [(GROUP, one.chat_id, words.label_of_group(t, one, now)) for one in entries.chats]
        return [*bare, *people, *groups]
