"""`/allow` and `/revoke`, for admins: by an id, as a reply to somebody's message, or with a shared contact."""

from datetime import tzinfo

from markupsafe import Markup

from bot.access import wording as words
from bot.access.allowlist import Allowing, Refusal
from bot.access.entries import ChatChange, PersonChange, Until
from bot.domain import Role
from bot.language.translator import Translator
from bot.messaging.messenger import Messenger
from bot.messaging.profiles import Directory
from bot.parsing import ParseError
from bot.parsing.allow import Allow as Words
from bot.parsing.allow import AllowError, Mistake, Whom, parse_allow, parse_whom
from bot.runtime.clock import Clock, end_of, today
from handlers import entry_keyboards as keys
from handlers.access import Access
from handlers.calls import Command, Press
from handlers.entry_keyboards import GROUP, PERSON
from handlers.mistakes import explain
from handlers.sentences import forms


class Allow:
    def __init__(
        self,
        allowing: Allowing,
        access: Access,
        directory: Directory,
        messenger: Messenger,
        clock: Clock,
        zone: tzinfo | None,
    ) -> None:
        self._allowing = allowing
        self._access = access
        self._directory = directory
        self._messenger = messenger
        self._clock = clock
        self._zone = zone

    async def __call__(self, command: Command) -> None:
        t = command.t
        try:
            said = parse_allow(command.args, self._allowing.names)
        except AllowError as error:
            await self._messenger.send_text(command.to, _explain(t, error, "allow"))
            return
        except ParseError as error:
            await self._messenger.send_text(command.to, explain(t, error, "allow"))
            return
        subject_id = _subject(said.whom, command)
        if subject_id is None:
            await self._messenger.send_text(command.to, _whom(t, "allow"))
        elif said.until is not None and said.until < today(self._clock.now(), self._zone):
            await self._messenger.send_text(command.to, t.say("{day} is over already.", day=said.until))
        else:
            await self._put(command, said, subject_id)

    async def contact(self, command: Command) -> None:
        """Take a shared contact: show their entry, or ask as what to let them in."""
        t, about = command.t, command.about
        if about is None or about.id is None:
            text = t.say("This contact has no Telegram account that I could let in.")
            await self._messenger.send_text(command.to, text)
            return
        entry, always = await self._allowing.person(about.id), about.id in self._allowing.admin_ids
        if entry is not None or always:
            text, buttons = await self._access.card(t, PERSON, about.id)
            await self._messenger.send_text(command.to, text, buttons)
            return
        question_id = await self._allowing.keep_contact(about.id, about.name, command.person, command.to)
        text = t.say("<b>{name}</b> (<code>{id}</code>) is not on the list. Let them in?", name=about.name, id=about.id)
        await self._messenger.send_text(command.to, text, keys.of_contact(t, question_id))

    async def let_in(self, press: Press) -> None:
        """Let in somebody whose contact was shared."""
        question_id, admin = press.args
        contact = await self._allowing.contact(question_id)
        if contact is None:
            await self._messenger.answer_press(press.query_id, press.t.say("This button is out of date.").unescape())
            return
        user_id, name = contact
        change = PersonChange(name=name, role=Role.ADMIN if admin else Role.MANAGER)
        refused = await self._allowing.put_person(user_id, change, press.person)
        answer = press.t.say("Done.") if refused is None else words.refusal(press.t, refused)
        await self._messenger.answer_press(press.query_id, answer.unescape(), alert=refused is not None)
        await self._access.show(press, PERSON, user_id)

    async def _put(self, command: Command, said: Words, subject_id: int) -> None:
        t = command.t
        until = Until(None) if said.forever else None
        if said.until is not None:
            until = Until(end_of(said.until, self._zone))
        name = await self._name(command, said.whom, subject_id)
        if said.whom.group:
            login = None if said.logins is None else next(iter(said.logins), "")
            returned = await self._directory.is_in(subject_id)
            change = ChatChange(name=name, login=login, everyone=said.everyone, until=until, returned=returned)
            refused = await self._allowing.put_chat(subject_id, change, command.person)
        else:
            person = PersonChange(name=name, role=said.role, logins=said.logins, until=until)
            refused = await self._allowing.put_person(subject_id, person, command.person)
        if refused is not None:
            await self._messenger.send_text(command.to, words.refusal(t, refused))
            return
        text, buttons = await self._access.card(t, GROUP if said.whom.group else PERSON, subject_id)
        await self._messenger.send_text(command.to, text, buttons if command.private else None)

    async def _name(self, command: Command, whom: Whom, subject_id: int) -> str | None:
        """Return the name that Telegram shows; None where it tells none."""
        if whom.id is None and not whom.group and command.about is not None:
            return command.about.name
        profile = await self._directory.profile(subject_id)
        return profile.name if profile else None


