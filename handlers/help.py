"""`/start` and `/help`: what the bot does, with the commands that this person may use here."""

from markupsafe import Markup

from bot.access.policy import Access
from bot.commands.catalogue import for_somebody, help_line
from bot.language.translator import Translator
from handlers.context import Command


async def show_help(command: Command) -> None:
    """Answer `/start` and `/help`."""
    await command.reply(introduction(command.t, command.access))


def introduction(t: Translator, access: Access) -> Markup:
    """Say what the bot is for, with an example of each command that the person may use here."""
    return Markup("\n").join(
        [
            t.say("I bring SMS Center's invoices and acts into this chat, as PDF.\n"),
            *(help_line(t, command) for command in for_somebody(access)),
            t.say(
                "\nSend /invoice, /getinvoice or /act alone, and I ask for the rest. "
                "A sub-client is a name, like <code>alice</code>, or a number, like <code>#101</code>. "
                "SMS Center takes one request a minute for each login; if yours has to wait, I tell you its place "
                "and time."
            ),
        ]
    )
