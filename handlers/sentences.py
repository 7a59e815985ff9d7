"""Sentences of the conversation that belong to no single command. Pure."""

from markupsafe import Markup

from bot.domain import Person
from bot.i18n import Translator


def stranger(t: Translator, user_id: int) -> Markup:
    """Tell a stranger how access comes about; the id is what an admin needs."""
    return t.say(
        "I work for a closed team; access is by invitation. Send your Telegram ID to an admin: <code>{id}</code>",
        id=user_id,
    )


def mention(person: Person) -> Markup:
    """Name a person so that Telegram knows who is meant, also without a username."""
    return Markup('<a href="tg://user?id={}">{}</a>').format(person.id, person.name)


def chat_not_listed(t: Translator, chat_id: int, title: str | None) -> Markup:
    return t.say(
        "The group “{title}” (<code>{id}</code>) is not on the list, so I keep silent there. To let it in: "
        "<code>docsbot allow chat {id}</code>",
        title=title or "?",
        id=chat_id,
    )


def anonymous_admin(t: Translator) -> Markup:
    return t.say(
        "You write as the group, so I cannot tell who you are. Switch “Remain anonymous” off in your admin rights "
        "in this group, or write to me in private."
    )


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
        "number": t.say("digits only, for example: <code>9001</code>"),
        "retry": t.say("<code>/retry &lt;request&gt;</code>, for example: <code>/retry 17</code>"),
        "resume": t.say("<code>/resume &lt;login&gt;</code>"),
    }
