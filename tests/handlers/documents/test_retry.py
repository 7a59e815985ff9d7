"""`/retry`: an outcome goes where it was to go, and whoever asks elsewhere reads that it does."""

from bot.domain import State
from db.models import Request
from tests.support.stage import ANNA, OLGA, TEAM, Stage


async def _sent(on: Stage) -> None:
    """Have Anna's act be done and delivered in the group."""
    await on.say(ANNA, "/act alice 7", TEAM)
    async with on.app.database.write() as session:
        request = await session.get_one(Request, 1)
        request.state, request.file_id = State.DONE, "x"
        request.finished_at = request.delivered_at = on.clock.now()


async def test_in_its_chat_the_outcome_is_the_answer(on_stage: Stage) -> None:
    await _sent(on_stage)
    assert await on_stage.say(ANNA, "/retry 1", TEAM) == []
    assert (await on_stage.requests())[0].delivered_at is None


async def test_elsewhere_a_sentence_says_where_it_goes(on_stage: Stage) -> None:
    await _sent(on_stage)
    for who in (ANNA, OLGA):
        (told,) = await on_stage.say(who, "/retry 1")
        assert told.chat_id == who
        assert "1" in told.text
    assert (await on_stage.requests())[0].delivered_at is None


async def test_a_pdf_that_is_kept_no_longer_cannot_be_sent(on_stage: Stage) -> None:
    await _sent(on_stage)
    async with on_stage.app.database.write() as session:
        (await session.get_one(Request, 1)).file_id = None
    (told,) = await on_stage.say(ANNA, "/retry 1", TEAM)
    assert "PDF" in told.text
    assert (await on_stage.requests())[0].delivered_at is not None
