"""`/start` and `/help`: what the bot does, with the commands that this person may use."""

from markupsafe import Markup

from bot.i18n import Translator
from bot.messenger import Messenger
from handlers.calls import Command


class Start:
    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    async def __call__(self, command: Command) -> None:
        await self._messenger.send_text(command.to, introduction(command.t, for_admin=command.access.is_admin))


def introduction(t: Translator, *, for_admin: bool) -> Markup:
    """Say what the bot is for, with an example of each command that the person may use."""
    lines = [
        t.say("I bring SMS Center's invoices and acts into this chat, as PDF.\n"),
        t.say("/invoice – make a new invoice: <code>/invoice alice 1500.50</code>"),
        t.say("/getinvoice – fetch an invoice that exists: <code>/getinvoice alice 9001</code>"),
        t.say(
            "/act – fetch an act by its number: <code>/act alice 7</code>, by its ID: <code>/act alice id:501</code>"
        ),
        t.say("/client – set this chat's sub-client, so that <code>/act 7</code> will do: <code>/client alice</code>"),
        t.say("/queue – what waits or runs for this chat, and how to cancel it"),
        t.say("/retry – send the outcome of a request once more: <code>/retry 17</code>"),
        t.say("/whoami – your Telegram ID, this chat's ID and your rights"),
    ]
    if for_admin:
        lines += [
            t.say("/logins – our logins at SMS Center, their state and queue"),
            t.say("/unresolved – invoices that may or may not have been created"),
            t.say("/resume – start a paused login again: <code>/resume acme</code>"),
        ]
    lines.append(
        t.say(
            "\nA sub-client is a name, like <code>alice</code>, or a number, like <code>#101</code>. "
            "SMS Center takes one request a minute for each login; what has to wait tells its place and time."
        )
    )
    return Markup("\n").join(lines)
