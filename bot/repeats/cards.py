"""Messages about repeats: the cards of what is due, kept true, and notes about those that the bot paused by itself."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import tzinfo
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.admins import AdminNotes
from bot.batches.buttons import of_progress
from bot.batches.status import BatchStatus, status_of
from bot.batches.wording import progress
from bot.domain import ConfiguredLogins, RepeatPause, RunState
from bot.language.translator import Translators
from bot.messaging.budgets import Rank
from bot.messaging.messenger import Messenger, Undeliverable
from bot.repeats import wording
from bot.repeats.buttons import of_repeat, of_run
from bot.repeats.control import RepeatView
from bot.repeats.runs import RepeatRuns, RunView
from bot.runtime.clock import Clock
from bot.runtime.worker import Worker
from db import batches, repeats
from db.engine import Database
from db.models import RepeatRun, StoredRepeat
from db.retry import until_stored

_log = logging.getLogger(__name__)

_AT_ONCE = 50


class RepeatCards(Worker):
    """Sends the card of each run once, and edits it when what it says has changed."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        messenger: Messenger,
        translators: Translators,
        configured: ConfiguredLogins,
        admins: AdminNotes,
        runs: RepeatRuns,
        zone: tzinfo | None,
    ) -> None:
        super().__init__()
        self._database = database
        self._clock = clock
        self._messenger = messenger.of_rank(Rank.QUESTION)
        self._translators = translators
        self._configured = configured
        self._admins = admins
        self._runs = runs
        self._zone = zone

    async def work(self) -> None:
        """Bring all messages up to date, then tell of pauses."""
        after = 0
        while found := await until_stored("reading runs", partial(self._unshown, after)):
            for run in found:
                await self._show(run.id)
            after = found[-1].id
        while paused := await until_stored("reading paused repeats", self._untold):
            await self._tell_of_pauses(paused)

    async def _unshown(self, after: int) -> Sequence[RepeatRun]:
        async with self._database.read() as session:
            return await repeats.unshown(session, after, _AT_ONCE)

    async def _show(self, run_id: int) -> None:
        view, may = await until_stored("reading a run", partial(self._read, run_id))
        run = view.run
        message_id = run.message_id
        if may and run.state is RunState.STARTED:
            if message_id is None and run.batch_id is not None:
                message_id = await self._begin_progress(run, run.batch_id)
            elif message_id is not None and run.batch_id is None:
                await self._edit(view, message_id)
        elif may and message_id is not None:
            await self._edit(view, message_id)
        elif may and run.state in {RunState.ASKED, RunState.AGREED} and view.dues:
            message_id = await self._send(view)
        await self._database.write_until_stored("keeping a card", partial(self._shown, run, message_id))

    async def _read(self, run_id: int) -> tuple[RunView, bool]:
        """Read a run with what there is to think about, which is noted on the way, and whether its chat may see it."""
        async with self._database.write() as session:
            run = await session.get_one(RepeatRun, run_id)
            view = await self._runs.judge(session, run, self._clock.now())
            may = await self._runs.may_show(session, run)
        return view, may

    async def _edit(self, view: RunView, message_id: int) -> None:
        t = self._translators.choose(view.run.owner_language)
        text, buttons = wording.card(t, view, self._zone), of_run(t, view, sure=view.doubtful)
        await self._messenger.replace_text(view.run.chat_id, message_id, text, buttons)

    async def _send(self, view: RunView) -> int | None:
        run = view.run
        t = self._translators.choose(run.owner_language)
        text, buttons = wording.card(t, view, self._zone), of_run(t, view, sure=view.doubtful)
        try:
            return await self._messenger.send_text(run.destination, text, buttons)
        except Undeliverable as error:
            _log.error("the card of run %d: %s", run.id, error)
            await self._admins.tell(partial(wording.card_undeliverable, view=view, why=error.why, zone=self._zone))
            return None

    async def _begin_progress(self, run: RepeatRun, batch_id: int) -> int | None:
        """Send the message that says how far a batch has come, for one that began without a card."""
        status = await until_stored("reading a batch", partial(self._status, batch_id))
        if status is None:
            return None
        t = self._translators.choose(run.owner_language)
        text = progress(t, status, self._clock.now())
        with suppress(Undeliverable):
            return await self._messenger.send_text(run.destination, text, of_progress(t, status))
        return None

    async def _status(self, batch_id: int) -> BatchStatus | None:
        async with self._database.read() as session:
            batch = await batches.get(session, batch_id)
            return None if batch is None else await status_of(session, batch, self._configured, self._clock)

    async def _shown(self, shown: RepeatRun, message_id: int | None, session: AsyncSession) -> None:
        """Keep the message; what changed since it was read is shown once more."""
        run = await session.get_one(RepeatRun, shown.id)
        if run.message_id == shown.message_id and run.chat_id == shown.chat_id:
            run.message_id = message_id
            batch = await batches.get(session, run.batch_id or 0)
            if batch is not None and batch.message_id is None:
                batch.message_id = message_id
        if _says(run) == _says(shown):
            run.shown_at = self._clock.now()
        else:
            self.wake()

    async def _untold(self) -> Sequence[StoredRepeat]:
        async with self._database.read() as session:
            return await repeats.untold_pauses(session, _AT_ONCE)

    async def _tell_of_pauses(self, paused: Sequence[StoredRepeat]) -> None:
        """Tell the admins of owners who may not any more, and the chat of what fails again and again."""
        of_owners: dict[tuple[int, int], list[StoredRepeat]] = defaultdict(list)
        for repeat in paused:
            if repeat.pause is RepeatPause.NOT_ALLOWED:
                of_owners[repeat.owner_id, repeat.chat_id].append(repeat)
            elif await until_stored("asking", partial(self._may, repeat)):
                t = self._translators.choose(repeat.owner_language)
                text, buttons = wording.paused_by_failures(t, repeat), of_repeat(t, RepeatView(repeat, ()))
                with suppress(Undeliverable):
                    await self._messenger.send_text(repeat.destination, text, buttons)
        for some in of_owners.values():
            await self._admins.tell(partial(wording.owner_not_allowed, repeats=some))
        ids = [repeat.id for repeat in paused]
        await self._database.write_until_stored("noting that a pause was told", partial(self._told, ids))

    async def _may(self, repeat: StoredRepeat) -> bool:
        async with self._database.read() as session:
            return await self._runs.may_show(session, repeat)

    async def _told(self, ids: Sequence[int], session: AsyncSession) -> None:
        for repeat_id in ids:
            repeat = await repeats.get(session, repeat_id)
            if repeat is not None:
                repeat.pause_told_at = self._clock.now()


def _says(run: RepeatRun) -> tuple[object, ...]:
    """Return what the message of a run depends on, but for what only presses change."""
    return run.state, run.turn, run.blocked, run.waits, run.chat_id
