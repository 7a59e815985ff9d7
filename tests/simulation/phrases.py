"""What kind of message a text of the bot is, and what a button does, by the words that people read.

Only what is *not* the end of a command has to be known here: whatever else is said about a command ends it.
"""

import re
from enum import StrEnum, auto

from tests.simulation.journal import Pressed, Sent


class Kind(StrEnum):
    """What a message does for the person."""

    OUTCOME = auto()
    """A document, or a sentence that ends a command."""
    TURNED_AWAY = auto()
    """The person is not on the list, or not any more."""
    STATUS = auto()
    QUESTION = auto()
    NOTE = auto()
    """About somebody else's command, for an admin; or a list of several."""
    FILE = auto()
    """Of a batch: templates, what is wrong, the result."""
    BATCH = auto()
    """What a file would lead to, and how far it has come."""
    REPEAT = auto()
    """What is made every month, and what of it is due."""


class Action(StrEnum):
    """What a button does, where the oracle has to know."""

    RETRYABLE = auto()
    FETCH = auto()
    FETCH_ANEW = auto()
    SEND_THAT = auto()
    CREATE_ANOTHER = auto()
    CREATE_AGAIN = auto()
    CLOSE = auto()
    CONFIRM = auto()
    OTHER = auto()


CREATES = frozenset({Action.RETRYABLE, Action.CREATE_AGAIN, Action.CREATE_ANOTHER, Action.CONFIRM})

_PROGRESS = re.compile(r"<b>(?:Batch|Пакет) \d+</b>, ")

APOLOGIES = ("Something went wrong on my side", "На моей стороне произошла ошибка")
"""The bot failed and says so: nothing that a fault outside of it may lead to."""

_PHRASES = {
    "The queue of this chat": Kind.NOTE,
    "Очередь этого чата": Kind.NOTE,
    "<b>Batch ": Kind.BATCH,
    "<b>Пакет ": Kind.BATCH,
    "I could not ask in chat": Kind.NOTE,
    "Не удалось спросить о повторах": Kind.NOTE,
    "may not use me in chat": Kind.NOTE,
    "больше не имеет доступа в чате": Kind.NOTE,
    "<b>Repeat": Kind.REPEAT,
    "<b>Повтор": Kind.REPEAT,
    "is due:": Kind.REPEAT,
    "are due:": Kind.REPEAT,
    "Пора: ": Kind.REPEAT,
    "While I was down": Kind.REPEAT,
    "Пока я не работал": Kind.REPEAT,
    "This waits until": Kind.REPEAT,
    "Ждёт, пока не станет известно": Kind.REPEAT,
    ": create\n·": Kind.REPEAT,
    ": создать\n·": Kind.REPEAT,
    "Reply with what it shall be": Kind.REPEAT,
    "Ответьте, каким он должен стать": Kind.REPEAT,
    "times in a row, so it is paused": Kind.REPEAT,
    "раза подряд": Kind.REPEAT,
    "I could not deliver": Kind.NOTE,
    "Я не смог доставить": Kind.NOTE,
    "I kept back": Kind.NOTE,
    "поэтому я не отправил ответ": Kind.NOTE,
    "in private, because this group": Kind.NOTE,
    "ответ отправлен вам в личный чат": Kind.NOTE,
    "Requested by": Kind.NOTE,
    "whether these invoices were made": Kind.NOTE,
    "созданы ли эти счета": Kind.NOTE,
    "Автор запроса": Kind.NOTE,
    "waits or runs": Kind.NOTE,
    "ждёт или выполняется": Kind.NOTE,
    "wait or run": Kind.NOTE,
    "ждут или выполняются": Kind.NOTE,
    "(error 2)": Kind.NOTE,
    "(ошибка 2)": Kind.NOTE,
    "(error 4)": Kind.NOTE,
    "(ошибка 4)": Kind.NOTE,
    "This setting is wrong": Kind.NOTE,
    "Неверна эта настройка": Kind.NOTE,
    "access is by invitation": Kind.TURNED_AWAY,
    "доступ по приглашению": Kind.TURNED_AWAY,
    "In the queue:": Kind.STATUS,
    "В очереди:": Kind.STATUS,
    "Whose act": Kind.QUESTION,
    "Чей акт": Kind.QUESTION,
    "which number": Kind.QUESTION,
    "какой номер": Kind.QUESTION,
    "Shall I do it as your own?": Kind.QUESTION,
    "Сделать от вашего имени?": Kind.QUESTION,
    "Create it again?": Kind.QUESTION,
    "Создать ещё раз?": Kind.QUESTION,
}
"""In this order: a note quotes what it is about."""

