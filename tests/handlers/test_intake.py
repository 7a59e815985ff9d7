"""Whatever leads to a request: it is queued, its login is due, and the audit says who did what."""

import pytest
from sqlalchemy import update

from bot.domain import Failure, State
from db import audit, logins
from db.models import Login, Request
from tests.support.stage import ANNA, Stage


@pytest.mark.parametrize(
    ("state", "failure", "button", "action", "detail"),
    [
        (State.FAILED, Failure.UNREADABLE, "again", "try again", "after request 1"),
        (State.DONE, None, "anew", "fetch anew", "document of request 1"),
    ],
    ids=["try again", "fetch anew"],
)
async def test_a_press_queues_what_a_command_queued_before(
    on_stage: Stage, state: State, failure: Failure | None, button: str, action: str, detail: str
) -> None:
    await on_stage.say(ANNA, "/act alice 7")
    assert await _noted(on_stage) == ("ask get_act", ANNA, ANNA, 1, "")
    assert await _is_due(on_stage)

    async with on_stage.app.database.write() as session:
        await session.execute(update(Request).values(state=state, failure=failure))
        await session.execute(update(Login).values(due_at=None))
    await on_stage.press(ANNA, f"{button}:1")
    before, request = await on_stage.requests()
    assert (request.state, request.wish, request.login) == (State.QUEUED, before.wish, before.login)
    assert await _noted(on_stage) == (action, ANNA, ANNA, request.id, detail)
    assert await _is_due(on_stage)


async def _noted(stage: Stage) -> tuple[str, int | None, int | None, int | None, str]:
    """Return the newest entry of the audit: what, who, where, about which request, and the rest."""
    async with stage.app.database.read() as session:
        (entry,) = await audit.find(session, newest=10**9, limit=1)
    assert entry.at == stage.clock.now()
    return entry.action, entry.actor_id, entry.chat_id, entry.request_id, entry.detail


async def _is_due(stage: Stage) -> bool:
    async with stage.app.database.read() as session:
        return await logins.next_due(session) == stage.clock.now()
