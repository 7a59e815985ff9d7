"""The button "Try again" under a failure."""

from bot.documents.requests import Service
from bot.messaging.messenger import Messenger
from handlers.calls import Press


class Again:
    def __init__(self, service: Service, messenger: Messenger) -> None:
        self._service = service
        self._messenger = messenger

    async def __call__(self, press: Press) -> None:
        again = await self._service.try_again(press.args[0], press.person, press.chat_id)
        text = press.t.say("This cannot be tried again.") if again is None else press.t.say("I am trying again.")
        await self._messenger.answer_press(press.query_id, text.unescape(), alert=again is None)
