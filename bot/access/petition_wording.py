"""What admins read about a petition, and what its asker hears in the end. Pure."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.domain import Decision, PetitionKind
from bot.language.translator import Translator
from db.models import Petition


def card(
    t: Translator,
    petition: Petition,
    *,
    username: str | None = None,
    groups: Sequence[str] = (),
    by_admin: bool = False,
    by_reader: bool = False,
) -> Markup:
    """Say who wants in; a group's card differs by who added the bot, an admin or even the reader."""
    if petition.kind is PetitionKind.PERSON:
        return _person(t, petition, username, groups)
    if by_reader:
        return t.say(
            "You added me to the group “{group}” (<code>{id}</code>). It is not on the list, so I keep silent there. "
            "Shall it be allowed?",
            group=petition.subject_name,
            id=petition.subject_id,
        )
    by = t.say("{name}, an admin", name=petition.asker_name) if by_admin else Markup.escape(petition.asker_name)
    return t.say(
        "I was added to the group “{group}” (<code>{id}</code>). By: {who} (<code>{by}</code>). It is not on the list, "
        "so I keep silent there. Shall it be allowed?",
        group=petition.subject_name,
        id=petition.subject_id,
        who=by,
        by=petition.asker_id,
    )


def _person(t: Translator, petition: Petition, username: str | None, groups: Sequence[str]) -> Markup:
    lines = [
        t.say("<b>{name}</b> asks for access.", name=petition.subject_name),
        t.say("Telegram ID: <code>{id}</code>", id=petition.subject_id),
    ]
    if username:
        lines.append(t.say("Username: @{username}", username=username))
    if groups:
        lines.append(t.say("In these groups of the list: {groups}", groups=", ".join(groups)))
    else:
        lines.append(t.say("In none of the groups on the list, as far as Telegram tells me."))
    return Markup("\n").join(lines)


def nobody_reached(t: Translator) -> Markup:
    """Tell an asker that no admin has read it yet, and what helps."""
    return t.say(
        "None of the admins can be reached by me yet. Tell one of them to write /start to me: then I ask them at once."
    )


def too_many_cards(t: Translator) -> Markup:
    """Tell the admins that there are more petitions than cards."""
    return t.say(
        "Many people have asked for access today. From now on I send no card for each; /access lists all who wait."
    )


def decided(t: Translator, petition: Petition) -> Markup:
    """Say what was asked, and who decided what."""
    return Markup("{}\n\n{}").format(_asked(t, petition), _outcome(t, petition))


def answer(t: Translator, petition: Petition, again_at: str) -> Markup | None:
    """Say to the asker what was decided; None where there is nothing to say."""
    match petition.kind, petition.decision:
        case PetitionKind.PERSON, Decision.MANAGER | Decision.ADMIN:
            return t.say("You are on the list now. /help shows what I can do for you.")
        case PetitionKind.PERSON, Decision.REFUSED:
            return t.say("The admins have not let you in. You can ask again after {time}.", time=again_at)
        case PetitionKind.GROUP, Decision.ALLOWED:
            return t.say("The group “{group}” is allowed now: /help works there.", group=petition.subject_name)
        case PetitionKind.GROUP, Decision.REFUSED:
            return t.say(
                "The admins did not allow the group “{group}”, so I have left it.", group=petition.subject_name
            )
        case _:
            return None


def _asked(t: Translator, petition: Petition) -> Markup:
    name, id_ = petition.subject_name, petition.subject_id
    if petition.kind is PetitionKind.PERSON:
        return t.say("<b>{name}</b> (<code>{id}</code>) asked for access.", name=name, id=id_)
    return t.say("The group “{group}” (<code>{id}</code>), to which I was added.", group=name, id=id_)


def _outcome(t: Translator, petition: Petition) -> Markup:
    who = petition.decided_by or t.say("the command line")
    match petition.decision:
        case Decision.MANAGER:
            return t.say("Let in as a manager. Decided by: {name}", name=who)
        case Decision.ADMIN:
            return t.say("Let in as an admin. Decided by: {name}", name=who)
        case Decision.ALLOWED:
            return t.say("Allowed. Decided by: {name}", name=who)
        case Decision.REFUSED if petition.kind is PetitionKind.GROUP:
            return t.say("Not allowed: I leave the group. Decided by: {name}", name=who)
        case Decision.REFUSED:
            return t.say("Not let in. Decided by: {name}", name=who)
        case _ if petition.kind is PetitionKind.GROUP:
            return t.say("I am not in the group any more, so there is nothing to decide.")
        case _:
            return t.say("They have asked again since; this is closed.")
