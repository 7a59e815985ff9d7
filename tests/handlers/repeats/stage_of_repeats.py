"""What tests of repeats share: the workers at work by hand, and dates that come."""

from datetime import datetime

from sqlalchemy import select, update

from bot.domain import Failure, State
from bot.queue.changes import QueueChange
from bot.repeats.cards import RepeatCards
from bot.repeats.runner import RepeatRunner
from db.models import RepeatRun, Request, StoredOccurrence, StoredRepeat
from tests.support.stage import ANNA, Call, Stage

MONTHLY = "/repeat alice 1500 SMS, {month} {year} monthly 1 09:00"


async def work(on: Stage) -> list[Call]:
    """Let the workers of repeats do all there is to do now; return what was sent."""
    before = len(on.edge.calls)
    for kind in (RepeatRunner, RepeatCards, RepeatRunner, RepeatCards):
        await on.work(kind)
    return on.edge.calls[before:]


async def go_to(on: Stage, moment: datetime) -> list[Call]:
    """Let time pass, with the bot at work until then."""
    await work(on)
    on.clock.advance(moment - on.clock.now())
    return await work(on)


async def create(on: Stage, text: str = MONTHLY, who: int = ANNA, chat: int | None = None) -> StoredRepeat:
    """Have somebody say and create a repeat."""
    (shown,) = await on.say(who, text, chat)
    await on.press(who, shown.buttons[0], chat)
    return (await repeats(on))[-1]


async def repeats(on: Stage) -> list[StoredRepeat]:
    async with on.app.database.read() as session:
        return list(await session.scalars(select(StoredRepeat).order_by(StoredRepeat.id)))


async def runs(on: Stage) -> list[RepeatRun]:
    async with on.app.database.read() as session:
        return list(await session.scalars(select(RepeatRun).order_by(RepeatRun.id)))


async def occurrences(on: Stage) -> list[StoredOccurrence]:
    async with on.app.database.read() as session:
        found = select(StoredOccurrence).order_by(StoredOccurrence.repeat_id, StoredOccurrence.nominal)
        return list(await session.scalars(found))


async def end(on: Stage, request_id: int, state: State = State.DONE, failure: Failure | None = None) -> None:
    """Have a request end so, and let the workers hear of it."""
    async with on.app.database.write() as session:
        values: dict[str, object] = {
            "state": state,
            "failure": failure,
            "finished_at": on.clock.now(),
            "delivered_at": on.clock.now(),
        }
        if state is State.DONE:
            values["invoice_number"] = str(9000 + request_id)
        await session.execute(update(Request).where(Request.id == request_id).values(**values))
        request = await session.get_one(Request, request_id)
    on.app.queue_changes.announce(QueueChange(ended=(request,)))
    await work(on)
