"""What a conversation's buttons say, for those who type it instead, in English and Russian. Pure."""

from collections.abc import Mapping

from bot.conversation.choices import Choice

_WORDS: Mapping[Choice, str] = {
    Choice.ANOTHER: "another one, another, другой",
    Choice.CREATE: "create the invoice, create, создать счет, создать",
    Choice.CHANGE: "change, изменить",
    Choice.CHANGE_SUB_CLIENT: "sub-client, субклиент",
    Choice.CHANGE_AMOUNT: "sum, сумма",
    Choice.CHANGE_SERVICE: "service, change the service, add a service, услуга, изменить услугу, добавить услугу",
    Choice.NO_SERVICE: "no service, none, -, без услуги, нет",
    Choice.BACK: "back, назад",
    Choice.WEEKLY: "every week, каждую неделю",
    Choice.MONTHLY: "every month, каждый месяц",
    Choice.QUARTERLY: "every quarter, каждый квартал",
    Choice.YEARLY: "every year, каждый год",
    Choice.LAST_DAY: "the last day of the month, последний день месяца",
    Choice.LAST_WORKING_DAY: "the last working day of the month, последний рабочий день месяца",
    Choice.CANCEL: "cancel, отмена, отменить",
}
_CHOICES = {words: choice for choice, listed in _WORDS.items() for words in listed.split(", ")}
_DASHES = str.maketrans("–—−", "---")


def choice_of(words: str) -> Choice | None:
    """Return the button that says this, whatever its letters' case and the signs behind it."""
    said = " ".join(words.casefold().replace("ё", "е").translate(_DASHES).split())
    return _CHOICES.get(said.rstrip(".…! "))
