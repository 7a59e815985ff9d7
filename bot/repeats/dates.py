"""The dates of stored repeats, and what is made on each. Pure."""

from datetime import date, datetime, tzinfo

from bot.domain import CreateInvoice
from bot.schedules.placeholders import fill
from bot.schedules.recurrence import Occurrence, Rule, occurrence, upcoming
from bot.schedules.stored_rule import rule_from_json
from db.models import StoredRepeat

SHOWN_DATES = 3
"""How many of the dates to come people are shown."""


def rule_of(repeat: StoredRepeat, zone: tzinfo | None) -> Rule:
    return rule_from_json(repeat.rule, zone)


def wish_of(repeat: StoredRepeat, nominal: date) -> CreateInvoice:
    """Return what a repeat makes on a date."""
    invoice = repeat.invoice
    service = None if invoice.service is None else fill(invoice.service, nominal, repeat.language)
    return CreateInvoice(invoice.sub_client, invoice.amount, service)


def dates_to_come(repeat: StoredRepeat, zone: tzinfo | None, most: int = SHOWN_DATES) -> list[Occurrence]:
    """Return the next dates of a repeat: those that it will be run on."""
    rule = rule_of(repeat, zone)
    found = (occurrence(rule, number) for number in range(repeat.next_number, repeat.next_number + most))
    return [one for one in found if one is not None]


def go_to(repeat: StoredRepeat, number: int, zone: tzinfo | None) -> None:
    """Have a repeat go on with the occurrence of a number; one that has none left is due no more."""
    found = occurrence(rule_of(repeat, zone), number)
    repeat.next_number = number
    repeat.next_at = None if found is None else found.due_at


def go_on_after(repeat: StoredRepeat, now: datetime, zone: tzinfo | None) -> bool:
    """Have a repeat go on with its first date after a time; False: there is none."""
    coming = upcoming(rule_of(repeat, zone), now, 1)
    if not coming:
        repeat.next_at = None
        return False
    repeat.next_number, repeat.next_at = coming[0].number, coming[0].due_at
    return True
