"""A conversation's way from a command without arguments to a wish: what is known, what is asked next. Pure.

A draft moves by answers. `advance` is the whole rule; it knows no chat, no buttons and no clock, so that a conversation
goes on after a restart from nothing but its stored draft.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.domain import CreateInvoice, GetInvoice, SubClient, Wish
from bot.parsing import (
    ActOfChat,
    MoneyWords,
    Understood,
    parse_act_number,
    parse_document_id,
    parse_service,
    parse_sub_client,
    parse_sum,
)


class DraftKind(StrEnum):
    """The commands that ask for their arguments; the value is the command's name."""

    INVOICE = "invoice"
    GET_INVOICE = "getinvoice"
    ACT = "act"


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
    SUMMARY = "summary"
    WHAT_TO_CHANGE = "what_to_change"
    READY = "ready"
    """All is said: the wish is to be queued."""
    CANCELLED = "cancelled"


class Choice(StrEnum):
    """What the buttons say, sub-clients apart."""

    ANOTHER = "another"
    CREATE = "create"
    CHANGE = "change"
    CHANGE_SUB_CLIENT = "change_sub_client"
    CHANGE_AMOUNT = "change_amount"
    CHANGE_SERVICE = "change_service"
    NO_SERVICE = "no_service"
    BACK = "back"
    CANCEL = "cancel"


Answer = str | SubClient | Choice
"""Typed words (a plain `str`), a sub-client chosen by its button, or another button."""

_ID = "id:"
ENDS = frozenset({Step.READY, Step.CANCELLED})
_OFFERED: dict[Step, frozenset[Choice]] = {
    Step.SUB_CLIENT: frozenset({Choice.ANOTHER, Choice.CANCEL}),
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

    @property
    def ended(self) -> bool:
        return self.step in ENDS

    @property
    def takes_words(self) -> bool:
        """Whether typed words can answer what is asked now; to the rest only buttons do."""
        return self.step not in {Step.SUMMARY, Step.WHAT_TO_CHANGE} and not self.ended

    @property
    def wish(self) -> Wish:
        """Return what is wished for, once the draft is ready."""
        match self:
            case Draft(about=DraftKind.INVOICE, sub_client=SubClient() as user, amount=Decimal() as amount):
                return CreateInvoice(user, amount, self.service)
            case Draft(about=DraftKind.GET_INVOICE, sub_client=SubClient() as user, document=str(number)):
                return GetInvoice(user, number)
            case Draft(about=DraftKind.ACT, sub_client=SubClient() as user, document=str(number)):
                return _act(number).of(user)
            case _:
                raise ValueError(f"the draft of /{self.about} lacks something")


def begin(about: DraftKind, said: Understood | None = None) -> Draft:
    """Return the draft of a command that said nothing, or some of what it has to say."""
    said = said or Understood()
    return _onward(Draft(about, Step.SUB_CLIENT, said.sub_client, said.amount, said.service, said.document))


def advance(draft: Draft, answer: Answer, money: MoneyWords) -> Draft:
    """Return the draft after an answer; the same draft where the answer is none to what is asked now.

    Raises `ParseError` for words that cannot be understood.
    """
    match answer:
        case Choice():
            return _choose(draft, answer) if answer in _OFFERED.get(draft.step, ()) else draft
        case SubClient():
            return _onward(replace(draft, sub_client=answer)) if draft.step is Step.SUB_CLIENT else draft
        case _:
            return _onward(_understand(draft, answer, money)) if draft.takes_words else draft


def _choose(draft: Draft, choice: Choice) -> Draft:
    match choice:
        case Choice.CREATE:
            return replace(draft, step=Step.READY)
        case Choice.BACK:
            return replace(draft, step=Step.SUMMARY)
        case Choice.NO_SERVICE:
            return replace(draft, step=Step.SUMMARY, service=None)
        case _:
            return replace(draft, step=_CHANGES[choice])


def _understand(draft: Draft, words: str, money: MoneyWords) -> Draft:
    match draft.step:
        case Step.SUB_CLIENT | Step.TYPED_SUB_CLIENT:
            return replace(draft, sub_client=parse_sub_client(words))
        case Step.AMOUNT:
            amount, service = parse_sum(words, money)
            return replace(draft, amount=amount, service=service or draft.service)
        case Step.SERVICE:
            return replace(draft, service=parse_service(words))
        case Step.INVOICE_ID:
            return replace(draft, document=parse_document_id(words))
        case _:
            return replace(draft, document=_written(parse_act_number(words)))


def _onward(draft: Draft) -> Draft:
    """Go to the first thing that is missing; a complete invoice is shown before it is made, a fetch just begins."""
    if draft.sub_client is None:
        step = Step.SUB_CLIENT
    elif draft.about is DraftKind.INVOICE:
        step = Step.AMOUNT if draft.amount is None else Step.SUMMARY
    elif draft.document is None:
        step = Step.INVOICE_ID if draft.about is DraftKind.GET_INVOICE else Step.ACT_NUMBER
    else:
        step = Step.READY
    return replace(draft, step=step)


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
    )
