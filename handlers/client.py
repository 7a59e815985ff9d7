"""`/client <user>`: which sub-client `/act <num>` means in this chat; `/client` shows it, `/client -` forgets it."""

from markupsafe import Markup

from bot.documents.requests import Service
from bot.domain import SubClient
from bot.messaging.messenger import Messenger
from bot.parsing import Forget, Show, parse_client
from handlers.asks import Asks
from handlers.calls import Command


class Client:
    def __init__(self, asks: Asks, service: Service, messenger: Messenger) -> None:
        self._asks = asks
        self._service = service
        self._messenger = messenger

    async def __call__(self, command: Command) -> None:
        wanted = await self._asks.parse(command, "client", parse_client)
        match wanted:
            case None:
                return
            case Show():
                text = await self._show(command)
            case Forget():
                await self._service.set_sub_client(command.to.chat_id, None, command.person)
                text = command.t.say("This chat no longer has a sub-client of its own.")
            case SubClient():
                await self._service.set_sub_client(command.to.chat_id, wanted, command.person)
                text = command.t.say(
                    "From now on <code>/act 7</code> means act 7 of <b>{user}</b> in this chat.", user=wanted
                )
        await self._messenger.send_text(command.to, text)

    async def _show(self, command: Command) -> Markup:
        chosen = await self._service.sub_client_of_chat(command.to.chat_id)
        if chosen is None:
            return command.t.say(
                "This chat has no sub-client of its own. Set one: <code>/client alice</code>; then "
                "<code>/act 7</code> will do."
            )
        return command.t.say(
            "This chat's sub-client is <b>{user}</b>. To forget it: <code>/client -</code>", user=chosen
        )
