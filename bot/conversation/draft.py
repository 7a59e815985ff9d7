"""A conversation's way from a command without arguments to a wish: what is known, what is asked next. Pure.

A draft moves by answers. `advance` is the whole rule; it knows no chat, no buttons and no clock, so that a conversation
goes on after a restart from nothing but its stored draft.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.conversation.choices import HOW_OFTEN, Choice
from bot.conversation.reader import Reader
from bot.conversation.spoken import choice_of
from bot.domain import CreateInvoice, GetInvoice, SubClient, Wish
from bot.language.translator import LANGUAGES
from bot.parsing import (
    ActOfChat,
    ParseError,
    Problem,
    Understood,
    parse_act_number,
    parse_document_id,
    parse_service,
    parse_sub_client,
    parse_sum,
)
from bot.schedules.words import check_service


class DraftKind(StrEnum):
    """The commands that ask for their arguments; the value is the command's name."""

    INVOICE = "invoice"
    GET_INVOICE = "getinvoice"
    ACT = "act"
    REPEAT = "repeat"


class Step(StrEnum):
    """What the bot asks now, or how it ended."""

    SUB_CLIENT = "sub_client"
    """Which sub-client: by a button or typed."""
    TYPED_SUB_CLIENT = "typed_sub_client"
    """Which sub-client: typed, as none of the buttons is the one."""
    AMOUNT = "amount"
    SERVICE = "service"
    INVOICE_ID = "invoice_id"
    ACT_NUMBER = "act_number"
    FREQUENCY = "frequency"
    DAY = "day"
    """On which day and at what time it repeats."""
    SUMMARY = "summary"
    WHAT_TO_CHANGE = "what_to_change"
    READY = "ready"
    """All is said: the wish is to be queued."""
    CANCELLED = "cancelled"


Answer = str | SubClient | Choice
"""Typed words (a plain `str`), a sub-client chosen by its button, or another button."""

