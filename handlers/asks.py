"""The common part of the commands that ask SMS Center for something: parse, or say what is wrong; then enqueue."""

import logging
from collections.abc import Callable
from typing import TypeVar

from bot.documents import wording
from bot.documents.duplicates import Doubt, Duplicates
from bot.documents.requests import Service, UnknownLogin
from bot.domain import Wish
from bot.messaging.messenger import Messenger
from bot.parsing import ParseError
from handlers import keyboards
from handlers.calls import Command
from handlers.mistakes import explain

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Asks:
    """Turns a command's arguments into a request in the queue; the queue and the delivery answer from there on."""

    def __init__(self, service: Service, duplicates: Duplicates, messenger: Messenger) -> None:
        self._service = service
        self._duplicates = duplicates
        self._messenger = messenger

    async def parse(self, command: Command, name: str, parser: Callable[[str], T]) -> T | None:
        """Read the arguments; None once the person has been told what is wrong and what the right form is."""
        try:
            return parser(command.args)
        except ParseError as error:
            await self._messenger.send_text(command.to, explain(command.t, error, name))
            return None

    async def enqueue(self, command: Command, wish: Wish) -> None:
        """Queue a wish of the person for the login that the allowlist names."""
        try:
            became = await self._service.enqueue(
                wish, command.person, command.to, command.access.login, said_at=command.said_at
            )
            if isinstance(became, Doubt):
                await self._ask_whether_again(command, became)
        except UnknownLogin as error:
            _log.error("the allowlist names login %r, which the settings do not have", error.login)
            await self._messenger.send_text(
                command.to,
                command.t.say(
                    "The allowlist gives you or this group the login <b>{login}</b>, which is not in my "
                    "settings. Nothing was sent; please tell an admin.",
                    login=error.login,
                ),
            )

    async def _ask_whether_again(self, command: Command, doubt: Doubt) -> None:
        if doubt.message_id is not None:
            return
        message_id = await self._messenger.send_text(
            command.to, wording.doubt(command.t, doubt.earlier, doubt.now), keyboards.of_doubt(command.t, doubt)
        )
        await self._duplicates.asked_with(doubt.question_id, message_id)
