"""What a conversation asks, as a text and its buttons. Pure."""

from dataclasses import dataclass

from markupsafe import Markup
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.conversation.choices import HOW_OFTEN, Choice
from bot.conversation.dialogue import Dialogue
from bot.conversation.draft import Draft, DraftKind, Step
from bot.domain import Person
from bot.language.translator import Translator
from bot.messaging.calls import Buttons
from bot.messaging.keyboards import ask, mention, short
from bot.schedules.recurrence import Frequency
from bot.schedules.when import frequency_at
from handlers.usage import form, often

PICK = "pick"
ACTIONS = {
    Choice.ANOTHER: "type",
    Choice.CREATE: "make",
    Choice.CHANGE: "change",
    Choice.CHANGE_SUB_CLIENT: "newuser",
    Choice.CHANGE_AMOUNT: "newsum",
    Choice.CHANGE_SERVICE: "newservice",
    Choice.NO_SERVICE: "noservice",
    Choice.BACK: "summary",
    Choice.WEEKLY: "weekly",
    Choice.MONTHLY: "monthly",
    Choice.QUARTERLY: "quarterly",
    Choice.YEARLY: "yearly",
    Choice.LAST_DAY: "lastday",
    Choice.LAST_WORKING_DAY: "lastworkingday",
    Choice.CANCEL: "drop",
}
"""What the data of each button begins with; the conversation and its turn follow."""

_FORMS = {
    Step.SUB_CLIENT: "sub_client",
    Step.TYPED_SUB_CLIENT: "sub_client",
    Step.AMOUNT: "sum",
    Step.SERVICE: "service",
    Step.INVOICE_ID: "number",
    Step.ACT_NUMBER: "act_number",
    Step.FREQUENCY: "when",
}
_FORMS_OF_DAYS = {Frequency.WEEKLY: "day_of_week", Frequency.YEARLY: "day_of_year"}
_LAST_DAYS = (HOW_OFTEN[Choice.LAST_DAY], HOW_OFTEN[Choice.LAST_WORKING_DAY])


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question with its buttons; `form` shows what the typed answer looks like, empty where buttons answer."""

    question: Markup
    form: Markup
    keyboard: InlineKeyboardMarkup | None
    """None where only words answer: then a reply is forced."""
    placeholder: Markup

    @property
    def text(self) -> Markup:
        return Markup("{}\n{}").format(self.question, self.form) if self.form else self.question

    @property
    def buttons(self) -> Buttons:
        return self.keyboard or ask(self.placeholder)

    @property
    def editable(self) -> bool:
        """Whether the message can be edited: Telegram allows it with buttons, not with a forced reply."""
        return self.keyboard is not None

    def after(self, mistake: Markup) -> Markup:
        """Return the text that asks once more, below what was wrong and the right form."""
        return Markup("{}\n\n{}").format(mistake, self.question)


def form_of(draft: Draft) -> str:
    """Return the name of the form that the typed answer to a draft's question has."""
    if draft.step is Step.DAY:
        when = draft.when or ""
        found = frequency_at(when.split(), 0)
        often = Frequency.MONTHLY if found is None else found[0]
        return "time_of_day" if when in _LAST_DAYS else _FORMS_OF_DAYS.get(often, "day_of_month")
    return _FORMS[draft.step]


def prompt(t: Translator, dialogue: Dialogue, person: Person, *, private: bool) -> Prompt:
    """Return what to ask now; in a group the question names the person whom it is for."""
    question = _question(t, dialogue.draft)
    if not private:
        question = Markup("{}: {}").format(mention(person), question)
    keyboard = _keyboard(t, dialogue)
    if keyboard is not None:
        return Prompt(question, Markup(""), keyboard, Markup(""))
    if not private:
        question = Markup("{} {}").format(question, t.say("Reply to this message."))
    return Prompt(question, form(t, form_of(dialogue.draft)), None, _placeholder(t, dialogue.draft.step))


def summary(t: Translator, draft: Draft) -> Markup:
    """Show an invoice that is about to be made."""
    if draft.amount is None:
        raise ValueError("an invoice without a sum cannot be shown")
    lines = [
        t.say("New invoice"),
        t.say("Sub-client: <b>{user}</b>", user=draft.sub_client),
        t.say("Sum: <b>{amount}</b>", amount=t.money(draft.amount)),
        t.say("Service: {service}", service=draft.service) if draft.service else t.say("Service: none"),
    ]
    return Markup("\n").join(lines)


def cancelled(t: Translator) -> Markup:
    return t.say("Cancelled. Nothing was sent.")


def expired(t: Translator, draft: Draft) -> Markup:
    return t.say("This has expired, and nothing was sent. To begin again: /{command}", command=draft.about.value)


