"""`/whoami`: the numeric ids of the person and of the chat, and what the allowlist says of them."""

from markupsafe import Markup

from bot.access.policy import Access, Place, Standing
from bot.language.translator import Translator
from handlers.context import Command


async def show_whoami(command: Command) -> None:
    """Answer `/whoami`."""
    t, access = command.t, command.access
    await command.reply(
        t.say(
            "You: <code>{user}</code>, {role}\nThis chat: <code>{chat}</code>, {place}\nLogin: {login}",
            user=command.person.id,
            role=_role(t, access),
            chat=command.to.chat_id,
            place=_place(t, access),
            login=access.login or t.say("none"),
        )
    )


def _role(t: Translator, access: Access) -> Markup:
    if access.is_admin:
        return t.say("admin")
    if access.standing is Standing.MANAGER:
        return t.say("manager")
    return t.say("not on the list, but everyone in this group may use me here")


def _place(t: Translator, access: Access) -> Markup:
    match access.place:
        case Place.PRIVATE:
            return t.say("private")
        case Place.EVERYONE:
            return t.say("a group on the list, for everyone in it")
        case _:
            return t.say("a group on the list")
