"""Repeats, their runs and occurrences. Repository functions never commit."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import OccurrenceState, RepeatPause, RepeatState, RunState
from db.engine import bot_of
from db.models import RepeatRun, StoredBatch, StoredBatchRow, StoredOccurrence, StoredRepeat


def _in_state(*states: RepeatState) -> ColumnElement[bool]:
    """Return the condition that a repeat is in one of these states, spelled out as the partial indexes have it."""
    return StoredRepeat.state.in_([literal_column(f"'{state.value}'") for state in states])


_LISTED = _in_state(RepeatState.ACTIVE, RepeatState.PAUSED)
_DUE = (StoredRepeat.state == literal_column("'active'")) & StoredRepeat.next_at.is_not(None)
_AGREED = RepeatRun.state == literal_column("'agreed'")
_OPEN = RepeatRun.state.in_([literal_column("'asked'"), literal_column("'agreed'")])
_STARTED = StoredOccurrence.state == literal_column("'started'")


async def get(session: AsyncSession, repeat_id: int) -> StoredRepeat | None:
    return await session.get(StoredRepeat, repeat_id)


async def of_origin(session: AsyncSession, chat_id: int, message_id: int) -> StoredRepeat | None:
    """Find the repeat that a command led to."""
    return (
        await session.scalars(
            select(StoredRepeat).where(
                StoredRepeat.bot_id == bot_of(session),
                StoredRepeat.origin_chat_id == chat_id,
                StoredRepeat.origin_message_id == message_id,
            )
        )
    ).one_or_none()


async def alike(session: AsyncSession, likeness: str, login: str, *, but: int) -> StoredRepeat | None:
    """Find a repeat of a login, `but` one, that makes the same and has not ended, the oldest."""
    return (
        await session.scalars(
            select(StoredRepeat)
            .where(StoredRepeat.likeness == likeness, StoredRepeat.login == login, StoredRepeat.id != but, _LISTED)
            .order_by(StoredRepeat.id)
            .limit(1)
        )
    ).one_or_none()


async def page(
    session: AsyncSession, chat_id: int | None, logins: Collection[str] | None, *, offset: int, limit: int
) -> Sequence[StoredRepeat]:
    """Return the repeats of a chat and of some logins (None: of all) that have not ended, oldest first."""
    query = select(StoredRepeat).where(_LISTED).order_by(StoredRepeat.id).offset(offset).limit(limit)
    if chat_id is not None:
        query = query.where(StoredRepeat.chat_id == chat_id)
    if logins is not None:
        query = query.where(StoredRepeat.login.in_(logins))
    return (await session.scalars(query)).all()


async def due(session: AsyncSession, now: datetime, limit: int) -> Sequence[StoredRepeat]:
    """Return some of the repeats whose next date has come, the earliest first."""
    return (
        await session.scalars(
            select(StoredRepeat)
            .where(_DUE, StoredRepeat.next_at <= now)
            .order_by(StoredRepeat.next_at, StoredRepeat.id)
            .limit(limit)
        )
    ).all()


async def next_time(session: AsyncSession) -> datetime | None:
    """Return when there is something to do next: a repeat is due, or an agreed run may start."""
    times = [
        await session.scalar(select(StoredRepeat.next_at).where(_DUE).order_by(StoredRepeat.next_at).limit(1)),
        await session.scalar(select(RepeatRun.start_at).where(_AGREED).order_by(RepeatRun.start_at).limit(1)),
    ]
    return min((time for time in times if time is not None), default=None)


async def untold_pauses(session: AsyncSession, limit: int) -> Sequence[StoredRepeat]:
    """Return some of the repeats that the bot paused by itself and of which nobody has heard."""
    own = (RepeatPause.NOT_ALLOWED, RepeatPause.FAILURES)
    words: list[ColumnElement[RepeatPause]] = [literal_column(f"'{pause.value}'") for pause in own]
    return (
        await session.scalars(
            select(StoredRepeat)
            .where(StoredRepeat.pause_told_at.is_(None), StoredRepeat.pause.in_(words))
            .order_by(StoredRepeat.id)
            .limit(limit)
        )
    ).all()


async def forget_previews(session: AsyncSession, before: datetime, limit: int) -> int:
    """Drop some of the repeats that nobody created, the oldest first, and return how many."""
    not_started = _in_state(RepeatState.PREVIEWED, RepeatState.DISCARDED)
    old = (
        await session.scalars(
            select(StoredRepeat.id)
            .where(not_started, StoredRepeat.created_at < before)
            .order_by(StoredRepeat.created_at)
            .limit(limit)
        )
    ).all()
    await session.execute(delete(StoredRepeat).where(StoredRepeat.id.in_(old)))
    return len(old)


async def occurrence(session: AsyncSession, repeat_id: int, nominal: date) -> StoredOccurrence | None:
    return await session.get(StoredOccurrence, (repeat_id, nominal))


async def run(session: AsyncSession, run_id: int) -> RepeatRun | None:
    return await session.get(RepeatRun, run_id)


async def agreed(session: AsyncSession, now: datetime, limit: int) -> Sequence[RepeatRun]:
    """Return some of the runs that may start, those that wait longest first."""
    return (
        await session.scalars(
            select(RepeatRun)
            .where(_AGREED, RepeatRun.start_at <= now)
            .order_by(RepeatRun.start_at, RepeatRun.id)
            .limit(limit)
        )
    ).all()


async def unblock(session: AsyncSession, now: datetime) -> None:
    """Have the runs that wait for something before them looked at again."""
    await session.execute(
        update(RepeatRun).where(RepeatRun.blocked, RepeatRun.start_at > now).values(start_at=now),
        execution_options={"synchronize_session": False},
    )


async def any_blocked(session: AsyncSession) -> bool:
    """Say whether a run waits for something before it."""
    return await session.scalar(select(RepeatRun.id).where(RepeatRun.blocked).limit(1)) is not None


async def unshown(session: AsyncSession, after: int, limit: int) -> Sequence[RepeatRun]:
    """Return some of the runs whose message is not up to date, by their ids from one on."""
    return (
        await session.scalars(
            select(RepeatRun)
            .where(RepeatRun.shown_at.is_(None), RepeatRun.id > after)
            .order_by(RepeatRun.id)
            .limit(limit)
        )
    ).all()


async def of_run(session: AsyncSession, run_id: int) -> Sequence[tuple[StoredOccurrence, StoredRepeat]]:
    """Return the occurrences of a run with their repeats, in order."""
    found = await session.execute(
        select(StoredOccurrence, StoredRepeat)
        .join(StoredRepeat, StoredRepeat.id == StoredOccurrence.repeat_id)
        .where(StoredOccurrence.run_id == run_id)
        .order_by(StoredOccurrence.repeat_id, StoredOccurrence.nominal)
    )
    return [(one, repeat) for one, repeat in found]


async def started(session: AsyncSession, repeat_id: int) -> Sequence[StoredOccurrence]:
    """Return the occurrences of a repeat that have not been seen to end, oldest first."""
    return (
        await session.scalars(
            select(StoredOccurrence)
            .where(StoredOccurrence.repeat_id == repeat_id, _STARTED)
            .order_by(StoredOccurrence.nominal)
        )
    ).all()


async def repeats_at_work(session: AsyncSession, after: int, limit: int) -> Sequence[int]:
    """Return the ids of some repeats with occurrences that have not been seen to end, from one on."""
    return (
        await session.scalars(
            select(StoredOccurrence.repeat_id)
            .where(_STARTED, StoredOccurrence.repeat_id > after)
            .distinct()
            .order_by(StoredOccurrence.repeat_id)
            .limit(limit)
        )
    ).all()


async def waiting(session: AsyncSession, repeat_id: int) -> Sequence[tuple[StoredOccurrence, RepeatRun]]:
    """Return the occurrences of a repeat of which nothing was made yet, with their runs."""
    found = await session.execute(
        select(StoredOccurrence, RepeatRun)
        .join(RepeatRun, RepeatRun.id == StoredOccurrence.run_id)
        .where(StoredOccurrence.repeat_id == repeat_id, StoredOccurrence.state == OccurrenceState.WAITING)
        .order_by(StoredOccurrence.nominal)
    )
    return [(one, of) for one, of in found]


async def latest(session: AsyncSession, repeat_id: int, limit: int) -> Sequence[StoredOccurrence]:
    """Return the latest occurrences of a repeat of which it is known whether an invoice was made, the newest first."""
    ended = (OccurrenceState.MADE, OccurrenceState.FAILED)
    return (
        await session.scalars(
            select(StoredOccurrence)
            .where(StoredOccurrence.repeat_id == repeat_id, StoredOccurrence.state.in_(ended))
            .order_by(StoredOccurrence.nominal.desc())
            .limit(limit)
        )
    ).all()


async def of_requests(session: AsyncSession, request_ids: Collection[int]) -> Sequence[int]:
    """Return the ids of the repeats that some requests, or rows of batches that became them, are occurrences of."""
    plain = select(StoredOccurrence.repeat_id).where(StoredOccurrence.request_id.in_(request_ids))
    found = set((await session.scalars(plain)).all())
    # Step by step: in one statement SQLite reads all runs.
    of_batches = select(StoredBatchRow.batch_id, StoredBatchRow.number).where(
        StoredBatchRow.request_id.in_(request_ids)
    )
    rows = {(batch_id, number) for batch_id, number in await session.execute(of_batches)}
    if rows:
        batch_ids = {batch_id for batch_id, _ in rows}
        runs = await session.scalars(select(RepeatRun).where(RepeatRun.batch_id.in_(batch_ids)))
        batches = {run.id: run.batch_id for run in runs}
        ones = await session.scalars(select(StoredOccurrence).where(StoredOccurrence.run_id.in_(batches)))
        found |= {one.repeat_id for one in ones if (batches.get(one.run_id or 0), one.row) in rows}
    return sorted(found)


async def batch_row(session: AsyncSession, one: StoredOccurrence) -> tuple[StoredBatchRow, StoredBatch] | None:
    """Return the row of a batch that an occurrence is, with its batch."""
    if one.row is None:
        return None
    found = await session.execute(
        select(StoredBatchRow, StoredBatch)
        .join(StoredBatch, StoredBatch.id == StoredBatchRow.batch_id)
        .join(RepeatRun, RepeatRun.batch_id == StoredBatch.id)
        .where(RepeatRun.id == one.run_id, StoredBatchRow.number == one.row)
    )
    row = found.one_or_none()
    return None if row is None else (row[0], row[1])


async def started_since(session: AsyncSession, login: str, since: datetime) -> int:
    """Count the occurrences of a login that were started since a time."""
    query = select(func.count()).where(StoredOccurrence.login == login, StoredOccurrence.started_at >= since)
    return await session.scalar(query) or 0


async def ask_anew(session: AsyncSession) -> None:
    """Have people asked once more about all that has not started: also a question may have been answered since.

    Buttons of the cards shown before count no more.
    """
    await session.execute(
        update(RepeatRun)
        .where(_OPEN)
        .values(
            state=RunState.ASKED,
            start_at=None,
            blocked=False,
            waits=False,
            answered_by=None,
            shown_at=None,
            turn=RepeatRun.turn + 1,
        )
    )


async def forget_messages(session: AsyncSession) -> None:
    """Have what is open asked anew: the messages that asked are another bot's."""
    await session.execute(update(RepeatRun).where(_OPEN).values(message_id=None, shown_at=None))


async def move_chat(session: AsyncSession, old: int, new: int) -> None:
    """Follow a group that became a supergroup, which knows no old messages: what is open is asked there anew."""
    await session.execute(
        update(StoredRepeat)
        .where(StoredRepeat.chat_id == old, _LISTED)
        .values(chat_id=new, thread_id=None, message_id=None)
    )
    await session.execute(
        update(RepeatRun)
        .where(RepeatRun.chat_id == old, _OPEN)
        .values(chat_id=new, thread_id=None, message_id=None, shown_at=None)
    )