_ID = "id:"
ENDS = frozenset({Step.READY, Step.CANCELLED})
_OFFERED: dict[Step, frozenset[Choice]] = {
    Step.SUB_CLIENT: frozenset({Choice.ANOTHER, Choice.CANCEL}),
    Step.FREQUENCY: frozenset({*HOW_OFTEN, Choice.CANCEL}),
    Step.SUMMARY: frozenset({Choice.CREATE, Choice.CHANGE, Choice.CHANGE_SERVICE, Choice.CANCEL}),
    Step.WHAT_TO_CHANGE: frozenset(
        {Choice.CHANGE_SUB_CLIENT, Choice.CHANGE_AMOUNT, Choice.CHANGE_SERVICE, Choice.NO_SERVICE, Choice.BACK}
    ),
}
_CHANGES = {
    Choice.CHANGE: Step.WHAT_TO_CHANGE,
    Choice.CHANGE_SUB_CLIENT: Step.SUB_CLIENT,
    Choice.CHANGE_AMOUNT: Step.AMOUNT,
    Choice.CHANGE_SERVICE: Step.SERVICE,
    Choice.ANOTHER: Step.TYPED_SUB_CLIENT,
    Choice.CANCEL: Step.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A wish in the making."""

    about: DraftKind
    step: Step
    sub_client: SubClient | None = None
    amount: Decimal | None = None
    service: str | None = None
    document: str | None = None
    """What was typed as the document: an invoice's ID, an act's number, or an act's ID as `id:501`."""
    when: str | None = None
    """When something repeats, in the words of `/repeat`; while `Step.DAY` asks, not all of them."""

    @property
    def ended(self) -> bool:
        return self.step in ENDS

    @property
    def takes_words(self) -> bool:
        """Whether any words can answer what is asked now; to the rest only those on its buttons do."""
        return self.step not in {Step.SUMMARY, Step.WHAT_TO_CHANGE} and not self.ended

    @property
    def offers(self) -> frozenset[Choice]:
        """The buttons that answer what is asked now."""
        if self.step is Step.SERVICE and self.about is DraftKind.REPEAT:
            return frozenset({Choice.NO_SERVICE, Choice.CANCEL})
        return _OFFERED.get(self.step, frozenset())

    @property
    def wish(self) -> Wish:
        """Return what is wished for, once the draft is ready."""
        match self:
            case Draft(
                about=DraftKind.INVOICE | DraftKind.REPEAT, sub_client=SubClient() as user, amount=Decimal() as amount
            ):
                return CreateInvoice(user, amount, self.service)
            case Draft(about=DraftKind.GET_INVOICE, sub_client=SubClient() as user, document=str(number)):
                return GetInvoice(user, number)
            case Draft(about=DraftKind.ACT, sub_client=SubClient() as user, document=str(number)):
                return _act(number).of(user)
            case _:
                raise ValueError(f"the draft of /{self.about} lacks something")


def begin(about: DraftKind, read: Reader, said: Understood | None = None) -> Draft:
    """Return the draft of a command that said nothing, or some of what it has to say."""
    said = said or Understood()
    draft = Draft(about, Step.SUB_CLIENT, said.sub_client, said.amount, said.service, said.document, said.when)
    return _onward(draft, read)


def advance(draft: Draft, answer: Answer, read: Reader) -> Draft:
    """Return the draft after an answer; the same draft where the answer is none to what is asked now.

    What a button says may be typed as well. Raises `ParseError` for words that cannot be understood.
    """
    choice = answer if isinstance(answer, Choice) else choice_of(answer) if isinstance(answer, str) else None
    if choice in draft.offers and choice is not None:
        return _choose(draft, choice, read)
    match answer:
        case Choice():
            return draft
        case SubClient():
            return _onward(replace(draft, sub_client=answer), read) if draft.step is Step.SUB_CLIENT else draft
        case _ if draft.takes_words:
            moved = _understand(draft, answer, read)
            if draft.about is DraftKind.REPEAT and draft.step is Step.AMOUNT and moved.service is None:
                return replace(moved, step=Step.SERVICE)
            return _onward(moved, read)
        case _:
            return draft


def _choose(draft: Draft, choice: Choice, read: Reader) -> Draft:
    match choice:
        case Choice.CREATE:
            return replace(draft, step=Step.READY)
        case Choice.BACK:
            return replace(draft, step=Step.SUMMARY)
        case Choice.NO_SERVICE:
            return _onward(replace(draft, service=None), read)
        case _ if choice in HOW_OFTEN:
            return replace(draft, step=Step.DAY, when=HOW_OFTEN[choice])
        case _:
            return replace(draft, step=_CHANGES[choice])


def _understand(draft: Draft, words: str, read: Reader) -> Draft:
    match draft.step:
        case Step.SUB_CLIENT | Step.TYPED_SUB_CLIENT:
            return replace(draft, sub_client=parse_sub_client(words))
        case Step.AMOUNT:
            amount, service = parse_sum(words, read.money)
            return replace(draft, amount=amount, service=_checked(draft, service) or draft.service)
        case Step.SERVICE:
            return replace(draft, service=_checked(draft, parse_service(words)))
        case Step.FREQUENCY:
            return replace(draft, when=read.how_often(words))
        case Step.DAY:
            return replace(draft, when=read.day(draft.when or "", words))
        case Step.INVOICE_ID:
            return replace(draft, document=parse_document_id(words))
        case _:
            return replace(draft, document=_written(parse_act_number(words)))


def _checked(draft: Draft, service: str | None) -> str | None:
    """Return a service that may be named each time; raises `ParseError`."""
    if draft.about is DraftKind.REPEAT:
        for language in LANGUAGES:
            check_service(service, language)
    return service


def _onward(draft: Draft, read: Reader) -> Draft:
    """Go to the first thing that is missing; a complete invoice is shown before it is made, a fetch just begins."""
    if draft.sub_client is None:
        step = Step.SUB_CLIENT
    elif draft.about in {DraftKind.INVOICE, DraftKind.REPEAT} and draft.amount is None:
        step = Step.AMOUNT
    elif draft.about is DraftKind.INVOICE:
        step = Step.SUMMARY
    elif draft.about is DraftKind.REPEAT:
        step = _when_to(draft.when, read)
    elif draft.document is None:
        step = Step.INVOICE_ID if draft.about is DraftKind.GET_INVOICE else Step.ACT_NUMBER
    else:
        step = Step.READY
    return replace(draft, step=step)


def _when_to(when: str | None, read: Reader) -> Step:
    """Return what to ask about when something repeats, if anything."""
    if when is None:
        return Step.FREQUENCY
    try:
        read.rule(when)
    except ParseError as error:
        return Step.DAY if error.problem is Problem.NO_DAY else Step.FREQUENCY
    return Step.READY


def _written(act: ActOfChat) -> str:
    return f"{_ID}{act.id}" if act.num is None else act.num


def _act(written: str) -> ActOfChat:
    """Return what `_written` was given; no number begins like an ID."""
    return ActOfChat(id=written.removeprefix(_ID)) if written.startswith(_ID) else ActOfChat(num=written)


def to_json(draft: Draft) -> dict[str, Any]:
    """Return the draft as it is stored."""
    user = draft.sub_client
    return {
        "about": draft.about.value,
        "step": draft.step.value,
        "sub_client": None if user is None else [user.name, user.id],
        "amount": None if draft.amount is None else str(draft.amount),
        "service": draft.service,
        "document": draft.document,
        "when": draft.when,
    }


def from_json(stored: dict[str, Any]) -> Draft:
    """Return the draft that `to_json` stored."""
    user, amount = stored["sub_client"], stored["amount"]
    return Draft(
        about=DraftKind(stored["about"]),
        step=Step(stored["step"]),
        sub_client=None if user is None else SubClient(name=user[0], id=user[1]),
        amount=None if amount is None else Decimal(amount),
        service=stored["service"],
        document=stored["document"],
        when=stored.get("when"),
    )