def _question(t: Translator, draft: Draft) -> Markup:
    if draft.about is DraftKind.REPEAT and draft.step in {Step.SERVICE, Step.FREQUENCY, Step.DAY}:
        return _question_of_repeat(t, draft)
    match draft.step:
        case Step.SUB_CLIENT | Step.TYPED_SUB_CLIENT:
            match draft.about:
                case DraftKind.INVOICE | DraftKind.REPEAT:
                    return t.say("Which sub-client is the invoice for?")
                case DraftKind.GET_INVOICE:
                    return t.say("Which sub-client's invoice?")
                case DraftKind.ACT:
                    return t.say("Which sub-client's act?")
        case Step.AMOUNT:
            return t.say("What sum for <b>{user}</b>?", user=draft.sub_client)
        case Step.SERVICE:
            return t.say("Which service shall the invoice name?")
        case Step.INVOICE_ID:
            return t.say("What is the ID of the invoice of <b>{user}</b>?", user=draft.sub_client)
        case Step.ACT_NUMBER:
            return t.say("Which act of <b>{user}</b>?", user=draft.sub_client)
        case Step.WHAT_TO_CHANGE:
            return Markup("{}\n\n{}").format(summary(t, draft), t.say("What is to be changed?"))
        case _:
            return summary(t, draft)


def _question_of_repeat(t: Translator, draft: Draft) -> Markup:
    match draft.step:
        case Step.SERVICE:
            return t.say(
                "Which service shall the invoices name? Reply with it; {month} and {year} in it become words.",
                month=Markup("<code>{month}</code>"),
                year=Markup("<code>{year}</code>"),
            )
        case Step.FREQUENCY:
            return t.say("How often? Press a button, or write it, for example: {example}", example=often(t))
    match form_of(draft):
        case "day_of_week":
            return t.say("On which day of the week, and at what time?")
        case "time_of_day":
            return t.say("At what time?")
        case _:
            return t.say("On which day, and at what time?")


def _placeholder(t: Translator, step: Step) -> Markup:
    match step:
        case Step.SUB_CLIENT | Step.TYPED_SUB_CLIENT:
            return t.say("Sub-client")
        case Step.AMOUNT:
            return t.say("Sum")
        case Step.SERVICE:
            return t.say("Service")
        case Step.INVOICE_ID:
            return t.say("Invoice ID")
        case Step.DAY:
            return t.say("Day and time")
        case _:
            return t.say("Act number")


def _keyboard(t: Translator, dialogue: Dialogue) -> InlineKeyboardMarkup | None:
    def button(label: Markup, choice: Choice) -> InlineKeyboardButton:
        return InlineKeyboardButton(label.unescape(), callback_data=f"{ACTIONS[choice]}:{dialogue.id}:{dialogue.turn}")

    match dialogue.draft.step:
        case Step.SUB_CLIENT if dialogue.choices:
            picks = [
                [InlineKeyboardButton(short(str(one)), callback_data=f"{PICK}:{dialogue.id}:{dialogue.turn}:{index}")]
                for index, one in enumerate(dialogue.choices)
            ]
            rows = [*picks, [button(t.say("Another one…"), Choice.ANOTHER), button(t.say("Cancel"), Choice.CANCEL)]]
        case Step.SERVICE if dialogue.draft.about is DraftKind.REPEAT:
            rows = [[button(t.say("No service"), Choice.NO_SERVICE), button(t.say("Cancel"), Choice.CANCEL)]]
        case Step.FREQUENCY:
            rows = [
                [button(t.say("Every week"), Choice.WEEKLY), button(t.say("Every month"), Choice.MONTHLY)],
                [button(t.say("Every quarter"), Choice.QUARTERLY), button(t.say("Every year"), Choice.YEARLY)],
                [button(t.say("The last day of the month"), Choice.LAST_DAY)],
                [button(t.say("The last working day of the month"), Choice.LAST_WORKING_DAY)],
                [button(t.say("Cancel"), Choice.CANCEL)],
            ]
        case Step.SUMMARY:
            service = t.say("Change the service") if dialogue.draft.service else t.say("Add a service")
            rows = [
                [button(t.say("Create the invoice"), Choice.CREATE)],
                [button(service, Choice.CHANGE_SERVICE)],
                [button(t.say("Change"), Choice.CHANGE), button(t.say("Cancel"), Choice.CANCEL)],
            ]
        case Step.WHAT_TO_CHANGE:
            without = [button(t.say("No service"), Choice.NO_SERVICE)] if dialogue.draft.service else []
            rows = [
                [button(t.say("Sub-client"), Choice.CHANGE_SUB_CLIENT), button(t.say("Sum"), Choice.CHANGE_AMOUNT)],
                [button(t.say("Service"), Choice.CHANGE_SERVICE), *without],
                [button(t.say("Back"), Choice.BACK)],
            ]
        case _:
            return None
    return InlineKeyboardMarkup(rows)
