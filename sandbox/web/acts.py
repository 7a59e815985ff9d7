"""What a visitor does as one of the people: write, attach, forward, edit, press, switch Telegram's language."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from sandbox.demo.stage import Stage
from sandbox.telegram import Impossible
from sandbox.telegram.rules import MAX_CAPTION, MAX_TEXT
from sandbox.telegram.state import Message, User
from sandbox.web.posts import Handler, taking

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT)]
Caption = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_CAPTION)]
FileName = Annotated[str, StringConstraints(pattern=r"^[^/\\\x00-\x1f]{1,200}$")]


def _decoded(base64: object) -> bytes:
    if not isinstance(base64, str):
        raise ValueError("base64 is expected")  # noqa: TRY004  (what Pydantic makes an answer of)
    return b64decode(base64, validate=True)


Content = Annotated[bytes, BeforeValidator(_decoded)]

LARGEST_ATTACHMENT = 5 * 1024 * 1024
"""Bytes of the largest file that the page takes."""


@dataclass
class Say:
    """Write a message; `person` is who, `thread` a forum's topic, `reply_to` the id of the message answered."""

    person: int
    chat: int
    text: Text
    reply_to: int | None = None
    thread: int | None = None


@dataclass
class Attach:
    """Send a file, its bytes in base64; the rest as of `Say`."""

    person: int
    chat: int
    name: FileName
    content: Content
    caption: Caption = ""
    reply_to: int | None = None
    thread: int | None = None


@dataclass
class Forward:
    """Forward a message of a chat to another chat, or to the same."""

    person: int
    chat: int
    message: int
    to: int


@dataclass
class Edit:
    """Change the text of one's own message."""

    person: int
    chat: int
    message: int
    text: Text


@dataclass
class Press:
    """Press the button with this place, counted row by row."""

    person: int
    chat: int
    message: int
    button: Annotated[int, Field(ge=0)]


@dataclass
class Speak:
    """Switch a person's Telegram to another language."""

    person: int
    language: Literal["en", "ru"]


class Acts:
    """The endpoints below `/act`."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._telegram = stage.telegram

    def routes(self) -> Mapping[str, Handler]:
        """Return the endpoints by name."""
        return {
            "say": taking(Say, self._say),
            "attach": taking(Attach, self._attach),
            "forward": taking(Forward, self._forward),
            "edit": taking(Edit, self._edit),
            "press": taking(Press, self._press),
            "language": taking(Speak, self._speak),
        }

    def _say(self, told: Say) -> None:
        person, reply_to = self._person(told.person), self._answered(told.chat, told.reply_to)
        self._telegram.say(person, told.chat, told.text, reply_to=reply_to, thread_id=told.thread)

    def _attach(self, told: Attach) -> None:
        if len(told.content) > LARGEST_ATTACHMENT:
            raise Impossible("this file is too large for the demo")
        person, reply_to = self._person(told.person), self._answered(told.chat, told.reply_to)
        self._telegram.attach(
            person,
            told.chat,
            told.name,
            told.content,
            caption=told.caption,
            reply_to=reply_to,
            thread_id=told.thread,
        )

    def _forward(self, told: Forward) -> None:
        message = self._telegram.message(told.chat, told.message)
        self._telegram.forward(self._person(told.person), message, told.to)

    def _answered(self, chat: int, message_id: int | None) -> Message | None:
        return None if message_id is None else self._telegram.message(chat, message_id)

    def _edit(self, told: Edit) -> None:
        message = self._telegram.message(told.chat, told.message)
        if message.sender.id != told.person:
            raise Impossible("only one's own messages can be edited")
        self._telegram.edit(message, told.text)

    def _press(self, told: Press) -> None:
        message = self._telegram.message(told.chat, told.message)
        if told.button >= len(message.buttons):
            raise Impossible("there is no such button any more")
        button = message.buttons[told.button]
        self._telegram.press(self._person(told.person), message, button.data or button.text)

    def _speak(self, told: Speak) -> None:
        self._person(told.person).language_code = told.language
        self._telegram.world.bell.ring()

    def _person(self, person_id: int) -> User:
        return self._stage.cast.person(person_id)
