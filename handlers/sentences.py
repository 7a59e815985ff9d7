"""Sentences of the conversation that belong to no single command. Pure."""

from markupsafe import Markup

from bot.domain import Person
from bot.language.translator import Translator


def mention(person: Person) -> Markup:
    """Name a person so that Telegram knows who is meant, also without a username."""
    return Markup('<a href="tg://user?id={}">{}</a>').format(person.id, person.name)


def forms(t: Translator) -> dict[str, Markup]:
    """Return the right form of each command, with an example."""
    return {
        "invoice": t.say(
            "<code>/invoice &lt;user&gt; &lt;sum&gt; [service]</code>\nFor example: <code>/invoice alice 1500.50</code>"
        ),
        "getinvoice": t.say(
            "<code>/getinvoice &lt;user&gt; &lt;id&gt;</code>\nFor example: <code>/getinvoice alice 9001</code>"
        ),
        "act": t.say(
            "<code>/act &lt;user&gt; &lt;num&gt;</code> or <code>/act &lt;user&gt; id:&lt;id&gt;</code>\n"
            "For example: <code>/act alice 7</code>"
        ),
        "client": t.say(
            "<code>/client &lt;user&gt;</code>, or <code>/client -</code> to forget it\n"
            "For example: <code>/client alice</code>"
        ),
        "sub_client": t.say("one word, for example: <code>alice</code>, or a number: <code>#101</code>"),
        "sum": t.say("for example: <code>1500.50</code> or <code>1 500,50</code>"),
        "service": t.say("for example: SMS for May"),
        "act_number": t.say("for example: <code>7</code>, or an act's ID: <code>id:501</code>"),
        "number": t.say("digits only, for example: <code>9001</code>"),
        "history": t.say(
            "<code>/history</code> or <code>/history &lt;user&gt;</code>, for example: <code>/history alice</code>"
        ),
        "retry": t.say("<code>/retry &lt;request&gt;</code>, for example: <code>/retry 17</code>"),
        "resume": t.say("<code>/resume &lt;login&gt;</code>"),
        "allow": t.say(
            "<code>/allow &lt;ID&gt; [manager|admin] [login &lt;login&gt;] [until 2027-01-31|forever]</code>\n"
            "<code>/allow chat &lt;ID&gt; [login &lt;login&gt;] [everyone|listed] [until 2027-01-31|forever]</code>\n"
            "For example: <code>/allow 1002 admin</code>. As a reply to somebody's message in a group it needs no ID."
        ),
        "revoke": t.say(
            "<code>/revoke &lt;ID&gt;</code> or <code>/revoke chat &lt;ID&gt;</code>\n"
            "For example: <code>/revoke 1002</code>"
        ),
    }
