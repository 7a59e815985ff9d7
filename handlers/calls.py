"""What a handler gets to see: a command or a press of somebody whom the gate has let in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.access.policy import Access, Action
from bot.domain import Destination, Person
from bot.language.translator import Translator


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person whom a message is about."""

    id: int | None
    """None: a contact who is not in Telegram."""
    name: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command, or a reply to a question of the bot, as typed by a person who may."""

    person: Person
    access: Access
    to: Destination
    """Where answers go: as a reply to the command."""
    args: str
    """All that follows the command's name, untouched but for the blanks around it."""
    t: Translator
    private: bool
    replied_to: int | None = None
    """The message that this one is a reply to."""
    said_at: datetime | None = None
    """When Telegram got it; None for what did not come as a message."""
    about: Somebody | None = None
    """Who wrote that message, or whose contact this one shares; no bots, and nobody who writes as a chat."""


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a button by a person who may, now and in this chat."""

    query_id: str
    person: Person
    access: Access
    chat_id: int
    message_id: int
    thread_id: int | None
    args: tuple[int, ...]
    """The ids that the button's data carries, as many as its action has."""
    t: Translator
    telegram_language: str | None = None
    """The language of the person's Telegram."""


CommandHandler = Callable[[Command], Awaitable[None]]
ReplyHandler = Callable[[Command], Awaitable[bool]]
"""Takes a reply as the answer to a question; False if it is none."""
PressHandler = Callable[[Press], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Button:
    """What a button does, how many ids its data carries, and what it counts as where rights are asked."""

    pressed: PressHandler
    ids: int = 1
    action: Action = Action.USE