class Revoke:
    def __init__(self, allowing: Allowing, access: Access, messenger: Messenger) -> None:
        self._allowing = allowing
        self._access = access
        self._messenger = messenger

    async def __call__(self, command: Command) -> None:
        t = command.t
        try:
            whom = parse_whom(command.args)
        except AllowError as error:
            await self._messenger.send_text(command.to, _explain(t, error, "revoke"))
            return
        except ParseError as error:
            await self._messenger.send_text(command.to, explain(t, error, "revoke"))
            return
        subject_id = _subject(whom, command)
        if subject_id is None:
            await self._messenger.send_text(command.to, _whom(t, "revoke"))
            return
        refused = await self._access.revoke(GROUP if whom.group else PERSON, subject_id, command.person)
        if refused not in {None, Refusal.NOT_LISTED}:
            await self._messenger.send_text(command.to, words.refusal(t, refused))
            return
        lines = [t.say("<code>{id}</code> is off the list.", id=subject_id)]
        if not whom.group:
            open_to_all = [chat.name for chat in (await self._allowing.entries()).chats if chat.everyone]
            if open_to_all:
                groups = ", ".join(open_to_all)
                lines.append(
                    t.say("In groups for everyone they can use me as long as they are in: {groups}", groups=groups)
                )
        await self._messenger.send_text(command.to, Markup("\n").join(lines))


def _subject(whom: Whom, command: Command) -> int | None:
    """Return the id of whom a command means: the one it names, this group, or who wrote the message replied to."""
    if whom.id is not None:
        return whom.id
    if whom.group:
        return None if command.private else command.to.chat_id
    return command.about.id if command.about is not None else None


def _whom(t: Translator, command: str) -> Markup:
    return Markup("{}\n{}").format(
        t.say("Whom? Name an ID, or send the command as a reply to a message of theirs in a group."), forms(t)[command]
    )


def _explain(t: Translator, error: AllowError, command: str) -> Markup:
    return Markup("{}\n{}").format(_mistake(t, error), forms(t)[command])


def _mistake(t: Translator, error: AllowError) -> Markup:
    word = error.word
    match error.mistake:
        case Mistake.USERNAME:
            return t.say(
                "“{word}” may belong to somebody else tomorrow, and Telegram does not tell me whose it is. Name "
                "the ID, reply to a message of theirs, or share their contact with me in private:",
                word=word,
            )
        case Mistake.BAD_DATE:
            return t.say("“{word}” is no day. Write it like <code>until 2027-01-31</code>:", word=word)
        case Mistake.BAD_ID:
            return t.say("“{word}” cannot be: a group's ID is negative, a person's is not.", word=word)
        case Mistake.TWICE:
            return t.say("“{word}”: that was said already, and differently.", word=word)
        case Mistake.GROUP_HAS_NO_ROLE:
            return t.say("A group has no role: people have.")
        case Mistake.GROUP_HAS_ONE_LOGIN:
            return t.say("A group has one login at most.")
        case Mistake.PERSON_IS_NOT_EVERYONE:
            return t.say("“{word}” is for groups.", word=word)
        case _:
            return t.say("I do not understand “{word}”.", word=word)
