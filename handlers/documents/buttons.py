"""The buttons of commands for documents."""

from telegram import InlineKeyboardMarkup

from bot.conversation.questions import WhoseAct
from bot.language.translator import Translator
from bot.messaging.calls import Buttons
from bot.messaging.keyboards import ask, column, short
from db.models import Request

WHOSE = "whose"
CREATE = "create"
BACK = "back"


def confirm_create(t: Translator, request: Request) -> InlineKeyboardMarkup:
    """Return the buttons that ask once more before an invoice is created again."""
    return column([(t.say("Yes, create it again"), f"{CREATE}:{request.id}"), (t.say("Back"), f"{BACK}:{request.id}")])


def whose_act(t: Translator, question: WhoseAct) -> Buttons:
    """Return the sub-clients to choose from; with none lately used, open the reply that names one."""
    if not question.choices:
        return ask(t.say("Sub-client"))
    return column(
        [(short(str(choice)), f"{WHOSE}:{question.asked.id}:{index}") for index, choice in enumerate(question.choices)]
    )
