"""The last arrow: a recorded outcome becomes a document or a sentence in the chat, until Telegram has it."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from markupsafe import Markup

from bot.delivery.audience import Audience, Where
from bot.delivery.extras import Extra, with_extra
from bot.delivery.presentation import Presentation, present
from bot.delivery.recording import Delivered
from bot.delivery.undelivered import UndeliveredNotes
from bot.documents import stop_wording, wording
from bot.domain import Destination
from bot.language.translator import Translators
from bot.messaging.messenger import FileGone, Guard, Messenger, NoLongerWanted, SentDocument, Undeliverable
from bot.queue.changes import QueueChange
from bot.runtime.clock import Clock
from bot.runtime.locks import KeyedLock
from bot.runtime.signals import Signal
from bot.runtime.trace import traced
from bot.runtime.worker import Worker
from db import documents, outcomes
from db.engine import Database
from db.lease import LeaseLost
from db.models import Request
from db.outcomes import Undelivered
from db.retry import until_stored

_log = logging.getLogger(__name__)

_LOOK_EVERY_S = 60.0
_PAGE = 500


class _OutcomeChanged(Exception):
    pass


class OutcomeDelivery(Worker):
    """Delivers outcomes, in each chat one after the other, and records what Telegram accepted.

    Telegram may have taken a message whose answer was lost: it is then sent again. A chat that forbids us ends the
    delivery there: the requester gets the outcome in private, and the admins a note.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        messenger: Messenger,
        translators: Translators,
        audience: Audience,
        notes: UndeliveredNotes,
    ) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._messenger = messenger
        self._translators = translators
        self._audience = audience
        self._notes = notes
        self._chat_turns = KeyedLock()
        self.recorded: Signal[Request] = Signal()
        """Announces each outcome that Telegram has accepted, or never will."""
        self._heard_of: dict[int, int] = {}
        """Requests that have ended, with their chats."""
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._look_at = -float("inf")
        """When the table is looked at next, by the loop's time."""

    def on_change(self, change: QueueChange) -> None:
        """Hear of a change of the queue."""
        for request in filter(outcomes.is_told_alone, change.ended):
            self._heard_of[request.id] = request.chat_id
            self.wake()

    def look_again(self) -> None:
        """Look into the table at once: the command line ends requests, and a late answer does."""
        self._look_at = -float("inf")
        self.wake()

    async def run(self) -> None:
        """Deliver all that is not delivered yet, then whatever comes, until cancelled.

        What is under way goes on after a failure: cut off, it would be sent again.
        """
        try:
            await super().run()
        except asyncio.CancelledError:
            for task in self._under_way.values():
                task.cancel()
            raise

    async def drain(self, timeout_s: float) -> None:
        """Deliver what can be delivered quickly; the rest is delivered after the next start."""
        self._look_at = -float("inf")
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self.work()
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=timeout_s)

    async def work(self) -> None:
        """Begin to deliver each outcome that was heard of and is not on its way yet; now and then look for others.

        The command line ends requests too, and a commit that was reported as failed may have worked.
        """
        for request_id in [request_id for request_id in self._heard_of if request_id not in self._under_way]:
            self._begin(request_id, self._heard_of.pop(request_id))
        time = asyncio.get_running_loop().time
        if time() >= self._look_at:
            # Before it looks: who asks for another look meanwhile gets it.
            self._look_at = time() + _LOOK_EVERY_S
            try:
                await self._look()
            except BaseException:
                self._look_at = -float("inf")
                raise
            self.wake_in(_LOOK_EVERY_S)

    async def _look(self) -> None:
        after: Undelivered | None = None
        while page := await until_stored("reading what is undelivered", partial(self._undelivered, after)):
            for one in page:
                if one.id not in self._under_way:
                    self._begin(one.id, one.chat_id)
            after = page[-1]

    async def _undelivered(self, after: Undelivered | None) -> Sequence[Undelivered]:
        async with self._database.read() as session:
            return await outcomes.undelivered(session, after, limit=_PAGE)

    def _begin(self, request_id: int, chat_id: int) -> None:
        delivering = self._deliver(request_id, chat_id)
        self._under_way[request_id] = asyncio.create_task(delivering, name=f"deliver {request_id}")

    async def _deliver(self, request_id: int, chat_id: int) -> None:
        with traced(request=request_id):
            try:
                async with self._chat_turns.hold(chat_id):
                    await self._deliver_in_turn(request_id)
            except LeaseLost:
                _log.warning("request %d is left to the next leader", request_id)
            except Exception:  # noqa: BLE001
                # It stays undelivered, and the next look tries it again; the others must not suffer.
                _log.exception("request %d could not be delivered", request_id)
            finally:
                del self._under_way[request_id]
                if request_id in self._heard_of:
                    # It ended otherwise, once it was told.
                    self.wake()

    async def _deliver_in_turn(self, request_id: int) -> None:
        while True:
            request, where, extra = await until_stored("reading an outcome", partial(self._read, request_id))
            if request.delivered_at is not None or not outcomes.is_told_alone(request):
                # It was on the list that `work` had read, and got there since, or goes on after all.
                return
            try:
                await self._deliver_there(self._present(request, extra), where)
            except NoLongerWanted:
                _log.info("request %d: the allowlist has changed since Telegram was asked first", request_id)
            except _OutcomeChanged:
                _log.info("request %d: its outcome has changed since it was told", request_id)
            else:
                return

    async def _deliver_there(self, outcome: Presentation, where: Where) -> None:
        """Deliver where the allowlist lets it; raises `NoLongerWanted` where that changes before Telegram has it."""
        request = outcome.request
        match where:
            case Where.NOWHERE:
                await self._withhold(outcome)
            case Where.IN_PRIVATE:
                await self._deliver_elsewhere(outcome, "the bot was removed from the group")
            case Where.WHY_IN_PRIVATE | Where.BARE:
                await self._say_why_in_private(outcome, where)
            case Where.IN_ITS_CHAT:
                try:
                    sent = await self._send(
                        outcome, request.destination, partial(self._audience.is_still, where, request)
                    )
                except Undeliverable as error:
                    await self._deliver_elsewhere(outcome, error.why)
                else:
                    await self._delivered(outcome, sent)

    async def _delivered(self, outcome: Presentation, sent: SentDocument) -> None:
        request = outcome.request
        await self._record(outcome, Delivered(sent))
        _log.info("request %d is delivered to chat %d", request.id, request.chat_id)

    async def _read(self, request_id: int) -> tuple[Request, Where, Extra]:
        async with self._database.read() as session:
            request, extra = await with_extra(session, request_id)
            return request, await self._audience.where(session, request), extra

    async def _pdf(self, request_id: int) -> bytes | None:
        async with self._database.read() as session:
            return await documents.pdf(session, request_id)

    def _present(self, request: Request, extra: Extra) -> Presentation:
        return present(self._translators.choose(request.language), request, extra, self._clock.now())

    async def _send(self, outcome: Presentation, to: Destination, still: Guard) -> SentDocument:
        messenger = self._messenger.guarded_by(still)
        if outcome.file is None:
            return SentDocument(await messenger.send_text(to, outcome.text, outcome.buttons), None)
        name, file_id, content = outcome.file.name, outcome.file.file_id, outcome.file.content
        if file_id is not None:
            try:
                return await messenger.send_kept_document(to, file_id, outcome.text, outcome.buttons)
            except FileGone as gone:
                _log.warning("request %d: Telegram has its document no longer: %s", outcome.request.id, gone)
                content = await until_stored("reading a document", partial(self._pdf, outcome.request.id))
        if content is None:
            t = self._translators.choose(outcome.request.language)
            return SentDocument(
                await messenger.send_text(to, wording.document_gone(t, outcome.request), outcome.buttons), None
            )
        return await messenger.send_document(to, content, name, outcome.text, outcome.buttons)

    async def _deliver_elsewhere(self, outcome: Presentation, why: str) -> None:
        request = outcome.request
        _log.error("request %d: chat %d takes nothing: %s", request.id, request.chat_id, why)
        private = Destination(request.requester_id)
        sent: SentDocument | None = None
        alone = partial(self._audience.may_have_alone, request)
        if private.chat_id != request.chat_id and await alone():
            t = self._translators.choose(request.language)
            note = t.say("The group did not take this message of mine, so here it is in private.")
            text = Markup("{}\n\n{}").format(note, outcome.text)
            try:
                sent = await self._send(replace(outcome, text=text), private, alone)
            except Undeliverable as also:
                _log.error("request %d: nor does its requester: %s", request.id, also.why)
        await self._record(outcome, Delivered(sent, undeliverable=why))
        if sent is not None:
            await self._say_where(request)
        self._notes.wake()

    async def _say_where(self, request: Request) -> None:
        """Say in the group where its outcome went; perhaps it takes that."""
        t = self._translators.choose(request.language)
        text = t.say("I sent it to {name} in private, because this group did not take it.", name=request.requester_name)
        await self._messenger.try_send_text(request.destination, text)

    async def _say_why_in_private(self, outcome: Presentation, where: Where) -> None:
        """Tell the requester of what was cancelled with the right to it; who cannot be reached need not know."""
        request = outcome.request
        text = outcome.text
        if where is Where.BARE:
            text = stop_wording.bare(self._translators.choose(request.language))
        own = request.chat_id == request.requester_id
        to = request.destination if own else Destination(request.requester_id)
        still = partial(self._audience.is_still, where, request)
        try:
            sent = SentDocument(await self._messenger.guarded_by(still).send_text(to, text), None)
        except Undeliverable as error:
            _log.info("request %d: its requester cannot be told that it is cancelled: %s", request.id, error.why)
            sent = None
        await self._record(outcome, Delivered(sent))

    async def _withhold(self, outcome: Presentation) -> None:
        """Keep an outcome from people who are no longer on the allowlist; tell those who are."""
        request = outcome.request
        _log.warning("request %d is withheld: its requester or chat is no longer allowed", request.id)
        await self._record(outcome, Delivered(None, undeliverable="", withheld=True))
        self._notes.wake()

    async def _record(self, shown: Presentation, how: Delivered) -> None:
        """Note that Telegram has this outcome; raises `_OutcomeChanged` if there is another meanwhile."""
        values = how.values(self._clock.now())
        along = [request.id for request in shown.along]
        note = partial(outcomes.note_delivery, told=shown.request, values=values, along=along)
        noted = await self._database.write_until_stored("recording a delivery", note)
        if not noted:
            raise _OutcomeChanged
        for request in (shown.request, *shown.along):
            if request.id in noted:
                for column, value in values.items():
                    setattr(request, column, value)
                self.recorded.announce(request)
