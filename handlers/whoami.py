"""`/whoami`: the numeric ids of the person and of the chat, and what the allowlist says of them."""

from bot.messenger import Messenger
from handlers.calls import Command


class WhoAmI:
    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    async def __call__(self, command: Command) -> None:
        t, access = command.t, command.access
        await self._messenger.send_text(
            command.to,
            t.say(
                "You: <code>{user}</code>, {role}\nThis chat: <code>{chat}</code>, {place}\nLogin: {login}",
                user=command.person.id,
                role=t.say("admin") if access.is_admin else t.say("manager"),
                chat=command.to.chat_id,
                place=t.say("private") if command.private else t.say("a group on the list"),
                login=access.login or t.say("the default one"),
            ),
        )
