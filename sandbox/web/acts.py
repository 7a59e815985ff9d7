"""What a visitor does as one of the people: write, edit, press, and have Telegram in another language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sandbox.demo.stage import Stage
from sandbox.telegram import Impossible
from sandbox.telegram.rules import MAX_TEXT
from sandbox.telegram.state import User
from sandbox.web.posts import Handler, taking

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT)]


@dataclass
class Say:
    """Write a message; `person` is who, `thread` a forum's topic, `reply_to` the id of the message answered."""

    person: int
    chat: int
    text: Text
    reply_to: int | None = None
    thread: int | None = None


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
            "edit": taking(Edit, self._edit),
            "press": taking(Press, self._press),
            "language": taking(Speak, self._speak),
        }

    def _say(self, told: Say) -> None:
        reply_to = None if told.reply_to is None else self._telegram.message(told.chat, told.reply_to)
        person = self._person(told.person)
        self._telegram.say(person, told.chat, told.text, reply_to=reply_to, thread_id=told.thread)

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
