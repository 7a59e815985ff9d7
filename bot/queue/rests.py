"""What an answer means for the logins: the pace of its own, and the rests that all have in common."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import COMMON_HOLDS
from bot.queue.verdicts import Verdict
from db import logins
from db.models import Login

TRIAL = timedelta(minutes=1)
"""How long the other logins wait for what becomes of the one request that tries after a common rest."""


async def record(
    session: AsyncSession, login: Login, verdict: Verdict, now: datetime, pace: timedelta, *, starts: bool
) -> bool:
    """Note on the logins what a call of this one came to; say whether all rest now, or all go on.

    `starts` says whether the login has something to start next.
    """
    tried_for_all = login.hold in COMMON_HOLDS and not _is_resting(login, now)
    _record_on_its_own(login, verdict, now, pace)
    logins.set_due(login, starts=starts)
    if verdict.hold in COMMON_HOLDS:
        await logins.rest_like(session, login, now)
        return True
    if tried_for_all and verdict.answered:
        await logins.end_common_rest(session)
        return True
    return False


def _record_on_its_own(login: Login, verdict: Verdict, now: datetime, pace: timedelta) -> None:
    common = verdict.hold in COMMON_HOLDS
    if verdict.reached_vendor:
        login.answered_at, login.next_start_at = now, now + pace
    if common or not _is_resting(login, now):
        if verdict.hold is None:
            login.unreachable_since = None
        elif verdict.hold is not login.hold:
            login.unreachable_since = now
        if login.paused_at is None and (not verdict.troubles_admins or verdict.hold is not login.hold):
            login.told_at = None
        login.hold, login.trouble = verdict.hold, verdict.trouble
        login.held_until = now + verdict.hold_for if verdict.hold else None
    if verdict.pauses_login:
        login.paused_at, login.paused_by, login.told_at = now, None, None


def _is_resting(login: Login, now: datetime) -> bool:
    """Whether another login's answer made this one rest while its own call ran: that call proves nothing any more."""
    return login.hold in COMMON_HOLDS and login.held_until is not None and login.held_until > now
