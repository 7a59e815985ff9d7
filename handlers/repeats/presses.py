"""What the handlers of repeats share: who asks, and what to say to a refusal."""

from markupsafe import Markup

from bot.access import wording as access_wording
from bot.access.policy import Action
from bot.domain import Denial
from bot.language.translator import Translator
from bot.repeats import wording
from bot.repeats.control import Whose
from bot.repeats.desk import RepeatRefusal
from handlers.context import Command, Press


def whose_at(call: Press | Command) -> Whose:
    """Say who acts, and about which chats' repeats: an admin alone with the bot about everybody's."""
    access = call.access
    chat_id = call.to.chat_id if isinstance(call, Command) else call.chat_id
    return Whose(call.person, chat_id, access.is_admin, everywhere=access.may(Action.READ_LISTS))


async def refuse(press: Press, why: RepeatRefusal | Denial) -> None:
    """Say why a press on a repeat changes nothing."""
    await press.answer(refusal(press.t, why), alert=True)


def refusal(t: Translator, why: RepeatRefusal | Denial) -> Markup:
    return access_wording.denial(t, why) if isinstance(why, Denial) else wording.repeat_refused(t, why)
