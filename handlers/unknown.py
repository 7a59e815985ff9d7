"""The buttons under an unknown outcome, and `/unresolved`, where admins act for an absent requester."""

from markupsafe import Markup

from bot.conversation.questions import Asking, InvoiceNumber
from bot.documents import wording
from bot.documents.unknown_outcomes import Looked, Refusal, Resolving
from bot.domain import Destination, Resolution
from bot.language.translator import Translator
from bot.messaging.messenger import Messenger
from bot.parsing import parse_document_id
from bot.runtime.clock import Clock
from db.models import Request
from handlers import keyboards
from handlers.asks import Asks
from handlers.calls import Command, Press
from handlers.sentences import mention


class Unknown:
    def __init__(self, resolving: Resolving, asking: Asking, asks: Asks, messenger: Messenger, clock: Clock) -> None:
        self._resolving = resolving
        self._asking = asking
        self._asks = asks
        self._messenger = messenger
        self._clock = clock

    async def listed(self, command: Command) -> None:
        """`/unresolved`: every unknown outcome, each with its buttons."""
        unresolved = await self._resolving.unresolved()
        if not unresolved:
            await self._messenger.send_text(command.to, command.t.say("There are no unresolved invoices."))
        for request in unresolved:
            text = Markup("{}\n{}").format(
                self._text(command.t, request),
                command.t.say("Requested by {name}.", name=request.requester_name),
            )
            await self._messenger.send_text(command.to, text, keyboards.of_unknown(command.t, request))

    async def exists(self, press: Press) -> None:
        """ "It exists": ask for the number, by a reply."""
        looked = await self._look(press)
        if looked is None:
            return
        t = press.t
        origin = Destination(press.chat_id, press.thread_id, press.message_id)
        question = await self._asking.ask_invoice_number(looked.id, press.person, origin)
        if question.asked.message_id is None and not question.asked.answered:
            message_id = await self._messenger.send_text(
                origin,
                t.say(
                    "{name}, which number does SMS Center's cabinet show? Reply to this message with digits only.",
                    name=mention(press.person),
                ),
                keyboards.ask(t.say("Invoice number")),
            )
            await self._asking.asked_with(question.asked, message_id)

    async def missing(self, press: Press) -> None:
        """ "It does not": ask once more before anything is created."""
        looked = await self._look(press)
        if looked is not None:
            text = press.t.say(
                "Are you sure that SMS Center's cabinet does not show it? If it does, there will be two.\n{what}",
                what=wording.describe(press.t, looked.wish),
            )
            await self._messenger.edit_text(
                press.chat_id, press.message_id, text, keyboards.confirm_create(press.t, looked)
            )

    async def back(self, press: Press) -> None:
        looked = await self._look(press)
        if looked is not None:
            await self._messenger.edit_text(
                press.chat_id,
                press.message_id,
                self._text(press.t, looked),
                keyboards.of_unknown(press.t, looked),
            )

    async def create(self, press: Press) -> None:
        await self._resolve(press, Resolution.CREATE_AGAIN)

    async def close(self, press: Press) -> None:
        await self._resolve(press, Resolution.CLOSED)

    async def replied(self, command: Command) -> bool:
        """Take a reply as the invoice's number; False if it answers no question of ours."""
        if command.replied_to is None:
            return False
        question = await self._asking.invoice_number_asked_by(command.to.chat_id, command.replied_to, command.person)
        if question is None:
            return False
        number = await self._asks.parse(command, "number", parse_document_id)
        if number is not None:
            await self._take_number(command, question, number)
        return True

    async def _take_number(self, command: Command, question: InvoiceNumber, number: str) -> None:
        looked = await self._resolving.resolve(
            question.request_id,
            Resolution.EXISTS,
            command.person,
            as_admin=command.access.is_admin,
            number=number,
        )
        if looked.refusal is not None and not _taken_before(looked, number, command.person.name):
            await self._messenger.send_text(command.to, _why_not_used(command.t, looked, number))
        origin = question.asked.origin
        if looked.request is not None and looked.request.resolution is not None and origin.reply_to is not None:
            await self._show_resolved(command.t, origin.chat_id, origin.reply_to, looked.request)
        # Only now: where the process ends before, the reply comes again and is answered.
        await self._asking.answered(question.asked)

    async def _resolve(self, press: Press, resolution: Resolution) -> None:
        looked = await self._resolving.resolve(press.args[0], resolution, press.person, as_admin=press.access.is_admin)
        refused = looked.refusal is not None and not _same(looked, resolution, press.person.name)
        text = _sentence(press.t, looked) if refused else press.t.say("Noted.")
        await self._messenger.answer_press(press.query_id, text.unescape(), alert=refused)
        if looked.request is not None and looked.request.resolution is not None:
            await self._show_resolved(press.t, press.chat_id, press.message_id, looked.request)

    async def _show_resolved(self, t: Translator, chat_id: int, message_id: int, request: Request) -> None:
        text = Markup("{}\n\n{}").format(self._text(t, request), wording.resolved(t, request))
        await self._messenger.edit_text(chat_id, message_id, text)

    async def _look(self, press: Press) -> Request | None:
        """Return the request if the presser may decide about it now; else tell why not."""
        looked = await self._resolving.look(press.args[0], press.person, as_admin=press.access.is_admin)
        if looked.refusal is None:
            await self._messenger.answer_press(press.query_id)
            return looked.request
        await self._messenger.answer_press(press.query_id, _sentence(press.t, looked).unescape(), alert=True)
        if looked.request is not None and looked.request.resolution is not None:
            await self._show_resolved(press.t, press.chat_id, press.message_id, looked.request)
        return None

    def _text(self, t: Translator, request: Request) -> Markup:
        return wording.unknown(t, request, self._clock.now())


def _same(looked: Looked, resolution: Resolution, name: str) -> bool:
    """Say whether this is the same press once more, delivered again: it was taken, so nothing is refused."""
    request = looked.request
    return request is not None and request.resolution is resolution and request.resolved_by == name


def _taken_before(looked: Looked, number: str, name: str) -> bool:
    """Say whether this is the same reply once more."""
    return looked.number == number and _same(looked, Resolution.EXISTS, name)


def _why_not_used(t: Translator, looked: Looked, number: str) -> Markup:
    """Say what was done while somebody looked up the number, and how to get that invoice all the same."""
    request = looked.request
    if request is None or looked.refusal is not Refusal.RESOLVED or looked.number == number:
        return _sentence(t, looked)
    name = request.resolved_by
    match request.resolution:
        case Resolution.EXISTS:
            why = t.say(
                "No. {number} was not used: {name} has already given No. {taken} for this invoice.",
                number=number,
                name=name,
                taken=looked.number,
            )
        case Resolution.CREATE_AGAIN:
            why = t.say(
                "No. {number} was not used: {name} has already said that the invoice does not exist, so it is created "
                "again. If No. {number} is this invoice, there may be two then: look into SMS Center's cabinet.",
                number=number,
                name=name,
            )
        case _:
            why = t.say("No. {number} was not used: {name} has already closed this.", number=number, name=name)
    how = t.say("To get its PDF: <code>/getinvoice {user} {number}</code>", user=request.sub_client, number=number)
    return Markup("{}\n{}").format(why, how)


def _sentence(t: Translator, looked: Looked) -> Markup:
    if looked.request is None or looked.refusal is Refusal.GONE:
        return t.say("This has already been settled.")
    if looked.refusal is Refusal.NOT_YOURS:
        return t.say("Only the person who asked for it, or an admin, can decide this.")
    return wording.resolved(t, looked.request)
