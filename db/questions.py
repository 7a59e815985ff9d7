"""Questions that wait for somebody's press or reply. Repository functions never commit."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Destination
from db.engine import bot_of
from db.models import Question


async def ask(
    session: AsyncSession, kind: str, *, asker_id: int, destination: Destination, payload: dict[str, Any], now: datetime
) -> Question:
    """Return the question of this kind that a message led to, made now or, where the update came again, before."""
    if destination.reply_to is None:
        raise ValueError("a question comes from a message")
    known = await of_origin(session, kind, destination.chat_id, destination.reply_to)
    if known is not None:
        return known
    question = Question(
        kind=kind,
        asker_id=asker_id,
        chat_id=destination.chat_id,
        thread_id=destination.thread_id,
        origin_chat_id=destination.chat_id,
        origin_message_id=destination.reply_to,
        payload=payload,
        asked_at=now,
    )
    session.add(question)
    await session.flush()
    return question


async def of_origin(session: AsyncSession, kind: str, chat_id: int, message_id: int) -> Question | None:
    """Find the question of a kind that a message led to, answered or not."""
    return (
        await session.scalars(
            select(Question).where(
                Question.bot_id == bot_of(session),
                Question.origin_chat_id == chat_id,
                Question.origin_message_id == message_id,
                Question.kind == kind,
            )
        )
    ).one_or_none()


async def all_of_origin(
    session: AsyncSession, kinds: Collection[str], chat_id: int, message_id: int
) -> Sequence[Question]:
    """Find the questions of some kinds that a message led to, answered or not."""
    return (
        await session.scalars(
            select(Question).where(
                Question.bot_id == bot_of(session),
                Question.origin_chat_id == chat_id,
                Question.origin_message_id == message_id,
                Question.kind.in_(kinds),
            )
        )
    ).all()


async def get(session: AsyncSession, question_id: int) -> Question | None:
    return await session.get(Question, question_id)


async def of_message(
    session: AsyncSession, kind: str, asker_id: int, chat_id: int, message_id: int, *, heard: int | None
) -> Question | None:
    """Find a person's question of a kind that the bot asked with this message: an open one, or the one that `heard`,
    the person's message, has answered before."""
    asked = select(Question).where(
        Question.chat_id == chat_id,
        Question.message_id == message_id,
        Question.kind == kind,
        Question.asker_id == asker_id,
        or_(Question.answered_at.is_(None), Question.payload["heard"].as_integer() == heard),
    )
    return (await session.scalars(asked)).first()


async def of_copy(session: AsyncSession, kind: str, asker_id: int, chat_id: int, message_id: int) -> Question | None:
    """Find a person's open question of a kind that this message asked before the one that is known to.

    That is an unknown message between the command and the question: its id was lost in a crash. Only for questions
    that follow a command at once: between a button and what a press of it leads to there may be anything.
    """
    between = and_(Question.origin_message_id < message_id, message_id < Question.message_id)
    known = exists().where(Question.chat_id == chat_id, Question.message_id == message_id)
    return (await session.scalars(_open(kind, asker_id, chat_id).where(between, ~known))).first()


def _open(kind: str, asker_id: int, chat_id: int) -> Select[Question]:
    return select(Question).where(
        Question.kind == kind,
        Question.asker_id == asker_id,
        Question.chat_id == chat_id,
        Question.answered_at.is_(None),
    )


async def latest_of(session: AsyncSession, kind: str, asker_id: int, chat_id: int) -> Question | None:
    """Return the question of a kind that a person's latest command in a chat led to, answered or not."""
    return (
        await session.scalars(
            select(Question)
            .where(Question.kind == kind, Question.asker_id == asker_id, Question.chat_id == chat_id)
            .order_by(Question.id.desc())
            .limit(1)
        )
    ).one_or_none()


async def asked_last(session: AsyncSession, kinds: Collection[str], asker_id: int, chat_id: int) -> Question | None:
    """Return the open question of some kinds that a person was asked last in a chat."""
    return (
        await session.scalars(
            select(Question)
            .where(
                Question.kind.in_(kinds),
                Question.asker_id == asker_id,
                Question.chat_id == chat_id,
                Question.answered_at.is_(None),
            )
            .order_by(Question.asked_at.desc(), Question.id.desc())
            .limit(1)
        )
    ).one_or_none()


async def open_before(session: AsyncSession, kind: str, asker_id: int, command: Destination) -> Sequence[Question]:
    """Return a person's open questions of a kind in a chat whose command came before this one."""
    return (
        await session.scalars(
            select(Question).where(
                Question.kind == kind,
                Question.asker_id == asker_id,
                Question.chat_id == command.chat_id,
                Question.origin_message_id < (command.reply_to or 0),
                Question.answered_at.is_(None),
            )
        )
    ).all()


async def close_of_chat(session: AsyncSession, chat_id: int, now: datetime) -> None:
    """Close the questions shown in a group that became a supergroup: its old messages and their buttons stay behind."""
    await session.execute(
        update(Question)
        .where(Question.chat_id == chat_id, Question.answered_at.is_(None), Question.message_id.is_not(None))
        .values(answered_at=now)
    )


async def drop(session: AsyncSession, dropped: Collection[Question]) -> None:
    """Drop questions, so that they may be asked anew; buttons of theirs that are still shown lead nowhere."""
    for question in dropped:
        await session.delete(question)
    await session.flush()


async def forget(session: AsyncSession, before: datetime, limit: int) -> int:
    """Drop some questions asked before a time, answered or not, and return how many."""
    old = select(Question.id).where(Question.asked_at < before).order_by(Question.asked_at).limit(limit)
    dropped = await session.execute(
        delete(Question).where(Question.id.in_(old)).returning(Question.id),
        execution_options={"synchronize_session": False},
    )
    return len(dropped.all())
