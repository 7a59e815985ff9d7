"""The short conversation of the demo: two documents, one of which has to wait, a mistake, and a stranger."""

from collections.abc import Callable

from sandbox.demo.cast import DEFAULT_LOGIN
from sandbox.demo.stage import Stage, StageError
from sandbox.demo.transcript import Transcript
from sandbox.telegram.state import Chat, Message, User

PATIENCE = 20.0
"""Seconds, besides the pace, in which an answer has to come."""


class Play:
    """Plays the conversation and checks that everything comes as it should; raises `StageError` if it does not."""

    def __init__(self, stage: Stage, transcript: Transcript) -> None:
        self._stage = stage
        self._transcript = transcript
        self._telegram = stage.telegram

    async def run(self) -> None:
        """Play all of it."""
        cast = self._stage.cast
        invoice = self._say(cast.anna, "/invoice alice 1500")
        await self._document(invoice)

        act = self._say(cast.anna, "/act alice 7")
        await self._words(act, "alice")
        await self._words(self._say(cast.boris, "/invoice bob 1,234", cast.team), "1,234")
        await self._words(self._say(cast.ivan, "/act alice 7"), str(cast.ivan.id))
        await self._document(act)
        self._check_vendor()

    def _say(self, person: User, text: str, chat: Chat | None = None) -> Message:
        said = self._telegram.say(person, chat or person.id, text)
        self._transcript.said(said)
        return said

    async def _document(self, asked: Message) -> None:
        came = await self._answer(asked, lambda message: message.document is not None)
        self._transcript.said(came)
        if came.document is None or not came.document.content.startswith(b"%PDF-"):
            raise StageError(f"what came for {asked.text} is no PDF")

    async def _words(self, asked: Message, expected: str) -> None:
        came = await self._answer(asked)
        self._transcript.said(came)
        if came.document is not None or expected not in came.text:
            raise StageError(f"what came for {asked.text} is no message about {expected}")

    async def _answer(self, asked: Message, where: Callable[[Message], bool] | None = None) -> Message:
        def fits(message: Message) -> bool:
            return message.reply_to is asked and (where is None or where(message))

        timeout = PATIENCE + 2 * self._stage.pace
        try:
            return await self._telegram.next_message(asked.chat, after=asked, where=fits, timeout=timeout)
        except TimeoutError as late:
            raise StageError(f"{asked.text} was not answered: {late}\n{self._stage.bot.last_words()}") from None

    def _check_vendor(self) -> None:
        """See that SMS Center was asked for nothing but the two documents, and never too fast."""
        entries = self._stage.centre.journal.entries
        if [entry.login for entry in entries] != [DEFAULT_LOGIN] * 2 or len(self._stage.centre.invoices) != 1:
            raise StageError(f"SMS Center was asked for something else: {'; '.join(map(str, entries))}")
        apart = entries[1].arrived.monotonic - entries[0].arrived.monotonic
        if apart < self._stage.pace:
            raise StageError(f"SMS Center was asked twice within {apart:.2f} s")
        self._transcript.note()
        self._transcript.note(
            f"SMS Center saw two requests, {apart:.2f} s apart, and made one invoice. "
            "It never heard of the mistake and of the stranger."
        )
