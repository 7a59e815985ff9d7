"""The buttons under an unknown outcome, and `/unresolved`, where admins act for an absent requester."""

from markupsafe import Markup

from bot.access import wording as access_wording
from bot.access.policy import Action
from bot.conversation.questions import InvoiceNumber, Questions
from bot.delivery.buttons import of_unknown, ways_out
from bot.documents import wording
from bot.documents.doubts import Confirmation
from bot.documents.limits import TooManyWaiting
from bot.documents.unknown_outcomes import PAGE, ResolutionRefusal, Review, UnknownOutcomes, UnresolvedPage
from bot.domain import Denial, Person, Resolution
from bot.language.translator import Translator
from bot.messaging.keyboards import Keyboard, Row, ask, keyboard, mention, pages
from bot.messaging.messenger import Messenger
from bot.parsing import parse_document_id
from bot.runtime.clock import Clock
from db.models import Request
from handlers.context import Command, Press
from handlers.documents.buttons import confirm_create
from handlers.intake import Intake, borrowed_refusal, parse, too_many

UNRESOLVED = "unresolved"
UNKNOWN = "unknown"
_IN_ROW = 5


class UnknownOutcomeHandlers:
    """Takes what people found out about an invoice of which nobody knew whether it was made."""

    def __init__(
        self, outcomes: UnknownOutcomes, intake: Intake, questions: Questions, messenger: Messenger, clock: Clock
    ) -> None:
        self._outcomes = outcomes
        self._intake = intake
        self._questions = questions
        self._messenger = messenger
        self._clock = clock

    async def listed(self, command: Command) -> None:
        """`/unresolved`: the unknown outcomes by pages; a single one at once, with its buttons.

        In a group those of the group; what is of other chats is seen in private only.
        """
        page = await self._outcomes.unresolved(0, None if command.private else command.to.chat_id)
        if len(page.entries) == 1:
            request = page.entries[0]
            await command.reply(self._card(command.t, request), of_unknown(command.t, request))
        else:
            await command.reply(self._list(command.t, page), of_list(command.t, page))

    async def turned(self, press: Press) -> None:
        """Show another page of the list."""
        await press.answer()
        page = await self._outcomes.unresolved(press.args[0], None if press.private else press.chat_id)
        await press.edit(self._list(press.t, page), of_list(press.t, page))

    async def shown(self, press: Press) -> None:
        """Show one of the list, with its buttons; what they do asks for the login, seeing it needs no more than the
        list."""
        request_id, number = press.args
        review = await self._outcomes.look(request_id, press.person, as_admin=True, action=Action.RECEIVE)
        if review.request is not None and not press.private and review.request.chat_id != press.chat_id:
            await press.out_of_date()
            return
        if review.request is None or isinstance(review.refusal, ResolutionRefusal):
            await press.answer(_sentence(press.t, review), alert=True)
            return
        await press.answer()
        ways: list[Row] = [[(label, data)] for label, data in ways_out(press.t, review.request)]
        back: Row = [("« " + press.t.say("The list"), f"{UNRESOLVED}:{number}")]
        await press.edit(self._card(press.t, review.request), keyboard([*ways, back]))

    async def exists(self, press: Press) -> None:
        """ "It exists": ask for the number, by a reply."""
        request = await self._look(press)
        if request is None:
            return
        t = press.t
        question = await self._questions.ask_invoice_number(request.id, press.person, press.origin)
        if question.asked.message_id is None and not question.asked.answered:
            if press.private:
                text = t.say("Which number does SMS Center's cabinet show?")
            else:
                text = t.say(
                    "{name}, which number does SMS Center's cabinet show? Reply to this message with it.",
                    name=mention(press.person),
                )
            message_id = await self._messenger.send_text(press.origin, text, ask(t.say("Invoice number")))
            await self._questions.asked_with(question.asked, message_id)

    async def missing(self, press: Press) -> None:
        """ "It does not": ask once more before anything is created."""
        request = await self._look(press)
        if request is not None:
            text = press.t.say(
                "Are you sure that SMS Center's cabinet does not show it? If it does, there will be two.\n{what}",
                what=wording.describe(press.t, request.wish),
            )
            await press.edit(text, confirm_create(press.t, request))

    async def back(self, press: Press) -> None:
        request = await self._look(press, Action.RECEIVE)
        if request is not None:
            await press.edit(
                self._text(press.t, request),
                of_unknown(press.t, request),
            )

    async def create(self, press: Press) -> None:
        """Create it anew, or ask first: one like it may have been made meanwhile."""
        review = await self._outcomes.create_again(
            press.args[0], press.person, press.origin, as_admin=press.access.is_admin
        )
        match review.led_to:
            case Confirmation() as asked:
                await press.answer()
                await self._intake.ask(press.caller, press.origin, asked)
            case TooManyWaiting() as reached:
                await press.answer(too_many(press.t, reached), alert=True)
            case _:
                await self._show(press, review, Resolution.CREATE_AGAIN)

    async def close(self, press: Press) -> None:
        review = await self._outcomes.resolve(
            press.args[0], Resolution.CLOSED, press.person, as_admin=press.access.is_admin
        )
        await self._show(press, review, Resolution.CLOSED)

    async def replied(self, command: Command) -> bool:
        """Take a reply, in private any words, as the invoice's number; False if they answer no question of ours."""
        if command.replied_to is None and not command.private:
            return False
        question = await self._questions.invoice_number_asked_by(
            command.to.chat_id, command.replied_to, command.person, command.to.reply_to
        )
        if question is None:
            return False
        if command.borrowed is not None:
            await command.reply(borrowed_refusal(command))
            return True
        number = await parse(command, "number", parse_document_id)
        if number is not None:
            await self._take_number(command, question, number)
        return True

    async def _take_number(self, command: Command, question: InvoiceNumber, number: str) -> None:
        review = await self._outcomes.resolve(
            question.request_id,
            Resolution.EXISTS,
            command.person,
            as_admin=command.access.is_admin,
            number=number,
        )
        if review.refusal is not None and not _taken_before(review, number, command.person):
            await command.reply(_why_not_used(command.t, review, number))
        origin = question.asked.origin
        if review.request is not None and review.request.resolution is not None and origin.reply_to is not None:
            await self._show_resolved(command.t, origin.chat_id, origin.reply_to, review.request)
        # Only now: where the process ends before, the reply comes again and is answered.
        await self._questions.answered(question.asked, command.to.reply_to)

    async def _show(self, press: Press, review: Review, resolution: Resolution) -> None:
        refused = review.refusal is not None and not _same(review, resolution, press.person)
        text = _sentence(press.t, review) if refused else press.t.say("Noted.")
        await press.answer(text, alert=refused)
        if review.request is not None and review.request.resolution is not None:
            await self._show_resolved(press.t, press.chat_id, press.message_id, review.request)

    async def _show_resolved(self, t: Translator, chat_id: int, message_id: int, request: Request) -> None:
        text = Markup("{}\n\n{}").format(self._text(t, request), wording.resolved(t, request))
        await self._messenger.edit_text(chat_id, message_id, text)

    async def _look(self, press: Press, action: Action = Action.USE) -> Request | None:
        """Return the request if the presser may decide about it now; else tell why not."""
        review = await self._outcomes.look(press.args[0], press.person, as_admin=press.access.is_admin, action=action)
        if review.refusal is None:
            await press.answer()
            return review.request
        await press.answer(_sentence(press.t, review), alert=True)
        if review.request is not None and review.request.resolution is not None:
            await self._show_resolved(press.t, press.chat_id, press.message_id, review.request)
        return None

    def _card(self, t: Translator, request: Request) -> Markup:
        """Say what is known of an unknown outcome to somebody who did not ask for it."""
        by = t.say("Requested by {name}.", name=request.requester_name)
        return Markup("{}\n{}").format(self._text(t, request), by)

    def _list(self, t: Translator, page: UnresolvedPage) -> Markup:
        if not page.entries:
            return t.say("There are no unresolved invoices.")
        now, first = self._clock.now(), page.number * PAGE + 1
        lines = [
            t.say(
                "{number}. {time}, {name}, login {login}: {what}",
                number=first + index,
                time=t.clock_time(request.started_at or request.created_at, now=now),
                name=request.requester_name,
                login=request.login,
                what=wording.describe(t, request.wish),
            )
            for index, request in enumerate(page.entries)
        ]
        head = t.say("<b>It is unknown whether these invoices were made.</b> Press a number to decide.")
        return Markup("\n").join([head, *lines])

    def _text(self, t: Translator, request: Request) -> Markup:
        return wording.unknown(t, request, self._clock.now())


