"""`/history [user]`: the chat's documents, newest first; a press sends one again, at once, or fetches it anew."""

from markupsafe import Markup

from bot.access.wording import denial
from bot.delivery.buttons import ANEW
from bot.documents.history import PAGE, DocumentHistory, HistoryPage, Redelivery, wish_anew
from bot.documents.limits import TooManyWaiting
from bot.documents.wording import describe
from bot.domain import Denial, State, SubClient
from bot.language.translator import Translator
from bot.messaging.keyboards import Keyboard, Row, keyboard
from bot.parsing import parse_sub_client
from bot.runtime.clock import Clock
from db.models import Request
from handlers.context import Command, Press
from handlers.intake import parse, too_many

RESEND = "resend"
PAGES = "page"


class HistoryCommand:
    """Shows a chat's documents by pages, and sends one of them once more."""

    def __init__(self, history: DocumentHistory, clock: Clock) -> None:
        self._history = history
        self._clock = clock

    async def __call__(self, command: Command) -> None:
        sub_client: SubClient | None = None
        if command.args.strip():
            sub_client = await parse(command, "history", parse_sub_client)
            if sub_client is None:
                return
        page = await self._history.page(command.to.chat_id, command.person.id, sub_client, 0)
        await command.reply(self._text(command.t, page), _keyboard(command.t, page))

    async def turned(self, press: Press) -> None:
        """Show another page in place of this one."""
        number, like = press.args
        page = await self._history.page_like(press.chat_id, press.person.id, like, number)
        await press.answer()
        await press.edit(self._text(press.t, page), _keyboard(press.t, page))

    async def again(self, press: Press) -> None:
        """Send one document once more."""
        sent = await self._history.send(press.args[0], press.person, press.origin, press.query_id)
        await self._answer(press, sent)

    async def anew(self, press: Press) -> None:
        """Ask SMS Center for one document."""
        sent = await self._history.fetch_anew(press.args[0], press.person, press.origin)
        await self._answer(press, sent)

    async def _answer(self, press: Press, sent: Redelivery | Denial | TooManyWaiting) -> None:
        t = press.t
        match sent:
            case Redelivery.DONE:
                text = Markup("")
            case Redelivery.ON_ITS_WAY:
                text = t.say("It is on its way.")
            case Redelivery.NOTHING_TO_SEND:
                text = t.say("There is no PDF of it here.")
            case Denial():
                text = denial(t, sent)
            case TooManyWaiting():
                text = too_many(t, sent)
        await press.answer(text, alert=sent not in {Redelivery.DONE, Redelivery.ON_ITS_WAY})

    def _text(self, t: Translator, page: HistoryPage) -> Markup:
        if not page.entries:
            if page.sub_client is None:
                return t.say("This chat has no documents yet.")
            return t.say("This chat has no documents of <b>{user}</b>.", user=page.sub_client)
        if page.sub_client is None:
            head = t.say("<b>Documents of this chat</b>")
        else:
            head = t.say("<b>Documents of {user} in this chat</b>", user=page.sub_client)
        first = page.number * PAGE + 1
        lines = [self._line(t, first + index, entry) for index, entry in enumerate(page.entries)]
        tail = [t.say("Press a number to get the PDF again.")] if any(map(_button_action, page.entries)) else []
        if page.more:
            tail.append(t.say("Page {number} of more than {pages}.", number=page.number + 1, pages=page.pages))
        elif page.pages > 1:
            tail.append(t.say("Page {number} of {pages}.", number=page.number + 1, pages=page.pages))
        return Markup("\n\n").join([head, *lines, *([Markup(" ").join(tail)] if tail else [])])

    def _line(self, t: Translator, number: int, entry: Request) -> Markup:
        line = t.say(
            "{number}. {time}, {name}: {what}",
            number=number,
            time=t.clock_time(entry.created_at, now=self._clock.now()),
            name=entry.requester_name,
            what=describe(t, entry.wish, number=entry.invoice_number),
        )
        return line if entry.state is State.DONE else t.say("{what} – {state}", what=line, state=_state(t, entry))


def _state(t: Translator, entry: Request) -> Markup:
    match entry.state:
        case State.QUEUED:
            return t.say("waits")
        case State.RUNNING:
            return t.say("sent to SMS Center")
        case State.UNKNOWN:
            return t.say("unknown whether it was made")
        case _:
            return t.say("made, but its PDF did not come")


def _button_action(entry: Request) -> str | None:
    """Return what a press on an entry does; None if there is nothing to send."""
    if entry.state is State.DONE:
        return RESEND
    return ANEW if entry.state is State.FAILED and wish_anew(entry) is not None else None


def _keyboard(t: Translator, page: HistoryPage) -> Keyboard | None:
    first = page.number * PAGE + 1
    numbers: Row = [
        (str(first + index), f"{action}:{entry.id}")
        for index, entry in enumerate(page.entries)
        if (action := _button_action(entry)) is not None
    ]
    like = page.entries[0].id if page.sub_client is not None and page.entries else 0
    turns: Row = []
    if page.number > 0:
        turns.append((t.say("← Newer").unescape(), f"{PAGES}:{page.number - 1}:{like}"))
    if page.more or page.number + 1 < page.pages:
        turns.append((t.say("Older →").unescape(), f"{PAGES}:{page.number + 1}:{like}"))
    return keyboard([numbers, turns])
