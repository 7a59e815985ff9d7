"""The buttons of petitions: a stranger's, to ask for access, and the admins', to decide."""

from collections.abc import Sequence

from telegram import InlineKeyboardMarkup

from bot.access.login_choice import DEFAULT_LOGIN, key_of
from bot.domain import PetitionKind
from bot.language.translator import Translator
from bot.messaging.keyboards import Row, column, keyboard, short
from db.models import Petition

ASK_FOR_ACCESS = "petition"
SHOW = "showpetition"
AS_MANAGER = "asmanager"
AS_ADMIN = "asadmin"
AS_ADMIN_SURE = "asadminsure"
REFUSE = "refuse"
ALLOW_GROUP = "letgroup"
LEAVE = "leave"


def ask_for_access(t: Translator) -> InlineKeyboardMarkup:
    """Return the one button that strangers may press; it carries no id, for it is about whoever presses."""
    return column([(t.say("Ask for access"), f"{ASK_FOR_ACCESS}:0")])


def to_petition(petition: Petition) -> Row:
    """Return the button in `/access` that shows an open petition."""
    return [(short(f"✋ {petition.subject_name}"), f"{SHOW}:{petition.id}")]


def of_petition(t: Translator, petition: Petition, logins: Sequence[str]) -> InlineKeyboardMarkup | None:
    """Return what an admin may decide; with several logins a group's card offers each."""
    if petition.kind is PetitionKind.PERSON:
        return keyboard(
            [
                [(t.say("Manager"), f"{AS_MANAGER}:{petition.id}"), (t.say("Admin"), f"{AS_ADMIN}:{petition.id}")],
                [(t.say("No"), f"{REFUSE}:{petition.id}")],
            ]
        )
    return keyboard([*_allow_group(t, petition, logins), [(t.say("Leave"), f"{LEAVE}:{petition.id}")]])


def sure_to_admit_admin(t: Translator, petition: Petition) -> InlineKeyboardMarkup:
    """Return the button that lets an asker in as an admin; the card above it keeps the other ways."""
    return column([(t.say("Yes, make them an admin"), f"{AS_ADMIN_SURE}:{petition.id}")])


def _allow_group(t: Translator, petition: Petition, logins: Sequence[str]) -> list[Row]:
    if len(logins) <= 1:
        return [[(t.say("Allow"), f"{ALLOW_GROUP}:{petition.id}:{DEFAULT_LOGIN}")]]
    return [
        [
            (
                t.say("Allow, login {login}", login=short(login)).unescape(),
                f"{ALLOW_GROUP}:{petition.id}:{key_of(login)}",
            )
        ]
        for login in logins
    ]