def of_list(t: Translator, page: UnresolvedPage) -> Keyboard | None:
    """Return a button for each entry of a page, and those to other pages."""
    numbers = [
        (str(page.number * PAGE + 1 + index), f"{UNKNOWN}:{request.id}:{page.number}")
        for index, request in enumerate(page.entries)
    ]
    turn = pages(t, UNRESOLVED, page.number, page.more)
    return keyboard([numbers[:_IN_ROW], numbers[_IN_ROW:], turn])


def _same(review: Review, resolution: Resolution, person: Person) -> bool:
    """Say whether this is the same press once more, delivered again: it was taken, so nothing is refused."""
    request = review.request
    return request is not None and request.resolution is resolution and request.resolved_by_id == person.id


def _taken_before(review: Review, number: str, person: Person) -> bool:
    """Say whether this is the same reply once more."""
    return review.number == number and _same(review, Resolution.EXISTS, person)


def _why_not_used(t: Translator, review: Review, number: str) -> Markup:
    """Say what was done while somebody looked up the number, and how to get that invoice all the same."""
    request = review.request
    if request is None or review.refusal is not ResolutionRefusal.RESOLVED or review.number == number:
        return _sentence(t, review)
    name = request.resolved_by
    match request.resolution:
        case Resolution.EXISTS:
            why = t.say(
                "No. {number} was not used: {name} has already given No. {taken} for this invoice.",
                number=number,
                name=name,
                taken=review.number,
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


def _sentence(t: Translator, review: Review) -> Markup:
    if review.request is None or review.refusal is ResolutionRefusal.GONE:
        return t.say("This has already been settled.")
    if isinstance(review.refusal, Denial):
        return access_wording.denial(t, review.refusal)
    if review.refusal is ResolutionRefusal.NOT_YOURS:
        return t.say("Only the person who asked for it, or an admin, can decide this.")
    return wording.resolved(t, review.request)
