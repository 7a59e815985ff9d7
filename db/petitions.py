"""Wishes to be let in, and the cards with which the admins are asked. Repository functions never commit."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Decision, Person, PetitionKind
from db.models import AllowedChat, Petition, PetitionCard

NOBODY_THERE = 0
"""In place of a card's message: Telegram takes nothing for this admin."""


async def get(session: AsyncSession, petition_id: int, *, to_decide: bool = False) -> Petition | None:
    """Return a petition; `to_decide` holds up other transactions that do, so that the first one wins."""
    return await session.get(Petition, petition_id, with_for_update=to_decide)


async def latest(session: AsyncSession, kind: PetitionKind, subject_id: int) -> Petition | None:
    """Return the latest petition for a person or a group that somebody decided about, or still may."""
    return (
        await session.scalars(
            select(Petition)
            .where(
                Petition.kind == kind,
                Petition.subject_id == subject_id,
                Petition.decision.is_distinct_from(Decision.GONE),
            )
            .order_by(Petition.id.desc())
            .limit(1)
        )
    ).one_or_none()


async def count(session: AsyncSession, kind: PetitionKind, *, since: datetime, asker_id: int | None = None) -> int:
    """Count the petitions of a kind since a time, all or those of one asker."""
    query = select(func.count()).select_from(Petition).where(Petition.kind == kind, Petition.asked_at > since)
    if asker_id is not None:
        query = query.where(Petition.asker_id == asker_id)
    return await session.scalar(query) or 0


async def ask_again(session: AsyncSession, admin_id: int) -> bool:
    """Forget that an admin could not be reached with cards of open petitions; say whether there were any."""
    forgotten = await session.execute(
        delete(PetitionCard)
        .where(
            PetitionCard.admin_id == admin_id,
            PetitionCard.message_id == NOBODY_THERE,
            PetitionCard.petition_id.in_(select(Petition.id).where(Petition.decision.is_(None))),
        )
        .returning(PetitionCard.petition_id)
    )
    return bool(forgotten.all())


async def unreached(session: AsyncSession) -> set[int]:
    """Return the admins who could not be reached with cards of open petitions."""
    found = await session.scalars(
        select(PetitionCard.admin_id)
        .where(
            PetitionCard.petition_id.in_(select(Petition.id).where(Petition.decision.is_(None))),
            PetitionCard.message_id == NOBODY_THERE,
        )
        .distinct()
    )
    return set(found)


async def before(session: AsyncSession, petition: Petition, *, since: datetime, limit: int) -> int:
    """Count the petitions of the same kind asked before one and since a time, at most up to a limit."""
    asked = (
        select(Petition.id)
        .where(Petition.kind == petition.kind, Petition.asked_at > since, Petition.id < petition.id)
        .limit(limit)
    )
    return await session.scalar(select(func.count()).select_from(asked.subquery())) or 0


async def open_page(session: AsyncSession, *, offset: int, limit: int) -> Sequence[Petition]:
    """Return open petitions, oldest first."""
    query = select(Petition).where(Petition.decision.is_(None)).order_by(Petition.id).offset(offset).limit(limit)
    return (await session.scalars(query)).all()


async def unfinished(session: AsyncSession) -> Sequence[Petition]:
    """Return the petitions that are open, or whose outcome somebody does not know yet, oldest first."""
    unanswered = select(Petition.id).where(or_(Petition.decision.is_(None), Petition.told_at.is_(None)))
    with_old_card = (
        select(Petition.id)
        .join(PetitionCard, PetitionCard.petition_id == Petition.id)
        .where(~PetitionCard.outcome_shown, Petition.decision.is_not(None))
    )
    unfinished_ = union(unanswered, with_old_card).scalar_subquery()
    return (await session.scalars(select(Petition).where(Petition.id.in_(unfinished_)).order_by(Petition.id))).all()


async def cards(session: AsyncSession, petition_id: int) -> Sequence[PetitionCard]:
    return (await session.scalars(select(PetitionCard).where(PetitionCard.petition_id == petition_id))).all()


async def card_shown(session: AsyncSession, petition_id: int, admin_id: int) -> None:
    """Note that an admin's card says who decided what."""
    await session.execute(
        update(PetitionCard)
        .where(PetitionCard.petition_id == petition_id, PetitionCard.admin_id == admin_id)
        .values(outcome_shown=True)
    )


async def settle(
    session: AsyncSession, kind: PetitionKind, subject_id: int, decision: Decision, *, by: Person | None, now: datetime
) -> bool:
    """Decide the open petitions for a person or a group, because it was done otherwise; say whether there were any.

    `by` is None for the command line and for the bot itself.
    """
    settled = await session.execute(
        update(Petition)
        .where(Petition.kind == kind, Petition.subject_id == subject_id, Petition.decision.is_(None))
        .values(
            decision=decision,
            decided_at=now,
            decided_by_id=by.id if by is not None else None,
            decided_by=by.name if by is not None else "",
        )
        .returning(Petition.id)
    )
    return bool(settled.all())


async def follow_chat(session: AsyncSession, old: int, new: int, now: datetime) -> None:
    """Follow a group that became a supergroup; where the list has it by now, nobody need decide about it."""
    await session.execute(
        update(Petition).where(Petition.kind == PetitionKind.GROUP, Petition.subject_id == old).values(subject_id=new)
    )
    if await session.get(AllowedChat, new) is not None:
        await settle(session, PetitionKind.GROUP, new, Decision.ALLOWED, by=None, now=now)
