"""How late requests start, as the scheduler itself says: since they were due, or since something made them so."""

from datetime import timedelta

from bot.smscentre import Refused
from db.models import Request
from tests.simulation.world import Theatre
from tests.unit.queue.workshop import PACE, Answer, Working, Workshop

AT_ONCE = timedelta(milliseconds=10)


def test_waiting_for_the_pace_is_not_late(stage: Theatre) -> None:
    shop, late = Workshop(stage), []

    async def work(working: Working) -> None:
        for _ in range(3):
            await working.ask()
        await working.all_done()
        await working.sleep_until(10 * PACE)
        await working.ask()
        await working.all_done()
        late.extend(working.late)

    shop.run(work)
    assert len(late) == 4
    assert max(late) < AT_ONCE


def test_waiting_for_a_resume_is_not_late(stage: Theatre) -> None:
    def answer(_: Request) -> Answer:
        return Answer(Refused(2, "no")) if not shop.calls else Answer()

    shop, late = Workshop(stage, answer=answer), []

    async def work(working: Working) -> None:
        await working.ask()
        await working.sleep_until(1000)
        await working.resume()
        await working.all_done()
        late.extend(working.late)

    shop.run(work)
    assert len(late) == 2
    assert max(late) < AT_ONCE


def test_a_process_that_stood_still_is_late(stage: Theatre) -> None:
    """Its loop goes on seven seconds after the next request was due, as that of a suspended machine does."""
    shop, late = Workshop(stage), []

    async def work(working: Working) -> None:
        await working.ask()
        await working.ask()
        await working.sleep_until(PACE / 2)
        shop.timeline.now += PACE / 2 + 7
        await working.all_done()
        late.extend(working.late)

    shop.run(work)
    assert len(late) == 2
    assert timedelta(seconds=7) - AT_ONCE < late[1] < timedelta(seconds=7) + AT_ONCE
