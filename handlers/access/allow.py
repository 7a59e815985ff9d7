"""`/allow` and `/revoke`, for admins: by an id, as a reply to somebody's message, or with a shared contact."""

from dataclasses import replace
from datetime import tzinfo

from markupsafe import Markup

from bot.access import wording as words
from bot.access.allowlist import Allowlist, AllowlistRefusal, Candidate
from bot.access.entries import ChatChange, PersonChange, Until
from bot.access.stopping import Stopped
from bot.documents.stop_wording import stopped
from bot.domain import Role
from bot.language.translator import Translator
from bot.messaging.profiles import Profiles
from bot.parsing.access import Allow as Words
from bot.parsing.access import Whom, parse_allow, parse_whom
from bot.runtime.clock import Clock, end_of, today
from handlers.access import buttons as keys
from handlers.access.buttons import GROUP, PERSON
from handlers.access.cards import EntryCards
from handlers.context import Command, CommandHandler, Press
from handlers.intake import parse
from handlers.usage import form


class AllowCommand:
    """Lets people and groups in, or changes their entries."""

    def __init__(
        self, allowlist: Allowlist, cards: EntryCards, profiles: Profiles, clock: Clock, zone: tzinfo | None
    ) -> None:
        self._allowlist = allowlist
        self._cards = cards
        self._profiles = profiles
        self._clock = clock
        self._zone = zone

    async def __call__(self, command: Command) -> None:
        t = command.t
        said = await parse(command, "allow", lambda args: parse_allow(args, self._allowlist.names))
        if said is None:
            return
        subject_id = _subject(said.whom, command)
        if subject_id is None:
            await command.reply(_whom(t, "allow"))
        elif said.until is not None and said.until < today(self._clock.now(), self._zone):
            await command.reply(t.say("{day} is already over. Name today or a later day.", day=t.day(said.until)))
        else:
            await self._put(command, said, subject_id)

    async def contact(self, command: Command) -> None:
        """Take a shared contact: show their entry, or ask as what to let them in."""
        t, about = command.t, command.about
        if about is None or about.id is None:
            text = t.say("This contact has no Telegram account that I could let in.")
            await command.reply(text)
            return
        entry, always = await self._allowlist.person(about.id), about.id in self._allowlist.admin_ids
        if entry is not None or always:
            text, buttons = await self._cards.card(t, PERSON, about.id)
            await command.reply(text, buttons)
            return
        candidate = PersonChange(name=about.name)
        question_id = await self._allowlist.keep_candidate(about.id, candidate, command.person, command.to)
        text = t.say("<b>{name}</b> (<code>{id}</code>) is not on the list. Let them in?", name=about.name, id=about.id)
        await command.reply(text, keys.of_contact(t, question_id))

    async def let_in(self, press: Press) -> None:
        """Let in a candidate as a manager; before one becomes an admin, ask once more."""
        question_id, admin = press.args
        candidate = await self._allowlist.candidate(question_id)
        if candidate is None:
            await press.out_of_date()
        elif admin:
            await press.answer()
            name = candidate.change.name or str(candidate.user_id)
            text = words.sure_to_make_admin(press.t, name, candidate.user_id)
            await press.edit(text, keys.sure_about_candidate(press.t, question_id))
        else:
            await self._let_in(press, candidate, Role.MANAGER)

    async def let_in_as_admin(self, press: Press) -> None:
        """Let in a candidate as an admin, now that somebody is sure."""
        candidate = await self._allowlist.candidate(press.args[0])
        if candidate is None:
            await press.out_of_date()
        else:
            await self._let_in(press, candidate, Role.ADMIN)

    async def _let_in(self, press: Press, candidate: Candidate, role: Role) -> None:
        change = replace(candidate.change, role=role)
        result = await self._allowlist.put_person(candidate.user_id, change, press.person)
        await self._cards.changed(press, PERSON, candidate.user_id, result)

    async def _put(self, command: Command, said: Words, subject_id: int) -> None:
        t = command.t
        until = Until(None) if said.forever else None
        if said.until is not None:
            until = Until(end_of(said.until, self._zone))
        name = await self._name(command, said.whom, subject_id)
        if said.whom.group:
            login = None if said.logins is None else next(iter(said.logins), "")
            returned = await self._profiles.is_in(subject_id)
            change = ChatChange(name=name, login=login, everyone=said.everyone, until=until, returned=returned)
            result = await self._allowlist.put_chat(subject_id, change, command.person)
        else:
            person = PersonChange(name=name, role=said.role, logins=said.logins, until=until)
            if said.role is Role.ADMIN and not await self._allowlist.is_admin(subject_id):
                question_id = await self._allowlist.keep_candidate(subject_id, person, command.person, command.to)
                text = words.sure_to_make_admin(t, name or str(subject_id), subject_id)
                await command.reply(text, keys.sure_about_candidate(t, question_id))
                return
            result = await self._allowlist.put_person(subject_id, person, command.person)
        if isinstance(result, AllowlistRefusal):
            await command.reply(words.refusal(t, result))
            return
        text, buttons = await self._cards.card(t, GROUP if said.whom.group else PERSON, subject_id)
        if isinstance(result, Stopped):
            text = Markup("{}\n\n{}").format(text, stopped(t, result, named=command.private))
        await command.reply(text, buttons if command.private else None)

    async def _name(self, command: Command, whom: Whom, subject_id: int) -> str | None:
        """Return the name that Telegram shows; None where it tells none."""
        if whom.id is None and not whom.group and command.about is not None:
            return command.about.name
        profile = await self._profiles.profile(subject_id)
        return profile.name if profile else None


def revoke_command(allowlist: Allowlist) -> CommandHandler:
    """Return the handler of `/revoke`."""

    async def revoke(command: Command) -> None:
        t = command.t
        whom = await parse(command, "revoke", parse_whom)
        if whom is None:
            return
        subject_id = _subject(whom, command)
        if subject_id is None:
            await command.reply(_whom(t, "revoke"))
            return
        name = await allowlist.called(subject_id)
        revoke_it = allowlist.revoke_chat if whom.group else allowlist.revoke_person
        result = await revoke_it(subject_id, command.person)
        if isinstance(result, AllowlistRefusal) and result is not AllowlistRefusal.NOT_LISTED:
            await command.reply(words.refusal(t, result))
            return
        lines = [words.off_the_list(t, subject_id, name)]
        if not whom.group:
            open_to_all = [chat.name for chat in (await allowlist.entries()).chats if chat.everyone]
            if open_to_all:
                groups = ", ".join(open_to_all)
                lines.append(
                    t.say("In groups for everyone they can use me as long as they are in: {groups}", groups=groups)
                )
        if isinstance(result, Stopped):
            lines.append(stopped(t, result, named=command.private))
        await command.reply(Markup("\n").join(lines))

    return revoke


def _subject(whom: Whom, command: Command) -> int | None:
    """Return the id of whom a command means: the one it names, this group, or who wrote the message replied to."""
    if whom.id is not None:
        return whom.id
    if whom.group:
        return None if command.private else command.to.chat_id
    return command.about.id if command.about is not None else None


def _whom(t: Translator, command: str) -> Markup:
    return Markup("{}\n{}").format(
        t.say("Whom? Name an ID, or send the command as a reply to a message of theirs in a group."), form(t, command)
    )
