"""The input of a handler: a command or a press of somebody whom the gate has let in, and what a feature registers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup
from telegram import InlineKeyboardMarkup, Message

from bot.access.policy import Access, Action
from bot.domain import Borrowed, Destination, Person
from bot.language.translator import Translator
from bot.messaging.calls import Buttons
from bot.messaging.messenger import Messenger


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever gave a command or pressed a button, and what they may do in that chat."""

    person: Person
    access: Access
    t: Translator
    is_asked: bool
    """Whether a question to them was open in that chat when they spoke."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A person whom a message is about."""

    id: int | None
    """None: a contact who is not in Telegram."""
    name: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message."""

    file_id: str
    size: int
    """Bytes, as Telegram says."""


@dataclass(frozen=True, slots=True)
class _Call:
    """What a command and a press have in common."""

    caller: Caller
    messenger: Messenger

    @property
    def person(self) -> Person:
        return self.caller.person

    @property
    def access(self) -> Access:
        return self.caller.access

    @property
    def t(self) -> Translator:
        return self.caller.t


@dataclass(frozen=True, slots=True)
class Command(_Call):
    """A command, or a reply to a question of the bot, as typed by a person who may."""

    to: Destination
    """Where answers go: as a reply to the command."""
    args: str
    """All that follows the command's name, untouched but for the blanks around it."""
    private: bool
    replied_to: int | None = None
    """The message that this one is a reply to."""
    said_at: datetime | None = None
    """When Telegram got it; None for what did not come as a message."""
    borrowed: Borrowed | None = None
    """How the person came to send words that are not their own; None: they wrote them."""
    attachment: Attachment | None = None
    about: Subject | None = None
    """Who wrote the message replied to, or whose contact was shared; no bots, and nobody who writes as a chat."""

    async def reply(self, text: Markup, buttons: Buttons = None) -> int:
        """Answer the command, and return the answer's message id. Raises `Undeliverable`."""
        return await self.messenger.send_text(self.to, text, buttons)


@dataclass(frozen=True, slots=True)
class Press(_Call):
    """A press of a button by a person who may, now and in this chat."""

    query_id: str
    origin: Destination
    """The pressed message, as what a reply to it goes to."""
    message_id: int
    args: tuple[int, ...]
    """The ids that the button's data carries, as many as its action has."""
    telegram_language: str | None = None
    """The language of the person's Telegram."""

    @property
    def chat_id(self) -> int:
        return self.origin.chat_id

    @property
    def private(self) -> bool:
        return self.chat_id == self.person.id

    async def answer(self, text: Markup | None = None, *, alert: bool = False) -> None:
        """End the waiting circle on the button, with a short text if there is one; `alert` makes it stay."""
        await self.messenger.answer_press(self.query_id, text.striptags() if text else "", alert=alert)

    async def edit(self, text: Markup, buttons: InlineKeyboardMarkup | None = None) -> None:
        """Put a text in the place of the pressed message."""
        await self.messenger.edit_text(self.chat_id, self.message_id, text, buttons)

    async def edit_buttons(self, buttons: InlineKeyboardMarkup | None) -> None:
        """Put other buttons under the pressed message."""
        await self.messenger.edit_buttons(self.chat_id, self.message_id, buttons)

    async def reply(self, text: Markup, buttons: Buttons = None) -> int:
        """Send a message below the pressed one, and return its id. Raises `Undeliverable`."""
        return await self.messenger.send_text(self.origin, text, buttons)

    async def out_of_date(self) -> None:
        """Say that what the button was for is no more."""
        await self.answer(self.t.say("This button is out of date."))

    async def closed(self) -> None:
        """Say that the question above the button was answered or forgotten."""
        await self.answer(self.t.say("This question is closed."))

    async def not_yours(self) -> None:
        """Say that the question above the button is somebody else's."""
        await self.answer(self.t.say("Only the person who sent the command can answer."), alert=True)


CommandHandler = Callable[[Command], Awaitable[None]]
ReplyHandler = Callable[[Command], Awaitable[bool]]
"""Takes a reply as the answer to a question; False if it is none."""
PressHandler = Callable[[Press], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Button:
    """A button: the name its data begins with, what a press does, how many ids follow, and which right it needs."""

    name: str
    pressed: PressHandler
    ids: int = 1
    action: Action = Action.USE


@dataclass(frozen=True, slots=True)
class Feature:
    """What a package of handlers registers. The right that a command needs stands in the catalogue of commands."""

    commands: Mapping[str, CommandHandler] = field(default_factory=dict)
    buttons: Sequence[Button] = ()
    replies: Sequence[ReplyHandler] = ()
    before: CommandHandler | None = None
    """Sees every command before its own handler does."""
    files: ReplyHandler | None = None
    """Takes a file as the answer to a question; False if it is none."""
    contact: CommandHandler | None = None
    """Takes a contact that an admin shares in private."""


def destination(message: Message) -> Destination:
    """Return where a reply to a message goes: its topic only if it is in one, as Telegram wants it."""
    thread_id = message.message_thread_id if message.is_topic_message else None
    return Destination(message.chat.id, thread_id, message.message_id)
