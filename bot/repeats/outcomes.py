"""What became of the occurrences that were started."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import OccurrenceState, RepeatPause, RepeatState, Resolution, State
from db import repeats, requests
from db.models import Request, StoredOccurrence, StoredRepeat

FAILURES_IN_A_ROW = 3
"""So many failed occurrences in a row pause their repeat."""
_FAILED = OccurrenceState.FAILED


class Before(StrEnum):
    """How what a repeat has started before stands in the way of its next occurrence."""

    ENDED = "ended"
    UNDER_WAY = "under_way"
    UNKNOWN = "unknown"
    """Nobody knows whether an invoice was made, and nobody has decided yet."""


async def look_back(session: AsyncSession, repeat: StoredRepeat, now: datetime) -> Before:
    """Note what became of all that a repeat has started, and say whether anything of it is open.

    A repeat that has failed too often in a row is paused.
    """
    before = await repeats.latest(session, repeat.id, FAILURES_IN_A_ROW)
    # Somebody may have tried a failed one again.
    open_ = [*await repeats.started(session, repeat.id), *(one for one in before if one.state is _FAILED)]
    standings = {await _settle(session, one) for one in open_}
    await session.flush()
    latest = await repeats.latest(session, repeat.id, FAILURES_IN_A_ROW)
    since = repeat.resumed_at or repeat.created_at
    failed = [one for one in latest if one.state is _FAILED and (one.started_at or now) >= since]
    if len(failed) == FAILURES_IN_A_ROW and repeat.state is RepeatState.ACTIVE:
        repeat.state, repeat.pause, repeat.pause_told_at = RepeatState.PAUSED, RepeatPause.FAILURES, None
    return next((one for one in (Before.UNKNOWN, Before.UNDER_WAY) if one in standings), Before.ENDED)


async def _settle(session: AsyncSession, one: StoredOccurrence) -> Before:
    request = await _request_of(session, one)
    if request is None:
        return await _without_request(session, one)
    one.request_id = request.id
    match request.state:
        case State.QUEUED | State.RUNNING:
            return Before.UNDER_WAY
        case State.UNKNOWN if request.resolution is None:
            return Before.UNKNOWN
        case State.DONE:
            one.state = OccurrenceState.MADE
        case State.FAILED:
            made = request.invoice_number is not None
            one.state = OccurrenceState.MADE if made else OccurrenceState.FAILED
        case State.UNKNOWN if request.resolution is Resolution.EXISTS:
            one.state = OccurrenceState.MADE
        case _:
            one.state = OccurrenceState.SKIPPED
    return Before.ENDED


async def _without_request(session: AsyncSession, one: StoredOccurrence) -> Before:
    """Judge an occurrence whose row of a batch was not sent (yet)."""
    found = await repeats.batch_row(session, one)
    if found is not None and not found[0].waiting:
        one.state = OccurrenceState.SKIPPED
        return Before.ENDED
    return Before.UNDER_WAY


async def _request_of(session: AsyncSession, one: StoredOccurrence) -> Request | None:
    """Return the latest request that came of an occurrence: people try again, and decide that it be made again."""
    found = await repeats.batch_row(session, one) if one.request_id is None else None
    request_id = one.request_id if found is None else found[0].request_id
    if found is not None and found[0].waiting:
        return None
    request = None if request_id is None else await requests.get(session, request_id)
    while request is not None:
        follower = await requests.of_origin(session, request.origin_chat_id, request.origin_message_id, request.id)
        if follower is None:
            return request
        request = follower
    return None
