"""`/client <user>`: which sub-client `/act <num>` means in this chat; `/client` shows it, `/client -` forgets it."""

from markupsafe import Markup

from bot.documents.sub_clients import SubClients
from bot.domain import SubClient
from bot.parsing import Forget, Show, parse_client
from handlers.context import Command, CommandHandler
from handlers.intake import parse


def client_command(sub_clients: SubClients) -> CommandHandler:
    """Return the handler of `/client`."""

    async def client(command: Command) -> None:
        t, chat_id = command.t, command.to.chat_id
        wanted = await parse(command, "client", parse_client)
        match wanted:
            case None:
                return
            case Show():
                text = _shown(command, await sub_clients.of_chat(chat_id))
            case Forget():
                await sub_clients.set_for_chat(chat_id, None, command.person)
                text = t.say("This chat no longer has a sub-client of its own.")
            case SubClient():
                await sub_clients.set_for_chat(chat_id, wanted, command.person)
                text = t.say("From now on <code>/act 7</code> means act 7 of <b>{user}</b> in this chat.", user=wanted)
        await command.reply(text)

    return client


def _shown(command: Command, chosen: SubClient | None) -> Markup:
    if chosen is None:
        return command.t.say(
            "This chat has no sub-client of its own. Set one: <code>/client alice</code>; then "
            "<code>/act 7</code> will do."
        )
    return command.t.say("This chat's sub-client is <b>{user}</b>. To forget it: <code>/client -</code>", user=chosen)
