"""Which bot's a row is: a database may see one bot after another. Repository functions never commit."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import repeats
from db.engine import bot_of
from db.models import (
    BotAtWork,
    InboxUpdate,
    Petition,
    PetitionCard,
    Question,
    Request,
    StatusMessage,
    StoredBatch,
    StoredRepeat,
)

_UNNAMED = 0
"""Rows from before bots were told apart."""


async def take_over(session: AsyncSession, now: datetime) -> int | None:
    """Make the database this bot's. Where another one worked on it before, return how many updates that left unhandled:
    what people said to one bot is not for another.

    What has no bot was its own. Of another's messages it knows none, for in private chats each bot counts its own:
    what waits answers no message, open questions are closed, and admins are asked anew about petitions.
    """
    bot_id = bot_of(session)
    for table in (InboxUpdate, Question, Request, StoredBatch, StoredRepeat) if bot_id != _UNNAMED else ():
        await session.execute(update(table).where(table.bot_id == _UNNAMED).values(bot_id=bot_id))
    if await _is_at_work(session, bot_id, now):
        return None
    await session.execute(delete(BotAtWork))
    session.add(BotAtWork(bot_id=bot_id, since=now))
    await session.execute(
        update(Request)
        .where(Request.bot_id != bot_id, Request.delivered_at.is_(None))
        .values(thread_id=None, reply_to=None)
    )
    await session.execute(delete(StatusMessage))
    await session.execute(
        update(StoredBatch)
        .where(StoredBatch.bot_id != bot_id, StoredBatch.delivered_at.is_(None))
        .values(thread_id=None, reply_to=None, message_id=None)
    )
    await repeats.forget_messages(session)
    await session.execute(
        update(Question).where(Question.bot_id != bot_id, Question.answered_at.is_(None)).values(answered_at=now)
    )
    undecided = select(Petition.id).where(Petition.decision.is_(None))
    await session.execute(delete(PetitionCard).where(PetitionCard.petition_id.in_(undecided)))
    await session.execute(update(PetitionCard).where(PetitionCard.outcome_shown.is_(False)).values(outcome_shown=True))
    unhandled = select(func.count()).where(InboxUpdate.done_at.is_(None), InboxUpdate.bot_id != bot_id)
    return await session.scalar(unhandled) or 0


async def _is_at_work(session: AsyncSession, bot_id: int, now: datetime) -> bool:
    at_work = await session.scalar(select(BotAtWork.bot_id).limit(1))
    if at_work is not None:
        return at_work == bot_id
    # From before this was written down.
    newest = [
        await session.scalar(select(table.bot_id).order_by(table.id.desc()).limit(1)) for table in (Question, Request)
    ]
    if any(bot not in {None, bot_id} for bot in newest):
        return False
    session.add(BotAtWork(bot_id=bot_id, since=now))
    return True
