"""A request whose right has ended does not go out; those behind it do, no later than they could."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import Denial, State
from db.models import Request
from tests.simulation.world import Theatre
from tests.unit.queue.workshop import PACE, Working, Workshop


async def only_even_ones(_session: AsyncSession, request: Request) -> bool:
    if request.id % 2:
        request.state, request.denied = State.CANCELLED, Denial.EXPIRED
        request.finished_at = datetime(2026, 11, 22, tzinfo=UTC)
    return request.id % 2 == 0


def test_the_next_one_goes_out_at_once(stage: Theatre) -> None:
    shop = Workshop(stage, may_go=only_even_ones)

    async def work(working: Working) -> None:
        for _ in range(6):
            await working.ask()
        await working.all_done()
        assert await working.states() == [State.CANCELLED, State.DONE] * 3
        ended = [request.id for turn in working.turns for request in turn.ended]
        assert sorted(ended) == [1, 2, 3, 4, 5, 6]
        assert (await working.login()).due_at is None

    shop.run(work)
    assert [call.request for call in shop.calls] == [2, 4, 6]
    assert [round(call.started) for call in shop.calls] == [0, PACE, 2 * PACE]


@pytest.mark.parametrize("commit", range(1, 8))
def test_a_claim_that_was_reported_as_failed_stops_nothing_twice(stage: Theatre, commit: int) -> None:
    shop = Workshop(stage, may_go=only_even_ones)

    async def work(working: Working) -> None:
        for _ in range(3):
            await working.ask()
        shop.commits_until_loss = commit
        await working.all_done()
        shop.commits_until_loss = 0
        assert await working.states() == [State.CANCELLED, State.DONE, State.CANCELLED]

    shop.run(work)
    assert [call.request for call in shop.calls] == [2]
