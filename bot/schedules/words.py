"""`/repeat <user> <sum> [service] monthly 1 09:00`, in English and Russian: what to make, and when. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from bot.domain import CreateInvoice
from bot.parsing import Missing, MoneyWords, ParseError, Problem, Understood, parse_invoice, parse_service
from bot.parsing.words import split_words
from bot.schedules import vocabulary as says
from bot.schedules.placeholders import longest, unknown_placeholders
from bot.schedules.recurrence import Rule
from bot.schedules.when import frequency_at, read_rule

_MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Repeat:
    """What is to be made each time, its service with the placeholders in it, and when."""

    invoice: CreateInvoice
    rule: Rule


def parse_repeat(args: str, money: MoneyWords, *, now: datetime, zone: tzinfo | None, language: str) -> Repeat:
    """Read the words of `/repeat`; the rule begins with the first time that is due after now.

    The last word that says how often divides what from when, so that a service may hold such words too. Raises
    `ParseError`.
    """
    words = split_words(args)
    begin = _last_frequency(words)
    when = words[len(words) if begin is None else begin :]
    try:
        invoice = parse_invoice(" ".join(words[:begin]), money)
    except ParseError as error:
        if error.missing is not None:
            error.understood = replace(error.understood, when=" ".join(when) or None)
        raise
    check_service(invoice.service, language)
    understood = Understood(invoice.sub_client, invoice.amount, invoice.service, when=" ".join(when) or None)
    if not when:
        raise ParseError.lacking(Missing.WHEN, understood)
    try:
        return Repeat(invoice, read_rule(when, now=now, zone=zone))
    except ParseError as error:
        if error.problem is Problem.NO_DAY:
            raise ParseError.lacking(Missing.WHEN, understood) from error
        raise


def parse_rule(text: str, *, now: datetime, zone: tzinfo | None) -> Rule:
    """Read only when: `monthly last working 09:00`. Raises `ParseError`."""
    return read_rule(split_words(text), now=now, zone=zone)


def with_frequency(text: str, often: str = "") -> str:
    """Return words that say when with how often put before, unless they begin with it; the last day is a month's."""
    words = split_words(text)
    if frequency_at(words, 0) is not None:
        return text
    first = next((word.lower() for word in words if word.lower() not in says.FILLERS), "")
    return f"{often or (_MONTHLY if first in says.LAST else '')} {text}".strip()


def check_service(service: str | None, language: str) -> None:
    """Raise `ParseError` for what a service will lead to in some month: an unknown placeholder, or too long a text."""
    if service is None:
        return
    unknown = unknown_placeholders(service)
    if unknown:
        raise ParseError(Problem.UNKNOWN_PLACEHOLDER, unknown[0])
    parse_service(longest(service, language))


def _last_frequency(words: list[str]) -> int | None:
    return next((index for index in reversed(range(len(words))) if frequency_at(words, index)), None)