_LABELS = {
    "Try again": Action.RETRYABLE,
    "Повторить": Action.RETRYABLE,
    "Fetch the PDF": Action.FETCH,
    "Получить PDF": Action.FETCH,
    "Fetch it anew": Action.FETCH_ANEW,
    "Запросить заново": Action.FETCH_ANEW,
    "Send me that PDF": Action.SEND_THAT,
    "Прислать тот PDF": Action.SEND_THAT,
    "Create another": Action.CREATE_ANOTHER,
    "Создать ещё один": Action.CREATE_ANOTHER,
    "Yes, create it again": Action.CREATE_AGAIN,
    "Да, создать заново": Action.CREATE_AGAIN,
    "Yes": Action.CONFIRM,
    "Да": Action.CONFIRM,
    "Close": Action.CLOSE,
    "Закрыть": Action.CLOSE,
}


def kind_of(sent: Sent) -> Kind:
    """Tell what a message is by the words with which it was sent."""
    if sent.name.endswith((".csv", ".xlsx", ".zip")):
        return Kind.FILE
    return Kind.OUTCOME if sent.document is not None else _kind_of(sent.text)


def still_waits(sent: Sent) -> bool:
    """Say whether a status message stands there as one, whatever was edited meanwhile."""
    return not sent.deleted and kind_of(sent) is Kind.STATUS and _kind_of(sent.shown) is Kind.STATUS


def asks_whose_act(sent: Sent) -> bool:
    return "Whose act" in sent.text or "Чей акт" in sent.text


def says_not_whole(sent: Sent) -> bool:
    """Say whether a document comes with the warning that it is not complete."""
    return "not complete" in sent.text or "неполный" in sent.text


def ends_batch(sent: Sent) -> bool:
    """Say whether a file is the one that says what became of each row."""
    return any(words in sent.text for words in ("</b> is done", "</b> was stopped", "</b> готов", "</b> остановлен"))


def is_paused(sent: Sent) -> bool:
    """Say whether a batch is shown as paused."""
    return ": paused" in sent.shown or ": приостановлен" in sent.shown


def is_held(sent: Sent) -> bool:
    """Say whether a note says that a batch does not go on by itself."""
    return re.match(r"(?:Batch|Пакет) \d+ (?:is paused|is stopped|приостановлен|остановлен)", sent.text) is not None


def is_progress(sent: Sent) -> bool:
    """Say whether a batch is shown as started."""
    return _PROGRESS.match(sent.shown) is not None


def asks_which(sent: Sent) -> bool:
    """Say whether a message is the question whether an invoice was made."""
    return "It is unknown whether this invoice was made" in sent.text or "Неизвестно, создан ли этот счёт" in sent.text


def says_by_itself(text: str) -> bool | None:
    """Say whether a repeat is shown as one that asks nobody; None where a text says nothing of that."""
    if "It runs by itself." in text or "Выполняется без вопроса." in text:
        return True
    return False if "I ask before each one." in text or "Перед каждым счётом спрашиваю." in text else None


def says_ended(text: str) -> bool:
    """Say whether a repeat is shown as ended."""
    return re.search(r"<b>(?:Repeat|Повтор) \d+</b>.*: (?:ended|завершён)(?:\n|$)", text) is not None


def says_paused(text: str) -> bool:
    """Say whether a repeat is shown as paused."""
    return re.search(r"<b>(?:Repeat|Повтор) \d+</b>.*: (?:paused|приостановлен)", text) is not None


def says_active(text: str) -> bool:
    """Say whether a repeat is shown as one that is at work."""
    return re.search(r"<b>(?:Repeat|Повтор) \d+</b>.*: (?:active|работает)(?:\n|$)", text) is not None


def has_to_be_looked_at(text: str) -> bool:
    """Say whether a card tells of something to think about first."""
    return any(words in text for words in ("⚠", "Of an earlier one nobody knows", "Создан ли один из прежних"))


def welcomes(sent: Sent) -> bool:
    """Say whether a message tells somebody that they may use the bot from now on."""
    return "You are on the list now" in sent.text or "Доступ открыт" in sent.text


def action_of(pressed: Pressed) -> Action:
    """Tell what a pressed button does by the words on it."""
    return _LABELS.get(pressed.label, Action.OTHER)


def _kind_of(text: str) -> Kind:
    return next((kind for phrase, kind in _PHRASES.items() if phrase in text), Kind.OUTCOME)
